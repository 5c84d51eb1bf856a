// SPDX-License-Identifier: GPL-3.0-or-later
#include "chart_pane.h"

#include <QPainter>
#include <cmath>

namespace carry::ui
{
namespace
{

struct Scale {
    QRectF rect;
    double lower, upper;
    int columns;
    QPointF at(double column, double value) const
    {
        return {rect.left() + column * rect.width() / columns,
                rect.top() + (upper - value) / (upper - lower) * rect.height()};
    }
};

//! Upper and lower edge of an area, closed.
QPolygonF closed(const QPolygonF& top, const QPolygonF& bottom)
{
    QPolygonF all = top;
    for (qsizetype i = bottom.size(); i-- > 0;)
        all << bottom[i];
    return all;
}

void fill(QPainter& painter, const QPolygonF& polygon, QColor color, double alpha)
{
    color.setAlphaF(static_cast<float>(alpha));
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawPolygon(polygon);
}

} // namespace

void ChartPane::drawVector(QPainter& painter, const QRectF& rect, const RunRecord& record, const PixelMap& map,
                           std::size_t cursor, const Colors& colors)
{
    if (m_length == 0)
        return;
    cursor = std::min(cursor, m_length - 1);
    painter.save();
    painter.setClipRect(rect);
    if (stacked())
        vectorStack(painter, rect, record, map, cursor, colors);
    else
        for (std::size_t i = m_columns.size(); i-- > 0;)
            if (m_listed[i] && m_shown[i])
                vectorSeries(painter, rect, i, record, map, cursor, colors);
    painter.restore();
}

void ChartPane::vectorStack(QPainter& painter, const QRectF& rect, const RunRecord& record, const PixelMap& map,
                            std::size_t cursor, const Colors& colors)
{
    const Scale scale{rect, m_lower, m_upper, map.width()};
    const int columns = map.columnsUpTo(cursor);
    struct Area {
        QPolygonF top, bottom;
        bool below = false;
    };
    std::vector<Area> areas(m_columns.size());
    const auto flush = [&](std::size_t i) {
        fill(painter, closed(areas[i].top, areas[i].bottom), m_spec.series[i].colorOf(colors), 0.8);
        areas[i] = {};
    };
    QPolygonF total;
    for (int x = 0; x < columns; ++x) {
        stackAt(record, map, x, cursor + 1);
        for (std::size_t i = 0; i < m_columns.size(); ++i) {
            if (!m_listed[i] || !m_shown[i])
                continue;
            // What changes its sign goes over to the other side of zero: no area in between.
            const bool below = m_stack[i].low < 0;
            if (below != areas[i].below)
                flush(i);
            areas[i].below = below;
            areas[i].top << scale.at(x, m_stack[i].high);
            areas[i].bottom << scale.at(x, m_stack[i].low);
        }
        total << scale.at(x, m_stack.back().low);
    }
    for (std::size_t i = 0; i < m_columns.size(); ++i)
        flush(i);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(colors.text, 1));
    painter.drawPolyline(total);
}

void ChartPane::vectorSeries(QPainter& painter, const QRectF& rect, std::size_t series, const RunRecord& record,
                             const PixelMap& map, std::size_t cursor, const Colors& colors)
{
    const Scale scale{rect, m_lower, m_upper, map.width()};
    const QColor color = m_spec.series[series].colorOf(colors);
    const SeriesRole role = m_spec.series[series].role;
    QPolygonF line;
    QPolygonF other; // the other edge of the area
    const auto flush = [&] {
        if (role == SeriesRole::Area || role == SeriesRole::Band)
            fill(painter, closed(line, other), color, role == SeriesRole::Band ? 0.16 : 0.25);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(color, role == SeriesRole::Band ? 0.5 : 1,
                            m_spec.series[series].dashed ? Qt::DashLine : Qt::SolidLine));
        painter.drawPolyline(line);
        if (role == SeriesRole::Band)
            painter.drawPolyline(other);
        line.clear();
        other.clear();
    };
    const int columns = map.columnsUpTo(cursor);
    for (int x = 0; x < columns; ++x) {
        const MinMax at = m_columns[series].column(record, map, x, cursor + 1);
        if (at.empty()) {
            flush();
            continue;
        }
        // The nearer extreme first, so that the line does not zigzag more than the values do.
        const QPointF high = scale.at(x + 0.5, at.max);
        const QPointF low = scale.at(x + 0.5, at.min);
        const bool fromTop =
            !line.isEmpty() && std::abs(line.back().y() - high.y()) < std::abs(line.back().y() - low.y());
        line << (fromTop ? high : low);
        if (at.max > at.min)
            line << (fromTop ? low : high);
        other << scale.at(x + 0.5, role == SeriesRole::Band ? -at.max : 0);
    }
    flush();
}

} // namespace carry::ui
