// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/what_if.h"

#include "stage.h"

namespace carry
{

WhatIfResult whatIf(const RunSetup& setup, const World& world, const MarketView& market,
                    std::shared_ptr<const Plan> plan)
{
    WhatIfResult result{PlanOutcome::Open, world, world.situation, 0, {}, {}};
    World& copy = result.after;
    copy.plan = PlanProgress::start(std::move(plan));
    Stage stage(setup, copy, nullptr);
    stage.setTrace(&result.trace);
    for (;;) {
        result.outcome = stage.advancePlan(market, /*atBarLabel=*/true);
        if (result.outcome != PlanOutcome::Open) {
            result.states = stage.endedStates();
            break;
        }
        const auto arrival = copy.outside.nextArrival();
        if (!arrival) {
            result.states = copy.plan.states;
            break; // waits for something that never comes
        }
        copy.now = std::max(copy.now, *arrival); // a report of it may be overdue
        stage.takeArrivals(market);
    }
    stage.refresh(market);
    result.cost = result.before.nav - copy.situation.nav;
    return result;
}

} // namespace carry
