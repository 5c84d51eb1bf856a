// SPDX-License-Identifier: GPL-3.0-or-later
// Margin tiers, slippage buckets, tick rounding and the lot of a hedged quantity.
#include "support/venue_book.h"

#include <rapidcheck.h>

#include <cmath>

using namespace carry;
using namespace carry::test;

class TestCexRules : public QObject
{
    Q_OBJECT

  private slots:
    void tierErrors_data();
    void tierErrors();
    void tiersMayReachTheInitialMargin();
    void tiersOfBinance();
    void tiersAreContinuousAtTheirBounds();
    void maintenanceRisesWithNotional();
    void slippageByKindAndSize_data();
    void slippageByKindAndSize();
    void noSlippage();
    void fillPriceOnTheTick_data();
    void fillPriceOnTheTick();
    void fillPriceIsNeverBetterThanTheMid();
    void fillPriceWithoutRounding();
    void hedgeLot();
};

void TestCexRules::tierErrors_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("found");
    QTest::newRow("nothing") << ""
                             << "no tiers";
    QTest::newRow("no colon") << "0.004"
                              << "'0.004' lacks a colon";
    QTest::newRow("empty first entry") << ",0:0.004"
                                       << "'' lacks a colon";
    QTest::newRow("a word") << "0:much"
                            << "'0:much' is not notional:rate";
    QTest::newRow("something behind the number") << "0:0.004%"
                                                 << "'0:0.004%' is not notional:rate";
    QTest::newRow("blank") << "0: 0.004"
                           << "'0: 0.004' is not notional:rate";
    QTest::newRow("not finite") << "0:0.004,inf:0.005"
                                << "'inf:0.005' is not notional:rate";
    QTest::newRow("does not start at zero") << "1:0.004"
                                            << "the first tier must start at 0";
    QTest::newRow("rate zero") << "0:0"
                               << "maintenance rate 0 is not above 0 and at most the initial margin";
    QTest::newRow("rate negative") << "0:-0.01"
                                   << "maintenance rate -0.01 is not above 0 and at most the initial margin";
    QTest::newRow("above the initial margin")
        << "0:0.004,1000:0.0501"
        << "maintenance rate 0.0501 is not above 0 and at most the initial margin";
    QTest::newRow("bound repeated") << "0:0.004,1000:0.005,1000:0.006"
                                    << "tiers do not rise";
    QTest::newRow("bound falls") << "0:0.004,1000:0.005,900:0.006"
                                 << "tiers do not rise";
    QTest::newRow("rate falls") << "0:0.004,1000:0.003"
                                << "tiers do not rise";
}

void TestCexRules::tierErrors()
{
    QFETCH(QString, text);
    QFETCH(QString, found);
    const auto tiers = MarginTiers::parse("margin.binance.tiers", text.toStdString(), 0.05);
    QVERIFY(!tiers);
    QVERIFY(tiers.error().code() == ErrorCode::ConfMargin);
    QCOMPARE(shown(tiers.error().value("key")), QString("margin.binance.tiers"));
    QCOMPARE(shown(tiers.error().value("found")), found);
}

void TestCexRules::tiersMayReachTheInitialMargin()
{
    const auto tiers = MarginTiers::parse("k", "0:0.05", 0.05);
    QVERIFY(tiers);
    QCOMPARE(tiers->maintenance(1000), 50.0);
}

