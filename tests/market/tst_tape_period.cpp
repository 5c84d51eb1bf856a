// SPDX-License-Identifier: GPL-3.0-or-later
// Which series a tape needs and which period it covers.
#include "made_market.h"

#include "market_folder.h"

using namespace carry;
using namespace made;

namespace
{

//! Hours of the required series: spot 0..29, perp 2..39, funding 8..32, gas -10..27.
MarketData makeData()
{
    MarketData data;
    addHours(data, spotOf(Venue::Binance), 0, 30, 1000);
    addHours(data, perpOf(Venue::Binance), 2, 38, 1000);
    for (int h = 8; h <= 32; h += 8)
        addFunding(data, Venue::Binance, hour(h), 1e-4);
    addGas(data, hour(-10), 10);
    addGas(data, hour(27), 20);
    return data;
}

TapeRequest makeRequest()
{
    TapeRequest request;
    request.legs = {leg(Venue::Binance), leg(Venue::Binance, Product::Perp)};
    request.funding = {fundingOf(Venue::Binance)};
    request.gas = true;
    return request;
}

TapeRequest between(std::optional<Time> from, std::optional<Time> to)
{
    auto request = makeRequest();
    request.from = from;
    request.to = to;
    return request;
}

} // namespace

class TestTapePeriod : public QObject
{
    Q_OBJECT

  private slots:
    void withoutDatesItIsTheIntersection();
    void datesAreInclusive();
    void oneDateLeavesTheOtherEnd();
    void oneStepIsAPeriod();
    void settlementsMayBeMissingAtTheEnds();
    void periods_data();
    void periods();
    void periodErrorNamesTheSpan();
    void seriesWithoutOverlap();
    void missingSeriesAreAllNamed();
    void emptySeriesAreMissing();
    void proxyMustExist();
};

void TestTapePeriod::withoutDatesItIsTheIntersection()
{
    const auto tape = build(makeData(), makeRequest());
    QCOMPARE(iso(tape->start()), iso(hour(8))); // first settlement
    QCOMPARE(iso(tape->end()), iso(hour(27)));  // last gas price
    QCOMPARE(tape->size(), std::size_t{20});
    auto pricesOnly = makeRequest();
    pricesOnly.funding.clear();
    pricesOnly.gas = false;
    const auto longer = build(makeData(), pricesOnly);
    QCOMPARE(iso(longer->start()), iso(hour(2)));
    QCOMPARE(iso(longer->end()), iso(hour(29)));
}

void TestTapePeriod::datesAreInclusive()
{
    const auto tape = build(makeData(), between(hour(10), hour(20)));
    QCOMPARE(iso(tape->start()), iso(hour(10)));
    QCOMPARE(iso(tape->end()), iso(hour(20)));
    QCOMPARE(tape->size(), std::size_t{11});
}

void TestTapePeriod::oneDateLeavesTheOtherEnd()
{
    QCOMPARE(iso(build(makeData(), between(hour(10), std::nullopt))->end()), iso(hour(27)));
    QCOMPARE(iso(build(makeData(), between(std::nullopt, hour(20)))->start()), iso(hour(8)));
}

void TestTapePeriod::oneStepIsAPeriod()
{
    const auto tape = build(makeData(), between(hour(10), hour(10)));
    QCOMPARE(tape->size(), std::size_t{1});
    QVERIFY(TapeCursor(*tape).atEnd());
}

void TestTapePeriod::settlementsMayBeMissingAtTheEnds()
{
    const auto tape = build(makeData(), between(hour(2), hour(29)));
    QCOMPARE(iso(tape->start()), iso(hour(2)));
    QCOMPARE(iso(tape->end()), iso(hour(29)));
}

