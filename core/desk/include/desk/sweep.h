// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "desk/backtest.h"

namespace carry
{

//! One point of a parameter sweep: assignments on top of the base configuration, and what came out.
struct SweepPoint {
    std::vector<std::string> assignments; //!< "key=value"
    Result<RunSummary> outcome = fail(Error(ErrorCode::ConfUsage));
};

//! Runs every point on `threads` workers over the same data, in memory. Results stand in the order of the points,
//! whatever the order of the workers. A point that fails carries its error. `progress` as in BacktestOptions, in
//! points.
std::vector<SweepPoint> runSweep(const RunConfiguration& base, const MarketData& data, const RunPeriod& period,
                                 const std::vector<std::vector<std::string>>& points, std::size_t threads,
                                 const std::function<bool(std::size_t, std::size_t)>& progress = {});

} // namespace carry
