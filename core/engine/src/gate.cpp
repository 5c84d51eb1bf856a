// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/gate.h"

#include "execution/approval_hash.h"

#include <algorithm>

namespace carry
{

Gate::Gate(GateSetup setup, GateListener listener) : m_setup(std::move(setup)), m_listener(std::move(listener)) {}

std::uint64_t Gate::halt(std::string user, std::string reason, Time at)
{
    GateCommand command;
    command.kind = Kind::Kill;
    command.atOnce = true;
    command.at = at;
    command.user = std::move(user);
    command.reason = std::move(reason);
    return submit(std::move(command));
}

std::shared_ptr<const Proposal> Gate::open() const
{
    const std::lock_guard lock(m_mutex);
    return m_published;
}

void Gate::publish(std::shared_ptr<const Proposal> proposal)
{
    const std::lock_guard lock(m_mutex);
    m_published = std::move(proposal);
}

void Gate::attach(const RunSetup& setup, World& world, const MarketView& market, RunRecord& record, Outside* outside)
{
    m_outside = outside;
    m_run = &setup;
    m_world = &world;
    m_market = &market;
    m_record = &record;
}

std::optional<Time> Gate::nextCommand() const
{
    return m_queue.next(m_world->now);
}

std::optional<Time> Gate::nextWake() const
{
    auto next = nextCommand();
    if (waits() && m_proposal->expires > m_world->now && (!next || m_proposal->expires < *next))
        next = m_proposal->expires;
    return next;
}

PreTradePresent Gate::present() const
{
    return {m_world->books, m_world->situation, *m_market, m_run->legs, m_world->now};
}

void Gate::note(JournalEvent event)
{
    event.step = m_record->currentStep();
    event.scope = kBookScope;
    m_record->add(std::move(event));
}

GateEvent Gate::event(ProposalStep step, const GateCommand* command) const
{
    GateEvent e;
    e.step = step;
    e.time = m_world->now;
    e.proposal = m_proposal;
    if (m_proposal)
        e.drift = driftOf(*m_proposal, *m_run, *m_world, *m_market, m_setup.policy);
    if (command != nullptr) {
        e.user = command->user;
        e.reason = command->reason;
        e.command = command->kind;
        e.sequence = command->sequence;
    }
    return e;
}

//! The listener first: a proposal or approval that it could not keep does not happen, and is not in the journal.
Result<void> Gate::tell(const GateEvent& event, double figure)
{
    const bool mustBeKept = event.step <= ProposalStep::ApprovedInPart;
    if (auto kept = listen(event); !kept && mustBeKept)
        return kept;
    JournalEvent line;
    line.kind = EventKind::Proposal;
    line.a = static_cast<std::uint8_t>(event.step);
    line.reference = event.proposal->plan->id;
    line.numbers = {static_cast<double>(event.proposal->number), figure};
    note(std::move(line));
    return {};
}

void Gate::refuse(const Error& error, const GateCommand* command, PlanId plan, InstructionId before)
{
    GateEvent e = event(ProposalStep::Made, command);
    e.kind = GateEvent::Kind::Refusal;
    e.error = error;
    e.before = before;
    (void)listen(e); // nothing happens either way
    JournalEvent line;
    line.kind = EventKind::GateRefusal;
    line.reference = plan;
    line.error = error;
    line.numbers[0] = before;
    note(std::move(line));
}

bool Gate::anySent() const
{
    using enum InstructionState;
    return std::ranges::any_of(m_world->plan.states,
                               [](InstructionState s) { return s != Planned && s != AwaitingApproval; });
}

bool Gate::filter(Decision& decision) const
{
    const auto hold = [&](Reason reason, double hours = 0) {
        decision.action = Action::Hold;
        decision.reason = reason;
        decision.numbers = {hours};
        return true;
    };
    if (decision.action == Action::Hold)
        return false;
    if (m_feedStale)
        return hold(Reason::FeedStale);
    const TradingState state = m_state.load();
    if (state == TradingState::Halted)
        return hold(Reason::TradingHalted);
    if (decision.riskReducing)
        return false;
    if (state == TradingState::Reducing)
        return hold(Reason::TradingReducing);
    const double quiet = static_cast<double>((m_quietUntil - m_world->now).count());
    return quiet > 0 && hold(m_quietReason, quiet / static_cast<double>(kHour.count()));
}

void Gate::noFlatten(std::string why)
{
    if (m_flattening && !m_world->outside.inFlight.empty())
        return;
    m_flatten = false;
    if (!std::exchange(m_flattening, false))
        refuse(Error(ErrorCode::GateNoFlatten).with("found", std::move(why)), nullptr, 0, 0);
}

Result<void> Gate::propose(const Decision& decision, std::shared_ptr<const Plan> plan)
{
    const bool flatten = std::exchange(m_flatten, false);
    const PreTradePresent at = present();
    const TradingState state = flatten ? TradingState::Active : m_state.load();
    auto allowed = m_feedStale ? fail(Error(ErrorCode::GateFeed).with("found", *m_feedStale))
                               : PreTradeCheck(m_setup.limits, state, m_used, at).plan(*plan);
    if (!allowed) {
        refuse(allowed.error(), nullptr, plan->id, 0);
        return allowed;
    }
    m_groups.clear();
    m_first.clear();
    m_verdict = Verdict::Approved;
    m_proposal = nullptr;
    startExposure();
    if (m_setup.policy.mode == GateMode::Automatic && !flatten)
        return {};
    Proposal made = makeProposal(*m_run, *m_world, *m_market, decision, plan, m_setup.policy, m_setup.stress);
    made.number = ++m_lastNumber;
    made.flatten = flatten;
    made.asks = flatten || !approvesAlone(m_setup.policy, made.figures);
    m_approvedText.clear();
    for (const Phase& phase : plan->phases)
        for (const Group& group : phase.groups)
            for (const Instruction& i : group.instructions)
                m_approvedText[i.id] = canonicalText(i);
    m_proposal = std::make_shared<const Proposal>(std::move(made));
    auto told = tell(event(ProposalStep::Made), m_proposal->figures.notional);
    if (told && !m_proposal->asks)
        told = tell(event(ProposalStep::ApprovedAlone));
    if (!told) {
        refuse(told.error(), nullptr, plan->id, 0);
        m_proposal = nullptr;
        return told;
    }
    if (m_proposal->asks) {
        m_from = *m_world;
        m_fromMarket = *m_market;
        m_verdict = Verdict::Waiting;
        publish(m_proposal);
    }
    return {};
}

ApprovalGate::Verdict Gate::review(const Plan& plan)
{
    if (!m_proposal || m_proposal->plan->id != plan.id)
        return Verdict::Approved; // nobody is asked
    const bool waits = m_verdict == Verdict::Waiting || m_verdict == Verdict::Partly;
    if (waits && m_world->now >= m_proposal->expires)
        expire(m_proposal->expires);
    return m_verdict;
}

void Gate::expire(Time at)
{
    (void)tell(event(ProposalStep::Expired));
    m_verdict = Verdict::Expired;
    m_expired = m_proposal->number;
    m_expiredAt = at;
    publish(nullptr);
}

Result<void> Gate::checkSame(const Plan& plan, std::span<const Instruction> instructions) const
{
    if (!m_proposal)
        return {};
    const auto differs = [&](std::string found, std::string expected) {
        return fail(Error(ErrorCode::GateHash)
                        .with("plan", std::int64_t{plan.id})
                        .with("found", std::move(found))
                        .with("expected", std::move(expected)));
    };
    for (const Instruction& i : instructions) {
        const auto approved = m_approvedText.find(i.id);
        const std::string leaving = canonicalText(i);
        if (approved == m_approvedText.end() || approved->second != leaving)
            return differs("'" + leaving + "'",
                           approved == m_approvedText.end() ? "nothing" : "'" + approved->second + "'");
    }
    if (const std::string hash = approvalHash(plan); hash != m_proposal->hash)
        return differs(hash.substr(0, 12), m_proposal->hash.substr(0, 12));
    return {};
}

Result<void> Gate::beforeSend(const Plan& plan, std::span<const Instruction> instructions)
{
    if (auto allowed = checkSending(plan, instructions, m_setup.limits); !allowed)
        return allowed;
    const PreTradePresent at = present();
    for (const Instruction& i : instructions)
        m_used.add(m_world->now, notionalOf(i, at));
    return {};
}

Result<void> Gate::beforeResend(const Plan& plan, std::span<const Instruction> instructions)
{
    PreTradeLimits limits = m_setup.limits;
    limits.maxInstructionNotional = limits.maxPlanNotional = limits.maxDayNotional = PreTradeLimits::kNone;
    return checkSending(plan, instructions, limits);
}

Result<void> Gate::checkSending(const Plan& plan, std::span<const Instruction> instructions,
                                const PreTradeLimits& limits)
{
    const InstructionId first = instructions.front().id;
    bool flatten = m_proposal && m_proposal->flatten;
    if (m_queue.killWaits())
        if (const auto ordered = m_queue.takeKill(first)) {
            kill(*ordered, first);
            flatten = false; // it ends that too
        }
    const PreTradePresent at = present();
    auto allowed = checkSame(plan, instructions);
    if (allowed)
        allowed = PreTradeCheck(limits, m_state.load(), m_used, at).sending(plan, instructions, flatten);
    if (!allowed)
        refuse(allowed.error(), nullptr, plan.id, first);
    return allowed;
}

void Gate::planEnded(PlanId plan, PlanOutcome outcome)
{
    if (m_proposal && m_verdict == Verdict::Waiting && outcome == PlanOutcome::Withdrawn)
        (void)tell(event(ProposalStep::Halted));
    if (m_proposal && m_proposal->flatten)
        m_flatten = m_flattening = outcome == PlanOutcome::Completed || std::exchange(m_again, false);
    m_proposal = nullptr;
    m_from.reset();
    m_verdict = Verdict::Approved;
    publish(nullptr);
    JournalEvent line;
    line.kind = EventKind::PlanUnhedged;
    line.reference = plan;
    line.numbers = {m_exposure.integral, m_exposure.peak, m_exposure.seconds};
    if (outcome != PlanOutcome::Completed && outcome != PlanOutcome::Failed)
        return;
    note(std::move(line));
    m_exposure = {};
    m_exposure.since = m_world->now;
    m_halfDone = outcome == PlanOutcome::Failed;
}

//! What a plan left unhedged that ended half done counts for the next one, from that end on.
void Gate::startExposure()
{
    if (!m_halfDone)
        m_exposure = {};
    m_exposure.since = m_world->now;
}

void Gate::elapse(Time now)
{
    if (!m_world->plan.open() && !m_halfDone)
        return;
    const double seconds = static_cast<double>((now - m_exposure.since).count()) / 1'000;
    m_exposure.since = now;
    if (m_exposure.now <= 0)
        return;
    m_exposure.integral += m_exposure.now * seconds;
    m_exposure.seconds += seconds;
}

void Gate::measure()
{
    m_usedToday.store(m_used.at(m_world->now));
    if (!m_world->plan.open() && m_world->risk.level(RiskMetric::DeltaDrift, kBookScope) == RiskLevel::Ok)
        m_halfDone = false;
    if (!m_world->plan.open() && !m_halfDone)
        return;
    m_exposure.now = m_halfDone || anySent() ? unhedgedNotional(m_world->situation) : 0.0;
    m_exposure.peak = std::max(m_exposure.peak, m_exposure.now);
}

} // namespace carry
