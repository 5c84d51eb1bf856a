// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench_support.h"

namespace carry::bench
{
namespace
{

//! Engine alone, everything recorded in memory; a fresh engine for each iteration, warm caches.
void engineSteps(benchmark::State& state)
{
    const auto hours = static_cast<std::size_t>(state.range(0));
    const MarketData data = makeDemoMarket(hours);
    const auto configuration = preset("btc-basis");
    RunPeriod period;
    period.from = parseIsoTime("2024-06-01T00:00:00Z");
    period.to = *period.from + kHour * static_cast<std::int64_t>(hours - 1);
    const RunSetup setup = prepared(configuration, data, period);
    const auto run = [&] {
        auto record = std::make_shared<RunRecord>(describeRun(configuration, setup, data, "bench"));
        Engine engine(setup, record);
        while (*engine.step()) {
        }
        benchmark::DoNotOptimize(record->committed());
        return record->committed();
    };
    run(); // warm: on a virtual machine the first touch of memory is the host's work, not the engine's
    std::size_t steps = 0;
    for (auto _ : state)
        steps += run();
    state.counters["steps/s"] = benchmark::Counter(static_cast<double>(steps), benchmark::Counter::kIsRate);
    state.counters["s/step"] =
        benchmark::Counter(static_cast<double>(steps), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(engineSteps)->Arg(9'480)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

void worldCopy(benchmark::State& state)
{
    const MarketData data = makeDemoMarket();
    const auto configuration = preset("btc-basis");
    const RunSetup setup = prepared(configuration, data);
    auto record = std::make_shared<RunRecord>(describeRun(configuration, setup, data, "bench"));
    Engine engine(setup, record);
    for (int i = 0; i < 100; ++i)
        benchmark::DoNotOptimize(*engine.step());
    for (auto _ : state) {
        World copy = engine.world();
        benchmark::DoNotOptimize(copy.now);
    }
}
BENCHMARK(worldCopy);

void summaryAndDigest(benchmark::State& state)
{
    const MarketData data = makeDemoMarket();
    const auto configuration = preset("btc-basis");
    const RunSetup setup = prepared(configuration, data);
    auto record = std::make_shared<RunRecord>(describeRun(configuration, setup, data, "bench"));
    Engine engine(setup, record);
    while (*engine.step()) {
    }
    for (auto _ : state)
        benchmark::DoNotOptimize(summarise(*record, engine.finalState(), 0).navFinal);
}
BENCHMARK(summaryAndDigest)->Unit(benchmark::kMillisecond);

} // namespace
} // namespace carry::bench
