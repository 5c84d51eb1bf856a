// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "desk/session_feed.h"
#include "engine/gate.h"
#include "engine/outside.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carry
{

enum class SessionMode : std::uint8_t {
    Backtest, //!< history, simulated venues
    Paper,    //!< paper venues, with books of their own and whatever goes wrong at venues
    Live,     //!< refused: SessionLive
};
std::string_view toText(SessionMode mode);                          //!< "PAPER"
std::optional<SessionMode> parseSessionMode(std::string_view text); //!< in any case

//! Text of a gate file; ConfFile.
Result<std::string> readGateText(const std::filesystem::path& file);

struct SessionOptions {
    SessionMode mode = SessionMode::Paper;
    RunPeriod period;
    TapeFeed feed;
    std::optional<MessageFeed> messages; //!< instead of the data's tape; of these only the cost table is read then
    bool noMoreMessages = false;         //!< a resumed session ends with the messages that it has
    //! The clock stands while a proposal awaits a decision, so that a program's decisions fall at the same times
    //! however long it thinks; and at the end, while balances differ and nobody has answered it.
    bool waitForDecision = false;
    std::string gateText;          //!< of a gate file; empty: the defaults, every plan is asked for
    std::string gateName = "gate"; //!< what errors call it
    std::string faults;            //!< of paper venues: parsePaperFaults(); a resumed session has its own
    std::string user = "operator"; //!< who commands are from that name nobody
    std::optional<std::filesystem::path> haltFile; //!< while something is there, or haltFlag(), trading is halted
    //! Keeps run, commands and audit trail; without one nothing is kept.
    std::optional<std::filesystem::path> database;
    std::chrono::milliseconds busyTimeout{10'000};
    std::string resume; //!< whole id of the interrupted session to go on with; mode and gate are then the stored ones
    double loadSeconds = 0; //!< how long opening the data took, for the summary

    //! While start() waits for the first step of a feed; false: EngineCancelled.
    std::function<bool()> goOn;

    // Called on the session's own thread; they must not wait for it.
    std::function<void(const RunInfo&, const GateEvent&)> onEvent; //!< once it is kept
    std::function<void()> wake;                                    //!< as Session::setWake()

    std::function<std::chrono::nanoseconds()> monotonic; //!< what paces; steady_clock without one
    std::function<Time()> wallClock;                     //!< of the audit trail; system_clock without one
};

//! How the messages of a session arrive.
struct MessageState {
    FeedStatus status;
    FeedCounters counters;
    Time closed{}; //!< the feed's clock
    bool ended = false;
};

//! What the clock of a session stands for.
enum class HeldFor : std::uint8_t {
    Nothing,
    Proposal, //!< a decision on the open proposal
    Rest,     //!< likewise; a part of it is approved, and done
    Balances, //!< at the end: somebody who answers what differs
};
std::string_view toText(HeldFor held); //!< "proposal"

//! What a session looks like from outside, at one moment.
struct SessionState {
    SessionMode mode = SessionMode::Paper;
    TradingState trading = TradingState::Active;
    Time clock{};           //!< the session's
    Time step{};            //!< of the last step
    Time end{};             //!< of the tape; of a feed: as far as it has come
    double speed = 1;       //!< TapeFeed
    double usedToday = 0;   //!< Gate::usedToday()
    bool replaying = false; //!< a resumed session is on the way to where it was
    bool paused = false;    //!< by a person
    HeldFor held = HeldFor::Nothing;
    bool ended = false;
    std::optional<Error> error;           //!< that ended it
    std::optional<Error> storeError;      //!< why it is not being kept
    std::optional<OutsideStatus> venues;  //!< PAPER
    std::optional<MessageState> messages; //!< of a feed
};

//! SessionDiffers where a session is over and nobody has answered that balances differ.
std::optional<Error> unansweredDifferences(const SessionState& state, const std::string& runId);

//! One strategy run whose plans people approve: engine, gate, pace, store and audit trail. Every method but start() is
//! safe from any thread; only the destructor and wait() wait for the session.
class Session
{
  public:
    //! With messages it waits until they make a first step. SessionLive; the errors of prepareRun(), parseGateFile(),
    //! Database::open(), openMessages(); StoreResume, SessionReplay.
    static Result<std::unique_ptr<Session>> start(const RunConfiguration& configuration, const MarketData& data,
                                                  SessionOptions options);
    ~Session(); //!< stops and waits; what is computed by then is kept
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    //! Gives the command to the gate with the present session clock as its time, or its own `at` where that is later.
    //! Its sequence (GateEvent::sequence); 0: the session has ended. Also while the clock stands.
    std::uint64_t submit(GateCommand command);
    //! The kill switch: from now on nothing leaves.
    std::uint64_t halt(const std::string& reason, const std::string& user = {});

    std::shared_ptr<const Proposal> openProposal() const; //!< that awaits a decision; none: nullptr
    using PartAnswer = std::function<void(Result<std::shared_ptr<const Proposal>>)>;
    //! What the open proposal does if only these groups go (Gate::partOf()). Answered on the session's thread, at once
    //! on the caller's when the session has ended.
    void askPart(std::uint32_t proposal, std::vector<GroupRef> groups, PartAnswer answer);
    //! What has moved since the open proposal was made, as of the last step; age and expiry as of the clock.
    std::optional<Drift> drift() const;
    const std::shared_ptr<const RunRecord>& record() const;
    const GateSetup& gate() const;
    SessionState state() const;

    void pause();
    void resume();
    void setSpeed(double speed); //!< TapeFeed; a feed of messages has its own
    void endFeed();              //!< no more messages are taken: the session goes to its end
    void setWaitForDecision(bool wait);
    //! The clock waits no longer for a decision on the proposal that is open, or at the end for what differs.
    void letGo();
    //! Ends after the step under way: the run is then `interrupted` and can be resumed.
    void stop();

    //! Called on the session's thread when a proposal or the state has changed, and not again before state() or
    //! openProposal() was asked.
    void setWake(std::function<void()> wake);

    bool ended() const;
    bool waitFor(std::chrono::milliseconds timeout);
    //! Waits for the end. The engine's error; what was computed by then is kept all the same.
    Result<BacktestResult> wait();
    //! For each proposal that asked: seconds from the begin of the step that made it to its publication.
    std::vector<double> proposalSeconds() const;

  private:
    class Impl;
    explicit Session(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

//! Goes on with an interrupted session where it was, under its own id; an empty id means the newest interrupted run.
//! Proposals that were open are open again. `data`: empty for where the run had them from. `options`: database, resume,
//! period, mode and gate are set here. StoreBusyRun, StoreResume, SessionReplay (by way of Session::wait()).
Result<std::unique_ptr<Session>> resumeSession(const std::string& file, const std::string& idOrPrefix,
                                               const std::string& data, SessionOptions options);

//! A gate that repeats the decisions of a stored session, for a run that computes it again. Nothing: no session.
//! StoreUnknownRun, StoreCorrupt, and the errors of parseGateFile().
Result<std::shared_ptr<Gate>> gateOfStoredSession(const std::string& file, const std::string& runId);

} // namespace carry
