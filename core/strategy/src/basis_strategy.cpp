// SPDX-License-Identifier: GPL-3.0-or-later
#include "basis_strategy.h"

#include "strategy/basis_sizing.h"

#include <cmath>
#include <limits>

namespace carry
{
namespace
{

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

} // namespace

void declareBasisParameters(ParameterSchema& schema)
{
    schema.choice("share_class", "USDT", {"USDT", "ETH", "BTC"}, "Reporting currency and benchmark");
    declareExchangeKeys(schema);
    schema.number("basis.spot_fraction", 1, 0.01, 1, "fraction",
                  "Share of an exchange's capital spent on spot; the rest is margin (1: the coin is the collateral)");
    schema.number("basis.min_wallet_usdt", 1000, 0, 1e9, "USDT", "Enter or add only with more than this in the wallet");
    schema.number("basis.min_position", 0.001, 0, 1000, "coin", "A smaller leg does not count as a position");
    schema.number("basis.delta_tolerance", 0.005, 0, 1, "fraction of gross", "Net delta that is tolerated");
    schema.number("basis.min_trade_usd", 100, 0, 1e9, "USDT", "Smallest correction of a leg");
    schema.number("basis.min_transfer_usd", 100, 0, 1e9, "USDT", "Smallest movement of margin");
    schema.number("basis.cooldown_hours", 24, 0, 8760, "h", "Between two corrections that are not urgent");
    schema.number("basis.protect_move", 0.02, 0, 1, "fraction",
                  "Price move against which a correction is taken to protect, for the cost test");
    schema.boolean("basis.rebalance", true, "Correct delta, legs and margin");
    schema.time("basis.exit_at", "", "Close everything at this time; empty: never");
    schema.boolean("funding_filter.enabled", false, "Leave when funding is low, come back when it is high");
    schema.number("funding_filter.days", 7, 0.34, 365, "d", "Window of the trailing mean");
    schema.number("funding_filter.exit_below", 0, -5, 5, "per year", "Leave below this mean funding");
    schema.number("funding_filter.enter_above", 0.03, -5, 5, "per year", "Enter again above this mean funding");
    schema.number("funding_filter.cooldown_hours", 72, 0, 8760, "h", "Between leaving and entering again");
    schema.number("funding_filter.horizon_days", 30, 1, 365, "d",
                  "Carry over this time must pay for the way in and out");
    declareDataKeys(schema);
}

Result<BasisParameters> readBasisParameters(const ParameterValues& v, const StrategyInfo& info)
{
    BasisParameters p;
    if (auto right = checkShareClass(v, info); !right)
        return fail(right.error());
    auto keys = readExchangeKeys(v);
    if (!keys)
        return fail(keys.error());
    static_cast<ExchangeKeys&>(p) = *keys;
    p.spotFraction = v.number("basis.spot_fraction");
    p.minWalletUsdt = v.number("basis.min_wallet_usdt");
    p.minPosition = v.number("basis.min_position");
    p.deltaTolerance = v.number("basis.delta_tolerance");
    p.minTradeUsd = v.number("basis.min_trade_usd");
    p.minTransferUsd = v.number("basis.min_transfer_usd");
    p.cooldownHours = v.number("basis.cooldown_hours");
    p.protectMove = v.number("basis.protect_move");
    p.rebalance = v.boolean("basis.rebalance");
    p.exitAt = v.time("basis.exit_at");
    p.filter = {v.boolean("funding_filter.enabled"),       v.number("funding_filter.days"),
                v.number("funding_filter.exit_below"),     v.number("funding_filter.enter_above"),
                v.number("funding_filter.cooldown_hours"), v.number("funding_filter.horizon_days")};
    if (p.filter.enabled && p.filter.enterAbove < p.filter.exitBelow)
        return fail(Error(ErrorCode::ConfThresholds)
                        .with("key", "funding_filter (enter_above must not be below exit_below)")
                        .with("warn", formatValue(p.filter.enterAbove))
                        .with("critical", formatValue(p.filter.exitBelow)));
    return p;
}

BasisStrategy::BasisStrategy(const StrategyInfo& info, BasisParameters parameters, const VenueRules& venues,
                             const RiskLimits& limits)
    : m_info(info), m_p(std::move(parameters)), m_venues(venues), m_limits(limits)
{
    using Test = ConditionDefinition::Test;
    const std::string coin{toText(info.base)};
    m_conditions = {
        {"wallet_usdt", "USDT", Test::Above, m_p.minWalletUsdt},
        {"open_position", coin, Test::Above, m_p.minPosition},
        {"delta_fraction", "fraction of gross", Test::Above, m_p.deltaTolerance},
        {"min_margin_ratio", "fraction", Test::Below, limits.of(RiskMetric::MarginRatio).warn},
        {"min_liquidation_distance", "fraction", Test::Below, limits.of(RiskMetric::LiquidationDistance).critical},
        {"margin_surplus", "USDT", Test::AtLeast, m_p.minTransferUsd},
        {"leg_difference", "perp lots of its exchange", Test::AtLeast, 1},
        {"leg_difference_usd", "USDT", Test::AtLeast, m_p.minTradeUsd},
        {"withdrawal_shortfall", "USDT", Test::Above, 0},
        {"funding_mean", "per year", Test::Below, m_p.filter.exitBelow},
        {"cooldown_left", "h", Test::Above, 0},
        {"staleness", "bars", Test::Above, limits.of(RiskMetric::Staleness).critical},
        {"drawdown", "fraction", Test::Above, limits.of(RiskMetric::Drawdown).critical},
        {"hours_past_exit", "h", Test::AtLeast, 0},
        {"idle_usdt", "USDT", Test::Above, m_p.minWalletUsdt},
    };
}

StrategyNeeds BasisStrategy::needs() const
{
    StrategyNeeds needs;
    needExchanges(needs, m_p, m_info.base);
    needs.gas = m_venues.chain.gasEnabled;
    if (!needs.gas && m_venues.chain.gasReserveEth <= 0)
        return needs;
    if (m_info.base == Asset::ETH) {
        needs.map.ethReference = needs.map.spot[exchangeIndex(m_p.ethReference)];
    } else {
        needs.map.ethReference = needs.legs.size();
        needs.legs.push_back({m_p.ethReference, Asset::ETH, Product::Spot, std::nullopt});
    }
    return needs;
}

double BasisStrategy::fundingMean(const StrategyInput& input) const
{
    if (!m_p.filter.enabled)
        return kNaN;
    const Duration window{static_cast<std::int64_t>(m_p.filter.days * static_cast<double>(kDay.count()))};
    double mean = 0;
    for (std::size_t i = 0; i < kExchangeCount; ++i)
        mean += m_p.weights[i] * input.market.trailingFunding(i, window);
    return mean * 365.0 / m_p.filter.days;
}

BasisStrategy::MarginCase BasisStrategy::marginCase(const Situation& s) const
{
    MarginCase c;
    double lowest = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < kExchangeCount; ++i) {
        if (s.venues[i].marginRatio < lowest) { // false for NaN
            lowest = s.venues[i].marginRatio;
            c.worst = i;
        }
    }
    c.deficit = marginDeficit(s.venues[c.worst], m_limits.marginTarget);
    for (const Venue venue : kExchanges) {
        const auto i = exchangeIndex(venue);
        if (i == c.worst)
            continue;
        const double surplus = transferableSurplus(m_venues.cex, venue, s.venues[i], m_limits.marginTarget);
        if (surplus > c.surplus) {
            c.surplus = surplus;
            c.donor = i;
        }
    }
    return c;
}

