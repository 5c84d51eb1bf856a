// SPDX-License-Identifier: GPL-3.0-or-later
// On-chain series of the real files: what the readers make of them, and traps 7 and 8 of the manifest on the tape.
// Expected values are those of the manifest or were looked up in the files. Without the files the tests are skipped.
#include "made_market.h"

#include "market_folder.h"

#include <cmath>
#include <cstdlib>

using namespace carry;

namespace
{

std::filesystem::path marketFolder()
{
    if (const char* named = std::getenv("CARRYDESK_MARKET_DATA"))
        return named;
    return std::filesystem::path(CARRYDESK_SOURCE_DIR) / ".." / "shared" / "market-data";
}

enum Frame : std::size_t { DebtIndex, DebtGrowth, DebtRate, SupplyIndex, SupplyGrowth, Ratio, RatioGrowth, Peg };

TapeRequest stakingRequest()
{
    TapeRequest request;
    request.legs = {{Venue::Bybit, Asset::ETH, Product::Spot, std::nullopt}};
    request.frames = {{"aave.WETH", "variableBorrowIndex"},
                      {"aave.WETH", "variableBorrowIndex", FrameUse::Geometric},
                      {"aave.WETH", "currentVariableBorrowRate"},
                      {"aave.weETH", "liquidityIndex"},
                      {"aave.weETH", "liquidityIndex", FrameUse::Geometric},
                      {"oracle.weETH_ETH", "oracle_price_eth"},
                      {"oracle.weETH_ETH", "oracle_price_eth", FrameUse::Geometric},
                      {"peg.weETH", "market_rate"}};
    request.gas = true;
    return request;
}

//! Simple growth a year from a to b, the interval a day.
double annualGrowth(double a, double b)
{
    return (b / a - 1) * 365;
}

} // namespace

class TestRealFrames : public QObject
{
    Q_OBJECT

  private slots:
    void initTestCase();
    void framesOfTheDesk_data();
    void framesOfTheDesk();
    void indicesNeverFall();
    void span();
    void trap7SnapshotsHoldAllDay();
    void trap7HourlyFileLoses();
    void trap8TrustTheIndex();
    void everyMidnight();
    void eigenIsRecomputed();
    void ethfiTopUps();
    void seasonalDropsAreNotRead();

  private:
    MarketView view(const char* iso) const { return made::viewAt(*m_tape, at(iso)); }
    MarketData m_data;
    std::shared_ptr<const Tape> m_tape;
};

void TestRealFrames::initTestCase()
{
    if (!std::filesystem::is_directory(marketFolder()))
        QSKIP("skipped: no market data");
    auto data = readMarketFolder(marketFolder());
    QVERIFY2(data.has_value(), data ? "" : describe(data.error()).c_str());
    m_data = std::move(*data);
    m_tape = made::build(m_data, stakingRequest());
}

void TestRealFrames::framesOfTheDesk_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("column");
    QTest::addColumn<QString>("first");
    QTest::addColumn<int>("rows");
    QTest::addColumn<double>("value");
    const auto row = [](const char* id, const char* column, const char* first, int rows, double value) {
        QTest::addRow("%s %s", id, column) << QString(id) << QString(column) << QString(first) << rows << value;
    };
    row("aave.USDT", "liquidityIndex", "2024-01-01T00:00:00Z", 547, 1.0361969326346498);
    row("aave.WETH", "variableBorrowIndex", "2024-01-01T00:00:00Z", 547, 1.0328689505465785);
    row("aave.weETH", "liquidityIndex", "2024-05-12T00:00:00Z", 415, 1.0000404383063015);
    row("aave.wstETH", "liquidityIndex", "2024-05-12T00:00:00Z", 415, 1.0005409591782448);
    // The file begins at 01:00.
    row("oracle.weETH_ETH", "oracle_price_eth", "2024-05-13T00:00:00Z", 414, 1.0381712119204847);
    row("oracle.wstETH_ETH", "oracle_price_eth", "2024-05-13T00:00:00Z", 414, 1.1663913710912037);
    row("oracle.USDT_USD", "oracle_price_usd", "2024-01-01T00:00:00Z", 547, 0.99965);
    row("peg.weETH", "market_rate", "2024-05-13T04:00:00Z", 9932, 1.03754788941237);
    row("dex.EIGENWETH", "close", "2024-10-05T00:00:00Z", 6456, 0);
    row("dex.ETHFIWETH", "close", "2024-04-01T00:00:00Z", 10944, 0);
    row("rewards.EIGEN", "tokens_per_eeth", "2024-10-06T00:00:00Z", 39, 2478088.0 / (1480684 + 532110));
    row("rewards.ETHFI", "tokens_per_eeth", "2024-10-18T00:00:00Z", 7, 0.248);
}

