// SPDX-License-Identifier: GPL-3.0-or-later
// The runs commands from end to end.
#include "terminal.h"

#include <SQLiteCpp/SQLiteCpp.h>

using namespace carry::test;

namespace
{

//! A database with two runs that differ in one key; the newer one has the higher fee.
class TwoRuns : public Workplace
{
  public:
    TwoRuns()
    {
        for (const char* fee : {"0.0005", "0.0015"})
            if (cli(demoRun({"--quiet", "--db", database(), "--set", QString("fees.okx.perp_taker=") + fee})).status !=
                kDone)
                qFatal("no runs");
        const QJsonArray runs = storedRuns(database());
        older = runs[1]["run_id"].toString();
        newer = runs[0]["run_id"].toString();
    }
    QString database() const { return path("runs.db"); }
    Ended runs(const QString& command, const QStringList& more = {}) const
    {
        return cli(QStringList{"runs", command, "--db", database()} + more);
    }
    void execute(const char* sql) const
    {
        SQLite::Database(database().toStdString(), SQLite::OPEN_READWRITE).exec(sql);
    }

    QString older, newer;
};

} // namespace

class TestCliRuns : public QObject
{
    Q_OBJECT

  private slots:
    void listFilters();
    void tags();
    void compare();
    void verify();
    void verifyChangedData();
    void exports();
    void deletes();
    void deletesAfterAnAnswer();
    void badCalls_data();
    void badCalls();
    void unfinishedRun();
    void resume();
    void rescue();
    void demoOfAnyLength();
    void fork();
    void bookmarks();
    void find();
};

void TestCliRuns::listFilters()
{
    const TwoRuns place;
    QCOMPARE(place.runs("tag", {place.older, "--add", "kept", "--add", "two words", "--note", "why", "--pin"}).status,
             kDone);
    place.execute("UPDATE run SET status = 3 WHERE run = 2");
    const auto count = [&place](const QStringList& filter) {
        return place.runs("list", QStringList{"--json", "-"} + filter).json().array().size();
    };
    QCOMPARE(count({}), 2);
    QCOMPARE(count({"--limit", "1"}), 1);
    QCOMPARE(count({"--tag", "two words"}), 1);
    QCOMPARE(count({"--tag", "two"}), 0);
    QCOMPARE(count({"--status", "done"}), 1);
    QCOMPARE(count({"--status", "interrupted"}), 1);
    QCOMPARE(count({"--status", "running"}), 0);
    QCOMPARE(count({"--strategy", "btc_basis"}), 2);
    QCOMPARE(count({"--strategy", "eth_basis"}), 0);
    QCOMPARE(count({"--status", "done", "--tag", "kept", "--strategy", "btc_basis", "--limit", "5"}), 1);
    const Ended list = place.runs("list");
    QVERIFY(list.out.section('\n', 0, 0).contains("interrupted"));
    const QString marked = list.out.section('\n', 1, 1);
    QVERIFY2(marked.endsWith("  synthetic  pinned  note  #kept  #two words"), qPrintable(marked));
    const QJsonObject run = place.runs("list", {"--tag", "kept", "--json", "-"}).json().array()[0].toObject();
    QCOMPARE(run["tags"].toArray(), (QJsonArray{"kept", "two words"}));
    QCOMPARE(run["note"].toString(), QString("why"));
    QVERIFY(run["pinned"].toBool());
    QVERIFY(place.runs("list", {"--tag", "none"}).out.contains("No such runs"));
}

void TestCliRuns::tags()
{
    const TwoRuns place;
    const Ended first = place.runs("tag", {"--add", "b", "--add", "a"}); // without an id the newest
    QVERIFY2(first.status == kDone && first.out.isEmpty() && first.err.isEmpty(), qPrintable(first.err));
    QCOMPARE(storedRuns(place.database()).at(0)["tags"].toArray(), (QJsonArray{"a", "b"}));
    QCOMPARE(place.runs("tag", {place.newer.left(8), "--remove", "a", "--add", "c", "--pin"}).status, kDone);
    QCOMPARE(storedRuns(place.database()).at(0)["tags"].toArray(), (QJsonArray{"b", "c"}));
    QCOMPARE(place.runs("tag", {place.newer, "--unpin", "--note", "x"}).status, kDone);
    QVERIFY(!storedRuns(place.database()).at(0)["pinned"].toBool());
    QCOMPARE(place.runs("tag", {place.newer, "--note", ""}).status, kDone);
    QCOMPARE(storedRuns(place.database()).at(0)["note"].toString(), QString());
    QVERIFY(storedRuns(place.database()).at(1)["tags"].toArray().isEmpty());
}

