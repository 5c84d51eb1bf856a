// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/backtest_job.h"

#include "store/store_thread.h"

namespace carry
{

Result<BacktestResult> runBacktest(const RunConfiguration& configuration, const MarketData& data,
                                   const BacktestOptions& options)
{
    auto job = BacktestJob::start(configuration, data, options);
    if (!job)
        return fail(job.error());
    while (!(*job)->waitFor(std::chrono::milliseconds{20})) {
        if (options.progress && !options.progress((*job)->record()->committed(), (*job)->steps()))
            (*job)->cancel();
        if (!options.resume.empty() && (*job)->storeError())
            (*job)->cancel(); // only for the stored run was it computed again
    }
    return (*job)->wait();
}

} // namespace carry
