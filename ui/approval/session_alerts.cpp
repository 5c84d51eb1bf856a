// SPDX-License-Identifier: GPL-3.0-or-later
#include "session_alerts.h"

#include "approval_words.h"
#include "common/number_format.h"
#include "common/theme.h"
#include "session_desk.h"

#include <QApplication>
#include <QSystemTrayIcon>

namespace carry::ui
{

SessionAlerts::SessionAlerts(SessionDesk& desk, QWidget& window) : QObject(&window), m_window(window)
{
    connect(&desk, &SessionDesk::proposalOpened, this,
            [this](const std::shared_ptr<const Proposal>& proposal) { tell(*proposal); });
}

void SessionAlerts::setNotifies(bool on)
{
    m_notifies = on;
    if (!on && m_tray != nullptr)
        m_tray->hide();
}

void SessionAlerts::tell(const Proposal& proposal)
{
    if (m_window.isActiveWindow())
        return;
    QApplication::alert(&m_window);
    if (m_sounds) {
        QApplication::beep();
        emit sounded();
    }
    if (!m_notifies)
        return;
    const QString text =
        tr("Proposal %1: %2. Good until %3 UTC.")
            .arg(proposal.number)
            .arg(proposal.flatten ? tr("flatten") : Words::action(proposal.action), dateTime(proposal.expires));
    if (QSystemTrayIcon::isSystemTrayAvailable() && QSystemTrayIcon::supportsMessages()) {
        if (m_tray == nullptr) {
            m_tray = new QSystemTrayIcon(Theme::instance().icon(QStringLiteral("carrydesk")), this);
            m_tray->setToolTip(tr("Carrydesk"));
            connect(m_tray, &QSystemTrayIcon::messageClicked, this, &SessionAlerts::activated);
            connect(m_tray, &QSystemTrayIcon::activated, this, &SessionAlerts::activated);
        }
        m_tray->show(); // without a sign in the tray there are no messages
        m_tray->showMessage(tr("A proposal waits"), text, QSystemTrayIcon::Information);
    }
    emit notified(text);
}

} // namespace carry::ui
