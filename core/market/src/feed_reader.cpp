// SPDX-License-Identifier: GPL-3.0-or-later
#include "market/feed_reader.h"

#include "feed_parse.h"

namespace carry
{
namespace
{

bool isBlank(std::string_view line)
{
    return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

} // namespace

void FeedReader::connected()
{
    m_headed = false;
    m_tooLong = false;
    if (!m_partial.empty()) // the rest of it comes again, if at all, behind the new header
        refuse(
            Error(ErrorCode::FeedFormat).with("line", m_line + 1).with("found", "the connection ended inside a line"));
    m_partial.clear();
}

void FeedReader::take(std::string_view bytes, std::vector<FeedMessage>& messages)
{
    while (!bytes.empty()) {
        const auto end = bytes.find('\n');
        const std::string_view part = bytes.substr(0, end);
        bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
        if (!m_tooLong && m_partial.size() + part.size() > kLongestLine) {
            refuse(Error(ErrorCode::FeedLineLength)
                       .with("line", m_line + 1)
                       .with("expected", static_cast<std::int64_t>(kLongestLine)));
            m_partial.clear();
            m_tooLong = true;
        }
        if (end == std::string_view::npos) {
            if (!m_tooLong)
                m_partial += part;
            return;
        }
        ++m_line;
        if (m_tooLong) {
            m_tooLong = false;
        } else if (m_partial.empty()) {
            takeLine(part, messages);
        } else {
            m_partial += part;
            takeLine(m_partial, messages);
            m_partial.clear();
        }
    }
}

void FeedReader::takeLine(std::string_view line, std::vector<FeedMessage>& messages)
{
    if (isBlank(line))
        return;
    if (!m_headed)
        return takeHeader(line);
    if (auto message = parseFeedMessage(line, *m_header, m_line); message) {
        ++m_log->counters.received;
        messages.push_back(std::move(*message));
    } else if (isFeedHeader(line)) {
        takeHeader(line); // a sender that begins anew in the same file
    } else {
        refuse(message.error());
    }
}

void FeedReader::takeHeader(std::string_view line)
{
    if (!isFeedHeader(line))
        return refuse(Error(ErrorCode::FeedHeader).with("line", m_line).with("found", "a message before the header"));
    auto header = parseFeedHeader(line, m_line);
    if (!header)
        return refuse(header.error());
    if (m_header && *header != *m_header) {
        m_headed = false; // what follows belongs to another feed
        return refuse(
            Error(ErrorCode::FeedHeader).with("line", m_line).with("found", "another header than the first one"));
    }
    m_header = std::move(*header);
    m_headed = true;
}

void FeedReader::refuse(Error fault)
{
    ++m_log->counters.received;
    m_log->refuse(std::move(fault));
}

} // namespace carry
