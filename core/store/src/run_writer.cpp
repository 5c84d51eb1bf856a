// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/run_writer.h"

#include "log_rows.h"
#include "run_rows.h"
#include "sql.h"
#include "step_rows.h"

#include <utility>

namespace carry
{
namespace
{

constexpr std::size_t kBatch = 8192; // steps of one transaction in storeRun()

//! Does work in one transaction that waits at its beginning, and nowhere else, for other writers; all of it or nothing.
template <class Work> Result<void> inTransaction(Database& database, Work&& work)
{
    return guarded(database.path(), ErrorCode::StoreWrite, [&]() -> Result<void> {
        SQLite::Transaction transaction(database.handle(), SQLite::TransactionBehavior::IMMEDIATE);
        if (Result<void> done = work(); !done)
            return done;
        transaction.commit();
        return {};
    });
}

} // namespace

struct RunWriter::Statements {
    explicit Statements(SQLite::Database& database)
        : steps(database), logs(database), length(database, "UPDATE run SET steps = ? WHERE run = ?")
    {
    }
    StepRows steps;
    LogRows logs;
    SQLite::Statement length;
};

RunWriter::RunWriter(Database& database) : m_database(database) {}
RunWriter::~RunWriter() = default;

Result<void> RunWriter::begin(const RunRecord& record)
{
    std::int64_t run = 0;
    auto done = inTransaction(m_database, [&]() -> Result<void> {
        if (m_statements == nullptr)
            m_statements = std::make_unique<Statements>(m_database.handle());
        run = writeRunInfo(m_database.handle(), record);
        return {};
    });
    if (done)
        m_run = run;
    return done;
}

Result<void> RunWriter::append(const RunRecord& record, std::size_t fromStep, std::size_t toStep)
{
    if (fromStep == toStep)
        return {};
    return inTransaction(m_database, [&]() -> Result<void> {
        if (auto written = m_statements->steps.write(m_run.value(), record, fromStep, toStep); !written)
            return written;
        m_statements->logs.write(*m_run, record, fromStep, toStep);
        Binder(m_statements->length).add(toStep, *m_run).insert();
        return {};
    });
}

Result<void> RunWriter::finish(const RunSummary& summary)
{
    auto done = inTransaction(m_database, [&]() -> Result<void> {
        writeRunEnd(m_database.handle(), m_run.value(), summary);
        return {};
    });
    if (done)
        m_run.reset();
    return done;
}

Result<void> RunWriter::abandon()
{
    if (!m_run)
        return {};
    return inTransaction(m_database, [&]() -> Result<void> {
        SQLite::Statement remove(m_database.handle(), "DELETE FROM run WHERE run = ?"); // the rest goes with it
        Binder(remove).add(std::exchange(m_run, std::nullopt)).insert();
        return {};
    });
}

Result<void> storeRun(Database& database, const RunRecord& record, const RunSummary& summary)
{
    RunWriter writer(database);
    const std::size_t steps = record.committed();
    Result<void> done = writer.begin(record);
    for (std::size_t from = 0; done && from < steps; from += kBatch)
        done = writer.append(record, from, std::min(steps, from + kBatch));
    if (done)
        done = writer.finish(summary);
    if (!done)
        (void)writer.abandon(); // the first error is the one to tell
    return done;
}

} // namespace carry
