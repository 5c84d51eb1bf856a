// SPDX-License-Identifier: GPL-3.0-or-later
// Sizes, checked by doing to an account what they say.
#include "strategy/basis_sizing.h"

#include "support/basis_desk.h"

#include <rapidcheck.h>

#include <cmath>

using namespace carry;
using namespace carry::test;

class TestBasisSizing : public QObject
{
    Q_OBJECT

  private slots:
    void seedQuantities_data();
    void seedQuantities();
    void formulaByHand();
    void wholeCapitalLeavesNoCash();
    void wholeCapitalIsNeverOverspent();
    void fractionLeavesMargin();
    void nothingForNothing();
    void releaseOnlyWhatIsMissing();
    void releasedCoinsPayTheCash();
    void releaseIsAtMostWhatIsThere();
    void withdrawalKeepsTheMargin();
    void surplusIsCashFirst();
    void noSurplusBelowTheFloor();
    void surplusLeavesTheFloor();
    void surplusOfAnAccountInDebit();
    void deficitIsWhatATransferMustBring();
    void cutReachesTheTarget();
    void cutIsAtMostWhatIsThere();
    void cutInIsolatedMode();
};

namespace
{

constexpr Venue kVenue = Venue::Binance;

//! An account that sizes are applied to, at the prices and costs that the sizes were made with.
struct Desk : VenueBook {
    VenueRules rules;

    explicit Desk(double price, const Settings& settings = {}) : VenueBook(price), rules(venueRules(settings)) {}
    VenueSituation v() const { return venueSituation(*this, rules.cex, kVenue); }
    const ExchangeAccounts& ids() const { return at(kVenue); }
    double usdt() const { return books.quantity(ids().usdt); }

