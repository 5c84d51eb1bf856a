// SPDX-License-Identifier: GPL-3.0-or-later
// What a run prints and writes: JSON, CSV, nothing at all, and outputs that cannot be written.
#include "cli_program.h"

using namespace carry::test;

class TestCliOutput : public QObject
{
    Q_OBJECT

  private slots:
    void jsonIsDocumented();
    void attributionSumsToBalance();
    void jsonToAFileOrTheScreen();
    void quiet();
    void csvFolder();
    void jsonThatCannotBeWritten();
    void csvThatCannotBeWritten();
};

void TestCliOutput::jsonIsDocumented()
{
    const QJsonObject run = cli(demoRun({"--json", "-"})).json().object();
    QFile file(CARRYDESK_SOURCE_DIR "/docs/run-json.md");
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QString documentation = QString::fromUtf8(file.readAll());
    QVERIFY(!run.isEmpty());
    for (const QString& key : run.keys())
        QVERIFY2(documentation.contains(QRegularExpression("`" + key + "[`{.\\[]")), qPrintable(key));
    for (const char* key : {"run_id",
                            "status",
                            "preset",
                            "strategy",
                            "share_class",
                            "data",
                            "synthetic",
                            "from",
                            "to",
                            "steps",
                            "capital",
                            "nav",
                            "pnl",
                            "by_venue",
                            "funding",
                            "metrics",
                            "decisions",
                            "instructions",
                            "plans",
                            "positions_final",
                            "liquidations",
                            "warnings",
                            "configuration",
                            "data_digest",
                            "result_digest",
                            "instruction_digest",
                            "timing"})
        QVERIFY2(run.contains(key), key);
    const QJsonObject metrics = run["metrics"].toObject();
    for (const char* key : {"days",
                            "apr",
                            "cagr",
                            "twr",
                            "volatility",
                            "sharpe",
                            "sortino",
                            "max_drawdown",
                            "max_drawdown_from",
                            "max_drawdown_to",
                            "max_drawdown_days",
                            "calmar",
                            "positive_days",
                            "turnover",
                            "costs",
                            "cost_ratio",
                            "min_margin_ratio",
                            "min_margin_ratio_at",
                            "min_margin_ratio_venue",
                            "min_margin_ratio_price",
                            "min_health_factor",
                            "empty_reasons"})
        QVERIFY2(metrics.contains(key), key);
    const QJsonObject reasons = metrics["empty_reasons"].toObject();
    for (const QString& key : reasons.keys())
        QVERIFY2(metrics[key].isNull() && !reasons[key].toString().isEmpty(), qPrintable(key));
    QCOMPARE(run["status"].toString(), QString("done"));
    QCOMPARE(run["strategy"].toString(), QString("btc_basis"));
    QVERIFY(run["synthetic"].toBool());
    QCOMPARE(run["warnings"].toArray()[0].toObject()["kind"].toString(), QString("synthetic"));
    for (const char* key : {"data_digest", "result_digest", "instruction_digest"})
        QVERIFY2(QRegularExpression("^[0-9a-f]{64}$").match(run[key].toString()).hasMatch(), key);
}

void TestCliOutput::attributionSumsToBalance()
{
    const QJsonObject run = cli(demoRun({"--json", "-"})).json().object();
    const QJsonObject pnl = run["pnl"].toObject();
    const QJsonObject items = pnl["attribution"].toObject();
    QCOMPARE(items.size(), 17);
    const auto sum = [](const QJsonObject& parts) {
        double total = 0;
        for (const QString& key : parts.keys())
            total += parts[key].toDouble();
        return total;
    };
    const double balance = pnl["balance"].toDouble();
    QVERIFY(std::abs(sum(items) - balance) < 1e-6);
    QVERIFY(std::abs(pnl["unexplained"].toDouble()) < 1e-6);
    QVERIFY(std::abs(items["spot_price"].toDouble() + items["perp_price"].toDouble() - pnl["basis"].toDouble()) < 1e-6);
    const QJsonObject nav = run["nav"].toObject();
    QVERIFY(std::abs(nav["final"].toDouble() - nav["initial"].toDouble() - nav["external_flows"].toDouble() - balance) <
            1e-6);
    double equity = 0;
    double byVenue = 0;
    const QJsonObject venues = run["by_venue"].toObject();
    QCOMPARE(venues.keys(), (QStringList{"binance", "bybit", "in_flight", "okx", "wallet"}));
    for (const QString& venue : venues.keys()) {
        const QJsonObject one = venues[venue].toObject();
        QVERIFY(std::abs(sum(one["attribution"].toObject()) - one["pnl"].toDouble()) < 1e-6);
        byVenue += one["pnl"].toDouble();
        equity += one["equity"].toDouble();
    }
    QVERIFY(std::abs(byVenue - balance) < 1e-6);
    QVERIFY(std::abs(equity - nav["final"].toDouble()) < 1e-6);
}

