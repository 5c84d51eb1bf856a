// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli_program.h"

using namespace carry::test;

namespace
{

//! A database with a basis run and, newer, a leveraged one, both on the demo market.
struct Runs : Workplace {
    Runs()
    {
        for (const char* preset : {"btc-basis", "eth-leveraged"}) {
            QStringList call = demoRun({"--quiet", "--db", database()});
            call[2] = preset;
            if (const Ended e = cli(call); e.status != kDone)
                qFatal("%s", qPrintable(e.err));
        }
        const QJsonArray list = storedRuns(database());
        leveraged = list[0]["run_id"].toString();
        basis = list[1]["run_id"].toString();
    }
    QString database() const { return path("runs.db"); }
    Ended stress(const QStringList& more = {}) const { return cli(QStringList{"stress", "--db", database()} + more); }

    QString leveraged, basis;
};

const Runs& runs()
{
    static const Runs made;
    return made;
}

} // namespace

class TestCliStress : public QObject
{
    Q_OBJECT

  private slots:
    void basisAtItsEnd();
    void leveragedAsJson();
    void atATime();
    void table();
    void days();
    void map();
    void mapOfData();
    void badCalls_data();
    void badCalls();
};

void TestCliStress::basisAtItsEnd()
{
    const Ended e = runs().stress({"--run", runs().basis.left(8), "--json", "-"});
    QVERIFY2(e.status == kDone && e.err.isEmpty(), qPrintable(e.err));
    const QJsonDocument json = e.json();
    QCOMPARE(json["run_id"].toString(), runs().basis);
    QCOMPARE(json["time"].toString(), QString("2024-07-15T00:00:00Z"));
    QVERIFY(json["headroom"].isUndefined());
    const QJsonArray scenarios = json["scenarios"].toArray();
    QCOMPARE(scenarios.size(), 7);
    const QJsonDocument shown = cli({"runs", "show", "--db", runs().database(), runs().basis, "--json", "-"}).json();
    const double nav = shown["nav"]["final"].toDouble();
    QVERIFY(nav > 0);
    QVERIFY(qAbs(scenarios[0]["equity"].toDouble() - nav) < 1e-9 * nav);
    QCOMPARE(scenarios[1]["text"].toString(), QString("BTC +30 %"));
    QCOMPARE(scenarios[6]["venue"].toString(), QString("okx"));
    QVERIFY(scenarios[6]["by_venue"]["okx"]["margin_ratio"].isNull());
    QCOMPARE(scenarios[6]["by_venue"]["okx"]["empty_reasons"]["margin_ratio"].toString(), QString("no_notional"));
}

void TestCliStress::leveragedAsJson()
{
    const QString file = runs().path("stress.json");
    const Ended e = runs().stress({"--json", file}); // the newest
    QVERIFY2(e.status == kDone && e.err.isEmpty(), qPrintable(e.err));
    const QJsonObject json = runs().object("stress.json");
    QCOMPARE(json["run_id"].toString(), runs().leveraged);
    QCOMPARE(json["share_class"].toString(), QString("ETH"));
    QVERIFY(json["synthetic"].toBool());
    QVERIFY(json["headroom"].toObject()["ratio_budget"].toDouble() > 0.01);
    QStringList kinds;
    for (const QJsonValue& scenario : json["scenarios"].toArray())
        kinds << scenario["scenario"].toString();
    QCOMPARE(kinds.join(' '), QString("unstressed price price lst_ratio lst_market lst_ratio lst_market borrow_rate "
                                      "venue_loss venue_loss"));
    const QJsonArray scenarios = json["scenarios"].toArray();
    QVERIFY(qAbs(scenarios[5]["health_factor"].toDouble() - 0.95 * scenarios[0]["health_factor"].toDouble()) < 1e-9);
    QCOMPARE(scenarios[6]["health_factor"], scenarios[0]["health_factor"]);
    QVERIFY(scenarios[6]["exit_proceeds"].toDouble() < scenarios[0]["exit_proceeds"].toDouble());
}

void TestCliStress::atATime()
{
    // Between two labels: the step before.
    const Ended e = runs().stress({"--run", runs().basis, "--at", "2024-06-20T12:20:00Z", "--json", "-"});
    QCOMPARE(e.json()["time"].toString(), QString("2024-06-20T12:00:00Z"));
    QCOMPARE(e.json()["step"].toInt() > 0, true);
}

void TestCliStress::table()
{
    const Ended e = runs().stress();
    QVERIFY2(e.status == kDone && e.err.isEmpty(), qPrintable(e.err));
    for (const char* part :
         {"SYNTHETIC DATA", "Headroom at Aave", "As it is", "weETH ratio -5 %", "Loss of EtherFi", "Empty figures"})
        QVERIFY2(e.out.contains(part), part);
    QVERIFY(!e.out.contains("nan", Qt::CaseInsensitive) && !e.out.contains("inf "));
    const Ended basis = runs().stress({"--run", runs().basis});
    QVERIFY(basis.out.contains("Margin Binance") && !basis.out.contains("Headroom"));
}

