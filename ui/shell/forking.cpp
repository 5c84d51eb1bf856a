// SPDX-License-Identifier: GPL-3.0-or-later
// What people add to a run: parameters, forks, stops, bookmarks, a run drawn beside it.
#include "charts/charted_columns.h"
#include "common/notices.h"
#include "common/number_format.h"
#include "main_window.h"
#include "replay/fork_panel.h"
#include "replay/parameters_panel.h"
#include "replay/run_form.h"
#include "replay_page.h"
#include "runs/runs_page.h"

#include <QPushButton>
#include <QStatusBar>

namespace carry::ui
{
namespace
{

constexpr int kMessageMs = 6000;

QString shortId(const RunInfo& info)
{
    return QString::fromStdString(info.runId).left(8);
}

QString shortName(const RunInfo& info)
{
    return MainWindow::tr("Run %1").arg(shortId(info));
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
    connect(&m_player, &Player::stopped, this,
            [this](const QString& why) { statusBar()->showMessage(why, kMessageMs); });
    connect(&m_player.stops(), &StopModel::changed, this,
            [this] { m_settings->setValue(QStringLiteral("replay/stops"), m_player.stops().save()); });
    m_bookmarks.setDatabase(m_options.database);
    connect(&m_bookmarks, &RunBookmarks::failed, m_banner, &Banner::showError);
    const auto markBusy = [this] {
        m_bookmarks.setBusy(m_controller.state() == RunController::State::Running || m_desk.active());
    };
    connect(&m_controller, &RunController::stateChanged, this, markBusy);
    connect(&m_desk, &SessionDesk::stateChanged, this, markBusy);
    const auto offerSwap = [this] {
        m_swapAction->setEnabled(m_session.reference().record != nullptr);
        m_compareAction->setEnabled(m_session.reference().record != nullptr);
    };
    connect(&m_session, &RunSession::recordChanged, this, offerSwap);
    connect(&m_session, &RunSession::referenceChanged, this, offerSwap);
    offerSwap();
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
    m_forked = {parent, shortName(info)};
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
    m_runs->compare({QString::fromStdString(other->info().runId), QString::fromStdString(shown->info().runId)});
}

void MainWindow::openBeside(const QString& runId, const QString& referenceId, qint64 atMs)
{
    if (m_loading)
        m_loading->cancel();
    m_progress->start(tr("Opening runs %1 and %2").arg(runId.left(8), referenceId.left(8)));
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
            if (!runs) {
                if (runs.error().code() != ErrorCode::EngineCancelled)
                    m_banner->showError(runs.error(), tr("Cannot open the runs"));
                return;
            }
            const auto reference = runs->second.record;
            showLoaded(std::make_shared<LoadedRun>(std::move(runs->first)), atMs);
            m_session.setReference({reference, shortName(reference->info())});
        },
        [this](std::size_t done, std::size_t total) { m_progress->setProgress(done, total); });
}

void MainWindow::swapRuns()
{
    const auto shown = m_session.view().record();
    const auto other = m_session.reference().record;
    if (!shown || !other || m_session.empty())
        return;
    const Time at = m_session.view().time();
    m_session.setRecord(other);
    m_session.seek(m_session.view().stepAt(at));
    m_session.setReference({shown, shortName(shown->info())});
    showHeadline(other->info());
}

} // namespace carry::ui