BasisStrategy::LegDifferenceFigures BasisStrategy::legDifference(const Situation& s) const
{
    LegDifferenceFigures largest;
    for (const Venue venue : kExchanges) {
        const VenueSituation& v = s.venues[exchangeIndex(venue)];
        // Quantities have at most 12 decimals: a difference of one lot must not miss it by a binary hair.
        const double coin = std::round(std::abs(v.coin + v.perp) * 1e12) / 1e12;
        const LegDifferenceFigures here{coin, coin / m_venues.cex.lot(venue, Product::Perp).toDouble(), coin * v.mark};
        // Of the exchanges whose legs differ by a lot, the one where it is worth most.
        if (std::pair(here.lots >= 1, here.usd) > std::pair(largest.lots >= 1, largest.usd))
            largest = here;
    }
    return largest;
}

void BasisStrategy::look(const StrategyInput& input, const StrategyMemory& memory, std::span<double> values) const
{
    const Situation& s = input.situation;
    double open = 0;
    double minRatio = kNaN;
    double minDistance = kNaN;
    double staleness = 0;
    for (const VenueSituation& v : s.venues) {
        open = std::max({open, std::abs(v.coin), std::abs(v.perp)});
        minRatio = std::fmin(minRatio, v.marginRatio); // fmin ignores NaN
        minDistance = std::fmin(minDistance, v.liquidationDistance);
        staleness = std::max(staleness, v.stalenessBars);
    }
    values[WalletUsdt] = s.walletUsdt - s.pendingWithdrawal;
    values[OpenPosition] = open;
    values[DeltaFraction] = s.grossDelta > 0 ? std::abs(s.netDelta) / s.grossDelta : 0.0;
    values[MarginRatio] = minRatio;
    values[LiquidationDistance] = minDistance;
    values[MarginSurplus] = minRatio < m_conditions[MarginRatio].threshold ? marginCase(s).surplus : kNaN;
    const auto legs = legDifference(s);
    values[LegDifference] = legs.lots;
    values[LegDifferenceUsd] = legs.usd;
    values[WithdrawalShortfall] = s.pendingWithdrawal > 0 ? s.pendingWithdrawal - s.walletUsdt : 0.0;
    values[FundingMean] = fundingMean(input);
    const bool rebalanced = memory.lastRebalance != Time{};
    values[CooldownLeft] =
        rebalanced ? std::max(0.0, m_p.cooldownHours - hoursBetween(memory.lastRebalance, s.time)) : 0.0;
    values[Staleness] = staleness;
    values[Drawdown] = s.drawdown;
    values[HoursPastExit] = m_p.exitAt ? hoursBetween(*m_p.exitAt, s.time) : kNaN;
    values[IdleUsdt] = 0;
    for (std::size_t i = 0; i < kExchangeCount; ++i)
        if (isIdle(s, input.risk, i))
            values[IdleUsdt] = std::max(values[IdleUsdt], s.venues[i].usdt);
}

