// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "engine/gate.h"
#include "record/run_view.h"
#include "risk/risk_monitor.h"

#include <string>
#include <vector>

namespace carry
{

//! What a person compares before an approval.
enum class ProposalItem : std::uint8_t {
    Nav,        //!< share class
    NetDelta,   //!< coins of the base asset
    Gross,      //!< likewise
    Unhedged,   //!< share class
    DeltaDrift, //!< of NAV, fraction
    Leverage,   //!< perp notional and Aave collateral over NAV
    Collateral, //!< at Aave, ETH
    Debt,       //!< likewise
    Ltv,        //!< fraction
    HealthFactor,
    InFlight,            //!< share class
    Equity,              //!< of one exchange, USDT
    Notional,            //!< of its perp, USDT
    MarginRatio,         //!< fraction
    LiquidationDistance, //!< of the price, fraction
};

//! One figure before the plan and after it. NaN where it is empty.
struct FigureChange {
    ProposalItem item = ProposalItem::Nav;
    std::size_t scope = kBookScope; //!< exchange index or kBookScope
    double before = 0, after = 0;
    Threshold limit; //!< NaN values where it has none
    //! 0 at the critical level or beyond, .5 at the warning level, 1 as far again from it; NaN without limit or value.
    double headroomBefore = 0, headroomAfter = 0;
    RiskLevel levelBefore = RiskLevel::Ok, levelAfter = RiskLevel::Ok; //!< by the limits alone, without hysteresis
};

//! The book's figures, then those of each exchange where anything is held before or after. Limits are the run's levels
//! of risk at the time of the proposal; of leverage the gate's, with its warning level at nine tenths.
std::vector<FigureChange> figureChanges(const RunInfo& info, const Proposal& proposal, const PreTradeLimits& limits);

//! The groups of a plan that have been approved at the view's cursor: some of their instructions wait no longer.
std::vector<GroupRef> approvedGroups(const RunView& view, PlanId plan);

//! An instruction that was sent and has not ended at the view's cursor.
struct OpenInstruction {
    InstructionId id = 0;
    InstructionState state = InstructionState::Submitted;
    Time since{};            //!< of its submission
    bool movesFunds = false; //!< what it sent is in flight; otherwise an order or an operation on chain
};
std::vector<OpenInstruction> openInstructions(const RunView& view);

//! What happened to one proposal, as the record has it at the view's cursor.
struct ProposalLine {
    std::uint32_t number = 0;
    PlanId plan = 0;
    Time made{}, changed{};
    double notional = 0;                    //!< share class
    ProposalStep step = ProposalStep::Made; //!< the last one
    PlanOutcome outcome = PlanOutcome::Open;
};
//! Newest last.
std::vector<ProposalLine> proposalLines(const RunView& view);

//! One limit of a gate.
struct GateLimit {
    std::string key;  //!< of the gate file: "limits.max_day_notional"
    double limit = 0; //!< share class, of leverage a factor; infinite: none
    double used = 0;  //!< likewise; NaN where nothing stands against it all the time
};
//! Sizes and leverage against what is used at the view's cursor. `usedToday`: Gate::usedToday().
std::vector<GateLimit> gateLimits(const RunView& view, const PreTradeLimits& limits, double usedToday);

} // namespace carry
