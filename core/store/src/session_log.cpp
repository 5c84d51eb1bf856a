// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/session_log.h"

#include "read_run.h"
#include "run_rows.h"

namespace carry
{
namespace
{

//! Key of a run by its whole id.
Result<std::int64_t> keyOf(Database& database, std::string_view runId)
{
    auto row = query(database.handle(), "SELECT run FROM run WHERE run_id = ?", runId);
    if (!row.executeStep())
        return fail(Error(ErrorCode::StoreUnknownRun).with("found", std::string(runId)).with("file", database.path()));
    return row.getColumn(0).getInt64();
}

//! Does work on one run in one transaction.
template <class Work> Result<void> onRun(Database& database, std::string_view runId, Work&& work)
{
    return guarded(database.path(), ErrorCode::StoreWrite, [&]() -> Result<void> {
        SQLite::Transaction transaction(database.handle(), SQLite::TransactionBehavior::IMMEDIATE);
        const auto run = keyOf(database, runId);
        if (!run)
            return fail(run.error());
        work(*run);
        transaction.commit();
        return {};
    });
}

} // namespace

Result<void> beginSession(Database& database, std::string_view runId, const StoredSession& s)
{
    return onRun(database, runId, [&](std::int64_t run) {
        SQLite::Statement row(database.handle(),
                              insertText("session", "run, mode, gate, feed, user_name, started_ms, trading_state"));
        Binder(row).add(run, s.mode, s.gate, s.feed, s.user, s.started, s.tradingState).insert();
    });
}

Result<void> setRunData(Database& database, std::string_view runId, Time to, std::string_view digest,
                        const std::vector<Finding>& findings)
{
    return onRun(database, runId, [&](std::int64_t run) {
        SQLite::Statement row(database.handle(), "UPDATE run SET to_ms = ?, data_digest = ? WHERE run = ?");
        Binder(row).add(to, digest, run).insert();
        execute(database.handle(), "DELETE FROM finding WHERE run = ?", run);
        insertFindings(database.handle(), run, findings);
    });
}

Result<std::optional<StoredSession>> readSession(Database& database, std::string_view runId)
{
    return guarded(database.path(), ErrorCode::StoreCorrupt, [&]() -> Result<std::optional<StoredSession>> {
        const auto run = keyOf(database, runId);
        if (!run)
            return fail(run.error());
        auto row =
            query(database.handle(),
                  "SELECT mode, gate, feed, user_name, started_ms, trading_state FROM session WHERE run = ?", *run);
        if (!row.executeStep())
            return std::optional<StoredSession>();
        Fields field(row);
        StoredSession s;
        s.mode = field.text();
        s.gate = field.text();
        s.feed = field.text();
        s.user = field.text();
        s.started = field.time();
        s.tradingState = field.text();
        return std::optional(std::move(s));
    });
}

Result<std::vector<StoredCommand>> readSessionCommands(Database& database, std::string_view runId)
{
    return guarded(database.path(), ErrorCode::StoreCorrupt, [&]() -> Result<std::vector<StoredCommand>> {
        const auto run = keyOf(database, runId);
        if (!run)
            return fail(run.error());
        std::vector<StoredCommand> commands;
        auto rows =
            query(database.handle(),
                  "SELECT seq, time_ms, wall_ms, command FROM session_command WHERE run = ? ORDER BY seq", *run);
        while (rows.executeStep()) {
            Fields field(rows);
            StoredCommand& c = commands.emplace_back();
            c.sequence = field.integer();
            c.at = field.time();
            c.wall = field.time();
            c.json = field.text();
        }
        return commands;
    });
}

SessionLog::SessionLog(Database& database, std::string runId, std::int64_t last)
    : m_database(database), m_runId(std::move(runId)), m_last(last)
{
    database.handle().exec("PRAGMA synchronous = FULL"); // a command that was taken must not be lost with the power
}

Result<void> SessionLog::append(const std::vector<StoredCommand>& commands)
{
    std::int64_t last = m_last;
    auto done = onRun(m_database, m_runId, [&](std::int64_t run) {
        SQLite::Statement row(m_database.handle(),
                              insertText("session_command", "run, seq, time_ms, wall_ms, command"));
        for (const StoredCommand& c : commands)
            Binder(row).add(run, ++last, c.at, c.wall, c.json).insert();
    });
    if (done)
        m_last = last;
    return done;
}

Result<void> SessionLog::setTradingState(std::string_view state)
{
    return onRun(m_database, m_runId, [&](std::int64_t run) {
        auto row = query(m_database.handle(), "UPDATE session SET trading_state = ? WHERE run = ?", state, run);
        row.exec();
    });
}

} // namespace carry
