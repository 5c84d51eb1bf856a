// SPDX-License-Identifier: GPL-3.0-or-later
// Listing, administration and views of a pool.
#include "actions.h"

#include <algorithm>

namespace carry::aave
{

Pool::Pool()
{
    (void)m_state.accounts.push(Account{}); // the treasury, user 0
}

std::optional<ReserveId> Pool::addReserve(const ReserveConfig& config, U128 price)
{
    Reserve reserve;
    reserve.config = config;
    reserve.price = price;
    reserve.state.lastUpdate = m_state.now;
    reserve.state.rates.variableBorrow = config.curve.base;
    const auto id = static_cast<ReserveId>(m_state.reserves.size());
    return m_state.reserves.push(reserve) ? std::optional(id) : std::nullopt;
}

std::optional<UserId> Pool::addUser()
{
    const auto id = static_cast<UserId>(m_state.accounts.size());
    return m_state.accounts.push(Account{}) ? std::optional(id) : std::nullopt;
}

void Pool::setTime(std::int64_t seconds)
{
    m_state.now = std::max(m_state.now, seconds);
}

void Pool::setPrice(ReserveId reserve, U128 price)
{
    m_state.reserves[index(reserve)].price = price;
}

void Pool::setEMode(std::uint8_t category, const EModeCategory& parameters)
{
    if (category != 0 && category <= kMaxEModes)
        m_state.eModes[category - 1U] = parameters;
}

void Pool::setFlashPremium(std::uint16_t bps)
{
    m_state.flashPremiumBps = bps;
}

void Pool::setFrozen(ReserveId reserve, bool frozen)
{
    config(reserve).frozen = frozen;
    if (!frozen)
        return;
    setLtvZero(reserve, true);
    for (EModeCategory& category : m_state.eModes)
        if (category.collateral.has(reserve))
            category.ltvZero.set(reserve, true);
}

void Pool::setLtvZero(ReserveId reserve, bool on)
{
    ReserveConfig& c = config(reserve);
    if (on && c.risk.ltvBps != 0)
        c.pendingLtvBps = std::exchange(c.risk.ltvBps, std::uint16_t(0));
    else if (!on && c.pendingLtvBps != 0)
        c.risk.ltvBps = std::exchange(c.pendingLtvBps, std::uint16_t(0));
}

void takeHistoric(PoolState& state, ReserveId id, const HistoricReserve& data)
{
    require(data.liquidityIndex != 0 && data.variableBorrowIndex != 0, RefusalCode::InvalidAmount);
    ReserveState& r = state.reserves[index(id)].state;
    r.historic = true;
    r.liquidityIndex = data.liquidityIndex;
    r.variableBorrowIndex = data.variableBorrowIndex;
    r.rates = data.rates;
    r.lastUpdate = state.now;
    r.scaledSupply = data.scaledSupply;
    r.scaledDebt = data.scaledDebt;
    U128 supplied = data.available;
    U128 borrowed = 0;
    for (const Account& account : state.accounts) {
        const Position& own = account.positions[index(id)];
        if (own.supply == 0 && own.debt == 0)
            continue;
        r.scaledSupply = add(r.scaledSupply, own.supply);
        r.scaledDebt = add(r.scaledDebt, own.debt);
        supplied = add(supplied, rayMulFloor(own.supply, r.liquidityIndex));
        borrowed = add(borrowed, rayMulCeil(own.debt, r.variableBorrowIndex));
    }
    // History did not know us: we may have borrowed more than was there.
    r.available = supplied > borrowed ? supplied - borrowed : 0;
}

std::optional<ReserveId> Pool::find(std::string_view symbol) const
{
    for (std::size_t i = 0; i < m_state.reserves.size(); ++i)
        if (m_state.reserves[i].config.symbol() == symbol)
            return static_cast<ReserveId>(i);
    return std::nullopt;
}

U128 Pool::normalizedIncome(ReserveId id) const
{
    return incomeIndex(reserve(id).state, m_state.now);
}

U128 Pool::normalizedVariableDebt(ReserveId id) const
{
    return debtIndex(reserve(id).state, m_state.now);
}

U128 Pool::supplyBalance(UserId user, ReserveId id) const
{
    const U128 scaled = account(user).positions[index(id)].supply;
    return scaled == 0 ? 0 : rayMulFloor(scaled, normalizedIncome(id));
}

U128 Pool::debtBalance(UserId user, ReserveId id) const
{
    const U128 scaled = account(user).positions[index(id)].debt;
    return scaled == 0 ? 0 : rayMulCeil(scaled, normalizedVariableDebt(id));
}

U128 Pool::totalSupply(ReserveId id) const
{
    return rayMulFloor(reserve(id).state.scaledSupply, normalizedIncome(id));
}

U128 Pool::totalDebt(ReserveId id) const
{
    return rayMulCeil(reserve(id).state.scaledDebt, normalizedVariableDebt(id));
}

AccountData Pool::accountData(UserId user) const
{
    return calculateAccountData(m_state, account(user));
}

RateShift Pool::rateShift(ReserveId id, U128 ownSupply, U128 ownDebt) const
{
    const Reserve& r = reserve(id);
    const RateInputs market{totalDebt(id), r.state.available, r.state.deficit, r.config.reserveFactorBps};
    return shiftRates(r.config.curve, market, ownSupply, ownDebt);
}

void Pool::restore(UserId user, const Account& account)
{
    m_state.accounts[index(user)] = account;
}

void Pool::restore(ReserveId id, const ReserveState& state)
{
    m_state.reserves[index(id)].state = state;
}

} // namespace carry::aave
