// SPDX-License-Identifier: GPL-3.0-or-later
// Decimal against rational numbers of any size.
#include "decimal_reference.h"

#include <QtTest>

#include <string>

using namespace carry;
using reference::agrees;
using reference::anyDecimal;
using reference::Integer;
using reference::kRoundings;
using reference::Rational;
using reference::toInteger;

namespace
{

// toDouble() rounds twice: to 53 bits and after the division by 1e18.
const Rational kTwoRoundings = Rational(1, Integer(1) << 52);

//! A finite double with a mantissa of any length, from far below 1e-18 to beyond the range.
double anyDouble()
{
    const auto mantissa = *rc::gen::arbitrary<std::int64_t>();
    const auto shift = *rc::gen::inRange(0, 63);
    const auto exponent = *rc::gen::inRange(-180, 12);
    return std::ldexp(static_cast<double>(mantissa >> shift), exponent);
}

bool isShortest(const std::string& text)
{
    const auto point = text.find('.');
    const bool trimmed = point == std::string::npos || (text.back() != '0' && text.back() != '.');
    const auto digits = text.substr(text.front() == '-' ? 1 : 0);
    const bool noLeadingZero = digits.front() != '0' || digits.size() == 1 || digits[1] == '.';
    return trimmed && noLeadingZero && text != "-0";
}

} // namespace

class TestDecimalExact : public QObject
{
    Q_OBJECT

  private slots:
    void printedTextIsReadBack();
    void additionIsExact();
    void subtractionIsExact();
    void sumsDoNotDependOnOrder();
    void multiplicationRoundsOnce();
    void divisionRoundsOnce();
    void divisionBySmallNumbersRoundsOnce();
    void ofDoublesIsCorrectlyRounded();
    void toDoubleIsWithinTwoRoundings();
    void roundedToIsCorrectlyRounded();
    void truncatedToIsTheNextMultipleTowardZero();
    void ordersAsItsUnits();
};

void TestDecimalExact::printedTextIsReadBack()
{
    QVERIFY(rc::check("parse(toString()) gives the same amount", [] {
        const Decimal d = *anyDecimal();
        const std::string text = d.toString();
        RC_ASSERT(isShortest(text));
        const auto back = Decimal::parse(text);
        RC_PRE(reference::fits(-toInteger(d.units()))); // -2^127 has no magnitude to read
        RC_ASSERT(back.has_value());
        RC_ASSERT(*back == d);
    }));
}

void TestDecimalExact::additionIsExact()
{
    QVERIFY(rc::check("a + b is the sum or overflows", [] {
        const Decimal a = *anyDecimal();
        const Decimal b = *anyDecimal();
        RC_ASSERT(agrees(toInteger(a.units()) + toInteger(b.units()), [&] { return a + b; }));
    }));
}

void TestDecimalExact::subtractionIsExact()
{
    QVERIFY(rc::check("a - b is the difference or overflows", [] {
        const Decimal a = *anyDecimal();
        const Decimal b = *anyDecimal();
        RC_ASSERT(agrees(toInteger(a.units()) - toInteger(b.units()), [&] { return a - b; }));
    }));
}

void TestDecimalExact::sumsDoNotDependOnOrder()
{
    QVERIFY(rc::check("the sum of a ledger is the same forwards and backwards", [] {
        const auto amounts = *rc::gen::container<std::vector<std::int64_t>>(rc::gen::arbitrary<std::int64_t>());
        Decimal forwards;
        Decimal backwards;
        for (std::size_t i = 0; i < amounts.size(); ++i) {
            forwards += Decimal::fromUnits(amounts[i]);
            backwards += Decimal::fromUnits(amounts[amounts.size() - 1 - i]);
        }
        RC_ASSERT(forwards == backwards);
    }));
}

void TestDecimalExact::multiplicationRoundsOnce()
{
    QVERIFY(rc::check("multiply() is the rounded product", [] {
        const Decimal a = *anyDecimal();
        const Decimal b = *anyDecimal();
        const Rational units = reference::valueOf(a) * Rational(toInteger(b.units()));
        for (const Rounding rounding : kRoundings)
            RC_ASSERT(agrees(reference::rounded(units, rounding), [&] { return Decimal::multiply(a, b, rounding); }));
    }));
}

