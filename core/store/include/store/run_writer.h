// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "record/record_sink.h"
#include "store/database.h"

#include <cstdint>
#include <memory>
#include <optional>

namespace carry
{

class RunLease;

//! Writes one run into a database, each call in one transaction, so that several processes can write one file at the
//! same time. Until finish() the run has status `running`. Used from one thread at a time; the database outlives it.
class RunWriter final : public RecordSink
{
  public:
    explicit RunWriter(Database& database);
    ~RunWriter() override; //!< leaves what is written as it is
    RunWriter(const RunWriter&) = delete;
    RunWriter& operator=(const RunWriter&) = delete;

    Result<void> begin(const RunRecord& record) override;
    //! Instead of begin(): goes on with the stored run of that id, whose first stepsStored() steps `record` will
    //! repeat. Until the first append() or finish() nothing but the status changes, and abandon() takes that back.
    //! StoreUnknownRun, StoreBusyRun, StoreResume (not interrupted, or other inputs than `record` has).
    Result<void> resume(const RunRecord& record);
    std::size_t stepsStored() const { return m_stored; }
    //! Whether the record's first stepsStored() steps, which must be committed, are those that are stored; the last one
    //! and samples before it are compared in full. StoreResume.
    Result<void> checkStored(const RunRecord& record);
    Result<void> append(const RunRecord& record, std::size_t fromStep, std::size_t toStep) override;
    Result<void> finish(const RunSummary& summary) override;
    Result<void> abandon() override;

  private:
    struct Statements;
    Result<void> takeLease(std::int64_t run);

    Database& m_database;
    std::unique_ptr<Statements> m_statements;
    std::unique_ptr<RunLease> m_lease;
    std::size_t m_stored = 0;
    bool m_resumed = false;            //!< what was stored before is not this writer's to remove
    bool m_oldEnd = false;             //!< of a resumed run: figures of where it was cancelled may still be there
    std::optional<std::int64_t> m_run; //!< key of the run's row, from begin() to finish() or abandon()
};

//! The whole of a finished record in one go: begin, append, finish; after a failure nothing of it stays.
Result<void> storeRun(Database& database, const RunRecord& record, const RunSummary& summary);

} // namespace carry