void TestCliRuns::compare()
{
    const TwoRuns place;
    const Ended text = place.runs("compare", {place.older, place.newer});
    QCOMPARE(text.status, kDone);
    for (const char* part :
         {"Metrics", "nav_final", "fees.okx.perp_taker", "0.0005", "0.0015", "Where they part", " part at 2024-06-"})
        QVERIFY2(text.out.contains(part), qPrintable(part + (": " + text.out)));
    QVERIFY(!text.out.contains("fees.binance.perp_taker")); // the same in both
    const QJsonObject json = place.runs("compare", {place.older.left(8), place.newer, "--json", "-"}).json().object();
    QCOMPARE(json["runs"][0]["run_id"].toString(), place.older);
    const QJsonArray listed = storedRuns(place.database());
    QCOMPARE(json["metrics"]["nav_final"]["values"].toArray(),
             (QJsonArray{listed[1]["nav_final"], listed[0]["nav_final"]}));
    QCOMPARE(json["configuration"].toObject().keys(), QStringList{"fees.okx.perp_taker"});
    QVERIFY(json["divergence"][0].isNull());
    const QJsonValue parting = json["divergence"][1];
    QVERIFY(parting["steps"][0].toInt() > 0);
    QVERIFY(parting["values"][0] != parting["values"][1]);
    const Ended same = place.runs("compare", {place.older, place.older});
    QVERIFY2(same.out.contains("none") && same.out.contains("the same in all"), qPrintable(same.out));
}

void TestCliRuns::verify()
{
    const TwoRuns place;
    const Ended good = place.runs("verify", {place.older});
    QCOMPARE(good.status, kDone);
    QVERIFY2(good.out.contains("digests agree") && good.err.isEmpty(), qPrintable(good.out + good.err));
    const QJsonObject json = place.runs("verify", {"--json", "-"}).json().object(); // the newest
    QCOMPARE(json["run_id"].toString(), place.newer);
    QVERIFY(json["agrees"].toBool() && json["same_data"].toBool() && json["first_difference"].isNull());
    QCOMPARE(json["result_digest"]["stored"], json["result_digest"]["now"]);
    QCOMPARE(storedRuns(place.database()).size(), 2);

    place.execute("UPDATE configuration SET configuration = replace(configuration, '0.0015', '0.0016')");
    const Ended bad = place.runs("verify", {place.newer});
    QCOMPARE(bad.status, kRunFailed);
    QVERIFY2(bad.out.contains("DIFFER") && bad.out.contains("first at"), qPrintable(bad.out));
    QVERIFY(!bad.out.contains("data have changed"));
    const Ended document = place.runs("verify", {place.newer, "--json", "-"});
    QCOMPARE(document.status, kRunFailed);
    QVERIFY(!document.json()["agrees"].toBool(true));
    QVERIFY(!document.json()["first_difference"]["what"].toString().isEmpty());
}

void TestCliRuns::verifyChangedData()
{
    const MarketFiles market;
    const QString database = market.path("runs.db");
    QCOMPARE(market.backtest({"--quiet", "--db", database}).status, kDone);
    QCOMPARE(cli({"runs", "verify", "--db", database}).status, kDone); // it knows where the data are
    market.changeCell("binance/spot.csv", 100, 1, "64123.45");
    market.changeCell("binance/spot.csv", 100, 2, "65000");
    market.changeCell("binance/spot.csv", 100, 3, "60000");
    const Ended changed = cli({"runs", "verify", "--db", database});
    QCOMPARE(changed.status, kRunFailed);
    QVERIFY2(changed.out.contains("data have changed"), qPrintable(changed.out + changed.err));
    // Data that are gone are an error, not a difference.
    market.remove("bybit/spot.csv");
    QCOMPARE(cli({"runs", "verify", "--db", database}).status, kBadInput);
    QCOMPARE(cli({"runs", "verify", "--db", database, "--data", market.path("nowhere")}).status, kBadInput);
}

