// SPDX-License-Identifier: GPL-3.0-or-later
// What-if on a copy of the World against really doing it.
#include "engine/what_if.h"
#include "execution/planner.h"
#include "support/random_scenario.h"

using namespace carry;
using namespace carry::test;

namespace
{

//! Decides as another strategy does, but holds at one step and keeps what it would have done there.
class HoldingStrategy final : public Strategy
{
  public:
    HoldingStrategy(std::shared_ptr<const Strategy> other, std::size_t step) : m_other(std::move(other)), m_step(step)
    {
    }

    const StrategyInfo& info() const override { return m_other->info(); }
    StrategyNeeds needs() const override { return m_other->needs(); }
    std::span<const ConditionDefinition> conditions() const override { return m_other->conditions(); }
    Decision decide(const StrategyInput& input, StrategyMemory& memory, std::span<double> values) const override
    {
        Decision decision = m_other->decide(input, memory, values);
        if (input.market.step() != m_step)
            return decision;
        held = decision;
        return {};
    }
    Decision force(Action action, const StrategyInput& input, StrategyMemory& memory) const override
    {
        return m_other->force(action, input, memory);
    }

    mutable std::optional<Decision> held;

  private:
    std::shared_ptr<const Strategy> m_other;
    std::size_t m_step;
};

//! A run that stands right before its plan of a step: everything of that step has happened but the plan.
struct BeforeThePlan {
    DrivenRun run;
    std::shared_ptr<const Plan> plan; //!< what the decision becomes

    static BeforeThePlan at(const RunConfiguration& configuration, const MarketData& data, std::size_t step)
    {
        std::shared_ptr<const HoldingStrategy> holding;
        DrivenRun run(configuration, data, {}, [&](RunSetup& setup) {
            holding = std::make_shared<const HoldingStrategy>(setup.strategy, step);
            setup.strategy = holding;
        });
        while (run.record->committed() <= step)
            run.step();
        const World& world = run.engine->world();
        auto plan = Planner(*run.engine->setup().venues, world.books, world.situation)
                        .plan(holding->held.value(), world.nextPlan, world.nextInstruction);
        if (!plan)
            qFatal("%s", describe(plan.error()).c_str());
        return {std::move(run), std::make_shared<const Plan>(std::move(*plan))};
    }

    WhatIfResult ask(std::shared_ptr<const Plan> other = nullptr) const
    {
        return whatIf(run.engine->setup(), run.engine->world(), run.engine->market(), other ? other : plan);
    }
};

//! The first account whose balance differs.
QString difference(const Books& a, const Books& b)
{
    for (std::size_t i = 0; i < a.chart().size(); ++i) {
        const auto id = static_cast<AccountId>(i);
        if (a.balance(id) != b.balance(id))
            return text(a.chart().at(id).key() + ": " + a.balance(id).toString() + " and " + b.balance(id).toString());
    }
    return a.nav() == b.nav() ? QString() : QString("NAV: %1 and %2").arg(a.nav()).arg(b.nav());
}

//! Everything of a World that a what-if could have touched, as text.
QString fingerprint(const World& w)
{
    QStringList out;
    for (std::size_t i = 0; i < w.books.chart().size(); ++i)
        out << text(w.books.balance(static_cast<AccountId>(i)).toString());
    for (const double item : w.books.attribution().totals())
        out << QString::number(item, 'g', 17);
    out << QString::number(toMs(w.now)) << QString::number(w.nextInstruction) << QString::number(w.nextPlan)
        << QString::number(w.plan.open()) << QString::number(w.outside.inFlight.size())
        << QString::number(w.outside.waitingOrders.size()) << QString::number(w.arrived.size())
        << QString::number(w.situation.nav, 'g', 17) << QString::number(w.situation.netDelta, 'g', 17)
        << QString::number(int(w.risk.overall())) << QString::number(w.unitValue, 'g', 17)
        << QString::number(toMs(w.memory.lastRebalance)) << QString::number(w.memory.entered);
    return out.join(' ');
}

//! The groups of each phase in another order, with instructions numbered anew.
std::shared_ptr<const Plan> shuffled(const Plan& plan, std::uint64_t seed)
{
    Plan other = plan;
    InstructionId id = plan.phases.front().groups.front().instructions.front().id;
    std::mt19937_64 random(seed);
    for (Phase& phase : other.phases) {
        for (std::size_t i = phase.groups.size(); i > 1; --i)
            std::swap(phase.groups[i - 1], phase.groups[random() % i]);
        for (Group& group : phase.groups)
            for (Instruction& instruction : group.instructions)
                instruction.id = id++;
    }
    return std::make_shared<const Plan>(std::move(other));
}

std::vector<std::size_t> stepsWithPlans(const DrivenRun& run)
{
    std::vector<std::size_t> steps;
    for (const auto& d : run.decisions())
        if (d.plan != 0)
            steps.push_back(d.step);
    return steps;
}

} // namespace

class TestEngineWhatIf : public QObject
{
    Q_OBJECT

