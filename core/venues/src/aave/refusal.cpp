// SPDX-License-Identifier: GPL-3.0-or-later
#include "venues/aave/refusal.h"

namespace carry::aave
{

std::string_view Refusal::signature() const
{
    switch (code) {
    case RefusalCode::InvalidAmount:
        return "InvalidAmount()";
    case RefusalCode::ReserveInactive:
        return "ReserveInactive()";
    case RefusalCode::ReservePaused:
        return "ReservePaused()";
    case RefusalCode::ReserveFrozen:
        return "ReserveFrozen()";
    case RefusalCode::BorrowingNotEnabled:
        return "BorrowingNotEnabled()";
    case RefusalCode::NotBorrowableInEMode:
        return "NotBorrowableInEMode()";
    case RefusalCode::SupplyCapExceeded:
        return "SupplyCapExceeded()";
    case RefusalCode::BorrowCapExceeded:
        return "BorrowCapExceeded()";
    case RefusalCode::InvalidInterestRateModeSelected:
        return "InvalidInterestRateModeSelected()";
    case RefusalCode::LtvValidationFailed:
        return "LtvValidationFailed()";
    case RefusalCode::HealthFactorLowerThanLiquidationThreshold:
        return "HealthFactorLowerThanLiquidationThreshold()";
    case RefusalCode::CollateralCannotCoverNewBorrow:
        return "CollateralCannotCoverNewBorrow()";
    case RefusalCode::InsufficientBorrowAllowance:
        return "InsufficientBorrowAllowance(address,uint256,uint256)";
    case RefusalCode::NotEnoughAvailableUserBalance:
        return "NotEnoughAvailableUserBalance()";
    case RefusalCode::NoDebtOfSelectedType:
        return "NoDebtOfSelectedType()";
    case RefusalCode::NoExplicitAmountToRepayOnBehalf:
        return "NoExplicitAmountToRepayOnBehalf()";
    case RefusalCode::InvalidMintAmount:
        return "InvalidMintAmount()";
    case RefusalCode::InvalidBurnAmount:
        return "InvalidBurnAmount()";
    case RefusalCode::UnderlyingBalanceZero:
        return "UnderlyingBalanceZero()";
    case RefusalCode::UserInIsolationModeOrLtvZero:
        return "UserInIsolationModeOrLtvZero()";
    case RefusalCode::InconsistentEModeCategory:
        return "InconsistentEModeCategory()";
    case RefusalCode::InvalidDebtInEmode:
        return "InvalidDebtInEmode(address,uint256)";
    case RefusalCode::InvalidCollateralInEmode:
        return "InvalidCollateralInEmode(address,uint256)";
    case RefusalCode::SelfLiquidation:
        return "SelfLiquidation()";
    case RefusalCode::HealthFactorNotBelowThreshold:
        return "HealthFactorNotBelowThreshold()";
    case RefusalCode::CollateralCannotBeLiquidated:
        return "CollateralCannotBeLiquidated()";
    case RefusalCode::SpecifiedCurrencyNotBorrowedByUser:
        return "SpecifiedCurrencyNotBorrowedByUser()";
    case RefusalCode::MustNotLeaveDust:
        return "MustNotLeaveDust()";
    case RefusalCode::FlashloanDisabled:
        return "FlashloanDisabled()";
    case RefusalCode::InconsistentFlashloanParams:
        return "InconsistentFlashloanParams()";
    case RefusalCode::InvalidFlashloanExecutorReturn:
        return "InvalidFlashloanExecutorReturn()";
    case RefusalCode::SafeCastOverflowedUintDowncast:
        return "SafeCastOverflowedUintDowncast(uint8,uint256)";
    case RefusalCode::PanicArithmetic:
        return "Panic(0x11)";
    case RefusalCode::PanicEnum:
        return "Panic(0x21)";
    case RefusalCode::RevertWithoutReason:
        return "RevertWithoutReason()";
    case RefusalCode::TooManyEntries:
        return "TooManyEntries()";
    }
    return {};
}

std::string_view Refusal::name() const
{
    return signature().substr(0, signature().find('('));
}

} // namespace carry::aave
