// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "desk/stress.h"
#include "engine/gate.h"
#include "support/driven_run.h"

namespace carry::test
{

//! A run whose plans pass a gate; what the gate tells is kept.
struct GatedRun {
    RunConfiguration configuration;
    std::shared_ptr<RunRecord> record;
    std::shared_ptr<Gate> gate;
    std::unique_ptr<Engine> engine;
    std::shared_ptr<std::vector<GateEvent>> told = std::make_shared<std::vector<GateEvent>>();
    std::shared_ptr<bool> listenerFails = std::make_shared<bool>(false);

    GatedRun(const RunConfiguration& c, const MarketData& data, GatePolicy policy, PreTradeLimits limits = {},
             const std::function<void(RunSetup&)>& change = {})
        : configuration(c)
    {
        auto setup = prepareRun(configuration, data, {});
        if (!setup)
            qFatal("%s", describe(setup.error()).c_str());
        if (change)
            change(*setup);
        record = std::make_shared<RunRecord>(describeRun(configuration, *setup, data, "test"));
        gate = std::make_shared<Gate>(GateSetup{policy, limits, stressRules(configuration).value()},
                                      [kept = told, fails = listenerFails](const GateEvent& event) -> Result<void> {
                                          if (*fails)
                                              return fail(Error(ErrorCode::StoreWrite).with("file", "audit"));
                                          kept->push_back(event);
                                          return {};
                                      });
        engine = std::make_unique<Engine>(std::move(*setup), record, gate);
    }

    bool step()
    {
        const auto more = engine->step();
        if (!more)
            qFatal("%s", describe(more.error()).c_str());
        return *more;
    }
    //! Until a proposal awaits approval; false: the run ended first.
    bool stepToProposal()
    {
        while (step())
            if (gate->open())
                return true;
        return false;
    }
    void finish()
    {
        while (step()) {
        }
    }
    Time now() const { return engine->world().now; }
    //! A command about the open proposal.
    GateCommand about(GateCommand::Kind kind, const std::string& user = "ann", Duration later = std::chrono::minutes{1})
    {
        GateCommand command;
        command.kind = kind;
        command.at = now() + later;
        command.user = user;
        if (const auto proposal = gate->open()) {
            command.proposal = proposal->number;
            command.hash = proposal->hash;
        }
        return command;
    }
    void approve(const std::string& user = "ann", Duration later = std::chrono::minutes{1})
    {
        gate->submit(about(GateCommand::Kind::Approve, user, later));
    }
    //! Codes of what the gate refused so far.
    QString refusals() const
    {
        QStringList out;
        const StepEnds& ends = record->ends(record->committed() - 1);
        for (std::size_t i = 0; i < ends.events; ++i)
            if (record->event(i).kind == EventKind::GateRefusal)
                out << text(record->event(i).error->codeText());
        return out.join(' ');
    }
    //! What happened to proposals so far: "made approved made rejected".
    QString steps() const
    {
        QStringList out;
        const StepEnds& ends = record->ends(record->committed() - 1);
        for (std::size_t i = 0; i < ends.events; ++i)
            if (record->event(i).kind == EventKind::Proposal)
                out << text(toText(static_cast<ProposalStep>(record->event(i).a)));
        return out.join(' ');
    }
    std::size_t count(EventKind kind) const
    {
        std::size_t n = 0;
        const StepEnds& ends = record->ends(record->committed() - 1);
        for (std::size_t i = 0; i < ends.events; ++i)
            n += record->event(i).kind == kind ? 1U : 0U;
        return n;
    }
    //! Instructions that were ever sent.
    std::size_t sent() const
    {
        std::size_t n = 0;
        const StepEnds& ends = record->ends(record->committed() - 1);
        for (std::size_t i = 0; i < ends.transitions; ++i)
            n += record->transition(i).to == InstructionState::Submitted ? 1U : 0U;
        return n;
    }
    //! The last state of every instruction of the last plan.
    QString states() const
    {
        const StepEnds& ends = record->ends(record->committed() - 1);
        const PlanRecord& plan = record->plan(ends.plans - 1);
        const std::size_t first = ends.instructions - plan.instructions;
        std::vector<InstructionState> last(plan.instructions, InstructionState::Planned);
        for (std::size_t i = 0; i < ends.transitions; ++i)
            if (const TransitionRecord& t = record->transition(i); t.instruction > first)
                last[t.instruction - 1 - first] = t.to;
        QStringList out;
        for (const InstructionState state : last)
            out << text(toText(state));
        return out.join(' ');
    }
    //! Of the last decision.
    Reason reason() const
    {
        const StepEnds& ends = record->ends(record->committed() - 1);
        return record->decision(ends.decisions - 1).reason;
    }
};

} // namespace carry::test
