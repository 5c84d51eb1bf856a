// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "common/background.h"
#include "desk/session.h"
#include "record/run_view.h"
#include <atomic>

#include <QObject>
#include <QTimer>
#include <mutex>

namespace carry::ui
{

//! One proposal of the session and what became of it.
struct SeenProposal {
    std::shared_ptr<const Proposal> proposal;
    ProposalStep step = ProposalStep::Made; //!< the last one
    Time changed{};
    QString user, reason;                 //!< of the last step; empty: the rules, the clock or risk
    std::shared_ptr<const Proposal> part; //!< what was approved, where it was not all
};

//! A session as the window sees it. What takes time happens on other threads; of what happens in the session the window
//! hears by one queued call, however much it is. One session at a time.
class SessionDesk final : public QObject
{
    Q_OBJECT
  public:
    enum class State { Idle, Starting, Running };

    explicit SessionDesk(QObject* parent = nullptr);
    ~SessionDesk() override; //!< ends the session; what is computed by then is kept

    //! `options` without wake; its onEvent is called too, on the session's thread.
    void start(const RunConfiguration& configuration, std::shared_ptr<const MarketData> data, SessionOptions options);
    State state() const { return m_state; }
    bool active() const { return m_state != State::Idle; }
    bool running() const { return m_state == State::Running; }

    // As it was looked at last; kept after the end.
    const SessionState& now() const { return m_now; }
    const std::shared_ptr<const RunRecord>& record() const { return m_record; }
    const GateSetup& gate() const { return m_gate; }
    const std::shared_ptr<const Proposal>& open() const { return m_open; }
    const Drift& drift() const { return m_drift; }
    //! Who put trading into its state and why; empty at the start.
    const QString& tradingBy() const { return m_tradingBy; }
    //! Of this session, newest last.
    const std::vector<SeenProposal>& proposals() const { return m_seen; }
    std::shared_ptr<const Proposal> proposal(std::uint32_t number) const;

    //! Whose name commands carry that name nobody.
    const QString& user() const { return m_user; }

  public slots:
    //! Everything below does nothing while no session runs.
    void submit(carry::GateCommand command);
    //! What the open proposal does if only these groups go; partAnswered() tells.
    void askPart(std::uint32_t proposal, const std::vector<carry::GroupRef>& groups);
    //! The kill switch: from now on nothing leaves.
    void kill();
    //! Proposes to leave everything; halts first.
    void flatten();
    void setTrading(carry::TradingState state, const QString& reason);
    void setPaused(bool on);
    void setSpeed(double speed);
    //! No more messages are taken: the session goes to its end.
    void endFeed();
    void stop();
    //! Looks now instead of at the next tick.
    void look();

  signals:
    void stateChanged();
    void started(std::shared_ptr<const carry::RunRecord> record);
    void changed(); //!< clock, proposals or trading state
    void proposalOpened(std::shared_ptr<const carry::Proposal> proposal);
    void partAnswered(std::shared_ptr<const carry::Proposal> part);
    void refused(carry::Error error); //!< the gate did not do what was asked, or stopped what was about to leave
    void finished(carry::BacktestResult result);
    void failed(carry::Error error, QString doing);

  private:
    void setState(State state);
    void begin(std::unique_ptr<Session> session);
    void end();
    void takeEvents();

    //! Filled by the session's thread. A session that is still being started may outlive this object.
    struct Mailbox {
        std::atomic<bool> stop{false}; //!< a start that waits for the first messages ends
        std::mutex mutex;
        std::vector<GateEvent> events;   //!< guarded by mutex
        SessionDesk* receiver = nullptr; //!< guarded by mutex; none: nobody listens any more
    };

    QString m_user;
    std::shared_ptr<Mailbox> m_mailbox;
    std::unique_ptr<Session> m_session;
    BackgroundHandle m_task;
    State m_state = State::Idle;
    bool m_stop = false; //!< it was to end before it had begun
    SessionState m_now;
    GateSetup m_gate;
    std::shared_ptr<const RunRecord> m_record;
    std::shared_ptr<const Proposal> m_open;
    Drift m_drift;
    std::vector<SeenProposal> m_seen;
    QString m_tradingBy;
    QTimer m_tick;
};

} // namespace carry::ui
