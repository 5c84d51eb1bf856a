// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "record/record_sink.h"
#include "store/database.h"

#include <cstdint>
#include <memory>
#include <optional>

namespace carry
{

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
    Result<void> append(const RunRecord& record, std::size_t fromStep, std::size_t toStep) override;
    Result<void> finish(const RunSummary& summary) override;
    Result<void> abandon() override;

  private:
    struct Statements;

    Database& m_database;
    std::unique_ptr<Statements> m_statements;
    std::optional<std::int64_t> m_run; //!< key of the run's row, from begin() to finish() or abandon()
};

//! The whole of a finished record in one go: begin, append, finish; after a failure nothing of it stays.
Result<void> storeRun(Database& database, const RunRecord& record, const RunSummary& summary);

} // namespace carry
