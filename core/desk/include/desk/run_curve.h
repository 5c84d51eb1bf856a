// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "record/run_record.h"

#include <cstdint>
#include <vector>

namespace carry
{

//! A column over time for a picture: at most twice `buckets` points, of each stretch of steps its lowest and its
//! highest value in their order, so that no peak is lost. Values that are absent are left out.
struct RunCurve {
    std::vector<std::int64_t> timesMs;
    std::vector<double> values;

    bool empty() const { return values.empty(); }
};
RunCurve curveOf(const RunRecord& record, std::size_t column, std::size_t buckets);

} // namespace carry
