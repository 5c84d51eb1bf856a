// SPDX-License-Identifier: GPL-3.0-or-later
#include "main_window.h"

#include "approval/session_bar.h"
#include "charts/chart_stack.h"
#include "charts/charted_columns.h"
#include "command_palette.h"
#include "common/floating_notices.h"
#include "common/number_format.h"
#include "data/data_page.h"
#include "live_page.h"
#include "replay/run_form.h"
#include "replay_page.h"
#include "runs/runs_page.h"
#include "status_panel.h"

#include <QApplication>
#include <QCloseEvent>
#include <QFileDialog>
#include <QLabel>
#include <QMessageBox>
#include <QPushButton>
#include <QStackedWidget>
#include <QTabBar>
#include <QTimer>
#include <QToolBar>
#include <QToolButton>
#include <QVBoxLayout>

namespace carry::ui
{

namespace
{

constexpr int kBeforeCheckMs = 1'000; // until what is on screen has been drawn

} // namespace

MainWindow::MainWindow(const WindowOptions& options)
    : m_options(options), m_settings(options.settingsFile.isEmpty()
                                         ? std::make_unique<QSettings>()
                                         : std::make_unique<QSettings>(options.settingsFile, QSettings::IniFormat)),
      m_preferences(*m_settings), m_commands(*m_settings), m_draft(options.presetFolder), m_player(m_session),
      m_bookmarks(m_session)
{
    setObjectName(QStringLiteral("carrydesk"));
    setWindowTitle(tr("Carrydesk"));
    setWindowIcon(Theme::instance().icon(QStringLiteral("carrydesk")));
    m_controller.setDatabase(options.database);

    m_replay = new ReplayPage(m_session, m_player, m_draft, m_bookmarks);
    m_live = new LivePage(m_session, m_desk);
    m_runs = new RunsPage;
    m_data = new DataPage;
    m_pages = new QStackedWidget(this);
    for (QWidget* page : std::initializer_list<QWidget*>{m_replay, m_live, m_runs, m_data})
        m_pages->addWidget(page);
    m_player.setSpeed(m_preferences.speed());
    m_player.stops().restore(m_settings->value(QStringLiteral("replay/stops")).toStringList());
    m_banner = new Banner(this);
    m_progress = new ProgressStrip(this);
    auto* center = new QWidget(this);
    auto* layout = new QVBoxLayout(center);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    m_sessionBar = new SessionBar(m_desk, this);
    layout->addWidget(m_sessionBar);
    layout->addWidget(m_pages, 1);
    setCentralWidget(center);
    (new FloatingNotices(center))->add(m_banner);
    m_note = new NoteStrip(this);
    m_status = new StatusPanel(m_session, m_controller, this);
    m_status->addLeft(m_progress);
    m_status->addLeft(m_note);
    setStatusBar(m_status);
    m_palette = new CommandPalette(this);
    buildHeader();
    buildMenus();
    connectController();
    connectPages();
    connectForking();
    connectNotes();
    connectLive();
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        showState();
        if (m_session.record() != nullptr)
            showHeadline(m_session.record()->info());
    });
    showState();
    restoreLayout();
}

MainWindow::~MainWindow()
{
    // Panels look at the session, which as a member would be gone before them.
    qDeleteAll(findChildren<QWidget*>(Qt::FindDirectChildrenOnly));
}

