// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "venues/aave/math.h"

namespace carry::aave
{

//! The kinked curve of a reserve; all figures in ray (rates per year, optimal utilisation as a fraction).
struct RateCurve {
    U128 optimal = 0, base = 0, slope1 = 0, slope2 = 0;
    static RateCurve fromBps(std::uint32_t optimal, std::uint32_t base, std::uint32_t slope1, std::uint32_t slope2);
    friend bool operator==(const RateCurve&, const RateCurve&) = default;
};

//! What a reserve's rates depend on, in token units.
struct RateInputs {
    U128 debt = 0;      //!< total variable debt, rounded up
    U128 available = 0; //!< liquidity in the pool after the operation
    U128 deficit = 0;
    std::uint16_t reserveFactorBps = 0;
};

//! Yearly rates in ray.
struct Rates {
    U128 liquidity = 0, variableBorrow = 0;
    friend bool operator==(const Rates&, const Rates&) = default;
};

//! Rates at a utilisation (DefaultReserveInterestRateStrategyV2 of aave-v3-origin 3.6.0).
Rates calculateRates(const RateCurve& curve, const RateInputs& inputs);

//! Rates of a market before and after a position of ours is added to it.
struct RateShift {
    Rates market, withOwn;
};

//! Own supply adds liquidity; own debt adds debt and takes liquidity (no more than there is). Token units.
RateShift shiftRates(const RateCurve& curve, const RateInputs& market, U128 ownSupply, U128 ownDebt);

} // namespace carry::aave
