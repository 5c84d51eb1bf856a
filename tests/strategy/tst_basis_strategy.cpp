// SPDX-License-Identifier: GPL-3.0-or-later
// What the basis strategies decide, and why in numbers: one test for each action and each reason to hold.
#include "strategy/basis_sizing.h"
#include "support/basis_desk.h"

#include <cmath>

using namespace carry;
using namespace carry::test;

class TestBasisStrategy : public QObject
{
    Q_OBJECT

  private slots:
    void cleanup();

    void conditionsAreThoseConfigured();
    void conditionValues();
    void conditionsThatDoNotApply();
    void legDifferenceOfExactlyOneLot();
    // entering and flows
    void initialSetupOfTheSeed();
    void initialSetupBuysGasFirst();
    void initialSetupKeepsAGasReserveThatIsThere();
    void initialSetupNeedsMoreThanTheMinimum();
    void initialSetupOfAFraction();
    void holdTooSmall();
    void deposit();
    void aDustPositionIsNone();
    void withdrawal();
    void withdrawalBeforeDeposit();
    void withdrawalFromTheWalletIsHeld();
    // leaving
    void exitByTime();
    void exitedForGood();
    void exitByFilter();
    void filteredOutStaysOut();
    void filterCoolDown();
    void filterEntersAgain();
    void filterKeepsTheFirstEntryOut();
    // rebalancing
    void rebalanceByMargin();
    void rebalanceByMarginSendsNoMoreThanTheSurplus();
    void rebalanceByDelta();
    void deltaIsOfGrossNotOfItsTarget();
    void rebalanceByLegs();
    void smallLotOfOneExchange();
    void rebalanceOfIdleFunds();
    void idleFundsAreNotForWhereItWasLiquidated();
    void reduce();
    void actionsOffReduceNothing();
    void noRebalancing();
    // holding
    void holdNothingToDo();
    void holdStale();
    void holdCoolDown();
    void urgentDeltaDoesNotWait();
    void holdDrawdownHalt();
    void holdNoSurplus();
    void noSurplusDoesNotStopHedging();
    void marginComesBeforeDelta();
};

