// SPDX-License-Identifier: GPL-3.0-or-later
// What people add to a run: parameters, forks, stops, bookmarks, a run drawn beside it.
#include "charts/charted_columns.h"
#include "common/floating_notices.h"
#include "common/number_format.h"
#include "main_window.h"
#include "replay/fork_panel.h"
#include "replay/parameters_panel.h"
#include "replay/run_form.h"
#include "replay_page.h"
#include "runs/runs_page.h"

#include <QPushButton>
#include <QToolButton>

namespace carry::ui
{
namespace
{

QString shortId(const RunInfo& info)
{
    return QString::fromStdString(info.runId).left(8);
}

bool isParentOf(const RunInfo& parent, const RunInfo& child)
{
    return !child.forks.empty() && child.forks.back().parent == parent.runId;
}

//! What a run is to the one that is shown: "Parent 13159f84".
QString nameBeside(const RunInfo& shown, const RunInfo& other)
{
    return isParentOf(other, shown)   ? MainWindow::tr("Parent %1").arg(shortId(other))
           : isParentOf(shown, other) ? MainWindow::tr("Fork %1").arg(shortId(other))
                                      : MainWindow::tr("Run %1").arg(shortId(other));
}

} // namespace

void MainWindow::connectForking()
{
    ParametersPanel& parameters = m_replay->parameters();
    connect(m_form, &RunForm::parametersRequested, this, [this] {
        showWorkspace(Replay);
        m_replay->showParameters();
    });
    connect(m_form, &RunForm::presetBroken, this,
            [this](const QString& why) { m_banner->showMessage(Banner::Level::Error, why); });
    connect(&parameters, &ParametersPanel::failed, m_banner, &Banner::showError);
    connect(&parameters, &ParametersPanel::saved, this, [this](const QString& name) {
        m_banner->showMessage(Banner::Level::Success, tr("Preset %1 is kept.").arg(name), m_draft.preset().file);
    });
    connect(&parameters, &ParametersPanel::removed, this, [this](const QString& name, const QByteArray& text) {
        m_banner->showMessage(Banner::Level::Info, tr("Preset %1 is deleted.").arg(name));
        m_banner->addButton(tr("Undo"), [this, name, text] {
            m_banner->clear();
            if (const auto restored = m_draft.restore(name, text); !restored)
                m_banner->showError(restored.error(), tr("Cannot bring the preset back"));
        });
    });
    connect(&m_replay->forking(), &ForkPanel::forkRequested, this, &MainWindow::fork);
    connect(&m_player.stops(), &StopModel::changed, this,
            [this] { m_settings->setValue(QStringLiteral("replay/stops"), m_player.stops().save()); });
    m_bookmarks.setDatabase(m_options.database);
    connect(&m_bookmarks, &RunBookmarks::failed, m_banner, &Banner::showError);
    const auto markBusy = [this] {
        m_bookmarks.setBusy(m_controller.state() == RunController::State::Running || m_desk.active());
    };
    connect(&m_controller, &RunController::stateChanged, this, markBusy);
    connect(&m_desk, &SessionDesk::stateChanged, this, markBusy);
    connect(&m_session, &RunSession::recordChanged, this, &MainWindow::offerSwap);
    connect(&m_session, &RunSession::referenceChanged, this, &MainWindow::offerSwap);
    offerSwap();
}

//! While two runs are being opened the keys are taken too: they mean these two.
void MainWindow::offerSwap()
{
    const bool beside = m_session.reference().record != nullptr;
    m_swapAction->setEnabled(beside || m_pairLoading);
    m_compareAction->setEnabled(beside);
}

void MainWindow::endPair()
{
    m_pairLoading = m_swapWanted = false;
    offerSwap();
}

//! One line for what the player did by itself or has found. It belongs to its run and to where the cursor was put.
void MainWindow::connectNotes()
{
    connect(&m_player, &Player::stopped, this, [this](const QString& why) {
        m_note->say(Banner::Level::Warning, why);
        m_note->addButton(tr("Go on"), [this] {
            m_note->clear();
            m_player.goOn();
        });
        m_note->addButton(tr("Stops…"), [this] {
            showWorkspace(Replay);
            m_replay->showStops();
        });
    });
    connect(&m_player, &Player::found, this, [this](const QString& what) { m_note->say(Banner::Level::Info, what); });
    connect(&m_session, &RunSession::recordChanged, m_note, &NoteStrip::clear);
    connect(&m_session, &RunSession::cursorChanged, m_note, &NoteStrip::clear);
    // What was said of values that have been changed since is not true any more.
    const auto forget = [this] {
        if (!m_cannotRun.isEmpty() && m_banner->text() == m_cannotRun)
            m_banner->clear();
        m_cannotRun.clear();
    };
    connect(&m_draft, &RunDraft::chosen, this, forget);
    connect(&m_draft.parameters(), &ParameterModel::edited, this, forget);
    connect(m_form, &RunForm::edited, this, forget);
}

void MainWindow::fork(const RunConfiguration& configuration)
{
    const auto parent = m_session.view().record();
    if (!parent)
        return;
    if (busy())
        return m_banner->showMessage(Banner::Level::Info, tr("A run is going on."),
                                     tr("Wait for its end or cancel it, then fork."));
    m_banner->clear();
    const RunInfo& info = parent->info();
    m_forked = {parent, tr("Parent %1").arg(shortId(info))};
    const QString source = info.dataSource.empty() ? m_form->data() : QString::fromStdString(info.dataSource);
    m_controller.run(RunRequest{configuration, source, forkPeriod(info), {}, info.dataDigest});
}

void MainWindow::offerComparison(const BacktestResult& result)
{
    const RunInfo& parent = m_forked.record->info();
    const RunInfo& child = result.record->info();
    const Fork& last = child.forks.back();
    m_banner->showMessage(Banner::Level::Success,
                          tr("Run %1 parts from run %2 at %3 UTC. Both are drawn in the charts.")
                              .arg(shortId(child), shortId(parent), dateTime(last.at)));
    m_banner->addButton(tr("Compare the two"), [this] { compareBeside(); })
        ->setObjectName(QStringLiteral("compareForkButton"));
}

void MainWindow::compareBeside()
{
    const auto shown = m_session.view().record();
    const auto other = m_session.reference().record;
    if (!shown || !other)
        return;
    m_banner->clear();
    showWorkspace(Runs);
    // The parent stays A, whichever of the two is shown.
    const auto& [a, b] = isParentOf(shown->info(), other->info()) ? std::pair(shown, other) : std::pair(other, shown);
    m_runs->compare({QString::fromStdString(a->info().runId), QString::fromStdString(b->info().runId)});
}

void MainWindow::openBeside(const QString& runId, const QString& referenceId, qint64 atMs)
{
    if (m_loading)
        m_loading->cancel();
    m_progress->start(tr("Opening runs %1 and %2").arg(runId.left(8), referenceId.left(8)));
    m_pairLoading = true;
    m_swapWanted = false;
    offerSwap();
    using Loaded = Result<std::pair<LoadedRun, LoadedRun>>;
    m_loading = runInBackground(
        this,
        [file = m_options.database.toStdString(), id = runId.toStdString(),
         reference = referenceId.toStdString()](BackgroundTask& task) -> Loaded {
            const auto progress = [&task](std::size_t done, std::size_t total) { return task.report(done, total); };
            auto run = openStoredRun(file, id, chartedColumns, progress);
            if (!run)
                return fail(run.error());
            auto beside = loadStoredRun(file, reference, progress);
            if (!beside)
                return fail(beside.error());
            return std::pair(std::move(*run), std::move(*beside));
        },
        [this, atMs](Loaded runs) {
            m_progress->finish();
            m_loading.reset();
            const bool swapWanted = m_swapWanted;
            endPair();
            if (!runs) {
                if (runs.error().code() != ErrorCode::EngineCancelled)
                    m_banner->showError(runs.error(), tr("Cannot open the runs"));
                return;
            }
            const auto reference = runs->second.record;
            showLoaded(std::make_shared<LoadedRun>(std::move(runs->first)), atMs);
            m_session.setReference({reference, nameBeside(m_session.record()->info(), reference->info())});
            if (swapWanted)
                swapRuns();
        },
        [this](std::size_t done, std::size_t total) { m_progress->setProgress(done, total); });
}

void MainWindow::swapRuns()
{
    if (m_pairLoading) {
        m_swapWanted = !m_swapWanted; // as soon as both are there
        return;
    }
    const auto shown = m_session.view().record();
    const auto other = m_session.reference().record;
    if (!shown || !other || m_session.empty())
        return;
    const Time at = m_session.view().time();
    m_session.setRecord(other);
    m_session.seek(m_session.view().stepAt(at));
    m_session.setReference({shown, nameBeside(other->info(), shown->info())});
    showHeadline(other->info());
}

} // namespace carry::ui
