// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/sweep.h"

#include <atomic>
#include <thread>

namespace carry
{
namespace
{

Result<RunSummary> runPoint(RunConfiguration configuration, const MarketData& data, const RunPeriod& period,
                            const std::vector<std::string>& assignments)
{
    for (const std::string& assignment : assignments)
        if (auto applied = configuration.apply(assignment); !applied)
            return fail(applied.error());
    auto setup = prepareRun(configuration, data, period);
    if (!setup)
        return fail(setup.error());
    auto record = std::make_shared<RunRecord>(describeRun(configuration, *setup, data, "sweep"));
    Engine engine(std::move(*setup), record);
    for (;;) {
        const auto more = engine.step();
        if (!more)
            return fail(more.error());
        if (!*more)
            break;
    }
    return summarise(*record, engine.finalState(), configuration.values().number("metrics.risk_free"));
}

} // namespace

std::vector<SweepPoint> runSweep(const RunConfiguration& base, const MarketData& data, const RunPeriod& period,
                                 const std::vector<std::vector<std::string>>& points, std::size_t threads,
                                 const std::function<bool(std::size_t, std::size_t)>& progress)
{
    std::vector<SweepPoint> results(points.size());
    for (std::size_t i = 0; i < points.size(); ++i)
        results[i].assignments = points[i];
    std::atomic<std::size_t> next{0};
    std::atomic<std::size_t> done{0};
    std::atomic<bool> cancelled{false};
    const auto work = [&] {
        for (std::size_t i = next++; i < points.size() && !cancelled; i = next++) {
            auto outcome = runPoint(base, data, period, points[i]);
            results[i].outcome.swap(outcome);
            ++done;
        }
    };
    {
        std::vector<std::jthread> workers;
        for (std::size_t i = 0; i < std::max<std::size_t>(1, threads); ++i)
            workers.emplace_back(work);
        while (progress && done < points.size() && !cancelled) {
            if (!progress(done, points.size()))
                cancelled = true;
            std::this_thread::sleep_for(std::chrono::milliseconds{20});
        }
    }
    return results;
}

} // namespace carry
