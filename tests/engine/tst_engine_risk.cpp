// SPDX-License-Identifier: GPL-3.0-or-later
// Margin, liquidation, stale legs and failing plans in made markets.
#include "support/driven_run.h"

using namespace carry;
using namespace carry::test;

namespace
{

constexpr double kPrice = 64'000;
const Assignments kFree = kNoCosts + kNoLatency;
constexpr auto kPerp = SeriesKind::PerpCandles;
constexpr auto kSpot = SeriesKind::SpotCandles;

//! Rises by the hour from 1 to `factor` between two hours, and stays there.
MadeMarket::Path rising(double factor, std::size_t from, std::size_t to)
{
    return [=](std::size_t h) {
        if (h <= from)
            return kPrice;
        const double way = h >= to ? 1.0 : static_cast<double>(h - from) / static_cast<double>(to - from);
        return kPrice * (1 + way * (factor - 1));
    };
}

double ratioAt(const DrivenRun& run, std::size_t step, Venue venue)
{
    return run.at(step, venue, VenueColumn::MarginRatio);
}

bool levelReached(const DrivenRun& run, RiskMetric metric, std::size_t scope, RiskLevel level)
{
    for (const auto& e : run.events(EventKind::RiskLevel))
        if (static_cast<RiskMetric>(e.a) == metric && e.scope == scope && static_cast<RiskLevel>(e.b % 16) == level)
            return true;
    return false;
}

std::vector<DecisionRecord> withReason(const DrivenRun& run, Reason reason)
{
    std::vector<DecisionRecord> found;
    for (const auto& d : run.decisions())
        if (d.reason == reason)
            found.push_back(d);
    return found;
}

} // namespace

class TestEngineRisk : public QObject
{
    Q_OBJECT

  private slots:
    //! Funding drains one exchange below warn while the others have more than they need: margin moves through the
    //! wallet, in two hops.
    void marginMovesThroughTheWallet()
    {
        MadeMarket market(24 * 10);
        market.prices(rising(1.5, 24, 96));
        market.funding(Venue::Okx, [](std::size_t k) { return k >= 3 && k <= 25 ? -0.04 : 0.0; });
        DrivenRun run(configured("btc_basis", kNoGas), market.data());
        run.finish();

        QCOMPARE(problems(run), QString());
        QVERIFY2(run.actions().startsWith("INITIAL_SETUP REBALANCE"), qPrintable(run.actions()));
        const DecisionRecord d = run.decisions(Action::Rebalance).front();
        QCOMPARE(d.reason, Reason::MarginBelowWarn);
        QVERIFY(d.numbers[0] < 0.20);                          // the ratio
        QCOMPARE(d.numbers[1], 0.20);                          // warn
        QVERIFY(d.numbers[2] > 100);                           // USDT moved
        QCOMPARE(d.numbers[3], 0.50);                          // target
        QVERIFY(ratioAt(run, d.step - 1, Venue::Okx) >= 0.20); // not earlier

        const auto plan = run.instructions(d.plan);
        QStringList shape;
        for (const auto& i : plan)
            shape << text(toText(i.phaseKind)) + "/" + text(toText(i.groupKind)) + QString::number(i.group) + "." +
                         QString::number(i.position);
        QCOMPARE(shape.join(' '), QString("reduce_perps/sequence0.0 sell_spot/sequence0.0 transfers/sequence0.0 "
                                          "transfers/sequence0.1"));
        const auto& first = std::get<Transfer>(plan[2].instruction.body);
        const auto& second = std::get<Transfer>(plan[3].instruction.body);
        QVERIFY(first.from == Venue::Binance || first.from == Venue::Bybit);
        QCOMPARE(first.to, Venue::Wallet);
        QCOMPARE(second.from, Venue::Wallet);
        QCOMPARE(second.to, Venue::Okx);
        QCOMPARE(first.amount, second.amount);
        const auto& sold = std::get<SpotTrade>(plan[1].instruction.body);
        const auto& bought = std::get<PerpTrade>(plan[0].instruction.body);
        QCOMPARE(sold.quantity, bought.quantity); // stays hedged
        QCOMPARE(sold.venue, first.from);
        // 20 minutes home, 15 minutes out.
        const Time decided = run.timeOf(d);
        QCOMPARE(fromMs(run.transitions(plan[2].instruction.id).back().timeMs), decided + std::chrono::minutes{20});
        QCOMPARE(fromMs(run.transitions(plan[3].instruction.id).back().timeMs), decided + std::chrono::minutes{35});
        const std::size_t after = run.stepAt(decided + std::chrono::minutes{35});
        QVERIFY2(std::abs(ratioAt(run, after, Venue::Okx) - 0.5) < 0.02,
                 qPrintable(QString::number(ratioAt(run, after, Venue::Okx))));
        QVERIFY(std::abs(run.netDelta(after)) < 1e-9);
        QVERIFY(levelReached(run, RiskMetric::MarginRatio, exchangeIndex(Venue::Okx), RiskLevel::Warn));
        QVERIFY(run.events(EventKind::PlanFailed).empty());
        QVERIFY(run.summary.attribution.total(PnlItem::WithdrawalFees) <= -4.0);
        QCOMPARE(run.summary.liquidations, std::uint64_t{0});
    }

