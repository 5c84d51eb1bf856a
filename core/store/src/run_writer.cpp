// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/run_writer.h"

#include "log_rows.h"
#include "read_run.h"
#include "run_lease.h"
#include "run_rows.h"
#include "sql.h"
#include "step_rows.h"

#include <cmath>
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

//! Whether the row of step_chain that is selected, or none, is what the record has.
bool sameOnChain(SQLite::Statement& row, const RunRecord& record, std::size_t step)
{
    if (row.executeStep() != record.layout().chain)
        return false;
    if (!record.layout().chain)
        return true;
    std::array<double, kChainColumnCount> values;
    for (std::size_t c = 0; c < kChainColumnCount; ++c)
        values[c] = record.at(step, record.layout().onChain(static_cast<ChainColumn>(c)));
    const std::span<const double> all(values);
    Fields field(row);
    bool same = field.integer() == reasonsOf(all.first<kFirstChainReasons>());
    same = field.integer() == reasonsOf(all.subspan(kFirstChainReasons)) && same;
    for (const double value : values) {
        const auto stored = field.optionalReal();
        same = same && (std::isnan(value) ? !stored : stored == value);
    }
    return same;
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
        // Before others can see the run: one without a lease is taken for interrupted.
        return takeLease(run);
    });
    if (done)
        m_run = run;
    return done;
}

Result<void> RunWriter::takeLease(std::int64_t run)
{
    auto lease = RunLease::take(m_database.path(), run);
    if (!lease)
        return fail(lease.error());
    m_lease = std::make_unique<RunLease>(std::move(*lease));
    return {};
}

Result<void> RunWriter::resume(const RunRecord& record)
{
    const RunInfo& info = record.info();
    return inTransaction(m_database, [&]() -> Result<void> {
        SQLite::Database& db = m_database.handle();
        auto row =
            query(db, "SELECT run, steps, status, data_digest, engine_version FROM run WHERE run_id = ?", info.runId);
        if (!row.executeStep())
            return fail(Error(ErrorCode::StoreUnknownRun).with("found", info.runId).with("file", m_database.path()));
        Fields field(row);
        const std::int64_t run = field.integer();
        const auto stored = field.as<std::size_t>();
        const auto status = field.enumeration<RunStatus>();
        const auto refuse = [&](const std::string& why) {
            return fail(Error(ErrorCode::StoreResume).with("run", info.runId).with("found", why));
        };
        if (status != RunStatus::Running && status != RunStatus::Interrupted)
            return refuse("its status is " + std::string(toText(status)));
        if (const std::string digest = field.text(); !info.dataDigest.empty() && digest != info.dataDigest)
            return refuse("its data have changed");
        if (const std::string version = field.text(); version != CARRYDESK_VERSION)
            return refuse("it was computed by version " + version);
        if (auto taken = takeLease(run); !taken)
            return taken;
        if (m_statements == nullptr)
            m_statements = std::make_unique<Statements>(db);
        SQLite::Statement running(db, "UPDATE run SET status = ? WHERE run = ?");
        Binder(running).add(RunStatus::Running, run).insert();
        m_run = run;
        m_stored = stored;
        m_resumed = true;
        m_oldEnd = true;
        return {};
    });
}

Result<void> RunWriter::checkStored(const RunRecord& record)
{
    constexpr std::size_t kSamples = 200;
    return guarded(m_database.path(), ErrorCode::StoreCorrupt, [&]() -> Result<void> {
        const auto differ = [&](std::size_t step) {
            return fail(Error(ErrorCode::StoreResume)
                            .with("run", record.info().runId)
                            .with("found", "step " + std::to_string(step) + " now comes out differently"));
        };
        SQLite::Statement row(m_database.handle(),
                              "SELECT time_ms, nav, unit_value, pnl_spot_price, pnl_perp_price, pnl_funding FROM step "
                              "WHERE run = ? AND step = ?");
        SQLite::Statement chain(m_database.handle(), "SELECT null_reasons, null_reasons_2" +
                                                         columnNames<ChainColumn>(kChainColumnCount) +
                                                         " FROM step_chain WHERE run = ? AND step = ?");
        for (std::size_t i = 1; i <= kSamples && m_stored > 0; ++i) {
            const std::size_t step = (m_stored * i + kSamples - 1) / kSamples - 1;
            row.reset();
            Binder(row).add(*m_run, step);
            if (!row.executeStep())
                return differ(step);
            Fields field(row);
            bool same = field.time() == record.time(step);
            for (const std::size_t column :
                 {ColumnLayout::step(StepColumn::Nav), ColumnLayout::step(StepColumn::UnitValue),
                  ColumnLayout::pnl(PnlItem::SpotPrice), ColumnLayout::pnl(PnlItem::PerpPrice),
                  ColumnLayout::pnl(PnlItem::Funding)})
                same = same && field.real() == record.at(step, column);
            chain.reset();
            Binder(chain).add(*m_run, step);
            if (!same || !sameOnChain(chain, record, step))
                return differ(step);
        }
        if (m_stored == 0)
            return {};
        SQLite::Statement logs(m_database.handle(), "SELECT (SELECT count(*) FROM ledger WHERE run = ?1), "
                                                    "(SELECT count(*) FROM decision WHERE run = ?1), "
                                                    "(SELECT count(*) FROM transition WHERE run = ?1)");
        Binder(logs).add(*m_run);
        logs.executeStep();
        Fields field(logs);
        const StepEnds& ends = record.ends(m_stored - 1);
        if (field.integer() != ends.ledger || field.integer() != ends.decisions || field.integer() != ends.transitions)
            return differ(m_stored - 1);
        return {};
    });
}

Result<void> RunWriter::append(const RunRecord& record, std::size_t fromStep, std::size_t toStep)
{
    if (fromStep == toStep)
        return {};
    auto done = inTransaction(m_database, [&]() -> Result<void> {
        if (m_oldEnd) // a run that was cancelled had an end, whose figures are of fewer steps
            clearRunEnd(m_database.handle(), m_run.value());
        if (auto written = m_statements->steps.write(m_run.value(), record, fromStep, toStep); !written)
            return written;
        m_statements->logs.write(*m_run, record, fromStep, toStep);
        Binder(m_statements->length).add(toStep, *m_run).insert();
        return {};
    });
    if (done)
        m_oldEnd = false;
    return done;
}

Result<void> RunWriter::finish(const RunSummary& summary)
{
    auto done = inTransaction(m_database, [&]() -> Result<void> {
        if (m_oldEnd)
            clearRunEnd(m_database.handle(), m_run.value());
        writeRunEnd(m_database.handle(), m_run.value(), summary);
        return {};
    });
    if (done) {
        m_run.reset();
        m_lease.reset();
    }
    return done;
}

Result<void> RunWriter::abandon()
{
    if (!m_run)
        return {};
    const auto lease = std::exchange(m_lease, nullptr); // until it is done
    if (m_resumed)
        return inTransaction(m_database, [&]() -> Result<void> {
            SQLite::Statement status(m_database.handle(), "UPDATE run SET status = ? WHERE run = ?");
            Binder(status).add(RunStatus::Interrupted, std::exchange(m_run, std::nullopt)).insert();
            return {};
        });
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
