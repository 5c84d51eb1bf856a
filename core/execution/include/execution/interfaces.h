// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/error.h"
#include "execution/instruction.h"

#include <optional>
#include <vector>

namespace carry
{

//! What happened to an instruction outside. Events come at the time of the call or later, never as a return value.
struct ExecutionEvent {
    InstructionId instruction = 0;
    InstructionState state = InstructionState::Acknowledged;
    Time time{};
    double price = 0; //!< fill price, 0 where none
    Decimal quantity; //!< filled or moved
    std::optional<Error> error;
    //! Of a step inside an atomic group: what it left behind there, before the group was committed or rolled back.
    bool measured = false;
    double ltv = 0, healthFactor = 0; //!< NaN without debt
};
using EventQueue = std::vector<ExecutionEvent>;

//! One way to execute: an exchange's orders, transfers, or transactions. Asynchronous: submit() only hands over,
//! answers arrive in the queue, some of them from poll() at later times.
class ExecutionInterface
{
  public:
    virtual ~ExecutionInterface() = default;
    virtual void submit(const Instruction& instruction, EventQueue& events) = 0;
    //! All instructions of an atomic group as one transaction. Only the chain can do that.
    virtual void submitAtomic(const Group& group, EventQueue& events);
    virtual void poll(EventQueue& events) = 0;
    //! Calls back what was sent, where that is possible: then the answer is Cancelled, else nothing happens.
    virtual void cancel(const Instruction& /*instruction*/, EventQueue& /*events*/) {}
};

//! The three interfaces of a session; which one takes an instruction follows from its type.
struct ExecutionInterfaces {
    ExecutionInterface& cex;
    ExecutionInterface& transfer;
    ExecutionInterface& chain;
    ExecutionInterface& forInstruction(const Instruction& instruction) const;
};

} // namespace carry
