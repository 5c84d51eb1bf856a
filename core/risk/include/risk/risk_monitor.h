// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/parameter.h"
#include "risk/situation.h"

#include <array>
#include <vector>

namespace carry
{

//! Stored in databases: append only.
enum class RiskMetric : std::uint8_t {
    MarginRatio = 0,
    LiquidationDistance = 1,
    DeltaDrift = 2,
    FundingTrailing = 3,
    Basis = 4,
    Staleness = 5,
    Drawdown = 6,
    AaveLtv = 7,
    HealthFactor = 8,
    LstDiscount = 9,
};
inline constexpr std::size_t kRiskMetricCount = 10;
std::string_view toText(RiskMetric metric);

enum class RiskLevel : std::uint8_t { Ok = 0, Warn = 1, Critical = 2, Breached = 3 };
std::string_view toText(RiskLevel level);

//! What a critical level asks for.
enum class RiskAction : std::uint8_t { Report, MarginSupport, Hedge, NoNewTrades, HaltNewRisk, Delever, StopAdding };
RiskAction actionOnCritical(RiskMetric metric);
std::string_view toText(RiskAction action);

struct Threshold {
    double warn = 0, critical = 0;
    bool lowIsBad = false;
    //! Where liquidation lies: a level is left when the figure is back by a tenth of its threshold's distance from
    //! here. Zero for most; 1 for the health factor and the liquidation threshold for LTV, which at the target are
    //! nearer to their levels than a tenth of these.
    double origin = 0;
};

struct RiskLimits {
    std::array<Threshold, kRiskMetricCount> thresholds{};
    bool actions = true;       //!< off: levels are recorded, nothing is done about them
    double marginTarget = 0.5; //!< where margin support brings a venue back to
    bool chain = false;        //!< LTV, health factor and discount of the staked token are judged too
    const Threshold& of(RiskMetric metric) const { return thresholds[static_cast<std::size_t>(metric)]; }
};

//! Of the metrics of exchanges and book; with `chain` those of lending and staking too.
void declareRiskParameters(ParameterSchema& schema, bool chain = false);
//! ConfThresholds where warn does not come before critical. StratTargetLtv where the target LTV leaves too little room
//! to the liquidation threshold.
Result<RiskLimits> readRiskLimits(const ParameterValues& values);
//! What levels of LTV and health factor follow from where the configuration gives none.
struct LendingBounds {
    std::optional<double> targetLtv; //!< nothing: no leverage
    double maxLtv = 0, liquidationThreshold = 0;
};
//! Fills levels that are zero, and the origin of both metrics; others stay as they are.
void deriveThreshold(RiskMetric metric, const LendingBounds& bounds, Threshold& threshold);
//! Largest target LTV that the configuration allows: LT / (hf_exit + hf_buffer), at most the maximum LTV.
double largestTargetLtv(const ParameterValues& values);

//! Scope of a metric: an exchange, or the whole book.
inline constexpr std::size_t kBookScope = kExchangeCount;
inline constexpr std::size_t kRiskScopes = kExchangeCount + 1;

struct LevelChange {
    RiskMetric metric;
    std::uint8_t scope; //!< exchange index or kBookScope
    RiskLevel from, to;
    double value;
    double threshold; //!< that was crossed
};

//! Levels of every metric with hysteresis: a level is left only when the figure is back by 10 % of its threshold.
//! A value; part of the World.
class RiskState
{
  public:
    //! Judges a situation; changes are appended to `changes`. While a plan is open its half-done delta is expected, so
    //! only margin, liquidation distance and what the market does are judged.
    void evaluate(const Situation& s, const RiskLimits& limits, bool planOpen, std::vector<LevelChange>& changes);
    //! After a liquidation; stays until the run ends.
    void markBreached(Venue venue, std::vector<LevelChange>& changes);
    //! The same for a liquidation at Aave.
    void markLendingBreached(std::vector<LevelChange>& changes);

    RiskLevel level(RiskMetric metric, std::size_t scope) const
    {
        return m_levels[static_cast<std::size_t>(metric)][scope];
    }
    RiskLevel overall() const;

  private:
    void judge(RiskMetric metric, std::size_t scope, double value, const RiskLimits& limits,
               std::vector<LevelChange>& changes);
    void breach(RiskMetric metric, std::size_t scope, std::vector<LevelChange>& changes);
    std::array<std::array<RiskLevel, kRiskScopes>, kRiskMetricCount> m_levels{};
};

} // namespace carry
