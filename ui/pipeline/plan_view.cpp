// SPDX-License-Identifier: GPL-3.0-or-later
#include "plan_view.h"

#include "common/theme.h"
#include "plan_tree_model.h"

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
    QStyleOptionViewItem rest = option;
    rest.rect.setLeft(option.rect.left() + kStairsWidth + kStairsGap);
    paintBackground(painter, option, index);
    CellDelegate::paint(painter, rest, index);
    double highest = 0;
    for (const QPointF& step : stairs)
        highest = std::max(highest, step.x());
    if (highest <= 0)
        return;
    const QRectF area = QRectF(option.rect).adjusted(6, 2, 0, -2);
    const double width = (kStairsWidth - 6.0) / static_cast<double>(stairs.size());
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    QColor collateral = selected ? option.palette.color(QPalette::HighlightedText) : colors().gain;
    QColor debt = selected ? option.palette.color(QPalette::Highlight).darker(140) : colors().loss;
    collateral.setAlpha(110);
    for (qsizetype i = 0; i < stairs.size(); ++i) {
        const double left = area.left() + width * static_cast<double>(i);
        const auto bar = [&](double value) {
            const double height = area.height() * value / highest;
            return QRectF(left, area.bottom() - height, std::max(width - (width > 3 ? 1 : 0), 1.0), height);
        };
        painter->fillRect(bar(stairs[i].x()), collateral);
        painter->fillRect(bar(stairs[i].y()), debt);
    }
}

} // namespace carry::ui
