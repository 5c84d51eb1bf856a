// SPDX-License-Identifier: GPL-3.0-or-later
// What a session does on its thread, and what others ask of it.
#include "session_impl.h"

#include "base/log.h"
#include "desk/gate_file.h"

#include <algorithm>
#include <pthread.h>

namespace carry
{
namespace
{

constexpr std::chrono::nanoseconds kLook = std::chrono::milliseconds{20}; //!< at the halt file, at an injected clock
constexpr Duration kTick{1};

//! The feed broke, not the session: it can be resumed with another one.
bool isOfFeed(const Error& error)
{
    return error.codeText().starts_with("FEED-");
}

} // namespace

// ---- Under the lock -------------------------------------------------------------------------------------------------

//! Behind every step that is under way, and behind every other command: so the order of commands is that of their
//! times, whatever the threads did.
Time Session::Impl::nextStamp() const
{
    return std::max({m_clock.now(), m_floor + kTick, m_lastStamp + kTick});
}

std::uint64_t Session::Impl::give(GateCommand command)
{
    const Time stamp = nextStamp();
    const bool halts = command.kind == GateCommand::Kind::Kill;
    command.atOnce = halts;
    command.before = 0;
    command.at = halts ? stamp : std::max(command.at, stamp);
    if (command.user.empty())
        command.user = m_options.user;
    if (command.kind == GateCommand::Kind::SetState && !command.reason.empty())
        for (const std::filesystem::path& flag : m_haltFlags)
            if (isHaltFlag(flag)) { // not even for one step
                command.state = TradingState::Halted;
                command.reason += " (refused: " + flag.string() + " exists)";
                break;
            }
    m_lastStamp = stamp;
    if (command.at == stamp)
        m_allowed = stamp;
    if (!halts) // a halt is kept when it takes effect, with the instruction that it stopped
        m_toKeep.push_back(command);
    const auto sequence = m_gate->submit(std::move(command));
    m_changed.notify_all();
    return sequence;
}

void Session::Impl::lookAtHaltFile()
{
    for (const std::filesystem::path& flag : m_haltFlags) {
        const Time stamp = nextStamp();
        const bool waited = m_gate->haltWaits();
        if (haltWhileFileExists(*m_gate, flag, stamp) && !waited && m_gate->haltWaits())
            m_lastStamp = m_allowed = stamp;
    }
}

HeldFor Session::Impl::heldFor() const
{
    if (m_heldAtEnd)
        return HeldFor::Balances;
    if (!m_wait || m_undecided == 0 || m_undecided == m_letGo)
        return HeldFor::Nothing;
    return m_onlyRest ? HeldFor::Rest : HeldFor::Proposal;
}

void Session::Impl::arrangeClock()
{
    if (const bool stands = m_paused || held(); stands != m_clock.stands())
        m_clock.stand(stands);
    // A pace that the computer could not keep must not let a proposal expire that it is to wait for.
    if (held() && !m_paused && m_clock.now() > m_floor)
        m_clock.set(std::max(m_floor, std::min(m_lastStamp, m_clock.now())));
}

//! Like for a proposal: a balance that differs is answered by a person before the session is over.
bool Session::Impl::waitsAtEnd()
{
    const bool differs = m_outside && m_outside->differs();
    if (const bool waits = m_wait && !m_letGoAtEnd && differs; waits != m_heldAtEnd) {
        m_heldAtEnd = waits;
        arrangeClock();
        m_dirty = true;
    }
    return m_heldAtEnd;
}

std::chrono::nanoseconds Session::Impl::untilDue(Time next) const
{
    if (m_replaying)
        return {};
    if (m_clock.stands())
        return next <= m_allowed ? std::chrono::nanoseconds{} : kLook;
    if (m_feed)
        return {}; // the engine has no step that is not closed
    return std::min(m_clock.until(next), kLook);
}

void Session::Impl::changed()
{
    m_dirty = true;
    m_changed.notify_all();
}

// ---- The session's thread -------------------------------------------------------------------------------------------

void Session::Impl::work()
{
    pthread_setname_np(pthread_self(), "carry-session");
    const auto ran = run();
    auto result = summed(ran);
    Lock lock(m_mutex);
    m_result.emplace(std::move(result));
    m_open = nullptr;
    m_drift.reset();
    m_ended.store(true, std::memory_order_release);
    m_dirty = true;
    m_told.store(false);
    m_done.notify_all();
    answerParts(lock);
    tellChange(lock);
}

//! Between steps: the gate's proposal stays as it is meanwhile.
void Session::Impl::answerParts(Lock& lock)
{
    while (!m_parts.empty()) {
        const auto questions = std::exchange(m_parts, {});
        lock.unlock();
        for (const PartQuestion& question : questions)
            question.answer(m_gate->partOf(question.proposal, question.groups));
        lock.lock();
    }
}

Result<RunStatus> Session::Impl::run()
{
    Lock lock(m_mutex);
    for (;;) {
        tellChange(lock);
        answerParts(lock);
        if (m_stop)
            return RunStatus::Interrupted;
        if (m_replaying && m_record->committed() >= m_stepsBefore) {
            const auto next = m_engine->nextTime();
            if (!next || *next > knownUntil())
                if (auto done = endReplay(); !done)
                    return fail(done.error());
        }
        if (!m_replaying)
            lookAtHaltFile();
        if (takesMessages())
            if (auto taken = takeMessages(lock); !taken)
                return fail(taken.error());
        const auto next = m_engine->nextTime();
        if (!next && !takesMessages()) {
            if (m_replaying)
                return replayFailed();
            if (!waitsAtEnd())
                return RunStatus::Done;
            tellChange(lock);
            m_changed.wait_for(lock, kLook);
            continue;
        }
        const auto rest = next ? untilDue(*next) : kLook;
        m_idle = rest > std::chrono::nanoseconds{};
        if (m_idle && m_messages && !m_clock.stands())
            m_clock.set(std::max(m_clock.now(), m_messages->closed)); // all steps up to there are done
        if (m_idle && !takesMessages())
            m_changed.wait_for(lock, rest);
        if (m_idle)
            continue;
        if (auto stepped = stepTo(*next, lock); !stepped)
            return fail(stepped.error());
    }
}

// ---- A feed ---------------------------------------------------------------------------------------------------------

//! Waits a little where nothing is due.
Result<void> Session::Impl::takeMessages(Lock& lock)
{
    constexpr Duration kLookAtCommands{5};
    const Duration timeout = m_idle ? kLookAtCommands : Duration{};
    lock.unlock();
    const auto taken = m_feed->poll(m_options.wallClock(), timeout);
    lock.lock();
    return taken ? followFeed() : fail(taken.error());
}

//! The session's clock is the feed's, once the steps are done; a decision closes the steps up to its own time.
Result<void> Session::Impl::followFeed()
{
    if (m_endFeed || m_options.noMoreMessages || m_feed->tape()->ended()) {
        if (auto finished = m_feed->finish(); !finished)
            return finished;
        tellFeed(FeedNews::Ended, m_endFeed ? "by " + m_options.user : std::string("no more messages"));
        m_feedEnded = true;
    }
    const FeedStatus& status = m_feed->status();
    const bool stale = status.state == FeedState::Stale;
    if (stale != m_feedStale && !m_feedEnded) {
        std::string why;
        for (const Error& reason : status.reasons(m_options.messages->bounds))
            why += (why.empty() ? "" : "; ") + reason.message();
        m_feedStale = stale;
        tellFeed(stale ? FeedNews::Stale : FeedNews::Fresh, std::move(why));
    }
    if (auto closed = m_feed->closeTo(m_allowed); !closed)
        return closed;
    const Time closed = m_feed->tape()->closed().value_or(m_start);
    m_engine->know(closed);
    const MessageState now{status, m_feed->log().counters, closed, m_feedEnded};
    m_dirty = m_dirty || !m_messages || m_messages->status.state != status.state || m_messages->ended != m_feedEnded;
    m_messages = now;
    return {};
}

void Session::Impl::tellFeed(FeedNews news, std::string why)
{
    GateCommand command;
    command.kind = GateCommand::Kind::Feed;
    command.user = "feed";
    command.reason = std::move(why);
    command.feed = news;
    command.at = m_feed->tape()->closed().value_or(m_start);
    give(std::move(command));
}

//! Up to here a resumed session has been already.
Time Session::Impl::knownUntil() const
{
    return m_outside ? std::max(m_keeper->knownUntil(), m_outside->pastUntil()) : m_keeper->knownUntil();
}

Result<RunStatus> Session::Impl::replayFailed() const
{
    return fail(Error(ErrorCode::SessionReplay)
                    .with("run", m_record->info().runId)
                    .with("found", "what was kept ends at step " + std::to_string(m_record->committed()) + " of " +
                                       std::to_string(m_stepsBefore)));
}

//! The session is where it was when it was cut off.
Result<void> Session::Impl::endReplay()
{
    if (auto fault = m_keeper->fault(/*whole=*/true))
        return fail(*fault);
    m_replaying = false;
    if (m_feed) {
        m_feedStale = m_gate->feedStale();
        m_feedEnded = m_gate->feedEnded().has_value();
        m_allowed = m_lastStamp = knownUntil(); // what was decided up to then closes the steps up to then
    }
    m_clock.set(std::max(m_floor, knownUntil()));
    arrangeClock();
    for (GateCommand& command : std::exchange(m_deferred, {}))
        give(std::move(command));
    m_dirty = true;
    return {};
}

Result<void> Session::Impl::stepTo(Time next, Lock& lock)
{
    m_floor = next; // from now on commands fall behind it
    if (m_clock.stands() || m_clock.speed() == TapeFeed::kUnpaced)
        m_clock.set(std::max(m_clock.now(), next));
    const auto toKeep = std::exchange(m_toKeep, {});
    lock.unlock();
    const auto began = m_options.monotonic();
    m_made.reset();
    if (m_keeper)
        m_keeper->keep(toKeep);
    auto more = m_engine->step();
    lock.lock();
    publish();
    tellChange(lock);
    if (m_made)
        m_proposalSeconds.push_back(static_cast<double>((m_options.monotonic() - began).count()) * 1e-9);
    if (!more)
        return fail(more.error());
    if (m_keeper && m_replaying)
        if (auto fault = m_keeper->fault(/*whole=*/false))
            return fail(*fault);
    return {};
}

Result<void> Session::Impl::onEvent(const GateEvent& event)
{
    bool isNew = true;
    if (m_keeper) {
        if (auto kept = m_keeper->onEvent(event, m_replaying); !kept)
            return kept;
        isNew = m_keeper->wasNew();
    }
    {
        const Lock lock(m_mutex); // before it is told: whoever is told may answer at once
        m_dirty = true;
        if (event.kind == GateEvent::Kind::Proposal && event.proposal->asks) {
            const bool waits = event.step == ProposalStep::Made || event.step == ProposalStep::ApprovedByFirst;
            m_undecided = waits ? event.proposal->number : 0;
            m_onlyRest = false;
            if (event.step == ProposalStep::Made)
                m_made = event.proposal->number;
        }
        if (event.kind == GateEvent::Kind::Balances && event.adopted)
            m_heldAtEnd = false; // all that differed was answered
    }
    if (isNew && m_options.onEvent)
        m_options.onEvent(m_record->info(), event);
    return {};
}

//! All that was approved of a plan has been carried out.
bool Session::Impl::partIsDone() const
{
    using enum InstructionState;
    return std::ranges::all_of(m_engine->world().plan.states,
                               [](InstructionState s) { return isFinal(s) || s == AwaitingApproval; });
}

//! What others see from now on.
void Session::Impl::publish()
{
    auto open = m_gate->open();
    const TradingState trading = m_gate->state();
    m_dirty = m_dirty || open != m_open || trading != m_trading;
    if (open == nullptr)
        m_undecided = 0;                         // ended without a decision
    else if (m_undecided == 0 && partIsDone()) { // the rest waits, and nothing else goes on
        m_undecided = open->number;
        m_onlyRest = true;
    }
    m_drift.reset();
    if (open)
        m_drift = driftOf(*open, m_engine->setup(), m_engine->world(), m_engine->market(), m_gate->setup().policy);
    m_open = std::move(open);
    m_trading = trading;
    if (m_keeper) {
        m_dirty = m_dirty || m_keepError != m_keeper->error();
        m_keepError = m_keeper->error();
    }
    if (!m_replaying)
        arrangeClock();
}

void Session::Impl::tellChange(Lock& lock)
{
    if (!m_dirty)
        return;
    m_dirty = false;
    if (!m_wake || m_told.exchange(true))
        return;
    const auto wake = m_wake;
    lock.unlock();
    wake();
    lock.lock();
}

//! Of a feed only now the span, the digest and all that was found are known.
Result<void> Session::Impl::keepData(const Result<RunStatus>& ran)
{
    if (!m_feed || !ran || *ran != RunStatus::Done)
        return {};
    const Tape& tape = *m_engine->setup().tape;
    std::vector<Finding> findings = tape.findings();
    const std::vector<Finding>& first = m_record->info().findings;
    findings.insert(findings.end(), first.begin() + static_cast<std::ptrdiff_t>(m_tapeFindings), first.end());
    return m_keeper->setData(tape.end(), tape.digest(), findings);
}

//! Ends the store too. What an engine's error leaves is kept: people decided in it.
Result<BacktestResult> Session::Impl::summed(const Result<RunStatus>& ran)
{
    const bool broken = !ran && ran.error().code() == ErrorCode::SessionReplay;
    BacktestResult done;
    done.summary = summarise(*m_record, m_engine->finalState(), m_riskFree);
    done.summary.status = ran ? *ran : isOfFeed(ran.error()) ? RunStatus::Interrupted : RunStatus::Failed;
    done.summary.timing.loadSeconds = m_options.loadSeconds;
    done.summary.timing.startedAt = m_startedAt;
    if (m_store && broken) {
        const auto store = [this] {
            const Lock lock(m_mutex);
            return std::move(m_store);
        }(); // abandoned: leaves the session as it was kept
    } else if (m_store) {
        if (auto kept = keepData(ran); !kept)
            done.storeError = kept.error();
        if (auto stored = m_store->finish(done.summary); !stored)
            done.storeError = stored.error();
        done.summary.timing.storeSeconds = m_store->seconds();
    }
    done.record = m_record;
    logInfo("desk", "session " + m_record->info().runId + " " + std::string(toText(done.summary.status)));
    if (!ran)
        return fail(ran.error());
    return done;
}

// ---- Any thread -----------------------------------------------------------------------------------------------------

std::uint64_t Session::Impl::submit(GateCommand command)
{
    const Lock lock(m_mutex);
    if (ended() || m_stop)
        return 0;
    if (m_replaying) {
        if (command.kind == GateCommand::Kind::Kill)
            m_deferred.push_back(std::move(command));
        return 0;
    }
    return give(std::move(command));
}

void Session::Impl::askPart(PartQuestion question)
{
    {
        const Lock lock(m_mutex);
        if (!ended()) {
            m_parts.push_back(std::move(question));
            m_changed.notify_all();
            return;
        }
    }
    question.answer(fail(Error(ErrorCode::GateUnknownProposal).with("proposal", std::int64_t{question.proposal})));
}

std::shared_ptr<const Proposal> Session::Impl::openProposal() const
{
    const Lock lock(m_mutex);
    m_told.store(false);
    return m_replaying ? nullptr : m_open;
}

std::optional<Drift> Session::Impl::drift() const
{
    const Lock lock(m_mutex);
    if (!m_open || !m_drift || m_replaying)
        return std::nullopt;
    Drift drift = *m_drift;
    const Time now = std::max(m_clock.now(), m_floor);
    drift.age = now - m_open->made;
    drift.expired = drift.expired || now >= m_open->expires;
    return drift;
}

SessionState Session::Impl::state() const
{
    const Lock lock(m_mutex);
    m_told.store(false);
    SessionState s;
    s.mode = m_options.mode;
    s.trading = m_trading;
    s.step = std::max(m_floor, m_start);
    s.messages = m_messages;
    s.end = m_messages ? std::max(m_messages->closed, s.step) : m_end;
    s.clock = std::min(std::max(m_clock.now(), s.step), s.end);
    s.speed = m_clock.speed();
    s.usedToday = m_gate->usedToday();
    s.replaying = m_replaying;
    s.paused = m_paused;
    s.held = heldFor();
    s.ended = ended();
    if (m_outside)
        s.venues = m_outside->status();
    if (m_result && !*m_result)
        s.error = m_result->error();
    s.storeError = m_keepError;
    if (m_result && *m_result)
        s.storeError = (*m_result)->storeError ? (*m_result)->storeError : m_keepError;
    else if (!m_result && m_store && m_store->failed())
        s.storeError = m_store->error();
    return s;
}

void Session::Impl::setPaused(bool paused)
{
    const Lock lock(m_mutex);
    m_paused = paused;
    if (!m_replaying)
        arrangeClock();
    changed();
}

void Session::Impl::setSpeed(double speed)
{
    const Lock lock(m_mutex);
    if (!m_options.messages)
        m_clock.setSpeed(speed);
    changed();
}

void Session::Impl::endFeed()
{
    const Lock lock(m_mutex);
    m_endFeed = true;
    changed();
}

void Session::Impl::setWaitForDecision(bool wait)
{
    const Lock lock(m_mutex);
    m_wait = wait;
    if (!m_replaying)
        arrangeClock();
    changed();
}

void Session::Impl::letGo()
{
    const Lock lock(m_mutex);
    m_letGo = m_undecided;
    m_letGoAtEnd = m_heldAtEnd;
    if (!m_replaying)
        arrangeClock();
    changed();
}

void Session::Impl::stop()
{
    const Lock lock(m_mutex);
    m_stop = true;
    m_changed.notify_all();
}

void Session::Impl::setWake(std::function<void()> wake)
{
    const Lock lock(m_mutex);
    m_wake = std::move(wake);
    m_told.store(false);
    changed();
}

void Session::Impl::join()
{
    if (m_thread.joinable())
        m_thread.join();
}

bool Session::Impl::waitFor(std::chrono::milliseconds timeout)
{
    Lock lock(m_mutex);
    return m_done.wait_for(lock, timeout, [this] { return m_result.has_value(); });
}

Result<BacktestResult> Session::Impl::wait()
{
    Lock lock(m_mutex);
    m_done.wait(lock, [this] { return m_result.has_value(); });
    return *m_result;
}

std::vector<double> Session::Impl::proposalSeconds() const
{
    const Lock lock(m_mutex);
    return m_proposalSeconds;
}

} // namespace carry
