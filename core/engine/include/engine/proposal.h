// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "engine/world.h"
#include "execution/gate_policy.h"
#include "execution/plan_bundles.h"
#include "risk/stress.h"

#include <string>
#include <vector>

namespace carry
{

//! A price that a proposal rests on.
struct Quote {
    std::string name; //!< "binance spot", "weETH ratio"
    double price = 0; //!< in the source's own unit
    Time observed{};
};

//! The model's cost and its bounds, share class. Low: fees, no slippage, gas as now; expected: what the planner
//! expects; high: fees, twice the slippage, twice the gas.
struct CostRange {
    CostEstimate low, expected, high;
};

//! If only the first k instructions complete.
struct UnhedgedAfter {
    InstructionId instruction = 0; //!< the k-th to complete; 0 for k = 0
    double notional = 0;           //!< unhedged then: |net delta - target| at the reference price, share class
    double netDelta = 0;           //!< coins of the base asset
    double seconds = 0;            //!< until the next one completes, by the models' waiting times
    double worstSeconds = 0;       //!< if it never does: until a repair has been approved
    double notionalSeconds() const { return notional * seconds; }
    double worstNotionalSeconds() const { return notional * worstSeconds; }
};

//! What a person is asked to approve: everything that was known when it was made. Never changes; what has moved since
//! is told by driftOf().
struct Proposal {
    std::uint32_t number = 0; //!< from 1 within the run
    std::shared_ptr<const Plan> plan;
    std::string hash;      //!< approvalHash() of the plan
    std::string stateHash; //!< SHA-256 over balances, shipments and waiting orders it was computed from
    Time made{}, expires{};
    Action action = Action::Hold;
    Reason reason = Reason::NothingToDo;
    ReasonNumbers numbers{};
    bool riskReducing = false;
    bool flatten = false; //!< to leave everything, after the kill switch
    bool asks = false;    //!< somebody must approve it
    bool needsSecond = false;
    PlanFigures figures;
    double leverageBefore = 0, leverageAfter = 0;
    CostRange cost;
    double modelledCost = 0; //!< NAV before minus after, share class
    //! After: the plan carried out on a copy of the state through the same models, at the quotes used.
    Situation before, after;
    PlanOutcome outcome = PlanOutcome::Open;          //!< there
    std::vector<InstructionState> states;             //!< there, in the plan's order
    Time doneAt{};                                    //!< there, by the models' waiting times
    std::vector<Decimal> balancesAfter;               //!< by account
    std::vector<StressRow> stressBefore, stressAfter; //!< empty without rules
    std::vector<Quote> quotes;
    std::vector<UnhedgedAfter> unhedged; //!< k = 0, 1, ...
    std::vector<GroupBundle> bundles;
    //! In partOf(): what `figures` and all that follows them are about. Empty: the whole plan.
    std::vector<GroupRef> part;
};

//! |net delta - target| at the reference price, share class.
double unhedgedNotional(const Situation& s);
//! The book of a World as stress takes it.
StressInput stressInput(const World& world);

//! `now` of the World; number, decision and flatten are the caller's.
Proposal makeProposal(const RunSetup& setup, const World& world, const MarketView& market, const Decision& decision,
                      std::shared_ptr<const Plan> plan, const GatePolicy& policy,
                      const std::optional<StressRules>& stress);

//! The same proposal, with what it would do if only these groups were carried out: figures, cost, the state after,
//! stress and what is unhedged. `world` and `market`: as when it was made. GateReason where it has no such groups,
//! GateOrphan where they cannot go alone.
Result<Proposal> partOf(const Proposal& whole, std::vector<GroupRef> groups, const RunSetup& setup, const World& world,
                        const MarketView& market, const GatePolicy& policy, const std::optional<StressRules>& stress);

//! What has moved since a proposal was made.
struct Drift {
    std::string quote;         //!< that moved most
    double moved = 0;          //!< its change, fraction
    Duration age{};            //!< of the proposal
    bool stateChanged = false; //!< balances, shipments or waiting orders are others; no reason to refuse
    bool expired = false, stale = false;
    bool approvable() const { return !expired && !stale; }
};
Drift driftOf(const Proposal& proposal, const RunSetup& setup, const World& world, const MarketView& market,
              const GatePolicy& policy);

} // namespace carry
