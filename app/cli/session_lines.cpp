// SPDX-License-Identifier: GPL-3.0-or-later
#include "session_lines.h"

#include "desk/gate_json.h"

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
    else if (what == "end_feed")
        session.endFeed();
    else if (what == "speed" && session.state().messages)
        return fail(Error(ErrorCode::ConfUsage).with("found", "a feed of messages has its sender's pace"));
    else if (what == "speed" && json.contains("feed") && json["feed"].is_string()) {
        const auto feed = parseFeed(json["feed"].get<std::string>());
        if (!feed)
            return fail(feed.error());
        session.setSpeed(feed->speed);
    } else {
        return fail(
            Error(ErrorCode::ConfGateCommand)
                .with("text", line.substr(0, 200))
                .with("found",
                      "'session' is none of pause, resume, stop, let_go, end_feed, status, part, speed with a 'feed'"));
    }
    return true;
}

bool asksStatus(const std::string& line)
{
    const auto json = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    return json.is_object() && json.contains("session") && json["session"] == "status";
}

Result<std::optional<GateCommand>> asksPart(const std::string& line)
{
    auto json = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object() || !json.contains("session") || json["session"] != "part")
        return std::nullopt;
    json.erase("session");
    json["action"] = std::string(toText(GateCommand::Kind::ApproveGroups));
    auto command = parseGateCommand(json.dump(), Time{});
    if (!command)
        return fail(command.error());
    return std::optional(std::move(*command));
}

nlohmann::ordered_json messagesToJson(const MessageState& messages)
{
    const FeedCounters& c = messages.counters;
    nlohmann::ordered_json stale = nlohmann::ordered_json::array();
    for (const StaleSeries& series : messages.status.stale)
        stale.push_back(series.name);
    return {{"state", std::string(messages.ended ? "ended" : toText(messages.status.state))},
            {"clock", formatIso(messages.closed)},
            {"silent", messages.status.silent},
            {"blocked", messages.status.blocked},
            {"stale", std::move(stale)},
            {"received", c.received},
            {"accepted", c.accepted},
            {"repeated", c.repeated},
            {"reordered", c.reordered},
            {"missing", c.missing},
            {"late", c.late},
            {"broken", c.broken}};
}

nlohmann::ordered_json venuesToJson(const OutsideStatus& venues, const RunInfo& info)
{
    const ChartOfAccounts chart(info.base, info.chain);
    nlohmann::ordered_json connected = nlohmann::ordered_json::object();
    nlohmann::ordered_json compared = nlohmann::ordered_json::object();
    for (std::size_t i = 0; i < venues.connected.size(); ++i) {
        const std::string stream(toText(static_cast<Stream>(i)));
        connected[stream] = venues.connected[i];
        compared[stream] = venues.compared[i] ? nlohmann::ordered_json(formatIso(*venues.compared[i])) : nullptr;
    }
    nlohmann::ordered_json differences = nlohmann::ordered_json::array();
    for (const BalanceDifference& d : venues.differences)
        differences.push_back(
            {{"account", chart.at(d.account).key()}, {"ledger", d.ours.toString()}, {"venue", d.theirs.toString()}});
    return {{"connected", std::move(connected)},
            {"open_orders", venues.openOrders},
            {"unknown_orders", venues.unknownOrders},
            {"queries", venues.queries},
            {"resent", venues.resent},
            {"repeated", venues.repeated},
            {"gaps", venues.gaps},
            {"reconciliations", venues.reconciliations},
            {"compared", std::move(compared)},
            {"differences", std::move(differences)}};
}

nlohmann::ordered_json statusToJson(const Session& session)
{
    const SessionState state = session.state();
    nlohmann::ordered_json out{{"event", "status"},
                               {"clock", formatIso(state.clock)},
                               {"step", formatIso(state.step)},
                               {"trading_state", std::string(toText(state.trading))},
                               {"paused", state.paused},
                               {"waits", state.held != HeldFor::Nothing},
                               {"waits_for", std::string(toText(state.held))},
                               {"replaying", state.replaying},
                               {"used_today", state.usedToday}};
    if (state.venues)
        out["venues"] = venuesToJson(*state.venues, session.record()->info());
    if (state.messages)
        out["messages"] = messagesToJson(*state.messages);
    return out;
}

} // namespace carry::cli