void TestRealFrames::framesOfTheDesk()
{
    QFETCH(QString, id);
    QFETCH(QString, column);
    QFETCH(QString, first);
    QFETCH(int, rows);
    QFETCH(double, value);
    const FrameSeries& frame = m_data.frames.at(id.toStdString());
    QCOMPARE(iso(frame.time.front()), first);
    QCOMPARE(frame.time.size(), static_cast<std::size_t>(rows));
    const auto* values = frame.column(column.toStdString());
    QVERIFY(values != nullptr);
    if (value != 0)
        QCOMPARE(values->front(), value);
    QCOMPARE(coverageOf(m_data, id.toStdString()).holes, std::uint64_t{0});
}

void TestRealFrames::indicesNeverFall()
{
    QVERIFY(made::findingsOf(*m_tape, FindingKind::FallingIndex).empty());
    QVERIFY(m_tape->findings().empty()); // nor is anything missing
}

void TestRealFrames::span()
{
    QCOMPARE(iso(m_tape->start()), "2024-05-13T04:00:00Z"); // the peg's first hour
    QCOMPARE(iso(m_tape->end()), "2025-06-30T00:00:00Z");   // the last daily rows
    auto request = stakingRequest();
    request.from = at("2024-05-13T04:00:00Z");
    request.to = at("2025-06-30T23:00:00Z");
    QCOMPARE(made::refusal(m_data, request), QString("built"));
    request.frames.pop_back();
    request.from = at("2024-05-12T01:00:00Z"); // the file has a row there, but an interpolated one
    QCOMPARE(made::refusal(m_data, request), QString("DATA-013"));
    request.from = at("2024-05-13T00:00:00Z");
    QCOMPARE(made::refusal(m_data, request), QString("built"));
}

void TestRealFrames::trap7SnapshotsHoldAllDay()
{
    const MarketView midnight = view("2024-10-01T00:00:00Z"), five = view("2024-10-01T05:00:00Z");
    for (const Frame frame : {DebtIndex, DebtRate, SupplyIndex, Ratio}) {
        QVERIFY(five.frame(frame) == midnight.frame(frame));
        QCOMPARE(iso(five.frameObserved(frame)), "2024-10-01T00:00:00Z");
    }
    // Growth between the snapshots is the desk's own, not the straight line of the hourly files.
    for (const Frame frame : {DebtGrowth, SupplyGrowth, RatioGrowth}) {
        const double a = midnight.frame(frame), b = view("2024-10-02T00:00:00Z").frame(frame);
        const double line = a + (b - a) * 5 / 24;
        QVERIFY(five.frame(frame) > a && five.frame(frame) < line);
        QVERIFY(std::abs(five.frame(frame) / (a * std::pow(b / a, 5.0 / 24)) - 1) < 1e-15);
    }
    QCOMPARE(iso(five.frameObserved(Peg)), "2024-10-01T05:00:00Z"); // a market price of that hour
}

void TestRealFrames::trap7HourlyFileLoses()
{
    int listed = 0;
    for (const Finding& finding : findingsOf(m_data, FindingKind::Superseded, "aave.weETH")) {
        const SourceFile& file = m_data.files[finding.file];
        QVERIFY(text(file.path).endsWith("_hourly.csv") && !file.used);
        QVERIFY(finding.rule == QualityRule::PreferDailyOverHourly);
        ++listed;
    }
    QCOMPARE(listed, 1);
}

