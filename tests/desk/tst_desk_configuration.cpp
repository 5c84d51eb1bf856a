// SPDX-License-Identifier: GPL-3.0-or-later
// Bad input: presets, keys, flows and periods. Every refusal has a code and says where.
#include "support/driven_run.h"

#include <QTemporaryDir>
#include <rapidcheck.h>

#include <fstream>
#include <sys/stat.h>

using namespace carry;
using namespace carry::test;

namespace
{

QString codeOf(const Error& error)
{
    return text(errorInfo(error.code()).text);
}

template <class T> QString codeOf(const Result<T>& result)
{
    return result ? QString() : codeOf(result.error());
}

QString codeOf(ErrorCode code)
{
    return text(errorInfo(code).text);
}

//! A configuration file for one test.
class ConfigurationFile
{
  public:
    explicit ConfigurationFile(std::string_view content) : m_path(m_folder.filePath("run.toml").toStdString())
    {
        std::ofstream(m_path, std::ios::binary) << content;
    }
    const std::string& path() const { return m_path; }

  private:
    QTemporaryDir m_folder;
    std::string m_path;
};

} // namespace

class TestDeskConfiguration : public QObject
{
    Q_OBJECT

  private slots:
    void presets()
    {
        const auto presets = listPresets();
        QStringList names;
        for (const auto& preset : presets) {
            names << text(preset.name);
            QVERIFY(!preset.summary.empty());
            const auto loaded = RunConfiguration::load(preset.name);
            QVERIFY2(loaded.has_value(), loaded ? "" : describe(loaded.error()).c_str());
            QCOMPARE(text(loaded->presetName()), text(preset.name));
            QCOMPARE(text(loaded->strategy().name), text(preset.strategy));
        }
        names.sort();
        QCOMPARE(
            names.join(' '),
            QString("atomic-leveraged-staking-seed btc-basis btc-basis-reference btc-basis-seed demo-tour eth-basis "
                    "eth-basis-reference eth-leveraged eth-leveraged-loop eth-leveraged-reference-atomic "
                    "eth-leveraged-reference-loop eth-staking leveraged-staking-seed pure-lending-eth "
                    "pure-lending-usdt staking-hedged staking-hedged-leveraged staking-hedged-leveraged-loop"));
    }

    //! The reference presets override every default that would make a difference, and differ in their proxies only.
    void referencePresets()
    {
        auto btc = configured("btc-basis-reference").values().resolved();
        const auto eth = configured("eth-basis-reference").values().resolved();
        for (const auto& [key, value] : eth) {
            if (key.starts_with("data.proxy.") || key.starts_with("instruments.") || key.ends_with(".tiers"))
                continue;
            QCOMPARE(text(key + "=" + value), text(key + "=" + btc[key]));
        }
        QCOMPARE(text(btc["slippage.model"]), QString("none"));
        QCOMPARE(text(btc["execution.rounding"]), QString("none"));
        QCOMPARE(text(btc["risk.actions"]), QString("false"));
        QCOMPARE(text(btc["basis.rebalance"]), QString("false"));
        QCOMPARE(text(btc["chain.gas_reserve_eth"]), QString("0"));
    }

    void unknownPreset()
    {
        const auto loaded = RunConfiguration::load("btc-bassis");
        QCOMPARE(codeOf(loaded), codeOf(ErrorCode::ConfUnknownPreset));
        QCOMPARE(text(loaded.error().value("found")), QString("btc-bassis"));
        QCOMPARE(codeOf(RunConfiguration::load("")), codeOf(ErrorCode::ConfUnknownPreset));
    }

