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

//! A step that somebody wants to find again.
struct Bookmark {
    Time time{}; //!< of a step
    std::string note;
    friend bool operator==(const Bookmark&, const Bookmark&) = default;
};

//! By time. StoreUnknownRun.
Result<std::vector<Bookmark>> listBookmarks(Database& database, std::string_view idOrPrefix);
//! Adds one, or changes the note of the one that is there. StoreUnknownRun, StoreWrite; ConfUsage where the run has no
//! step at that time.
Result<void> setBookmark(Database& database, std::string_view idOrPrefix, const Bookmark& bookmark);
//! Nothing happens where there is none. StoreUnknownRun, StoreWrite.
Result<void> removeBookmark(Database& database, std::string_view idOrPrefix, Time time);

//! StoreUnknownRun, StoreWrite.
Result<void> markRun(Database& database, std::string_view idOrPrefix, const RunMarks& marks);
//! Removes a run with everything of it. StoreUnknownRun, StoreBusyRun.
Result<void> deleteRun(Database& database, std::string_view idOrPrefix);
//! Gives every unfinished run whose program is gone the status `interrupted`; how many there were.
Result<std::size_t> markInterrupted(Database& database);
//! Copies one run with all that belongs to it into a database that was just made. StoreUnknownRun, StoreWrite.
Result<void> copyRun(const std::string& from, std::string_view idOrPrefix, Database& to);

} // namespace carry
