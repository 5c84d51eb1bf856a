// SPDX-License-Identifier: GPL-3.0-or-later
#include "execution/gate_policy.h"

namespace carry
{

std::string_view toText(GateMode mode)
{
    constexpr std::array<std::string_view, 3> kText{"automatic", "manual", "rules"};
    return kText[static_cast<std::size_t>(mode)];
}

bool approvesAlone(const GatePolicy& policy, const PlanFigures& figures)
{
    if (policy.mode != GateMode::Rules)
        return policy.mode == GateMode::Automatic;
    if (figures.notional > policy.secondApproverAbove)
        return false; // two people are asked
    const GateRules& rules = policy.rules;
    if (figures.riskReducing && rules.approveRiskReducing)
        return true;
    return figures.notional <= rules.maxNotional && figures.highCost <= rules.maxCost &&
           figures.riskChange <= rules.maxRiskChange;
}

} // namespace carry
