// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/what_if.h"

#include "stage.h"

#include <algorithm>

namespace carry
{
namespace
{

//! Lets a part of a plan go.
class PartGate final : public ApprovalGate
{
  public:
    explicit PartGate(std::span<const GroupRef> part) : m_part(part) {}
    Verdict review(const Plan&) override { return Verdict::Partly; }
    bool isApproved(std::size_t phase, std::size_t group) const override
    {
        return std::ranges::find(m_part, GroupRef{phase, group}) != m_part.end();
    }

  private:
    std::span<const GroupRef> m_part;
};

//! Of a plan of which nothing more happens.
PlanOutcome outcomeOf(const std::vector<InstructionState>& states)
{
    using enum InstructionState;
    const auto done = [](InstructionState s) { return s == Confirmed || s == AwaitingApproval; };
    return std::ranges::all_of(states, done) ? PlanOutcome::Completed : PlanOutcome::Open;
}

} // namespace

WhatIfResult whatIf(const RunSetup& setup, const World& world, const MarketView& market,
                    std::shared_ptr<const Plan> plan, std::span<const GroupRef> part)
{
    WhatIfResult result{PlanOutcome::Open, world, world.situation, 0, {}, {}};
    World& copy = result.after;
    copy.plan = PlanProgress::start(std::move(plan));
    Stage stage(setup, copy, nullptr);
    stage.setTrace(&result.trace);
    PartGate gate(part);
    if (!part.empty())
        stage.setGate(&gate);
    for (;;) {
        result.outcome = stage.advancePlan(market, /*atBarLabel=*/true);
        if (result.outcome != PlanOutcome::Open) {
            result.states = stage.endedStates();
            break;
        }
        const auto arrival = copy.outside.nextArrival();
        if (!arrival) {
            result.states = copy.plan.states; // waits for something that never comes
            if (!part.empty())
                result.outcome = outcomeOf(result.states);
            break;
        }
        copy.now = std::max(copy.now, *arrival); // a report of it may be overdue
        stage.takeArrivals(market);
    }
    stage.refresh(market);
    result.cost = result.before.nav - copy.situation.nav;
    return result;
}

} // namespace carry
