// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "desk/inspection_chain.h"
#include "risk/risk_monitor.h"

#include <string>
#include <vector>

namespace carry
{

//! One risk metric of one exchange or of the book at the cursor, with its limits.
struct RiskLine {
    RiskMetric metric = RiskMetric::MarginRatio;
    std::size_t scope = kBookScope; //!< exchange index or kBookScope
    double value = 0;               //!< absent: empty, with its reason
    Threshold limit;
    RiskLevel level = RiskLevel::Ok; //!< with the monitor's hysteresis
    //! 0 at the critical level or beyond, .5 at the warning level, 1 as far again from it. NaN while there is no value.
    double headroom = 0;
    RiskAction action = RiskAction::Report; //!< asked for at the critical level
};

//! Net and gross of one asset at the cursor.
struct ExposureLine {
    Asset asset = Asset::BTC;
    double net = 0, gross = 0;           //!< coins
    double target = 0;                   //!< coins: all of the NAV of its own share class, else nothing
    double onChain = 0, atExchanges = 0; //!< coins, signed: parts of net; wallet and in flight count as on chain
    double price = 0;                    //!< share class
    double netValue = 0, grossValue = 0; //!< share class
    double shareOfNav = 0;               //!< |net - target| * price / NAV, fraction
};

//! A holding that counts towards an asset's net exposure.
struct ExposurePart {
    AccountId account = 0;
    double coins = 0; //!< of the asset; shorts and debt < 0
};

//! One exchange at the cursor. USDT; NaN with a reason where there is no figure.
struct VenueLine {
    Venue venue = Venue::Binance;
    double equity = 0, notional = 0, maintenance = 0, marginRatio = 0, liquidationDistance = 0, spot = 0, mark = 0,
           basis = 0, fundingApr = 0, stalenessBars = 0;
    double netDelta = 0; //!< coins: spot plus perp
};

//! One account that an instruction changes: what was expected and what the ledger says.
struct EffectLine {
    AccountId account = 0;
    double expected = 0;
    Decimal actual;                              //!< up to the cursor
    double expectedTokens = 0, actualTokens = 0; //!< the same, scaled units of Aave as tokens
};

std::vector<RiskLine> riskLines(const RunView& view);
std::vector<ExposureLine> exposureLines(const RunView& view);
//! What an asset's net exposure is made of; what holds nothing is left out.
std::vector<ExposurePart> exposureParts(const RunView& view, Asset asset);
std::vector<VenueLine> venueLines(const RunView& view);
std::vector<EffectLine> effectLines(const RunView& view, InstructionId instruction);
//! What an instruction has cost up to the cursor: its fee, slippage and gas entries, valued at their own steps. Share
//! class.
CostEstimate costOf(const RunView& view, InstructionId instruction);
//! Of all instructions of a plan.
CostEstimate costOfPlan(const RunView& view, PlanId plan);
//! P&L lines at the cursor that are not zero, largest first; they sum to NAV - capital - external flows.
struct PnlLine {
    PnlItem item = PnlItem::Other;
    double amount = 0; //!< share class
};
std::vector<PnlLine> pnlLines(const RunView& view);

//! Whether the run may hold something at exchanges.
bool hasExchanges(const RunInfo& info);
//! Whether it may owe something at Aave.
bool borrows(const RunInfo& info);
//! The limit of a metric in the run's stored configuration, of a fork as it is at a time (without one as at the start);
//! NaN values where it has none.
Threshold limitOf(const RunInfo& info, RiskMetric metric, Time at = Time{});

// Of any committed step, for charts.
//! Perp mark / spot - 1, fraction; NaN without both.
double basisAt(const RunRecord& record, std::size_t step, std::size_t exchange);
//! "basis.delta_tolerance" of the run's stored configuration, fraction of gross, as limitOf(); NaN where it has none.
double deltaTolerance(const RunInfo& info, Time at = Time{});
//! Net delta of the base asset that is tolerated: the tolerance, or what forks made of it, times the gross delta,
//! coins.
double toleratedDelta(const RunRecord& record, std::size_t step, double tolerance);

//! English text of a journal event: "Margin ratio at Binance: 0.182, below 0.2 (warn)".
std::string describeEvent(const RunRecord& record, const JournalEvent& event);
//! English text of a decision: action and reason with its numbers.
std::string describeDecision(const DecisionRecord& decision);

} // namespace carry
