// SPDX-License-Identifier: GPL-3.0-or-later
// On-chain series on the tape: what a frame says at every step, what is reported, and runs on a grid.
#include "made_market.h"

#include "market_folder.h"

#include <cmath>
#include <limits>

using namespace carry;
using namespace made;

namespace
{

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

struct Row {
    double hour, value;
};

//! One column "value" whose row i stands in line i + 2 of file 1.
void addFrame(MarketData& data, const std::string& id, const std::vector<Row>& rows)
{
    FrameSeries& frame = data.frames[id];
    frame.columns = {"other", "value"};
    frame.values.resize(2);
    frame.file = 1;
    for (const Row& row : rows) {
        frame.time.push_back(hour(row.hour));
        frame.values[0].push_back(1);
        frame.values[1].push_back(row.value);
        frame.line.push_back(static_cast<std::uint32_t>(frame.time.size() + 1));
    }
}

//! Hourly spot bars of `days` days from 2024-05-01T00 and a frame "index" with these rows.
MarketData makeData(const std::vector<Row>& rows, int days = 4)
{
    MarketData data;
    data.name = "made";
    data.files = {{"bars.csv", "candles", 1, true}, {"index.csv", "aave-daily", 1, true}};
    addHours(data, spotOf(Venue::Binance), 0, 24 * days, 1000);
    addFrame(data, "index", rows);
    return data;
}

TapeRequest makeRequest(FrameUse use = FrameUse::Last)
{
    TapeRequest request;
    request.legs = {leg(Venue::Binance)};
    request.frames = {{"index", "value", use}};
    return request;
}

const std::vector<Row> kDaily{{0, 1.0}, {24, 1.01}, {48, 1.02}, {72, 1.05}};

//! A settlement every eight hours.
void addSettlements(MarketData& data)
{
    for (int h = 0; h < 96; h += 8)
        addFunding(data, Venue::Binance, hour(h), 1e-4 * (h + 1));
}

TapeRequest dailyRequest()
{
    TapeRequest request = makeRequest();
    request.frames = {{"index", "value"}, {"index", "value", FrameUse::Geometric}};
    request.grid = kDay;
    return request;
}

} // namespace

class TestTapeFrames : public QObject
{
    Q_OBJECT

  private slots:
    void lastHoldsUntilTheNextRow();
    void lastSkipsMissingCells();
    void geometricGrowsBetweenRows();
    void geometricIsExactAtRows();
    void geometricOfLargeSteps();
    void spanIsFirstToLastRow();
    void statedDates_data();
    void statedDates();
    void missingFramesAreNamed();
    void proxyIsReported();
    void badIndex_data();
    void badIndex();
    void badRowsOutsideTheRunDoNotMatter();
    void fallingIndex();
    void roundingIsNoFall();
    void fallingValueOfAnotherUse();
    void holes();
    void payoutsHaveNoHoles();
    void joinedFilesNameTheirFile();
    void digest();
    void gridOfDays();
    void gridReadsWhatTheFullTimelineReads();
    void gridFindsTheLastEarlierBar();
    void gridWithoutSteps();
    void gridLeavesSettlementsOut();
    void gridOfTheBarsIsNoChange();
    void framesWithoutLegs();
};

void TestTapeFrames::lastHoldsUntilTheNextRow()
{
    const auto tape = build(makeData(kDaily), makeRequest());
    QCOMPARE(viewAt(*tape, hour(0)).frame(0), 1.0);
    QCOMPARE(viewAt(*tape, hour(23)).frame(0), 1.0);
    QCOMPARE(iso(viewAt(*tape, hour(23)).frameObserved(0)), iso(hour(0)));
    QCOMPARE(viewAt(*tape, hour(24)).frame(0), 1.01);
    QCOMPARE(iso(viewAt(*tape, hour(24)).frameObserved(0)), iso(hour(24)));
    QCOMPARE(viewAt(*tape, hour(71)).frame(0), 1.02);
    QVERIFY(tape->findings().empty());
}

void TestTapeFrames::lastSkipsMissingCells()
{
    const auto data = makeData({{0, kMissing}, {24, 1.01}, {48, kMissing}, {72, 1.05}});
    const auto tape = build(data, makeRequest());
    QCOMPARE(iso(tape->start()), iso(hour(24))); // nothing is known before
    QCOMPARE(viewAt(*tape, hour(60)).frame(0), 1.01);
    QCOMPARE(iso(viewAt(*tape, hour(60)).frameObserved(0)), iso(hour(24)));
    QCOMPARE(viewAt(*tape, hour(72)).frame(0), 1.05);
}

