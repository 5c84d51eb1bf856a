// SPDX-License-Identifier: GPL-3.0-or-later
// Times, decimals and numbers as text; the first eight bytes of the input are also a time and a double.
#include "base/decimal.h"
#include "csv_table.h"
#include "fuzz_support.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <initializer_list>

using namespace carry;
using fuzz::require;

namespace
{

//! The years 0 to 9999: what an ISO text can say.
constexpr Time kFirst = std::chrono::sys_days{std::chrono::year{0} / 1 / 1};
constexpr Duration kSpan = std::chrono::sys_days{std::chrono::year{10'000} / 1 / 1} - kFirst;

constexpr auto kRoundings = {Rounding::HalfEven, Rounding::TowardZero, Rounding::Down, Rounding::Up};

void checkTime(std::string_view text)
{
    const auto parsed = parseTimestamp(text);
    const auto iso = parseIsoTime(text);
    require(iso.has_value() == (parsed && !parsed->malformed), "a strict time is one that is not malformed");
    if (parsed)
        require(parseIsoTime(formatIso(parsed->time)) == parsed->time, "a time survives its text");
    for (const StampUnit unit :
         {StampUnit::Any, StampUnit::Iso, StampUnit::Seconds, StampUnit::Milliseconds, StampUnit::Microseconds})
        if (const auto stamp = readStamp(text, unit))
            require(parseIsoTime(formatIso(stamp->time)) == stamp->time, "a stamp survives its text");
}

//! Whatever does not fit must say so; everything else must keep its promise.
template <class Work> void orOverflow(const Work& work)
{
    try {
        work();
    } catch (const DecimalOverflow&) {
    }
}

void checkRounding(Decimal value)
{
    for (const Rounding rounding : kRoundings)
        for (int places = 0; places <= Decimal::kDecimals; places += 3)
            orOverflow([&] {
                const Decimal rounded = value.roundedTo(places, rounding);
                require(rounded.roundedTo(places, rounding) == rounded, "rounding twice changes nothing");
                require(rounding != Rounding::Down || rounded <= value, "rounded down is not above");
                require(rounding != Rounding::Up || rounded >= value, "rounded up is not below");
            });
}

void checkDecimal(std::string_view text)
{
    const auto value = Decimal::parse(text);
    if (!value)
        return;
    require(Decimal::parse(value->toString()) == *value, "a decimal survives its text");
    require(-(-*value) == *value, "minus twice changes nothing");
    orOverflow([&] { require(*value + *value - *value == *value, "what was added can be taken off"); });
    orOverflow([&] {
        const Decimal half = Decimal::divide(*value, Decimal::fromInteger(2), Rounding::TowardZero);
        require(half.abs() <= value->abs(), "a half is not more");
        require(Decimal::multiply(*value, Decimal::fromInteger(1), Rounding::HalfEven) == *value, "times one");
    });
    orOverflow(
        [&] { require((Decimal::fromDouble(value->toDouble()) - *value).toDouble() <= 65'536, "nearest double"); });
    const Decimal step = Decimal::fromUnits(1'000'003);
    require(value->truncatedTo(step).abs() <= value->abs(), "truncating does not add");
    checkRounding(*value);
}

void checkNumber(double x)
{
    for (const Rounding rounding : kRoundings)
        for (const int places : {0, 6, 18})
            orOverflow([&] {
                const Decimal value = Decimal::fromDouble(x, places, rounding);
                require(value.roundedTo(places, rounding) == value, "has the places asked for");
            });
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
    const std::string_view text = fuzz::textOf(bytes, size);
    checkTime(text);
    checkDecimal(text);
    if (const auto number = readNumber(text)) {
        require(std::isfinite(*number), "a number that was read is finite");
        checkNumber(*number);
    }
    if (size >= sizeof(std::uint64_t)) {
        std::uint64_t bits = 0;
        std::memcpy(&bits, bytes, sizeof bits);
        const Time time =
            kFirst + Duration{static_cast<std::int64_t>(bits % static_cast<std::uint64_t>(kSpan.count()))};
        require(parseIsoTime(formatIso(time)) == time, "a time survives its text");
        checkNumber(std::bit_cast<double>(bits));
    }
    return 0;
}
