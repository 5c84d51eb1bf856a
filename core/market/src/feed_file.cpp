// SPDX-License-Identifier: GPL-3.0-or-later
#include "file_descriptor.h"
#include "market/feed_source.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <system_error>

namespace carry
{
namespace
{

constexpr std::size_t kChunk = 256 * 1024;
constexpr Duration kLook{5};           //!< between looks at a file that did not grow
constexpr std::size_t kFootprint = 64; //!< bytes before the place of reading that must stay what they were

class FileFeed : public FeedSource
{
  public:
    explicit FileFeed(std::filesystem::path file) : m_file(std::move(file)), m_buffer(kChunk, '\0') {}

    Result<FeedBytes> poll(Duration timeout) override;
    std::string name() const override { return m_file.string(); }

  private:
    Result<bool> open();
    Result<void> check();
    Result<std::size_t> read();
    Error changed(const char* how) const
    {
        return Error(ErrorCode::FeedChanged).with("file", m_file.string()).with("found", how);
    }

    std::filesystem::path m_file;
    FileDescriptor m_open;
    struct stat m_first {
    };
    off_t m_read = 0;
    std::string m_footprint;
    std::string m_buffer;
};

Result<bool> FileFeed::open()
{
    FileDescriptor file(::open(m_file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file.isOpen() && errno == ENOENT)
        return false;
    if (!file.isOpen() || ::fstat(file.get(), &m_first) != 0 || !S_ISREG(m_first.st_mode))
        return fail(Error(ErrorCode::FeedOpen)
                        .with("file", m_file.string())
                        .with("found", file.isOpen() ? "not a file" : std::generic_category().message(errno)));
    m_open = std::move(file);
    return true;
}

//! Whether the file is the one that was opened and still has what was read.
Result<void> FileFeed::check()
{
    struct stat now {
    };
    if (::stat(m_file.c_str(), &now) != 0)
        return fail(changed("removed"));
    if (now.st_ino != m_first.st_ino || now.st_dev != m_first.st_dev)
        return fail(changed("replaced"));
    if (now.st_size < m_read)
        return fail(changed("cut"));
    std::array<char, kFootprint> bytes;
    const auto size = static_cast<ssize_t>(m_footprint.size());
    if (::pread(m_open.get(), bytes.data(), m_footprint.size(), m_read - size) != size ||
        !std::equal(m_footprint.begin(), m_footprint.end(), bytes.begin()))
        return fail(changed("written anew"));
    return {};
}

Result<std::size_t> FileFeed::read()
{
    const ssize_t got = ::read(m_open.get(), m_buffer.data(), m_buffer.size());
    if (got < 0)
        return fail(Error(ErrorCode::FeedOpen)
                        .with("file", m_file.string())
                        .with("found", std::generic_category().message(errno)));
    return static_cast<std::size_t>(got);
}

Result<FeedBytes> FileFeed::poll(Duration timeout)
{
    for (Duration waited{};; waited += kLook) {
        bool opened = m_open.isOpen();
        if (!opened) {
            const auto found = open();
            if (!found)
                return fail(found.error());
            opened = *found;
        }
        if (opened) {
            const bool first = m_read == 0;
            if (auto same = check(); !same)
                return fail(same.error());
            const auto got = read();
            if (!got)
                return fail(got.error());
            if (*got != 0) {
                const std::string_view bytes(m_buffer.data(), *got);
                m_read += static_cast<off_t>(*got);
                m_footprint += bytes.substr(bytes.size() - std::min(bytes.size(), kFootprint));
                m_footprint.erase(0, m_footprint.size() - std::min(m_footprint.size(), kFootprint));
                return FeedBytes{first, bytes};
            }
        }
        if (waited >= timeout)
            return FeedBytes{};
        ::poll(nullptr, 0, static_cast<int>(std::min(kLook, timeout - waited).count()));
    }
}

} // namespace

std::unique_ptr<FeedSource> followFile(const std::filesystem::path& file)
{
    return std::make_unique<FileFeed>(file);
}

} // namespace carry
