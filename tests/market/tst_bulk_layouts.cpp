// SPDX-License-Identifier: GPL-3.0-or-later
// The layouts of Binance's public bulk downloads, as a person unpacks them.
#include "market_folder.h"

using namespace carry;

namespace
{

const std::string kHeader = "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,"
                            "taker_buy_quote_volume,ignore\n";
constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kJune2024 = 1'717'200'000'000; // 2024-06-01T00:00:00Z
constexpr std::int64_t kJuly2024 = 1'719'792'000'000;

//! A bar of `hours` hours from `openMs`; the factor 1000 makes microseconds.
std::string kline(std::int64_t openMs, const std::string& prices = "100,110,90,105", std::int64_t factor = 1,
                  int hours = 1)
{
    const std::int64_t end = (openMs + hours * kHourMs) * factor - 1;
    return std::to_string(openMs * factor) + "," + prices + ",12.5," + std::to_string(end) + ",1300.5,42,6.1,640.2,0\n";
}

std::string klines(std::int64_t first, int count)
{
    std::string rows;
    for (int i = 0; i < count; ++i)
        rows += kline(first + i * kHourMs);
    return rows;
}

} // namespace

class TestBulkLayouts : public QObject
{
    Q_OBJECT

  private slots:
    void marketFromPath_data();
    void marketFromPath();
    void withAndWithoutHeader();
    void columnsInAnotherOrder();
    void microseconds();
    void millisecondsThenMicroseconds();
    void monthsAreJoined();
    void monthsWithSeam();
    void monthsThatDisagree();
    void brokenMonth();
    void hourlyBeforeOtherBars();
    void projectFileWins();
    void otherCoinsAndPriceKinds();
    void badInput_data();
    void badInput();
    void fundingWithIntervals();
    void fundingMonths();
    void fundingBadInterval();
};

void TestBulkLayouts::marketFromPath_data()
{
    QTest::addColumn<std::string>("name");
    QTest::addColumn<QString>("series");
    const auto row = [](const char* name, const char* series) {
        QTest::newRow(name) << std::string(name) << QString(series);
    };
    row("spot/monthly/klines/BTCUSDT/1h/BTCUSDT-1h-2024-06.csv", "binance BTC/USDT spot");
    row("futures/um/monthly/klines/ETHUSDT/1h/ETHUSDT-1h-2024-06.csv", "binance ETHUSDT perp");
    row("um/BTCUSDT-1h-2024-06.csv", "binance BTCUSDT perp");
    row("BTCUSDT-1h-2024-06.csv", "binance BTC/USDT spot");
    row("futures/spot/BTCUSDT-1h-2024-06.csv", "binance BTC/USDT spot"); // the nearest folder decides
}

void TestBulkLayouts::marketFromPath()
{
    QFETCH(std::string, name);
    QFETCH(QString, series);
    MarketFolder folder;
    folder.write(name, klines(kJune2024, 2));
    const MarketData data = folder.read();
    QCOMPARE(data.report.coverage.size(), std::size_t{1});
    QCOMPARE(text(data.report.coverage[0].series), series);
}

void TestBulkLayouts::withAndWithoutHeader()
{
    MarketFolder folder;
    folder.write("spot/BTCUSDT-1h-2024-06.csv",
                 kline(kJune2024, "1,4,0.5,2") + kline(kJune2024 + kHourMs, "2,3,1,2.5"));
    folder.write("um/BTCUSDT-1h-2024-06.csv",
                 kHeader + kline(kJune2024, "1,4,0.5,2") + kline(kJune2024 + kHourMs, "2,3,1,2.5"));
    const MarketData data = folder.read();
    QCOMPARE(text(data.files[0].format), "binance-klines-headerless");
    QCOMPARE(text(data.files[1].format), "binance-klines");
    const CandleSeries& spot = data.candles.at(kBinanceBtcSpot);
    const CandleSeries& perp = data.candles.at(kBinanceBtcPerp);
    QCOMPARE(iso(spot.time[0]), "2024-06-01T00:00:00Z");
    QCOMPARE(spot.time, perp.time);
    QCOMPARE(spot.open, (std::vector<double>{1, 2}));
    QCOMPARE(spot.high, (std::vector<double>{4, 3}));
    QCOMPARE(spot.low, (std::vector<double>{0.5, 1}));
    QCOMPARE(spot.close, (std::vector<double>{2, 2.5}));
    QCOMPARE(spot.line, (std::vector<std::uint32_t>{1, 2}));
    QCOMPARE(perp.line, (std::vector<std::uint32_t>{2, 3}));
    QVERIFY(data.report.findings.empty());
}

