// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/time.h"
#include "market/series.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carry
{

//! What was found in a file or series. Text values of toText() are stable (JSON, database).
enum class FindingKind : std::uint8_t {
    Hole,           //!< bars or settlements missing inside a series
    Duplicate,      //!< exact repetition of a row, dropped
    Twin,           //!< rows of one time stamp that differ in a column the rule does not use, collapsed
    MalformedStamp, //!< unambiguous but not ISO 8601, repaired
    SnappedStamp,   //!< funding stamp within 60 s of a full hour, snapped to it
    ShiftedLabel,   //!< OKX funding label in UTC+8 wall time, moved by -8 h
    Superseded,     //!< a better file for the same series exists; this one was not read
    Proxy,          //!< another series stands in (named in the configuration)
    Ignored,        //!< recognised, but nothing reads it
    Unrecognised,   //!< format unknown
    Unreadable,     //!< the file was refused; the error says why
    MissingFunding, //!< an expected settlement without a row
    MissingValue,   //!< an empty cell
    Placeholder,    //!< known not to be data (margin and reserve-factor files)
    Interpolated,   //!< not observations; only the 00:00 rows are used
    FallingIndex,   //!< an index or protocol ratio falls from one row to the next
    OffGrid,        //!< settlements between the steps of a run on a coarser grid
    // Stored in databases: append only.
};
std::string_view toText(FindingKind kind);

enum class FindingSeverity : std::uint8_t { Info, Warning, Error };
std::string_view toText(FindingSeverity severity);

//! The rule that was applied, as an id; ruleText() says it in words.
enum class QualityRule : std::uint8_t {
    None,
    DropExactDuplicate,
    UseRealFundingRate,
    SubtractEightHours,
    SnapWithinMinute,
    RepairStamp,
    PreferDailyDump,
    PreferCsvOverBackup,
    PreferDailyOverHourly,
    FillFromPeer,
    CarryLastClose,
    FundingPeerMean,
    FundingZero,
    UseNamedProxy,
    SkipFile,
    UseMidnightRows,
    UseConfiguration,
    CarryLastValue,
    GrowAcrossHole,
    UseAsIs,
    SkipOffGrid,
    // Stored in databases: append only.
};
std::string_view toText(QualityRule rule);   //!< stable id, e.g. "drop-exact-duplicate"
std::string_view ruleText(QualityRule rule); //!< one English sentence

struct Finding {
    FindingKind kind = FindingKind::Hole;
    FindingSeverity severity = FindingSeverity::Info;
    QualityRule rule = QualityRule::None;
    std::uint32_t file = 0;       //!< index into MarketData::files
    std::uint32_t line = 0;       //!< 1-based; 0 where the whole file is meant
    std::string series;           //!< describeSeries() or the frame's id, may be empty
    std::optional<Time> from, to; //!< e.g. last bar before and first bar after a hole
    std::uint64_t count = 1;      //!< rows or intervals concerned
    std::string detail;           //!< further values, e.g. "0.0001 | -0.00031" for twins
};

//! What is there of one series.
struct Coverage {
    std::string series;
    std::uint32_t file = 0;
    std::optional<Time> first, last;
    std::uint64_t rows = 0;  //!< kept
    Duration cadence{};      //!< the most frequent distance of neighbours
    std::uint64_t holes = 0; //!< intervals missing inside
};

struct QualityReport {
    std::vector<Coverage> coverage;
    std::vector<Finding> findings;
};

} // namespace carry
