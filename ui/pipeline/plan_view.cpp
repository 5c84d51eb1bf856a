// SPDX-License-Identifier: GPL-3.0-or-later
#include "plan_view.h"

#include "common/theme.h"
#include "plan_tree_model.h"
#include "stairs.h"

#include <QPainter>

namespace carry::ui
{
namespace
{

constexpr int kStairsWidth = 92;
constexpr int kStairsGap = 6;

} // namespace

PlanView::PlanView(const PlanTreeModel& model, QWidget* parent) : QTreeView(parent), m_model(model) {}

void PlanView::drawRow(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QTreeView::drawRow(painter, option, index);
    const QModelIndex box = m_model.boxOf(index.siblingAtColumn(0));
    if (!box.isValid())
        return;
    int depth = 0;
    for (QModelIndex above = box.parent(); above.isValid(); above = above.parent())
        ++depth;
    const int left = header()->sectionViewportPosition(0) + depth * indentation() + 2;
    const int right = header()->sectionViewportPosition(header()->logicalIndex(header()->count() - 1)) +
                      header()->sectionSize(header()->logicalIndex(header()->count() - 1)) - 2;
    const QRect row = option.rect;
    painter->save();
    painter->setPen(QPen(toneColor(m_model.toneOf(box)), 1));
    painter->drawLine(left, row.top(), left, row.bottom());
    painter->drawLine(right, row.top(), right, row.bottom());
    if (index.siblingAtColumn(0) == box)
        painter->drawLine(left, row.top(), right, row.top());
    if (m_model.boxOf(indexBelow(index).siblingAtColumn(0)) != box)
        painter->drawLine(left, row.bottom(), right, row.bottom());
    painter->restore();
}

void StaircaseDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const auto stairs = index.data(PlanTreeModel::StaircaseRole).value<QList<QPointF>>();
    if (stairs.empty()) {
        CellDelegate::paint(painter, option, index);
        return;
    }
    // The words come first: where the column is narrow they are elided, and the picture stays.
    QStyleOptionViewItem rest = option;
    rest.rect.setWidth(std::max(0, option.rect.width() - kStairsWidth));
    paintBackground(painter, option, index);
    CellDelegate::paint(painter, rest, index);
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    const QRectF area(rest.rect.right() + kStairsGap, option.rect.top() + 2, kStairsWidth - 2 * kStairsGap,
                      option.rect.height() - 3);
    paintStaircase(*painter, area, stairs, selected ? option.palette.color(QPalette::HighlightedText) : colors().gain,
                   selected ? option.palette.color(QPalette::Highlight).darker(140) : colors().loss);
}

} // namespace carry::ui
