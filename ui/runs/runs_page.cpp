// SPDX-License-Identifier: GPL-3.0-or-later
#include "runs_page.h"

#include "common/edit_bar.h"
#include "common/notices.h"
#include "common/number_format.h"
#include "compare_view.h"
#include "desk/session_feed.h"

#include <QAction>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QTableView>

namespace carry::ui
{
namespace
{

bool isOfMessages(const RunListItem& run)
{
    const auto feed = parseSessionFeed(run.feed);
    return feed && feed->messages;
}

} // namespace

RunsPage::RunsPage(QWidget* parent) : QWidget(parent), m_proxy(&m_model)
{
    setAccessibleName(tr("Runs"));
    layOut();
    connectStore();
    updateStrategies();
    updateState();
}

RunsPage::~RunsPage()
{
    m_store.disconnect(this);
    m_deletions.flush();
}

void RunsPage::setDatabase(const QString& file)
{
    m_deletions.flush();
    m_edit->cancel();
    m_message->clear();
    m_removing.clear();
    m_listed = false;
    backToList();
    m_store.setFile(file);
    m_model.setRuns({});
    refresh();
    updateState();
}

void RunsPage::refresh()
{
    if (!m_store.file().isEmpty())
        m_store.list();
}

void RunsPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    refresh(); // other programs write into the same file
}

void RunsPage::showRuns(const std::vector<RunListItem>& runs)
{
    m_listed = true;
    m_model.setRuns(runs);
    updateHidden();
    updateStrategies();
    applySelection();
    updateState();
}

void RunsPage::select(const QString& runId)
{
    m_wanted = runId;
    applySelection();
}

void RunsPage::applySelection()
{
    const int row = m_model.rowOf(m_wanted);
    if (row < 0)
        return;
    if (!m_proxy.mapFromSource(m_model.index(row, 0)).isValid())
        clearFilter();
    const QModelIndex shown = m_proxy.mapFromSource(m_model.index(row, 0));
    m_wanted.clear();
    if (!shown.isValid())
        return;
    selectRow(shown.row());
    m_table->scrollTo(shown);
}

