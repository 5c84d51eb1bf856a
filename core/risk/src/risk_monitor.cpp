// SPDX-License-Identifier: GPL-3.0-or-later
#include "risk/risk_monitor.h"

#include <cmath>

namespace carry
{
namespace
{

struct MetricDefaults {
    RiskMetric metric;
    const char* key;
    double warn, critical;
    bool lowIsBad;
    const char* unit;
    const char* help;
};

constexpr std::array<MetricDefaults, kRiskMetricCount> kMetrics{{
    {RiskMetric::MarginRatio, "margin_ratio", 0.20, 0.12, true, "fraction", "Haircut equity / notional of an exchange"},
    {RiskMetric::LiquidationDistance, "liquidation_distance", 0.15, 0.08, true, "fraction",
     "Distance of the mark to the liquidation price"},
    {RiskMetric::DeltaDrift, "delta_drift", 0.01, 0.02, false, "fraction of NAV", "Net delta against its target"},
    {RiskMetric::FundingTrailing, "funding", 0.0, -0.05, true, "per year", "Trailing 3 days' funding, annualised"},
    {RiskMetric::Basis, "basis", 0.01, 0.02, false, "fraction", "Absolute perp / spot - 1"},
    {RiskMetric::Staleness, "staleness", 2, 6, false, "bars", "Age of the older leg of an exchange"},
    {RiskMetric::Drawdown, "drawdown", 0.05, 0.15, false, "fraction", "From the peak of the flow-adjusted NAV"},
    {RiskMetric::AaveLtv, "aave_ltv", 0, 0, false, "fraction", "Debt / collateral at Aave"},
    {RiskMetric::HealthFactor, "health_factor", 0, 1.02, true, "", "Health factor at Aave"},
    {RiskMetric::LstDiscount, "lst_discount", 0.01, 0.02, false, "fraction",
     "Market price of the staked token against the protocol's ratio"},
}};
constexpr std::size_t kExchangeMetrics = 7; // those of every run

RiskLevel levelOf(double value, const Threshold& t)
{
    const auto beyond = [&](double limit) { return t.lowIsBad ? value < limit : value > limit; };
    return beyond(t.critical) ? RiskLevel::Critical : beyond(t.warn) ? RiskLevel::Warn : RiskLevel::Ok;
}

} // namespace

std::string_view toText(RiskMetric metric)
{
    return kMetrics[static_cast<std::size_t>(metric)].key;
}

std::string_view toText(RiskLevel level)
{
    constexpr std::array<std::string_view, 4> kText{"ok", "warn", "critical", "breached"};
    return kText[static_cast<std::size_t>(level)];
}

RiskAction actionOnCritical(RiskMetric metric)
{
    switch (metric) {
    case RiskMetric::MarginRatio:
    case RiskMetric::LiquidationDistance:
        return RiskAction::MarginSupport;
    case RiskMetric::DeltaDrift:
        return RiskAction::Hedge;
    case RiskMetric::Staleness:
        return RiskAction::NoNewTrades;
    case RiskMetric::Drawdown:
        return RiskAction::HaltNewRisk;
    case RiskMetric::AaveLtv:
    case RiskMetric::HealthFactor:
        return RiskAction::Delever;
    case RiskMetric::LstDiscount:
        return RiskAction::StopAdding;
    case RiskMetric::FundingTrailing:
    case RiskMetric::Basis:
        break;
    }
    return RiskAction::Report;
}

std::string_view toText(RiskAction action)
{
    constexpr std::array<std::string_view, 7> kText{"report",        "margin_support", "hedge",      "no_new_trades",
                                                    "halt_new_risk", "delever",        "stop_adding"};
    return kText[static_cast<std::size_t>(action)];
}

void declareRiskParameters(ParameterSchema& schema, bool chain)
{
    for (std::size_t i = 0; i < (chain ? kRiskMetricCount : kExchangeMetrics); ++i) {
        const auto& m = kMetrics[i];
        const std::string key = std::string("risk.") + m.key;
        const bool derived = m.warn == 0 && m.metric >= RiskMetric::AaveLtv;
        if (derived) {
            schema.number(key + ".warn", 0, 0, 100, m.unit,
                          std::string(m.help) + ": warning level; 0: from the target LTV + 0.01");
            schema.number(key + ".critical", m.critical, 0, 100, m.unit,
                          std::string(m.help) + ": critical level" +
                              (m.critical == 0 ? "; 0: the smaller of target LTV + 0.02 and maximum LTV - 0.005" : ""));
            continue;
        }
        schema.number(key + ".warn", m.warn, -10, 100, m.unit, std::string(m.help) + ": warning level");
        schema.number(key + ".critical", m.critical, -10, 100, m.unit, std::string(m.help) + ": critical level");
    }
    if (chain) {
        schema.number("risk.hf_exit", 1.02, 1, 10, "", "Health factor at which the position is taken down");
        schema.number("risk.hf_buffer", 0.02, 0, 10, "", "Room above it that the target LTV must leave");
    }
    schema.boolean("risk.actions", true, "Act on critical levels; off: levels are only recorded");
    schema.number("risk.margin_target", 0.5, 0.01, 10, "fraction",
                  "Margin support brings an exchange back to this ratio");
}

double largestTargetLtv(const ParameterValues& values)
{
    return std::min(values.number("aave.emode_threshold") /
                        (values.number("risk.hf_exit") + values.number("risk.hf_buffer")),
                    values.number("aave.emode_ltv"));
}

void deriveThreshold(RiskMetric metric, const LendingBounds& bounds, Threshold& t)
{
    if (metric != RiskMetric::AaveLtv && metric != RiskMetric::HealthFactor)
        return;
    // Without leverage there is no debt to judge; the protocol's own bound stands in.
    const double target = bounds.targetLtv.value_or(bounds.maxLtv - 0.02);
    if (metric == RiskMetric::AaveLtv) {
        t.origin = bounds.liquidationThreshold;
        if (t.warn == 0)
            t.warn = target + 0.01;
        if (t.critical == 0)
            t.critical = std::min(target + 0.02, bounds.maxLtv - 0.005);
        return;
    }
    t.origin = 1;
    if (t.warn == 0)
        t.warn = bounds.liquidationThreshold / (target + 0.01);
}

Result<RiskLimits> readRiskLimits(const ParameterValues& values)
{
    RiskLimits limits;
    limits.actions = values.boolean("risk.actions");
    limits.marginTarget = values.number("risk.margin_target");
    limits.chain = values.has("risk.hf_exit");
    if (values.has("leverage.target_ltv")) {
        const double largest = largestTargetLtv(values);
        if (const double target = values.number("leverage.target_ltv"); target > largest)
            return fail(Error(ErrorCode::StratTargetLtv)
                            .with("found", formatValue(target))
                            .with("largest", formatValue(std::floor(largest * 1e4) / 1e4)));
    }
    for (std::size_t i = 0; i < (limits.chain ? kRiskMetricCount : kExchangeMetrics); ++i) {
        const auto& m = kMetrics[i];
        const std::string key = std::string("risk.") + m.key;
        Threshold t{values.number(key + ".warn"), values.number(key + ".critical"), m.lowIsBad};
        if (limits.chain)
            deriveThreshold(
                m.metric,
                {values.has("leverage.target_ltv") ? std::optional(values.number("leverage.target_ltv")) : std::nullopt,
                 values.number("aave.emode_ltv"), values.number("aave.emode_threshold")},
                t);
        if (t.lowIsBad ? t.warn <= t.critical : t.warn >= t.critical)
            return fail(Error(ErrorCode::ConfThresholds)
                            .with("key", key)
                            .with("warn", formatValue(t.warn))
                            .with("critical", formatValue(t.critical)));
        limits.thresholds[static_cast<std::size_t>(m.metric)] = t;
    }
    const double warn = limits.of(RiskMetric::MarginRatio).warn;
    if (limits.marginTarget <= warn)
        return fail(Error(ErrorCode::ConfThresholds)
                        .with("key", "risk.margin_target (must exceed the warning level)")
                        .with("warn", formatValue(warn))
                        .with("critical", formatValue(limits.marginTarget)));
    return limits;
}

void RiskState::judge(RiskMetric metric, std::size_t scope, double value, const RiskLimits& limits,
                      std::vector<LevelChange>& changes)
{
    RiskLevel& current = m_levels[static_cast<std::size_t>(metric)][scope];
    if (current == RiskLevel::Breached)
        return;
    const Threshold& t = limits.of(metric);
    RiskLevel next = std::isnan(value) ? RiskLevel::Ok : levelOf(value, t);
    if (next == current)
        return;
    if (next < current && !std::isnan(value)) {
        // Leaving a level takes the figure back by a tenth of that level's threshold.
        const auto eased = [&](double limit) {
            const double way = 0.1 * std::abs(limit - t.origin);
            return t.lowIsBad ? value - way : value + way;
        };
        const double limit = current == RiskLevel::Critical ? t.critical : t.warn;
        const double judged = eased(limit);
        const bool stillBeyond = t.lowIsBad ? judged < limit : judged > limit;
        if (stillBeyond)
            return;
        if (current == RiskLevel::Critical && next == RiskLevel::Ok) {
            const double judgedWarn = eased(t.warn);
            if (t.lowIsBad ? judgedWarn < t.warn : judgedWarn > t.warn)
                next = RiskLevel::Warn;
        }
    }
    const RiskLevel crossed = std::max(current, next);
    const double limit = crossed == RiskLevel::Critical ? t.critical : t.warn;
    changes.push_back({metric, static_cast<std::uint8_t>(scope), current, next, value, limit});
    current = next;
}

void RiskState::evaluate(const Situation& s, const RiskLimits& limits, bool planOpen, std::vector<LevelChange>& changes)
{
    for (std::size_t i = 0; i < kExchangeCount; ++i) {
        const VenueSituation& v = s.venues[i];
        judge(RiskMetric::MarginRatio, i, v.marginRatio, limits, changes);
        judge(RiskMetric::LiquidationDistance, i, v.liquidationDistance, limits, changes);
        judge(RiskMetric::FundingTrailing, i, v.fundingApr, limits, changes);
        judge(RiskMetric::Basis, i, std::abs(v.basis), limits, changes);
        judge(RiskMetric::Staleness, i, v.stalenessBars, limits, changes);
    }
    if (!planOpen)
        judge(RiskMetric::DeltaDrift, kBookScope, s.deltaDrift, limits, changes);
    judge(RiskMetric::Drawdown, kBookScope, s.drawdown, limits, changes);
    if (!limits.chain)
        return;
    // A plan under way brings the LTV where it is wanted; only the health factor may interrupt it.
    if (!planOpen)
        judge(RiskMetric::AaveLtv, kBookScope, s.chain.ltv, limits, changes);
    judge(RiskMetric::HealthFactor, kBookScope, s.chain.healthFactor, limits, changes);
    judge(RiskMetric::LstDiscount, kBookScope, s.chain.discount, limits, changes);
}

void RiskState::markBreached(Venue venue, std::vector<LevelChange>& changes)
{
    breach(RiskMetric::MarginRatio, exchangeIndex(venue), changes);
}

void RiskState::markLendingBreached(std::vector<LevelChange>& changes)
{
    breach(RiskMetric::HealthFactor, kBookScope, changes);
}

void RiskState::breach(RiskMetric metric, std::size_t scope, std::vector<LevelChange>& changes)
{
    RiskLevel& level = m_levels[static_cast<std::size_t>(metric)][scope];
    if (level == RiskLevel::Breached)
        return;
    changes.push_back({metric, static_cast<std::uint8_t>(scope), level, RiskLevel::Breached, 0, 0});
    level = RiskLevel::Breached;
}

RiskLevel RiskState::overall() const
{
    RiskLevel worst = RiskLevel::Ok;
    for (const auto& scopes : m_levels)
        for (const RiskLevel level : scopes)
            worst = std::max(worst, level);
    return worst;
}

} // namespace carry
