// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "market/feed.h"

#include <filesystem>
#include <memory>
#include <optional>

namespace carry
{

class LiveTape;
struct TapeRequest;

//! Keeps every accepted message in a file of the feed's own format, in the order in which they became part of the tape,
//! so that reading it again makes the same tape. Append only; a last line that was cut off by a crash is taken back
//! when it is opened again.
class FeedJournal
{
  public:
    //! A new file, or one with the same header, which is continued. FeedJournal, FeedHeader.
    static Result<std::unique_ptr<FeedJournal>> open(const std::filesystem::path& file, const FeedHeader& header);
    ~FeedJournal();
    FeedJournal(const FeedJournal&) = delete;
    FeedJournal& operator=(const FeedJournal&) = delete;

    void add(const FeedMessage& message);
    //! Hands what was added to the system: from then on it survives the end of this program. FeedJournal.
    Result<void> flush();
    //! Likewise to the disk: it survives a loss of power. FeedJournal.
    Result<void> sync();

  private:
    FeedJournal(std::filesystem::path file, FeedHeader header, int descriptor);
    Error cannotWrite() const;

    std::filesystem::path m_file;
    FeedHeader m_header;
    int m_descriptor;
    std::string m_pending;
};

//! What a journal, or any file of a feed, holds.
struct RecordedFeed {
    FeedHeader header;
    std::vector<FeedMessage> messages; //!< in the order of their numbers
    FeedLog log;
};
//! Reads all of it through reader and sequencer. DataNotFound, FeedHeader (there is none).
Result<RecordedFeed> readFeed(const std::filesystem::path& file);

//! The tape that a session had which accepted these messages. The errors of LiveTape.
Result<std::unique_ptr<LiveTape>> tapeOf(RecordedFeed& feed, const TapeRequest& request);

} // namespace carry
