// SPDX-License-Identifier: GPL-3.0-or-later
#include "venues/aave/units.h"

#include <cmath>

namespace carry::aave
{
namespace
{

constexpr std::uint8_t kBaseDecimals = 8;

U128 powerOfTen(int exponent)
{
    U128 power = 1;
    for (int i = 0; i < exponent; ++i)
        power *= 10;
    return power;
}

} // namespace

std::optional<U128> toUnits(Decimal amount, std::uint8_t decimals, Rounding rounding)
{
    if (amount.isNegative() || decimals > Decimal::kDecimals)
        return std::nullopt;
    const Decimal rounded = amount.roundedTo(decimals, rounding);
    return static_cast<U128>(rounded.units()) / powerOfTen(Decimal::kDecimals - decimals);
}

std::optional<Decimal> fromUnits(U128 units, std::uint8_t decimals)
{
    if (decimals > Decimal::kDecimals)
        return std::nullopt;
    const U128 scale = powerOfTen(Decimal::kDecimals - decimals);
    if (units > (kMaxU128 >> 1) / scale)
        return std::nullopt;
    return Decimal::fromUnits(static_cast<Int128>(units * scale));
}

std::optional<U128> toBase(Decimal usd, Rounding rounding)
{
    return toUnits(usd, kBaseDecimals, rounding);
}

std::optional<Decimal> fromBase(U128 base)
{
    return fromUnits(base, kBaseDecimals);
}

double rayToDouble(U128 ray)
{
    return static_cast<double>(ray) / 1e27;
}

std::optional<U128> rayFromDouble(double value)
{
    constexpr double kLimit = 1e11; // times 1e27 is below 2^128
    if (!(value >= 0) || value >= kLimit)
        return std::nullopt;
    // value = digits * 2^exponent exactly, with 53 binary digits.
    int exponent = 0;
    const auto digits = static_cast<std::uint64_t>(std::ldexp(std::frexp(value, &exponent), 53));
    const int shift = 53 - exponent; // above 0 for values below 2^53
    return shift > 127 ? U128(0) : mulDiv(digits, kRay, U128(1) << shift, Round::HalfUp);
}

} // namespace carry::aave
