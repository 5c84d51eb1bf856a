// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "record/run_record.h"
#include "store/database.h"

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

namespace carry
{

//! Steps that are read so far, and all; false when reading is to end.
using LoadProgress = std::function<bool(std::size_t done, std::size_t total)>;
//! Columns that are to be in memory from the start.
using ColumnChoice = std::function<std::vector<std::size_t>(const RunInfo& info)>;
//! Every column of a run.
std::vector<std::size_t> allColumns(const RunInfo& info);

//! Reads a stored run back into a record that equals the computed one to the last bit, as far as the run was stored
//! when the reading began. Logs are read at once, and so are the columns that are chosen; the others when somebody
//! looks at them (RunRecord::fault() tells when that fails), from connections of the record's own. Long runs are read
//! by several threads. `progress` is called by the calling thread. StoreUnknownRun, StoreCorrupt, EngineCancelled.
Result<std::shared_ptr<RunRecord>> loadRecord(Database& database, std::string_view idOrPrefix,
                                              const ColumnChoice& columns = allColumns,
                                              const LoadProgress& progress = {});

//! Reads columns of a record that was loaded, which are in memory afterwards. Any thread. Does nothing to a record that
//! was computed. StoreCorrupt, StoreOpen, StoreUnknownRun, EngineCancelled.
Result<void> fetchColumns(const RunRecord& record, const std::vector<std::size_t>& columns,
                          const LoadProgress& progress = {});

} // namespace carry
