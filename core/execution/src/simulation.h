// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "execution/simulated.h"

//! What the simulated interfaces share.
namespace carry::simulation
{

inline constexpr int kEthDecimals = 18;

inline void answer(EventQueue& events, const Instruction& instruction, InstructionState state, Time now,
                   double price = 0, Decimal quantity = {})
{
    ExecutionEvent event;
    event.instruction = instruction.id;
    event.state = state;
    event.time = now;
    event.price = price;
    event.quantity = quantity;
    events.push_back(std::move(event));
}

inline void refuse(EventQueue& events, const Instruction& instruction, InstructionState state, Time now,
                   const Error& error)
{
    answer(events, instruction, state, now);
    events.back().error = error;
}

inline Decimal gasOf(const SimulationContext& c, double units)
{
    return Decimal::fromDouble(c.rules.chain.gasEth(units, c.market.gasGwei()), kEthDecimals, Rounding::Up);
}

//! Whether the wallet can pay the gas once the transaction has moved `change` of its ETH. Checked before anything is
//! posted: a transaction that is refused for it is never sent.
Result<void> checkGas(const Books& books, Decimal gas, Decimal change);
void payGas(Books& books, Decimal gas, InstructionId instruction);

} // namespace carry::simulation
