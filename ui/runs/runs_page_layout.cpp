// SPDX-License-Identifier: GPL-3.0-or-later
#include "runs_page.h"

#include "common/commands.h"
#include "common/edit_bar.h"
#include "common/floating_notices.h"
#include "common/item_views.h"
#include "common/theme.h"
#include "compare_view.h"
#include "parity_view.h"

#include <QAction>
#include <QComboBox>
#include <QFileDialog>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableView>
#include <QToolBar>
#include <QToolButton>
#include <QVBoxLayout>

namespace carry::ui
{
namespace
{

constexpr int kFilterDelayMs = 120;

//! A typical content of each column, for its first width.
QString sampleOf(RunColumn column)
{
    switch (column) {
    case RunColumn::Pinned:
        return QStringLiteral("  ");
    case RunColumn::Started:
        return QStringLiteral("2024-08-05 13:00");
    case RunColumn::From:
    case RunColumn::To:
        return QStringLiteral("2024-08-05");
    case RunColumn::Preset:
    case RunColumn::Strategy:
        return QStringLiteral("staking-hedged-leveraged-loop");
    case RunColumn::Data:
        return QStringLiteral("demo (synthetic)");
    case RunColumn::Steps:
        return QStringLiteral("1,000,000");
    case RunColumn::Status:
        return QStringLiteral("xx interrupted");
    case RunColumn::Capital:
        return QStringLiteral("1,000,000 USDT");
    case RunColumn::NavFinal:
        return QStringLiteral("1,000,000.00");
    case RunColumn::Pnl:
        return QStringLiteral("+100,000.00");
    case RunColumn::Apr:
    case RunColumn::Sharpe:
        return QStringLiteral("108.07 %x");
    case RunColumn::MaxDrawdown:
        return QStringLiteral("10.000 %");
    case RunColumn::Tags:
        return QStringLiteral("reference, live");
    case RunColumn::Note:
        return QStringLiteral("a note of several words");
    case RunColumn::Mode:
        return QStringLiteral("BACKTEST");
    case RunColumn::ForkOf:
        return QStringLiteral("0123abcd");
    case RunColumn::RunId:
        return QStringLiteral("3f2a91c4-0000-0000");
    }
    return {};
}

QString chooseWithDialog(QWidget* parent, const QString& title, const QString& suggested, bool file)
{
    return file ? QFileDialog::getSaveFileName(parent, title, suggested)
                : QFileDialog::getExistingDirectory(parent, title, suggested);
}

} // namespace

QAction* RunsPage::makeAction(const char* name, const QString& text, const char* icon, const QKeySequence& keys,
                              const QString& tip, QWidget* owner, void (RunsPage::*slot)())
{
    auto* action = new QAction(Theme::instance().icon(QLatin1String(icon)), text, this);
    action->setObjectName(QLatin1String(name));
    action->setShortcut(keys);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    setTip(*action, tip);
    connect(action, &QAction::triggered, this, slot);
    owner->addAction(action);
    return action;
}

void RunsPage::makeActions()
{
    // Keys that mean something else while a text is being typed belong to the table alone.
    Actions& a = m_actions;
    a.open = makeAction("openRunAction", tr("&Open"), "chart", Qt::Key_Return, tr("Show this run in the window"),
                        m_table, &RunsPage::open);
    a.open->setShortcuts({Qt::Key_Return, Qt::Key_Enter});
    a.compare = makeAction("compareRunsAction", tr("&Compare"), "compare", Qt::CTRL | Qt::SHIFT | Qt::Key_C,
                           tr("Compare two to eight runs"), this, &RunsPage::compareSelected);
    a.verify =
        makeAction("verifyRunAction", tr("&Verify"), "check", Qt::CTRL | Qt::SHIFT | Qt::Key_V,
                   tr("Compute again from the stored inputs and compare the digests"), this, &RunsPage::verifySelected);
    a.resume = makeAction("resumeRunAction", tr("&Resume"), "play", Qt::CTRL | Qt::SHIFT | Qt::Key_R,
                          tr("Go on with an interrupted run"), this, &RunsPage::resumeSelected);
    a.rerun = makeAction(
        "rerunRunAction", tr("Run &again"), "run", Qt::CTRL | Qt::SHIFT | Qt::Key_A,
        tr("Compute again from the stored configuration as a new run; a session as a backtest, with nobody asked. "
           "Of messages that arrived Parity computes the backtest"),
        this, &RunsPage::rerunSelected);
    a.parity = makeAction("parityAction", tr("Parit&y"), "compare", Qt::CTRL | Qt::SHIFT | Qt::Key_Y,
                          tr("Compare a finished session with its backtest: where the P&L parts, leg by leg"), this,
                          &RunsPage::paritySelected);
    a.exportJson = makeAction("exportJsonAction", tr("&JSON…"), "export", Qt::CTRL | Qt::Key_E,
                              tr("Export configuration and figures as JSON"), this, &RunsPage::exportJson);
    a.exportCsv =
        makeAction("exportCsvAction", tr("&CSV folder…"), "folder", Qt::CTRL | Qt::SHIFT | Qt::Key_E,
                   tr("Export steps, ledger, decisions and more as CSV files in a folder"), this, &RunsPage::exportCsv);
    a.exportHtml =
        makeAction("exportHtmlAction", tr("&HTML report…"), "chart", Qt::CTRL | Qt::Key_H,
                   tr("Export figures and charts as one page that needs nothing else"), this, &RunsPage::exportHtml);
    a.exportSqlite = makeAction("exportSqliteAction", tr("&SQLite database…"), "save", Qt::CTRL | Qt::ALT | Qt::Key_E,
                                tr("Export as a self-contained database"), this, &RunsPage::exportSqlite);
    a.tag = makeAction("tagRunAction", tr("&Tag…"), "tag", Qt::CTRL | Qt::Key_T, tr("Change the tags"), this,
                       &RunsPage::editTags);
    a.note = makeAction("noteRunAction", tr("&Note…"), "info", Qt::CTRL | Qt::SHIFT | Qt::Key_N, tr("Write a note"),
                        this, &RunsPage::editNote);
    a.pin = makeAction("pinRunAction", tr("&Pin"), "pin", Qt::CTRL | Qt::SHIFT | Qt::Key_P,
                       tr("Keep at the top of the list, or no longer"), this, &RunsPage::togglePin);
    a.remove = makeAction("deleteRunAction", tr("&Delete"), "trash", Qt::Key_Delete,
                          tr("Delete; can be undone for some seconds"), m_table, &RunsPage::removeSelected);
    a.undo = makeAction("undoDeleteAction", tr("&Undo delete"), "previous-decision", QKeySequence::Undo,
                        tr("Bring the deleted runs back"), m_table, &RunsPage::undoRemoval);
    a.refresh = makeAction("refreshRunsAction", tr("Re&fresh"), "refresh", Qt::CTRL | Qt::Key_R,
                           tr("Read the list again"), this, &RunsPage::refresh);
    a.find = makeAction("findRunsAction", tr("F&ind"), "search", QKeySequence::Find, tr("Go to the filter"), this,
                        &RunsPage::find);
    auto* menu = new QMenu(tr("&Export"), this);
    menu->addActions({a.exportHtml, a.exportJson, a.exportCsv, a.exportSqlite});
    a.exportMenu = menu->menuAction();
    a.exportMenu->setObjectName(QStringLiteral("exportRunMenu"));
    a.exportMenu->setIcon(Theme::instance().icon(QStringLiteral("export")));
    a.exportMenu->setToolTip(tr("Export the selected runs"));
}

QList<QAction*> RunsPage::commands() const
{
    const Actions& a = m_actions;
    return {a.open, a.compare, a.verify, a.resume, a.parity, a.exportMenu, nullptr,   a.tag,
            a.note, a.pin,     nullptr,  a.remove, a.undo,   nullptr,      a.refresh, a.find};
}

void RunsPage::makeTable()
{
    m_table = new QTableView(this);
    m_table->setObjectName(QStringLiteral("runsTable"));
    m_table->setAccessibleName(tr("Stored runs"));
    m_table->setModel(&m_proxy);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setAlternatingRowColors(true);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 8);
    QHeaderView* header = m_table->horizontalHeader();
    header->setSectionsMovable(true);
    header->setHighlightSections(false);
    header->setStretchLastSection(true);
    for (int column = 0; column < kRunColumnCount; ++column)
        header->resizeSection(
            column, std::max(figureWidth(sampleOf(static_cast<RunColumn>(column))), header->sectionSizeHint(column)));
    const auto place = [header](RunColumn column, int at) {
        header->moveSection(header->visualIndex(int(column)), at);
    };
    place(RunColumn::ForkOf, int(RunColumn::Preset) + 1); // or two runs look alike
    place(RunColumn::Mode, int(RunColumn::Status) + 2);
    // What says little more than its neighbours stands behind what people write and sort by.
    for (const RunColumn column : {RunColumn::Strategy, RunColumn::Steps, RunColumn::Capital, RunColumn::Data})
        place(column, header->count() - 2);
    enableColumnMenu(header);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(static_cast<int>(RunColumn::Started), Qt::DescendingOrder);
    connect(m_table, &QTableView::doubleClicked, this, &RunsPage::openRow);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &RunsPage::updateState);
}

