// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "store/run_reader.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carry
{

//! What people add to a run.
struct RunMarks {
    std::vector<std::string> addTags, removeTags;
    std::optional<std::string> note;
    std::optional<bool> pinned;
};

//! StoreUnknownRun, StoreWrite.
Result<void> markRun(Database& database, std::string_view idOrPrefix, const RunMarks& marks);
//! Removes a run with everything of it. StoreUnknownRun, StoreBusyRun.
Result<void> deleteRun(Database& database, std::string_view idOrPrefix);
//! Gives every unfinished run whose program is gone the status `interrupted`; how many there were.
Result<std::size_t> markInterrupted(Database& database);
//! Copies one run with all that belongs to it into a database that was just made. StoreUnknownRun, StoreWrite.
Result<void> copyRun(const std::string& from, std::string_view idOrPrefix, Database& to);

} // namespace carry
