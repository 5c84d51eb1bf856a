// SPDX-License-Identifier: GPL-3.0-or-later
// Whether an account survives a bar, and what is left of it when it does not.
#include "support/venue_book.h"
#include "venues/liquidation.h"

#include <rapidcheck.h>

#include <cmath>

using namespace carry;
using namespace carry::test;

class TestLiquidator : public QObject
{
    Q_OBJECT

  private slots:
    void nothingWithoutPerp();
    void survives();
    void exactlyAtMaintenanceSurvives();
    void diesOnTheWayToTheHigh();
    void longDiesOnTheWayToTheLow();
    void theWorseExtremeCounts();
    void beyondAtTheOpen();
    void spotAndPerpOfABarMoveTogether();
    void coinIsSoldOnlyUntilCashIsBack();
    void coinIsSoldCompletely();
    void shortfallIsWrittenOff();
    void feeOfTheClosedNotional();
    void closesWhereEquityIsMaintenance();
};

namespace
{

constexpr Venue kVenue = Venue::Bybit;

struct Desk : VenueBook {
    VenueRules rules;
    PostingList list;

    explicit Desk(double price, const Settings& settings = {}) : VenueBook(price), rules(venueRules(settings))
    {
        books.setSink(&list);
    }
    const ExchangeAccounts& ids() const { return at(kVenue); }
    std::optional<LiquidationOutcome> test(const BarExtremes& spot, const BarExtremes& perp)
    {
        list.postings.clear();
        return Liquidator(books, rules.cex, kVenue).test(spot, perp);
    }
    std::optional<LiquidationOutcome> test(const BarExtremes& both) { return test(both, both); }
    double surplus(double spot, double perp) const
    {
        return CexAccount::marginSurplus(books, rules.cex, kVenue, spot, perp);
    }
};

} // namespace

