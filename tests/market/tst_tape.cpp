// SPDX-License-Identifier: GPL-3.0-or-later
#include "made_market.h"

#include "market_folder.h"

using namespace carry;
using namespace made;

namespace
{

constexpr double kBinance = 1000, kBybit = 2000, kOkx = 3000;
// Sums of a handful of rates, each about 1e-4.
constexpr double kRateTolerance = 1e-18;

bool near(double a, double b)
{
    return std::abs(a - b) <= kRateTolerance;
}

//! Spot of three exchanges, hours 0 to 9; Binance lacks the hours in `holes`.
MarketData threeVenues(const std::set<int>& holes = {}, const std::set<int>& bybitHoles = {})
{
    MarketData data;
    addHours(data, spotOf(Venue::Binance), 0, 10, kBinance, holes);
    addHours(data, spotOf(Venue::Bybit), 0, 10, kBybit, bybitHoles);
    addHours(data, spotOf(Venue::Okx), 0, 10, kOkx);
    return data;
}

TapeRequest threeLegs(MissingBars missing)
{
    TapeRequest request;
    request.legs = {leg(Venue::Binance), leg(Venue::Bybit), leg(Venue::Okx)};
    request.missingBars = missing;
    return request;
}

//! Ten days of bars and settlements every 8 h from three days before hour 0; Binance lacks those in `missing`.
MarketData withFunding(const std::set<int>& missing)
{
    MarketData data;
    addHours(data, spotOf(Venue::Binance), -72, 240, kBinance);
    for (const Venue venue : kExchanges)
        for (int h = -72; h < 168; h += 8)
            if (venue != Venue::Binance || !missing.contains(h))
                addFunding(data, venue, hour(h), 1e-4 * static_cast<double>(1 + exchangeIndex(venue)));
    return data;
}

TapeRequest fundingRequest(MissingFunding missing, int from, int to)
{
    TapeRequest request;
    request.legs = {leg(Venue::Binance)};
    for (const Venue venue : kExchanges)
        request.funding.push_back(fundingOf(venue));
    request.missingFunding = missing;
    request.from = hour(from);
    request.to = hour(to);
    return request;
}

} // namespace

class TestTape : public QObject
{
    Q_OBJECT

  private slots:
    void priceAtALabelIsTheOpen();
    void betweenLabelsTheLastOpenAges();
    void carriedHoleIsTheLastClose();
    void peerHoleIsThePeersBar();
    void peersAreAskedInOrder();
    void holeWithoutPeerIsCarried();
    void peerBarHoldsBetweenLabels();
    void holeAcrossTheStart();
    void proxyIsFlagged();
    void endedBarIsTheOneBefore();
    void endedBarIsAbsentBetweenLabels();
    void carriedBarHasNoExtremes();
    void peerBarHasThePeersExtremes();
    void settlementsFallOnSteps();
    void settlementOffTheGridIsAStep();
    void snappedSettlementIsOnTheGrid();
    void missingSettlementIsThePeersMean();
    void missingSettlementIsZero();
    void missingSettlementWithoutPeersIsZero();
    void intervalOfTheDataWins();
    void trailingSumsReachBeforeTheStart();
    void trailingWindowExcludesItsStart();
    void noSettlementBeforeTheFirst();
    void gasIsTheLastKnown();
    void cursorVisitsEveryStep();
    void holesAreReported();
    void digestIsOfTheInput();
    void digestChangesWithTheInput_data();
    void digestChangesWithTheInput();
};

void TestTape::priceAtALabelIsTheOpen()
{
    const auto tape = build(threeVenues(), threeLegs(MissingBars::Carry));
    QCOMPARE(tape->size(), std::size_t{10});
    for (int h = 0; h < 10; ++h) {
        const auto view = viewAt(*tape, hour(h));
        QVERIFY(view.isBarLabel());
        for (LegIndex i = 0; i < 3; ++i) {
            QCOMPARE(view.price(i), openOf(kBinance + 1000 * static_cast<double>(i), h));
            QVERIFY(view.observed(i) == hour(h));
            QCOMPARE(flagsOf(view, i), 0);
        }
    }
}

