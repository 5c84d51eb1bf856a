// SPDX-License-Identifier: GPL-3.0-or-later
// The unified account of one exchange: its figures, what it accepts, fills, funding and debit interest.
#include "support/venue_book.h"

#include <rapidcheck.h>

#include <cmath>

using namespace carry;
using namespace carry::test;

class TestCexAccount : public QObject
{
    Q_OBJECT

  private slots:
    // figures
    void equityHasNoNotional();
    void haircutOnPositiveBalancesOnly();
    void isolatedCountsUsdtOnly();
    void ratioIsEmptyWithoutNotional();
    void debitIsCashAndUnrealisedBelowZero();
    void liquidationPriceByHand();
    void liquidationPriceIsEmptyWithoutPositiveSolution();
    void collateralEqualsMaintenanceAtLiquidationPrice();
    void liquidationPriceInAnotherTier();
    void liquidationPriceUnderWater();
    void marginSurplusIsCollateralMinusMaintenance();
    // fills
    void spotBuy();
    void spotSell();
    void coinIsFilledAtItsOwnPrice();
    void perpOpensAtTheMark();
    void perpAveragesItsEntry();
    void perpReductionRealisesAtAverageEntry();
    void perpThroughZero();
    void perpCloseLeavesNothing();
    void fillCostsFeeAndSlippageAndNothingElse();
    void unrealisedIsQuantityTimesMarkMinusEntry();
    // orders
    void ordersBelowTheMinimum();
    void minimumDoesNotHoldForReductionsAndReferences();
    void sellingMoreThanThere();
    void spotBuyNeedsMargin();
    void spotBuyMaySpendEverything();
    void perpNeedsMargin();
    void reducingNeedsNoMargin();
    // funding and interest
    void fundingSign_data();
    void fundingSign();
    void fundingIsOnTheMarkNotTheEntry();
    void debitInterest();
};

namespace
{

constexpr Venue kVenue = Venue::Binance;

//! A book with one account and what works on it.
struct Desk : VenueBook {
    VenueRules rules;
    PostingList list;
    CexAccount account;

