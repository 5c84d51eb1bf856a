// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "record/run_view.h"

#include <vector>

namespace carry
{

//! How an amount becomes money: amount * index -> underlying * ratio -> coins * price -> share class -> USDT.
struct Conversion {
    Decimal amount;          //!< as booked: scaled units or tokens; debt negative
    bool scaled = false;     //!< the amount is in scaled units of Aave
    double index = 1;        //!< of Aave: underlying per scaled unit
    double underlying = 0;   //!< tokens
    double ratio = 1;        //!< ETH per staked token
    Asset coin = Asset::ETH; //!< what the tokens are counted in: ETH or USDT
    double coins = 0;
    double price = 0; //!< share class per coin
    double value = 0; //!< share class
    double usd = 0;   //!< USDT
};
Conversion conversionOf(const RunView& view, const PositionLine& line);
//! Of what an account holds at the cursor; every factor 1 but the price for plain tokens.
Conversion conversionOf(const RunView& view, AccountId account);

//! Debt over collateral and health factor; absent without debt.
struct LendingAfter {
    double ltv = absent(EmptyReason::NoDebt), healthFactor = absent(EmptyReason::NoDebt);
};
//! After the last change of an instruction up to the cursor. Of one that was rolled back: as it was inside the
//! transaction. Absent before anything has happened.
LendingAfter lendingAfter(const RunView& view, InstructionId instruction);

//! One group of a plan at the cursor.
struct GroupLine {
    GroupKind kind = GroupKind::Sequence;
    LogRange instructions;      //!< indices into the instruction log
    std::size_t rounds = 0;     //!< of a loop: iterations that borrow
    std::size_t confirmed = 0;  //!< instructions
    LendingAfter after;         //!< of the last confirmed instruction
    InstructionId failed = 0;   //!< the first that failed or was rejected; 0: none
    std::optional<Error> error; //!< why it failed
    bool rolledBack = false;    //!< an atomic group was sent and undone: nothing but its gas was paid
};
//! The group that holds the instruction at this index of the log.
GroupLine groupLine(const RunView& view, std::size_t index);

//! An account before and after a group: what its own ledger entries up to the cursor made of it.
struct BalanceChange {
    AccountId account = 0;
    Decimal before, after;
    double tokensBefore = 0, tokensAfter = 0; //!< of scaled units: times the index, in tokens
};
std::vector<BalanceChange> balanceChanges(const RunView& view, const LogRange& instructions);

//! A loop after one of its iterations, as far as it has come at the cursor. ETH at the prices of its step.
struct LoopStep {
    std::uint16_t iteration = 0;
    LogRange instructions;
    double collateral = 0, debt = 0;
    LendingAfter after;
};
std::vector<LoopStep> loopSteps(const RunView& view, const LogRange& instructions);

} // namespace carry
