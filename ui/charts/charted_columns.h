// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "record/run_record.h"

#include <vector>

namespace carry::ui
{

//! The columns that charts, time bar and marked ranges look at step after step, whichever panes are shown: what a
//! stored run is opened with.
std::vector<std::size_t> chartedColumns(const RunInfo& info);

} // namespace carry::ui
