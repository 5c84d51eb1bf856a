// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "execution/interfaces.h"

#include <memory>
#include <optional>
#include <span>

namespace carry
{

//! Decides whether a plan may be carried out. The automatic gate of a backtest approves everything; one that asks a
//! person answers later.
class ApprovalGate
{
  public:
    enum class Verdict : std::uint8_t {
        Approved,  //!< for good: it is not asked again
        Denied,    //!< what was not sent ends as Denied
        Waiting,   //!< every instruction awaits approval
        Partly,    //!< the groups for which isApproved() says so may go, the others await approval
        Expired,   //!< what was not sent ends as Expired
        Withdrawn, //!< postponed or replaced: what was not sent ends as Cancelled
    };
    virtual ~ApprovalGate() = default;
    virtual Verdict review(const Plan& plan) = 0;
    //! Of a plan that is approved in part.
    virtual bool isApproved(std::size_t /*phase*/, std::size_t /*group*/) const { return true; }
    //! Asked right before instructions leave, with all of an atomic group or with one. On an error they are not sent,
    //! and nothing more of the plan is.
    virtual Result<void> beforeSend(const Plan& /*plan*/, std::span<const Instruction> /*instructions*/) { return {}; }
    //! Asked before what was let go already leaves late or once more.
    virtual Result<void> beforeResend(const Plan& /*plan*/, std::span<const Instruction> /*instructions*/)
    {
        return {};
    }
};

class AutomaticGate final : public ApprovalGate
{
  public:
    Verdict review(const Plan&) override { return Verdict::Approved; }
};

//! How far an open plan has come; part of the World.
struct PlanProgress {
    std::shared_ptr<const Plan> plan;
    std::size_t phase = 0;
    std::vector<std::size_t> position;    //!< per group of the phase: the instruction that is under way
    std::vector<InstructionState> states; //!< per instruction, by id - first id
    bool approved = false;
    bool interrupted = false; //!< risk or a person wants it to end: nothing more is sent
    bool refused = false;     //!< the gate stopped an instruction right before it left: likewise
    bool recall = false;      //!< what was sent is to be called back where that is possible; taken once

    bool open() const { return plan != nullptr; }
    InstructionId firstId() const { return plan->phases.front().groups.front().instructions.front().id; }
    bool has(InstructionId id) const { return id >= firstId() && id - firstId() < states.size(); }
    InstructionState& state(InstructionId id) { return states[id - firstId()]; }
    static PlanProgress start(std::shared_ptr<const Plan> plan);
};

//! Stored in databases: append only. Denied, Expired and Withdrawn: nothing of it was sent.
enum class PlanOutcome : std::uint8_t { Open = 0, Completed = 1, Failed = 2, Denied = 3, Expired = 4, Withdrawn = 5 };
std::string_view toText(PlanOutcome outcome);

//! Told of every transition, after the state changed and its ledger entries were posted: when an instruction ended this
//! is the place to refresh exposure and risk.
class TransitionObserver
{
  public:
    virtual ~TransitionObserver() = default;
    virtual void onTransition(InstructionId id, InstructionState from, const ExecutionEvent& event) = 0;
};

//! Carries a plan forward as far as the present allows: submits what may start, takes answers from the queue.
class PlanRunner
{
  public:
    PlanRunner(PlanProgress& progress, const ExecutionInterfaces& interfaces, ApprovalGate& gate,
               TransitionObserver& observer)
        : m_progress(progress), m_interfaces(interfaces), m_gate(gate), m_observer(observer)
    {
    }

    //! `events` holds what arrived before; it is empty afterwards.
    PlanOutcome advance(Time now, EventQueue& events);

  private:
    std::optional<PlanOutcome> review(Time now);
    std::optional<PlanOutcome> end(Time now, InstructionState state, PlanOutcome outcome);
    void hold(Time now, bool all);
    void release(Time now, bool all);
    void recallSent(EventQueue& events);
    bool refuse(std::span<const Instruction> instructions, const Error& error, Time now);
    bool anySent() const;
    bool anyAwaiting() const;
    void take(EventQueue& events);
    bool submitReady(Time now, EventQueue& events);
    bool phaseConfirmed() const;
    bool anyFailed() const;
    bool anyUnderWay() const;
    void endRest(Time now, InstructionState state);
    bool stopped() const { return m_progress.interrupted || m_progress.refused || anyFailed(); }
    void apply(const ExecutionEvent& event);

    PlanProgress& m_progress;
    const ExecutionInterfaces& m_interfaces;
    ApprovalGate& m_gate;
    TransitionObserver& m_observer;
};

} // namespace carry