    //! Everybody is low after prices tripled: between warn and critical it holds and says so, at critical it cuts.
    void reduceWithoutSurplus()
    {
        MadeMarket market(24 * 20);
        market.prices(rising(3, 24, 24 * 5));
        market.funding(Venue::Okx, [](std::size_t k) { return k >= 20 && k <= 40 ? -0.02 : 0.0; });
        DrivenRun run(configured("btc_basis", kFree), market.data());
        run.finish();

        QCOMPARE(problems(run), QString());
        QVERIFY2(run.actions().startsWith("INITIAL_SETUP REDUCE"), qPrintable(run.actions()));
        const auto held = withReason(run, Reason::NoSurplus);
        QVERIFY(!held.empty());
        QCOMPARE(held.front().action, Action::Hold);
        QVERIFY(held.front().numbers[0] < 0.20 && held.front().numbers[0] > 0.12);
        const DecisionRecord d = run.decisions(Action::Reduce).front();
        QCOMPARE(d.reason, Reason::MarginCritical);
        QVERIFY(d.numbers[0] < 0.12 || d.numbers[1] < 0.08);
        const auto plan = run.instructions(d.plan);
        QCOMPARE(plan.size(), std::size_t{2}); // the critical exchange only, both legs alike
        const auto& perp = std::get<PerpTrade>(plan[0].instruction.body);
        const auto& spot = std::get<SpotTrade>(plan[1].instruction.body);
        QCOMPARE(perp.venue, Venue::Okx);
        QCOMPARE(perp.side, Side::Buy);
        QCOMPARE(spot.venue, Venue::Okx);
        QCOMPARE(spot.side, Side::Sell);
        QCOMPARE(perp.quantity, spot.quantity);
        QVERIFY2(std::abs(ratioAt(run, d.step, Venue::Okx) - 0.5) < 0.02,
                 qPrintable(QString::number(ratioAt(run, d.step, Venue::Okx))));
        QVERIFY(std::abs(run.netDelta(d.step)) < 1e-9);
        QVERIFY(levelReached(run, RiskMetric::MarginRatio, exchangeIndex(Venue::Okx), RiskLevel::Critical) ||
                levelReached(run, RiskMetric::LiquidationDistance, exchangeIndex(Venue::Okx), RiskLevel::Critical));
        QCOMPARE(run.summary.liquidations, std::uint64_t{0});
    }

    //! With actions off levels are recorded and nothing is done.
    void actionsOff()
    {
        MadeMarket market(24 * 20);
        market.prices(rising(3, 24, 24 * 5));
        market.funding(Venue::Okx, [](std::size_t k) { return k >= 20 && k <= 40 ? -0.02 : 0.0; });
        DrivenRun run(configured("btc_basis", kFree + Assignments{"risk.actions=false", "basis.rebalance=false"}),
                      market.data());
        run.finish();
        QCOMPARE(problems(run), QString());
        QCOMPARE(run.actions(), QString("INITIAL_SETUP"));
        QVERIFY(levelReached(run, RiskMetric::MarginRatio, exchangeIndex(Venue::Okx), RiskLevel::Warn));
    }