void TestTapeFrames::geometricGrowsBetweenRows()
{
    const auto tape = build(makeData(kDaily), makeRequest(FrameUse::Geometric));
    for (const int h : {1, 6, 12, 23, 25, 50, 71}) {
        const Row& a = kDaily[static_cast<std::size_t>(h / 24)];
        const Row& b = kDaily[static_cast<std::size_t>(h / 24 + 1)];
        const double expected = a.value * std::pow(b.value / a.value, (h - a.hour) / 24);
        QVERIFY(std::abs(viewAt(*tape, hour(h)).frame(0) / expected - 1) < 1e-15);
        QCOMPARE(iso(viewAt(*tape, hour(h)).frameObserved(0)), iso(hour(a.hour)));
    }
}

void TestTapeFrames::geometricIsExactAtRows()
{
    auto request = makeRequest(FrameUse::Geometric);
    request.to = hour(95);
    request.from = hour(0);
    const auto tape = build(makeData(kDaily), request);
    for (const Row& row : kDaily)
        QVERIFY(viewAt(*tape, hour(row.hour)).frame(0) == row.value); // QCOMPARE would allow 1e-12
    QVERIFY(viewAt(*tape, hour(95)).frame(0) == 1.05);                // behind the last row
    QCOMPARE(iso(viewAt(*tape, hour(95)).frameObserved(0)), iso(hour(72)));
}

void TestTapeFrames::geometricOfLargeSteps()
{
    const auto tape = build(makeData({{0, 1}, {24, 1.5}, {48, 6}, {72, 2}}), makeRequest(FrameUse::Geometric));
    QVERIFY(std::abs(viewAt(*tape, hour(12)).frame(0) / std::sqrt(1.5) - 1) < 1e-15);
    QVERIFY(std::abs(viewAt(*tape, hour(36)).frame(0) / 3 - 1) < 1e-15);
    QVERIFY(std::abs(viewAt(*tape, hour(60)).frame(0) / std::sqrt(12.0) - 1) < 1e-15);
}

void TestTapeFrames::spanIsFirstToLastRow()
{
    const auto tape = build(makeData({{7, 1}, {31, 1.01}, {55, 1.02}}), makeRequest());
    QCOMPARE(iso(tape->start()), iso(hour(7)));
    QCOMPARE(iso(tape->end()), iso(hour(55)));
}

void TestTapeFrames::statedDates_data()
{
    QTest::addColumn<double>("from");
    QTest::addColumn<double>("to");
    QTest::addColumn<QString>("expected");
    QTest::newRow("inside") << 10.0 << 40.0 << "built";
    QTest::newRow("starts before the first row") << 6.0 << 40.0 << "DATA-013";
    QTest::newRow("starts with the first row") << 7.0 << 40.0 << "built";
    QTest::newRow("a day behind the last row") << 10.0 << 79.0 << "built";
    QTest::newRow("more than a day behind it") << 10.0 << 80.0 << "DATA-013";
}

void TestTapeFrames::statedDates()
{
    QFETCH(double, from);
    QFETCH(double, to);
    QFETCH(QString, expected);
    for (const FrameUse use : {FrameUse::Last, FrameUse::Geometric}) {
        auto request = makeRequest(use);
        request.from = hour(from);
        request.to = hour(to);
        QCOMPARE(refusal(makeData({{7, 1}, {31, 1.01}, {55, 1.02}}), request), expected);
    }
}

void TestTapeFrames::missingFramesAreNamed()
{
    auto data = makeData(kDaily);
    addFrame(data, "aave.weETH", {{0, kMissing}, {24, kMissing}});
    auto request = makeRequest();
    request.legs.push_back(leg(Venue::Okx));
    request.frames.push_back({"aave.WETH", "variableBorrowIndex", FrameUse::Geometric});
    request.frames.push_back({"index", "rate"});
    request.frames.push_back({"aave.weETH", "value"}); // nothing but empty cells
    request.frames.push_back({"aave.WETH", "variableBorrowIndex"});
    const auto refused = Tape::build(data, request);
    QVERIFY(!refused);
    QVERIFY(refused.error().code() == ErrorCode::DataSeriesMissing);
    QCOMPARE(text(refused.error().value("series")),
             QString("okx BTC/USDT spot, aave.WETH (variableBorrowIndex), index (rate), aave.weETH (value)"));
}

