// SPDX-License-Identifier: GPL-3.0-or-later
// How lanes are painted; only what is visible.
#include "common/number_format.h"
#include "common/theme.h"
#include "lane_metrics.h"
#include "lane_view.h"
#include "record_text.h"
#include "stairs.h"

#include <QPainter>
#include <QPainterPath>
#include <QScrollBar>

namespace carry::ui
{

using namespace lanes;

namespace
{

QColor faint(QColor color, int alpha)
{
    color.setAlpha(alpha);
    return color;
}

QFont smaller(const QFont& font)
{
    QFont small = font;
    small.setPointSizeF(font.pointSizeF() * 0.86);
    return small;
}

void paintHead(QPainter& painter, const QPointF& tip, int direction)
{
    QPainterPath head;
    head.moveTo(tip);
    head.lineTo(tip + QPointF(-4, -7 * direction));
    head.lineTo(tip + QPointF(4, -7 * direction));
    head.closeSubpath();
    painter.fillPath(head, painter.pen().color());
}

} // namespace

void LaneView::paintEvent(QPaintEvent*)
{
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), colors().panel);
    painter.setFont(font());
    painter.save();
    painter.setClipRect(kNames, 0, viewport()->width() - kNames, viewport()->height());
    paintTicks(painter);
    painter.setClipRect(kNames, kAxis, viewport()->width() - kNames, viewport()->height() - kAxis);
    paintLanes(painter);
    for (const LaneBox& box : m_chart.boxes)
        paintBox(painter, box);
    painter.setClipRect(kNames, kTop, viewport()->width() - kNames, viewport()->height() - kTop);
    for (const LaneArrow& arrow : m_chart.arrows)
        paintArrow(painter, arrow);
    for (int i = 0; i < static_cast<int>(m_chart.bars.size()); ++i)
        if (barRect(i).intersects(viewport()->rect()))
            paintBar(painter, i);
    paintNow(painter);
    painter.restore();
    paintNames(painter);
}

void LaneView::paintLanes(QPainter& painter) const
{
    for (std::size_t i = 0; i < m_chart.lanes.size(); ++i) {
        const int top = laneTop(m_chart.lanes[i]);
        const int height = laneHeight(m_chart.lanes[i]);
        if (i % 2 == 0)
            painter.fillRect(0, top, viewport()->width(), height, colors().window);
        painter.setPen(colors().grid);
        painter.drawLine(0, top + height - 1, viewport()->width(), top + height - 1);
    }
}

//! Times of the instants; one that would run into the one before is left out.
void LaneView::paintTicks(QPainter& painter) const
{
    painter.save();
    painter.setFont(smaller(Theme::instance().numbers()));
    double free = kNames;
    QString day;
    for (const LaneTick& tick : m_chart.ticks) {
        const double x = xOf(tick.at);
        const QString whole = dateTime(tick.time);
        const QString text = whole.left(10) == day ? whole.mid(11) : whole;
        const int width = painter.fontMetrics().horizontalAdvance(text);
        painter.setPen(colors().grid);
        painter.drawLine(QPointF(x, kAxis - 4), QPointF(x, viewport()->height()));
        if (x < free - 1 || x > viewport()->width())
            continue;
        painter.setPen(colors().muted);
        painter.drawText(QRectF(x + 3, 0, width + 2, kAxis), Qt::AlignVCenter | Qt::AlignLeft, text);
        free = x + width + 10;
        day = whole.left(10);
    }
    painter.restore();
}

void LaneView::paintBox(QPainter& painter, const LaneBox& box) const
{
    const double left = xOf(box.from) - 5;
    const double right = xOf(box.to) + 2;
    if (right < kNames || left > viewport()->width())
        return;
    const int bottom = kTop - verticalScrollBar()->value() + contentHeight() - 2;
    const bool failed = box.group.failed != 0;
    const QColor color = failed ? colors().critical : colors().accent;
    const QRectF frame(left, kAxis + 1, right - left, bottom - kAxis - 1);
    painter.fillRect(frame, faint(color, 14));
    painter.setPen(QPen(color, 1, failed ? Qt::DashLine : Qt::SolidLine));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(frame);
    painter.save();
    painter.setFont(smaller(font()));
    painter.setPen(failed ? colors().critical : colors().text);
    // The words stay in sight while a long box is scrolled.
    const double from = std::max<double>(left, kNames) + 5;
    const QRectF words(from, kAxis + 1, right - from - 4, kTop - kAxis - 1);
    painter.drawText(words, Qt::AlignVCenter | Qt::AlignLeft,
                     painter.fontMetrics().elidedText(boxText(box), Qt::ElideRight, static_cast<int>(words.width())));
    painter.restore();
}

