// SPDX-License-Identifier: GPL-3.0-or-later
#include "player.h"

namespace carry::ui
{

Player::Player(RunSession& session, QObject* parent) : QObject(parent), m_session(session)
{
    m_frame.setInterval(16);
    m_frame.setTimerType(Qt::PreciseTimer);
    connect(&m_frame, &QTimer::timeout, this, &Player::advance);
    connect(&session, &RunSession::recordChanged, this, &Player::pause);
}

void Player::play()
{
    if (m_playing || m_session.empty())
        return;
    if (m_session.cursor() + 1 >= m_session.length())
        m_session.seek(0);
    m_playing = true;
    m_owed = 0;
    m_clock.start();
    m_frame.start();
    emit playingChanged(true);
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
    const std::size_t last = m_session.length() - 1;
    if (m_speed == kMaxSpeed) {
        m_session.setFollowsEnd(true);
        return pause();
    }
    m_owed += m_speed * seconds;
    const auto steps = static_cast<std::size_t>(m_owed);
    if (steps == 0)
        return;
    m_owed -= static_cast<double>(steps);
    const std::size_t target = std::min(last, m_session.cursor() + steps);
    m_session.seek(target);
    if (target == last)
        pause();
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

} // namespace carry::ui
