// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "row_pool.h"
#include "symbols.h"

#include <optional>

namespace carry
{

//! OKX prints UTC+8 wall time behind a "Z".
inline constexpr Duration kOkxLabelShift = std::chrono::hours{8};

//! Rank of the file with the rates really exchanged, before all other funding files.
inline constexpr int kDailyDumpRank = 0;

//! Moves a stamp within 60 s of a full hour to that hour.
Time snapToHour(Time t);

struct FundingColumns {
    std::size_t time = 0;
    std::size_t rate = 0;
    std::optional<std::size_t> hours; //!< of the interval, where the file says so
    bool shiftedLabels = false;       //!< OKX: the settlement is 8 h before its label
};

//! Reads the table's current row and all behind it into `rows`.
Result<void> collectFunding(CsvTable& table, const FundingColumns& columns, StampUnit unit,
                            const ConstantColumns& constants, RowCollector& rows);

} // namespace carry