void TestCliRuns::exports()
{
    const TwoRuns place;
    const QString slice = place.path("out/slice.db");
    const Ended e = place.runs("export", {place.older.left(10), "--json", place.path("run.json"), "--csv",
                                          place.path("csv"), "--sqlite", slice});
    QVERIFY2(e.status == kDone && e.out.isEmpty() && e.err.isEmpty(), qPrintable(e.err));
    QCOMPARE(place.object("run.json")["run_id"].toString(), place.older);
    QVERIFY(place.object("run.json").contains("plan_list"));
    for (const char* name : {"steps", "ledger", "decisions", "instructions", "transitions", "funding", "events"})
        QVERIFY(place.read(QString("csv/%1.csv").arg(name)).count('\n') > 0);
    QCOMPARE(place.read("csv/steps.csv").count('\n'), storedRuns(place.database()).at(1)["steps"].toInt() + 1);
    QCOMPARE(place.runs("export", {place.older, "--json", "-"}).json()["run_id"].toString(), place.older);
    // The slice is enough by itself.
    const Workplace elsewhere;
    QVERIFY(QFile::copy(slice, elsewhere.path("taken.db")));
    const QJsonArray runs = storedRuns(elsewhere.path("taken.db"));
    QCOMPARE(runs.size(), 1);
    QCOMPARE(runs[0]["run_id"].toString(), place.older);
    QCOMPARE(cli({"runs", "verify", "--db", elsewhere.path("taken.db")}).status, kDone);
    QCOMPARE(refusal(place.runs("export", {"--sqlite", slice}), kBadInput, "STORE-010"), QString());
    // The CSV of a stored run is the one that its backtest would have written.
    QCOMPARE(cli(demoRun({"--quiet", "--set", "fees.okx.perp_taker=0.0005", "--csv", place.path("direct")})).status,
             kDone);
    for (const char* name : {"steps", "ledger", "decisions", "instructions", "transitions", "funding", "events"})
        QCOMPARE(place.read(QString("csv/%1.csv").arg(name)), place.read(QString("direct/%1.csv").arg(name)));
}

void TestCliRuns::deletes()
{
    const TwoRuns place;
    QCOMPARE(refusal(place.runs("delete", {place.older}), kUsage, "CONF-011"), QString()); // nobody to ask
    QCOMPARE(refusal(place.runs("delete", {place.older, "nonsense", "--yes"}), kBadInput, "STORE-005"), QString());
    QCOMPARE(storedRuns(place.database()).size(), 2); // all or none
    QCOMPARE(place.runs("delete", {place.older.left(8), "--yes"}).status, kDone);
    QCOMPARE(storedRuns(place.database()).size(), 1);
    QCOMPARE(place.runs("delete", {place.newer, "--yes"}).status, kDone);
    SQLite::Database db(place.database().toStdString(), SQLite::OPEN_READONLY);
    SQLite::Statement tables(db, "SELECT name FROM sqlite_schema WHERE type = 'table' AND "
                                 "name NOT IN ('dictionary', 'audit_seal')"); // both belong to no run
    int seen = 0;
    for (; tables.executeStep(); ++seen)
        QCOMPARE(db.execAndGet("SELECT count(*) FROM " + tables.getColumn(0).getString()).getInt(), 0);
    QVERIFY(seen > 10);
}

void TestCliRuns::deletesAfterAnAnswer()
{
    if (!hasPseudoTerminals())
        QSKIP("skipped: there are no pseudo terminals here");
    const TwoRuns place;
    for (const auto& [answer, left] : {std::pair("n\n", 2), std::pair("\n", 2), std::pair("y\n", 1)}) {
        Terminal terminal({"runs", "delete", "--db", place.database(), place.older});
        QVERIFY2(terminal.waitFor("[y/N]"), terminal.shown().constData());
        QVERIFY(terminal.shown().contains(place.older.left(8).toUtf8()));
        terminal.type(answer);
        QCOMPARE(terminal.finish(), kDone);
        QCOMPARE(storedRuns(place.database()).size(), left);
    }
}

