// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/run_reader.h"

#include "read_run.h"

#include <nlohmann/json.hpp>

namespace carry
{
namespace
{

RunListItem readItem(const SQLite::Statement& row)
{
    Fields field(row);
    RunListItem item;
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
    return item;
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

Result<std::vector<RunListItem>> listRuns(Database& database)
{
    return guarded(database.path(), ErrorCode::StoreCorrupt, [&]() -> Result<std::vector<RunListItem>> {
        std::vector<RunListItem> runs;
        SQLite::Statement rows(database.handle(),
                               "SELECT run_id, strategy, preset, status, share_class, base, capital, from_ms, to_ms, "
                               "data_name, synthetic, started_at, steps, nav_final, pnl_balance, apr, sharpe, "
                               "max_drawdown, tags, note, pinned FROM run ORDER BY run DESC");
        while (rows.executeStep())
            runs.push_back(readItem(rows));
        return runs;
    });
}

Result<StoredRun> showRun(Database& database, std::string_view idOrPrefix)
{
    return guarded(database.path(), ErrorCode::StoreCorrupt, [&]() -> Result<StoredRun> {
        SQLite::Database& db = database.handle();
        SQLite::Transaction oneMoment(db); // the run may be growing meanwhile
        const auto run = findRun(db, std::string(idOrPrefix));
        if (!run)
            return fail(
                Error(ErrorCode::StoreUnknownRun).with("found", std::string(idOrPrefix)).with("file", database.path()));
        StoredRun stored;
        readInfo(db, *run, stored);
        readSummary(db, *run, stored);
        stored.decisions = readDecisions(db, *run);
        stored.plans = readPlans(db, *run);
        return stored;
    });
}

} // namespace carry