    explicit Desk(double price, const Settings& settings = {}, Asset base = Asset::BTC)
        : VenueBook(price, base), rules(venueRules(settings, base)), account(books, rules.cex, kVenue)
    {
        books.setSink(&list);
    }
    const ExchangeAccounts& ids() const { return at(kVenue); }
    MarginFigures now() const { return figures(rules.cex, kVenue); }
    double mark() const { return books.price(ids().perp); }
    void price(double p) { reprice(kVenue, p, p); }
    //! Perp fill at the mark, so without slippage.
    void perp(Side side, const char* quantity) { account.fillPerp(side, dec(quantity), mark(), mark(), 1); }
};

//! Any account that holds a perp: in USDT and coins.
struct AnyAccount {
    double usdt, coin, perp, entry, spot, mark;
    static AnyAccount make()
    {
        AnyAccount a{};
        a.usdt = *rc::gen::inRange(-100'000, 300'000);
        a.coin = *rc::gen::inRange(0, 6'000) / 1000.0;
        const int perp = *rc::gen::inRange(-6'000, 6'000);
        a.perp = (perp == 0 ? -1 : perp) / 1000.0;
        a.entry = *rc::gen::inRange(10'000, 120'000);
        a.spot = *rc::gen::inRange(10'000, 120'000);
        a.mark = a.spot * (1 + *rc::gen::inRange(-100, 100) * 1e-4);
        return a;
    }
};

const Settings kFree{{"fees.binance.spot_taker", "0"}, {"fees.binance.perp_taker", "0"}};

} // namespace

void TestCexAccount::equityHasNoNotional()
{
    Desk d(60'000);
    d.hold(kVenue, 1'000, 1, -1, 60'000);
    const MarginFigures f = d.now();
    COMPARE_NEAR(f.equity, 61'000, 1e-6);
    COMPARE_NEAR(f.notional, 60'000, 1e-6);
    COMPARE_NEAR(f.unrealised, 0, 1e-6);
    COMPARE_NEAR(f.maintenance, 240, 1e-6);
    COMPARE_NEAR(f.equity, d.books.venueEquity(kVenue), 1e-6);
    // A hedged account does not gain by the price moving.
    d.price(90'000);
    COMPARE_NEAR(d.now().equity, 61'000, 1e-6);
    COMPARE_NEAR(d.now().unrealised, -30'000, 1e-6);
}

void TestCexAccount::haircutOnPositiveBalancesOnly()
{
    Desk d(60'000, {{"margin.haircut.USDT", "0.01"}});
    d.hold(kVenue, 10'000, 1, -1, 60'000);
    COMPARE_NEAR(d.now().collateral, 9'900 + 57'000, 1e-6);
    COMPARE_NEAR(d.now().marginRatio, 66'900.0 / 60'000, 1e-12);
    d.give(d.ids().usdt, -15'000); // now -5,000, in full
    COMPARE_NEAR(d.now().collateral, -5'000 + 57'000, 1e-6);
    Desk negativeCoin(60'000);
    negativeCoin.hold(kVenue, 100'000, -1, 1, 60'000);
    COMPARE_NEAR(negativeCoin.now().collateral, 40'000, 1e-6);
    COMPARE_NEAR(negativeCoin.now().equity, 40'000, 1e-6);
}

void TestCexAccount::isolatedCountsUsdtOnly()
{
    Desk d(60'000, {{"margin.mode", "isolated"}});
    d.hold(kVenue, 10'000, 1, -1, 60'000);
    COMPARE_NEAR(d.now().collateral, 10'000, 1e-6);
    COMPARE_NEAR(d.now().equity, 70'000, 1e-6);
    d.price(61'000);
    COMPARE_NEAR(d.now().collateral, 9'000, 1e-6); // the coin's gain does not help, the perp's loss hurts
    // (10,000 + 60,000) / (1 + .004)
    COMPARE_NEAR(d.now().liquidationPrice, 70'000 / 1.004, 1e-3);
}

void TestCexAccount::ratioIsEmptyWithoutNotional()
{
    Desk d(60'000);
    d.hold(kVenue, 10'000, 1, 0, 0);
    const MarginFigures f = d.now();
    QVERIFY(std::isnan(f.marginRatio));
    QVERIFY(std::isnan(f.liquidationPrice));
    QVERIFY(std::isnan(f.liquidationDistance));
    QCOMPARE(f.maintenance, 0.0);
    COMPARE_NEAR(f.collateral, 67'000, 1e-6);
}

void TestCexAccount::debitIsCashAndUnrealisedBelowZero()
{
    Desk d(60'000);
    d.hold(kVenue, 1'000, 1, -1, 60'000);
    QCOMPARE(d.now().debit, 0.0);
    d.price(60'500);
    QCOMPARE(d.now().debit, 0.0);
    d.price(63'000); // 1,000 - 3,000
    COMPARE_NEAR(d.now().debit, 2'000, 1e-6);
}

void TestCexAccount::liquidationPriceByHand()
{
    // A bare short of 1 at 60,000 with 6,000: 6,000 + 60,000 - p = .004 p.
    Desk d(60'000);
    d.hold(kVenue, 6'000, 0, -1, 60'000);
    const MarginFigures f = d.now();
    COMPARE_NEAR(f.liquidationPrice, 66'000 / 1.004, 1e-3);
    COMPARE_NEAR(f.liquidationDistance, 66'000 / 1.004 / 60'000 - 1, 1e-9);
    // With the coin beside it the haircut moves it only slowly, into the third tier of .65 % with a deduction of
    // 300 + 1,200: 60,000 + .95 p - p = .0065 p - 1,500.
    Desk hedged(60'000);
    hedged.hold(kVenue, 0, 1, -1, 60'000);
    COMPARE_NEAR(hedged.now().liquidationPrice, 61'500 / 0.0565, 1e-3);
}

void TestCexAccount::liquidationPriceIsEmptyWithoutPositiveSolution()
{
    // More coin than short: no price rise takes it, and cash keeps it at any fall.
    Desk d(60'000);
    d.hold(kVenue, 70'000, 2, -1, 60'000);
    QVERIFY(std::isnan(d.now().liquidationPrice));
    QVERIFY(std::isnan(d.now().liquidationDistance));
    QVERIFY(!std::isnan(d.now().marginRatio));
    // A long fully paid for in cash falls to nothing and survives.
    Desk paid(60'000);
    paid.hold(kVenue, 61'000, 0, 1, 60'000);
    QVERIFY(std::isnan(paid.now().liquidationPrice));
}

void TestCexAccount::collateralEqualsMaintenanceAtLiquidationPrice()
{
    for (const char* mode : {"cross", "isolated"}) {
        QVERIFY(rc::check("at p_liq collateral equals maintenance", [&] {
            const AnyAccount a = AnyAccount::make();
            Desk d(a.spot, {{"margin.mode", mode}});
            d.hold(kVenue, a.usdt, a.coin, a.perp, a.entry);
            d.reprice(kVenue, a.spot, a.mark);
            const MarginFigures f = d.now();
            if (std::isnan(f.liquidationPrice))
                return;
            RC_ASSERT(f.liquidationPrice > 0);
            const double k = f.liquidationPrice / a.mark;
            RC_ASSERT(std::abs(std::abs(k - 1) - f.liquidationDistance) < 1e-9);
            const double rest = CexAccount::marginSurplus(d.books, d.rules.cex, kVenue, a.spot * k, a.mark * k);
            RC_ASSERT(std::abs(rest) < 1e-6 * (1 + k) * (f.notional + std::abs(a.usdt) + a.coin * a.spot));
        }));
    }
}

void TestCexAccount::liquidationPriceInAnotherTier()
{
    // 250,000 of notional are in the tier of .4 %; the price at which they are lost is in that of .5 %:
    // 100,000 + 250,000 - 5 p = .005 * 5 p - 300.
    Desk d(50'000);
    d.hold(kVenue, 100'000, 0, -5, 50'000);
    COMPARE_NEAR(d.now().liquidationPrice, 350'300 / 5.025, 1e-3);
}

void TestCexAccount::liquidationPriceUnderWater()
{
    QVERIFY(rc::check("an account below maintenance has a price or none, but an answer", [] {
        Desk d(60'000);
        d.hold(kVenue, -*rc::gen::inRange(0, 50'000'000), *rc::gen::inRange(0, 1'000), -*rc::gen::inRange(1, 1'000),
               *rc::gen::inRange(10'000, 120'000));
        const MarginFigures f = d.now();
        RC_PRE(f.collateral < f.maintenance);
        RC_ASSERT(std::isnan(f.liquidationPrice) == std::isnan(f.liquidationDistance));
        RC_ASSERT(std::isnan(f.liquidationPrice) || f.liquidationPrice > 0);
    }));
}

void TestCexAccount::marginSurplusIsCollateralMinusMaintenance()
{
    QVERIFY(rc::check("surplus and figures agree", [] {
        const AnyAccount a = AnyAccount::make();
        Desk d(a.spot);
        d.hold(kVenue, a.usdt, a.coin, a.perp, a.entry);
        d.reprice(kVenue, a.spot, a.mark);
        const MarginFigures f = d.now();
        RC_ASSERT(std::abs(CexAccount::marginSurplus(d.books, d.rules.cex, kVenue, a.spot, a.mark) -
                           (f.collateral - f.maintenance)) < 1e-6);
    }));
}

void TestCexAccount::spotBuy()
{
    Desk d(60'000);
    d.give(d.ids().usdt, 40'000);
    d.account.fillSpot(Side::Buy, dec("0.5"), 60'000, 60'042, 9);
    QCOMPARE(shown(d.books.balance(d.ids().coin)), QString("0.5"));
    // 30,000 at the mid, .5 * 42 slippage, .1 % of the 30,021 that were paid
    QCOMPARE(shown(d.books.balance(d.ids().usdt)), QString("9948.979"));
    QCOMPARE(shown(d.list.sum(d.ids().usdt, Cause::Trade)), QString("-30000"));
    QCOMPARE(shown(d.list.sum(d.ids().usdt, Cause::Slippage)), QString("-21"));
    QCOMPARE(shown(d.list.sum(d.ids().usdt, Cause::TradeFee)), QString("-30.021"));
    QCOMPARE(shown(d.list.sum(d.ids().coin, Cause::TradeFee)), QString("0")); // never in coin
    for (std::size_t i = 1; i < d.list.postings.size(); ++i)
        QCOMPARE(d.list.postings[i].instruction, InstructionId{9});
    QCOMPARE(d.notConserved(), QString());
}

void TestCexAccount::spotSell()
{
    Desk d(60'000);
    d.give(d.ids().coin, 1);
    d.account.fillSpot(Side::Sell, dec("0.5"), 60'000, 59'958, 9);
    QCOMPARE(shown(d.books.balance(d.ids().coin)), QString("0.5"));
    QCOMPARE(shown(d.books.balance(d.ids().usdt)), QString("29949.021")); // 30,000 - 21 - 29.979
    QCOMPARE(shown(d.list.sum(d.ids().usdt, Cause::Slippage)), QString("-21"));
    QCOMPARE(shown(d.list.sum(d.ids().usdt, Cause::TradeFee)), QString("-29.979"));
}

void TestCexAccount::coinIsFilledAtItsOwnPrice()
{
    // With ETH at 2,000 in the same book, one BTC costs what BTC costs.
    Desk d(65'000, kFree);
    d.give(d.ids().usdt, 65'000);
    d.account.fillSpot(Side::Buy, dec("1"), 65'000, 65'000, 1);
    QCOMPARE(shown(d.books.balance(d.ids().usdt)), QString("0"));
    COMPARE_NEAR(d.books.nav(), 65'000, 1e-9);
}

void TestCexAccount::perpOpensAtTheMark()
{
    Desk d(60'000);
    d.give(d.ids().usdt, 10'000);
    d.account.fillPerp(Side::Sell, dec("0.5"), 60'000, 59'976, 3);
    QCOMPARE(shown(d.books.balance(d.ids().perp)), QString("-0.5"));
    // Entry at the mark, slippage of .5 * 24 as a cause of its own.
    QCOMPARE(shown(d.list.sum(d.ids().perpQuote, Cause::Trade)), QString("30000"));
    QCOMPARE(shown(d.list.sum(d.ids().perpQuote, Cause::Slippage)), QString("-12"));
    COMPARE_NEAR(d.now().unrealised, -12, 1e-9);
    // No notional is paid, only the fee of .05 % on 29,988.
    QCOMPARE(shown(d.books.balance(d.ids().usdt)), QString("9985.006"));
    QCOMPARE(shown(d.list.sum(d.ids().usdt, Cause::TradeFee)), QString("-14.994"));
    COMPARE_NEAR(d.books.attribution().total(PnlItem::Slippage), -12, 1e-9);
    COMPARE_NEAR(d.books.attribution().total(PnlItem::TradeFees), -14.994, 1e-9);
    COMPARE_NEAR(d.books.attribution().total(PnlItem::PerpPrice), 0, 1e-9);
}

void TestCexAccount::perpAveragesItsEntry()
{
    Desk d(60'000, kFree);
    d.give(d.ids().usdt, 10'000);
    d.perp(Side::Sell, "1");
    d.price(66'000);
    d.perp(Side::Sell, "2");
    // (60,000 + 2 * 66,000) / 3 = 64,000; nothing is realised by adding.
    COMPARE_NEAR(-d.books.quantity(d.ids().perpQuote) / d.books.quantity(d.ids().perp), 64'000, 1e-6);
    COMPARE_NEAR(d.now().unrealised, -6'000, 1e-6);
    QCOMPARE(shown(d.books.balance(d.ids().usdt)), QString("10000"));
}

void TestCexAccount::perpReductionRealisesAtAverageEntry()
{
    Desk d(60'000, kFree);
    d.give(d.ids().usdt, 10'000);
    d.perp(Side::Sell, "1");
    d.price(66'000);
    d.perp(Side::Sell, "2");
    d.price(60'000);
    d.perp(Side::Buy, "1.2"); // 1.2 * (64,000 - 60,000)
    COMPARE_NEAR(d.books.quantity(d.ids().usdt), 14'800, 1e-6);
    COMPARE_NEAR(-d.books.quantity(d.ids().perpQuote) / d.books.quantity(d.ids().perp), 64'000, 1e-6);
    COMPARE_NEAR(d.now().unrealised, 7'200, 1e-6);
    QCOMPARE(d.notConserved(), QString());
}

void TestCexAccount::perpThroughZero()
{
    Desk d(60'000, kFree);
    d.give(d.ids().usdt, 10'000);
    d.perp(Side::Sell, "1");
    d.price(58'000);
    d.perp(Side::Buy, "1.5");
    COMPARE_NEAR(d.books.quantity(d.ids().usdt), 12'000, 1e-6); // the whole old position
    QCOMPARE(shown(d.books.balance(d.ids().perp)), QString("0.5"));
    COMPARE_NEAR(d.books.quantity(d.ids().perpQuote), -29'000, 1e-6); // the new one enters at this fill
    COMPARE_NEAR(d.now().unrealised, 0, 1e-6);
    d.price(59'000);
    COMPARE_NEAR(d.now().unrealised, 500, 1e-6);
}

void TestCexAccount::perpCloseLeavesNothing()
{
    QVERIFY(rc::check("a closed perp leaves a quote of exactly zero", [] {
        Desk d(60'000);
        d.give(d.ids().usdt, 100'000);
        Decimal open;
        const int trades = *rc::gen::inRange(1, 8);
        for (int i = 0; i < trades; ++i) {
            d.price(*rc::gen::inRange(2'000'000, 9'000'000) / 100.0);
            const Decimal q = Decimal::fromUnits(Int128{*rc::gen::inRange(1, 1'000'000)} * 1'000'000'000'000);
            const auto side = *rc::gen::element(Side::Buy, Side::Sell);
            d.account.fillPerp(side, q, d.mark(), d.rules.cex.fillPrice(kVenue, Product::Perp, side, d.mark(), 1), 1);
            open += side == Side::Buy ? q : -q;
        }
        RC_ASSERT(d.books.balance(d.ids().perp) == open);
        if (!open.isZero())
            d.account.fillPerp(open.isPositive() ? Side::Sell : Side::Buy, open.abs(), d.mark(), d.mark() * 1.001, 1);
        RC_ASSERT(d.books.balance(d.ids().perp).isZero());
        RC_ASSERT(d.books.balance(d.ids().perpQuote).isZero());
        RC_ASSERT(d.notConserved().isEmpty());
    }));
}

void TestCexAccount::fillCostsFeeAndSlippageAndNothingElse()
{
    QVERIFY(rc::check("the equity changes by minus (fee + slippage)", [] {
        const AnyAccount a = AnyAccount::make();
        Desk d(a.spot);
        d.hold(kVenue, a.usdt, a.coin, a.perp, a.entry);
        d.reprice(kVenue, a.spot, a.mark);
        const double before = d.now().equity;
        const double explained = d.books.attribution().sum();
        const auto product = *rc::gen::element(Product::Spot, Product::Perp);
        const auto side = *rc::gen::element(Side::Buy, Side::Sell);
        const Decimal q = Decimal::fromDouble(*rc::gen::inRange(1, 8'000'000) / 1e6, 6);
        const double mid = product == Product::Spot ? a.spot : a.mark;
        const double fill = d.rules.cex.fillPrice(kVenue, product, side, mid, q.toDouble());
        const TradingFees& fees = d.rules.cex.at(kVenue).fees;
        if (product == Product::Spot)
            d.account.fillSpot(side, q, mid, fill, 1);
        else
            d.account.fillPerp(side, q, mid, fill, 1);
        const double fee = q.toDouble() * fill * (product == Product::Spot ? fees.spotTaker : fees.perpTaker);
        const double slippage = q.toDouble() * std::abs(fill - mid);
        const double cost = before - d.now().equity;
        RC_ASSERT(std::abs(cost - fee - slippage) < 1e-7);
        RC_ASSERT(std::abs(d.books.attribution().total(PnlItem::TradeFees) + fee) < 1e-7);
        RC_ASSERT(std::abs(d.books.attribution().total(PnlItem::Slippage) + slippage) < 1e-7);
        RC_ASSERT(std::abs(d.books.attribution().sum() - explained + cost) < 1e-7);
        RC_ASSERT(d.notConserved().isEmpty());
    }));
}

void TestCexAccount::unrealisedIsQuantityTimesMarkMinusEntry()
{
    QVERIFY(rc::check("unrealised = q (mark - entry), by an independent average entry", [] {
        Desk d(60'000, kFree);
        d.give(d.ids().usdt, 100'000);
        double q = 0;
        double entry = 0;
        double realised = 0;
        const int trades = *rc::gen::inRange(1, 10);
        for (int i = 0; i < trades; ++i) {
            const double p = *rc::gen::inRange(20'000, 90'000);
            const int thousandths = *rc::gen::inRange(-2'000, 2'000);
            if (thousandths == 0)
                continue;
            const double change = thousandths / 1000.0;
            d.price(p);
            d.account.fillPerp(change > 0 ? Side::Buy : Side::Sell, Decimal::fromDouble(std::abs(change), 3), p, p, 1);
            const double after = std::round((q + change) * 1000) / 1000;
            if (q * change >= 0) {
                entry = (entry * q + p * change) / after;
            } else if (after == 0 || after * q > 0) {
                realised -= change * (p - entry);
            } else {
                realised += q * (p - entry);
                entry = p;
            }
            q = after;
        }
        const MarginFigures f = d.now();
        RC_ASSERT(std::abs(f.unrealised - q * (d.mark() - entry)) < 1e-4);
        RC_ASSERT(std::abs(d.books.quantity(d.ids().usdt) - 100'000 - realised) < 1e-4);
    }));
}

void TestCexAccount::ordersBelowTheMinimum()
{
    Desk d(60'000);
    d.give(d.ids().usdt, 10'000);
    const auto spot = d.account.checkSpot(Side::Buy, dec("0.00008"), 60'000, 60'000); // 4.80 USDT
    QVERIFY(!spot);
    QVERIFY(spot.error().code() == ErrorCode::CexBelowMinimum);
    QCOMPARE(shown(spot.error().value("found")), QString("4.8 USDT"));
    QCOMPARE(shown(spot.error().value("expected")), QString("5 USDT"));
    QCOMPARE(shown(spot.error().value("venue")), QString("binance"));
    const auto perp = d.account.checkPerp(Side::Sell, dec("0.00008"), 60'000, 60'000);
    QVERIFY(!perp);
    QVERIFY(perp.error().code() == ErrorCode::CexBelowMinimum);
    QVERIFY(d.account.checkSpot(Side::Buy, dec("0.0001"), 60'000, 60'000));
    QVERIFY(d.account.checkPerp(Side::Sell, dec("0.0001"), 60'000, 60'000));
}

void TestCexAccount::minimumDoesNotHoldForReductionsAndReferences()
{
    Desk d(60'000);
    d.hold(kVenue, 1'000, 0, -0.5, 60'000);
    QVERIFY(d.account.checkPerp(Side::Buy, dec("0.00001"), 60'000, 60'000)); // a rest can always be closed
    Desk reference(60'000, {{"execution.rounding", "none"}});
    reference.give(reference.ids().usdt, 1'000);
    QVERIFY(reference.account.checkSpot(Side::Buy, dec("0.00001"), 60'000, 60'000));
}

void TestCexAccount::sellingMoreThanThere()
{
    Desk d(60'000);
    d.give(d.ids().coin, 0.5);
    QVERIFY(d.account.checkSpot(Side::Sell, dec("0.5"), 60'000, 60'000));
    const auto refused = d.account.checkSpot(Side::Sell, dec("0.50000001"), 60'000, 60'000);
    QVERIFY(!refused);
    QVERIFY(refused.error().code() == ErrorCode::CexInsufficientBalance);
    QCOMPARE(shown(refused.error().value("available")), QString("0.5"));
    QCOMPARE(shown(refused.error().value("required")), QString("0.50000001"));
    QCOMPARE(shown(refused.error().value("asset")), QString("BTC"));
}

void TestCexAccount::spotBuyNeedsMargin()
{
    // Isolated: without the cash there is no buying.
    Desk isolated(60'000, {{"margin.mode", "isolated"}});
    isolated.give(isolated.ids().usdt, 6'000);
    const auto refused = isolated.account.checkSpot(Side::Buy, dec("0.1"), 60'000, 60'000); // 6,000 and costs
    QVERIFY(!refused);
    QVERIFY(refused.error().code() == ErrorCode::CexInsufficientMargin);
    QVERIFY(isolated.account.checkSpot(Side::Buy, dec("0.099"), 60'000, 60'000));
    // Cross: debit is allowed as far as the haircut coin carries it, 6,000 - 1.05 * ... : 20 times the cash is too
    // much.
    Desk cross(60'000);
    cross.give(cross.ids().usdt, 6'000);
    QVERIFY(cross.account.checkSpot(Side::Buy, dec("1"), 60'000, 60'000));
    QVERIFY(!cross.account.checkSpot(Side::Buy, dec("2.1"), 60'000, 60'000));
}

void TestCexAccount::spotBuyMaySpendEverything()
{
    Desk d(60'000, {{"margin.mode", "isolated"}, {"slippage.model", "none"}});
    d.give(d.ids().usdt, 60'060); // one coin and .1 %
    QVERIFY(d.account.checkSpot(Side::Buy, dec("1"), 60'000, 60'000));
    d.account.fillSpot(Side::Buy, dec("1"), 60'000, 60'000, 1);
    QCOMPARE(shown(d.books.balance(d.ids().usdt)), QString("0"));
}

void TestCexAccount::perpNeedsMargin()
{
    Desk d(60'000, {{"slippage.model", "none"}});
    d.give(d.ids().usdt, 3'060);
    // 1/20 of the notional and the fee of .05 %: 3,030 for one coin
    QVERIFY(d.account.checkPerp(Side::Sell, dec("1"), 60'000, 60'000));
    const auto refused = d.account.checkPerp(Side::Sell, dec("1.02"), 60'000, 60'000);
    QVERIFY(!refused);
    QVERIFY(refused.error().code() == ErrorCode::CexInsufficientMargin);
    QCOMPARE(shown(refused.error().value("required")), QString("3060"));
    QCOMPARE(shown(refused.error().value("available")), QString("3029.4"));
    // What is already open counts too.
    d.perp(Side::Sell, "1");
    QVERIFY(!d.account.checkPerp(Side::Sell, dec("0.05"), 60'000, 60'000));
}

void TestCexAccount::reducingNeedsNoMargin()
{
    Desk d(60'000);
    d.hold(kVenue, 0, 0, -1, 60'000); // nothing left to lose
    QVERIFY(d.account.checkPerp(Side::Buy, dec("1"), 60'000, 60'000));
    QVERIFY(!d.account.checkPerp(Side::Sell, dec("0.1"), 60'000, 60'000));
    QVERIFY(!d.account.checkPerp(Side::Buy, dec("3"), 60'000, 60'000)); // through zero into a larger one
}

void TestCexAccount::fundingSign_data()
{
    QTest::addColumn<double>("position");
    QTest::addColumn<double>("rate");
    QTest::addColumn<QString>("cash");
    QTest::newRow("short receives a positive rate") << -2.0 << 0.0001 << "12";
    QTest::newRow("short pays a negative rate") << -2.0 << -0.0001 << "-12";
    QTest::newRow("long pays a positive rate") << 2.0 << 0.0001 << "-12";
    QTest::newRow("long receives a negative rate") << 2.0 << -0.0001 << "12";
    QTest::newRow("nothing open") << 0.0 << 0.0001 << "0";
    QTest::newRow("rate zero") << -2.0 << 0.0 << "0";
}

void TestCexAccount::fundingSign()
{
    QFETCH(double, position);
    QFETCH(double, rate);
    QFETCH(QString, cash);
    Desk d(60'000);
    d.hold(kVenue, 10'000, 0, position, 60'000);
    d.list.postings.clear();
    QCOMPARE(shown(d.account.settleFunding(60'000, rate)), cash);
    QCOMPARE(shown(d.list.sum(d.ids().usdt, Cause::Funding)), cash);
    QCOMPARE(d.list.postings.empty(), cash == "0");
    COMPARE_NEAR(d.books.attribution().at(kVenue, PnlItem::Funding), cash.toDouble(), 1e-9);
}

void TestCexAccount::fundingIsOnTheMarkNotTheEntry()
{
    Desk d(60'000);
    d.hold(kVenue, 10'000, 0, -1, 30'000);
    QCOMPARE(shown(d.account.settleFunding(90'000, 0.0001)), QString("9"));
}

void TestCexAccount::debitInterest()
{
    Desk d(60'000);
    d.hold(kVenue, 1'000, 1, -1, 60'000);
    // 10,950 * .08 * 1 day / 365 days, the year of 365 days in leap years too
    QCOMPARE(shown(d.account.chargeDebit(10'950, kDay)), QString("2.4"));
    QCOMPARE(shown(d.account.chargeDebit(10'950, kHour)), QString("0.1"));
    QCOMPARE(shown(d.list.sum(d.ids().usdt, Cause::DebitInterest)), QString("-2.5"));
    QVERIFY(d.account.chargeDebit(0, kDay).isZero());
    QVERIFY(d.account.chargeDebit(10'950, Duration{0}).isZero());
    COMPARE_NEAR(d.books.attribution().total(PnlItem::DebitInterest), -2.5, 1e-9);
    Desk free(60'000, {{"margin.debit_apr", "0"}});
    QVERIFY(free.account.chargeDebit(10'950, kDay).isZero());
}

QTEST_APPLESS_MAIN(TestCexAccount)
#include "tst_cex_account.moc"
