// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "common/run_session.h"

#include <QToolBar>

class QComboBox;
class QLineEdit;
class QToolButton;

namespace carry::ui
{

class Player;

//! Buttons that move the cursor, its speed, the time it stands at, which can be typed, and the range that is looped.
class TransportBar : public QToolBar
{
    Q_OBJECT
  public:
    TransportBar(RunSession& session, Player& player, QWidget* parent = nullptr);

    //! The actions in the order of the bar, for the menu; nullptr stands for a line between them.
    QList<QAction*> commands() const { return m_commands; }
    //! Loop from here, loop to here, no loop.
    QList<QAction*> loopCommands() const { return {m_loopFrom, m_loopTo, m_loopClear}; }
    //! Puts the keyboard into the time, ready to be typed over.
    void focusTime();

  signals:
    //! The time was taken or taken back: the keyboard is free.
    void timeLeft();

  private:
    QAction* make(const char* icon, const QString& text, const QKeySequence& key, void (Player::*slot)());
    QAction* add(const char* icon, const QString& text, const QKeySequence& key, void (Player::*slot)());
    void addLine();
    void addLoop();
    void addSpeed();
    void addTime();
    void showCursor();
    void showPlaying(bool playing);
    void showSpeed(double speed);
    void showLoop();
    void jump();
    void markTime(const QString& wrong);
    void speedFrom(int index);

    RunSession& m_session;
    Player& m_player;
    QList<QAction*> m_commands;
    QAction *m_play = nullptr, *m_loopFrom = nullptr, *m_loopTo = nullptr, *m_loopClear = nullptr;
    QToolButton* m_loop = nullptr;
    QComboBox* m_speed = nullptr;
    QLineEdit* m_time = nullptr;
};

} // namespace carry::ui
