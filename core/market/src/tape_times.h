// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/time.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace carry
{

//! Position of the last element <= t, or -1.
inline std::ptrdiff_t lastAtOrBefore(const std::vector<Time>& times, Time t)
{
    return std::upper_bound(times.begin(), times.end(), t) - times.begin() - 1;
}

//! Position of the element t, or -1.
inline std::ptrdiff_t exactly(const std::vector<Time>& times, Time t)
{
    const auto i = lastAtOrBefore(times, t);
    return i >= 0 && times[static_cast<std::size_t>(i)] == t ? i : -1;
}

} // namespace carry
