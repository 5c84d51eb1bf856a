// SPDX-License-Identifier: GPL-3.0-or-later
// Every format of the readers on small files, and what is wrong with a file told with code, file and line.
#include "market_folder.h"
#include "market_rows.h"

#include <set>

using namespace carry;

class TestReaders : public QObject
{
    Q_OBJECT

  private slots:
    void namesAreStable();
    void everyFormat_data();
    void everyFormat();
    void recognisedButNotRead_data();
    void recognisedButNotRead();
    void badInput_data();
    void badInput();
    void noFolder();
    void nothingReadable();
    void brokenFileAlone();
    void cancelled();
    void filesInBytewiseOrder();
    void candleValues();
};

void TestReaders::namesAreStable()
{
    std::set<std::string_view> kinds, rules;
    for (int i = 0; i <= static_cast<int>(FindingKind::OffGrid); ++i)
        kinds.insert(toText(static_cast<FindingKind>(i)));
    for (int i = 0; i <= static_cast<int>(QualityRule::SkipOffGrid); ++i) {
        rules.insert(toText(static_cast<QualityRule>(i)));
        QVERIFY(ruleText(static_cast<QualityRule>(i)).ends_with('.'));
    }
    QCOMPARE(kinds.size(), std::size_t{17});
    QCOMPARE(rules.size(), std::size_t{21});
    QVERIFY(!kinds.contains("") && !rules.contains(""));
    QCOMPARE(text(toText(QualityRule::DropExactDuplicate)), "drop-exact-duplicate");
    QCOMPARE(text(toText(QualityRule::UseConfiguration)), "use-configuration");
    QCOMPARE(text(toText(FindingKind::MissingFunding)), "missing-funding");
    QCOMPARE(text(toText(FindingKind::Interpolated)), "interpolated");
    QCOMPARE(text(toText(FindingKind::FallingIndex)), "falling-index");
    QCOMPARE(text(toText(FindingSeverity::Error)), "error");
    QCOMPARE(text(describeSeries(kBinanceBtcSpot)), "binance BTC/USDT spot");
    QCOMPARE(text(describeSeries({Venue::Okx, Asset::BTC, SeriesKind::PerpCandles})), "okx BTCUSDT perp");
    QCOMPARE(text(describeSeries({Venue::Bybit, Asset::ETH, SeriesKind::Funding})), "bybit ETHUSDT funding");
}

