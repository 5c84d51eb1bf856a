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

namespace
{

//! A separator and a number of that many digits. Lists format tens of thousands of times.
void append(std::string& out, unsigned number, std::size_t digits, char before)
{
    if (before != '\0')
        out += before;
    const std::size_t end = out.size() + digits;
    out.resize(end);
    for (std::size_t i = 1; i <= digits; ++i, number /= 10)
        out[end - i] = static_cast<char>('0' + number % 10);
}

} // namespace

std::string formatIso(Time t)
{
    using namespace std::chrono;
    const auto days_ = floor<days>(t);
    const year_month_day date{days_};
    const hh_mm_ss clock{t - days_};
    const auto year = static_cast<int>(date.year());
    std::string out;
    out.reserve(24);
    if (year < 0 || year > 9999)
        out = std::to_string(year);
    else
        append(out, static_cast<unsigned>(year), 4, '\0');
    append(out, static_cast<unsigned>(date.month()), 2, '-');
    append(out, static_cast<unsigned>(date.day()), 2, '-');
    append(out, static_cast<unsigned>(clock.hours().count()), 2, 'T');
    append(out, static_cast<unsigned>(clock.minutes().count()), 2, ':');
    append(out, static_cast<unsigned>(clock.seconds().count()), 2, ':');
    if (const auto ms = static_cast<unsigned>(clock.subseconds().count()); ms != 0)
        append(out, ms, 3, '.');
    return out + 'Z';
}

} // namespace carry
