// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/decimal.h"

#include <rapidcheck.h>

#include <boost/multiprecision/cpp_int.hpp>

#include <array>
#include <cmath>
#include <cstdint>
#include <ostream>
#include <tuple>

//! What Decimal computes, in rational numbers of any size.
namespace reference
{

using Integer = boost::multiprecision::cpp_int;
using Rational = boost::multiprecision::cpp_rational;

inline constexpr std::array kRoundings{carry::Rounding::HalfEven, carry::Rounding::TowardZero, carry::Rounding::Down,
                                       carry::Rounding::Up};

inline Integer toInteger(carry::Int128 value)
{
    const bool negative = value < 0;
    const auto magnitude =
        negative ? carry::UInt128{0} - static_cast<carry::UInt128>(value) : static_cast<carry::UInt128>(value);
    Integer result = static_cast<std::uint64_t>(magnitude >> 64);
    result <<= 64;
    result += static_cast<std::uint64_t>(magnitude);
    return negative ? Integer(-result) : result;
}

inline Integer powerOfTen(int exponent)
{
    return boost::multiprecision::pow(Integer(10), static_cast<unsigned>(exponent));
}

//! The largest integer not above x.
inline Integer floorOf(const Rational& x)
{
    const Integer n = numerator(x);
    const Integer d = denominator(x);
    Integer q = n / d;
    if (q * d > n)
        q -= 1;
    return q;
}

inline Integer rounded(const Rational& x, carry::Rounding rounding)
{
    const Integer low = floorOf(x);
    const Rational rest = x - Rational(low);
    const Integer high = rest == 0 ? low : Integer(low + 1);
    switch (rounding) {
    case carry::Rounding::Down:
        return low;
    case carry::Rounding::Up:
        return high;
    case carry::Rounding::TowardZero:
        return x < 0 ? high : low;
    case carry::Rounding::HalfEven:
        break;
    }
    const Rational half(1, 2);
    if (rest != half)
        return rest < half ? low : high;
    return low % 2 == 0 ? low : high;
}

inline Rational valueOf(carry::Decimal d)
{
    return Rational(toInteger(d.units()), powerOfTen(carry::Decimal::kDecimals));
}

//! The exact value of a finite double.
inline Rational valueOf(double x)
{
    int exponent = 0;
    const double fraction = std::frexp(x, &exponent);
    Rational value(Integer(static_cast<std::int64_t>(std::ldexp(fraction, 53))));
    exponent -= 53;
    const Rational power(Integer(1) << static_cast<unsigned>(std::abs(exponent)));
    return exponent < 0 ? Rational(value / power) : Rational(value * power);
}

//! Whether a count of 1e-18 fits in a Decimal.
inline bool fits(const Integer& units)
{
    const Integer limit = Integer(1) << 127;
    return units < limit && units >= -limit;
}

//! Runs `compute` and says whether it gave exactly `expected` units, or overflowed where they do not fit.
template <class Compute> bool agrees(const Integer& expected, Compute compute)
{
    try {
        return toInteger(compute().units()) == expected;
    } catch (const carry::DecimalOverflow&) {
        // The value -2^127 has no counterpart above zero; an operation may refuse it.
        return !fits(expected) || !fits(-expected);
    }
}

//! Decimals of every magnitude, from single units of 1e-18 to the limits.
inline rc::Gen<carry::Decimal> anyDecimal()
{
    return rc::gen::map(rc::gen::tuple(rc::gen::arbitrary<std::uint64_t>(), rc::gen::arbitrary<std::uint64_t>(),
                                       rc::gen::inRange(0, 127)),
                        [](const std::tuple<std::uint64_t, std::uint64_t, int>& parts) {
                            const auto& [high, low, shift] = parts;
                            const auto bits = static_cast<carry::UInt128>(high) << 64 | low;
                            const auto units = static_cast<carry::Int128>(bits) >> shift;
                            return carry::Decimal::fromUnits(units);
                        });
}

} // namespace reference

namespace carry
{
inline void showValue(const Decimal& d, std::ostream& out)
{
    out << d.toString();
}
} // namespace carry