void TestTapeFrames::proxyIsReported()
{
    auto request = makeRequest();
    request.frames = {{"peg.wstETH", "market_rate", FrameUse::Last, "index", "value"}};
    const auto tape = build(makeData(kDaily), request);
    QCOMPARE(viewAt(*tape, hour(30)).frame(0), 1.01);
    const auto found = findingsOf(*tape, FindingKind::Proxy);
    QCOMPARE(found.size(), std::size_t{1});
    QCOMPARE(found[0].rule, QualityRule::UseNamedProxy);
    QCOMPARE(text(found[0].series), QString("peg.wstETH (market_rate) <- index (value)"));
    QCOMPARE(found[0].file, 1U);
    QCOMPARE(refusal(MarketData(makeData({})), request), QString("DATA-011"));
}

void TestTapeFrames::badIndex_data()
{
    QTest::addColumn<double>("value");
    QTest::addColumn<QString>("found");
    QTest::newRow("zero") << 0.0 << "0";
    QTest::newRow("negative") << -1.01 << "-1.01";
    QTest::newRow("nothing") << kMissing << "nothing";
    QTest::newRow("infinite") << std::numeric_limits<double>::infinity() << "inf";
}

void TestTapeFrames::badIndex()
{
    QFETCH(double, value);
    QFETCH(QString, found);
    const auto data = makeData({{0, 1}, {24, value}, {48, 1.02}, {72, 1.05}});
    const auto refused = Tape::build(data, makeRequest(FrameUse::Geometric));
    QVERIFY(!refused);
    QCOMPARE(text(refused.error().codeText()), QString("DATA-017"));
    QCOMPARE(text(refused.error().value("file")), QString("index.csv"));
    QCOMPARE(text(refused.error().value("line")), QString("3"));
    QCOMPARE(text(refused.error().value("series")), QString("index (value)"));
    QCOMPARE(text(refused.error().value("found")), found);
    QCOMPARE(refusal(data, makeRequest()), QString("built")); // a rate may be zero or negative
}

void TestTapeFrames::badRowsOutsideTheRunDoNotMatter()
{
    const auto data = makeData({{0, -1}, {24, 1.01}, {48, 1.02}, {72, 0}});
    auto request = makeRequest(FrameUse::Geometric);
    request.from = hour(24);
    request.to = hour(48);
    QCOMPARE(refusal(data, request), QString("built"));
    request.to = hour(49); // now growth goes towards the last row
    QCOMPARE(refusal(data, request), QString("DATA-017"));
}

void TestTapeFrames::fallingIndex()
{
    const auto data = makeData({{0, 1}, {24, 1.02}, {48, 1.01}, {72, 1.005}, {96, 1.006}, {120, 1}}, 6);
    const auto tape = build(data, makeRequest(FrameUse::Geometric));
    const auto found = findingsOf(*tape, FindingKind::FallingIndex);
    QCOMPARE(found.size(), std::size_t{2});
    QCOMPARE(found[0].severity, FindingSeverity::Warning);
    QCOMPARE(found[0].rule, QualityRule::UseAsIs);
    QCOMPARE(found[0].file, 1U);
    QCOMPARE(found[0].line, 4U);
    QCOMPARE(iso(found[0].from), iso(hour(24)));
    QCOMPARE(iso(found[0].to), iso(hour(72)));
    QCOMPARE(found[0].count, std::uint64_t{2});
    QCOMPARE(text(found[0].series), QString("index"));
    QCOMPARE(text(found[0].detail), QString("value 1.02 to 1.005"));
    QCOMPARE(found[1].line, 7U);
    QVERIFY(std::abs(viewAt(*tape, hour(36)).frame(0) - std::sqrt(1.02 * 1.01)) < 1e-15); // it goes on
    auto earlier = makeRequest(FrameUse::Geometric);
    earlier.to = hour(24);
    QVERIFY(findingsOf(*build(data, earlier), FindingKind::FallingIndex).empty());
}

void TestTapeFrames::roundingIsNoFall()
{
    // weETH/ETH of 2025-01-21 and 01-22: a day without growth, and the last digits of a quotient.
    const auto data = makeData({{0, 1.058106125508667}, {24, 1.05810612550738}});
    QVERIFY(build(data, makeRequest(FrameUse::Geometric))->findings().empty());
}

void TestTapeFrames::fallingValueOfAnotherUse()
{
    QVERIFY(build(makeData({{0, 1.02}, {24, 1.01}, {48, 1}}), makeRequest())->findings().empty());
}

