// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "engine/world.h"
#include "execution/plan_bundles.h"

#include <span>

namespace carry
{

//! The book after one more instruction completed.
struct WhatIfPoint {
    InstructionId instruction = 0;
    Time time{};
    double netDelta = 0;         //!< coins of the base asset
    double unhedgedNotional = 0; //!< |net delta - target| at the reference price, share class
};

//! What a plan would do.
struct WhatIfResult {
    PlanOutcome outcome = PlanOutcome::Open;
    World after; //!< the copy after the plan, market unchanged
    Situation before;
    double cost = 0;                      //!< NAV before minus after, USDT
    std::vector<InstructionState> states; //!< at the end, in the plan's order
    std::vector<WhatIfPoint> trace;       //!< as the instructions complete
};

//! Carries a plan out on a copy of the World through the same models, at frozen prices; waiting times pass on the
//! copy's clock. The World given is not touched. `part`: only these groups, the others await approval in the end;
//! empty: all of them.
WhatIfResult whatIf(const RunSetup& setup, const World& world, const MarketView& market,
                    std::shared_ptr<const Plan> plan, std::span<const GroupRef> part = {});

} // namespace carry