void TestRealFrames::trap8TrustTheIndex()
{
    const MarketView today = view("2024-07-05T00:00:00Z"), tomorrow = view("2024-07-06T00:00:00Z");
    QVERIFY(std::abs(today.frame(DebtRate) - 0.226) < 5e-4);
    QVERIFY(std::abs(annualGrowth(today.frame(DebtGrowth), tomorrow.frame(DebtGrowth)) - 0.034) < 5e-4);
    double previous = today.frame(DebtGrowth);
    for (Time t = today.time() + kHour; t <= tomorrow.time(); t += kHour) { // evenly over the day
        const double index = made::viewAt(*m_tape, t).frame(DebtGrowth);
        QVERIFY(std::abs((index / previous - 1) * 365 * 24 - 0.034) < 5e-4);
        previous = index;
    }
}

void TestRealFrames::everyMidnight()
{
    auto request = stakingRequest();
    request.frames.pop_back();
    request.grid = kDay;
    const auto days = made::build(m_data, request);
    QCOMPARE(days->size(), std::size_t{414});
    QCOMPARE(iso(days->start()), "2024-05-13T00:00:00Z");
    QCOMPARE(iso(days->end()), "2025-06-30T00:00:00Z");
    const auto& ratio = *m_data.frames.at("oracle.weETH_ETH").column("oracle_price_eth");
    for (std::size_t step = 0; step < days->size(); ++step) {
        QVERIFY(MarketView(*days, step).frame(Ratio) == ratio[step]); // QCOMPARE would allow 1e-12
        QVERIFY(MarketView(*days, step).frame(RatioGrowth) == ratio[step]);
    }
}

void TestRealFrames::eigenIsRecomputed()
{
    const FrameSeries& eigen = m_data.frames.at("rewards.EIGEN");
    const auto& perEeth = *eigen.column("tokens_per_eeth");
    const auto& days = *eigen.column("period_days");
    QCOMPARE(days.front(), 52.0);
    QCOMPARE(days.back(), 8.0);
    QCOMPARE(iso(eigen.time.back()), "2025-06-30T00:00:00Z"); // the day behind 2025-06-29
    QCOMPARE(perEeth.back(), 583404.0 / (2760773 + 187518));
    for (std::size_t i = 0; i < perEeth.size(); ++i) { // between 0.16 and 0.20 a week, unlike the file's own figure
        const double perWeek = perEeth[i] / days[i] * 7;
        QVERIFY(perWeek > 0.16 && perWeek < 0.20);
    }
}

void TestRealFrames::ethfiTopUps()
{
    const FrameSeries& ethfi = m_data.frames.at("rewards.ETHFI");
    QCOMPARE(*ethfi.column("tokens_per_eeth"), (std::vector{0.248, 0.020, 0.013, 0.247, 0.188, 0.157, 0.141}));
    QCOMPARE(*ethfi.column("period_days"), (std::vector{52.0, 7.0, 7.0, 7.0, 7.0, 8.0, 7.0}));
    QCOMPARE(iso(ethfi.time.back()), "2024-12-19T00:00:00Z");
    // Paid tokens over the eETH of the same period in the EIGEN file.
    QVERIFY(std::abs(500000.0 / (1480684 + 532110) / 0.248 - 1) < 0.05);
    QVERIFY(std::abs(27533.0 / (1518610 + 498538) / 0.013 - 1) < 0.051);
}

void TestRealFrames::seasonalDropsAreNotRead()
{
    int listed = 0;
    for (const Finding& finding : findingsOf(m_data, FindingKind::Ignored))
        if (m_data.files[finding.file].path == "staking/seasonal_drops.csv") {
            QCOMPARE(text(finding.detail), QString("estimates as text ranges, not numbers"));
            ++listed;
        }
    QCOMPARE(listed, 1);
}

QTEST_APPLESS_MAIN(TestRealFrames)
#include "tst_real_frames.moc"