void TestTape::betweenLabelsTheLastOpenAges()
{
    auto data = threeVenues();
    addFunding(data, Venue::Binance, hour(0), 1e-4);
    addFunding(data, Venue::Binance, hour(2.25), 1e-4);
    addFunding(data, Venue::Binance, hour(9), 1e-4);
    auto request = threeLegs(MissingBars::Carry);
    request.funding = {fundingOf(Venue::Binance)};
    const auto tape = build(data, request);
    const auto view = viewAt(*tape, hour(2.25));
    QVERIFY(!view.isBarLabel());
    QCOMPARE(view.price(0), openOf(kBinance, 2));
    QVERIFY(view.observed(0) == hour(2));
    QCOMPARE(flagsOf(view, 0), 0);
}

void TestTape::carriedHoleIsTheLastClose()
{
    const auto tape = build(threeVenues({4, 5, 6}), threeLegs(MissingBars::Carry));
    QCOMPARE(tape->size(), std::size_t{10});
    for (const int h : {4, 5, 6}) {
        const auto view = viewAt(*tape, hour(h));
        QCOMPARE(view.price(0), closeOf(kBinance, 3));
        QVERIFY2(view.observed(0) == hour(4), "a close is observed when its bar ends");
        QCOMPARE(flagsOf(view, 0), int{kReadingCarried});
        QCOMPARE(flagsOf(view, 1), 0);
    }
    const auto after = viewAt(*tape, hour(7));
    QCOMPARE(after.price(0), openOf(kBinance, 7));
    QVERIFY(after.observed(0) == hour(7));
    QCOMPARE(flagsOf(after, 0), 0);
}

void TestTape::peerHoleIsThePeersBar()
{
    const auto tape = build(threeVenues({4, 5}), threeLegs(MissingBars::Peer));
    for (const int h : {4, 5}) {
        const auto view = viewAt(*tape, hour(h));
        QCOMPARE(view.price(0), openOf(kBybit, h));
        QVERIFY(view.observed(0) == hour(h));
        QCOMPARE(flagsOf(view, 0), int{kReadingPeer});
    }
    const auto after = viewAt(*tape, hour(6));
    QCOMPARE(after.price(0), openOf(kBinance, 6));
    QCOMPARE(flagsOf(after, 0), 0);
}

void TestTape::peersAreAskedInOrder()
{
    const auto tape = build(threeVenues({4, 5}, {5}), threeLegs(MissingBars::Peer));
    QCOMPARE(viewAt(*tape, hour(4)).price(0), openOf(kBybit, 4));
    QCOMPARE(viewAt(*tape, hour(5)).price(0), openOf(kOkx, 5));
    // Bybit's first peer is Binance, which lacks the hour as well.
    QCOMPARE(viewAt(*tape, hour(5)).price(1), openOf(kOkx, 5));
}

void TestTape::holeWithoutPeerIsCarried()
{
    MarketData data;
    addHours(data, spotOf(Venue::Binance), 0, 10, kBinance, {4, 5});
    addHours(data, perpOf(Venue::Binance), 0, 10, kBybit);
    TapeRequest request;
    request.legs = {leg(Venue::Binance), leg(Venue::Binance, Product::Perp)};
    request.missingBars = MissingBars::Peer;
    const auto tape = build(data, request);
    for (const int h : {4, 5}) {
        QCOMPARE(viewAt(*tape, hour(h)).price(0), closeOf(kBinance, 3));
        QCOMPARE(flagsOf(viewAt(*tape, hour(h)), 0), int{kReadingCarried});
    }
}

void TestTape::peerBarHoldsBetweenLabels()
{
    auto data = threeVenues({4, 5}, {5});
    addFunding(data, Venue::Binance, hour(0), 1e-4);
    addFunding(data, Venue::Binance, hour(4.5), 1e-4);
    addFunding(data, Venue::Binance, hour(9), 1e-4);
    auto request = threeLegs(MissingBars::Peer);
    request.funding = {fundingOf(Venue::Binance)};
    const auto tape = build(data, request);
    const auto view = viewAt(*tape, hour(4.5));
    QCOMPARE(view.price(0), openOf(kBybit, 4));
    QVERIFY(view.observed(0) == hour(4));
    QCOMPARE(flagsOf(view, 0), int{kReadingPeer});
}

void TestTape::holeAcrossTheStart()
{
    auto request = threeLegs(MissingBars::Carry);
    request.from = hour(5);
    request.to = hour(7);
    const auto tape = build(threeVenues({4, 5, 6}), request);
    QVERIFY(tape->start() == hour(5));
    const MarketView first(*tape, 0);
    QCOMPARE(first.price(0), closeOf(kBinance, 3));
    QVERIFY(first.observed(0) == hour(4));
    QCOMPARE(flagsOf(first, 0), int{kReadingCarried});
}

