// SPDX-License-Identifier: GPL-3.0-or-later
#include "session_lines.h"

#include <cstdio>
#include <poll.h>
#include <thread>
#include <unistd.h>

namespace carry::cli
{

bool LineWriter::write(const nlohmann::ordered_json& line)
{
    constexpr auto kReplace = nlohmann::ordered_json::error_handler_t::replace;
    const std::string text = line.dump(-1, ' ', false, kReplace) + "\n";
    const std::lock_guard lock(m_mutex);
    if (!m_failed)
        m_failed = std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0;
    return !m_failed;
}

bool LineWriter::failed() const
{
    const std::lock_guard lock(m_mutex);
    return m_failed;
}

std::vector<std::string> LineReader::read(std::chrono::milliseconds timeout)
{
    std::vector<std::string> lines;
    if (m_atEnd) {
        std::this_thread::sleep_for(timeout);
        return lines;
    }
    pollfd input{STDIN_FILENO, POLLIN, 0};
    if (::poll(&input, 1, static_cast<int>(timeout.count())) <= 0)
        return lines; // nothing came, or a signal did
    std::array<char, 65'536> buffer{};
    const auto n = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return lines;
    m_atEnd = n <= 0;
    if (n > 0)
        m_rest.append(buffer.data(), static_cast<std::size_t>(n));
    for (std::size_t end = m_rest.find('\n'); end != std::string::npos; end = m_rest.find('\n')) {
        lines.push_back(m_rest.substr(0, end));
        m_rest.erase(0, end + 1);
    }
    if ((m_atEnd && !m_rest.empty()) || m_rest.size() > kLongest)
        lines.push_back(std::exchange(m_rest, {}));
    return lines;
}

Result<bool> steer(Session& session, const std::string& line)
{
    const auto json = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object() || !json.contains("session"))
        return false;
    const std::string what = json["session"].is_string() ? json["session"].get<std::string>() : std::string();
    if (what == "pause")
        session.pause();
    else if (what == "resume")
        session.resume();
    else if (what == "stop")
        session.stop();
    else if (what == "let_go")
        session.letGo();
    else if (what == "speed" && json.contains("feed") && json["feed"].is_string()) {
        const auto feed = parseFeed(json["feed"].get<std::string>());
        if (!feed)
            return fail(feed.error());
        session.setSpeed(feed->speed);
    } else {
        return fail(Error(ErrorCode::ConfGateCommand)
                        .with("text", line.substr(0, 200))
                        .with("found", "'session' is none of pause, resume, stop, let_go, speed with a 'feed'"));
    }
    return true;
}

} // namespace carry::cli
