// SPDX-License-Identifier: GPL-3.0-or-later
#include "positions_panel.h"

#include "common/theme.h"
#include "flash_delegate.h"
#include "positions_model.h"

#include <QScopedValueRollback>
#include <QTreeView>
#include <QVBoxLayout>

namespace carry::ui
{
namespace
{

//! Places that an instruction acts on.
void addPlaces(QSet<Venue>& places, const RunRecord& record, const Instruction& instruction)
{
    for (const ExpectedDelta& delta : instruction.expected)
        places += record.chart().at(delta.account).venue;
}

QSet<Venue> placesOf(const RunView& view, const Selection& selection)
{
    QSet<Venue> places;
    if (view.empty())
        return places;
    const RunRecord& record = *view.record();
    if (selection.kind == Selection::Kind::Instruction) {
        addPlaces(places, record, record.instruction(selection.index - 1).instruction);
    } else if (selection.kind == Selection::Kind::Plan) {
        const LogRange range = view.instructionsOf(static_cast<PlanId>(selection.index));
        for (std::size_t i = range.first; i < range.last; ++i)
            addPlaces(places, record, record.instruction(i).instruction);
    } else if (selection.kind == Selection::Kind::Ledger) {
        const Posting& posting = record.ledger(selection.index).posting;
        places = {record.chart().at(posting.from).venue, record.chart().at(posting.to).venue};
    } else if (selection.kind == Selection::Kind::Funding) {
        places = {record.funding(selection.index).venue};
    }
    return places;
}

} // namespace

PositionsPanel::PositionsPanel(RunSession& session, QWidget* parent)
    : QWidget(parent), m_session(session), m_model(new PositionsModel(this)), m_tree(new QTreeView)
{
    makeTree();
    m_stack = new EmptyStack(m_tree, tr("No positions yet. Run a strategy, or open a stored run."));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
    m_refresh = new WhenVisible(this, [this] { update(); });
    connect(&session, &RunSession::recordChanged, this, [this] {
        m_model->update(RunView());
        fitColumns();
    });
    connect(&session, &RunSession::cursorChanged, m_refresh, &WhenVisible::request);
    connect(&session, &RunSession::selectionChanged, m_refresh, [this] {
        if (isVisible())
            followSelection();
    });
    onRowChosen(m_tree, this, [this](const QModelIndex& current) { choose(current); });
    connect(m_tree, &QTreeView::clicked, this, &PositionsPanel::choose);
    connect(m_model, &QAbstractItemModel::rowsInserted, this, [this](const QModelIndex& place, int first, int last) {
        if (place.isValid() && m_model->rowCount(place) == last - first + 1)
            m_tree->expand(place); // its first holdings
    });
    connect(&Theme::instance(), &Theme::changed, m_model, &PositionsModel::refreshColors);
}

void PositionsPanel::makeTree()
{
    m_tree->setObjectName(QStringLiteral("positionsTree"));
    m_tree->setAccessibleName(tr("Positions at the cursor"));
    m_tree->setModel(m_model);
    m_tree->setUniformRowHeights(true);
    m_tree->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_tree->setIndentation(14);
    m_tree->setFrameShape(QFrame::NoFrame);
    m_tree->setAllColumnsShowFocus(true);
    m_flash = new FlashDelegate(m_tree, PositionsModel::ChangeRole);
    m_tree->setItemDelegate(m_flash);
    QHeaderView* header = m_tree->header();
    header->setStretchLastSection(false);
    header->resizeSection(PositionsModel::Holding, 106);
    const QString figure = QStringLiteral("−100,000.00");
    for (const int column : {PositionsModel::Amount, PositionsModel::Value, PositionsModel::Notional})
        header->resizeSection(column, figureWidth(figure));
    header->resizeSection(PositionsModel::Price, figureWidth(QStringLiteral("100,000.00")));
    header->resizeSection(PositionsModel::Entry, figureWidth(QStringLiteral("100,000.00")));
    for (const int column : {PositionsModel::Underlying, PositionsModel::Coins})
        header->resizeSection(column, figureWidth(QStringLiteral("−1,000.0000")));
    enableColumnMenu(header);
    enableCopy(m_tree);
    fitColumns();
}

//! Columns that say something in this run.
void PositionsPanel::fitColumns()
{
    const auto& record = m_session.view().record();
    if (!record)
        return;
    const bool chain = record->layout().chain;
    m_tree->setColumnHidden(PositionsModel::Underlying, !chain);
    m_tree->setColumnHidden(PositionsModel::Coins, !chain);
    m_tree->setColumnHidden(PositionsModel::Entry, !hasExchanges(record->info()));
    QHeaderView* header = m_tree->header();
    header->resizeSection(PositionsModel::Holding, chain ? 140 : 106);
    // With two columns more the value still belongs into a narrow panel.
    header->moveSection(header->visualIndex(PositionsModel::Value), chain ? 1 : PositionsModel::Value);
    const QString coins = chain ? QStringLiteral("−1,000.0000") : QStringLiteral("100,000.00");
    header->resizeSection(PositionsModel::Amount, figureWidth(coins));
    const bool ether = record->info().shareClass != Asset::USDT; // more decimals
    for (const int column : {PositionsModel::Value, PositionsModel::Notional})
        header->resizeSection(column,
                              figureWidth(ether ? QStringLiteral("−10,000.00000") : QStringLiteral("−100,000.00")));
}

void PositionsPanel::update()
{
    const QScopedValueRollback guard(m_following, true);
    const bool fresh = m_model->rowCount() == 0;
    if (!m_session.empty() || !fresh)
        m_model->update(m_session.view());
    m_stack->setEmpty(m_session.empty());
    if (!fresh)
        m_flash->moved();
    followSelection();
}

void PositionsPanel::choose(const QModelIndex& index)
{
    if (m_following)
        return;
    if (const Selection selection = m_model->selectionOf(index); selection.kind != Selection::Kind::None)
        m_session.select(selection);
}

void PositionsPanel::followSelection()
{
    const QScopedValueRollback guard(m_following, true);
    const Selection& selection = m_session.selection();
    m_model->setMarked(placesOf(m_session.view(), selection));
    const QModelIndex wanted = m_model->indexOf(selection);
    if (wanted.isValid()) {
        if (!m_tree->selectionModel()->isSelected(wanted)) {
            m_tree->setCurrentIndex(wanted);
            m_tree->scrollTo(wanted);
        }
    } else if (selection.kind != Selection::Kind::None) {
        m_tree->clearSelection();
    }
}

} // namespace carry::ui
