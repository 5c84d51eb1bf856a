// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "record/run_summary.h"
#include "sql.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace carry
{

//! Table run beside what a run is from its beginning: the figures that its end brings.

//! "steps = ?, nav_initial = ?, ...": the columns to update, in the order of bindSummary().
std::string summaryAssignments();
//! "nav_initial = NULL, ...": the same columns without steps and status, as before the end.
std::string emptySummaryAssignments();
void bindSummary(Binder& row, const RunSummary& summary);
//! "steps, nav_initial, ...": the same columns to select, in the order of readSummaryColumns().
std::string summaryColumns();
//! False where the run has no end yet; then the figures are not set.
bool readSummaryColumns(Fields& row, RunSummary& summary);

} // namespace carry
