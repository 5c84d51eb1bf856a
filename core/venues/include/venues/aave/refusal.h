// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "venues/aave/math.h"

#include <string_view>

namespace carry::aave
{

//! Why the protocol refuses. Names are those of the contracts (Errors of aave-v3-origin 3.6.0).
enum class RefusalCode : std::uint8_t {
    InvalidAmount,
    ReserveInactive,
    ReservePaused,
    ReserveFrozen,
    BorrowingNotEnabled,
    NotBorrowableInEMode,
    SupplyCapExceeded,
    BorrowCapExceeded,
    InvalidInterestRateModeSelected,
    LtvValidationFailed,
    HealthFactorLowerThanLiquidationThreshold,
    CollateralCannotCoverNewBorrow,
    InsufficientBorrowAllowance,
    NotEnoughAvailableUserBalance,
    NoDebtOfSelectedType,
    NoExplicitAmountToRepayOnBehalf,
    InvalidMintAmount,
    InvalidBurnAmount,
    UnderlyingBalanceZero,
    UserInIsolationModeOrLtvZero,
    InconsistentEModeCategory,
    InvalidDebtInEmode,
    InvalidCollateralInEmode,
    SelfLiquidation,
    HealthFactorNotBelowThreshold,
    CollateralCannotBeLiquidated,
    SpecifiedCurrencyNotBorrowedByUser,
    MustNotLeaveDust,
    FlashloanDisabled,
    InconsistentFlashloanParams,
    InvalidFlashloanExecutorReturn,
    SafeCastOverflowedUintDowncast,
    PanicArithmetic,     //!< the EVM's panic 0x11: an addition or subtraction does not fit
    PanicEnum,           //!< the EVM's panic 0x21: no such rate mode
    RevertWithoutReason, //!< a multiplication overflows, or a token transfer fails
    TooManyEntries,      //!< ours: a table of the model is full (users, delegations, flash legs)
};

//! A refusal as data; the state is as it was before the operation.
struct Refusal {
    static constexpr std::uint8_t kNoReserve = 0xff;

    RefusalCode code{};
    std::uint8_t reserve = kNoReserve; //!< index of the asset the error names, if it names one
    U128 first = 0, second = 0;        //!< the error's numbers: allowance and need, or the eMode category

    //! "InvalidAmount".
    std::string_view name() const;
    //! With the argument types as in the contracts: "InsufficientBorrowAllowance(address,uint256,uint256)".
    std::string_view signature() const;
    friend bool operator==(const Refusal&, const Refusal&) = default;
};

} // namespace carry::aave
