// SPDX-License-Identifier: GPL-3.0-or-later
// The headline figures, folded from a record small enough to do by hand.
#include "draft_record.h"
#include "record/run_summary.h"

#include <cmath>

using namespace carry;
using namespace carry::test;

class TestRunSummary : public QObject
{
    Q_OBJECT

  private slots:
    void navAndPnl();
    void flowsAreNoPnl();
    void flowsThatWentAgainStillMakeItTimeWeighted();
    void largestUnexplained();
    void lowestMargin();
    void noMarginAtAll();
    void fundingCounts();
    void decisionsAndInstructions();
    void turnoverIsTradedOverCapital();
    void costs();
    void costRatioNeedsIncome();
    void positions();
    void events();
    void digests();
    void emptyRecord();
    void uncommittedCountsNowhere();
};

namespace
{

constexpr double kCapital = 1'000;

//! Four midnights: 1,000, 1,010, 1,005, 1,020.
Draft fourDays()
{
    Draft d(4, kDay);
    const double nav[] = {1'000, 1'010, 1'005, 1'020};
    for (std::size_t s = 0; s < 4; ++s) {
        d.set(s, StepColumn::Nav, nav[s]);
        d.set(s, StepColumn::UnitValue, nav[s] / kCapital);
        for (const Venue venue : kExchanges)
            d.set(s, venue, VenueColumn::MarginRatio, absent(EmptyReason::NoNotional));
    }
    return d;
}

FinalState noPositions()
{
    const ChartOfAccounts chart(Asset::BTC);
    return {Attribution{}, std::vector<Decimal>(chart.size()), std::vector<double>(chart.size(), 0.0)};
}

RunSummary summary(const Draft& d, const FinalState& state = noPositions())
{
    return summarise(*d.write(), state, 0);
}

TransitionRecord to(InstructionId id, InstructionState state, double price = 0, const char* quantity = "0")
{
    TransitionRecord t;
    t.instruction = id;
    t.to = state;
    t.price = price;
    t.quantity = dec(quantity);
    return t;
}

} // namespace

