// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/parameter.h"
#include "risk/risk_monitor.h"
#include "strategy/decision.h"
#include "venues/venue_parameters.h"

#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace carry
{

//! What a strategy remembers between decisions; part of the World, a plain value.
struct StrategyMemory {
    bool entered = false;       //!< a position was opened at some time
    bool filteredOut = false;   //!< left by the funding filter
    bool closedForGood = false; //!< left by the configured exit
    Time lastRebalance{};       //!< of the last non-urgent rebalance; epoch = never
    Time lastFilterChange{};
    Time lastFailure{};       //!< of a plan that failed; set by the engine
    double navAtRetarget = 0; //!< NAV when the hedge was set last; 0: never
};

//! What a strategy may look at.
struct StrategyInput {
    const Situation& situation;
    const RiskState& risk;
    const MarketView& market;
};

//! What a strategy needs to run.
struct StrategyNeeds {
    std::vector<LegSpec> legs;
    std::vector<FundingSpec> funding;
    LegMap map;
    bool gas = false;
    std::vector<FrameSpec> frames; //!< indices of map.chain
    Duration grid{};               //!< coarser than the bars; zero: every label
};

struct StrategyInfo {
    std::string_view name;
    std::string_view summary; //!< one line
    Asset base;
    Asset shareClass;
    //! What is held on chain and where: decides which keys a run has.
    bool exchanges = true, lending = false, staking = false, leverage = false;
    bool onChain() const { return lending || staking; }
};

class Strategy
{
  public:
    virtual ~Strategy() = default;
    virtual const StrategyInfo& info() const = 0;
    virtual StrategyNeeds needs() const = 0;
    virtual ChainHoldings holdings() const { return {}; }
    //! Fixed for the run; decide() writes one value each, NaN where a condition does not apply.
    virtual std::span<const ConditionDefinition> conditions() const = 0;
    virtual Decision decide(const StrategyInput& input, StrategyMemory& memory, std::span<double> values) const = 0;

    //! Whether a person can order it instead of the strategy's own decision. HOLD and EXIT always; REBALANCE where a
    //! hedge is kept.
    virtual bool canForce(Action action) const { return action == Action::Hold || action == Action::Exit; }
    //! What that action is now, with Reason::ByHand; HOLD, where there is nothing to do, with the reason why. `memory`
    //! is as before decide(). An exit by hand is for good. Only for what canForce() allows.
    virtual Decision force(Action action, const StrategyInput& input, StrategyMemory& memory) const = 0;
};

//! All strategies, in a fixed order.
std::span<const StrategyInfo> strategyInfos();
//! StratUnknown for a name that does not exist.
Result<StrategyInfo> findStrategy(std::string_view name);

//! Every key of a run with this strategy: its own parameters, then venues, risk, data and metrics.
void declareStrategyParameters(ParameterSchema& schema, const StrategyInfo& info);
//! The errors of the CONF family.
Result<std::unique_ptr<Strategy>> makeStrategy(const StrategyInfo& info, const ParameterValues& values,
                                               const VenueRules& venues, const RiskLimits& limits);

} // namespace carry
