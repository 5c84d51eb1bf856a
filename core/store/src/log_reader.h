// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "parallel.h"
#include "record/run_record.h"
#include "store/database.h"

#include <vector>

namespace carry
{

//! Reads the logs of a stored run into a record that is being read back. Each task reads what no other one does, on a
//! connection of its own.
class LogReader
{
  public:
    LogReader(std::string file, std::int64_t run, std::size_t steps, RunRecord& record);

    std::vector<Task> tasks();
    //! How long the logs are at each step, when all tasks are done. BadValue where they do not fit together.
    std::vector<StepEnds> ends() const;

  private:
    using Counts = std::vector<std::uint32_t>; //!< entries by step
    Task task(void (LogReader::*read)(SQLite::Database&));
    void readLedger(SQLite::Database& database);
    void readDecisions(SQLite::Database& database);
    void readFunding(SQLite::Database& database);
    void readPipeline(SQLite::Database& database); //!< plans, instructions, transitions, events
    void readPlans(SQLite::Database& database);
    void readTransitions(SQLite::Database& database);
    void readEvents(SQLite::Database& database);

    std::string m_file;
    std::int64_t m_run;
    std::size_t m_steps;
    RunRecord& m_record;
    Counts m_ledger, m_decisions, m_funding, m_plans, m_instructions, m_transitions, m_events;
    // Largest number that an entry speaks of, for a log that is read meanwhile.
    InstructionId m_ledgerInstruction = 0;
    PlanId m_decisionPlan = 0;
    std::uint32_t m_planCount = 0, m_instructionCount = 0;
};

} // namespace carry
