// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "market/feed.h"
#include "market/tape.h"

#include <memory>

namespace carry
{

class LiveAlignment;
class LiveSeries;

//! A tape that grows by steps as messages close them, aligned by the rules of Tape::build(). What differs is told in
//! docs/feed.md: nothing rests on a message that comes later.
//!
//! One thread uses it, and whatever reads the tape: the engine's. Growing moves the columns, so a MarketView is good,
//! but no pointer into one that is older than the last message.
class LiveTape
{
  public:
    //! DataSeriesMissing (the header does not announce what the request needs), DataCadence, DataNoOverlap (nothing
    //! says when to start), ConfPeriod.
    static Result<std::unique_ptr<LiveTape>> create(const FeedHeader& header, const TapeRequest& request);
    ~LiveTape();

    //! Takes a message and closes the steps that it closes; true if it became part of the tape. What became of it is
    //! counted in `log`. DataPeriodEmpty, DataSeriesMissing: the request's start came and a price is not there.
    Result<bool> take(const FeedMessage& message, FeedLog& log);
    //! Closes the steps up to `t` although no message does: the reader's clock is there already. What comes for them
    //! afterwards is late. The steps are those that a later message would have closed.
    Result<void> closeTo(Time t) { return m_closed && t > *m_closed ? close(t) : Result<void>(); }

    //! Grows in place; without a step before the first one was closed.
    std::shared_ptr<const Tape> tape() const { return m_tape; }
    const FeedHeader& header() const { return m_header; }
    //! Messages at or before it are late.
    std::optional<Time> closed() const { return m_closed; }
    //! The request's end was reached.
    bool ended() const;
    //! Time of the last reading of each series of the header.
    const std::vector<std::optional<Time>>& lastReadings() const;
    //! Whether the request reads this series of the header, be it as a peer.
    bool reads(std::size_t series) const;

  private:
    LiveTape(const FeedHeader& header, const TapeRequest& request);
    Result<void> findSources();
    void reportProxies(Time start);
    Result<std::optional<Time>> findStart(Time t) const;
    std::optional<Time> horizon(const FeedMessage& message) const;
    Result<bool> takeClock(const FeedMessage& message, FeedLog& log);
    Result<void> close(Time t);
    Result<void> closeByLabels();

    FeedHeader m_header;
    std::shared_ptr<Tape> m_tape;
    std::unique_ptr<LiveSeries> m_series;
    std::unique_ptr<LiveAlignment> m_alignment;
    std::optional<Time> m_closed;
    Time m_last = Time::max(); //!< no step lies behind it
};

} // namespace carry