void TestLiquidator::nothingWithoutPerp()
{
    Desk d(60'000);
    d.hold(kVenue, -1'000'000, 1, 0, 0);
    QVERIFY(!d.test({60'000, 90'000, 30'000}));
}

void TestLiquidator::survives()
{
    Desk d(60'000);
    d.hold(kVenue, 6'000, 0, -1, 60'000); // dies at 66,000 / 1.005 = 65,671.64
    QVERIFY(!d.test({60'000, 65'671, 55'000}));
    QVERIFY(d.list.postings.empty());
    QCOMPARE(shown(d.books.balance(d.ids().perp)), QString("-1"));
}

void TestLiquidator::exactlyAtMaintenanceSurvives()
{
    // 60,300 + ... at the high of 60,000 exactly: 60,300 - 60,000 = .005 * 60,000; below maintenance is meant.
    Desk d(50'000);
    d.hold(kVenue, 10'300, 0, -1, 50'000);
    QCOMPARE(d.surplus(60'000, 60'000), 0.0);
    QVERIFY(!d.test({50'000, 60'000, 50'000}));
    QVERIFY(d.test({50'000, 60'000.01, 50'000}));
}

void TestLiquidator::diesOnTheWayToTheHigh()
{
    Desk d(60'000);
    d.hold(kVenue, 6'000, 0, -1, 60'000);
    const auto outcome = d.test({60'000, 80'000, 59'000});
    QVERIFY(outcome);
    const double price = 66'000 / 1.005; // where equity is maintenance, not the high
    COMPARE_NEAR(outcome->perpPrice, price, 1e-6);
    COMPARE_NEAR(outcome->spotPrice, price, 1e-6);
    QCOMPARE(shown(outcome->perpClosed), QString("-1"));
    COMPARE_NEAR(outcome->fee, 0.005 * price, 1e-6);
    QVERIFY(d.books.balance(d.ids().perp).isZero());
    QVERIFY(d.books.balance(d.ids().perpQuote).isZero());
    // Equity at that point was the maintenance of .5 %; the fee of .5 % takes all of it.
    COMPARE_NEAR(d.books.quantity(d.ids().usdt), 0, 1e-6);
    QVERIFY(outcome->coinSold.isZero());
    for (const Posting& p : d.list.postings) {
        QVERIFY(p.cause == Cause::Liquidation);
        QCOMPARE(p.instruction, InstructionId{0});
    }
    QCOMPARE(d.notConserved(), QString());
}

void TestLiquidator::longDiesOnTheWayToTheLow()
{
    Desk d(60'000);
    d.hold(kVenue, 6'000, 0, 1, 60'000);
    const auto outcome = d.test({60'000, 61'000, 40'000});
    QVERIFY(outcome);
    COMPARE_NEAR(outcome->perpPrice, 54'000 / 0.995, 1e-6); // 6,000 + p - 60,000 = .005 p
}

void TestLiquidator::theWorseExtremeCounts()
{
    // Short beside a little coin: only the high can take it, however deep the low is.
    Desk d(60'000);
    d.hold(kVenue, 6'000, 0.1, -1, 60'000);
    QVERIFY(!d.test({60'000, 60'500, 1'000}));
    QVERIFY(d.test({60'000, 90'000, 1'000}));
    // Coin bought on credit beside a small short: only the low can.
    Desk credit(60'000);
    credit.hold(kVenue, -50'000, 1, -0.01, 60'000);
    QVERIFY(!credit.test({60'000, 900'000, 59'000}));
    const auto outcome = credit.test({60'000, 900'000, 40'000});
    QVERIFY(outcome);
    QVERIFY(outcome->perpPrice < 60'000);
}

void TestLiquidator::beyondAtTheOpen()
{
    Desk d(60'000);
    d.hold(kVenue, 6'000, 0, -1, 60'000);
    const auto outcome = d.test({70'000, 80'000, 69'000}); // a gap: nothing was traded in between
    QVERIFY(outcome);
    QCOMPARE(outcome->perpPrice, 70'000.0);
    COMPARE_NEAR(outcome->fee, 350, 1e-9);
    COMPARE_NEAR(outcome->writtenOff, 4'350, 1e-6); // 6,000 - 10,000 - 350
    QCOMPARE(shown(d.books.balance(d.ids().usdt)), QString("0"));
    QCOMPARE(d.notConserved(), QString());
}

void TestLiquidator::spotAndPerpOfABarMoveTogether()
{
    // Half-way of the spot to its high goes with half-way of the perp to its own.
    Desk d(60'000, {{"margin.haircut.BTC", "0"}});
    d.hold(kVenue, -57'000, 1, -1, 60'000);
    const BarExtremes spot{60'000, 62'000, 60'000};
    const BarExtremes perp{60'000, 70'000, 60'000}; // the basis blows out
    const auto outcome = d.test(spot, perp);
    QVERIFY(outcome);
    const double way = (outcome->perpPrice - 60'000) / 10'000;
    COMPARE_NEAR(outcome->spotPrice, 60'000 + 2'000 * way, 1e-6);
    // 60,000 - 57,000 + 2,000 x - 10,000 x = .005 (60,000 + 10,000 x)
    COMPARE_NEAR(way, 2'700.0 / 8'050, 1e-9);
}

void TestLiquidator::coinIsSoldOnlyUntilCashIsBack()
{
    Desk d(60'000);
    d.hold(kVenue, -20'000, 1, -1, 60'000); // dies where 40,000 + .95 p - p = .005 p
    const auto outcome = d.test({60'000, 900'000, 60'000});
    QVERIFY(outcome);
    COMPARE_NEAR(outcome->perpPrice, 40'000 / 0.055, 1e-3);
    QVERIFY(outcome->coinSold.isPositive());
    QVERIFY(outcome->coinSold < dec("1"));
    COMPARE_NEAR(d.books.quantity(d.ids().coin), 1 - outcome->coinSold.toDouble(), 1e-12);
    QVERIFY(!d.books.balance(d.ids().usdt).isNegative());
    QVERIFY(d.books.quantity(d.ids().usdt) < 0.01); // no more than one unit of 1e-8 coin too much
    QCOMPARE(outcome->writtenOff, 0.0);
    // Sold at the same point with the taker fee: owed (20,000 + p - 60,000 + fee) / (p (1 - .001)).
    const double p = outcome->perpPrice;
    COMPARE_NEAR(outcome->coinSold.toDouble(), (p - 40'000 + 0.005 * p) / (p * 0.999), 1e-7);
    QCOMPARE(d.notConserved(), QString());
}

void TestLiquidator::coinIsSoldCompletely()
{
    Desk d(60'000);
    d.hold(kVenue, -20'000, 1, -1, 60'000);
    // The perp gaps far above the spot: one coin does not pay for it.
    const auto outcome = d.test({60'000, 61'000, 60'000}, {110'000, 111'000, 110'000});
    QVERIFY(outcome);
    QCOMPARE(shown(outcome->coinSold), QString("1"));
    QVERIFY(d.books.balance(d.ids().coin).isZero());
    QVERIFY(d.books.balance(d.ids().usdt).isZero());
    COMPARE_NEAR(outcome->writtenOff, 20'000 + 50'000 + 550 - 59'940, 1e-6);
    QCOMPARE(d.notConserved(), QString());
}

void TestLiquidator::shortfallIsWrittenOff()
{
    Desk d(60'000, {{"margin.mode", "isolated"}});
    d.hold(kVenue, 1'000, 0, -1, 60'000);
    const double before = d.books.nav();
    const auto outcome = d.test({65'000, 66'000, 64'000});
    QVERIFY(outcome);
    COMPARE_NEAR(outcome->writtenOff, 5'000 + 325 - 1'000, 1e-6);
    // We lose what was there and not more.
    COMPARE_NEAR(d.books.venueEquity(kVenue), 0, 1e-9);
    COMPARE_NEAR(d.books.attribution().total(PnlItem::LiquidationLoss), -before, 1e-6);
    COMPARE_NEAR(d.books.attribution().sum(), d.books.nav() - before, 1e-9);
}

void TestLiquidator::feeOfTheClosedNotional()
{
    Desk d(60'000, {{"margin.liquidation_fee", "0.01"}});
    d.hold(kVenue, 6'000, 0, -2, 60'000);
    const auto outcome = d.test({63'000, 64'000, 62'000});
    QVERIFY(outcome);
    COMPARE_NEAR(outcome->fee, 2 * 63'000 * 0.01, 1e-9);
}

void TestLiquidator::closesWhereEquityIsMaintenance()
{
    QVERIFY(rc::check("dead accounts are closed between open and extreme where equity is maintenance", [] {
        Desk d(60'000);
        const double usdt = *rc::gen::inRange(-50'000, 100'000);
        const double coin = *rc::gen::inRange(0, 3'000) / 1000.0;
        const double perp = -*rc::gen::inRange(1, 3'000) / 1000.0;
        d.hold(kVenue, usdt, coin, perp, *rc::gen::inRange(30'000, 90'000));
        const double spotOpen = *rc::gen::inRange(30'000, 90'000);
        const double perpOpen = spotOpen * (1 + *rc::gen::inRange(-50, 50) * 1e-4);
        const double up = 1 + *rc::gen::inRange(0, 20'000) * 1e-4;
        const double down = 1 - *rc::gen::inRange(0, 9'000) * 1e-4;
        const BarExtremes spot{spotOpen, spotOpen * up, spotOpen * down};
        const BarExtremes swap{perpOpen, perpOpen * up, perpOpen * down};
        const double atOpen = d.surplus(spot.open, swap.open);
        const double worst = std::min(d.surplus(spot.high, swap.high), d.surplus(spot.low, swap.low));
        Books before(d.books);
        const auto outcome = d.test(spot, swap);
        RC_ASSERT(outcome.has_value() == (worst < 0));
        if (!outcome)
            return;
        const double there =
            CexAccount::marginSurplus(before, d.rules.cex, kVenue, outcome->spotPrice, outcome->perpPrice);
        if (atOpen <= 0) {
            RC_ASSERT(outcome->perpPrice == swap.open);
        } else {
            RC_ASSERT(std::abs(there) < 1e-4);
            RC_ASSERT(outcome->perpPrice >= swap.low - 1e-6);
            RC_ASSERT(outcome->perpPrice <= swap.high + 1e-6);
        }
        RC_ASSERT(d.books.balance(d.ids().perp).isZero());
        RC_ASSERT(d.books.balance(d.ids().perpQuote).isZero());
        RC_ASSERT(!d.books.balance(d.ids().usdt).isNegative());
        RC_ASSERT(!d.books.balance(d.ids().coin).isNegative());
        RC_ASSERT(outcome->writtenOff == 0 || d.books.balance(d.ids().coin).isZero());
        RC_ASSERT(d.notConserved().isEmpty());
        // Nothing appears from nowhere: what is left and what was paid is what was there, at those prices.
        const double had = before.quantity(d.ids().usdt) + before.quantity(d.ids().perpQuote) +
                           before.quantity(d.ids().perp) * outcome->perpPrice + coin * outcome->spotPrice;
        const double has = d.books.quantity(d.ids().usdt) + d.books.quantity(d.ids().coin) * outcome->spotPrice;
        const double saleFee = outcome->coinSold.toDouble() * outcome->spotPrice * 0.001;
        RC_ASSERT(std::abs(had - outcome->fee - saleFee + outcome->writtenOff - has) < 1e-6);
    }));
}

QTEST_APPLESS_MAIN(TestLiquidator)
#include "tst_liquidator.moc"
