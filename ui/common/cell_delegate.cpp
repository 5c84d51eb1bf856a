// SPDX-License-Identifier: GPL-3.0-or-later
#include "cell_delegate.h"

#include <QIcon>
#include <QPainter>
#include <cmath>

namespace carry::ui
{
namespace
{

constexpr int kMargin = 6;
constexpr int kIcon = 16;
constexpr int kIconGap = 5;
constexpr int kRowPadding = 5;
constexpr int kWhole = -1;       // a text is not cut
constexpr int kKeptTexts = 4000; // a few screens full

QFont fontOf(const QStyleOptionViewItem& option, const QModelIndex& index)
{
    const QVariant font = index.data(Qt::FontRole);
    return font.isValid() ? qvariant_cast<QFont>(font).resolve(option.font) : option.font;
}

} // namespace

CellDelegate::CellDelegate(QObject* parent) : QStyledItemDelegate(parent), m_texts(kKeptTexts) {}

QBrush CellDelegate::background(const QModelIndex& index) const
{
    return qvariant_cast<QBrush>(index.data(Qt::BackgroundRole));
}

void CellDelegate::paintBackground(QPainter* painter, const QStyleOptionViewItem& option,
                                   const QModelIndex& index) const
{
    if (option.state.testFlag(QStyle::State_Selected))
        painter->fillRect(option.rect, option.palette.highlight());
    else if (const QBrush brush = background(index); brush.style() != Qt::NoBrush)
        painter->fillRect(option.rect, brush);
    if (option.state.testFlag(QStyle::State_HasFocus)) {
        painter->setPen(option.palette.color(QPalette::HighlightedText));
        painter->drawRect(option.rect.adjusted(0, 0, -1, -1));
    }
}

void CellDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    paintBackground(painter, option, index);
    QRect rect = option.rect.adjusted(kMargin, 0, -kMargin, 0);
    if (const QVariant icon = index.data(Qt::DecorationRole); icon.isValid()) {
        const QRect place(rect.left(), rect.center().y() - kIcon / 2 + 1, kIcon, kIcon);
        qvariant_cast<QIcon>(icon).paint(painter, place, Qt::AlignCenter, selected ? QIcon::Selected : QIcon::Normal);
        rect.setLeft(place.right() + kIconGap);
    }
    const QString text = index.data(Qt::DisplayRole).toString();
    if (text.isEmpty() || rect.width() <= 0)
        return;
    const QVariant ink = index.data(Qt::ForegroundRole);
    if (selected)
        painter->setPen(option.palette.color(QPalette::HighlightedText));
    else
        painter->setPen(ink.isValid() ? qvariant_cast<QBrush>(ink).color() : option.palette.color(QPalette::Text));
    const QVariant alignment = index.data(Qt::TextAlignmentRole);
    paintText(painter, rect, fontOf(option, index),
              alignment.isValid() ? Qt::Alignment(alignment.toInt()) : Qt::Alignment(Qt::AlignLeft), text);
}

void CellDelegate::paintText(QPainter* painter, const QRect& rect, const QFont& font, Qt::Alignment alignment,
                             const QString& text) const
{
    const QStaticText* line = &laidOut(text, font, kWhole);
    if (line->size().width() > rect.width())
        line = &laidOut(text, font, rect.width());
    const QSizeF size = line->size();
    const bool right = alignment.testFlag(Qt::AlignRight);
    const QPointF at(right ? rect.right() + 1 - std::ceil(size.width()) : rect.left(),
                     rect.top() + std::floor((rect.height() - size.height()) / 2));
    painter->setFont(font);
    painter->drawStaticText(at, *line);
}

const QStaticText& CellDelegate::laidOut(const QString& text, const QFont& font, int width) const
{
    const QString key = font.key() + QLatin1Char('\n') + QString::number(width) + QLatin1Char('\n') + text;
    if (const QStaticText* kept = m_texts.object(key))
        return *kept;
    auto* made = new QStaticText(width == kWhole ? text : QFontMetrics(font).elidedText(text, Qt::ElideRight, width));
    made->setTextFormat(Qt::PlainText);
    made->prepare({}, font);
    m_texts.insert(key, made);
    return *made;
}

QSize CellDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const QFontMetrics metrics(fontOf(option, index));
    int width = metrics.horizontalAdvance(index.data(Qt::DisplayRole).toString()) + 2 * kMargin;
    if (index.data(Qt::DecorationRole).isValid())
        width += kIcon + kIconGap;
    return {width, std::max(option.fontMetrics.height(), metrics.height()) + kRowPadding};
}

} // namespace carry::ui
