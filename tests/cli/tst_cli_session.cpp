// SPDX-License-Identifier: GPL-3.0-or-later
// carrydesk-cli session with a person that is a program.
#include "session_person.h"

#include <QThread>

using namespace carry;
using namespace carry::test;

namespace
{

const QString kShort = "2024-06-04T00:00:00Z"; // where a proposal expires every hour

} // namespace

class TestCliSession : public QObject
{
    Q_OBJECT

  private slots:
    void scriptedPerson();
    void nobodyAnswers();
    void killedAndResumed();
    void openAgain();
    void venuesAreGone();
    void stoppedBySignal();
    void messagesOnASocket();
    void haltsAndFlattens();
    void haltedFromElsewhere();
    void steering();
    void asksAboutAPart();
    void refuses_data();
    void refuses();

  private:
    QStringList arguments(const Workplace& place, const QStringList& more = {},
                          const QString& to = "2024-07-15T00:00:00Z") const
    {
        return QStringList{
                   "--preset", "btc-basis",           "--data", "demo", "--from", "2024-06-01T00:00:00Z", "--to", to,
                   "--db",     place.path("runs.db"), "--user", "ann"} +
               more;
    }
    static void verify(const Workplace& place)
    {
        const Ended again = cli({"runs", "verify", "--db", place.path("runs.db"), "--quiet"});
        QVERIFY2(again.status == kDone, qPrintable(again.out + again.err));
        const Ended audit = cli({"audit", "verify", "--db", place.path("runs.db")});
        QVERIFY2(audit.status == kDone, qPrintable(audit.out + audit.err));
    }
};

//! Rejects one, lets one expire, writes nonsense, approves the rest.
void TestCliSession::scriptedPerson()
{
    const Workplace place;
    Person ann(arguments(place, {"--feed", "tape:max", "--wait"}));
    const auto head = ann.next();
    QCOMPARE(head["event"].toString(), QString("session"));
    QCOMPARE(head["mode"].toString(), QString("PAPER"));
    auto made = ann.until("proposal", "made");
    QVERIFY(!made["proposal"].toObject()["what"].toObject().isEmpty());
    ann.say("approve everything");
    QCOMPARE(ann.until("error")["error"].toObject()["code"].toString(), QString("CONF-016"));
    ann.decide("reject", made); // without a reason
    QCOMPARE(ann.until("refusal")["error"].toObject()["code"].toString(), QString("GATE-017"));
    ann.decide("reject", made, {{"reason", "funding falls"}});
    QCOMPARE(ann.until("proposal", "rejected")["user"].toString(), QString("ann"));
    made = ann.until("proposal", "made");
    ann.say("{\"session\": \"let_go\"}");
    QCOMPARE(ann.next()["action"].toString(), QString("expired"));
    int approved = 0;
    for (auto line = ann.next(); line["event"] != "ended"; line = ann.next()) {
        QVERIFY2(!line.isEmpty(), qPrintable(ann.said() + ann.errors()));
        if (line["action"] == "made")
            ann.decide("approve", line, {{"user", "bob"}});
        approved += line["action"] == "approved" ? 1 : 0;
    }
    QVERIFY(approved > 0);
    QCOMPARE(ann.status(), kDone);
    QCOMPARE(ann.errors(), QString());
    verify(place);
    const auto rows = cli({"audit", "export", "--db", place.path("runs.db")}).out;
    QVERIFY(rows.contains("funding falls") && rows.contains("\"user\":\"bob\""));
}

//! The end of standard input: proposals expire by themselves, and the session goes to its end.
void TestCliSession::nobodyAnswers()
{
    const Workplace place;
    Person nobody(arguments(place, {"--feed", "tape:max", "--wait"}, kShort));
    nobody.close();
    QCOMPARE(nobody.until("proposal", "expired")["user"].toString(), QString());
    const auto end = nobody.until("ended");
    QCOMPARE(end["status"].toString(), QString("done"));
    QCOMPARE(end["plans_completed"].toInt(), 0);
    QCOMPARE(nobody.status(), kDone);
    verify(place);
}

