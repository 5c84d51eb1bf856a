// SPDX-License-Identifier: GPL-3.0-or-later
// What the gate does on the commands of people.
#include "engine/gate.h"
#include "engine/outside.h"

#include <algorithm>

namespace carry
{
namespace
{

Error needs(const GateCommand& command, std::string what)
{
    return Error(ErrorCode::GateReason)
        .with("action", std::string(toText(command.kind)))
        .with("found", std::move(what));
}

std::vector<GroupRef> groupsOf(const Plan& plan)
{
    std::vector<GroupRef> all;
    for (std::size_t p = 0; p < plan.phases.size(); ++p)
        for (std::size_t g = 0; g < plan.phases[p].groups.size(); ++g)
            all.push_back({p, g});
    return all;
}

} // namespace

bool Gate::takeCommands()
{
    for (const GateCommand& command : m_queue.take(m_world->now))
        if (auto done = carryOut(command); !done)
            refuse(done.error(), &command, m_proposal ? m_proposal->plan->id : 0, 0);
    const bool stays = m_verdict == Verdict::Approved || m_verdict == Verdict::Waiting || m_verdict == Verdict::Partly;
    return m_world->plan.open() && (!stays || m_world->plan.interrupted);
}

Result<void> Gate::carryOut(const GateCommand& command)
{
    if (command.user.empty())
        return fail(needs(command, "a user"));
    switch (command.kind) {
    case Kind::Approve:
        if (auto open = checkOpen(command); !open)
            return open;
        return approve(command, groupsOf(*m_proposal->plan));
    case Kind::ApproveGroups:
        if (auto open = checkOpen(command); !open)
            return open;
        return approve(command, command.groups);
    case Kind::Reject:
    case Kind::Postpone:
    case Kind::Reevaluate:
        if (auto open = checkOpen(command); !open)
            return open;
        return turnDown(command);
    case Kind::Kill:
        kill(command, 0);
        return {};
    case Kind::Flatten:
        if (m_state.load() == TradingState::Active)
            kill(command, 0);
        m_flatten = true;
        return {};
    case Kind::SetState:
        return setState(command);
    case Kind::AdoptBalances:
        return adoptBalances(command);
    case Kind::Feed:
        return setFeed(command);
    }
    return {};
}

bool Gate::waits() const
{
    return m_proposal && (m_verdict == Verdict::Waiting || m_verdict == Verdict::Partly);
}

Result<void> Gate::checkOpen(const GateCommand& command) const
{
    if (waits() && command.proposal == m_proposal->number && command.hash == m_proposal->hash)
        return {};
    if (m_expired != 0 && command.proposal == m_expired)
        return fail(Error(ErrorCode::GateExpired)
                        .with("proposal", std::int64_t{command.proposal})
                        .with("time", formatIso(m_expiredAt)));
    return fail(Error(ErrorCode::GateUnknownProposal)
                    .with("proposal", std::int64_t{command.proposal})
                    .with("hash", command.hash.substr(0, 12)));
}

Result<void> Gate::checkApprovable(const GateCommand& command) const
{
    const Drift drift = driftOf(*m_proposal, *m_run, *m_world, *m_market, m_setup.policy);
    if (drift.expired)
        return fail(Error(ErrorCode::GateExpired)
                        .with("proposal", std::int64_t{command.proposal})
                        .with("time", formatIso(m_proposal->expires)));
    if (drift.stale)
        return fail(Error(ErrorCode::GateStale)
                        .with("proposal", std::int64_t{command.proposal})
                        .with("found", drift.quote)
                        .with("moved", std::to_string(drift.moved))
                        .with("expected", std::to_string(m_setup.policy.maxPriceMove)));
    if (m_state.load() == TradingState::Halted && !m_proposal->flatten)
        return fail(Error(ErrorCode::GateHalted).with("plan", std::int64_t{m_proposal->plan->id}));
    return {};
}

Result<Proposal> Gate::openPart(std::vector<GroupRef> groups) const
{
    groups.insert(groups.end(), m_groups.begin(), m_groups.end()); // what was approved before counts
    return carry::partOf(*m_proposal, std::move(groups), *m_run, *m_from, *m_fromMarket, m_setup.policy,
                         m_setup.stress);
}

Result<std::shared_ptr<const Proposal>> Gate::partOf(std::uint32_t proposal, std::vector<GroupRef> groups) const
{
    GateCommand about;
    about.proposal = proposal;
    about.hash = waits() ? m_proposal->hash : std::string();
    if (auto open = checkOpen(about); !open)
        return fail(open.error());
    auto part = openPart(std::move(groups));
    if (!part)
        return fail(part.error());
    return std::make_shared<const Proposal>(std::move(*part));
}

Result<void> Gate::approve(const GateCommand& command, std::vector<GroupRef> groups)
{
    if (auto fresh = checkApprovable(command); !fresh)
        return fresh;
    const std::vector<GroupRef> all = groupsOf(*m_proposal->plan);
    std::erase_if(groups, [&](GroupRef ref) { return std::ranges::find(all, ref) == all.end(); });
    if (groups.empty())
        return fail(needs(command, "groups of the plan"));
    auto part = openPart(std::move(groups));
    if (!part)
        return fail(part.error());
    groups = part->part.empty() ? all : part->part;
    const auto told = [&](ProposalStep step, double figure) {
        GateEvent e = event(step, &command);
        e.groups = part->part;
        if (!e.groups.empty())
            e.part = std::make_shared<const Proposal>(std::move(*part));
        return tell(e, figure);
    };
    if (m_proposal->needsSecond && (m_first.empty() || m_firstGroups != groups)) {
        if (auto kept = told(ProposalStep::ApprovedByFirst, 0); !kept)
            return kept;
        m_first = command.user;
        m_firstGroups = std::move(groups);
        return {};
    }
    if (m_proposal->needsSecond && m_first == command.user)
        return fail(
            Error(ErrorCode::GateSameUser).with("user", command.user).with("proposal", std::int64_t{command.proposal}));
    const bool whole = groups.size() == all.size();
    const auto count = whole ? 0.0 : static_cast<double>(groups.size());
    if (auto kept = told(whole ? ProposalStep::Approved : ProposalStep::ApprovedInPart, count); !kept)
        return kept;
    m_first.clear();
    m_groups = {groups.begin(), groups.end()};
    m_verdict = whole ? Verdict::Approved : Verdict::Partly;
    if (whole)
        publish(nullptr);
    return {};
}

Result<void> Gate::turnDown(const GateCommand& command)
{
    if (command.kind == Kind::Reject && command.reason.empty())
        return fail(needs(command, "a reason"));
    if (command.kind == Kind::Postpone && command.until <= m_world->now)
        return fail(needs(command, "a time that is still to come"));
    if (command.kind != Kind::Reject && anySent())
        return fail(Error(ErrorCode::GateUnderWay).with("proposal", std::int64_t{command.proposal}));
    switch (command.kind) {
    case Kind::Reject:
        (void)tell(event(ProposalStep::Rejected, &command));
        m_verdict = Verdict::Denied;
        m_quietUntil = m_world->now + m_setup.policy.pauseAfterRejection;
        m_quietReason = Reason::RejectedLately;
        break;
    case Kind::Postpone:
        (void)tell(event(ProposalStep::Postponed, &command), static_cast<double>(toMs(command.until)));
        m_verdict = Verdict::Withdrawn;
        m_quietUntil = command.until;
        m_quietReason = Reason::Postponed;
        break;
    default:
        (void)tell(event(ProposalStep::Replaced, &command));
        m_verdict = Verdict::Withdrawn;
        m_again = m_proposal->flatten;
        m_quietUntil = {};
        break;
    }
    publish(nullptr);
    return {};
}

Result<void> Gate::setState(const GateCommand& command)
{
    if (command.reason.empty())
        return fail(needs(command, "a reason"));
    if (command.state == TradingState::Halted) {
        kill(command, 0);
        return {};
    }
    GateEvent e = event(ProposalStep::Made, &command);
    e.kind = GateEvent::Kind::TradingState;
    e.from = m_state.load();
    e.to = command.state;
    const bool allowsMore = e.to < e.from;
    if (auto kept = listen(e); !kept && allowsMore)
        return kept;
    changeState(command.state, 0);
    return {};
}

//! An open proposal rests on prices that nobody knows to be right any more.
Result<void> Gate::setFeed(const GateCommand& command)
{
    GateEvent e = event(ProposalStep::Made, &command);
    e.kind = GateEvent::Kind::Feed;
    e.feed = command.feed;
    e.proposal = nullptr;
    (void)listen(e); // it is so, kept or not
    if (command.feed == FeedNews::Ended) {
        m_feedEnded = m_world->now;
        return {};
    }
    const bool stale = command.feed == FeedNews::Stale;
    m_feedStale = stale ? std::optional(command.reason) : std::nullopt;
    JournalEvent line;
    line.kind = EventKind::FeedStale;
    line.numbers = {stale ? 1.0 : 0.0, static_cast<double>((m_world->now - m_market->time()).count()) / 1'000};
    if (stale)
        line.error = Error(ErrorCode::GateFeed).with("found", command.reason);
    note(std::move(line));
    if (stale && (m_verdict == Verdict::Waiting || m_verdict == Verdict::Partly))
        expire(m_world->now);
    return {};
}

GateEvent Gate::balancesEvent(const GateCommand* command) const
{
    GateEvent e = event(ProposalStep::Made, command);
    e.kind = GateEvent::Kind::Balances;
    e.proposal = nullptr;
    e.adopted = command != nullptr;
    for (const BalanceDifference& d : m_outside->differences())
        e.differences.push_back({m_world->books.chart().at(d.account).key(), d.ours, d.theirs});
    return e;
}

//! The ledger is corrected by a deposit or withdrawal that nobody of this session made.
Result<void> Gate::adoptBalances(const GateCommand& command)
{
    if (command.reason.empty())
        return fail(needs(command, "a reason"));
    if (m_outside == nullptr || !m_outside->differs())
        return fail(Error(ErrorCode::GateBalancesAgree));
    if (auto kept = listen(balancesEvent(&command)); !kept)
        return kept;
    m_outside->adoptBalances();
    m_toldDifferences.clear();
    return {};
}

void Gate::compareBalances()
{
    if (auto now = m_outside->differences(); now != m_toldDifferences) {
        m_toldDifferences = std::move(now);
        (void)listen(balancesEvent(nullptr));
    }
}

void Gate::kill(const GateCommand& command, InstructionId before)
{
    GateEvent e = event(ProposalStep::Made, &command);
    e.kind = GateEvent::Kind::TradingState;
    e.from = m_state.load();
    e.to = TradingState::Halted;
    e.before = before;
    (void)listen(e);
    changeState(TradingState::Halted, before);
    if (m_world->plan.open()) {
        m_world->plan.interrupted = true;
        m_world->plan.recall = true;
    }
}

void Gate::changeState(TradingState to, InstructionId before)
{
    const TradingState from = m_state.exchange(to);
    JournalEvent line;
    line.kind = EventKind::TradingState;
    line.a = static_cast<std::uint8_t>(from);
    line.b = static_cast<std::uint8_t>(to);
    line.numbers[0] = before;
    note(std::move(line));
}

} // namespace carry
