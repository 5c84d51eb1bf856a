// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "desk/exports.h"
#include "desk/session.h"

#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace carry::cli
{

//! JSON lines on standard output, written by several threads.
class LineWriter
{
  public:
    //! False from then on where nobody reads them any more.
    bool write(const nlohmann::ordered_json& line);
    bool failed() const;

  private:
    mutable std::mutex m_mutex;
    bool m_failed = false;
};

//! The lines that arrive on standard input.
class LineReader
{
  public:
    //! Those that came within `timeout` at most; at its end nothing more.
    std::vector<std::string> read(std::chrono::milliseconds timeout);
    bool atEnd() const { return m_atEnd; }

  private:
    static constexpr std::size_t kLongest = 1'000'000; //!< characters of a line; a longer one comes in pieces
    std::string m_rest;
    bool m_atEnd = false;
};

//! What a line asks of the session itself: {"session": "pause" | "resume" | "stop" | "let_go" |
//! "end_feed"} or {"session": "speed", "feed": "tape:600"}. False: it is no such line, so a decision. ConfGateCommand,
//! ConfUsage.
Result<bool> steer(Session& session, const std::string& line);

//! Whether a line of standard input is {"session": "status"}.
bool asksStatus(const std::string& line);
//! The groups that a line {"session": "part", "proposal": 3, "groups": ["1.1"]} asks about, as the command that would
//! approve them; nothing: it is no such line. ConfGateCommand.
Result<std::optional<GateCommand>> asksPart(const std::string& line);
//! {"event": "status", ...}: clocks, trading state, venues and feed.
nlohmann::ordered_json statusToJson(const Session& session);
//! Connections, orders, counters, and the balances that differ.
nlohmann::ordered_json venuesToJson(const OutsideStatus& venues, const RunInfo& info);
nlohmann::ordered_json messagesToJson(const MessageState& messages);

} // namespace carry::cli