void MainWindow::buildHeader()
{
    auto* header = new QToolBar(tr("Workspaces"), this);
    header->setObjectName(QStringLiteral("header"));
    header->setMovable(false);
    header->layout()->setSpacing(1); // all of it fits into 1440 pixels
    m_tabs = new QTabBar(header);
    m_tabs->setAccessibleName(tr("Workspaces"));
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_tabs->setUsesScrollButtons(false); // all four are always there
    for (const QString& name : {tr("Replay"), tr("Live"), tr("Runs"), tr("Data")})
        m_tabs->addTab(name);
    header->addWidget(m_tabs);
    auto* space = new QWidget(header);
    space->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    header->addWidget(space);
    m_form = new RunForm(m_draft, header);
    header->addWidget(m_form);
    m_askMe = makeAskMe();
    auto* ask = new QToolButton(header);
    ask->setObjectName(QStringLiteral("askMeButton"));
    ask->setDefaultAction(m_askMe);
    ask->setToolButtonStyle(Qt::ToolButtonTextOnly);
    ask->setFocusPolicy(Qt::TabFocus);
    ask->setStyleSheet(QStringLiteral("padding: 3px 2px;"));
    header->addWidget(ask);
    m_state = new QLabel(header);
    m_state->setAccessibleName(tr("State of the engine"));
    m_state->setMinimumWidth(fontMetrics().horizontalAdvance(tr("● Running")));
    m_state->setAlignment(Qt::AlignCenter);
    header->addWidget(m_state);
    addToolBar(Qt::TopToolBarArea, header);
    setContextMenuPolicy(Qt::NoContextMenu);
    connect(m_tabs, &QTabBar::currentChanged, m_pages, &QStackedWidget::setCurrentIndex);
}

void MainWindow::connectController()
{
    connect(&m_controller, &RunController::stateChanged, this, &MainWindow::showState);
    connect(&m_controller, &RunController::progress, this, &MainWindow::showProgress);
    connect(m_progress, &ProgressStrip::cancelled, this, [this] {
        if (m_loading)
            m_loading->cancel();
        else
            m_controller.cancel();
    });
    connect(&m_controller, &RunController::dataLoaded, this, [this] {
        m_data->setData(m_controller.data(), m_controller.dataSource());
        m_form->setData(m_controller.dataSource());
    });
    connect(&m_controller, &RunController::started, this, [this](const std::shared_ptr<const RunRecord>& record) {
        m_session.setRecord(record);
        if (m_forked.record)
            m_session.setReference(m_forked);
        m_form->setPreset(QString::fromStdString(record->info().preset)); // by whatever way it was started
        showHeadline(record->info());
        emit runOpened();
    });
    connect(&m_controller, &RunController::finished, this, &MainWindow::showResult);
    connect(&m_controller, &RunController::failed, this, [this](const Error& error, const QString& doing) {
        m_forked = {};
        m_banner->showError(error, doing);
        m_cannotRun = m_banner->text();
        emit runEnded();
        if (m_closing)
            close();
    });
}

void MainWindow::connectPages()
{
    connect(m_form, &RunForm::runRequested, this, &MainWindow::startRun);
    connect(&m_session, &RunSession::recordFailed, this, &MainWindow::dropRun);
    connect(m_form, &RunForm::cancelRequested, this, &MainWindow::cancelRun);
    connect(m_form, &RunForm::folderRequested, this, [this] { openFolder(); });
    connect(m_form, &RunForm::dataChosen, &m_controller, &RunController::loadData);
    connect(m_palette, &CommandPalette::used, this,
            [this] { m_settings->setValue(QStringLiteral("palette/recent"), m_palette->recent()); });
    connect(m_runs, &RunsPage::openRequested, this, [this](const QString& id) { openRun(id); });
    connect(m_runs, &RunsPage::openBesideRequested, this, &MainWindow::openBeside);
    connect(m_runs, &RunsPage::resumeSessionRequested, this, [this](const RunListItem& run) { resumeRun(run); });
    connect(m_data, &DataPage::openFolderRequested, this, &MainWindow::openFolder);
    connect(m_data, &DataPage::demoRequested, this, [this] { m_controller.loadData(QStringLiteral("demo")); });
    connect(m_data, &DataPage::cancelRequested, &m_controller, &RunController::cancel);
    connect(&m_replay->charts(), &ChartStack::notice, this, [this](const QString& text, bool error) {
        m_banner->showMessage(error ? Banner::Level::Error : Banner::Level::Success, text);
    });
    connect(&m_controller, &RunController::progress, this, [this](std::size_t done, std::size_t total) {
        if (m_controller.state() == RunController::State::LoadingData)
            m_data->setLoading(done, total);
    });
    connect(&m_controller, &RunController::stateChanged, this, [this] {
        if (m_controller.state() != RunController::State::LoadingData)
            m_data->clearLoading(); // also where it failed or was cancelled
    });
}

