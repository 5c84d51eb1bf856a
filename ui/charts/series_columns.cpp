// SPDX-License-Identifier: GPL-3.0-or-later
#include "series_columns.h"

#include <algorithm>
#include <array>
#include <limits>

namespace carry::ui
{
namespace
{

constexpr std::size_t kManySteps = 8 * MinMaxPyramid::kFan; // of a pixel column

} // namespace

bool SeriesColumns::extend(const RunRecord& record, std::size_t length, const QDeadlineTimer& until)
{
    std::array<double, 1024> buffer; // NOLINT: filled before it is read
    while (m_pyramid.size() < length) {
        const std::size_t first = m_pyramid.size();
        const std::size_t count = std::min(length - first, buffer.size());
        for (std::size_t i = 0; i < count; ++i)
            buffer[i] = m_source.at(record, first + i);
        m_pyramid.append({buffer.data(), count});
        if (m_pyramid.size() < length && until.hasExpired())
            return false;
    }
    return true;
}

MinMax SeriesColumns::range(const RunRecord& record, std::size_t first, std::size_t last) const
{
    last = std::min(last, m_pyramid.size());
    return first < last ? m_pyramid.query(first, last, [&](std::size_t step) { return at(record, step); }) : MinMax{};
}

double SeriesColumns::edge(const RunRecord& record, const PixelMap& map, int x, std::size_t end)
{
    if (map.first(x) >= end)
        return std::numeric_limits<double>::quiet_NaN();
    const auto wanted = static_cast<std::size_t>(x);
    while (m_edges.size() <= wanted) // those left of it lie before `end` too
        m_edges.push_back(edgeNow(record, map, static_cast<int>(m_edges.size())));
    return m_edges[wanted];
}

double SeriesColumns::edgeNow(const RunRecord& record, const PixelMap& map, int x) const
{
    const std::size_t right = map.first(x);
    if (right == 0)
        return std::numeric_limits<double>::quiet_NaN();
    const double after = at(record, right);
    if (map.first(x + 1) - right >= kManySteps) // the line moves by less than a hundredth of a pixel between two steps
        return after;
    const double before = at(record, right - 1);
    return before + (after - before) * map.weight(x);
}

MinMax SeriesColumns::columnNow(const RunRecord& record, const PixelMap& map, int x, std::size_t end)
{
    const std::size_t first = map.first(x);
    const std::size_t last = map.first(x + 1);
    // Single steps cost most, for each is far from the next in memory. Of many, whole blocks will do: up to an eighth
    // of a pixel more to the left, and to the right so far that this column and the next meet.
    if (last + MinMaxPyramid::kFan <= end && last - first >= kManySteps)
        return range(record, first - first % MinMaxPyramid::kFan,
                     last + MinMaxPyramid::kFan - last % MinMaxPyramid::kFan);
    MinMax result = range(record, first, std::min(last, end));
    result.add(edge(record, map, x, end));
    result.add(edge(record, map, x + 1, end));
    return result;
}

MinMax SeriesColumns::column(const RunRecord& record, const PixelMap& map, int x, std::size_t end)
{
    // A column is whole for this cursor when the step that follows it is drawn too, and the block with it.
    if (map.first(x + 1) + MinMaxPyramid::kFan > end)
        return columnNow(record, map, x, end);
    const auto wanted = static_cast<std::size_t>(x);
    while (m_known.size() <= wanted)
        m_known.push_back(columnNow(record, map, static_cast<int>(m_known.size()), m_pyramid.size()));
    return m_known[wanted];
}

} // namespace carry::ui
