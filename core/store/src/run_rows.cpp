// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_rows.h"

#include "summary_columns.h"

#include <nlohmann/json.hpp>

namespace carry
{
namespace
{

std::string wallClock()
{
    return formatIso(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
}

std::int64_t insertRun(SQLite::Database& database, const RunInfo& info)
{
    auto assets = nlohmann::json::array();
    for (const Asset asset : info.assets)
        assets.push_back(toText(asset));
    SQLite::Statement insert(database,
                             insertText("run", "run_id, strategy, preset, share_class, base, assets, capital, from_ms, "
                                               "to_ms, status, data_name, synthetic, data_digest, started_at, "
                                               "engine_version, steps, data_source"));
    Binder(insert)
        .add(info.runId, info.strategy, info.preset, info.shareClass, info.base, assets.dump(), info.capital)
        .add(info.from, info.to, RunStatus::Running, info.dataName, info.synthetic, info.dataDigest)
        .add(wallClock(), std::string_view(CARRYDESK_VERSION), 0, info.dataSource)
        .insert();
    return database.getLastInsertRowid();
}

void insertConfiguration(SQLite::Database& database, std::int64_t run, const RunInfo& info)
{
    SQLite::Statement insert(database, insertText("configuration", "run, configuration"));
    Binder(insert).add(run, nlohmann::json(info.configuration).dump()).insert();
}

void insertForks(SQLite::Database& database, std::int64_t run, const RunInfo& info)
{
    SQLite::Statement insert(database, insertText("fork", "run, idx, parent, time_ms, decision, changes"));
    for (std::size_t i = 0; i < info.forks.size(); ++i) {
        const Fork& f = info.forks[i];
        Binder(insert).add(run, i, f.parent, f.at, f.decision, nlohmann::json(f.changes).dump()).insert();
    }
}

void insertAccounts(SQLite::Database& database, std::int64_t run, const ChartOfAccounts& chart)
{
    SQLite::Statement insert(database, insertText("account", "run, id, venue, type, asset, contract, key"));
    for (std::size_t id = 0; id < chart.size(); ++id) {
        const Account& a = chart.accounts()[id];
        Binder(insert).add(run, id, a.venue, a.type, a.asset, a.unit, a.key()).insert();
    }
}

void insertConditions(SQLite::Database& database, std::int64_t run, const RunInfo& info)
{
    SQLite::Statement insert(database, insertText("condition", "run, idx, id, unit, test, threshold"));
    for (std::size_t i = 0; i < info.conditions.size(); ++i) {
        const ConditionDefinition& c = info.conditions[i];
        Binder(insert).add(run, i, c.id, c.unit, c.test, c.threshold).insert();
    }
}

void insertFiles(SQLite::Database& database, std::int64_t run, const RunInfo& info)
{
    SQLite::Statement insert(database, insertText("source_file", "run, idx, path"));
    for (std::size_t i = 0; i < info.files.size(); ++i)
        Binder(insert).add(run, i, info.files[i]).insert();
}

void insertPositions(SQLite::Database& database, std::int64_t run, const RunSummary& summary)
{
    SQLite::Statement insert(database, insertText("position", "run, account, amount, price, value"));
    for (const PositionRow& p : summary.positions)
        Binder(insert).add(run, p.account, p.amount, p.price, p.value).insert();
}

//! Where every run can have P&L.
bool isEverywhere(Venue place)
{
    return place != Venue::AaveV3 && place != Venue::EtherFi && place != Venue::Lido;
}

//! Places on chain have a row only where something came of them.
void insertPnl(SQLite::Database& database, std::int64_t run, const Attribution& attribution)
{
    SQLite::Statement insert(database, insertText("run_pnl", "run, venue" + pnlColumnList()));
    const auto write = [&](std::int64_t venue, const std::array<double, kPnlItemCount>& items) {
        Binder row(insert);
        row.add(run, venue);
        for (const double item : items)
            row.add(item);
        row.insert();
    };
    write(kTotalVenue, attribution.totals());
    for (const Venue place : kPlaces) {
        std::array<double, kPnlItemCount> items{};
        for (std::size_t i = 0; i < kPnlItemCount; ++i)
            items[i] = attribution.at(place, static_cast<PnlItem>(i));
        if (isEverywhere(place) || items != std::array<double, kPnlItemCount>{})
            write(static_cast<std::int64_t>(place), items);
    }
}

} // namespace

void insertFindings(SQLite::Database& database, std::int64_t run, const std::vector<Finding>& findings)
{
    SQLite::Statement insert(database, insertText("finding", "run, idx, kind, severity, rule, file, line, series, "
                                                             "from_ms, to_ms, count, detail"));
    for (std::size_t i = 0; i < findings.size(); ++i) {
        const Finding& f = findings[i];
        Binder(insert)
            .add(run, i, toText(f.kind), toText(f.severity), toText(f.rule), f.file, f.line, f.series, f.from, f.to)
            .add(f.count, f.detail)
            .insert();
    }
}

std::string pnlColumnList()
{
    std::string list;
    for (std::size_t i = 0; i < kPnlItemCount; ++i)
        list += ", " + std::string(toText(static_cast<PnlItem>(i)));
    return list;
}

std::int64_t writeRunInfo(SQLite::Database& database, const RunRecord& record)
{
    const RunInfo& info = record.info();
    const std::int64_t run = insertRun(database, info);
    insertConfiguration(database, run, info);
    insertForks(database, run, info);
    insertAccounts(database, run, record.chart());
    insertConditions(database, run, info);
    insertFiles(database, run, info);
    insertFindings(database, run, info.findings);
    return run;
}

void writeRunEnd(SQLite::Database& database, std::int64_t run, const RunSummary& summary)
{
    SQLite::Statement update(database, "UPDATE run SET " + summaryAssignments() +
                                           ", started_at = coalesce(?, started_at) WHERE run = ?");
    const std::string& started = summary.timing.startedAt;
    Binder row(update);
    bindSummary(row, summary);
    row.add(started.empty() ? std::nullopt : std::optional(started), run).insert();
    insertPositions(database, run, summary);
    insertPnl(database, run, summary.attribution);
}

void clearRunEnd(SQLite::Database& database, std::int64_t run)
{
    for (const std::string& text :
         {std::string("DELETE FROM position WHERE run = ?"), std::string("DELETE FROM run_pnl WHERE run = ?"),
          "UPDATE run SET " + emptySummaryAssignments() + " WHERE run = ?"}) {
        SQLite::Statement statement(database, text);
        Binder(statement).add(run).insert();
    }
}

} // namespace carry
