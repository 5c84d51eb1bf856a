// SPDX-License-Identifier: GPL-3.0-or-later
#include "time_bar.h"

#include <QPainter>
#include <QTimer>
#include <array>

namespace carry::ui
{
namespace
{

constexpr int kTakeInMs = 4; // of a frame, at most, while a long record is taken in
constexpr int kSide = 10;    // room for half the handle
constexpr int kTop = 4;
constexpr int kMarkerLane = 13; // below the silhouette
constexpr QSize kFlag(7, 8);
constexpr double kMarkerSpacing = 6;
constexpr double kMarkerReach = 6;

} // namespace

QRect TimeBar::track() const
{
    return QRect(kSide, kTop, width() - 2 * kSide, height() - kTop - kMarkerLane - 2);
}

double TimeBar::markerX(const ChartMarker& marker) const
{
    const auto ms = static_cast<double>(toMs(m_session.record()->time(marker.step)));
    return track().left() + m_map.xOf(ms) * track().width() / m_map.width();
}

const ChartMarker* TimeBar::markerAt(const QPoint& at) const
{
    if (m_session.empty() || at.y() <= track().bottom() + 1)
        return nullptr;
    const ChartMarker* nearest = nullptr;
    double reach = kMarkerReach;
    for (const ChartMarker& marker : m_markers.upTo(m_session.cursor()))
        if (const double away = std::abs(markerX(marker) - at.x()); away < reach) {
            reach = away;
            nearest = &marker;
        }
    return nearest;
}

void TimeBar::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const Colors& c = colors();
    painter.fillRect(rect(), c.window);
    painter.fillRect(track(), c.panel);
    if (m_session.empty()) {
        painter.setPen(c.muted);
        painter.drawText(track(), Qt::AlignCenter, tr("No run is open"));
        return;
    }
    const RunRecord& record = *m_session.record();
    m_map.extend(record, m_session.length());
    m_markers.extend(record, m_session.length());
    const QDeadlineTimer until(kTakeInMs, Qt::PreciseTimer);
    findGaps(until);
    m_nav->prepare(record, m_map, m_session.cursor(), m_session.length(), until);
    if (m_looked < m_session.length() || m_nav->length() < m_session.length())
        QTimer::singleShot(kTakeInMs, this, qOverload<>(&QWidget::update));
    m_nav->raster(record, m_map, m_session.cursor(), c);
    painter.drawImage(track().topLeft(), m_nav->image());
    paintGaps(painter);
    paintLoop(painter);
    paintTrack(painter);
    paintMarkers(painter);
    paintFlags(painter);
    paintHandle(painter);
    if (hasFocus()) {
        painter.setPen(c.accent);
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

const TimeBar::Flag* TimeBar::flagAt(const QPoint& at) const
{
    if (m_session.empty() || at.y() > kTop + kFlag.height())
        return nullptr;
    for (const Flag& flag : m_flags)
        if (const int x = xOf(flag.time); at.x() >= x - 2 && at.x() <= x + kFlag.width())
            return &flag;
    return nullptr;
}

void TimeBar::paintFlags(QPainter& painter) const
{
    const Colors& c = colors();
    painter.setRenderHint(QPainter::Antialiasing);
    for (const Flag& flag : m_flags) {
        const double x = xOf(flag.time) + 0.5;
        const double h = kFlag.height();
        painter.setPen(QPen(c.accent, 1));
        painter.drawLine(QPointF(x, kTop), QPointF(x, track().bottom()));
        painter.setBrush(c.accent);
        painter.drawPolygon(QPolygonF{{x, double(kTop)}, {x + kFlag.width(), kTop + h * 0.5}, {x, kTop + h}});
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
}

void TimeBar::paintTrack(QPainter& painter) const
{
    const Colors& c = colors();
    const QRect rect = track();
    const int y = rect.bottom() + 1;
    painter.fillRect(QRect(rect.left(), y, rect.width(), 1), c.border);
    // Recorded, whether the cursor has been there or not.
    const int end = xOf(m_session.record()->time(m_session.length() - 1));
    painter.fillRect(QRect(rect.left(), y, std::max(end - rect.left(), 1), 2), c.muted);
}

void TimeBar::paintGaps(QPainter& painter) const
{
    const RunRecord& record = *m_session.record();
    const QRect rect = track();
    const std::size_t end = m_session.cursor() + 1;
    QColor color = colors().muted;
    painter.setBrushOrigin(rect.topLeft());
    int from = rect.left();
    int to = from; // one area of several gaps that touch
    const auto flush = [&] {
        if (to > from) {
            painter.fillRect(QRect(from, rect.top(), to - from, rect.height()), QBrush(color, Qt::BDiagPattern));
            painter.fillRect(QRect(from, rect.bottom() - 1, to - from, 2), color);
        }
    };
    for (const Gap& gap : m_gaps) {
        if (gap.first >= end)
            break;
        const int left = xOf(record.time(gap.first));
        const int right = xOf(record.time(std::min(gap.last, end) - 1)) + 2;
        if (left > to) {
            flush();
            from = left;
        }
        to = std::max(to, right);
    }
    flush();
}

void TimeBar::paintLoop(QPainter& painter) const
{
    const RunRecord& record = *m_session.record();
    const LoopRange& loop = m_session.loop();
    const QRect rect = track();
    const QColor color = colors().accent;
    const auto bracket = [&](std::size_t step, int arm) {
        const int x = xOf(record.time(step));
        painter.fillRect(QRect(x - (arm < 0 ? 2 : 0), rect.top(), 2, rect.height()), color);
        painter.fillRect(QRect(std::min(x, x + arm), rect.top(), std::abs(arm), 2), color);
        painter.fillRect(QRect(std::min(x, x + arm), rect.bottom() - 1, std::abs(arm), 2), color);
    };
    if (loop.complete()) {
        QColor fill = color;
        fill.setAlpha(45);
        const int left = xOf(record.time(*loop.from));
        painter.fillRect(QRect(left, rect.top(), xOf(record.time(*loop.to)) - left, rect.height()), fill);
    }
    if (loop.from)
        bracket(*loop.from, 6);
    if (loop.to)
        bracket(*loop.to, -6);
}

void TimeBar::paintMarkers(QPainter& painter) const
{
    std::array<double, 3> last{-1e9, -1e9, -1e9}; // by kind
    const double y = track().bottom() + 2 + kMarkerLane / 2.0;
    const ChartMarker* selected = m_markers.of(*m_session.record(), m_session.selection(), m_session.cursor());
    for (const ChartMarker& marker : m_markers.upTo(m_session.cursor())) {
        const double x = markerX(marker);
        double& before = last[static_cast<std::size_t>(marker.kind)];
        if (x - before < kMarkerSpacing && &marker != selected)
            continue;
        before = x;
        ChartMarkers::draw(painter, marker, {x, y}, colors());
    }
    if (selected != nullptr) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(colors().accent, 1.5));
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(QPointF(markerX(*selected), y), 6.5, 6.5);
        painter.setRenderHint(QPainter::Antialiasing, false);
    }
}

void TimeBar::paintHandle(QPainter& painter) const
{
    const Colors& c = colors();
    const QRect rect = track();
    const double x = xOf(m_session.view().time()) + 0.5;
    painter.setPen(QPen(c.accent, 1));
    painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom() + 1));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(c.panel, 1.5));
    painter.setBrush(c.accent);
    painter.drawEllipse(QPointF(x, rect.bottom() + 1.5), 5.5, 5.5);
    painter.setRenderHint(QPainter::Antialiasing, false);
}

} // namespace carry::ui