namespace
{

constexpr double kPrice = 65'536;

//! Round amounts and another setting or two.
Settings round(const Settings& more = {})
{
    Settings all(kRoundAmounts);
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

//! A desk with the same account everywhere: `coin` hedged, and cash.
struct OpenDesk : BasisDesk {
    explicit OpenDesk(const Settings& settings = round(), double coin = 0.5, double usdt = 1'000,
                      const MadeMarket& market = MadeMarket(48), std::size_t hour = 0)
        : BasisDesk(settings, market, hour)
    {
        for (const Venue venue : kExchanges)
            book.hold(venue, usdt, coin, -coin, book.books.price(book.at(venue).perp));
        memory.entered = true;
    }
};

const VenueTarget& target(const Decision& d, Venue venue)
{
    return d.targets[exchangeIndex(venue)];
}

QString targets(const Decision& d)
{
    QStringList out;
    for (const auto& t : d.targets)
        out << shown(t.spot) + "/" + shown(t.perp);
    return out.join(' ');
}

QString transfers(const Decision& d)
{
    QStringList out;
    for (const auto& t : d.transfers)
        out << shown(toText(t.from)) + ">" + shown(toText(t.to)) + " " + shown(t.amount) + (t.sweep ? " all" : "");
    return out.join(", ");
}

#define COMPARE_DECISION(d, theAction, theReason)                                                                      \
    do {                                                                                                               \
        const Decision& decision_ = (d);                                                                               \
        QCOMPARE(shown(toText(decision_.action)), shown(toText(Action::theAction)));                                   \
        QCOMPARE(shown(reasonTemplate(decision_.reason)), shown(reasonTemplate(Reason::theReason)));                   \
    } while (false)

} // namespace

void TestBasisStrategy::cleanup()
{
    QCOMPARE(BasisDesk::unwritten(), QStringList());
}

void TestBasisStrategy::conditionsAreThoseConfigured()
{
    BasisDesk desk({{"basis.min_wallet_usdt", "2000"},
                    {"basis.min_position", "0.002"},
                    {"basis.delta_tolerance", "0.006"},
                    {"basis.min_trade_usd", "150"},
                    {"basis.min_transfer_usd", "120"},
                    {"funding_filter.exit_below", "0.01"},
                    {"risk.margin_ratio.warn", "0.21"},
                    {"risk.liquidation_distance.critical", "0.09"},
                    {"risk.staleness.critical", "7"},
                    {"risk.drawdown.critical", "0.16"}});
    QStringList found;
    for (const auto& c : desk.strategy->conditions())
        found << QString("%1 %2 %3").arg(shown(c.id), shown(toText(c.test))).arg(c.threshold);
    const QStringList expected{"wallet_usdt above 2000",
                               "open_position above 0.002",
                               "delta_fraction above 0.006",
                               "min_margin_ratio below 0.21",
                               "min_liquidation_distance below 0.09",
                               "margin_surplus at_least 120",
                               "leg_difference at_least 1",
                               "leg_difference_usd at_least 150",
                               "withdrawal_shortfall above 0",
                               "funding_mean below 0.01",
                               "cooldown_left above 0",
                               "staleness above 7",
                               "drawdown above 0.16",
                               "hours_past_exit at_least 0",
                               "idle_usdt above 2000"};
    QCOMPARE(found, expected);
    for (const auto& c : desk.strategy->conditions())
        QVERIFY(!c.unit.empty());
}

void TestBasisStrategy::conditionValues()
{
    MadeMarket market(24 * 10);
    market.funding([](std::size_t) { return 0.0001; });
    BasisDesk desk({{"funding_filter.enabled", "true"}, {"basis.exit_at", "2024-06-10T00:00:00Z"}}, market, 24 * 8);
    desk.book.give(desk.wallet(), 500);
    desk.book.hold(Venue::Binance, 12'000, 0, -1, kPrice); // ratio 12,000 / 65,536
    desk.book.hold(Venue::Bybit, 80'000, 1, -0.9, kPrice);
    desk.memory.lastRebalance = desk.now() - 20 * kHour;
    desk.change = [](Situation& s) {
        s.pendingWithdrawal = 700;
        s.drawdown = 0.04;
        s.venues[2].stalenessBars = 1.5;
    };
    desk.decide();
    COMPARE_NEAR(desk.condition("wallet_usdt"), -200, 1e-9);
    COMPARE_NEAR(desk.condition("open_position"), 1, 1e-12);
    COMPARE_NEAR(desk.condition("delta_fraction"), 0.9 / 2.9, 1e-9);
    COMPARE_NEAR(desk.condition("min_margin_ratio"), 12'000 / kPrice, 1e-9);
    COMPARE_NEAR(desk.condition("min_liquidation_distance"), desk.situation.venues[0].liquidationDistance, 1e-12);
    QVERIFY(desk.condition("margin_surplus") > 80'000);
    COMPARE_NEAR(desk.condition("leg_difference"), 1'000, 1e-9); // lots of .001 BTC
    COMPARE_NEAR(desk.condition("leg_difference_usd"), kPrice, 1e-6);
    COMPARE_NEAR(desk.condition("withdrawal_shortfall"), 200, 1e-9);
    COMPARE_NEAR(desk.condition("funding_mean"), 0.0001 * 3 * 365, 1e-9);
    COMPARE_NEAR(desk.condition("cooldown_left"), 4, 1e-9);
    COMPARE_NEAR(desk.condition("staleness"), 1.5, 1e-12);
    COMPARE_NEAR(desk.condition("drawdown"), 0.04, 1e-12);
    COMPARE_NEAR(desk.condition("hours_past_exit"), -24, 1e-9);
    COMPARE_NEAR(desk.condition("idle_usdt"), 0, 1e-12);
}

void TestBasisStrategy::conditionsThatDoNotApply()
{
    BasisDesk desk;
    desk.decide();
    for (const char* id :
         {"min_margin_ratio", "min_liquidation_distance", "margin_surplus", "funding_mean", "hours_past_exit"})
        QVERIFY2(std::isnan(desk.condition(id)), id);
    for (const char* id : {"wallet_usdt", "open_position", "delta_fraction", "leg_difference", "cooldown_left"})
        QCOMPARE(desk.condition(id), 0.0);
}

void TestBasisStrategy::legDifferenceOfExactlyOneLot()
{
    // .12 - .11 is a hair less than .01 in binary numbers.
    BasisDesk desk(kRoundAmounts);
    desk.book.hold(Venue::Binance, 1'000, 2, -2, kPrice);
    desk.book.hold(Venue::Bybit, 1'000, 0.12, -0.11, kPrice);
    desk.book.hold(Venue::Okx, 1'000, 2, -2, kPrice);
    const Decision d = desk.decide();
    QVERIFY(desk.condition("leg_difference") >= 0.01);
    COMPARE_DECISION(d, Rebalance, LegsDiffer);
}

void TestBasisStrategy::initialSetupOfTheSeed()
{
    MadeMarket market(48);
    market.prices([](std::size_t) { return 67'560.0; });
    BasisDesk desk(kRoundAmounts, market);
    desk.book.give(desk.wallet(), 100'000);
    const Decision d = desk.decide();
    COMPARE_DECISION(d, InitialSetup, CapitalInWallet);
    QCOMPARE(d.numbers[0], 100'000.0);
    QCOMPARE(transfers(d), QString("wallet>binance 40000, wallet>bybit 30000, wallet>okx 30000"));
    QCOMPARE(targets(d), QString("0.59/-0.59 0.44/-0.44 0.44/-0.44"));
    QVERIFY(d.gasPurchaseEth.isZero());
    QVERIFY(!d.riskReducing);
    QCOMPARE(d.protects, 0.0); // the first entry is not weighed
    QVERIFY(desk.memory.entered);
}

void TestBasisStrategy::initialSetupBuysGasFirst()
{
    BasisDesk desk;
    desk.book.give(desk.wallet(), 100'000);
    const Decision d = desk.decide();
    COMPARE_DECISION(d, InitialSetup, CapitalInWallet);
    // .1 ETH and the swap's own 235,000 units at 10 gwei; ETH at 2,000, pool fee and slippage .05 % each
    COMPARE_NEAR(d.gasPurchaseEth.toDouble(), 0.10235, 2e-12);
    const double cost = 0.10235 * 2'000 * 1.001;
    double sent = 0;
    for (const auto& t : d.transfers)
        sent += t.amount.toDouble();
    QVERIFY(sent <= 100'000 - cost);
    COMPARE_NEAR(sent, 100'000 - cost, 1e-4);
}

void TestBasisStrategy::initialSetupKeepsAGasReserveThatIsThere()
{
    BasisDesk desk;
    desk.book.give(desk.wallet(), 100'000);
    desk.book.give(desk.wallet(Asset::ETH), 0.06);
    QVERIFY(desk.decide().gasPurchaseEth.isZero());
    desk.book.give(desk.wallet(Asset::ETH), -0.02);
    COMPARE_NEAR(desk.decide().gasPurchaseEth.toDouble(), 0.06235, 2e-12);
}

void TestBasisStrategy::initialSetupNeedsMoreThanTheMinimum()
{
    BasisDesk desk(kRoundAmounts);
    desk.book.give(desk.wallet(), 1'000);
    const Decision d = desk.decide();
    COMPARE_DECISION(d, Hold, NoCapital);
    QCOMPARE(d.numbers, (ReasonNumbers{1'000, 1'000}));
    QVERIFY(!desk.memory.entered);
}

void TestBasisStrategy::initialSetupOfAFraction()
{
    BasisDesk desk(round(
        {{"basis.spot_fraction", "0.5"}, {"weights.binance", "1"}, {"weights.bybit", "0"}, {"weights.okx", "0"}}));
    desk.book.give(desk.wallet(), 100'000);
    const Decision d = desk.decide();
    COMPARE_DECISION(d, InitialSetup, CapitalInWallet);
    QCOMPARE(transfers(d), QString("wallet>binance 100000")); // nothing to where the weight is zero
    QCOMPARE(targets(d), QString("0.76/-0.76 0/0 0/0"));      // 50,000 / 65,648
}

void TestBasisStrategy::holdTooSmall()
{
    BasisDesk desk(kRoundAmounts);
    desk.book.give(desk.wallet(), 1'500); // 600 at most: less than a hundredth of a coin
    const Decision d = desk.decide();
    COMPARE_DECISION(d, Hold, TooSmall);
    QCOMPARE(d.numbers, (ReasonNumbers{1'500, 1'000}));
    QVERIFY(!desk.memory.entered);
}

void TestBasisStrategy::deposit()
{
    OpenDesk desk;
    desk.book.give(desk.wallet(), 10'000);
    const Decision d = desk.decide();
    COMPARE_DECISION(d, Deposit, DepositArrived);
    QCOMPARE(d.numbers[0], 10'000.0);
    QCOMPARE(transfers(d), QString("wallet>binance 4000, wallet>bybit 3000, wallet>okx 3000"));
    QCOMPARE(targets(d), QString("0.56/-0.56 0.54/-0.54 0.54/-0.54"));
}

void TestBasisStrategy::aDustPositionIsNone()
{
    BasisDesk desk(kRoundAmounts);
    desk.book.hold(Venue::Okx, 0, 0.001, 0, 0); // not above .001
    desk.book.give(desk.wallet(), 100'000);
    COMPARE_DECISION(desk.decide(), InitialSetup, CapitalInWallet);
    desk.book.hold(Venue::Okx, 0, 0.0001, 0, 0);
    COMPARE_DECISION(desk.decide(), Deposit, DepositArrived);
}

void TestBasisStrategy::withdrawal()
{
    OpenDesk desk(Settings{}); // with withdrawal fees of 4
    desk.change = [](Situation& s) { s.pendingWithdrawal = 20'000; };
    desk.book.give(desk.wallet(), 500);
    const Decision d = desk.decide();
    COMPARE_DECISION(d, Withdrawal, WithdrawalRequested);
    QCOMPARE(d.numbers[0], 20'000.0);
    QCOMPARE(d.numbers[1], 500.0);
    QVERIFY(d.riskReducing);
    QCOMPARE(d.transfers.size(), std::size_t{3}); // equal accounts bear it equally
    double sent = 0;
    for (const auto& t : d.transfers) {
        QVERIFY(t.to == Venue::Wallet && t.asset == Asset::USDT && !t.sweep);
        COMPARE_NEAR(t.amount.toDouble(), 6'500, 1e-5);
        sent += t.amount.toDouble();
    }
    QVERIFY(sent >= 19'500);
    for (const Venue venue : kExchanges) {
        // Both legs shrink by the same, and what is sold pays the transfer and its fee.
        QCOMPARE(shown(target(d, venue).spot), shown(-target(d, venue).perp));
        CexAccount account(desk.book.books, desk.venues.cex, venue);
        const Decimal y = dec("0.5") - target(d, venue).spot;
        QVERIFY(y.isPositive());
        account.fillPerp(Side::Buy, y, kPrice, desk.venues.cex.fillPrice(venue, Product::Perp, Side::Buy, kPrice, 0.1),
                         1);
        account.fillSpot(Side::Sell, y, kPrice,
                         desk.venues.cex.fillPrice(venue, Product::Spot, Side::Sell, kPrice, 0.1), 1);
        QVERIFY(desk.book.books.quantity(desk.book.at(venue).usdt) >= 6'504);
    }
}

void TestBasisStrategy::withdrawalBeforeDeposit()
{
    OpenDesk desk;
    desk.book.give(desk.wallet(), 5'000);
    desk.change = [](Situation& s) { s.pendingWithdrawal = 6'000; };
    const Decision d = desk.decide();
    COMPARE_DECISION(d, Withdrawal, WithdrawalRequested);
    QCOMPARE(d.numbers[1], 5'000.0);
}

void TestBasisStrategy::withdrawalFromTheWalletIsHeld()
{
    // The wallet will pay it: what is asked for is not put to work meanwhile, what is above it is.
    OpenDesk desk;
    desk.book.give(desk.wallet(), 15'000);
    desk.change = [](Situation& s) { s.pendingWithdrawal = 5'000; };
    const Decision d = desk.decide();
    COMPARE_DECISION(d, Deposit, DepositArrived);
    QCOMPARE(d.numbers[0], 10'000.0);
    QCOMPARE(transfers(d), QString("wallet>binance 4000, wallet>bybit 3000, wallet>okx 3000"));
}

void TestBasisStrategy::exitByTime()
{
    OpenDesk desk({{"basis.exit_at", "2024-06-01T05:00:00Z"}}, 0.5, 1'000, MadeMarket(48), 4);
    COMPARE_DECISION(desk.decide(), Hold, NothingToDo);
    desk.goTo(desk.now() + kHour);
    const Decision d = desk.decide();
    COMPARE_DECISION(d, Exit, ExitScheduled);
    QVERIFY(d.riskReducing);
    QCOMPARE(targets(d), QString("0/0 0/0 0/0"));
    // Everything goes home: 1,000 + .5 * 65,536 - 4 from each
    QCOMPARE(transfers(d), QString("binance>wallet 33764 all, bybit>wallet 33764 all, okx>wallet 33764 all"));
    QVERIFY(desk.memory.closedForGood);
    QVERIFY(!desk.memory.filteredOut);
    QCOMPARE(desk.condition("hours_past_exit"), 0.0);
}

void TestBasisStrategy::exitedForGood()
{
    BasisDesk desk({{"basis.exit_at", "2024-06-01T05:00:00Z"}}, MadeMarket(48), 6);
    desk.memory.entered = desk.memory.closedForGood = true;
    COMPARE_DECISION(desk.decide(), Hold, Exited);
    desk.book.give(desk.wallet(), 100'000);
    COMPARE_DECISION(desk.decide(), Hold, Exited);
    // Nor does it begin after the exit.
    BasisDesk late({{"basis.exit_at", "2024-06-01T05:00:00Z"}}, MadeMarket(48), 6);
    late.book.give(late.wallet(), 100'000);
    COMPARE_DECISION(late.decide(), Hold, Exited);
}

void TestBasisStrategy::exitByFilter()
{
    MadeMarket market(24 * 10);
    market.funding([](std::size_t) { return -0.00002; });
    OpenDesk desk(round({{"funding_filter.enabled", "true"}}), 0.5, 1'000, market, 24 * 8);
    const Decision d = desk.decide();
    COMPARE_DECISION(d, Exit, FundingBelowExit);
    COMPARE_NEAR(d.numbers[0], -0.00002 * 3 * 365, 1e-12);
    QCOMPARE(d.numbers[1], 0.0);
    QCOMPARE(targets(d), QString("0/0 0/0 0/0"));
    QVERIFY(desk.memory.filteredOut);
    QVERIFY(!desk.memory.closedForGood);
    QVERIFY(desk.memory.lastFilterChange == desk.now());
    // Without the filter low funding is only reported.
    OpenDesk off(round(), 0.5, 1'000, market, 24 * 8);
    COMPARE_DECISION(off.decide(), Hold, NothingToDo);
}

void TestBasisStrategy::filteredOutStaysOut()
{
    MadeMarket market(24 * 10);
    market.funding([](std::size_t) { return 0.00002; }); // .0219 a year: above leaving, below coming back
    BasisDesk desk(round({{"funding_filter.enabled", "true"}}), market, 24 * 8);
    desk.book.give(desk.wallet(), 100'000);
    desk.memory.filteredOut = true;
    const Decision d = desk.decide();
    COMPARE_DECISION(d, Hold, FilterOut);
    COMPARE_NEAR(d.numbers[0], 0.0219, 1e-9);
    QCOMPARE(d.numbers[1], 0.03);
}

void TestBasisStrategy::filterCoolDown()
{
    MadeMarket market(24 * 10);
    market.funding([](std::size_t) { return 0.0001; });
    BasisDesk desk(round({{"funding_filter.enabled", "true"}}), market, 24 * 8);
    desk.book.give(desk.wallet(), 100'000);
    desk.memory.filteredOut = true;
    desk.memory.lastFilterChange = desk.now() - 60 * kHour;
    const Decision d = desk.decide();
    COMPARE_DECISION(d, Hold, CoolDown);
    QCOMPARE(d.numbers[0], 12.0);
}

void TestBasisStrategy::filterEntersAgain()
{
    MadeMarket market(24 * 10);
    market.funding([](std::size_t) { return 0.0001; });
    BasisDesk desk(round({{"funding_filter.enabled", "true"}}), market, 24 * 8);
    desk.book.give(desk.wallet(), 100'000);
    desk.memory.filteredOut = true;
    desk.memory.lastFilterChange = desk.now() - 72 * kHour;
    const Decision d = desk.decide();
    COMPARE_DECISION(d, InitialSetup, CapitalInWallet);
    // 30 days of carry on the capital pay for the way in and out.
    COMPARE_NEAR(d.protects, 0.1095 * 30 / 365 * 100'000, 1e-6);
    QVERIFY(!desk.memory.filteredOut);
    QVERIFY(desk.memory.lastFilterChange == desk.now());
}

void TestBasisStrategy::filterKeepsTheFirstEntryOut()
{
    MadeMarket market(24 * 10);
    market.funding([](std::size_t) { return -0.0001; });
    BasisDesk desk(round({{"funding_filter.enabled", "true"}}), market, 24 * 8);
    desk.book.give(desk.wallet(), 100'000);
    const Decision d = desk.decide();
    COMPARE_DECISION(d, Hold, FilterOut);
    COMPARE_NEAR(d.numbers[0], -0.1095, 1e-9);
    QCOMPARE(d.numbers[1], 0.0);
}

void TestBasisStrategy::rebalanceByMargin()
{
    BasisDesk desk(kRoundAmounts);
    desk.book.hold(Venue::Binance, 60'000, 0, -1, kPrice);
    desk.book.hold(Venue::Bybit, 10'000, 0, -1, kPrice); // .1526
    desk.book.hold(Venue::Okx, 90'000, 0, -1, kPrice);   // the larger surplus
    const Decision d = desk.decide();
    COMPARE_DECISION(d, Rebalance, MarginBelowWarn);
    const double deficit = 0.5 * kPrice - 10'000;
    COMPARE_NEAR(d.numbers[0], 10'000 / kPrice, 1e-9);
    QCOMPARE(d.numbers[1], 0.2);
    COMPARE_NEAR(d.numbers[2], deficit, 1e-6);
    QCOMPARE(d.numbers[3], 0.5);
    QCOMPARE(transfers(d), QString("okx>bybit 22768"));
    QCOMPARE(targets(d), QString("0/-1 0/-1 0/-1")); // cash was enough, nothing is sold
    QVERIFY(d.riskReducing);
    COMPARE_NEAR(desk.condition("margin_surplus"), 90'000 - 0.5 * kPrice, 1e-6);
}

void TestBasisStrategy::rebalanceByMarginSendsNoMoreThanTheSurplus()
{
    BasisDesk desk;                                   // withdrawal fee 4
    desk.book.hold(Venue::Binance, 0, 1, -1, kPrice); // no cash: sells coin and buys the same back
    desk.book.hold(Venue::Bybit, 10'000, 0, -4, kPrice);
    const double surplus = transferableSurplus(desk.venues.cex, Venue::Binance, desk.look().venues[0], 0.5);
    const Decision d = desk.decide();
    COMPARE_DECISION(d, Rebalance, MarginBelowWarn);
    QCOMPARE(d.transfers.size(), std::size_t{1});
    COMPARE_NEAR(d.transfers[0].amount.toDouble(), surplus - 4, 1e-5);
    QVERIFY(target(d, Venue::Binance).spot < dec("1"));
    QCOMPARE(shown(target(d, Venue::Binance).spot), shown(-target(d, Venue::Binance).perp));
    QCOMPARE(shown(target(d, Venue::Bybit).perp), QString("-4"));
}

void TestBasisStrategy::rebalanceByDelta()
{
    OpenDesk desk;
    desk.book.hold(Venue::Okx, 0, 0.05, 0, 0); // coin without its short: .05 of 3.05
    const Decision d = desk.decide();
    COMPARE_DECISION(d, Rebalance, DeltaDrift);
    COMPARE_NEAR(d.numbers[0], 0.05 / 3.05, 1e-9);
    QCOMPARE(d.numbers[1], 0.005);
    QCOMPARE(targets(d), QString("0.5/-0.5 0.5/-0.5 0.55/-0.55"));
    COMPARE_NEAR(d.protects, 0.05 * kPrice * 0.02, 1e-6);
    QVERIFY(d.transfers.empty());
    QVERIFY(desk.memory.lastRebalance == desk.now());
}

void TestBasisStrategy::deltaIsOfGrossNotOfItsTarget()
{
    // The target is zero; the drift is measured against what is held, and against NAV for risk.
    OpenDesk desk;
    desk.book.hold(Venue::Binance, 0, 0, -0.1, kPrice);
    desk.decide();
    COMPARE_NEAR(desk.condition("delta_fraction"), 0.1 / 3.1, 1e-9);
    COMPARE_NEAR(desk.situation.netDelta, -0.1, 1e-9);
    COMPARE_NEAR(desk.situation.deltaDrift, 0.1 * kPrice / desk.book.books.nav(), 1e-9);
    QVERIFY(desk.risk.level(RiskMetric::DeltaDrift, kBookScope) == RiskLevel::Critical);
}

void TestBasisStrategy::rebalanceByLegs()
{
    OpenDesk desk;
    desk.book.hold(Venue::Binance, 0, 0, -0.03, kPrice); // two errors that hide each other in the sum
    desk.book.hold(Venue::Bybit, 0, 0.03, 0, 0);
    const Decision d = desk.decide();
    COMPARE_NEAR(desk.condition("delta_fraction"), 0, 1e-9);
    COMPARE_DECISION(d, Rebalance, LegsDiffer);
    COMPARE_NEAR(d.numbers[0], 0.03, 1e-9);
    COMPARE_NEAR(d.numbers[1], 0.03 * kPrice, 1e-6);
    QCOMPARE(targets(d), QString("0.5/-0.5 0.53/-0.53 0.5/-0.5"));
}

void TestBasisStrategy::smallLotOfOneExchange()
{
    // .005 BTC are five perp lots of Binance and 328 USDT: its legs differ, whatever the lot of OKX is.
    OpenDesk desk;
    desk.book.hold(Venue::Binance, 0, 0.005, 0, 0);
    COMPARE_DECISION(desk.decide(), Rebalance, LegsDiffer);
}

void TestBasisStrategy::rebalanceOfIdleFunds()
{
    OpenDesk desk(round(), 0.5, 0);
    // One of the three entries failed: its money lies there.
    desk.book.hold(Venue::Okx, 30'000, -0.5, 0.5, kPrice);
    const Decision d = desk.decide();
    COMPARE_DECISION(d, Rebalance, IdleFunds);
    QCOMPARE(d.numbers[0], 30'000.0);
    QCOMPARE(targets(d), QString("0.5/-0.5 0.5/-0.5 0.45/-0.45"));
    QVERIFY(d.transfers.empty());
}

void TestBasisStrategy::idleFundsAreNotForWhereItWasLiquidated()
{
    OpenDesk desk(round(), 0.5, 0);
    desk.book.hold(Venue::Okx, 30'000, -0.5, 0.5, kPrice);
    std::vector<LevelChange> changes;
    desk.risk.markBreached(Venue::Okx, changes);
    COMPARE_DECISION(desk.decide(), Hold, NothingToDo);
    QCOMPARE(desk.condition("idle_usdt"), 0.0);
}

void TestBasisStrategy::reduce()
{
    OpenDesk desk(round(), 0.5, 20'000);
    desk.book.give(desk.book.at(Venue::Bybit).usdt, -48'500); // collateral 2,629 on 32,768: .0802
    for (const Venue venue : {Venue::Binance, Venue::Okx})
        desk.book.give(desk.book.at(venue).usdt, -35'000); // above warn, but nobody has a surplus
    const VenueSituation before = desk.look().venues[exchangeIndex(Venue::Bybit)];
    const Decision d = desk.decide();
    COMPARE_DECISION(d, Reduce, MarginCritical);
    COMPARE_NEAR(d.numbers[0], before.marginRatio, 1e-12);
    COMPARE_NEAR(d.numbers[1], before.liquidationDistance, 1e-12);
    QVERIFY(d.riskReducing);
    QVERIFY(d.transfers.empty());
    QCOMPARE(shown(target(d, Venue::Binance).spot), QString("0.5"));
    const Decimal y = dec("0.5") - target(d, Venue::Bybit).spot;
    QCOMPARE(shown(y), shown(coinsToCut(desk.venues.cex, Venue::Bybit, before, 0.5)));
    QCOMPARE(shown(target(d, Venue::Bybit).perp), shown(y - dec("0.5")));
}

void TestBasisStrategy::actionsOffReduceNothing()
{
    OpenDesk desk(round({{"risk.actions", "false"}}), 0.5, 20'000);
    for (const Venue venue : kExchanges)
        desk.book.give(desk.book.at(venue).usdt, -48'500);
    COMPARE_DECISION(desk.decide(), Hold, NothingToDo);
    QVERIFY(desk.risk.level(RiskMetric::MarginRatio, 0) == RiskLevel::Critical); // but seen
}

void TestBasisStrategy::noRebalancing()
{
    OpenDesk desk(round({{"basis.rebalance", "false"}}));
    desk.book.hold(Venue::Okx, 0, 0.05, 0, 0);
    COMPARE_DECISION(desk.decide(), Hold, NothingToDo);
    COMPARE_NEAR(desk.condition("delta_fraction"), 0.05 / 3.05, 1e-9);
}

void TestBasisStrategy::holdNothingToDo()
{
    OpenDesk desk;
    const Decision d = desk.decide();
    COMPARE_DECISION(d, Hold, NothingToDo);
    QCOMPARE(d.numbers, ReasonNumbers{});
    QVERIFY(d.transfers.empty());
}

void TestBasisStrategy::holdStale()
{
    OpenDesk desk;
    desk.book.hold(Venue::Okx, 0, 0.05, 0, 0);
    desk.book.give(desk.wallet(), 50'000);
    desk.change = [](Situation& s) { s.venues[1].stalenessBars = 7; };
    const Decision d = desk.decide();
    COMPARE_DECISION(d, Hold, StaleLeg);
    QCOMPARE(d.numbers, (ReasonNumbers{7, 6}));
    desk.change = [](Situation& s) { s.venues[1].stalenessBars = 6; };
    QVERIFY(desk.decide().action != Action::Hold); // the limit itself is not beyond it
}

void TestBasisStrategy::holdCoolDown()
{
    OpenDesk desk(round(), 0.5, 1'000, MadeMarket(96), 48);
    desk.book.hold(Venue::Okx, 0, 0.02, 0, 0); // 1.3 % of NAV: a warning
    desk.memory.lastRebalance = desk.now() - 18 * kHour;
    const Decision d = desk.decide();
    COMPARE_DECISION(d, Hold, CoolDown);
    QCOMPARE(d.numbers[0], 6.0);
    desk.memory.lastRebalance = desk.now() - 24 * kHour;
    COMPARE_DECISION(desk.decide(), Rebalance, DeltaDrift);
}

void TestBasisStrategy::urgentDeltaDoesNotWait()
{
    OpenDesk desk;
    desk.book.hold(Venue::Okx, 0, 0.05, 0, 0); // 3.2 % of NAV: critical
    desk.memory.lastRebalance = desk.now() - kHour;
    const Decision d = desk.decide();
    COMPARE_DECISION(d, Rebalance, DeltaDrift);
    QVERIFY(d.riskReducing);
    OpenDesk off(round({{"risk.actions", "false"}}));
    off.book.hold(Venue::Okx, 0, 0.05, 0, 0);
    off.memory.lastRebalance = off.now() - kHour;
    COMPARE_DECISION(off.decide(), Hold, CoolDown);
}

void TestBasisStrategy::holdDrawdownHalt()
{
    BasisDesk desk(kRoundAmounts);
    desk.book.give(desk.wallet(), 100'000);
    desk.change = [](Situation& s) { s.drawdown = 0.16; };
    const Decision d = desk.decide();
    COMPARE_DECISION(d, Hold, DrawdownHalt);
    QCOMPARE(d.numbers, (ReasonNumbers{0.16, 0.15}));
    QVERIFY(!desk.memory.entered);
}

void TestBasisStrategy::holdNoSurplus()
{
    OpenDesk desk(round(), 0.5, 20'000);
    for (const Venue venue : kExchanges)
        desk.book.give(desk.book.at(venue).usdt, -46'000); // .157 everywhere: low, not critical
    const Decision d = desk.decide();
    COMPARE_DECISION(d, Hold, NoSurplus);
    COMPARE_NEAR(d.numbers[0], desk.situation.venues[0].marginRatio, 1e-12);
    QCOMPARE(d.numbers[1], 0.2);
    QCOMPARE(desk.condition("margin_surplus"), 0.0);
}

void TestBasisStrategy::noSurplusDoesNotStopHedging()
{
    // A low ratio that nobody can help is no reason to leave 5 % of the position unhedged.
    OpenDesk desk(round(), 0.5, 20'000);
    for (const Venue venue : kExchanges)
        desk.book.give(desk.book.at(venue).usdt, -46'000);
    desk.book.hold(Venue::Okx, -0.15 * kPrice, 0.15, 0, 0);
    COMPARE_DECISION(desk.decide(), Rebalance, DeltaDrift);
}

void TestBasisStrategy::marginComesBeforeDelta()
{
    BasisDesk desk(kRoundAmounts);
    desk.book.hold(Venue::Binance, 60'000, 0.5, -1, kPrice);
    desk.book.hold(Venue::Bybit, 10'000, 0, -1, kPrice);
    desk.book.give(desk.wallet(), 50'000);
    desk.change = [](Situation& s) { s.pendingWithdrawal = 60'000; };
    COMPARE_DECISION(desk.decide(), Rebalance, MarginBelowWarn);
}

QTEST_APPLESS_MAIN(TestBasisStrategy)
#include "tst_basis_strategy.moc"
