// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/run_reader.h"

#include "read_run.h"
#include "run_lease.h"

#include <nlohmann/json.hpp>

namespace carry
{
namespace
{

RunListItem readItem(const SQLite::Statement& row)
{
    Fields field(row);
    RunListItem item;
    (void)field.integer(); // its key
    item.runId = field.text();
    item.strategy = field.text();
    item.preset = field.text();
    item.status = field.enumeration<RunStatus>();
    item.shareClass = field.enumeration<Asset>();
    item.base = field.enumeration<Asset>();
    item.capital = field.real();
    item.from = field.time();
    item.to = field.time();
    item.dataName = field.text();
    item.synthetic = field.integer() != 0;
    item.startedAt = field.text();
    item.steps = field.as<std::size_t>();
    item.navFinal = field.optionalReal();
    item.pnlBalance = field.optionalReal();
    item.apr = field.optionalReal();
    item.sharpe = field.optionalReal();
    item.maxDrawdown = field.optionalReal();
    item.tags = tagsOf(field.text());
    item.note = field.text();
    item.pinned = field.integer() != 0;
    item.parent = field.text();
    item.forkAt = field.optionalTime();
    item.mode = field.text();
    item.feed = field.text();
    return item;
}

//! Status as it stands, of a run that is stored as running.
RunStatus statusOfRunning(Database& database, std::int64_t run)
{
    const bool taken = RunLease::isTaken(database.path(), run);
    // Only now: the last transaction of a run comes before its lease is given back.
    auto row = query(database.handle(), "SELECT status FROM run WHERE run = ?", run);
    if (!row.executeStep())
        return RunStatus::Interrupted; // removed meanwhile
    const auto status = Fields(row).enumeration<RunStatus>();
    return status == RunStatus::Running && !taken ? RunStatus::Interrupted : status;
}

//! Statuses that a run may be stored with which has that status.
std::string storedAs(RunStatus status)
{
    const auto number = [](RunStatus s) { return std::to_string(static_cast<int>(s)); };
    return status == RunStatus::Interrupted || status == RunStatus::Done
               ? "(" + number(status) + ", " + number(RunStatus::Running) + ")"
               : "(" + number(status) + ")";
}

SQLite::Statement listQuery(SQLite::Database& database, const RunFilter& filter)
{
    std::string text =
        "SELECT run, run_id, strategy, preset, status, share_class, base, capital, from_ms, to_ms, "
        "data_name, synthetic, started_at, steps, nav_final, pnl_balance, apr, sharpe, max_drawdown, "
        "tags, note, pinned, coalesce(parent, ''), fork_ms, "
        "coalesce(session.mode, ''), coalesce(session.feed, '') FROM run LEFT JOIN v_own_fork USING (run) "
        "LEFT JOIN session USING (run) WHERE true";
    if (filter.strategy)
        text += " AND strategy = :strategy";
    if (filter.tag)
        text += " AND EXISTS (SELECT 1 FROM json_each(tags) WHERE value = :tag)";
    if (filter.status)
        text += " AND status IN " + storedAs(*filter.status);
    text += " ORDER BY run DESC";
    if (filter.limit && !filter.status) // with a status, what is stored as running is looked at first
        text += " LIMIT " + std::to_string(*filter.limit);
    SQLite::Statement rows(database, text);
    if (filter.strategy)
        rows.bind(":strategy", *filter.strategy);
    if (filter.tag)
        rows.bind(":tag", *filter.tag);
    return rows;
}

} // namespace

std::optional<std::int64_t> findRun(SQLite::Database& database, const std::string& idOrPrefix)
{
    auto exact = query(database, "SELECT run FROM run WHERE run_id = ?", idOrPrefix);
    if (exact.executeStep())
        return exact.getColumn(0).getInt64();
    if (idOrPrefix.empty())
        return std::nullopt;
    auto similar = query(database,
                         "SELECT run FROM run WHERE run_id >= ?1 AND substr(run_id, 1, length(?1)) = ?1 "
                         "ORDER BY run_id LIMIT 2",
                         idOrPrefix);
    if (!similar.executeStep())
        return std::nullopt;
    const std::int64_t run = similar.getColumn(0).getInt64();
    return similar.executeStep() ? std::nullopt : std::optional(run);
}

std::vector<std::string> tagsOf(const std::string& json)
{
    // By far the most runs have none, and lists are long.
    return json == "[]" ? std::vector<std::string>{} : nlohmann::json::parse(json).get<std::vector<std::string>>();
}

Result<std::vector<RunListItem>> listRuns(Database& database, const RunFilter& filter)
{
    return guarded(database.path(), ErrorCode::StoreCorrupt, [&]() -> Result<std::vector<RunListItem>> {
        std::vector<RunListItem> runs;
        std::vector<std::pair<std::size_t, std::int64_t>> running; // place in the list, key
        runs.reserve(1'024);
        auto rows = listQuery(database.handle(), filter);
        while (rows.executeStep()) {
            runs.push_back(readItem(rows));
            if (runs.back().status == RunStatus::Running)
                running.emplace_back(runs.size() - 1, rows.getColumn(0).getInt64());
        }
        for (const auto& [place, run] : running)
            runs[place].status = statusOfRunning(database, run);
        if (filter.status)
            std::erase_if(runs, [&filter](const RunListItem& run) { return run.status != *filter.status; });
        if (filter.limit && runs.size() > *filter.limit)
            runs.resize(*filter.limit);
        return runs;
    });
}

Result<StoredRun> showRun(Database& database, std::string_view idOrPrefix)
{
    return guarded(database.path(), ErrorCode::StoreCorrupt, [&]() -> Result<StoredRun> {
        SQLite::Database& db = database.handle();
        // Before the rest: a lease is given back after the last transaction, so what is read then is the end.
        const auto looked = findRun(db, std::string(idOrPrefix));
        const bool taken = looked && RunLease::isTaken(database.path(), *looked);
        SQLite::Transaction oneMoment(db); // the run may be growing meanwhile
        const auto run = findRun(db, std::string(idOrPrefix));
        if (!run)
            return fail(
                Error(ErrorCode::StoreUnknownRun).with("found", std::string(idOrPrefix)).with("file", database.path()));
        StoredRun stored;
        readInfo(db, *run, stored);
        readSummary(db, *run, stored);
        if (stored.summary.status == RunStatus::Running && !taken)
            stored.summary.status = RunStatus::Interrupted;
        stored.decisions = readDecisions(db, *run);
        stored.plans = readPlans(db, *run);
        return stored;
    });
}

} // namespace carry