void TestCliRuns::badCalls_data()
{
    QTest::addColumn<QStringList>("words"); // after runs ... --db
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("code");
    const auto row = [](const char* name, const QStringList& words, int status, const char* code) {
        QTest::newRow(name) << words << status << code;
    };
    row("one run to compare", {"compare", "one"}, kUsage, "CONF-011");
    row("none to compare", {"compare"}, kUsage, "CONF-011");
    row("unknown run", {"verify", "nonsense"}, kBadInput, "STORE-005");
    row("unknown run to compare", {"compare", "nonsense", "more"}, kBadInput, "STORE-005");
    row("nothing to export to", {"export"}, kUsage, "CONF-011");
    row("nothing to tag", {"tag"}, kUsage, "CONF-011");
    row("empty tag", {"tag", "--add", " "}, kUsage, "CONF-011");
    row("pin and unpin", {"tag", "--pin", "--unpin"}, kUsage, "CONF-011");
    row("nothing to delete", {"delete", "--yes"}, kUsage, "CONF-011");
    row("empty id to delete", {"delete", "", "--yes"}, kUsage, "CONF-011");
    row("status", {"list", "--status", "fine"}, kUsage, "CONF-011");
    row("limit", {"list", "--limit", "0"}, kUsage, "CONF-011");
    row("nothing to find", {"find"}, kUsage, "CONF-011");
    row("two things to find", {"find", "--when", "nav > 1", "--event", "funding"}, kUsage, "CONF-011");
    row("unknown event", {"find", "--event", "miracle"}, kUsage, "CONF-011");
    row("unknown figure", {"find", "--when", "luck > 1"}, kBadInput, "CONF-015");
    row("nothing interrupted", {"resume"}, kBadInput, "STORE-005");
    row("export where nothing can be", {"export", "--json", "/proc/nowhere/run.json"}, kRunFailed, "ENGINE-003");
    row("slice where nothing can be", {"export", "--sqlite", "/proc/nowhere/run.db"}, kBadInput, "STORE-001");
}

void TestCliRuns::badCalls()
{
    QFETCH(QStringList, words);
    QFETCH(int, status);
    QFETCH(QString, code);
    static const TwoRuns place;
    QCOMPARE(refusal(place.runs(words.front(), words.mid(1)), status, code), QString());
    QCOMPARE(storedRuns(place.database()).size(), 2);
    if (words.front() != "list" && status != kUsage) {
        QStringList elsewhere{"runs", words.front(), "--db", place.path("none.db")};
        QCOMPARE(refusal(cli(elsewhere + words.mid(1)), kBadInput, "STORE-001"), QString());
        QVERIFY(!place.has("none.db"));
    }
}

//! As a program that was killed leaves it: no figures are shown that nobody computed.
void TestCliRuns::unfinishedRun()
{
    const TwoRuns place;
    place.execute("UPDATE run SET status = 0, counts = NULL, empty_reasons = NULL, nav_final = NULL, apr = NULL, "
                  "result_digest = NULL WHERE run = 2");
    const Ended list = place.runs("list");
    QVERIFY2(list.out.startsWith(place.newer.left(8) + "  interrupted "), qPrintable(list.out));
    const Ended show = place.runs("show");
    QVERIFY2(show.status == kDone && show.out.contains("runs resume") && !show.out.contains("NAV"),
             qPrintable(show.out + show.err));
    const QJsonDocument json = place.runs("show", {"--json", "-"}).json();
    QCOMPARE(json["status"].toString(), QString("interrupted"));
    QVERIFY(json["nav"].isNull() && json["metrics"].isNull() && json["result_digest"].isNull());
    QVERIFY(!json["plan_list"].toArray().isEmpty());
    QCOMPARE(refusal(place.runs("verify", {place.newer}), kBadInput, "STORE-008"), QString());
    QCOMPARE(place.runs("compare", {place.older, place.newer}).status, kDone);
    // The next run in this database says so, and how to go on.
    const Ended next = cli(demoRun({"--quiet", "--db", place.database()}));
    QCOMPARE(next.status, kDone);
    QVERIFY2(next.err.contains(place.newer.left(8)) && next.err.contains("runs resume"), qPrintable(next.err));
}