void MainWindow::showEvent(QShowEvent* event)
{
    QMainWindow::showEvent(event);
    if (m_begun)
        return;
    m_begun = true;
    // Behind the first paint: the window stands before anything is read.
    QTimer::singleShot(0, this, [this] {
        emit firstShown();
        QTimer::singleShot(0, this, &MainWindow::begin);
    });
}

void MainWindow::begin()
{
    m_runs->setDatabase(m_options.database);
    struct Found {
        Result<std::vector<RunListItem>> interrupted, runs;
    };
    m_lane.run(
        this,
        [file = m_options.database.toStdString()] {
            auto interrupted = findInterrupted(file); // first: it may bring an older schema up to date
            const bool none = interrupted && !QFileInfo::exists(QString::fromStdString(file));
            return Found{std::move(interrupted), none ? std::vector<RunListItem>{} : listStoredRuns(file)};
        },
        [this](Found found) {
            const bool cutOff = found.interrupted && !found.interrupted->empty();
            showFirst(found.runs, m_options.openLast && !m_controller.busy(), cutOff);
            if (!found.interrupted)
                m_banner->showError(found.interrupted.error(), tr("Runs cannot be kept; this one stays in memory"));
            else if (cutOff)
                offerResume(*found.interrupted);
        });
}

//! `cutOff`: something is to be resumed, and nothing that starts by itself may be in its way.
void MainWindow::showFirst(const Result<std::vector<RunListItem>>& runs, bool wanted, bool cutOff)
{
    if (!wanted)
        return;
    const Preferences::Opens opens = m_preferences.opens();
    for (const RunListItem& run : runs ? *runs : std::vector<RunListItem>{}) {
        if (run.status != RunStatus::Done || opens != Preferences::Opens::NewestRun)
            continue;
        openRun(QString::fromStdString(run.runId));
        m_controller.loadData(m_options.data);
        return;
    }
    m_form->setPreset(m_options.preset);
    m_form->setData(opens == Preferences::Opens::Demo ? QStringLiteral("demo") : m_options.data);
    if (opens == Preferences::Opens::Nothing || cutOff)
        m_controller.loadData(m_options.data);
    else
        startRun();
}

void MainWindow::offerResume(const std::vector<RunListItem>& interrupted)
{
    const RunListItem& run = interrupted.front();
    const bool session = !run.mode.empty();
    QString text =
        (session ? tr("Session %1 (%2) was interrupted at step %3.") : tr("Run %1 (%2) was interrupted at step %3."))
            .arg(QString::fromStdString(run.runId).left(8), QString::fromStdString(run.preset))
            .arg(QLocale().toString(qulonglong(run.steps)));
    if (interrupted.size() > 1)
        text += QLatin1Char(' ') + tr("%n more in the list of runs.", nullptr, int(interrupted.size() - 1));
    m_banner->showMessage(
        Banner::Level::Warning, text,
        session ? tr("Nothing of it is lost. Resuming asks the venues what became of its orders, compares "
                     "all balances, and goes on where it was.")
                : tr("What was stored is kept. Resuming computes it again and goes on to its end."));
    m_banner->addButton(tr("Resume"), [this, run] { resumeRun(run); });
    m_banner->addButton(tr("Show runs"), [this] { showWorkspace(Runs); });
}

