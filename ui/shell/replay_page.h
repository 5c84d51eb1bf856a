// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "common/run_session.h"

#include <QMainWindow>

class QLabel;

namespace carry::ui
{

class BookmarksPanel;
class ChartStack;
class ForkPanel;
class Inspector;
class Journal;
class ParametersPanel;
class PlanTree;
class Player;
class RunBookmarks;
class RunDraft;
class StopsPanel;
class TimeBar;
class TransportBar;

//! One run and everything about it: transport, time bar and the panels, which are docks.
class ReplayPage : public QMainWindow
{
    Q_OBJECT
  public:
    ReplayPage(RunSession& session, Player& player, RunDraft& draft, RunBookmarks& bookmarks,
               QWidget* parent = nullptr);

    TransportBar& transport() { return *m_transport; }
    ChartStack& charts() { return *m_charts; }
    ParametersPanel& parameters() { return *m_parameters; }
    ForkPanel& forking() { return *m_fork; }
    BookmarksPanel& bookmarks() { return *m_bookmarks; }
    //! Show and hide, for the menu.
    QList<QAction*> panelActions() const;
    //! Bring a panel to the front and the keyboard to it.
    const QList<QAction*>& goToActions() const { return m_goTo; }
    //! What run it is, for the headline: HTML.
    void setHeadline(const QString& html, const QString& toolTip = {});

  public slots:
    void resetLayout();
    //! Brings a panel to the front and the keyboard to it.
    void showParameters();
    void showForking();
    void showStops();
    void addBookmark();

  private:
    static void bringUp(QDockWidget* dock);
    QDockWidget* dock(const QString& name, const QString& title, QWidget* content);

    TransportBar* m_transport;
    QLabel* m_headline;
    TimeBar* m_timeBar;
    ChartStack* m_charts;
    ParametersPanel* m_parameters;
    ForkPanel* m_fork;
    StopsPanel* m_stops;
    BookmarksPanel* m_bookmarks;
    QList<QDockWidget*> m_docks;
    QList<QAction*> m_goTo;
    QDockWidget *m_positions, *m_exposure, *m_risk, *m_inspector, *m_stress, *m_plans, *m_lanes, *m_journal, *m_whyNot,
        *m_parametersDock, *m_forkDock, *m_stopsDock, *m_bookmarksDock;
    QByteArray m_defaultLayout;
};

} // namespace carry::ui
