// SPDX-License-Identifier: GPL-3.0-or-later
#include "chart_pane.h"

#include <algorithm>
#include <cmath>

namespace carry::ui
{
namespace
{

constexpr double kHalfLine = 0.65; // logical pixels
constexpr int kDash = 6;           // of which the last third is left out

double smallestSpan(ChartUnit unit)
{
    switch (unit) {
    case ChartUnit::Money:
        return 1;
    case ChartUnit::Coins:
    case ChartUnit::Percent:
    case ChartUnit::Ratio:
        return 1e-3;
    case ChartUnit::BasisPoints:
        break;
    }
    return 1e-4;
}

QRgb ink(QColor color, double alpha)
{
    color.setAlphaF(static_cast<float>(alpha));
    return qPremultiply(color.rgba());
}

} // namespace

ChartPane::ChartPane(PaneSpec spec) : m_spec(std::move(spec)), m_listed(m_spec.series.size(), false)
{
    for (const ChartSeries& series : m_spec.series) {
        m_columns.emplace_back(series.source);
        m_shown.push_back(!series.off);
    }
}

void ChartPane::setShown(std::size_t series, bool on)
{
    m_shown[series] = on;
    invalidate();
}

void ChartPane::resize(int height, double pixelRatio)
{
    m_ratio = pixelRatio;
    if (m_image.height() != height)
        m_image = QImage(std::max(m_image.width(), 1), std::max(height, 1), QImage::Format_ARGB32_Premultiplied);
    invalidate();
}

void ChartPane::forget()
{
    for (SeriesColumns& columns : m_columns)
        columns.forget();
    invalidate();
}

void ChartPane::list(const RunRecord& record, std::size_t cursor)
{
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        const MinMax all = m_columns[i].range(record, 0, cursor + 1);
        const bool nothing = m_spec.series[i].role == SeriesRole::Stack &&
                             std::max(std::abs(all.min), std::abs(all.max)) < m_spec.nothing;
        const bool listed = !all.empty() && !nothing;
        if (listed != m_listed[i]) {
            m_listed[i] = listed;
            invalidate();
        }
    }
}

void ChartPane::stackAt(const RunRecord& record, const PixelMap& map, int x, std::size_t end)
{
    double up = 0;
    double down = 0;
    m_stack.resize(m_columns.size() + 1);
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        m_stack[i] = {0, 0};
        if (!m_listed[i] || !m_shown[i])
            continue;
        double value = m_columns[i].edge(record, map, x, end);
        if (std::isnan(value) && map.first(x) < std::min(map.first(x + 1), end))
            value = m_columns[i].at(record, map.first(x));
        double& base = value < 0 ? down : up;
        if (!std::isnan(value)) {
            m_stack[i] = {std::min(base, base + value), std::max(base, base + value)};
            base += value;
        }
    }
    m_stack.back() = {up + down, up + down};
}

MinMax ChartPane::valueRange(const RunRecord& record, const PixelMap& map, std::size_t cursor)
{
    MinMax range;
    const std::size_t end = cursor + 1;
    if (stacked()) {
        const int columns = map.columnsUpTo(cursor);
        for (int x = 0; x < columns; ++x) {
            stackAt(record, map, x, end);
            for (const Stacked& s : m_stack) {
                range.add(s.low);
                range.add(s.high);
            }
        }
        return range;
    }
    // From the step left of the view, where the line comes in.
    const std::size_t first = std::max<std::size_t>(map.first(0), 1) - 1;
    const std::size_t last = std::min(end, map.first(map.width()) + 1);
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        if (!m_listed[i] || !m_shown[i])
            continue;
        const MinMax of = m_columns[i].range(record, first, last);
        range.add(of);
        if (m_spec.series[i].role == SeriesRole::Band && !of.empty())
            range.add(-of.max);
    }
    return range;
}

bool ChartPane::prepare(const RunRecord& record, const PixelMap& map, std::size_t cursor, std::size_t length,
                        const QDeadlineTimer& until)
{
    m_length = length;
    for (SeriesColumns& columns : m_columns) {
        columns.extend(record, length, until);
        m_length = std::min(m_length, columns.length());
    }
    if (m_length == 0)
        return false;
    cursor = std::min(cursor, m_length - 1);
    list(record, cursor);
    MinMax range = valueRange(record, map, cursor);
    if (range.empty())
        range = {0, 0};
    for (const LimitLine& limit : m_spec.limits)
        range.add(limit.value);
    if (m_spec.withZero)
        range.add(0);
    // A value that does not move gets some room around it.
    const double size = std::max(range.max - range.min, smallestSpan(m_spec.unit));
    // Whole steps, so that the axis moves seldom while the curve grows.
    const double step = niceStep(size / 8);
    const bool floor = m_spec.withZero && range.min >= 0;
    const bool ceiling = m_spec.withZero && range.max <= 0 && range.min < 0;
    if (m_spec.tight)
        return takeRange(range.min - size * 0.1, range.max + size * 0.05);
    const double lower = floor ? 0 : std::floor((range.min - size * 0.04) / step) * step;
    const double upper = ceiling ? 0 : std::ceil((range.max + size * 0.04) / step) * step;
    return takeRange(lower, upper);
}

