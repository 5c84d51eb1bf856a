// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "execution/interfaces.h"
#include "risk/situation.h"
#include "venues/chain_account.h"
#include "venues/venue_parameters.h"

namespace carry
{

//! What the simulated outside world remembers between steps; part of the World.
struct SimulatedState {
    std::vector<Instruction> waitingOrders; //!< accepted between bar labels: filled at the next open
    std::vector<Shipment> inFlight;         //!< by departure
    Lending lending;
    FlashLoan flash;
    Decimal lastOutput;      //!< what the last operation on chain brought: Sizing::Previous
    std::uint64_t nonce = 0; //!< transactions sent by the wallet
    //! Earliest arrival, if any.
    std::optional<Time> nextArrival() const;
};

//! What the simulated interfaces need of the present.
struct SimulationContext {
    Books& books;
    SimulatedState& state;
    const VenueRules& rules;
    const MarketView& market;
    const LegMap& legs;
    Time now{};
    bool atBarLabel = false; //!< the only time at which an open is known, so the only time at which orders fill
};

class SimulatedCex final : public ExecutionInterface
{
  public:
    explicit SimulatedCex(SimulationContext& context) : m_context(context) {}
    void submit(const Instruction& instruction, EventQueue& events) override;
    void poll(EventQueue& events) override;
    //! Orders that wait for the next open.
    void cancel(const Instruction& instruction, EventQueue& events) override;

  private:
    void fill(const Instruction& instruction, bool acknowledged, EventQueue& events);
    SimulationContext& m_context;
};

class SimulatedTransfers final : public ExecutionInterface
{
  public:
    explicit SimulatedTransfers(SimulationContext& context) : m_context(context) {}
    void submit(const Instruction& instruction, EventQueue& events) override;
    //! Books the arrivals due.
    void poll(EventQueue& events) override;

  private:
    Result<Decimal> sendable(const Transfer& transfer) const;
    SimulationContext& m_context;
};

class SimulatedChain final : public ExecutionInterface
{
  public:
    explicit SimulatedChain(SimulationContext& context) : m_context(context) {}
    void submit(const Instruction& instruction, EventQueue& events) override;
    //! One transaction: carried out on copies of books and lending account; taken over as a whole, or forgotten but for
    //! the gas, which is paid once either way.
    void submitAtomic(const Group& group, EventQueue& events) override;
    void poll(EventQueue&) override {}

  private:
    SimulationContext& m_context;
};

//! Gas units of an instruction that is a transaction of its own.
double gasUnits(const ChainRules& rules, const InstructionBody& body);
//! Gas units of an atomic group.
double gasUnits(const ChainRules& rules, const Group& group);

} // namespace carry
