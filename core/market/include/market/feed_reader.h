// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "market/feed.h"

#include <optional>

namespace carry
{

//! Makes messages of bytes as they arrive. A line that cannot be read is counted and kept as a fault; nothing that
//! arrives ends the reader.
class FeedReader
{
  public:
    static constexpr std::size_t kLongestLine = 64 * 1024; //!< bytes

    //! `log` must outlive the reader.
    explicit FeedReader(FeedLog& log) : m_log(&log) {}

    //! A sender connected: the rest of an unfinished line is dropped, and the header comes first again.
    void connected();
    //! Adds the messages of all lines that are complete. Messages before the header are broken.
    void take(std::string_view bytes, std::vector<FeedMessage>& messages);
    //! The header that the connections must have, known from before.
    void expect(FeedHeader header) { m_header = std::move(header); }
    //! Of the first connection; those of later ones must be equal.
    const std::optional<FeedHeader>& header() const { return m_header; }

  private:
    void takeLine(std::string_view line, std::vector<FeedMessage>& messages);
    void takeHeader(std::string_view line);
    void refuse(Error fault);

    FeedLog* m_log;
    std::optional<FeedHeader> m_header;
    bool m_headed = false;  //!< this connection had its header
    bool m_tooLong = false; //!< the line under way; its rest is dropped
    std::string m_partial;
    std::int64_t m_line = 0; //!< 1-based, over all connections
};

} // namespace carry
