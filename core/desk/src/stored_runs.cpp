// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/stored_runs.h"

#include "desk/gate_file.h"
#include "desk/parity.h"
#include "desk/session.h"
#include "desk/session_feed.h"
#include "desk/session_venues.h"
#include "store/record_loader.h"
#include "store/run_writer.h"

#include <filesystem>

namespace carry
{
namespace
{

using Progress = std::function<bool(std::size_t, std::size_t)>;

//! Id of the run that is meant: the newest (of that status) for an empty text.
Result<std::string> idOf(Database& database, const std::string& idOrPrefix, std::optional<RunStatus> status = {})
{
    if (!idOrPrefix.empty())
        return idOrPrefix;
    RunFilter newest;
    newest.status = status;
    newest.limit = 1;
    const auto runs = listRuns(database, newest);
    if (!runs)
        return fail(runs.error());
    if (runs->empty())
        return fail(Error(ErrorCode::StoreUnknownRun)
                        .with("found", status ? std::string(toText(*status)) : "newest")
                        .with("file", database.path()));
    return runs->front().runId;
}

//! Reads and then does work with a database that is only read.
template <class Work> auto reading(const std::string& file, Work&& work) -> decltype(work(std::declval<Database&>()))
{
    auto database = Database::open(file, Database::Mode::ReadOnly);
    if (!database)
        return fail(database.error());
    return work(*database);
}

template <class Work> Result<void> writing(const std::string& file, Work&& work)
{
    // Opening for writing would make a file that is not there.
    if (std::error_code ignored; !std::filesystem::exists(file, ignored))
        return fail(Error(ErrorCode::StoreOpen).with("file", file).with("found", "no such file"));
    auto database = Database::open(file, Database::Mode::ReadWrite);
    if (!database)
        return fail(database.error());
    return work(*database);
}

//! What it takes to compute a stored run again.
struct Inputs {
    StoredRun stored;
    RunConfiguration configuration;
    std::shared_ptr<const MarketData> market;
    BacktestOptions options;
};

Result<Inputs> inputsOf(const std::string& file, const std::string& idOrPrefix, const std::string& data,
                        const Progress& progress)
{
    auto stored = showStoredRun(file, idOrPrefix);
    if (!stored)
        return fail(stored.error());
    auto configuration = configurationOf(stored->info);
    if (!configuration)
        return fail(configuration.error());
    const std::string source = data.empty() ? stored->info.dataSource : data;
    if (source.empty())
        return fail(
            Error(ErrorCode::ConfUsage)
                .with("found", "it is not known where the data of this run are; name their folder with --data"));
    auto market = openData(source, {});
    if (!market)
        return fail(market.error());
    BacktestOptions options;
    options.period = {stored->info.from, stored->info.to};
    options.progress = progress;
    auto feed = feedOfStoredSession(file, stored->info.runId);
    if (!feed)
        return fail(feed.error());
    options.feed = std::move(*feed);
    return Inputs{std::move(*stored), std::move(*configuration), std::move(*market), std::move(options)};
}

} // namespace

Result<std::vector<RunListItem>> listStoredRuns(const std::string& file, const RunFilter& filter)
{
    return reading(file, [&filter](Database& database) { return listRuns(database, filter); });
}

Result<StoredRun> showStoredRun(const std::string& file, const std::string& idOrPrefix)
{
    return reading(file, [&](Database& database) -> Result<StoredRun> {
        const auto id = idOf(database, idOrPrefix);
        if (!id)
            return fail(id.error());
        return showRun(database, *id);
    });
}

namespace
{

template <class Choose>
Result<LoadedRun> load(const std::string& file, const std::string& idOrPrefix, const Choose& choose,
                       const Progress& progress)
{
    return reading(file, [&](Database& database) -> Result<LoadedRun> {
        const auto id = idOf(database, idOrPrefix);
        if (!id)
            return fail(id.error());
        auto stored = showRun(database, *id);
        if (!stored)
            return fail(stored.error());
        const auto columns = [&](const RunInfo& info) { return choose(info, stored->summary.steps); };
        auto record = loadRecord(database, stored->info.runId, columns, progress);
        if (!record)
            return fail(record.error());
        return LoadedRun{std::move(*record), std::move(*stored), file};
    });
}

} // namespace

// SQLite sees damage to its own structure, not to a value.
Result<void> checkLoadedRun(const LoadedRun& run, const std::function<bool()>& goOn)
{
    const RunRecord& record = *run.record;
    const RunSummary& s = run.stored.summary;
    // A run that was cancelled before its first step has none.
    if (!run.stored.ended || s.steps == 0 || s.steps != record.committed())
        return {};
    const std::string digest = resultDigest(record, goOn);
    if (const auto fault = record.fault())
        return fail(*fault);
    if (digest.empty())
        return fail(Error(ErrorCode::EngineCancelled));
    if (digest == s.resultDigest && instructionDigest(record) == s.instructionDigest)
        return {};
    return fail(Error(ErrorCode::StoreCorrupt)
                    .with("file", run.file)
                    .with("found", "run " + run.stored.info.runId + " does not have its digest any more"));
}

Result<LoadedRun> loadStoredRun(const std::string& file, const std::string& idOrPrefix, const Progress& progress)
{
    auto run = load(
        file, idOrPrefix, [](const RunInfo& info, std::size_t) { return allColumns(info); }, progress);
    if (run)
        if (auto checked = checkLoadedRun(*run); !checked)
            return fail(checked.error());
    return run;
}

Result<LoadedRun> openStoredRun(const std::string& file, const std::string& idOrPrefix, const ColumnChoice& columns,
                                const Progress& progress)
{
    constexpr std::size_t kAtOnce = 32'768; // steps that are read and checked before anybody has to wait
    bool whole = false;
    const auto choose = [&](const RunInfo& info, std::size_t steps) {
        whole = steps <= kAtOnce;
        return whole ? allColumns(info) : columns(info);
    };
    auto run = load(file, idOrPrefix, choose, progress);
    if (!run)
        return run;
    run->checked = whole;
    if (whole)
        if (auto checked = checkLoadedRun(*run); !checked)
            return fail(checked.error());
    return run;
}

Result<std::optional<StoredSession>> showStoredSession(const std::string& file, const std::string& runId)
{
    return reading(file, [&](Database& database) { return readSession(database, runId); });
}

Result<std::vector<RunListItem>> findInterrupted(const std::string& file)
{
    if (std::error_code ignored; !std::filesystem::exists(file, ignored))
        return std::vector<RunListItem>{};
    auto database = Database::open(file, Database::Mode::ReadWrite);
    if (!database)
        return fail(database.error());
    if (auto marked = markInterrupted(*database); !marked)
        return fail(marked.error());
    RunFilter interrupted;
    interrupted.status = RunStatus::Interrupted;
    return listRuns(*database, interrupted);
}

Result<RunConfiguration> configurationOf(const RunInfo& info)
{
    auto configuration = RunConfiguration::stored(info.strategy, info.preset, info.configuration);
    if (configuration)
        configuration->setForks(info.forks);
    return configuration;
}

Result<Verification> verifyStoredRun(const std::string& file, const std::string& idOrPrefix, const std::string& data,
                                     const Progress& progress)
{
    const auto inputs = inputsOf(file, idOrPrefix, data, progress);
    if (!inputs)
        return fail(inputs.error());
    const StoredRun& stored = inputs->stored;
    if (stored.summary.status != RunStatus::Done)
        return fail(Error(ErrorCode::StoreUnfinished)
                        .with("run", stored.info.runId)
                        .with("found", std::string(toText(stored.summary.status))));
    const auto loaded = loadStoredRun(file, stored.info.runId, progress); // whole, and the one that its digest says
    if (!loaded)
        return fail(loaded.error());
    BacktestOptions options = inputs->options;
    auto gate = gateOfStoredSession(file, stored.info.runId); // with what people decided
    if (!gate)
        return fail(gate.error());
    options.gate = std::move(*gate);
    auto outside = outsideOfStoredSession(file, stored.info.runId); // and venues said
    if (!outside)
        return fail(outside.error());
    options.outside = std::move(*outside);
    options.feedGrows = options.feed != nullptr;
    auto again = runBacktest(inputs->configuration, *inputs->market, options);
    if (!again)
        return fail(again.error());
    if (again->summary.status != RunStatus::Done)
        return fail(Error(ErrorCode::EngineCancelled));
    Verification v;
    v.runId = stored.info.runId;
    v.storedDigest = stored.summary.resultDigest;
    v.digest = again->summary.resultDigest;
    v.storedDataDigest = stored.info.dataDigest;
    v.dataDigest = again->record->info().dataDigest;
    v.sameResult = v.storedDigest == v.digest;
    v.sameData = v.storedDataDigest == v.dataDigest;
    v.storedEngine = stored.engineVersion;
    v.storedSteps = stored.summary.steps;
    v.steps = again->record->committed();
    v.record = std::move(again->record);
    if (!v.sameResult)
        v.difference = firstDivergence(*loaded->record, *v.record);
    return v;
}

namespace
{

//! What it takes to go on with an interrupted run. StoreBusyRun, StoreResume.
Result<Inputs> inputsToResume(const std::string& file, const std::string& idOrPrefix, const std::string& data,
                              const Progress& progress)
{
    if (auto marked = findInterrupted(file); !marked)
        return fail(marked.error());
    const auto id =
        reading(file, [&idOrPrefix](Database& database) { return idOf(database, idOrPrefix, RunStatus::Interrupted); });
    if (!id)
        return fail(id.error());
    auto inputs = inputsOf(file, *id, data, progress);
    if (!inputs)
        return inputs;
    const RunInfo& info = inputs->stored.info;
    const RunStatus status = inputs->stored.summary.status;
    if (status == RunStatus::Running)
        return fail(Error(ErrorCode::StoreBusyRun).with("run", info.runId).with("file", file));
    if (status != RunStatus::Interrupted)
        return fail(Error(ErrorCode::StoreResume)
                        .with("run", info.runId)
                        .with("found", "its status is " + std::string(toText(status))));
    inputs->options.database = file;
    inputs->options.resume = info.runId;
    inputs->options.startedAt = inputs->stored.summary.timing.startedAt;
    return inputs;
}

Result<std::unique_ptr<Session>> startAgain(const Inputs& inputs, SessionOptions options)
{
    options.database = inputs.options.database;
    options.resume = inputs.options.resume;
    options.period = inputs.options.period;
    return Session::start(inputs.configuration, *inputs.market, std::move(options));
}

//! To its end at once; nobody is there to approve, so proposals expire.
Result<BacktestResult> finishSession(const Inputs& inputs, const Progress& progress)
{
    SessionOptions options;
    options.feed.speed = TapeFeed::kUnpaced;
    options.noMoreMessages = true;
    auto session = startAgain(inputs, std::move(options));
    if (!session)
        return fail(session.error());
    const auto steps = inputs.stored.summary.steps;
    while (!(*session)->waitFor(std::chrono::milliseconds{20})) {
        const std::size_t done = (*session)->record()->committed();
        if ((progress && !progress(done, std::max(done, steps))) || (*session)->state().storeError)
            (*session)->stop();
    }
    return (*session)->wait();
}

} // namespace

Result<std::unique_ptr<Session>> resumeSession(const std::string& file, const std::string& idOrPrefix,
                                               const std::string& data, SessionOptions options)
{
    const auto inputs = inputsToResume(file, idOrPrefix, data, {});
    if (!inputs)
        return fail(inputs.error());
    return startAgain(*inputs, std::move(options));
}

Result<BacktestResult> resumeStoredRun(const std::string& file, const std::string& idOrPrefix, const std::string& data,
                                       const Progress& progress)
{
    const auto inputs = inputsToResume(file, idOrPrefix, data, progress);
    if (!inputs)
        return fail(inputs.error());
    const auto session = showStoredSession(file, inputs->options.resume);
    if (!session)
        return fail(session.error());
    auto result = *session ? finishSession(*inputs, progress)
                           : runBacktest(inputs->configuration, *inputs->market, inputs->options);
    if (result && result->storeError)
        return fail(*result->storeError);
    return result;
}

Result<ParityReport> parityOfStoredSession(const std::string& file, const std::string& idOrPrefix,
                                           const std::string& data, const Progress& progress)
{
    auto inputs = inputsOf(file, idOrPrefix, data, progress);
    if (!inputs)
        return fail(inputs.error());
    const StoredRun& stored = inputs->stored;
    const auto session = showStoredSession(file, stored.info.runId);
    if (!session)
        return fail(session.error());
    if (!*session)
        return fail(Error(ErrorCode::ConfUsage).with("found", "run " + stored.info.runId + " is no session"));
    if (stored.summary.status != RunStatus::Done)
        return fail(Error(ErrorCode::StoreUnfinished)
                        .with("run", stored.info.runId)
                        .with("found", std::string(toText(stored.summary.status))));
    const auto loaded = loadStoredRun(file, stored.info.runId, progress);
    if (!loaded)
        return fail(loaded.error());
    auto gate = parseGateFile((*session)->gate, "gate of run " + stored.info.runId);
    if (!gate)
        return fail(gate.error());
    gate->policy.mode = GateMode::Automatic; // its limits stay
    inputs->options.gate = std::make_shared<Gate>(std::move(*gate));
    inputs->options.dataDigest = stored.info.dataDigest;
    auto backtest = runBacktest(inputs->configuration, *inputs->market, inputs->options);
    if (!backtest)
        return fail(backtest.error());
    if (backtest->summary.status != RunStatus::Done)
        return fail(Error(ErrorCode::EngineCancelled));
    ParityReport report =
        compareParity({*loaded->record, loaded->stored.summary}, {*backtest->record, backtest->summary});
    report.mode = (*session)->mode;
    report.backtest = backtest->record;
    return report;
}

Result<Rerun> rerunStoredRun(const std::string& file, const std::string& idOrPrefix, const std::string& data,
                             const std::string& startedAt, const Progress& progress)
{
    auto inputs = inputsOf(file, idOrPrefix, data, progress);
    if (!inputs)
        return fail(inputs.error());
    if (inputs->options.feed)
        return fail(Error(ErrorCode::ConfUsage)
                        .with("found", "run " + inputs->stored.info.runId +
                                           " is a session on messages that arrived: 'parity' computes their backtest"));
    inputs->options.database = file;
    inputs->options.startedAt = startedAt;
    auto result = runBacktest(inputs->configuration, *inputs->market, inputs->options);
    if (!result)
        return fail(result.error());
    if (result->storeError)
        return fail(*result->storeError);
    const bool sameData = result->record->info().dataDigest == inputs->stored.info.dataDigest;
    return Rerun{inputs->stored.info.runId, sameData, std::move(*result)};
}

namespace
{

//! Of a session on messages, beside the database that it is exported to.
Result<void> copyFeedJournal(const std::string& file, const std::string& target, const std::string& runId)
{
    namespace fs = std::filesystem;
    const fs::path from = feedJournalFile(file, runId);
    const fs::path to = feedJournalFile(target, runId);
    std::error_code failed;
    if (!fs::exists(from, failed))
        return {};
    if (fs::copy_file(from, to, fs::copy_options::overwrite_existing, failed))
        return {};
    std::error_code ignored;
    fs::remove(to, ignored);
    return fail(Error(ErrorCode::StoreWrite).with("file", to.string()).with("found", failed.message()));
}

} // namespace

Result<void> exportStoredRun(const std::string& file, const std::string& idOrPrefix, const std::string& target)
{
    namespace fs = std::filesystem;
    std::error_code ignored;
    if (fs::exists(target, ignored))
        return fail(Error(ErrorCode::StoreExists).with("file", target));
    const auto stored = showStoredRun(file, idOrPrefix); // its whole id, and whether there is such a run
    if (!stored)
        return fail(stored.error());
    auto copied = [&]() -> Result<void> {
        auto slice = Database::open(target, Database::Mode::ReadWrite);
        if (!slice)
            return fail(slice.error());
        return copyRun(file, stored->info.runId, *slice);
    }();
    if (copied)
        copied = copyFeedJournal(file, target, stored->info.runId);
    if (!copied)
        fs::remove(target, ignored); // nothing half-written stays
    return copied;
}

Result<void> saveRun(const std::string& file, const RunRecord& record, const RunSummary& summary)
{
    auto database = Database::open(file, Database::Mode::ReadWrite);
    if (!database)
        return fail(database.error());
    return storeRun(*database, record, summary);
}

Result<std::string> rescueRun(const std::string& file, const RunRecord& record, const RunSummary& summary)
{
    namespace fs = std::filesystem;
    std::error_code none;
    Result<std::string> saved = fail(Error(ErrorCode::StoreOpen).with("file", file).with("found", "no other folder"));
    for (const fs::path& folder :
         {fs::absolute(file, none).parent_path(), fs::current_path(none), fs::temp_directory_path(none)}) {
        const fs::path target = folder / ("carrydesk-rescue-" + record.info().runId + ".db");
        if (folder.empty() || fs::exists(target, none))
            continue;
        if (auto kept = saveRun(target.string(), record, summary)) {
            saved = target.string();
            break;
        } else {
            saved = fail(kept.error());
        }
        for (const char* suffix : {"", "-wal", "-shm", "-writers"}) // nothing half-written stays
            fs::remove(target.string() + suffix, none);
    }
    return saved;
}

Result<void> markStoredRun(const std::string& file, const std::string& idOrPrefix, const RunMarks& marks)
{
    return writing(file, [&](Database& database) -> Result<void> {
        const auto id = idOf(database, idOrPrefix);
        return id ? markRun(database, *id, marks) : fail(id.error());
    });
}

Result<std::vector<Bookmark>> listStoredBookmarks(const std::string& file, const std::string& idOrPrefix)
{
    return reading(file, [&](Database& database) -> Result<std::vector<Bookmark>> {
        const auto id = idOf(database, idOrPrefix);
        return id ? listBookmarks(database, *id) : fail(id.error());
    });
}

Result<void> setStoredBookmark(const std::string& file, const std::string& idOrPrefix, const Bookmark& bookmark)
{
    return writing(file, [&](Database& database) -> Result<void> {
        const auto id = idOf(database, idOrPrefix);
        return id ? setBookmark(database, *id, bookmark) : fail(id.error());
    });
}

Result<void> removeStoredBookmark(const std::string& file, const std::string& idOrPrefix, Time time)
{
    return writing(file, [&](Database& database) -> Result<void> {
        const auto id = idOf(database, idOrPrefix);
        return id ? removeBookmark(database, *id, time) : fail(id.error());
    });
}

Result<void> deleteStoredRun(const std::string& file, const std::string& idOrPrefix)
{
    return writing(file, [&](Database& database) -> Result<void> {
        if (auto marked = markInterrupted(database); !marked)
            return fail(marked.error());
        const auto run = showRun(database, idOrPrefix);
        if (!run)
            return fail(run.error());
        const std::string id = run->info.runId;
        if (auto deleted = deleteRun(database, id); !deleted)
            return deleted;
        std::error_code absent; // of most runs
        std::filesystem::remove(feedJournalFile(file, id), absent);
        return deletePaperVenues(file, id);
    });
}

} // namespace carry
