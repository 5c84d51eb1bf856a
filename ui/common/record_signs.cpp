// SPDX-License-Identifier: GPL-3.0-or-later
#include "record_signs.h"

namespace carry::ui
{
namespace
{

//! Entries of a log that were written up to a step.
template <class Member> std::size_t endOf(const RunRecord& record, std::size_t step, Member log)
{
    return record.ends(step).*log;
}

} // namespace

std::optional<std::size_t> breachAfter(const RunRecord& record, std::size_t length, std::size_t step)
{
    if (step >= length)
        return std::nullopt;
    const std::size_t end = endOf(record, length - 1, &StepEnds::events);
    for (std::size_t i = endOf(record, step, &StepEnds::events); i < end; ++i)
        if (isBreach(record.event(i)))
            return i;
    return std::nullopt;
}

std::optional<std::size_t> breachBefore(const RunRecord& record, std::size_t length, std::size_t step)
{
    if (length == 0 || step == 0)
        return std::nullopt;
    std::optional<std::size_t> found;
    for (std::size_t i = endOf(record, std::min(step, length) - 1, &StepEnds::events); i-- > 0;) {
        if (found && record.event(i).step != record.event(*found).step)
            break;
        if (isBreach(record.event(i)))
            found = i;
    }
    return found;
}

std::optional<std::size_t> fundingAfter(const RunRecord& record, std::size_t length, std::size_t step)
{
    if (step >= length)
        return std::nullopt;
    const std::size_t first = endOf(record, step, &StepEnds::funding);
    return first < endOf(record, length - 1, &StepEnds::funding) ? std::optional(first) : std::nullopt;
}

std::optional<std::size_t> fundingBefore(const RunRecord& record, std::size_t length, std::size_t step)
{
    if (length == 0 || step == 0)
        return std::nullopt;
    std::size_t end = endOf(record, std::min(step, length) - 1, &StepEnds::funding);
    if (end == 0)
        return std::nullopt;
    const std::uint32_t at = record.funding(end - 1).step;
    while (end > 1 && record.funding(end - 2).step == at)
        --end;
    return end - 1;
}

} // namespace carry::ui
