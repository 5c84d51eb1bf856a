// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "support/paper_run.h" // first, as there

#include <map>
#include <random>
#include <set>

namespace carry::test
{

//! Somebody at a session in paper, who decides on every proposal as the seed and its number say. Remembers what was
//! decided when the session is killed.
struct PaperPerson {
    std::uint64_t seed = 0;
    std::set<std::uint32_t> answered = {};
    std::set<InstructionId> allowed = {}; //!< by what was approved
    std::map<GateCommand::Kind, int> did = {};
    int expired = 0;
    bool halted = false;

    void look(PaperRun& run)
    {
        if (const auto open = run.gate->open(); open && answered.insert(open->number).second)
            answer(run, *open);
    }
    //! What is wrong at the end; empty: nothing.
    QString problems(const PaperRun& run) const
    {
        for (std::size_t i = 0; i < run.ends().transitions; ++i)
            if (const TransitionRecord& t = run.record->transition(i);
                t.to == InstructionState::Submitted && !allowed.contains(t.instruction))
                return QString("instruction %1 was not approved").arg(t.instruction);
        const std::size_t ended = run.count(EventKind::PlanCompleted) + run.count(EventKind::PlanFailed);
        if (run.count(EventKind::PlanUnhedged) != ended)
            return QString("%1 plans ended, %2 measured").arg(ended).arg(run.count(EventKind::PlanUnhedged));
        return {};
    }

  private:
    using Kind = GateCommand::Kind;

    void answer(PaperRun& run, const Proposal& proposal)
    {
        std::mt19937_64 random(seed * 1'000 + proposal.number);
        const Time now = run.engine->world().now;
        // Sooner or later; some come when the proposal has expired.
        const Time at = now + Duration{1 + static_cast<std::int64_t>(random() % 1'000'000)};
        const std::uint64_t draw = proposal.flatten ? 0 : random() % 100;
        if (draw < 60)
            return approve(run, proposal, at, {});
        if (draw < 72) {
            const std::vector<GroupBundle>& bundles = proposal.bundles;
            return approve(run, proposal, at, closureOf(bundles, bundles[random() % bundles.size()].groups));
        }
        GateCommand command = about(proposal, Kind::Reject, at);
        command.reason = "drawn";
        if (draw < 80) {
            ++expired;
        } else if (draw < 88) {
            say(run, command);
        } else if (draw < 95) {
            command.kind = Kind::Postpone;
            command.until = at + 2 * kHour;
            say(run, command);
        } else {
            leave(run, at);
        }
    }
    //! `groups`: empty for all.
    void approve(PaperRun& run, const Proposal& proposal, Time at, const std::vector<GroupRef>& groups)
    {
        GateCommand command = about(proposal, groups.empty() ? Kind::Approve : Kind::ApproveGroups, at);
        command.groups = groups;
        for (std::size_t p = 0; p < proposal.plan->phases.size(); ++p)
            for (std::size_t g = 0; g < proposal.plan->phases[p].groups.size(); ++g)
                if (groups.empty() || std::ranges::find(groups, GroupRef{p, g}) != groups.end())
                    for (const Instruction& i : proposal.plan->phases[p].groups[g].instructions)
                        allowed.insert(i.id);
        say(run, command);
    }
    //! Halts, leaves everything and goes on some hours later.
    void leave(PaperRun& run, Time at)
    {
        GateCommand command;
        command.user = "ann";
        command.reason = "drawn";
        command.kind = Kind::Kill;
        command.at = at;
        say(run, command);
        command.kind = Kind::Flatten;
        command.at = at + std::chrono::minutes{1};
        say(run, command);
        command.kind = Kind::SetState;
        command.at = at + 12 * kHour;
        say(run, command);
    }
    static GateCommand about(const Proposal& proposal, Kind kind, Time at)
    {
        GateCommand command;
        command.kind = kind;
        command.at = at;
        command.user = "ann";
        command.proposal = proposal.number;
        command.hash = proposal.hash;
        return command;
    }
    void say(PaperRun& run, GateCommand command)
    {
        ++did[command.kind];
        run.disk.commands.push_back(command); // on disk before anybody acts on it
        run.gate->submit(std::move(command));
    }
};

} // namespace carry::test
