// SPDX-License-Identifier: GPL-3.0-or-later
// Messages of market data that arrive while a session runs. docs/feed.md describes the lines.
#pragma once
#include "base/error.h"
#include "market/series.h"

#include <cstdint>
#include <deque>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace carry
{

inline constexpr int kFeedVersion = 1;

enum class FeedSeriesKind : std::uint8_t { Bars, Funding, Frame, Gas };

//! A series that the header announces.
struct FeedSeries {
    std::string id; //!< what messages name it by; of a frame its id in MarketData::frames
    FeedSeriesKind kind = FeedSeriesKind::Bars;
    SeriesKey key;                    //!< bars and funding
    Duration cadence = kHour;         //!< bars
    std::uint8_t intervalHours = 0;   //!< funding: of settlements that do not say; 0: the configured one holds
    std::vector<std::string> columns; //!< frame
    bool operator==(const FeedSeries&) const = default;
};

//! "binance BTC/USDT spot", "aave.WETH".
std::string nameOf(const FeedSeries& series);

//! What says that no more messages of a time will come.
enum class FeedClosing : std::uint8_t {
    Clock,  //!< a clock message
    Labels, //!< the next bar of every leg
};

//! The first line of every connection.
struct FeedHeader {
    std::string name;
    bool synthetic = false;
    FeedClosing closing = FeedClosing::Clock;
    std::uint64_t seq = 0; //!< the first message has the next number
    std::vector<FeedSeries> series;
    bool operator==(const FeedHeader&) const = default;
};

enum class FeedKind : std::uint8_t {
    BarOpen, //!< a bar began: its open is known at its label
    BarEnd,  //!< a bar ended: high, low, close, volume; with its open it may stand alone
    Funding,
    Frame,
    Gas,
    Clock, //!< all messages of this time and before it were sent
};

//! One message. Values that its kind does not have are NaN.
struct FeedMessage {
    static constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

    FeedKind kind = FeedKind::Clock;
    std::uint64_t seq = 0;
    Time time;                //!< when it became known: a bar's label or end, the settlement, the row, the clock
    std::uint32_t series = 0; //!< position in FeedHeader::series; none of a clock
    Time label;               //!< bars
    double open = kNone, high = kNone, low = kNone, close = kNone, volume = kNone;
    double rate = kNone;            //!< funding, fraction per interval
    double gwei = kNone;            //!< gas
    std::uint8_t intervalHours = 0; //!< funding; 0: the header's
    std::vector<double> values;     //!< frame, one for each column; NaN where the cell is missing
};

//! The header as a line, with its line feed.
std::string feedLine(const FeedHeader& header);
//! Adds the message as a line, with its line feed. Doubles come back with the same bits.
void addFeedLine(std::string& out, const FeedHeader& header, const FeedMessage& message);

//! What became of the messages. received = accepted + repeated + late + broken + those held back for the moment.
struct FeedCounters {
    std::uint64_t received = 0;  //!< lines, without headers
    std::uint64_t accepted = 0;  //!< became part of the tape
    std::uint64_t repeated = 0;  //!< had come before; dropped
    std::uint64_t late = 0;      //!< for a step that was closed, or behind a gap that was given up; dropped
    std::uint64_t broken = 0;    //!< refused with a code
    std::uint64_t reordered = 0; //!< came behind a later one and were put into order (and accepted or late)
    std::uint64_t missing = 0;   //!< numbers given up; one that comes after all is late
    bool operator==(const FeedCounters&) const = default;
};

//! Counters, and the last of the faults.
struct FeedLog {
    static constexpr std::size_t kKept = 100;

    FeedCounters counters;
    std::deque<Error> faults; //!< oldest first

    void refuse(Error fault);
};

} // namespace carry
