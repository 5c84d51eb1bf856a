// SPDX-License-Identifier: GPL-3.0-or-later
// What venues answer and report, and what the plan runner is told of it.
#include "engine/outside.h"

#include "stage.h"

#include <algorithm>
#include <cmath>

namespace carry
{
namespace
{

ExecutionEvent eventOf(InstructionId id, InstructionState state, Time now)
{
    ExecutionEvent event;
    event.instruction = id;
    event.state = state;
    event.time = now;
    return event;
}

//! Whether the order was done at a bar's open: a trade always is, everything else if it was sent at one and done at
//! once, not where a transfer arrives later.
bool isOfAnOpen(const OrderRequest& request, const OrderUpdate& update)
{
    if (update.events.empty() || update.events.back().state != InstructionState::Confirmed)
        return false;
    const InstructionBody& body = request.instructions.front().body;
    if (std::holds_alternative<SpotTrade>(body) || std::holds_alternative<PerpTrade>(body))
        return true;
    return request.atOpen && update.events.front().state != InstructionState::Confirmed;
}

} // namespace

// ---- what comes

void Outside::answerTo(const AccountReport& report, EventQueue& events)
{
    StreamState& stream = of(report.stream);
    if (report.sequence <= stream.known) {
        ++m_counts.repeated;
        return;
    }
    if (report.sequence > stream.known + 1) {
        stream.ahead.emplace(report.sequence, report);
        if (!stream.fetchDue) {
            ++m_counts.gaps;
            fetch(report.stream);
        }
        return;
    }
    apply(report, events);
    for (auto next = stream.ahead.begin(); next != stream.ahead.end() && next->first <= stream.known + 1;
         next = stream.ahead.erase(next))
        if (next->first == stream.known + 1)
            apply(next->second, events);
    if (stream.ahead.empty())
        stream.fetchDue.reset();
}

void Outside::apply(const AccountReport& report, EventQueue& events)
{
    of(report.stream).known = report.sequence;
    ++m_counts.reports;
    const auto* update = std::get_if<OrderUpdate>(&report.body);
    if (update == nullptr) {
        if (!passed(report))
            m_stage->take(report);
        return;
    }
    const auto found = m_orders.find(update->clientId);
    if (found == m_orders.end())
        return; // its instruction has ended for us
    Order& order = found->second;
    order.state = State::Open;
    m_follows = m_follows || isOfAnOpen(order.request, *update);
    for (const ExecutionEvent& event : update->events)
        tell(order, event, events);
    if (std::ranges::all_of(order.states, isFinal))
        order.state = State::Done;
    else if (order.unwanted) // it arrived behind its cancel
        callBack(order);
}

//! Two venues tell of a transfer, each in its own time: what has arrived before it left is not in flight any more.
bool Outside::passed(const AccountReport& report)
{
    const auto in = [](std::vector<Shipment>& list, const Shipment& shipment) {
        return std::ranges::find_if(list, [&](const Shipment& other) { return sameShipment(other, shipment); });
    };
    if (const auto* left = std::get_if<ShipmentLeft>(&report.body)) {
        const auto early = in(m_early, left->shipment);
        if (early == m_early.end())
            return false;
        m_early.erase(early);
        return true;
    }
    const auto* arrived = std::get_if<ShipmentArrived>(&report.body);
    auto& inFlight = m_world->outside.inFlight;
    if (arrived == nullptr || in(inFlight, arrived->shipment) != inFlight.end())
        return false;
    m_early.push_back(arrived->shipment);
    return true;
}

void Outside::answerTo(const PlacementAnswer& answer, EventQueue& events)
{
    const auto found = m_orders.find(answer.clientId);
    if (found == m_orders.end() || found->second.state != State::Sent)
        return;
    Order& order = found->second;
    if (answer.attempt != 0 && answer.attempt != order.request.attempt)
        return; // late, of an attempt that was given up
    if (answer.taken) {
        order.state = State::Open;
        if (order.unwanted) // it arrived behind its cancel
            callBack(order);
        return;
    }
    if (order.unwanted) { // never taken
        tellAll(order, InstructionState::Cancelled, std::nullopt, events);
        order.state = State::Done;
        return;
    }
    order.state = State::Queued;
    order.due = m_world->now + answer.retryAfter;
}

void Outside::answerTo(const QueryAnswer& answer, EventQueue& events)
{
    const auto found = m_orders.find(answer.clientId);
    if (found == m_orders.end() || found->second.state != State::Asking)
        return;
    Order& order = found->second;
    if (answer.exists) {
        order.state = State::Open;
        if (answer.sequence > of(answer.stream).known)
            fetch(answer.stream);
        if (order.unwanted) // the cancel was lost, or the venue would say that it has ended
            callBack(order);
        return;
    }
    if (answer.asked <= order.request.validUntil)
        return;           // asked before this attempt was over: it says nothing about it
    if (order.unwanted) { // asked later than it was valid: it will never exist
        tellAll(order, InstructionState::Cancelled, std::nullopt, events);
        order.state = State::Done;
        return;
    }
    if (order.request.attempt >= m_rules.attempts) {
        tellAll(order, InstructionState::Failed,
                Error(ErrorCode::CexNoAnswer)
                    .with("venue", std::string(toText(answer.stream)))
                    .with("found", std::int64_t{order.request.attempt}),
                events);
        order.state = State::Done;
        return;
    }
    order.state = State::Queued; // asked later than it was valid: it will never exist
    order.due = m_world->now;
}

void Outside::answerTo(const FetchAnswer& answer, EventQueue&)
{
    StreamState& stream = of(answer.stream);
    if (stream.known >= answer.sequence && stream.ahead.empty())
        stream.fetchDue.reset();
}

void Outside::answerTo(const ConnectionChange& change, EventQueue&)
{
    of(change.stream).connected = change.connected;
    note(EventKind::Connection, change.stream, {change.connected ? 1.0 : 0.0});
    if (change.connected)
        reconnect(change.stream);
}

//! What came while nobody listened is fetched, and every order is asked for.
void Outside::reconnect(Stream stream)
{
    fetch(stream);
    askBalances(stream);
    for (auto& [id, order] : m_orders)
        if (order.request.stream == stream && (order.state == State::Sent || order.state == State::Open)) {
            order.state = State::Asking;
            order.due = std::max(m_world->now, order.request.validUntil + Duration{1});
        }
}

void Outside::answerTo(const BalanceAnswer& answer, EventQueue&)
{
    StreamState& stream = of(answer.stream);
    if (answer.sequence > stream.known && !stream.fetchDue)
        fetch(answer.stream);
    if (answer.sequence != stream.known || (stream.flow && answer.time <= *stream.flow))
        return; // of another moment than ours
    ++m_counts.reconciliations;
    stream.compared = stream.known;
    stream.comparedAt = m_world->now;
    std::vector<BalanceDifference> differences;
    for (const auto& [account, theirs] : answer.balances) {
        const Decimal ours = m_world->books.balance(account);
        if (std::abs((theirs - ours).toDouble()) > m_rules.tolerance)
            differences.push_back({account, ours, theirs});
    }
    if (std::exchange(stream.differences, differences) == differences)
        return;
    double value = 0;
    for (const BalanceDifference& d : differences)
        value += std::abs((d.theirs - d.ours).toDouble() * m_world->books.price(d.account));
    note(EventKind::Reconciliation, answer.stream, {static_cast<double>(stream.differences.size()), value});
}

// ---- answers to the plan runner

void Outside::tell(Order& order, ExecutionEvent event, EventQueue& events)
{
    const auto& instructions = order.request.instructions;
    const auto of = std::ranges::find(instructions, event.instruction, &Instruction::id);
    if (of == instructions.end())
        return;
    InstructionState& state = order.states[static_cast<std::size_t>(of - instructions.begin())];
    if (!isAllowed(state, event.state))
        return; // told before
    state = event.state;
    event.time = m_world->now;
    m_stage->takeOrderState(*of, event.state);
    const PlanProgress& plan = m_world->plan;
    if (plan.open() && event.instruction >= plan.firstId() && event.instruction - plan.firstId() < plan.states.size())
        events.push_back(std::move(event));
}

void Outside::tellAll(Order& order, InstructionState state, const std::optional<Error>& error, EventQueue& events)
{
    for (std::size_t i = 0; i < order.states.size(); ++i) {
        if (isFinal(order.states[i]))
            continue;
        ExecutionEvent event = eventOf(order.request.instructions[i].id, state, m_world->now);
        event.error = error;
        tell(order, std::move(event), events);
    }
}

void Outside::note(EventKind kind, Stream stream, std::array<double, 4> numbers)
{
    JournalEvent event;
    event.kind = kind;
    event.a = static_cast<std::uint8_t>(stream);
    event.scope = kBookScope;
    event.numbers = numbers;
    m_stage->note(event);
}

} // namespace carry
