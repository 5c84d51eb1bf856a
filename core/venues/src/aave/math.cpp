// SPDX-License-Identifier: GPL-3.0-or-later
#include "venues/aave/math.h"

#include <cmath>

namespace carry::aave
{
namespace
{

using Limb = std::uint64_t;

// 1e27 = 2^27 * 5^27, and 5^27 fits one limb: dividing by it needs no long division by two limbs.
constexpr unsigned kRayShift = 27;
constexpr Limb kRayOdd = 7'450'580'596'923'828'125ULL;
static_assert((U128(kRayOdd) << kRayShift) == kRay);

constexpr Limb lowLimb(U128 x)
{
    return static_cast<Limb>(x);
}

constexpr Limb highLimb(U128 x)
{
    return static_cast<Limb>(x >> 64);
}

//! (high:low) / divisor for high < divisor: the quotient fits one limb.
struct LimbDivision {
    Limb quotient, remainder;
};

LimbDivision divideLimbs(Limb high, Limb low, Limb divisor)
{
    const U128 n = (U128(high) << 64) | low;
    const U128 q = high == 0 ? U128(low / divisor) : n / divisor;
    return {lowLimb(q), lowLimb(n - q * divisor)};
}

struct Division {
    U128 quotient, remainder;
};

//! n / divisor for n.high < divisor < 2^64.
Division divideByLimb(Wide n, Limb divisor)
{
    const auto upper = divideLimbs(lowLimb(n.high), highLimb(n.low), divisor);
    const auto lower = divideLimbs(upper.remainder, lowLimb(n.low), divisor);
    return {(U128(upper.quotient) << 64) | lower.quotient, lower.remainder};
}

int leadingZeros(U128 x)
{
    return highLimb(x) != 0 ? __builtin_clzll(highLimb(x)) : 64 + __builtin_clzll(lowLimb(x));
}

//! One digit of a schoolbook division: (n, next) / divisor for n < divisor with the top bit of divisor set. The
//! estimate from the divisor's upper limb is at most two too large (Knuth, TAOCP 2, 4.3.1, theorem B).
Limb quotientDigit(U128& n, Limb next, U128 divisor)
{
    const Limb upper = highLimb(divisor);
    const Limb lower = lowLimb(divisor);
    U128 estimate = highLimb(n) >= upper ? U128(~Limb(0)) : n / upper;
    U128 rest = n - estimate * upper;
    while (highLimb(rest) == 0 && estimate * lower > ((rest << 64) | next)) {
        --estimate;
        rest += upper;
    }
    n = ((n << 64) | next) - estimate * divisor; // modulo 2^128: the true remainder is below the divisor
    return lowLimb(estimate);
}

//! n / divisor for n.high < divisor, divisor >= 2^64.
Division divideLong(Wide n, U128 divisor)
{
    const int shift = leadingZeros(divisor);
    if (shift != 0) {
        n.high = (n.high << shift) | (n.low >> (128 - shift));
        n.low <<= shift;
    }
    const U128 scaled = divisor << shift;
    U128 rest = n.high;
    const Limb upper = quotientDigit(rest, highLimb(n.low), scaled);
    const Limb lower = quotientDigit(rest, lowLimb(n.low), scaled);
    return {(U128(upper) << 64) | lower, rest >> shift};
}

//! n / divisor for n.high < divisor.
Division divide(Wide n, U128 divisor)
{
    if (n.high == 0)
        return {n.low / divisor, n.low % divisor};
    return highLimb(divisor) == 0 ? divideByLimb(n, lowLimb(divisor)) : divideLong(n, divisor);
}

//! Whether the quotient goes up by one.
bool roundsUp(U128 remainder, U128 divisor, Round rounding)
{
    switch (rounding) {
    case Round::Floor:
        return false;
    case Round::Ceil:
        return remainder != 0;
    case Round::HalfUp:
        return remainder >= divisor - divisor / 2;
    }
    return false;
}

U128 increment(U128 x)
{
    if (x == kMaxU128)
        throw MathOverflow();
    return x + 1;
}

} // namespace

double Wide::toDouble() const
{
    return std::ldexp(static_cast<double>(high), 128) + static_cast<double>(low);
}

Wide multiplyWide(U128 a, U128 b)
{
    const U128 ll = U128(lowLimb(a)) * lowLimb(b);
    if ((highLimb(a) | highLimb(b)) == 0)
        return {0, ll};
    const U128 lh = U128(lowLimb(a)) * highLimb(b);
    const U128 hl = U128(highLimb(a)) * lowLimb(b);
    const U128 hh = U128(highLimb(a)) * highLimb(b);
    // Three 64-bit numbers: no carry is lost.
    const U128 middle = U128(highLimb(ll)) + lowLimb(lh) + lowLimb(hl);
    return {hh + highLimb(lh) + highLimb(hl) + highLimb(middle), (middle << 64) | lowLimb(ll)};
}

Wide divideWide(Wide n, U128 divisor, Round rounding)
{
    if (divisor == 0)
        throw MathOverflow();
    Wide quotient{n.high / divisor, 0};
    const Division lower = divide({n.high % divisor, n.low}, divisor);
    quotient.low = lower.quotient;
    if (roundsUp(lower.remainder, divisor, rounding) && ++quotient.low == 0)
        quotient.high = increment(quotient.high);
    return quotient;
}

U128 mulDiv(U128 a, U128 b, U128 divisor, Round rounding)
{
    const Wide product = multiplyWide(a, b);
    if (product.high >= divisor)
        throw MathOverflow();
    const Division d = divide(product, divisor);
    return roundsUp(d.remainder, divisor, rounding) ? increment(d.quotient) : d.quotient;
}

U128 mulRay(U128 a, U128 b, Round rounding)
{
    const Wide product = multiplyWide(a, b);
    if (product.high >= kRay)
        throw MathOverflow();
    const U128 below = product.low & ((U128(1) << kRayShift) - 1);
    const Wide shifted{product.high >> kRayShift, (product.high << (128 - kRayShift)) | (product.low >> kRayShift)};
    const Division d = divideByLimb(shifted, kRayOdd);
    const U128 remainder = (d.remainder << kRayShift) | below;
    return roundsUp(remainder, kRay, rounding) ? increment(d.quotient) : d.quotient;
}

U128 linearInterest(U128 ratePerYear, std::uint64_t seconds)
{
    const U128 growth = mulDiv(ratePerYear, seconds, kSecondsPerYear, Round::Floor);
    if (growth > kMaxU128 - kRay)
        throw MathOverflow();
    return kRay + growth;
}

U128 compoundedInterest(U128 ratePerYear, std::uint64_t seconds)
{
    if (seconds == 0)
        return kRay;
    const U128 x = mulDiv(ratePerYear, seconds, kSecondsPerYear, Round::Floor);
    // x < 2^128, so x/2 + x*x/6 may only overflow where its product with x would.
    const U128 third = rayMul(x, x / 6);
    if (third > kMaxU128 - x / 2)
        throw MathOverflow();
    const U128 tail = rayMul(x, x / 2 + third);
    if (tail > kMaxU128 - x || x + tail > kMaxU128 - kRay)
        throw MathOverflow();
    return kRay + x + tail;
}

} // namespace carry::aave
