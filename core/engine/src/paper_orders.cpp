// SPDX-License-Identifier: GPL-3.0-or-later
// What becomes of requests at the paper venues.
#include "engine/paper_venues.h"

#include "stage.h"

#include <algorithm>

namespace carry
{
namespace
{

//! An order sent at a bar label still fills at that open if it arrives so much later.
constexpr Duration kOpenIsFresh = std::chrono::minutes{5};

bool isOrder(const InstructionBody& body)
{
    return std::holds_alternative<SpotTrade>(body) || std::holds_alternative<PerpTrade>(body);
}

Decimal quantityOf(const InstructionBody& body)
{
    if (const auto* spot = std::get_if<SpotTrade>(&body))
        return spot->quantity;
    return std::get<PerpTrade>(body).quantity;
}

Instruction withQuantity(Instruction instruction, Decimal quantity)
{
    if (auto* spot = std::get_if<SpotTrade>(&instruction.body))
        spot->quantity = quantity;
    else
        std::get<PerpTrade>(instruction.body).quantity = quantity;
    return instruction;
}

std::string attemptKey(const OrderRequest& request)
{
    return request.clientId + '#' + std::to_string(request.attempt);
}

ExecutionEvent eventOf(InstructionId id, InstructionState state, Time now)
{
    ExecutionEvent event;
    event.instruction = id;
    event.state = state;
    event.time = now;
    return event;
}

} // namespace

SimulationContext PaperVenues::context(bool open)
{
    return {m_world.books, m_world.outside, *m_setup.venues, *m_market, m_setup.legs, m_world.now, open};
}

void PaperVenues::place(const OrderRequest& request)
{
    const std::string key = attemptKey(request);
    if (!connected(request.stream) || m_draw.happens(m_faults.lostRequest, "lost", key))
        return;
    if (m_draw.happens(m_faults.rateLimited, "rate", key)) {
        send(m_world.now + m_draw.latency("answer", key),
             PlacementAnswer{request.stream, request.clientId, false, m_faults.retryAfter, request.attempt});
        return;
    }
    if (m_journal != nullptr && !m_journal->append({m_driven, request, {}, request.stream}))
        return; // a venue that cannot keep a request does not take it
    take(request);
}

void PaperVenues::take(const OrderRequest& request)
{
    const Duration latency = m_draw.latency("request", attemptKey(request));
    if (latency.count() > 0)
        m_arriving.push_back({m_world.now + latency, request});
    else
        arrive(request);
}

void PaperVenues::arrive(const OrderRequest& request)
{
    if (m_world.now > request.validUntil)
        return;
    const std::string key = attemptKey(request);
    m_silent = m_draw.happens(m_faults.lostAnswer, "answer lost", key);
    if (!m_silent)
        send(m_world.now + m_draw.latency("answer", key),
             PlacementAnswer{request.stream, request.clientId, true, {}, request.attempt});
    Order& order = m_orders[request.clientId];
    const bool isOpen = order.executions != 0 && !order.ended;
    if (!isOpen) { // an id is refused while an order of that id is open, and never otherwise
        order.request = request;
        order.ended = false;
        carryOut(order);
    }
    m_silent = false;
}

void PaperVenues::carryOut(Order& order)
{
    const OrderRequest& request = order.request;
    const Instruction& first = request.instructions.front();
    ++order.executions;
    if (m_draw.happens(m_faults.refused, "refused", attemptKey(request))) {
        EventQueue events;
        for (const Instruction& i : request.instructions) {
            events.push_back(eventOf(i.id, InstructionState::Rejected, m_world.now));
            events.back().error = Error(ErrorCode::CexRefused).with("venue", std::string(toText(request.stream)));
        }
        return reportOrder(order, std::move(events), request.stream);
    }
    if (isOrder(first.body) && openIsKnown(request) && m_draw.happens(m_faults.partial, "partial", request.clientId))
        return fillFirstPart(order);
    const std::vector<Shipment> before = m_world.outside.inFlight;
    SimulationContext present = context(openIsKnown(request));
    EventQueue events;
    if (request.atomic) {
        Group group;
        group.kind = GroupKind::Atomic;
        group.instructions = request.instructions;
        SimulatedChain(present).submitAtomic(group, events);
    } else if (std::holds_alternative<Transfer>(first.body)) {
        SimulatedTransfers(present).submit(first, events);
    } else if (isOnChain(first.body)) {
        SimulatedChain(present).submit(first, events);
    } else {
        SimulatedCex(present).submit(first, events);
    }
    for (const Shipment& shipment : m_world.outside.inFlight)
        if (std::ranges::none_of(before, [&](const Shipment& s) { return sameShipment(s, shipment); }))
            report(request.stream, ShipmentLeft{shipment});
    if (request.stream == Stream::Chain)
        reportChain();
    reportOrder(order, std::move(events), request.stream);
    settleFigures();
}

bool PaperVenues::openIsKnown(const OrderRequest& request) const
{
    if (m_atBarLabel)
        return true;
    return request.atOpen && m_lastLabel && m_world.now - *m_lastLabel <= kOpenIsFresh;
}

void PaperVenues::fillFirstPart(Order& order)
{
    constexpr int kDecimals = 8;
    const Instruction& whole = order.request.instructions.front();
    const Decimal quantity = quantityOf(whole.body);
    const double share = 0.2 + 0.6 * m_draw.uniform("part", order.request.clientId);
    const Decimal part = Decimal::fromDouble(quantity.toDouble() * share, kDecimals, Rounding::Down);
    SimulationContext present = context(/*open=*/true);
    EventQueue events;
    SimulatedCex(present).submit(withQuantity(whole, part), events);
    if (events.back().state == InstructionState::Confirmed) {
        events.back().state = InstructionState::PartiallyFilled;
        m_parts.push_back({m_world.now + m_faults.partAfter, order.request.clientId,
                           withQuantity(whole, quantity - part), part, events.back().price,
                           m_draw.happens(m_faults.cancelledRest, "rest", order.request.clientId)});
    }
    reportOrder(order, std::move(events), order.request.stream);
    settleFigures();
}

void PaperVenues::fillRest(const Part& part)
{
    Order& order = m_orders.at(part.clientId);
    EventQueue events;
    if (!part.cancelled) {
        SimulationContext present = context(/*open=*/true);
        SimulatedCex(present).submit(part.rest, events);
    }
    if (events.empty() || events.back().state != InstructionState::Confirmed) {
        events = {eventOf(part.rest.id, InstructionState::Cancelled, m_world.now)};
        events.back().quantity = part.filled;
        events.back().error = Error(ErrorCode::CexRestCancelled)
                                  .with("venue", std::string(toText(order.request.stream)))
                                  .with("found", part.filled.toString())
                                  .with("expected", (part.filled + quantityOf(part.rest.body)).toString());
    } else {
        const double first = part.filled.toDouble();
        const double second = events.back().quantity.toDouble();
        events.erase(events.begin(), events.end() - 1); // it was acknowledged with the first part
        events.back().price = (part.price * first + events.back().price * second) / (first + second);
        events.back().quantity += part.filled;
    }
    reportOrder(order, std::move(events), order.request.stream);
    settleFigures();
}

void PaperVenues::fillWaiting()
{
    EventQueue events;
    SimulationContext present = context(/*open=*/true);
    SimulatedCex(present).poll(events);
    for (const ExecutionEvent& event : events)
        if (Order* order = orderOf(event.instruction))
            reportOrder(*order, {event}, order->request.stream);
    if (!events.empty())
        settleFigures();
}

void PaperVenues::cancel(Stream stream, const std::string& clientId)
{
    if (!connected(stream))
        return;
    if (m_journal != nullptr && !m_journal->append({m_driven, std::nullopt, clientId, stream}))
        return;
    callBack(clientId);
}

void PaperVenues::callBack(const std::string& clientId)
{
    const auto found = m_orders.find(clientId);
    if (found == m_orders.end() || found->second.ended)
        return;
    Order& order = found->second;
    const Instruction& first = order.request.instructions.front();
    EventQueue events;
    const auto part = std::ranges::find(m_parts, clientId, &Part::clientId);
    if (part != m_parts.end()) {
        events.push_back(eventOf(first.id, InstructionState::Cancelled, m_world.now));
        events.back().quantity = part->filled;
        m_parts.erase(part);
    } else {
        SimulationContext present = context(/*open=*/false);
        SimulatedCex(present).cancel(first, events);
    }
    if (!events.empty())
        reportOrder(order, std::move(events), order.request.stream);
}

void PaperVenues::reportOrder(Order& order, EventQueue events, Stream stream)
{
    order.ended = std::ranges::all_of(order.request.instructions, [&](const Instruction& i) {
        return std::ranges::any_of(events,
                                   [&](const ExecutionEvent& e) { return e.instruction == i.id && isFinal(e.state); });
    });
    report(stream, OrderUpdate{order.request.clientId, std::move(events), order.ended});
}

void PaperVenues::reportChain()
{
    const SimulatedState& outside = m_world.outside;
    ChainState state{m_world.books.chart().chain().aave, {}, outside.lastOutput, outside.nonce};
    if (state.lends)
        state.account = outside.lending.account();
    report(Stream::Chain, std::move(state));
}

//! After the stage has booked what is due: who received it says so, and that the transfer is done.
void PaperVenues::reportArrivals(const std::vector<Shipment>& before)
{
    const auto& left = m_world.outside.inFlight;
    for (const Shipment& shipment : before) {
        if (std::ranges::any_of(left, [&](const Shipment& s) { return sameShipment(s, shipment); }))
            continue;
        const Stream receiver = streamOf(shipment.to);
        report(receiver, ShipmentArrived{shipment});
        const auto confirmed = std::ranges::find(m_world.arrived, shipment.instruction, &ExecutionEvent::instruction);
        if (confirmed == m_world.arrived.end())
            continue;
        if (Order* order = orderOf(shipment.instruction))
            reportOrder(*order, {*confirmed}, receiver);
    }
    m_world.arrived.clear();
}

PaperVenues::Order* PaperVenues::orderOf(InstructionId instruction)
{
    for (auto& [id, order] : m_orders)
        for (const Instruction& i : order.request.instructions)
            if (i.id == instruction)
                return &order;
    return nullptr;
}

} // namespace carry
