// SPDX-License-Identifier: GPL-3.0-or-later
#include "change_delegate.h"

#include "common/theme.h"
#include "common/words.h"

#include <QPainter>
#include <cmath>

namespace carry::ui
{
namespace
{

constexpr int kMargin = 6;
constexpr int kThin = 3;  // height of the bar before
constexpr int kThick = 6; // and after
constexpr int kTick = 3;  // how far a tick sticks out
constexpr int kBar = 56;  // width of the bars; the words stand right of them

void paintBar(QPainter& painter, QRect track, double filled, const QColor& ink, const QColor& ground)
{
    painter.fillRect(track, ground);
    if (std::isnan(filled))
        return;
    track.setWidth(static_cast<int>(std::lround(std::clamp(filled, 0.0, 1.0) * track.width())));
    painter.fillRect(track, ink);
}

} // namespace

void ChangeDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const double before = index.data(BeforeRole).toDouble();
    const double after = index.data(AfterRole).toDouble();
    if (std::isnan(before) && std::isnan(after)) {
        CellDelegate::paint(painter, option, index);
        return;
    }
    paintBackground(painter, option, index);
    const Colors& c = colors();
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    const QColor plain = selected ? c.accentText : c.muted;
    const QColor ink = selected ? c.accentText : toneColor(static_cast<Tone>(index.data(ToneRole).toInt()));
    QColor ground = selected ? c.accentText : c.border;
    ground.setAlpha(selected ? 90 : 160);
    const int width = std::min(kBar, option.rect.width() - 2 * kMargin);
    const int top = option.rect.center().y() - (kThin + kThick + 1) / 2 + 1;
    const QRect first(option.rect.left() + kMargin, top, width, kThin);
    const QRect second(first.left(), first.bottom() + 2, width, kThick);
    paintBar(*painter, first, before, plain, ground);
    paintBar(*painter, second, after, ink, ground);
    for (const auto& [x, color] : {std::pair(first.left(), c.critical), std::pair(first.left() + width / 2, c.warn)}) {
        painter->setPen(selected ? c.accentText : color);
        painter->drawLine(x, first.top() - kTick, x, second.bottom() + kTick);
    }
    const QRect words = option.rect.adjusted(kBar + 2 * kMargin + 2, 0, -kMargin, 0);
    painter->setPen(ink);
    painter->setFont(option.font);
    painter->drawText(words, Qt::AlignVCenter | Qt::AlignLeft,
                      painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, words.width()));
}

} // namespace carry::ui
