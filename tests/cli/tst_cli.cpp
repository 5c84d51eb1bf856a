// SPDX-License-Identifier: GPL-3.0-or-later
// Calls and their arguments: what is asked for is what runs. What the results look like is in tst_cli_output.
#include "cli_program.h"

using namespace carry::test;

class TestCli : public QObject
{
    Q_OBJECT

  private slots:
    void initTestCase();
    void helpAndVersion();
    void usage_data();
    void usage();
    void lists();
    void setWinsOverThePreset();
    void capitalWinsOverSet();
    void presetFile();
    void labelsAreInclusive();
    void wholeSpan();
    void digests();
    void dataCheckOfMadeFiles();
    void realData();
    void theWindowsDatabase();

  private:
    QTemporaryDir m_home;
};

void TestCli::initTestCase()
{
    // Nobody's own database is the one that is taken without --db.
    qputenv("XDG_DATA_HOME", QFile::encodeName(m_home.path()));
}

void TestCli::theWindowsDatabase()
{
    const QString folder = m_home.filePath("Carrydesk/carrydesk");
    QVERIFY(QDir().mkpath(folder));
    const QString database = folder + "/runs.db";
    QCOMPARE(cli({"backtest", "--preset", "btc-basis", "--data", "demo:48", "--quiet", "--db", database}).status,
             kDone);
    const Ended list = cli({"runs", "list"});
    QCOMPARE(list.status, kDone);
    QVERIFY2(list.out.contains("btc-basis") && list.err.contains(database), qPrintable(list.out + list.err));
    QVERIFY(cli({"runs", "list", "--db", database}).err.isEmpty());
    QVERIFY(QFile::remove(database));
}

void TestCli::helpAndVersion()
{
    const Ended help = cli({"--help"});
    QCOMPARE(help.status, kDone);
    QVERIFY(help.err.isEmpty());
    for (const char* call : {"backtest", "data", "strategies", "presets", "runs"})
        QVERIFY2(help.out.contains(call), call);
    const Ended backtest = cli({"backtest", "--help"});
    QCOMPARE(backtest.status, kDone);
    for (const char* option :
         {"--preset", "--data", "--from", "--to", "--capital", "--set", "--db", "--json", "--csv", "--quiet"})
        QVERIFY2(backtest.out.contains(option), option);
    const Ended version = cli({"--version"});
    QCOMPARE(version.status, kDone);
    QVERIFY(QRegularExpression(R"(^carrydesk-cli \d+\.\d+\.\d+\n$)").match(version.out).hasMatch());
}

void TestCli::usage_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("says");
    const QStringList call{"backtest", "--preset", "btc-basis", "--data", "demo"};
    QTest::newRow("nothing") << QStringList{} << "subcommand";
    QTest::newRow("unknown command") << QStringList{"nonsense"} << "nonsense";
    QTest::newRow("half a command") << QStringList{"data"} << "subcommand";
    QTest::newRow("half a command of runs") << QStringList{"runs"} << "subcommand";
    QTest::newRow("no preset") << QStringList{"backtest", "--data", "demo"} << "--preset";
    QTest::newRow("no data") << QStringList{"backtest", "--preset", "btc-basis"} << "--data";
    QTest::newRow("no folder") << QStringList{"data", "check"} << "folder";
    QTest::newRow("no database") << QStringList{"runs", "list"} << "--db";
    QTest::newRow("unknown option") << call + QStringList{"--nonsense"} << "--nonsense";
    QTest::newRow("one word too many") << call + QStringList{"word"} << "word";
    QTest::newRow("option without a value") << call + QStringList{"--from"} << "--from";
    QTest::newRow("--from is no time") << call + QStringList{"--from", "yesterday"} << "yesterday";
    QTest::newRow("--to is no time") << call + QStringList{"--to", "2024-13-01T00:00:00Z"} << "2024-13-01";
    QTest::newRow("--set without a value") << call + QStringList{"--set", "weights.okx"} << "weights.okx";
}

void TestCli::usage()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, says);
    const Ended e = cli(arguments);
    QCOMPARE(refusal(e, kUsage, "CONF-011"), QString());
    QVERIFY2(e.err.contains(says) && e.err.contains("--help"), qPrintable(e.err));
}

