// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "exchange_keys.h"

#include <optional>

namespace carry
{

struct BasisParameters : ExchangeKeys {
    double spotFraction = 1;
    double minWalletUsdt = 1000;
    double minPosition = 0.001;
    double deltaTolerance = 0.005;
    double minTradeUsd = 100;
    double minTransferUsd = 100;
    double cooldownHours = 24;
    double protectMove = 0.02;
    bool rebalance = true;
    std::optional<Time> exitAt;
    struct Filter {
        bool enabled = false;
        double days = 7, exitBelow = 0, enterAbove = 0.03, cooldownHours = 72, horizonDays = 30;
    } filter;
};

void declareBasisParameters(ParameterSchema& schema);
//! ConfWeights, StratShareClass.
Result<BasisParameters> readBasisParameters(const ParameterValues& values, const StrategyInfo& info);

//! btc_basis and eth_basis: spot long and the same quantity short, split over three exchanges.
class BasisStrategy final : public Strategy
{
  public:
    BasisStrategy(const StrategyInfo& info, BasisParameters parameters, const VenueRules& venues,
                  const RiskLimits& limits);

    const StrategyInfo& info() const override { return m_info; }
    StrategyNeeds needs() const override;
    std::span<const ConditionDefinition> conditions() const override { return m_conditions; }
    Decision decide(const StrategyInput& input, StrategyMemory& memory, std::span<double> values) const override;
    bool canForce(Action action) const override;
    Decision force(Action action, const StrategyInput& input, StrategyMemory& memory) const override;

  private:
    //! Order of m_conditions.
    enum Condition : std::size_t {
        WalletUsdt,
        OpenPosition,
        DeltaFraction,
        MarginRatio,
        LiquidationDistance,
        MarginSurplus,
        LegDifference,
        LegDifferenceUsd,
        WithdrawalShortfall,
        FundingMean,
        CooldownLeft,
        Staleness,
        Drawdown,
        HoursPastExit,
        IdleUsdt,
    };
    //! How far the legs of one exchange are apart.
    struct LegDifferenceFigures {
        double coin = 0, lots = 0, usd = 0; //!< lots: of that exchange's perp
    };
    //! The worst exchange by margin, and the best to take from.
    struct MarginCase {
        std::size_t worst = 0;
        double deficit = 0;
        std::size_t donor = 0;
        double surplus = 0;
    };

    void look(const StrategyInput& input, const StrategyMemory& memory, std::span<double> values) const;
    double fundingMean(const StrategyInput& input) const;
    MarginCase marginCase(const Situation& s) const;
    LegDifferenceFigures legDifference(const Situation& situation) const;
    Decision choose(const StrategyInput& input, const StrategyMemory& memory, std::span<double> values) const;
    std::optional<Decision> protectMargin(const StrategyInput& input, std::span<double> values) const;
    std::optional<Decision> enterOrAdd(const StrategyInput& input, const StrategyMemory& memory,
                                       std::span<double> values) const;
    std::optional<Decision> evenOut(const StrategyInput& input, std::span<double> values) const;

    // Each builds the desired positions of one action.
    Decision keepPositions(const Situation& s) const;
    Decision enter(const StrategyInput& input, Action action, Reason reason) const;
    Decision leave(const Situation& s, Reason reason) const;
    Decision withdraw(const Situation& s) const;
    Decision moveMargin(const Situation& s, const MarginCase& c) const;
    Decision cut(const Situation& s, const RiskState& risk) const;
    Decision hedge(const Situation& s, Reason reason) const;
    Decision deploy(const Situation& s, const RiskState& risk) const;
    bool isIdle(const Situation& s, const RiskState& risk, std::size_t exchange) const;
    Decision hold(Reason reason, ReasonNumbers numbers = {}) const;
    Decimal gasPurchase(const Situation& s) const;

    StrategyInfo m_info;
    BasisParameters m_p;
    const VenueRules& m_venues;
    const RiskLimits& m_limits;
    std::vector<ConditionDefinition> m_conditions;
};

} // namespace carry
