// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/outside.h"

#include "stage.h"

#include <algorithm>
#include <mutex>

namespace carry
{
namespace
{

constexpr std::array kStreams{Stream::Binance, Stream::Bybit, Stream::Okx, Stream::Chain};

} // namespace

struct Outside::Published {
    mutable std::mutex mutex;
    OutsideStatus status;
};

Outside::Outside(std::shared_ptr<VenueLink> link, OutsideRules rules, std::string session,
                 std::shared_ptr<SessionJournal> journal, SessionPast past)
    : m_link(std::move(link)), m_rules(rules), m_session(std::move(session)), m_journal(std::move(journal)),
      m_past(std::move(past)), m_live(m_past.empty()), m_published(std::make_shared<Published>())
{
}

OutsideStatus Outside::status() const
{
    const std::lock_guard lock(m_published->mutex);
    return m_published->status;
}

void Outside::measure()
{
    OutsideStatus status = m_counts;
    status.tolerance = m_rules.tolerance;
    for (const Stream stream : kStreams) {
        const StreamState& s = of(stream);
        status.connected[index(stream)] = s.connected;
        status.compared[index(stream)] = s.comparedAt;
        status.differences.insert(status.differences.end(), s.differences.begin(), s.differences.end());
    }
    for (const auto& [id, order] : m_orders) {
        ++status.openOrders;
        status.unknownOrders += order.state == State::Asking ? 1U : 0U;
    }
    status.replaying = !m_live;
    const std::lock_guard lock(m_published->mutex);
    m_published->status = std::move(status);
}

void Outside::attach(Stage& stage, World& world, RunRecord& record, ApprovalGate* gate)
{
    m_stage = &stage;
    m_world = &world;
    m_record = &record;
    m_gate = gate;
    stage.setOutside(this);
}

// ---- time

void Outside::advance(const MarketView& market, Duration elapsed, bool onTape, bool accrues)
{
    m_link->advance(market, m_world->now, elapsed, onTape, accrues);
    m_markStep = !onTape;
    m_follows = false;
    goLiveWhenDone();
}

void Outside::match(const MarketView& market, bool atBarLabel)
{
    m_atBarLabel = atBarLabel;
    m_link->match(market, atBarLabel);
}

void Outside::externalFlow(const Posting& posting)
{
    of(streamOf(m_world->books.chart(), posting)).flow = m_world->now;
    m_link->externalFlow(posting);
}

std::optional<Time> Outside::nextWake() const
{
    const Time now = m_world->now;
    std::optional<Time> next;
    const auto consider = [&](std::optional<Time> at) {
        if (at && (!next || *at < *next))
            next = std::max(*at, now + Duration{1});
    };
    for (const auto& [id, order] : m_orders)
        if (order.state != State::Open && m_streams[index(order.request.stream)].connected)
            consider(order.due);
    for (const StreamState& stream : m_streams)
        if (stream.connected)
            consider(stream.fetchDue);
    if (m_live)
        consider(m_link->nextMessage(now));
    else if (m_nextInput < m_past.inputs.size() && m_past.inputs[m_nextInput].time > now)
        consider(m_past.inputs[m_nextInput].time);
    return next;
}

void Outside::finish(EventQueue& events)
{
    if (std::exchange(m_finishing, true))
        return;
    for (StreamState& stream : m_streams)
        stream.compared.reset();
    m_reconcileDue = m_world->now;
    poll(events);
}

bool Outside::finished() const
{
    if (!m_live)
        return m_past.until == Time::max() && m_nextInput == m_past.inputs.size(); // never goes live
    const auto next = m_link->nextMessage(m_world->now);
    if (next && *next <= m_world->now + m_rules.answerWithin)
        return false; // an order may have been filled already
    const auto unanswered = [](const auto& entry) { return entry.second.state != State::Open; };
    const auto behind = [](const StreamState& s) {
        return !s.connected || s.fetchDue || !s.ahead.empty() || s.compared != s.known;
    };
    return std::ranges::none_of(m_orders, unanswered) && std::ranges::none_of(m_streams, behind);
}

// ---- what is sent

void Outside::submit(const Instruction& instruction, EventQueue& events)
{
    OrderRequest request;
    request.stream = streamOf(instruction.body);
    request.instructions.push_back(instruction);
    hand(std::move(request), events);
}

void Outside::submitAtomic(const Group& group, EventQueue& events)
{
    OrderRequest request;
    request.stream = Stream::Chain;
    request.instructions = group.instructions;
    request.atomic = true;
    hand(std::move(request), events);
}

void Outside::hand(OrderRequest request, EventQueue& events)
{
    request.clientId = m_session + '-' + std::to_string(request.instructions.front().id);
    request.atOpen = m_atBarLabel || m_follows;
    request.attempt = 0;
    Order order;
    order.due = m_world->now;
    order.states.assign(request.instructions.size(), InstructionState::Submitted);
    order.request = std::move(request);
    Order& kept = m_orders[order.request.clientId] = std::move(order);
    if (of(kept.request.stream).connected)
        send(kept, events);
    else
        kept.waited = true;
    poll(events);
}

void Outside::send(Order& order, EventQueue& events)
{
    OrderRequest& request = order.request;
    const bool again = request.attempt != 0;
    if ((again || order.waited) && m_gate != nullptr && m_world->plan.open())
        if (auto allowed = m_gate->beforeResend(*m_world->plan.plan, request.instructions); !allowed) {
            tellAll(order, again ? InstructionState::Failed : InstructionState::Rejected, allowed.error(), events);
            order.state = State::Done;
            return;
        }
    ++request.attempt;
    request.sent = m_world->now;
    request.validUntil = m_world->now + m_rules.validFor;
    if (again) {
        ++m_counts.resent;
        note(EventKind::OrderResent, request.stream,
             {static_cast<double>(request.attempt), static_cast<double>(request.instructions.front().id)});
    }
    if (!keep({m_world->now, false, request})) {
        tellAll(order, again ? InstructionState::Failed : InstructionState::Rejected, m_fault, events);
        order.state = State::Done;
        return;
    }
    order.state = State::Sent;
    order.due = m_world->now + m_rules.answerWithin;
    if (m_live)
        m_link->place(request);
}

//! Nothing leaves that the journal does not have. While the past is computed again it has it already.
bool Outside::keep(const Intent& intent)
{
    if (!m_live)
        replayResumption();
    if (!m_live && m_nextIntent < m_past.intents.size()) {
        const Intent& then = m_past.intents[m_nextIntent++];
        ++m_intents;
        if (then.cancel == intent.cancel && then.time == intent.time &&
            then.request.clientId == intent.request.clientId && then.request.attempt == intent.request.attempt)
            return true;
        m_fault = Error(ErrorCode::EngineJournal)
                      .with("time", formatIso(intent.time))
                      .with("found", intent.request.clientId)
                      .with("expected", then.request.clientId);
        return false;
    }
    if (!m_live)
        goLive();
    ++m_intents;
    if (m_journal == nullptr)
        return true;
    if (auto kept = m_journal->intend(intent); !kept) {
        m_fault = kept.error();
        return false;
    }
    return true;
}

void Outside::cancel(const Instruction& instruction, EventQueue& events)
{
    const auto found = std::ranges::find_if(m_orders, [&](const auto& entry) {
        return std::ranges::any_of(entry.second.request.instructions,
                                   [&](const Instruction& i) { return i.id == instruction.id; });
    });
    if (found == m_orders.end())
        return;
    Order& order = found->second;
    if (order.state == State::Queued) { // the venue has none, and will not
        tellAll(order, InstructionState::Cancelled, std::nullopt, events);
        order.state = State::Done;
        return;
    }
    if (order.state == State::Done)
        return;
    callBack(order);
    poll(events);
}

void Outside::callBack(Order& order)
{
    order.unwanted = true;
    if (!keep({m_world->now, true, order.request}))
        return;
    m_asked = true;
    if (m_live)
        m_link->cancel(order.request.stream, order.request.clientId);
}

// ---- what comes

std::vector<VenueMessage> Outside::messages()
{
    ++m_polls;
    if (!m_live) {
        if (m_nextInput < m_past.inputs.size() && m_past.inputs[m_nextInput].poll == m_polls)
            return m_past.inputs[m_nextInput++].messages;
        return {};
    }
    const Time now = m_world->now;
    SessionInput input{m_polls, m_intents, now, m_link->poll(now)};
    if (m_journal != nullptr && (!input.messages.empty() || std::exchange(m_markStep, false)))
        if (auto kept = m_journal->append(input); !kept)
            m_fault = kept.error();
    return std::move(input.messages);
}

void Outside::poll(EventQueue& events)
{
    do {
        m_asked = false;
        for (const VenueMessage& message : messages())
            std::visit([&](const auto& m) { answerTo(m, events); }, message);
        actOnDue(events);
    } while (m_asked);
    std::erase_if(m_orders, [](const auto& entry) { return entry.second.state == State::Done; });
}

void Outside::actOnDue(EventQueue& events)
{
    const Time now = m_world->now;
    for (auto& [id, order] : m_orders) {
        if (order.state == State::Open || order.state == State::Done || order.due > now)
            continue;
        const Stream stream = order.request.stream;
        if (order.state == State::Sent) {
            order.state = State::Asking;
            order.due = std::max(now, order.request.validUntil + Duration{1});
            tellAll(order, InstructionState::Unknown, std::nullopt, events);
        }
        if (order.due > now || !of(stream).connected)
            continue;
        m_asked = true;
        if (order.state == State::Queued) {
            send(order, events);
        } else {
            order.due = now + m_rules.askEvery;
            ++m_counts.queries;
            if (m_live)
                m_link->query(stream, id);
        }
    }
    for (const Stream stream : kStreams)
        if (StreamState& s = of(stream); s.connected && s.fetchDue && *s.fetchDue <= now)
            fetch(stream);
    const bool flows = std::ranges::any_of(m_streams, [&](const StreamState& s) { return s.flow == now; });
    if (m_reconcileDue <= now && !flows) { // what is asked in the moment of a flow may be of before it
        m_reconcileDue = now + m_rules.reconcileEvery;
        for (const Stream stream : kStreams)
            askBalances(stream);
    }
}

void Outside::askBalances(Stream stream)
{
    if (!of(stream).connected)
        return;
    m_asked = true;
    if (m_live)
        m_link->askBalances(stream);
}

void Outside::fetch(Stream stream)
{
    m_asked = true;
    of(stream).fetchDue = m_world->now + m_rules.askEvery;
    if (m_live)
        m_link->fetch(stream, of(stream).known);
}

// ---- balances that differ

bool Outside::differs() const
{
    return std::ranges::any_of(m_streams, [](const StreamState& s) { return !s.differences.empty(); });
}

std::vector<BalanceDifference> Outside::differences() const
{
    std::vector<BalanceDifference> all;
    for (const StreamState& stream : m_streams)
        all.insert(all.end(), stream.differences.begin(), stream.differences.end());
    return all;
}

std::vector<Posting> Outside::adoptBalances()
{
    std::vector<Posting> out;
    const ChartOfAccounts& chart = m_world->books.chart();
    for (StreamState& stream : m_streams) {
        for (const BalanceDifference& d : stream.differences) {
            const Account& account = chart.at(d.account);
            for (std::size_t i = 0; i < chart.size(); ++i)
                if (const Account& other = chart.at(static_cast<AccountId>(i));
                    !other.own() && other.asset == account.asset && other.unit == account.unit) {
                    out.push_back({static_cast<AccountId>(i), d.account, Cause::External, 0, d.theirs - d.ours});
                    break;
                }
        }
        stream.differences.clear();
    }
    for (const Posting& posting : out)
        m_world->books.post(posting);
    return out;
}

// ---- resuming

//! Earlier resumptions are part of the past: what they did then is done again. Several where one was cut short.
void Outside::replayResumption()
{
    while (m_nextInput < m_past.inputs.size()) {
        const SessionInput& next = m_past.inputs[m_nextInput];
        if (next.messages.size() != 1 || next.poll != m_polls + 1 || next.intents != m_intents)
            return;
        const auto* resumed = std::get_if<SessionResumed>(&next.messages.front());
        if (resumed == nullptr)
            return;
        ++m_nextInput;
        ++m_polls;
        resume(*resumed);
    }
}

void Outside::goLiveWhenDone()
{
    if (!m_live)
        replayResumption();
    if (!m_live && m_nextInput == m_past.inputs.size() && m_nextIntent == m_past.intents.size() &&
        m_world->now > m_past.until && m_record->committed() >= m_past.steps)
        goLive();
}

Time Outside::pastUntil() const
{
    Time until = m_past.until;
    if (!m_past.intents.empty())
        until = std::max(until, m_past.intents.back().time);
    if (!m_past.inputs.empty())
        until = std::max(until, m_past.inputs.back().time);
    return until;
}

void Outside::goLive()
{
    m_live = true;
    (void)m_link->poll(m_world->now); // what was under way to a session that is no more
    SessionResumed resumed;
    for (const Stream stream : kStreams)
        resumed.connected[index(stream)] = m_link->connected(stream);
    ++m_polls;
    if (m_journal != nullptr)
        if (auto kept = m_journal->append({m_polls, m_intents, m_world->now, {resumed}}); !kept)
            m_fault = kept.error();
    resume(resumed);
}

void Outside::resume(const SessionResumed& resumed)
{
    double open = 0;
    for (auto& [id, order] : m_orders)
        open += order.state == State::Queued ? 0 : 1;
    note(EventKind::Resumed, Stream::Chain, {open});
    for (const Stream stream : kStreams) {
        of(stream).connected = resumed.connected[index(stream)];
        of(stream).fetchDue.reset();
        if (of(stream).connected)
            reconnect(stream);
    }
}

} // namespace carry