QToolBar* RunsPage::makeToolBar()
{
    auto* bar = new QToolBar(tr("Runs"), this);
    bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    bar->setIconSize(QSize(16, 16));
    const Actions& a = m_actions;
    bar->addActions({a.open, a.compare, a.verify, a.rerun, a.resume, a.parity});
    bar->addSeparator();
    bar->addAction(a.exportMenu);
    if (auto* button = qobject_cast<QToolButton*>(bar->widgetForAction(a.exportMenu)))
        button->setPopupMode(QToolButton::InstantPopup);
    bar->addSeparator();
    bar->addActions({a.tag, a.note, a.pin, a.remove});
    bar->addSeparator();
    bar->addAction(a.refresh);
    return bar;
}

QWidget* RunsPage::makeFilterRow()
{
    auto* row = new QWidget(this);
    m_filter = new QLineEdit(row);
    m_filter->setObjectName(QStringLiteral("runsFilter"));
    m_filter->setAccessibleName(tr("Filter runs"));
    m_filter->setPlaceholderText(tr("Filter: words, status:done, tag:live, apr>5, from>=2024-06"));
    m_filter->setToolTip(tr("Words that all must occur.\nstrategy: preset: status: tag: data: id: note: pinned:yes\n"
                            "apr> pnl> nav> sharpe> drawdown< capital> steps> (also >= < <= :), percentages in %\n"
                            "from>= to< started>= with a date or the beginning of one"));
    m_filter->setClearButtonEnabled(true);
    m_filter->addAction(Theme::instance().icon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    m_filter->installEventFilter(this);
    m_strategy = new QComboBox(row);
    m_strategy->setAccessibleName(tr("Strategy"));
    m_strategy->setMinimumContentsLength(16);
    m_status = new QComboBox(row);
    m_status->setAccessibleName(tr("Status"));
    m_status->addItem(tr("All states"), -1);
    for (const RunStatus status : {RunStatus::Running, RunStatus::Done, RunStatus::Failed, RunStatus::Interrupted}) {
        const Badge badge = runStatusBadge(status);
        m_status->addItem(badge.pixmap(), badge.word, static_cast<int>(status));
    }
    m_count = new QLabel(row);
    m_count->setProperty("role", QStringLiteral("muted"));
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_filter, 1);
    layout->addWidget(m_strategy);
    layout->addWidget(m_status);
    layout->addSpacing(8);
    layout->addWidget(m_count);

    auto* typed = new QTimer(this);
    typed->setSingleShot(true);
    typed->setInterval(kFilterDelayMs);
    connect(m_filter, &QLineEdit::textChanged, typed, qOverload<>(&QTimer::start));
    connect(typed, &QTimer::timeout, this, [this] {
        m_proxy.setQuery(m_filter->text());
        updateState();
    });
    connect(m_strategy, &QComboBox::currentIndexChanged, this, [this] {
        m_proxy.setStrategy(m_strategy->currentData().toString());
        updateState();
    });
    connect(m_status, &QComboBox::currentIndexChanged, this, [this] {
        const int value = m_status->currentData().toInt();
        m_proxy.setStatus(value < 0 ? std::nullopt : std::optional(static_cast<RunStatus>(value)));
        updateState();
    });
    return row;
}

