// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "venues/aave/math.h"

#include <boost/multiprecision/cpp_int.hpp>
#include <optional>
#include <string_view>

//! The reference: the contracts' arithmetic on checked 256-bit integers. Nothing means that the call reverts (overflow
//! of an intermediate, division by zero). Slow; used where operands may exceed 128 bits and to prove math.h.
namespace carry::aave::exact
{

using U256 = boost::multiprecision::checked_uint256_t;
using Answer = std::optional<U256>;

U256 toU256(U128 x);
U256 toU256(const Wide& x);
//! The number if it fits.
std::optional<U128> toU128(const U256& x);
//! Decimal digits, or "max" for the largest uint256; nothing on malformed text or overflow.
Answer parse(std::string_view text);

Answer rayMul(const U256& a, const U256& b);
Answer rayMulFloor(const U256& a, const U256& b);
Answer rayMulCeil(const U256& a, const U256& b);
Answer rayDiv(const U256& a, const U256& b);
Answer rayDivFloor(const U256& a, const U256& b);
Answer rayDivCeil(const U256& a, const U256& b);
Answer wadMul(const U256& a, const U256& b);
Answer wadDiv(const U256& a, const U256& b);
Answer percentMul(const U256& a, const U256& bps);
Answer percentMulFloor(const U256& a, const U256& bps);
Answer percentMulCeil(const U256& a, const U256& bps);
Answer percentDiv(const U256& a, const U256& bps);
Answer percentDivCeil(const U256& a, const U256& bps);
Answer rayToWad(const U256& a);
Answer wadToRay(const U256& a);
Answer linearInterest(const U256& ratePerYear, std::uint64_t seconds);
Answer compoundedInterest(const U256& ratePerYear, std::uint64_t seconds);

} // namespace carry::aave::exact
