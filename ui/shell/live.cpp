// SPDX-License-Identifier: GPL-3.0-or-later
// Sessions in the window: how they are started, what is shown of them, and where their proposals come up.
#include "approval/approval_card.h"
#include "approval/proposal_sheet.h"
#include "approval/session_alerts.h"
#include "approval/session_bar.h"
#include "approval/session_form.h"
#include "common/notices.h"
#include "live_page.h"
#include "main_window.h"
#include "replay/run_form.h"
#include "replay_page.h"
#include "runs/runs_page.h"

#include <QMenuBar>

namespace carry::ui
{
namespace
{

const QString kAskMe = QStringLiteral("replay/askMe");

} // namespace

void MainWindow::connectLive()
{
    m_sheet = new ProposalSheet(m_desk, m_replay);
    auto* alerts = new SessionAlerts(m_desk, *this);
    const auto take = [this, alerts] {
        alerts->setNotifies(m_preferences.notifies());
        alerts->setSounds(m_preferences.sounds());
    };
    connect(&m_preferences, &Preferences::changed, alerts, take);
    take();
    connect(alerts, &SessionAlerts::activated, this, [this] {
        raise();
        activateWindow();
        showProposal();
    });
    connect(m_sessionBar, &SessionBar::proposalWanted, this, &MainWindow::showProposal);
    connect(m_sessionBar, &SessionBar::venuesWanted, this, [this] {
        showWorkspace(Live);
        m_live->showTab(LivePage::Venues);
    });
    connect(&m_live->form(), &SessionForm::startRequested, this, &MainWindow::startSession);
    connect(m_live, &LivePage::parityWanted, this, [this](const QString& runId) {
        showWorkspace(Runs);
        m_runs->parity(runId);
    });
    m_live->card().setNextSteps(m_sessionBar->nextSteps());
    connect(m_live, &LivePage::newSessionWanted, this, &MainWindow::describeSession);
    connect(&m_draft, &RunDraft::chosen, this, &MainWindow::describeSession);
    connect(&m_controller, &RunController::dataLoaded, this, &MainWindow::describeSession);
    connect(&m_desk, &SessionDesk::stateChanged, this, &MainWindow::showState);
    connect(&m_desk, &SessionDesk::started, this, [this](const std::shared_ptr<const RunRecord>& record) {
        m_session.setRecord(record);
        showHeadline(record->info());
        emit runOpened();
    });
    connect(&m_desk, &SessionDesk::finished, this, [this](const BacktestResult& result) {
        showResult(result);
        if (const auto differ = unansweredDifferences(m_desk.now(), result.record->info().runId))
            m_banner->showError(*differ, tr("The end of the session"));
    });
    connect(&m_desk, &SessionDesk::failed, this, [this](const Error& error, const QString& doing) {
        m_banner->showError(error, doing);
        emit runEnded();
        if (m_closing)
            close();
    });
    connect(&m_desk, &SessionDesk::refused, this,
            [this](const Error& error) { m_banner->showError(error, tr("The gate refused")); });
    connect(m_tabs, &QTabBar::currentChanged, this, &MainWindow::describeSession);
    describeSession();
}

void MainWindow::buildSessionMenu()
{
    QMenu* menu = menuBar()->addMenu(tr("Sessio&n"));
    QAction* start = menu->addAction(tr("&Start a paper session…"), this, [this] {
        showWorkspace(Live);
        m_live->showForm();
    });
    start->setObjectName(QStringLiteral("newPaperSession"));
    start->setIcon(Theme::instance().icon(QStringLiteral("live")));
    menu->addSeparator();
    menu->addActions(m_sessionBar->commands());
}

//! A run in the window whose every plan waits for an answer, in the replay.
QAction* MainWindow::makeAskMe()
{
    auto* action = new QAction(Theme::instance().icon(QStringLiteral("half")), tr("&Ask me before each plan"), this);
    action->setObjectName(QStringLiteral("askMe"));
    action->setIconText(tr("Ask"));
    action->setCheckable(true);
    action->setChecked(m_settings->value(kAskMe, false).toBool());
    setTip(*action, tr("Run with a gate: each plan comes up for approval, and the run waits for the answer"));
    connect(action, &QAction::toggled, this, [this](bool on) { m_settings->setValue(kAskMe, on); });
    return action;
}

void MainWindow::describeSession()
{
    m_live->form().setWhat(tr("%1 on %2, as chosen above")
                               .arg(m_form->preset(), m_form->data() == QLatin1String("demo")
                                                          ? tr("the demo data (synthetic)")
                                                          : QDir::toNativeSeparators(m_form->data())));
}

void MainWindow::startSession()
{
    if (busy())
        return;
    const auto request = m_form->request();
    if (!request)
        return;
    if (auto options = m_live->form().options()) {
        showWorkspace(Live);
        launch(*request, std::move(*options));
    }
}

//! The clock stands while a proposal waits, so nothing is missed however long somebody thinks.
void MainWindow::startAsking(const RunRequest& request)
{
    SessionOptions options;
    options.mode = SessionMode::Backtest;
    options.feed.speed = TapeFeed::kUnpaced;
    options.waitForDecision = true;
    launch(request, std::move(options));
}

//! Its mode and gate are the stored ones; it goes on at the pace that the form says.
void MainWindow::resumeSession(const RunRequest& request)
{
    if (busy())
        return;
    SessionOptions options;
    if (auto chosen = m_live->form().options()) {
        options.feed = chosen->feed;
        options.waitForDecision = chosen->waitForDecision;
    }
    options.resume = request.resume.toStdString();
    showWorkspace(Live);
    launch(request, std::move(options));
}

void MainWindow::launch(const RunRequest& request, SessionOptions options)
{
    m_banner->clear();
    m_forked = {};
    options.period = request.period;
    if (!m_options.database.isEmpty())
        options.database = m_options.database.toStdString();
    const auto begin = [this, request, options] {
        if (m_controller.data() && m_controller.dataSource() == request.data)
            m_desk.start(request.configuration, m_controller.data(), options);
    };
    if (m_controller.data() && m_controller.dataSource() == request.data)
        return begin();
    const auto once = std::make_shared<QMetaObject::Connection>();
    *once = connect(&m_controller, &RunController::stateChanged, this, [this, begin, once] {
        if (m_controller.busy())
            return;
        disconnect(*once);
        QMetaObject::invokeMethod(this, begin, Qt::QueuedConnection); // first everybody hears that the data are there
    });
    m_controller.loadData(request.data);
}

void MainWindow::showProposal()
{
    if (m_desk.now().mode == SessionMode::Backtest) {
        showWorkspace(Replay);
        m_sheet->bringUp();
    } else {
        showWorkspace(Live);
        m_live->showProposal();
    }
}

void MainWindow::cancelRun()
{
    m_desk.active() ? m_desk.stop() : m_controller.cancel();
}

} // namespace carry::ui
