// SPDX-License-Identifier: GPL-3.0-or-later
// Plans that wait for a person: what is sent, when, and what ends instead.
#include "execution/approval_hash.h"
#include "support/gated_run.h"

#include <thread>

using namespace carry;
using namespace carry::test;

class TestEngineGate : public QObject
{
    Q_OBJECT

  private slots:
    void automaticGateChangesNothing();
    void waitsAndGoesOnWhenApproved();
    void approvalTakesEffectAtItsTime();
    void expires();
    void staleCannotBeApproved();
    void rejected();
    void postponed();
    void reevaluated();
    void partByPart();
    void orphanIsRefused();
    void twoPeople();
    void whatIsSentIsWhatWasApproved();
    void rulesDecide();
    void limitsStopAProposal();
    void limitsStopASending();
    void dayIsCounted();
    void reducing();
    void killSwitch();
    void killInTheMiddleOfAStep();
    void killRecallsOrders();
    void flattenLeavesEverything_data();
    void flattenLeavesEverything();
    void nothingToFlatten();
    void sameCommandsSameBytes();
    void whatCannotBeKeptDoesNotHappen();
    void commandsNeedUserAndReason();
    void commandsFromAnotherThread();
    void unhedgedIsMeasured();
};

namespace
{

using Kind = GateCommand::Kind;

GatePolicy manual(Duration validFor = 6 * kHour)
{
    GatePolicy policy;
    policy.mode = GateMode::Manual;
    policy.validFor = validFor;
    return policy;
}

//! Set up at once, no latency.
GatedRun basis(GatePolicy policy = manual(), PreTradeLimits limits = {}, const MadeMarket& market = MadeMarket(96),
               const Assignments& more = kNoLatency)
{
    return GatedRun(configured("btc_basis", kNoGas + more), market.data(), policy, limits);
}

QString digestOf(const GatedRun& run)
{
    return text(resultDigest(*run.record));
}

} // namespace

