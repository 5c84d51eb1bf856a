// SPDX-License-Identifier: GPL-3.0-or-later
// Shocks against numbers worked out by hand.
#include "../support/venue_book.h"
#include "risk/stress.h"

#include <cmath>

using namespace carry;
using namespace carry::test;

namespace
{

constexpr std::size_t kBinance = 0, kOkx = 2;

bool near(double a, double b, double tolerance = 1e-9)
{
    return std::abs(a - b) <= tolerance * std::max(1.0, std::abs(b));
}

bool near(const Figure& a, double b, double tolerance = 1e-9)
{
    return a.value && near(*a.value, b, tolerance);
}

bool emptyFor(const Figure& figure, EmptyReason reason)
{
    return !figure.value && figure.reason == reason;
}

StressRules basisRules()
{
    StressRules rules;
    rules.cex = venueRules().cex; // haircut of BTC 5 %, maintenance .4 % up to 300,000
    return rules;
}

StressRules leveragedRules(Asset shareClass = Asset::ETH)
{
    StressRules rules;
    rules.base = Asset::ETH;
    rules.shareClass = shareClass;
    rules.exchanges = shareClass == Asset::USDT;
    rules.lending = rules.leverage = true;
    rules.lst = Asset::weETH;
    rules.cex = venueRules({}, Asset::ETH).cex;
    rules.liquidationThreshold = 0.95;
    rules.maxLtv = 0.93;
    return rules;
}

//! One coin and one contract short at Binance, both worth 50,000 when they were opened, and 1,000 USDT.
StressInput basisBook()
{
    StressInput input;
    for (StressVenue& venue : input.venues)
        venue.spot = venue.mark = 50'000;
    StressVenue& binance = input.venues[kBinance];
    binance.usdt = 1'000;
    binance.coin = 1;
    binance.perp = -1;
    binance.perpQuote = 50'000;
    binance.fundingApr = 0.10;
    input.wallet.usdt = 500;
    input.ethUsd = 2'000;
    input.coinUsd = 50'000;
    return input;
}

//! Collateral of 100 ETH, debt of 90, half an ETH in the wallet; a staked token is worth 1.05 ETH everywhere.
StressInput leveragedBook()
{
    StressInput input;
    input.ethUsd = input.coinUsd = 2'000;
    input.wallet.eth = 0.5;
    StressChain& c = input.chain;
    c.ratio = c.market = 1.05;
    c.suppliedLst = 100 / 1.05;
    c.debt = 90;
    c.stakingApr = 0.03;
    c.lstSupplyApr = 0.001;
    c.borrowApr = 0.025;
    return input;
}

} // namespace

class TestStress : public QObject
{
    Q_OBJECT

  private slots:
    void basisAsItIs();
    void basisPriceUp();
    void nakedShortIsLiquidated();
    void funding();
    void lossOfAnExchange();
    void coinsOutsideExchanges();
    void leveragedAsItIs();
    void ratioAndMarketAreShownSeparately();
    void priceCancelsInTheEtherClass();
    void borrowRate();
    void lossOnChain();
    void exitCosts();
    void withoutDebt();
    void unknownRatesHaveAReason();
    void daysToHealthFactor();
    void headroom();
    void mixedCollateral();
    void carryAtALtv();
    void scenariosFitTheRules();
};

