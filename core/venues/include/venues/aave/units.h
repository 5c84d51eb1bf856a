// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "venues/aave/math.h"

#include <optional>

namespace carry::aave
{

//! A Decimal of whole tokens as token units (10^-decimals, at most 18), rounded; nothing if it is negative.
std::optional<U128> toUnits(Decimal amount, std::uint8_t decimals, Rounding rounding);
//! Token units as whole tokens, exact; nothing if they are beyond the range of Decimal.
std::optional<Decimal> fromUnits(U128 units, std::uint8_t decimals);
//! A USD price or value with 8 decimals, rounded; nothing if it is negative.
std::optional<U128> toBase(Decimal usd, Rounding rounding);
std::optional<Decimal> fromBase(U128 base);
//! A ray as a fraction: rates for display, indices for analytics.
double rayToDouble(U128 ray);
//! The nearest ray to a non-negative finite fraction below 1e11; nothing otherwise.
std::optional<U128> rayFromDouble(double value);

} // namespace carry::aave
