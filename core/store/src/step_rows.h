// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "record/run_record.h"
#include "sql.h"

namespace carry
{

//! Writes the columns of steps: tables step, step_venue and step_asset.
class StepRows
{
  public:
    explicit StepRows(SQLite::Database& database);
    //! EngineNotFinite for a number that is neither finite nor absent with a reason.
    Result<void> write(std::int64_t run, const RunRecord& record, std::size_t from, std::size_t to);

  private:
    Result<void> writeStep(std::int64_t run, const RunRecord& record, std::size_t step);
    Result<void> writeVenues(std::int64_t run, const RunRecord& record, std::size_t step);
    Result<void> writeAssets(std::int64_t run, const RunRecord& record, std::size_t step);

    SQLite::Statement m_step, m_venue, m_asset;
};

} // namespace carry