void TestCliRuns::resume()
{
    const TwoRuns place;
    const QString digest = place.runs("show", {"--json", "-"}).json()["result_digest"].toString();
    place.execute(
        "PRAGMA foreign_keys = ON; UPDATE run SET status = 0, steps = 400, result_digest = NULL, "
        "counts = NULL WHERE run = 2;"
        "DELETE FROM step WHERE run = 2 AND step >= 400; DELETE FROM step_venue WHERE run = 2 AND step >= 400;"
        "DELETE FROM step_asset WHERE run = 2 AND step >= 400; DELETE FROM ledger WHERE run = 2 AND step >= 400;"
        "DELETE FROM decision WHERE run = 2 AND step >= 400; DELETE FROM transition WHERE run = 2 AND "
        "step >= 400; DELETE FROM funding WHERE run = 2 AND step >= 400; DELETE FROM event WHERE run = 2 AND "
        "step >= 400; DELETE FROM instruction WHERE run = 2 AND plan IN (SELECT plan FROM plan WHERE run = 2 "
        "AND step >= 400); DELETE FROM plan WHERE run = 2 AND step >= 400");
    const Ended e = place.runs("resume", {"--json", "-"});
    QVERIFY2(e.status == kDone && e.err.isEmpty(), qPrintable(e.err));
    QCOMPARE(e.json()["run_id"].toString(), place.newer);
    QCOMPARE(e.json()["result_digest"].toString(), digest);
    QCOMPARE(place.runs("verify", {place.newer}).status, kDone);
    QCOMPARE(refusal(place.runs("resume", {place.newer}), kBadInput, "STORE-007"), QString());
}

//! The database fails in the middle of the run: the run is shown, and kept beside it.
void TestCliRuns::rescue()
{
    const TwoRuns place;
    place.execute("CREATE TRIGGER broken BEFORE INSERT ON step WHEN new.step = 700 "
                  "BEGIN SELECT RAISE(FAIL, 'the disk is gone'); END");
    const Ended e = cli(demoRun({"--json", "-", "--db", place.database()}));
    QCOMPARE(e.status, kRunFailed);
    const QString id = e.json()["run_id"].toString();
    QCOMPARE(e.json()["status"].toString(), QString("done"));
    const QString kept = place.path("carrydesk-rescue-" + id + ".db");
    QVERIFY2(e.err.startsWith("carrydesk-cli: STORE-002 ") && e.err.contains("the disk is gone") &&
                 e.err.contains(kept),
             qPrintable(e.err));
    QCOMPARE(storedRuns(place.database()).size(), 2);
    QCOMPARE(cli({"runs", "verify", "--db", kept}).status, kDone);
    QCOMPARE(cli({"runs", "show", "--db", kept, "--json", "-"}).json()["result_digest"], e.json()["result_digest"]);
}

