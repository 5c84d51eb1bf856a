// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/time.h"
#include "store/database.h"

#include <functional>
#include <optional>
#include <string>

namespace carry
{

//! One thing that happened at the gate of a session.
struct AuditEntry {
    Time time{};               //!< the session's clock
    Time wall{};               //!< the computer's clock
    std::string session;       //!< id
    std::string kind;          //!< "proposal", "refusal", "trading_state"
    std::string user;          //!< empty: the rules, the clock or risk
    std::int64_t proposal = 0; //!< its number in the session; 0: none
    std::string seen;          //!< JSON object: what the person saw
    std::string action;
    std::string reason; //!< as the person gave it
};

struct AuditRow : AuditEntry {
    std::int64_t seq = 0;       //!< from 1
    std::string previous, hash; //!< of the row before, of this one
};

//! How long the trail is and where it ends. Whoever keeps it elsewhere can prove later that nothing before it changed.
struct AuditHead {
    std::int64_t rows = 0;
    std::string hash;
    friend bool operator==(const AuditHead&, const AuditHead&) = default;
};

//! Writes a database's audit trail. Several programs may: each row is appended under the database's lock.
class AuditTrail
{
  public:
    //! Of a connection of its own, which from now on waits at every commit until the disk has it. The database outlives
    //! the trail.
    explicit AuditTrail(Database& database);
    //! Durable when it returns. StoreWrite.
    Result<AuditRow> append(const AuditEntry& entry);

  private:
    Database& m_database;
};

//! Recomputes every hash and compares with the seal. `kept`: a head of earlier, which must be one of the chain's.
//! StoreAuditBroken names the first row that does not fit. A writer who replaces rows, seal and triggers together
//! leaves nothing in the file that tells; only a head that was kept elsewhere does.
Result<AuditHead> verifyAudit(Database& database, const std::optional<AuditHead>& kept = std::nullopt);
//! In order, as they stand; nothing is verified. `row` says whether to go on. StoreCorrupt.
Result<void> readAudit(Database& database, const std::function<bool(const AuditRow&)>& row);

} // namespace carry
