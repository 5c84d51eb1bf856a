// SPDX-License-Identifier: GPL-3.0-or-later
// The 128-bit path of the Aave mathematics against the contracts' 256-bit arithmetic; units.
#include "venues/aave/math256.h"
#include "venues/aave/rates.h"
#include "venues/aave/units.h"

#include <rapidcheck.h>

#include <QtTest>

using namespace carry;
using namespace carry::aave;

namespace
{

using exact::Answer;
using exact::U256;

//! Numbers of every width, with the edges that carries break at.
U128 anyNumber()
{
    const auto bits = *rc::gen::inRange(0, 129);
    const U128 random = (U128(*rc::gen::arbitrary<std::uint64_t>()) << 64) | *rc::gen::arbitrary<std::uint64_t>();
    const U128 narrow = bits == 0 ? 0 : random >> (128 - bits);
    switch (*rc::gen::inRange(0, 4)) {
    case 0:
        return bits == 128 ? kMaxU128 : (U128(1) << bits) - 1;
    case 1:
        return bits == 128 ? kMaxU128 : U128(1) << bits;
    default:
        return narrow;
    }
}

//! The narrow function's answer; nothing where it refuses.
template <class Function> Answer narrow(Function&& function)
{
    try {
        return exact::toU256(function());
    } catch (const MathOverflow&) {
        return std::nullopt;
    }
}

//! The reference's answer if 128 bits hold it.
Answer fitting(const Answer& answer)
{
    return answer && exact::toU128(*answer) ? answer : std::nullopt;
}

struct Function {
    const char* name;
    U128 (*narrow)(U128, U128);
    Answer (*wide)(const U256&, const U256&);
};

const Function kFunctions[] = {
    {"rayMul", rayMul, exact::rayMul},
    {"rayMulFloor", rayMulFloor, exact::rayMulFloor},
    {"rayMulCeil", rayMulCeil, exact::rayMulCeil},
    {"rayDiv", rayDiv, exact::rayDiv},
    {"rayDivFloor", rayDivFloor, exact::rayDivFloor},
    {"rayDivCeil", rayDivCeil, exact::rayDivCeil},
    {"wadMul", wadMul, exact::wadMul},
    {"wadDiv", wadDiv, exact::wadDiv},
    {"percentMul", percentMul, exact::percentMul},
    {"percentMulFloor", percentMulFloor, exact::percentMulFloor},
    {"percentMulCeil", percentMulCeil, exact::percentMulCeil},
    {"percentDiv", percentDiv, exact::percentDiv},
    {"percentDivCeil", percentDivCeil, exact::percentDivCeil},
};

} // namespace

Q_DECLARE_METATYPE(const Function*)

class TestAaveMath : public QObject
{
    Q_OBJECT

  private slots:
    void narrowEqualsWide_data();
    void narrowEqualsWide();
    void interestEqualsWide();
    void quotientsOfWideNumbers();
    void productsAreExact();
    void overflowRefuses();
    void numbersAreReadAndWritten();
    void units();
    void unitsRoundTrip();
    void rates();
};

void TestAaveMath::narrowEqualsWide_data()
{
    QTest::addColumn<const Function*>("function");
    for (const Function& function : kFunctions)
        QTest::newRow(function.name) << &function;
}

void TestAaveMath::narrowEqualsWide()
{
    QFETCH(const Function*, function);
    QVERIFY(rc::check(function->name, [&] {
        const U128 a = anyNumber();
        const U128 b = anyNumber();
        const Answer wide = fitting(function->wide(exact::toU256(a), exact::toU256(b)));
        RC_ASSERT(narrow([&] { return function->narrow(a, b); }) == wide);
    }));
}

