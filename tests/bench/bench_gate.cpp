// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench_support.h"
#include "desk/stress.h"
#include "engine/gate.h"
#include "engine/proposal.h"
#include "execution/planner.h"
#include "support/made_market.h"

namespace carry::bench
{
namespace
{

//! The setup of a hedged, leveraged staking book, as its first proposal finds it: sixteen instructions, an atomic group
//! among them.
struct Waiting {
    RunConfiguration configuration = preset("staking-hedged-leveraged");
    MarketData data;
    std::shared_ptr<RunRecord> record;
    std::shared_ptr<Gate> gate;
    std::unique_ptr<Engine> engine;
    StressRules stress;

    Waiting()
    {
        test::MadeMarket market(48, Asset::ETH, 3'000);
        market.chain({});
        data = market.data();
        RunSetup setup = prepared(configuration, data);
        record = std::make_shared<RunRecord>(describeRun(configuration, setup, data, "bench"));
        stress = *stressRules(configuration);
        GatePolicy policy;
        policy.mode = GateMode::Manual;
        policy.validFor = kDay;
        gate = std::make_shared<Gate>(GateSetup{policy, {}, stress});
        engine = std::make_unique<Engine>(std::move(setup), record, gate);
        while (!gate->open() && *engine->step()) {
        }
        if (!gate->open())
            throw std::runtime_error("no proposal was made");
    }
};

//! Everything a proposal needs: the plan on a copy of the World, stress before and after, what is unhedged after each
//! instruction, bundles and hashes.
void proposalWithAtomicGroup(benchmark::State& state)
{
    const Waiting waiting;
    const auto open = waiting.gate->open();
    Decision decision;
    decision.action = open->action;
    World world = waiting.engine->world();
    world.plan = {}; // as it was when the plan was proposed
    for (auto _ : state) {
        const Proposal proposal = makeProposal(waiting.engine->setup(), world, waiting.engine->market(), decision,
                                               open->plan, waiting.gate->setup().policy, waiting.stress);
        benchmark::DoNotOptimize(proposal.after.nav);
    }
    state.counters["instructions"] = static_cast<double>(open->plan->instructionCount());
    bool atomic = false;
    for (const Phase& phase : open->plan->phases)
        for (const Group& group : phase.groups)
            atomic |= group.kind == GroupKind::Atomic;
    state.counters["atomic"] = atomic ? 1 : 0;
}
BENCHMARK(proposalWithAtomicGroup)->Unit(benchmark::kMicrosecond);

} // namespace
} // namespace carry::bench
