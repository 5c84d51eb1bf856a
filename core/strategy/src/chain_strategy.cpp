// SPDX-License-Identifier: GPL-3.0-or-later
#include "chain_strategy.h"

#include <cmath>
#include <limits>

namespace carry
{
namespace
{

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kDustEth = 1e-6; // what rounding leaves behind is no position

} // namespace

ChainStrategy::ChainStrategy(const StrategyInfo& info, ChainKeys keys, const VenueRules& venues,
                             const RiskLimits& limits)
    : m_info(info), m_k(std::move(keys)), m_venues(venues), m_limits(limits)
{
    using Test = ConditionDefinition::Test;
    const std::string unit{toText(info.shareClass)};
    m_conditions = {
        {"wallet_free", unit, Test::Above, m_k.minWallet},
        {"open_equity", unit, Test::Above, 0},
        {"carry_on_equity", "per year", Test::Below, m_k.carry.exitBelow},
        {"aave_ltv", "fraction", Test::Above, limits.of(RiskMetric::AaveLtv).critical},
        {"health_factor", "", Test::Below, limits.of(RiskMetric::HealthFactor).critical},
        {"lst_discount", "fraction", Test::Above, limits.of(RiskMetric::LstDiscount).critical},
        {"min_margin_ratio", "fraction", Test::Below, limits.of(RiskMetric::MarginRatio).warn},
        {"margin_surplus", "USDT", Test::AtLeast, m_k.minTradeUsd},
        {"delta_drift", "fraction of equity", Test::Above, limits.of(RiskMetric::DeltaDrift).critical},
        {"equity_moved", "fraction", Test::Above, m_k.equityTolerance},
        {"withdrawal_shortfall", unit, Test::Above, 0},
        {"cooldown_left", "h", Test::Above, 0},
        {"staleness", "bars", Test::Above, limits.of(RiskMetric::Staleness).critical},
        {"drawdown", "fraction", Test::Above, limits.of(RiskMetric::Drawdown).critical},
        {"hours_past_exit", "h", Test::AtLeast, 0},
    };
}

double ChainStrategy::carryOnEquity(const Situation& s, double ltv) const
{
    const ChainSituation& c = s.chain;
    if (!m_info.staking)
        return m_info.shareClass == Asset::USDT ? c.usdtSupplyApr : c.ethSupplyApr;
    if (!m_info.leverage)
        return c.stakingApr;
    return (c.stakingApr + c.lstSupplyApr - ltv * c.borrowApr) / (1 - ltv);
}

double ChainStrategy::targetLtv(const StrategyMemory& memory) const
{
    if (!m_info.leverage)
        return 0;
    return memory.filteredOut && m_k.carry.policy == CarryPolicy::Reduce ? m_k.carry.reducedLtv
                                                                         : m_k.leverage.targetLtv;
}

double ChainStrategy::openEquity(const Situation& s) const
{
    double equity = s.chain.net * s.ethPrice + s.chain.suppliedUsdt;
    if (m_info.exchanges)
        for (const VenueSituation& v : s.venues)
            equity += v.equity;
    return equity;
}

double ChainStrategy::walletFree(const Situation& s) const
{
    const double wallet = m_info.shareClass == Asset::ETH ? s.walletEth - m_venues.chain.gasReserveEth : s.walletUsdt;
    return wallet - s.pendingWithdrawal - m_k.reserveFraction * s.nav;
}

void ChainStrategy::look(const StrategyInput& input, const StrategyMemory& memory, std::span<double> values) const
{
    const Situation& s = input.situation;
    std::fill(values.begin(), values.end(), kNaN);
    values[WalletFree] = walletFree(s);
    values[OpenEquity] = openEquity(s);
    values[CarryOnEquity] = carryOnEquity(s, targetLtv(memory));
    values[AaveLtv] = s.chain.ltv;
    values[HealthFactor] = s.chain.healthFactor;
    values[LstDiscount] = s.chain.discount;
    double staleness = 0;
    if (m_info.exchanges) {
        std::size_t worst = 0;
        for (std::size_t i = 0; i < kExchangeCount; ++i) {
            const VenueSituation& v = s.venues[i];
            if (v.marginRatio < s.venues[worst].marginRatio || std::isnan(s.venues[worst].marginRatio))
                worst = i;
            values[MarginRatio] = std::fmin(values[MarginRatio], v.marginRatio);
            staleness = std::max(staleness, v.stalenessBars);
        }
        double surplus = 0;
        for (std::size_t i = 0; i < kExchangeCount; ++i)
            if (i != worst)
                surplus =
                    std::max(surplus, std::min(s.venues[i].usdt,
                                               s.venues[i].collateral - m_limits.marginTarget * s.venues[i].notional));
        values[MarginSurplus] = surplus;
        values[DeltaDrift] = s.deltaDrift;
    }
    values[EquityMoved] =
        m_info.exchanges && memory.navAtRetarget > 0 ? std::abs(s.nav / memory.navAtRetarget - 1) : kNaN;
    const double wallet = m_info.shareClass == Asset::ETH ? s.walletEth - m_venues.chain.gasReserveEth : s.walletUsdt;
    values[WithdrawalShortfall] = s.pendingWithdrawal > 0 ? s.pendingWithdrawal - wallet : 0.0;
    const bool rebalanced = memory.lastRebalance != Time{};
    values[CooldownLeft] =
        rebalanced ? std::max(0.0, m_k.cooldownHours - hoursBetween(memory.lastRebalance, s.time)) : 0.0;
    values[Staleness] = staleness;
    values[Drawdown] = s.drawdown;
    values[HoursPastExit] = m_k.exitAt ? hoursBetween(*m_k.exitAt, s.time) : kNaN;
}

Decision ChainStrategy::decide(const StrategyInput& input, StrategyMemory& memory, std::span<double> values) const
{
    look(input, memory, values);
    Decision d = choose(input, memory, values);
    const Situation& s = input.situation;
    switch (d.action) {
    case Action::InitialSetup:
    case Action::Deposit:
        memory.entered = true;
        memory.navAtRetarget = s.nav;
        if (memory.filteredOut && m_k.carry.policy == CarryPolicy::Leave) {
            memory.filteredOut = false;
            memory.lastFilterChange = s.time;
        }
        break;
    case Action::Exit:
        memory.closedForGood |= d.reason == Reason::ExitScheduled;
        if (d.reason == Reason::CarryBelowExit) {
            memory.filteredOut = true;
            memory.lastFilterChange = s.time;
        }
        break;
    case Action::Rebalance:
    case Action::Reduce:
        if (d.reason == Reason::CarryBelowExit || d.reason == Reason::CarryRecovered) {
            memory.filteredOut = d.reason == Reason::CarryBelowExit;
            memory.lastFilterChange = s.time;
        }
        if (!d.riskReducing)
            memory.lastRebalance = s.time;
        memory.navAtRetarget = s.nav;
        break;
    case Action::Hold:
    case Action::Withdrawal:
        break;
    }
    return d;
}

bool ChainStrategy::canForce(Action action) const
{
    return action == Action::Hold || action == Action::Exit || (action == Action::Rebalance && m_info.exchanges);
}

Decision ChainStrategy::force(Action action, const StrategyInput& input, StrategyMemory& memory) const
{
    const Situation& s = input.situation;
    if (action == Action::Exit) {
        memory.closedForGood = true;
        return leave(s, Reason::ByHand);
    }
    if (action != Action::Rebalance)
        return hold(Reason::ByHand);
    Decision d = hedge(s, Reason::ByHand);
    if (d.action != Action::Hold) {
        memory.lastRebalance = s.time;
        memory.navAtRetarget = s.nav;
    }
    return d;
}

Decision ChainStrategy::hold(Reason reason, ReasonNumbers numbers) const
{
    Decision d;
    d.reason = reason;
    d.numbers = numbers;
    for (double& number : d.numbers)
        number = std::isnan(number) ? 0.0 : number;
    return d;
}

Decision ChainStrategy::choose(const StrategyInput& input, const StrategyMemory& memory, std::span<double> values) const
{
    const Situation& s = input.situation;
    const double price = s.ethPrice > 0 ? s.ethPrice : 1;
    const bool open = values[OpenEquity] > kDustEth * price;
    if (m_limits.actions && values[Staleness] > m_conditions[Staleness].threshold)
        return hold(Reason::StaleLeg, {values[Staleness], m_conditions[Staleness].threshold});
    if (m_limits.actions && open)
        if (auto d = protect(input, values))
            return *d;
    const bool leaving = memory.closedForGood || values[HoursPastExit] >= 0 ||
                         (memory.filteredOut && m_k.carry.policy == CarryPolicy::Leave);
    const bool forGood = memory.closedForGood || values[HoursPastExit] >= 0;
    if (leaving && open) {
        Decision d = leave(s, forGood ? Reason::ExitScheduled : Reason::CarryBelowExit);
        if (d.action != Action::Hold)
            return d;
    }
    if (values[WithdrawalShortfall] > 0 && open)
        return withdraw(s);
    if (auto d = followCarry(input, memory))
        return *d;
    const bool mayAdd = !open || m_k.rebalance;
    std::optional<Decision> idle; // why money in the wallet is not put to work
    if (values[WalletFree] > m_k.minWallet && mayAdd && !forGood) {
        idle = enterOrAdd(input, memory, values);
        if (idle->action != Action::Hold || !open)
            return *idle;
    }
    if (m_k.rebalance && open && m_info.exchanges && !leaving)
        if (auto d = keepHedged(input, values))
            return *d;
    if (!open)
        return forGood ? hold(Reason::Exited) : hold(Reason::NoCapital, {values[WalletFree], m_k.minWallet});
    return idle.value_or(hold(Reason::NothingToDo));
}

std::optional<Decision> ChainStrategy::protect(const StrategyInput& input, std::span<double> values) const
{
    const Situation& s = input.situation;
    const auto level = [&](RiskMetric metric, std::size_t scope) { return input.risk.level(metric, scope); };
    if (m_info.exchanges && m_k.rebalance && values[MarginRatio] < m_conditions[MarginRatio].threshold) {
        std::size_t worst = 0;
        for (std::size_t i = 1; i < kExchangeCount; ++i)
            if (s.venues[i].marginRatio < s.venues[worst].marginRatio || std::isnan(s.venues[worst].marginRatio))
                worst = i;
        const double deficit = m_limits.marginTarget * s.venues[worst].notional - s.venues[worst].collateral;
        Decision d = values[MarginSurplus] >= std::max(deficit, m_k.minTradeUsd) ? supportBySurplus(s, worst)
                                                                                 : supportFromChain(s, input.risk);
        if (d.action != Action::Hold)
            return d;
    }
    const double target = m_info.leverage ? m_k.leverage.targetLtv : 0;
    if (m_info.leverage && level(RiskMetric::HealthFactor, kBookScope) == RiskLevel::Critical) {
        Decision d = delever(s, Action::Reduce, Reason::HealthFactorCritical, target);
        d.numbers = {s.chain.healthFactor, m_conditions[HealthFactor].threshold, target};
        if (d.action != Action::Hold)
            return d;
    }
    if (m_info.leverage && level(RiskMetric::AaveLtv, kBookScope) == RiskLevel::Critical) {
        Decision d = delever(s, Action::Reduce, Reason::LtvCritical, target);
        d.numbers = {s.chain.ltv, m_conditions[AaveLtv].threshold, target};
        if (d.action != Action::Hold)
            return d;
    }
    return std::nullopt;
}

std::optional<Decision> ChainStrategy::followCarry(const StrategyInput& input, const StrategyMemory& memory) const
{
    const Situation& s = input.situation;
    if (!m_info.leverage || m_k.carry.policy == CarryPolicy::Report || s.chain.debt <= kDustEth)
        return std::nullopt;
    const bool cooled =
        memory.lastFilterChange == Time{} || hoursBetween(memory.lastFilterChange, s.time) >= m_k.carry.cooldownHours;
    // Judged at the full target, so that a lowered LTV does not look better than it is.
    const double carry = carryOnEquity(s, m_k.leverage.targetLtv);
    if (!memory.filteredOut && carry < m_k.carry.exitBelow && cooled) {
        Decision d = m_k.carry.policy == CarryPolicy::Leave
                         ? leave(s, Reason::CarryBelowExit)
                         : delever(s, Action::Reduce, Reason::CarryBelowExit, m_k.carry.reducedLtv);
        d.numbers = {carry, m_k.carry.exitBelow};
        return d;
    }
    if (memory.filteredOut && m_k.carry.policy == CarryPolicy::Reduce && carry > m_k.carry.enterAbove && cooled) {
        Decision d;
        d.action = Action::Rebalance;
        d.reason = Reason::CarryRecovered;
        d.numbers = {carry, m_k.carry.enterAbove, m_k.leverage.targetLtv};
        PhaseIntent phase{PhaseKind::OnChain, {}, {}, {}};
        ChainIntent up;
        up.kind = ChainIntent::Kind::EnterAtomic; // no new equity: only the debt grows
        up.ltv = m_k.leverage.targetLtv;
        phase.chain.push_back(up);
        d.phases.push_back(std::move(phase));
        return d;
    }
    return std::nullopt;
}

Decision ChainStrategy::enterOrAdd(const StrategyInput& input, const StrategyMemory& memory,
                                   std::span<double> values) const
{
    const Situation& s = input.situation;
    if (m_limits.actions && input.risk.level(RiskMetric::Drawdown, kBookScope) == RiskLevel::Critical)
        return hold(Reason::DrawdownHalt, {s.drawdown, m_conditions[Drawdown].threshold});
    if (m_limits.actions && input.risk.level(RiskMetric::HealthFactor, kBookScope) == RiskLevel::Breached)
        return hold(Reason::DrawdownHalt,
                    {s.drawdown, m_conditions[Drawdown].threshold}); // not where it was liquidated
    if (m_limits.actions && m_info.staking &&
        input.risk.level(RiskMetric::LstDiscount, kBookScope) == RiskLevel::Critical)
        return hold(Reason::LstDiscount, {s.chain.discount, m_conditions[LstDiscount].threshold});
    // What failed a moment ago would fail again, and each time costs gas.
    const double sinceFailure = hoursBetween(memory.lastFailure, s.time);
    if (memory.lastFailure != Time{} && sinceFailure < m_k.cooldownHours)
        return hold(Reason::CoolDown, {m_k.cooldownHours - sinceFailure});
    const double carry = values[CarryOnEquity];
    if (m_info.leverage && m_k.carry.policy != CarryPolicy::Report && carry < m_k.carry.enterAbove)
        return hold(Reason::NegativeCarry, {s.chain.stakingApr, s.chain.borrowApr, carry, m_k.carry.enterAbove});
    if (memory.filteredOut && hoursBetween(memory.lastFilterChange, s.time) < m_k.carry.cooldownHours)
        return hold(Reason::CoolDown, {m_k.carry.cooldownHours - hoursBetween(memory.lastFilterChange, s.time)});
    const bool open = values[OpenEquity] > kDustEth * s.ethPrice;
    const Action action = open ? Action::Deposit : Action::InitialSetup;
    const double free = values[WalletFree];
    Decision d = m_info.exchanges ? enterHedged(s, action, free) : enterPlain(s, action, free);
    if (d.action == Action::Hold)
        return d;
    d.reason = Reason::EthInWallet;
    d.numbers = {free, std::isnan(carry) ? 0.0 : carry};
    return d;
}

std::optional<Decision> ChainStrategy::keepHedged(const StrategyInput& input, std::span<double> values) const
{
    const Situation& s = input.situation;
    const bool drifted = values[DeltaDrift] > m_conditions[DeltaDrift].threshold;
    const bool moved = values[EquityMoved] > m_k.equityTolerance;
    if (!drifted && !moved)
        return std::nullopt;
    const bool urgent = m_limits.actions && drifted;
    if (values[CooldownLeft] > 0 && !urgent)
        return std::nullopt;
    Decision d = hedge(s, drifted ? Reason::NetDeltaDrift : Reason::EquityMoved);
    if (d.action == Action::Hold)
        return std::nullopt; // below the smallest trade
    d.numbers = drifted ? ReasonNumbers{s.netDelta, values[DeltaDrift], m_conditions[DeltaDrift].threshold}
                        : ReasonNumbers{values[EquityMoved], s.netDelta};
    d.riskReducing = urgent;
    return d;
}

} // namespace carry
