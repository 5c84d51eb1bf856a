// SPDX-License-Identifier: GPL-3.0-or-later
// Bad input ends with one coded line that leads to its place, and leaves nothing behind.
#include "cli_program.h"

#include <functional>

using namespace carry::test;
using Damage = std::function<void(const MarketFiles&)>;
Q_DECLARE_METATYPE(Damage)

class TestCliBadInput : public QObject
{
    Q_OBJECT

  private slots:
    void configuration_data();
    void configuration();
    void presetFile_data();
    void presetFile();
    void folder_data();
    void folder();
    void brokenFile_data();
    void brokenFile();
    void severalBrokenFiles();
    void whatIsStoredStays();
    void harmlessFiles();
    void unreadableFileIsAWarning();

  private:
    //! A run that is refused before it began leaves no output of any sort.
    static QString tidyRefusal(QStringList arguments, const QString& code, const QStringList& says);
};

QString TestCliBadInput::tidyRefusal(QStringList arguments, const QString& code, const QStringList& says)
{
    const Workplace place;
    arguments += {"--db", place.path("runs.db"), "--json", place.path("run.json"), "--csv", place.path("csv")};
    const Ended e = cli(arguments);
    if (const QString wrong = refusal(e, kBadInput, code); !wrong.isEmpty())
        return wrong;
    for (const QString& text : says)
        if (!e.err.contains(text))
            return "'" + text + "' is not in: " + e.err;
    return place.names().isEmpty() ? QString() : "left behind: " + place.names().join(", ");
}

void TestCliBadInput::configuration_data()
{
    QTest::addColumn<QStringList>("more");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QStringList>("says");
    const auto add = [](const char* name, const QStringList& more, const char* code, const QStringList& says) {
        QTest::newRow(name) << more << code << says;
    };
    add("weights sum to 1.1", {"--set", "weights.binance=0.5"}, "CONF-006", {"1.1", "weights.binance"});
    add("weights sum to 0.9", {"--set", "weights.okx=0.2"}, "CONF-006", {"0.9"});
    add("negative weight", {"--set", "weights.okx=-0.3"}, "CONF-003", {"weights.okx", "-0.3"});
    add("unknown key", {"--set", "basis.nonsense=1"}, "CONF-001", {"basis.nonsense"});
    add("misspelt key", {"--set", "weigths.okx=0.3"}, "CONF-001", {"weigths.okx", "weights.okx"});
    add("unknown venue", {"--set", "weights.kraken=0.1"}, "CONF-001", {"weights.kraken"});
    add("unknown venue as a proxy", {"--set", "data.proxy.okx.spot=kraken"}, "CONF-002", {"kraken", "bybit"});
    add("text for a number", {"--set", "basis.spot_fraction=much"}, "CONF-002", {"basis.spot_fraction", "much"});
    add("NaN for a number", {"--set", "basis.spot_fraction=nan"}, "CONF-002", {"basis.spot_fraction", "nan"});
    add("out of range", {"--set", "basis.spot_fraction=2"}, "CONF-003", {"basis.spot_fraction", "2"});
    add("capital 0", {"--capital", "0"}, "CONF-003", {"capital"});
    add("capital negative", {"--capital", "-5"}, "CONF-003", {"capital", "-5"});
    add("capital is no number", {"--capital", "a lot"}, "CONF-002", {"capital", "a lot"});
    add("capital infinite", {"--capital", "inf"}, "CONF-002", {"capital"});
    add("capital absurd", {"--capital", "1e300"}, "CONF-003", {"capital"});
    add("capital 0 by key", {"--set", "capital=0"}, "CONF-003", {"capital"});
    add("end before start", {"--from", "2024-07-02T00:00:00Z", "--to", "2024-07-01T00:00:00Z"}, "CONF-007",
        {"2024-07-02", "2024-07-01"});
    add("period without data", {"--from", "2031-01-01T00:00:00Z", "--to", "2031-02-01T00:00:00Z"}, "DATA-013",
        {"2031-01-01", "2024-06-01", "2025-06-30"});
    add("begins before the data", {"--from", "2023-01-01T00:00:00Z"}, "DATA-013", {"2023-01-01", "2024-06-01"});
    add("ends behind the data", {"--to", "2026-01-01T00:00:00Z"}, "DATA-013", {"2026-01-01"});
    add("thresholds out of order", {"--set", "risk.margin_ratio.critical=0.5"}, "CONF-008", {"margin_ratio", "0.5"});
    add("margin tiers", {"--set", "margin.okx.tiers=0:0.5"}, "CONF-009", {"margin.okx.tiers"});
    add("flow that is none", {"--set", "flows.schedule=tomorrow 5"}, "CONF-002", {"flows.schedule", "tomorrow"});
    add("flow outside of the run", {"--set", "flows.schedule=2030-01-01T00:00:00Z +5"}, "CONF-003",
        {"flows.schedule", "2030-01-01"});
    add("exit at no time", {"--set", "basis.exit_at=soon"}, "CONF-002", {"basis.exit_at", "soon"});
    add("share class", {"--set", "share_class=ETH"}, "STRAT-002", {"ETH", "USDT"});
}