void TestTapeFrames::holes()
{
    const std::vector<Row> rows{{0, 1}, {24, 1.01}, {72, 1.02}, {144, 1.03}, {168, 1.04}, {192, 1.05}};
    const auto data = makeData(rows, 9);
    const auto grown = findingsOf(*build(data, makeRequest(FrameUse::Geometric)), FindingKind::Hole);
    QCOMPARE(grown.size(), std::size_t{1}); // one row missing is told by the data's own report only
    QCOMPARE(grown[0].rule, QualityRule::GrowAcrossHole);
    QCOMPARE(iso(grown[0].from), iso(hour(72)));
    QCOMPARE(iso(grown[0].to), iso(hour(144)));
    QCOMPARE(grown[0].count, std::uint64_t{2});
    QCOMPARE(grown[0].line, 5U);
    QCOMPARE(text(grown[0].series), QString("index"));
    const auto carried = findingsOf(*build(data, makeRequest()), FindingKind::Hole);
    QCOMPARE(carried.size(), std::size_t{1});
    QCOMPARE(carried[0].rule, QualityRule::CarryLastValue);
    auto request = makeRequest();
    request.from = hour(144);
    QVERIFY(build(data, request)->findings().empty()); // it lies before the run
    // A market price of every hour that ends before the run does.
    MarketData hourly = makeData({});
    hourly.frames.clear();
    std::vector<Row> prices;
    for (int h = 0; h <= 60; ++h)
        prices.push_back({double(h), 1});
    addFrame(hourly, "index", prices);
    request = makeRequest();
    request.from = hour(0);
    request.to = hour(62);
    QVERIFY(build(hourly, request)->findings().empty());
    request.to = hour(63);
    QCOMPARE(findingsOf(*build(hourly, request), FindingKind::Hole).size(), std::size_t{1});
}

void TestTapeFrames::payoutsHaveNoHoles()
{
    const auto data = makeData({{0, 0.2}, {168, 0.1}, {336, 0.2}, {840, 0.1}}, 36);
    QVERIFY(build(data, makeRequest())->findings().empty());
}

void TestTapeFrames::joinedFilesNameTheirFile()
{
    auto data = makeData({{0, 1.02}, {24, 1.01}, {48, 1.03}, {72, 1}});
    data.frames.at("index").parts = {{2, 7}};
    const auto found = findingsOf(*build(data, makeRequest(FrameUse::Geometric)), FindingKind::FallingIndex);
    QCOMPARE(found.size(), std::size_t{2});
    QCOMPARE(found[0].file, 1U);
    QCOMPARE(found[1].file, 7U);
}

void TestTapeFrames::digest()
{
    const auto data = makeData(kDaily);
    auto request = makeRequest();
    request.to = hour(71);
    const std::string last = build(data, request)->digest();
    QCOMPARE(build(data, request)->digest(), last);
    request.frames[0].use = FrameUse::Geometric;
    const std::string geometric = build(data, request)->digest();
    QVERIFY(geometric != last);
    auto later = kDaily;
    later[3].value = 1.06; // Last never reads it, growth does
    request.frames[0].use = FrameUse::Last;
    QCOMPARE(build(makeData(later), request)->digest(), last);
    request.frames[0].use = FrameUse::Geometric;
    QVERIFY(build(makeData(later), request)->digest() != geometric);
    request.frames[0].column = "other";
    QVERIFY(build(data, request)->digest() != geometric);
    request.frames.clear();
    const std::string none = build(data, request)->digest();
    QVERIFY(none != last);
    MarketData bars = data;
    bars.frames.clear();
    QCOMPARE(build(bars, request)->digest(), none);
}

void TestTapeFrames::gridOfDays()
{
    auto request = dailyRequest();
    request.from = hour(5);
    request.to = hour(95);
    const auto tape = build(makeData(kDaily), request);
    QCOMPARE(tape->size(), std::size_t{3});
    for (std::size_t step = 0; step < tape->size(); ++step) {
        const MarketView view(*tape, step);
        const Row& row = kDaily[step + 1];
        QCOMPARE(iso(view.time()), iso(hour(row.hour)));
        QVERIFY(view.isBarLabel());
        QCOMPARE(view.frame(0), row.value);
        QCOMPARE(view.frame(1), row.value);
        QCOMPARE(view.price(0), openOf(1000, static_cast<int>(row.hour)));
        QVERIFY(!view.endedBar(0));
    }
}