void TestCli::lists()
{
    const Ended presets = cli({"presets"});
    QCOMPARE(presets.status, kDone);
    const QStringList lines = presets.out.trimmed().split('\n');
    for (const char* name :
         {"btc-basis", "btc-basis-seed", "btc-basis-reference", "demo-tour", "eth-basis", "eth-basis-reference"})
        QCOMPARE(lines.filter(QRegularExpression(QString("^%1 +\\S").arg(name))).size(), 1);
    const Ended strategies = cli({"strategies"});
    QCOMPARE(strategies.status, kDone);
    QVERIFY(strategies.out.contains("btc_basis  USDT") && strategies.out.contains("eth_basis  USDT"));
    const Ended one = cli({"strategies", "btc_basis"});
    QCOMPARE(one.status, kDone);
    // Unit, default, range, and help on the line below.
    QVERIFY(
        QRegularExpression(R"(weights\.binance = 0\.4  \[fraction\]  \(0 … 1\)\n    \S)").match(one.out).hasMatch());
    QVERIFY(one.out.contains("data.missing_bars = peer  (peer | carry)"));
    QCOMPARE(refusal(cli({"strategies", "nonsense"}), kBadInput, "STRAT-001"), QString());
}

void TestCli::setWinsOverThePreset()
{
    const Ended e = cli(demoRun({"--set", "basis.spot_fraction=0.5", "--set", " weights.okx = 0.2", "--set",
                                 "weights.binance=0.5", "--json", "-"}));
    QCOMPARE(e.status, kDone);
    const QJsonObject configuration = e.json().object()["configuration"].toObject();
    QCOMPARE(configuration["basis.spot_fraction"].toString(), QString("0.5")); // the preset says 0.8
    QCOMPARE(configuration["weights.okx"].toString(), QString("0.2"));
    QCOMPARE(configuration["weights.binance"].toString(), QString("0.5"));
    QCOMPARE(configuration["data.proxy.okx.spot"].toString(), QString("binance")); // the preset's
    // The last one of a key counts.
    const Ended twice =
        cli(demoRun({"--set", "basis.spot_fraction=0.5", "--set", "basis.spot_fraction=0.6", "--json", "-"}));
    QCOMPARE(twice.json().object()["configuration"].toObject()["basis.spot_fraction"].toString(), QString("0.6"));
}

