// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "venues/aave/refusal.h"
#include "venues/aave/state.h"

#include <tl/expected.hpp>

namespace carry::aave
{

//! An amount that means "all of it": the contracts' largest uint256.
inline constexpr U128 kAll = kMaxU128;

enum class RateMode : std::uint8_t { None = 0, Stable = 1, Variable = 2 };

enum class EventKind : std::uint8_t {
    Supply,             //!< user pays, other receives; amount
    Withdraw,           //!< user, other = receiver; amount
    Borrow,             //!< user, other = onBehalfOf; amount, second = borrow rate (ray), mode
    Repay,              //!< user = debtor, other = payer; amount, flag = with aTokens
    CollateralEnabled,  //!< user
    CollateralDisabled, //!< user
    UserEModeSet,       //!< user, mode = category
    FlashLoan,          //!< user = initiator, other = receiver; amount, second = premium, mode
    MintedToTreasury,   //!< amount
    DeficitCreated,     //!< user; amount
    LiquidationCall,    //!< reserve = collateral, debtReserve; user, other = liquidator; amount = debt covered,
                        //!< second = collateral to the liquidator, flag = as aTokens
};

//! An event of the protocol with the figures of the contracts' log.
struct Event {
    EventKind kind{};
    ReserveId reserve{}, debtReserve{};
    UserId user{}, other{};
    std::uint8_t mode = 0;
    bool flag = false;
    U128 amount = 0, second = 0;
    friend bool operator==(const Event&, const Event&) = default;
};

//! Underlying tokens that change hands between a user's wallet and the pool.
struct TokenMove {
    ReserveId reserve{};
    UserId user{};
    bool toPool = false;
    U128 amount = 0;
    friend bool operator==(const TokenMove&, const TokenMove&) = default;
};

//! What an operation did, in token units. The caller books the moves; the pool keeps no wallets.
struct Outcome {
    U128 amount = 0;      //!< supplied, withdrawn, borrowed, repaid, debt covered
    U128 scaled = 0;      //!< scaled units minted or burned with it
    U128 collateral = 0;  //!< liquidation: what the liquidator gets
    U128 protocolFee = 0; //!< liquidation: what the treasury gets, as aTokens
    FixedList<Event, 24> events;
    FixedList<TokenMove, 16> moves;
};

template <class T> using Answer = tl::expected<T, Refusal>;
using Done = Answer<Outcome>;

} // namespace carry::aave
