// SPDX-License-Identifier: GPL-3.0-or-later
// carrydesk-cli audit: verify and export.
#include "cli_program.h"
#include "store/audit_trail.h"

#include <SQLiteCpp/SQLiteCpp.h>

using namespace carry;
using namespace carry::test;

class TestCliAudit : public QObject
{
    Q_OBJECT

  private slots:
    void initTestCase();
    void verifies();
    void keptHead();
    void exports();
    void tellsTampering();
    void refuses();

  private:
    QString file() const { return m_folder.filePath("runs.db"); }
    QTemporaryDir m_folder;
};

void TestCliAudit::initTestCase()
{
    auto database = Database::open(file().toStdString(), Database::Mode::ReadWrite);
    QVERIFY(database);
    AuditTrail trail(*database);
    for (int i = 1; i <= 3; ++i) {
        AuditEntry entry;
        entry.time = fromMs(1'717'200'000'000 + i);
        entry.wall = entry.time;
        entry.session = "s";
        entry.kind = "proposal";
        entry.user = "ann";
        entry.seen = R"({"nav":1})";
        entry.action = "approved";
        QVERIFY(trail.append(entry));
    }
}

void TestCliAudit::verifies()
{
    const Ended e = cli({"audit", "verify", "--db", file()});
    QCOMPARE(e.status, kDone);
    QVERIFY2(e.out.startsWith("The audit trail is unbroken: 3 rows\nHead 3:"), qPrintable(e.out));
}

void TestCliAudit::keptHead()
{
    const QString head = cli({"audit", "verify", "--db", file()}).out.section("Head ", 1).trimmed();
    QCOMPARE(cli({"audit", "verify", "--db", file(), "--head", head}).status, kDone);
    QString other = head;
    other[2] = other[2] == 'a' ? 'b' : 'a';
    QCOMPARE(refusal(cli({"audit", "verify", "--db", file(), "--head", other}), kBadInput, "STORE-011"), QString());
    QCOMPARE(refusal(cli({"audit", "verify", "--db", file(), "--head", "9:abc"}), kBadInput, "STORE-011"), QString());
    QCOMPARE(refusal(cli({"audit", "verify", "--db", file(), "--head", "abc"}), kUsage, "CONF-011"), QString());
}

void TestCliAudit::exports()
{
    const Ended e = cli({"audit", "export", "--db", file()});
    QCOMPARE(e.status, kDone);
    const QStringList lines = e.out.split('\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), 3);
    const auto row = QJsonDocument::fromJson(lines[1].toUtf8()).object();
    QCOMPARE(row["seq"].toInt(), 2);
    QCOMPARE(row["user"].toString(), QString("ann"));
    QCOMPARE(row["seen"].toObject()["nav"].toInt(), 1);
    const QString out = m_folder.filePath("audit.jsonl");
    QCOMPARE(cli({"audit", "export", "--db", file(), "--out", out}).status, kDone);
    QFile written(out);
    QVERIFY(written.open(QIODevice::ReadOnly));
    QCOMPARE(QString::fromUtf8(written.readAll()), e.out);
    QCOMPARE(refusal(cli({"audit", "export", "--db", file(), "--out", "/nowhere/x"}), kRunFailed, "ENGINE-003"),
             QString());
}

void TestCliAudit::tellsTampering()
{
    const QString copy = m_folder.filePath("copy.db");
    {
        SQLite::Database source(file().toStdString(), SQLite::OPEN_READWRITE);
        source.exec("VACUUM INTO '" + copy.toStdString() + "'");
        SQLite::Database database(copy.toStdString(), SQLite::OPEN_READWRITE);
        database.exec("DROP TRIGGER audit_is_not_changed; UPDATE audit SET user_name = 'eve' WHERE seq = 2");
    }
    const Ended e = cli({"audit", "verify", "--db", copy});
    QCOMPARE(refusal(e, kBadInput, "STORE-011"), QString());
    QVERIFY2(e.err.contains("row 2 of the audit trail was changed"), qPrintable(e.err));
}

void TestCliAudit::refuses()
{
    QCOMPARE(refusal(cli({"audit", "verify", "--db", m_folder.filePath("none.db")}), kBadInput, "STORE-001"),
             QString());
    QCOMPARE(refusal(cli({"audit"}), kUsage, "CONF-011"), QString());
}

QTEST_APPLESS_MAIN(TestCliAudit)
#include "tst_cli_audit.moc"