void TestBulkLayouts::columnsInAnotherOrder()
{
    MarketFolder folder;
    folder.write("BTCUSDT-1h-2024-06.csv", "close,low,high,open,open_time,volume,close_time,quote_volume,count\n"
                                           "105,90,110,100,1717200000000,12.5,1717203599999,1300.5,42\n");
    const MarketData data = folder.read();
    const CandleSeries& candles = data.candles.at(kBinanceBtcSpot);
    QCOMPARE(candles.time, (std::vector<Time>{fromMs(kJune2024)}));
    QCOMPARE(candles.open, (std::vector<double>{100}));
    QCOMPARE(candles.low, (std::vector<double>{90}));
    QCOMPARE(candles.close, (std::vector<double>{105}));
}

void TestBulkLayouts::microseconds()
{
    MarketFolder folder;
    folder.write("spot/BTCUSDT-1h-2025-01.csv",
                 kline(1'735'689'600'000, "1,2,1,2", 1000) + kline(1'735'693'200'000, "2,3,1,2", 1000));
    const MarketData data = folder.read();
    const CandleSeries& spot = data.candles.at(kBinanceBtcSpot);
    QCOMPARE(iso(spot.time[0]), "2025-01-01T00:00:00Z");
    QCOMPARE(iso(spot.time[1]), "2025-01-01T01:00:00Z");
    QCOMPARE(spot.cadence, kHour);
}

void TestBulkLayouts::millisecondsThenMicroseconds()
{
    MarketFolder folder;
    folder.write("spot/BTCUSDT-1h-2024-12.csv", kline(1'735'682'400'000) + kline(1'735'686'000'000));
    folder.write("spot/BTCUSDT-1h-2025-01.csv", kline(1'735'689'600'000, "1,2,1,2", 1000));
    const MarketData data = folder.read();
    QCOMPARE(data.candles.at(kBinanceBtcSpot).time.size(), std::size_t{3});
    QCOMPARE(coverageOf(data, "binance BTC/USDT spot").holes, std::uint64_t{0});
    QVERIFY(data.report.findings.empty());
}

void TestBulkLayouts::monthsAreJoined()
{
    MarketFolder folder;
    // In path order the later month comes first.
    folder.write("spot/a/BTCUSDT-1h-2024-07.csv", klines(kJuly2024, 3));
    folder.write("spot/b/BTCUSDT-1h-2024-06.csv", klines(kJune2024, 30 * 24));
    const MarketData data = folder.read();
    const CandleSeries& spot = data.candles.at(kBinanceBtcSpot);
    QCOMPARE(spot.time.size(), std::size_t{30 * 24 + 3});
    QVERIFY(std::is_sorted(spot.time.begin(), spot.time.end()));
    QCOMPARE(spot.file, 1U);
    QCOMPARE(spot.parts.size(), std::size_t{1});
    QCOMPARE(spot.parts[0].begin, std::size_t{30 * 24});
    QCOMPARE(spot.parts[0].file, 0U);
    QCOMPARE(spot.line[30 * 24], 1U);
    QVERIFY(data.files[0].used && data.files[1].used);
    QVERIFY(data.report.findings.empty());
}

void TestBulkLayouts::monthsWithSeam()
{
    MarketFolder folder;
    folder.write("spot/BTCUSDT-1h-2024-06.csv", klines(kJune2024, 5));
    folder.write("spot/BTCUSDT-1h-2024-06-01.csv", klines(kJune2024 + 3 * kHourMs, 5));
    const MarketData data = folder.read();
    QCOMPARE(data.candles.at(kBinanceBtcSpot).time.size(), std::size_t{8});
    const auto found = findingsOf(data, FindingKind::Duplicate);
    QCOMPARE(found.size(), std::size_t{1});
    QCOMPARE(found[0].count, std::uint64_t{2});
    QCOMPARE(text(data.files[found[0].file].path), "spot/BTCUSDT-1h-2024-06-01.csv");
}

