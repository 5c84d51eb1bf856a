// SPDX-License-Identifier: GPL-3.0-or-later
#include "pixel_map.h"

#include <algorithm>

namespace carry::ui
{
namespace
{

double msOf(const RunRecord& record, std::size_t step)
{
    return static_cast<double>(toMs(record.time(step)));
}

//! First step in [from, length) at or after a time: doubles its stride, then halves it.
std::size_t firstAtOrAfter(const RunRecord& record, double timeMs, std::size_t from, std::size_t length)
{
    std::size_t stride = 1;
    std::size_t low = from;
    while (low + stride < length && msOf(record, low + stride) < timeMs) {
        low += stride;
        stride *= 2;
    }
    std::size_t high = std::min(low + stride, length);
    while (low < high) {
        const std::size_t middle = low + (high - low) / 2;
        if (msOf(record, middle) < timeMs)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

} // namespace

void PixelMap::reset(double fromMs, double toMs, int width)
{
    m_from = fromMs;
    m_to = std::max(toMs, fromMs + 1);
    m_width = std::max(width, 1);
    m_length = 0;
    m_first.clear();
    m_weight.clear();
}

void PixelMap::extend(const RunRecord& record, std::size_t length)
{
    m_length = length;
    while (m_first.size() <= idx(m_width)) {
        const double left = timeOf(static_cast<double>(m_first.size()));
        const std::size_t step = firstAtOrAfter(record, left, m_first.empty() ? 0 : m_first.back(), length);
        if (step == length)
            return;
        double weight = 0;
        if (step > 0) {
            const double before = msOf(record, step - 1);
            weight = (left - before) / (msOf(record, step) - before);
        }
        m_first.push_back(step);
        m_weight.push_back(weight);
    }
}

int PixelMap::columnsUpTo(std::size_t cursor) const
{
    const auto known = static_cast<int>(std::upper_bound(m_first.begin(), m_first.end(), cursor) - m_first.begin());
    return std::min(known, m_width);
}

} // namespace carry::ui
