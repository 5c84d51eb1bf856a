// SPDX-License-Identifier: GPL-3.0-or-later
// Setting up and holding in made markets: the worked example, latency, and closed forms.
#include "support/driven_run.h"

using namespace carry;
using namespace carry::test;

namespace
{

QStringList describeAll(std::initializer_list<const char*> texts)
{
    QStringList out;
    for (const char* t : texts)
        out << t;
    return out;
}

} // namespace

class TestEngineSetup : public QObject
{
    Q_OBJECT

  private slots:
    //! The worked example of the seed, with BTC at 67,500 USDT.
    void nineInstructions()
    {
        MadeMarket market(48, Asset::BTC, 67'500);
        DrivenRun run(configured("btc-basis-seed"), market.data());
        run.finish();

        QCOMPARE(problems(run), QString());
        QCOMPARE(run.actions(), QString("INITIAL_SETUP"));
        const DecisionRecord decision = run.decisions(Action::InitialSetup).front();
        QCOMPARE(decision.step, 0U);
        QCOMPARE(decision.reason, Reason::CapitalInWallet);
        QCOMPARE(decision.numbers[0], 100'000.0);
        QCOMPARE(run.planTexts(decision.plan), describeAll({
                                                   "transfers: Transfer Wallet -> Binance 40000 USDT",
                                                   "transfers: Transfer Wallet -> Bybit 30000 USDT",
                                                   "transfers: Transfer Wallet -> OKX 30000 USDT",
                                                   "buy_spot: Spot Binance BTC/USDT BUY 0.59",
                                                   "buy_spot: Spot Bybit BTC/USDT BUY 0.44",
                                                   "buy_spot: Spot OKX BTC/USDT BUY 0.44",
                                                   "increase_perps: Perp Binance BTCUSDT SELL 0.59",
                                                   "increase_perps: Perp Bybit BTCUSDT SELL 0.44",
                                                   "increase_perps: Perp OKX BTCUSDT SELL 0.44",
                                               }));
        for (InstructionId id = 1; id <= 9; ++id) {
            QCOMPARE(run.state(id), InstructionState::Confirmed);
            for (const auto& t : run.transitions(id))
                QCOMPARE(t.step, 0U); // no latency: one time stamp
        }
        QCOMPARE(run.summary.plansCompleted, std::uint64_t{1});
        QCOMPARE(run.netDelta(0), 0.0);
        for (const DecisionRecord& d : run.decisions(Action::Hold))
            QCOMPARE(d.reason, Reason::NothingToDo);
    }

    //! A phase starts when the one before it is confirmed.
    void phasesFollowEachOther()
    {
        MadeMarket market(24);
        DrivenRun run(configured("btc-basis-seed"), market.data());
        run.finish();
        std::vector<InstructionId> submitted;
        std::set<InstructionId> confirmed;
        for (std::size_t i = 0; i < run.ends().transitions; ++i) {
            const TransitionRecord& t = run.record->transition(i);
            if (t.to == InstructionState::Submitted) {
                const auto phase = (t.instruction - 1) / 3;
                QVERIFY(confirmed.size() >= 3 * std::size_t{phase});
                submitted.push_back(t.instruction);
            }
            if (t.to == InstructionState::Confirmed)
                confirmed.insert(t.instruction);
        }
        QCOMPARE(submitted, (std::vector<InstructionId>{1, 2, 3, 4, 5, 6, 7, 8, 9}));
    }

    //! Deposits arrive a quarter of an hour later, in a step of their own; orders then wait for an open.
    void latency()
    {
        MadeMarket market(25);
        DrivenRun run(configured("btc_basis", kNoGas), market.data());
        run.finish();

        QCOMPARE(problems(run), QString());
        const Time arrival = market.hour(0) + std::chrono::minutes{15};
        const std::size_t step = run.stepAt(arrival);
        QCOMPARE(step, std::size_t{1});
        QVERIFY(!run.record->isBar(step));
        QCOMPARE(run.summary.steps, std::size_t{26});
        QCOMPARE(run.at(0, StepColumn::InFlight), 100'000.0);
        QCOMPARE(run.at(0, StepColumn::Nav), 100'000.0);               // in flight counts in NAV
        QCOMPARE(run.at(0, Venue::Binance, VenueColumn::Equity), 0.0); // and never in margin
        QCOMPARE(run.at(step, StepColumn::InFlight), 0.0);
        QCOMPARE(run.at(step, Venue::Binance, VenueColumn::Equity), 40'000.0);
        for (InstructionId id = 1; id <= 3; ++id)
            QCOMPARE(fromMs(run.transitions(id).back().timeMs), arrival);
        for (InstructionId id = 4; id <= 6; ++id) {
            const auto all = run.transitions(id);
            QCOMPARE(all.front().to, InstructionState::Submitted);
            QCOMPARE(fromMs(all.front().timeMs), arrival);
            QCOMPARE(all.back().to, InstructionState::Confirmed);
            QCOMPARE(fromMs(all.back().timeMs), market.hour(1));
        }
        for (InstructionId id = 7; id <= 9; ++id)
            QCOMPARE(fromMs(run.transitions(id).back().timeMs), market.hour(1));
        // Nothing is decided between labels or while the plan is open.
        const auto decisions = run.decisions();
        QCOMPARE(run.timeOf(decisions[0]), market.hour(0));
        QCOMPARE(run.timeOf(decisions[1]), market.hour(2));
    }

    //! Orders that wait for an open fill at that open, not at the price they were sized at.
    void waitingOrdersFillAtTheNextOpen()
    {
        MadeMarket market(24);
        market.prices([](std::size_t h) { return h == 0 ? 50'000.0 : 51'000.0; });
        DrivenRun run(configured("btc_basis", kNoCosts + Assignments{"basis.spot_fraction=0.8"}), market.data());
        run.finish();
        QCOMPARE(problems(run), QString());
        for (InstructionId id = 4; id <= 9; ++id)
            QCOMPARE(run.transitions(id).back().price, 51'000.0);
    }

    //! Gas is bought first and its own gas is paid out of the purchase.
    void gasReserve()
    {
        MadeMarket market(24);
        market.gas(20);
        DrivenRun run(configured("btc_basis"), market.data());
        run.finish();
        QCOMPARE(problems(run), QString());
        const QStringList plan = run.planTexts(1);
        QCOMPARE(plan.size(), qsizetype{10});
        QVERIFY2(plan[0].startsWith("buy_gas: Swap USDT -> 0.1"), qPrintable(plan[0]));
        const auto& summary = run.summary;
        QCOMPARE(summary.instructionsByType[3], std::uint64_t{1}); // swap
        // 180 k + 55 k of the swap, 65 k for each transfer, 20 gwei, ETH at 2,000.
        const double gas = (180'000 + 55'000 + 3 * 65'000) * 20e-9 * 2'000;
        QVERIFY(std::abs(summary.attribution.total(PnlItem::Gas) + gas) < 1e-6);
        QVERIFY(std::abs(run.balance(run.chart().wallet(Asset::ETH)) - (0.1 - 3 * 65'000 * 20e-9)) < 1e-9);
        // Five basis points each of fee and slippage on the amount bought, 0.1 ETH and the gas of the swap.
        const double swapped = (0.1 + (180'000 + 55'000) * 20e-9) * 2'000;
        QVERIFY(std::abs(summary.attribution.total(PnlItem::DexFees) + swapped * 0.0005) < 1e-5);
    }

    //! Nothing happens: nothing is earned, to the last unit.
    void noDrift_data()
    {
        QTest::addColumn<double>("price");
        QTest::addColumn<QString>("fraction");
        QTest::newRow("all in spot") << 64'000.0 << "1";
        QTest::newRow("half in spot") << 65'536.0 << "0.5";
    }

    void noDrift()
    {
        QFETCH(double, price);
        QFETCH(QString, fraction);
        MadeMarket market(24 * 40, Asset::BTC, price);
        DrivenRun run(configured("btc_basis",
                                 kNoCosts + kFineLots + Assignments{"basis.spot_fraction=" + fraction.toStdString()}),
                      market.data());
        run.finish();
        QCOMPARE(problems(run), QString());
        QCOMPARE(run.summary.pnlBalance, 0.0);
        for (const double item : run.summary.attribution.totals())
            QCOMPARE(item, 0.0);
        for (std::size_t s = 0; s < run.summary.steps; ++s) {
            QCOMPARE(run.at(s, StepColumn::Nav), 100'000.0);
            QCOMPARE(run.at(s, StepColumn::UnitValue), 1.0);
        }
        QCOMPARE(run.summary.performance.sharpe.reason, EmptyReason::NoVariation);
        QCOMPARE(*run.summary.performance.apr.value, 0.0);
    }

    //! Prices move, both legs alike: what spot wins the perp loses.
    void hedgedAgainstPrice()
    {
        MadeMarket market(24 * 20);
        market.prices([](std::size_t h) { return 65'536.0 * (1 + 0.3 * std::sin(static_cast<double>(h) / 40)); });
        DrivenRun run(configured("btc_basis", kNoCosts + kNoLatency), market.data());
        run.finish();
        QCOMPARE(problems(run), QString());
        QVERIFY(std::abs(run.summary.attribution.total(PnlItem::SpotPrice)) > 1'000);
        QVERIFY(std::abs(run.summary.pnlBalance) < 1e-6);
        QCOMPARE(run.actions(), QString("INITIAL_SETUP"));
    }

    //! q * P * r for every settlement in (start, end], and nothing else.
    void constantFunding()
    {
        constexpr double kRate = 0.0001;
        constexpr double kPrice = 64'000;
        MadeMarket market(24 * 30 + 1, Asset::BTC, kPrice);
        market.funding([](std::size_t) { return kRate; });
        DrivenRun run(configured("btc_basis", kNoCosts + kNoLatency + kFineLots), market.data());
        run.finish();
        QCOMPARE(problems(run), QString());
        constexpr std::uint64_t kSettlements = 90; // not the one at the start, the one at the end
        double quantity = 0;
        for (const Venue venue : kExchanges) {
            QCOMPARE(run.summary.settlementsByVenue[exchangeIndex(venue)], kSettlements);
            quantity -= run.balance(run.chart().exchange(venue).perp);
        }
        QCOMPARE(quantity, 100'000.0 / kPrice);
        const double expected = quantity * kPrice * kRate * static_cast<double>(kSettlements);
        QVERIFY(std::abs(run.summary.fundingTotal - expected) < 1e-6);
        QVERIFY(std::abs(run.summary.pnlBalance - expected) < 1e-6);
        QVERIFY(std::abs(*run.summary.performance.apr.value - 3 * 365 * kRate) < 1e-9);
        QCOMPARE(*run.summary.performance.maxDrawdown.value, 0.0);
    }

    //! The position opened at a settlement's own time does not take part in it.
    void fundingNeedsAnOlderPosition()
    {
        MadeMarket market(25);
        market.funding([](std::size_t) { return 0.01; });
        // Latency: the shorts are opened at 08:00, at the second settlement.
        DrivenRun run(configured("btc_basis", kNoCosts + Assignments{"transfer.deposit_latency_min=470"}),
                      market.data());
        run.finish();
        QCOMPARE(problems(run), QString());
        QCOMPARE(fromMs(run.transitions(9).back().timeMs), market.hour(8));
        QCOMPARE(run.summary.settlementsByVenue[0], std::uint64_t{2}); // 16:00 and 24:00
    }

    //! A missing settlement: the peers' mean, or nothing; listed either way.
    void missingSettlement()
    {
        MadeMarket market(24 * 3 + 1);
        market.funding(Venue::Binance, [](std::size_t) { return 0.0001; });
        market.funding(Venue::Bybit, [](std::size_t) { return 0.0002; });
        market.funding(Venue::Okx, [](std::size_t) { return 0.0004; });
        market.missSettlement(Venue::Okx, 4);
        const MarketData data = market.data();
        const auto okx = exchangeIndex(Venue::Okx);

        DrivenRun mean(configured("btc_basis", kNoCosts + kNoLatency), data);
        mean.finish();
        QCOMPARE(problems(mean), QString());
        QCOMPARE(mean.summary.missingByVenue[okx], std::vector<Time>{market.hour(32)});
        QCOMPARE(mean.summary.settlementsByVenue[okx], std::uint64_t{9});
        QCOMPARE(mean.summary.estimatedByVenue[okx], std::uint64_t{1});

        DrivenRun zero(configured("btc_basis", kNoCosts + kNoLatency + Assignments{"data.missing_funding=zero"}), data);
        zero.finish();
        QCOMPARE(problems(zero), QString());
        QCOMPARE(zero.summary.missingByVenue[okx], std::vector<Time>{market.hour(32)});
        QCOMPARE(zero.summary.settlementsByVenue[okx], std::uint64_t{8});
        QCOMPARE(zero.summary.estimatedByVenue[okx], std::uint64_t{0});
        const double quantity = -zero.balance(zero.chart().exchange(Venue::Okx).perp);
        const double difference = mean.summary.fundingByVenue[okx] - zero.summary.fundingByVenue[okx];
        QVERIFY(std::abs(difference - quantity * 65'536 * 0.00015) < 1e-7);
        QVERIFY(zero.record->info().findings.size() == 1);
    }

    //! At 0 the negative balance costs nothing; otherwise the previous step's debit times rate times time over 365 d.
    void debitInterest()
    {
        MadeMarket market(24 * 10 + 1);
        market.prices([](std::size_t h) { return h == 0 ? 65'536.0 : 65'536.0 * 1.25; });
        Assignments assignments = kNoCosts + kNoLatency;
        assignments.push_back("margin.debit_apr=0.08");
        DrivenRun run(configured("btc_basis", assignments), market.data());
        run.finish();
        QCOMPARE(problems(run), QString());
        double expected = 0;
        for (const Venue venue : kExchanges) {
            // A quarter of the entry notional is owed from the second hour on; interest raises it.
            const double quantity = -run.balance(run.chart().exchange(venue).perp);
            const double weight = venue == Venue::Binance ? 40'000 : 30'000;
            double debit = quantity * 65'536 * 0.25 - (weight - quantity * 65'536);
            for (std::size_t h = 2; h < market.hours(); ++h)
                debit += debit * 0.08 / (365 * 24);
            expected += debit - (quantity * 65'536 * 0.25 - (weight - quantity * 65'536));
        }
        QVERIFY(std::abs(run.summary.attribution.total(PnlItem::DebitInterest) + expected) < 1e-5);
    }

    //! The same inputs give the same record.
    void replay()
    {
        MadeMarket market(24 * 15);
        market.prices([](std::size_t h) { return 60'000 + 137.0 * static_cast<double>(h % 17); });
        market.funding([](std::size_t k) { return 0.00003 * static_cast<double>(k % 5); });
        const MarketData data = market.data();
        DrivenRun first(configured("btc-basis-seed"), data);
        DrivenRun second(configured("btc-basis-seed"), data);
        first.finish();
        second.finish();
        QCOMPARE(first.summary.resultDigest, second.summary.resultDigest);
        QCOMPARE(first.summary.instructionDigest, second.summary.instructionDigest);
        QCOMPARE(first.record->info().dataDigest, second.record->info().dataDigest);
        // A digest that sees the difference of one number.
        DrivenRun other(configured("btc-basis-seed", {"fees.okx.perp_taker=0.00051"}), data);
        other.finish();
        QVERIFY(other.summary.resultDigest != first.summary.resultDigest);
        QCOMPARE(other.summary.instructionDigest.size(), std::size_t{64});
    }
};

QTEST_APPLESS_MAIN(TestEngineSetup)
#include "tst_engine_setup.moc"
