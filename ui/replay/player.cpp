// SPDX-License-Identifier: GPL-3.0-or-later
#include "player.h"

#include "common/number_format.h"
#include "common/record_signs.h"
#include "desk/inspection.h"

namespace carry::ui
{

QString Player::speedName(double stepsPerSecond)
{
    return stepsPerSecond == kMaxSpeed ? tr("max") : tr("%1×").arg(stepsPerSecond);
}

Player::Player(RunSession& session, QObject* parent) : QObject(parent), m_session(session)
{
    m_frame.setInterval(16);
    m_frame.setTimerType(Qt::PreciseTimer);
    connect(&m_frame, &QTimer::timeout, this, &Player::advance);
    connect(&session, &RunSession::recordChanged, this, &Player::takeRecord);
    connect(&session, &RunSession::lengthChanged, this, &Player::watchGrowth);
}

void Player::takeRecord()
{
    pause();
    m_stops.setRecord(m_session.view().record());
    // Of a run that is opened nothing is played; one that begins to grow is looked at from its first step.
    m_passed.reset();
    if (m_session.length() > 1)
        m_passed = m_session.length() - 1;
}

void Player::watchGrowth()
{
    if (!m_session.followsEnd() || m_session.empty())
        return;
    if (!stopBefore(m_session.length() - 1))
        m_passed = m_session.length() - 1;
}

bool Player::stopBefore(std::size_t last)
{
    if (!m_stops.anyOn())
        return false;
    const auto stop = m_stops.firstStop(m_passed, last + 1);
    if (!stop)
        return false;
    m_stoppedPlaying = m_playing;
    pause();
    m_session.seek(std::max<std::size_t>(stop->step, 1) - 1);
    m_passed = stop->step;
    emit stopped(tr("Stopped before %1 UTC: %2 (hit %3)")
                     .arg(dateTime(m_session.record()->time(stop->step)), m_stops.name(stop->row))
                     .arg(stop->hit));
    return true;
}

void Player::play()
{
    if (m_playing || m_session.empty())
        return;
    if (const LoopRange& loop = m_session.loop(); loop.complete()) {
        if (m_session.cursor() < *loop.from || m_session.cursor() >= *loop.to)
            m_session.seek(*loop.from);
    } else if (m_session.cursor() + 1 >= m_session.length()) {
        m_session.seek(0);
    }
    // What it stands right before is passed: it was stopped at, or chosen.
    m_passed = m_session.cursor() + 1;
    m_playing = true;
    m_owed = 0;
    m_clock.start();
    m_frame.start();
    emit playingChanged(true);
}

void Player::goOn()
{
    if (m_session.empty())
        return;
    if (m_stoppedPlaying)
        return play();
    // It was the run that stopped: what has been computed meanwhile is looked at too.
    if (!stopBefore(m_session.length() - 1))
        toEnd();
}

void Player::pause()
{
    if (!m_playing)
        return;
    m_playing = false;
    m_frame.stop();
    emit playingChanged(false);
}

void Player::setSpeed(double stepsPerSecond)
{
    if (stepsPerSecond == m_speed)
        return;
    m_speed = stepsPerSecond;
    m_owed = 0;
    emit speedChanged(m_speed);
}

void Player::advance()
{
    const double seconds = static_cast<double>(m_clock.nsecsElapsed()) * 1e-9;
    m_clock.start();
    const LoopRange& loop = m_session.loop();
    if (m_speed == kMaxSpeed) {
        if (stopBefore(loop.complete() ? *loop.to : m_session.length() - 1))
            return;
        m_passed = m_session.length() - 1;
        if (loop.complete())
            m_session.seek(*loop.to);
        else
            m_session.setFollowsEnd(true);
        return pause();
    }
    m_owed += m_speed * seconds;
    const auto steps = static_cast<std::size_t>(m_owed);
    if (steps == 0)
        return;
    m_owed -= static_cast<double>(steps);
    const std::size_t next = target(steps);
    if (next <= m_session.cursor()) { // round the loop
        if (stopBefore(*loop.to))
            return;
        m_passed = *loop.from;
    }
    if (stopBefore(next))
        return;
    m_passed = std::max(m_passed.value_or(0), next);
    m_session.seek(next);
    if (m_session.cursor() + 1 == m_session.length() && (!loop.complete() || m_session.cursor() > *loop.to))
        pause();
}

std::size_t Player::target(std::size_t steps) const
{
    const std::size_t cursor = m_session.cursor();
    const LoopRange& loop = m_session.loop();
    // A cursor that was put after the loop plays on to the end of the run.
    if (!loop.complete() || cursor > *loop.to)
        return std::min(m_session.length() - 1, cursor + steps);
    if (cursor + steps <= *loop.to)
        return cursor + steps;
    return *loop.from + (cursor + steps - *loop.to - 1) % (*loop.to - *loop.from + 1);
}

void Player::moveTo(std::size_t step)
{
    pause();
    m_session.seek(step);
}

void Player::stepForward()
{
    moveTo(m_session.cursor() + 1);
}

void Player::stepBack()
{
    if (m_session.cursor() > 0)
        moveTo(m_session.cursor() - 1);
}

void Player::toStart()
{
    moveTo(0);
}

void Player::toEnd()
{
    pause();
    m_session.setFollowsEnd(true);
}

void Player::goToDecision(std::optional<std::size_t> step)
{
    if (!step)
        return;
    moveTo(*step);
    const RunView& view = m_session.view();
    const LogRange plans = view.plansOf(*step);
    if (!plans.empty())
        m_session.select({Selection::Kind::Plan, view.record()->plan(plans.last - 1).id});
}

void Player::nextDecision()
{
    if (!m_session.empty())
        goToDecision(m_session.view().nextDecision(m_session.cursor()));
}

void Player::previousDecision()
{
    if (!m_session.empty())
        goToDecision(m_session.view().previousDecision(m_session.cursor()));
}

void Player::goTo(const Selection& found, std::size_t step)
{
    moveTo(step);
    m_session.select(found);
}

void Player::goToBreach(std::optional<std::size_t> event)
{
    if (!event) {
        emit found(tr("No further risk warning, crossed limit or liquidation in what is recorded."));
        return;
    }
    const RunRecord& record = *m_session.record();
    const JournalEvent& there = record.event(*event);
    goTo(Selection{Selection::Kind::Event, *event}, there.step);
    emit found(tr("%1 UTC: %2", "time, event")
                   .arg(dateTime(record.time(there.step)), QString::fromStdString(describeEvent(record, there))));
}

void Player::nextBreach()
{
    if (!m_session.empty())
        goToBreach(breachAfter(*m_session.record(), m_session.length(), m_session.cursor()));
}

void Player::previousBreach()
{
    if (!m_session.empty())
        goToBreach(breachBefore(*m_session.record(), m_session.length(), m_session.cursor()));
}

void Player::nextFunding()
{
    if (m_session.empty())
        return;
    const RunRecord& record = *m_session.record();
    if (const auto row = fundingAfter(record, m_session.length(), m_session.cursor()))
        goTo(Selection{Selection::Kind::Funding, *row}, record.funding(*row).step);
}

void Player::previousFunding()
{
    if (m_session.empty())
        return;
    const RunRecord& record = *m_session.record();
    if (const auto row = fundingBefore(record, m_session.length(), m_session.cursor()))
        goTo(Selection{Selection::Kind::Funding, *row}, record.funding(*row).step);
}

void Player::loopFromHere()
{
    if (m_session.empty())
        return;
    LoopRange loop = m_session.loop();
    loop.from = m_session.cursor();
    if (loop.to && *loop.to <= *loop.from)
        loop.to.reset();
    m_session.setLoop(loop);
}

void Player::loopToHere()
{
    if (m_session.empty())
        return;
    LoopRange loop = m_session.loop();
    loop.to = m_session.cursor();
    if (loop.from && *loop.from >= *loop.to)
        loop.from.reset();
    m_session.setLoop(loop);
}

void Player::clearLoop()
{
    m_session.setLoop({});
}

} // namespace carry::ui
