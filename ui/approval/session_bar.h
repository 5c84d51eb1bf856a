// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "desk/session.h"

#include <QFrame>

class QAction;
class QComboBox;
class QLabel;
class QPushButton;
class QToolButton;

namespace carry::ui
{

class EditBar;
class ElidedLabel;
class SessionDesk;

//! What must be seen in every workspace while a session runs: its mode, whether trading goes on, its clock and feed,
//! and the switches that stop it. Its actions are the window's.
class SessionBar final : public QFrame
{
    Q_OBJECT
  public:
    explicit SessionBar(SessionDesk& desk, QWidget* parent = nullptr);

    //! Pause, states of trading, kill switch, flatten, end, to the proposal; for a menu.
    const QList<QAction*>& commands() const { return m_commands; }
    //! What is safe to do about a plan that was not carried out in full.
    QList<QAction*> nextSteps() const { return {m_goTo, m_reducing, m_kill, m_flatten}; }

    //! What it has to say for a while does not widen the window.
    QSize minimumSizeHint() const override;

  signals:
    void venuesWanted();
    void proposalWanted(); //!< the card is to come to the front and have the keyboard

  private:
    QAction* command(const char* name, const char* icon, const QString& text);
    void makeCommands();
    void askState(TradingState state);
    void refresh();
    void showFeed();

    SessionDesk& m_desk;
    QList<QAction*> m_commands;
    QAction *m_goTo, *m_pause, *m_active, *m_reducing, *m_kill, *m_flatten, *m_end, *m_endFeed;
    QLabel *m_mode, *m_tradingIcon, *m_trading, *m_clock;
    ElidedLabel* m_feed;
    QComboBox* m_speed;
    QToolButton *m_pauseButton, *m_stateButton;
    QPushButton *m_trouble, *m_waiting, *m_killButton, *m_flattenButton;
    EditBar* m_reason;
};

//! "PAPER" as HTML, word and colour of a mode.
QString modeBadge(SessionMode mode);

} // namespace carry::ui
