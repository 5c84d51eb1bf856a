// SPDX-License-Identifier: GPL-3.0-or-later
// Stored runs: written by several programs at once, listed, shown, and databases that are none.
#include "cli_program.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <unistd.h>

using namespace carry::test;

namespace
{

//! Where two documents differ; sums may, in their last digits, by the order of their items.
QString difference(const QJsonValue& a, const QJsonValue& b)
{
    if (a.isDouble() && b.isDouble())
        return std::abs(a.toDouble() - b.toDouble()) < 1e-9 ? QString()
                                                            : QString("%1 %2").arg(a.toDouble()).arg(b.toDouble());
    if (a.isObject() && b.isObject() && a.toObject().keys() == b.toObject().keys()) {
        for (const QString& key : a.toObject().keys())
            if (const QString found = difference(a[key], b[key]); !found.isEmpty())
                return key + ": " + found;
        return {};
    }
    if (a.isArray() && b.isArray() && a.toArray().size() == b.toArray().size()) {
        for (qsizetype i = 0; i < a.toArray().size(); ++i)
            if (const QString found = difference(a[i], b[i]); !found.isEmpty())
                return QString("[%1] ").arg(i) + found;
        return {};
    }
    return a == b ? QString() : a.toVariant().toString() + " is not " + b.toVariant().toString();
}

//! Starts programs as somebody whom file permissions bind.
void asNobody(QProcess& process)
{
    if (geteuid() == 0)
        process.setChildProcessModifier([] {
            if (setgid(65534) != 0 || setuid(65534) != 0)
                _exit(99);
        });
}

} // namespace

class TestCliStore : public QObject
{
    Q_OBJECT

  private slots:
    void listAndShow();
    void showIsTheBacktestsDocument();
    void byPrefix();
    void emptyDatabase();
    void missingDatabase();
    void seedPresetShowsNineInstructions();
    void loopsAreFolded();
    void atomicGroupsAreMarked();
    void fourProgramsAtOnce();
    void badDatabase_data();
    void badDatabase();
    void folderThatIsReadOnly();
};

