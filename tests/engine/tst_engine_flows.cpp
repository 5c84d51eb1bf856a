// SPDX-License-Identifier: GPL-3.0-or-later
// Deposits, withdrawals, the configured exit and the funding filter in made markets.
#include "support/driven_run.h"

using namespace carry;
using namespace carry::test;

namespace
{

const Assignments kFree = kNoCosts + kNoLatency;

double totalCoin(const DrivenRun& run)
{
    double sum = 0;
    for (const Venue venue : kExchanges)
        sum += run.balance(run.chart().exchange(venue).coin);
    return sum;
}

double totalShort(const DrivenRun& run)
{
    double sum = 0;
    for (const Venue venue : kExchanges)
        sum -= run.balance(run.chart().exchange(venue).perp);
    return sum;
}

double wallet(const DrivenRun& run)
{
    return run.balance(run.chart().wallet(Asset::USDT));
}

//! The time at which an action was first taken.
Time firstTime(const DrivenRun& run, Action action)
{
    const auto all = run.decisions(action);
    return all.empty() ? Time{} : run.timeOf(all.front());
}

} // namespace

class TestEngineFlows : public QObject
{
    Q_OBJECT

  private slots:
    //! The flow is no P&L: nothing earned, nothing lost, and the unit keeps its value.
    void depositIsNoProfit()
    {
        MadeMarket market(24 * 4, Asset::BTC, 64'000);
        DrivenRun run(
            configured("btc_basis", kFree + kFineLots + Assignments{"flows.schedule=2024-06-02T00:00:00Z +50000"}),
            market.data());
        run.finish();
        QCOMPARE(problems(run), QString());
        QCOMPARE(run.actions(), QString("INITIAL_SETUP DEPOSIT"));
        const DecisionRecord deposit = run.decisions(Action::Deposit).front();
        QCOMPARE(run.timeOf(deposit), at("2024-06-02T00:00:00Z")); // posted before decisions
        QCOMPARE(deposit.reason, Reason::DepositArrived);
        QCOMPARE(deposit.numbers[0], 50'000.0);
        QCOMPARE(run.planTexts(deposit.plan).first(3), (QStringList{"transfers: Transfer Wallet -> Binance 20000 USDT",
                                                                    "transfers: Transfer Wallet -> Bybit 15000 USDT",
                                                                    "transfers: Transfer Wallet -> OKX 15000 USDT"}));
        QCOMPARE(run.events(EventKind::Deposit).size(), std::size_t{1});
        QCOMPARE(run.events(EventKind::Deposit).front().numbers[0], 50'000.0);
        QCOMPARE(run.summary.externalFlows, 50'000.0);
        QCOMPARE(run.summary.pnlBalance, 0.0);
        QCOMPARE(run.summary.navFinal, 150'000.0);
        QCOMPARE(*run.summary.performance.twr.value, 0.0);
        QCOMPARE(*run.summary.performance.maxDrawdown.value, 0.0);
        QCOMPARE(totalCoin(run), 150'000.0 / 64'000);
        QCOMPARE(totalShort(run), 150'000.0 / 64'000);
    }

    //! New units are bought before the decision: they bear their part of what putting the deposit to work costs.
    void depositSharesItsCosts()
    {
        MadeMarket market(24 * 4, Asset::BTC, 64'000);
        DrivenRun run(
            configured("btc_basis", kNoLatency + kNoGas + Assignments{"flows.schedule=2024-06-02T00:00:00Z +1000000"}),
            market.data());
        run.finish();
        QCOMPARE(problems(run), QString());
        const std::size_t step = run.stepAt(at("2024-06-02T00:00:00Z"));
        const double before = run.at(step - 1, StepColumn::Nav);
        const double costs = before + 1'000'000 - run.at(step, StepColumn::Nav);
        QVERIFY(costs > 1'000);
        const double expected = run.at(step - 1, StepColumn::UnitValue) * (1 - costs / (before + 1'000'000));
        QVERIFY2(std::abs(run.at(step, StepColumn::UnitValue) - expected) < 1e-12,
                 qPrintable(QString("unit value %1, expected %2")
                                .arg(run.at(step, StepColumn::UnitValue), 0, 'g', 15)
                                .arg(expected, 0, 'g', 15)));
    }

    //! With flows the return is time-weighted: equal daily returns whatever the capital at work.
    void twrIgnoresTheSizeOfFlows()
    {
        MadeMarket market(24 * 10 + 1, Asset::BTC, 64'000);
        market.funding([](std::size_t) { return 0.0005; });
        const MarketData data = market.data();
        const Assignments base = kFree + kFineLots;
        DrivenRun plain(configured("btc_basis", base), data);
        DrivenRun flows(configured("btc_basis", base + Assignments{"flows.schedule=2024-06-04T01:00:00Z +200000"}),
                        data);
        plain.finish();
        flows.finish();
        QCOMPARE(problems(flows), QString());
        // Not equal: funding lies idle (simple interest), and a deposit dilutes what lies idle.
        QVERIFY(std::abs(*flows.summary.performance.twr.value - *plain.summary.performance.twr.value) < 2e-4);
        QVERIFY(flows.summary.pnlBalance > 2 * plain.summary.pnlBalance);
        QCOMPARE(*flows.summary.performance.apr.value,
                 *flows.summary.performance.twr.value * 365 / flows.summary.performance.days);
    }

    void smallDepositStaysInTheWallet()
    {
        MadeMarket market(24 * 3);
        DrivenRun run(configured("btc_basis", kFree + Assignments{"flows.schedule=2024-06-02T00:00:00Z +900"}),
                      market.data());
        run.finish();
        QCOMPARE(problems(run), QString());
        QCOMPARE(run.actions(), QString("INITIAL_SETUP"));
        QVERIFY(wallet(run) >= 900);
    }

    void partialWithdrawal()
    {
        MadeMarket market(24 * 4, Asset::BTC, 64'000);
        DrivenRun run(configured("btc_basis", kFree + Assignments{"flows.schedule=2024-06-02T00:00:00Z -30000"}),
                      market.data());
        run.finish();
        QCOMPARE(problems(run), QString());
        QCOMPARE(run.actions(), QString("INITIAL_SETUP WITHDRAWAL"));
        const DecisionRecord d = run.decisions(Action::Withdrawal).front();
        QCOMPARE(run.timeOf(d), at("2024-06-02T00:00:00Z"));
        QCOMPARE(d.reason, Reason::WithdrawalRequested);
        QCOMPARE(d.numbers[0], 30'000.0);
        // Perps, then spot, then home.
        QStringList phases;
        for (const auto& i : run.instructions(d.plan))
            if (const auto phase = text(toText(i.phaseKind)); phases.isEmpty() || phases.back() != phase)
                phases << phase;
        QCOMPARE(phases.join(' '), QString("reduce_perps sell_spot transfers"));
        QCOMPARE(run.events(EventKind::WithdrawalRequested).size(), std::size_t{1});
        QCOMPARE(run.events(EventKind::WithdrawalPaid).size(), std::size_t{1});
        QCOMPARE(run.events(EventKind::WithdrawalPaid).front().numbers[0], 30'000.0);
        QCOMPARE(run.summary.externalFlows, -30'000.0);
        QVERIFY(std::abs(run.summary.pnlBalance) < 1e-6);
        QVERIFY(std::abs(*run.summary.performance.twr.value) < 1e-10);
        QVERIFY(std::abs(totalCoin(run) - totalShort(run)) < 1e-9);
        QVERIFY(totalCoin(run) * 64'000 < 70'200);
        QVERIFY(totalCoin(run) * 64'000 > 65'000);
        QCOMPARE(run.engine->world().pendingWithdrawal, 0.0);
    }

    //! Realistic costs and latency: the request waits until the wallet holds it.
    void withdrawalWithLatency()
    {
        MadeMarket market(24 * 4, Asset::BTC, 64'000);
        DrivenRun run(configured("btc_basis", {"flows.schedule=2024-06-02T00:00:00Z -30000"}), market.data());
        run.finish();
        QCOMPARE(problems(run), QString());
        const Time asked = at("2024-06-02T00:00:00Z");
        const auto paid = run.events(EventKind::WithdrawalPaid);
        QCOMPARE(paid.size(), std::size_t{1});
        QCOMPARE(run.record->time(paid.front().step), asked + std::chrono::minutes{20});
        QCOMPARE(run.at(run.stepAt(asked), StepColumn::PendingWithdrawal), 30'000.0);
        QCOMPARE(run.at(paid.front().step, StepColumn::PendingWithdrawal), 0.0);
        QCOMPARE(run.summary.externalFlows, -30'000.0);
        // Three withdrawals at 4 USDT each.
        QCOMPARE(run.summary.attribution.total(PnlItem::WithdrawalFees), -12.0);
        const double drift = std::abs(run.netDelta(run.summary.steps - 1)) * 64'000 / run.summary.navFinal;
        QVERIFY(drift < 0.01);
    }

    //! What the wallet holds already is paid at once.
    void withdrawalFromTheWallet()
    {
        MadeMarket market(24 * 3);
        DrivenRun run(configured("btc_basis", kFree + Assignments{"flows.schedule=2024-06-02T00:00:00Z +900, "
                                                                  "2024-06-02T05:00:00Z -800"}),
                      market.data());
        run.finish();
        QCOMPARE(problems(run), QString());
        QCOMPARE(run.actions(), QString("INITIAL_SETUP"));
        QCOMPARE(run.record->time(run.events(EventKind::WithdrawalPaid).front().step), at("2024-06-02T05:00:00Z"));
        QCOMPARE(run.summary.externalFlows, 100.0);
    }

    //! Everything is closed and paid out, whatever it is worth by then.
    void fullWithdrawal()
    {
        MadeMarket market(24 * 4, Asset::BTC, 64'000);
        DrivenRun run(
            configured("btc_basis", kNoLatency + kNoGas + Assignments{"flows.schedule=2024-06-02T00:00:00Z -99300"}),
            market.data());
        run.finish();
        QCOMPARE(problems(run), QString());
        QCOMPARE(run.actions(), QString("INITIAL_SETUP WITHDRAWAL"));
        QCOMPARE(totalCoin(run), 0.0);
        QCOMPARE(totalShort(run), 0.0);
        QCOMPARE(run.summary.externalFlows, -99'300.0);
        QVERIFY(run.summary.navFinal > 0 && run.summary.navFinal < 500);
        const auto plan = run.instructions(run.decisions(Action::Withdrawal).front().plan);
        for (std::size_t i = plan.size() - 3; i < plan.size(); ++i)
            QVERIFY(std::get<Transfer>(plan[i].instruction.body).sweep);
    }

    //! The last unit leaves: NAV is zero, and the run goes on to its end.
    void nothingLeft()
    {
        MadeMarket market(24 * 4, Asset::BTC, 64'000);
        auto configuration =
            configured("btc_basis", kFree + kFineLots + Assignments{"flows.schedule=2024-06-02T00:00:00Z -100000"});
        DrivenRun run(configuration, market.data());
        for (;;) {
            const auto more = run.engine->step();
            QVERIFY2(more.has_value(), more ? "" : describe(more.error()).c_str());
            if (!*more)
                break;
        }
        QCOMPARE(problems(run), QString());
        QCOMPARE(run.nav(), 0.0);
        QCOMPARE(run.at(run.record->committed() - 1, StepColumn::UnitValue), 1.0);
        run.finish();
        QCOMPARE(*run.summary.performance.twr.value, 0.0);
    }

    //! Entry may wait for the first deposit after everything was paid out.
    void depositAfterNothing()
    {
        MadeMarket market(24 * 6, Asset::BTC, 64'000);
        market.funding([](std::size_t) { return 0.0001; });
        DrivenRun run(configured("btc_basis", kFree + kFineLots +
                                                  Assignments{"flows.schedule=2024-06-02T00:00:00Z -100000, "
                                                              "2024-06-04T00:00:00Z +100000"}),
                      market.data());
        for (;;) {
            const auto more = run.engine->step();
            QVERIFY2(more.has_value(), more ? "" : describe(more.error()).c_str());
            if (!*more)
                break;
        }
        QCOMPARE(problems(run), QString());
        QVERIFY(totalShort(run) > 1.5);
    }

    void exitAtAGivenTime()
    {
        MadeMarket market(24 * 5, Asset::BTC, 64'000);
        market.prices([](std::size_t h) { return 64'000.0 + 10.0 * static_cast<double>(h % 24); });
        DrivenRun run(configured("btc_basis",
                                 {"basis.exit_at=2024-06-03T06:00:00Z", "flows.schedule=2024-06-04T00:00:00Z +20000"}),
                      market.data());
        run.finish();
        QCOMPARE(problems(run), QString());
        QCOMPARE(run.actions(), QString("INITIAL_SETUP EXIT")); // nothing is opened again, whatever comes in
        const DecisionRecord exit = run.decisions(Action::Exit).front();
        QCOMPARE(run.timeOf(exit), at("2024-06-03T06:00:00Z"));
        QCOMPARE(exit.reason, Reason::ExitScheduled);
        const QStringList plan = run.planTexts(exit.plan);
        QCOMPARE(plan.size(), qsizetype{9});
        for (int i = 0; i < 3; ++i) {
            QVERIFY2(plan[i].startsWith("reduce_perps: Perp") && plan[i].contains("BUY"), qPrintable(plan[i]));
            QVERIFY2(plan[3 + i].startsWith("sell_spot: Spot") && plan[3 + i].contains("SELL"),
                     qPrintable(plan[3 + i]));
            QVERIFY2(plan[6 + i].startsWith("transfers: Transfer") && plan[6 + i].contains("-> Wallet"),
                     qPrintable(plan[6 + i]));
        }
        QCOMPARE(totalCoin(run), 0.0);
        QCOMPARE(totalShort(run), 0.0);
        for (const Venue venue : kExchanges)
            QVERIFY(std::abs(run.balance(run.chart().exchange(venue).usdt)) < 1e-5);
        QVERIFY(wallet(run) > 119'000);
        QCOMPARE(run.summary.externalFlows, 20'000.0);
        QVERIFY(run.summary.minMarginRatio.value.has_value());
        const DecisionRecord last = run.decisions().back();
        QCOMPARE(last.action, Action::Hold);
        QCOMPARE(last.reason, Reason::Exited);
    }

    void entryAfterTheExitTimeIsNone()
    {
        MadeMarket market(24 * 2);
        DrivenRun run(configured("btc_basis", kFree + Assignments{"basis.exit_at=2024-05-01T00:00:00Z"}),
                      market.data());
        run.finish();
        QCOMPARE(run.actions(), QString());
        QCOMPARE(run.summary.navFinal, 100'000.0);
        QCOMPARE(run.decisions().front().reason, Reason::Exited);
    }

    //! Out when the mean is below one threshold, in again when it is above the other, not before the cool-down has
    //! passed.
    void fundingFilter()
    {
        MadeMarket market(24 * 40, Asset::BTC, 64'000);
        // Good for ten days, bad for four, then good.
        market.funding([](std::size_t k) { return k >= 30 && k < 42 ? -0.0005 : 0.0005; });
        Assignments assignments = kFree + Assignments{"funding_filter.enabled=true", "funding_filter.days=3",
                                                      "funding_filter.cooldown_hours=240"};
        DrivenRun run(configured("btc_basis", assignments), market.data());
        run.finish();
        QCOMPARE(problems(run), QString());
        QCOMPARE(run.actions(), QString("INITIAL_SETUP EXIT INITIAL_SETUP"));
        // Nine settlements in three days: the mean is below zero once five of them are bad.
        const Time out = market.hour(8 * 34);
        QCOMPARE(firstTime(run, Action::Exit), out);
        QCOMPARE(run.decisions(Action::Exit).front().reason, Reason::FundingBelowExit);
        const Time in = run.timeOf(run.decisions(Action::InitialSetup).back());
        QCOMPARE(in, out + 240 * kHour);
        std::map<Reason, int> reasons;
        for (const auto& d : run.decisions(Action::Hold))
            ++reasons[d.reason];
        QVERIFY(reasons[Reason::FilterOut] > 0);
        QVERIFY(reasons[Reason::CoolDown] > 0);
        QCOMPARE(reasons[Reason::CostExceedsBenefit], 0);
    }

    //! Coming back must pay for itself over the horizon.
    void fundingFilterCostTest()
    {
        MadeMarket market(24 * 40, Asset::BTC, 64'000);
        market.funding([](std::size_t k) { return k >= 30 && k < 42 ? -0.0005 : 0.00004; });
        Assignments assignments = kNoLatency + kNoGas +
                                  Assignments{"funding_filter.enabled=true", "funding_filter.days=3",
                                              "funding_filter.cooldown_hours=24", "funding_filter.horizon_days=5"};
        DrivenRun run(configured("btc_basis", assignments), market.data());
        run.finish();
        QCOMPARE(problems(run), QString());
        // 4.4 % a year over five days is 60 USDT; going in costs some 300.
        QCOMPARE(run.actions(), QString("INITIAL_SETUP EXIT"));
        const DecisionRecord last = run.decisions().back();
        QCOMPARE(last.reason, Reason::CostExceedsBenefit);
        QVERIFY(last.numbers[0] > 200 && last.numbers[0] < 400);
        QVERIFY(last.numbers[1] > 40 && last.numbers[1] < 80);
    }

    //! Off by default: bad funding is only reported.
    void noFilterByDefault()
    {
        MadeMarket market(24 * 10);
        market.funding([](std::size_t) { return -0.0005; });
        DrivenRun run(configured("btc_basis", kFree), market.data());
        run.finish();
        QCOMPARE(run.actions(), QString("INITIAL_SETUP"));
        QVERIFY(run.summary.fundingTotal < 0);
        bool reported = false;
        for (const auto& e : run.events(EventKind::RiskLevel))
            reported |=
                static_cast<RiskMetric>(e.a) == RiskMetric::FundingTrailing && e.b % 16 == int(RiskLevel::Critical);
        QVERIFY(reported);
    }
};

QTEST_APPLESS_MAIN(TestEngineFlows)
#include "tst_engine_flows.moc"