Decision BasisStrategy::decide(const StrategyInput& input, StrategyMemory& memory, std::span<double> values) const
{
    look(input, memory, values);
    Decision d = choose(input, memory, values);
    const Time now = input.situation.time;
    switch (d.action) {
    case Action::InitialSetup:
        if (memory.filteredOut)
            memory.lastFilterChange = now;
        memory.entered = true;
        memory.filteredOut = false;
        break;
    case Action::Exit:
        memory.closedForGood = d.reason == Reason::ExitScheduled;
        memory.filteredOut = d.reason == Reason::FundingBelowExit;
        memory.lastFilterChange = now;
        break;
    case Action::Rebalance:
        memory.lastRebalance = now;
        break;
    case Action::Hold:
    case Action::Deposit:
    case Action::Withdrawal:
    case Action::Reduce:
        break;
    }
    return d;
}

bool BasisStrategy::canForce(Action action) const
{
    return action == Action::Hold || action == Action::Exit || action == Action::Rebalance;
}

Decision BasisStrategy::force(Action action, const StrategyInput& input, StrategyMemory& memory) const
{
    const Situation& s = input.situation;
    if (action == Action::Exit) {
        memory.closedForGood = true;
        memory.filteredOut = false;
        memory.lastFilterChange = s.time;
        return leave(s, Reason::ByHand);
    }
    if (action != Action::Rebalance)
        return hold(Reason::ByHand);
    Decision d = hedge(s, Reason::ByHand);
    if (d.action != Action::Hold)
        memory.lastRebalance = s.time;
    return d;
}

Decision BasisStrategy::choose(const StrategyInput& input, const StrategyMemory& memory, std::span<double> values) const
{
    const Situation& s = input.situation;
    const bool open = values[OpenPosition] > m_p.minPosition;
    if (m_limits.actions && values[Staleness] > m_conditions[Staleness].threshold)
        return hold(Reason::StaleLeg, {values[Staleness], m_conditions[Staleness].threshold});
    if (values[HoursPastExit] >= 0 && open)
        return leave(s, Reason::ExitScheduled);
    if (m_limits.actions && open)
        if (auto d = protectMargin(input, values))
            return *d;
    if (values[WithdrawalShortfall] > 0 && open)
        return withdraw(s);
    if (m_p.filter.enabled && open && values[FundingMean] < m_p.filter.exitBelow) {
        Decision d = leave(s, Reason::FundingBelowExit);
        d.numbers = {values[FundingMean], m_p.filter.exitBelow};
        return d;
    }
    if (values[WalletUsdt] > m_p.minWalletUsdt)
        if (auto d = enterOrAdd(input, memory, values))
            return *d;
    if (m_p.rebalance && open)
        if (auto d = evenOut(input, values))
            return *d;
    // What an entry that failed half-way left at an exchange is put to work there.
    const bool mayEnter =
        memory.entered && !memory.closedForGood && !memory.filteredOut && !(values[HoursPastExit] >= 0);
    if (m_p.rebalance && mayEnter && values[IdleUsdt] > m_p.minWalletUsdt)
        return values[CooldownLeft] > 0 ? hold(Reason::CoolDown, {values[CooldownLeft]}) : deploy(s, input.risk);
    if (!open)
        return memory.closedForGood ? hold(Reason::Exited)
                                    : hold(Reason::NoCapital, {values[WalletUsdt], m_p.minWalletUsdt});
    if (m_limits.actions && m_p.rebalance && values[MarginRatio] < m_conditions[MarginRatio].threshold)
        return hold(Reason::NoSurplus, {values[MarginRatio], m_conditions[MarginRatio].threshold});
    return hold(Reason::NothingToDo);
}

