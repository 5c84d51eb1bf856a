// SPDX-License-Identifier: GPL-3.0-or-later
// Decisions turned into phases of instructions, with cost and expected deltas.
#include "execution/planner.h"

#include "support/basis_desk.h"

#include <cmath>
#include <map>

using namespace carry;
using namespace carry::test;

class TestPlanner : public QObject
{
    Q_OBJECT

  private slots:
    void nineInstructionsOfTheSeed();
    void idsGoOn();
    void gasIsBoughtFirst();
    void exitClosesPerpsFirst();
    void reductionBeforeTransfersBeforeAdditions();
    void movingMarginIsOneGroupOfTwoHops();
    void purposes();
    void nothingToDoIsAnEmptyPlan();
    void differencesBelowANanoCoinAreNone();
    void costIsTheSumOfItsInstructions();
    void costOfTransfers();
    void expectedDeltas();
    void expectedDeltasAreWhatHappens();
    void gasShortage();
    void purchasedGasCounts();
    void unreachableTransfer();
    void riskReducingIsKept();
};

namespace
{

constexpr double kPrice = 65'536;

Result<Plan> planned(BasisDesk& desk, const Decision& decision, InstructionId first = 1)
{
    desk.look();
    return Planner(desk.venues, desk.book.books, desk.situation).plan(decision, 1, first);
}

//! "phase: instruction" in order.
QStringList texts(const Plan& plan)
{
    QStringList out;
    for (const Phase& phase : plan.phases)
        for (const Group& group : phase.groups)
            for (const Instruction& i : group.instructions)
                out << shown(toText(phase.kind)) + ": " + shown(describeInstruction(i.body));
    return out;
}

std::vector<Instruction> all(const Plan& plan)
{
    std::vector<Instruction> out;
    for (const Phase& phase : plan.phases)
        for (const Group& group : phase.groups)
            out.insert(out.end(), group.instructions.begin(), group.instructions.end());
    return out;
}

//! Targets that change nothing.
Decision keep(const BasisDesk& desk, Action action)
{
    Decision d;
    d.action = action;
    for (const Venue venue : kExchanges)
        d.targets[exchangeIndex(venue)] = {desk.book.books.balance(desk.book.at(venue).coin),
                                           desk.book.books.balance(desk.book.at(venue).perp)};
    return d;
}

} // namespace

