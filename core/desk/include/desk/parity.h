// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "desk/stored_runs.h"

#include <nlohmann/json.hpp>
#include <vector>

namespace carry
{

//! What of a book a leg is. `Pooled` is where coins move between places: wallet and transfers, and with holdings on
//! chain all spot too.
enum class ParityLegKind : std::uint8_t { Spot, Perp, Cash, Pooled, Total };

//! Where the P&L of a leg parts from that of the backtest: session minus backtest, share class. The parts and
//! `remainder` sum to gap().
struct ParityLeg {
    ParityLegKind kind = ParityLegKind::Pooled;
    Venue venue = Venue::Wallet; //!< of Spot, Perp and Cash
    bool withSpot = false;       //!< Pooled: spot at exchanges is part of it
    std::string name;            //!< "binance spot", "binance perp", "binance cash", "spot and on chain"; "total"
    double session = 0;          //!< P&L
    double backtest = 0;         //!< P&L
    double price = 0;            //!< execution: what fills cost against the price of their moment (slippage)
    double fee = 0;              //!< trading, withdrawal, flash loan and DEX fees, gas
    double funding = 0;          //!< settlements, interest, staking and rewards, on what was held and when
    double timing = 0;           //!< what both filled, but not at the same time: quantity x difference of the prices
    double missingFills = 0;     //!< what only one of them filled: quantity x move from that price to the end
    double remainder = 0;
    double sessionFilled = 0, backtestFilled = 0; //!< coins, bought and sold
    double gap() const { return session - backtest; }
    double parts() const { return price + fee + funding + timing + missingFills; }
};

struct ParityReport {
    std::string runId;
    std::string mode; //!< "PAPER"
    Asset shareClass = Asset::USDT;
    Time from{}, to{};
    std::vector<ParityLeg> legs; //!< those with P&L in either
    ParityLeg total;             //!< of the balance: its remainder holds what the attribution leaves unexplained too
    std::shared_ptr<const RunRecord> backtest;
    std::string sessionDigest, backtestDigest;
};

//! A run as parity needs it.
struct ParityRun {
    const RunRecord& record;
    const RunSummary& summary;
};
//! Both over the same span, with a last step at the same time.
ParityReport compareParity(const ParityRun& session, const ParityRun& backtest);

//! Computes the backtest of a finished session - the same data, configuration and limits, everything approved at once -
//! and compares. `data`: empty for where the session had them from. ConfUsage for a run that is no session,
//! StoreUnfinished, StoreResume where the data have changed, and the errors of loadStoredRun() and runBacktest().
Result<ParityReport> parityOfStoredSession(const std::string& file, const std::string& idOrPrefix,
                                           const std::string& data,
                                           const std::function<bool(std::size_t, std::size_t)>& progress = {});

nlohmann::ordered_json parityToJson(const ParityReport& report);

} // namespace carry