void RunsPage::layOut()
{
    m_choose = [this](const QString& title, const QString& suggested, bool file) {
        return chooseWithDialog(this, title, suggested, file);
    };
    makeTable();
    makeActions();
    enableCopy(m_table); // also makes the context menu of the table's actions
    QAction* copy = m_table->actions().last();
    const Actions& a = m_actions;
    for (QAction* action : m_table->actions())
        m_table->removeAction(action);
    m_table->addActions({a.open, a.compare, a.verify, a.rerun, a.resume, a.parity, a.exportMenu, a.tag, a.note, a.pin,
                         copy, a.remove, a.undo, a.refresh});

    m_edit = new EditBar(this);
    m_undo = new Banner(this);
    m_undo->setObjectName(QStringLiteral("undoBanner"));
    m_message = new Banner(this);
    m_message->setObjectName(QStringLiteral("messageBanner"));
    m_progress = new ProgressStrip(this);
    m_empty = new EmptyState(this);
    m_clearFilter = m_empty->addButton(tr("Clear the filter"), QStringLiteral("cross"));
    connect(static_cast<QPushButton*>(m_clearFilter), &QPushButton::clicked, this, &RunsPage::clearFilter);
    m_body = new QStackedWidget(this);
    m_body->addWidget(m_table);
    m_body->addWidget(m_empty);
    m_compare = new CompareView(this);

    auto* list = new QWidget(this);
    auto* layout = new QVBoxLayout(list);
    layout->setContentsMargins(8, 4, 8, 8);
    layout->setSpacing(6);
    layout->addWidget(makeToolBar());
    layout->addWidget(makeFilterRow());
    layout->addWidget(m_edit);
    layout->addWidget(m_body, 1);
    auto* notices = new FloatingNotices(this); // over the comparison too
    for (QWidget* widget : std::initializer_list<QWidget*>{m_progress, m_message, m_undo})
        notices->add(widget);
    m_pages = new QStackedWidget(this);
    m_pages->addWidget(list);
    m_pages->addWidget(m_compare);
    m_parity = new ParityView(this);
    m_parity->setFileChooser(
        [this](const QString& suggested) { return m_choose(tr("Export the comparison"), suggested, true); });
    m_pages->addWidget(m_parity);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_pages);
}

