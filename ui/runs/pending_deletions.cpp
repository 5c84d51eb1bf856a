// SPDX-License-Identifier: GPL-3.0-or-later
#include "pending_deletions.h"

namespace carry::ui
{

PendingDeletions::PendingDeletions(QObject* parent) : QObject(parent)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(kUndoMs);
    connect(&m_timer, &QTimer::timeout, this, &PendingDeletions::flush);
}

void PendingDeletions::add(const QStringList& runIds)
{
    if (runIds.isEmpty())
        return;
    m_ids += runIds;
    m_timer.start();
    emit changed();
}

void PendingDeletions::undo()
{
    m_timer.stop();
    m_ids.clear();
    emit changed();
}

void PendingDeletions::flush()
{
    m_timer.stop();
    if (m_ids.isEmpty())
        return;
    const QStringList ids = std::exchange(m_ids, {});
    emit due(ids);
    emit changed();
}

} // namespace carry::ui
