// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "desk/stored_runs.h"

#include <string>

namespace carry
{

//! A run as one HTML page that needs nothing else: figures, charts, P&L by line and place, decisions with their plans,
//! configuration, what was wrong with the data, digests.
std::string htmlReport(const RunRecord& record, const StoredRun& run);

} // namespace carry
