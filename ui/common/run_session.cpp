// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_session.h"

#include <QThreadPool>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace carry::ui
{
namespace
{

constexpr int kDisplayMs = 16;

} // namespace

RunSession::RunSession(QObject* parent) : QObject(parent)
{
    m_tick.setInterval(kDisplayMs);
    m_tick.setTimerType(Qt::PreciseTimer);
    connect(&m_tick, &QTimer::timeout, this, &RunSession::look);
}

void RunSession::setRecord(std::shared_ptr<const RunRecord> record)
{
    std::shared_ptr<const RunRecord> before = m_view.record();
    m_failed = false;
    m_view = record ? RunView(std::move(record)) : RunView();
    m_length = m_view.length();
    m_follow = true;
    m_selection = {};
    m_loop = {};
    m_reference = {};
    if (m_length > 0)
        m_view.seek(m_length - 1);
    if (m_view.record())
        m_tick.start();
    else
        m_tick.stop();
    emit recordChanged();
    emit cursorChanged();
    emit selectionChanged();
    emit loopChanged();
    // Giving back the memory of a long record takes several display frames.
    if (before)
        QThreadPool::globalInstance()->start([before = std::move(before)]() mutable {
            before.reset();
#ifdef __GLIBC__
            malloc_trim(0); // what several threads allocated goes back to the system only when asked for
#endif
        });
}

void RunSession::setReference(ReferenceRun reference)
{
    m_reference = std::move(reference);
    emit referenceChanged();
}

void RunSession::setLoop(const LoopRange& loop)
{
    if (loop == m_loop)
        return;
    m_loop = loop;
    emit loopChanged();
}

void RunSession::setFollowsEnd(bool on)
{
    m_follow = on;
    if (on && m_length > 0 && cursor() + 1 != m_length) {
        m_view.seek(m_length - 1);
        emit cursorChanged();
    }
}

void RunSession::look()
{
    if (const auto fault = record() == nullptr || m_failed ? std::nullopt : record()->fault()) {
        m_failed = true;
        emit recordFailed(*fault);
        return;
    }
    const std::size_t length = m_view.length();
    if (length == m_length)
        return;
    m_length = length;
    if (m_follow)
        m_view.seek(length - 1);
    emit lengthChanged();
    if (m_follow)
        emit cursorChanged();
}

void RunSession::seek(std::size_t step)
{
    m_follow = false;
    if (m_length == 0)
        return;
    const std::size_t before = cursor();
    m_view.seek(std::min(step, m_length - 1));
    if (cursor() != before)
        emit cursorChanged();
}

std::size_t RunSession::stepOf(const Selection& s) const
{
    const RunRecord& r = *record();
    switch (s.kind) {
    case Selection::Kind::Step:
        return s.index;
    case Selection::Kind::Plan:
        return r.plan(s.index - 1).decisionStep;
    case Selection::Kind::Instruction:
        return r.plan(r.instruction(s.index - 1).plan - 1).decisionStep;
    case Selection::Kind::Ledger:
        return r.ledger(s.index).step;
    case Selection::Kind::Event:
        return r.event(s.index).step;
    case Selection::Kind::Funding:
        return r.funding(s.index).step;
    case Selection::Kind::None:
    case Selection::Kind::Account:
    case Selection::Kind::Exchange:
    case Selection::Kind::Asset:
        break;
    }
    return cursor();
}

void RunSession::select(const Selection& selection)
{
    if (selection == m_selection)
        return;
    m_selection = empty() ? Selection{} : selection;
    if (!empty())
        if (const std::size_t step = stepOf(m_selection); step > cursor())
            seek(step);
    emit selectionChanged();
}

} // namespace carry::ui
