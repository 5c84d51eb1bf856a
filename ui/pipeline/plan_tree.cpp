// SPDX-License-Identifier: GPL-3.0-or-later
#include "plan_tree.h"

#include "common/cell_delegate.h"
#include "common/theme.h"
#include "plan_tree_model.h"
#include "plan_view.h"

#include <QAction>
#include <QScopedValueRollback>
#include <QScrollBar>
#include <QTreeView>
#include <QVBoxLayout>

namespace carry::ui
{
namespace
{

constexpr int kRestMs = 120;

} // namespace

PlanTree::PlanTree(RunSession& session, QWidget* parent)
    : QWidget(parent), m_session(session), m_model(new PlanTreeModel(session.view(), this)),
      m_tree(new PlanView(*m_model))
{
    makeTree();
    makeActions();
    m_stack =
        new EmptyStack(m_tree, tr("No plan yet. Plans appear where a strategy decides to act: run one, or move the "
                                  "cursor to the next decision."));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
    m_rest.setSingleShot(true);
    m_rest.setInterval(kRestMs);
    connect(&m_rest, &QTimer::timeout, this, &PlanTree::showCurrent);
    m_refresh = new WhenVisible(this, [this] { update(); });
    connect(&session, &RunSession::recordChanged, this, [this] {
        const QScopedValueRollback guard(m_following, true);
        m_model->reset();
        m_unfolded = -1;
        fitColumns();
    });
    connect(&session, &RunSession::cursorChanged, m_refresh, &WhenVisible::request);
    connect(&session, &RunSession::selectionChanged, m_refresh, [this] {
        if (isVisible())
            followSelection();
    });
    onRowChosen(m_tree, this, [this](const QModelIndex& current) { choose(current); });
    connect(m_tree, &QTreeView::clicked, this, &PlanTree::choose);
    connect(m_tree, &QTreeView::activated, this, &PlanTree::goTo);
    connect(&Theme::instance(), &Theme::changed, m_model, &PlanTreeModel::refreshColors);
}

void PlanTree::makeTree()
{
    m_tree->setObjectName(QStringLiteral("planTree"));
    m_tree->setAccessibleName(tr("Plans up to the cursor"));
    m_tree->setModel(m_model);
    m_tree->setItemDelegate(new CellDelegate(m_tree));
    m_tree->setItemDelegateForColumn(PlanTreeModel::What, new StaircaseDelegate(m_tree));
    m_tree->setUniformRowHeights(true);
    m_tree->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_tree->setFrameShape(QFrame::NoFrame);
    m_tree->setIndentation(16);
    m_tree->setAllColumnsShowFocus(true);
    m_tree->setExpandsOnDoubleClick(false);
    QHeaderView* header = m_tree->header();
    header->resizeSection(PlanTreeModel::What, 340);
    header->resizeSection(PlanTreeModel::State, 128);
    header->resizeSection(PlanTreeModel::Time, figureWidth(QStringLiteral("2024-08-05 13:00")));
    header->resizeSection(PlanTreeModel::Venue, 124);
    header->resizeSection(PlanTreeModel::Amount, figureWidth(QStringLiteral("≈−39,864.77 USDT")));
    header->resizeSection(PlanTreeModel::Price, figureWidth(QStringLiteral("≈67,560.00")));
    header->resizeSection(PlanTreeModel::Expected, 104);
    header->resizeSection(PlanTreeModel::Actual, 90);
    header->resizeSection(PlanTreeModel::Latency, figureWidth(QStringLiteral("15 min 00 s")));
    header->resizeSection(PlanTreeModel::Ltv, figureWidth(QStringLiteral("100.00 %")));
    header->resizeSection(PlanTreeModel::HealthFactor, figureWidth(QStringLiteral("10.0000")));
    header->resizeSection(PlanTreeModel::Details, 420);
    enableColumnMenu(header);
    enableCopy(m_tree);
    fitColumns();
}

//! Lending has columns of its own where there is any.
void PlanTree::fitColumns()
{
    const auto& record = m_session.view().record();
    const bool lending = record && record->info().chain.aave;
    m_tree->setColumnHidden(PlanTreeModel::Ltv, !lending);
    m_tree->setColumnHidden(PlanTreeModel::HealthFactor, !lending);
    // Next to the state, where a narrow panel shows them.
    QHeaderView* header = m_tree->header();
    header->moveSection(header->visualIndex(PlanTreeModel::Ltv), 2);
    header->moveSection(header->visualIndex(PlanTreeModel::HealthFactor), 3);
}

void PlanTree::makeActions()
{
    auto* go = new QAction(tr("&Move the cursor to this decision"), m_tree);
    go->setObjectName(QStringLiteral("goToDecisionAction"));
    connect(go, &QAction::triggered, this, [this] { goTo(m_tree->currentIndex()); });
    auto* unfoldAll = new QAction(tr("&Unfold the plan"), m_tree);
    unfoldAll->setObjectName(QStringLiteral("unfoldPlanAction"));
    connect(unfoldAll, &QAction::triggered, this, [this] {
        QModelIndex plan = m_tree->currentIndex();
        while (plan.parent().isValid())
            plan = plan.parent();
        if (plan.isValid())
            m_tree->expandRecursively(plan);
    });
    auto* foldAll = new QAction(tr("&Fold all plans"), m_tree);
    foldAll->setObjectName(QStringLiteral("foldPlansAction"));
    connect(foldAll, &QAction::triggered, m_tree, &QTreeView::collapseAll);
    m_tree->addActions({go, unfoldAll, foldAll});
}

void PlanTree::update()
{
    const QScopedValueRollback guard(m_following, true);
    const int before = m_model->planCount();
    m_model->update();
    m_stack->setEmpty(m_model->planCount() == 0);
    if (m_unfolded >= m_model->planCount())
        m_unfolded = -1;
    if (m_model->planCount() != before)
        followSelection(); // its row may have come back
    if (!m_rest.isActive())
        m_rest.start();
}

//! Unfolds the plan that is under way, folds the one that was unfolded before, and shows the newest rows.
void PlanTree::showCurrent()
{
    const int last = m_model->planCount() - 1;
    if (last < 0 || !isVisible())
        return;
    const bool fresh = m_session.record()->plan(static_cast<std::size_t>(last)).decisionStep == m_session.cursor();
    if (last == m_unfolded || !(fresh || m_model->isOpen(last)))
        return;
    const QScopedValueRollback guard(m_following, true);
    if (m_unfolded >= 0)
        m_tree->collapse(m_model->index(m_unfolded, 0));
    m_unfolded = last;
    const QModelIndex plan = m_model->index(last, 0);
    unfold(plan, true);
    m_tree->scrollTo(plan, QAbstractItemView::PositionAtTop);
}

//! Down to its instructions; a loop stays one row.
void PlanTree::unfold(const QModelIndex& index, bool open)
{
    if (m_model->kindOf(index) == PlanTreeModel::Kind::Instruction || m_model->isLoop(index))
        return;
    m_tree->setExpanded(index, open);
    for (int row = 0; row < m_model->rowCount(index); ++row)
        unfold(m_model->index(row, 0, index), open);
}

void PlanTree::choose(const QModelIndex& index)
{
    if (!m_following && index.isValid())
        m_session.select(m_model->selectionOf(index));
}

void PlanTree::goTo(const QModelIndex& index)
{
    const Selection selection = m_model->selectionOf(index);
    const RunRecord& record = *m_session.record();
    if (selection.kind == Selection::Kind::Plan)
        m_session.seek(record.plan(selection.index - 1).decisionStep);
    else if (selection.kind == Selection::Kind::Instruction)
        m_session.seek(m_session.view().lastChange(record.instruction(selection.index - 1).plan));
    else if (selection.kind == Selection::Kind::Ledger)
        m_session.seek(record.ledger(selection.index).step);
}

// A row that stands for the selection stays current: of a phase, or of a state change.
void PlanTree::followSelection()
{
    const QScopedValueRollback guard(m_following, true);
    const Selection& selection = m_session.selection();
    if (m_model->selectionOf(m_tree->currentIndex()) == selection &&
        m_tree->selectionModel()->isSelected(m_tree->currentIndex()))
        return;
    const QModelIndex wanted = m_model->indexOf(selection);
    if (!wanted.isValid()) {
        if (selection.kind != Selection::Kind::None)
            m_tree->clearSelection();
        return;
    }
    for (QModelIndex above = wanted.parent(); above.isValid(); above = above.parent())
        m_tree->expand(above);
    if (selection.kind == Selection::Kind::Plan)
        unfold(wanted, true);
    m_tree->setCurrentIndex(wanted);
    m_tree->scrollTo(wanted);
}

} // namespace carry::ui