void TestBulkLayouts::monthsThatDisagree()
{
    MarketFolder folder;
    folder.write("spot/BTCUSDT-1h-2024-06.csv", klines(kJune2024, 5));
    folder.write("spot/BTCUSDT-1h-2024-07.csv",
                 kline(kJune2024 + 3 * kHourMs) + kline(kJune2024 + 4 * kHourMs, "1,2,1,2"));
    folder.write("um/BTCUSDT-1h-2024-06.csv", klines(kJune2024, 5));
    const MarketData data = folder.read();
    QVERIFY(!data.candles.contains(kBinanceBtcSpot));
    QVERIFY(data.candles.contains(kBinanceBtcPerp));
    const auto found = findingsOf(data, FindingKind::Unreadable);
    QCOMPARE(found.size(), std::size_t{1});
    QCOMPARE(text(data.files[found[0].file].path), "spot/BTCUSDT-1h-2024-07.csv");
    QCOMPARE(found[0].line, 2U);
    QVERIFY(text(found[0].detail).startsWith("DATA-010"));
    QVERIFY(text(found[0].detail).contains("line 5 of spot/BTCUSDT-1h-2024-06.csv"));
}

void TestBulkLayouts::brokenMonth()
{
    MarketFolder folder;
    folder.write("spot/BTCUSDT-1h-2024-06.csv", klines(kJune2024, 3));
    folder.write("spot/BTCUSDT-1h-2024-07.csv", kline(kJune2024 + 3 * kHourMs, "1,x,1,1"));
    folder.write("spot/BTCUSDT-1h-2024-08.csv", klines(kJune2024 + 4 * kHourMs, 3));
    const MarketData data = folder.read();
    QCOMPARE(data.candles.at(kBinanceBtcSpot).time.size(), std::size_t{6});
    QCOMPARE(findingsOf(data, FindingKind::Unreadable).size(), std::size_t{1});
    QCOMPARE(findingsOf(data, FindingKind::Hole).size(), std::size_t{1});
}

void TestBulkLayouts::hourlyBeforeOtherBars()
{
    MarketFolder folder;
    folder.write("spot/BTCUSDT-1d-2024-06.csv", kline(kJune2024, "1,2,1,2", 1, 24));
    folder.write("spot/BTCUSDT-1h-2024-06.csv", klines(kJune2024, 5));
    folder.write("spot/ETHUSDT-4h-2024-06.csv", kline(kJune2024, "1,2,1,2", 1, 4));
    const MarketData data = folder.read();
    QCOMPARE(data.candles.at(kBinanceBtcSpot).time.size(), std::size_t{5});
    QCOMPARE(data.candles.at({Venue::Binance, Asset::ETH, SeriesKind::SpotCandles}).time.size(), std::size_t{1});
    const auto found = findingsOf(data, FindingKind::Superseded);
    QCOMPARE(found.size(), std::size_t{1});
    QCOMPARE(text(data.files[found[0].file].path), "spot/BTCUSDT-1d-2024-06.csv");
}

void TestBulkLayouts::projectFileWins()
{
    MarketFolder folder;
    folder.write("spot/BTCUSDT-1h-2024-06.csv", klines(kJune2024, 5));
    folder.write("z.csv", "timestamp,open,high,low,close,volume,source,asset_pair\n"
                          "2024-06-01T00:00:00Z,1,2,1,2,9,binance_spot,BTC/USDT\n");
    const MarketData data = folder.read();
    QCOMPARE(data.candles.at(kBinanceBtcSpot).time.size(), std::size_t{1});
    QCOMPARE(findingsOf(data, FindingKind::Superseded).size(), std::size_t{1});
}

void TestBulkLayouts::otherCoinsAndPriceKinds()
{
    MarketFolder folder;
    folder.write("um/klines/BTCUSDT-1h-2024-06.csv", klines(kJune2024, 2));
    folder.write("um/klines/SOLUSDT-1h-2024-06.csv", klines(kJune2024, 2));
    folder.write("um/markPriceKlines/BTCUSDT-1h-2024-06.csv", klines(kJune2024, 2));
    folder.write("um/premiumIndexKlines/BTCUSDT-1h-2024-06.csv", klines(kJune2024, 2));
    const MarketData data = folder.read();
    QCOMPARE(data.report.coverage.size(), std::size_t{1});
    QCOMPARE(findingsOf(data, FindingKind::Ignored).size(), std::size_t{3});
    QCOMPARE(data.report.findings.size(), std::size_t{3});
}

