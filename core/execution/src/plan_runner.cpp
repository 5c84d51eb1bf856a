// SPDX-License-Identifier: GPL-3.0-or-later
#include "execution/plan_runner.h"

#include <algorithm>
#include <stdexcept>

namespace carry
{

using enum InstructionState;

namespace
{

//! What the gate let go of while the rest of the plan goes on; no failure.
bool isLeftOut(InstructionState state)
{
    return state == Denied || state == Expired;
}

//! On its way or at the venue.
bool isRecallable(InstructionState state)
{
    return state == Submitted || state == Acknowledged || state == PartiallyFilled || state == Unknown;
}

ExecutionEvent stateEvent(InstructionId id, InstructionState state, Time now)
{
    ExecutionEvent event;
    event.instruction = id;
    event.state = state;
    event.time = now;
    return event;
}

} // namespace

std::string_view toText(PlanOutcome outcome)
{
    constexpr std::array<std::string_view, 6> kText{"open", "completed", "failed", "denied", "expired", "withdrawn"};
    return kText[static_cast<std::size_t>(outcome)];
}

PlanProgress PlanProgress::start(std::shared_ptr<const Plan> plan)
{
    PlanProgress progress;
    progress.states.assign(plan->instructionCount(), Planned);
    progress.position.assign(plan->phases.front().groups.size(), 0);
    progress.plan = std::move(plan);
    return progress;
}

PlanOutcome PlanRunner::advance(Time now, EventQueue& events)
{
    if (!m_progress.approved)
        if (const auto ended = review(now))
            return *ended;
    take(events);
    recallSent(events);
    for (;;) {
        const bool submitted = !stopped() && submitReady(now, events);
        if (submitted) {
            take(events);
            continue;
        }
        if (stopped()) {
            if (anyUnderWay())
                return PlanOutcome::Open; // what was sent cannot be called back; wait for it
            endRest(now, Cancelled);
            return PlanOutcome::Failed;
        }
        if (!phaseConfirmed())
            return PlanOutcome::Open;
        if (m_progress.phase + 1 == m_progress.plan->phases.size())
            return anyAwaiting() ? PlanOutcome::Open : PlanOutcome::Completed;
        ++m_progress.phase;
        m_progress.position.assign(m_progress.plan->phases[m_progress.phase].groups.size(), 0);
    }
}

//! Nothing: the plan may go on, as a whole or in part.
std::optional<PlanOutcome> PlanRunner::review(Time now)
{
    using Verdict = ApprovalGate::Verdict;
    switch (m_gate.review(*m_progress.plan)) {
    case Verdict::Waiting:
        if (m_progress.interrupted)
            return end(now, Cancelled, PlanOutcome::Withdrawn);
        hold(now, /*all=*/true);
        return PlanOutcome::Open;
    case Verdict::Partly:
        hold(now, /*all=*/false);
        release(now, /*all=*/false);
        return std::nullopt;
    case Verdict::Denied:
        return end(now, Denied, PlanOutcome::Denied);
    case Verdict::Expired:
        return end(now, Expired, PlanOutcome::Expired);
    case Verdict::Withdrawn:
        return end(now, anySent() ? Denied : Cancelled, PlanOutcome::Withdrawn);
    case Verdict::Approved:
        release(now, /*all=*/true);
        break;
    }
    m_progress.approved = true;
    return std::nullopt;
}

//! Of a plan that is partly under way only the rest ends, and what was approved goes on.
std::optional<PlanOutcome> PlanRunner::end(Time now, InstructionState state, PlanOutcome outcome)
{
    if (!anySent()) {
        endRest(now, state);
        return outcome;
    }
    for (std::size_t i = 0; i < m_progress.states.size(); ++i)
        if (m_progress.states[i] == AwaitingApproval)
            apply(stateEvent(static_cast<InstructionId>(m_progress.firstId() + i), state, now));
    m_progress.approved = true;
    return std::nullopt;
}

void PlanRunner::hold(Time now, bool all)
{
    for (std::size_t p = 0; p < m_progress.plan->phases.size(); ++p) {
        const Phase& phase = m_progress.plan->phases[p];
        for (std::size_t g = 0; g < phase.groups.size(); ++g)
            for (const Instruction& i : phase.groups[g].instructions)
                if (m_progress.state(i.id) == Planned && (all || !m_gate.isApproved(p, g)))
                    apply(stateEvent(i.id, AwaitingApproval, now));
    }
}

//! What was held and is approved now may be sent.
void PlanRunner::release(Time now, bool all)
{
    bool released = false;
    for (std::size_t p = 0; p < m_progress.plan->phases.size(); ++p) {
        const Phase& phase = m_progress.plan->phases[p];
        for (std::size_t g = 0; g < phase.groups.size(); ++g) {
            if (!all && !m_gate.isApproved(p, g))
                continue;
            for (const Instruction& i : phase.groups[g].instructions)
                if (m_progress.state(i.id) == AwaitingApproval) {
                    apply(stateEvent(i.id, Planned, now));
                    released = true;
                }
        }
    }
    if (!released)
        return;
    m_progress.phase = 0; // a group that was approved late begins with its own first phase
    m_progress.position.assign(m_progress.plan->phases.front().groups.size(), 0);
}

void PlanRunner::recallSent(EventQueue& events)
{
    if (!m_progress.recall)
        return;
    m_progress.recall = false;
    for (const Phase& phase : m_progress.plan->phases)
        for (const Group& group : phase.groups)
            for (const Instruction& i : group.instructions)
                if (isRecallable(m_progress.state(i.id)))
                    m_interfaces.forInstruction(i).cancel(i, events);
    take(events);
}

bool PlanRunner::refuse(std::span<const Instruction> instructions, const Error& error, Time now)
{
    m_progress.refused = true;
    for (const Instruction& i : instructions) {
        ExecutionEvent event = stateEvent(i.id, Denied, now);
        event.error = error;
        apply(event);
    }
    return false;
}

void PlanRunner::apply(const ExecutionEvent& event)
{
    InstructionState& state = m_progress.state(event.instruction);
    const InstructionState from = state;
    if (!isAllowed(from, event.state))
        throw std::logic_error("instruction state machine: transition not allowed");
    state = event.state;
    m_observer.onTransition(event.instruction, from, event);
}

void PlanRunner::take(EventQueue& events)
{
    for (std::size_t i = 0; i < events.size(); ++i)
        if (m_progress.has(events[i].instruction)) // a simulator also tells of what an earlier plan left
            apply(events[i]);
    events.clear();
}

bool PlanRunner::submitReady(Time now, EventQueue& events)
{
    const Phase& phase = m_progress.plan->phases[m_progress.phase];
    for (std::size_t g = 0; g < phase.groups.size(); ++g) {
        const Group& group = phase.groups[g];
        std::size_t& at = m_progress.position[g];
        while (at < group.instructions.size() && m_progress.state(group.instructions[at].id) == Confirmed)
            ++at;
        if (at == group.instructions.size())
            continue;
        const Instruction& next = group.instructions[at];
        if (m_progress.state(next.id) != Planned)
            continue;
        const bool atomic = group.kind == GroupKind::Atomic;
        const std::span<const Instruction> leaving(&next, atomic ? group.instructions.size() : 1);
        if (auto allowed = m_gate.beforeSend(*m_progress.plan, leaving); !allowed)
            return refuse(leaving, allowed.error(), now);
        if (atomic) {
            for (const Instruction& i : group.instructions)
                apply(stateEvent(i.id, Submitted, now));
            m_interfaces.chain.submitAtomic(group, events);
            return true;
        }
        apply(stateEvent(next.id, Submitted, now));
        m_interfaces.forInstruction(next).submit(next, events);
        return true; // answers first: exposure and risk are refreshed after every instruction
    }
    return false;
}

bool PlanRunner::phaseConfirmed() const
{
    const Phase& phase = m_progress.plan->phases[m_progress.phase];
    for (const Group& group : phase.groups)
        for (const Instruction& i : group.instructions)
            if (const InstructionState s = m_progress.states[i.id - m_progress.firstId()];
                s != Confirmed && s != AwaitingApproval && !isLeftOut(s))
                return false;
    return true;
}

bool PlanRunner::anyFailed() const
{
    for (const InstructionState state : m_progress.states)
        if (isFinal(state) && state != Confirmed && !isLeftOut(state))
            return true;
    return false;
}

bool PlanRunner::anySent() const
{
    for (const InstructionState state : m_progress.states)
        if (state != Planned && state != AwaitingApproval && !isLeftOut(state))
            return true;
    return false;
}

bool PlanRunner::anyAwaiting() const
{
    return std::ranges::find(m_progress.states, AwaitingApproval) != m_progress.states.end();
}

bool PlanRunner::anyUnderWay() const
{
    for (const InstructionState state : m_progress.states)
        if (!isFinal(state) && state != Planned && state != AwaitingApproval)
            return true;
    return false;
}

void PlanRunner::endRest(Time now, InstructionState state)
{
    for (const Phase& phase : m_progress.plan->phases)
        for (const Group& group : phase.groups)
            for (const Instruction& i : group.instructions)
                if (const InstructionState s = m_progress.state(i.id); s == Planned || s == AwaitingApproval)
                    apply(stateEvent(i.id, state, now));
}

} // namespace carry