void TestCliBadInput::configuration()
{
    QFETCH(QStringList, more);
    QFETCH(QString, code);
    QFETCH(QStringList, says);
    QCOMPARE(tidyRefusal(QStringList{"backtest", "--preset", "btc-basis", "--data", "demo"} + more, code, says),
             QString());
}

void TestCliBadInput::presetFile_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QStringList>("says");
    const auto add = [](const char* name, const QByteArray& text, const char* code, const QStringList& says) {
        QTest::newRow(name) << text << code << says;
    };
    const QByteArray head = "strategy = \"btc_basis\"\n";
    add("syntax", head + "\n[weights\nbinance = 0.4\n", "CONF-004", {"mine.toml:3"});
    add("a key twice", head + "capital = 1.0\ncapital = 2.0\n", "CONF-004", {"mine.toml:3"});
    add("cut off", head + "[weights]\nbinance = ", "CONF-004", {"mine.toml:3"});
    add("binary", QByteArray("\x7f\x45\x4c\x46\x00\x01\xff\xfe", 8), "CONF-004", {"mine.toml:1"});
    add("empty", "", "CONF-004", {"mine.toml:1", "strategy"});
    add("no strategy", "capital = 1.0\n", "CONF-004", {"mine.toml:1", "strategy"});
    add("unknown strategy", "strategy = \"nonsense\"\n", "STRAT-001", {"nonsense"});
    add("unknown key", head + "[basis]\nnonsense = 1\n", "CONF-001", {"basis.nonsense", "mine.toml", "line 3"});
    add("wrong type", head + "[basis]\n\nspot_fraction = \"all\"\n", "CONF-002",
        {"basis.spot_fraction", "mine.toml", "line 4"});
    add("out of range", head + "capital = 0.0\n", "CONF-003", {"capital", "mine.toml", "line 2"});
    add("infinite", head + "capital = inf\n", "CONF-00", {"capital", "mine.toml", "line 2"});
    add("a list", head + "capital = [1, 2]\n", "CONF-004", {"mine.toml:2", "capital"});
    add("weights", head + "[weights]\nbinance = 0.1\n", "CONF-006", {"0.7"});
}

void TestCliBadInput::presetFile()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, code);
    QFETCH(QStringList, says);
    const Workplace place;
    const QString file = place.write("mine.toml", text);
    const Ended e = cli({"backtest", "--preset", file, "--data", "demo"});
    const QString found = e.err.section(' ', 1, 1);
    QVERIFY2(found.startsWith(code), qPrintable(e.err));
    QCOMPARE(tidyRefusal({"backtest", "--preset", file, "--data", "demo"}, found, says), QString());
}

void TestCliBadInput::folder_data()
{
    QTest::addColumn<QStringList>("call");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("says");
    const QStringList preset{"backtest", "--preset", "btc-basis", "--data"};
    QTest::newRow("no folder") << preset + QStringList{"FOLDER/none"} << "DATA-001"
                               << "FOLDER/none";
    QTest::newRow("a file") << preset + QStringList{"FOLDER/file.csv"} << "DATA-001"
                            << "FOLDER/file.csv";
    QTest::newRow("empty folder") << preset + QStringList{"FOLDER/empty"} << "DATA-004"
                                  << "FOLDER/empty";
    QTest::newRow("nothing known") << preset + QStringList{"FOLDER"} << "DATA-004"
                                   << "FOLDER";
    QTest::newRow("unknown preset") << QStringList{"backtest", "--preset", "nonsense", "--data", "demo"} << "CONF-005"
                                    << "nonsense";
    QTest::newRow("no preset file") << QStringList{"backtest", "--preset", "FOLDER/no.toml", "--data", "demo"}
                                    << "CONF-010"
                                    << "FOLDER/no.toml";
    QTest::newRow("preset is a folder") << QStringList{"backtest", "--preset", "FOLDER/empty", "--data", "demo"}
                                        << "CONF-010"
                                        << "FOLDER/empty";
}

void TestCliBadInput::folder()
{
    QFETCH(QStringList, call);
    QFETCH(QString, code);
    QFETCH(QString, says);
    const Workplace place;
    place.write("file.csv", "a,b\n1,2\n");
    QDir().mkpath(place.path("empty"));
    const QStringList arguments = call.replaceInStrings("FOLDER", place.path());
    QCOMPARE(tidyRefusal(arguments, code, {says.replace("FOLDER", place.path())}), QString());
}

