// SPDX-License-Identifier: GPL-3.0-or-later
#include "execution/simulated.h"

#include "simulation.h"

#include <stdexcept>

namespace carry
{
using namespace simulation;

void ExecutionInterface::submitAtomic(const Group&, EventQueue&)
{
    throw std::logic_error("atomic group sent to an interface that has no transactions");
}

ExecutionInterface& ExecutionInterfaces::forInstruction(const Instruction& instruction) const
{
    if (std::holds_alternative<Transfer>(instruction.body))
        return transfer;
    return isOnChain(instruction.body) ? chain : cex;
}

std::optional<Time> SimulatedState::nextArrival() const
{
    std::optional<Time> next;
    for (const Shipment& s : inFlight)
        if (!next || s.arrives < *next)
            next = s.arrives;
    return next;
}

void SimulatedCex::submit(const Instruction& instruction, EventQueue& events)
{
    if (m_context.atBarLabel) {
        fill(instruction, /*acknowledged=*/false, events);
        return;
    }
    answer(events, instruction, InstructionState::Acknowledged, m_context.now);
    m_context.state.waitingOrders.push_back(instruction);
}

void SimulatedCex::poll(EventQueue& events)
{
    if (!m_context.atBarLabel || m_context.state.waitingOrders.empty())
        return;
    const auto waiting = std::move(m_context.state.waitingOrders);
    m_context.state.waitingOrders.clear();
    for (const Instruction& instruction : waiting)
        fill(instruction, /*acknowledged=*/true, events);
}

void SimulatedCex::cancel(const Instruction& instruction, EventQueue& events)
{
    const auto gone = std::erase_if(m_context.state.waitingOrders,
                                    [&](const Instruction& waiting) { return waiting.id == instruction.id; });
    if (gone != 0)
        answer(events, instruction, InstructionState::Cancelled, m_context.now);
}

void SimulatedCex::fill(const Instruction& instruction, bool acknowledged, EventQueue& events)
{
    const auto execute = [&](Venue venue, Product product, Side side, Decimal quantity) {
        const auto i = exchangeIndex(venue);
        const double spot = m_context.market.price(m_context.legs.spot[i]);
        const double mark = m_context.market.price(m_context.legs.perp[i]);
        const CexRules& rules = m_context.rules.cex;
        CexAccount account(m_context.books, rules, venue);
        const bool isSpot = product == Product::Spot;
        const auto accepted =
            isSpot ? account.checkSpot(side, quantity, spot, mark) : account.checkPerp(side, quantity, spot, mark);
        if (!accepted) {
            const auto state = acknowledged ? InstructionState::Failed : InstructionState::Rejected;
            refuse(events, instruction, state, m_context.now, accepted.error());
            return;
        }
        if (!acknowledged)
            answer(events, instruction, InstructionState::Acknowledged, m_context.now);
        const double mid = isSpot ? spot : mark;
        const double price = rules.fillPrice(venue, product, side, mid, quantity.toDouble());
        if (isSpot)
            account.fillSpot(side, quantity, mid, price, instruction.id);
        else
            account.fillPerp(side, quantity, mid, price, instruction.id);
        answer(events, instruction, InstructionState::Confirmed, m_context.now, price, quantity);
    };
    if (const auto* spot = std::get_if<SpotTrade>(&instruction.body))
        execute(spot->venue, Product::Spot, spot->side, spot->quantity);
    else if (const auto* perp = std::get_if<PerpTrade>(&instruction.body))
        execute(perp->venue, Product::Perp, perp->side, perp->quantity);
}

Result<Decimal> SimulatedTransfers::sendable(const Transfer& transfer) const
{
    const Decimal balance = m_context.books.balance(*m_context.books.chart().tokenAt(transfer.from, transfer.asset));
    const Decimal fee = TransferNetwork(m_context.rules.transfer).withdrawalFee(transfer.from, transfer.asset);
    constexpr int kTokenDecimals = 6;
    const Decimal amount =
        transfer.sweep ? (balance - fee).roundedTo(kTokenDecimals, Rounding::TowardZero) : transfer.amount;
    if (!amount.isPositive() || amount + fee > balance)
        return fail(Error(ErrorCode::XferInsufficientBalance)
                        .with("venue", std::string(toText(transfer.from)))
                        .with("asset", std::string(toText(transfer.asset)))
                        .with("available", balance.toString())
                        .with("required", (amount + fee).toString()));
    return amount;
}

void SimulatedTransfers::submit(const Instruction& instruction, EventQueue& events)
{
    const auto& transfer = std::get<Transfer>(instruction.body);
    const auto amount = sendable(transfer);
    if (!amount) {
        refuse(events, instruction, InstructionState::Rejected, m_context.now, amount.error());
        return;
    }
    if (transfer.from == Venue::Wallet) {
        ++m_context.state.nonce;
        const Decimal gas = gasOf(m_context, m_context.rules.chain.transferUnits);
        const Decimal change = transfer.asset == Asset::ETH ? -*amount : Decimal();
        if (auto enough = checkGas(m_context.books, gas, change); !enough) {
            refuse(events, instruction, InstructionState::Rejected, m_context.now, enough.error());
            return;
        }
        payGas(m_context.books, gas, instruction.id);
    }
    answer(events, instruction, InstructionState::Acknowledged, m_context.now);
    const Shipment shipment = TransferNetwork(m_context.rules.transfer)
                                  .depart(m_context.books, transfer.from, transfer.to, transfer.asset, *amount,
                                          m_context.now, instruction.id);
    if (shipment.arrives > m_context.now) {
        m_context.state.inFlight.push_back(shipment);
        return;
    }
    TransferNetwork::arrive(m_context.books, shipment);
    answer(events, instruction, InstructionState::Confirmed, m_context.now, 0, shipment.amount);
}

void SimulatedTransfers::poll(EventQueue& events)
{
    auto& inFlight = m_context.state.inFlight;
    for (auto it = inFlight.begin(); it != inFlight.end();) {
        if (it->arrives > m_context.now) {
            ++it;
            continue;
        }
        TransferNetwork::arrive(m_context.books, *it);
        Instruction sender; // of which only the id is needed to answer
        sender.id = it->instruction;
        if (it->from != Venue::EtherFi && it->from != Venue::Lido) // a redemption was confirmed when it was asked for
            answer(events, sender, InstructionState::Confirmed, m_context.now, 0, it->amount);
        it = inFlight.erase(it);
    }
}

} // namespace carry
