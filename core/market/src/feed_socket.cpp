// SPDX-License-Identifier: GPL-3.0-or-later
#include "file_descriptor.h"
#include "market/feed_source.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <system_error>

namespace carry
{
namespace
{

constexpr std::size_t kChunk = 256 * 1024;

Error cannotOpen(const std::filesystem::path& path, std::string found)
{
    return Error(ErrorCode::FeedOpen).with("file", path.string()).with("found", std::move(found));
}

Error cannotOpen(const std::filesystem::path& path)
{
    return cannotOpen(path, std::generic_category().message(errno));
}

class SocketFeed : public FeedSource
{
  public:
    explicit SocketFeed(std::filesystem::path path) : m_path(std::move(path)), m_buffer(kChunk, '\0') {}
    ~SocketFeed() override;

    Result<void> listen();
    Result<FeedBytes> poll(Duration timeout) override;
    void resumeAfter(std::uint64_t seq) override { m_known = seq; }
    std::string name() const override { return m_path.string(); }

  private:
    Result<sockaddr_un> address() const;
    Result<void> removeDead(const sockaddr_un& address) const;
    void takeSender();
    static void tell(int socket, const std::string& line);

    std::filesystem::path m_path;
    FileDescriptor m_listening, m_sender;
    struct stat m_own {
    };
    bool m_connected = false; //!< a sender of which nothing was read yet
    std::uint64_t m_known = 0;
    std::string m_buffer;
};

SocketFeed::~SocketFeed()
{
    struct stat now {
    };
    if (m_listening.isOpen() && ::stat(m_path.c_str(), &now) == 0 && now.st_ino == m_own.st_ino &&
        now.st_dev == m_own.st_dev)
        ::unlink(m_path.c_str());
}

Result<sockaddr_un> SocketFeed::address() const
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = m_path.string();
    if (path.empty() || path.size() >= sizeof address.sun_path)
        return fail(cannotOpen(m_path, "the path of a socket has 1 to " + std::to_string(sizeof address.sun_path - 1) +
                                           " bytes"));
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    return address;
}

//! A socket that nobody listens on was left behind by a session that was killed.
Result<void> SocketFeed::removeDead(const sockaddr_un& address) const
{
    struct stat there {
    };
    if (::lstat(m_path.c_str(), &there) != 0)
        return {};
    if (!S_ISSOCK(there.st_mode))
        return fail(cannotOpen(m_path, "a file of this name is there"));
    const FileDescriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ||
        errno != ECONNREFUSED)
        return fail(cannotOpen(m_path, "another program listens there"));
    if (::unlink(m_path.c_str()) != 0)
        return fail(cannotOpen(m_path));
    return {};
}

Result<void> SocketFeed::listen()
{
    const auto where = address();
    if (!where)
        return fail(where.error());
    if (auto removed = removeDead(*where); !removed)
        return removed;
    FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket.isOpen())
        return fail(cannotOpen(m_path));
    // Nobody can connect before listen(), so the rights are those of the user when somebody can.
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&*where), sizeof *where) != 0 ||
        ::chmod(m_path.c_str(), S_IRUSR | S_IWUSR) != 0 || ::stat(m_path.c_str(), &m_own) != 0 ||
        ::listen(socket.get(), 4) != 0)
        return fail(cannotOpen(m_path));
    m_listening = std::move(socket);
    return {};
}

//! A sender that does not read has no need of it, so a full buffer does not matter.
void SocketFeed::tell(int socket, const std::string& line)
{
    [[maybe_unused]] const ssize_t sent = ::send(socket, line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

void SocketFeed::takeSender()
{
    FileDescriptor sender(::accept4(m_listening.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!sender.isOpen())
        return; // it went away again
    if (m_sender.isOpen())
        return tell(sender.get(), "{\"type\":\"refused\",\"reason\":\"another sender is connected\"}\n");
    tell(sender.get(), "{\"type\":\"resume\",\"after\":" + std::to_string(m_known) + "}\n");
    m_sender = std::move(sender);
    m_connected = true;
}

Result<FeedBytes> SocketFeed::poll(Duration timeout)
{
    std::array<pollfd, 2> waiting{{{m_listening.get(), POLLIN, 0}, {m_sender.get(), POLLIN, 0}}};
    if (::poll(waiting.data(), waiting.size(), static_cast<int>(timeout.count())) < 0 && errno != EINTR)
        return fail(cannotOpen(m_path));
    if (m_sender.isOpen() && waiting[1].revents != 0) {
        const ssize_t got = ::recv(m_sender.get(), m_buffer.data(), m_buffer.size(), MSG_DONTWAIT);
        if (got > 0)
            return FeedBytes{std::exchange(m_connected, false), {m_buffer.data(), static_cast<std::size_t>(got)}};
        if (got == 0 || (errno != EAGAIN && errno != EINTR))
            m_sender.close();
    }
    if ((waiting[0].revents & POLLIN) != 0)
        takeSender();
    return FeedBytes{};
}

} // namespace

Result<std::unique_ptr<FeedSource>> listenOnSocket(const std::filesystem::path& path)
{
    auto socket = std::make_unique<SocketFeed>(path);
    if (auto listening = socket->listen(); !listening)
        return fail(listening.error());
    return socket;
}

} // namespace carry
