// SPDX-License-Identifier: GPL-3.0-or-later
#include "chart_period.h"

namespace carry::ui
{

std::pair<double, double> periodOf(const RunRecord& record)
{
    auto from = static_cast<double>(toMs(record.info().from));
    auto to = static_cast<double>(toMs(record.info().to));
    if (to > from)
        return {from, to};
    const std::size_t steps = record.committed();
    if (steps == 0)
        return {from, from + static_cast<double>(kDay.count())};
    from = static_cast<double>(toMs(record.time(0)));
    const auto last = static_cast<double>(toMs(record.time(steps - 1)));
    auto span = static_cast<double>(kDay.count());
    while (from + span < last)
        span *= 2;
    return {from, from + span};
}

} // namespace carry::ui
