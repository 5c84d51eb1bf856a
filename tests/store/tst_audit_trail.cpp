// SPDX-License-Identifier: GPL-3.0-or-later
// The audit trail under every kind of tampering through SQL.
#include "made_run.h"
#include "store/audit_trail.h"
#include "store/run_marks.h"
#include "store/run_writer.h"
#include "store_testing.h"

#include <QtTest>
#include <thread>

using namespace carry;

class TestAuditTrail : public QObject
{
    Q_OBJECT
  private slots:
    void appendsAndVerifies();
    void emptyTrail();
    void guardsRefuse_data();
    void guardsRefuse();
    void tamperingIsFound_data();
    void tamperingIsFound();
    void whatCannotBeFoundInTheFileIsFoundByAKeptHead();
    void keptHeadOfEarlier();
    void readOnly();
    void severalWriters();
    void runsComeAndGo();
    void textOfAnyKind();
};

namespace
{

AuditEntry entry(int i)
{
    AuditEntry e;
    e.time = fromMs(1'717'200'000'000 + i);
    e.wall = fromMs(1'800'000'000'000 + i);
    e.session = "s1";
    e.kind = "proposal";
    e.user = i % 2 == 0 ? "" : "ann";
    e.proposal = i;
    e.seen = R"({"nav":)" + std::to_string(100'000 + i) + "}";
    e.action = i % 2 == 0 ? "made" : "approved";
    e.reason = i % 3 == 0 ? "because" : "";
    return e;
}

void fill(Database& database, int rows)
{
    AuditTrail trail(database);
    for (int i = 1; i <= rows; ++i)
        if (const auto row = trail.append(entry(i)); !row)
            throw std::runtime_error(describe(row.error()));
}

const std::string kNoGuards = "DROP TRIGGER audit_is_not_changed; DROP TRIGGER audit_is_not_deleted; "
                              "DROP TRIGGER audit_goes_on; DROP TRIGGER audit_seal_follows; "
                              "DROP TRIGGER audit_seal_stays; DROP TRIGGER audit_seal_is_one; ";

//! Takes the guards away, does something, and puts them back.
void tamper(Database& database, const std::string& sql)
{
    std::string guards;
    SQLite::Statement rows(database.handle(), "SELECT sql FROM sqlite_schema WHERE type = 'trigger'");
    while (rows.executeStep())
        guards += rows.getColumn(0).getString() + "; ";
    rows.reset();
    database.handle().exec(kNoGuards + sql + "; " + guards);
}

} // namespace

void TestAuditTrail::appendsAndVerifies()
{
    const Scratch scratch;
    Database database = scratch.open();
    AuditTrail trail(database);
    QCOMPARE(numberOf(database, "PRAGMA synchronous"), 2);
    const auto first = trail.append(entry(1));
    QVERIFY2(first, first ? "" : describe(first.error()).c_str());
    QCOMPARE(first->seq, 1);
    QCOMPARE(first->previous, std::string());
    const auto second = trail.append(entry(2));
    QCOMPARE(second->previous, first->hash);
    const auto head = verifyAudit(database);
    QVERIFY2(head, head ? "" : describe(head.error()).c_str());
    QCOMPARE(head->rows, 2);
    QCOMPARE(head->hash, second->hash);
    std::vector<AuditRow> rows;
    QVERIFY(readAudit(database, [&](const AuditRow& row) {
        rows.push_back(row);
        return true;
    }));
    QCOMPARE(rows.size(), 2U);
    QCOMPARE(rows[0].user, std::string("ann"));
    QCOMPARE(rows[1].seen, entry(2).seen);
    QVERIFY(rows[1].time == entry(2).time && rows[1].wall == entry(2).wall);
    QCOMPARE(textOf(database, "SELECT time FROM v_audit WHERE seq = 1"), std::string("2024-06-01T00:00:00.001Z"));
    QCOMPARE(checkUp(database), std::string("ok"));
}

void TestAuditTrail::emptyTrail()
{
    const Scratch scratch;
    Database database = scratch.open();
    QCOMPARE(verifyAudit(database)->rows, 0);
    QCOMPARE(codeOf(verifyAudit(database, AuditHead{3, "abc"})), std::string("STORE-011"));
}

void TestAuditTrail::guardsRefuse_data()
{
    QTest::addColumn<std::string>("sql");
    const auto row = [](const char* name, const char* sql) { QTest::newRow(name) << std::string(sql); };
    row("update", "UPDATE audit SET reason = 'other' WHERE seq = 2");
    row("update of nothing but the hash", "UPDATE audit SET hash = hash");
    row("delete", "DELETE FROM audit WHERE seq = 2");
    row("delete all", "DELETE FROM audit");
    row("replace", "INSERT OR REPLACE INTO audit SELECT 2, time_ms, wall_ms, session, kind, user_name, proposal, seen, "
                   "action, 'other', previous, hash FROM audit WHERE seq = 2");
    row("insert with a gap", "INSERT INTO audit SELECT 9, time_ms, wall_ms, session, kind, user_name, proposal, seen, "
                             "action, reason, (SELECT head FROM audit_seal), hash FROM audit WHERE seq = 2");
    row("insert that does not follow", "INSERT INTO audit SELECT 4, time_ms, wall_ms, session, kind, user_name, "
                                       "proposal, seen, action, reason, 'x', hash FROM audit WHERE seq = 2");
    row("seal back", "UPDATE audit_seal SET rows = 2, head = (SELECT hash FROM audit WHERE seq = 2)");
    row("seal of no row", "UPDATE audit_seal SET rows = 4, head = 'x'");
    row("seal deleted", "DELETE FROM audit_seal");
    row("seal replaced", "INSERT OR REPLACE INTO audit_seal VALUES (1, 0, '')");
}

void TestAuditTrail::guardsRefuse()
{
    QFETCH(std::string, sql);
    const Scratch scratch;
    Database database = scratch.open();
    fill(database, 3);
    QVERIFY_EXCEPTION_THROWN(database.handle().exec(sql), SQLite::Exception);
    QCOMPARE(verifyAudit(database)->rows, 3);
}

void TestAuditTrail::tamperingIsFound_data()
{
    QTest::addColumn<std::string>("sql");
    QTest::addColumn<int>("row");
    const auto add = [](const std::string& name, const std::string& sql, int row) {
        QTest::newRow(name.c_str()) << sql << row;
    };
    for (const char* column : {"session", "kind", "user_name", "seen", "action", "reason", "previous", "hash"})
        add(std::string("changed ") + column, "UPDATE audit SET " + std::string(column) + " = 'x' WHERE seq = 3", 3);
    for (const char* column : {"time_ms", "wall_ms", "proposal"})
        add(std::string("changed ") + column,
            "UPDATE audit SET " + std::string(column) + " = " + column + " + 1 WHERE seq = 3", 3);
    add("text moved from one column to the next",
        "UPDATE audit SET action = action || substr(reason, 1, 1), reason = substr(reason, 2) WHERE seq = 3", 3);
    add("first removed", "DELETE FROM audit WHERE seq = 1", 1);
    add("middle removed", "DELETE FROM audit WHERE seq = 3", 3);
    add("tail removed", "DELETE FROM audit WHERE seq >= 5", 5);
    add("all removed", "DELETE FROM audit", 1);
    add("removed and numbered anew", "DELETE FROM audit WHERE seq = 3; UPDATE audit SET seq = seq - 1 WHERE seq > 3",
        3);
    add("swapped",
        "UPDATE audit SET seq = 100 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 3; "
        "UPDATE audit SET seq = 3 WHERE seq = 100",
        2);
    const std::string copy =
        "time_ms, wall_ms, session, kind, user_name, proposal, seen, action, reason, previous, hash"
        " FROM audit WHERE seq = ";
    add("inserted before the first", "INSERT INTO audit SELECT 0, " + copy + "1", 1);
    add("inserted far before", "INSERT INTO audit SELECT -7, " + copy + "1", 1);
    add("inserted in between",
        "UPDATE audit SET seq = 7 WHERE seq = 6; UPDATE audit SET seq = 6 WHERE seq = 5; "
        "INSERT INTO audit SELECT 5, " +
            copy + "4",
        5);
    add("inserted at the end", "INSERT INTO audit SELECT 7, " + copy + "6", 7);
    add("inserted behind a gap", "INSERT INTO audit SELECT 70, " + copy + "6", 7);
    add("tail removed and the seal cut", "DELETE FROM audit WHERE seq = 6; UPDATE audit_seal SET rows = 5", 6);
    add("seal of another head", "UPDATE audit_seal SET head = 'x'", 7);
    add("seal says more", "UPDATE audit_seal SET rows = 8", 7);
    add("seal says less", "UPDATE audit_seal SET rows = 4", 5);
    add("no seal", "DELETE FROM audit_seal", 6);
}

void TestAuditTrail::tamperingIsFound()
{
    QFETCH(std::string, sql);
    QFETCH(int, row);
    const Scratch scratch;
    Database database = scratch.open();
    fill(database, 6);
    tamper(database, "UPDATE audit SET seq = seq"); // the tool itself leaves no trace
    QVERIFY(verifyAudit(database));
    tamper(database, sql);
    const auto verified = verifyAudit(database);
    QVERIFY(!verified);
    QCOMPARE(std::string(verified.error().codeText()), std::string("STORE-011"));
    QCOMPARE(std::string(verified.error().value("row")), std::to_string(row));
}

//! Guards, rows and seal replaced together: the file alone cannot tell. Missing guards it can.
void TestAuditTrail::whatCannotBeFoundInTheFileIsFoundByAKeptHead()
{
    const Scratch scratch;
    Database database = scratch.open();
    fill(database, 6);
    const AuditHead kept = *verifyAudit(database);
    tamper(database, "DELETE FROM audit; UPDATE audit_seal SET rows = 0, head = ''");
    fill(database, 5);
    QVERIFY(verifyAudit(database));
    QCOMPARE(codeOf(verifyAudit(database, kept)), std::string("STORE-011")); // it is shorter
    {
        AuditTrail trail(database);
        AuditEntry other = entry(6);
        other.reason = "invented";
        QVERIFY(trail.append(other));
    }
    QVERIFY(verifyAudit(database));
    const auto found = verifyAudit(database, kept);
    QCOMPARE(std::string(found.error().value("found")), std::string("is not the one whose hash was kept"));
    database.handle().exec("DROP TRIGGER audit_goes_on");
    QCOMPARE(codeOf(verifyAudit(database)), std::string("STORE-011"));
}

void TestAuditTrail::keptHeadOfEarlier()
{
    const Scratch scratch;
    Database database = scratch.open();
    fill(database, 2);
    const AuditHead kept = *verifyAudit(database);
    fill(database, 4);
    QCOMPARE(verifyAudit(database, kept)->rows, 6);
}

void TestAuditTrail::readOnly()
{
    const Scratch scratch;
    {
        Database database = scratch.open();
        fill(database, 2);
    }
    Database reader = scratch.open(Database::Mode::ReadOnly);
    QCOMPARE(verifyAudit(reader)->rows, 2);
    AuditTrail trail(reader);
    QCOMPARE(codeOf(trail.append(entry(3))), std::string("STORE-002"));
}

void TestAuditTrail::severalWriters()
{
    const Scratch scratch;
    scratch.open();
    std::vector<std::thread> writers;
    std::atomic<int> failed{0};
    for (int w = 0; w < 3; ++w)
        writers.emplace_back([&] {
            Database own = scratch.open();
            AuditTrail trail(own);
            for (int i = 0; i < 20; ++i)
                failed += trail.append(entry(i)) ? 0 : 1;
        });
    for (std::thread& writer : writers)
        writer.join();
    QCOMPARE(failed.load(), 0);
    Database database = scratch.open();
    QCOMPARE(verifyAudit(database)->rows, 60);
}

void TestAuditTrail::runsComeAndGo()
{
    const Scratch scratch;
    Database database = scratch.open();
    fill(database, 3);
    QVERIFY(storeRun(database, *made::smallRun("r").record, {}));
    QVERIFY(deleteRun(database, "r"));
    QCOMPARE(verifyAudit(database)->rows, 3);
}

void TestAuditTrail::textOfAnyKind()
{
    const Scratch scratch;
    Database database = scratch.open();
    AuditTrail trail(database);
    AuditEntry odd = entry(1);
    odd.reason = std::string("quote ' and \" and \n and \xC3\xA4");
    odd.user = std::string(5'000, 'u');
    QVERIFY(trail.append(odd));
    QVERIFY(verifyAudit(database));
}

QTEST_APPLESS_MAIN(TestAuditTrail)
#include "tst_audit_trail.moc"
