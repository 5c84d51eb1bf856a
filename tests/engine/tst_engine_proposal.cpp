// SPDX-License-Identifier: GPL-3.0-or-later
// What a proposal says against what happens when it is approved and nothing has moved.
#include "support/gated_run.h"
#include "support/random_scenario.h"

using namespace carry;
using namespace carry::test;

class TestEngineProposal : public QObject
{
    Q_OBJECT

  private slots:
    void afterIsWhatHappens_data();
    void afterIsWhatHappens();
    void partIsWhatHappens_data();
    void partIsWhatHappens();
    void partOfThePlan();
    void costs();
    void unhedged();
    void stressIsThatOfTheRecord();
};

namespace
{

//! Approves everything in the step that proposes it: nothing moves in between.
GatePolicy atOnce()
{
    GatePolicy policy;
    policy.mode = GateMode::Rules;
    policy.rules = {true, 1e15, 1e15, 1e15};
    return policy;
}

//! A staking market and configuration drawn by RapidCheck; flows make it act again and again.
RandomScenario chainScenario(const std::string& strategy)
{
    const auto pick = [](std::vector<std::string> values) { return *rc::gen::elementOf(values); };
    const auto uniform = [](double lo, double hi) { return lo + (hi - lo) * *rc::gen::inRange(0, 1'001) / 1'000; };
    const bool ethClass = strategy.starts_with("eth");
    RandomScenario scenario;
    scenario.market = MadeMarket(72, Asset::ETH, std::round(uniform(1'000, 5'000)));
    MadeMarket::Chain chain;
    chain.ratio = uniform(1.0, 1.2);
    chain.staking = uniform(0.01, 0.06);
    chain.borrow = uniform(0.005, 0.06);
    chain.discount = uniform(0, 0.01);
    scenario.market.chain(chain).gas(uniform(1, 80));
    std::mt19937_64 random(*rc::gen::arbitrary<std::uint64_t>());
    const std::string capital = ethClass ? pick({"20", "100", "555.5"}) : pick({"50000", "400000", "1234567.89"});
    const double unit = std::stod(capital);
    const auto flow = [&](int hour, double part) {
        char text[80];
        std::snprintf(text, sizeof text, "2024-06-0%dT%02d:00:00Z %+.6f", 1 + hour / 24, hour % 24, part * unit);
        return std::string(text);
    };
    std::string flows;
    for (int hour = 6; hour < 60; hour += 6)
        flows += (flows.empty() ? "" : ", ") + flow(hour, uniform(-0.3, 0.8));
    scenario.assignments = {"capital=" + capital, "flows.schedule=" + flows, "entry.min_wallet=0.001"};
    if (strategy.find("leveraged") != std::string::npos)
        scenario.assignments = scenario.assignments + Assignments{"leverage.mode=" + pick({"atomic", "loop"}),
                                                                  "leverage.target_ltv=" + pick({"0.5", "0.8", "0.9"})};
    scenario.assignments = scenario.assignments + kNoLatency;
    return scenario;
}

bool same(double a, double b)
{
    return a == b || (std::isnan(a) && std::isnan(b));
}

//! The first figure of two situations that differs.
std::string difference(const Situation& a, const Situation& b)
{
    const auto check = [](const char* name, double x, double y) {
        return same(x, y) ? std::string() : std::string(name) + ": " + std::to_string(x) + " and " + std::to_string(y);
    };
    std::string out = check("nav", a.nav, b.nav) + check("net delta", a.netDelta, b.netDelta) +
                      check("gross delta", a.grossDelta, b.grossDelta) + check("drift", a.deltaDrift, b.deltaDrift) +
                      check("in flight", a.inFlight, b.inFlight) + check("wallet USDT", a.walletUsdt, b.walletUsdt) +
                      check("wallet ETH", a.walletEth, b.walletEth) + check("LTV", a.chain.ltv, b.chain.ltv) +
                      check("health factor", a.chain.healthFactor, b.chain.healthFactor) +
                      check("collateral", a.chain.collateral, b.chain.collateral) +
                      check("debt", a.chain.debt, b.chain.debt) +
                      check("unstaking", a.chain.unstaking, b.chain.unstaking);
    for (std::size_t i = 0; i < kExchangeCount; ++i)
        out += check("margin ratio", a.venues[i].marginRatio, b.venues[i].marginRatio) +
               check("equity", a.venues[i].equity, b.venues[i].equity) +
               check("liquidation", a.venues[i].liquidationDistance, b.venues[i].liquidationDistance);
    return out;
}

//! Every proposal of a run against the end of its step; how many there were.
int compareAll(const std::string& strategy, const RandomScenario& scenario)
{
    GatedRun run(configured(strategy, scenario.assignments), scenario.market.data(), atOnce());
    int proposals = 0;
    while (run.step()) {
        std::shared_ptr<const Proposal> made;
        for (const GateEvent& event : *run.told)
            if (event.kind == GateEvent::Kind::Proposal && event.step == ProposalStep::Made)
                made = event.proposal;
        run.told->clear();
        if (!made)
            continue;
        ++proposals;
        const World& world = run.engine->world();
        RC_ASSERT(made->outcome != PlanOutcome::Open);
        RC_ASSERT(!world.plan.open());
        for (std::size_t i = 0; i < made->balancesAfter.size(); ++i)
            RC_ASSERT(made->balancesAfter[i] == world.books.balance(static_cast<AccountId>(i)));
        const std::string wrong = difference(made->after, world.situation);
        RC_LOG() << wrong;
        RC_ASSERT(wrong.empty());
        RC_ASSERT(made->modelledCost == made->before.nav - world.situation.nav);
        RC_ASSERT(made->leverageAfter == leverageOf(world.situation));
        const StepEnds& ends = run.record->ends(run.record->committed() - 1);
        const std::size_t first = ends.instructions - made->states.size();
        std::vector<InstructionState> last(made->states.size(), InstructionState::Planned);
        for (std::size_t i = 0; i < ends.transitions; ++i)
            if (const TransitionRecord& t = run.record->transition(i); t.instruction > first)
                last[t.instruction - 1 - first] = t.to;
        RC_ASSERT(last == made->states);
    }
    return proposals;
}

} // namespace

void TestEngineProposal::afterIsWhatHappens_data()
{
    QTest::addColumn<QString>("strategy");
    QTest::addColumn<int>("least");
    QTest::newRow("basis") << "btc_basis" << 400;
    QTest::newRow("leveraged staking") << "eth_leveraged" << 400;
    QTest::newRow("hedged, leveraged") << "usdt_eth_staking_hedged_leveraged" << 200;
}

void TestEngineProposal::afterIsWhatHappens()
{
    QFETCH(QString, strategy);
    QFETCH(int, least);
    const std::string name = strategy.toStdString();
    int proposals = 0;
    QVERIFY(rc::check("the state after is that of the proposal", [&] {
        const RandomScenario scenario =
            name == "btc_basis" ? *anyScenario({/*latency=*/false, /*shocks=*/true}) : chainScenario(name);
        RC_LOG() << scenario << "\n";
        proposals += compareAll(name, scenario);
    }));
    qInfo("%d proposals", proposals);
    QVERIFY2(proposals >= least, qPrintable(QString::number(proposals)));
}

void TestEngineProposal::partIsWhatHappens_data()
{
    QTest::addColumn<QString>("strategy");
    QTest::newRow("basis") << "btc_basis";
    QTest::newRow("hedged, leveraged") << "usdt_eth_staking_hedged_leveraged";
}

//! What groups do alone, and what the next ones do with them, against what happens when just they are approved.
void TestEngineProposal::partIsWhatHappens()
{
    QFETCH(QString, strategy);
    const bool basis = strategy == "btc_basis";
    int parts = 0;
    QVERIFY(rc::check("the state after a part is that of its figures", [&] {
        const auto drawn = *rc::gen::inRange(20'000, 2'000'000);
        MadeMarket market(24, basis ? Asset::BTC : Asset::ETH, basis ? 65'536 : 3'000);
        MadeMarket::Chain still;
        still.staking = still.borrow = still.lstSupply = still.ethSupply = still.usdtSupply = 0;
        if (!basis)
            market.chain(still).gas(0);
        GatePolicy policy;
        policy.mode = GateMode::Manual;
        policy.validFor = kDay;
        GatedRun run(configured(strategy.toStdString(),
                                kNoLatency + Assignments{"capital=" + std::to_string(drawn), "margin.debit_apr=0"}),
                     market.data(), policy);
        RC_ASSERT(run.stepToProposal());
        const auto whole = run.gate->open();
        std::vector<GroupRef> left;
        for (std::size_t p = 0; p < whole->plan->phases.size(); ++p)
            for (std::size_t g = 0; g < whole->plan->phases[p].groups.size(); ++g)
                left.push_back({p, g});
        while (run.gate->open()) {
            const GroupRef some = left[*rc::gen::inRange<std::size_t>(0, left.size())];
            GateCommand command = run.about(GateCommand::Kind::ApproveGroups, "ann", kHour);
            command.groups = closureOf(whole->bundles, {some});
            std::erase_if(left,
                          [&](GroupRef r) { return std::ranges::find(command.groups, r) != command.groups.end(); });
            const auto part = run.gate->partOf(whole->number, command.groups);
            RC_ASSERT(part.has_value());
            RC_ASSERT((*part)->outcome == PlanOutcome::Completed);
            run.told->clear();
            run.gate->submit(command);
            RC_ASSERT(run.step());
            for (const GateEvent& event : *run.told)
                if (event.step == ProposalStep::ApprovedInPart) {
                    ++parts;
                    RC_ASSERT(event.part->part == event.groups && event.groups == (*part)->part);
                    RC_ASSERT(event.part->balancesAfter == (*part)->balancesAfter);
                }
            const World& world = run.engine->world();
            for (std::size_t i = 0; i < (*part)->balancesAfter.size(); ++i) {
                const auto account = static_cast<AccountId>(i);
                const Decimal expected = (*part)->balancesAfter[i];
                RC_LOG() << world.books.chart().at(account).key() << ": " << expected.toString() << " and "
                         << world.books.balance(account).toString() << " after " << command.groups.size()
                         << " groups\n";
                RC_ASSERT(expected == world.books.balance(account));
            }
            const std::string wrong = difference((*part)->after, world.situation);
            RC_LOG() << wrong;
            RC_ASSERT(wrong.empty());
        }
    }));
    QVERIFY2(parts > 10, qPrintable(QString::number(parts)));
}

void TestEngineProposal::partOfThePlan()
{
    MadeMarket market(24);
    GatePolicy policy;
    policy.mode = GateMode::Manual;
    GatedRun run(configured("btc_basis", kNoLatency + kNoGas), market.data(), policy);
    QVERIFY(run.stepToProposal());
    const auto whole = run.gate->open();
    const GroupBundle& first = whole->bundles.front();
    const auto part = *run.gate->partOf(whole->number, first.groups);
    QCOMPARE(part->hash, whole->hash);
    QVERIFY(part->part == first.groups);
    QCOMPARE(part->unhedged.size(), first.groups.size() + 1);
    QCOMPARE(part->unhedged.back().worstSeconds, 0.0);
    QVERIFY(part->unhedged.back().notional < 1);
    QVERIFY(part->figures.notional > 0.2 * whole->figures.notional);
    QVERIFY(part->figures.notional < 0.6 * whole->figures.notional);
    QVERIFY(part->cost.expected.total() < 0.6 * whole->cost.expected.total());
    QVERIFY(part->leverageAfter < 0.6 * whole->leverageAfter);
    QVERIFY(part->stressAfter.empty() == whole->stressAfter.empty());
    QVERIFY(part->before.nav == whole->before.nav);
    // All of it is the proposal itself.
    std::vector<GroupRef> all;
    for (const GroupBundle& bundle : whole->bundles)
        all.insert(all.end(), bundle.groups.begin(), bundle.groups.end());
    const auto again = *run.gate->partOf(whole->number, all);
    QVERIFY(again->part.empty());
    QVERIFY(again->balancesAfter == whole->balancesAfter);
    const auto code = [&](std::uint32_t number, std::vector<GroupRef> groups) {
        return text(run.gate->partOf(number, std::move(groups)).error().codeText());
    };
    QCOMPARE(code(whole->number + 1, all), QString("GATE-012"));
    QCOMPARE(code(whole->number, {}), QString("GATE-017"));
    QCOMPARE(code(whole->number, {{9, 9}}), QString("GATE-017"));
    QCOMPARE(code(whole->number, {{0, 0}}), QString("GATE-015"));
    QVERIFY(run.gate->open() == whole); // asking changes nothing
    run.approve();
    run.finish();
    QCOMPARE(code(whole->number, all), QString("GATE-012"));
}

void TestEngineProposal::costs()
{
    MadeMarket market(24);
    GatePolicy policy;
    policy.mode = GateMode::Manual;
    GatedRun run(configured("btc_basis", kNoLatency), market.data(), policy);
    QVERIFY(run.stepToProposal());
    const Proposal& p = *run.gate->open();
    QCOMPARE(p.cost.expected.total(), p.plan->cost.total());
    QCOMPARE(p.cost.low.total(), p.plan->cost.fees + p.plan->cost.gas);
    QCOMPARE(p.cost.high.total(), p.plan->cost.fees + 2 * p.plan->cost.slippage + 2 * p.plan->cost.gas);
    QVERIFY(p.cost.low.total() < p.modelledCost && p.modelledCost < p.cost.high.total());
    QCOMPARE(p.figures.highCost, p.cost.high.total());
    QCOMPARE(p.quotes.size(), std::size_t{7});
    QCOMPARE(text(p.quotes[1].name), QString("binance perp"));
    QCOMPARE(p.quotes[1].price, 65'536.0);
    QVERIFY(p.quotes[1].observed == market.hour(0));
}

void TestEngineProposal::unhedged()
{
    // Coins first, the short after them; funds take their time.
    MadeMarket market(24);
    GatePolicy policy;
    policy.mode = GateMode::Manual;
    policy.repairDelay = std::chrono::minutes{30};
    GatedRun run(configured("btc_basis", kNoGas), market.data(), policy);
    QVERIFY(run.stepToProposal());
    const Proposal& p = *run.gate->open();
    QCOMPARE(p.unhedged.size(), p.plan->instructionCount() + 1);
    QCOMPARE(p.unhedged.front().instruction, InstructionId{0});
    QVERIFY(p.unhedged.front().seconds > 0); // until the first funds have arrived
    double most = 0;
    for (const UnhedgedAfter& after : p.unhedged)
        most = std::max(most, after.notional);
    QVERIFY(most > 80'000 && most < 100'000); // all coins, no short
    QVERIFY(p.unhedged.back().notional < 1);
    QCOMPARE(p.unhedged[4].worstSeconds, p.unhedged[4].seconds + 1'800);
    QCOMPARE(p.unhedged[4].worstNotionalSeconds(), p.unhedged[4].notional * p.unhedged[4].worstSeconds);
    QCOMPARE(p.unhedged.back().worstSeconds, 0.0);
    QCOMPARE(p.doneAt, market.hour(0) + std::chrono::minutes{15});
}

//! The same figures as from the record of a run at that step.
void TestEngineProposal::stressIsThatOfTheRecord()
{
    for (const std::string name : {"btc_basis", "eth_leveraged", "usdt_eth_staking_hedged_leveraged"}) {
        MadeMarket market(48, name == "btc_basis" ? Asset::BTC : Asset::ETH, 3'000);
        market.chain({});
        GatedRun run(configured(name, {"capital=" + std::string(name[0] == 'e' ? "100" : "500000")}), market.data(),
                     {});
        for (int i = 0; i < 20; ++i)
            run.step();
        RunView view(run.record);
        view.seek(run.record->committed() - 1);
        const StressRules rules = stressRules(run.configuration).value();
        const auto stored = stressAll(rules, stressInput(view));
        const auto live = stressAll(rules, stressInput(run.engine->world()));
        QCOMPARE(live.size(), stored.size());
        for (std::size_t i = 0; i < live.size(); ++i) {
            QCOMPARE(live[i].after.equity, stored[i].after.equity);
            QCOMPARE(live[i].after.netDelta, stored[i].after.netDelta);
            QCOMPARE(live[i].after.healthFactor.value.value_or(-1), stored[i].after.healthFactor.value.value_or(-1));
            QCOMPARE(live[i].change, stored[i].change);
        }
    }
}

QTEST_APPLESS_MAIN(TestEngineProposal)
#include "tst_engine_proposal.moc"