void RunsPage::connectStore()
{
    connect(&m_store, &RunStore::listed, this, &RunsPage::showRuns);
    connect(&m_store, &RunStore::listFailed, this, [this](const Error& error) {
        m_message->showError(error, tr("Cannot list the runs"));
        m_listed = true;
        updateState();
    });
    connect(&m_store, &RunStore::markFailed, this,
            [this](const Error& error) { m_message->showError(error, tr("Cannot change the run")); });
    connect(&m_store, &RunStore::removed, this, [this](const QStringList& runIds) {
        for (const QString& id : runIds)
            m_removing.removeAll(id); // the list that follows is without them
    });
    connect(&m_store, &RunStore::removeFailed, this, &RunsPage::removalFailed);
    connect(&m_store, &RunStore::busyChanged, this, [this] {
        if (!m_store.busy())
            m_progress->finish();
        updateState();
    });
    connect(&m_store, &RunStore::progress, m_progress, &ProgressStrip::setProgress);
    connect(m_progress, &ProgressStrip::cancelled, &m_store, &RunStore::cancel);
    connect(&m_store, &RunStore::workFailed, this,
            [this](const QString& doing, const Error& error) { m_message->showError(error, doing); });
    connect(&m_store, &RunStore::workCancelled, this, [this] {
        m_message->showMessage(Banner::Level::Info, tr("Cancelled"), tr("What had been finished before is kept."));
    });
    connect(&m_store, &RunStore::verified, this, &RunsPage::showVerified);
    connect(&m_store, &RunStore::resumed, this, &RunsPage::showResumed);
    connect(&m_store, &RunStore::rerunDone, this, &RunsPage::showRerun);
    connect(&m_store, &RunStore::exported, this, &RunsPage::showExported);
    connect(&m_store, &RunStore::compared, this, &RunsPage::showComparison);
    connect(&m_store, &RunStore::parityDone, this, &RunsPage::showParity);
    connect(m_parity, &ParityView::backRequested, this, &RunsPage::backToList);
    connect(m_parity, &ParityView::exported, this, [this](const QString& path) {
        m_message->showMessage(Banner::Level::Success, tr("Written: %1").arg(path));
    });
    connect(m_parity, &ParityView::exportFailed, this, [this](const QString& path, const QString& why) {
        m_message->showMessage(Banner::Level::Error, tr("Cannot write %1").arg(path), why);
    });
    connect(m_compare, &CompareView::backRequested, this, &RunsPage::backToList);
    connect(m_compare, &CompareView::openBesideRequested, this, &RunsPage::openBesideRequested);
    connect(m_compare, &CompareView::openRequested, this, &RunsPage::openRequested);
    connect(m_edit, &EditBar::ended, m_table, qOverload<>(&QWidget::setFocus));
    connect(&m_deletions, &PendingDeletions::changed, this, &RunsPage::showDeletions);
    connect(&m_deletions, &PendingDeletions::due, this, [this](const QStringList& runIds) {
        m_removing += runIds;
        m_store.remove(runIds);
    });
}

//! Down and Enter lead from the filter into the list, Escape clears it.
bool RunsPage::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_filter && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Escape && !m_filter->text().isEmpty()) {
            m_filter->clear();
            return true;
        }
        if ((key == Qt::Key_Down || key == Qt::Key_Return || key == Qt::Key_Enter) && m_proxy.rowCount() > 0) {
            m_table->setFocus(Qt::TabFocusReason);
            if (!m_table->selectionModel()->hasSelection())
                selectRow(0);
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace carry::ui