void MainWindow::resumeRun(const RunListItem& run)
{
    if (m_controller.state() == RunController::State::LoadingData) { // soon over, and in nobody's way
        const auto once = std::make_shared<QMetaObject::Connection>();
        *once = connect(&m_controller, &RunController::stateChanged, this, [this, run, once] {
            disconnect(*once);
            QMetaObject::invokeMethod(
                this, [this, run] { resumeRun(run); }, Qt::QueuedConnection);
        });
        return;
    }
    if (busy())
        return m_banner->showMessage(Banner::Level::Info, tr("Another run or session is under way"),
                                     tr("End it first, then resume this one."));
    m_banner->clear();
    const QString id = QString::fromStdString(run.runId);
    struct Shown {
        Result<StoredRun> run;
        Result<std::optional<StoredSession>> session;
    };
    m_lane.run(
        this,
        [file = m_options.database.toStdString(), whole = id.toStdString()] {
            return Shown{showStoredRun(file, whole), showStoredSession(file, whole)};
        },
        [this, id](Shown stored) {
            auto configuration = stored.run ? configurationOf(stored.run->info) : fail(stored.run.error());
            if (configuration && !stored.session)
                configuration = fail(stored.session.error());
            if (!configuration)
                return m_banner->showError(configuration.error(), tr("Cannot resume"));
            const RunInfo& info = stored.run->info;
            const RunRequest request{
                std::move(*configuration), QString::fromStdString(info.dataSource), {info.from, info.to}, id};
            if (*stored.session)
                return resumeSession(request);
            showWorkspace(Replay);
            m_controller.run(request);
        });
}

void MainWindow::startRun()
{
    if (busy())
        return;
    const auto request = m_form->request();
    if (!request)
        return;
    m_forked = {};
    m_banner->clear();
    showWorkspace(Replay);
    if (m_askMe->isChecked())
        startAsking(*request);
    else
        m_controller.run(*request);
}

void MainWindow::openRun(const QString& runId, qint64 atMs)
{
    if (m_loading)
        m_loading->cancel();
    endPair();
    m_progress->start(tr("Opening run %1").arg(runId.left(8)));
    using Loaded = Result<LoadedRun>;
    m_loading = runInBackground(
        this,
        [file = m_options.database.toStdString(), id = runId.toStdString()](BackgroundTask& task) {
            return openStoredRun(file, id, chartedColumns,
                                 [&task](std::size_t done, std::size_t total) { return task.report(done, total); });
        },
        [this, atMs](Loaded run) {
            m_progress->finish();
            m_loading.reset();
            if (run)
                showLoaded(std::make_shared<LoadedRun>(std::move(*run)), atMs);
            else if (run.error().code() != ErrorCode::EngineCancelled)
                m_banner->showError(run.error(), tr("Cannot open the run"));
        },
        [this](std::size_t done, std::size_t total) { m_progress->setProgress(done, total); });
}

void MainWindow::showLoaded(const std::shared_ptr<const LoadedRun>& run, qint64 atMs)
{
    m_session.setRecord(run->record);
    if (atMs >= 0)
        m_session.seek(m_session.view().stepAt(fromMs(atMs)));
    m_form->setPreset(QString::fromStdString(run->record->info().preset));
    showHeadline(run->record->info());
    showWorkspace(Replay);
    if (!run->checked)
        QTimer::singleShot(kBeforeCheckMs, this, [this, run] { checkLoaded(run); });
    emit runOpened();
}

void MainWindow::checkLoaded(const std::shared_ptr<const LoadedRun>& run)
{
    if (m_session.record() != run->record.get())
        return;
    if (m_checking)
        m_checking->cancel();
    m_checking = runInBackground(
        this, [run](const BackgroundTask& task) { return checkLoadedRun(*run, [&task] { return !task.cancelled(); }); },
        [this, run](const Result<void>& checked) {
            if (!checked && checked.error().code() != ErrorCode::EngineCancelled &&
                m_session.record() == run->record.get())
                dropRun(checked.error());
        });
}

void MainWindow::dropRun(const Error& error)
{
    m_session.setRecord(nullptr);
    m_replay->setHeadline({});
    setWindowTitle(tr("Carrydesk"));
    m_banner->showError(error, tr("The run that was open is not shown any more"));
}