void TestRunSummary::navAndPnl()
{
    const RunSummary s = summary(fourDays());
    QCOMPARE(s.steps, std::size_t{4});
    QCOMPARE(s.navInitial, 1'000.0);
    QCOMPARE(s.navFinal, 1'020.0);
    QCOMPARE(s.externalFlows, 0.0);
    QCOMPARE(s.pnlBalance, 20.0);
    QCOMPARE(s.performance.days, 3.0);
    COMPARE_NEAR(*s.performance.apr.value, 0.02 * 365 / 3, 1e-12);
    COMPARE_NEAR(*s.performance.cagr.value, std::pow(1.02, 365.0 / 3) - 1, 1e-9);
    COMPARE_NEAR(*s.performance.maxDrawdown.value, 5.0 / 1'010, 1e-12);
    QVERIFY(s.performance.drawdownFrom == fromMs(1'717'200'000'000) + kDay);
    QVERIFY(s.performance.drawdownTo == fromMs(1'717'200'000'000) + 2 * kDay);
    QVERIFY(!s.minHealthFactor.value);
    QVERIFY(s.minHealthFactor.reason == EmptyReason::NoDebt);
}

void TestRunSummary::flowsAreNoPnl()
{
    Draft d = fourDays();
    for (const std::size_t s : {2U, 3U}) {
        d.set(s, StepColumn::ExternalFlows, 500);
        d.set(s, StepColumn::Nav, 1'530);
        d.set(s, StepColumn::UnitValue, 1.01 * 1'530 / 1'510); // 500 came in at 1,010
    }
    const RunSummary s = summary(d);
    QCOMPARE(s.externalFlows, 500.0);
    QCOMPARE(s.pnlBalance, 30.0);
    const double twr = 1.01 * 1'530 / 1'510 - 1;
    COMPARE_NEAR(*s.performance.twr.value, twr, 1e-12);
    COMPARE_NEAR(*s.performance.apr.value, twr * 365 / 3, 1e-12); // not 30 / 1,000
}

void TestRunSummary::flowsThatWentAgainStillMakeItTimeWeighted()
{
    Draft d = fourDays();
    d.set(1, StepColumn::ExternalFlows, 500); // in and out again: none at the end
    d.set(3, StepColumn::UnitValue, 1.5);
    COMPARE_NEAR(*summary(d).performance.apr.value, 0.5 * 365 / 3, 1e-12);
}

void TestRunSummary::largestUnexplained()
{
    Draft d = fourDays();
    d.set(1, StepColumn::Unexplained, 1e-9);
    d.set(2, StepColumn::Unexplained, -3e-9);
    QCOMPARE(summary(d).unexplained, 3e-9);
}

void TestRunSummary::lowestMargin()
{
    Draft d = fourDays();
    d.set(1, Venue::Okx, VenueColumn::MarginRatio, 0.4);
    d.set(2, Venue::Bybit, VenueColumn::MarginRatio, 0.3);
    d.set(2, Venue::Bybit, VenueColumn::Mark, 61'000);
    d.set(3, Venue::Binance, VenueColumn::MarginRatio, 0.3); // the first time counts
    const RunSummary s = summary(d);
    QCOMPARE(*s.minMarginRatio.value, 0.3);
    QVERIFY(s.minMarginVenue == Venue::Bybit);
    QVERIFY(s.minMarginAt == d.steps[2].time);
    QCOMPARE(s.minMarginPrice, 61'000.0);
}

void TestRunSummary::noMarginAtAll()
{
    const RunSummary s = summary(fourDays());
    QVERIFY(!s.minMarginRatio.value);
    QVERIFY(s.minMarginRatio.reason == EmptyReason::NoNotional);
}

void TestRunSummary::fundingCounts()
{
    Draft d = fourDays();
    const auto settlement = [](Venue venue, bool paid, std::uint8_t flags = 0) {
        FundingRecord f;
        f.venue = venue;
        f.paid = paid;
        f.flags = flags;
        return f;
    };
    d.steps[1].funding = {settlement(Venue::Binance, true), settlement(Venue::Bybit, true),
                          settlement(Venue::Okx, true, kFundingMissing | kFundingPeerMean)};
    d.steps[2].funding = {settlement(Venue::Binance, true), settlement(Venue::Bybit, false),
                          settlement(Venue::Okx, false, kFundingMissing)};
    FinalState state = noPositions();
    state.attribution.add(Venue::Binance, PnlItem::Funding, 12);
    state.attribution.add(Venue::Okx, PnlItem::Funding, -2);
    const RunSummary s = summary(d, state);
    QCOMPARE(s.settlementsByVenue, (PerExchange<std::uint64_t>{2, 1, 1}));
    QCOMPARE(s.estimatedByVenue, (PerExchange<std::uint64_t>{0, 0, 1}));
    QVERIFY(s.missingByVenue[0].empty() && s.missingByVenue[1].empty());
    QVERIFY((s.missingByVenue[2] == std::vector<Time>{d.steps[1].time, d.steps[2].time}));
    QCOMPARE(s.fundingTotal, 10.0);
    QCOMPARE(s.fundingByVenue, (PerExchange<double>{12, 0, -2}));
}

void TestRunSummary::decisionsAndInstructions()
{
    using enum InstructionState;
    Draft d = fourDays();
    d.steps[0].decisions.resize(1);
    d.steps[0].decisions[0].action = Action::InitialSetup;
    d.steps[1].decisions.resize(1);
    d.steps[3].decisions.resize(1);
    d.steps[0].plans = {planOf({Transfer{}, SpotTrade{}, SpotTrade{}, PerpTrade{}, Swap{}})};
    d.steps[0].transitions = {to(1, Submitted), to(1, Acknowledged), to(1, Confirmed), to(2, Submitted),
                              to(2, Rejected)};
    d.steps[1].transitions = {to(3, Cancelled), to(4, Cancelled)};
    const RunSummary s = summary(d);
    QCOMPARE(s.decisions[static_cast<std::size_t>(Action::InitialSetup)], 1U);
    QCOMPARE(s.decisions[static_cast<std::size_t>(Action::Hold)], 2U);
    QVERIFY((s.instructionsByType == std::array<std::uint64_t, kInstructionTypes.size()>{1, 2, 1, 1}));
    const auto inState = [&](InstructionState state) { return s.instructionsByState[static_cast<std::size_t>(state)]; };
    QCOMPARE(inState(Confirmed), 1U);
    QCOMPARE(inState(Rejected), 1U);
    QCOMPARE(inState(Cancelled), 2U);
    QCOMPARE(inState(Planned), 1U); // nothing was heard of it
    QCOMPARE(inState(Submitted), 0U);
}

void TestRunSummary::turnoverIsTradedOverCapital()
{
    using enum InstructionState;
    Draft d = fourDays();
    d.steps[0].plans = {planOf({Transfer{}, SpotTrade{}, PerpTrade{}})};
    d.steps[0].transitions = {to(1, Confirmed, 0, "700"), to(2, Acknowledged, 60'000, "0.01"),
                              to(2, Confirmed, 60'000, "0.01"), to(3, Confirmed, 61'000, "0.01")};
    COMPARE_NEAR(*summary(d).turnover.value, 1.21, 1e-12); // neither transfers nor acknowledgements
}

void TestRunSummary::costs()
{
    FinalState state = noPositions();
    double cost = 0;
    for (const PnlItem item : {PnlItem::TradeFees, PnlItem::Slippage, PnlItem::Gas, PnlItem::WithdrawalFees,
                               PnlItem::FlashFees, PnlItem::DexFees, PnlItem::DebitInterest}) {
        cost += 1 + static_cast<double>(item) / 10;
        state.attribution.add(Venue::Okx, item, -(1 + static_cast<double>(item) / 10));
    }
    for (const PnlItem item : {PnlItem::SpotPrice, PnlItem::PerpPrice, PnlItem::Funding, PnlItem::LiquidationLoss})
        state.attribution.add(Venue::Okx, item, -7);
    const RunSummary s = summary(fourDays(), state);
    COMPARE_NEAR(s.costs, cost, 1e-12);
    COMPARE_NEAR(*s.costRatio.value, cost / (20 + cost), 1e-12);
}

void TestRunSummary::costRatioNeedsIncome()
{
    Draft d = fourDays();
    d.set(3, StepColumn::Nav, 990);
    FinalState state = noPositions();
    state.attribution.add(Venue::Okx, PnlItem::TradeFees, -10);
    const RunSummary s = summary(d, state); // all of the loss are costs
    QCOMPARE(s.costs, 10.0);
    QVERIFY(!s.costRatio.value);
    QVERIFY(s.costRatio.reason == EmptyReason::NoIncome);
}

void TestRunSummary::positions()
{
    const ChartOfAccounts chart(Asset::BTC);
    FinalState state = noPositions();
    const auto put = [&](AccountId id, const char* amount, double price) {
        state.balances[id] = dec(amount);
        state.prices[id] = price;
    };
    put(chart.wallet(Asset::USDT), "100", 1);
    put(chart.exchange(Venue::Okx).coin, "0.01", 61'000);
    put(chart.exchange(Venue::Okx).perp, "-0.01", 61'100);
    put(chart.exchange(Venue::Okx).perpQuote, "600", 1);
    put(chart.inFlight(Asset::USDT), "5", 1);
    put(chart.outside(Asset::USDT), "-705", 1); // not ours
    const RunSummary s = summary(fourDays(), state);
    QStringList rows;
    for (const PositionRow& p : s.positions)
        rows << shown(p.key) + " " + shown(p.amount) + " " + QString::number(p.value);
    QCOMPARE(rows,
             (QStringList{"wallet:BaseToken:USDT 100 100", "okx:BaseToken:BTC 0.01 610", "okx:Perp:BTCUSDT -0.01 -611",
                          "okx:PerpQuote:USDT 600 600", "chain:InFlight:USDT 5 5"}));
    COMPARE_NEAR(s.equityByVenue[static_cast<std::size_t>(Venue::Wallet)], 100, 1e-9);
    COMPARE_NEAR(s.equityByVenue[static_cast<std::size_t>(Venue::Okx)], 599, 1e-9); // a perp counts by its P&L of -11
    COMPARE_NEAR(s.equityByVenue[static_cast<std::size_t>(Venue::Chain)], 5, 1e-9);
    COMPARE_NEAR(s.equityByVenue[static_cast<std::size_t>(Venue::Bybit)], 0, 1e-9);
}

void TestRunSummary::events()
{
    Draft d = fourDays();
    const auto event = [&](std::size_t step, EventKind kind) {
        JournalEvent e;
        e.kind = kind;
        d.steps[step].events.push_back(e);
    };
    event(0, EventKind::PlanCompleted);
    event(1, EventKind::PlanCompleted);
    event(1, EventKind::PlanFailed);
    event(2, EventKind::Liquidation);
    event(2, EventKind::RiskLevel);
    event(3, EventKind::PlanInterrupted);
    const RunSummary s = summary(d);
    QCOMPARE(s.plansCompleted, 2U);
    QCOMPARE(s.plansFailed, 1U);
    QCOMPARE(s.liquidations, 1U);
}

void TestRunSummary::digests()
{
    const Draft d = fourDays();
    const RunSummary s = summary(d);
    QCOMPARE(s.resultDigest, resultDigest(*d.write()));
    QCOMPARE(s.instructionDigest, instructionDigest(*d.write()));
    QVERIFY(s.resultDigest != s.instructionDigest);
}

void TestRunSummary::emptyRecord()
{
    const RunSummary s = summary(Draft(0));
    QCOMPARE(s.steps, std::size_t{0});
    QVERIFY(s.resultDigest.empty());
    QVERIFY(!s.performance.apr.value);
}

void TestRunSummary::uncommittedCountsNowhere()
{
    Draft d = fourDays();
    const auto record = d.write();
    DraftStep late = d.steps[0];
    late.decisions.resize(1);
    late.funding.resize(1);
    late.funding[0].paid = true;
    late.events.resize(1);
    late.events[0].kind = EventKind::Liquidation;
    Draft::writeEntries(*record, late);
    const RunSummary s = summarise(*record, noPositions(), 0);
    QCOMPARE(s.liquidations, 0U);
    QCOMPARE(s.settlementsByVenue, (PerExchange<std::uint64_t>{}));
    QCOMPARE(s.decisions, (std::array<std::uint64_t, kActionCount>{}));
    QCOMPARE(s.steps, std::size_t{4});
}

QTEST_APPLESS_MAIN(TestRunSummary)
#include "tst_run_summary.moc"