void TestTape::proxyIsFlagged()
{
    auto data = threeVenues({4});
    TapeRequest request;
    request.legs = {leg(Venue::Okx, Product::Spot, Venue::Binance), leg(Venue::Bybit)};
    request.missingBars = MissingBars::Carry;
    const auto tape = build(data, request);
    QCOMPARE(viewAt(*tape, hour(3)).price(0), openOf(kBinance, 3));
    QCOMPARE(flagsOf(viewAt(*tape, hour(3)), 0), int{kReadingProxy});
    QCOMPARE(flagsOf(viewAt(*tape, hour(4)), 0), kReadingProxy | kReadingCarried);
    QCOMPARE(flagsOf(viewAt(*tape, hour(3)), 1), 0);
    const auto proxies = made::findingsOf(*tape, FindingKind::Proxy);
    QCOMPARE(proxies.size(), std::size_t{1});
    QCOMPARE(text(proxies[0].series), QString("okx BTC/USDT spot"));
    QVERIFY(proxies[0].rule == QualityRule::UseNamedProxy);
    QCOMPARE(proxies[0].count, std::uint64_t{10});
}

void TestTape::endedBarIsTheOneBefore()
{
    const auto tape = build(threeVenues(), threeLegs(MissingBars::Carry));
    QVERIFY2(!MarketView(*tape, 0).endedBar(0), "no bar ended at the first step");
    for (int h = 1; h < 10; ++h) {
        const auto bar = viewAt(*tape, hour(h)).endedBar(0);
        QVERIFY(bar.has_value());
        QCOMPARE(bar->open, openOf(kBinance, h - 1));
        QCOMPARE(bar->high, openOf(kBinance, h - 1) + kReach);
        QCOMPARE(bar->low, openOf(kBinance, h - 1) - kReach);
    }
}

void TestTape::endedBarIsAbsentBetweenLabels()
{
    auto data = threeVenues();
    addFunding(data, Venue::Binance, hour(0), 1e-4);
    addFunding(data, Venue::Binance, hour(3.5), 1e-4);
    addFunding(data, Venue::Binance, hour(9), 1e-4);
    auto request = threeLegs(MissingBars::Carry);
    request.funding = {fundingOf(Venue::Binance)};
    const auto tape = build(data, request);
    QVERIFY(!viewAt(*tape, hour(3.5)).endedBar(0));
    QCOMPARE(viewAt(*tape, hour(4)).endedBar(0)->open, openOf(kBinance, 3));
}

void TestTape::carriedBarHasNoExtremes()
{
    const auto tape = build(threeVenues({4, 5}), threeLegs(MissingBars::Carry));
    QVERIFY2(viewAt(*tape, hour(4)).endedBar(0).has_value(), "the last bar before the hole ended here");
    QVERIFY(!viewAt(*tape, hour(5)).endedBar(0));
    QVERIFY2(!viewAt(*tape, hour(6)).endedBar(0), "the last carried bar ended here");
    QVERIFY(viewAt(*tape, hour(7)).endedBar(0).has_value());
    QVERIFY(viewAt(*tape, hour(5)).endedBar(1).has_value());
}

void TestTape::peerBarHasThePeersExtremes()
{
    const auto tape = build(threeVenues({4, 5}), threeLegs(MissingBars::Peer));
    const auto bar = viewAt(*tape, hour(5)).endedBar(0);
    QVERIFY(bar.has_value());
    QCOMPARE(bar->open, openOf(kBybit, 4));
    QCOMPARE(bar->high, openOf(kBybit, 4) + kReach);
    QCOMPARE(bar->low, openOf(kBybit, 4) - kReach);
}

void TestTape::settlementsFallOnSteps()
{
    const auto tape = build(withFunding({}), fundingRequest(MissingFunding::PeerMean, 0, 20));
    QCOMPARE(tape->size(), std::size_t{21});
    for (int h = 0; h <= 20; ++h) {
        const auto view = viewAt(*tape, hour(h));
        for (std::size_t i = 0; i < kExchangeCount; ++i) {
            const FundingEvent* event = view.settlement(i);
            QCOMPARE(event != nullptr, h % 8 == 0);
            if (event == nullptr)
                continue;
            QVERIFY(event->time == hour(h));
            QCOMPARE(event->rate, 1e-4 * static_cast<double>(1 + i));
            QCOMPARE(event->step, static_cast<std::int64_t>(view.step()));
            QCOMPARE(int{event->flags}, 0);
            QCOMPARE(int{event->intervalHours}, 8);
            // Rows start at line 2, three days before hour 0.
            QCOMPARE(event->line, static_cast<std::uint32_t>(2 + (h + 72) / 8));
        }
        QVERIFY(view.lastSettlement(0)->time == hour(h / 8 * 8));
    }
}