void TestStress::basisAsItIs()
{
    const StressRow row = stressed(basisRules(), basisBook(), {});
    QVERIFY(near(row.after.equity, 51'500)); // 1,000 + 50,000 + 0 at Binance, 500 in the wallet
    QVERIFY(near(row.after.netDelta, 0));
    QVERIFY(near(row.after.venues[kBinance].equity, 51'000));
    QVERIFY(near(row.after.venues[kBinance].marginRatio, (1'000 + 47'500) / 50'000.0));
    QVERIFY(!row.after.venues[kBinance].liquidated);
    QVERIFY(near(row.after.carry, 50'000 * 0.10 / 51'500));
    QCOMPARE(row.change, 0.0);
    QVERIFY(near(row.changeFraction, 0));
    QVERIFY(emptyFor(row.after.venues[kOkx].marginRatio, EmptyReason::NoNotional));
    QVERIFY(emptyFor(row.after.healthFactor, EmptyReason::NoDebt));
    QVERIFY(emptyFor(row.after.exitProceeds, EmptyReason::NotApplicable));
    QVERIFY(emptyFor(row.exitChange, EmptyReason::NotApplicable));
}

void TestStress::basisPriceUp()
{
    const StressRow row = stressed(basisRules(), basisBook(), {ScenarioKind::Price, 0.30});
    QVERIFY(near(row.change, 0)); // spot and perp cancel
    // Haircut collateral 1,000 + .95 * 65,000 - 15,000 over 65,000.
    QVERIFY(near(row.after.venues[kBinance].marginRatio, 0.7346153846153847));
    QVERIFY(!row.after.venues[kBinance].liquidated);
}

void TestStress::nakedShortIsLiquidated()
{
    StressInput book = basisBook();
    book.venues[kBinance].coin = 0;
    book.venues[kBinance].usdt = 6'000;
    const StressRow up = stressed(basisRules(), book, {ScenarioKind::Price, 0.30});
    QVERIFY(near(up.change, -15'000));
    QVERIFY(near(up.changeFraction, -15'000 / 6'500.0));
    QVERIFY(up.after.venues[kBinance].liquidated);
    QVERIFY(near(up.after.venues[kBinance].marginRatio, -9'000 / 65'000.0));
    QVERIFY(emptyFor(up.after.carry, EmptyReason::LostEverything));
    const StressRow down = stressed(basisRules(), book, {ScenarioKind::Price, -0.30});
    QVERIFY(near(down.change, 15'000));
    QVERIFY(near(down.after.venues[kBinance].marginRatio, 21'000 / 35'000.0));
    QVERIFY(!down.after.venues[kBinance].liquidated);
    QVERIFY(near(down.after.netDelta, -1));
}

void TestStress::funding()
{
    const StressRow row = stressed(basisRules(), basisBook(), {ScenarioKind::Funding, -0.50, 30});
    QVERIFY(near(row.change, -2054.794520547945)); // 50,000 * .5 * 30 / 365
    QVERIFY(near(row.after.venues[kBinance].equity, 51'000 - 2054.794520547945));
    // Carry after it: the short pays 25,000 a year, and 8 % on the debit of 1,054.79.
    QVERIFY(near(row.after.carry, (-25'000 - 0.08 * 1054.794520547945) / (51'500 - 2054.794520547945)));
}

void TestStress::lossOfAnExchange()
{
    StressInput book = basisBook();
    book.venues[kOkx].coin = 2;
    book.venues[kOkx].perp = -2;
    book.venues[kOkx].perpQuote = 98'000; // sold at 49,000: a loss of 2,000
    const StressRow row = stressed(basisRules(), book, {ScenarioKind::VenueLoss, 0, 0, Venue::Okx});
    QVERIFY(near(row.change, -98'000));
    QVERIFY(near(row.after.equity, 51'500));
    QVERIFY(near(row.after.venues[kOkx].equity, 0));
    QVERIFY(emptyFor(row.after.venues[kOkx].marginRatio, EmptyReason::NoNotional));
    QVERIFY(near(row.after.netDelta, 0));
    QVERIFY(!row.after.venues[kOkx].liquidated);
}

//! A coin in the wallet or on its way moves with its price; ether kept for gas does not move with bitcoin.
void TestStress::coinsOutsideExchanges()
{
    StressInput book;
    book.wallet = {100, 1, 0.25};
    book.inFlight = {50, 0.5, 0.75};
    book.ethUsd = 2'000;
    book.coinUsd = 50'000;
    const StressRow row = stressed(basisRules(), book, {ScenarioKind::Price, -0.30});
    QVERIFY(near(row.after.equity, 150 + 3'000 + 35'000));
    QVERIFY(near(row.change, -15'000));
    QVERIFY(near(row.after.netDelta, 1));
}

void TestStress::leveragedAsItIs()
{
    const StressFigures f = stressFigures(leveragedRules(), leveragedBook());
    QVERIFY(near(f.equity, 10.5));
    QVERIFY(near(f.netDelta, 10.5));
    QVERIFY(near(f.healthFactor, 95.0 / 90));
    QVERIFY(near(f.ltv, 0.9));
    QVERIFY(!f.lendingLiquidated);
    QVERIFY(near(f.exitProceeds, 100 * 0.999 - 90)); // pool fee and slippage of 5 bp each
    QVERIFY(near(f.carry, (100 * 0.031 - 90 * 0.025) / 10.5));
    QVERIFY(emptyFor(f.daysToLiquidation, EmptyReason::NoSolution));
    QVERIFY(emptyFor(f.venues[kBinance].marginRatio, EmptyReason::NotApplicable));
    // The same in USDT, with an exchange beside it.
    StressInput book = leveragedBook();
    book.venues[kBinance] = {{30'000, 0, -10, 20'000}, 2'000, 2'000, 0.08};
    const StressFigures usdt = stressFigures(leveragedRules(Asset::USDT), book);
    QVERIFY(near(usdt.equity, 21'000 + 30'000));
    QVERIFY(near(usdt.netDelta, 0.5));
    QVERIFY(near(usdt.exitProceeds, 9.9 * 2'000));
    QVERIFY(near(usdt.carry, ((100 * 0.031 - 90 * 0.025) * 2'000 + 20'000 * 0.08) / 51'000));
}

void TestStress::ratioAndMarketAreShownSeparately()
{
    const StressRow ratio = stressed(leveragedRules(), leveragedBook(), {ScenarioKind::LstRatio, -0.05});
    QVERIFY(near(ratio.change, -5));
    QVERIFY(near(ratio.after.healthFactor, 0.95 * 95 / 90));
    QVERIFY(near(ratio.after.ltv, 90.0 / 95));
    QVERIFY(!ratio.after.lendingLiquidated);
    QVERIFY(near(ratio.exitChange, 0));
    const StressRow market = stressed(leveragedRules(), leveragedBook(), {ScenarioKind::LstMarket, -0.05});
    QCOMPARE(market.change, 0.0);
    QVERIFY(near(market.after.healthFactor, 95.0 / 90));
    QVERIFY(near(market.after.exitProceeds, 95 * 0.999 - 90));
    QVERIFY(near(market.exitChange, -5 * 0.999));
    const StressRow fatal = stressed(leveragedRules(), leveragedBook(), {ScenarioKind::LstRatio, -0.06});
    QVERIFY(fatal.after.lendingLiquidated);
    QVERIFY(near(fatal.after.daysToLiquidation, 0));
}

void TestStress::priceCancelsInTheEtherClass()
{
    const StressRow eth = stressed(leveragedRules(), leveragedBook(), {ScenarioKind::Price, -0.30});
    QVERIFY(near(eth.change, 0));
    QVERIFY(near(eth.after.healthFactor, 95.0 / 90));
    QVERIFY(near(eth.after.exitProceeds, 9.9));
    const StressRow usdt = stressed(leveragedRules(Asset::USDT), leveragedBook(), {ScenarioKind::Price, -0.30});
    QVERIFY(near(usdt.change, -0.3 * 21'000)); // no hedge in this book
    QVERIFY(near(usdt.after.healthFactor, 95.0 / 90));
}

void TestStress::borrowRate()
{
    const StressRow row = stressed(leveragedRules(), leveragedBook(), {ScenarioKind::BorrowRate, 0.10, 30});
    QVERIFY(near(row.change, -0.74277434319964)); // 90 (e^(.1 * 30/365) - 1)
    QVERIFY(near(row.after.healthFactor, 1.0469153129559279));
    QVERIFY(near(row.after.daysToLiquidation, 178.02697620904914)); // ln 1.0469... / (.125 - .031) * 365
    QVERIFY(near(row.after.carry, (3.1 - 90.74277434319964 * 0.125) / (10.5 - 0.74277434319964)));
}

void TestStress::lossOnChain()
{
    StressInput book = leveragedBook();
    book.chain.lst = 2;
    book.chain.unstaking = 3;
    book.inFlight.eth = 4;
    const double before = stressFigures(leveragedRules(), book).equity;
    QVERIFY(near(before, 0.5 + 4 + 10 + 2.1));
    const StressRow aave = stressed(leveragedRules(), book, {ScenarioKind::VenueLoss, 0, 0, Venue::AaveV3});
    QVERIFY(near(aave.change, -10));
    QVERIFY(emptyFor(aave.after.healthFactor, EmptyReason::NoDebt));
    QVERIFY(!aave.after.lendingLiquidated);
    QVERIFY(near(aave.after.exitProceeds, 2.1 * 0.999));
    // The staked tokens are gone everywhere; the loan is without recourse.
    const StressRow issuer = stressed(leveragedRules(), book, {ScenarioKind::VenueLoss, 0, 0, Venue::EtherFi});
    QVERIFY(near(issuer.after.equity, 1.5));
    QVERIFY(near(issuer.after.netDelta, 1.5));
    QVERIFY(near(issuer.after.healthFactor, 0));
    QVERIFY(issuer.after.lendingLiquidated);
    QVERIFY(emptyFor(issuer.after.ltv, EmptyReason::LostEverything));
    QVERIFY(emptyFor(issuer.after.exitProceeds, EmptyReason::LostEverything));
    QVERIFY(emptyFor(issuer.exitChange, EmptyReason::LostEverything));
}

void TestStress::exitCosts()
{
    StressRules rules = leveragedRules();
    rules.chain.flashFee = 0.0005;
    rules.chain.swapSlippage = 0.0015;
    StressInput book = leveragedBook();
    book.chain.market = 1.05 * 0.99;
    book.chain.suppliedEth = 1;
    QVERIFY(near(stressFigures(rules, book).exitProceeds, 99 * 0.998 + 1 - 90 * 1.0005));
    book.chain.market = std::numeric_limits<double>::quiet_NaN();
    QVERIFY(emptyFor(stressFigures(rules, book).exitProceeds, EmptyReason::NoReading));
}

void TestStress::withoutDebt()
{
    StressInput book = leveragedBook();
    book.chain.debt = 0;
    const StressFigures f = stressFigures(leveragedRules(), book);
    for (const Figure* figure : {&f.healthFactor, &f.ltv, &f.daysToLiquidation})
        QVERIFY(emptyFor(*figure, EmptyReason::NoDebt));
    QVERIFY(near(f.exitProceeds, 99.9));
    const LendingHeadroom h = lendingHeadroom(leveragedRules(), book);
    for (const Figure* figure : {&h.ratioBudget, &h.ltvRoom, &h.daysToCritical, &h.breakEvenBorrowApr})
        QVERIFY(emptyFor(*figure, EmptyReason::NoDebt));
}

void TestStress::unknownRatesHaveAReason()
{
    StressInput book = leveragedBook();
    book.chain.stakingApr = std::numeric_limits<double>::quiet_NaN();
    const StressFigures f = stressFigures(leveragedRules(), book);
    QVERIFY(near(f.equity, 10.5));
    QVERIFY(near(f.healthFactor, 95.0 / 90));
    QVERIFY(emptyFor(f.carry, EmptyReason::NoReading));
    QVERIFY(emptyFor(f.daysToLiquidation, EmptyReason::NoReading));
    QVERIFY(emptyFor(lendingHeadroom(leveragedRules(), book).breakEvenBorrowApr, EmptyReason::NoReading));
    // A rate that nothing is held at does not matter.
    StressInput plain = basisBook();
    plain.venues[kOkx].fundingApr = std::numeric_limits<double>::quiet_NaN();
    QVERIFY(stressFigures(basisRules(), plain).carry.value.has_value());
}

void TestStress::daysToHealthFactor()
{
    QVERIFY(near(carry::daysToHealthFactor(1.05, 1, 0.03, 0.13), 178.08409921842699)); // ln 1.05 / .1 * 365
    QVERIFY(near(carry::daysToHealthFactor(1.0, 1, 0.03, 0.13), 0));
    QVERIFY(near(carry::daysToHealthFactor(1.01, 1.02, 0.03, 0.01), 0));
    QVERIFY(emptyFor(carry::daysToHealthFactor(1.05, 1, 0.03, 0.03), EmptyReason::NoSolution));
    QVERIFY(emptyFor(carry::daysToHealthFactor(1.05, 1, 0.03, 0.01), EmptyReason::NoSolution));
    QVERIFY(emptyFor(carry::daysToHealthFactor(1.05, 1, 0.03, std::nan("")), EmptyReason::NoReading));
    // After that time the grown balances stand exactly there.
    const double years = *carry::daysToHealthFactor(1.0556, 1.02, 0.031, 0.125).value / 365;
    QVERIFY(near(1.0556 * std::exp(0.031 * years) / std::exp(0.125 * years), 1.02));
}

void TestStress::headroom()
{
    StressInput book = leveragedBook();
    book.chain.borrowApr = 0.125;
    const LendingHeadroom h = lendingHeadroom(leveragedRules(), book);
    QVERIFY(near(h.ratioBudget, 1 - 90.0 / 95));
    QVERIFY(near(h.ltvRoom, 0.05));
    QVERIFY(near(h.collateralApr, 0.031));
    QVERIFY(near(h.breakEvenBorrowApr, 0.031 / 0.9));
    QVERIFY(near(h.daysToCritical, 133.04868936750074)); // ln(95/90/1.02) / .094 * 365
    QVERIFY(near(h.daysToLiquidation, std::log(95.0 / 90) / 0.094 * 365));
    QVERIFY(near(carryOnEquity(0.9, *h.collateralApr.value, *h.breakEvenBorrowApr.value), 0));
    book.chain.debt = 96; // beyond it
    const LendingHeadroom late = lendingHeadroom(leveragedRules(), book);
    QVERIFY(*late.ratioBudget.value < 0 && near(late.daysToLiquidation, 0) && near(late.daysToCritical, 0));
}

//! Ether beside the staked token: growth is weighted by value.
void TestStress::mixedCollateral()
{
    StressInput book = leveragedBook();
    book.chain.suppliedEth = 100;
    book.chain.ethSupplyApr = 0.019;
    const LendingHeadroom h = lendingHeadroom(leveragedRules(), book);
    QVERIFY(near(h.collateralApr, (0.031 + 0.019) / 2));
    QVERIFY(near(h.ratioBudget, 1 - 90 / (0.95 * 200)));
}

void TestStress::carryAtALtv()
{
    QVERIFY(near(carryOnEquity(0.9, 0.031, 0.025), 0.085));
    QVERIFY(near(carryOnEquity(0, 0.031, 0.025), 0.031));
    QVERIFY(near(carryOnEquity(0.9, 0.031, 0.04), -0.05));
}

void TestStress::scenariosFitTheRules()
{
    const auto kinds = [](const StressRules& rules) {
        QStringList out;
        for (const Scenario& s : standardScenarios(rules)) {
            QString name = shown(toText(s.kind));
            if (s.kind == ScenarioKind::VenueLoss)
                name = shown(toText(s.venue));
            out << name;
        }
        return out.join(' ');
    };
    QCOMPARE(kinds(basisRules()), QString("unstressed price price funding binance bybit okx"));
    QCOMPARE(kinds(leveragedRules()), QString("unstressed price price lst_ratio lst_market lst_ratio lst_market "
                                              "borrow_rate aave_v3 etherfi"));
    QCOMPARE(kinds(leveragedRules(Asset::USDT)),
             QString("unstressed price price lst_ratio lst_market lst_ratio lst_market borrow_rate funding binance "
                     "bybit okx aave_v3 etherfi"));
    StressRules lending;
    lending.exchanges = false;
    lending.lending = true;
    QCOMPARE(kinds(lending), QString("unstressed price price aave_v3"));
    QCOMPARE(stressAll(leveragedRules(), leveragedBook()).size(), std::size_t{10});
}

QTEST_GUILESS_MAIN(TestStress)
#include "tst_stress.moc"
