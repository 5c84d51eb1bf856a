// SPDX-License-Identifier: GPL-3.0-or-later
#include "schema.h"

#include "base/embedded.h"
#include "store/database.h"

#include <span>

namespace carry
{
namespace store_sql
{
std::span<const EmbeddedText> embeddedTexts(); // made by carrydesk_embed(), in order of their numbers
} // namespace store_sql

namespace
{

std::int64_t numberOf(SQLite::Database& database, const char* query)
{
    return database.execAndGet(query).getInt64();
}

} // namespace

int Database::schemaVersion()
{
    return static_cast<int>(store_sql::embeddedTexts().size());
}

Result<SchemaState> inspectSchema(SQLite::Database& database, const std::string& file)
{
    SQLite::Transaction oneMoment(database); // another program may be creating the schema just now
    const std::int64_t version = numberOf(database, "PRAGMA user_version");
    if (numberOf(database, "PRAGMA application_id") != kApplicationId) {
        const bool unmarked = version == 0 && numberOf(database, "PRAGMA application_id") == 0;
        if (unmarked && numberOf(database, "SELECT count(*) FROM sqlite_schema") == 0)
            return SchemaState::Empty;
        return fail(Error(ErrorCode::StoreForeign).with("file", file));
    }
    if (version > Database::schemaVersion())
        return fail(Error(ErrorCode::StoreNewerSchema)
                        .with("file", file)
                        .with("found", version)
                        .with("expected", std::int64_t{Database::schemaVersion()}));
    return version < Database::schemaVersion() ? SchemaState::Older : SchemaState::Current;
}

void upgradeSchema(SQLite::Database& database)
{
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    // Read under the lock: another program may have done it while this one waited.
    const std::int64_t version = numberOf(database, "PRAGMA user_version");
    const auto files = store_sql::embeddedTexts();
    for (std::size_t i = static_cast<std::size_t>(version); i < files.size(); ++i)
        database.exec(std::string(files[i].text));
    if (static_cast<std::size_t>(version) < files.size()) {
        database.exec("PRAGMA application_id = " + std::to_string(kApplicationId));
        database.exec("PRAGMA user_version = " + std::to_string(files.size()));
    }
    transaction.commit();
}

} // namespace carry
