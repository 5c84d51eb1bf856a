// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "execution/plan_runner.h"
#include "execution/simulated.h"
#include "risk/risk_monitor.h"
#include "strategy/strategy.h"

#include <memory>
#include <optional>
#include <vector>

namespace carry
{

//! A scheduled deposit (> 0) or withdrawal request (< 0) of the investor, in share class.
struct ExternalFlow {
    Time time{};
    Decimal amount;
};

//! From a step on, other rules, and perhaps another decision at that step.
struct SetupChange {
    Time at{};                                //!< a bar label
    std::shared_ptr<const Strategy> strategy; //!< the three go together, the strategy refers to the other two
    std::shared_ptr<const VenueRules> venues;
    std::shared_ptr<const RiskLimits> limits;
    std::optional<Action> decision; //!< ordered by hand; one that the strategy can be forced to
};

//! What does not change during a run, unless `changes` says so.
struct RunSetup {
    std::shared_ptr<const Tape> tape;
    std::shared_ptr<const Strategy> strategy;
    std::shared_ptr<const VenueRules> venues; //!< the strategy refers to them too
    std::shared_ptr<const RiskLimits> limits;
    LegMap legs;
    Asset shareClass = Asset::USDT;
    Decimal capital;                  //!< share class
    std::vector<ExternalFlow> flows;  //!< by time
    std::vector<SetupChange> changes; //!< by time; needs of the tape, chart and conditions are those of the start
    //! The tape is that of a feed: it has ended when the gate was told so (GateCommand::Kind::Feed), and not before.
    bool tapeGrows = false;
};

//! What our own size has added to the growth of Aave's indices so far: historic index times this.
struct OwnGrowth {
    double ethSupply = 1, ethBorrow = 1, usdtSupply = 1;
    Time until{};
};

//! Everything the engine needs to go on: one value, copied for what-if in microseconds. The ledger's history is not
//! part of it.
struct World {
    explicit World(std::shared_ptr<const ChartOfAccounts> chart) : books(std::move(chart)) {}
    //! Before its first step: an account at Aave where the run has one.
    static World begin(const RunSetup& setup);

    Books books;
    SimulatedState outside;
    RiskState risk;
    StrategyMemory memory;
    PlanProgress plan;
    EventQueue arrived; //!< answers that the plan runner has not taken yet
    Situation situation;
    Time now{};
    PerExchange<double> debit{}; //!< of the last committed step: interest accrues on it
    double unitValue = 1;
    double peakUnitValue = 1;
    double navAtLastStep = 0;
    double pendingWithdrawal = 0;
    std::size_t nextFlow = 0;
    OwnGrowth ownGrowth;
    std::array<std::int64_t, 2> paidRewards{}; //!< ms: payouts of EIGEN and ETHFI up to these are booked; 0: none yet
    InstructionId nextInstruction = 1;
    PlanId nextPlan = 1;
};

} // namespace carry
