// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "store/run_reader.h"

#include <string>
#include <vector>

namespace carry
{

//! The runs of a database file, newest first. The errors of the STORE family.
Result<std::vector<RunListItem>> listStoredRuns(const std::string& file);
//! One run by id or the beginning of it; the newest for an empty text. StoreUnknownRun where there is none.
Result<StoredRun> showStoredRun(const std::string& file, const std::string& idOrPrefix);

} // namespace carry