void TestAaveMath::interestEqualsWide()
{
    QVERIFY(rc::check("linear and compounded", [] {
        const U128 rate = anyNumber() >> *rc::gen::inRange(0, 60);
        const auto seconds = *rc::gen::inRange<std::uint64_t>(0, 4'000'000'000ULL);
        const U256 wideRate = exact::toU256(rate);
        RC_ASSERT(narrow([&] { return linearInterest(rate, seconds); }) ==
                  fitting(exact::linearInterest(wideRate, seconds)));
        RC_ASSERT(narrow([&] { return compoundedInterest(rate, seconds); }) ==
                  fitting(exact::compoundedInterest(wideRate, seconds)));
    }));
}

void TestAaveMath::quotientsOfWideNumbers()
{
    QVERIFY(rc::check("divideWide", [] {
        const Wide n{anyNumber(), anyNumber()};
        const U128 divisor = anyNumber();
        RC_PRE(divisor != 0);
        const U256 wide = exact::toU256(n);
        const U256 by = exact::toU256(divisor);
        const U256 floor = wide / by;
        const U256 rest = wide % by;
        RC_ASSERT(exact::toU256(divideWide(n, divisor, Round::Floor)) == floor);
        if (floor == exact::toU256(kWideMax))
            return; // rounding up has no room
        RC_ASSERT(exact::toU256(divideWide(n, divisor, Round::Ceil)) == floor + (rest == 0 ? 0 : 1));
        const bool up = rest >= by - rest && rest != 0; // twice the rest is at least the divisor
        RC_ASSERT(exact::toU256(divideWide(n, divisor, Round::HalfUp)) == floor + (up ? 1 : 0));
    }));
}

void TestAaveMath::productsAreExact()
{
    QVERIFY(rc::check("multiplyWide", [] {
        const U128 a = anyNumber();
        const U128 b = anyNumber();
        RC_ASSERT(exact::toU256(multiplyWide(a, b)) == exact::toU256(a) * exact::toU256(b));
    }));
}

void TestAaveMath::overflowRefuses()
{
    QVERIFY_THROWS_EXCEPTION(MathOverflow, rayMul(kMaxU128, kRay + 1));
    QVERIFY_THROWS_EXCEPTION(MathOverflow, rayDiv(1, 0));
    QVERIFY_THROWS_EXCEPTION(MathOverflow, percentMul(kMaxU128, 10'001));
    QVERIFY_THROWS_EXCEPTION(MathOverflow, mulDiv(kMaxU128, 3, 3 - 1, Round::Floor));
    QVERIFY_THROWS_EXCEPTION(MathOverflow, divideWide(kWideMax, 0, Round::Floor));
    // The largest that fits.
    QVERIFY(rayMul(kMaxU128, kRay) == kMaxU128);
    QVERIFY(!exact::rayMul(*exact::parse("max"), 1)); // the half of a ray is added first
    QVERIFY(exact::rayMulFloor(*exact::parse("max"), 1).has_value());
}

void TestAaveMath::numbersAreReadAndWritten()
{
    QVERIFY(*exact::parse("0") == 0);
    QVERIFY(*exact::parse("007") == 7);
    QVERIFY(*exact::parse("max") == exact::toU256(kWideMax));
    QVERIFY(!exact::parse(""));
    QVERIFY(!exact::parse("-1"));
    QVERIFY(!exact::parse("0x10"));
    QVERIFY(!exact::parse(std::string(78, '9')));
    QVERIFY(*exact::toU128(*exact::parse("340282366920938463463374607431768211455")) == kMaxU128);
    QVERIFY(!exact::toU128(*exact::parse("340282366920938463463374607431768211456")));
    QVERIFY(rc::check("to 256 bits and back", [] {
        const U128 x = anyNumber();
        RC_ASSERT(*exact::toU128(exact::toU256(x)) == x);
        RC_ASSERT(*exact::parse(exact::toU256(x).str()) == exact::toU256(x));
    }));
}

void TestAaveMath::units()
{
    const auto amount = [](const char* text) { return *Decimal::parse(text); };
    QVERIFY(*toUnits(amount("1.5"), 6, Rounding::Down) == 1'500'000);
    QVERIFY(*toUnits(amount("0.0000019"), 6, Rounding::Down) == 1);
    QVERIFY(*toUnits(amount("0.0000019"), 6, Rounding::Up) == 2);
    QVERIFY(*toUnits(amount("0.000000000000000001"), 18, Rounding::Down) == 1);
    QVERIFY(!toUnits(amount("-1"), 6, Rounding::Down));
    QVERIFY(!toUnits(amount("1"), 19, Rounding::Down));
    QCOMPARE(fromUnits(1'500'000, 6)->toString(), "1.5");
    QVERIFY(!fromUnits(kMaxU128, 18));
    QVERIFY(*toBase(amount("4012.3456789"), Rounding::HalfEven) == 401'234'567'890ULL);
    QCOMPARE(fromBase(99'980'000)->toString(), "0.9998");
    QVERIFY(*rayFromDouble(0.5) == kRay / 2);
    QVERIFY(*rayFromDouble(1) == kRay);
    QVERIFY(!rayFromDouble(-0.1));
    QVERIFY(!rayFromDouble(std::numeric_limits<double>::quiet_NaN()));
    QVERIFY(!rayFromDouble(1e11));
    QCOMPARE(rayToDouble(kRay * 3), 3.0);
}

void TestAaveMath::unitsRoundTrip()
{
    QVERIFY(rc::check("units to Decimal and back", [] {
        const auto units = U128(*rc::gen::arbitrary<std::uint64_t>());
        const auto decimals = *rc::gen::inRange<std::uint8_t>(0, 19);
        const auto whole = fromUnits(units, decimals);
        RC_PRE(whole.has_value());
        RC_ASSERT(*toUnits(*whole, decimals, Rounding::Down) == units);
    }));
}

void TestAaveMath::rates()
{
    const RateCurve curve = RateCurve::fromBps(9200, 0, 270, 8000);
    const Rates none = calculateRates(curve, {0, kWad, 0, 1500});
    QVERIFY(none.liquidity == 0 && none.variableBorrow == 0);
    // At the kink the whole first slope, at full use both.
    QVERIFY(calculateRates(curve, {92, 8, 0, 1500}).variableBorrow == kRay / 10'000 * 270);
    QVERIFY(calculateRates(curve, {100, 0, 0, 1500}).variableBorrow == kRay / 10'000 * 8'270);
    QVERIFY_THROWS_EXCEPTION(MathOverflow, calculateRates(curve, {kMaxU128, 1, 0, 0}));

    const RateShift shift = shiftRates(curve, {50, 50, 0, 1500}, 0, 30);
    QVERIFY(shift.market.variableBorrow == calculateRates(curve, {50, 50, 0, 1500}).variableBorrow);
    QVERIFY(shift.withOwn.variableBorrow == calculateRates(curve, {80, 20, 0, 1500}).variableBorrow);
    // More debt than there was liquidity: the market is simply empty.
    QVERIFY(shiftRates(curve, {50, 50, 0, 1500}, 0, 80).withOwn.variableBorrow == kRay / 10'000 * 8'270);
}

QTEST_APPLESS_MAIN(TestAaveMath)
#include "tst_aave_math.moc"
