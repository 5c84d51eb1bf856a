// SPDX-License-Identifier: GPL-3.0-or-later
// Value, LTV and health of an account: GenericLogic and ValidationLogic of aave-v3-origin 3.6.0.
#include "actions.h"

#include <bit>

namespace carry::aave
{
namespace
{

//! Sums over the reserves of an account.
struct Totals {
    U128 collateral = 0, debt = 0;
    U128 ltv = 0, threshold = 0; //!< value times basis points
};

//! amount * price / unit. Within 128 bits the product needs no wide division, which is the usual case.
U128 value(U128 amount, const Reserve& reserve, Round rounding)
{
    return mulDiv(amount, reserve.price, reserve.config.unit(), rounding);
}

void addCollateral(Totals& totals, AccountData& data, const PoolState& state, const Account& account, ReserveId id)
{
    const Reserve& reserve = state.reserves[index(id)];
    const EModeCategory* own = collateralCategory(state, account, id);
    const std::uint16_t threshold = own ? own->risk.thresholdBps : reserve.config.risk.thresholdBps;
    if (threshold == 0)
        return;
    const U128 balance = rayMulFloor(account.positions[index(id)].supply, incomeIndex(reserve.state, state.now));
    const U128 worth = value(balance, reserve, Round::Floor);
    totals.collateral = add(totals.collateral, worth);
    const std::uint16_t ltv = effectiveLtv(state, account, id);
    data.hasZeroLtvCollateral |= ltv == 0;
    if (worth >> 110 != 0) // times basis points it could leave 128 bits
        throw MathOverflow();
    totals.ltv = add(totals.ltv, worth * ltv);
    totals.threshold = add(totals.threshold, worth * threshold);
}

void addDebt(Totals& totals, const PoolState& state, const Account& account, ReserveId id)
{
    const Reserve& reserve = state.reserves[index(id)];
    const U128 balance = rayMulCeil(account.positions[index(id)].debt, debtIndex(reserve.state, state.now));
    totals.debt = add(totals.debt, value(balance, reserve, Round::Ceil));
}

//! wadDiv(value * threshold, debt) / 10000.
Wide healthFactor(const Totals& totals)
{
    const Wide scaled = multiplyWide(totals.threshold, kWad);
    return divideWide(divideWide(scaled, totals.debt, Round::HalfUp), kBps, Round::Floor);
}

} // namespace

const EModeCategory* category(const PoolState& state, std::uint8_t id)
{
    return id == 0 || id > kMaxEModes ? nullptr : &state.eModes[id - 1U];
}

const EModeCategory* collateralCategory(const PoolState& state, const Account& account, ReserveId id)
{
    const EModeCategory* own = category(state, account.eMode);
    return own != nullptr && own->collateral.has(id) ? own : nullptr;
}

std::uint16_t effectiveLtv(const PoolState& state, const Account& account, ReserveId id)
{
    const EModeCategory* own = collateralCategory(state, account, id);
    if (own == nullptr)
        return state.reserves[index(id)].config.risk.ltvBps;
    return own->ltvZero.has(id) ? std::uint16_t(0) : own->risk.ltvBps;
}

bool mayBeCollateral(const PoolState& state, const Account& account, ReserveId id)
{
    const bool inCategory = collateralCategory(state, account, id) != nullptr;
    const bool hasThreshold = inCategory || state.reserves[index(id)].config.risk.thresholdBps != 0;
    return hasThreshold && effectiveLtv(state, account, id) != 0;
}

AccountData calculateAccountData(const PoolState& state, const Account& account)
{
    AccountData data;
    Totals totals;
    for (unsigned bits = account.collateral.bits(); bits != 0; bits &= bits - 1)
        addCollateral(totals, data, state, account, static_cast<ReserveId>(std::countr_zero(bits)));
    for (unsigned bits = account.borrowing.bits(); bits != 0; bits &= bits - 1)
        addDebt(totals, state, account, static_cast<ReserveId>(std::countr_zero(bits)));

    data.collateral = totals.collateral;
    data.debt = totals.debt;
    if (totals.collateral != 0) {
        data.ltvBps = static_cast<std::uint32_t>(totals.ltv / totals.collateral);
        data.thresholdBps = static_cast<std::uint32_t>(totals.threshold / totals.collateral);
    }
    if (totals.debt != 0)
        data.healthFactor = healthFactor(totals);
    const U128 limit = percentMulFloor(data.collateral, data.ltvBps);
    data.availableBorrows = limit > data.debt ? limit - data.debt : 0;
    return data;
}

void requireHealthAndLtvZero(const PoolState& state, const Account& account, ReserveId id)
{
    const AccountData data = calculateAccountData(state, account);
    require(!isUnhealthy(data.healthFactor), RefusalCode::HealthFactorLowerThanLiquidationThreshold);
    require(!data.hasZeroLtvCollateral || effectiveLtv(state, account, id) == 0, RefusalCode::LtvValidationFailed);
}

} // namespace carry::aave
