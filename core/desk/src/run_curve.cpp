// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/run_curve.h"

#include <algorithm>
#include <cmath>

namespace carry
{

RunCurve curveOf(const RunRecord& record, std::size_t column, std::size_t buckets)
{
    RunCurve curve;
    const std::size_t steps = record.committed();
    const auto add = [&](std::size_t step) {
        curve.timesMs.push_back(toMs(record.time(step)));
        curve.values.push_back(record.at(step, column));
    };
    const auto known = [&](std::size_t step) { return !std::isnan(record.at(step, column)); };
    const std::size_t parts = std::min(steps, std::max<std::size_t>(buckets, 1));
    for (std::size_t part = 0; part < parts; ++part) {
        std::size_t low = steps, high = steps;
        for (std::size_t step = part * steps / parts; step < (part + 1) * steps / parts; ++step) {
            if (!known(step))
                continue;
            if (low == steps || record.at(step, column) < record.at(low, column))
                low = step;
            if (high == steps || record.at(step, column) > record.at(high, column))
                high = step;
        }
        if (low == steps)
            continue;
        add(std::min(low, high));
        if (low != high)
            add(std::max(low, high));
    }
    return curve;
}

} // namespace carry
