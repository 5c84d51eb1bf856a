// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "market/feed.h"

#include <functional>
#include <optional>

namespace carry
{

//! Beyond these a feed is stale; zero: no bound.
struct FeedBounds {
    Duration silence = std::chrono::minutes{5}; //!< since the last message, by the wall clock
    double bars = 2;                            //!< bar lengths, from a bar's last message to the feed's clock
    Duration funding = 25 * kHour;              //!< from the last settlement to the feed's clock
    Duration frames = 49 * kHour;               //!< from the last row to the feed's clock
    Duration gas = 6 * kHour;                   //!< likewise
    Duration gap = Duration{10'000};            //!< that a missing message is waited for, by the wall clock
};

enum class FeedState : std::uint8_t {
    Waiting, //!< nothing came yet
    Live,
    Stale, //!< nothing new may be proposed by it
};
std::string_view toText(FeedState state); //!< "waiting", "live", "stale"

//! A series whose last reading is too old.
struct StaleSeries {
    std::size_t series = 0; //!< position in the header
    std::string name;
    std::optional<Duration> age; //!< of the last reading, by the feed's clock; none if there is no reading
    Duration bound{};
};

struct FeedStatus {
    FeedState state = FeedState::Waiting;
    std::optional<Duration> silence; //!< since the last message
    bool silent = false;             //!< beyond the bound
    std::optional<Duration> gap;     //!< how long a missing message has been waited for
    bool blocked = false;            //!< beyond the bound
    std::vector<StaleSeries> stale;

    //! Why it is stale, as coded errors: FeedSilent, FeedStale.
    std::vector<Error> reasons(const FeedBounds& bounds) const;
};

//! What a session hangs its breach on: called when the state changes, or which series are stale.
using FeedListener = std::function<void(const FeedStatus&)>;

//! What the readings are at a moment.
struct FeedReadings {
    Time wall;                                      //!< the wall clock
    std::optional<Time> clock;                      //!< the feed's: closed up to here
    const std::vector<std::optional<Time>>* last{}; //!< of each series of the header
    std::optional<Time> gapSince;                   //!< by the wall clock
};

//! Judges how fresh a feed is. Pure: times are inputs. A wall clock that goes back makes nothing younger or older.
class FeedHealth
{
  public:
    //! Series that `reads` does not name are not judged; empty: all are.
    FeedHealth(const FeedHeader& header, FeedBounds bounds, std::vector<bool> reads = {});

    void onChange(FeedListener listener) { m_listener = std::move(listener); }
    //! A message was accepted.
    void heard(Time wall);
    const FeedStatus& check(const FeedReadings& readings);
    const FeedStatus& status() const { return m_status; }
    const FeedBounds& bounds() const { return m_bounds; }

  private:
    Duration boundOf(const FeedSeries& series) const;
    std::vector<StaleSeries> staleSeries(const FeedReadings& readings) const;

    std::vector<FeedSeries> m_series;
    FeedBounds m_bounds;
    std::vector<bool> m_reads;
    FeedListener m_listener;
    std::optional<Time> m_heard;
    FeedStatus m_status;
};

} // namespace carry
