// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "execution/pre_trade_limits.h"

namespace carry
{

enum class GateMode : std::uint8_t {
    Automatic = 0, //!< limits are checked, nobody is asked
    Manual = 1,    //!< every plan is asked for
    Rules = 2,     //!< GateRules decide which ones
};
std::string_view toText(GateMode mode);

//! A plan is approved without asking where all of these hold. Amounts in share class.
struct GateRules {
    bool approveRiskReducing = false; //!< those always
    double maxNotional = 0;
    double maxCost = 0;       //!< the high estimate
    double maxRiskChange = 0; //!< PlanFigures::riskChange
};

//! How a session asks for approval.
struct GatePolicy {
    GateMode mode = GateMode::Automatic;
    GateRules rules;
    Duration validFor = std::chrono::minutes{15};       //!< of a proposal, on the simulated clock
    double maxPriceMove = 0.005;                        //!< fraction, of any quote used: beyond it must be re-evaluated
    double secondApproverAbove = PreTradeLimits::kNone; //!< notional that two different people must approve
    Duration pauseAfterRejection = 4 * kHour; //!< nothing but risk-reducing plans is proposed after one was turned down
    Duration repairDelay = kHour; //!< how long a half-done plan stays so at worst: until its repair has been approved
};

//! What the rules look at.
struct PlanFigures {
    double notional = 0; //!< share class
    double highCost = 0; //!< share class
    //! The larger increase of leverage and of the unhedged value over NAV, from before the plan to after it.
    double riskChange = 0;
    bool riskReducing = false;
};

//! Whether nobody needs to be asked.
bool approvesAlone(const GatePolicy& policy, const PlanFigures& figures);

} // namespace carry
