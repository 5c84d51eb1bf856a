// SPDX-License-Identifier: GPL-3.0-or-later
#include "series_columns.h"

#include <algorithm>
#include <array>
#include <limits>

namespace carry::ui
{

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

double SeriesColumns::edge(const RunRecord& record, const PixelMap& map, int x, std::size_t end) const
{
    const std::size_t right = map.first(x);
    if (right >= end)
        return std::numeric_limits<double>::quiet_NaN();
    if (right == 0)
        return std::numeric_limits<double>::quiet_NaN();
    const double before = at(record, right - 1);
    return before + (at(record, right) - before) * map.weight(x);
}

MinMax SeriesColumns::columnNow(const RunRecord& record, const PixelMap& map, int x, std::size_t end) const
{
    MinMax result = range(record, map.first(x), std::min(map.first(x + 1), end));
    result.add(edge(record, map, x, end));
    result.add(edge(record, map, x + 1, end));
    return result;
}

MinMax SeriesColumns::column(const RunRecord& record, const PixelMap& map, int x, std::size_t end)
{
    // A column is whole for this cursor when the step that follows it is drawn too.
    if (map.first(x + 1) >= end)
        return columnNow(record, map, x, end);
    const auto wanted = static_cast<std::size_t>(x);
    while (m_known.size() <= wanted)
        m_known.push_back(columnNow(record, map, static_cast<int>(m_known.size()), m_pyramid.size()));
    return m_known[wanted];
}

} // namespace carry::ui
