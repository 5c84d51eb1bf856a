// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "market/feed.h"

#include <map>
#include <optional>

namespace carry
{

//! How long a message is held back for one with a lower number.
struct FeedWindow {
    std::size_t messages = 1024;        //!< held back at most
    Duration hold = Duration{2000};     //!< by the wall clock
    std::uint64_t farthest = 1'000'000; //!< a number further ahead is a fault of the sender
};

//! Brings messages into the order of their numbers. What came before is dropped; behind a gap messages are held back
//! until it is filled, until too many wait or until they waited too long, and then the gap is given up.
class FeedSequencer
{
  public:
    //! `log` must outlive the sequencer.
    FeedSequencer(FeedWindow window, FeedLog& log) : m_window(window), m_log(&log) {}

    //! The header's number; only the first call counts.
    void begin(std::uint64_t seq);
    //! A message of this number was taken without the sequencer: the next one follows it.
    void skipTo(std::uint64_t seq);
    //! Adds what may go on to `released`. `now` is the wall clock.
    void take(FeedMessage message, Time now, std::vector<FeedMessage>& released);
    //! Gives up gaps that were waited for long enough.
    void wait(Time now, std::vector<FeedMessage>& released);
    //! Gives up all gaps: the feed has ended.
    void flush(std::vector<FeedMessage>& released);

    std::uint64_t last() const { return m_next - 1; } //!< the number up to which all was released or given up
    std::size_t held() const { return m_held.size(); }
    //! Since when a gap is waited for.
    std::optional<Time> gapSince() const;

  private:
    struct Held {
        FeedMessage message;
        Time since;
    };
    bool wasGivenUp(std::uint64_t seq);
    void giveUp(std::vector<FeedMessage>& released);
    void release(std::vector<FeedMessage>& released);

    FeedWindow m_window;
    FeedLog* m_log;
    bool m_begun = false;
    std::uint64_t m_next = 1;
    std::uint64_t m_highest = 0;
    std::map<std::uint64_t, Held> m_held;
    std::map<std::uint64_t, std::uint64_t> m_givenUp; //!< first number of a gap to the one behind it
};

} // namespace carry
