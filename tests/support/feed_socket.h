// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstring>
#include <filesystem>
#include <poll.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

//! The sender's end of a feed's socket.

inline sockaddr_un feedAddress(const std::filesystem::path& path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.string().size() >= sizeof address.sun_path)
        throw std::runtime_error("the path of the socket is too long: " + path.string());
    std::memcpy(address.sun_path, path.c_str(), path.string().size() + 1);
    return address;
}

//! A socket of this name that nobody listens on.
inline int bindFeedSocket(const std::filesystem::path& path)
{
    const sockaddr_un address = feedAddress(path);
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        throw std::runtime_error("cannot bind " + path.string());
    return fd;
}

//! Connects when it is made and blocks while the reader does not read. Throws std::runtime_error.
class FeedClient
{
  public:
    explicit FeedClient(const std::filesystem::path& path) : m_fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        const sockaddr_un address = feedAddress(path);
        if (::connect(m_fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
            ::close(m_fd);
            throw std::runtime_error("nobody listens on " + path.string());
        }
    }
    ~FeedClient() { ::close(m_fd); }
    FeedClient(const FeedClient&) = delete;
    FeedClient& operator=(const FeedClient&) = delete;

    void send(std::string_view bytes)
    {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(m_fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent < 0 && errno != EINTR)
                throw std::runtime_error("the reader went away");
            bytes.remove_prefix(sent < 0 ? 0 : static_cast<std::size_t>(sent));
        }
    }
    //! What the reader says, as much as is there after at most two seconds.
    std::string hear()
    {
        pollfd waiting{m_fd, POLLIN, 0};
        char bytes[1024];
        if (::poll(&waiting, 1, 2000) <= 0)
            return {};
        const ssize_t got = ::recv(m_fd, bytes, sizeof bytes, MSG_DONTWAIT);
        return got > 0 ? std::string(bytes, static_cast<std::size_t>(got)) : std::string();
    }

  private:
    int m_fd;
};