void TestCliBadInput::brokenFile_data()
{
    QTest::addColumn<Damage>("damage");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QStringList>("says");
    const auto add = [](const char* name, const Damage& damage, const QStringList& says,
                        const char* code = "DATA-011") { QTest::newRow(name) << damage << QString(code) << says; };
    using F = const MarketFiles&;
    const QString spot = "binance/spot.csv";
    const QString series = "binance BTC/USDT spot";
    add("missing", [=](F f) { f.remove(spot); }, {series});
    add("empty", [=](F f) { f.write(spot, ""); }, {series, "DATA-002 " + spot});
    add("only a header", [=](F f) { f.write(spot, f.line(spot, 1) + '\n'); }, {series, "DATA-002 " + spot});
    add("cut off", [=](F f) { f.write(spot, f.read(spot).chopped(30)); }, {series, "DATA-014 " + spot + ":241"});
    add("binary", [=](F f) { f.write(spot, QByteArray("\x1f\x8b\x08\x00\x00\x00", 6)); }, {series, "DATA-003 " + spot});
    add("header without a column", [=](F f) { f.changeLine(spot, 1, f.line(spot, 1).replace("close", "cloze")); },
        {series, spot});
    add("a cell too few", [=](F f) { f.changeLine(spot, 9, "2024-06-01T07:00:00Z,1,1,1"); },
        {series, "DATA-005 " + spot + ":9"});
    add("a cell too many", [=](F f) { f.changeLine(spot, 9, f.line(spot, 9) + ",5"); }, {"DATA-005 " + spot + ":9"});
    add("NaN", [=](F f) { f.changeCell(spot, 9, 1, "NaN"); }, {series, "DATA-006 " + spot + ":9", "open", "NaN"});
    add("infinity", [=](F f) { f.changeCell(spot, 9, 2, "inf"); }, {"DATA-006 " + spot + ":9", "high"});
    add("no number", [=](F f) { f.changeCell(spot, 9, 4, "n/a"); }, {"DATA-006 " + spot + ":9", "close", "n/a"});
    add("empty cell", [=](F f) { f.changeCell(spot, 9, 3, ""); }, {"DATA-006 " + spot + ":9", "low"});
    add("negative price", [=](F f) { f.changeCell(spot, 9, 3, "-1"); }, {"DATA-007 " + spot + ":9", "low", "-1"});
    add("price 0", [=](F f) { f.changeCell(spot, 9, 1, "0"); }, {"DATA-007 " + spot + ":9", "open"});
    add("high under low", [=](F f) { f.changeCell(spot, 9, 2, "1"); }, {"DATA-006 " + spot + ":9", "high"});
    add("no time stamp", [=](F f) { f.changeCell(spot, 9, 0, "noon"); }, {"DATA-008 " + spot + ":9", "noon"});
    add("unsorted",
        [=](F f) {
            const QByteArray ninth = f.line(spot, 9);
            f.changeLine(spot, 9, f.line(spot, 10));
            f.changeLine(spot, 10, ninth);
        },
        {series, "DATA-009 " + spot + ":10"});
    add("repeated stamp", [=](F f) { f.changeCell(spot, 9, 0, MarketFiles::hour(6).toUtf8()); },
        {"DATA-010 " + spot + ":9", "line 8"});
    add("funding NaN", [](F f) { f.changeCell("funding/okx.csv", 4, 1, "nan"); },
        {"okx BTCUSDT funding", "DATA-006 funding/okx.csv:4"});
    add("gas negative", [](F f) { f.changeCell("gas.csv", 4, 2, "-3"); }, {"gas", "DATA-007 gas.csv:4"});
    add("gas missing", [](F f) { f.remove("gas.csv"); }, {"gas", "chain.gas"});
    add("cost table", [](F f) { f.write("costs.json", R"({"BTC_USDT": {"10k": "x", "100k": 4, "1m": 8}})"); },
        {"costs", "DATA-006 costs.json:1"});
    // The first half can be read; a run on it alone would be another one than was asked for.
    add("one of two files",
        [=](F f) {
            const QByteArray all = f.read(spot);
            const auto middle = all.indexOf(MarketFiles::hour(120).toUtf8());
            f.write("binance/second.csv", f.line(spot, 1) + '\n' + all.mid(middle));
            f.write(spot, all.left(middle));
            f.changeCell("binance/second.csv", 7, 1, "NaN");
        },
        {series, "DATA-006 binance/second.csv:7"});
    add("two broken files",
        [=](F f) {
            f.changeCell(spot, 9, 1, "NaN");
            f.write("bybit/perp.csv", "");
        },
        {series, "bybit BTCUSDT perp", "DATA-006 " + spot + ":9", "1 more", "data check"});
    add(
        "no common period", [=](F f) { f.write(spot, f.read(spot).replace("2024-06-", "2025-06-")); },
        {series, "binance BTCUSDT perp"}, "DATA-012");
}

