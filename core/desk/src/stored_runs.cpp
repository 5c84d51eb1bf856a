// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/stored_runs.h"

namespace carry
{

Result<std::vector<RunListItem>> listStoredRuns(const std::string& file)
{
    auto database = Database::open(file, Database::Mode::ReadOnly);
    if (!database)
        return fail(database.error());
    return listRuns(*database);
}

Result<StoredRun> showStoredRun(const std::string& file, const std::string& idOrPrefix)
{
    auto database = Database::open(file, Database::Mode::ReadOnly);
    if (!database)
        return fail(database.error());
    std::string wanted = idOrPrefix;
    if (wanted.empty()) {
        const auto runs = listRuns(*database);
        if (!runs)
            return fail(runs.error());
        if (runs->empty())
            return fail(Error(ErrorCode::StoreUnknownRun).with("found", "newest").with("file", file));
        wanted = runs->front().runId;
    }
    return showRun(*database, wanted);
}

} // namespace carry
