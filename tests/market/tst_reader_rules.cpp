// SPDX-License-Identifier: GPL-3.0-or-later
// What the readers do with rows that repeat, miss, disagree or come late, and with files that offer the same series.
#include "market_folder.h"
#include "market_rows.h"

#include <cmath>

using namespace carry;

class TestReaderRules : public QObject
{
    Q_OBJECT

  private slots:
    void linesWithCommentsBlankLinesAndQuotes();
    void repeatedRows();
    void holes();
    void malformedStamps();
    void snappedFunding();
    void okxLabels();
    void okxConsolidatedTwins();
    void dailyDump();
    void dailyDumpOfManyInstruments();
    void dailyDumpConflict();
    void supersededFiles();
    void missingFunding();
    void framesAndMissingCells();
    void framesWithOtherColumns();
    void midnightRows();
    void payouts();
    void benchmarkFromPercent();
    void costTable();
    void costsThatDifferOverTime();
};

void TestReaderRules::linesWithCommentsBlankLinesAndQuotes()
{
    MarketFolder folder;
    folder.write("a.csv",
                 "\xef\xbb\xbf# one\r\n# two, with comma\r\ntimestamp,oracle_price_eth,asset,source,quote_currency\r\n"
                 "2024-05-13,1.03,weETH,\"a, \"\"quoted\"\"\nsource\",ETH\r\n"
                 "\r\n"
                 "2024-05-14,\"1.04\",weETH,b,ETH");
    const MarketData data = folder.read();
    const FrameSeries& frame = data.frames.at("oracle.weETH_ETH");
    QCOMPARE(frame.line, (std::vector<std::uint32_t>{4, 7}));
    QCOMPARE(*frame.column("oracle_price_eth"), (std::vector<double>{1.03, 1.04}));
    QVERIFY(!frame.column("absent"));
}

void TestReaderRules::repeatedRows()
{
    MarketFolder folder;
    std::string otherVolume = bar(2);
    otherVolume.replace(otherVolume.find(",1,100"), 6, ",2,100");
    folder.write("a.csv", kPairHeader + bar(0) + bar(0) + bar(1) + bar(2) + otherVolume + bar(1) + bar(3));
    const MarketData data = folder.read();
    QCOMPARE(data.candles.at(kBinanceBtcSpot).line, (std::vector<std::uint32_t>{2, 4, 5, 8}));
    const auto duplicates = findingsOf(data, FindingKind::Duplicate);
    QCOMPARE(duplicates.size(), std::size_t{2});
    QCOMPARE(duplicates[0].line, 3U);
    QCOMPARE(iso(duplicates[0].from), "2024-01-01T00:00:00Z");
    QCOMPARE(text(duplicates[0].series), "binance BTC/USDT spot");
    QCOMPARE(duplicates[1].line, 7U);
    const auto twins = findingsOf(data, FindingKind::Twin);
    QCOMPARE(twins.size(), std::size_t{1});
    QCOMPARE(twins[0].line, 6U);
}

void TestReaderRules::holes()
{
    MarketFolder folder;
    folder.write("a.csv", kPairHeader + bar(0) + bar(1) + bar(5) + bar(6) + bar(8));
    const MarketData data = folder.read();
    const auto found = findingsOf(data, FindingKind::Hole);
    QCOMPARE(found.size(), std::size_t{2});
    QCOMPARE(found[0].line, 4U);
    QCOMPARE(iso(found[0].from), "2024-01-01T01:00:00Z");
    QCOMPARE(iso(found[0].to), "2024-01-01T05:00:00Z");
    QCOMPARE(found[0].count, std::uint64_t{3});
    QCOMPARE(found[1].count, std::uint64_t{1});
    QCOMPARE(text(toText(found[0].severity)), "warning");
    const Coverage coverage = coverageOf(data, "binance BTC/USDT spot");
    QCOMPARE(coverage.holes, std::uint64_t{4});
    QCOMPARE(coverage.rows, std::uint64_t{5});
    QCOMPARE(coverage.cadence, kHour);
    QCOMPARE(iso(coverage.first), "2024-01-01T00:00:00Z");
    QCOMPARE(iso(coverage.last), "2024-01-01T08:00:00Z");
}