void LaneView::paintBar(QPainter& painter, int index) const
{
    const LaneBar& bar = m_chart.bars[static_cast<std::size_t>(index)];
    const Badge badge = badgeOf(bar);
    const QColor color = toneColor(badge.tone);
    const QRect rect = barRect(index);
    const bool selected = isSelected(bar);
    const bool undone = bar.state == InstructionState::RolledBack;
    painter.setPen(QPen(selected ? colors().accent : color, selected ? 2 : 1,
                        bar.start && !undone ? Qt::SolidLine : Qt::DashLine));
    // Arrows end at bars: the panel's colour keeps them from shining through.
    painter.setBrush(colors().panel);
    painter.drawRoundedRect(rect, 3, 3);
    painter.setBrush(bar.start ? QBrush(faint(color, selected ? 90 : 48)) : QBrush(Qt::NoBrush));
    painter.drawRoundedRect(rect, 3, 3);
    QRect inner = rect.adjusted(4, 0, -3, 0);
    if (rect.width() >= 22) {
        const QRect icon(inner.left(), rect.center().y() - 7, 15, 15);
        badge.pixmap().paint(&painter, icon);
        inner.setLeft(icon.right() + 4);
    }
    if (bar.loop) {
        const int words = painter.fontMetrics().horizontalAdvance(titleOf(bar)) + 8;
        paintStairs(painter, inner.adjusted(words, 2, 0, -1), bar);
        inner.setWidth(words);
    }
    painter.setPen(colors().text);
    painter.drawText(inner, Qt::AlignVCenter | Qt::AlignLeft,
                     painter.fontMetrics().elidedText(titleOf(bar), Qt::ElideRight, inner.width()));
    if (index == m_current && hasFocus()) {
        painter.setPen(QPen(colors().text, 1, Qt::DotLine));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(rect.adjusted(-3, -3, 2, 2), 4, 4);
    }
}

void LaneView::paintStairs(QPainter& painter, const QRect& area, const LaneBar& bar) const
{
    if (area.width() < 24)
        return;
    QList<QPointF> steps;
    for (const LoopStep& step : loopSteps(m_session.view(), bar.instructions))
        steps += QPointF(step.collateral, step.debt);
    paintStaircase(painter, area, steps, colors().gain, colors().loss);
}

void LaneView::paintArrow(QPainter& painter, const LaneArrow& arrow) const
{
    const double x = xOf(arrow.at);
    if (x < kNames - kSlot * 2 || x > viewport()->width())
        return;
    using Stage = FundsMove::Stage;
    const bool down = arrow.move.from < arrow.move.to;
    const bool flying = arrow.move.stage == Stage::InFlight;
    const QColor color = arrow.move.stage == Stage::Arrived ? colors().text : flying ? colors().accent : colors().muted;
    const auto half = [&](Site lane) {
        return m_chart.rows[static_cast<std::size_t>(lane)] > 0 ? kRow / 2.0 - 3 : 0.0;
    };
    const double from = laneMiddle(arrow.move.from);
    const double to = laneMiddle(arrow.move.to) + (down ? -half(arrow.move.to) : half(arrow.move.to));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(color, 1.4, arrow.move.stage == Stage::Arrived ? Qt::SolidLine : Qt::DashLine));
    // What is in flight has left, but not reached the lane it goes to.
    const double end = flying ? from + (to - from) * 0.75 : to;
    painter.drawLine(QPointF(x, from), QPointF(x, end));
    painter.setPen(color);
    paintHead(painter, QPointF(x, end), down ? 1 : -1);
    painter.setBrush(color);
    painter.drawEllipse(QPointF(x, from), 2.5, 2.5);
    painter.setRenderHint(QPainter::Antialiasing, false);
    // In the gutter next to the lane that is reached.
    const int gutter = down ? laneTop(arrow.move.to) : laneTop(arrow.move.to) + laneHeight(arrow.move.to);
    if (m_slot > kSlot / 2)
        paintAmount(painter, arrow, QPointF(x + 5, gutter + kGutter - 4));
}

//! Cut off where the next arrow of the same gutter begins.
void LaneView::paintAmount(QPainter& painter, const LaneArrow& arrow, const QPointF& at) const
{
    using Stage = FundsMove::Stage;
    double room = m_chart.width - arrow.at;
    for (const LaneArrow& other : m_chart.arrows)
        if (other.at > arrow.at)
            room = std::min(room, other.at - arrow.at);
    QString text = roundAmountText(arrow.move.amount, arrow.move.asset);
    if (arrow.move.stage == Stage::Planned || arrow.move.stage == Stage::Undone)
        text.prepend(QStringLiteral("≈"));
    if (arrow.move.stage == Stage::InFlight)
        text += tr(" in flight");
    painter.save();
    painter.setFont(smaller(font()));
    painter.drawText(at, painter.fontMetrics().elidedText(text, Qt::ElideRight, static_cast<int>(room * m_slot) - 8));
    painter.restore();
}

void LaneView::paintNow(QPainter& painter) const
{
    if (!m_chart.now)
        return;
    const double x = xOf(*m_chart.now);
    painter.setPen(QPen(colors().cursor, 2));
    painter.drawLine(QPointF(x, kTop), QPointF(x, viewport()->height()));
}

//! Names stay in place while the rest is scrolled.
void LaneView::paintNames(QPainter& painter) const
{
    painter.fillRect(0, 0, kNames, viewport()->height(), colors().raised);
    painter.setPen(colors().border);
    painter.drawLine(kNames - 1, 0, kNames - 1, viewport()->height());
    painter.save();
    painter.setClipRect(0, kTop, kNames, viewport()->height() - kTop);
    painter.setPen(colors().text);
    for (const Site lane : m_chart.lanes)
        painter.drawText(QRect(8, laneMiddle(lane) - kRow / 2, kNames - 12, kRow), Qt::AlignVCenter | Qt::AlignLeft,
                         siteText(lane));
    painter.restore();
    painter.setPen(colors().muted);
    painter.setFont(smaller(font()));
    painter.drawText(QRect(8, 0, kNames - 12, kAxis), Qt::AlignVCenter | Qt::AlignLeft, tr("UTC"));
}

} // namespace carry::ui
