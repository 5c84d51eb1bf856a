// SPDX-License-Identifier: GPL-3.0-or-later
// The part of a stage that takes in what venues report.
#include "stage.h"

#include <algorithm>

namespace carry
{

void Stage::take(const AccountReport& report)
{
    struct Visitor {
        Stage& stage;
        const AccountReport& report;
        void operator()(const Posting& posting) const { stage.m_world.books.post(posting); }
        void operator()(const ShipmentLeft& left) const { stage.m_world.outside.inFlight.push_back(left.shipment); }
        void operator()(const ShipmentArrived& arrived) const
        {
            auto& inFlight = stage.m_world.outside.inFlight;
            const auto found = std::ranges::find_if(
                inFlight, [&](const Shipment& other) { return sameShipment(other, arrived.shipment); });
            if (found != inFlight.end())
                inFlight.erase(found);
        }
        void operator()(const ChainState& state) const
        {
            SimulatedState& outside = stage.m_world.outside;
            if (state.lends)
                outside.lending.adopt(state.account);
            outside.lastOutput = state.lastOutput;
            outside.nonce = state.nonce;
        }
        void operator()(FundingRecord record) const
        {
            if (stage.m_record == nullptr)
                return;
            record.step = stage.m_record->currentStep();
            stage.m_record->add(record);
        }
        void operator()(const JournalEvent& event) const { stage.takeSettlement(event); }
        void operator()(const OrderUpdate&) const {} // the session's orders are its own
    };
    std::visit(Visitor{*this, report}, report.body);
}

//! What the models of a backtest do themselves when they settle.
void Stage::takeSettlement(const JournalEvent& event)
{
    note(event);
    if (event.kind == EventKind::Liquidation) {
        m_world.risk.markBreached(kExchanges[event.scope], m_changes); // told by the next refresh()
        interruptPlan(event.scope);
    } else if (event.kind == EventKind::LendingLiquidation) {
        m_world.risk.markLendingBreached(m_changes);
        interruptPlan(kBookScope);
    }
}

void Stage::takeOrderState(const Instruction& instruction, InstructionState state)
{
    if (isOnChain(instruction.body) || std::holds_alternative<Transfer>(instruction.body))
        return;
    auto& waiting = m_world.outside.waitingOrders;
    const auto found = std::ranges::find(waiting, instruction.id, &Instruction::id);
    if (isFinal(state) && found != waiting.end())
        waiting.erase(found);
    else if (state == InstructionState::Acknowledged && found == waiting.end())
        waiting.push_back(instruction);
}

} // namespace carry
