// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "record/run_record.h"
#include "sql.h"

namespace carry
{

//! Writes what happened in steps: ledger, decision, plan, instruction, transition, funding and event.
class LogRows
{
  public:
    explicit LogRows(SQLite::Database& database);
    void write(std::int64_t run, const RunRecord& record, std::size_t from, std::size_t to);

  private:
    void writeLedger(std::int64_t run, const RunRecord& record, std::size_t from, std::size_t to);
    void writeDecisions(std::int64_t run, const RunRecord& record, std::size_t from, std::size_t to);
    void writePlans(std::int64_t run, const RunRecord& record, std::size_t from, std::size_t to);
    void writeInstructions(std::int64_t run, const RunRecord& record, std::size_t from, std::size_t to);
    void writeTransitions(std::int64_t run, const RunRecord& record, std::size_t from, std::size_t to);
    void writeFunding(std::int64_t run, const RunRecord& record, std::size_t from, std::size_t to);
    void writeEvents(std::int64_t run, const RunRecord& record, std::size_t from, std::size_t to);

    SQLite::Statement m_ledger, m_decision, m_plan, m_instruction, m_transition, m_funding, m_event;
};

} // namespace carry