void TestReaders::everyFormat_data()
{
    QTest::addColumn<std::string>("name");
    QTest::addColumn<std::string>("content");
    QTest::addColumn<QString>("format");
    QTest::addColumn<QString>("series");
    const auto row = [](const char* tag, const std::string& content, const char* format, const char* series,
                        const std::string& name = "file.csv") {
        QTest::newRow(tag) << name << content << QString(format) << QString(series);
    };
    row("binance spot", kPairHeader + bar(0), "candles", "binance BTC/USDT spot");
    row("binance perp",
        "timestamp,open,high,low,close,volume,source,symbol,data_type\n"
        "2024-01-01T00:00:00Z,1,2,1,2,9,binance_futures,ETHUSDT,futures\n",
        "candles", "binance ETHUSDT perp");
    row("bybit spot", kSymbolHeader + bybitBar("1,2,1,2", "spot"), "candles", "bybit ETH/USDT spot");
    row("bybit perp", kSymbolHeader + bybitBar("1,2,1,2", "futures"), "candles", "bybit ETHUSDT perp");
    row("okx perp",
        "timestamp,open,high,low,close,volume,source,symbol,data_type\n"
        "2024-08-01T00:00:00Z,1,2,1,2,9,okx,ETHUSDT,futures\n",
        "candles", "okx ETHUSDT perp");
    row("binance funding", kFundingHeader + "2024-01-01T00:00:00Z,0.0001,BTCUSDT,binance_futures\n", "funding",
        "binance BTCUSDT funding");
    row("bybit funding", kFundingHeader + "2024-01-01T00:00:00Z,-0.0001,ETHUSDT,bybit\n", "funding",
        "bybit ETHUSDT funding");
    row("okx funding", kFundingHeader + "2024-05-01T00:00:00Z,0.0001,BTCUSDT,okx\n", "funding", "okx BTCUSDT funding");
    row("backup alone", kFundingHeader + "2024-01-01T00:00:00.001000Z,0.0001,BTCUSDT,binance_futures\r\n", "funding",
        "binance BTCUSDT funding", "x.csv.backup");
    row("okx daily dump", kDumpHeader + "BTC-USDT-SWAP,SWAP,0.0001,0.0002,2024-05-01 00:00:00+00:00,2024-05-01\n",
        "okx-daily-dump", "okx BTCUSDT funding");
    row("gas", kGas, "gas", "gas");
    row("aave daily",
        kAaveHeader + "2024-01-01T00:00:00Z,1704067200,1,0x,weETH,1,0.01,1,0.02,0.1,5,0.0,4,3000,2024-01-01\n",
        "aave-daily", "aave.weETH");
    row("aave hourly", kAaveHourly, "aave-hourly", "aave.weETH", "aave_v3_weETH_rates_2024_hourly.csv");
    row("oracle in USD, epoch",
        "# Source: x\ntimestamp,oracle_price_usd,asset,source,quote_currency\n1704067200,0.99,USDT,x,USD\n", "oracle",
        "oracle.USDT_USD");
    row("oracle in ETH",
        "timestamp,oracle_price_eth,asset,source,quote_currency\n2024-05-13 00:00:00+00:00,1.038,weETH,x,ETH\n",
        "oracle", "oracle.weETH_ETH");
    row("peg", "timestamp,protocol_rate,asset,market_rate\n2024-05-13 04:00:00+00:00,1.038,weETH,1.037\n", "peg",
        "peg.weETH");
    row("benchmark", "date,protocol,symbol,apy_decimal,apr_decimal\n2024-02-16,ethena,sUSDE,0.247,0.22\n", "benchmark",
        "benchmark.sUSDe");
    row("benchmark in percent", "Timestamp,Date,Base,Reward\n1708041600,2024-02-16,24.71,\n", "defillama-apy",
        "benchmark.sUSDe", "ethena_sUSDe.csv");
    row("staking APY", "Timestamp,Date,Base,Reward\n1717545600,2024-06-05,3.49,\n", "defillama-apy", "staking.eETH",
        "supply-apy-eeth.csv");
    row("staking yield",
        "date,timestamp,symbol,base_staking_apr,base_staking_apy,daily_yield\n"
        "2024-05-12,2024-05-12T00:00:00+00:00Z,weETH,0.0028,0.0029,7.9e-06\n",
        "staking-yield", "staking.weETH");
    row("pool candles",
        "timestamp,date_utc,open,high,low,close,volume,pool_address,base_token,quote_token\n"
        "1728086400,2024-10-05T00:00:00+00:00Z,1,2,1,2,0,0xc2,EIGEN,WETH\n",
        "dex-candles", "dex.EIGENWETH");
    row("EIGEN", kEigenHeader + "2024-08-15,2024-10-05,2478088,1480684,532110,0.205\n", "eigen-distributions",
        "rewards.EIGEN");
    row("ETHFI", kEthfiHeader + "2024-10-18,2024-08-15,2024-10-05,500000,0.248\n", "ethfi-top-ups", "rewards.ETHFI");
}

