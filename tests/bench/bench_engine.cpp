// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench_support.h"

#include <map>

namespace carry::bench
{
namespace
{

constexpr Duration kDemoLength = kHour * 9480;

template <class Values> void repeat(Values& values, std::size_t length, std::size_t times, double factor)
{
    double scale = factor;
    values.reserve(length * times);
    for (std::size_t r = 1; r < times; ++r, scale *= factor)
        for (std::size_t i = 0; i < length; ++i)
            values.push_back(values[i] * scale);
}

void repeatTimes(std::vector<Time>& times, std::size_t repetitions)
{
    const std::size_t length = times.size();
    for (std::size_t r = 1; r < repetitions; ++r)
        for (std::size_t i = 0; i < length; ++i)
            times.push_back(times[i] + kDemoLength * static_cast<std::int64_t>(r));
}

void repeatLines(std::vector<std::uint32_t>& lines, std::size_t repetitions)
{
    const std::size_t length = lines.size();
    for (std::size_t r = 1; r < repetitions; ++r)
        for (std::size_t i = 0; i < length; ++i)
            lines.push_back(lines[i]);
}

} // namespace

MarketData longMarket(std::size_t hours)
{
    static std::map<std::size_t, MarketData> made;
    const std::size_t times = hours / 9480 + 1;
    if (const auto it = made.find(times); it != made.end())
        return it->second;
    MarketData data = makeDemoMarket();
    for (auto& [key, series] : data.candles) {
        const std::size_t length = series.time.size();
        // Rallies of a whole cycle would compound without bound; each repetition starts at the first price again.
        for (auto* column : {&series.open, &series.high, &series.low, &series.close})
            repeat(*column, length, times, 1.0);
        repeatTimes(series.time, times);
        repeatLines(series.line, times);
    }
    for (auto& [key, series] : data.funding) {
        const std::size_t length = series.time.size();
        repeat(series.rate, length, times, 1.0);
        series.intervalHours.resize(length * times, 0);
        repeatTimes(series.time, times);
        repeatLines(series.line, times);
    }
    FrameSeries& gas = data.frames.at("gas");
    for (auto& column : gas.values)
        repeat(column, gas.time.size(), times, 1.0);
    repeatTimes(gas.time, times);
    made.emplace(times, data);
    return data;
}

namespace
{

//! Engine alone, everything recorded in memory; a fresh engine for each iteration, warm caches.
void engineSteps(benchmark::State& state)
{
    const auto hours = static_cast<std::size_t>(state.range(0));
    const MarketData data = longMarket(hours);
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
    state.counters["s/step"] = benchmark::Counter(static_cast<double>(steps),
                                                   benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
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
