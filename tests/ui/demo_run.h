// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "desk/backtest.h"

#include <stdexcept>

namespace carry::testing
{

//! A finished run over the demo market, in memory.
inline BacktestResult demoRun(const std::string& preset = "btc-basis", const std::vector<std::string>& assignments = {},
                              const RunPeriod& period = {})
{
    static const auto data = openData("demo").value();
    auto configuration = RunConfiguration::load(preset).value();
    for (const std::string& assignment : assignments)
        if (!configuration.apply(assignment))
            throw std::runtime_error("cannot apply " + assignment);
    BacktestOptions options;
    options.period = period;
    return runBacktest(configuration, *data, options).value();
}

} // namespace carry::testing