void TestPlanner::nineInstructionsOfTheSeed()
{
    MadeMarket market(48);
    market.prices([](std::size_t) { return 67'560.0; });
    BasisDesk desk(kRoundAmounts, market);
    desk.book.give(desk.wallet(), 100'000);
    const auto plan = planned(desk, desk.decide());
    QVERIFY(plan);
    const QStringList expected{
        "transfers: Transfer Wallet -> Binance 40000 USDT", "transfers: Transfer Wallet -> Bybit 30000 USDT",
        "transfers: Transfer Wallet -> OKX 30000 USDT",     "buy_spot: Spot Binance BTC/USDT BUY 0.59",
        "buy_spot: Spot Bybit BTC/USDT BUY 0.44",           "buy_spot: Spot OKX BTC/USDT BUY 0.44",
        "increase_perps: Perp Binance BTCUSDT SELL 0.59",   "increase_perps: Perp Bybit BTCUSDT SELL 0.44",
        "increase_perps: Perp OKX BTCUSDT SELL 0.44"};
    QCOMPARE(texts(*plan), expected);
    QCOMPARE(plan->phases.size(), std::size_t{3});
    for (const Phase& phase : plan->phases)
        QCOMPARE(phase.groups.size(), std::size_t{3}); // they start together
    QVERIFY(plan->action == Action::InitialSetup);
}

void TestPlanner::idsGoOn()
{
    BasisDesk desk(kRoundAmounts);
    desk.book.give(desk.wallet(), 100'000);
    const auto plan = planned(desk, desk.decide(), 42);
    QVERIFY(plan);
    InstructionId id = 42;
    for (const Instruction& i : all(*plan))
        QCOMPARE(i.id, id++);
}

void TestPlanner::gasIsBoughtFirst()
{
    BasisDesk desk;
    desk.book.give(desk.wallet(), 100'000);
    const auto plan = planned(desk, desk.decide());
    QVERIFY(plan);
    QCOMPARE(plan->instructionCount(), std::size_t{10});
    QVERIFY(plan->phases.front().kind == PhaseKind::BuyGas);
    const Instruction& swap = plan->phases.front().groups.front().instructions.front();
    QVERIFY(std::holds_alternative<Swap>(swap.body));
    QVERIFY(swap.purpose == Purpose::BuyGas);
    QCOMPARE(swap.referencePrice, 2'000.0); // ETH's price, not the base coin's
    COMPARE_NEAR(swap.cost.fees, 0.10235 * 2'000 * 0.0005, 1e-6);
    COMPARE_NEAR(swap.cost.slippage, 0.10235 * 2'000 * 0.0005, 1e-6);
    COMPARE_NEAR(swap.cost.gas, 0.00235 * 2'000, 1e-9);
    COMPARE_NEAR(swap.expected[0].amount, -0.10235 * 2'000 * 1.001, 1e-6);
    COMPARE_NEAR(swap.expected[1].amount, 0.1, 1e-9);
}

void TestPlanner::exitClosesPerpsFirst()
{
    BasisDesk desk(kRoundAmounts);
    for (const Venue venue : {Venue::Binance, Venue::Okx})
        desk.book.hold(venue, 1'000, 0.5, -0.5, kPrice);
    Decision d;
    d.action = Action::Exit;
    d.transfers = {{Venue::Binance, Venue::Wallet, Asset::USDT, dec("33768"), true},
                   {Venue::Okx, Venue::Wallet, Asset::USDT, dec("33768"), true}};
    const auto plan = planned(desk, d);
    QVERIFY(plan);
    const QStringList expected{"reduce_perps: Perp Binance BTCUSDT BUY 0.5",
                               "reduce_perps: Perp OKX BTCUSDT BUY 0.5",
                               "sell_spot: Spot Binance BTC/USDT SELL 0.5",
                               "sell_spot: Spot OKX BTC/USDT SELL 0.5",
                               "transfers: Transfer Binance -> Wallet all, about 33768 USDT",
                               "transfers: Transfer OKX -> Wallet all, about 33768 USDT"};
    QCOMPARE(texts(*plan), expected);
}

void TestPlanner::reductionBeforeTransfersBeforeAdditions()
{
    BasisDesk desk(kRoundAmounts);
    desk.book.hold(Venue::Binance, 1'000, 0.5, -0.5, kPrice);
    desk.book.hold(Venue::Bybit, 1'000, 0.5, -0.5, kPrice);
    Decision d = keep(desk, Action::Rebalance);
    d.targets[0] = {dec("0.4"), dec("-0.4")};
    d.targets[1] = {dec("0.6"), dec("-0.6")};
    d.transfers = {{Venue::Binance, Venue::Bybit, Asset::USDT, dec("5000")}};
    const auto plan = planned(desk, d);
    QVERIFY(plan);
    const QStringList expected{
        "reduce_perps: Perp Binance BTCUSDT BUY 0.1",      "sell_spot: Spot Binance BTC/USDT SELL 0.1",
        "transfers: Transfer Binance -> Wallet 5000 USDT", "transfers: Transfer Wallet -> Bybit 5000 USDT",
        "buy_spot: Spot Bybit BTC/USDT BUY 0.1",           "increase_perps: Perp Bybit BTCUSDT SELL 0.1"};
    QCOMPARE(texts(*plan), expected);
}

void TestPlanner::movingMarginIsOneGroupOfTwoHops()
{
    BasisDesk desk(kRoundAmounts);
    desk.book.hold(Venue::Okx, 5'000, 0, 0, 0);
    Decision d = keep(desk, Action::Rebalance);
    d.transfers = {{Venue::Okx, Venue::Bybit, Asset::USDT, dec("2000")}};
    const auto plan = planned(desk, d);
    QVERIFY(plan);
    QCOMPARE(plan->phases.size(), std::size_t{1});
    QCOMPARE(plan->phases[0].groups.size(), std::size_t{1});
    QVERIFY(plan->phases[0].groups[0].kind == GroupKind::Sequence);
    QCOMPARE(plan->phases[0].groups[0].instructions.size(), std::size_t{2});
    for (const Instruction& i : all(*plan))
        QVERIFY(i.purpose == Purpose::MoveMargin);
}

void TestPlanner::purposes()
{
    BasisDesk desk(kRoundAmounts);
    desk.book.give(desk.wallet(), 50'000);
    desk.book.hold(Venue::Binance, 1'000, 0.5, -0.5, kPrice);
    const auto purposesOf = [&](const Decision& d) {
        QStringList out;
        for (const Instruction& i : all(planned(desk, d).value()))
            out << shown(toText(i.purpose));
        return out.join(' ');
    };
    Decision d = keep(desk, Action::Deposit);
    d.targets[0] = {dec("0.6"), dec("-0.6")};
    d.transfers = {{Venue::Wallet, Venue::Binance, Asset::USDT, dec("7000")}};
    QCOMPARE(purposesOf(d), QString("fund_venue open_spot open_short"));
    d = keep(desk, Action::Withdrawal);
    d.targets[0] = {dec("0.4"), dec("-0.4")};
    d.transfers = {{Venue::Binance, Venue::Wallet, Asset::USDT, dec("7000")}};
    QCOMPARE(purposesOf(d), QString("close_short close_spot return_funds"));
    d = keep(desk, Action::Rebalance);
    d.targets[0].perp = dec("-0.6");
    QCOMPARE(purposesOf(d), QString("hedge"));
}

void TestPlanner::nothingToDoIsAnEmptyPlan()
{
    BasisDesk desk;
    desk.book.hold(Venue::Binance, 1'000, 0.5, -0.5, kPrice);
    const auto plan = planned(desk, keep(desk, Action::Rebalance));
    QVERIFY(plan);
    QCOMPARE(plan->instructionCount(), std::size_t{0});
    QVERIFY(plan->phases.empty());
    QCOMPARE(plan->cost.total(), 0.0);
}

void TestPlanner::differencesBelowANanoCoinAreNone()
{
    BasisDesk desk;
    desk.book.hold(Venue::Binance, 1'000, 0.5, -0.5, kPrice);
    Decision d = keep(desk, Action::Rebalance);
    d.targets[0].perp -= dec("0.000000001");
    QCOMPARE(planned(desk, d)->instructionCount(), std::size_t{0});
    d.targets[0].perp -= dec("0.000000001");
    QCOMPARE(planned(desk, d)->instructionCount(), std::size_t{1});
}

void TestPlanner::costIsTheSumOfItsInstructions()
{
    BasisDesk desk;
    desk.book.give(desk.wallet(), 100'000);
    const auto plan = planned(desk, desk.decide());
    QVERIFY(plan);
    CostEstimate sum;
    for (const Instruction& i : all(*plan)) {
        QVERIFY(i.cost.fees >= 0 && i.cost.slippage >= 0 && i.cost.gas >= 0);
        sum += i.cost;
    }
    COMPARE_NEAR(plan->cost.fees, sum.fees, 1e-9);
    COMPARE_NEAR(plan->cost.slippage, sum.slippage, 1e-9);
    COMPARE_NEAR(plan->cost.gas, sum.gas, 1e-9);
    COMPARE_NEAR(plan->cost.total(), sum.fees + sum.slippage + sum.gas, 1e-9);
    // Spot alone pays .1 % of nearly everything.
    QVERIFY(plan->cost.fees > 95);
    // The swap and three deposits at 10 gwei, ETH at 2,000.
    COMPARE_NEAR(plan->cost.gas, (235'000 + 3 * 65'000) * 10e-9 * 2'000, 1e-9);
}

void TestPlanner::costOfTransfers()
{
    BasisDesk desk;
    desk.book.give(desk.wallet(), 50'000);
    desk.book.give(desk.wallet(Asset::ETH), 1);
    desk.book.hold(Venue::Okx, 5'000, 0, 0, 0);
    Decision d = keep(desk, Action::Rebalance);
    d.transfers = {{Venue::Okx, Venue::Bybit, Asset::USDT, dec("2000")}};
    const auto plan = planned(desk, d);
    QVERIFY(plan);
    const auto list = all(*plan);
    COMPARE_NEAR(list[0].cost.fees, 4, 1e-12); // the exchange's withdrawal fee
    COMPARE_NEAR(list[0].cost.gas, 0, 1e-12);
    COMPARE_NEAR(list[1].cost.fees, 0, 1e-12);
    COMPARE_NEAR(list[1].cost.gas, 65'000 * 10e-9 * 2'000, 1e-12); // the wallet's transaction
}

void TestPlanner::expectedDeltas()
{
    BasisDesk desk;
    desk.book.give(desk.wallet(), 50'000);
    desk.book.give(desk.wallet(Asset::ETH), 1);
    Decision d = keep(desk, Action::Deposit);
    d.targets[0] = {dec("0.1"), dec("-0.1")};
    d.transfers = {{Venue::Wallet, Venue::Binance, Asset::USDT, dec("7000")},
                   {Venue::Okx, Venue::Wallet, Asset::USDT, dec("10")}};
    const auto plan = planned(desk, d);
    QVERIFY(plan);
    std::map<AccountId, double> sum;
    for (const Instruction& i : all(*plan))
        for (const ExpectedDelta& e : i.expected)
            sum[e.account] += e.amount;
    const ExchangeAccounts& ids = desk.book.at(Venue::Binance);
    const double spotFill = desk.venues.cex.fillPrice(Venue::Binance, Product::Spot, Side::Buy, kPrice, 0.1);
    const double perpFill = desk.venues.cex.fillPrice(Venue::Binance, Product::Perp, Side::Sell, kPrice, 0.1);
    COMPARE_NEAR(sum[ids.coin], 0.1, 1e-12);
    COMPARE_NEAR(sum[ids.perp], -0.1, 1e-12);
    COMPARE_NEAR(sum[ids.usdt], 7'000 - 0.1 * spotFill * 1.001 - 0.1 * perpFill * 0.0005, 1e-6);
    COMPARE_NEAR(sum[desk.wallet()], -7'000 + 10, 1e-9);
    COMPARE_NEAR(sum[desk.wallet(Asset::ETH)], -0.00065, 1e-12);
    COMPARE_NEAR(sum[desk.book.at(Venue::Okx).usdt], -14, 1e-9);
}

void TestPlanner::expectedDeltasAreWhatHappens()
{
    // Filled at the prices of planning, an order changes each account by what was expected.
    BasisDesk desk;
    desk.book.hold(Venue::Bybit, 50'000, 0.5, -0.5, kPrice);
    Decision d = keep(desk, Action::Deposit);
    d.targets[1] = {dec("0.7"), dec("-0.7")};
    const auto plan = planned(desk, d);
    QVERIFY(plan);
    for (const Instruction& i : all(*plan)) {
        const Books before(desk.book.books);
        CexAccount account(desk.book.books, desk.venues.cex, Venue::Bybit);
        if (const auto* spot = std::get_if<SpotTrade>(&i.body))
            account.fillSpot(spot->side, spot->quantity, kPrice,
                             desk.venues.cex.fillPrice(Venue::Bybit, Product::Spot, spot->side, kPrice, 0.2), i.id);
        else if (const auto* perp = std::get_if<PerpTrade>(&i.body))
            account.fillPerp(perp->side, perp->quantity, kPrice,
                             desk.venues.cex.fillPrice(Venue::Bybit, Product::Perp, perp->side, kPrice, 0.2), i.id);
        for (const ExpectedDelta& e : i.expected)
            COMPARE_NEAR(desk.book.books.quantity(e.account) - before.quantity(e.account), e.amount, 1e-6);
        COMPARE_NEAR(before.nav() - desk.book.books.nav(), i.cost.total(), 1e-6);
    }
}

void TestPlanner::gasShortage()
{
    BasisDesk desk;
    desk.book.give(desk.wallet(), 50'000);
    desk.book.give(desk.wallet(Asset::ETH), 0.0012); // one transfer costs .00065
    Decision d = keep(desk, Action::Deposit);
    d.transfers = {{Venue::Wallet, Venue::Binance, Asset::USDT, dec("7000")}};
    QVERIFY(planned(desk, d));
    d.transfers.push_back({Venue::Wallet, Venue::Bybit, Asset::USDT, dec("7000")});
    const auto refused = planned(desk, d);
    QVERIFY(!refused);
    QVERIFY(refused.error().code() == ErrorCode::ChainInsufficientGas);
    QCOMPARE(shown(refused.error().value("available")), QString("0.0012"));
    QCOMPARE(shown(refused.error().value("required")), QString("0.0013"));
    // An exchange pays its own gas out of its fee.
    d.transfers = {{Venue::Okx, Venue::Wallet, Asset::USDT, dec("10")}};
    desk.book.give(desk.wallet(Asset::ETH), -0.0012);
    QVERIFY(planned(desk, d));
}

void TestPlanner::purchasedGasCounts()
{
    BasisDesk desk;
    desk.book.give(desk.wallet(), 50'000);
    Decision d = keep(desk, Action::Deposit);
    d.transfers = {{Venue::Wallet, Venue::Binance, Asset::USDT, dec("7000")}};
    QVERIFY(!planned(desk, d));
    d.gasPurchaseEth = dec("0.003"); // .00235 for the swap, .00065 for the transfer
    QVERIFY(planned(desk, d));
    d.gasPurchaseEth = dec("0.00299");
    QVERIFY(!planned(desk, d));
}

void TestPlanner::unreachableTransfer()
{
    BasisDesk desk;
    Decision d = keep(desk, Action::Deposit);
    d.transfers = {{Venue::Wallet, Venue::Binance, Asset::ETH, dec("1")}};
    const auto refused = planned(desk, d);
    QVERIFY(!refused);
    QVERIFY(refused.error().code() == ErrorCode::XferUnreachable);
}

void TestPlanner::riskReducingIsKept()
{
    BasisDesk desk(kRoundAmounts);
    desk.book.hold(Venue::Binance, 1'000, 0.5, -0.5, kPrice);
    Decision d = keep(desk, Action::Reduce);
    d.targets[0] = {dec("0.4"), dec("-0.4")};
    QVERIFY(!planned(desk, d)->riskReducing);
    d.riskReducing = true;
    const auto plan = planned(desk, d);
    QVERIFY(plan->riskReducing);
    QVERIFY(plan->action == Action::Reduce);
}

QTEST_APPLESS_MAIN(TestPlanner)
#include "tst_planner.moc"
