// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QStatusBar>

class QLabel;

namespace carry::ui
{

class RunController;
class RunSession;

//! The line at the bottom: clock of the run, speed of the engine, length of the record, lag of the store, unexplained
//! P&L, database.
class StatusPanel : public QStatusBar
{
    Q_OBJECT
  public:
    StatusPanel(RunSession& session, RunController& controller, QWidget* parent = nullptr);

    //! What comes and goes, in the room that is left.
    void addLeft(QWidget* widget) { addWidget(widget, 1); }

  public slots:
    void refresh();

  private:
    QLabel* add(const QString& name, const QString& help);

    RunSession& m_session;
    RunController& m_controller;
    QLabel *m_clock, *m_speed, *m_length, *m_lag, *m_unexplained, *m_database;
};

} // namespace carry::ui
