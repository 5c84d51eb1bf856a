// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/audit.h"

#include "desk/gate_json.h"

namespace carry
{

Result<AuditHead> verifyAuditFile(const std::string& file, const std::optional<AuditHead>& kept)
{
    auto database = Database::open(file, Database::Mode::ReadOnly);
    if (!database)
        return fail(database.error());
    return verifyAudit(*database, kept);
}

Result<void> exportAudit(const std::string& file, const std::function<bool(const std::string& line)>& line)
{
    auto database = Database::open(file, Database::Mode::ReadOnly);
    if (!database)
        return fail(database.error());
    constexpr auto kReplace = nlohmann::ordered_json::error_handler_t::replace;
    return readAudit(*database,
                     [&](const AuditRow& row) { return line(auditToJson(row).dump(-1, ' ', false, kReplace)); });
}

Result<GateListener> auditingListener(const std::string& file, RunInfo info, std::string session,
                                      std::function<Time()> now)
{
    struct Kept {
        Database database;
        AuditTrail trail;
        RunInfo info;
        std::string session;
        std::function<Time()> now;
        Kept(Database db, RunInfo i, std::string s, std::function<Time()> n)
            : database(std::move(db)), trail(database), info(std::move(i)), session(std::move(s)), now(std::move(n))
        {
        }
    };
    auto database = Database::open(file, Database::Mode::ReadWrite);
    if (!database)
        return fail(database.error());
    auto kept = std::make_shared<Kept>(std::move(*database), std::move(info), std::move(session), std::move(now));
    return GateListener([kept](const GateEvent& event) -> Result<void> {
        const auto row = kept->trail.append(auditEntry(kept->info, kept->session, event, kept->now()));
        if (!row)
            return fail(row.error());
        return {};
    });
}

} // namespace carry