bool ChartPane::takeRange(double lower, double upper)
{
    if (lower == m_lower && upper == m_upper)
        return false;
    m_lower = lower;
    m_upper = upper;
    invalidate();
    return true;
}

double ChartPane::total(const RunRecord& record, std::size_t step) const
{
    double sum = 0;
    for (std::size_t i = 0; i < m_columns.size(); ++i)
        if (m_listed[i] && m_shown[i])
            sum += value(record, i, step);
    return sum;
}

void ChartPane::setInks(const Colors& colors)
{
    m_inks.clear();
    for (const ChartSeries& series : m_spec.series) {
        const QColor color = series.colorOf(colors);
        m_inks.push_back({ink(color, series.role == SeriesRole::Band                ? 0.5
                                     : series.color == ChartSeries::Color::Exchange ? 0.8
                                                                                    : 1),
                          ink(color, series.role == SeriesRole::Stack  ? 0.8
                                     : series.role == SeriesRole::Band ? 0.16
                                                                       : 0.25)});
    }
    m_totalInk = ink(colors.text, 1);
}

void ChartPane::raster(const RunRecord& record, const PixelMap& map, std::size_t cursor, const Colors& colors)
{
    if (m_image.width() != map.width()) {
        m_image = QImage(map.width(), std::max(m_image.height(), 1), QImage::Format_ARGB32_Premultiplied);
        m_valid = false;
    }
    m_image.setDevicePixelRatio(m_ratio);
    if (!m_valid) {
        m_image.fill(Qt::transparent);
        m_drawn = 0;
        m_valid = true;
        setInks(colors);
    }
    if (m_length == 0)
        return;
    cursor = std::min(cursor, m_length - 1);
    const int columns = map.columnsUpTo(cursor);
    // The column of the old cursor ended early, that of the new one does; all between come or go.
    const int from = std::max(std::min(m_drawn, columns) - 1, 0);
    SpanRaster raster(m_image);
    raster.clear(from, std::max(m_drawn, columns));
    for (int x = from; x < columns; ++x) {
        if (stacked()) {
            rasterStack(raster, record, map, x, cursor + 1);
            continue;
        }
        for (std::size_t i = m_columns.size(); i-- > 0;) // the first series on top
            if (m_listed[i] && m_shown[i])
                rasterSeries(raster, i, m_columns[i].column(record, map, x, cursor + 1), x);
    }
    m_drawn = columns;
}

void ChartPane::rasterSeries(SpanRaster& raster, std::size_t series, const MinMax& at, int x) const
{
    if (at.empty())
        return;
    if (m_spec.series[series].dashed && std::fmod(x / m_ratio, kDash) >= kDash * 2 / 3)
        return;
    const double half = kHalfLine * m_ratio;
    const Inks& inks = m_inks[series];
    const double top = rowOf(at.max);
    const double bottom = rowOf(at.min);
    const double zero = rowOf(0);
    switch (m_spec.series[series].role) {
    case SeriesRole::Band:
        raster.span(x, top, rowOf(-at.max), inks.fill);
        raster.span(x, top - half * 0.7, bottom + half * 0.7, inks.line);
        raster.span(x, rowOf(-at.min) - half * 0.7, rowOf(-at.max) + half * 0.7, inks.line);
        return;
    case SeriesRole::Area:
        raster.span(x, std::min(top, zero), std::max(bottom, zero), inks.fill);
        break;
    case SeriesRole::Line:
    case SeriesRole::Stack:
        break;
    }
    raster.span(x, top - half, bottom + half, inks.line);
}

void ChartPane::rasterStack(SpanRaster& raster, const RunRecord& record, const PixelMap& map, int x, std::size_t end)
{
    // The total's line runs from this edge to the next.
    stackAt(record, map, x + 1, end);
    MinMax total;
    if (map.first(x + 1) < end)
        total.add(m_stack.back().low);
    stackAt(record, map, x, end);
    for (std::size_t i = 0; i < m_columns.size(); ++i) // whole pixels: no seams between two areas
        raster.span(x, std::round(rowOf(m_stack[i].high)), std::round(rowOf(m_stack[i].low)), m_inks[i].fill);
    if (map.first(x) >= end && map.first(x + 1) >= end)
        return;
    total.add(m_stack.back().low);
    const double half = kHalfLine * m_ratio;
    raster.span(x, rowOf(total.max) - half, rowOf(total.min) + half, m_totalInk);
}

} // namespace carry::ui
