// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/decimal.h"

#include <compare>
#include <cstdint>
#include <stdexcept>

//! Integer mathematics of Aave V3.6 on 128-bit operands with 256-bit intermediates: the fast path, in which every
//! stored quantity of the protocol fits. Facts: WadRayMath, PercentageMath and MathUtils of aave-v3-origin 3.6.0, as
//! stated in the README of the vectors. math256.h holds the same on 256 bits; a property test compares the two.
namespace carry::aave
{

using U128 = UInt128;

inline constexpr U128 kMaxU128 = ~U128(0);
inline constexpr U128 kWad = 1'000'000'000'000'000'000ULL;
inline constexpr U128 kRay = kWad * 1'000'000'000ULL;
inline constexpr U128 kBps = 10'000;                //!< one, in basis points
inline constexpr U128 kSecondsPerYear = 31'536'000; //!< 365 days

//! A result that the 128-bit path cannot hold, or a division by zero: the operation is refused, never wrapped.
class MathOverflow : public std::overflow_error
{
  public:
    MathOverflow() : std::overflow_error("aave: result outside 128 bits") {}
};

//! An unsigned 256-bit number: product of two 128-bit numbers, health factors.
struct Wide {
    U128 high = 0, low = 0;
    friend constexpr bool operator==(const Wide&, const Wide&) = default;
    friend constexpr std::strong_ordering operator<=>(const Wide& a, const Wide& b)
    {
        if (a.high != b.high)
            return a.high < b.high ? std::strong_ordering::less : std::strong_ordering::greater;
        return a.low < b.low   ? std::strong_ordering::less
               : a.low > b.low ? std::strong_ordering::greater
                               : std::strong_ordering::equal;
    }
    double toDouble() const;
};

inline constexpr Wide kWideMax{kMaxU128, kMaxU128};

enum class Round : std::uint8_t { Floor, Ceil, HalfUp };

Wide multiplyWide(U128 a, U128 b);
//! n / divisor with a 256-bit quotient; the remainder is added by rounding.
Wide divideWide(Wide n, U128 divisor, Round rounding);
//! a * b / divisor; MathOverflow if the result needs more than 128 bits or divisor is 0.
U128 mulDiv(U128 a, U128 b, U128 divisor, Round rounding);
//! a * b / 1e27: the same as mulDiv with kRay, about three times as fast.
U128 mulRay(U128 a, U128 b, Round rounding);

inline U128 rayMul(U128 a, U128 b)
{
    return mulRay(a, b, Round::HalfUp);
}
inline U128 rayMulFloor(U128 a, U128 b)
{
    return mulRay(a, b, Round::Floor);
}
inline U128 rayMulCeil(U128 a, U128 b)
{
    return mulRay(a, b, Round::Ceil);
}
inline U128 rayDiv(U128 a, U128 b)
{
    return mulDiv(a, kRay, b, Round::HalfUp);
}
inline U128 rayDivFloor(U128 a, U128 b)
{
    return mulDiv(a, kRay, b, Round::Floor);
}
inline U128 rayDivCeil(U128 a, U128 b)
{
    return mulDiv(a, kRay, b, Round::Ceil);
}
inline U128 wadMul(U128 a, U128 b)
{
    return mulDiv(a, b, kWad, Round::HalfUp);
}
inline U128 wadDiv(U128 a, U128 b)
{
    return mulDiv(a, kWad, b, Round::HalfUp);
}
//! `bps` in basis points, 10000 = one.
inline U128 percentMul(U128 a, U128 bps)
{
    return mulDiv(a, bps, kBps, Round::HalfUp);
}
inline U128 percentMulFloor(U128 a, U128 bps)
{
    return mulDiv(a, bps, kBps, Round::Floor);
}
inline U128 percentMulCeil(U128 a, U128 bps)
{
    return mulDiv(a, bps, kBps, Round::Ceil);
}
inline U128 percentDiv(U128 a, U128 bps)
{
    return mulDiv(a, kBps, bps, Round::HalfUp);
}
inline U128 percentDivCeil(U128 a, U128 bps)
{
    return mulDiv(a, kBps, bps, Round::Ceil);
}

//! Growth in ray over `seconds` at a yearly rate in ray.
U128 linearInterest(U128 ratePerYear, std::uint64_t seconds);
//! The same compounded: Taylor series of e^x to the third order, x = rate * seconds / year.
U128 compoundedInterest(U128 ratePerYear, std::uint64_t seconds);

} // namespace carry::aave