void TestReaderRules::malformedStamps()
{
    MarketFolder folder;
    folder.write("a.csv", "timestamp,open,high,low,close,volume,source,symbol,data_type\n"
                          "2024-01-01T00:00:00Z,1,2,1,2,9,bybit,BTCUSDT,spot\n"
                          "2024-01-01T01:00:00+00:00Z,1,2,1,2,9,bybit,BTCUSDT,spot\n"
                          "2024-01-01T02:00:00+00:00Z,1,2,1,2,9,bybit,BTCUSDT,spot\n");
    const MarketData data = folder.read();
    const auto found = findingsOf(data, FindingKind::MalformedStamp);
    QCOMPARE(found.size(), std::size_t{1});
    QCOMPARE(found[0].line, 3U);
    QCOMPARE(found[0].count, std::uint64_t{2});
    QCOMPARE(coverageOf(data, "bybit BTC/USDT spot").rows, std::uint64_t{3});
}

void TestReaderRules::snappedFunding()
{
    MarketFolder folder;
    folder.write("a.csv", kFundingHeader + "2024-01-01T00:00:00Z,0.1,BTCUSDT,binance_futures\n"
                                           "2024-01-01T08:00:00.016000Z,0.2,BTCUSDT,binance_futures\n"
                                           "2024-01-01T15:59:00Z,0.3,BTCUSDT,binance_futures\n"
                                           "2024-01-02T00:01:01Z,0.4,BTCUSDT,binance_futures\n");
    const MarketData data = folder.read();
    const FundingSeries& funding = data.funding.at(kBinanceBtcFunding);
    QCOMPARE(funding.time, (std::vector<Time>{at("2024-01-01"), at("2024-01-01T08:00Z"), at("2024-01-01T16:00Z"),
                                              at("2024-01-02T00:01:01Z")}));
    QCOMPARE(funding.rate, (std::vector<double>{0.1, 0.2, 0.3, 0.4}));
    QCOMPARE(funding.intervalHours, (std::vector<std::uint8_t>{0, 0, 0, 0}));
    const auto found = findingsOf(data, FindingKind::SnappedStamp);
    QCOMPARE(found.size(), std::size_t{1});
    QCOMPARE(found[0].count, std::uint64_t{2});
    QCOMPARE(found[0].line, 3U);
    QCOMPARE(text(toText(found[0].rule)), "snap-within-minute");
}

void TestReaderRules::okxLabels()
{
    MarketFolder folder;
    folder.write("a.csv",
                 kFundingHeader + "2024-05-01T00:00:00.003Z,0.1,BTCUSDT,okx\n2024-05-01T08:00:00Z,0.2,BTCUSDT,okx\n");
    folder.write("b.csv", "timestamp,open,high,low,close,volume,source,symbol,data_type\n"
                          "2024-05-01T00:00:00Z,1,2,1,2,9,okx,ETHUSDT,futures\n");
    const MarketData data = folder.read();
    const FundingSeries& funding = data.funding.at(kOkxBtcFunding);
    QCOMPARE(funding.time, (std::vector<Time>{at("2024-04-30T16:00Z"), at("2024-05-01")}));
    const auto found = findingsOf(data, FindingKind::ShiftedLabel);
    QCOMPARE(found.size(), std::size_t{1}); // candles carry true UTC labels
    QCOMPARE(found[0].count, std::uint64_t{2});
    QCOMPARE(found[0].file, 0U);
    QCOMPARE(iso(coverageOf(data, "okx ETHUSDT perp").first), "2024-05-01T00:00:00Z");
}

