// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QObject>
#include <QSet>
#include <QStringList>
#include <QTimer>

namespace carry::ui
{

//! Runs that a person has deleted and may still want back. A further deletion joins those waiting and starts the time
//! afresh.
class PendingDeletions final : public QObject
{
    Q_OBJECT
  public:
    static constexpr int kUndoMs = 8000;

    explicit PendingDeletions(QObject* parent = nullptr);

    void add(const QStringList& runIds);
    void undo();
    //! Ends the waiting now.
    void flush();
    const QStringList& runIds() const { return m_ids; }
    void setUndoTime(int ms) { m_timer.setInterval(ms); }

  signals:
    void changed();
    void due(const QStringList& runIds); //!< to be deleted for good

  private:
    QStringList m_ids;
    QTimer m_timer;
};

} // namespace carry::ui
