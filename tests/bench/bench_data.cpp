// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench_support.h"

namespace carry::bench
{
namespace
{

void readMarketDataFolder(benchmark::State& state)
{
    const auto folder = marketDataFolder();
    if (!std::filesystem::is_directory(folder)) {
        state.SkipWithError("skipped: no market data");
        return;
    }
    for (auto _ : state) {
        auto data = readMarketFolder(folder);
        benchmark::DoNotOptimize(data->files.size());
    }
}
BENCHMARK(readMarketDataFolder)->Unit(benchmark::kMillisecond);

void makeDemo(benchmark::State& state)
{
    for (auto _ : state)
        benchmark::DoNotOptimize(makeDemoMarket().candles.size());
}
BENCHMARK(makeDemo)->Unit(benchmark::kMillisecond);

void buildTape(benchmark::State& state)
{
    const MarketData data = makeDemoMarket();
    const auto configuration = preset("btc-basis");
    for (auto _ : state)
        benchmark::DoNotOptimize(prepared(configuration, data).tape->size());
}
BENCHMARK(buildTape)->Unit(benchmark::kMillisecond);

} // namespace
} // namespace carry::bench