void TestTape::settlementOffTheGridIsAStep()
{
    auto data = threeVenues();
    addFunding(data, Venue::Binance, hour(0), 1e-4);
    addFunding(data, Venue::Binance, hour(4), 2e-4);
    addFunding(data, Venue::Binance, hour(6.5), 3e-4);
    addFunding(data, Venue::Binance, hour(8), 4e-4);
    auto request = threeLegs(MissingBars::Carry);
    request.funding = {fundingOf(Venue::Binance)};
    request.from = hour(0);
    request.to = hour(9);
    const auto tape = build(data, request);
    QCOMPARE(tape->size(), std::size_t{11});
    QCOMPARE(viewAt(*tape, hour(4)).settlement(0)->rate, 2e-4);
    QCOMPARE(viewAt(*tape, hour(6.5)).settlement(0)->rate, 3e-4);
    QVERIFY(viewAt(*tape, hour(7)).settlement(0) == nullptr);
    QCOMPARE(viewAt(*tape, hour(7)).lastSettlement(0)->rate, 3e-4);
    QVERIFY(made::findingsOf(*tape, FindingKind::MissingFunding).empty());
}

void TestTape::snappedSettlementIsOnTheGrid()
{
    MarketFolder folder;
    std::string bars = "timestamp,open,high,low,close,volume,quote_volume,trades_count,source,asset_pair\n";
    for (int h = 0; h < 10; ++h)
        bars += "2024-05-01T0" + std::to_string(h) + ":00:00Z,100,110,90,105,1,100,5,binance_spot,BTC/USDT\n";
    folder.write("bars.csv", bars);
    folder.write("funding.csv", "funding_timestamp,funding_rate,symbol,source\n"
                                "2024-05-01T00:00:00.001000+00:00Z,0.0001,BTCUSDT,binance\n"
                                "2024-05-01T08:00:59+00:00,0.0002,BTCUSDT,binance\n");
    TapeRequest request;
    request.legs = {leg(Venue::Binance)};
    request.funding = {fundingOf(Venue::Binance)};
    const auto tape = build(folder.read(), request);
    QCOMPARE(tape->size(), std::size_t{9});
    QCOMPARE(viewAt(*tape, hour(0)).settlement(0)->rate, 0.0001);
    QCOMPARE(viewAt(*tape, hour(8)).settlement(0)->rate, 0.0002);
    QVERIFY(made::findingsOf(*tape, FindingKind::MissingFunding).empty());
}

void TestTape::missingSettlementIsThePeersMean()
{
    const auto tape = build(withFunding({8}), fundingRequest(MissingFunding::PeerMean, 0, 20));
    const FundingEvent* event = viewAt(*tape, hour(8)).settlement(0);
    QVERIFY(event != nullptr);
    QVERIFY(near(event->rate, 2.5e-4)); // of 2e-4 and 3e-4
    QCOMPARE(int{event->flags}, kFundingMissing | kFundingPeerMean);
    QCOMPARE(event->line, 0U);
    const auto found = made::findingsOf(*tape, FindingKind::MissingFunding);
    QCOMPARE(found.size(), std::size_t{1});
    QVERIFY(found[0].rule == QualityRule::FundingPeerMean);
    QVERIFY(found[0].from == hour(8));
    QCOMPARE(text(found[0].series), QString("binance BTCUSDT funding"));
}

void TestTape::missingSettlementIsZero()
{
    const auto tape = build(withFunding({8}), fundingRequest(MissingFunding::Zero, 0, 20));
    const FundingEvent* event = viewAt(*tape, hour(8)).settlement(0);
    QVERIFY(event != nullptr);
    QCOMPARE(event->rate, 0.0);
    QCOMPARE(int{event->flags}, int{kFundingMissing});
    const auto found = made::findingsOf(*tape, FindingKind::MissingFunding);
    QCOMPARE(found.size(), std::size_t{1});
    QVERIFY(found[0].rule == QualityRule::FundingZero);
}