void TestCliBadInput::brokenFile()
{
    QFETCH(Damage, damage);
    QFETCH(QString, code);
    QFETCH(QStringList, says);
    const MarketFiles files;
    damage(files);
    QCOMPARE(tidyRefusal({"backtest", "--preset", "btc-basis", "--data", files.path()}, code, says), QString());
}

void TestCliBadInput::severalBrokenFiles()
{
    const MarketFiles files;
    files.changeCell("binance/spot.csv", 9, 1, "NaN");
    files.changeCell("bybit/perp.csv", 30, 3, "-1");
    files.write("bybit/eth.csv", "");
    files.changeCell("funding/okx.csv", 4, 0, "noon");
    const Ended e = cli({"data", "check", files.path()});
    QCOMPARE(e.status, kBadInput);
    // The preset needs that series twice, the second time in place of OKX's.
    QCOMPARE(files.backtest().err.count("binance BTC/USDT spot"), 1);
    for (const char* text : {"error  binance/spot.csv:9: ", "error  bybit/perp.csv:30: ", "error  bybit/eth.csv: ",
                             "error  funding/okx.csv:4: ", "DATA-006", "DATA-007", "DATA-002", "DATA-008", "4 error"})
        QVERIFY2(e.out.contains(text), qPrintable(text + (": " + e.out)));
    const Ended json = cli({"data", "check", files.path(), "--json", "-"});
    QCOMPARE(json.status, kBadInput);
    QStringList found;
    for (const QJsonValue& finding : json.json().object()["findings"].toArray())
        if (finding["severity"].toString() == "error")
            found << finding["file"].toString() + ":" + QString::number(finding["line"].toInt());
    QCOMPARE(found, (QStringList{"binance/spot.csv:9", "bybit/eth.csv:0", "bybit/perp.csv:30", "funding/okx.csv:4"}));
}

void TestCliBadInput::whatIsStoredStays()
{
    const Workplace place;
    const QStringList outputs{"--quiet", "--db", place.path("runs.db"), "--json", place.path("run.json")};
    QCOMPARE(cli(demoRun(outputs)).status, kDone);
    const QByteArray before = place.read("run.json");
    QCOMPARE(cli(demoRun(outputs + QStringList{"--capital", "0"})).status, kBadInput);
    const MarketFiles broken;
    broken.changeCell("gas.csv", 9, 2, "NaN");
    QCOMPARE(broken.backtest(outputs).status, kBadInput);
    QCOMPARE(storedRuns(place.path("runs.db")).size(), 1);
    QCOMPARE(place.read("run.json"), before);
}

void TestCliBadInput::harmlessFiles()
{
    const MarketFiles files;
    const QJsonValue digest = files.backtest({"--json", "-"}).json()["result_digest"];
    files.changeLine("binance/spot.csv", 9,
                     files.line("binance/spot.csv", 9) + '\n' + files.line("binance/spot.csv", 9));
    files.write("README.md", "what is here\n");
    files.write("bybit/other.csv", files.candles("bybit", "ETHUSDT", "futures", 3'000));
    files.changeCell("bybit/other.csv", 9, 1, "NaN"); // broken, but nothing that this run needs
    const Ended e = files.backtest({"--json", "-"});
    QCOMPARE(e.status, kDone);
    QCOMPARE(e.json()["result_digest"], digest);
    QCOMPARE(e.json()["warnings"].toArray().size(),
             files.backtest({"--json", "-"}).json()["warnings"].toArray().size());
}

void TestCliBadInput::unreadableFileIsAWarning()
{
    // Nobody knows what the file held, and every series is there: the run goes on and says so.
    const MarketFiles files;
    files.write("binance/later.csv", "");
    const Workplace place;
    const Ended e = files.backtest({"--json", "-", "--db", place.path("runs.db")});
    QCOMPARE(e.status, kDone);
    const auto told = [](const QJsonDocument& run) {
        QStringList texts;
        for (const QJsonValue& warning : run["warnings"].toArray())
            if (warning["kind"].toString() == "unreadable")
                texts << warning["text"].toString();
        return texts.join('\n');
    };
    QVERIFY(told(e.json()).contains("DATA-002 binance/later.csv"));
    const Ended stored = cli({"runs", "show", "--db", place.path("runs.db"), "--json", "-"});
    QCOMPARE(told(stored.json()), told(e.json()));
}

QTEST_GUILESS_MAIN(TestCliBadInput)
#include "tst_cli_bad_input.moc"
