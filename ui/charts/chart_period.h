// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "record/run_record.h"

#include <utility>

namespace carry::ui
{

//! From and to, ms since 1970, of the period that a whole view of a run shows: its own, or of a run whose end is not
//! known a day, doubled until what has come is in it.
std::pair<double, double> periodOf(const RunRecord& record);

} // namespace carry::ui
