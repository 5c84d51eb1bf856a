// SPDX-License-Identifier: GPL-3.0-or-later
// Finished runs on chain over the first days of the demo market.
#pragma once
#include "common/run_session.h"
#include "demo_run.h"

namespace carry::testing
{

inline RunPeriod firstDays()
{
    RunPeriod period;
    period.to = parseIsoTime("2024-06-12T00:00:00Z").value();
    return period;
}

//! The worked example: 23 rounds of stake, supply, borrow.
inline const BacktestResult& loopRun()
{
    static const BacktestResult result = demoRun("leveraged-staking-seed", {}, firstDays());
    return result;
}

//! Counted in ETH, without exchanges; entered in one transaction.
inline const BacktestResult& atomicRun()
{
    static const BacktestResult result = demoRun("eth-leveraged", {}, firstDays());
    return result;
}

//! Asks for more than Aave has to lend: the transaction is undone.
inline const BacktestResult& failedRun()
{
    static const BacktestResult result = demoRun("eth-leveraged", {"capital=60000"}, firstDays());
    return result;
}

//! Index of the first instruction of the first group of that kind; the length of the log without one.
inline std::size_t firstOf(const RunRecord& record, GroupKind kind)
{
    const std::size_t count = record.ends(record.committed() - 1).instructions;
    for (std::size_t i = 0; i < count; ++i)
        if (record.instruction(i).groupKind == kind)
            return i;
    return count;
}

} // namespace carry::testing
