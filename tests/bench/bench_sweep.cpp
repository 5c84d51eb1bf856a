// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench_support.h"
#include "desk/sweep.h"

namespace carry::bench
{
namespace
{

//! 200 points over 15,000 hours on two threads, results in memory.
void sweep200(benchmark::State& state)
{
    constexpr std::size_t kHours = 15'000;
    const MarketData data = makeDemoMarket(kHours);
    RunPeriod period;
    period.from = parseIsoTime("2024-06-01T00:00:00Z");
    period.to = *period.from + kHour * static_cast<std::int64_t>(kHours - 1);
    std::vector<std::vector<std::string>> points;
    for (int fraction = 0; fraction < 20; ++fraction)
        for (int tolerance = 0; tolerance < 10; ++tolerance)
            points.push_back({"basis.spot_fraction=" + std::to_string(0.5 + 0.025 * fraction),
                              "basis.delta_tolerance=" + std::to_string(0.002 + 0.001 * tolerance)});
    for (auto _ : state)
        benchmark::DoNotOptimize(runSweep(preset("btc-basis"), data, period, points, 2).size());
    state.counters["runs/s"] =
        benchmark::Counter(static_cast<double>(points.size()), benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(sweep200)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(1);

} // namespace
} // namespace carry::bench
