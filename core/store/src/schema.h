// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/error.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <cstdint>
#include <string>

namespace carry
{

//! "CRYD" in the file's header marks a database as ours.
inline constexpr std::int64_t kApplicationId = 0x43525944;

enum class SchemaState { Empty, Older, Current };

//! Looks at a file before anything is changed in it. StoreForeign, StoreNewerSchema.
Result<SchemaState> inspectSchema(SQLite::Database& database, const std::string& file);
//! Applies the numbered files that the database lacks, all of them or none. Several programs may do so at once.
void upgradeSchema(SQLite::Database& database);

//! Brings the words of the enums up to date, if they are not.
void fillDictionary(SQLite::Database& database);

} // namespace carry