void TestReaderRules::okxConsolidatedTwins()
{
    MarketFolder folder;
    folder.write("a.csv",
                 kFundingHeader + "2024-05-01T00:00:00Z,0.1,BTCUSDT,okx\n2024-05-01T00:00:00Z,0.2,BTCUSDT,okx\n");
    folder.write("gas.csv", kGas);
    const MarketData data = folder.read();
    QVERIFY(data.funding.empty());
    const auto found = findingsOf(data, FindingKind::Unreadable);
    QCOMPARE(found.size(), std::size_t{1});
    QCOMPARE(found[0].line, 3U);
    QVERIFY(text(found[0].detail).startsWith("DATA-010"));
    QVERIFY(text(found[0].detail).contains("first in line 2"));
}

void TestReaderRules::dailyDump()
{
    MarketFolder folder;
    folder.write("a.csv", kDumpHeader + "BTC-USDT-SWAP,SWAP,0.0001,0.00022,2024-05-01 16:00:00+00:00,2024-05-01\n"
                                        "ETH-USDT-SWAP,SWAP,0.0003,0.0004,2024-05-01 08:00:00+00:00,2024-05-01\n"
                                        "BTC-USDT-SWAP,SWAP,0.0005,0.0006,2024-05-01 00:00:00+00:00,2024-05-01\n"
                                        "BTC-USDT-SWAP,SWAP,0.0007,0.0008,2024-05-01 08:00:00+00:00,2024-05-01\n"
                                        "BTC-USDT-SWAP,SWAP,-0.00031,0.00022,2024-05-01 16:00:00+00:00,2024-05-01\n"
                                        "ETH-USDT-SWAP,SWAP,0.0003,0.0004,2024-05-01 08:00:00+00:00,2024-05-01\n");
    const MarketData data = folder.read();
    const FundingSeries& btc = data.funding.at(kOkxBtcFunding);
    QCOMPARE(btc.time, (std::vector<Time>{at("2024-04-30T16:00Z"), at("2024-05-01"), at("2024-05-01T08:00Z")}));
    QCOMPARE(btc.rate, (std::vector<double>{0.0006, 0.0008, 0.00022}));
    QCOMPARE(btc.line, (std::vector<std::uint32_t>{4, 5, 2}));
    QCOMPARE(data.funding.at(kOkxEthFunding).rate, (std::vector<double>{0.0004}));
    const auto twins = findingsOf(data, FindingKind::Twin);
    QCOMPARE(twins.size(), std::size_t{1});
    QCOMPARE(text(twins[0].detail), "0.0001 | -0.00031");
    QCOMPARE(twins[0].line, 6U);
    QCOMPARE(iso(twins[0].from), "2024-05-01T08:00:00Z");
    QCOMPARE(text(toText(twins[0].rule)), "use-real-funding-rate");
    const auto duplicates = findingsOf(data, FindingKind::Duplicate);
    QCOMPARE(duplicates.size(), std::size_t{1});
    QCOMPARE(duplicates[0].line, 7U);
    QCOMPARE(findingsOf(data, FindingKind::ShiftedLabel).size(), std::size_t{1});
}

void TestReaderRules::dailyDumpOfManyInstruments()
{
    MarketFolder folder;
    folder.write("2024-05-01.csv", kDumpHeader + "DOGE-USDT-SWAP,SWAP,0.1,0.1,2024-05-01 00:00:00+00:00,2024-05-01\n"
                                                 "BTC-USD-SWAP,SWAP,0.1,0.1,2024-05-01 00:00:00+00:00,2024-05-01\n"
                                                 "BTC-USDT-SWAP,SWAP,0.1,0.2,2024-05-01 08:00:00+00:00,2024-05-01\n");
    folder.write("2024-05-02.csv", kDumpHeader + "BTC-USDT-SWAP,SWAP,0.1,0.3,2024-05-01 16:00:00+00:00,2024-05-02\n");
    const MarketData data = folder.read();
    QCOMPARE(data.funding.size(), std::size_t{1});
    const FundingSeries& btc = data.funding.at(kOkxBtcFunding);
    QCOMPARE(btc.rate, (std::vector<double>{0.2, 0.3}));
    QCOMPARE(btc.line, (std::vector<std::uint32_t>{4, 2}));
    QCOMPARE(btc.parts.size(), std::size_t{1});
    QCOMPARE(btc.parts[0].begin, std::size_t{1});
    QCOMPARE(btc.parts[0].file, 1U);
}

