// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "desk/backtest.h"

#include <benchmark/benchmark.h>
#include <filesystem>

namespace carry::bench
{

inline std::filesystem::path marketDataFolder()
{
    const char* given = std::getenv("CARRYDESK_MARKET_DATA");
    return given != nullptr ? std::filesystem::path(given)
                            : std::filesystem::path(CARRYDESK_SOURCE_DIR) / "../shared/market-data";
}

//! btc-basis with every default, ready to step.
inline RunConfiguration preset(const char* name)
{
    auto configuration = RunConfiguration::load(name);
    if (!configuration)
        throw std::runtime_error(describe(configuration.error()));
    return *configuration;
}

inline RunSetup prepared(const RunConfiguration& configuration, const MarketData& data, const RunPeriod& period = {})
{
    auto setup = prepareRun(configuration, data, period);
    if (!setup)
        throw std::runtime_error(describe(setup.error()));
    return *setup;
}

} // namespace carry::bench