void TestTapeFrames::gridReadsWhatTheFullTimelineReads()
{
    auto data = makeData(kDaily);
    addHours(data, perpOf(Venue::Binance), 0, 96, 2000, {20, 21, 22, 23, 24, 25, 48});
    addHours(data, perpOf(Venue::Bybit), 0, 96, 3000, {23, 24, 48});
    addSettlements(data);
    addGas(data, hour(0), 5);
    addGas(data, hour(40), 6);
    auto request = dailyRequest();
    request.legs.push_back(leg(Venue::Binance, Product::Perp));
    request.funding = {fundingOf(Venue::Binance)};
    request.gas = true;
    request.from = hour(0);
    request.to = hour(95);
    for (const MissingBars missing : {MissingBars::Carry, MissingBars::Peer}) {
        request.missingBars = missing;
        request.grid = kDay;
        const auto days = build(data, request);
        request.grid = {};
        const auto hours = build(data, request);
        QCOMPARE(days->size(), std::size_t{4});
        for (std::size_t step = 0; step < days->size(); ++step) {
            const MarketView day(*days, step), same = viewAt(*hours, days->timeAt(step));
            for (LegIndex i = 0; i < 2; ++i) {
                QCOMPARE(day.price(i), same.price(i));
                QCOMPARE(day.observed(i), same.observed(i));
                QCOMPARE(flagsOf(day, i), flagsOf(same, i));
            }
            QCOMPARE(day.gasGwei(), same.gasGwei());
            QCOMPARE(day.frame(1), same.frame(1));
            QCOMPARE(day.settlement(0)->rate, same.settlement(0)->rate);
            QCOMPARE(day.trailingFunding(0, kDay), same.trailingFunding(0, kDay));
        }
    }
}

void TestTapeFrames::gridFindsTheLastEarlierBar()
{
    MarketData data = makeData(kDaily);
    data.candles.clear();
    addHours(data, spotOf(Venue::Binance), 0, 96, 1000, {24, 25});
    addHours(data, perpOf(Venue::Binance), 0, 96, 1000);
    auto request = dailyRequest();
    request.legs.push_back(leg(Venue::Binance, Product::Perp)); // it has a bar there
    request.missingBars = MissingBars::Carry;
    const auto tape = build(data, request);
    QCOMPARE(viewAt(*tape, hour(24)).price(0), closeOf(1000, 23));
}

void TestTapeFrames::gridWithoutSteps()
{
    auto request = dailyRequest();
    request.from = hour(25);
    request.to = hour(47);
    QCOMPARE(refusal(makeData(kDaily), request), QString("DATA-013"));
    request.to = hour(48);
    QCOMPARE(refusal(makeData(kDaily), request), QString("built"));
    MarketData data = makeData(kDaily);
    data.candles.clear();
    addHours(data, spotOf(Venue::Binance), 0, 96, 1000, {48}); // the only label of the grid there
    QCOMPARE(refusal(data, request), QString("DATA-013"));
}

void TestTapeFrames::gridLeavesSettlementsOut()
{
    auto data = makeData(kDaily);
    addSettlements(data);
    auto request = dailyRequest();
    request.funding = {fundingOf(Venue::Binance)};
    const auto tape = build(data, request);
    const auto found = findingsOf(*tape, FindingKind::OffGrid);
    QCOMPARE(found.size(), std::size_t{1});
    QCOMPARE(found[0].count, std::uint64_t{6}); // of (0, 72 h]: nine, three of them at 00:00
    QCOMPARE(found[0].rule, QualityRule::SkipOffGrid);
    QCOMPARE(found[0].severity, FindingSeverity::Warning);
    QCOMPARE(text(found[0].series), QString("binance BTCUSDT funding"));
    QCOMPARE(viewAt(*tape, hour(24)).settlement(0)->time, hour(24));
    request.grid = 8 * kHour;
    QVERIFY(findingsOf(*build(data, request), FindingKind::OffGrid).empty());
}

void TestTapeFrames::gridOfTheBarsIsNoChange()
{
    auto request = makeRequest();
    const auto all = build(makeData(kDaily), request);
    request.grid = kHour;
    const auto hourly = build(makeData(kDaily), request);
    QCOMPARE(hourly->digest(), all->digest());
    QVERIFY(viewAt(*hourly, hour(5)).endedBar(0));
}

void TestTapeFrames::framesWithoutLegs()
{
    auto request = makeRequest();
    request.legs.clear();
    const auto tape = build(makeData(kDaily), request);
    QCOMPARE(tape->size(), std::size_t{73});
    QVERIFY(tape->cadence() == kHour);
    QVERIFY(viewAt(*tape, hour(5)).isBarLabel());
    request.frames.clear();
    QCOMPARE(refusal(makeData(kDaily), request), QString("DATA-012")); // nothing says when
}

QTEST_APPLESS_MAIN(TestTapeFrames)
#include "tst_tape_frames.moc"
