// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/session_journal_log.h"

#include "read_run.h"

namespace carry
{

struct SessionJournalLog::Statements {
    explicit Statements(SQLite::Database& db)
        : insert(db, insertText("session_journal", "run_id, seq, kind, time_ms, body"))
    {
    }
    SQLite::Statement insert;
};

SessionJournalLog::SessionJournalLog(Database database, std::string runId)
    : m_database(std::move(database)), m_runId(std::move(runId))
{
}

SessionJournalLog::SessionJournalLog(SessionJournalLog&&) noexcept = default;
SessionJournalLog& SessionJournalLog::operator=(SessionJournalLog&&) noexcept = default;
SessionJournalLog::~SessionJournalLog() = default;

Result<SessionJournalLog> SessionJournalLog::open(Database database, std::string runId)
{
    const std::string path = database.path();
    return guarded(path, ErrorCode::StoreCorrupt, [&]() -> Result<SessionJournalLog> {
        SessionJournalLog log(std::move(database), std::move(runId));
        auto last =
            query(log.m_database.handle(), "SELECT max(seq) FROM session_journal WHERE run_id = ?", log.m_runId);
        if (last.executeStep() && !last.getColumn(0).isNull())
            log.m_next = last.getColumn(0).getInt64() + 1;
        log.m_statements = std::make_unique<Statements>(log.m_database.handle());
        return log;
    });
}

Result<void> SessionJournalLog::append(const JournalRow& row, bool durable)
{
    return guarded(m_database.path(), ErrorCode::StoreWrite, [&]() -> Result<void> {
        if (durable != m_isDurable) {
            m_database.handle().exec(durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
            m_isDurable = durable;
        }
        SQLite::Transaction transaction(m_database.handle(), SQLite::TransactionBehavior::IMMEDIATE);
        Binder(m_statements->insert).add(m_runId, m_next, row.kind, row.time, row.body).insert();
        transaction.commit();
        ++m_next;
        return {};
    });
}

Result<void> deleteSessionJournal(Database& database, const std::string& runId)
{
    return guarded(database.path(), ErrorCode::StoreWrite, [&]() -> Result<void> {
        execute(database.handle(), "DELETE FROM session_journal WHERE run_id = ?", runId);
        return {};
    });
}

Result<std::vector<JournalRow>> readSessionJournal(Database& database, const std::string& runId)
{
    return guarded(database.path(), ErrorCode::StoreCorrupt, [&]() -> Result<std::vector<JournalRow>> {
        std::vector<JournalRow> out;
        auto rows = query(database.handle(),
                          "SELECT kind, time_ms, body FROM session_journal WHERE run_id = ? ORDER BY seq", runId);
        while (rows.executeStep()) {
            Fields field(rows);
            JournalRow& row = out.emplace_back();
            row.kind = field.text();
            row.time = field.time();
            row.body = field.text();
        }
        return out;
    });
}

} // namespace carry
