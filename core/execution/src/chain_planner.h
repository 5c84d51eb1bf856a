// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "execution/instruction.h"
#include "risk/situation.h"
#include "venues/chain_account.h"
#include "venues/venue_parameters.h"

#include <optional>

namespace carry
{

//! Expands what is to be done on chain into transactions, loops and atomic groups with the closed forms of DOMAIN
//! "Leverage". It follows the expected holdings, so that one intent may build on the one before.
class ChainPlanner
{
  public:
    ChainPlanner(const VenueRules& rules, const ChartOfAccounts& chart, const Situation& situation);

    //! Nothing where there is nothing to do.
    std::optional<Group> plan(const ChainIntent& intent);
    //! Makes one sequence of single transactions that follow each other; loops and atomic groups then wait in the same
    //! group only if they stand alone, so phases with them keep their groups.
    static void chainTogether(Phase& phase);

  private:
    Group enterLoop(const ChainIntent& intent);
    std::optional<Group> enterAtomic(const ChainIntent& intent);
    std::optional<Group> delever(const ChainIntent& intent);
    std::optional<Group> release(const ChainIntent& intent);
    std::optional<Group> exit(const ChainIntent& intent, bool twoSwaps);
    //! Flash-borrow `loan`, repay with it, withdraw and sell `tokens`, repay the loan.
    std::optional<Group> unwind(Decimal loan, Decimal tokens, Purpose purpose);

    Instruction make(Purpose purpose, InstructionBody body) const;
    Instruction stake(Decimal eth, Sizing sizing, Purpose purpose);
    Instruction supply(Asset asset, Decimal amount, Sizing sizing, Purpose purpose);
    Instruction withdraw(Asset asset, Decimal amount, Sizing sizing, Purpose purpose);
    Instruction borrow(Decimal amount, Sizing sizing, double ltv);
    Instruction repay(Decimal amount, Sizing sizing, Purpose purpose);
    Instruction sell(Decimal tokens, Sizing sizing, Purpose purpose);
    Instruction unstake(Decimal tokens, Sizing sizing);
    Instruction flashBorrow(Decimal amount, Purpose purpose);
    Instruction flashRepay(Decimal loan, Purpose purpose);
    void addGas(Instruction& instruction, double units) const;
    void addAtomicGas(Group& group) const;

    Decimal tokensWorth(Decimal eth, Rounding rounding) const;
    Decimal collateral() const;
    SaleTerms terms() const;

    const VenueRules& m_rules;
    const ChartOfAccounts& m_chart;
    const Situation& m_s;
    Asset m_token;
    Decimal m_ratio, m_fee; //!< ETH per token; flash fee
    // Expected, as the plan goes on.
    Decimal m_lst, m_suppliedLst, m_debt;
};

} // namespace carry
