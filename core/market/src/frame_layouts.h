// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "csv_table.h"
#include "market/quality.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace carry
{

enum class FrameCell {
    Number,        //!< must be there
    Price,         //!< must be there and above zero
    MayBeEmpty,    //!< an empty cell is a missing value
    ZeroIsMissing, //!< the source writes 0 for "no value"
    AprOfApy,      //!< not in the file: the simple rate of the APY in the column before, 365·((1+apy)^(1/365) − 1)
};

struct FrameColumn {
    std::string_view header;
    std::string_view name; //!< in the frame; empty: as in the file
    FrameCell cell = FrameCell::Number;
    double scale = 1; //!< 0.01 turns percent into a fraction
};

//! How the columns of a numeric table become a frame.
struct FrameLayout {
    std::string (*id)(const Document&, const CsvTable&); //!< empty: nothing reads this one
    std::string_view time;
    std::string_view otherTime;              //!< a second stamp that must say the same; may be empty
    std::vector<std::string_view> constants; //!< columns that hold the same in every row
    std::vector<FrameColumn> columns;
    bool midnightOnly = false; //!< the other rows are interpolated
    int rank = 0;
    QualityRule losesBy = QualityRule::SkipFile;
};

extern const FrameLayout kGasLayout, kAaveDailyLayout, kAaveHourlyLayout, kOracleUsdLayout, kOracleEthLayout,
    kPegLayout, kBenchmarkLayout, kBenchmarkApyLayout, kStakingApyLayout, kStakingYieldLayout, kPoolLayout;

} // namespace carry
