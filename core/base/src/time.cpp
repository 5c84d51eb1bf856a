// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/time.h"

#include <cstdio>

namespace carry
{
namespace
{

//! Reads exactly `count` digits from the front of text.
std::optional<int> takeDigits(std::string_view& text, std::size_t count)
{
    if (text.size() < count)
        return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const char c = text[i];
        if (c < '0' || c > '9')
            return std::nullopt;
        value = value * 10 + (c - '0');
    }
    text.remove_prefix(count);
    return value;
}

bool takeChar(std::string_view& text, char c)
{
    if (text.empty() || text.front() != c)
        return false;
    text.remove_prefix(1);
    return true;
}

//! Fraction of a second to whole milliseconds, further digits dropped.
std::optional<int> takeFraction(std::string_view& text)
{
    int ms = 0;
    int digits = 0;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
        if (digits < 3)
            ms = ms * 10 + (text.front() - '0');
        ++digits;
        text.remove_prefix(1);
    }
    if (digits == 0)
        return std::nullopt;
    for (; digits < 3; ++digits)
        ms *= 10;
    return ms;
}

} // namespace

std::optional<ParsedTime> parseTimestamp(std::string_view text)
{
    using namespace std::chrono;
    const auto y = takeDigits(text, 4);
    if (!y || !takeChar(text, '-'))
        return std::nullopt;
    const auto m = takeDigits(text, 2);
    if (!m || !takeChar(text, '-'))
        return std::nullopt;
    const auto d = takeDigits(text, 2);
    if (!d)
        return std::nullopt;
    const year_month_day date{year{*y}, month{static_cast<unsigned>(*m)}, day{static_cast<unsigned>(*d)}};
    if (!date.ok())
        return std::nullopt;
    Time t{sys_days{date}};
    if (takeChar(text, 'T') || takeChar(text, ' ')) {
        const auto hh = takeDigits(text, 2);
        if (!hh || *hh > 23 || !takeChar(text, ':'))
            return std::nullopt;
        const auto mm = takeDigits(text, 2);
        if (!mm || *mm > 59)
            return std::nullopt;
        t += hours{*hh} + minutes{*mm};
        if (takeChar(text, ':')) {
            const auto ss = takeDigits(text, 2);
            if (!ss || *ss > 59)
                return std::nullopt;
            t += seconds{*ss};
            if (takeChar(text, '.')) {
                const auto fraction = takeFraction(text);
                if (!fraction)
                    return std::nullopt;
                t += milliseconds{*fraction};
            }
        }
    }
    if (text.empty() || text == "Z" || text == "+00:00")
        return ParsedTime{t, false};
    if (text == "+00:00Z")
        return ParsedTime{t, true};
    return std::nullopt;
}

std::optional<Time> parseIsoTime(std::string_view text)
{
    const auto parsed = parseTimestamp(text);
    if (!parsed || parsed->malformed)
        return std::nullopt;
    return parsed->time;
}

std::string formatIso(Time t)
{
    using namespace std::chrono;
    const auto days_ = floor<days>(t);
    const year_month_day date{days_};
    const hh_mm_ss clock{t - days_};
    char buffer[64];
    int n = std::snprintf(buffer, sizeof buffer, "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
                          static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                          static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                          static_cast<int>(clock.seconds().count()));
    const auto ms = static_cast<int>(clock.subseconds().count());
    if (ms != 0)
        n += std::snprintf(buffer + n, sizeof buffer - static_cast<std::size_t>(n), ".%03d", ms);
    buffer[n++] = 'Z';
    return {buffer, static_cast<std::size_t>(n)};
}

} // namespace carry