void TestCliStore::listAndShow()
{
    const Workplace place;
    const QString database = place.path("new/folder/runs.db"); // made as needed
    QCOMPARE(cli(demoRun({"--quiet", "--db", database})).status, kDone);
    QCOMPARE(cli(demoRun({"--quiet", "--db", database, "--capital", "50000"})).status, kDone);
    const Ended list = cli({"runs", "list", "--db", database});
    QCOMPARE(list.status, kDone);
    QCOMPARE(list.out.count('\n'), 2);
    QVERIFY(list.err.isEmpty());
    const QJsonArray runs = storedRuns(database);
    QCOMPARE(runs.size(), 2);
    QCOMPARE(runs[0]["capital"].toDouble(), 50'000.0); // the newest first
    QCOMPARE(runs[1]["capital"].toDouble(), 100'000.0);
    for (int i = 0; i < 2; ++i) {
        QCOMPARE(runs[i]["status"].toString(), QString("done"));
        QCOMPARE(runs[i]["preset"].toString(), QString("btc-basis"));
        QVERIFY(runs[i]["synthetic"].toBool());
        const QString line = list.out.section('\n', i, i);
        QVERIFY2(line.startsWith(runs[i]["run_id"].toString().left(8) + "  done "), qPrintable(line));
    }
    QCOMPARE(cli({"runs", "list", "--db", database, "--json", place.path("list.json")}).status, kDone);
    QCOMPARE(QJsonDocument::fromJson(place.read("list.json")).array(), runs);
    const Ended show = cli({"runs", "show", "--db", database}); // the newest
    QCOMPARE(show.status, kDone);
    for (const char* text : {"SYNTHETIC DATA", "Plans", "INITIAL_SETUP  completed", "50,000.00"})
        QVERIFY2(show.out.contains(text), qPrintable(text + (": " + show.out)));
    QVERIFY(show.out.contains(runs[0]["run_id"].toString()));
}

void TestCliStore::showIsTheBacktestsDocument()
{
    const Workplace place;
    const QString database = place.path("runs.db");
    QCOMPARE(cli(demoRun({"--quiet", "--db", database, "--json", place.path("run.json")})).status, kDone);
    QJsonObject shown = cli({"runs", "show", "--db", database, "--json", "-"}).json().object();
    for (const char* key : {"decision_list", "plan_list", "engine_version", "bookmarks"}) {
        QVERIFY2(shown.contains(key), key);
        shown.remove(key);
    }
    QJsonObject run = place.object("run.json");
    run.remove("timing"); // the time of storing is known only after it
    shown.remove("timing");
    QCOMPARE(shown.keys(), run.keys());
    QCOMPARE(difference(shown, run), QString());
}

void TestCliStore::byPrefix()
{
    const Workplace place;
    const QString database = place.path("runs.db");
    for (int i = 0; i < 2; ++i)
        QCOMPARE(cli(demoRun({"--quiet", "--db", database})).status, kDone);
    const QJsonArray runs = storedRuns(database);
    for (const QJsonValue& run : runs) {
        const QString id = run["run_id"].toString();
        const Ended show = cli({"runs", "show", "--db", database, id.left(8), "--json", "-"});
        QCOMPARE(show.status, kDone);
        QCOMPARE(show.json()["run_id"].toString(), id);
        QCOMPARE(cli({"runs", "show", "--db", database, id, "--json", "-"}).json()["run_id"].toString(), id);
    }
    const Ended unknown = cli({"runs", "show", "--db", database, "nonsense"});
    QCOMPARE(refusal(unknown, kBadInput, "STORE-005"), QString());
    QVERIFY(unknown.err.contains("nonsense") && unknown.err.contains("runs list"));
    // A '%' is no wildcard.
    QCOMPARE(refusal(cli({"runs", "show", "--db", database, "%"}), kBadInput, "STORE-005"), QString());
}

void TestCliStore::emptyDatabase()
{
    const Workplace place;
    const QString database = place.path("runs.db");
    QCOMPARE(cli(demoRun({"--quiet", "--db", database})).status, kDone);
    {
        SQLite::Database db(database.toStdString(), SQLite::OPEN_READWRITE);
        db.exec("PRAGMA foreign_keys = ON; DELETE FROM run");
    }
    const Ended list = cli({"runs", "list", "--db", database});
    QCOMPARE(list.status, kDone);
    QVERIFY(list.out.contains("No runs yet") && list.out.contains("--db"));
    QVERIFY(cli({"runs", "list", "--db", database, "--json", "-"}).json().isArray());
    QVERIFY(storedRuns(database).isEmpty());
    QCOMPARE(refusal(cli({"runs", "show", "--db", database}), kBadInput, "STORE-005"), QString());
}

void TestCliStore::missingDatabase()
{
    const Workplace place;
    for (const char* command : {"list", "show"})
        QCOMPARE(refusal(cli({"runs", command, "--db", place.path("none.db")}), kBadInput, "STORE-001"), QString());
    QVERIFY(place.names().isEmpty()); // looking makes no file
}

void TestCliStore::seedPresetShowsNineInstructions()
{
    const Workplace place;
    const QString database = place.path("runs.db");
    QCOMPARE(cli({"backtest", "--preset", "btc-basis-seed", "--data", "demo", "--to", "2024-06-03T00:00:00Z", "--quiet",
                  "--db", database})
                 .status,
             kDone);
    const QJsonArray plans = cli({"runs", "show", "--db", database, "--json", "-"}).json()["plan_list"].toArray();
    QCOMPARE(plans.size(), 1);
    QCOMPARE(plans[0]["action"].toString(), QString("INITIAL_SETUP"));
    QCOMPARE(plans[0]["outcome"].toString(), QString("completed"));
    QStringList found;
    for (const QJsonValue& phase : plans[0]["phases"].toArray())
        for (const QJsonValue& group : phase["groups"].toArray())
            for (const QJsonValue& i : group["instructions"].toArray()) {
                QCOMPARE(i["state"].toString(), QString("confirmed"));
                QCOMPARE(i["id"].toInt(), found.size() + 1);
                found << i["type"].toString() + " " + i["text"].toString();
            }
    QCOMPARE(found.size(), 9);
    const QStringList expected{"transfer Transfer Wallet -> Binance 40000 USDT",
                               "transfer Transfer Wallet -> Bybit 30000 USDT",
                               "transfer Transfer Wallet -> OKX 30000 USDT",
                               "spot_trade Spot Binance BTC/USDT BUY ",
                               "spot_trade Spot Bybit BTC/USDT BUY ",
                               "spot_trade Spot OKX BTC/USDT BUY ",
                               "perp_trade Perp Binance BTCUSDT SELL ",
                               "perp_trade Perp Bybit BTCUSDT SELL ",
                               "perp_trade Perp OKX BTCUSDT SELL "};
    for (int i = 0; i < 9; ++i)
        QVERIFY2(found[i].startsWith(expected[i]), qPrintable(found[i]));
    for (int i = 3; i < 6; ++i) // as much short as long
        QCOMPARE(found[i].section(' ', -1), found[i + 3].section(' ', -1));
    // The text has them in the same order.
    const QString text = cli({"runs", "show", "--db", database}).out;
    qsizetype at = 0;
    for (int i = 0; i < 9; ++i) {
        at = text.indexOf(QString("%1. %2").arg(i + 1).arg(expected[i].section(' ', 1)), at);
        QVERIFY2(at >= 0, qPrintable(text));
    }
}

void TestCliStore::loopsAreFolded()
{
    const Workplace place;
    const QString database = place.path("runs.db");
    const Ended run = cli({"backtest", "--preset", "eth-leveraged-loop", "--data", "demo", "--to",
                           "2024-06-03T00:00:00Z", "--db", database});
    QCOMPARE(run.status, kDone);
    for (const char* text : {"Lowest health factor", "ETH per weETH", "P&L, ETH", "Aave V3"})
        QVERIFY2(run.out.contains(text), qPrintable(text + (": " + run.out)));
    for (const char* text : {"Binance", "In flight", "Lowest margin ratio", "USDT"})
        QVERIFY2(!run.out.contains(text), qPrintable(text + (": " + run.out)));
    const QRegularExpression loop(R"((\d+)-(\d+)\. loop, (\d+) iterations, (\d+) transactions  confirmed\n)");
    const QString folded = cli({"runs", "show", "--db", database}).out;
    const auto found = loop.match(folded);
    QVERIFY2(found.hasMatch() && !folded.contains("Supply about"), qPrintable(folded));
    const int transactions = found.captured(4).toInt();
    QCOMPARE(found.captured(2).toInt() - found.captured(1).toInt() + 1, transactions);
    const QString full = cli({"runs", "show", "--db", database, "--full"}).out;
    QVERIFY2(loop.match(full).hasMatch(), qPrintable(full));
    QCOMPARE(full.count(QRegularExpression(R"(\[\d+\] \d+\. (Stake|Supply|Borrow) )")), transactions);
    QCOMPARE(full.count("Borrow about"), found.captured(3).toInt());
    // The document has them all.
    const QJsonObject json = cli({"runs", "show", "--db", database, "--json", "-"}).json().object();
    int borrows = 0;
    for (const QJsonValue& phase : json["plan_list"][0]["phases"].toArray())
        for (const QJsonValue& group : phase["groups"].toArray())
            for (const QJsonValue& i : group["instructions"].toArray())
                if (i["type"].toString() == "borrow") {
                    QCOMPARE(i["iteration"].toInt(), ++borrows);
                    QCOMPARE(i["sizing"].toString(), QString("to_ltv"));
                    QCOMPARE(i["to_ltv"].toDouble(), 0.9);
                    QVERIFY(i["health_factor"].toDouble() > 1);
                }
    QCOMPARE(borrows, found.captured(3).toInt());
}

void TestCliStore::atomicGroupsAreMarked()
{
    const Workplace place;
    const QString database = place.path("runs.db");
    QCOMPARE(cli({"backtest", "--preset", "eth-leveraged", "--data", "demo", "--to", "2024-06-03T00:00:00Z", "--quiet",
                  "--db", database})
                 .status,
             kDone);
    const QString text = cli({"runs", "show", "--db", database}).out;
    QVERIFY2(text.contains(QRegularExpression(R"(      atomic, one transaction\n        \d+\. Flash-borrow )")),
             qPrintable(text));
}

void TestCliStore::fourProgramsAtOnce()
{
    const Workplace place;
    const QString database = place.path("runs.db"); // none of them finds it
    std::array<QProcess, 4> programs;
    for (QProcess& program : programs)
        start(program, demoRun({"--json", "-", "--db", database}));
    QSet<QString> ids;
    for (QProcess& program : programs) {
        const Ended e = ended(program);
        QVERIFY2(e.status == kDone, qPrintable(e.err));
        QVERIFY(e.err.isEmpty());
        ids << e.json()["run_id"].toString();
    }
    QCOMPARE(ids.size(), 4);
    const QJsonArray runs = storedRuns(database);
    QCOMPARE(runs.size(), 4);
    for (const QJsonValue& run : runs) {
        QCOMPARE(run["status"].toString(), QString("done"));
        QCOMPARE(run["nav_final"], runs[0]["nav_final"]);
        QVERIFY(ids.remove(run["run_id"].toString()));
    }
    SQLite::Database db(database.toStdString(), SQLite::OPEN_READONLY);
    QCOMPARE(db.execAndGet("PRAGMA integrity_check").getString(), std::string("ok"));
}

void TestCliStore::badDatabase_data()
{
    QTest::addColumn<QString>("sql"); // makes the file; a text file without
    QTest::addColumn<QString>("code");
    QTest::newRow("text file") << QString() << "STORE-004";
    QTest::newRow("newer schema") << "PRAGMA user_version = 99"
                                  << "STORE-003";
    QTest::newRow("another program's") << "PRAGMA application_id = 77"
                                       << "STORE-006";
}

void TestCliStore::badDatabase()
{
    QFETCH(QString, sql);
    QFETCH(QString, code);
    const Workplace place;
    const QString database = place.path("runs.db");
    if (sql.isEmpty()) {
        place.write("runs.db", QByteArray("a letter, and nothing else\n").repeated(200));
    } else {
        QCOMPARE(cli(demoRun({"--quiet", "--db", database})).status, kDone);
        SQLite::Database db(database.toStdString(), SQLite::OPEN_READWRITE);
        db.exec("PRAGMA journal_mode = DELETE");
        db.exec(sql.toStdString());
    }
    const QByteArray before = place.read("runs.db");
    const Ended e = cli(demoRun({"--db", database, "--json", place.path("run.json"), "--csv", place.path("csv")}));
    QCOMPARE(refusal(e, kBadInput, code), QString());
    QVERIFY(e.err.contains(database));
    for (const char* command : {"list", "show"})
        QCOMPARE(refusal(cli({"runs", command, "--db", database}), kBadInput, code), QString());
    QCOMPARE(place.names(), QStringList{"runs.db"});
    QVERIFY(place.read("runs.db") == before);
}

void TestCliStore::folderThatIsReadOnly()
{
    const Workplace place;
    const QString database = place.path("folder/runs.db");
    const auto call = [](const QStringList& arguments) {
        QProcess process;
        asNobody(process);
        start(process, arguments);
        return process.waitForStarted() ? ended(process) : Ended{99, {}, process.errorString()};
    };
    if (call({"--version"}).status != kDone)
        QSKIP("skipped: the program cannot be started as an ordinary user from here");
    QCOMPARE(cli(demoRun({"--quiet", "--db", database})).status, kDone);
    QFile::setPermissions(place.path(), QFile::Permissions::fromInt(0x7755));
    QFile::setPermissions(place.path("folder"), QFile::Permissions::fromInt(0x5555));
    QFile::setPermissions(database, QFile::Permissions::fromInt(0x4444));
    const Ended make = call(demoRun({"--db", place.path("folder/new.db")}));
    QCOMPARE(refusal(make, kBadInput, "STORE-001"), QString());
    QVERIFY(make.err.contains("folder/new.db"));
    QCOMPARE(refusal(call(demoRun({"--db", place.path("folder/sub/new.db")})), kBadInput, "STORE-001"), QString());
    QCOMPARE(refusal(call(demoRun({"--db", database})), kBadInput, "STORE-001"), QString());
    const Ended list = call({"runs", "list", "--db", database}); // looking is allowed
    QVERIFY2(list.status == kDone, qPrintable(list.err));
    QCOMPARE(list.out.count('\n'), 1);
    QFile::setPermissions(place.path("folder"), QFile::Permissions::fromInt(0x7755)); // so that it can go away
    QCOMPARE(QDir(place.path("folder")).entryList(QDir::Files), QStringList{"runs.db"});
}

QTEST_GUILESS_MAIN(TestCliStore)
#include "tst_cli_store.moc"
