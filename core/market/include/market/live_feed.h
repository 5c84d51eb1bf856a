// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "market/feed_health.h"
#include "market/feed_journal.h"
#include "market/feed_reader.h"
#include "market/feed_sequencer.h"
#include "market/feed_source.h"
#include "market/live_tape.h"

namespace carry
{

struct LiveFeedSettings {
    FeedWindow window = {};
    FeedBounds bounds = {};
    //! Accepted messages are kept here. What it holds already is taken first: the session that was interrupted goes on.
    std::optional<std::filesystem::path> journal = {};
};

//! A feed from its source to the tape: bytes, messages, order, steps, journal, freshness. One thread uses it, the one
//! that reads the tape.
class LiveFeed
{
  public:
    //! The errors of LiveTape and FeedJournal, where a journal is continued.
    static Result<std::unique_ptr<LiveFeed>> open(std::unique_ptr<FeedSource> source, const TapeRequest& request,
                                                  const LiveFeedSettings& settings = {});

    //! Takes what arrives within `timeout`; `wall` is the wall clock. True if something was accepted. What was
    //! accepted is in the journal when this returns, and so before anything acts on it. Errors end the feed: those of
    //! the source, the tape (header, start) and the journal.
    Result<bool> poll(Time wall, Duration timeout);
    //! The feed has ended: takes what is held back.
    Result<void> finish();
    //! As LiveTape::closeTo().
    Result<void> closeTo(Time t) { return m_tape ? m_tape->closeTo(t) : Result<void>(); }

    //! Before a header has come, nullptr.
    const LiveTape* tape() const { return m_tape.get(); }
    const FeedLog& log() const { return m_log; }
    std::size_t held() const { return m_sequencer.held(); }
    const FeedStatus& status() const;
    //! Hears of changes from now on.
    void onChange(FeedListener listener);

  private:
    LiveFeed(std::unique_ptr<FeedSource> source, const TapeRequest& request, const LiveFeedSettings& settings);
    Result<void> restore();
    Result<void> begin(const FeedHeader& header);
    Result<bool> take(std::vector<FeedMessage>& released, std::optional<Time> wall);
    void judge(Time wall);

    std::unique_ptr<FeedSource> m_source;
    TapeRequest m_request;
    LiveFeedSettings m_settings;
    FeedLog m_log;
    FeedReader m_reader;
    FeedSequencer m_sequencer;
    std::unique_ptr<LiveTape> m_tape;
    std::unique_ptr<FeedJournal> m_journal;
    std::optional<FeedHealth> m_health;
    FeedListener m_listener;
    std::vector<FeedMessage> m_arrived, m_released; //!< kept for their memory
};

} // namespace carry
