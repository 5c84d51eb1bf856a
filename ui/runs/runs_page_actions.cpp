// SPDX-License-Identifier: GPL-3.0-or-later
#include "runs_page.h"

#include "common/edit_bar.h"
#include "common/notices.h"
#include "common/number_format.h"
#include "compare_view.h"
#include "parity_view.h"

#include <QDir>
#include <QFileInfo>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QSet>
#include <QStackedWidget>
#include <QTableView>

namespace carry::ui
{
namespace
{

constexpr int kShortId = 8;

QString shortId(const QString& runId)
{
    return runId.left(kShortId);
}

QString runCount(qsizetype count)
{
    return count == 1 ? RunsPage::tr("1 run") : RunsPage::tr("%1 runs").arg(money(static_cast<double>(count), 0));
}

std::vector<std::string> tagsIn(const QString& text)
{
    static const QRegularExpression separators(QStringLiteral("[,\\s]+"));
    std::vector<std::string> tags;
    for (const QString& tag : text.split(separators, Qt::SkipEmptyParts))
        if (std::string name = tag.toStdString(); std::find(tags.begin(), tags.end(), name) == tags.end())
            tags.push_back(std::move(name));
    return tags;
}

//! Tags that all the runs have.
std::vector<std::string> sharedTags(const std::vector<const RunListItem*>& runs)
{
    std::vector<std::string> shared = runs.front()->tags;
    for (const RunListItem* run : runs)
        std::erase_if(shared, [run](const std::string& tag) {
            return std::find(run->tags.begin(), run->tags.end(), tag) == run->tags.end();
        });
    return shared;
}

//! Those of `a` that are not in `b`.
std::vector<std::string> without(const std::vector<std::string>& a, const std::vector<std::string>& b)
{
    std::vector<std::string> rest;
    for (const std::string& tag : a)
        if (std::find(b.begin(), b.end(), tag) == b.end())
            rest.push_back(tag);
    return rest;
}

} // namespace

void RunsPage::compareSelected()
{
    const QStringList runs = selectedRuns();
    if (runs.size() >= 2 && runs.size() <= 8)
        return compare(runs);
    m_message->showMessage(
        Banner::Level::Info, tr("Select two to eight runs to compare."),
        tr("%1 selected. Shift with Up and Down, or Ctrl with a click, selects more.").arg(runCount(runs.size())));
}

void RunsPage::compare(const QStringList& runIds)
{
    m_message->clear();
    m_progress->start(tr("Comparing %1").arg(runCount(runIds.size())));
    m_store.compare(runIds);
}

void RunsPage::verifySelected()
{
    m_message->clear();
    m_progress->start(tr("Computing %1 again").arg(runCount(selectedRuns().size())));
    m_store.verify(selectedRuns());
}

void RunsPage::resumeSelected()
{
    const QString runId = selectedRuns().value(0);
    if (const int row = m_model.rowOf(runId); row >= 0 && !m_model.run(row).mode.empty())
        return emit resumeSessionRequested(m_model.run(row));
    m_message->clear();
    m_progress->start(tr("Going on with run %1").arg(shortId(runId)));
    m_store.resume(runId);
}

void RunsPage::paritySelected()
{
    parity(selectedRuns().value(0));
}

void RunsPage::parity(const QString& runId)
{
    if (m_store.busy())
        return;
    m_message->clear();
    m_progress->start(tr("Computing the backtest of session %1").arg(shortId(runId)));
    m_store.parity(runId);
}

void RunsPage::showParity(const ParityReport& report)
{
    m_parity->setReport(report);
    m_pages->setCurrentWidget(m_parity);
    m_parity->setFocus(Qt::OtherFocusReason);
}

void RunsPage::rerunSelected()
{
    const QString runId = selectedRuns().value(0);
    m_message->clear();
    m_progress->start(tr("Running %1 again").arg(shortId(runId)));
    m_store.rerun(runId);
}

void RunsPage::showRerun(const QString& of, const QString& runId, bool sameData)
{
    const QString done = tr("Run %1 is computed again as %2").arg(shortId(of), shortId(runId));
    if (sameData)
        m_message->showMessage(Banner::Level::Success, done);
    else
        m_message->showMessage(Banner::Level::Warning, done,
                               tr("The data have changed since: the two runs did not see the same market."));
    m_message->addButton(tr("&Open"), [this, runId] { emit openRequested(runId); });
    select(runId);
}

void RunsPage::exportSelected(RunExport kind)
{
    const QStringList runs = selectedRuns();
    const QString ending = kind == RunExport::Json   ? QStringLiteral(".json")
                           : kind == RunExport::Csv  ? QString()
                           : kind == RunExport::Html ? QStringLiteral(".html")
                                                     : QStringLiteral(".sqlite");
    const bool single = runs.size() == 1;
    const QString suggested = single ? QStringLiteral("run-%1%2").arg(shortId(runs.front()), ending) : QString();
    const QString title = !single                  ? tr("Folder for %1").arg(runCount(runs.size()))
                          : kind == RunExport::Csv ? tr("Folder to make for run %1").arg(shortId(runs.front()))
                                                   : tr("Export run %1").arg(shortId(runs.front()));
    // A CSV export is a folder that is made: its name is typed like a file's.
    const QString chosen = m_choose(title, suggested, single);
    if (chosen.isEmpty())
        return;
    std::vector<RunStore::Target> targets;
    for (const QString& id : runs)
        targets.push_back({id, single ? chosen : QDir(chosen).filePath(QStringLiteral("run-") + id + ending)});
    m_message->clear();
    m_progress->start(tr("Exporting %1").arg(runCount(runs.size())));
    m_store.exportRuns(kind, std::move(targets));
}

void RunsPage::showExported(const std::vector<RunStore::Target>& targets)
{
    const QString where = targets.size() == 1 ? targets.front().path : QFileInfo(targets.front().path).path();
    m_message->showMessage(Banner::Level::Success,
                           tr("Exported %1").arg(runCount(static_cast<qsizetype>(targets.size()))),
                           QDir::toNativeSeparators(QFileInfo(where).absoluteFilePath()));
}

void RunsPage::editTags()
{
    m_message->clear();
    const auto items = selectedItems();
    const QStringList runs = selectedRuns();
    const auto shared = sharedTags(items);
    QStringList names;
    for (const std::string& tag : shared)
        names += QString::fromStdString(tag);
    const QString what = runs.size() == 1 ? tr("T&ags of run %1").arg(shortId(runs.front()))
                                          : tr("T&ags that %1 share").arg(runCount(runs.size()));
    m_edit->edit(what, tr("words, separated by blanks or commas"), names.join(QStringLiteral(", ")),
                 [this, runs, shared](const QString& text) { applyTags(text, runs, shared); });
}

void RunsPage::applyTags(const QString& text, const QStringList& runIds, const std::vector<std::string>& shared)
{
    const auto wanted = tagsIn(text);
    RunMarks marks;
    marks.addTags = without(wanted, shared);
    marks.removeTags = without(shared, wanted);
    if (marks.addTags.empty() && marks.removeTags.empty())
        return;
    std::vector<RunStore::Mark> all;
    for (const QString& id : runIds)
        all.push_back({id, marks});
    m_store.mark(std::move(all));
}

void RunsPage::editNote()
{
    m_message->clear();
    const auto items = selectedItems();
    const QStringList runs = selectedRuns();
    const bool same = std::all_of(items.begin(), items.end(),
                                  [&](const RunListItem* run) { return run->note == items.front()->note; });
    const QString what = runs.size() == 1 ? tr("&Note on run %1").arg(shortId(runs.front()))
                                          : tr("&Note on %1").arg(runCount(runs.size()));
    m_edit->edit(what, tr("what is to be remembered"), same ? QString::fromStdString(items.front()->note) : QString(),
                 [this, runs](const QString& text) {
                     RunMarks marks;
                     marks.note = text.trimmed().toStdString();
                     std::vector<RunStore::Mark> all;
                     for (const QString& id : runs)
                         all.push_back({id, marks});
                     m_store.mark(std::move(all));
                 });
}

void RunsPage::togglePin()
{
    const auto items = selectedItems();
    const bool pin = std::any_of(items.begin(), items.end(), [](const RunListItem* run) { return !run->pinned; });
    RunMarks marks;
    marks.pinned = pin;
    std::vector<RunStore::Mark> all;
    for (const RunListItem* run : items)
        all.push_back({QString::fromStdString(run->runId), marks});
    m_store.mark(std::move(all));
}

void RunsPage::removeSelected()
{
    m_message->clear();
    const int row = m_table->currentIndex().row();
    m_deletions.add(selectedRuns());
    if (m_proxy.rowCount() > 0)
        selectRow(std::clamp(row, 0, m_proxy.rowCount() - 1)); // so that the keyboard can go on from here
}

void RunsPage::undoRemoval()
{
    const QStringList back = m_deletions.runIds();
    m_deletions.undo();
    if (!back.isEmpty())
        select(back.front());
}

void RunsPage::flushDeletions()
{
    m_deletions.flush();
    m_store.waitForWriting();
}

void RunsPage::showDeletions()
{
    updateHidden();
    updateState();
    const qsizetype count = m_deletions.runIds().size();
    if (count == 0) {
        m_undo->clear();
        return;
    }
    const QString text = count == 1 ? tr("Run %1 is deleted").arg(shortId(m_deletions.runIds().front()))
                                    : tr("%1 are deleted", "number of runs").arg(runCount(count));
    m_undo->showMessage(Banner::Level::Info, text, {});
    QPushButton* undo = m_undo->addButton(tr("&Undo"), [this] { undoRemoval(); });
    undo->setObjectName(QStringLiteral("undoButton"));
    undo->setToolTip(tr("Bring the deleted runs back (Ctrl+Z in the list)"));
}

void RunsPage::removalFailed(const QString& runId, const Error& error)
{
    m_removing.removeAll(runId);
    updateHidden();
    updateState();
    m_message->showError(error, tr("Cannot delete run %1").arg(shortId(runId)));
}

void RunsPage::showVerified(const std::vector<RunStore::Verified>& runs)
{
    QStringList same, notes;
    for (const RunStore::Verified& run : runs) {
        const QString id = shortId(run.runId);
        const bool agrees = run.result && run.result->sameResult;
        emit verified(run.runId, agrees);
        if (agrees) {
            same += tr("%1: %2 steps, digest %3", "run id, number, digest")
                        .arg(id, money(static_cast<double>(run.result->steps), 0),
                             QString::fromStdString(run.result->digest.substr(0, 16)));
            continue;
        }
        if (!run.result) {
            notes += tr("%1: %2", "run id: error").arg(id, QString::fromStdString(describe(run.result.error())));
            continue;
        }
        QString why = run.result->sameData ? tr("data agree") : tr("the data are not those the run was made with");
        if (!run.result->storedEngine.empty())
            why += tr("; stored by version %1").arg(QString::fromStdString(run.result->storedEngine));
        if (run.divergence)
            why += tr("; first difference %1: %2, stored %3, now %4", "time, what, value, value")
                       .arg(dateTimeSeconds(run.divergence->time), QString::fromStdString(run.divergence->what),
                            QString::fromStdString(run.divergence->valueA),
                            QString::fromStdString(run.divergence->valueB));
        notes += tr("%1: %2", "run id: reason").arg(id, why);
    }
    if (notes.isEmpty())
        m_message->showMessage(Banner::Level::Success, tr("Computed again with the same result to the last bit"),
                               same.join(u'\n'));
    else
        m_message->showMessage(Banner::Level::Error,
                               tr("%1 did not come out as stored", "number of runs").arg(runCount(notes.size())),
                               (notes + same).join(u'\n'));
}

void RunsPage::showResumed(const QString& runId, RunStatus status)
{
    emit resumed(runId);
    if (status == RunStatus::Done)
        m_message->showMessage(Banner::Level::Success, tr("Run %1 is complete").arg(shortId(runId)));
    else
        m_message->showMessage(Banner::Level::Warning, tr("Run %1 is interrupted again").arg(shortId(runId)),
                               tr("What was computed is kept; Resume goes on with it."));
    m_message->addButton(tr("&Open"), [this, runId] { emit openRequested(runId); });
}

void RunsPage::showComparison(const Comparison& comparison)
{
    m_compare->setComparison(comparison);
    m_pages->setCurrentWidget(m_compare);
    m_compare->setFocus(Qt::OtherFocusReason);
}

void RunsPage::backToList()
{
    m_pages->setCurrentIndex(0);
    m_table->setFocus(Qt::OtherFocusReason);
}

} // namespace carry::ui