void TestEngineGate::automaticGateChangesNothing()
{
    MadeMarket market(200);
    market.prices([](std::size_t h) { return 60'000 + 40.0 * static_cast<double>(h % 37); });
    const auto configuration = configured("btc_basis", kNoGas);
    DrivenRun plain(configuration, market.data());
    plain.finish();
    GatedRun gated(configuration, market.data(), {});
    gated.finish();
    QCOMPARE(digestOf(gated), text(resultDigest(*plain.record)));
    GatePolicy rules;
    rules.mode = GateMode::Rules;
    rules.rules = {true, 1e12, 1e12, 1e12};
    GatedRun ruled(configuration, market.data(), rules);
    ruled.finish();
    QCOMPARE(digestOf(ruled), text(resultDigest(*plain.record)));
    QVERIFY(ruled.steps().startsWith("made approved_alone"));
}

void TestEngineGate::waitsAndGoesOnWhenApproved()
{
    GatedRun run = basis();
    QVERIFY(run.stepToProposal());
    const auto proposal = run.gate->open();
    QCOMPARE(proposal->number, 1U);
    QVERIFY(proposal->action == Action::InitialSetup);
    QCOMPARE(text(proposal->hash), text(approvalHash(*proposal->plan)));
    QCOMPARE(run.sent(), std::size_t{0});
    QVERIFY(run.engine->world().plan.open());
    QVERIFY(run.states().startsWith("awaiting_approval"));
    QVERIFY(!run.states().contains("planned"));
    run.approve("ann", 2 * kHour);
    run.step(); // an hour later it still waits, and the risk is watched
    QCOMPARE(run.sent(), std::size_t{0});
    run.step();
    QVERIFY(!run.gate->open());
    QVERIFY(!run.engine->world().plan.open());
    QCOMPARE(run.states().count("confirmed"), qsizetype(proposal->plan->instructionCount()));
    QCOMPARE(run.steps(), QString("made approved"));
    QCOMPARE(text(run.told->back().user), QString("ann"));
    QCOMPARE(run.told->back().proposal, proposal);
}

void TestEngineGate::approvalTakesEffectAtItsTime()
{
    GatedRun run = basis();
    run.stepToProposal();
    const Time made = run.now();
    run.approve("ann", std::chrono::minutes{7});
    run.step(); // a step of its own between two labels
    QCOMPARE(run.now(), made + std::chrono::minutes{7});
    QVERIFY(!run.record->isBar(run.record->committed() - 1));
    QVERIFY(run.sent() > 0);
    QVERIFY(run.engine->world().plan.open()); // orders wait for the next open
    run.step();
    QCOMPARE(run.now(), made + kHour);
    run.step();
    QVERIFY(!run.engine->world().plan.open());
}

void TestEngineGate::expires()
{
    GatedRun run = basis(manual(std::chrono::minutes{15}));
    run.stepToProposal();
    const auto first = run.gate->open();
    auto late = run.about(Kind::Approve, "ann", std::chrono::minutes{15});
    run.gate->submit(late);
    run.step();
    QCOMPARE(run.now(), first->expires);
    QVERIFY(!run.engine->world().plan.open());
    QCOMPARE(run.sent(), std::size_t{0});
    QCOMPARE(run.refusals(), QString("GATE-013"));
    QVERIFY(run.states().startsWith("expired"));
    QCOMPARE(run.steps(), QString("made expired"));
    QCOMPARE(run.count(EventKind::PlanDenied), std::size_t{1});
    QVERIFY(!run.engine->world().memory.entered); // what was not begun is not remembered
    run.step();
    QVERIFY(run.gate->open()); // proposed anew at the next label
    QCOMPARE(run.gate->open()->number, 2U);
    QVERIFY(run.gate->open()->hash != first->hash); // other instructions, by their numbers
    late.at = run.now() + std::chrono::minutes{1};
    run.gate->submit(late);
    run.step();
    QCOMPARE(run.refusals(), QString("GATE-013 GATE-013"));
    QCOMPARE(run.sent(), std::size_t{0});
}

void TestEngineGate::staleCannotBeApproved()
{
    MadeMarket market(96);
    market.prices([](std::size_t h) { return h < 2 ? 60'000.0 : 60'000.0 * 1.006; });
    GatedRun run = basis(manual(), {}, market);
    run.stepToProposal();
    run.approve("ann", 2 * kHour); // the price has moved by 0.6 % then
    run.step();
    run.step();
    QCOMPARE(run.refusals(), QString("GATE-014"));
    QVERIFY(run.engine->world().plan.open());
    QCOMPARE(run.sent(), std::size_t{0});
    QVERIFY(run.told->back().drift.stale);
    QCOMPARE(text(run.told->back().drift.quote), QString("binance spot"));
    run.gate->submit(run.about(Kind::Reevaluate, "ann", kHour));
    run.step();
    QCOMPARE(run.gate->open()->number, 2U);
    run.approve();
    run.step();
    QVERIFY(run.sent() > 0);
}

void TestEngineGate::rejected()
{
    GatePolicy policy = manual();
    policy.pauseAfterRejection = 3 * kHour;
    GatedRun run = basis(policy);
    run.stepToProposal();
    GateCommand command = run.about(Kind::Reject);
    command.reason = "too early";
    run.gate->submit(command);
    run.step();
    QVERIFY(run.states().startsWith("denied"));
    QVERIFY(!run.engine->world().plan.open());
    QCOMPARE(text(run.told->back().reason), QString("too early"));
    run.step();
    QVERIFY(run.reason() == Reason::RejectedLately);
    QVERIFY(!run.gate->open());
    while (!run.gate->open())
        QVERIFY(run.step());
    QCOMPARE(run.now(), command.at + 3 * kHour - std::chrono::minutes{1} + kHour);
    QCOMPARE(run.steps(), QString("made rejected made"));
    QCOMPARE(run.sent(), std::size_t{0});
}

void TestEngineGate::postponed()
{
    GatedRun run = basis();
    run.stepToProposal();
    GateCommand command = run.about(Kind::Postpone);
    command.until = run.now() + 5 * kHour;
    run.gate->submit(command);
    run.step();
    QVERIFY(run.states().startsWith("cancelled"));
    run.step();
    QVERIFY(run.reason() == Reason::Postponed);
    while (!run.gate->open())
        QVERIFY(run.step());
    QCOMPARE(run.now(), command.until);
}

void TestEngineGate::reevaluated()
{
    GatedRun run = basis();
    run.stepToProposal();
    const auto first = run.gate->open();
    run.gate->submit(run.about(Kind::Reevaluate, "ann", kHour)); // at a label the strategy is asked in the same step
    run.step();
    const auto second = run.gate->open();
    QVERIFY(second);
    QCOMPARE(second->number, 2U);
    QVERIFY(second->hash != first->hash);
    QCOMPARE(second->made, first->made + kHour);
    QCOMPARE(run.steps(), QString("made replaced made"));
    GateCommand old = run.about(Kind::Approve);
    old.proposal = 1;
    old.hash = first->hash;
    run.gate->submit(old);
    old.proposal = 2; // the number of one, the hash of the other
    run.gate->submit(old);
    run.step();
    QCOMPARE(run.refusals(), QString("GATE-012 GATE-012"));
    QCOMPARE(run.sent(), std::size_t{0});
}

void TestEngineGate::partByPart()
{
    GatedRun run = basis();
    run.stepToProposal();
    const auto proposal = run.gate->open();
    QCOMPARE(proposal->bundles.size(), 3U); // one an exchange
    GateCommand command = run.about(Kind::ApproveGroups, "ann", kHour);
    command.groups = proposal->bundles[1].groups;
    run.gate->submit(command);
    run.step();
    QCOMPARE(run.states().count("confirmed"), 3);
    QCOMPARE(run.states().count("awaiting_approval"), 6);
    QVERIFY(run.gate->open());
    QVERIFY(std::abs(run.engine->world().situation.netDelta) < 1e-9); // no leg is without the other
    command = run.about(Kind::ApproveGroups, "bob", kHour);
    command.groups = proposal->bundles[0].groups;
    run.gate->submit(command);
    run.step();
    QCOMPARE(run.states().count("confirmed"), 6);
    command = run.about(Kind::Reject, "bob", kHour);
    command.reason = "enough";
    run.gate->submit(command);
    run.step();
    QCOMPARE(run.states().count("denied"), 3);
    QVERIFY(!run.engine->world().plan.open());
    QCOMPARE(run.count(EventKind::PlanCompleted), std::size_t{1});
    QVERIFY(run.engine->world().memory.entered);
    QCOMPARE(run.steps(), QString("made approved_in_part approved_in_part rejected"));
}

void TestEngineGate::orphanIsRefused()
{
    GatedRun run = basis();
    run.stepToProposal();
    GateCommand command = run.about(Kind::ApproveGroups);
    command.groups = {{0, 0}, {1, 0}}; // funds and coins of one exchange without its short
    run.gate->submit(command);
    command.groups = {{7, 7}};
    run.gate->submit(command);
    run.step();
    QCOMPARE(run.refusals(), QString("GATE-015 GATE-017"));
    QCOMPARE(run.sent(), std::size_t{0});
}

void TestEngineGate::twoPeople()
{
    GatePolicy policy = manual();
    policy.secondApproverAbove = 1'000;
    GatedRun run = basis(policy);
    run.stepToProposal();
    QVERIFY(run.gate->open()->needsSecond);
    run.approve("ann");
    run.approve("ann", std::chrono::minutes{2});
    run.step();
    run.step();
    QCOMPARE(run.refusals(), QString("GATE-016"));
    QCOMPARE(run.sent(), std::size_t{0});
    run.approve("bob");
    run.step();
    QVERIFY(run.sent() > 0);
    QCOMPARE(run.steps(), QString("made approved_by_first approved"));
}

//! A plan that changes behind the approval is not sent.
void TestEngineGate::whatIsSentIsWhatWasApproved()
{
    GatedRun run = basis();
    run.stepToProposal();
    run.approve();
    auto& plan = const_cast<Plan&>(*run.engine->world().plan.plan);
    std::get<PerpTrade>(plan.phases[2].groups[0].instructions[0].body).quantity += Decimal::fromUnits(Int128{1});
    run.step();
    QCOMPARE(run.refusals(), QString("GATE-011"));
    QCOMPARE(run.sent(), std::size_t{0});
    QVERIFY(run.states().startsWith("denied cancelled"));
    QVERIFY(!run.engine->world().plan.open());
}

void TestEngineGate::rulesDecide()
{
    GatePolicy policy = manual();
    policy.mode = GateMode::Rules;
    policy.rules = {true, 1e9, 0.01, 1e9};
    GatedRun run = basis(policy);
    QVERIFY(run.stepToProposal()); // costs more
    policy.rules.maxCost = run.gate->open()->figures.highCost;
    QVERIFY(policy.rules.maxCost > 100);
    policy.rules.maxRiskChange = run.gate->open()->figures.riskChange;
    policy.rules.maxNotional = run.gate->open()->figures.notional;
    GatedRun alone = basis(policy);
    alone.step();
    QVERIFY(!alone.gate->open());
    QVERIFY(alone.sent() > 0);
    policy.rules.maxRiskChange = std::nextafter(policy.rules.maxRiskChange, 0);
    GatedRun asks = basis(policy);
    QVERIFY(asks.stepToProposal());
}

void TestEngineGate::limitsStopAProposal()
{
    PreTradeLimits limits;
    limits.maxPlanNotional = 1'000;
    GatedRun run = basis(manual(), limits);
    run.step();
    QVERIFY(run.reason() == Reason::RefusedByGate);
    QCOMPARE(run.refusals(), QString("GATE-002"));
    QVERIFY(!run.gate->open());
    QVERIFY(!run.engine->world().memory.entered);
    QCOMPARE(run.record->ends(0).plans, 0U);
}

void TestEngineGate::limitsStopASending()
{
    MadeMarket market(96);
    market.prices([](std::size_t h) { return h < 2 ? 60'000.0 : 60'300.0; });
    PreTradeLimits limits;
    limits.maxPriceDeviation = 0.004;
    GatedRun run = basis(manual(), limits, market);
    run.stepToProposal();
    run.approve("ann", 2 * kHour); // half a percent: within the drift, above the limit
    run.step();
    run.step();
    QCOMPARE(run.refusals(), QString("GATE-007"));
    // Funds may go, orders may not.
    QVERIFY(run.states().startsWith("confirmed confirmed confirmed denied cancelled"));
    QCOMPARE(run.count(EventKind::PlanFailed), std::size_t{1});
    QCOMPARE(run.engine->world().situation.netDelta, 0.0);
}

void TestEngineGate::dayIsCounted()
{
    GatedRun whole = basis({});
    whole.step();
    double notional = 0;
    {
        GatedRun asked = basis();
        asked.stepToProposal();
        notional = asked.gate->open()->figures.notional;
    }
    PreTradeLimits limits;
    limits.maxDayNotional = notional - 1;
    GatedRun run = basis({}, limits);
    run.step();
    QCOMPARE(run.refusals(), QString("GATE-003"));
    limits.maxDayNotional = notional + 1;
    GatedRun enough = basis({}, limits);
    enough.step();
    QCOMPARE(enough.refusals(), QString());
    QCOMPARE(enough.sent(), whole.sent());
}

void TestEngineGate::reducing()
{
    GatedRun run = basis({});
    GateCommand command = run.about(Kind::SetState, "ann", Duration{});
    command.at = {};
    command.state = TradingState::Reducing;
    command.reason = "audit today";
    run.gate->submit(command);
    run.step();
    QVERIFY(run.reason() == Reason::TradingReducing);
    QVERIFY(run.gate->state() == TradingState::Reducing);
    command.state = TradingState::Active;
    command.at = run.now() + kHour;
    run.gate->submit(command);
    run.step();
    QVERIFY(run.sent() > 0);
    QCOMPARE(run.count(EventKind::TradingState), std::size_t{2});
}

void TestEngineGate::killSwitch()
{
    GatedRun run = basis();
    run.stepToProposal();
    run.gate->halt("ann", "something is wrong", run.now() + std::chrono::minutes{1});
    run.approve("bob", std::chrono::minutes{2});
    run.step();
    QVERIFY(run.gate->state() == TradingState::Halted);
    QVERIFY(!run.engine->world().plan.open());
    QVERIFY(run.states().startsWith("cancelled"));
    QCOMPARE(run.steps(), QString("made halted"));
    run.finish();
    QCOMPARE(run.sent(), std::size_t{0});
    QVERIFY(run.reason() == Reason::TradingHalted);
    QCOMPARE(run.refusals(), QString("GATE-012"));
}

//! The switch is pulled while a step sends one instruction after the other.
void TestEngineGate::killInTheMiddleOfAStep()
{
    const auto whole = [](InstructionId before) {
        GatedRun run = basis({});
        GateCommand kill = run.about(Kind::Kill);
        kill.before = before;
        run.gate->submit(kill);
        run.step();
        return std::pair(run.sent(), run.states());
    };
    const auto [sent, states] = whole(5);
    QCOMPARE(sent, std::size_t{4});
    QCOMPARE(states, QString("confirmed confirmed confirmed confirmed denied cancelled cancelled cancelled cancelled"));
    // From another thread it acts at once, whatever its time says.
    GatedRun run = basis({});
    run.gate->halt("ann", "stop", at("2030-01-01T00:00:00Z"));
    run.step();
    QCOMPARE(run.sent(), std::size_t{0});
    QVERIFY(run.gate->state() == TradingState::Halted);
    QVERIFY(run.states().startsWith("denied cancelled"));
}

void TestEngineGate::killRecallsOrders()
{
    GatedRun run = basis();
    run.stepToProposal();
    run.approve();
    run.step(); // funds went, the first orders wait for the next open
    QVERIFY(run.engine->world().outside.waitingOrders.size() == 3);
    run.gate->halt("ann", "stop", run.now() + std::chrono::minutes{1});
    run.step();
    QVERIFY(run.engine->world().outside.waitingOrders.empty());
    QVERIFY(!run.engine->world().plan.open());
    QCOMPARE(run.states(), QString("confirmed confirmed confirmed cancelled cancelled cancelled cancelled cancelled "
                                   "cancelled"));
    run.finish();
    QCOMPARE(run.engine->world().situation.grossDelta, 0.0);
}

void TestEngineGate::flattenLeavesEverything_data()
{
    QTest::addColumn<QString>("strategy");
    QTest::newRow("basis") << "btc_basis";
    QTest::newRow("leveraged staking") << "eth_leveraged";
    QTest::newRow("hedged, leveraged") << "usdt_eth_staking_hedged_leveraged";
}

void TestEngineGate::flattenLeavesEverything()
{
    QFETCH(QString, strategy);
    MadeMarket market(96, strategy == "btc_basis" ? Asset::BTC : Asset::ETH,
                      strategy == "btc_basis" ? 65'536.0 : 2'000.0);
    market.chain({});
    const bool chain = strategy != "btc_basis";
    GatedRun run(
        configured(strategy.toStdString(),
                   kNoLatency +
                       (chain ? Assignments{"capital=" + std::string(strategy.startsWith("eth") ? "100" : "100000")}
                              : kNoGas)),
        market.data(), {});
    for (int i = 0; i < 30; ++i)
        run.step();
    QVERIFY2(run.sent() > 0, qPrintable(run.refusals()));
    GateCommand command = run.about(Kind::Flatten, "ann", std::chrono::minutes{1});
    run.gate->submit(command);
    run.step();
    QVERIFY(run.gate->state() == TradingState::Halted);
    const auto proposal = run.gate->open(); // asked for, though the policy is automatic
    QVERIFY2(proposal, qPrintable(run.refusals() + run.steps()));
    QVERIFY(proposal->flatten && proposal->riskReducing && proposal->asks);
    QVERIFY(proposal->outcome == PlanOutcome::Completed);
    QVERIFY(proposal->after.grossDelta < 0.1 * proposal->before.grossDelta);
    int proposals = 0;
    for (; run.gate->open(); ++proposals) { // the chain first, then coins and hedge together
        run.approve();
        while (run.engine->world().plan.open() && run.step()) {
        }
        while (!run.gate->open() && run.step()) {
        }
    }
    QCOMPARE(proposals, strategy.startsWith("usdt") ? 2 : 1);
    QCOMPARE(run.refusals(), QString());
    const Situation& s = run.engine->world().situation;
    for (const VenueSituation& v : s.venues)
        QVERIFY(v.perp == 0 && v.coin == 0);
    QCOMPARE(s.chain.debt, 0.0);
    QVERIFY(s.chain.collateral < 1e-6);
    QVERIFY(run.gate->state() == TradingState::Halted);
    QVERIFY(!run.engine->world().plan.open());
}

void TestEngineGate::nothingToFlatten()
{
    GatedRun run = basis();
    run.stepToProposal();
    run.gate->submit(run.about(Kind::Flatten));
    run.step();
    QVERIFY(!run.gate->open());
    QCOMPARE(run.refusals(), QString("GATE-019"));
    QVERIFY(run.gate->state() == TradingState::Halted);
}

//! What was told at the gate, given again with its times, makes the same run.
void TestEngineGate::sameCommandsSameBytes()
{
    MadeMarket market(96);
    market.prices([](std::size_t h) { return 60'000 + 40.0 * static_cast<double>(h % 7); });
    GatedRun first = basis(manual(), {}, market);
    first.stepToProposal();
    first.approve("ann", std::chrono::minutes{13});
    first.step();
    first.step();
    first.gate->submit(first.about(Kind::Flatten, "bob", std::chrono::minutes{5}));
    first.step();
    first.step();
    first.approve("ann", std::chrono::minutes{9});
    first.finish();
    GatedRun again = basis(manual(), {}, market);
    for (const GateEvent& event : *first.told) {
        if (!event.command || event.kind == GateEvent::Kind::Refusal)
            continue;
        GateCommand command;
        command.kind = *event.command;
        command.at = event.time;
        command.user = event.user;
        command.before = event.before;
        if (event.proposal) {
            command.proposal = event.proposal->number;
            command.hash = event.proposal->hash;
        }
        again.gate->submit(command);
    }
    again.finish();
    QVERIFY(first.sent() > 10);
    QCOMPARE(digestOf(again), digestOf(first));
    QCOMPARE(again.steps(), first.steps());
}

void TestEngineGate::whatCannotBeKeptDoesNotHappen()
{
    GatedRun run = basis();
    run.stepToProposal();
    *run.listenerFails = true;
    run.approve();
    run.step();
    QCOMPARE(run.refusals(), QString("STORE-002"));
    QCOMPARE(run.sent(), std::size_t{0});
    QVERIFY(run.gate->open());
    run.gate->halt("ann", "stop", run.now()); // that is done all the same
    run.step();
    QVERIFY(run.gate->state() == TradingState::Halted);
    QCOMPARE(run.steps(), QString("made halted"));
    GatedRun second = basis();
    *second.listenerFails = true;
    second.step(); // not even proposed
    QVERIFY(!second.gate->open() && second.reason() == Reason::RefusedByGate);
    QCOMPARE(second.refusals(), QString("STORE-002"));
}

void TestEngineGate::commandsNeedUserAndReason()
{
    GatedRun run = basis();
    run.stepToProposal();
    run.approve("");
    run.gate->submit(run.about(Kind::Reject));
    GateCommand past = run.about(Kind::Postpone);
    past.until = run.now();
    run.gate->submit(past);
    run.gate->submit(run.about(Kind::SetState));
    run.step();
    QCOMPARE(run.refusals(), QString("GATE-017 GATE-017 GATE-017 GATE-017"));
    QVERIFY(run.gate->open());
}

void TestEngineGate::commandsFromAnotherThread()
{
    MadeMarket market(2'000);
    market.prices([](std::size_t h) { return 60'000 + 40.0 * static_cast<double>(h % 7); });
    GatedRun run = basis(manual(), {}, market);
    std::atomic<bool> done{false};
    std::atomic<std::size_t> submitted{0};
    std::thread person([&] {
        while (!done.load()) {
            if (const auto proposal = run.gate->open()) {
                GateCommand command;
                command.kind = Kind::Approve;
                command.user = "ann";
                command.proposal = proposal->number;
                command.hash = proposal->hash;
                run.gate->submit(command);
                submitted.fetch_add(1);
            }
            (void)run.gate->state();
            std::this_thread::yield();
        }
    });
    run.stepToProposal();
    while (submitted.load() == 0) // the step goes on while more arrive
        std::this_thread::yield();
    while (run.sent() == 0 && run.step()) {
    }
    done.store(true);
    person.join();
    QVERIFY(run.sent() > 0);
}

void TestEngineGate::unhedgedIsMeasured()
{
    // Coins are bought at one open; the short of the second exchange waits for the next approval of an hour later.
    GatedRun run = basis();
    run.stepToProposal();
    run.approve(); // between labels: coins at the next open, then shorts at once
    run.step();
    run.finish();
    bool found = false;
    const StepEnds& ends = run.record->ends(run.record->committed() - 1);
    for (std::size_t i = 0; i < ends.events; ++i)
        if (const JournalEvent& e = run.record->event(i); e.kind == EventKind::PlanUnhedged) {
            found = true;
            QVERIFY(e.numbers[0] >= 0 && e.numbers[1] >= 0 && e.numbers[2] >= 0);
        }
    QVERIFY(found);
}

QTEST_APPLESS_MAIN(TestEngineGate)
#include "tst_engine_gate.moc"
