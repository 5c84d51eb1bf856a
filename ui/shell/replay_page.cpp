// SPDX-License-Identifier: GPL-3.0-or-later
#include "replay_page.h"

#include "charts/chart_stack.h"
#include "charts/time_bar.h"
#include "pipeline/inspector.h"
#include "pipeline/journal.h"
#include "pipeline/lane_view.h"
#include "pipeline/plan_tree.h"
#include "pipeline/why_not.h"
#include "positions/exposure_panel.h"
#include "positions/positions_panel.h"
#include "positions/risk_panel.h"
#include "positions/stress_panel.h"
#include "replay/bookmarks_panel.h"
#include "replay/fork_panel.h"
#include "replay/parameters_panel.h"
#include "replay/player.h"
#include "replay/run_bookmarks.h"
#include "replay/stops_panel.h"
#include "replay/transport_bar.h"

#include <QAbstractItemView>
#include <QDockWidget>
#include <QLabel>
#include <QToolBar>

namespace carry::ui
{

ReplayPage::ReplayPage(RunSession& session, Player& player, RunDraft& draft, RunBookmarks& bookmarks, QWidget* parent)
    : QMainWindow(parent)
{
    setObjectName(QStringLiteral("replayPage"));
    setWindowFlags(Qt::Widget);
    setDockNestingEnabled(true);
    setDockOptions(AnimatedDocks | AllowNestedDocks | AllowTabbedDocks);
    setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);

    m_transport = new TransportBar(session, player, this);
    auto* space = new QWidget(this);
    space->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    m_transport->addWidget(space);
    m_headline = new QLabel(this);
    m_headline->setObjectName(QStringLiteral("headline"));
    m_headline->setAccessibleName(tr("Run that is shown"));
    m_headline->setTextFormat(Qt::RichText);
    m_headline->setContentsMargins(6, 0, 8, 0);
    // A tool bar leaves out what is too wide for it: as wide as what must be seen will do, the rest is cut.
    QFont bold = m_headline->font();
    bold.setBold(true);
    m_headline->setMinimumWidth(QFontMetrics(bold).horizontalAdvance(tr("BACKTEST  SYNTHETIC DATA")) + 30);
    m_transport->addWidget(m_headline);
    addToolBar(Qt::TopToolBarArea, m_transport);
    connect(m_transport, &TransportBar::timeLeft, this, [this] { m_charts->setFocus(Qt::OtherFocusReason); });
    addToolBarBreak(Qt::TopToolBarArea);
    auto* bar = new QToolBar(tr("Time bar"), this);
    bar->setObjectName(QStringLiteral("timeBar"));
    bar->setMovable(false);
    m_timeBar = new TimeBar(session, bar);
    m_timeBar->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    bar->addWidget(m_timeBar);
    addToolBar(Qt::TopToolBarArea, bar);

    m_charts = new ChartStack(session, this);
    setCentralWidget(m_charts);
    auto* toCharts = new QAction(tr("Go to Charts"), this);
    toCharts->setObjectName(QStringLiteral("goTo-charts"));
    connect(toCharts, &QAction::triggered, this, [this] { m_charts->setFocus(Qt::ShortcutFocusReason); });
    m_goTo.append(toCharts);
    m_positions = dock(QStringLiteral("positions"), tr("Positions"), new PositionsPanel(session));
    m_exposure = dock(QStringLiteral("exposure"), tr("Exposure"), new ExposurePanel(session));
    m_risk = dock(QStringLiteral("risk"), tr("Risk"), new RiskPanel(session));
    m_stress = dock(QStringLiteral("stress"), tr("Stress"), new StressPanel(session));
    m_inspector = dock(QStringLiteral("inspector"), tr("Inspector"), new Inspector(session));
    m_plans = dock(QStringLiteral("pipeline"), tr("Pipeline"), new PlanTree(session));
    m_lanes = dock(QStringLiteral("lanes"), tr("Lanes"), new LanePanel(session));
    m_whyNot = dock(QStringLiteral("whyNot"), tr("Why not"), new WhyNot(session));
    m_journal = dock(QStringLiteral("journal"), tr("Journal"), new Journal(session));
    m_parameters = new ParametersPanel(draft);
    m_fork = new ForkPanel(session);
    m_parametersDock = dock(QStringLiteral("parameters"), tr("Parameters"), m_parameters);
    m_forkDock = dock(QStringLiteral("fork"), tr("Fork"), m_fork);
    m_stops = new StopsPanel(session, player);
    m_bookmarks = new BookmarksPanel(session, player, bookmarks);
    connect(&bookmarks, &RunBookmarks::changed, this, [this, &bookmarks] {
        std::vector<TimeBar::Flag> flags;
        for (const Bookmark& bookmark : bookmarks.all())
            flags.push_back({bookmark.time, QString::fromStdString(bookmark.note)});
        m_timeBar->setFlags(std::move(flags));
    });
    m_stopsDock = dock(QStringLiteral("stops"), tr("Stops"), m_stops);
    m_bookmarksDock = dock(QStringLiteral("bookmarks"), tr("Bookmarks"), m_bookmarks);
    addDockWidget(Qt::LeftDockWidgetArea, m_positions);
    addDockWidget(Qt::RightDockWidgetArea, m_inspector);
    addDockWidget(Qt::BottomDockWidgetArea, m_plans);
    addDockWidget(Qt::BottomDockWidgetArea, m_journal);
    resetLayout();
}