void TestCliStress::days()
{
    const auto change = [](const QString& days) {
        const auto json = runs().stress({"--run", runs().basis, "--days", days, "--json", "-"}).json();
        return json["scenarios"].toArray()[3]["change"].toDouble();
    };
    QVERIFY(change("30") < -100);
    QVERIFY(qAbs(change("60") - 2 * change("30")) < 1e-6);
}

void TestCliStress::map()
{
    const Ended e = runs().stress({"--map", runs().path("map.csv"), "--json", "-"});
    QVERIFY2(e.status == kDone && e.err.isEmpty(), qPrintable(e.err));
    QVERIFY(!e.json().isNull());
    const QList<QByteArray> lines = runs().read("map.csv").split('\n');
    QCOMPARE(lines.size(), 1 + 44 * 41 + 1);
    QVERIFY(lines[0].startsWith("target_ltv [fraction],borrow_apr [fraction a year],"));
    QCOMPARE(runs().stress({"--map", "-"}).out.toUtf8(), lines.join('\n'));
}

void TestCliStress::mapOfData()
{
    const Ended e =
        cli({"stress", "--preset", "eth-leveraged", "--data", "demo", "--at", "2024-07-15T00:00:00Z", "--map", "-"});
    QVERIFY2(e.status == kDone && e.err.isEmpty(), qPrintable(e.err));
    QCOMPARE(e.out, runs().stress({"--map", "-"}).out); // the run's last step
    const Ended other = cli({"stress", "--preset", "eth-leveraged", "--data", "demo", "--at", "2024-07-15T00:00:00Z",
                             "--map", "-", "--set", "risk.hf_buffer=0.05"});
    QVERIFY2(other.err.startsWith("carrydesk-cli: STRAT-003 ") || other.out != e.out, qPrintable(other.err));
}

void TestCliStress::badCalls_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("code");
    const auto row = [](const char* name, const QStringList& words, int status, const char* code) {
        QTest::newRow(name) << words << status << code;
    };
    const QStringList db{"--db", runs().database()};
    row("nothing", {}, kUsage, "CONF-011");
    row("no such database", {"--db", runs().path("none.db")}, kBadInput, "STORE-001");
    row("unknown run", db + QStringList{"--run", "nonsense"}, kBadInput, "STORE-005");
    row("before the run", db + QStringList{"--at", "2024-05-31T23:00:00Z"}, kBadInput, "CONF-003");
    row("after the run", db + QStringList{"--at", "2024-07-15T00:00:01Z"}, kBadInput, "CONF-003");
    row("no time", db + QStringList{"--at", "yesterday"}, kUsage, "CONF-011");
    row("days", db + QStringList{"--days", "-1"}, kUsage, "CONF-011");
    row("days that are none", db + QStringList{"--days", "nan"}, kUsage, "CONF-011");
    row("map of a basis run", db + QStringList{"--run", runs().basis, "--map", "-"}, kUsage, "CONF-011");
    row("two documents", db + QStringList{"--json", "-", "--map", "-"}, kUsage, "CONF-011");
    row("run and preset", db + QStringList{"--preset", "eth-leveraged", "--data", "demo"}, kUsage, "CONF-011");
    row("preset without map", {"--preset", "eth-leveraged", "--data", "demo"}, kUsage, "CONF-011");
    row("preset without data", {"--preset", "eth-leveraged", "--map", "-"}, kUsage, "CONF-011");
    row("json of a preset", {"--preset", "eth-leveraged", "--data", "demo", "--map", "x.csv", "--json", "-"}, kUsage,
        "CONF-011");
    row("keys for a stored run", db + QStringList{"--set", "capital=1"}, kUsage, "CONF-011");
    row("unknown preset", {"--preset", "nonsense", "--data", "demo", "--map", "-"}, kBadInput, "CONF-005");
    row("map where nothing can be", db + QStringList{"--map", "/proc/nowhere/map.csv"}, kRunFailed, "ENGINE-003");
    row("map of a basis preset", {"--preset", "btc-basis", "--data", "demo", "--map", "-"}, kUsage, "CONF-011");
}

void TestCliStress::badCalls()
{
    QFETCH(QStringList, words);
    QFETCH(int, status);
    QFETCH(QString, code);
    QCOMPARE(refusal(cli(QStringList{"stress"} + words), status, code), QString());
    QVERIFY(!runs().has("none.db"));
}

QTEST_GUILESS_MAIN(TestCliStress)
#include "tst_cli_stress.moc"
