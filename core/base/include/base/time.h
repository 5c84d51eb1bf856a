// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace carry
{

//! UTC, milliseconds since 1970-01-01T00:00:00Z.
using Time = std::chrono::sys_time<std::chrono::milliseconds>;
using Duration = std::chrono::milliseconds;

inline constexpr Duration kHour = std::chrono::hours{1};
inline constexpr Duration kDay = std::chrono::hours{24};
//! Day count of every annualised figure: 365 days.
inline constexpr double kYearMs = 365.0 * 86'400'000.0;

inline constexpr Time fromMs(std::int64_t ms)
{
    return Time{Duration{ms}};
}
inline constexpr std::int64_t toMs(Time t)
{
    return t.time_since_epoch().count();
}

//! A stamp as found in a file.
struct ParsedTime {
    Time time;
    bool malformed = false; //!< unambiguous but not ISO 8601, e.g. "...+00:00Z"
};

//! Reads "2024-05-01", "2024-05-01T08:00", "...:00", "...:00.001000", with 'T' or blank between date and time
//! and "Z", "+00:00", "+00:00Z" or nothing behind it. Only UTC is accepted; nothing else is guessed.
std::optional<ParsedTime> parseTimestamp(std::string_view text);
//! Reads a strict ISO 8601 UTC time (no malformed tails), as for configuration and command lines.
std::optional<Time> parseIsoTime(std::string_view text);

//! "2024-05-01T08:00:00Z", with milliseconds only where they are not zero.
std::string formatIso(Time t);

} // namespace carry