void TestCliOutput::jsonToAFileOrTheScreen()
{
    const Workplace place;
    const Ended screen = cli(demoRun({"--json", "-"}));
    QCOMPARE(screen.status, kDone);
    QVERIFY(screen.json().isObject()); // nothing else stands there
    QVERIFY(screen.err.isEmpty());
    const Ended file = cli(demoRun({"--json", place.path("run.json")}));
    QCOMPARE(file.status, kDone);
    QVERIFY(file.out.contains("SYNTHETIC DATA") && file.out.contains("Result digest"));
    QVERIFY(!file.out.contains('{'));
    QVERIFY(file.err.isEmpty());
    QCOMPARE(place.names(), QStringList{"run.json"}); // no part is left
    QVERIFY(place.read("run.json").endsWith("}\n"));
    QCOMPARE(place.object("run.json")["result_digest"], screen.json().object()["result_digest"]);
}

void TestCliOutput::quiet()
{
    const Workplace place;
    const Ended e = cli(demoRun({"--quiet", "--json", place.path("run.json"), "--db", place.path("runs.db")}));
    QCOMPARE(e.status, kDone);
    QCOMPARE(e.out, QString());
    QCOMPARE(e.err, QString());
    QVERIFY(place.has("run.json") && place.has("runs.db"));
}

void TestCliOutput::csvFolder()
{
    const Workplace place;
    const Ended e = cli(demoRun({"--quiet", "--csv", place.path("new/out"), "--json", "-"}));
    QCOMPARE(e.status, kDone);
    const QStringList expected{"decisions.csv", "events.csv", "funding.csv",    "instructions.csv",
                               "ledger.csv",    "steps.csv",  "transitions.csv"};
    QCOMPARE(QDir(place.path("new/out")).entryList(QDir::AllEntries | QDir::NoDotAndDotDot, QDir::Name), expected);
    const QJsonObject run = e.json().object();
    const auto rows = [&](const QString& name) {
        const QByteArray text = place.read("new/out/" + name);
        return text.endsWith('\n') ? text.count('\n') - 1 : -1;
    };
    QCOMPARE(rows("steps.csv"), run["steps"].toInteger());
    const auto sum = [](const QJsonValue& counts) {
        qint64 total = 0;
        for (const QJsonValue& count : counts.toObject())
            total += count.toInteger();
        return total;
    };
    QCOMPARE(rows("decisions.csv"), sum(run["decisions"]));
    QCOMPARE(rows("instructions.csv"), sum(run["instructions"]["by_type"]));
    QVERIFY(rows("funding.csv") > 100);
    for (const QString& name : expected) { // every row as wide as the header
        const QList<QByteArray> lines = place.read("new/out/" + name).trimmed().split('\n');
        if (!lines[0].contains("description")) // may hold commas in quotes
            for (const QByteArray& line : lines)
                QVERIFY2(line.contains('"') || line.count(',') == lines[0].count(','), qPrintable(name + ": " + line));
    }
}

void TestCliOutput::jsonThatCannotBeWritten()
{
    const Workplace place;
    const Ended e = cli(demoRun({"--quiet", "--json", place.path("no/such/run.json")}));
    QCOMPARE(refusal(e, kRunFailed, "ENGINE-003"), QString());
    QVERIFY(e.err.contains("no/such/run.json"));
    QVERIFY(place.names().isEmpty());
    // A folder stands where the file should be.
    QDir().mkpath(place.path("folder"));
    QCOMPARE(refusal(cli(demoRun({"--quiet", "--json", place.path("folder")})), kRunFailed, "ENGINE-003"), QString());
    QCOMPARE(place.names(), QStringList{"folder"});
}

void TestCliOutput::csvThatCannotBeWritten()
{
    const Workplace place;
    place.write("file", "x");
    const Ended e = cli(demoRun({"--quiet", "--csv", place.path("file/out")}));
    QCOMPARE(refusal(e, kRunFailed, "ENGINE-003"), QString());
    QCOMPARE(place.read("file"), QByteArray("x"));
}

QTEST_GUILESS_MAIN(TestCliOutput)
#include "tst_cli_output.moc"
