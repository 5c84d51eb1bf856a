// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/record_loader.h"

#include "log_reader.h"
#include "read_run.h"
#include "stored_columns.h"

#include <algorithm>
#include <numeric>

namespace carry
{
namespace
{

//! A run as it is in the database when its reading begins.
struct Source {
    StoredRun head;
    std::int64_t run = 0;
    std::size_t steps = 0;
};

Result<Source> findSource(Database& database, std::string_view idOrPrefix)
{
    SQLite::Database& db = database.handle();
    const auto run = findRun(db, std::string(idOrPrefix));
    if (!run)
        return fail(
            Error(ErrorCode::StoreUnknownRun).with("found", std::string(idOrPrefix)).with("file", database.path()));
    Source source;
    source.run = *run;
    readInfo(db, *run, source.head);
    auto steps = query(db, "SELECT steps FROM run WHERE run = ?", *run);
    steps.executeStep();
    source.steps = Fields(steps).as<std::size_t>();
    // Before room is made for them: a row takes more than that.
    constexpr std::int64_t kLeastBytes = 16;
    const std::int64_t bytes =
        db.execAndGet("PRAGMA page_count").getInt64() * db.execAndGet("PRAGMA page_size").getInt64();
    if (source.steps > static_cast<std::size_t>(bytes / kLeastBytes))
        throw BadValue("there cannot be " + std::to_string(source.steps) + " steps in it");
    if (!layoutOf(source.head.info).chain)
        if (query(db, "SELECT 1 FROM step_chain WHERE run = ? LIMIT 1", *run).executeStep())
            throw BadValue("figures on chain of a run that has none");
    return source;
}

//! Reads chunks of columns one by one, and the heads of their steps.
class ChunkReader
{
  public:
    ChunkReader(LazyColumns& columns, std::vector<std::size_t> wanted) : m_columns(columns), m_wanted(std::move(wanted))
    {
    }

    //! `times` and `bars` take the heads; without them there are none.
    std::vector<Task> tasks(std::span<std::int64_t> times, std::span<std::uint8_t> bars)
    {
        std::vector<Task> tasks;
        for (std::size_t chunk = 0; chunk < m_columns.chunks(); ++chunk)
            tasks.emplace_back([this, chunk, times, bars] { return read(chunk, times, bars); });
        return tasks;
    }
    std::size_t done() const { return m_done; }

  private:
    Result<void> read(std::size_t chunk, std::span<std::int64_t> times, std::span<std::uint8_t> bars)
    {
        const std::size_t first = chunk * LazyColumns::kChunk;
        const std::size_t count = std::min(LazyColumns::kChunk, m_columns.rows() - first);
        m_done += count;
        if (times.empty())
            return m_columns.fetch(chunk, m_wanted);
        const StepHeads heads{times.subspan(first, count), bars.subspan(first, count)};
        return m_columns.fetch(chunk, m_wanted, &heads);
    }

    LazyColumns& m_columns;
    std::vector<std::size_t> m_wanted;
    std::atomic<std::size_t> m_done{0};
};

Result<std::shared_ptr<RunRecord>> readAll(const std::string& file, Source source, const ColumnChoice& columns,
                                           const LoadProgress& progress)
{
    const ColumnLayout layout = layoutOf(source.head.info);
    const std::size_t steps = source.steps;
    std::vector<std::size_t> wanted = columns(source.head.info);
    auto lazy = std::make_unique<LazyColumns>(layout.count(), steps,
                                              std::make_unique<StoredColumns>(file, source.head.info.runId, source.run,
                                                                              layout, source.head.info.assets, steps));
    auto record = std::make_shared<RunRecord>(std::move(source.head.info), std::move(lazy));
    std::vector<std::int64_t> times(steps);
    std::vector<std::uint8_t> bars(steps);
    LogReader logs(file, source.run, steps, *record);
    ChunkReader chunks(*record->lazyColumns(), std::move(wanted));
    std::vector<Task> tasks = logs.tasks();
    for (Task& task : chunks.tasks(times, bars))
        tasks.push_back(std::move(task));
    if (auto done = doAll(tasks, threadsFor(steps), [&] { return !progress || progress(chunks.done(), steps); }); !done)
        return fail(done.error());
    record->finishReading(times, bars, logs.ends());
    return record;
}

} // namespace

std::vector<std::size_t> allColumns(const RunInfo& info)
{
    std::vector<std::size_t> all(layoutOf(info).count());
    std::iota(all.begin(), all.end(), std::size_t{0});
    return all;
}

Result<std::shared_ptr<RunRecord>> loadRecord(Database& database, std::string_view idOrPrefix,
                                              const ColumnChoice& columns, const LoadProgress& progress)
{
    return guarded(database.path(), ErrorCode::StoreCorrupt, [&]() -> Result<std::shared_ptr<RunRecord>> {
        auto source = findSource(database, idOrPrefix);
        if (!source)
            return fail(source.error());
        return readAll(database.path(), std::move(*source), columns, progress);
    });
}

Result<void> fetchColumns(const RunRecord& record, const std::vector<std::size_t>& columns,
                          const LoadProgress& progress)
{
    LazyColumns* lazy = record.lazyColumns();
    if (lazy == nullptr)
        return {};
    std::vector<std::size_t> wanted;
    for (const std::size_t column : columns)
        if (!lazy->holds(column) && std::find(wanted.begin(), wanted.end(), column) == wanted.end())
            wanted.push_back(column);
    if (wanted.empty())
        return {};
    ChunkReader chunks(*lazy, std::move(wanted));
    const std::size_t steps = lazy->rows();
    return doAll(chunks.tasks({}, {}), threadsFor(steps), [&] { return !progress || progress(chunks.done(), steps); });
}

} // namespace carry
