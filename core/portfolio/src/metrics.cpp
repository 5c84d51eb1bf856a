// SPDX-License-Identifier: GPL-3.0-or-later
#include "portfolio/metrics.h"

#include <array>
#include <cmath>
#include <string_view>
#include <vector>

namespace carry
{
namespace
{

constexpr std::int64_t kDayMs = 86'400'000;

//! Returns between successive 00:00 UTC steps, on the flow-adjusted unit value; nothing where a day starts with none.
std::optional<std::vector<double>> dailyReturns(const NavHistory& h)
{
    std::vector<double> returns;
    std::optional<double> previous;
    for (std::size_t i = 0; i < h.timeMs.size(); ++i) {
        if (h.timeMs[i] % kDayMs != 0)
            continue;
        if (previous && *previous <= 0)
            return std::nullopt;
        if (previous)
            returns.push_back(h.unitValue[i] / *previous - 1.0);
        previous = h.unitValue[i];
    }
    return returns;
}

void measureDaily(const NavHistory& h, PerformanceMetrics& m)
{
    const auto daily = dailyReturns(h);
    if (!daily || daily->size() < 2) {
        m.volatility = m.sharpe = m.sortino = m.positiveDays =
            Figure::empty(daily ? EmptyReason::TooFewDays : EmptyReason::LostEverything);
        return;
    }
    const std::vector<double>& returns = *daily;
    const auto n = static_cast<double>(returns.size());
    double sum = 0;
    double downside = 0;
    double positive = 0;
    const double dailyRiskFree = h.riskFree / 365.0;
    for (const double r : returns) {
        sum += r;
        const double below = std::min(r, 0.0);
        downside += below * below;
        positive += r > 0 ? 1 : 0;
    }
    const double mean = sum / n;
    double squares = 0;
    for (const double r : returns)
        squares += (r - mean) * (r - mean);
    const double deviation = std::sqrt(squares / (n - 1));
    const double downsideDeviation = std::sqrt(downside / n);
    const double excess = mean - dailyRiskFree;
    const double root = std::sqrt(365.0);
    m.volatility = Figure::of(deviation * root);
    m.sharpe = deviation > 0 ? Figure::of(excess / deviation * root) : Figure::empty(EmptyReason::NoVariation);
    m.sortino =
        downsideDeviation > 0 ? Figure::of(excess / downsideDeviation * root) : Figure::empty(EmptyReason::NoVariation);
    m.positiveDays = Figure::of(positive / n);
}

void measureDrawdown(const NavHistory& h, PerformanceMetrics& m)
{
    double peak = 1.0; // the capital before entry is the first point
    std::int64_t peakAt = h.timeMs.front();
    double worst = 0;
    double worstPeak = peak;
    std::int64_t from = peakAt;
    std::int64_t to = peakAt;
    for (std::size_t i = 0; i < h.timeMs.size(); ++i) {
        if (h.unitValue[i] > peak) {
            peak = h.unitValue[i];
            peakAt = h.timeMs[i];
        }
        const double drawdown = (peak - h.unitValue[i]) / peak;
        if (drawdown > worst) {
            worst = drawdown;
            worstPeak = peak;
            from = peakAt;
            to = h.timeMs[i];
        }
    }
    m.maxDrawdown = Figure::of(worst);
    m.drawdownFrom = fromMs(from);
    m.drawdownTo = fromMs(to);
    std::int64_t recovered = h.timeMs.back();
    for (std::size_t i = 0; i < h.timeMs.size(); ++i) {
        if (h.timeMs[i] > to && h.unitValue[i] >= worstPeak) {
            recovered = h.timeMs[i];
            break;
        }
    }
    m.drawdownDays = worst > 0 ? static_cast<double>(recovered - from) / static_cast<double>(kDayMs) : 0;
}

} // namespace

std::string_view toText(EmptyReason reason)
{
    constexpr std::array<std::string_view, 12> kText{
        "",        "no_notional", "no_solution", "too_few_days",    "no_variation",  "no_drawdown", "zero_duration",
        "no_debt", "no_income",   "no_reading",  "lost_everything", "not_applicable"};
    return kText[static_cast<std::size_t>(reason)];
}

PerformanceMetrics measurePerformance(const NavHistory& h)
{
    PerformanceMetrics m;
    m.days = static_cast<double>(h.timeMs.back() - h.timeMs.front()) / static_cast<double>(kDayMs);
    const double total = h.hasFlows ? h.unitValue.back() - 1.0 : h.netPnl / h.capital;
    m.twr = Figure::of(h.unitValue.back() - 1.0);
    if (m.days > 0) {
        m.apr = Figure::of(total * 365.0 / m.days);
        m.cagr = total > -1.0 ? Figure::of(std::pow(1.0 + total, 365.0 / m.days) - 1.0)
                              : Figure::empty(EmptyReason::LostEverything);
    } else {
        m.apr = m.cagr = Figure::empty(EmptyReason::ZeroDuration);
    }
    measureDaily(h, m);
    measureDrawdown(h, m);
    if (!m.cagr.value)
        m.calmar = m.cagr;
    else if (*m.maxDrawdown.value > 0)
        m.calmar = Figure::of(*m.cagr.value / *m.maxDrawdown.value);
    else
        m.calmar = Figure::empty(EmptyReason::NoDrawdown);
    return m;
}

} // namespace carry