void RunsPage::selectRow(int row)
{
    // QTableView::selectRow() would toggle while the Ctrl of a shortcut is held down.
    m_table->selectionModel()->setCurrentIndex(m_proxy.index(row, 0),
                                               QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
}

void RunsPage::clearFilter()
{
    m_filter->clear();
    m_strategy->setCurrentIndex(0);
    m_status->setCurrentIndex(0);
    m_proxy.setQuery({});
    updateState();
}

void RunsPage::updateStrategies()
{
    QStringList strategies;
    for (int row = 0; row < m_model.rowCount(); ++row)
        if (const QString name = QString::fromStdString(m_model.run(row).strategy); !strategies.contains(name))
            strategies += name;
    strategies.sort();
    QStringList shown;
    for (int i = 1; i < m_strategy->count(); ++i)
        shown += m_strategy->itemText(i);
    if (shown == strategies && m_strategy->count() > 0)
        return;
    const QString current = m_strategy->currentData().toString();
    {
        const QSignalBlocker blocker(m_strategy);
        m_strategy->clear();
        m_strategy->addItem(tr("All strategies"), QString());
        for (const QString& name : strategies)
            m_strategy->addItem(name, name);
        m_strategy->setCurrentIndex(std::max(0, m_strategy->findData(current)));
    }
    m_proxy.setStrategy(m_strategy->currentData().toString());
}

void RunsPage::updateHidden()
{
    const QStringList ids = m_deletions.runIds() + m_removing;
    const QSet<QString> hidden(ids.begin(), ids.end());
    if (hidden != m_proxy.hidden())
        m_proxy.setHidden(hidden);
}

void RunsPage::updateState()
{
    const auto selected = selectedItems();
    const std::size_t count = selected.size();
    const bool idle = !m_store.busy();
    const auto has = [&](RunStatus status) {
        return std::any_of(selected.begin(), selected.end(),
                           [=](const RunListItem* run) { return run->status == status; });
    };
    const bool unfinished = has(RunStatus::Running) || has(RunStatus::Interrupted) || has(RunStatus::Failed);
    const Actions& a = m_actions;
    a.open->setEnabled(count == 1);
    a.compare->setEnabled(m_proxy.rowCount() > 1 && idle); // with too few or too many it says so
    a.verify->setEnabled(count >= 1 && !unfinished && idle);
    a.resume->setEnabled(count == 1 && has(RunStatus::Interrupted) && idle);
    const int row = count == 1 ? m_model.rowOf(selectedRuns().value(0)) : -1;
    a.rerun->setEnabled(row >= 0 && !has(RunStatus::Running) && !isOfMessages(m_model.run(row)) && idle);
    a.parity->setEnabled(row >= 0 && !m_model.run(row).mode.empty() && has(RunStatus::Done) && idle);
    for (QAction* action : {a.exportJson, a.exportCsv, a.exportHtml, a.exportSqlite, a.exportMenu})
        action->setEnabled(count >= 1 && idle);
    for (QAction* action : {a.tag, a.note, a.pin})
        action->setEnabled(count >= 1);
    a.remove->setEnabled(count >= 1);
    a.undo->setEnabled(!m_deletions.runIds().isEmpty());
    a.refresh->setEnabled(!m_store.file().isEmpty());

    const auto number = [](auto n) { return money(static_cast<double>(n), 0); };
    const int all = m_model.rowCount() - static_cast<int>(m_proxy.hidden().size());
    QString text = m_proxy.rowCount() == all ? tr("%1 runs").arg(number(all))
                                             : tr("%1 of %2 runs").arg(number(m_proxy.rowCount()), number(all));
    if (count > 1)
        text = tr("%1 selected · %2", "count, number of runs").arg(number(count), text);
    m_count->setText(text);
    updateEmptyState();
}

void RunsPage::updateEmptyState()
{
    const bool any = m_proxy.rowCount() > 0 || !m_listed;
    m_body->setCurrentIndex(any && !m_store.file().isEmpty() ? 0 : 1);
    const bool filtered = m_model.rowCount() > m_proxy.hidden().size() && m_proxy.filters();
    m_clearFilter->setVisible(filtered);
    if (filtered)
        m_empty->setText(QStringLiteral("search"), tr("No run matches the filter"),
                         tr("Change the words above, or clear the filter to see all runs."));
    else if (m_store.file().isEmpty())
        m_empty->setText(QStringLiteral("folder"), tr("No database"),
                         tr("Choose a database file in the settings; finished runs are kept there."));
    else
        m_empty->setText(QStringLiteral("run"), tr("No runs yet"),
                         tr("Choose a strategy and data in the Replay workspace and press Run. Every run is kept "
                            "here, to be opened, compared and verified later."));
}

void RunsPage::open()
{
    if (const QStringList runs = selectedRuns(); runs.size() == 1)
        emit openRequested(runs.front());
}

void RunsPage::openRow(const QModelIndex& index)
{
    emit openRequested(index.data(RunListModel::RunIdRole).toString());
}

void RunsPage::find()
{
    m_filter->setFocus(Qt::ShortcutFocusReason);
    m_filter->selectAll();
}

QStringList RunsPage::selectedRuns() const
{
    QStringList ids;
    for (const RunListItem* run : selectedItems())
        ids += QString::fromStdString(run->runId);
    return ids;
}

std::vector<const RunListItem*> RunsPage::selectedItems() const
{
    std::vector<int> rows;
    for (const QItemSelectionRange& range : m_table->selectionModel()->selection())
        for (int row = range.top(); row <= range.bottom(); ++row)
            rows.push_back(row);
    std::sort(rows.begin(), rows.end());
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    std::vector<const RunListItem*> items;
    items.reserve(rows.size());
    for (const int row : rows)
        items.push_back(&m_model.run(m_proxy.mapToSource(m_proxy.index(row, 0)).row()));
    return items;
}

QByteArray RunsPage::saveState() const
{
    return m_table->horizontalHeader()->saveState();
}

void RunsPage::restoreState(const QByteArray& state)
{
    if (m_table->horizontalHeader()->restoreState(state))
        m_proxy.sort(m_table->horizontalHeader()->sortIndicatorSection(),
                     m_table->horizontalHeader()->sortIndicatorOrder());
}

} // namespace carry::ui
