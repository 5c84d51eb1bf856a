// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "desk/backtest.h"
#include "market/live_feed.h"

namespace carry
{

//! A tape at a pace: simulated seconds per second, 1 to 3600, or kUnpaced.
struct TapeFeed {
    static constexpr double kUnpaced = 0; //!< as fast as it can be computed
    double speed = 1;
};
std::string toText(const TapeFeed& feed); //!< "tape:3600", "tape:max"
//! ConfUsage.
Result<TapeFeed> parseFeed(std::string_view text);

//! Market data that arrive while a session runs, as docs/feed.md describes them. The session's clock is the feed's.
struct MessageFeed {
    enum class Source : std::uint8_t { File, Socket } source = Source::File;
    std::filesystem::path path;
    FeedBounds bounds = {};
};
std::string toText(const MessageFeed& feed); //!< "file:PATH", "socket:PATH"

struct SessionFeed {
    TapeFeed tape;
    std::optional<MessageFeed> messages; //!< instead of a tape
};
//! "tape:SPEED", "tape:max", "file:PATH", "socket:PATH". ConfUsage.
Result<SessionFeed> parseSessionFeed(std::string_view text);
//! "silence_s=600,gap_s=10,bars=2,funding_h=25,frames_h=49,gas_h=6"; what is not named has its default. ConfUsage.
Result<FeedBounds> parseFeedBounds(std::string_view text);

//! The file beside a database in which a session keeps the messages that it accepted.
std::filesystem::path feedJournalFile(const std::filesystem::path& database, const std::string& runId);

//! Where a feed that is opened has what beside its place.
struct MessageOptions {
    std::optional<std::filesystem::path> journal; //!< read first, then continued
    bool noMore = false;                          //!< only what the journal has
    std::function<bool()> goOn;                   //!< while nothing is known yet; false: EngineCancelled
    std::function<Time()> wallClock;
};
//! Opens a feed and waits for its first step. The errors of LiveFeed, EngineCancelled.
Result<std::unique_ptr<LiveFeed>> openMessages(const MessageFeed& feed, const TapeRequest& request,
                                               const MessageOptions& options);

//! The messages that a stored session accepted; nothing: it ran on a tape. StoreCorrupt, DataNotFound.
Result<std::shared_ptr<RecordedFeed>> feedOfStoredSession(const std::string& database, const std::string& runId);

} // namespace carry