    //! The perp alone doubles inside a bar: the account does not survive it.
    void liquidationOnASpike()
    {
        MadeMarket market(24 * 5 + 1, Asset::BTC, kPrice);
        market.spike(Venue::Okx, kPerp, 30, kPrice * 2.2, kPrice);
        DrivenRun run(configured("btc_basis", kNoLatency + kNoGas), market.data());
        run.finish();

        QCOMPARE(problems(run), QString());
        const auto events = run.events(EventKind::Liquidation);
        QCOMPARE(events.size(), std::size_t{1});
        QCOMPARE(run.record->time(events.front().step), market.hour(31)); // when the bar has ended
        QCOMPARE(static_cast<std::size_t>(events.front().scope), exchangeIndex(Venue::Okx));
        QVERIFY(events.front().numbers[0] > kPrice * 1.5 && events.front().numbers[0] < kPrice * 2.2);
        QVERIFY(events.front().numbers[1] < 0); // a short was closed
        QCOMPARE(run.summary.liquidations, std::uint64_t{1});
        QVERIFY(run.summary.attribution.total(PnlItem::LiquidationLoss) < -10'000);
        QCOMPARE(run.summary.attribution.at(Venue::Binance, PnlItem::LiquidationLoss), 0.0);
        const std::size_t step = events.front().step;
        for (std::size_t s = step; s < run.summary.steps; ++s)
            QCOMPARE(run.at(s, StepColumn::RiskLevel), static_cast<double>(RiskLevel::Breached));
        QVERIFY(run.at(step - 1, StepColumn::RiskLevel) < static_cast<double>(RiskLevel::Breached));
        QVERIFY(levelReached(run, RiskMetric::MarginRatio, exchangeIndex(Venue::Okx), RiskLevel::Breached));
        QCOMPARE(run.record->time(run.summary.steps - 1), market.hour(24 * 5)); // the run goes on
        // What is left of the coin there is hedged again.
        QVERIFY(std::abs(run.netDelta(run.summary.steps - 1)) <= 0.01); // a contract of OKX
        for (std::size_t i = 0; i < run.ends().ledger; ++i)
            if (const LedgerEntry& e = run.record->ledger(i); e.posting.cause == Cause::Liquidation)
                QCOMPARE(std::size_t{e.step}, step);
    }

    //! An exchange that liquidated once does not stop every later plan.
    void lifeAfterALiquidation()
    {
        MadeMarket market(24 * 5 + 1, Asset::BTC, kPrice);
        market.spike(Venue::Okx, kPerp, 30, kPrice * 2.2, kPrice);
        DrivenRun run(configured("btc_basis", kNoLatency + kNoGas +
                                                  Assignments{"flows.schedule=2024-06-03T12:00:00Z +30000",
                                                              "risk.drawdown.critical=0.9"}),
                      market.data());
        run.finish();
        QCOMPARE(problems(run), QString());
        QCOMPARE(run.summary.liquidations, std::uint64_t{1});
        const auto deposits = run.decisions(Action::Deposit);
        QCOMPARE(deposits.size(), std::size_t{1});
        for (const auto& i : run.instructions(deposits.front().plan))
            QCOMPARE(run.state(i.instruction.id), InstructionState::Confirmed);
        QVERIFY(run.events(EventKind::PlanInterrupted).empty());
    }

    //! A liquidation while a plan is open ends the plan.
    void liquidationInterruptsAPlan()
    {
        MadeMarket market(24 * 5 + 1, Asset::BTC, kPrice);
        market.spike(Venue::Okx, kPerp, 60, kPrice * 2.2, kPrice);
        // The deposit of hour 59 takes until 61:09; the bar of 60 is deadly.
        DrivenRun run(configured("btc_basis", kNoGas + Assignments{"transfer.deposit_latency_min=129",
                                                                   "flows.schedule=2024-06-03T11:00:00Z +30000"}),
                      market.data());
        run.finish();
        QCOMPARE(problems(run), QString());
        QCOMPARE(run.summary.liquidations, std::uint64_t{1});
        const DecisionRecord deposit = run.decisions(Action::Deposit).front();
        QCOMPARE(run.timeOf(deposit), market.hour(59));
        const auto interrupted = run.events(EventKind::PlanInterrupted);
        QVERIFY(!interrupted.empty());
        QCOMPARE(interrupted.front().reference, deposit.plan);
        const auto plan = run.instructions(deposit.plan);
        // What was sent arrives; the orders behind it are never sent.
        for (std::size_t i = 0; i < plan.size(); ++i)
            QCOMPARE(run.state(plan[i].instruction.id),
                     i < 3 ? InstructionState::Confirmed : InstructionState::Cancelled);
    }

    //! Equity is maintenance at the price at which it is closed; then the fee.
    void liquidationPrice()
    {
        MadeMarket market(24 * 3, Asset::BTC, kPrice);
        market.spike(Venue::Okx, kPerp, 30, kPrice * 3, kPrice);
        DrivenRun run(configured("btc_basis", kFree + Assignments{"risk.actions=false", "basis.rebalance=false"}),
                      market.data());
        run.stepTo(market.hour(30));
        const ExchangeAccounts& ids = run.chart().exchange(Venue::Okx);
        const double coin = run.balance(ids.coin);
        const double perp = run.balance(ids.perp);
        const double cash = run.balance(ids.usdt);
        const double quote = run.balance(ids.perpQuote);
        run.finish();
        QCOMPARE(problems(run), QString());
        const auto event = run.events(EventKind::Liquidation).front();
        const double price = event.numbers[0];
        // Haircut equity against maintenance of OKX's first tier (notional below 500,000).
        const double equity = cash + coin * kPrice * 0.95 + perp * price + quote;
        QVERIFY(std::abs(equity - 0.004 * -perp * price) < 1e-3);
        QCOMPARE(event.numbers[1], perp);
        // The loss is dearer cover than the open, and half a per cent.
        const double sold = event.numbers[2];
        const double loss = -perp * (price - kPrice) + 0.005 * -perp * price;
        QVERIFY(std::abs(run.summary.attribution.at(Venue::Okx, PnlItem::LiquidationLoss) + loss - event.numbers[3]) <
                1e-3);
        QVERIFY(sold > 0 && sold <= coin);
        QVERIFY(run.balance(ids.usdt) >= 0);
        QCOMPARE(run.balance(ids.perp), 0.0);
        QCOMPARE(run.balance(ids.perpQuote), 0.0);
    }

    //! The bar under way is not looked at: cancelled at its label, a run has not seen its spike.
    void noLookAhead()
    {
        MadeMarket calm(24 * 3, Asset::BTC, kPrice);
        MadeMarket wild(24 * 3, Asset::BTC, kPrice);
        wild.spike(Venue::Okx, kPerp, 30, kPrice * 5, kPrice / 5);
        DrivenRun a(configured("btc_basis", kFree), calm.data());
        DrivenRun b(configured("btc_basis", kFree), wild.data());
        a.stepTo(calm.hour(30));
        b.stepTo(calm.hour(30));
        QCOMPARE(resultDigest(*a.record), resultDigest(*b.record));
        b.stepTo(calm.hour(31));
        QCOMPARE(b.events(EventKind::Liquidation).size(), std::size_t{1});
    }

    //! Nobody is liquidated by a bar during which nothing was held.
    void spikeBeforeTheEntry()
    {
        MadeMarket market(24 * 3, Asset::BTC, kPrice);
        market.spike(Venue::Okx, kPerp, 0, kPrice * 5, kPrice / 5);
        DrivenRun run(configured("btc_basis", kNoGas), market.data());
        run.finish();
        QCOMPARE(fromMs(run.transitions(9).back().timeMs), market.hour(1)); // entered at the end of the spike's bar
        QCOMPARE(run.summary.liquidations, std::uint64_t{0});
        // With positions since its start the same bar is deadly.
        DrivenRun held(configured("btc_basis", kNoLatency + kNoGas), market.data());
        held.finish();
        QCOMPARE(held.summary.liquidations, std::uint64_t{1});
    }

    //! A carried bar has no extremes; the peer's bar has.
    void holesHaveNoExtremes()
    {
        MadeMarket market(24 * 3, Asset::BTC, kPrice);
        market.spike(Venue::Okx, kPerp, 30, kPrice * 5, kPrice / 5).hole(Venue::Okx, kPerp, 30, 31);
        for (const char* rule : {"carry", "peer"}) {
            DrivenRun run(configured("btc_basis", kFree + Assignments{std::string("data.missing_bars=") + rule}),
                          market.data());
            run.finish();
            QCOMPARE(problems(run), QString());
            QCOMPARE(run.summary.liquidations, std::uint64_t{0});
        }
    }

    //! Nothing is left at any exchange: the run ends at its last label with books that close.
    void losingEverything()
    {
        MadeMarket market(24 * 3, Asset::BTC, kPrice);
        for (const Venue venue : kExchanges)
            market.spike(venue, kPerp, 30, kPrice * 8, kPrice).price(venue, kPerp, [](std::size_t h) {
                return h == 30 ? kPrice * 6 : kPrice; // beyond it at the open already
            });
        DrivenRun run(configured("btc_basis", kFree + Assignments{"risk.actions=false", "basis.rebalance=false"}),
                      market.data());
        for (;;) {
            const auto more = run.engine->step();
            QVERIFY2(more.has_value(), more ? "" : describe(more.error()).c_str());
            if (!*more)
                break;
        }
        QCOMPARE(problems(run), QString());
        QCOMPARE(run.events(EventKind::Liquidation).size(), std::size_t{3});
        QVERIFY(run.nav() >= 0 && run.nav() < 30'000);
    }

    //! One leg is refused: what is left of the plan is cancelled, and the next decision restores the hedge.
    void refusedLeg()
    {
        MadeMarket market(24 * 3, Asset::BTC, kPrice);
        DrivenRun run(
            configured("btc_basis", kNoLatency + kNoGas + Assignments{"instruments.okx.min_notional=1000000"}),
            market.data());
        run.finish();

        QCOMPARE(problems(run), QString());
        QVERIFY2(run.actions().startsWith("INITIAL_SETUP REBALANCE"), qPrintable(run.actions()));
        for (const InstructionId id : {1U, 2U, 3U, 4U, 5U})
            QCOMPARE(run.state(id), InstructionState::Confirmed);
        QCOMPARE(run.state(6), InstructionState::Rejected); // the coin of OKX
        QCOMPARE(run.transitions(6).back().error->code(), ErrorCode::CexBelowMinimum);
        for (const InstructionId id : {7U, 8U, 9U})
            QCOMPARE(run.state(id), InstructionState::Cancelled);
        const auto failed = run.events(EventKind::PlanFailed);
        QVERIFY(!failed.empty());
        QCOMPARE(failed.front().reference, 1U);
        QCOMPARE(failed.front().step, 0U);
        QVERIFY(run.netDelta(0) > 1); // unhedged for one bar
        const DecisionRecord hedge = run.decisions(Action::Rebalance).front();
        QCOMPARE(run.timeOf(hedge), market.hour(1));
        QCOMPARE(hedge.reason, Reason::DeltaDrift);
        const auto plan = run.instructions(hedge.plan);
        QCOMPARE(plan.size(), std::size_t{2});
        for (const auto& i : plan) {
            const auto& perp = std::get<PerpTrade>(i.instruction.body);
            QVERIFY(perp.venue != Venue::Okx && perp.side == Side::Sell);
            QCOMPARE(run.state(i.instruction.id), InstructionState::Confirmed);
        }
        QVERIFY(std::abs(run.netDelta(hedge.step)) < 0.002);
    }

    //! The price has left the size behind when the order fills: refused there; what the other exchanges bought is
    //! hedged, and then the idle money is put to work.
    void idleMoneyIsDeployed()
    {
        MadeMarket market(24 * 3, Asset::BTC, kPrice);
        market.prices(Venue::Okx, [](std::size_t h) { return h == 1 ? kPrice * 2.2 : kPrice; });
        DrivenRun run(configured("btc_basis", kNoGas + Assignments{"margin.mode=isolated", "basis.spot_fraction=0.5",
                                                                   "risk.actions=false"}),
                      market.data());
        run.finish();

        QCOMPARE(problems(run), QString());
        QCOMPARE(run.state(6), InstructionState::Failed); // was acknowledged, so not simply rejected
        QCOMPARE(run.transitions(6).back().error->code(), ErrorCode::CexInsufficientMargin);
        const auto rebalances = run.decisions(Action::Rebalance);
        QCOMPARE(rebalances.size(), std::size_t{2});
        QCOMPARE(rebalances[0].reason, Reason::DeltaDrift);
        QCOMPARE(rebalances[1].reason, Reason::IdleFunds);
        QCOMPARE(rebalances[1].numbers[0], 30'000.0);
        QVERIFY(run.balance(run.chart().exchange(Venue::Okx).coin) > 0.2);
        QCOMPARE(run.balance(run.chart().exchange(Venue::Okx).coin),
                 -run.balance(run.chart().exchange(Venue::Okx).perp));
        QVERIFY(std::abs(run.netDelta(run.summary.steps - 1)) < 0.002);
    }

    //! A hole of ten hours carried: no new trades while a leg is older than six bars.
    void staleLeg()
    {
        MadeMarket market(24 * 4, Asset::BTC, kPrice);
        market.hole(Venue::Bybit, kPerp, 24, 34);
        DrivenRun run(configured("btc_basis", kFree + Assignments{"data.missing_bars=carry",
                                                                  "flows.schedule=2024-06-02T07:00:00Z +20000"}),
                      market.data());
        run.finish();
        QCOMPARE(problems(run), QString());
        // The last bar is observed at 24:00 (its close); older than six bars from 31:00 on.
        const auto held = withReason(run, Reason::StaleLeg);
        QCOMPARE(held.size(), std::size_t{3});
        QCOMPARE(run.timeOf(held.front()), market.hour(31));
        QCOMPARE(run.timeOf(held.back()), market.hour(33));
        for (const auto& d : held) {
            QCOMPARE(d.action, Action::Hold);
            QVERIFY(d.numbers[0] > 6);
            QCOMPARE(d.numbers[1], 6.0);
        }
        // The deposit of 31:00 had to wait for the fresh bar.
        QCOMPARE(run.timeOf(run.decisions(Action::Deposit).front()), market.hour(34));
        const std::size_t inside = run.stepAt(market.hour(32));
        QCOMPARE(run.at(inside, Venue::Bybit, VenueColumn::Staleness), 8.0);
        QVERIFY((static_cast<int>(run.at(inside, Venue::Bybit, VenueColumn::ReadingFlags)) & kReadingCarried) != 0);
        QVERIFY(levelReached(run, RiskMetric::Staleness, exchangeIndex(Venue::Bybit), RiskLevel::Warn));
        QVERIFY(levelReached(run, RiskMetric::Staleness, exchangeIndex(Venue::Bybit), RiskLevel::Critical));
        QVERIFY(levelReached(run, RiskMetric::Staleness, exchangeIndex(Venue::Bybit), RiskLevel::Ok));
        QCOMPARE(run.record->info().findings.size(), std::size_t{1});
    }

    //! The peer's bar is fresh, and said.
    void peerFillsTheHole()
    {
        MadeMarket market(24 * 4, Asset::BTC, kPrice);
        market.hole(Venue::Bybit, kPerp, 24, 34);
        DrivenRun run(configured("btc_basis", kFree), market.data());
        run.finish();
        QVERIFY(withReason(run, Reason::StaleLeg).empty());
        const std::size_t inside = run.stepAt(market.hour(32));
        QCOMPARE(run.at(inside, Venue::Bybit, VenueColumn::Staleness), 0.0);
        QVERIFY((static_cast<int>(run.at(inside, Venue::Bybit, VenueColumn::ReadingFlags)) & kReadingPeer) != 0);
        QCOMPARE(run.record->info().findings.front().rule, QualityRule::FillFromPeer);
    }

    //! A refused deployment is tried again, and harms nothing: the hedge of the others stays as it is.
    void refusalRepeats()
    {
        MadeMarket market(24 * 3, Asset::BTC, kPrice);
        DrivenRun run(
            configured("btc_basis", kNoLatency + kNoGas + Assignments{"instruments.okx.min_notional=1000000"}),
            market.data());
        run.finish();
        QCOMPARE(problems(run), QString());
        const auto tried = withReason(run, Reason::IdleFunds);
        QVERIFY(!tried.empty());
        qInfo("%zu deployments tried in %zu steps", tried.size(), run.summary.steps);
        for (const auto& d : tried)
            for (const auto& i : run.instructions(d.plan))
                QVERIFY(run.state(i.instruction.id) != InstructionState::Confirmed);
        QVERIFY(std::abs(run.netDelta(run.summary.steps - 1)) < 0.002);
        QCOMPARE(run.summary.plansFailed, std::uint64_t{1 + tried.size()});
    }

    //! A drawdown at critical: no new risk.
    void drawdownHalts()
    {
        MadeMarket market(24 * 6, Asset::BTC, kPrice);
        market.funding([](std::size_t k) { return k >= 3 && k <= 6 ? -0.06 : 0.0; });
        DrivenRun run(configured("btc_basis", kFree + Assignments{"flows.schedule=2024-06-05T00:00:00Z +20000"}),
                      market.data());
        run.finish();
        QCOMPARE(problems(run), QString());
        QVERIFY(run.at(run.stepAt(market.hour(80)), StepColumn::Drawdown) > 0.15);
        QVERIFY(run.decisions(Action::Deposit).empty());
        QVERIFY(!withReason(run, Reason::DrawdownHalt).empty());
        QVERIFY(levelReached(run, RiskMetric::Drawdown, kBookScope, RiskLevel::Critical));
    }
};

QTEST_APPLESS_MAIN(TestEngineRisk)
#include "tst_engine_risk.moc"
