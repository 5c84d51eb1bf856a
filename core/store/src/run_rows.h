// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "record/run_record.h"
#include "record/run_summary.h"
#include "sql.h"

namespace carry
{

//! Writes what is fixed before the first step: run, configuration, account, condition, source_file and finding. Returns
//! the key of the run.
std::int64_t writeRunInfo(SQLite::Database& database, const RunRecord& record);
//! Writes what the end of a run brings: figures and status in run, position and run_pnl.
void writeRunEnd(SQLite::Database& database, std::int64_t run, const RunSummary& summary);
//! Removes what writeRunEnd() wrote but status and times, for a run that goes on.
void clearRunEnd(SQLite::Database& database, std::int64_t run);

//! What was found in the data of a run that has none in table finding.
void insertFindings(SQLite::Database& database, std::int64_t run, const std::vector<Finding>& findings);

//! run_pnl.venue of the row with the totals.
inline constexpr std::int64_t kTotalVenue = -1;
//! ", spot_price, perp_price, ...": the columns of run_pnl.
std::string pnlColumnList();

} // namespace carry
