// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/run_marks.h"

#include "read_run.h"
#include "run_lease.h"

#include <nlohmann/json.hpp>
#include <set>

namespace carry
{
namespace
{

Error unknownRun(const Database& database, std::string_view idOrPrefix)
{
    return Error(ErrorCode::StoreUnknownRun).with("found", std::string(idOrPrefix)).with("file", database.path());
}

//! Does work on one run in one transaction.
template <class Work> Result<void> onRun(Database& database, std::string_view idOrPrefix, Work&& work)
{
    return guarded(database.path(), ErrorCode::StoreWrite, [&]() -> Result<void> {
        SQLite::Transaction transaction(database.handle(), SQLite::TransactionBehavior::IMMEDIATE);
        const auto run = findRun(database.handle(), std::string(idOrPrefix));
        if (!run)
            return fail(unknownRun(database, idOrPrefix));
        if (Result<void> done = work(*run); !done)
            return done;
        transaction.commit();
        return {};
    });
}

} // namespace

Result<void> markRun(Database& database, std::string_view idOrPrefix, const RunMarks& marks)
{
    SQLite::Database& db = database.handle();
    return onRun(database, idOrPrefix, [&](std::int64_t run) -> Result<void> {
        if (!marks.addTags.empty() || !marks.removeTags.empty()) {
            auto stored = query(db, "SELECT tags FROM run WHERE run = ?", run);
            stored.executeStep();
            const auto now = tagsOf(Fields(stored).text());
            std::set<std::string> tags(now.begin(), now.end());
            tags.insert(marks.addTags.begin(), marks.addTags.end());
            for (const std::string& tag : marks.removeTags)
                tags.erase(tag);
            execute(db, "UPDATE run SET tags = ? WHERE run = ?", nlohmann::json(tags).dump(), run);
        }
        if (marks.note)
            execute(db, "UPDATE run SET note = ? WHERE run = ?", *marks.note, run);
        if (marks.pinned)
            execute(db, "UPDATE run SET pinned = ? WHERE run = ?", *marks.pinned, run);
        return {};
    });
}

Result<std::vector<Bookmark>> listBookmarks(Database& database, std::string_view idOrPrefix)
{
    return guarded(database.path(), ErrorCode::StoreCorrupt, [&]() -> Result<std::vector<Bookmark>> {
        const auto run = findRun(database.handle(), std::string(idOrPrefix));
        if (!run)
            return fail(unknownRun(database, idOrPrefix));
        std::vector<Bookmark> bookmarks;
        auto rows = query(database.handle(), "SELECT time_ms, note FROM bookmark WHERE run = ? ORDER BY time_ms", *run);
        while (rows.executeStep()) {
            Fields field(rows);
            Bookmark& bookmark = bookmarks.emplace_back();
            bookmark.time = field.time();
            bookmark.note = field.text();
        }
        return bookmarks;
    });
}

Result<void> setBookmark(Database& database, std::string_view idOrPrefix, const Bookmark& bookmark)
{
    SQLite::Database& db = database.handle();
    return onRun(database, idOrPrefix, [&](std::int64_t run) -> Result<void> {
        auto step = query(db, "SELECT 1 FROM step WHERE run = ? AND time_ms = ?", run, bookmark.time);
        if (!step.executeStep())
            return fail(
                Error(ErrorCode::ConfUsage).with("found", "the run has no step at " + formatIso(bookmark.time)));
        execute(db,
                "INSERT INTO bookmark (run, time_ms, note) VALUES (?, ?, ?) "
                "ON CONFLICT DO UPDATE SET note = excluded.note",
                run, bookmark.time, bookmark.note);
        return {};
    });
}

Result<void> removeBookmark(Database& database, std::string_view idOrPrefix, Time time)
{
    return onRun(database, idOrPrefix, [&](std::int64_t run) -> Result<void> {
        execute(database.handle(), "DELETE FROM bookmark WHERE run = ? AND time_ms = ?", run, time);
        return {};
    });
}

Result<void> deleteRun(Database& database, std::string_view idOrPrefix)
{
    return onRun(database, idOrPrefix, [&](std::int64_t run) -> Result<void> {
        if (RunLease::isTaken(database.path(), run))
            return fail(
                Error(ErrorCode::StoreBusyRun).with("run", std::string(idOrPrefix)).with("file", database.path()));
        execute(database.handle(), "DELETE FROM session_journal WHERE run_id = (SELECT run_id FROM run WHERE run = ?)",
                run);
        execute(database.handle(), "DELETE FROM run WHERE run = ?", run);
        return {};
    });
}

Result<std::size_t> markInterrupted(Database& database)
{
    const auto findGone = [&database] {
        std::vector<std::int64_t> gone;
        auto rows = query(database.handle(), "SELECT run FROM run WHERE status = ?", RunStatus::Running);
        while (rows.executeStep())
            if (const std::int64_t run = rows.getColumn(0).getInt64(); !RunLease::isTaken(database.path(), run))
                gone.push_back(run);
        return gone;
    };
    return guarded(database.path(), ErrorCode::StoreWrite, [&]() -> Result<std::size_t> {
        if (findGone().empty())
            return std::size_t{0}; // mostly so, and then nobody who is writing needs to be waited for
        SQLite::Transaction transaction(database.handle(), SQLite::TransactionBehavior::IMMEDIATE);
        // Once more under the lock: a run that ended meanwhile gave its lease back after its last transaction.
        const auto gone = findGone();
        for (const std::int64_t run : gone)
            execute(database.handle(), "UPDATE run SET status = ? WHERE run = ?", RunStatus::Interrupted, run);
        transaction.commit();
        return gone.size();
    });
}

Result<void> copyRun(const std::string& from, std::string_view idOrPrefix, Database& to)
{
    return guarded(to.path(), ErrorCode::StoreWrite, [&]() -> Result<void> {
        SQLite::Database& db = to.handle();
        execute(db, "ATTACH ? AS source", from);
        auto source = query(db, "SELECT run FROM source.run WHERE run_id = ?", std::string(idOrPrefix));
        if (!source.executeStep())
            return fail(unknownRun(to, idOrPrefix));
        const std::int64_t run = source.getColumn(0).getInt64();
        source.reset();
        std::vector<std::string> tables;
        SQLite::Statement list(db, "SELECT name FROM main.sqlite_schema t WHERE type = 'table' AND name <> 'run' AND "
                                   "EXISTS (SELECT 1 FROM pragma_table_info(t.name) WHERE name = 'run')");
        while (list.executeStep())
            tables.push_back(list.getColumn(0).getString());
        tables.insert(tables.begin(), "run"); // the others refer to it
        {
            SQLite::Transaction transaction(db, SQLite::TransactionBehavior::IMMEDIATE);
            for (const std::string& table : tables) {
                // Without the computed columns, which table_info leaves out.
                auto columns = query(db, "SELECT group_concat(name) FROM pragma_table_info(?)", table);
                columns.executeStep();
                const std::string names = Fields(columns).text();
                execute(db,
                        "INSERT INTO main." + table + " (" + names + ") SELECT " + names + " FROM source." + table +
                            " WHERE run = ?",
                        run);
            }
            execute(
                db,
                "INSERT INTO main.session_journal SELECT * FROM source.session_journal WHERE run_id = (SELECT run_id "
                "FROM main.run)");
            transaction.commit();
        }
        db.exec("DETACH source");
        db.execAndGet("PRAGMA journal_mode = DELETE"); // one file that can be read where nothing can be written
        return {};
    });
}

} // namespace carry
