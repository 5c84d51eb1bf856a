// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "portfolio/books.h"
#include "record/run_record.h"
#include "record/run_summary.h"

#include <memory>
#include <string>
#include <vector>

namespace carry::made
{

//! A record and its summary, made by hand: what a run would have left, without an engine.
struct MadeRun {
    std::shared_ptr<RunRecord> record;
    RunSummary summary;
};

//! Conditions, findings, files and a configuration of everything that a run can have.
RunInfo info(std::string runId, std::size_t conditions = 3);

//! Six steps with a deposit of 100,000 USDT, a plan of which one instruction is rejected, a settlement that is missing,
//! a liquidation, and figures that are absent.
MadeRun smallRun(std::string runId);

//! Four steps of a run in ETH that stakes, lends and borrows: every type of instruction, a loop of two iterations, an
//! atomic group, a liquidation at Aave, a reward, and a health factor that is absent at first.
MadeRun chainRun(std::string runId);

//! Hourly steps of an open position at three exchanges, with the figures of every step different: as a year of a run
//! looks. `dense`: no figure is zero and amounts have 18 decimals.
MadeRun longRun(std::string runId, std::size_t steps, bool dense = false);

//! Writes steps of a record one by one, with the figures that the books give.
class Maker
{
  public:
    explicit Maker(RunInfo info);

    RunRecord& record() { return *m_record; }
    Books& books() { return m_books; }
    std::vector<double>& row() { return m_row; }
    double& at(std::size_t column) { return m_row[column]; }
    void post(AccountId from, AccountId to, const char* amount, Cause cause, InstructionId instruction = 0);
    void move(InstructionId id, InstructionState from, InstructionState to, std::int64_t timeMs, double price = 0,
              Decimal quantity = {}, std::int32_t error = -1);
    //! Fills the figures that follow from the books and commits.
    void commit(Time time, bool bar = true);
    MadeRun finish();

  private:
    std::shared_ptr<RunRecord> m_record;
    Books m_books;
    std::vector<double> m_row;
};

} // namespace carry::made
