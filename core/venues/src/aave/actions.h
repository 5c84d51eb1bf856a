// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "venues/aave/pool.h"

//! The pieces that operations are made of. They work on a state that their caller discards on failure, and fail by
//! throwing Revert or MathOverflow: like a transaction of the chain, an operation ends as a whole at the first refusal.
namespace carry::aave
{

struct Revert {
    Refusal refusal;
};

[[noreturn]] inline void refuse(RefusalCode code)
{
    throw Revert{Refusal{code}};
}

inline void require(bool condition, RefusalCode code)
{
    if (!condition)
        refuse(code);
}

inline U128 add(U128 a, U128 b)
{
    U128 sum = 0;
    if (__builtin_add_overflow(a, b, &sum))
        refuse(RefusalCode::PanicArithmetic);
    return sum;
}

inline U128 subtract(U128 a, U128 b)
{
    if (b > a)
        refuse(RefusalCode::PanicArithmetic);
    return a - b;
}

inline bool isUnhealthy(const Wide& healthFactor)
{
    return healthFactor < kHealthy;
}

//! One running operation: the state it changes and what it reports.
struct Action {
    PoolState& state;
    Outcome& outcome;

    Reserve& reserve(ReserveId id) { return state.reserves[index(id)]; }
    Account& account(UserId id) { return state.accounts[index(id)]; }
    Position& position(UserId user, ReserveId id) { return account(user).positions[index(id)]; }
    void emit(const Event& event) { require(outcome.events.push(event), RefusalCode::TooManyEntries); }
    void move(ReserveId reserve, UserId user, bool toPool, U128 amount)
    {
        require(outcome.moves.push({reserve, user, toPool, amount}), RefusalCode::TooManyEntries);
    }
};

//! Indices at now() without changing anything.
U128 incomeIndex(const ReserveState& reserve, std::int64_t now);
U128 debtIndex(const ReserveState& reserve, std::int64_t now);

//! Indices of a reserve that was brought up to now, and the scaled debt it had.
struct Accrued {
    U128 liquidityIndex, variableBorrowIndex, scaledDebt;
};

//! Moves the indices, gives the treasury its share, sets the time.
Accrued accrue(PoolState& state, ReserveId id);
//! The treasury's share of the interest since `before`.
void accrueToTreasury(Reserve& reserve, const ReserveState& before, const Accrued& accrued);
//! New rates and virtual balance after `added` came and `taken` went; `scaledDebt` as the operation knows it.
void updateRates(Reserve& reserve, U128 scaledDebt, U128 added, U128 taken);

//! Amount of scaled units; kAll does not have any.
U128 scaledFloor(U128 amount, U128 index);
U128 scaledCeil(U128 amount, U128 index);

void mintSupply(Action& action, UserId user, ReserveId id, U128 scaled);
//! Takes scaled units and, if none are left, the collateral switch.
void burnSupply(Action& action, UserId user, ReserveId id, U128 scaled);
void moveSupply(Action& action, UserId from, UserId to, ReserveId id, U128 scaled);
void mintDebt(Action& action, UserId user, ReserveId id, U128 scaled);
//! Whether no debt is left; the borrowing switch follows.
bool burnDebt(Action& action, UserId user, ReserveId id, U128 scaled);
void switchCollateral(Action& action, UserId user, ReserveId id, bool on);

//! The category the account is in and that has `id` as a collateral, or null.
const EModeCategory* collateralCategory(const PoolState& state, const Account& account, ReserveId id);
const EModeCategory* category(const PoolState& state, std::uint8_t id);
//! The LTV that counts for the account, 0 where LTV-zero rules apply.
std::uint16_t effectiveLtv(const PoolState& state, const Account& account, ReserveId id);
bool mayBeCollateral(const PoolState& state, const Account& account, ReserveId id);
AccountData calculateAccountData(const PoolState& state, const Account& account);
//! Refuses below a health factor of 1, or if another collateral with LTV zero must go first.
void requireHealthAndLtvZero(const PoolState& state, const Account& account, ReserveId id);

struct BorrowCall {
    UserId user, onBehalfOf;
    ReserveId reserve;
    U128 amount;
    RateMode mode;
    bool release; //!< false: a flash loan has paid the tokens out already
};

void executeBorrow(Action& action, const BorrowCall& call);
void executeLiquidation(Action& action, const Pool::Liquidation& call);
void executeFlashBegin(Action& action, FlashTicket& ticket);
void executeFlashEnd(Action& action, const FlashTicket& ticket);
void executeSetEMode(Action& action, UserId user, std::uint8_t categoryId);
void takeHistoric(PoolState& state, ReserveId id, const HistoricReserve& data);

} // namespace carry::aave