void TestCexRules::tiersOfBinance()
{
    const MarginTiers tiers = venueRules().cex.at(Venue::Binance).tiers;
    QCOMPARE(tiers.maintenance(0), 0.0);
    COMPARE_NEAR(tiers.maintenance(100'000), 400, 1e-9); // the first tier of .4 %
    COMPARE_NEAR(tiers.maintenance(300'000), 1'200, 1e-9);
    COMPARE_NEAR(tiers.maintenance(400'000), 1'700, 1e-9); // 1,200 and .5 % of what lies above 300,000
    QCOMPARE(tiers.at(299'999.99).rate, 0.004);
    QCOMPARE(tiers.at(300'000).rate, 0.005);
}

void TestCexRules::tiersAreContinuousAtTheirBounds()
{
    for (const Asset base : {Asset::BTC, Asset::ETH}) {
        const VenueRules rules = venueRules({}, base);
        for (const Venue venue : kExchanges) {
            const MarginTiers& tiers = rules.cex.at(venue).tiers;
            for (double bound = 0; bound < 2e8;) {
                double next = bound + 1000;
                while (next < 2e8 && tiers.at(next).from == tiers.at(bound).from)
                    next += 1000;
                const double from = tiers.at(next).from;
                if (from > bound && next < 2e8)
                    COMPARE_NEAR(tiers.maintenance(std::nextafter(from, 0)), tiers.maintenance(from), 1e-6);
                bound = next;
            }
        }
    }
}

void TestCexRules::maintenanceRisesWithNotional()
{
    const VenueRules rules = venueRules();
    QVERIFY(rc::check("maintenance rises and stays between first and current rate", [&] {
        const double a = *rc::gen::inRange(0, 200'000'000);
        const double b = a + *rc::gen::inRange(1, 1'000'000);
        for (const Venue venue : kExchanges) {
            const MarginTiers& tiers = rules.cex.at(venue).tiers;
            RC_ASSERT(tiers.maintenance(b) > tiers.maintenance(a));
            RC_ASSERT(tiers.maintenance(a) >= tiers.at(0).rate * a - 1e-6);
            RC_ASSERT(tiers.maintenance(a) <= tiers.at(a).rate * a + 1e-6);
        }
    }));
}

void TestCexRules::slippageByKindAndSize_data()
{
    QTest::addColumn<bool>("spot");
    QTest::addColumn<double>("notional");
    QTest::addColumn<double>("bps");
    QTest::newRow("spot small") << true << 1.0 << 5.0;
    QTest::newRow("spot at 10k") << true << 10'000.0 << 5.0;
    QTest::newRow("spot above 10k") << true << 10'000.01 << 7.0;
    QTest::newRow("spot at 100k") << true << 100'000.0 << 7.0;
    QTest::newRow("spot above 100k") << true << 100'000.01 << 13.0;
    QTest::newRow("perp at 10k") << false << 10'000.0 << 3.0;
    QTest::newRow("perp above 10k") << false << 10'000.01 << 4.0;
    QTest::newRow("perp at 100k") << false << 100'000.0 << 4.0;
    QTest::newRow("perp above 100k") << false << 100'000.01 << 8.0;
}

void TestCexRules::slippageByKindAndSize()
{
    QFETCH(bool, spot);
    QFETCH(double, notional);
    QFETCH(double, bps);
    const SlippageModel model = venueRules().cex.slippage;
    QCOMPARE(model.bps(spot ? Product::Spot : Product::Perp, notional), bps);
}

void TestCexRules::noSlippage()
{
    const CexRules rules = venueRules({{"slippage.model", "none"}}).cex;
    QCOMPARE(rules.slippage.bps(Product::Spot, 1e6), 0.0);
    // The open as it is: without slippage nothing is moved to a tick.
    QCOMPARE(rules.fillPrice(Venue::Binance, Product::Spot, Side::Buy, 60'000.123, 1), 60'000.123);
    QCOMPARE(rules.fillPrice(Venue::Binance, Product::Perp, Side::Sell, 60'000.123, 1), 60'000.123);
}

void TestCexRules::fillPriceOnTheTick_data()
{
    QTest::addColumn<bool>("spot");
    QTest::addColumn<bool>("buys");
    QTest::addColumn<double>("mid");
    QTest::addColumn<double>("quantity");
    QTest::addColumn<double>("price");
    // 60,000.11 * 1.0005 = 60,030.110055; ticks of .01 and .1
    QTest::newRow("spot buy rounds up") << true << true << 60'000.11 << 0.1 << 60'030.12;
    QTest::newRow("spot sell rounds down") << true << false << 60'000.11 << 0.1 << 59'970.10;
    QTest::newRow("perp buy rounds up") << false << true << 60'000.11 << 0.1 << 60'018.2;
    QTest::newRow("perp sell rounds down") << false << false << 60'000.11 << 0.1 << 59'982.1;
    QTest::newRow("already on the tick, up") << true << true << 60'000.0 << 0.1 << 60'030.0;
    QTest::newRow("already on the tick, down") << true << false << 60'000.0 << 0.1 << 59'970.0;
    QTest::newRow("bucket of the notional at the mid") << true << true << 60'000.0 << 1.0 << 60'042.0;
    QTest::newRow("largest bucket") << true << false << 60'000.0 << 2.0 << 59'922.0;
}

void TestCexRules::fillPriceOnTheTick()
{
    QFETCH(bool, spot);
    QFETCH(bool, buys);
    QFETCH(double, mid);
    QFETCH(double, quantity);
    QFETCH(double, price);
    const CexRules rules = venueRules().cex;
    COMPARE_NEAR(
        rules.fillPrice(Venue::Okx, spot ? Product::Spot : Product::Perp, buys ? Side::Buy : Side::Sell, mid, quantity),
        price, 1e-9);
}

void TestCexRules::fillPriceIsNeverBetterThanTheMid()
{
    const CexRules rules = venueRules().cex;
    QVERIFY(rc::check("a fill is away from us, by the slippage and less than one tick more", [&] {
        const double mid = *rc::gen::inRange(1'000'000, 20'000'000) / 100.0;
        const double quantity = *rc::gen::inRange(1, 5'000'000) / 1e6;
        const auto venue = *rc::gen::elementOf(kExchanges);
        const auto product = *rc::gen::element(Product::Spot, Product::Perp);
        const auto side = *rc::gen::element(Side::Buy, Side::Sell);
        const double tick = product == Product::Spot ? 0.01 : 0.1;
        const double price = rules.fillPrice(venue, product, side, mid, quantity);
        const double worse = side == Side::Buy ? price - mid : mid - price;
        const double slippage = mid * rules.slippage.bps(product, mid * quantity) * 1e-4;
        RC_ASSERT(worse >= slippage - 1e-6);
        RC_ASSERT(worse <= slippage + tick);
        RC_ASSERT(std::abs(price / tick - std::round(price / tick)) < 1e-6);
    }));
}

void TestCexRules::fillPriceWithoutRounding()
{
    const CexRules rules = venueRules({{"execution.rounding", "none"}}).cex;
    COMPARE_NEAR(rules.fillPrice(Venue::Binance, Product::Spot, Side::Buy, 60'000.11, 0.1), 60'000.11 * 1.0005, 1e-9);
}

void TestCexRules::hedgeLot()
{
    const CexRules btc = venueRules().cex;
    for (const Venue venue : kExchanges)
        QCOMPARE(shown(btc.hedgeLot(venue)), QString("0.01")); // the contract of OKX is the coarsest of all
    QCOMPARE(shown(btc.lot(Venue::Binance, Product::Spot)), QString("0.00001"));
    QCOMPARE(shown(btc.lot(Venue::Binance, Product::Perp)), QString("0.001"));
    QCOMPARE(shown(btc.lot(Venue::Okx, Product::Perp)), QString("0.01")); // contract above lot
    const CexRules eth = venueRules({}, Asset::ETH).cex;
    QCOMPARE(shown(eth.hedgeLot(Venue::Bybit)), QString("0.1"));
    const CexRules coarse = venueRules({{"instruments.bybit.spot_lot", "0.5"}}).cex;
    QCOMPARE(shown(coarse.hedgeLot(Venue::Bybit)), QString("0.5"));
    QCOMPARE(shown(coarse.hedgeLot(Venue::Binance)), QString("0.01"));
}

QTEST_APPLESS_MAIN(TestCexRules)
#include "tst_cex_rules.moc"
