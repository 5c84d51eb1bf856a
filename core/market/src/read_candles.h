// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "row_pool.h"
#include "symbols.h"

#include <optional>

namespace carry
{

//! The columns of a candle file. Without high or low the extremes are those of open and close; without close it is the
//! open.
struct CandleColumns {
    std::size_t time = 0;
    std::size_t open = 0;
    std::optional<std::size_t> high, low, close;
};

//! Reads the table's current row and all behind it into `rows`.
Result<void> collectCandles(CsvTable& table, const CandleColumns& columns, StampUnit unit,
                            const ConstantColumns& constants, RowCollector& rows);

} // namespace carry