void TestTapePeriod::periods_data()
{
    QTest::addColumn<double>("from");
    QTest::addColumn<double>("to");
    QTest::addColumn<QString>("expected");
    QTest::newRow("inside") << 10.0 << 20.0 << "built";
    QTest::newRow("all prices") << 2.0 << 29.0 << "built";
    QTest::newRow("backwards") << 20.0 << 10.0 << "CONF-007";
    QTest::newRow("backwards and outside") << 200.0 << 100.0 << "CONF-007";
    QTest::newRow("starts before the prices") << 1.0 << 20.0 << "DATA-013";
    QTest::newRow("ends behind the prices") << 10.0 << 30.0 << "DATA-013";
    QTest::newRow("before the data") << -50.0 << -40.0 << "DATA-013";
    QTest::newRow("behind the data") << 100.0 << 120.0 << "DATA-013";
}

void TestTapePeriod::periods()
{
    QFETCH(double, from);
    QFETCH(double, to);
    QFETCH(QString, expected);
    QCOMPARE(refusal(makeData(), between(hour(from), hour(to))), expected);
}

void TestTapePeriod::periodErrorNamesTheSpan()
{
    const auto refused = Tape::build(makeData(), between(hour(1), hour(20)));
    QVERIFY(!refused);
    const Error& error = refused.error();
    QCOMPARE(text(error.value("from")), iso(hour(1)));
    QCOMPARE(text(error.value("to")), iso(hour(20)));
    QCOMPARE(text(error.value("first")), iso(hour(8)));
    QCOMPARE(text(error.value("last")), iso(hour(27)));
    QCOMPARE(refusal(makeData(), between(hour(28), std::nullopt)), QString("DATA-013"));
}

void TestTapePeriod::seriesWithoutOverlap()
{
    MarketData data;
    addHours(data, spotOf(Venue::Binance), 0, 10, 1000);
    addHours(data, perpOf(Venue::Binance), 10, 10, 1000);
    TapeRequest request;
    request.legs = {leg(Venue::Binance), leg(Venue::Binance, Product::Perp)};
    const auto refused = Tape::build(data, request);
    QVERIFY(!refused);
    QVERIFY(refused.error().code() == ErrorCode::DataNoOverlap);
    QCOMPARE(text(refused.error().value("series")), QString("binance BTC/USDT spot, binance BTCUSDT perp"));
    request.from = hour(0);
    request.to = hour(5);
    QCOMPARE(refusal(data, request), QString("DATA-012"));
}

void TestTapePeriod::missingSeriesAreAllNamed()
{
    TapeRequest request = makeRequest();
    request.legs.push_back(leg(Venue::Okx));
    request.funding.push_back(fundingOf(Venue::Okx));
    auto data = makeData();
    data.frames.clear();
    const auto refused = Tape::build(data, request);
    QVERIFY(!refused);
    QVERIFY(refused.error().code() == ErrorCode::DataSeriesMissing);
    const QString series = text(refused.error().value("series"));
    QVERIFY2(series.startsWith("okx BTC/USDT spot, okx BTCUSDT funding, gas"), qPrintable(series));
}

void TestTapePeriod::emptySeriesAreMissing()
{
    auto data = makeData();
    data.candles[perpOf(Venue::Binance)] = {};
    QCOMPARE(refusal(data, makeRequest()), QString("DATA-011"));
    data = makeData();
    data.frames["gas"].columns = {"base_fee_gwei", "other"};
    QCOMPARE(refusal(data, makeRequest()), QString("DATA-011"));
}

void TestTapePeriod::proxyMustExist()
{
    TapeRequest request;
    request.legs = {leg(Venue::Okx, Product::Spot, Venue::Bybit)};
    const auto refused = Tape::build(makeData(), request);
    QVERIFY(!refused);
    QCOMPARE(text(refused.error().value("series")), QString("bybit BTC/USDT spot"));
    request.legs = {leg(Venue::Okx, Product::Spot, Venue::Binance)};
    QCOMPARE(refusal(makeData(), request), QString("built"));
}

QTEST_APPLESS_MAIN(TestTapePeriod)
#include "tst_tape_period.moc"
