// SPDX-License-Identifier: GPL-3.0-or-later
#include "venues/aave/rates.h"

namespace carry::aave
{
namespace
{

constexpr U128 kRayPerBps = kRay / kBps;

U128 sum(U128 a, U128 b)
{
    if (a > kMaxU128 - b)
        throw MathOverflow();
    return a + b;
}

U128 borrowRate(const RateCurve& curve, U128 usage)
{
    const U128 base = sum(curve.base, usage > curve.optimal ? curve.slope1 : 0);
    if (usage <= curve.optimal)
        return sum(base, rayDiv(rayMul(curve.slope1, usage), curve.optimal));
    const U128 excess = rayDiv(usage - curve.optimal, kRay - curve.optimal);
    return sum(base, rayMul(curve.slope2, excess));
}

} // namespace

RateCurve RateCurve::fromBps(std::uint32_t optimal, std::uint32_t base, std::uint32_t slope1, std::uint32_t slope2)
{
    return {optimal * kRayPerBps, base * kRayPerBps, slope1 * kRayPerBps, slope2 * kRayPerBps};
}

Rates calculateRates(const RateCurve& curve, const RateInputs& inputs)
{
    if (inputs.debt == 0)
        return {0, curve.base};
    const U128 whole = sum(inputs.available, inputs.debt);
    Rates rates;
    rates.variableBorrow = borrowRate(curve, rayDiv(inputs.debt, whole));
    const U128 supplyUsage = rayDiv(inputs.debt, sum(whole, inputs.deficit));
    rates.liquidity = percentMul(rayMul(rates.variableBorrow, supplyUsage), kBps - inputs.reserveFactorBps);
    return rates;
}

RateShift shiftRates(const RateCurve& curve, const RateInputs& market, U128 ownSupply, U128 ownDebt)
{
    RateInputs own = market;
    own.debt = sum(own.debt, ownDebt);
    own.available = sum(own.available, ownSupply);
    own.available = own.available > ownDebt ? own.available - ownDebt : 0;
    return {calculateRates(curve, market), calculateRates(curve, own)};
}

} // namespace carry::aave
