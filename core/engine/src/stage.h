// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "engine/venue_link.h"
#include "engine/what_if.h"
#include "engine/world.h"
#include "record/run_record.h"

namespace carry
{

//! Told of what a stage settles that has no record of its own.
class SettlementListener
{
  public:
    virtual ~SettlementListener() = default;
    virtual void onFunding(const FundingRecord& record) = 0;
    virtual void onEvent(const JournalEvent& event) = 0;
};

class Outside;

//! One World at one instant with everything that acts on it. The engine runs it with its record, what-if on a copy of
//! the World without one: both go through the same models.
class Stage final : public TransitionObserver
{
  public:
    Stage(const RunSetup& setup, World& world, RunRecord* record) : m_setup(setup), m_world(world), m_record(record) {}

    //! Who is asked whether a plan may go; nobody: it may.
    void setGate(ApprovalGate* gate) { m_gate = gate; }
    //! Who executes; nobody: the models do, at once, on this World.
    void setOutside(Outside* outside) { m_outside = outside; }
    void setListener(SettlementListener* listener) { m_listener = listener; }
    void setTrace(std::vector<WhatIfPoint>* trace) { m_trace = trace; }

    //! Marks every account at the prices of `market`.
    void reprice(const MarketView& market);
    void settleLiquidations(const MarketView& market);
    void settleFunding(const MarketView& market);
    void chargeDebit(Duration elapsed);
    void takeArrivals(const MarketView& market);
    //! Liquidators of Aave act while the health factor is below 1.
    void settleLending();
    //! Lump sums of reward tokens, sold at once.
    void settleRewards(const MarketView& market);
    //! What the run begins with.
    void bringCapital();
    //! Posts due deposits, notes withdrawal requests, pays what the wallet can pay.
    void settleFlows();
    //! Money that came (> 0) or went, and is in the books already, is no profit: units are issued or redeemed for it.
    void countFlow(double flow);
    //! Positions, exposure and risk of the present.
    void refresh(const MarketView& market);
    //! Carries the open plan forward; atBarLabel: an open is known now, so orders fill.
    PlanOutcome advancePlan(const MarketView& market, bool atBarLabel);
    //! Takes in what a venue reports of an account; orders are not among it.
    void take(const AccountReport& report);
    //! Of an order at an exchange: whether it waits there.
    void takeOrderState(const Instruction& instruction, InstructionState state);
    void note(JournalEvent event);
    //! Of the plan that ended last.
    const std::vector<InstructionState>& endedStates() const { return m_endedStates; }

    void onTransition(InstructionId id, InstructionState from, const ExecutionEvent& event) override;

  private:
    void takeSettlement(const JournalEvent& event);
    void postFlow(AccountId from, AccountId to, Decimal amount);
    PlanOutcome runPlan(const MarketView& market, bool atBarLabel);
    //! Indices, oracle prices and ratio of the present: grows what is held on chain.
    void driveChain(const MarketView& market);
    //! With aave.market_impact: our position's effect on the rates since the last step.
    void growOwnImpact();
    //! Indices of the present, our own effect included.
    struct ChainIndices {
        double lst = 1, eth = 1, ethBorrow = 1, usdt = 1;
    };
    ChainIndices indicesOf(const MarketView& market) const;
    void repriceChain(const MarketView& market);
    void fillChain(const MarketView& market);
    AccountId shareWallet() const;
    AccountId shareOutside() const;
    void recordFunding(const MarketView& market, Venue venue, const FundingEvent& event, Decimal cash, double position);
    //! Nothing is open, on its way or held at an exchange.
    bool everythingIsHome() const;
    void interruptIfCritical();
    void interruptPlan(std::size_t exchange);

    const RunSetup& m_setup;
    World& m_world;
    RunRecord* m_record;
    ApprovalGate* m_gate = nullptr;
    Outside* m_outside = nullptr;
    SettlementListener* m_listener = nullptr;
    std::vector<WhatIfPoint>* m_trace = nullptr;
    const MarketView* m_planMarket = nullptr; // set while a plan is carried forward
    std::vector<LevelChange> m_changes;       // not told yet; reused from step to step
    std::vector<InstructionState> m_endedStates;
};

} // namespace carry