void TestReaderRules::dailyDumpConflict()
{
    MarketFolder folder;
    folder.write("a.csv", kDumpHeader + "BTC-USDT-SWAP,SWAP,0.0001,0.00022,2024-05-01 16:00:00+00:00,2024-05-01\n"
                                        "BTC-USDT-SWAP,SWAP,0.0001,0.00023,2024-05-01 16:00:00+00:00,2024-05-01\n");
    folder.write("gas.csv", kGas);
    const MarketData data = folder.read();
    QVERIFY(data.funding.empty());
    const auto found = findingsOf(data, FindingKind::Unreadable);
    QCOMPARE(found.size(), std::size_t{1});
    QCOMPARE(found[0].line, 3U);
    QVERIFY(text(found[0].detail).startsWith("DATA-010 a.csv:3: 2024-05-01 16:00:00+00:00 stands twice"));
}

void TestReaderRules::supersededFiles()
{
    MarketFolder folder;
    folder.write("binance.csv", kFundingHeader + "2024-01-01T00:00:00Z,0.1,BTCUSDT,binance_futures\n");
    folder.write("binance.csv.backup", kFundingHeader + "2024-01-01T00:00:00Z,0.2,BTCUSDT,binance_futures\n");
    folder.write("okx.csv", kFundingHeader + "2024-05-01T00:00:00Z,0.1,BTCUSDT,okx\n");
    folder.write("okx_dump.csv", kDumpHeader + "BTC-USDT-SWAP,SWAP,0.1,0.2,2024-05-01 00:00:00+00:00,2024-05-01\n");
    folder.write("weETH_rates.csv",
                 kAaveHeader + "2024-05-13T00:00:00Z,1715558400,1,0x,weETH,1.5,0,1.5,0,,5,,4,3000,2024-05-13\n");
    folder.write("weETH_rates_hourly.csv", kAaveHourly);
    const MarketData data = folder.read();
    QCOMPARE(data.funding.at(kBinanceBtcFunding).rate, (std::vector<double>{0.1}));
    QCOMPARE(data.funding.at(kOkxBtcFunding).rate, (std::vector<double>{0.2}));
    QCOMPARE(*data.frames.at("aave.weETH").column("liquidityIndex"), (std::vector<double>{1.5}));
    const auto found = findingsOf(data, FindingKind::Superseded);
    QCOMPARE(found.size(), std::size_t{3});
    QCOMPARE(text(data.files[found[0].file].path), "binance.csv.backup");
    QCOMPARE(text(toText(found[0].rule)), "prefer-csv-over-backup");
    QCOMPARE(text(found[0].detail), "binance.csv");
    QCOMPARE(text(data.files[found[1].file].path), "okx.csv");
    QCOMPARE(text(toText(found[1].rule)), "prefer-daily-dump");
    QCOMPARE(text(data.files[found[2].file].path), "weETH_rates_hourly.csv");
    QCOMPARE(text(toText(found[2].rule)), "prefer-daily-over-hourly");
    for (const Finding& finding : found)
        QVERIFY(!data.files[finding.file].used);
}

void TestReaderRules::missingFunding()
{
    MarketFolder folder;
    folder.write("a.csv", kFundingHeader +
                              "2024-01-01T00:00:00Z,0.1,BTCUSDT,bybit\n2024-01-02T00:00:00Z,0.1,BTCUSDT,bybit\n"
                              "2024-01-03T00:00:00Z,0.1,BTCUSDT,bybit\n2024-01-03T08:00:00Z,0.1,BTCUSDT,bybit\n");
    const MarketData data = folder.read();
    // Most rows are a day apart, but settlements are expected every 8 hours all the same.
    const auto found = findingsOf(data, FindingKind::MissingFunding);
    QCOMPARE(found.size(), std::size_t{2});
    QCOMPARE(found[0].line, 3U);
    QCOMPARE(found[0].count, std::uint64_t{2});
    QCOMPARE(coverageOf(data, "bybit BTCUSDT funding").holes, std::uint64_t{4});
}

