// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "desk/stored_runs.h"

#include <string>
#include <vector>

namespace carry::testing
{

//! A list as of a database that has been in use for long: newest first, every field varied, always the same.
inline std::vector<RunListItem> madeRuns(std::size_t count)
{
    const char* const strategies[] = {"btc_basis", "eth_basis", "usdt_basis"};
    std::vector<RunListItem> runs;
    for (std::size_t i = 0; i < count; ++i) {
        RunListItem run;
        const std::string number = std::to_string(10'000'000 + i);
        run.runId = number + "-made";
        run.strategy = strategies[i % 3];
        run.preset = i % 3 == 0 ? "btc-basis" : i % 3 == 1 ? "eth-basis" : "/presets/own.toml";
        run.status = static_cast<RunStatus>(i % 10 < 7 ? 1 : i % 10 - 7 == 0 ? 0 : i % 10 - 6);
        run.capital = 100'000 + static_cast<double>(i % 7) * 1000;
        run.from = fromMs(1'717'200'000'000 + static_cast<std::int64_t>(i % 12) * 30 * 86'400'000);
        run.to = run.from + 30 * kDay;
        run.dataName = i % 2 == 0 ? "demo (synthetic)" : "market-data";
        run.synthetic = i % 2 == 0;
        const auto started = fromMs(1'790'000'000'000 - static_cast<std::int64_t>(i) * 60'000);
        run.startedAt = formatIso(started);
        run.steps = 9000 + i % 100;
        if (run.status == RunStatus::Done) {
            run.pnlBalance = static_cast<double>((i * 7919) % 20'011) - 4000.25;
            run.navFinal = run.capital + *run.pnlBalance;
            run.apr = *run.pnlBalance / run.capital;
            if (i % 5 != 0)
                run.sharpe = static_cast<double>((i * 31) % 97) / 10;
            run.maxDrawdown = static_cast<double>((i * 13) % 101) / 1000;
        }
        if (i % 11 == 0)
            run.tags = {"live", "reference"};
        if (i % 17 == 0)
            run.note = "Looked at twice\nand kept";
        if (i % 13 == 0)
            run.mode = i % 2 == 0 ? "PAPER" : "BACKTEST";
        run.pinned = i == 5 || i == 4242;
        runs.push_back(std::move(run));
    }
    return runs;
}

} // namespace carry::testing
