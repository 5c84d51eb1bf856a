// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/audit_trail.h"

#include "base/digest.h"
#include "read_run.h"

#include <array>

namespace carry
{
namespace
{

constexpr std::array kTriggers{"audit_is_not_changed", "audit_is_not_deleted", "audit_goes_on",
                               "audit_seal_follows",   "audit_seal_stays",     "audit_seal_is_one"};
constexpr const char* kColumns =
    "seq, time_ms, wall_ms, session, kind, user_name, proposal, seen, action, reason, previous, hash";
constexpr const char* kAllRows = "SELECT seq, time_ms, wall_ms, session, kind, user_name, proposal, seen, action, "
                                 "reason, previous, hash FROM audit ORDER BY seq";

std::string hashOf(const AuditRow& row)
{
    Sha256 hash;
    hash.text(row.previous);
    hash.u64(static_cast<std::uint64_t>(row.seq));
    hash.u64(static_cast<std::uint64_t>(toMs(row.time)));
    hash.u64(static_cast<std::uint64_t>(toMs(row.wall)));
    hash.text(row.session);
    hash.text(row.kind);
    hash.text(row.user);
    hash.u64(static_cast<std::uint64_t>(row.proposal));
    hash.text(row.seen);
    hash.text(row.action);
    hash.text(row.reason);
    return hash.hex();
}

AuditRow readRow(Fields& field)
{
    AuditRow row;
    row.seq = field.integer();
    row.time = fromMs(field.integer()); // as it stands: the hash tells whether it was changed
    row.wall = fromMs(field.integer());
    row.session = field.text();
    row.kind = field.text();
    row.user = field.text();
    row.proposal = field.integer();
    row.seen = field.text();
    row.action = field.text();
    row.reason = field.text();
    row.previous = field.text();
    row.hash = field.text();
    return row;
}

//! Nothing where there is no seal.
std::optional<AuditHead> sealOf(SQLite::Database& database)
{
    SQLite::Statement seal(database, "SELECT rows, head FROM audit_seal WHERE one = 1");
    if (!seal.executeStep())
        return std::nullopt;
    Fields field(seal);
    AuditHead head;
    head.rows = field.integer();
    head.hash = field.text();
    return head;
}

//! Compares what there is with what there must be, row by row.
class Verifier
{
  public:
    Verifier(Database& database, const std::optional<AuditHead>& kept) : m_database(database), m_kept(kept) {}

    Result<AuditHead> verify()
    {
        SQLite::Transaction oneMoment(m_database.handle());
        SQLite::Statement rows(m_database.handle(), kAllRows);
        while (rows.executeStep()) {
            Fields field(rows);
            if (auto fits = take(readRow(field)); !fits)
                return fail(fits.error());
        }
        if (auto sealed = checkSeal(); !sealed)
            return fail(sealed.error());
        if (auto guarded = checkGuards(); !guarded)
            return fail(guarded.error());
        return m_head;
    }

  private:
    tl::unexpected<Error> broken(std::int64_t row, std::string found) const
    {
        return fail(Error(ErrorCode::StoreAuditBroken)
                        .with("file", m_database.path())
                        .with("row", row)
                        .with("found", std::move(found)));
    }
    Result<void> take(const AuditRow& row)
    {
        const std::int64_t expected = m_head.rows + 1;
        if (row.seq != expected)
            return broken(expected, row.seq > expected ? "is missing" : "has a number that none may have");
        if (row.previous != m_head.hash)
            return broken(row.seq, "does not follow the row before it");
        if (hashOf(row) != row.hash)
            return broken(row.seq, "was changed");
        m_head = {row.seq, row.hash};
        if (m_kept && m_kept->rows == row.seq && m_kept->hash != row.hash)
            return broken(row.seq, "is not the one whose hash was kept");
        return {};
    }
    Result<void> checkSeal() const
    {
        const auto seal = sealOf(m_database.handle());
        if (!seal)
            return broken(m_head.rows, "has no seal");
        if (m_head.rows < seal->rows)
            return broken(m_head.rows + 1, "is missing, as is all behind it up to row " + std::to_string(seal->rows));
        if (m_head != *seal)
            return broken(seal->rows + 1, "is not covered by the seal");
        if (m_kept && m_kept->rows > m_head.rows)
            return broken(m_head.rows + 1, "is missing: row " + std::to_string(m_kept->rows) + " was kept");
        return {};
    }
    //! Without them anybody could have written; so that they were gone for a while cannot be told afterwards.
    Result<void> checkGuards() const
    {
        for (const char* name : kTriggers) {
            auto found = query(m_database.handle(), "SELECT 1 FROM sqlite_schema WHERE type = 'trigger' AND name = ?",
                               std::string(name));
            if (!found.executeStep())
                return broken(m_head.rows, std::string("is not guarded: trigger ") + name + " is gone");
        }
        return {};
    }

    Database& m_database;
    const std::optional<AuditHead>& m_kept;
    AuditHead m_head;
};

} // namespace

AuditTrail::AuditTrail(Database& database) : m_database(database)
{
    m_database.handle().exec("PRAGMA synchronous = FULL");
}

Result<AuditRow> AuditTrail::append(const AuditEntry& entry)
{
    return guarded(m_database.path(), ErrorCode::StoreWrite, [&]() -> Result<AuditRow> {
        SQLite::Database& db = m_database.handle();
        SQLite::Transaction transaction(db, SQLite::TransactionBehavior::IMMEDIATE);
        const auto seal = sealOf(db);
        if (!seal)
            return fail(Error(ErrorCode::StoreAuditBroken)
                            .with("file", m_database.path())
                            .with("row", std::int64_t{0})
                            .with("found", "has no seal"));
        AuditRow row{entry, seal->rows + 1, seal->hash, {}};
        row.hash = hashOf(row);
        SQLite::Statement insert(db, insertText("audit", kColumns));
        Binder(insert)
            .add(row.seq, row.time, row.wall, row.session, row.kind, row.user, row.proposal, row.seen, row.action,
                 row.reason, row.previous, row.hash)
            .insert();
        auto follow = query(db, "UPDATE audit_seal SET rows = ?, head = ? WHERE one = 1", row.seq, row.hash);
        follow.exec();
        transaction.commit();
        return row;
    });
}

Result<AuditHead> verifyAudit(Database& database, const std::optional<AuditHead>& kept)
{
    return guarded(database.path(), ErrorCode::StoreCorrupt, [&] { return Verifier(database, kept).verify(); });
}

Result<void> readAudit(Database& database, const std::function<bool(const AuditRow&)>& row)
{
    return guarded(database.path(), ErrorCode::StoreCorrupt, [&]() -> Result<void> {
        SQLite::Statement rows(database.handle(), kAllRows);
        while (rows.executeStep()) {
            Fields field(rows);
            if (!row(readRow(field)))
                break;
        }
        return {};
    });
}

} // namespace carry