void TestReaderRules::framesAndMissingCells()
{
    MarketFolder folder;
    folder.write("eeth.csv", "Timestamp,Date,Base,Reward\n1717545600,2024-06-05,3.50,\n1717632000,2024-06-06,0,1.25\n"
                             "1717718400,2024-06-07,3,\n");
    const MarketData data = folder.read();
    const FrameSeries& frame = data.frames.at("staking.eETH");
    QCOMPARE(frame.columns, (std::vector<std::string>{"base_apy", "reward_apy"}));
    QCOMPARE((*frame.column("base_apy"))[0], 0.035);
    QCOMPARE((*frame.column("base_apy"))[1], 0.0); // a late report, not a gap
    QVERIFY(std::isnan((*frame.column("reward_apy"))[0]));
    QCOMPARE((*frame.column("reward_apy"))[1], 0.0125);
    const auto found = findingsOf(data, FindingKind::MissingValue);
    QCOMPARE(found.size(), std::size_t{1});
    QCOMPARE(found[0].count, std::uint64_t{2});
    QCOMPARE(found[0].line, 2U);
    QCOMPARE(text(found[0].detail), "reward_apy");
}

void TestReaderRules::framesWithOtherColumns()
{
    MarketFolder folder;
    folder.write("a.csv", "date,timestamp,symbol,base_staking_apr,base_staking_apy,daily_yield\n"
                          "2024-05-12,2024-05-12T00:00:00Z,eETH,0.0028,0.0029,7.9e-06\n");
    folder.write("eeth.csv", "Timestamp,Date,Base,Reward\n1715558400,2024-05-13,3.49,\n");
    const MarketData data = folder.read();
    const FrameSeries& frame = data.frames.at("staking.eETH");
    QCOMPARE(frame.columns.size(), std::size_t{3});
    QCOMPARE(frame.time, (std::vector<Time>{at("2024-05-12")}));
    const auto found = findingsOf(data, FindingKind::Unreadable, "staking.eETH");
    QCOMPARE(found.size(), std::size_t{1});
    QCOMPARE(found[0].file, 1U);
    QVERIFY2(text(found[0].detail).startsWith("DATA-005"), found[0].detail.c_str());
}

void TestReaderRules::midnightRows()
{
    MarketFolder folder;
    folder.write("weETH_rates_hourly.csv", kAaveHourly);
    folder.write("oracle.csv",
                 "timestamp,oracle_price_usd,asset,source,quote_currency\n2024-01-01 23:00:00+00:00,7,WETH,x,USD\n"
                 "2024-01-02 00:00:00+00:00,8,WETH,x,USD\n2024-01-02 01:00:00+00:00,9,WETH,x,USD\n");
    const MarketData data = folder.read();
    QCOMPARE(*data.frames.at("oracle.WETH_USD").column("oracle_price_usd"), (std::vector<double>{8}));
    // Without daily snapshots the hourly file serves, but no more than its midnight rows.
    QCOMPARE(*data.frames.at("aave.weETH").column("liquidityIndex"), (std::vector<double>{1.011}));
    QCOMPARE(*data.frames.at("aave.weETH").column("price"), (std::vector<double>{3001}));
    const auto found = findingsOf(data, FindingKind::Interpolated);
    QCOMPARE(found.size(), std::size_t{2});
    QCOMPARE(found[0].count, std::uint64_t{2});
    QCOMPARE(text(toText(found[0].rule)), "use-midnight-rows");
}

