// SPDX-License-Identifier: GPL-3.0-or-later
// Accrual and rates of one reserve: ReserveLogic of aave-v3-origin 3.6.0.
#include "actions.h"

namespace carry::aave
{
namespace
{

std::uint64_t elapsed(const ReserveState& reserve, std::int64_t now)
{
    return now > reserve.lastUpdate ? static_cast<std::uint64_t>(now - reserve.lastUpdate) : 0;
}

} // namespace

void ReserveConfig::setSymbol(std::string_view text)
{
    symbolText.fill('\0');
    std::copy_n(text.begin(), std::min(text.size(), symbolText.size() - 1), symbolText.begin());
}

U128 ReserveConfig::unit() const
{
    static constexpr auto kPowers = [] {
        std::array<std::uint64_t, 20> powers{1};
        for (std::size_t i = 1; i < powers.size(); ++i)
            powers[i] = powers[i - 1] * 10;
        return powers;
    }();
    return kPowers[std::min<std::size_t>(decimals, Decimal::kDecimals)];
}

U128 incomeIndex(const ReserveState& reserve, std::int64_t now)
{
    if (reserve.historic || elapsed(reserve, now) == 0)
        return reserve.liquidityIndex;
    return rayMul(linearInterest(reserve.rates.liquidity, elapsed(reserve, now)), reserve.liquidityIndex);
}

U128 debtIndex(const ReserveState& reserve, std::int64_t now)
{
    if (reserve.historic || elapsed(reserve, now) == 0)
        return reserve.variableBorrowIndex;
    return rayMul(compoundedInterest(reserve.rates.variableBorrow, elapsed(reserve, now)), reserve.variableBorrowIndex);
}

Accrued accrue(PoolState& state, ReserveId id)
{
    Reserve& reserve = state.reserves[index(id)];
    ReserveState& r = reserve.state;
    if (r.historic || elapsed(r, state.now) == 0)
        return {r.liquidityIndex, r.variableBorrowIndex, r.scaledDebt};
    const ReserveState before = r;
    if (r.rates.liquidity != 0)
        r.liquidityIndex = incomeIndex(before, state.now);
    if (r.scaledDebt != 0)
        r.variableBorrowIndex = debtIndex(before, state.now);
    const Accrued accrued{r.liquidityIndex, r.variableBorrowIndex, r.scaledDebt};
    accrueToTreasury(reserve, before, accrued);
    r.lastUpdate = state.now;
    return accrued;
}

void accrueToTreasury(Reserve& reserve, const ReserveState& before, const Accrued& accrued)
{
    const U128 growth = subtract(accrued.variableBorrowIndex, before.variableBorrowIndex);
    const U128 interest = rayMulFloor(before.scaledDebt, growth);
    const U128 share = percentMul(interest, reserve.config.reserveFactorBps);
    reserve.state.accruedToTreasury = add(reserve.state.accruedToTreasury, rayDivFloor(share, accrued.liquidityIndex));
}

void updateRates(Reserve& reserve, U128 scaledDebt, U128 added, U128 taken)
{
    ReserveState& r = reserve.state;
    r.available = subtract(add(r.available, added), taken);
    if (r.historic)
        return;
    const U128 debt = rayMulCeil(scaledDebt, r.variableBorrowIndex);
    r.rates = calculateRates(reserve.config.curve, {debt, r.available, r.deficit, reserve.config.reserveFactorBps});
}

U128 scaledFloor(U128 amount, U128 index)
{
    if (amount == kAll)
        throw MathOverflow();
    return rayDivFloor(amount, index);
}

U128 scaledCeil(U128 amount, U128 index)
{
    if (amount == kAll)
        throw MathOverflow();
    return rayDivCeil(amount, index);
}

void mintSupply(Action& action, UserId user, ReserveId id, U128 scaled)
{
    require(scaled != 0, RefusalCode::InvalidMintAmount);
    U128& total = action.reserve(id).state.scaledSupply;
    total = add(total, scaled);
    U128& balance = action.position(user, id).supply;
    balance = add(balance, scaled);
    // Balances are 120 bits wide in the contracts.
    require(balance >> 120 == 0, RefusalCode::SafeCastOverflowedUintDowncast);
}

void burnSupply(Action& action, UserId user, ReserveId id, U128 scaled)
{
    require(scaled != 0, RefusalCode::InvalidBurnAmount);
    U128& balance = action.position(user, id).supply;
    balance = subtract(balance, scaled);
    U128& total = action.reserve(id).state.scaledSupply;
    total = subtract(total, scaled);
}

void moveSupply(Action& action, UserId from, UserId to, ReserveId id, U128 scaled)
{
    U128& source = action.position(from, id).supply;
    source = subtract(source, scaled);
    U128& target = action.position(to, id).supply;
    target = add(target, scaled);
    require(target >> 120 == 0, RefusalCode::SafeCastOverflowedUintDowncast);
}

void mintDebt(Action& action, UserId user, ReserveId id, U128 scaled)
{
    require(scaled != 0, RefusalCode::InvalidMintAmount);
    U128& total = action.reserve(id).state.scaledDebt;
    total = add(total, scaled);
    U128& balance = action.position(user, id).debt;
    balance = add(balance, scaled);
    require(balance >> 120 == 0, RefusalCode::SafeCastOverflowedUintDowncast);
    action.account(user).borrowing.set(id, true);
}

bool burnDebt(Action& action, UserId user, ReserveId id, U128 scaled)
{
    require(scaled != 0, RefusalCode::InvalidBurnAmount);
    U128& balance = action.position(user, id).debt;
    balance = subtract(balance, scaled);
    U128& total = action.reserve(id).state.scaledDebt;
    total = subtract(total, scaled);
    action.account(user).borrowing.set(id, balance != 0);
    return balance == 0;
}

void switchCollateral(Action& action, UserId user, ReserveId id, bool on)
{
    action.account(user).collateral.set(id, on);
    Event event;
    event.kind = on ? EventKind::CollateralEnabled : EventKind::CollateralDisabled;
    event.reserve = id;
    event.user = user;
    action.emit(event);
}

} // namespace carry::aave
