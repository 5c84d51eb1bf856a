// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/decimal.h"

#include <array>
#include <bit>
#include <boost/multiprecision/cpp_int.hpp>
#include <cmath>

namespace carry
{
namespace
{

using Wide = boost::multiprecision::int256_t;

constexpr Int128 kMax = static_cast<Int128>(~UInt128{0} >> 1);

constexpr std::array<std::int64_t, 19> kPowersOfTen = [] {
    std::array<std::int64_t, 19> powers{};
    std::int64_t p = 1;
    for (auto& slot : powers) {
        slot = p;
        if (&slot != &powers.back())
            p *= 10;
    }
    return powers;
}();

constexpr Int128 kScale = kPowersOfTen[Decimal::kDecimals];

//! quotient of a/b with the remainder's share decided by `rounding`; b > 0.
template <class T> T divideRounded(const T& a, const T& b, Rounding rounding)
{
    T q = a / b;
    const T r = a - q * b; // sign of a
    if (r == 0)
        return q;
    const bool negative = a < 0;
    switch (rounding) {
    case Rounding::TowardZero:
        break;
    case Rounding::Down:
        if (negative)
            q -= 1;
        break;
    case Rounding::Up:
        if (!negative)
            q += 1;
        break;
    case Rounding::HalfEven: {
        const T magnitude = negative ? T(-r) : r;
        const T rest = b - magnitude; // compare r with b - r: 2r could overflow
        const bool odd = (q % 2) != 0;
        if (magnitude > rest || (magnitude == rest && odd))
            q += negative ? -1 : 1;
        break;
    }
    }
    return q;
}

Decimal narrow(const Wide& value)
{
    static const Wide limit = Wide(kMax);
    if (value > limit || value < -limit)
        throw DecimalOverflow();
    return Decimal::fromUnits(static_cast<Int128>(value));
}

} // namespace

Decimal Decimal::fromInteger(std::int64_t whole)
{
    return fromUnits(Int128{whole} * kScale);
}

Decimal Decimal::fromDouble(double x, int places, Rounding rounding)
{
    if (!std::isfinite(x))
        throw DecimalOverflow();
    int exponent = 0;
    const double fraction = std::frexp(x, &exponent); // x = fraction * 2^exponent, |fraction| in [.5, 1)
    const auto mantissa = static_cast<std::int64_t>(std::ldexp(fraction, 53));
    exponent -= 53;
    // mantissa < 2^53 and 10^18 < 2^60: the product fits in 113 bits.
    const Int128 scaled = Int128{mantissa} * kPowersOfTen[static_cast<std::size_t>(places)];
    Int128 units = 0;
    if (exponent >= 0) {
        if (exponent > 60)
            throw DecimalOverflow();
        const Int128 factor = Int128{1} << exponent;
        if (__builtin_mul_overflow(scaled, factor, &units))
            throw DecimalOverflow();
    } else if (-exponent < 126) {
        units = divideRounded<Int128>(scaled, Int128{1} << -exponent, rounding);
    } else if (scaled != 0) { // far below the last place
        units = rounding == Rounding::Up && scaled > 0 ? 1 : rounding == Rounding::Down && scaled < 0 ? -1 : 0;
    }
    const Int128 rescale = kPowersOfTen[static_cast<std::size_t>(kDecimals - places)];
    Int128 result = 0;
    if (__builtin_mul_overflow(units, rescale, &result))
        throw DecimalOverflow();
    return fromUnits(result);
}

std::optional<Decimal> Decimal::parse(std::string_view text)
{
    bool negative = false;
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
        negative = text.front() == '-';
        text.remove_prefix(1);
    }
    Int128 units = 0;
    int decimals = -1; // -1: before the point
    bool anyDigit = false;
    for (const char c : text) {
        if (c == '.' && decimals < 0) {
            decimals = 0;
            continue;
        }
        if (c < '0' || c > '9')
            return std::nullopt;
        if (decimals >= 0 && ++decimals > kDecimals)
            return std::nullopt;
        anyDigit = true;
        if (__builtin_mul_overflow(units, Int128{10}, &units) || __builtin_add_overflow(units, Int128{c - '0'}, &units))
            return std::nullopt;
    }
    if (!anyDigit)
        return std::nullopt;
    const int missing = kDecimals - (decimals < 0 ? 0 : decimals);
    if (__builtin_mul_overflow(units, Int128{kPowersOfTen[static_cast<std::size_t>(missing)]}, &units))
        return std::nullopt;
    return fromUnits(negative ? -units : units);
}

