// SPDX-License-Identifier: GPL-3.0-or-later
#include "headroom_delegate.h"

#include "common/theme.h"
#include "common/words.h"

#include <QPainter>
#include <cmath>

namespace carry::ui
{
namespace
{

constexpr int kMargin = 6;
constexpr int kHeight = 6;
constexpr int kTick = 3; //!< how far a tick sticks out

} // namespace

HeadroomBar HeadroomBar::in(const QRect& cell, double headroom)
{
    HeadroomBar bar;
    const int width = std::max(0, cell.width() - 2 * kMargin);
    bar.track = QRect(cell.left() + kMargin, cell.center().y() - kHeight / 2 + 1, width, kHeight);
    bar.fill = bar.track;
    bar.fill.setWidth(static_cast<int>(std::lround(std::clamp(headroom, 0.0, 1.0) * width)));
    bar.criticalX = bar.track.left();
    bar.warnX = bar.track.left() + width / 2;
    return bar;
}

void HeadroomDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const double headroom = index.data(HeadroomRole).toDouble();
    if (std::isnan(headroom)) {
        CellDelegate::paint(painter, option, index);
        return;
    }
    paintBackground(painter, option, index);
    const Colors& c = colors();
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    const QColor ink = selected ? c.accentText : toneColor(static_cast<Tone>(index.data(ToneRole).toInt()));
    const HeadroomBar bar = HeadroomBar::in(option.rect, headroom);
    QColor track = selected ? c.accentText : c.border;
    track.setAlpha(selected ? 90 : 160);
    painter->fillRect(bar.track, track);
    painter->fillRect(bar.fill, ink);
    painter->setPen(selected ? c.accentText : c.critical);
    painter->drawLine(bar.criticalX, bar.track.top() - kTick, bar.criticalX, bar.track.bottom() + kTick);
    painter->setPen(selected ? c.accentText : c.warn);
    painter->drawLine(bar.warnX, bar.track.top() - kTick, bar.warnX, bar.track.bottom() + kTick);
}

} // namespace carry::ui