//! Killed after an approval while a plan is under way, and gone on with: as if nothing had been.
void TestCliSession::killedAndResumed()
{
    const Workplace place;
    {
        Person ann(arguments(place, {"--feed", "tape:60", "--wait"})); // slow enough to be killed in the plan
        ann.decide("approve", ann.until("proposal", "made"));
        QCOMPARE(ann.next()["action"].toString(), QString("approved"));
        ann.signal(SIGKILL);
    }
    const auto runs = storedRuns(place.path("runs.db"));
    QCOMPARE(runs.at(0).toObject()["status"].toString(), QString("interrupted"));
    const QString id = runs.at(0).toObject()["run_id"].toString();
    Person ann({"--db", place.path("runs.db"), "--resume", id.left(8), "--feed", "tape:max", "--wait"});
    const auto head = ann.next();
    QCOMPARE(head["run_id"].toString(), id);
    QVERIFY(head["resumed"].toBool());
    for (auto line = ann.next(); line["event"] != "ended"; line = ann.next()) {
        QVERIFY2(!line.isEmpty(), qPrintable(ann.said() + ann.errors()));
        if (line["action"] == "made")
            ann.decide("approve", line);
    }
    QCOMPARE(ann.status(), kDone);
    QVERIFY(ann.said().endsWith("ended:"));
    verify(place);
    const Ended audit = cli({"audit", "export", "--db", place.path("runs.db")});
    QCOMPARE(audit.out.count("\"action\":\"approved\",\"reason\""), 1 + ann.said().count("proposal:approved"));
}

//! A proposal that was open when the program was killed is told again, and can be approved.
void TestCliSession::openAgain()
{
    const Workplace place;
    QString hash;
    {
        Person ann(arguments(place, {"--feed", "tape:max", "--wait"}, kShort));
        hash = ann.until("proposal", "made")["proposal"].toObject()["hash"].toString();
        ann.signal(SIGKILL);
    }
    const QString id = storedRuns(place.path("runs.db")).at(0).toObject()["run_id"].toString();
    Person bob({"--db", place.path("runs.db"), "--resume", id, "--feed", "tape:max", "--wait", "--user", "bob"});
    const auto open = bob.until("proposal", "open");
    QCOMPARE(open["proposal"].toObject()["hash"].toString(), hash);
    QVERIFY(!open["proposal"].toObject()["what"].toObject().isEmpty());
    bob.decide("approve", open);
    QCOMPARE(bob.until("proposal", "approved")["user"].toString(), QString("bob"));
    bob.close();
    const auto end = bob.until("ended");
    QVERIFY(end["plans_completed"].toInt() > 0);
    const auto venues = end["venues"].toObject();
    QVERIFY(venues["reconciliations"].toInt() > 0 && venues["differences"].toArray().isEmpty());
    QCOMPARE(venues["unknown_orders"].toInt(-1), 0);
    QCOMPARE(bob.status(), kDone);
    verify(place);
}

//! Without the file of its paper venues a session that had sent something cannot go on.
void TestCliSession::venuesAreGone()
{
    const Workplace place;
    {
        Person ann(
            arguments(place, {"--feed", "tape:max", "--wait", "--set", "flows.schedule=2024-06-05T00:00:00Z +20000"}));
        ann.decide("approve", ann.until("proposal", "made"));
        QVERIFY(!ann.until("proposal", "made").isEmpty());
        ann.signal(SIGKILL);
        ann.status();
    }
    for (const char* suffix : {"", "-wal", "-shm"})
        QFile::remove(place.path("runs.db-venues") + suffix);
    const QString id = storedRuns(place.path("runs.db")).at(0).toObject()["run_id"].toString();
    const Ended e = cli({"session", "--db", place.path("runs.db"), "--resume", id, "--feed", "tape:max"});
    QCOMPARE(refusal(e, kBadInput, "STORE-007"), QString());
}

void TestCliSession::stoppedBySignal()
{
    const Workplace place;
    Person ann(arguments(place, {"--feed", "tape:1"}, kShort));
    QVERIFY(!ann.until("proposal", "made").isEmpty());
    ann.signal(SIGTERM);
    QCOMPARE(ann.until("ended")["status"].toString(), QString("interrupted"));
    QCOMPARE(ann.status(), kRunFailed);
    const Ended resumed = cli({"runs", "resume", "--db", place.path("runs.db"), "--quiet"}); // nobody approves
    QVERIFY2(resumed.status == kDone, qPrintable(resumed.err));
    verify(place);
}

