// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench_support.h"
#include "store/run_writer.h"

namespace carry::bench
{
namespace
{

//! A finished 9,480-step run into a new database, from opening the file to the closing checkpoint.
void storeRun9480(benchmark::State& state)
{
    const MarketData data = makeDemoMarket();
    const auto configuration = preset("btc-basis");
    RunPeriod period;
    period.from = parseIsoTime("2024-06-01T00:00:00Z");
    period.to = parseIsoTime("2025-06-30T23:00:00Z");
    const RunSetup setup = prepared(configuration, data, period);
    auto record = std::make_shared<RunRecord>(describeRun(configuration, setup, data, "bench"));
    Engine engine(setup, record);
    while (*engine.step()) {
    }
    const RunSummary summary = summarise(*record, engine.finalState(), 0);
    const auto file = std::filesystem::temp_directory_path() / "carrydesk-bench.db";
    const auto clear = [&] {
        for (const char* suffix : {"", "-wal", "-shm"})
            std::filesystem::remove(file.string() + suffix);
    };
    for (auto _ : state) {
        state.PauseTiming();
        clear();
        state.ResumeTiming();
        auto database = Database::open(file.string(), Database::Mode::ReadWrite);
        if (!database || !storeRun(*database, *record, summary)) {
            state.SkipWithError("storing failed");
            break;
        }
    }
    state.counters["steps"] = static_cast<double>(record->committed());
    state.counters["file_MB"] = static_cast<double>(std::filesystem::file_size(file)) / 1e6;
    clear();
}
BENCHMARK(storeRun9480)->Unit(benchmark::kMillisecond)->UseRealTime();

} // namespace
} // namespace carry::bench
