// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "desk/session.h"
#include "engine/engine.h"
#include "session_clock.h"
#include "session_keeper.h"
#include "store/store_thread.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace carry
{

class Session::Impl
{
  public:
    Impl(SessionOptions options, std::shared_ptr<RunRecord> record)
        : m_options(std::move(options)), m_record(std::move(record)), m_shown(m_record),
          m_clock(m_options.monotonic, m_options.feed.speed), m_wait(m_options.waitForDecision), m_wake(m_options.wake)
    {
    }

    Result<void> begin(const RunConfiguration& configuration, RunSetup setup, GateSetup gate,
                       std::unique_ptr<LiveFeed> feed);
    void join();

    std::uint64_t submit(GateCommand command);
    struct PartQuestion {
        std::uint32_t proposal = 0;
        std::vector<GroupRef> groups;
        PartAnswer answer;
    };
    void askPart(PartQuestion question);
    std::shared_ptr<const Proposal> openProposal() const;
    std::optional<Drift> drift() const;
    const std::shared_ptr<const RunRecord>& record() const { return m_shown; }
    const GateSetup& gate() const { return m_gate->setup(); }
    SessionState state() const;
    void setPaused(bool paused);
    void setSpeed(double speed);
    void endFeed();
    void setWaitForDecision(bool wait);
    void letGo();
    void stop();
    void setWake(std::function<void()> wake);
    bool ended() const { return m_ended.load(std::memory_order_acquire); }
    bool waitFor(std::chrono::milliseconds timeout);
    Result<BacktestResult> wait();
    std::vector<double> proposalSeconds() const;

  private:
    using Lock = std::unique_lock<std::mutex>;

    Result<void> beginStore();
    Result<void> openVenues(const RunSetup& setup);
    Time knownUntil() const;
    // The session's thread.
    Result<void> takeMessages(Lock& lock);
    Result<void> followFeed();
    void tellFeed(FeedNews news, std::string why);
    bool takesMessages() const { return m_feed && !m_replaying && !m_feedEnded; }
    Result<void> keepData(const Result<RunStatus>& ran);
    void work();
    Result<RunStatus> run();
    void answerParts(Lock& lock);
    Result<void> stepTo(Time next, Lock& lock);
    Result<void> endReplay();
    Result<RunStatus> replayFailed() const;
    Result<void> onEvent(const GateEvent& event);
    void publish();
    bool partIsDone() const;
    void tellChange(Lock& lock);
    Result<BacktestResult> summed(const Result<RunStatus>& ran);

    // Under the lock.
    Time nextStamp() const;
    std::uint64_t give(GateCommand command);
    void lookAtHaltFile();
    void arrangeClock();
    HeldFor heldFor() const;
    bool held() const { return heldFor() != HeldFor::Nothing; }
    bool waitsAtEnd();
    std::chrono::nanoseconds untilDue(Time next) const;
    void changed();

    SessionOptions m_options;
    std::shared_ptr<RunRecord> m_record;
    std::shared_ptr<const RunRecord> m_shown;
    double m_riskFree = 0;
    std::string m_startedAt;
    std::size_t m_stepsBefore = 0; //!< of a resumed session: how many are stored
    Time m_start{}, m_end{};
    std::vector<std::filesystem::path> m_haltFlags;
    std::size_t m_tapeFindings = 0; //!< of what was found at the start
    std::shared_ptr<Gate> m_gate;
    std::shared_ptr<Outside> m_outside; //!< PAPER
    std::unique_ptr<StoreThread> m_store;
    std::unique_ptr<SessionKeeper> m_keeper;       //!< the session's thread
    std::unique_ptr<Engine> m_engine;              //!< the session's thread
    std::unique_ptr<LiveFeed> m_feed;              //!< the session's thread; none: a tape
    bool m_idle = false;                           //!< the session's thread: nothing is due
    bool m_feedStale = false, m_feedEnded = false; //!< the session's thread: as the gate was told
    std::optional<std::uint32_t> m_made; //!< the session's thread: the proposal that this step made and that asks

    mutable std::mutex m_mutex; //!< of all that follows
    std::condition_variable m_changed, m_done;
    SessionClock m_clock;
    Time m_floor{};                    //!< of the step under way or the last one
    Time m_lastStamp{};                //!< of a command
    Time m_allowed{};                  //!< so far steps go also while the clock stands: commands are taken all the same
    std::vector<GateCommand> m_toKeep; //!< given to the gate, whose next step must not begin before they are kept
    std::vector<PartQuestion> m_parts; //!< not answered yet
    std::vector<GateCommand> m_deferred; //!< halts that came while a resumed session was replaying
    bool m_replaying = false;
    bool m_paused = false, m_stop = false, m_wait = false;
    bool m_endFeed = false; //!< as a person wants
    std::optional<MessageState> m_messages;
    std::uint32_t m_undecided = 0; //!< the proposal that awaits a decision while nothing of it is under way
    bool m_onlyRest = false;       //!< the rest of that proposal
    std::uint32_t m_letGo = 0;
    bool m_heldAtEnd = false; //!< nothing is left to do but to answer what differs
    bool m_letGoAtEnd = false;
    std::optional<Drift> m_drift;
    std::shared_ptr<const Proposal> m_open;
    TradingState m_trading = TradingState::Active;
    std::optional<Error> m_keepError;
    std::vector<double> m_proposalSeconds;
    std::function<void()> m_wake;
    bool m_dirty = false;
    mutable std::atomic<bool> m_told{false}; //!< the wake was called and nobody has looked yet
    std::optional<Result<BacktestResult>> m_result;
    std::atomic<bool> m_ended{false};

    std::jthread m_thread; // last: it uses all of the above
};

} // namespace carry
