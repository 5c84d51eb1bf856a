// SPDX-License-Identifier: GPL-3.0-or-later
#include "../market/made_market.h"
#include "../portfolio/made_books.h"
#include "risk/situation.h"
#include "venues/venue_parameters.h"

#include <QtTest>

#include <cmath>

using namespace carry;
using namespace made;

namespace
{

constexpr double kTolerance = 1e-12; // relative

bool near(double a, double b)
{
    return std::abs(a - b) <= kTolerance * std::max(1.0, std::abs(b));
}

//! Default rules without haircuts, so that figures are easy to work out.
CexRules makeRules()
{
    ParameterSchema schema;
    declareVenueParameters(schema, Asset::BTC);
    CexRules rules = readVenueRules(ParameterValues(schema), Asset::BTC, {}).value().cex;
    rules.margin.haircut = {};
    return rules;
}

//! Spot and perp of three exchanges in hours 0 to 9; OKX's perp lacks the hours 5 to 8.
std::shared_ptr<const Tape> makeTape()
{
    MarketData data;
    TapeRequest request;
    double base = 50000;
    for (const Venue venue : kExchanges) {
        addHours(data, spotOf(venue), 0, 10, base);
        addHours(data, perpOf(venue), 0, 10, base + 500,
                 venue == Venue::Okx ? std::set<int>{5, 6, 7, 8} : std::set<int>{});
        for (int h = -16; h <= 8; h += 8)
            if (venue != Venue::Okx || h == 8)
                addFunding(data, venue, hour(h), 1e-4);
        request.legs.push_back(leg(venue));
        request.funding.push_back(fundingOf(venue));
        base += 1000;
    }
    for (const Venue venue : kExchanges)
        request.legs.push_back(leg(venue, Product::Perp));
    request.missingBars = MissingBars::Carry;
    request.missingFunding = MissingFunding::Zero;
    request.from = hour(1);
    request.to = hour(9);
    return build(data, request);
}

const Tape& tape()
{
    static const auto made = makeTape();
    return *made;
}

LegMap legMap()
{
    LegMap legs;
    legs.spot = {0, 1, 2};
    legs.perp = {3, 4, 5};
    return legs;
}

Situation situationOf(const Books& b, Time time)
{
    static const CexRules rules = makeRules();
    Situation s;
    fillSituation(s, b, rules, viewAt(tape(), time), legMap(), time);
    return s;
}

//! A book priced by the tape at hour 4.
Books booksAtHour4()
{
    Books b = books(Asset::BTC);
    const auto view = viewAt(tape(), hour(4));
    for (const Venue venue : kExchanges) {
        b.setPrice(b.chart().exchange(venue).coin, view.price(exchangeIndex(venue)));
        b.setPrice(b.chart().exchange(venue).perp, view.price(3 + exchangeIndex(venue)));
    }
    const double reference = (50004.0 + 51004.0 + 52004.0) / 3;
    b.setPrice(b.chart().wallet(Asset::BTC), reference);
    b.setPrice(b.chart().inFlight(Asset::BTC), reference);
    return b;
}

void giveCoins(Books& b, AccountId account, const char* coins)
{
    b.post(b.chart().outside(Asset::BTC), account, amount(coins), Cause::External, 0);
}

} // namespace

class TestSituation : public QObject
{
    Q_OBJECT

  private slots:
    void emptyBook();
    void deltaOfHedgedBook();
    void deltaCountsEveryPlace();
    void driftIsDeltaInValueOverNav();
    void venueFigures();
    void basisIsPerpOverSpot();
    void fundingIsAnnualised();
    void fundingIsEmptyBeforeTheFirstSettlement();
    void stalenessIsTheOlderLegsAge();
    void ethOfTheReferenceLeg();
};

void TestSituation::emptyBook()
{
    const Situation s = situationOf(booksAtHour4(), hour(4));
    QCOMPARE(s.nav, 0.0);
    QCOMPARE(s.netDelta, 0.0);
    QCOMPARE(s.grossDelta, 0.0);
    QVERIFY(near(s.referencePrice, 51004));
    for (const VenueSituation& v : s.venues) {
        QVERIFY2(std::isnan(v.marginRatio), "no notional, no ratio");
        QVERIFY(std::isnan(v.liquidationDistance));
    }
    QVERIFY(s.time == hour(4));
}

void TestSituation::deltaOfHedgedBook()
{
    Books b = booksAtHour4();
    for (const Venue venue : kExchanges) {
        giveCoins(b, b.chart().exchange(venue).coin, "0.5");
        sellShort(b, venue, "0.5", "25000");
    }
    const Situation s = situationOf(b, hour(4));
    QCOMPARE(s.netDelta, 0.0);
    QCOMPARE(s.grossDelta, 3.0);
    QCOMPARE(s.deltaDrift, 0.0);
}

