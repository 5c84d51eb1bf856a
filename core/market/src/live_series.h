// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "market/feed.h"
#include "market/market_data.h"

#include <optional>

namespace carry
{

//! What becomes of a message.
enum class FeedFate : std::uint8_t { Accepted, Repeated, Late, Broken };

//! Market data that grow by messages. Rows of a series rise in time; rows at or before the time that was closed stay as
//! they are, but for the end of a bar, which becomes known at its end.
class LiveSeries
{
  public:
    explicit LiveSeries(const FeedHeader& header);
    LiveSeries(const LiveSeries&) = delete; //!< others point into the data
    LiveSeries& operator=(const LiveSeries&) = delete;

    const MarketData& data() const { return m_data; }
    //! Values of this column must be above zero.
    void mustBePositive(const FrameSeries& series, std::string_view column);
    //! Anything but a clock. A broken one leaves its reason in fault().
    FeedFate take(const FeedMessage& message, const std::optional<Time>& closed);
    const Error& fault() const { return m_fault; }
    //! Whose bar the last accepted message ended, if it did.
    const CandleSeries* ended() const { return m_ended; }
    //! What the position in the header stands for: a CandleSeries, FundingSeries or FrameSeries of data().
    const void* at(std::size_t series) const;
    //! Time of the last accepted message of each series of the header.
    const std::vector<std::optional<Time>>& lastReadings() const { return m_lastReadings; }
    std::optional<Time> newest() const { return m_newest; } //!< of all readings

  private:
    struct Place {
        CandleSeries* bars = nullptr;
        FundingSeries* funding = nullptr;
        FrameSeries* frame = nullptr;
        std::vector<bool> positive; //!< by column of the frame
    };
    FeedFate takeOpen(CandleSeries& bars, const FeedMessage& message);
    FeedFate takeEnd(CandleSeries& bars, const FeedMessage& message, const std::optional<Time>& closed);
    FeedFate takeFunding(FundingSeries& funding, const FeedMessage& message);
    FeedFate takeFrame(const Place& place, const FeedMessage& message);
    FeedFate takeGas(FrameSeries& gas, const FeedMessage& message);
    FeedFate conflict(const FeedMessage& message, double first, double found);
    //! The cells of a row that came again.
    FeedFate compareRow(const FrameSeries& frame, const FeedMessage& message, const std::vector<double>& values);

    const FeedHeader& m_header;
    MarketData m_data;
    std::vector<Place> m_places; //!< by position in the header
    std::vector<std::optional<Time>> m_lastReadings;
    std::optional<Time> m_newest;
    const CandleSeries* m_ended = nullptr;
    Error m_fault{ErrorCode::FeedConflict};
};

} // namespace carry