QDockWidget* ReplayPage::dock(const QString& name, const QString& title, QWidget* content)
{
    auto* dock = new QDockWidget(title, this);
    dock->setObjectName(name);
    dock->setAccessibleName(title);
    dock->setWidget(content);
    dock->toggleViewAction()->setObjectName(name + QStringLiteral("PanelAction"));
    m_docks.append(dock);
    auto* go = new QAction(tr("Go to %1").arg(title), this);
    go->setObjectName(QStringLiteral("goTo-") + name);
    connect(go, &QAction::triggered, this, [dock] {
        bringUp(dock);
        // Its table or tree, which the arrows move in; else the first thing in it that takes keys.
        QWidget* first = nullptr;
        for (QWidget* each = dock->widget(); each != nullptr; each = each->nextInFocusChain()) {
            if (each != dock->widget() && !dock->widget()->isAncestorOf(each))
                break;
            if (each->isVisible() && each->isEnabled() && (each->focusPolicy() & Qt::TabFocus) != 0) {
                if (qobject_cast<QAbstractItemView*>(each) != nullptr)
                    return each->setFocus(Qt::ShortcutFocusReason);
                if (first == nullptr)
                    first = each;
            }
        }
        if (first != nullptr)
            first->setFocus(Qt::ShortcutFocusReason);
    });
    m_goTo.append(go);
    return dock;
}

void ReplayPage::resetLayout()
{
    setCorner(Qt::BottomLeftCorner, Qt::BottomDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    for (QDockWidget* each : m_docks) {
        each->setFloating(false);
        removeDockWidget(each);
    }
    addDockWidget(Qt::LeftDockWidgetArea, m_positions);
    splitDockWidget(m_positions, m_exposure, Qt::Vertical);
    tabifyDockWidget(m_exposure, m_risk);
    tabifyDockWidget(m_risk, m_stress);
    addDockWidget(Qt::RightDockWidgetArea, m_inspector);
    tabifyDockWidget(m_inspector, m_parametersDock);
    tabifyDockWidget(m_parametersDock, m_forkDock);
    addDockWidget(Qt::BottomDockWidgetArea, m_plans);
    splitDockWidget(m_plans, m_journal, Qt::Horizontal);
    tabifyDockWidget(m_plans, m_lanes);
    tabifyDockWidget(m_journal, m_whyNot);
    tabifyDockWidget(m_whyNot, m_stopsDock);
    tabifyDockWidget(m_stopsDock, m_bookmarksDock);
    for (QDockWidget* each : m_docks)
        each->show();
    m_risk->raise();
    m_plans->raise();
    m_journal->raise();
    m_inspector->raise();
    const int w = std::max(width(), 1200);
    const int h = std::max(height(), 700);
    resizeDocks({m_positions, m_inspector}, {w * 34 / 100, w * 22 / 100}, Qt::Horizontal);
    resizeDocks({m_plans, m_journal}, {w * 34 / 100, w * 44 / 100}, Qt::Horizontal);
    resizeDocks({m_plans}, {h * 31 / 100}, Qt::Vertical);
    resizeDocks({m_positions, m_risk}, {h * 23 / 100, h * 34 / 100}, Qt::Vertical);
}

void ReplayPage::bringUp(QDockWidget* dock)
{
    dock->show();
    dock->raise();
}

void ReplayPage::showParameters()
{
    bringUp(m_parametersDock);
    m_parameters->focusHere();
}

void ReplayPage::showForking()
{
    bringUp(m_forkDock);
    m_fork->focusHere();
}

void ReplayPage::showStops()
{
    bringUp(m_stopsDock);
    m_stops->focusHere();
}

void ReplayPage::addBookmark()
{
    bringUp(m_bookmarksDock);
    m_bookmarks->addHere();
}

QList<QAction*> ReplayPage::panelActions() const
{
    QList<QAction*> actions;
    for (QDockWidget* each : m_docks)
        actions.append(each->toggleViewAction());
    return actions;
}

void ReplayPage::setHeadline(const QString& html, const QString& toolTip)
{
    m_headline->setText(html);
    m_headline->setToolTip(toolTip);
    m_headline->setAccessibleDescription(toolTip);
}

} // namespace carry::ui
