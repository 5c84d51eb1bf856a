// SPDX-License-Identifier: GPL-3.0-or-later
#include "execution/plan_runner.h"

#include <stdexcept>

namespace carry
{

using enum InstructionState;

namespace
{

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
    constexpr std::array<std::string_view, 4> kText{"open", "completed", "failed", "denied"};
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
    if (!m_progress.approved) {
        switch (m_gate.review(*m_progress.plan)) {
        case ApprovalGate::Verdict::Waiting:
            return PlanOutcome::Open;
        case ApprovalGate::Verdict::Denied:
            endRest(now, Denied);
            return PlanOutcome::Denied;
        case ApprovalGate::Verdict::Approved:
            m_progress.approved = true;
            break;
        }
    }
    take(events);
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
        if (++m_progress.phase == m_progress.plan->phases.size())
            return PlanOutcome::Completed;
        m_progress.position.assign(m_progress.plan->phases[m_progress.phase].groups.size(), 0);
    }
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
        if (group.kind == GroupKind::Atomic) {
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
            if (m_progress.states[i.id - m_progress.firstId()] != Confirmed)
                return false;
    return true;
}

bool PlanRunner::anyFailed() const
{
    for (const InstructionState state : m_progress.states)
        if (isFinal(state) && state != Confirmed)
            return true;
    return false;
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
                if (m_progress.state(i.id) == Planned)
                    apply(stateEvent(i.id, state, now));
}

} // namespace carry
