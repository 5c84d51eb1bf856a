// SPDX-License-Identifier: GPL-3.0-or-later
// A record as it stood at one step, however the cursor moves and while the record grows.
#include "draft_record.h"
#include "record/run_view.h"

using namespace carry;
using namespace carry::test;

namespace
{

TransitionRecord change(InstructionId instruction, InstructionState from, InstructionState to, double price = 0,
                        const char* quantity = "0")
{
    TransitionRecord t;
    t.instruction = instruction;
    t.from = from;
    t.to = to;
    t.price = price;
    t.quantity = dec(quantity);
    return t;
}

JournalEvent event(EventKind kind, std::uint32_t reference)
{
    JournalEvent e;
    e.kind = kind;
    e.scope = static_cast<std::uint8_t>(kBookScope);
    e.reference = reference;
    return e;
}

DecisionRecord decision(PlanId plan)
{
    DecisionRecord d;
    d.action = Action::Rebalance;
    d.plan = plan;
    return d;
}

//! Ten steps: a plan of two instructions at step 2, carried out until step 6, another one at step 8.
Draft twoPlans()
{
    using S = InstructionState;
    Draft draft(10);
    const Transfer transfer{Venue::Wallet, Venue::Binance, Asset::USDT, dec("5")};
    const Plan first = planOf({transfer, SpotTrade{}});
    Plan second = planOf({transfer}, 2);
    second.phases[0].groups[0].instructions[0].id = 3;
    draft.steps[2].plans = {first};
    draft.steps[2].decisions = {decision(1)};
    draft.steps[2].transitions = {change(1, S::Planned, S::Submitted)};
    draft.steps[4].transitions = {change(1, S::Submitted, S::Confirmed, 0, "5"), change(2, S::Planned, S::Submitted)};
    draft.steps[6].transitions = {change(2, S::Submitted, S::Confirmed, 60'000, "0.25")};
    draft.steps[6].events = {event(EventKind::PlanCompleted, 1)};
    draft.steps[8].plans = {second};
    draft.steps[8].decisions = {decision(2)};
    draft.steps[8].transitions = {change(3, S::Planned, S::Rejected)};
    draft.steps[9].events = {event(EventKind::PlanFailed, 2)};
    return draft;
}

} // namespace

class TestRunView : public QObject
{
    Q_OBJECT

  private slots:
    void ofNothing()
    {
        const RunView none;
        QVERIFY(none.empty());
        QCOMPARE(none.length(), std::size_t{0});
        const Draft draft(0);
        RunView view(std::shared_ptr<const RunRecord>(draft.write()));
        view.seek(7);
        QVERIFY(view.empty());
        QCOMPARE(view.step(), std::size_t{0});
        QVERIFY(view.positions().empty());
        QVERIFY(!view.nextDecision(0) && !view.previousDecision(5));
        QVERIFY(view.ledgerOfInstruction(1).empty() && view.transitionsOfInstruction(1).empty());
        QCOMPARE(view.stepAt(draft.info.to), std::size_t{0});
    }

    void seeks()
    {
        const Draft draft(5);
        RunView view(std::shared_ptr<const RunRecord>(draft.write()));
        view.seek(99);
        QCOMPARE(view.step(), std::size_t{4});
        const auto time = [&draft](std::size_t i) { return draft.steps[i].time; };
        QCOMPARE(view.stepAt(time(0) - kHour), std::size_t{0});
        for (std::size_t i = 0; i < 5; ++i) {
            QCOMPARE(view.stepAt(time(i)), i);
            QCOMPARE(view.stepAt(time(i) + kHour - Duration{1}), i);
        }
        QCOMPARE(view.stepAt(time(4) + 100 * kHour), std::size_t{4});
    }

    //! Balances at any step in any order are those that the ledger up to there gives.
    void balances()
    {
        Draft draft(300);
        const ChartOfAccounts chart(Asset::BTC);
        const AccountId wallet = chart.wallet(Asset::USDT);
        const AccountId outside = chart.outside(Asset::USDT);
        for (std::size_t s = 0; s < 300; ++s)
            for (std::size_t i = 0; i < s % 60; ++i) // more entries than one checkpoint covers
                draft.steps[s].ledger.push_back(
                    {outside, wallet, Cause::External, 0, Decimal::fromInteger(std::int64_t(s))});
        const std::shared_ptr<const RunRecord> record = draft.write();
        QVERIFY(record->ends(299).ledger > 8'192);
        std::vector<Decimal> expected;
        Decimal sum;
        for (std::size_t s = 0; s < 300; ++s) {
            for (std::size_t i = 0; i < s % 60; ++i)
                sum += Decimal::fromInteger(std::int64_t(s));
            expected.push_back(sum);
        }
        RunView view(record);
        for (std::size_t i = 0; i < 2'000; ++i) {
            const std::size_t step = i < 300 ? 299 - i : (i * 7'919) % 300;
            view.seek(step);
            QCOMPARE(view.balance(wallet), expected[step]);
            QCOMPARE(view.balance(outside), -expected[step]);
        }
    }

    void statesAtTheCursor()
    {
        RunView view(std::shared_ptr<const RunRecord>(twoPlans().write()));
        using S = InstructionState;
        const auto states = [&view](std::size_t step) {
            view.seek(step);
            return std::pair(view.status(1).state, view.status(2).state);
        };
        QCOMPARE(states(0), std::pair(S::Planned, S::Planned));
        for (int turn = 0; turn < 2; ++turn) { // forwards and back again
            QCOMPARE(states(3), std::pair(S::Submitted, S::Planned));
            QCOMPARE(states(4), std::pair(S::Confirmed, S::Submitted));
            QCOMPARE(states(6), std::pair(S::Confirmed, S::Confirmed));
        }
        QCOMPARE(view.status(2).price, 60'000.0);
        QCOMPARE(view.status(2).filled, dec("0.25"));
        QCOMPARE(view.status(2).transitions, std::size_t{2});
        QCOMPARE(view.outcome(1), PlanOutcome::Completed);
        QCOMPARE(view.lastChange(1), std::size_t{6});
        view.seek(5);
        QCOMPARE(view.outcome(1), PlanOutcome::Open);
        QCOMPARE(view.lastChange(1), std::size_t{4});
        QCOMPARE(view.transitionsOfInstruction(2).size(), std::size_t{1});
        view.seek(9);
        QCOMPARE(view.outcome(2), PlanOutcome::Failed);
        QCOMPARE(view.outcome(99), PlanOutcome::Open);
        const LogRange second = view.instructionsOf(2);
        QCOMPARE(second.first, std::size_t{2});
        QCOMPARE(second.size(), std::size_t{1});
        QVERIFY(view.instructionsOf(0).empty() && view.instructionsOf(3).empty());
    }

    void decisions()
    {
        const RunView view(std::shared_ptr<const RunRecord>(twoPlans().write()));
        QCOMPARE(view.nextDecision(0), std::optional<std::size_t>(2));
        QCOMPARE(view.nextDecision(2), std::optional<std::size_t>(8));
        QVERIFY(!view.nextDecision(8));
        QCOMPARE(view.previousDecision(9), std::optional<std::size_t>(8));
        QCOMPARE(view.previousDecision(8), std::optional<std::size_t>(2));
        QVERIFY(!view.previousDecision(2));
        QCOMPARE(view.decisionOf(2), std::optional<std::size_t>(1));
        QVERIFY(!view.decisionOf(0) && !view.decisionOf(3));
    }

    //! What a view has indexed grows with the record.
    void growing()
    {
        const Draft draft = twoPlans();
        const auto record = std::make_shared<RunRecord>(draft.info);
        RunView view(record);
        for (std::size_t s = 0; s < draft.steps.size(); ++s) {
            Draft::writeEntries(*record, draft.steps[s]);
            record->commit(draft.steps[s].time, true, draft.steps[s].row.data());
            view.seek(s);
            QCOMPARE(view.step(), s);
            RunView fresh(record);
            fresh.seek(s);
            for (InstructionId id = 1; id <= view.ends().instructions; ++id) {
                QCOMPARE(view.status(id).state, fresh.status(id).state);
                QCOMPARE(view.status(id).transitions, fresh.status(id).transitions);
            }
            for (PlanId plan = 1; plan <= view.ends().plans; ++plan) {
                QCOMPARE(view.outcome(plan), fresh.outcome(plan));
                QCOMPARE(view.instructionsOf(plan).first, fresh.instructionsOf(plan).first);
            }
        }
        QCOMPARE(view.outcome(2), PlanOutcome::Failed);
    }
};

QTEST_APPLESS_MAIN(TestRunView)
#include "tst_run_view.moc"