void TestCliRuns::demoOfAnyLength()
{
    const Workplace place;
    const QStringList call{"backtest", "--preset", "btc-basis", "--quiet", "--db", place.path("runs.db"), "--data"};
    QCOMPARE(cli(call + QStringList{"demo:20000"}).status, kDone);
    const QJsonArray runs = storedRuns(place.path("runs.db"));
    QVERIFY(runs[0]["synthetic"].toBool());
    QCOMPARE(runs[0]["data"].toString(), QString("demo:20000 (synthetic)"));
    QVERIFY(runs[0]["steps"].toInt() > 19'900);
    QCOMPARE(cli({"runs", "verify", "--db", place.path("runs.db")}).status, kDone);
    for (const char* wrong : {"demo:", "demo:5", "demo:many", "demo:99999999999", "demo:100 "})
        QCOMPARE(refusal(cli(call + QStringList{wrong}), kUsage, "CONF-011"), QString());
}

void TestCliRuns::fork()
{
    const TwoRuns place;
    const QJsonObject parent = place.runs("show", {place.older, "--json", "-"}).json().object();
    const QString at = parent["decision_list"].toArray()[0].toObject()["time"].toString();
    const Ended forked = place.runs("fork", {place.older, "--at", at, "--decision", "hold", "--json", "-"});
    QVERIFY2(forked.status == kDone, qPrintable(forked.err));
    const QJsonObject child = forked.json().object();
    QCOMPARE(child["parent"].toString(), place.older);
    QCOMPARE(child["fork_at"].toString(), at);
    QCOMPARE(child["forks"].toArray()[0].toObject()["decision"].toString(), QString("HOLD"));
    const QJsonArray listed = storedRuns(place.database());
    QCOMPARE(listed.size(), 3);
    QCOMPARE(listed[0]["parent"].toString(), place.older);
    QVERIFY(place.runs("show").out.contains("of " + place.older + " from " + at));
    QCOMPARE(place.runs("verify", {"--quiet"}).status, kDone);
    const Ended table = place.runs("fork", {place.older, "--at", at, "--set", "basis.min_trade_usd=250"});
    QVERIFY2(table.status == kDone && table.out.contains("basis.min_trade_usd = 250"), qPrintable(table.err));
    QVERIFY(table.out.contains("Parts from its parent") || table.out.contains("does not part"));
    QCOMPARE(
        refusal(place.runs("fork", {place.older, "--at", at, "--set", "capital=1", "--quiet"}), kBadInput, "CONF-012"),
        QString());
    QCOMPARE(
        refusal(place.runs("fork", {place.older, "--at", "2001-01-01T00:00:00Z", "--quiet"}), kBadInput, "CONF-013"),
        QString());
    QCOMPARE(refusal(place.runs("fork", {place.older, "--at", at, "--decision", "double", "--quiet"}), kBadInput,
                     "CONF-014"),
             QString());
}

void TestCliRuns::bookmarks()
{
    const TwoRuns place;
    const QString at =
        place.runs("show", {"--json", "-"}).json().object()["decision_list"].toArray()[0].toObject()["time"].toString();
    QCOMPARE(place.runs("bookmark", {"--at", at, "--note", "the set-up"}).status, kDone);
    QVERIFY(place.runs("show").out.contains(at + "  the set-up"));
    QCOMPARE(place.runs("show", {"--json", "-"}).json().object()["bookmarks"].toArray().size(), 1);
    QCOMPARE(place.runs("bookmark", {"--at", at, "--remove"}).status, kDone);
    QVERIFY(!place.runs("show").out.contains("the set-up"));
    QVERIFY(place.runs("bookmark", {"--at", "never"}).status != kDone);
}

void TestCliRuns::find()
{
    const TwoRuns place;
    const QJsonObject shown = place.runs("show", {"--json", "-"}).json().object();
    const auto found = [&](const QStringList& words) {
        const Ended ended = place.runs("find", words + QStringList{"--json", "-", "--limit", "0"});
        return ended.status == kDone ? ended.json().object() : QJsonObject();
    };
    QStringList acted;
    for (const QJsonValue decision : shown["decision_list"].toArray())
        if (decision["action"].toString() != "HOLD")
            acted += decision["time"].toString();
    const QJsonObject decisions = found({"--event", "decision"});
    QVERIFY(!acted.isEmpty());
    QCOMPARE(decisions["hits"].toInt(), acted.size());
    for (qsizetype i = 0; i < acted.size(); ++i)
        QCOMPARE(decisions["steps"][i]["time"].toString(), acted[i]);
    const QJsonObject wins = found({"--when", "nav > 100000"});
    QVERIFY(wins["hits"].toInt() > 1);
    QCOMPARE(wins["steps"].toArray().size(), wins["hits"].toInt());
    const QJsonObject later = found({"--when", "nav > 100000", "--from-hit", "2"});
    QCOMPARE(later["steps"].toArray().size(), wins["hits"].toInt() - 1);
    QCOMPARE(later["steps"][0].toObject(), wins["steps"][1].toObject());
    const Ended table = place.runs("find", {"--when", "nav > 100000", "--limit", "1"});
    QVERIFY2(table.out.contains(wins["steps"][0]["time"].toString()) && table.out.contains(", 1 shown"),
             qPrintable(table.out));
    QCOMPARE(found({"--when", "nav < 0"})["hits"].toInt(), 0);
}

QTEST_GUILESS_MAIN(TestCliRuns)
#include "tst_cli_runs.moc"