void TestTape::missingSettlementWithoutPeersIsZero()
{
    auto request = fundingRequest(MissingFunding::PeerMean, 0, 20);
    request.funding.resize(1); // nobody else to ask
    const auto tape = build(withFunding({8}), request);
    QCOMPARE(int{viewAt(*tape, hour(8)).settlement(0)->flags}, int{kFundingMissing});
    QCOMPARE(viewAt(*tape, hour(8)).settlement(0)->rate, 0.0);
}

void TestTape::intervalOfTheDataWins()
{
    auto data = threeVenues();
    addFunding(data, Venue::Binance, hour(0), 1e-4, 4);
    addFunding(data, Venue::Binance, hour(4), 1e-4, 4);
    addFunding(data, Venue::Binance, hour(8), 1e-4, 0);
    auto request = threeLegs(MissingBars::Carry);
    request.funding = {fundingOf(Venue::Binance)};
    const auto tape = build(data, request);
    QCOMPARE(int{viewAt(*tape, hour(4)).settlement(0)->intervalHours}, 4);
    QCOMPARE(int{viewAt(*tape, hour(8)).settlement(0)->intervalHours}, 8);
}

void TestTape::trailingSumsReachBeforeTheStart()
{
    const auto tape = build(withFunding({8}), fundingRequest(MissingFunding::Zero, 0, 20));
    const MarketView first(*tape, 0);
    // (hour -72, hour 0]: nine settlements.
    QVERIFY(near(first.lastSettlement(0)->trailing3d, 9e-4));
    QVERIFY(near(first.trailingFunding(0, 3 * kDay), 9e-4));
    QVERIFY(near(first.trailingFunding(0, kDay), 3e-4));
    // At hour 8 the one of hour -64 leaves and the missing one adds nothing.
    QVERIFY(near(viewAt(*tape, hour(8)).settlement(0)->trailing3d, 8e-4));
    QVERIFY(near(viewAt(*tape, hour(16)).settlement(0)->trailing3d, 8e-4));
    QVERIFY(near(viewAt(*tape, hour(8)).settlement(2)->trailing3d, 27e-4));
}

void TestTape::trailingWindowExcludesItsStart()
{
    const auto tape = build(withFunding({}), fundingRequest(MissingFunding::Zero, 0, 20));
    const auto view = viewAt(*tape, hour(7));
    QVERIFY(near(view.trailingFunding(0, 7 * kHour), 0)); // hour 0 itself is outside
    QVERIFY(near(view.trailingFunding(0, 7 * kHour + Duration{1}), 1e-4));
    QVERIFY(near(viewAt(*tape, hour(8)).trailingFunding(0, 8 * kHour), 1e-4));
}

void TestTape::noSettlementBeforeTheFirst()
{
    auto data = threeVenues();
    addFunding(data, Venue::Binance, hour(4), 1e-4);
    addFunding(data, Venue::Binance, hour(8), 1e-4);
    auto request = threeLegs(MissingBars::Carry);
    request.funding = {fundingOf(Venue::Binance)};
    request.from = hour(1);
    request.to = hour(9);
    const auto tape = build(data, request);
    QVERIFY(MarketView(*tape, 0).lastSettlement(0) == nullptr);
    QVERIFY(MarketView(*tape, 0).settlement(0) == nullptr);
    QCOMPARE(MarketView(*tape, 0).trailingFunding(0, 3 * kDay), 0.0);
    QVERIFY(viewAt(*tape, hour(5)).lastSettlement(0)->time == hour(4));
}

void TestTape::gasIsTheLastKnown()
{
    auto data = threeVenues();
    addGas(data, hour(0), 10);
    addGas(data, hour(2), 20);
    addGas(data, hour(2.5), 25);
    addGas(data, hour(9), 90);
    auto request = threeLegs(MissingBars::Carry);
    request.gas = true;
    const auto tape = build(data, request);
    QCOMPARE(tape->size(), std::size_t{10}); // gas makes no steps
    QCOMPARE(viewAt(*tape, hour(1)).gasGwei(), 10.0);
    QCOMPARE(viewAt(*tape, hour(2)).gasGwei(), 20.0);
    QCOMPARE(viewAt(*tape, hour(3)).gasGwei(), 25.0);
    QCOMPARE(viewAt(*tape, hour(9)).gasGwei(), 90.0);
}