double Decimal::toDouble() const
{
    // The nearest double. Dividing two doubles would round twice: 1e23 is none, and 100,000 came out below itself.
    const UInt128 magnitude = m_units < 0 ? UInt128{0} - static_cast<UInt128>(m_units) : static_cast<UInt128>(m_units);
    const auto high = static_cast<std::uint64_t>(magnitude >> 64);
    const int shift = high != 0 ? std::countl_zero(high) : 64 + std::countl_zero(static_cast<std::uint64_t>(magnitude));
    const UInt128 shifted = shift < 128 ? magnitude << shift : 0;
    const UInt128 quotient = shifted / static_cast<UInt128>(kScale); // 68 bits, and one for whether something remains
    const UInt128 sticky = shifted % static_cast<UInt128>(kScale) != 0 ? 1 : 0;
    const double nearest = std::ldexp(static_cast<double>(quotient << 1 | sticky), -(shift + 1));
    return m_units < 0 ? -nearest : nearest;
}

std::size_t Decimal::write(char* buffer) const
{
    UInt128 magnitude = m_units < 0 ? UInt128{0} - static_cast<UInt128>(m_units) : static_cast<UInt128>(m_units);
    char digits[48];
    std::size_t used = 0;
    int place = 0;
    while (magnitude != 0 || place <= kDecimals) {
        const auto digit = static_cast<unsigned>(magnitude % 10);
        magnitude /= 10;
        if (used != 0 || digit != 0 || place >= kDecimals) { // drop trailing zeros
            if (place == kDecimals && used != 0)
                digits[used++] = '.';
            digits[used++] = static_cast<char>('0' + digit);
        }
        ++place;
    }
    char* out = buffer;
    if (m_units < 0)
        *out++ = '-';
    while (used != 0)
        *out++ = digits[--used];
    return static_cast<std::size_t>(out - buffer);
}

std::string Decimal::toString() const
{
    char buffer[64];
    return {buffer, write(buffer)};
}

Decimal Decimal::operator-() const
{
    Int128 result = 0;
    if (__builtin_sub_overflow(Int128{0}, m_units, &result))
        throw DecimalOverflow();
    return fromUnits(result);
}

Decimal& Decimal::operator+=(Decimal other)
{
    if (__builtin_add_overflow(m_units, other.m_units, &m_units))
        throw DecimalOverflow();
    return *this;
}

Decimal& Decimal::operator-=(Decimal other)
{
    if (__builtin_sub_overflow(m_units, other.m_units, &m_units))
        throw DecimalOverflow();
    return *this;
}

Decimal Decimal::multiply(Decimal a, Decimal b, Rounding rounding)
{
    return narrow(divideRounded<Wide>(Wide(a.m_units) * Wide(b.m_units), Wide(kScale), rounding));
}

Decimal Decimal::divide(Decimal a, Decimal b, Rounding rounding)
{
    if (b.isZero())
        throw std::domain_error("Decimal: division by zero");
    Wide numerator = Wide(a.m_units) * Wide(kScale);
    Wide denominator = Wide(b.m_units);
    if (denominator < 0) {
        numerator = -numerator;
        denominator = -denominator;
    }
    return narrow(divideRounded<Wide>(numerator, denominator, rounding));
}

Decimal Decimal::truncatedTo(Decimal step) const
{
    if (!step.isPositive())
        throw std::domain_error("Decimal: step must be positive");
    return fromUnits(m_units - m_units % step.m_units);
}

Decimal Decimal::roundedTo(int places, Rounding rounding) const
{
    const Int128 step = kPowersOfTen[static_cast<std::size_t>(kDecimals - places)];
    Int128 result = 0;
    if (__builtin_mul_overflow(divideRounded<Int128>(m_units, step, rounding), step, &result))
        throw DecimalOverflow();
    return fromUnits(result);
}

} // namespace carry
