// SPDX-License-Identifier: GPL-3.0-or-later
// Balances that the venues say are others: told, answered by a person, kept, and what is left of them at the end.
#include "session_person.h"

#include <QThread>
#include <SQLiteCpp/SQLiteCpp.h>

using namespace carry;
using namespace carry::test;

class TestCliBalances : public QObject
{
    Q_OBJECT

  private slots:
    void nobodyAnswers();
    void answeredAtTheEnd();
    void letGoAtTheEnd();
    void killedAfterTheAnswer();
    void exported();
    void deleted();

  private:
    //! Somebody else withdraws 10 USDT from an exchange now and then.
    static QStringList arguments(const Workplace& place, const QString& foreign)
    {
        place.write("gate.toml", "[gate]\nmode = \"automatic\"\n");
        return {"--preset",
                "btc-basis",
                "--data",
                "demo",
                "--from",
                "2024-06-01T00:00:00Z",
                "--to",
                "2024-06-04T00:00:00Z",
                "--db",
                place.path("runs.db"),
                "--gate",
                place.path("gate.toml"),
                "--feed",
                "tape:max",
                "--wait",
                "--faults",
                "seed=7,foreign=" + foreign};
    }
    static void verify(const QString& database)
    {
        const Ended again = cli({"runs", "verify", "--db", database, "--quiet"});
        QVERIFY2(again.status == kDone, qPrintable(again.out + again.err));
        const Ended audit = cli({"audit", "verify", "--db", database});
        QVERIFY2(audit.status == kDone, qPrintable(audit.out + audit.err));
    }
    static int count(const QString& file, const char* table)
    {
        SQLite::Database database(file.toStdString());
        return database.execAndGet(std::string("SELECT count(*) FROM ") + table).getInt();
    }
    static void adopt(Person& ann)
    {
        ann.say(QJsonObject{{"action", "adopt_balances"}, {"reason", "fees of the account"}, {"user", "ann"}});
    }
    //! Until nothing is left to do but to answer.
    static QJsonObject waitsAtTheEnd(Person& ann)
    {
        for (int i = 0; i < 3'000; ++i, QThread::msleep(20)) {
            ann.say("{\"session\": \"status\"}");
            const QJsonObject status = ann.until("status");
            if (status.isEmpty() || status["waits"].toBool())
                return status;
        }
        return {};
    }
};

//! The session ends, says so, and is no success.
void TestCliBalances::nobodyAnswers()
{
    const Workplace place;
    Person nobody(arguments(place, "0.05"));
    nobody.close();
    const QJsonObject told = nobody.until("balances", "differ");
    const QJsonObject difference = told["differences"].toArray().first().toObject();
    QVERIFY(difference["account"].toString().endsWith("USDT"));
    QVERIFY(difference["venue"].toString().toDouble() < difference["ledger"].toString().toDouble());
    const QJsonObject end = nobody.until("ended");
    QCOMPARE(end["status"].toString(), QString("done"));
    QVERIFY(end["reconciled"].isBool() && !end["reconciled"].toBool());
    QVERIFY(!end["venues"].toObject()["differences"].toArray().isEmpty());
    QVERIFY(!end["venues"].toObject()["compared"].toObject()["binance"].toString().isEmpty());
    QCOMPARE(nobody.status(), kRunFailed);
    QVERIFY(nobody.errors().contains("SESSION-004"));
    verify(place.path("runs.db"));
}

void TestCliBalances::answeredAtTheEnd()
{
    const Workplace place;
    Person ann(arguments(place, "0.05"));
    const QJsonObject status = waitsAtTheEnd(ann);
    QCOMPARE(status["step"].toString(), QString("2024-06-04T00:00:00Z"));
    QVERIFY(!status["venues"].toObject()["differences"].toArray().isEmpty());
    ann.say(QJsonObject{{"action", "adopt_balances"}}); // without a reason
    QCOMPARE(ann.until("refusal")["error"].toObject()["code"].toString(), QString("GATE-017"));
    adopt(ann);
    QCOMPARE(ann.until("balances", "adopted")["user"].toString(), QString("ann"));
    const QJsonObject end = ann.until("ended");
    QVERIFY(end["reconciled"].toBool());
    QVERIFY(std::abs(end["unexplained"].toDouble()) < 1e-6);
    QCOMPARE(ann.status(), kDone);
    QCOMPARE(ann.errors(), QString());
    verify(place.path("runs.db"));
}