void TestReaderRules::payouts()
{
    MarketFolder folder;
    folder.write("e.csv", kEigenHeader + "2024-08-15,2024-10-05,2478088,1480684,532110,0.205\n"
                                         "2024-10-06,2024-10-12,300,1000,500,9\n"
                                         "2024-10-13,2024-10-19,300,1000,200,9\n"
                                         "2024-11-10,2024-11-16,150,1000,500,9\n");
    folder.write("t.csv", kEthfiHeader + "2024-10-18,2024-08-15,2024-10-05,500000,0.248\n");
    const MarketData data = folder.read();
    const FrameSeries& eigen = data.frames.at("rewards.EIGEN");
    QCOMPARE(*eigen.column("tokens_per_eeth"), (std::vector{2478088.0 / 2012794, 0.2, 0.25, 0.1})); // not the file's
    QCOMPARE(*eigen.column("period_days"), (std::vector{52.0, 7.0, 7.0, 7.0}));
    QCOMPARE(iso(eigen.time[1]), "2024-10-13T00:00:00Z"); // its last day is over
    const FrameSeries& ethfi = data.frames.at("rewards.ETHFI");
    QCOMPARE(*ethfi.column("tokens_per_eeth"), (std::vector{0.248}));
    QCOMPARE(iso(ethfi.time[0]), "2024-10-18T00:00:00Z");
    QVERIFY(data.report.findings.empty()); // a month between payouts is no hole
}

void TestReaderRules::benchmarkFromPercent()
{
    MarketFolder folder;
    folder.write("susde.csv", "Timestamp,Date,Base,Reward\n1708041600,2024-02-16,24.71,\n1708128000,2024-02-17,0,\n");
    const MarketData data = folder.read();
    const FrameSeries& frame = data.frames.at("benchmark.sUSDe");
    QVERIFY(std::abs((*frame.column("apy"))[0] - 0.2471) < 1e-15);
    QVERIFY(std::abs((*frame.column("apr"))[0] - 0.22088766647247238) < 1e-12);
    QVERIFY(std::isnan((*frame.column("apy"))[1]) && std::isnan((*frame.column("apr"))[1]));
    QCOMPARE(findingsOf(data, FindingKind::MissingValue).size(), std::size_t{1});
}

void TestReaderRules::costTable()
{
    MarketFolder folder;
    folder.write("c.json", R"({"ETH_USDT": {"10k": {"2024-01-01": 5, "2024-01-02": 5}, "100k": 7, "1m": 13.5},
                               "BTC/USDT": {"10k": 1, "100k": 2, "1m": 3},
                               "BTCUSDT-PERP": {"10k": 3, "100k": 4, "1m": 8}, "ETH_weETH": {"10k": 20, "100k": 24, "1m": 35}})");
    const MarketData data = folder.read();
    QVERIFY(data.files[0].used);
    QCOMPARE(data.costs.size(), std::size_t{4});
    QCOMPARE(data.costs.at("ETH/USDT").upTo10k, 5.0);
    QCOMPARE(data.costs.at("ETH/USDT").upTo100k, 7.0);
    QCOMPARE(data.costs.at("ETH/USDT").above, 13.5);
    QCOMPARE(data.costs.at("BTC/USDT").above, 3.0);
    QCOMPARE(data.costs.at("BTC perp").upTo100k, 4.0);
    QCOMPARE(data.costs.at("ETH/weETH").above, 35.0);
    QVERIFY(data.report.findings.empty());
}

void TestReaderRules::costsThatDifferOverTime()
{
    MarketFolder folder;
    folder.write("c.json",
                 R"({"ETH_USDT": {"10k": {"2024-01-03": 6, "2024-01-01": 5, "2024-01-02": 5}, "100k": 7, "1m": 13}})");
    const MarketData data = folder.read();
    QCOMPARE(data.costs.at("ETH/USDT").upTo10k, 6.0);
    QCOMPARE(data.report.findings.size(), std::size_t{1});
    QCOMPARE(data.report.findings[0].count, std::uint64_t{2});
    QCOMPARE(text(toText(data.report.findings[0].severity)), "warning");
    QVERIFY(text(data.report.findings[0].detail).contains("2024-01-03"));
    folder.write("d.json", R"({"ETH_USDT": {"10k": 9, "100k": 7, "1m": 13}})");
    const MarketData both = folder.read();
    QCOMPARE(both.costs.at("ETH/USDT").upTo10k, 6.0);
    QCOMPARE(findingsOf(both, FindingKind::Unreadable).size(), std::size_t{1});
}

QTEST_APPLESS_MAIN(TestReaderRules)
#include "tst_reader_rules.moc"
