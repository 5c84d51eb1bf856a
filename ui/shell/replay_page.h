// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "common/run_session.h"

#include <QMainWindow>

class QLabel;

namespace carry::ui
{

class ChartStack;
class Inspector;
class Journal;
class PlanTree;
class Player;
class TimeBar;
class TransportBar;

//! One run and everything about it: transport, time bar and the panels, which are docks.
class ReplayPage : public QMainWindow
{
    Q_OBJECT
  public:
    ReplayPage(RunSession& session, Player& player, QWidget* parent = nullptr);

    TransportBar& transport() { return *m_transport; }
    ChartStack& charts() { return *m_charts; }
    //! Show and hide, for the menu.
    QList<QAction*> panelActions() const;
    //! What run it is, for the headline: HTML.
    void setHeadline(const QString& html);

  public slots:
    void resetLayout();

  private:
    QDockWidget* dock(const QString& name, const QString& title, QWidget* content);

    TransportBar* m_transport;
    QLabel* m_headline;
    TimeBar* m_timeBar;
    ChartStack* m_charts;
    QList<QDockWidget*> m_docks;
    QDockWidget *m_positions, *m_exposure, *m_risk, *m_inspector, *m_stress, *m_plans, *m_lanes, *m_journal, *m_whyNot;
    QByteArray m_defaultLayout;
};

} // namespace carry::ui
