// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "execution/instruction.h"
#include "risk/situation.h"
#include "venues/venue_parameters.h"

namespace carry
{

//! Hops of a transfer intent. Wallet <-> exchange is one hop and bypasses the router; exchange -> exchange goes through
//! the wallet. XferUnreachable where a place cannot hold the asset.
Result<std::vector<Transfer>> routeTransfer(const TransferIntent& intent, const ChartOfAccounts& chart);

//! Turns a decision into a plan: the phases it names, or those of PhaseKind, in that order, with what leads from the
//! balances to the desired positions. Nothing is sent here. ChainInsufficientGas, XferUnreachable.
class Planner
{
  public:
    Planner(const VenueRules& rules, const Books& books, const Situation& situation)
        : m_rules(rules), m_books(books), m_situation(situation)
    {
    }

    Result<Plan> plan(const Decision& decision, PlanId id, InstructionId firstInstruction);

  private:
    Result<std::vector<Phase>> planNamed(const Decision& decision);
    Result<Phase> planPhase(const Decision& decision, const PhaseIntent& intent);
    Result<void> checkWallet(const Phase& phase, double& eth) const;
    static Plan numbered(const Decision& decision, PlanId id, InstructionId first, std::vector<Phase> phases);
    void planGas(const Decision& decision);
    void planTrades(const Decision& decision);
    Result<void> planTransfers(const Decision& decision);
    Result<void> checkGas(const Decision& decision) const;
    Instruction trade(Venue venue, Product product, Decimal change, Purpose purpose);
    Instruction transfer(const Transfer& body, Purpose purpose);
    void add(PhaseKind kind, Group group);

    const VenueRules& m_rules;
    const Books& m_books;
    const Situation& m_situation;
    std::array<Phase, 6> m_phases;
    double m_walletGasEth = 0;
};

} // namespace carry