void TestTape::cursorVisitsEveryStep()
{
    const auto tape = build(threeVenues(), threeLegs(MissingBars::Carry));
    TapeCursor cursor(*tape);
    std::size_t steps = 1;
    for (; !cursor.atEnd(); ++steps) {
        const Time next = cursor.nextTime();
        cursor.advance();
        QVERIFY(cursor.time() == next);
    }
    QCOMPARE(steps, tape->size());
    QVERIFY(cursor.time() == tape->end());
}

void TestTape::holesAreReported()
{
    const auto carried = build(threeVenues({3, 4, 7}), threeLegs(MissingBars::Carry));
    const auto holes = made::findingsOf(*carried, FindingKind::Hole);
    QCOMPARE(holes.size(), std::size_t{2});
    for (const Finding& hole : holes) {
        QVERIFY(hole.rule == QualityRule::CarryLastClose);
        QVERIFY(hole.severity == FindingSeverity::Warning);
        QCOMPARE(text(hole.series), QString("binance BTC/USDT spot"));
    }
    QVERIFY(holes[0].from == hour(3) && holes[0].to == hour(5));
    QCOMPARE(holes[0].count, std::uint64_t{2});
    QCOMPARE(holes[1].count, std::uint64_t{1});
    const auto filled = build(threeVenues({3, 4, 7}), threeLegs(MissingBars::Peer));
    for (const Finding& hole : made::findingsOf(*filled, FindingKind::Hole))
        QVERIFY(hole.rule == QualityRule::FillFromPeer);
    QVERIFY(build(threeVenues(), threeLegs(MissingBars::Peer))->findings().empty());
}

void TestTape::digestIsOfTheInput()
{
    const auto request = fundingRequest(MissingFunding::PeerMean, 0, 20);
    const auto digest = build(withFunding({8}), request)->digest();
    QCOMPARE(digest.size(), std::size_t{64});
    QCOMPARE(text(build(withFunding({8}), request)->digest()), text(digest));
    auto data = withFunding({8});
    data.name = "another folder";
    addHours(data, spotOf(Venue::Okx), 0, 10, kOkx); // not part of the request and no hole to fill
    QCOMPARE(text(build(data, request)->digest()), text(digest));
}

void TestTape::digestChangesWithTheInput_data()
{
    QTest::addColumn<int>("change");
    QTest::newRow("open") << 0;
    QTest::newRow("high") << 1;
    QTest::newRow("low") << 2;
    QTest::newRow("rate") << 3;
    QTest::newRow("rate before the start") << 4;
    QTest::newRow("gas") << 5;
    QTest::newRow("a bar less") << 6;
    QTest::newRow("an hour more") << 7;
    QTest::newRow("rule for missing funding") << 8;
}

void TestTape::digestChangesWithTheInput()
{
    QFETCH(int, change);
    auto request = fundingRequest(MissingFunding::PeerMean, 0, 20);
    request.gas = true;
    const auto make = [] {
        auto data = withFunding({8});
        addGas(data, hour(-72), 10);
        addGas(data, hour(5), 20);
        return data;
    };
    const auto digest = build(make(), request)->digest();
    auto data = make();
    auto& bars = data.candles[spotOf(Venue::Binance)];
    const std::size_t hour3 = 72 + 3;
    auto& rates = data.funding[{Venue::Okx, Asset::BTC, SeriesKind::Funding}].rate;
    switch (change) {
    case 0:
        bars.open[hour3] = std::nextafter(bars.open[hour3], 0);
        break;
    case 1:
        bars.high[hour3] += 1;
        break;
    case 2:
        bars.low[hour3] -= 1;
        break;
    case 3:
        rates[72 / 8 + 1] += 1e-6;
        break;
    case 4:
        rates[0] += 1e-6;
        break;
    case 5:
        data.frames["gas"].values[1][1] += 1;
        break;
    case 6:
        for (auto* column : {&bars.open, &bars.high, &bars.low, &bars.close})
            column->erase(column->begin() + hour3);
        bars.time.erase(bars.time.begin() + hour3);
        break;
    case 7:
        request.to = hour(21);
        break;
    case 8:
        request.missingFunding = MissingFunding::Zero;
        break;
    default:
        QFAIL("no such change");
    }
    QVERIFY(build(data, request)->digest() != digest);
}

QTEST_APPLESS_MAIN(TestTape)
#include "tst_tape.moc"