    void missingFile()
    {
        for (const char* path : {"/nowhere/run.toml", "run-that-is-not-there.toml", "/"})
            QCOMPARE(codeOf(RunConfiguration::load(path)), codeOf(ErrorCode::ConfFile));
        QCOMPARE(codeOf(RunConfiguration::load(std::string(10'000, 'x') + ".toml")), codeOf(ErrorCode::ConfFile));
    }

    //! The TOML library would go into a table for each dot until the stack ends.
    void keyOfTooManyDots()
    {
        const QTemporaryDir folder;
        const std::string path = folder.filePath("run.toml").toStdString();
        std::ofstream out(path);
        out << "strategy = \"btc_basis\"\na";
        for (int i = 0; i < 100'000; ++i)
            out << ".a";
        out << " = 1\n";
        out.close();
        QCOMPARE(codeOf(RunConfiguration::load(path)), codeOf(ErrorCode::ConfSyntax));
    }

    //! Nobody writes into the pipe: whoever opened it would wait for ever.
    void pipeForAFile()
    {
        const QTemporaryDir folder;
        const std::string path = folder.filePath("run.toml").toStdString();
        QCOMPARE(::mkfifo(path.c_str(), 0600), 0);
        QCOMPARE(codeOf(RunConfiguration::load(path)), codeOf(ErrorCode::ConfFile));
    }

    void badFile_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("inMessage");
        const auto row = [](const char* name, const char* content, ErrorCode code, const char* line,
                            const char* in = "") {
            QTest::newRow(name) << QByteArray(content) << codeOf(code) << QString(line) << QString::fromUtf8(in);
        };
        using enum ErrorCode;
        row("empty", "", ConfSyntax, "1", "strategy");
        row("no strategy", "capital = 1000.0\n", ConfSyntax, "1", "strategy");
        row("strategy is no text", "strategy = 3\n", ConfSyntax, "1", "strategy");
        row("unknown strategy", "strategy = \"btc_bassis\"\n", StratUnknown, "");
        row("syntax", "strategy = \"btc_basis\"\n\ncapital = = 3\n", ConfSyntax, "3");
        row("open text", "strategy = \"btc_basis\n", ConfSyntax, "1");
        row("no table end", "strategy = \"btc_basis\"\n[basis\nx = 1\n", ConfSyntax, "2");
        row("key twice", "strategy = \"btc_basis\"\ncapital = 5.0\ncapital = 6.0\n", ConfSyntax, "3");
        row("bytes", "strategy = \"btc_\xff\xfe\"\n", ConfSyntax, "1");
        row("unknown key", "strategy = \"btc_basis\"\n[basis]\nspot_fractoin = 0.5\n", ConfUnknownKey, "3",
            "did you mean 'basis.spot_fraction'?");
        row("unknown table", "strategy = \"btc_basis\"\n[zzzzzzzzzzzzzzzzzzzzzzzz]\nq = 1\n", ConfUnknownKey, "3");
        row("text for a number", "strategy = \"btc_basis\"\ncapital = \"much\"\n", ConfType, "2", "a number");
        row("number for text", "strategy = \"btc_basis\"\nshare_class = 5\n", ConfType, "2", "USDT | ETH | BTC");
        row("fraction for a whole number", "strategy = \"btc_basis\"\n[funding.interval_hours]\nokx = 7.5\n", ConfType,
            "3", "a whole number");
        row("text for true", "strategy = \"btc_basis\"\n[risk]\nactions = \"yes\"\n", ConfType, "3", "true or false");
        row("no such choice", "strategy = \"btc_basis\"\n[margin]\nmode = \"half\"\n", ConfType, "3",
            "cross | isolated");
        row("no time", "strategy = \"btc_basis\"\n[basis]\nexit_at = \"soon\"\n", ConfType, "3");
        row("list", "strategy = \"btc_basis\"\ncapital = [1, 2]\n", ConfSyntax, "2", "capital");
        row("date", "strategy = \"btc_basis\"\ncapital = 2024-06-01\n", ConfSyntax, "2", "capital");
        row("zero", "strategy = \"btc_basis\"\ncapital = 0\n", ConfRange, "2");
        row("negative", "strategy = \"btc_basis\"\ncapital = -100.0\n", ConfRange, "2");
        row("not a number", "strategy = \"btc_basis\"\ncapital = nan\n", ConfType, "2");
        row("infinite", "strategy = \"btc_basis\"\ncapital = inf\n", ConfType, "2");
        row("above", "strategy = \"btc_basis\"\n[basis]\nspot_fraction = 1.5\n", ConfRange, "3", "0.01");
        row("leverage", "strategy = \"btc_basis\"\n[margin]\nmax_leverage = 0.5\n", ConfRange, "3");
    }

    void badFile()
    {
        QFETCH(QByteArray, content);
        QFETCH(QString, code);
        QFETCH(QString, line);
        QFETCH(QString, inMessage);
        const ConfigurationFile file(content.toStdString());
        const auto loaded = RunConfiguration::load(file.path());
        QCOMPARE(codeOf(loaded), code);
        const Error& error = loaded.error();
        QCOMPARE(text(error.value("line")), line);
        if (!line.isEmpty())
            QCOMPARE(text(error.value("file")), text(file.path()));
        QVERIFY2(text(describe(error)).contains(inMessage), describe(error).c_str());
        QVERIFY2(line.isEmpty() || contains(text(describe(error)), "run.toml"), describe(error).c_str());
    }

    void goodFile()
    {
        const ConfigurationFile file("strategy = \"eth_basis\"\nsummary = \"mine\"\ncapital = 2500 # whole number\n"
                                     "[weights]\nbinance = 0\nbybit = 1\nokx = 0\n[risk.margin_ratio]\nwarn = 0.25\n");
        const auto loaded = RunConfiguration::load(file.path());
        QVERIFY2(loaded.has_value(), loaded ? "" : describe(loaded.error()).c_str());
        QCOMPARE(text(loaded->presetName()), QString("run"));
        QCOMPARE(loaded->values().number("capital"), 2'500.0);
        QCOMPARE(loaded->values().number("risk.margin_ratio.warn"), 0.25);
        QCOMPARE(loaded->strategy().base, Asset::ETH);
    }

    //! Whatever stands in a file: a configuration or an error, never the end of the program.
    void anyFile()
    {
        const std::string good = "strategy = \"btc_basis\"\ncapital = 1000.5\n[weights]\nbinance = 0.4\n[risk.basis]\n"
                                 "warn = 1e-2\n[basis]\nrebalance = true\nexit_at = \"2024-06-01T00:00:00Z\"\n";
        QVERIFY(rc::check("a broken file is refused", [&good] {
            std::string content = good;
            for (int i = *rc::gen::inRange(1, 6); i > 0; --i) {
                const auto at = *rc::gen::inRange<std::size_t>(0, content.size());
                const char c = *rc::gen::element('=', '[', ']', '"', '\'', '{', '}', ',', '.', '\n', '#', '\\', '0',
                                                 'e', '-', '\0', '\xc3', '\xff');
                switch (*rc::gen::inRange(0, 3)) {
                case 0:
                    content[at] = c;
                    break;
                case 1:
                    content.insert(at, 1, c);
                    break;
                default:
                    content.erase(at, *rc::gen::inRange<std::size_t>(1, 9));
                    break;
                }
            }
            const ConfigurationFile file(content);
            const auto loaded = RunConfiguration::load(file.path());
            if (!loaded)
                RC_ASSERT(loaded.error().component() == "CONF" || loaded.error().component() == "STRAT");
        }));
    }

    void assignments_data()
    {
        QTest::addColumn<QString>("assignment");
        QTest::addColumn<QString>("code");
        const auto row = [](const char* assignment, const char* code) {
            QTest::newRow(assignment) << QString(assignment) << QString(code);
        };
        const auto name = [](ErrorCode code) { return errorInfo(code).text.data(); };
        using enum ErrorCode;
        row("capital", name(ConfUsage));
        row("", name(ConfUsage));
        row("=5", name(ConfUnknownKey));
        row("capitl=5", name(ConfUnknownKey));
        row("capital=", name(ConfType));
        row("capital=abc", name(ConfType));
        row("capital=5x", name(ConfType));
        row("capital=nan", name(ConfType));
        row("capital=-nan", name(ConfType));
        row("capital=inf", name(ConfType));
        row("capital=1e400", name(ConfType));
        row("capital=0", name(ConfRange));
        row("capital=-1", name(ConfRange));
        row("capital=1e13", name(ConfRange));
        row("funding.interval_hours.okx=8.5", name(ConfType));
        row("funding.interval_hours.okx=0", name(ConfRange));
        row("funding.interval_hours.okx=99999999999999999999", name(ConfType));
        row("risk.actions=1", name(ConfType));
        row("margin.mode=Cross", name(ConfType));
        row("basis.exit_at=2024-06-31T00:00:00Z", name(ConfType));
        row(" capital = 5000 ", "");
        row("basis.exit_at=", "");
        row("basis.exit_at=2024-06-30T00:00:00Z", "");
        row("flows.schedule=2024-06-30T00:00:00Z +5", "");
    }

    void assignments()
    {
        QFETCH(QString, assignment);
        QFETCH(QString, code);
        auto configuration = configured("btc_basis");
        const auto before = configuration.values().resolved();
        QCOMPARE(codeOf(configuration.apply(assignment.toStdString())), code);
        QVERIFY(code.isEmpty() || configuration.values().resolved() == before);
    }

    void hint()
    {
        auto configuration = configured("btc_basis");
        const auto refused = configuration.apply("fees.binance.spot_takr=0.1");
        QVERIFY(contains(text(describe(refused.error())), "did you mean 'fees.binance.spot_taker'?"));
    }

    //! What only the whole configuration shows.
    void combinations_data()
    {
        QTest::addColumn<QString>("assignment");
        QTest::addColumn<QString>("code");
        const auto row = [](const char* assignment, ErrorCode code) {
            QTest::newRow(assignment) << QString(assignment) << codeOf(code);
        };
        using enum ErrorCode;
        row("weights.okx=0.31", ConfWeights);
        row("weights.okx=0", ConfWeights);
        row("share_class=ETH", StratShareClass);
        row("risk.margin_ratio.warn=0.1", ConfThresholds);
        row("risk.margin_ratio.warn=0.12", ConfThresholds);
        row("risk.drawdown.warn=0.2", ConfThresholds);
        row("risk.margin_target=0.2", ConfThresholds);
        row("margin.okx.tiers=0:0.2", ConfMargin);
        row("margin.okx.tiers=100:0.004", ConfMargin);
        row("margin.okx.tiers=0:0.004,0:0.005", ConfMargin);
        row("margin.okx.tiers=", ConfMargin);
        row("margin.okx.tiers=0:nan", ConfMargin);
        row("margin.max_leverage=125", ConfMargin); // a tier then lies above the initial margin
        row("instruments.okx.perp_lot=0", ConfType);
        row("instruments.okx.perp_lot=x", ConfType);
        row("flows.schedule=tomorrow +5", ConfType);
        row("flows.schedule=2030-01-01T00:00:00Z +5", ConfRange);
        row("flows.schedule=2020-01-01T00:00:00Z -5", ConfRange);
    }

    void combinations()
    {
        QFETCH(QString, assignment);
        QFETCH(QString, code);
        MadeMarket market(48);
        const auto setup = prepareRun(configured("btc_basis", {assignment.toStdString()}), market.data(), {});
        QCOMPARE(codeOf(setup), code);
        QVERIFY(!describe(setup.error()).empty());
    }

    void filterThresholds()
    {
        MadeMarket market(48);
        const auto setup =
            prepareRun(configured("btc_basis", {"funding_filter.enabled=true", "funding_filter.enter_above=-0.1"}),
                       market.data(), {});
        QCOMPARE(codeOf(setup), codeOf(ErrorCode::ConfThresholds));
    }

    void flows()
    {
        const auto read = parseFlows("2024-09-01T00:00:00Z +20000, 2024-08-01 -1500.25,\n 2024-09-01T00:00:00Z 7");
        QVERIFY(read.has_value());
        QCOMPARE(read->size(), std::size_t{3});
        QCOMPARE(read->at(0).time, at("2024-08-01")); // by time, in the order given where equal
        QCOMPARE(text(read->at(0).amount.toString()), QString("-1500.25"));
        QCOMPARE(text(read->at(1).amount.toString()), QString("20000"));
        QCOMPARE(text(read->at(2).amount.toString()), QString("7"));
        QVERIFY(parseFlows("")->empty());
        QVERIFY(parseFlows("  \n")->empty());
    }

    void badFlows_data()
    {
        QTest::addColumn<QString>("schedule");
        for (const char* schedule :
             {"2024-09-01T00:00:00Z", "+20000", "2024-09-01T00:00:00Z +", "2024-09-01T00:00:00Z 0",
              "2024-13-01T00:00:00Z +5", "2024-09-01T00:00:00Z +5; 2024-10-01T00:00:00Z +5",
              "2024-09-01T00:00:00+02:00 +5", "2024-09-01T00:00:00Z 1e5", "2024-09-01T00:00:00Z nan",
              "2024-09-01T00:00:00Z +5,,2024-10-01T00:00:00Z +5", ",",
              "2024-09-01T00:00:00Z 999999999999999999999999999"})
            QTest::newRow(schedule) << QString(schedule);
    }

    void badFlows()
    {
        QFETCH(QString, schedule);
        const auto read = parseFlows(schedule.toStdString());
        QCOMPARE(codeOf(read), codeOf(ErrorCode::ConfType));
        QCOMPARE(text(read.error().value("key")), QString("flows.schedule"));
    }

    void periods()
    {
        MadeMarket market(24 * 10);
        const MarketData data = market.data();
        const auto prepared = [&](std::optional<Time> from, std::optional<Time> to) {
            return prepareRun(configured("btc_basis"), data, {from, to});
        };
        QCOMPARE(codeOf(prepared(market.hour(50), market.hour(49))), codeOf(ErrorCode::ConfPeriod));
        QCOMPARE(codeOf(prepared(at("2023-01-01"), at("2023-02-01"))), codeOf(ErrorCode::DataPeriodEmpty));
        QCOMPARE(codeOf(prepared(at("2025-01-01"), at("2025-02-01"))), codeOf(ErrorCode::DataPeriodEmpty));
        QCOMPARE(codeOf(prepared(market.hour(5), at("2025-02-01"))), codeOf(ErrorCode::DataPeriodEmpty));
        QCOMPARE(codeOf(prepared(at("2023-01-01"), std::nullopt)), codeOf(ErrorCode::DataPeriodEmpty));
        const auto empty = prepared(at("2025-01-01"), at("2025-02-01"));
        QVERIFY(contains(text(describe(empty.error())), "2024-06-01T00:00:00Z to 2024-06-10T16:00:00Z"));
        const auto one = prepared(market.hour(5), market.hour(5));
        QVERIFY(one.has_value());
        QCOMPARE(one->tape->size(), std::size_t{1});
    }

    //! One step is a run, too: figures that need time are empty with a reason.
    void oneStep()
    {
        MadeMarket market(24);
        DrivenRun run(configured("btc_basis", kNoGas + kNoLatency), market.data(), {market.hour(5), market.hour(5)});
        run.finish();
        QCOMPARE(problems(run), QString());
        QCOMPARE(run.summary.steps, std::size_t{1});
        QVERIFY(!run.summary.performance.apr.value);
        QCOMPARE(run.summary.performance.apr.reason, EmptyReason::ZeroDuration);
        QCOMPARE(run.summary.performance.sharpe.reason, EmptyReason::TooFewDays);
    }

    //! Everything that is missing, in one list.
    void missingSeries()
    {
        MadeMarket market(48);
        MarketData data = market.data();
        data.candles.erase({Venue::Okx, Asset::BTC, SeriesKind::PerpCandles});
        data.funding.erase({Venue::Bybit, Asset::BTC, SeriesKind::Funding});
        data.frames.clear();
        const auto setup = prepareRun(configured("btc_basis"), data, {});
        QCOMPARE(codeOf(setup), codeOf(ErrorCode::DataSeriesMissing));
        const QString list = text(setup.error().value("series"));
        for (const char* series : {"okx BTCUSDT perp", "bybit BTCUSDT funding", "gas"})
            QVERIFY2(contains(list, series), qPrintable(list));
        QVERIFY2(!contains(list, "binance"), qPrintable(list));
        // A named proxy helps; without gas none is needed.
        data.funding[{Venue::Bybit, Asset::BTC, SeriesKind::Funding}] =
            data.funding[{Venue::Okx, Asset::BTC, SeriesKind::Funding}];
        QVERIFY(prepareRun(configured("btc_basis", kNoGas + Assignments{"data.proxy.okx.perp=binance"}), data, {})
                    .has_value());
    }

    void noData()
    {
        QCOMPARE(codeOf(openData("/nowhere")), codeOf(ErrorCode::DataNotFound));
        QTemporaryDir empty;
        const auto opened = openData(empty.path().toStdString());
        QVERIFY(!opened.has_value());
        QCOMPARE(text(opened.error().component()), QString("DATA"));
        MarketData nothing;
        QCOMPARE(codeOf(prepareRun(configured("btc_basis"), nothing, {})), codeOf(ErrorCode::DataSeriesMissing));
    }
};

QTEST_APPLESS_MAIN(TestDeskConfiguration)
#include "tst_desk_configuration.moc"
