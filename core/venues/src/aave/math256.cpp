// SPDX-License-Identifier: GPL-3.0-or-later
#include "venues/aave/math256.h"

#include <limits>
#include <stdexcept>
#include <string>

namespace carry::aave::exact
{
namespace
{

const U256& ray()
{
    static const U256 value("1000000000000000000000000000");
    return value;
}

const U256& wad()
{
    static const U256 value("1000000000000000000");
    return value;
}

// Boost leaves the remainder by zero of small numbers to the processor.
void requireDivisor(const U256& divisor)
{
    if (divisor == 0)
        throw std::overflow_error("division by zero");
}

//! (a * b + divisor / 2) / divisor: the sum is formed first, so it can overflow as in the contracts.
U256 half(const U256& a, const U256& b, const U256& divisor)
{
    requireDivisor(divisor);
    return (a * b + divisor / 2) / divisor;
}

U256 down(const U256& a, const U256& b, const U256& divisor)
{
    requireDivisor(divisor);
    return a * b / divisor;
}

U256 up(const U256& a, const U256& b, const U256& divisor)
{
    requireDivisor(divisor);
    const U256 product = a * b;
    return product / divisor + (product % divisor == 0 ? 0 : 1);
}

//! The value of `calculate`, or nothing where the checked type throws.
template <class Function> Answer answer(Function&& calculate)
{
    try {
        return U256(calculate());
    } catch (const std::overflow_error&) {
        return std::nullopt;
    } catch (const std::range_error&) {
        return std::nullopt;
    }
}

} // namespace

U256 toU256(U128 x)
{
    return (U256(static_cast<std::uint64_t>(x >> 64)) << 64) | static_cast<std::uint64_t>(x);
}

U256 toU256(const Wide& x)
{
    return (toU256(x.high) << 128) | toU256(x.low);
}

std::optional<U128> toU128(const U256& x)
{
    if ((x >> 128) != 0)
        return std::nullopt;
    const U256 mask = std::numeric_limits<std::uint64_t>::max();
    const auto high = static_cast<std::uint64_t>(U256(x >> 64) & mask);
    return (U128(high) << 64) | static_cast<std::uint64_t>(x & mask);
}

Answer parse(std::string_view text)
{
    if (text == "max")
        return std::numeric_limits<U256>::max();
    constexpr std::size_t kDigits = 78; // of 2^256
    if (text.empty() || text.size() > kDigits || text.find_first_not_of("0123456789") != std::string_view::npos)
        return std::nullopt;
    const std::size_t first = text.find_first_not_of('0'); // a leading zero would mean octal
    return first == std::string_view::npos ? Answer(U256(0))
                                           : answer([&] { return U256(std::string(text.substr(first))); });
}

Answer rayMul(const U256& a, const U256& b)
{
    return answer([&] { return half(a, b, ray()); });
}

Answer rayMulFloor(const U256& a, const U256& b)
{
    return answer([&] { return down(a, b, ray()); });
}

Answer rayMulCeil(const U256& a, const U256& b)
{
    return answer([&] { return up(a, b, ray()); });
}

Answer rayDiv(const U256& a, const U256& b)
{
    return answer([&] { return half(a, ray(), b); });
}

Answer rayDivFloor(const U256& a, const U256& b)
{
    return answer([&] { return down(a, ray(), b); });
}

Answer rayDivCeil(const U256& a, const U256& b)
{
    return answer([&] { return up(a, ray(), b); });
}

Answer wadMul(const U256& a, const U256& b)
{
    return answer([&] { return half(a, b, wad()); });
}

Answer wadDiv(const U256& a, const U256& b)
{
    return answer([&] { return half(a, wad(), b); });
}

Answer percentMul(const U256& a, const U256& bps)
{
    return answer([&] { return half(a, bps, 10'000); });
}

Answer percentMulFloor(const U256& a, const U256& bps)
{
    return answer([&] { return down(a, bps, 10'000); });
}

Answer percentMulCeil(const U256& a, const U256& bps)
{
    return answer([&] { return up(a, bps, 10'000); });
}

Answer percentDiv(const U256& a, const U256& bps)
{
    return answer([&] { return half(a, 10'000, bps); });
}

Answer percentDivCeil(const U256& a, const U256& bps)
{
    return answer([&] { return up(a, 10'000, bps); });
}

Answer rayToWad(const U256& a)
{
    const U256 unit = 1'000'000'000;
    return answer([&] { return a / unit + (a % unit >= unit / 2 ? 1 : 0); });
}

Answer wadToRay(const U256& a)
{
    return answer([&] { return a * 1'000'000'000; });
}

Answer linearInterest(const U256& ratePerYear, std::uint64_t seconds)
{
    return answer([&] { return ray() + ratePerYear * seconds / 31'536'000; });
}

Answer compoundedInterest(const U256& ratePerYear, std::uint64_t seconds)
{
    return answer([&] {
        const U256 x = ratePerYear * seconds / 31'536'000;
        const U256 inner = x / 2 + half(x, x / 6, ray());
        return U256(ray() + x + half(x, inner, ray()));
    });
}

} // namespace carry::aave::exact