    void spot(Side side, Decimal q)
    {
        const double mid = books.price(ids().coin);
        CexAccount(books, rules.cex, kVenue)
            .fillSpot(side, q, mid, rules.cex.fillPrice(kVenue, Product::Spot, side, mid, q.toDouble()), 1);
    }
    void perp(Side side, Decimal q)
    {
        const double mark = books.price(ids().perp);
        CexAccount(books, rules.cex, kVenue)
            .fillPerp(side, q, mark, rules.cex.fillPrice(kVenue, Product::Perp, side, mark, q.toDouble()), 1);
    }
    void open(Decimal q)
    {
        spot(Side::Buy, q);
        perp(Side::Sell, q);
    }
    void cut(Decimal q)
    {
        if (q.isZero())
            return;
        perp(Side::Buy, q);
        spot(Side::Sell, q);
    }
    void send(double cash) { give(ids().usdt, -cash); }
};

//! A hedged account somewhere on its way, with fine lots so that what a lot makes is small.
const Settings kFine{{"instruments.binance.spot_lot", "0.0001"},
                     {"instruments.binance.perp_lot", "0.0001"},
                     {"instruments.okx.contract_value", "0.0001"}};
constexpr double kFineLot = 0.0001;

struct HedgedAccount {
    double price, coin, usdt, entry;
    static HedgedAccount make()
    {
        HedgedAccount a{};
        a.price = *rc::gen::inRange(20'000, 120'000);
        a.coin = *rc::gen::inRange(100, 5'000) / 1000.0;
        a.usdt = *rc::gen::inRange(-10'000, 20'000);
        a.entry = a.price * *rc::gen::inRange(60, 140) / 100.0;
        return a;
    }
    void putInto(Desk& d) const
    {
        d.hold(kVenue, usdt, coin, -coin, entry);
        d.reprice(kVenue, price, price * 1.0005);
    }
};

} // namespace

void TestBasisSizing::seedQuantities_data()
{
    QTest::addColumn<QString>("venue");
    QTest::addColumn<double>("capital");
    QTest::addColumn<QString>("quantity");
    QTest::newRow("Binance") << "binance" << 40'000.0 << "0.59";
    QTest::newRow("Bybit") << "bybit" << 30'000.0 << "0.44";
    QTest::newRow("OKX") << "okx" << 30'000.0 << "0.44";
}

void TestBasisSizing::seedQuantities()
{
    QFETCH(QString, venue);
    QFETCH(double, capital);
    QFETCH(QString, quantity);
    const CexRules rules = venueRules().cex;
    QCOMPARE(shown(hedgedQuantity(rules, *parseVenue(venue.toStdString()), capital, 67'560, 67'560, 1)), quantity);
}

void TestBasisSizing::formulaByHand()
{
    const CexRules rules = venueRules({{"execution.rounding", "none"},
                                       {"slippage.model", "none"},
                                       {"fees.binance.spot_taker", "0.001"},
                                       {"fees.binance.perp_taker", "0.0005"}})
                               .cex;
    // C / (S (1 + f_s) + P f_p)
    COMPARE_NEAR(hedgedQuantity(rules, kVenue, 40'000, 60'000, 60'600, 1).toDouble(), 40'000 / (60'060 + 30.3), 1e-11);
    // fraction C / (S (1 + f_s))
    COMPARE_NEAR(hedgedQuantity(rules, kVenue, 40'000, 60'000, 60'600, 0.8).toDouble(), 32'000 / 60'060.0, 1e-11);
}

void TestBasisSizing::wholeCapitalLeavesNoCash()
{
    QVERIFY(rc::check("without rounding the cash is zero after both fees", [] {
        const double price = *rc::gen::inRange(1'000'000, 15'000'000) / 100.0;
        const double capital = *rc::gen::inRange(1'000, 2'000'000);
        Desk d(price, {{"execution.rounding", "none"}, {"slippage.model", "none"}});
        d.reprice(kVenue, price, price * (1 + *rc::gen::inRange(-100, 100) * 1e-4));
        d.give(d.ids().usdt, capital);
        const Decimal q = hedgedQuantity(d.rules.cex, kVenue, capital, price, d.v().mark, 1);
        d.open(q);
        RC_ASSERT(d.usdt() >= -1e-7);
        RC_ASSERT(d.usdt() < 1e-6); // the cut at 1e-12 coin
        RC_ASSERT(d.books.balance(d.ids().coin) == q);
        RC_ASSERT(d.books.balance(d.ids().perp) == -q);
    }));
}

void TestBasisSizing::wholeCapitalIsNeverOverspent()
{
    QVERIFY(rc::check("with lots and slippage what stays is less than a lot and a step of the cost table", [] {
        const double price = *rc::gen::inRange(1'000'000, 15'000'000) / 100.0;
        const double capital = *rc::gen::inRange(1'000, 2'000'000);
        Desk d(price);
        d.give(d.ids().usdt, capital);
        const Decimal q = hedgedQuantity(d.rules.cex, kVenue, capital, price, price, 1);
        RC_ASSERT(q.truncatedTo(dec("0.01")) == q);
        if (!q.isZero())
            d.open(q);
        RC_ASSERT(d.usdt() >= -1e-7);
        RC_ASSERT(d.usdt() <= 0.01 * price * 1.003 + capital * 6e-4 + 1);
    }));
}

void TestBasisSizing::fractionLeavesMargin()
{
    QVERIFY(rc::check("spot and its fee take the fraction, the rest stays USDT", [] {
        const double price = *rc::gen::inRange(1'000'000, 15'000'000) / 100.0;
        const double capital = *rc::gen::inRange(10'000, 2'000'000);
        const double fraction = *rc::gen::inRange(1, 100) / 100.0;
        Desk d(price, {{"execution.rounding", "none"}, {"slippage.model", "none"}});
        d.give(d.ids().usdt, capital);
        const Decimal q = hedgedQuantity(d.rules.cex, kVenue, capital, price, price, fraction);
        d.spot(Side::Buy, q);
        RC_ASSERT(std::abs(d.usdt() - capital * (1 - fraction)) < 1e-6);
    }));
}

void TestBasisSizing::nothingForNothing()
{
    const CexRules rules = venueRules().cex;
    QVERIFY(hedgedQuantity(rules, kVenue, 0, 60'000, 60'000, 1).isZero());
    QVERIFY(hedgedQuantity(rules, kVenue, -5, 60'000, 60'000, 1).isZero());
    QVERIFY(hedgedQuantity(rules, kVenue, 600, 60'000, 60'000, 1).isZero()); // less than a lot
}

void TestBasisSizing::releaseOnlyWhatIsMissing()
{
    Desk d(60'000);
    d.hold(kVenue, 5'000, 1, -1, 60'000);
    QVERIFY(coinsToRelease(d.rules.cex, kVenue, d.v(), 5'000).isZero());
    // 600 are missing; a coin brings about 59,800: a lot of .01 is a little too little, two are enough
    QCOMPARE(shown(coinsToRelease(d.rules.cex, kVenue, d.v(), 5'600)), QString("0.02"));
    QCOMPARE(shown(coinsToRelease(d.rules.cex, kVenue, d.v(), 5'590)), QString("0.01"));
    // A debit has to be filled first.
    d.give(d.ids().usdt, -6'000);
    QCOMPARE(shown(coinsToRelease(d.rules.cex, kVenue, d.v(), 590)), QString("0.03"));
}

void TestBasisSizing::releasedCoinsPayTheCash()
{
    QVERIFY(rc::check("after the sale the cash is there, and hardly more", [] {
        const HedgedAccount a = HedgedAccount::make();
        Desk d(a.price, kFine);
        a.putInto(d);
        const double all = cashPerCoin(d.rules.cex, kVenue, d.v(), a.coin) * a.coin + a.usdt;
        RC_PRE(all > 1'000);
        const double cash = all * *rc::gen::inRange(1, 99) / 100.0;
        const Decimal y = coinsToRelease(d.rules.cex, kVenue, d.v(), cash);
        const double perCoin = cashPerCoin(d.rules.cex, kVenue, d.v(), y.toDouble());
        d.cut(y);
        RC_ASSERT(d.usdt() >= cash - 0.01);
        if (!y.isZero())
            RC_ASSERT(d.usdt() - cash <= kFineLot * a.price + 0.004 * (cash + y.toDouble() * a.price));
        RC_ASSERT(perCoin > 0);
        RC_ASSERT(d.books.balance(d.ids().coin) == -d.books.balance(d.ids().perp));
    }));
}

void TestBasisSizing::releaseIsAtMostWhatIsThere()
{
    Desk d(60'000);
    d.hold(kVenue, 0, 1, -1, 60'000);
    QCOMPARE(shown(coinsToRelease(d.rules.cex, kVenue, d.v(), 1e6)), QString("1"));
    // A short that lost as much as the coin is worth sets nothing free, whatever is sold.
    Desk lost(60'000);
    lost.hold(kVenue, 0, 1, -1, 1);
    QVERIFY(cashPerCoin(lost.rules.cex, kVenue, lost.v(), 1) <= 0);
    QCOMPARE(shown(coinsToRelease(lost.rules.cex, kVenue, lost.v(), 10)), QString("1"));
}

//! Where coin is no collateral the cash that is there is margin: it is not taken from under the short.
void TestBasisSizing::withdrawalKeepsTheMargin()
{
    QVERIFY(rc::check("a withdrawal leaves the margin ratio as it is, at the target, or above the warning", [] {
        const HedgedAccount a = HedgedAccount::make();
        Desk d(a.price, kFine);
        if (*rc::gen::arbitrary<bool>())
            d.rules.cex.margin.mode = MarginMode::Isolated;
        a.putInto(d);
        const VenueSituation before = d.v();
        RC_PRE(before.collateral > 0 && before.notional > 0);
        const double target = *rc::gen::inRange(20, 80) / 100.0;
        const double warn = target * *rc::gen::inRange(10, 101) / 100.0;
        const double all = cashPerCoin(d.rules.cex, kVenue, before, a.coin) * a.coin + a.usdt;
        const double cash = all * *rc::gen::inRange(1, 99) / 100.0;
        RC_PRE(cash > 10);
        const Decimal y = coinsToWithdraw(d.rules.cex, kVenue, before, cash, warn, target);
        RC_ASSERT(y >= coinsToRelease(d.rules.cex, kVenue, before, cash));
        d.cut(y);
        d.send(cash);
        const VenueSituation after = d.v();
        RC_ASSERT(after.perp == 0 || y.toDouble() >= a.coin - kFineLot ||
                  after.marginRatio >= std::min({warn, target, before.marginRatio}) - 2e-3);
        // Where the warning is near, what is there before is kept.
        if (after.perp != 0 && y > coinsToRelease(d.rules.cex, kVenue, before, cash) &&
            y.toDouble() < a.coin - kFineLot)
            RC_ASSERT(after.marginRatio >= std::min(target, before.marginRatio) - 2e-3);
    }));
}

void TestBasisSizing::surplusIsCashFirst()
{
    Desk d(60'000);
    d.hold(kVenue, 40'000, 0, -1, 60'000);
    // 40,000 - .5 * 60,000
    COMPARE_NEAR(transferableSurplus(d.rules.cex, kVenue, d.v(), 0.5), 10'000, 1e-6);
}

void TestBasisSizing::noSurplusBelowTheFloor()
{
    Desk d(60'000);
    d.hold(kVenue, 20'000, 0, -1, 60'000);
    QCOMPARE(transferableSurplus(d.rules.cex, kVenue, d.v(), 0.5), 0.0);
    Desk empty(60'000);
    empty.give(empty.ids().usdt, 500);
    QCOMPARE(transferableSurplus(empty.rules.cex, kVenue, empty.v(), 0.5), 500.0); // without a perp all may go
}

void TestBasisSizing::surplusLeavesTheFloor()
{
    QVERIFY(rc::check("after selling and sending the surplus the ratio is the floor", [] {
        const HedgedAccount a = HedgedAccount::make();
        const double floor = *rc::gen::inRange(20, 80) / 100.0;
        Desk d(a.price, kFine);
        a.putInto(d);
        const double before = d.v().marginRatio;
        const double surplus = transferableSurplus(d.rules.cex, kVenue, d.v(), floor);
        RC_ASSERT(surplus >= 0);
        RC_ASSERT((surplus == 0) == (before <= floor));
        const Decimal y = coinsToRelease(d.rules.cex, kVenue, d.v(), surplus);
        d.cut(y);
        RC_ASSERT(d.usdt() >= surplus - 0.01 || y.toDouble() >= a.coin - 1e-9);
        d.send(surplus);
        const VenueSituation after = d.v();
        if (surplus == 0 || after.perp == 0)
            return;
        // Within what a lot and the tolerance of the sale make.
        const double tolerance = (kFineLot * a.price + 0.002 * (surplus + y.toDouble() * a.price)) / after.notional;
        RC_ASSERT(after.marginRatio >= floor - 1e-4);
        if (y.toDouble() < a.coin - 2 * kFineLot)
            RC_ASSERT(after.marginRatio <= floor + tolerance + 1e-3);
    }));
}

void TestBasisSizing::surplusOfAnAccountInDebit()
{
    // What is owed has to be paid out of the sale before anything can leave. A tenth of the coin cannot do that.
    Desk small(60'000, {{"margin.haircut.BTC", "0"}});
    small.hold(kVenue, -20'000, 1, -0.1, 60'000);
    QCOMPARE(transferableSurplus(small.rules.cex, kVenue, small.v(), 0.5), 0.0);
    // The whole coin can, and leaves all that it brings.
    Desk d(60'000, {{"margin.haircut.BTC", "0"}, {"slippage.model", "none"}});
    d.hold(kVenue, -20'000, 1, -1, 60'000);
    const double surplus = transferableSurplus(d.rules.cex, kVenue, d.v(), 0.5);
    COMPARE_NEAR(surplus, 40'000 - 60 - 30, 0.01);
    d.cut(coinsToRelease(d.rules.cex, kVenue, d.v(), surplus));
    COMPARE_NEAR(d.usdt(), surplus, 0.01);
}

void TestBasisSizing::deficitIsWhatATransferMustBring()
{
    QVERIFY(rc::check("t N - M more cash makes the ratio t", [] {
        const HedgedAccount a = HedgedAccount::make();
        Desk d(a.price);
        d.hold(kVenue, a.usdt, 0, -a.coin, a.entry);
        const double target = *rc::gen::inRange(20, 90) / 100.0;
        d.give(d.ids().usdt, marginDeficit(d.v(), target));
        RC_ASSERT(std::abs(d.v().marginRatio - target) < 1e-9);
    }));
}

void TestBasisSizing::cutReachesTheTarget()
{
    QVERIFY(rc::check("after the cut the ratio is the target, within a lot", [] {
        const HedgedAccount a = HedgedAccount::make();
        Desk d(a.price, kFine);
        a.putInto(d);
        const double before = d.v().marginRatio;
        const double target = *rc::gen::inRange(20, 95) / 100.0;
        const Decimal y = coinsToCut(d.rules.cex, kVenue, d.v(), target);
        RC_ASSERT(y.isZero() == (before >= target));
        if (y.isZero() || y.toDouble() >= a.coin - 2 * kFineLot)
            return;
        d.cut(y);
        const VenueSituation after = d.v();
        RC_ASSERT(after.marginRatio >= target - 1e-4);
        // One lot more moves the ratio by its share of what is left.
        RC_ASSERT(after.marginRatio <=
                  target + 2 * kFineLot / std::abs(after.perp) + 0.003 * y.toDouble() / std::abs(after.perp));
    }));
}

void TestBasisSizing::cutIsAtMostWhatIsThere()
{
    Desk d(60'000);
    d.hold(kVenue, -70'000, 1, -1, 60'000);
    QCOMPARE(shown(coinsToCut(d.rules.cex, kVenue, d.v(), 5)), QString("1"));

    Desk bare(60'000);
    bare.hold(kVenue, 6'000, 0, -1, 60'000); // no coin to sell with the short
    QVERIFY(coinsToCut(bare.rules.cex, kVenue, bare.v(), 0.5).isZero());
}

void TestBasisSizing::cutInIsolatedMode()
{
    // The coin is no collateral, so its whole sale helps: (6,000 + 60,000 y) / (60,000 (1 - y)) = .5 at y = .2667.
    Desk d(60'000, {{"margin.mode", "isolated"}, {"slippage.model", "none"}});
    d.hold(kVenue, 6'000, 1, -1, 60'000);
    const Decimal y = coinsToCut(d.rules.cex, kVenue, d.v(), 0.5);
    QCOMPARE(shown(y), QString("0.27"));
    d.cut(y);
    QVERIFY(d.v().marginRatio >= 0.5);
    QVERIFY(d.v().marginRatio < 0.52);
}

QTEST_APPLESS_MAIN(TestBasisSizing)
#include "tst_basis_sizing.moc"
