// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "desk/session.h"

#include <QObject>

class QSystemTrayIcon;
class QWidget;

namespace carry::ui
{

class SessionDesk;

//! Tells of a proposal when the window is not in front: in the task bar always, by a notification of the desktop and a
//! sound where that is wanted.
class SessionAlerts final : public QObject
{
    Q_OBJECT
  public:
    //! `window` outlives it.
    SessionAlerts(SessionDesk& desk, QWidget& window);
    void setNotifies(bool on);
    void setSounds(bool on) { m_sounds = on; }

  signals:
    void notified(const QString& text); //!< the desktop was given a notification
    void sounded();
    void activated(); //!< the person chose the notification

  private:
    void tell(const Proposal& proposal);

    QWidget& m_window;
    QSystemTrayIcon* m_tray = nullptr; //!< made when first wanted
    bool m_notifies = false, m_sounds = false;
};

} // namespace carry::ui
