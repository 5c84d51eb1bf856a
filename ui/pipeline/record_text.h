// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "desk/inspection.h"
#include "desk/inspection_moves.h"

#include <QString>
#include <optional>
#include <vector>

namespace carry::ui
{

//! "Exit: Mean funding -0.011 a year is below the exit threshold 0"
QString decisionText(const DecisionRecord& decision);
//! Of the decision that made a plan; its action where the decision is not recorded.
QString decisionText(const RunView& view, PlanId plan);

struct InstructionTimes {
    std::optional<Time> submitted, ended; //!< at the cursor
};
InstructionTimes timesOf(const RunView& view, InstructionId instruction);
double secondsBetween(Time from, Time to);

//! "Buy BTC spot", "Transfer USDT": what an instruction does; where and how much is told beside it.
QString titleOf(const InstructionBody& body);
//! "Buy spot", "Supply", "→ Binance": where the place is told beside it.
QString shortTitleOf(const InstructionBody& body);
QString siteText(Site site); //!< "Binance", "DEX"
//! Where an instruction is carried out: "Wallet → Bybit" for a transfer.
QString venueOf(const InstructionBody& body);
QString amountOf(const InstructionBody& body); //!< "0.47 BTC"
QString plainAmountOf(const InstructionBody& body);
QString sizingText(const InstructionBody& body); //!< "what the step before brought"; empty without an amount
QString afterText(const LendingAfter& after);    //!< "LTV 90.00 %, health factor 1.0556"; empty without debt
QString healthFactorText(double healthFactor);
//! "+0.47 BTC, −31,934.42 USDT": what the ledger says, or with a ≈ what is expected.
QString effectsText(const RunView& view, InstructionId instruction);
//! "7 of 10 confirmed"
QString progressText(const RunView& view, const LogRange& instructions);
//! What went wrong with one of several, or the state that all have; nothing while they are under way.
std::optional<InstructionState> commonState(const std::vector<InstructionState>& states);

QString assetText(Asset asset);
QString entryAmount(const RunRecord& record, const LedgerEntry& entry);   //!< "39,864.77 USDT"
QString entryAccounts(const RunRecord& record, const LedgerEntry& entry); //!< "Wallet USDT → Binance USDT"
//! An amount with the decimals that its asset is read with, and the asset.
QString amountText(double amount, Asset asset);
//! The same where there is little room: four figures of it, more of large amounts.
QString roundAmountText(double amount, Asset asset);
QString signedAmountText(double amount, Asset asset);

//! "0.0080 % on −0.47 BTC at 68,236.30"
QString fundingText(const RunRecord& record, const FundingRecord& funding);
//! Where the settlement came from, in words; empty for an ordinary one.
QString fundingFlagsText(const FundingRecord& funding);

} // namespace carry::ui