std::optional<Decision> BasisStrategy::protectMargin(const StrategyInput& input, std::span<double> values) const
{
    const Situation& s = input.situation;
    const bool low = values[MarginRatio] < m_conditions[MarginRatio].threshold;
    if (low && m_p.rebalance && values[MarginSurplus] >= m_p.minTransferUsd) {
        const auto c = marginCase(s);
        if (c.deficit >= m_p.minTransferUsd)
            return moveMargin(s, c);
    }
    bool critical = false;
    for (std::size_t i = 0; i < kExchangeCount; ++i)
        critical |= input.risk.level(RiskMetric::MarginRatio, i) == RiskLevel::Critical ||
                    input.risk.level(RiskMetric::LiquidationDistance, i) == RiskLevel::Critical;
    if (critical) {
        const Decision d = cut(s, input.risk);
        if (d.action != Action::Hold)
            return d;
    }
    return std::nullopt;
}

std::optional<Decision> BasisStrategy::enterOrAdd(const StrategyInput& input, const StrategyMemory& memory,
                                                  std::span<double> values) const
{
    const Situation& s = input.situation;
    if (memory.closedForGood || values[HoursPastExit] >= 0)
        return hold(Reason::Exited);
    if (m_limits.actions && input.risk.level(RiskMetric::Drawdown, kBookScope) == RiskLevel::Critical)
        return hold(Reason::DrawdownHalt, {s.drawdown, m_conditions[Drawdown].threshold});
    const bool open = values[OpenPosition] > m_p.minPosition;
    if (m_p.filter.enabled) {
        const double enterAt = memory.filteredOut ? m_p.filter.enterAbove : m_p.filter.exitBelow;
        if (values[FundingMean] < enterAt)
            return open ? std::nullopt : std::optional(hold(Reason::FilterOut, {values[FundingMean], enterAt}));
        const double since = hoursBetween(memory.lastFilterChange, s.time);
        if (memory.filteredOut && since < m_p.filter.cooldownHours)
            return hold(Reason::CoolDown, {m_p.filter.cooldownHours - since});
    }
    Decision d = open ? enter(input, Action::Deposit, Reason::DepositArrived)
                      : enter(input, Action::InitialSetup, Reason::CapitalInWallet);
    if (d.action != Action::Hold && memory.filteredOut)
        d.protects = values[FundingMean] * m_p.filter.horizonDays / 365.0 * values[WalletUsdt];
    return d;
}

std::optional<Decision> BasisStrategy::evenOut(const StrategyInput& input, std::span<double> values) const
{
    const bool drifted = values[DeltaFraction] > m_p.deltaTolerance;
    const bool legs =
        values[LegDifference] >= m_conditions[LegDifference].threshold && values[LegDifferenceUsd] >= m_p.minTradeUsd;
    if (!drifted && !legs)
        return std::nullopt;
    const bool urgent = m_limits.actions && input.risk.level(RiskMetric::DeltaDrift, kBookScope) == RiskLevel::Critical;
    if (values[CooldownLeft] > 0 && !urgent)
        return hold(Reason::CoolDown, {values[CooldownLeft]});
    Decision d = hedge(input.situation, drifted ? Reason::DeltaDrift : Reason::LegsDiffer);
    if (d.action == Action::Hold)
        return d;
    d.riskReducing = urgent;
    d.numbers = drifted ? ReasonNumbers{values[DeltaFraction], m_p.deltaTolerance}
                        : ReasonNumbers{legDifference(input.situation).coin, values[LegDifferenceUsd]};
    return d;
}

} // namespace carry