void TestBulkLayouts::badInput_data()
{
    QTest::addColumn<std::string>("content");
    QTest::addColumn<QString>("code");
    QTest::addColumn<int>("line");
    const auto row = [](const char* tag, const std::string& content, const char* code, int line) {
        QTest::newRow(tag) << content << QString(code) << line;
    };
    row("header only", kHeader, "DATA-002", 0);
    row("short row", klines(kJune2024, 2) + "1717207200000,1,2\n" + kline(kJuly2024), "DATA-005", 3);
    row("header again", klines(kJune2024, 2) + kHeader, "DATA-008", 3);
    row("negative", kHeader + kline(kJune2024, "1,2,-1,2"), "DATA-007", 2);
    row("bad stamp", kHeader + kline(kJune2024) + kline(17), "DATA-008", 3);
    row("unsorted", kline(kJune2024 + kHourMs) + kline(kJune2024), "DATA-009", 2);
    row("conflict", kline(kJune2024) + kline(kJune2024, "1,2,1,2"), "DATA-010", 2);
    row("cut", klines(kJune2024, 2) + "1717207200000,1,2", "DATA-014", 3);
}

void TestBulkLayouts::badInput()
{
    QFETCH(std::string, content);
    QFETCH(QString, code);
    QFETCH(int, line);
    MarketFolder folder;
    folder.write("spot/BTCUSDT-1h-2024-06.csv", content);
    folder.write("um/ETHUSDT-1h-2024-06.csv", klines(kJune2024, 2));
    const MarketData data = folder.read();
    QVERIFY(!data.candles.contains(kBinanceBtcSpot));
    const auto found = findingsOf(data, FindingKind::Unreadable);
    QCOMPARE(found.size(), std::size_t{1});
    QVERIFY2(text(found[0].detail).startsWith(code), found[0].detail.c_str());
    QCOMPARE(text(data.files[found[0].file].path), "spot/BTCUSDT-1h-2024-06.csv");
    QCOMPARE(found[0].line, static_cast<std::uint32_t>(line));
}

void TestBulkLayouts::fundingWithIntervals()
{
    MarketFolder folder;
    folder.write("um/fundingRate/BTCUSDT-fundingRate-2024-06.csv",
                 "calc_time,funding_interval_hours,last_funding_rate\n"
                 "1717200000003,8,0.0001\n"
                 "1717228800000,8,0.00012\n"
                 "1717243200001,4,-0.0002\n"
                 "1717257600000,4,0.0003\n"
                 "1717286400000,4,0.0004\n");
    const MarketData data = folder.read();
    const FundingSeries& funding = data.funding.at(kBinanceBtcFunding);
    QCOMPARE(iso(funding.time[0]), "2024-06-01T00:00:00Z");
    QCOMPARE(iso(funding.time[2]), "2024-06-01T12:00:00Z");
    QCOMPARE(funding.rate, (std::vector<double>{0.0001, 0.00012, -0.0002, 0.0003, 0.0004}));
    QCOMPARE(funding.intervalHours, (std::vector<std::uint8_t>{8, 8, 4, 4, 4}));
    QCOMPARE(findingsOf(data, FindingKind::SnappedStamp).at(0).count, std::uint64_t{2});
    const auto missing = findingsOf(data, FindingKind::MissingFunding);
    QCOMPARE(missing.size(), std::size_t{1}); // 20:00 of a 4 h grid
    QCOMPARE(missing[0].line, 6U);
    QCOMPARE(missing[0].count, std::uint64_t{1});
}

void TestBulkLayouts::fundingMonths()
{
    MarketFolder folder;
    const std::string head = "calc_time,funding_interval_hours,last_funding_rate\n";
    folder.write("BTCUSDT-fundingRate-2024-05.csv", head + "1717171200000,8,0.1\n1717200000000,8,0.2\n");
    folder.write("BTCUSDT-fundingRate-2024-06.csv", head + "1717200000007,8,0.2\n1717228800000,8,0.3\n");
    const MarketData data = folder.read();
    QCOMPARE(data.funding.at(kBinanceBtcFunding).rate, (std::vector<double>{0.1, 0.2, 0.3}));
    QCOMPARE(findingsOf(data, FindingKind::Duplicate).size(), std::size_t{1});
}

void TestBulkLayouts::fundingBadInterval()
{
    MarketFolder folder;
    folder.write("BTCUSDT-fundingRate-2024-05.csv",
                 "calc_time,funding_interval_hours,last_funding_rate\n1717171200000,0,0.1\n");
    folder.write("BTCUSDT-1h-2024-06.csv", klines(kJune2024, 2));
    const MarketData data = folder.read();
    QVERIFY(data.funding.empty());
    QVERIFY(text(findingsOf(data, FindingKind::Unreadable).at(0).detail).startsWith("DATA-006"));
}

QTEST_APPLESS_MAIN(TestBulkLayouts)
#include "tst_bulk_layouts.moc"