void TestCliBalances::letGoAtTheEnd()
{
    const Workplace place;
    Person ann(arguments(place, "0.05"));
    QVERIFY(!waitsAtTheEnd(ann).isEmpty());
    ann.say("{\"session\": \"let_go\"}");
    QVERIFY(!ann.until("ended")["reconciled"].toBool());
    QCOMPARE(ann.status(), kRunFailed);
    verify(place.path("runs.db"));
}

//! What was adopted is adopted once, whenever the program dies; what is adopted twice is refused.
void TestCliBalances::killedAfterTheAnswer()
{
    const Workplace place;
    QStringList slow = arguments(place, "0.05");
    slow[slow.indexOf("tape:max")] = "tape:3600"; // an hour a second: the answer falls between two comparisons
    {
        Person ann(slow);
        QVERIFY(!ann.until("balances", "differ").isEmpty());
        adopt(ann);
        QVERIFY(!ann.until("balances", "adopted").isEmpty());
        adopt(ann);
        QCOMPARE(ann.until("refusal")["error"].toObject()["code"].toString(), QString("GATE-021"));
        ann.signal(SIGKILL);
        ann.status();
    }
    const QString id = storedRuns(place.path("runs.db")).at(0).toObject()["run_id"].toString();
    Person ann({"--db", place.path("runs.db"), "--resume", id, "--feed", "tape:max", "--wait"});
    QVERIFY(ann.next()["resumed"].toBool());
    for (QJsonObject status = waitsAtTheEnd(ann); status["waits"].toBool(); status = waitsAtTheEnd(ann)) {
        adopt(ann);
        QVERIFY2(!ann.until("balances", "adopted").isEmpty(), qPrintable(ann.said()));
    }
    QCOMPARE(ann.status(), kDone);
    verify(place.path("runs.db"));
    const QString rows = cli({"audit", "export", "--db", place.path("runs.db")}).out;
    QVERIFY(rows.count("\"action\":\"adopted\"") >= 2);
    const QJsonObject run = storedRuns(place.path("runs.db")).at(0).toObject();
    QCOMPARE(run["mode"].toString(), QString("PAPER"));
}

//! A session that is exported has all that it takes to compute it again.
void TestCliBalances::exported()
{
    const Workplace place;
    Person nobody(arguments(place, "0.05"));
    nobody.close();
    QCOMPARE(nobody.status(), kRunFailed);
    const QString id = storedRuns(place.path("runs.db")).at(0).toObject()["run_id"].toString();
    const Ended copy = cli({"runs", "export", id, "--db", place.path("runs.db"), "--sqlite", place.path("one.db")});
    QVERIFY2(copy.status == kDone, qPrintable(copy.err));
    const Ended again = cli({"runs", "verify", id, "--db", place.path("one.db"), "--quiet"});
    QVERIFY2(again.status == kDone, qPrintable(again.out + again.err));
}

//! Of a run that is deleted only the audit trail is left.
void TestCliBalances::deleted()
{
    const Workplace place;
    Person nobody(arguments(place, "0.05"));
    nobody.close();
    QCOMPARE(nobody.status(), kRunFailed);
    const QString id = storedRuns(place.path("runs.db")).at(0).toObject()["run_id"].toString();
    const Ended gone = cli({"runs", "delete", id, "--yes", "--db", place.path("runs.db")});
    QVERIFY2(gone.status == kDone, qPrintable(gone.err));
    for (const char* file : {"runs.db", "runs.db-venues"})
        QCOMPARE(count(place.path(file), "session_journal"), 0);
    QVERIFY(count(place.path("runs.db"), "audit") > 0);
}

QTEST_GUILESS_MAIN(TestCliBalances)
#include "tst_cli_balances.moc"