  private slots:
    //! Without latency, what-if tells the balances after the plan to the last unit, and leaves the World alone.
    void equalsDoingIt()
    {
        int plans = 0;
        QVERIFY(rc::check("what-if equals doing it", [&plans] {
            const RandomScenario scenario = *anyScenario({/*latency=*/false, /*shocks=*/true});
            const MarketData data = scenario.market.data();
            const auto configuration = configured("btc_basis", scenario.assignments);
            DrivenRun whole(configuration, data);
            whole.finish();
            auto steps = stepsWithPlans(whole);
            if (steps.size() > 4)
                steps.resize(4);
            for (const std::size_t step : steps) {
                DrivenRun done(configuration, data);
                while (done.record->committed() <= step)
                    done.step();
                const auto before = BeforeThePlan::at(configuration, data, step);
                const QString world = fingerprint(before.run.engine->world());
                const std::size_t ledger = before.run.ends().ledger;
                const WhatIfResult result = before.ask();
                RC_ASSERT(fingerprint(before.run.engine->world()) == world);
                RC_ASSERT(before.run.ends().ledger == ledger);
                RC_ASSERT(result.outcome != PlanOutcome::Open);
                const QString wrong = difference(result.after.books, done.engine->world().books);
                RC_LOG() << "step " << step << ": " << wrong.toStdString();
                RC_ASSERT(wrong.isEmpty());
                RC_ASSERT(result.before.nav == before.run.engine->world().situation.nav);
                RC_ASSERT(result.cost == result.before.nav - result.after.books.nav());
                ++plans;
            }
        }));
        QVERIFY2(plans > 50, qPrintable(QString::number(plans)));
    }

    //! Different exchanges do not see each other: the order in which their instructions go out changes nothing.
    void orderBetweenExchangesDoesNotMatter()
    {
        QVERIFY(rc::check("NAV does not depend on the order of groups", [] {
            const RandomScenario scenario = *anyScenario({/*latency=*/false, /*shocks=*/false});
            const MarketData data = scenario.market.data();
            const auto configuration = configured("btc_basis", scenario.assignments);
            DrivenRun whole(configuration, data);
            whole.finish();
            for (const std::size_t step : stepsWithPlans(whole)) {
                const auto before = BeforeThePlan::at(configuration, data, step);
                const WhatIfResult planned = before.ask();
                if (planned.outcome != PlanOutcome::Completed)
                    continue; // what is cancelled depends on who failed first
                const WhatIfResult other = before.ask(shuffled(*before.plan, *rc::gen::arbitrary<std::uint64_t>()));
                RC_ASSERT(other.outcome == PlanOutcome::Completed);
                const QString wrong = difference(planned.after.books, other.after.books);
                RC_LOG() << wrong.toStdString();
                RC_ASSERT(wrong.isEmpty());
            }
        }));
    }

    //! With latency the copy's clock goes on; the market stands still.
    void waitingPassesOnTheCopy()
    {
        MadeMarket market(48);
        const MarketData data = market.data();
        const auto before = BeforeThePlan::at(configured("btc_basis", kNoGas), data, 0);
        const WhatIfResult result = before.ask();
        QCOMPARE(result.outcome, PlanOutcome::Completed);
        QCOMPARE(result.after.now, market.hour(0) + std::chrono::minutes{15});
        QCOMPARE(before.run.engine->world().now, market.hour(0));
        QVERIFY(result.after.outside.inFlight.empty());
        QVERIFY(result.cost > 100); // fees and slippage of both legs
        QVERIFY(std::abs(result.after.books.nav() + result.cost - 100'000) < 1e-9);
        QCOMPARE(result.after.situation.netDelta, 0.0);
        QVERIFY(!result.after.plan.open());
    }

    //! The result names the last state of every instruction.
    void tellsTheStates()
    {
        MadeMarket market(48);
        const auto before = BeforeThePlan::at(
            configured("btc_basis", kNoGas + kNoLatency + Assignments{"instruments.okx.min_notional=1000000"}),
            market.data(), 0);
        const WhatIfResult result = before.ask();
        QCOMPARE(result.outcome, PlanOutcome::Failed);
        using enum InstructionState;
        QCOMPARE(result.states, (std::vector{Confirmed, Confirmed, Confirmed, Confirmed, Confirmed, Rejected, Cancelled,
                                             Cancelled, Cancelled}));
    }

    //! Copying a World costs microseconds.
    void copyCost()
    {
        MadeMarket market(24 * 30);
        DrivenRun run(configured("btc_basis"), market.data());
        run.finish();
        const World& world = run.engine->world();
        constexpr int kCopies = 20'000;
        double sum = 0;
        QElapsedTimer timer;
        timer.start();
        for (int i = 0; i < kCopies; ++i) {
            const World copy = world;
            sum += copy.books.nav();
        }
        const double micros = static_cast<double>(timer.nsecsElapsed()) / 1e3 / kCopies;
        QVERIFY(sum > 0);
        qInfo("copying a World of %zu accounts: %.2f us", world.books.chart().size(), micros);
#ifdef NDEBUG
        QVERIFY(micros < 10);
#endif
    }
};

QTEST_APPLESS_MAIN(TestEngineWhatIf)
#include "tst_engine_what_if.moc"