void TestDecimalExact::divisionRoundsOnce()
{
    QVERIFY(rc::check("divide() is the rounded quotient", [] {
        const Decimal a = *anyDecimal();
        const Decimal b = *rc::gen::suchThat(anyDecimal(), [](Decimal d) { return !d.isZero(); });
        const Rational units =
            reference::valueOf(a) / reference::valueOf(b) * Rational(reference::powerOfTen(Decimal::kDecimals));
        for (const Rounding rounding : kRoundings)
            RC_ASSERT(agrees(reference::rounded(units, rounding), [&] { return Decimal::divide(a, b, rounding); }));
    }));
}

void TestDecimalExact::divisionBySmallNumbersRoundsOnce()
{
    // Small divisors make ties likely.
    QVERIFY(rc::check("ties and thirds", [] {
        const Decimal a = Decimal::fromUnits(*rc::gen::inRange<std::int64_t>(-40, 41));
        const Decimal b = Decimal::fromInteger(*rc::gen::elementOf(std::vector<std::int64_t>{-8, -3, -2, 2, 3, 4, 8}));
        const Rational units = Rational(toInteger(a.units())) / reference::valueOf(b);
        for (const Rounding rounding : kRoundings)
            RC_ASSERT(agrees(reference::rounded(units, rounding), [&] { return Decimal::divide(a, b, rounding); }));
    }));
}

void TestDecimalExact::ofDoublesIsCorrectlyRounded()
{
    QVERIFY(rc::check("fromDouble() rounds the exact binary value once, at every place", [] {
        const double x = anyDouble();
        for (int places = 0; places <= Decimal::kDecimals; ++places) {
            const Rational scaled = reference::valueOf(x) * Rational(reference::powerOfTen(places));
            const Integer step = reference::powerOfTen(Decimal::kDecimals - places);
            for (const Rounding rounding : kRoundings) {
                const Integer expected = reference::rounded(scaled, rounding) * step;
                RC_ASSERT(agrees(expected, [&] { return Decimal::fromDouble(x, places, rounding); }));
            }
        }
    }));
}

void TestDecimalExact::toDoubleIsWithinTwoRoundings()
{
    QVERIFY(rc::check("toDouble() is off by two roundings at most", [] {
        const Decimal d = *anyDecimal();
        const Rational exact = reference::valueOf(d);
        const Rational error = abs(reference::valueOf(d.toDouble()) - exact);
        RC_ASSERT(error <= abs(exact) * kTwoRoundings);
    }));
}

void TestDecimalExact::roundedToIsCorrectlyRounded()
{
    QVERIFY(rc::check("roundedTo() is the rounded amount or overflows", [] {
        const Decimal d = *anyDecimal();
        const int places = *rc::gen::inRange(0, Decimal::kDecimals + 1);
        const Integer step = reference::powerOfTen(Decimal::kDecimals - places);
        for (const Rounding rounding : kRoundings) {
            const Integer expected = reference::rounded(Rational(toInteger(d.units()), step), rounding) * step;
            RC_ASSERT(agrees(expected, [&] { return d.roundedTo(places, rounding); }));
        }
    }));
}

void TestDecimalExact::truncatedToIsTheNextMultipleTowardZero()
{
    QVERIFY(rc::check("truncatedTo() is a multiple of the step, less than a step nearer to zero", [] {
        const Decimal d = *anyDecimal();
        const Decimal step = *rc::gen::suchThat(anyDecimal(), [](Decimal s) { return s.isPositive(); });
        const Integer cut = toInteger(d.truncatedTo(step).units());
        const Integer whole = toInteger(d.units());
        RC_ASSERT(cut % toInteger(step.units()) == 0);
        RC_ASSERT(abs(cut) <= abs(whole));
        RC_ASSERT(abs(Integer(whole - cut)) < toInteger(step.units()));
        RC_ASSERT(cut * whole >= 0);
    }));
}

void TestDecimalExact::ordersAsItsUnits()
{
    QVERIFY(rc::check("comparison is that of the units", [] {
        const Decimal a = *anyDecimal();
        const Decimal b = *anyDecimal();
        RC_ASSERT((a < b) == (toInteger(a.units()) < toInteger(b.units())));
        RC_ASSERT((a == b) == (toInteger(a.units()) == toInteger(b.units())));
    }));
}

QTEST_APPLESS_MAIN(TestDecimalExact)
#include "tst_decimal_exact.moc"
