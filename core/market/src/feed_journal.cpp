// SPDX-License-Identifier: GPL-3.0-or-later
#include "market/feed_journal.h"

#include "file_descriptor.h"
#include "market/feed_reader.h"
#include "market/feed_sequencer.h"
#include "market/live_tape.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <sys/stat.h>
#include <system_error>

namespace carry
{
namespace
{

constexpr std::size_t kChunk = 256 * 1024;

Error journalError(const std::filesystem::path& file, std::string found)
{
    return Error(ErrorCode::FeedJournal).with("file", file.string()).with("found", std::move(found));
}

Error journalError(const std::filesystem::path& file)
{
    return journalError(file, std::generic_category().message(errno));
}

//! Cuts what stands behind the last line feed, and returns what is left to continue: whether there is a line.
Result<bool> cutTornLine(int descriptor, const std::filesystem::path& file)
{
    off_t end = ::lseek(descriptor, 0, SEEK_END);
    const off_t size = end;
    char byte = 0;
    while (end > 0 && ::pread(descriptor, &byte, 1, end - 1) == 1 && byte != '\n')
        --end;
    if (end < 0 || (end < size && ::ftruncate(descriptor, end) != 0))
        return fail(journalError(file));
    return end > 0;
}

Result<void> checkHeader(const std::filesystem::path& file, const FeedHeader& header)
{
    std::ifstream in(file, std::ios::binary);
    std::string line;
    std::getline(in, line);
    FeedLog log;
    FeedReader reader(log);
    std::vector<FeedMessage> none;
    reader.take(line + "\n", none);
    if (reader.header() && *reader.header() == header)
        return {};
    return fail(journalError(file, "it is the journal of another feed"));
}

} // namespace

FeedJournal::FeedJournal(std::filesystem::path file, FeedHeader header, int descriptor)
    : m_file(std::move(file)), m_header(std::move(header)), m_descriptor(descriptor)
{
}

FeedJournal::~FeedJournal()
{
    static_cast<void>(flush());
    ::close(m_descriptor);
}

Result<std::unique_ptr<FeedJournal>> FeedJournal::open(const std::filesystem::path& file, const FeedHeader& header)
{
    FileDescriptor descriptor(::open(file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (!descriptor.isOpen())
        return fail(journalError(file));
    const auto begun = cutTornLine(descriptor.get(), file);
    if (!begun)
        return fail(begun.error());
    if (*begun)
        if (auto same = checkHeader(file, header); !same)
            return fail(same.error());
    const int owned = ::dup(descriptor.get());
    if (owned < 0)
        return fail(journalError(file));
    std::unique_ptr<FeedJournal> journal(new FeedJournal(file, header, owned));
    if (!*begun)
        journal->m_pending = feedLine(header);
    if (auto written = journal->flush(); !written)
        return fail(written.error());
    return journal;
}

void FeedJournal::add(const FeedMessage& message)
{
    addFeedLine(m_pending, m_header, message);
}

Result<void> FeedJournal::flush()
{
    std::string_view left = m_pending;
    while (!left.empty()) {
        const ssize_t written = ::write(m_descriptor, left.data(), left.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0) {
            m_pending.erase(0, m_pending.size() - left.size());
            return fail(cannotWrite());
        }
        left.remove_prefix(static_cast<std::size_t>(written));
    }
    m_pending.clear();
    return {};
}

Result<void> FeedJournal::sync()
{
    if (auto flushed = flush(); !flushed)
        return flushed;
    if (::fdatasync(m_descriptor) != 0)
        return fail(cannotWrite());
    return {};
}

Error FeedJournal::cannotWrite() const
{
    return journalError(m_file);
}

Result<RecordedFeed> readFeed(const std::filesystem::path& file)
{
    std::ifstream in(file, std::ios::binary);
    if (!in)
        return fail(Error(ErrorCode::DataNotFound).with("file", file.string()));
    RecordedFeed feed;
    FeedReader reader(feed.log);
    FeedSequencer sequencer({}, feed.log);
    std::vector<FeedMessage> arrived;
    std::string bytes(kChunk, '\0');
    do {
        in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        reader.take({bytes.data(), static_cast<std::size_t>(in.gcount())}, arrived);
        if (reader.header())
            sequencer.begin(reader.header()->seq);
        for (FeedMessage& message : arrived)
            sequencer.take(std::move(message), Time{}, feed.messages);
        arrived.clear();
    } while (in);
    sequencer.flush(feed.messages);
    if (!reader.header())
        return fail(Error(ErrorCode::FeedHeader).with("line", 1).with("found", "no header in " + file.string()));
    feed.header = *reader.header();
    return feed;
}

Result<std::unique_ptr<LiveTape>> tapeOf(RecordedFeed& feed, const TapeRequest& request)
{
    auto tape = LiveTape::create(feed.header, request);
    if (!tape)
        return fail(tape.error());
    for (const FeedMessage& message : feed.messages)
        if (auto taken = (*tape)->take(message, feed.log); !taken)
            return fail(taken.error());
    return tape;
}

} // namespace carry
