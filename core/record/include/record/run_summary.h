// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "portfolio/metrics.h"
#include "record/run_record.h"

#include <map>
#include <string>
#include <vector>

namespace carry
{

//! Stored in databases: append only.
enum class RunStatus : std::uint8_t { Running = 0, Done = 1, Failed = 2, Interrupted = 3 };
std::string_view toText(RunStatus status);

//! Wall-clock figures; no part of any digest.
struct RunTiming {
    double loadSeconds = 0, engineSeconds = 0, storeSeconds = 0;
    std::string startedAt; //!< ISO time of the real clock, given by the caller
};

//! What the engine holds after the last step that is not in the columns.
struct FinalState {
    Attribution attribution;
    std::vector<Decimal> balances; //!< by AccountId
    std::vector<double> prices;    //!< by AccountId
};

struct PositionRow {
    AccountId account = 0;
    std::string key; //!< "binance:Perp:BTCUSDT"
    Decimal amount;
    double price = 0; //!< in share class
    double value = 0; //!< of the account; a perp's value is with its quote leg its unrealised P&L
};

//! The headline figures of a run, folded from its record. All money in share class.
struct RunSummary {
    RunStatus status = RunStatus::Done;
    std::size_t steps = 0;
    double navInitial = 0, navFinal = 0;
    double externalFlows = 0;
    double pnlBalance = 0;  //!< NAV - NAV_0 - flows
    double unexplained = 0; //!< largest absolute rest over all steps
    Attribution attribution;
    std::array<double, kVenueCount> equityByVenue{}; //!< by Venue; Chain: in flight
    double fundingTotal = 0;
    PerExchange<double> fundingByVenue{};
    PerExchange<std::uint64_t> settlementsByVenue{}; //!< paid, without missing ones that paid nothing
    PerExchange<std::uint64_t> estimatedByVenue{};   //!< of these, paid at the peers' mean
    PerExchange<std::vector<Time>> missingByVenue{}; //!< settlements without a row in the data
    PerformanceMetrics performance;
    Figure minMarginRatio;
    Time minMarginAt{};
    Venue minMarginVenue = Venue::Binance;
    double minMarginPrice = 0; //!< mark there
    Figure minHealthFactor = Figure::empty(EmptyReason::NoDebt);
    Time minHealthFactorAt{};
    double minHealthFactorRatio = 0; //!< ETH per staked token there
    Figure turnover;                 //!< traded notional / capital
    Figure costRatio;                //!< all costs / P&L before costs
    double costs = 0;                //!< fees, slippage, gas, withdrawal, flash, DEX, debit interest; positive
    std::array<std::uint64_t, kActionCount> decisions{};
    std::array<std::uint64_t, kInstructionTypes.size()> instructionsByType{};
    std::array<std::uint64_t, kInstructionStateCount> instructionsByState{};
    std::uint64_t plansCompleted = 0, plansFailed = 0;
    std::uint64_t liquidations = 0;
    std::vector<PositionRow> positions; //!< not zero, at the end
    std::string resultDigest, instructionDigest;
    RunTiming timing;
};

//! Folds the committed part of a record. `riskFree` is annual.
RunSummary summarise(const RunRecord& record, const FinalState& state, double riskFree);

} // namespace carry