void TestCli::capitalWinsOverSet()
{
    const Ended e = cli(demoRun({"--capital", "250000.5", "--set", "capital=1", "--json", "-"}));
    QCOMPARE(e.status, kDone);
    QCOMPARE(e.json().object()["capital"].toDouble(), 250'000.5);
    QCOMPARE(e.json().object()["nav"].toObject()["initial"].toDouble(), 250'000.5);
}

void TestCli::presetFile()
{
    const Workplace place;
    const QString file = place.write("mine.toml", "strategy = \"btc_basis\"\nsummary = \"Mine\"\ncapital = 50000.0\n"
                                                  "[weights]\nbinance = 0.5\nbybit = 0.5\nokx = 0.0\n"
                                                  "[data.proxy.okx]\nspot = \"binance\"\nperp = \"binance\"\n");
    const Ended e =
        cli({"backtest", "--preset", file, "--data", "demo", "--to", "2024-06-20T00:00:00Z", "--json", "-"});
    QCOMPARE(e.status, kDone);
    const QJsonObject run = e.json().object();
    QCOMPARE(run["preset"].toString(), QString("mine"));
    QCOMPARE(run["capital"].toDouble(), 50'000.0);
    QCOMPARE(run["by_venue"].toObject()["okx"].toObject()["equity"].toDouble(), 0.0);
}

void TestCli::labelsAreInclusive()
{
    const MarketFiles files;
    const Ended e = files.backtest({"--from", MarketFiles::hour(10), "--to", MarketFiles::hour(33), "--json", "-"});
    const QJsonObject run = e.json().object();
    QCOMPARE(run["from"].toString(), MarketFiles::hour(10));
    QCOMPARE(run["to"].toString(), MarketFiles::hour(33));
    const Ended one = files.backtest({"--from", MarketFiles::hour(10), "--to", MarketFiles::hour(10), "--json", "-"});
    QCOMPARE(one.status, kDone);
    QCOMPARE(one.json().object()["to"].toString(), MarketFiles::hour(10));
    // 24 bars and, on whole hours only, whatever arrives between them.
    const Ended csv =
        files.backtest({"--set", "transfer.deposit_latency_min=0", "--set", "transfer.withdrawal_latency_min=0",
                        "--from", MarketFiles::hour(10), "--to", MarketFiles::hour(33), "--json", "-"});
    QCOMPARE(csv.json().object()["steps"].toInt(), 24);
}

void TestCli::wholeSpan()
{
    const MarketFiles files;
    files.changeLine("binance/spot.csv", 2, std::nullopt);               // begins an hour later than the others
    files.changeLine("bybit/perp.csv", files.hours() + 1, std::nullopt); // ends an hour before
    const QJsonObject run = files.backtest({"--json", "-"}).json().object();
    QCOMPARE(run["from"].toString(), MarketFiles::hour(1));
    // The last settlement that all have is earlier than the last bar; the span is what all series share.
    QCOMPARE(run["to"].toString(), MarketFiles::hour(files.hours() - 8));
}

void TestCli::digests()
{
    const Workplace place;
    const QJsonObject first = cli(demoRun({"--json", "-"})).json().object();
    const QJsonObject again = cli(demoRun({"--json", "-", "--db", place.path("runs.db")})).json().object();
    const QJsonObject other = cli(demoRun({"--json", "-", "--capital", "99999"})).json().object();
    for (const char* key : {"data_digest", "result_digest", "instruction_digest"})
        QCOMPARE(again[key], first[key]);
    QVERIFY(again["run_id"] != first["run_id"]);
    QCOMPARE(other["data_digest"], first["data_digest"]);
    QVERIFY(other["result_digest"] != first["result_digest"]);
}

void TestCli::dataCheckOfMadeFiles()
{
    const MarketFiles files;
    const Workplace place;
    const Ended e = cli({"data", "check", files.path(), "--json", place.path("report.json")});
    QCOMPARE(e.status, kDone);
    QVERIFY(e.err.isEmpty());
    QVERIFY(e.out.contains("Coverage") && e.out.contains("binance BTC/USDT spot") && e.out.contains("10 files"));
    const Ended screen = cli({"data", "check", files.path(), "--json", "-"});
    QCOMPARE(screen.json().object(), place.object("report.json"));
    const QJsonObject report = place.object("report.json");
    QCOMPARE(report.keys(), (QStringList{"coverage", "files", "findings", "name", "synthetic"}));
    QCOMPARE(report["coverage"].toArray().size(), 9);
    QCOMPARE(cli({"data", "check", "demo"}).status, kDone);
    QVERIFY(cli({"data", "check", "demo"}).out.startsWith("SYNTHETIC DATA"));
    QCOMPARE(refusal(cli({"data", "check", place.path("none")}), kBadInput, "DATA-001"), QString());
}

void TestCli::realData()
{
    const QString given = qEnvironmentVariable("CARRYDESK_MARKET_DATA");
    const QString folder = given.isEmpty() ? QString(CARRYDESK_SOURCE_DIR "/../shared/market-data") : given;
    if (!QFileInfo(folder).isDir())
        QSKIP("skipped: no market data");
    const Ended check = cli({"data", "check", folder});
    QVERIFY2(check.status == kDone, qPrintable(check.out.right(500)));
    for (const char* preset : {"btc-basis", "eth-basis"}) {
        const Ended e = cli({"backtest", "--preset", preset, "--data", folder, "--json", "-"});
        QVERIFY2(e.status == kDone, qPrintable(e.err));
        QVERIFY(!e.json().object()["synthetic"].toBool());
        QVERIFY(e.json().object()["steps"].toInt() > 5'000);
    }
}

QTEST_GUILESS_MAIN(TestCli)
#include "tst_cli.moc"
