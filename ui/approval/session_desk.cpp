// SPDX-License-Identifier: GPL-3.0-or-later
#include "session_desk.h"

#include "approval_words.h"

#include <QThreadPool>
#include <algorithm>

namespace carry::ui
{
namespace
{

constexpr int kClockMs = 100; // how often the clock is looked at while nothing happens

} // namespace

SessionDesk::SessionDesk(QObject* parent) : QObject(parent), m_user(systemUser())
{
    m_tick.setInterval(kClockMs);
    connect(&m_tick, &QTimer::timeout, this, &SessionDesk::look);
}

SessionDesk::~SessionDesk()
{
    if (m_mailbox) {
        m_mailbox->stop = true;
        const std::lock_guard lock(m_mailbox->mutex);
        m_mailbox->receiver = nullptr;
    }
}

void SessionDesk::setState(State state)
{
    if (state == m_state)
        return;
    m_state = state;
    emit stateChanged();
}

void SessionDesk::start(const RunConfiguration& configuration, std::shared_ptr<const MarketData> data,
                        SessionOptions options)
{
    if (active())
        return;
    m_stop = false;
    m_seen.clear();
    m_open.reset();
    m_now = {};
    m_now.mode = options.mode;
    if (options.messages)
        m_now.messages.emplace(); // none has come yet
    m_mailbox = std::make_shared<Mailbox>();
    m_mailbox->receiver = this;
    options.user = m_user.toStdString();
    options.onEvent = [box = m_mailbox, also = options.onEvent](const RunInfo& info, const GateEvent& event) {
        if (also)
            also(info, event);
        const std::lock_guard lock(box->mutex);
        box->events.push_back(event);
    };
    options.goOn = [box = m_mailbox] { return !box->stop; };
    // The session calls again only after somebody has looked: at most one call is on its way.
    options.wake = [box = m_mailbox] {
        const std::lock_guard lock(box->mutex);
        if (box->receiver != nullptr)
            QMetaObject::invokeMethod(box->receiver, &SessionDesk::look, Qt::QueuedConnection);
    };
    setState(State::Starting);
    using Started = Result<std::unique_ptr<Session>>;
    auto started = std::make_shared<std::optional<Started>>(); // sessions cannot be copied
    m_task = runInBackground(
        this,
        [configuration, data, options, started] { started->emplace(Session::start(configuration, *data, options)); },
        [this, started] {
            if (**started)
                return begin(std::move(***started));
            setState(State::Idle);
            if (!m_stop || (*started)->error().code() != ErrorCode::EngineCancelled)
                emit failed((*started)->error(), tr("Cannot start the session"));
        });
}

void SessionDesk::begin(std::unique_ptr<Session> session)
{
    m_session = std::move(session);
    m_record = m_session->record();
    m_gate = m_session->gate();
    if (m_stop)
        m_session->stop();
    m_tick.start();
    m_now = m_session->state();
    setState(State::Running);
    emit started(m_record);
    look();
}

void SessionDesk::takeEvents()
{
    std::vector<GateEvent> events;
    {
        const std::lock_guard lock(m_mailbox->mutex);
        events.swap(m_mailbox->events);
    }
    for (const GateEvent& event : events) {
        if (event.kind == GateEvent::Kind::Refusal && event.error)
            emit refused(*event.error);
        if (event.kind == GateEvent::Kind::TradingState)
            m_tradingBy =
                tr("%1: %2", "who, why").arg(QString::fromStdString(event.user), QString::fromStdString(event.reason));
        if (event.kind != GateEvent::Kind::Proposal || !event.proposal)
            continue;
        auto seen = std::ranges::find(m_seen, event.proposal->number,
                                      [](const SeenProposal& each) { return each.proposal->number; });
        if (seen == m_seen.end())
            seen = m_seen.insert(m_seen.end(), SeenProposal{event.proposal, event.step, event.time, {}, {}, {}});
        auto part = event.step == ProposalStep::Approved ? nullptr : event.part ? event.part : seen->part;
        *seen = {event.proposal,
                 event.step,
                 event.time,
                 QString::fromStdString(event.user),
                 QString::fromStdString(event.reason),
                 std::move(part)};
    }
}

void SessionDesk::look()
{
    if (!m_session)
        return;
    m_now = m_session->state(); // first: from here on it may call again
    std::shared_ptr<const Proposal> open = m_session->openProposal();
    m_drift = m_session->drift().value_or(Drift{});
    takeEvents();
    const bool opened = open && (!m_open || m_open->number != open->number);
    m_open = std::move(open);
    if (opened)
        emit proposalOpened(m_open);
    emit changed();
    if (m_session && m_session->ended())
        end();
}

void SessionDesk::end()
{
    m_tick.stop();
    const auto result = m_session->wait();
    takeEvents();
    m_open.reset();
    m_now.ended = true;
    // What the engine held of a long run takes several display frames to give back.
    QThreadPool::globalInstance()->start(
        [session = std::shared_ptr<Session>(std::move(m_session))]() mutable { session.reset(); });
    setState(State::Idle);
    emit changed();
    if (result)
        emit finished(*result);
    else
        emit failed(result.error(), tr("The session failed"));
}

std::shared_ptr<const Proposal> SessionDesk::proposal(std::uint32_t number) const
{
    for (const SeenProposal& each : m_seen)
        if (each.proposal->number == number)
            return each.proposal;
    return m_open && m_open->number == number ? m_open : nullptr;
}

void SessionDesk::submit(GateCommand command)
{
    if (!m_session)
        return;
    if (command.user.empty())
        command.user = m_user.toStdString();
    m_session->submit(std::move(command));
}

void SessionDesk::askPart(std::uint32_t proposal, const std::vector<GroupRef>& groups)
{
    if (!m_session)
        return;
    m_session->askPart(proposal, groups, [box = m_mailbox](const Result<std::shared_ptr<const Proposal>>& part) {
        const std::lock_guard lock(box->mutex);
        if (part && box->receiver != nullptr) // an error: it is open no longer, and that is told anyway
            QMetaObject::invokeMethod(
                box->receiver, [to = box->receiver, part = *part] { emit to->partAnswered(part); },
                Qt::QueuedConnection);
    });
}

void SessionDesk::kill()
{
    if (!m_session)
        return;
    m_session->halt("kill switch", m_user.toStdString());
    look();
}

void SessionDesk::flatten()
{
    GateCommand command;
    command.kind = GateCommand::Kind::Flatten;
    submit(std::move(command));
}

void SessionDesk::setTrading(TradingState state, const QString& reason)
{
    GateCommand command;
    command.kind = GateCommand::Kind::SetState;
    command.state = state;
    command.reason = reason.toStdString();
    submit(std::move(command));
}

void SessionDesk::setPaused(bool on)
{
    if (!m_session)
        return;
    on ? m_session->pause() : m_session->resume();
    look();
}

void SessionDesk::setSpeed(double speed)
{
    if (!m_session)
        return;
    m_session->setSpeed(speed);
    look();
}

void SessionDesk::endFeed()
{
    if (m_session)
        m_session->endFeed();
}

void SessionDesk::stop()
{
    m_stop = true;
    if (m_mailbox)
        m_mailbox->stop = true;
    if (m_session)
        m_session->stop();
}

} // namespace carry::ui
