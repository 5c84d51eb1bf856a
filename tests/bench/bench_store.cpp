// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench_support.h"
#include "desk/stored_runs.h"
#include "store/run_writer.h"

#include <SQLiteCpp/SQLiteCpp.h>

namespace carry::bench
{
namespace
{

//! A database that goes away.
class BenchFile
{
  public:
    BenchFile() { clear(); }
    ~BenchFile() { clear(); }
    BenchFile(const BenchFile&) = delete;
    BenchFile& operator=(const BenchFile&) = delete;

    std::string path() const { return m_path.string(); }
    void clear() const
    {
        for (const char* suffix : {"", "-wal", "-shm", "-writers"})
            std::filesystem::remove(path() + suffix);
    }

  private:
    std::filesystem::path m_path = std::filesystem::temp_directory_path() / "carrydesk-bench.db";
};

//! The first `hours` of the market with btc-basis.
BacktestResult computed(std::size_t hours, const MarketData& data)
{
    BacktestOptions options;
    options.period.from = parseIsoTime("2024-06-01T00:00:00Z");
    options.period.to = *options.period.from + kHour * static_cast<std::int64_t>(hours - 1);
    auto result = runBacktest(preset("btc-basis"), data, options);
    if (!result)
        throw std::runtime_error(describe(result.error()));
    return *result;
}

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
    const BenchFile file;
    for (auto _ : state) {
        state.PauseTiming();
        file.clear();
        state.ResumeTiming();
        auto database = Database::open(file.path(), Database::Mode::ReadWrite);
        if (!database || !storeRun(*database, *record, summary)) {
            state.SkipWithError("storing failed");
            break;
        }
    }
    state.counters["steps"] = static_cast<double>(record->committed());
    state.counters["file_MB"] = static_cast<double>(std::filesystem::file_size(file.path())) / 1e6;
}
BENCHMARK(storeRun9480)->Unit(benchmark::kMillisecond)->UseRealTime();

//! A stored run of 15,000 steps back into a record, from opening the file, with its digest checked.
void loadRun15000(benchmark::State& state)
{
    constexpr std::size_t kHours = 15'000;
    const BenchFile file;
    const auto run = computed(kHours, makeDemoMarket(kHours));
    if (!saveRun(file.path(), *run.record, run.summary))
        return state.SkipWithError("storing failed");
    for (auto _ : state)
        if (auto loaded = loadStoredRun(file.path(), {}); !loaded || loaded->record->committed() != run.summary.steps)
            return state.SkipWithError("loading failed");
    state.counters["steps"] = static_cast<double>(run.summary.steps);
}
BENCHMARK(loadRun15000)->Unit(benchmark::kMillisecond)->UseRealTime();

//! All of 10,000 runs, from opening the file.
void listRuns10000(benchmark::State& state)
{
    const BenchFile file;
    const auto run = computed(1'000, makeDemoMarket(1'000));
    if (!saveRun(file.path(), *run.record, run.summary))
        return state.SkipWithError("storing failed");
    {
        SQLite::Database db(file.path(), SQLite::OPEN_READWRITE);
        db.exec("CREATE TEMP TABLE many AS SELECT * FROM run; UPDATE many SET run = NULL");
        SQLite::Statement name(db, "UPDATE many SET run_id = 'run-' || ?");
        SQLite::Transaction all(db);
        for (int i = 1; i < 10'000; ++i) {
            name.bind(1, i);
            name.exec();
            name.reset();
            db.exec("INSERT INTO run SELECT * FROM many");
        }
        db.exec("INSERT INTO configuration SELECT r.run, c.configuration FROM run r, configuration c WHERE r.run > 1");
        all.commit();
    }
    for (auto _ : state)
        if (auto runs = listStoredRuns(file.path()); !runs || runs->size() != 10'000)
            return state.SkipWithError("listing failed");
}
BENCHMARK(listRuns10000)->Unit(benchmark::kMillisecond)->UseRealTime();

//! Going on with a run of a million hours that was cut off in its middle: computed again, compared, stored to its end.
void resumeRun1000000(benchmark::State& state)
{
    constexpr std::size_t kHours = 1'000'000;
    const BenchFile file;
    {
        const auto market = openData("demo:1000000");
        const auto run = computed(kHours, **market);
        auto database = Database::open(file.path(), Database::Mode::ReadWrite);
        RunWriter writer(*database);
        bool stored = writer.begin(*run.record).has_value();
        const std::size_t half = run.summary.steps / 2;
        for (std::size_t from = 0; stored && from < half; from += 8'192)
            stored = writer.append(*run.record, from, std::min(half, from + 8'192)).has_value();
        if (!stored)
            return state.SkipWithError("storing failed");
    }
    for (auto _ : state)
        if (auto resumed = resumeStoredRun(file.path(), {}, {}); !resumed)
            return state.SkipWithError("resuming failed");
}
BENCHMARK(resumeRun1000000)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(1);

} // namespace
} // namespace carry::bench
