// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "common/run_session.h"

#include <QToolBar>

class QComboBox;
class QLineEdit;

namespace carry::ui
{

class Player;

//! Buttons that move the cursor, its speed, and the time it stands at, which can be typed.
class TransportBar : public QToolBar
{
    Q_OBJECT
  public:
    TransportBar(RunSession& session, Player& player, QWidget* parent = nullptr);

    //! The actions in the order of the bar, for the menu.
    QList<QAction*> commands() const { return m_commands; }

  private:
    QAction* add(const QString& icon, const QString& text, const QKeySequence& key, void (Player::*slot)());
    void showCursor();
    void showPlaying(bool playing);
    void jump();
    void speedFrom(int index);

    RunSession& m_session;
    Player& m_player;
    QList<QAction*> m_commands;
    QAction* m_play = nullptr;
    QComboBox* m_speed;
    QLineEdit* m_time;
};

} // namespace carry::ui