//! "Fork of 13159f84 from 2024-08-24 12:00 UTC: rebalance.equity_tolerance = 0.04", a line for each fork.
static QString forkText(const RunInfo& info)
{
    QStringList lines;
    for (const Fork& fork : info.forks) {
        QStringList what;
        if (fork.decision)
            what += MainWindow::tr("%1 by hand").arg(QString::fromUtf8(toText(*fork.decision).data()));
        for (const auto& [key, value] : fork.changes)
            what += QString::fromStdString(key + " = " + value);
        lines += MainWindow::tr("Fork of %1 from %2 UTC: %3")
                     .arg(QString::fromStdString(fork.parent).left(8), dateTime(fork.at),
                          what.isEmpty() ? MainWindow::tr("nothing changed") : what.join(QStringLiteral(", ")));
    }
    return lines.join(QLatin1Char('\n'));
}

void MainWindow::showHeadline(const RunInfo& info)
{
    const auto text = [](const std::string& s) { return QString::fromStdString(s).toHtmlEscaped(); };
    const Colors& c = colors();
    // What must not be overlooked comes first: the end is cut where the window is narrow.
    const bool ofSession = m_desk.record() && m_desk.record()->info().runId == info.runId;
    QString html = modeBadge(ofSession ? m_desk.now().mode : SessionMode::Backtest) + QLatin1Char(' ');
    if (info.synthetic)
        html += QStringLiteral("&nbsp;<b style='color:%1'>%2</b> ").arg(c.warn.name(), tr("SYNTHETIC DATA"));
    html += QStringLiteral("&nbsp;<b>%1</b>").arg(text(info.preset));
    if (!info.forks.empty())
        html += QStringLiteral(" <b>%1</b>")
                    .arg(tr("fork of %1").arg(QString::fromStdString(info.forks.back().parent).left(8)));
    html += QStringLiteral(" <span style='color:%1'>%2 · %3 – %4</span>")
                .arg(c.muted.name(), text(info.dataName), dateTime(info.from).left(10), dateTime(info.to).left(10));
    m_replay->setHeadline(html, forkText(info));
    setWindowTitle(tr("%1 — Carrydesk").arg(QString::fromStdString(info.preset)));
}

void MainWindow::showResult(const BacktestResult& result)
{
    m_runs->refresh();
    if (result.storeError)
        offerSaveElsewhere(result);
    else if (result.summary.status == RunStatus::Interrupted && !m_closing)
        m_banner->showMessage(Banner::Level::Info, tr("The run was cancelled. What was computed is shown and kept."));
    else if (m_forked.record && !m_closing)
        offerComparison(result);
    m_forked = {};
    m_status->refresh();
    emit runEnded();
    if (m_closing)
        close();
}

void MainWindow::offerSaveElsewhere(const BacktestResult& result)
{
    m_banner->showError(*result.storeError, tr("The run is complete, but only in memory"));
    m_banner->addButton(tr("Save elsewhere…"), [this, result] {
        const QString file =
            QFileDialog::getSaveFileName(this, tr("Save the run"), QStringLiteral("carrydesk.db"),
                                         tr("Carrydesk databases (*.db)"), nullptr, QFileDialog::DontConfirmOverwrite);
        if (file.isEmpty())
            return;
        m_lane.run(
            this, [file, result] { return saveRun(file.toStdString(), *result.record, result.summary); },
            [this, file](Result<void> saved) {
                if (saved)
                    m_banner->showMessage(Banner::Level::Success, tr("The run is saved in %1.").arg(file));
                else
                    m_banner->showError(saved.error(), tr("Cannot save the run"));
            });
    });
}

