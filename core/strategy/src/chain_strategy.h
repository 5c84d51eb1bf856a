// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "chain_keys.h"

namespace carry
{

//! The strategies that lend or stake, with or without leverage, with or without a hedge at the exchanges. What a
//! strategy holds follows from its StrategyInfo; the actions are the same for all.
//!
//! Order of a decision, worst first: margin of an exchange, LTV or health factor, scheduled exit, withdrawal, carry,
//! entry or deposit, delta.
class ChainStrategy final : public Strategy
{
  public:
    ChainStrategy(const StrategyInfo& info, ChainKeys keys, const VenueRules& venues, const RiskLimits& limits);

    const StrategyInfo& info() const override { return m_info; }
    StrategyNeeds needs() const override { return chainNeeds(m_k, m_info, m_venues.chain.gasEnabled); }
    ChainHoldings holdings() const override
    {
        return {m_info.lending, m_info.staking ? std::optional(m_k.lst) : std::nullopt};
    }
    std::span<const ConditionDefinition> conditions() const override { return m_conditions; }
    Decision decide(const StrategyInput& input, StrategyMemory& memory, std::span<double> values) const override;
    bool canForce(Action action) const override;
    Decision force(Action action, const StrategyInput& input, StrategyMemory& memory) const override;

  private:
    //! Order of m_conditions.
    enum Condition : std::size_t {
        WalletFree,
        OpenEquity,
        CarryOnEquity,
        AaveLtv,
        HealthFactor,
        LstDiscount,
        MarginRatio,
        MarginSurplus,
        DeltaDrift,
        EquityMoved,
        WithdrawalShortfall,
        CooldownLeft,
        Staleness,
        Drawdown,
        HoursPastExit,
        kConditionCount,
    };

    void look(const StrategyInput& input, const StrategyMemory& memory, std::span<double> values) const;
    Decision choose(const StrategyInput& input, const StrategyMemory& memory, std::span<double> values) const;
    std::optional<Decision> protect(const StrategyInput& input, std::span<double> values) const;
    std::optional<Decision> followCarry(const StrategyInput& input, const StrategyMemory& memory) const;
    Decision enterOrAdd(const StrategyInput& input, const StrategyMemory& memory, std::span<double> values) const;
    std::optional<Decision> keepHedged(const StrategyInput& input, std::span<double> values) const;

    // Each builds the plan of one action.
    Decision enterHedged(const Situation& s, Action action, double free) const;
    Decision enterPlain(const Situation& s, Action action, double free) const;
    Decision supportBySurplus(const Situation& s, std::size_t worst) const;
    Decision supportFromChain(const Situation& s, const RiskState& risk) const;
    Decision delever(const Situation& s, Action action, Reason reason, double ltv) const;
    Decision leave(const Situation& s, Reason reason) const;
    Decision withdraw(const Situation& s) const;
    //! A small rest, without a trade: orders of it would be below what exchanges take. Nothing: no margin can spare it.
    std::optional<PhaseIntent> spareFromMargin(const Situation& s, double needed) const;
    Decision hedge(const Situation& s, Reason reason) const;
    Decision hold(Reason reason, ReasonNumbers numbers = {}) const;

    // Sizes.
    //! (staking + supply - ltv * borrow) / (1 - ltv), a year; NaN before the rates are known.
    double carryOnEquity(const Situation& s, double ltv) const;
    double targetLtv(const StrategyMemory& memory) const;
    double openEquity(const Situation& s) const; //!< share class, without the wallet
    double walletFree(const Situation& s) const; //!< share class that may be used
    Decimal gasPurchase(const Situation& s) const;
    //! ETH of gas of what staking or levering `eth` takes.
    double entryGas(const Situation& s, double eth) const;
    std::uint16_t loopBorrows(const Situation& s, double eth) const;
    //! Puts `eth` of the wallet to work; `ltv` 0: unlevered.
    std::vector<ChainIntent> deploy(const Situation& s, Decimal eth) const;
    //! Gets `eth` net into the wallet; empty where that is not possible.
    std::vector<ChainIntent> free(const Situation& s, double eth) const;
    //! Short of `eth` split by weights, rounded down to the lot.
    void addShorts(PhaseIntent& phase, const Situation& s, double eth) const;

    StrategyInfo m_info;
    ChainKeys m_k;
    const VenueRules& m_venues;
    const RiskLimits& m_limits;
    std::vector<ConditionDefinition> m_conditions;
};

} // namespace carry