void TestSituation::deltaCountsEveryPlace()
{
    Books b = booksAtHour4();
    giveCoins(b, b.chart().exchange(Venue::Binance).coin, "1");
    sellShort(b, Venue::Bybit, "2", "102000");
    giveCoins(b, b.chart().wallet(Asset::BTC), "0.25");
    giveCoins(b, b.chart().inFlight(Asset::BTC), "0.5");
    fund(b, "1234");
    const Situation s = situationOf(b, hour(4));
    QCOMPARE(s.netDelta, -0.25);
    QCOMPARE(s.grossDelta, 3.75);
    QCOMPARE(s.walletUsdt, 1234.0);
    QVERIFY(near(s.inFlight, 0.5 * 51004));
}

void TestSituation::driftIsDeltaInValueOverNav()
{
    for (const char* coins : {"0.01", "-0.01"}) {
        Books b = booksAtHour4();
        fund(b, "100000");
        giveCoins(b, b.chart().exchange(Venue::Bybit).coin, coins);
        const double sign = coins[0] == '-' ? -1 : 1;
        const Situation s = situationOf(b, hour(4));
        const double nav = 100000 + sign * 0.01 * 51004;
        QVERIFY(near(s.nav, nav));
        QVERIFY(near(s.netDelta, sign * 0.01));
        QVERIFY(near(s.deltaDrift, 0.01 * 51004 / nav));
    }
}

void TestSituation::venueFigures()
{
    Books b = booksAtHour4();
    giveCoins(b, b.chart().exchange(Venue::Binance).coin, "1");
    sellShort(b, Venue::Binance, "1", "50604"); // 100 above the mark of 50504
    const Situation s = situationOf(b, hour(4));
    const VenueSituation& v = s.venues[exchangeIndex(Venue::Binance)];
    QCOMPARE(v.spot, 50004.0);
    QCOMPARE(v.mark, 50504.0);
    QCOMPARE(v.coin, 1.0);
    QCOMPARE(v.perp, -1.0);
    QVERIFY(near(v.unrealised, 100));
    QVERIFY(near(v.equity, 50104));
    QVERIFY(near(v.notional, 50504));
    QVERIFY(near(v.marginRatio, 50104.0 / 50504.0));
    QCOMPARE(v.debit, 0.0);
    QVERIFY(near(s.nav, 50104));
}

void TestSituation::basisIsPerpOverSpot()
{
    const Situation s = situationOf(booksAtHour4(), hour(4));
    QVERIFY(near(s.venues[0].basis, 50504.0 / 50004.0 - 1));
    QVERIFY(near(s.venues[1].basis, 51504.0 / 51004.0 - 1));
}

void TestSituation::fundingIsAnnualised()
{
    // Three settlements of 1e-4 in the last three days, one more at hour 8.
    const Books b = booksAtHour4();
    QVERIFY(near(situationOf(b, hour(4)).venues[0].fundingApr, 3e-4 * 365 / 3));
    QVERIFY(near(situationOf(b, hour(8)).venues[0].fundingApr, 4e-4 * 365 / 3));
}

void TestSituation::fundingIsEmptyBeforeTheFirstSettlement()
{
    const Books b = booksAtHour4();
    const std::size_t okx = exchangeIndex(Venue::Okx);
    QVERIFY(std::isnan(situationOf(b, hour(7)).venues[okx].fundingApr));
    QVERIFY(near(situationOf(b, hour(8)).venues[okx].fundingApr, 1e-4 * 365 / 3));
}

void TestSituation::stalenessIsTheOlderLegsAge()
{
    const Books b = booksAtHour4();
    const std::size_t okx = exchangeIndex(Venue::Okx);
    QCOMPARE(situationOf(b, hour(4)).venues[okx].stalenessBars, 0.0);
    // The last perp bar, of hour 4, closed at hour 5.
    QCOMPARE(situationOf(b, hour(5)).venues[okx].stalenessBars, 0.0);
    QCOMPARE(situationOf(b, hour(8)).venues[okx].stalenessBars, 3.0);
    QCOMPARE(situationOf(b, hour(8)).venues[okx].readingFlags, std::uint8_t{kReadingCarried});
    QCOMPARE(situationOf(b, hour(8)).venues[0].stalenessBars, 0.0);
    QCOMPARE(situationOf(b, hour(9)).venues[okx].stalenessBars, 0.0);
    // Between two steps of the tape the reading ages with the clock.
    Situation s;
    fillSituation(s, b, makeRules(), viewAt(tape(), hour(8)), legMap(), hour(8.5));
    QCOMPARE(s.venues[0].stalenessBars, 0.5);
    QCOMPARE(s.venues[okx].stalenessBars, 3.5);
}

void TestSituation::ethOfTheReferenceLeg()
{
    Books b = booksAtHour4();
    b.post(b.chart().outside(Asset::ETH), b.chart().wallet(Asset::ETH), amount("0.1"), Cause::External, 0);
    const Situation without = situationOf(b, hour(4));
    QCOMPARE(without.walletEth, 0.1);
    QCOMPARE(without.ethPrice, 0.0);
    QCOMPARE(without.netDelta, 0.0); // the delta is that of the base
    LegMap legs = legMap();
    legs.ethReference = 1;
    Situation s;
    fillSituation(s, b, makeRules(), viewAt(tape(), hour(4)), legs, hour(4));
    QCOMPARE(s.ethPrice, 51004.0);
}

QTEST_APPLESS_MAIN(TestSituation)
#include "tst_situation.moc"