//! Of a run under way what counts is what is stored: the engine is far ahead of the database.
void MainWindow::showProgress(std::size_t done, std::size_t total)
{
    const BacktestJob* job = m_controller.job();
    if (m_controller.state() != RunController::State::Running || job == nullptr)
        return m_progress->setProgress(done, total);
    m_progress->setProgress(done - std::min(done, job->storeLag()), total);
    if (done >= total)
        m_state->setText(QStringLiteral("<span style='color:%1'>●</span> %2").arg(colors().ok.name(), tr("Storing")));
}

void MainWindow::showState()
{
    const RunController::State state = m_controller.state();
    const Colors& c = colors();
    const auto show = [&](const QString& word, const QColor& color) {
        m_state->setText(QStringLiteral("<span style='color:%1'>●</span> %2").arg(color.name(), word));
    };
    switch (state) {
    case RunController::State::Idle:
        show(tr("Idle"), c.muted);
        break;
    case RunController::State::LoadingData:
        show(tr("Reading"), c.warn);
        break;
    case RunController::State::Preparing:
        show(tr("Preparing"), c.warn);
        break;
    case RunController::State::Running:
        show(tr("Running"), c.ok);
        break;
    }
    if (m_desk.active())
        show(tr("Session"), c.ok);
    m_form->setRunning(busy());
    if (m_runAction != nullptr) {
        m_runAction->setEnabled(!busy());
        m_cancelAction->setEnabled(busy());
    }
    // The button Run cancels what the controller does, the word beside it says what that is.
    if (m_loading)
        return;
    if (state == RunController::State::Idle)
        m_progress->finish();
    else if (state == RunController::State::LoadingData)
        m_progress->start(tr("Market data"), false);
    else if (state == RunController::State::Running)
        m_progress->start(tr("Computed and stored"), false);
}

void MainWindow::openFolder(const QString& folder)
{
    const QString chosen =
        folder.isEmpty() ? QFileDialog::getExistingDirectory(this, tr("Open a folder of market files")) : folder;
    if (chosen.isEmpty())
        return;
    m_form->setData(chosen);
    m_controller.loadData(chosen);
    showWorkspace(Data);
}

void MainWindow::showWorkspace(int workspace)
{
    m_tabs->setCurrentIndex(workspace);
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    if (busy() && !m_closing) {
        QMessageBox question(QMessageBox::Question, tr("Carrydesk"),
                             m_desk.active() ? tr("A session is going on.") : tr("A run is going on."),
                             QMessageBox::NoButton, this);
        question.setObjectName(QStringLiteral("closeQuestion"));
        question.setInformativeText(tr("Stop it and close? What is computed so far is kept, and it can be resumed."));
        auto* stop = question.addButton(tr("Stop and close"), QMessageBox::AcceptRole);
        auto* stay = question.addButton(tr("Keep running"), QMessageBox::RejectRole);
        question.setDefaultButton(stay);
        question.setEscapeButton(stay);
        question.exec();
        if (question.clickedButton() != stop) {
            event->ignore();
            return;
        }
        if (busy()) { // it may have ended meanwhile
            m_closing = true;
            cancelRun();
            event->ignore();
            return;
        }
    }
    if (m_controller.state() == RunController::State::Running || m_desk.active()) {
        event->ignore(); // closes when it has ended
        return;
    }
    m_runs->flushDeletions();
    saveLayout();
    event->accept();
}

void MainWindow::restoreLayout()
{
    if (!restoreGeometry(m_settings->value(QStringLiteral("window/geometry")).toByteArray()))
        resize(1440, 900);
    m_replay->resize(size());
    m_replay->resetLayout();
    m_replay->restoreState(m_settings->value(QStringLiteral("replay/docks")).toByteArray());
    m_replay->charts().restoreState(m_settings->value(QStringLiteral("replay/charts")).toByteArray());
}

void MainWindow::saveLayout()
{
    m_settings->setValue(QStringLiteral("window/geometry"), saveGeometry());
    m_settings->setValue(QStringLiteral("replay/docks"), m_replay->saveState());
    m_settings->setValue(QStringLiteral("replay/charts"), m_replay->charts().saveState());
}

} // namespace carry::ui