//! Messages that another program sends: the session is killed, both start again and go on behind the last message.
void TestCliSession::messagesOnASocket()
{
    const Workplace place;
    const QString socket = place.path("desk.sock");
    const QStringList send{"--data",   "demo", "--from", "2024-05-20T00:00:00Z", "--to", "2024-07-15T00:00:00Z",
                           "--socket", socket};
    QProcess sender;
    const auto startSending = [&](const QStringList& pace) {
        for (int i = 0; i < 1'000 && !QFile::exists(socket); ++i)
            QThread::msleep(10);
        sender.start(QStringLiteral(CARRYDESK_FEED_SENDER), send + pace);
        return sender.waitForStarted();
    };
    const QStringList all = arguments(place, {"--feed", "socket:" + socket, "--wait", "--feed-bounds", "silence_s=0"});
    {
        Person ann(all);
        QVERIFY(startSending({"--rate", "4000"}));
        ann.decide("approve", ann.until("proposal", "made"));
        QCOMPARE(ann.next()["action"].toString(), QString("approved"));
        ann.say("{\"session\": \"status\"}");
        QVERIFY(ann.until("status")["messages"].toObject()["accepted"].toInt() > 0);
        ann.signal(SIGKILL);
    }
    QVERIFY(sender.waitForFinished());
    QVERIFY(sender.exitCode() != 0 || sender.exitStatus() != QProcess::NormalExit); // nobody reads any more
    QFile::remove(socket);
    const QString id = storedRuns(place.path("runs.db")).at(0).toObject()["run_id"].toString();
    Person ann({"--db", place.path("runs.db"), "--resume", id.left(8), "--wait"});
    QVERIFY(startSending({}));
    QVERIFY(ann.next()["resumed"].toBool());
    QJsonObject line = ann.next();
    for (; line["event"] != "ended"; line = ann.next()) {
        QVERIFY2(!line.isEmpty(), qPrintable(ann.said() + ann.errors()));
        if (line["action"] == "made")
            ann.decide("approve", line);
    }
    const auto messages = line["messages"].toObject();
    QCOMPARE(messages["late"].toInt() + messages["missing"].toInt() + messages["broken"].toInt(), 0);
    QCOMPARE(ann.status(), kDone);
    verify(place);
    const Ended parity = cli({"parity", "--db", place.path("runs.db"), "--run", ""});
    QVERIFY2(parity.status == kDone, qPrintable(parity.err));
}

void TestCliSession::haltsAndFlattens()
{
    const Workplace place;
    const QString flag = place.path("halt");
    Person ann(arguments(place, {"--feed", "tape:max", "--wait", "--halt-file", flag}));
    ann.until("proposal", "made");
    place.write("halt", "");
    const auto halted = ann.until("trading_state");
    QCOMPARE(halted["action"].toString(), QString("HALTED"));
    QVERIFY(halted["user"].toString().contains("halt"));
    QCOMPARE(ann.until("ended")["trading_state"].toString(), QString("HALTED"));
    QCOMPARE(ann.status(), kDone);
    verify(place);
}

//! The kill switch of another terminal, for all sessions of a database, also for one that begins later.
void TestCliSession::haltedFromElsewhere()
{
    const Workplace place;
    const QStringList halt{"halt", "--db", place.path("runs.db")};
    QCOMPARE(refusal(cli(halt), kBadInput, "CONF-010"), QString()); // there is no such database
    Person ann(arguments(place, {"--feed", "tape:1"}));
    QVERIFY(!ann.until("proposal", "made").isEmpty());
    QCOMPARE(cli(halt + QStringList{"--user", "bob", "--reason", "venue\ntrouble"}).status, kDone);
    QJsonObject halted = ann.until("trading_state");
    QCOMPARE(halted["action"].toString(), QString("HALTED"));
    QCOMPARE(halted["user"].toString(), QString("bob"));
    QCOMPARE(halted["reason"].toString(), QString("venue trouble"));
    const QJsonObject active{{"action", "set_state"}, {"state", "ACTIVE"}, {"reason", "over"}};
    ann.say(active);
    halted = ann.until("trading_state");
    QCOMPARE(halted["action"].toString(), QString("HALTED")); // not while it stands
    QVERIFY(halted["reason"].toString().startsWith("over (refused"));
    Person other(QStringList{"--preset", "btc-basis", "--data", "demo", "--from", "2024-06-01T00:00:00Z", "--to",
                             kShort, "--db", place.path("runs.db"), "--feed", "tape:1"});
    QCOMPARE(other.until("trading_state")["action"].toString(), QString("HALTED"));
    QVERIFY(cli(halt + QStringList{"--clear"}).out.contains("taken away"));
    QVERIFY(cli(halt + QStringList{"--clear"}).out.contains("Nothing halts"));
    ann.say(active);
    QCOMPARE(ann.until("trading_state")["action"].toString(), QString("ACTIVE"));
    ann.say("{\"session\": \"stop\"}");
    QCOMPARE(ann.until("ended")["status"].toString(), QString("interrupted"));
}

void TestCliSession::steering()
{
    const Workplace place;
    Person ann(arguments(place, {"--feed", "tape:1"}));
    ann.until("proposal", "made");
    ann.say("{\"session\": \"pause\"}");
    ann.say("{\"session\": \"faster\"}");
    QCOMPARE(ann.until("error")["error"].toObject()["code"].toString(), QString("CONF-016"));
    ann.say("{\"session\": \"speed\", \"feed\": \"tape:9999\"}");
    QCOMPARE(ann.until("error")["error"].toObject()["code"].toString(), QString("CONF-011"));
    ann.say("{\"action\": \"kill\", \"reason\": \"enough\"}");
    QCOMPARE(ann.until("trading_state")["action"].toString(), QString("HALTED"));
    ann.say("{\"session\": \"resume\"}");
    ann.say("{\"session\": \"speed\", \"feed\": \"tape:max\"}");
    QCOMPARE(ann.until("ended")["status"].toString(), QString("done"));
    QCOMPARE(ann.status(), kDone);
    verify(place);
}

//! What some groups do alone is told before they are approved, and kept with the approval.
void TestCliSession::asksAboutAPart()
{
    const Workplace place;
    Person ann(arguments(place, {"--feed", "tape:max", "--wait"}, kShort));
    const QJsonObject made = ann.until("proposal", "made");
    const QJsonObject whole = made["proposal"].toObject();
    const QJsonArray groups = whole["bundles"].toArray().at(0).toObject()["groups"].toArray();
    QJsonObject about{{"session", "part"}, {"proposal", whole["proposal"]}, {"groups", groups}};
    ann.say(about);
    const QJsonObject part = ann.until("part")["proposal"].toObject();
    QCOMPARE(part["part"].toArray(), groups);
    QCOMPARE(part["hash"], whole["hash"]);
    QVERIFY(part["notional"].toDouble() < whole["notional"].toDouble());
    QVERIFY(part["cost"].toObject()["expected"] != whole["cost"].toObject()["expected"]);
    about["groups"] = QJsonArray{"9.9"};
    ann.say(about);
    QCOMPARE(ann.until("refusal", "part")["error"].toObject()["code"].toString(), QString("GATE-017"));
    about["groups"] = 7;
    ann.say(about);
    QCOMPARE(ann.until("error")["error"].toObject()["code"].toString(), QString("CONF-016"));
    ann.decide("approve_groups", made, {{"groups", groups}});
    const QJsonObject approved = ann.until("proposal", "approved_in_part");
    QCOMPARE(approved["part"].toObject()["after"], part["after"]);
    ann.close();
    QCOMPARE(ann.status(), kDone);
    const QString rows = cli({"audit", "export", "--db", place.path("runs.db")}).out;
    QVERIFY(rows.contains("\"part\":{\"notional\""));
    verify(place);
}

void TestCliSession::refuses_data()
{
    QTest::addColumn<QStringList>("more");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("code");
    QTest::newRow("live") << QStringList{"--mode", "live"} << kBadInput << "SESSION-001";
    QTest::newRow("mode") << QStringList{"--mode", "real"} << kUsage << "CONF-011";
    QTest::newRow("feed") << QStringList{"--feed", "tape:0"} << kUsage << "CONF-011";
    QTest::newRow("no path") << QStringList{"--feed", "socket:"} << kUsage << "CONF-011";
    QTest::newRow("bounds of a tape") << QStringList{"--feed-bounds", "bars=3"} << kUsage << "CONF-011";
    QTest::newRow("bound") << QStringList{"--feed", "file:x", "--feed-bounds", "age=3"} << kUsage << "CONF-011";
    QTest::newRow("faults") << QStringList{"--faults", "seed=1,lost=0.1"} << kUsage << "CONF-011";
    QTest::newRow("no gate file") << QStringList{"--gate", "/no/such/gate.toml"} << kBadInput << "CONF-010";
    QTest::newRow("period") << QStringList{"--to", "2024-05-01T00:00:00Z"} << kBadInput << "CONF-007";
    QTest::newRow("nothing to resume") << QStringList{"--resume", "abc"} << kBadInput << "STORE-001";
}

void TestCliSession::refuses()
{
    QFETCH(QStringList, more);
    QFETCH(int, status);
    QFETCH(QString, code);
    const Workplace place;
    QStringList all = arguments(place);
    if (more.first() == "--to")
        all.removeAt(all.indexOf("--to") + 1), all.removeAll("--to");
    const Ended e = cli(QStringList{"session"} + all + more);
    QCOMPARE(refusal(e, status, code), QString());
}

QTEST_GUILESS_MAIN(TestCliSession)
#include "tst_cli_session.moc"
