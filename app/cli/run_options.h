// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "commands.h"
#include "desk/backtest.h"

#include <string>
#include <vector>

namespace carry::cli
{

//! What is to be computed, as backtest and session take it.
struct RunOptions {
    std::string preset, data, from, to, capital;
    std::vector<std::string> assignments;
};

void addRunOptions(CLI::App& command, RunOptions& options);
//! ConfUsage.
Result<RunPeriod> readPeriod(const RunOptions& options);
//! The errors of RunConfiguration::load() and apply().
Result<RunConfiguration> readConfiguration(const RunOptions& options);

} // namespace carry::cli