void TestReaders::everyFormat()
{
    QFETCH(std::string, name);
    QFETCH(std::string, content);
    QFETCH(QString, format);
    QFETCH(QString, series);
    MarketFolder folder;
    folder.write(name, content);
    const MarketData data = folder.read();
    QCOMPARE(data.files.size(), std::size_t{1});
    QCOMPARE(text(data.files[0].path), text(name));
    QCOMPARE(text(data.files[0].format), format);
    QCOMPARE(data.files[0].bytes, static_cast<std::uint64_t>(content.size()));
    QVERIFY(data.files[0].used);
    QCOMPARE(data.report.coverage.size(), std::size_t{1});
    QCOMPARE(text(data.report.coverage[0].series), series);
    QCOMPARE(data.report.coverage[0].rows, std::uint64_t{1});
    QCOMPARE(data.candles.size() + data.funding.size() + data.frames.size(), std::size_t{1});
}

void TestReaders::recognisedButNotRead_data()
{
    QTest::addColumn<std::string>("name");
    QTest::addColumn<std::string>("content");
    QTest::addColumn<FindingKind>("kind");
    const auto row = [](const char* tag, const std::string& name, const std::string& content, FindingKind kind) {
        QTest::newRow(tag) << name << content << kind;
    };
    using enum FindingKind;
    row("margin file", "m.json", R"({"initial_margin_requirement": 0.05, "maintenance_margin_requirement": 0.1})",
        Placeholder);
    row("aave risk", "r.json", R"({"emode": {}, "standard": {}, "reserve_factors": {}})", Placeholder);
    row("cost summary", "s.json", R"({"pairs_covered": [], "size_buckets": [], "cost_ranges": {}})", Ignored);
    row("gas summary", "g.json", R"({"gas_price_stats": {}, "operation_costs": {}})", Ignored);
    row("parameter table", "p.csv", "\xef\xbb\xbf,WETH,wstETH,USDT\r\nFrozen,FALSE,FALSE,FALSE", Ignored);
    row("seasonal", "d.csv",
        "start_date,end_date,payout_date,event,reward_token\na,b,c,d,\"~5\xe2\x80\x93"
        "15\"\n",
        Ignored);
    row("checksums", "SUMS", std::string(64, 'a') + "  file.csv\n", Ignored);
    row("document", "notes.md", "# Title\n\ntext, with commas\n", Ignored);
    row("coin of nobody", "c.csv", kFundingHeader + "2024-01-01T00:00:00Z,0.0001,SOLUSDT,bybit\n", Ignored);
    row("unknown table", "u.csv", "a,b,c\n1,2,3\n", Unrecognised);
    row("unknown JSON", "u.json", "{\"a\": 1}", Unrecognised);
    row("settings", "u.ini", "[general]\na=1\n", Unrecognised);
}

void TestReaders::recognisedButNotRead()
{
    QFETCH(std::string, name);
    QFETCH(std::string, content);
    QFETCH(FindingKind, kind);
    MarketFolder folder;
    folder.write(name, content);
    folder.write("zz_gas.csv", kGas);
    const MarketData data = folder.read();
    QCOMPARE(data.report.findings.size(), std::size_t{1});
    const Finding& finding = data.report.findings[0];
    QCOMPARE(text(toText(finding.kind)), text(toText(kind)));
    QCOMPARE(finding.file, 0U);
    QVERIFY(!data.files[0].used);
    QCOMPARE(data.files[0].format.empty(), kind == FindingKind::Unrecognised);
    QCOMPARE(text(toText(finding.rule)), kind == FindingKind::Placeholder ? "use-configuration" : "skip-file");
}

