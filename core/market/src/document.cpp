// SPDX-License-Identifier: GPL-3.0-or-later
#include "csv_table.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>

namespace carry
{
namespace
{

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::size_t kProbeBytes = 64 * 1024; // archives and databases show a NUL long before that

//! Bounds of a stamp: 2005-01-01 and 2100-01-01. Outside of them the unit of a number or the year of a date is surely
//! wrong, and a single such row would make a timeline of centuries.
constexpr Time kFirstTime = fromMs(1'104'537'600'000);
constexpr Time kEndTime = fromMs(4'102'444'800'000);

Error fileError(ErrorCode code, const Document& document)
{
    return Error(code).with("file", document.name);
}

bool readMore(std::ifstream& in, std::string& bytes, std::size_t upTo)
{
    const std::size_t have = bytes.size();
    if (upTo <= have)
        return true;
    bytes.resize(upTo);
    in.read(bytes.data() + have, static_cast<std::streamsize>(upTo - have));
    bytes.resize(have + static_cast<std::size_t>(in.gcount()));
    return !in.bad();
}

//! The stamp, if it is a possible one.
std::optional<ParsedTime> possible(std::optional<ParsedTime> stamp)
{
    return stamp && stamp->time >= kFirstTime && stamp->time < kEndTime ? stamp : std::nullopt;
}

std::optional<ParsedTime> epochTime(std::int64_t number, StampUnit unit)
{
    if (unit == StampUnit::Any) {
        // Seconds of 2005..2099 have 10 digits, milliseconds 13, microseconds 16: they cannot be mistaken.
        unit = number < 100'000'000'000       ? StampUnit::Seconds
               : number < 100'000'000'000'000 ? StampUnit::Milliseconds
                                              : StampUnit::Microseconds;
    }
    if (unit == StampUnit::Seconds) {
        if (number < 0 || number > toMs(kEndTime) / 1000)
            return std::nullopt; // before the product can overflow
        number *= 1000;
    } else if (unit == StampUnit::Microseconds) {
        number /= 1000;
    }
    return possible(ParsedTime{fromMs(number), false});
}

} // namespace

std::string_view Document::text() const
{
    std::string_view view = bytes;
    if (view.starts_with(kByteOrderMark))
        view.remove_prefix(kByteOrderMark.size());
    return view;
}

Result<void> load(Document& document)
{
    std::error_code failure;
    const auto size = std::filesystem::file_size(document.path, failure);
    if (failure) // not opened: a pipe would wait for its writer
        return fail(fileError(ErrorCode::DataNotFound, document));
    std::ifstream in(document.path, std::ios::binary);
    if (!in)
        return fail(fileError(ErrorCode::DataNotFound, document));
    document.bytes.clear();
    const std::size_t probe = std::min<std::size_t>(size, kProbeBytes);
    for (const std::size_t upTo : {probe, static_cast<std::size_t>(size)}) {
        if (!readMore(in, document.bytes, upTo))
            return fail(fileError(ErrorCode::DataNotFound, document).with("found", "the file cannot be read"));
        if (document.bytes.find('\0') != std::string::npos)
            return fail(fileError(ErrorCode::DataNotText, document));
    }
    if (document.text().find_first_not_of(" \t\r\n") == std::string_view::npos)
        return fail(fileError(ErrorCode::DataEmpty, document));
    return {};
}

std::optional<ParsedTime> readStamp(std::string_view text, StampUnit unit)
{
    if (unit == StampUnit::Iso)
        return possible(parseTimestamp(text));
    std::int64_t number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = failure == std::errc{} && end == text.data() + text.size();
    if (!whole)
        return unit == StampUnit::Any ? possible(parseTimestamp(text)) : std::nullopt;
    return epochTime(number, unit);
}

std::optional<double> readNumber(std::string_view text)
{
    double value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
        return std::nullopt;
    return value;
}

} // namespace carry
