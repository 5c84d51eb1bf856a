// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/time.h"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>

namespace carry
{

//! Why a figure is empty. Stored in databases: append only.
enum class EmptyReason : std::uint8_t {
    None = 0,
    NoNotional = 1,      //!< no perp position, so no margin ratio
    NoSolution = 2,      //!< no positive liquidation price
    TooFewDays = 3,      //!< fewer than two daily returns
    NoVariation = 4,     //!< the deviation is zero
    NoDrawdown = 5,      //!< the drawdown is zero
    ZeroDuration = 6,    //!< the run has no length
    NoDebt = 7,          //!< no borrowed position, so no health factor
    NoIncome = 8,        //!< nothing was earned, so no ratio to it
    NoReading = 9,       //!< nothing known yet (no settlement so far)
    LostEverything = 10, //!< NAV at or below zero
    NotApplicable = 11,  //!< the condition was not looked at
};
std::string_view toText(EmptyReason reason);

//! A figure, or nothing with the reason.
struct Figure {
    std::optional<double> value;
    EmptyReason reason = EmptyReason::None;
    static Figure of(double v) { return {v, EmptyReason::None}; }
    static Figure empty(EmptyReason why) { return {std::nullopt, why}; }
};

//! NAV history of a run, flow-adjusted. unitValue[i] is the value of one unit bought at the start for 1 (TWR index).
struct NavHistory {
    std::span<const std::int64_t> timeMs;
    std::span<const double> nav;
    std::span<const double> unitValue;
    double capital = 0; //!< NAV before any cost, stamped at the first time
    double netPnl = 0;  //!< balance P&L
    bool hasFlows = false;
    double riskFree = 0; //!< annual, fraction
};

//! DOMAIN "Metrics": year of 365 days; daily figures on NAV at 00:00 UTC, sample deviation, times sqrt(365).
struct PerformanceMetrics {
    double days = 0;
    Figure apr;  //!< simple: net P&L / capital * 365 / days; with flows the annualised time-weighted return
    Figure cagr; //!< (1 + net P&L / capital)^(365/days) - 1; with flows on the time-weighted return
    Figure twr;  //!< time-weighted return over the run
    Figure volatility, sharpe, sortino;
    Figure maxDrawdown; //!< largest (peak - value) / peak on the run's own grid
    Time drawdownFrom{}, drawdownTo{};
    double drawdownDays = 0; //!< from peak to recovery, or to the end
    Figure calmar;           //!< CAGR / maximum drawdown
    Figure positiveDays;     //!< share of daily returns above zero
};

PerformanceMetrics measurePerformance(const NavHistory& history);

} // namespace carry