void TestReaders::badInput_data()
{
    QTest::addColumn<std::string>("content");
    QTest::addColumn<QString>("code");
    QTest::addColumn<int>("line");
    const auto row = [](const char* tag, const std::string& content, const char* code, int line) {
        QTest::newRow(tag) << content << QString(code) << line;
    };
    const std::string& head = kPairHeader;
    row("empty", "", "DATA-002", 0);
    row("blank lines only", "\n\r\n \n", "DATA-002", 0);
    row("header only", head, "DATA-002", 0);
    row("dump header only", kDumpHeader, "DATA-002", 0);
    row("binary", std::string("PK\x03\x04\0\0stuff", 11), "DATA-003", 0);
    row("NUL far behind", head + bar(0) + std::string(70'000, '\n') + std::string(1, '\0'), "DATA-003", 0);
    row("mixed pairs", head + bar(0) + "2024-01-01T01:00:00Z,1,2,1,2,1,1,1,binance_spot,ETH/USDT\n", "DATA-004", 3);
    row("payout header only", kEthfiHeader, "DATA-002", 0);
    row("payout before the period's end", kEthfiHeader + "2024-10-05,2024-08-15,2024-10-05,5,0.2\n", "DATA-008", 2);
    row("period that ends before it begins", kEigenHeader + "2024-10-05,2024-10-04,5,5,5,0.2\n", "DATA-008", 2);
    row("payout as text", kEthfiHeader + "2024-10-18,2024-08-15,2024-10-05,5,~5\n", "DATA-006", 2);
    row("nothing earned", kEigenHeader + "2024-08-15,2024-10-05,0,5,5,0.2\n", "DATA-007", 2);
    row("too few columns", head + bar(0) + "2024-01-01T01:00:00Z,1,2\n" + bar(2), "DATA-005", 3);
    row("too many columns", head + bar(0) + "2024-01-01T01:00:00Z,1,2,1,2,1,1,1,binance_spot,BTC/USDT,9\n", "DATA-005",
        3);
    row("first row short", head + "2024-01-01T01:00:00Z,1,2\n", "DATA-005", 2);
    row("lone carriage return", head + bar(0) + "2024-01-01T01:00:00Z,1,2,1\r,2,1,1,1,binance_spot,BTC/USDT\n" + bar(2),
        "DATA-005", 3);
    row("not a number", head + bar(0) + bar(1, "abc,110,90,100"), "DATA-006", 3);
    row("empty number", head + bar(0) + bar(1, ",110,90,100"), "DATA-006", 3);
    row("nan", head + bar(0) + bar(1, "100,nan,90,100"), "DATA-006", 3);
    row("infinity", head + bar(0) + bar(1, "100,110,inf,100"), "DATA-006", 3);
    row("too large", head + bar(0) + bar(1, "100,110,90,1e999"), "DATA-006", 3);
    row("number with rest", head + bar(0) + bar(1, "100,110x,90,100"), "DATA-006", 3);
    row("high below low", head + bar(0) + bar(1, "100,90,110,100"), "DATA-006", 3);
    row("zero price", head + bar(0) + bar(1, "0,110,90,100"), "DATA-007", 3);
    row("negative price", head + bar(0) + bar(1, "100,110,90,-100"), "DATA-007", 3);
    row("bad stamp", head + bar(0) + "yesterday,1,2,1,2,1,1,1,binance_spot,BTC/USDT\n", "DATA-008", 3);
    row("local time", head + "2024-01-01T00:00:00+02:00,1,2,1,2,1,1,1,binance_spot,BTC/USDT\n", "DATA-008", 2);
    row("impossible date", head + "2024-02-30T00:00:00Z,1,2,1,2,1,1,1,binance_spot,BTC/USDT\n", "DATA-008", 2);
    row("year of another age", head + "0224-01-01T00:00:00Z,1,2,1,2,1,1,1,binance_spot,BTC/USDT\n", "DATA-008", 2);
    row("epoch far below zero", head + "-1470614706072007200,1,2,1,2,1,1,1,binance_spot,BTC/USDT\n", "DATA-008", 2);
    row("epoch of no known unit", head + "20240101,1,2,1,2,1,1,1,binance_spot,BTC/USDT\n", "DATA-008", 2);
    row("unsorted", head + bar(0) + bar(2) + bar(1), "DATA-009", 4);
    row("unsorted behind CRLF and comments", "# a\r\n# b\r\n" + head + bar(0) + "\r\n" + bar(2) + bar(1), "DATA-009",
        7);
    row("conflict", head + bar(0) + bar(1) + bar(1, "100,110,90,101"), "DATA-010", 4);
    row("conflict with an older row", head + bar(0) + bar(1) + bar(2) + bar(0, "100,110,90,101"), "DATA-010", 5);
    row("funding conflict",
        kFundingHeader + "2024-01-01T00:00:00Z,0.1,BTCUSDT,bybit\n2024-01-01T00:00:00Z,0.2,BTCUSDT,bybit\n", "DATA-010",
        3);
    row("funding unsorted",
        kFundingHeader + "2024-01-01T08:00:00Z,0.1,BTCUSDT,bybit\n2024-01-01T00:00:00Z,0.2,BTCUSDT,bybit\n", "DATA-009",
        3);
    row("funding of nan", kFundingHeader + "2024-01-01T00:00:00Z,NaN,BTCUSDT,bybit\n", "DATA-006", 2);
    row("cut in a row", head + bar(0) + "2024-01-01T01:00:00Z,100,110,90", "DATA-014", 3);
    row("cut in a stamp", head + bar(0) + "2024-01-", "DATA-014", 3);
    row("cut in the last cell", head + bar(0) + "2024-01-01T01:00:00Z,1,2,1,2,1,1,1,binance_spot,BTC/U", "DATA-014", 3);
    row("cut in a quoted cell", head + bar(0) + "2024-01-01T01:00:00Z,1,2,1,2,1,1,1,\"binance_\n", "DATA-014", 3);
    row("negative oracle price", "timestamp,oracle_price_eth,asset,quote_currency\n2024-05-13,-1,weETH,ETH\n",
        "DATA-007", 2);
    row("two stamps that disagree",
        kAaveHeader + "2024-01-02T00:00:00Z,1704067200,1,0x,WETH,1,0,1,0,0,5,0,4,3000,2024-01-01\n", "DATA-008", 2);
    row("missing column of a frame",
        "targetDate,symbol,liquidityIndex,variableBorrowIndex\n2024-01-01T00:00:00Z,WETH,1,1\n", "DATA-005", 1);
    row("cut JSON", "{\n  \"ETH_USDT\": {\n    \"10k\":", "DATA-014", 3);
    row("broken JSON", "{\n  \"a\": nonsense\n}\n", "DATA-004", 2);
    row("JSON number too large", R"({"ETH_USDT": {"10k": 1e999, "100k": 1, "1m": 1}})", "DATA-004", 0);
    row("no row of midnight", "timestamp,oracle_price_usd,asset,quote_currency\n2024-01-01 23:00:00+00:00,7,WETH,USD\n",
        "DATA-002", 0);
    row("cost nested very deeply",
        R"({"ETH_USDT": {"10k": )" + std::string(200'000, '[') + std::string(200'000, ']') +
            R"(, "100k": 1, "1m": 1}})",
        "DATA-006", 1);
    row("cost below zero", R"({"ETH_USDT": {"10k": -1, "100k": 1, "1m": 1}})", "DATA-006", 1);
}

void TestReaders::badInput()
{
    QFETCH(std::string, content);
    QFETCH(QString, code);
    QFETCH(int, line);
    MarketFolder folder;
    folder.write("sub/bad.csv", content);
    folder.write("sub/gas.csv", kGas);
    const MarketData data = folder.read();
    QCOMPARE(data.report.findings.size(), std::size_t{1});
    const Finding& finding = data.report.findings[0];
    QCOMPARE(text(toText(finding.kind)), "unreadable");
    QCOMPARE(text(toText(finding.severity)), "error");
    QCOMPARE(text(data.files[finding.file].path), "sub/bad.csv");
    QVERIFY2(text(finding.detail).startsWith(code), finding.detail.c_str());
    QVERIFY2(text(finding.detail).contains("sub/bad.csv"), finding.detail.c_str());
    QVERIFY2(!text(finding.detail).contains('{'), finding.detail.c_str());
    QCOMPARE(finding.line, static_cast<std::uint32_t>(line));
    QVERIFY(!data.files[finding.file].used);
    QCOMPARE(data.report.coverage.size(), std::size_t{1}); // the gas file is read all the same
}

void TestReaders::noFolder()
{
    const MarketFolder folder;
    const auto data = readMarketFolder(folder.path() / "absent");
    QVERIFY(!data);
    QCOMPARE(data.error().code(), ErrorCode::DataNotFound);
    QVERIFY(text(data.error().value("file")).endsWith("absent"));
}

void TestReaders::nothingReadable()
{
    MarketFolder folder;
    QCOMPARE(folder.tryRead().error().code(), ErrorCode::DataUnrecognised);
    folder.write("notes.md", "# notes\n");
    folder.write(".hidden/gas.csv", kGas);
    QCOMPARE(folder.tryRead().error().code(), ErrorCode::DataUnrecognised);
}

void TestReaders::brokenFileAlone()
{
    MarketFolder folder;
    folder.write("a.csv", kPairHeader + bar(0, "1,2,1,x"));
    const auto data = folder.tryRead();
    QCOMPARE(data.error().code(), ErrorCode::DataUnrecognised);
    QVERIFY(text(data.error().value("first")).startsWith("DATA-006 a.csv:2"));
}

void TestReaders::cancelled()
{
    MarketFolder folder;
    folder.write("a.csv", kGas);
    folder.write("b.csv", kFundingHeader + "2024-01-01T00:00:00Z,0.1,BTCUSDT,bybit\n");
    std::size_t last = 0;
    const auto whole = readMarketFolder(folder.path(), [&](std::size_t done, std::size_t found) {
        last = done;
        return found == 2;
    });
    QVERIFY(whole);
    QCOMPARE(last, std::size_t{2});
    for (const std::size_t until : {std::size_t{0}, std::size_t{1}}) {
        const auto data = readMarketFolder(folder.path(), [&](std::size_t done, std::size_t) { return done < until; });
        QCOMPARE(data.error().code(), ErrorCode::DataCancelled);
        QCOMPARE(text(data.error().codeText()), "DATA-015");
    }
}

void TestReaders::filesInBytewiseOrder()
{
    MarketFolder folder;
    for (const char* name : {"b.csv", "B.csv", "a/z.csv", "a.csv", "\xc3\xa4.csv"})
        folder.write(name, kGas);
    const MarketData data = folder.read();
    std::vector<std::string> names;
    for (const auto& file : data.files)
        names.push_back(file.path);
    QCOMPARE(names, (std::vector<std::string>{"B.csv", "a.csv", "a/z.csv", "b.csv", "\xc3\xa4.csv"}));
    // Five copies of a row are one row, and the four others are listed.
    QCOMPARE(coverageOf(data, "gas").rows, std::uint64_t{1});
    QCOMPARE(findingsOf(data, FindingKind::Duplicate, "gas").size(), std::size_t{4});
}

void TestReaders::candleValues()
{
    MarketFolder folder;
    folder.write("a.csv", kPairHeader + bar(0) + bar(1, "105,120.5,104,1.2e2"));
    const MarketData data = folder.read();
    QCOMPARE(text(data.name), text(folder.path().filename().string()));
    QVERIFY(!data.synthetic);
    const CandleSeries& candles = data.candles.at(kBinanceBtcSpot);
    QCOMPARE(candles.cadence, kHour);
    QCOMPARE(iso(candles.time.at(1)), "2024-01-01T01:00:00Z");
    QCOMPARE(candles.open, (std::vector<double>{100, 105}));
    QCOMPARE(candles.high, (std::vector<double>{110, 120.5}));
    QCOMPARE(candles.low, (std::vector<double>{90, 104}));
    QCOMPARE(candles.close, (std::vector<double>{105, 120}));
    QCOMPARE(candles.line, (std::vector<std::uint32_t>{2, 3}));
    QVERIFY(candles.parts.empty());
}

QTEST_APPLESS_MAIN(TestReaders)
#include "tst_readers.moc"
