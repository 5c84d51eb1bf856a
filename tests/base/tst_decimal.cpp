// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/decimal.h"
#include "shown.h"

#include <QtTest>

#include <limits>

using namespace carry;

Q_DECLARE_METATYPE(carry::Rounding)

namespace
{

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
const char* const kLargest = "170141183460469231731.687303715884105727";

Decimal decimal(const char* text)
{
    const auto parsed = Decimal::parse(text);
    if (!parsed)
        qFatal("not a decimal: %s", text);
    return *parsed;
}

} // namespace

class TestDecimal : public QObject
{
    Q_OBJECT

  private slots:
    void printsShortest_data();
    void printsShortest();
    void refusesMalformedText_data();
    void refusesMalformedText();
    void fromDoubleRounds_data();
    void fromDoubleRounds();
    void fromDoubleRefuses_data();
    void fromDoubleRefuses();
    void roundsToPlaces_data();
    void roundsToPlaces();
    void truncatesToStep_data();
    void truncatesToStep();
    void refusesStepsNotAboveZero();
    void multipliesAndDividesWithRounding_data();
    void multipliesAndDividesWithRounding();
    void dividingByZeroThrows();
    void arithmeticOverflowThrows();
    void limitsAreReached();
    void comparesByValue();
};

void TestDecimal::printsShortest_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("printed");
    QTest::newRow("zero") << "0"
                          << "0";
    QTest::newRow("minus zero") << "-0"
                                << "0";
    QTest::newRow("zero with decimals") << "0.000"
                                        << "0";
    QTest::newRow("whole") << "59"
                           << "59";
    QTest::newRow("zeros of a whole number stay") << "1200"
                                                  << "1200";
    QTest::newRow("negative") << "-12.5"
                              << "-12.5";
    QTest::newRow("plus sign") << "+3"
                               << "3";
    QTest::newRow("trailing zeros") << "0.5900"
                                    << "0.59";
    QTest::newRow("leading zeros") << "007.10"
                                   << "7.1";
    QTest::newRow("no digit before the point") << ".25"
                                               << "0.25";
    QTest::newRow("no digit behind the point") << "4."
                                               << "4";
    QTest::newRow("smallest") << "0.000000000000000001"
                              << "0.000000000000000001";
    QTest::newRow("smallest negative") << "-0.000000000000000001"
                                       << "-0.000000000000000001";
    QTest::newRow("largest") << kLargest << kLargest;
    QTest::newRow("largest negative") << QString("-") + kLargest << QString("-") + kLargest;
}

void TestDecimal::printsShortest()
{
    QFETCH(QString, text);
    QFETCH(QString, printed);
    const auto parsed = Decimal::parse(text.toStdString());
    QVERIFY(parsed);
    QCOMPARE(shown(parsed->toString()), printed);
    char buffer[48];
    QCOMPARE(shown({buffer, parsed->write(buffer)}), printed);
}

void TestDecimal::refusesMalformedText_data()
{
    QTest::addColumn<QString>("text");
    for (const char* text : {"",
                             "-",
                             "+",
                             ".",
                             "-.",
                             "1e5",
                             "1,5",
                             " 1",
                             "1 ",
                             "1.2.3",
                             "--1",
                             "+-1",
                             "0x10",
                             "nan",
                             "inf",
                             "1-",
                             "0.0000000000000000001",
                             "1.0000000000000000000",
                             "170141183460469231731.687303715884105728",
                             "1000000000000000000000",
                             "99999999999999999999999999999999999999999999999999"})
        QTest::newRow(text) << QString(text);
}

void TestDecimal::refusesMalformedText()
{
    QFETCH(QString, text);
    QVERIFY(!Decimal::parse(text.toStdString()));
}

void TestDecimal::fromDoubleRounds_data()
{
    QTest::addColumn<double>("x");
    QTest::addColumn<int>("places");
    QTest::addColumn<Rounding>("rounding");
    QTest::addColumn<QString>("expected");
    using enum Rounding;
    // The double nearest to 0.1 is 0.1000000000000000055511...
    QTest::newRow("binary value, not its text") << 0.1 << 18 << HalfEven << "0.100000000000000006";
    QTest::newRow("binary value, truncated") << 0.1 << 18 << TowardZero << "0.100000000000000005";
    QTest::newRow("eight places") << 0.1 << 8 << HalfEven << "0.1";
    QTest::newRow("up sees the binary rest") << 0.1 << 8 << Up << "0.10000001";
    QTest::newRow("down of a negative sees it too") << -0.1 << 8 << Down << "-0.10000001";
    QTest::newRow("tie to even, below") << 0.125 << 2 << HalfEven << "0.12";
    QTest::newRow("tie to even, above") << 0.375 << 2 << HalfEven << "0.38";
    QTest::newRow("negative tie to even") << -2.5 << 0 << HalfEven << "-2";
    QTest::newRow("negative odd tie") << -3.5 << 0 << HalfEven << "-4";
    QTest::newRow("down") << -2.5 << 0 << Down << "-3";
    QTest::newRow("up") << -2.5 << 0 << Up << "-2";
    QTest::newRow("toward zero") << -2.5 << 0 << TowardZero << "-2";
    QTest::newRow("minus zero") << -0.0 << 8 << Down << "0";
    QTest::newRow("tiny") << 1e-30 << 18 << HalfEven << "0";
    QTest::newRow("tiny up") << 1e-30 << 18 << Up << "0.000000000000000001";
    QTest::newRow("tiny up at 8 places") << 1e-30 << 8 << Up << "0.00000001";
    QTest::newRow("tiny negative up") << -1e-30 << 18 << Up << "0";
    QTest::newRow("tiny negative down") << -1e-30 << 8 << Down << "-0.00000001";
    QTest::newRow("denormal up") << std::numeric_limits<double>::denorm_min() << 18 << Up << "0.000000000000000001";
    QTest::newRow("denormal down") << -std::numeric_limits<double>::denorm_min() << 0 << Down << "-1";
    QTest::newRow("huge") << 1e20 << 18 << HalfEven << "100000000000000000000";
    QTest::newRow("huge without decimals") << -1.7e20 << 0 << Up << "-170000000000000000000";
    // 2^53 + 2 is the next double after 2^53.
    QTest::newRow("large odd mantissa") << 9007199254740994.0 << 4 << HalfEven << "9007199254740994";
}

void TestDecimal::fromDoubleRounds()
{
    QFETCH(double, x);
    QFETCH(int, places);
    QFETCH(Rounding, rounding);
    QFETCH(QString, expected);
    QCOMPARE(shown(Decimal::fromDouble(x, places, rounding).toString()), expected);
}

void TestDecimal::fromDoubleRefuses_data()
{
    QTest::addColumn<double>("x");
    QTest::newRow("nan") << kNaN;
    QTest::newRow("infinity") << kInfinity;
    QTest::newRow("minus infinity") << -kInfinity;
    QTest::newRow("just out of range") << 1.7014118346046925e20;
    QTest::newRow("just out of range, negative") << -1.7014118346046925e20;
    QTest::newRow("far out of range") << 1e300;
    QTest::newRow("largest double") << std::numeric_limits<double>::max();
}

void TestDecimal::fromDoubleRefuses()
{
    QFETCH(double, x);
    for (const int places : {0, 8, 18})
        QVERIFY_EXCEPTION_THROWN(Decimal::fromDouble(x, places), DecimalOverflow);
}

void TestDecimal::roundsToPlaces_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("places");
    QTest::addColumn<Rounding>("rounding");
    QTest::addColumn<QString>("expected");
    using enum Rounding;
    QTest::newRow("below half") << "1.2349" << 2 << HalfEven << "1.23";
    QTest::newRow("above half") << "1.2351" << 2 << HalfEven << "1.24";
    QTest::newRow("tie to even") << "1.225" << 2 << HalfEven << "1.22";
    QTest::newRow("tie from odd") << "1.235" << 2 << HalfEven << "1.24";
    QTest::newRow("negative tie") << "-1.235" << 2 << HalfEven << "-1.24";
    QTest::newRow("toward zero") << "-1.239" << 2 << TowardZero << "-1.23";
    QTest::newRow("down") << "-1.231" << 2 << Down << "-1.24";
    QTest::newRow("up") << "1.230000000000000001" << 2 << Up << "1.24";
    QTest::newRow("nothing to round") << "-1.23" << 2 << Down << "-1.23";
    QTest::newRow("all places") << "0.123456789012345678" << 18 << Up << "0.123456789012345678";
    QTest::newRow("no places") << "2.5" << 0 << HalfEven << "2";
}

void TestDecimal::roundsToPlaces()
{
    QFETCH(QString, text);
    QFETCH(int, places);
    QFETCH(Rounding, rounding);
    QFETCH(QString, expected);
    const Decimal d = decimal(text.toUtf8().constData());
    QCOMPARE(shown(d.roundedTo(places, rounding).toString()), expected);
}

void TestDecimal::truncatesToStep_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("step");
    QTest::addColumn<QString>("expected");
    QTest::newRow("lot") << "0.599999"
                         << "0.01"
                         << "0.59";
    QTest::newRow("toward zero") << "-0.599999"
                                 << "0.01"
                                 << "-0.59";
    QTest::newRow("on the step") << "0.44"
                                 << "0.01"
                                 << "0.44";
    QTest::newRow("a step that is no power of ten") << "1"
                                                    << "0.3"
                                                    << "0.9";
    QTest::newRow("below the step") << "0.009"
                                    << "0.01"
                                    << "0";
    QTest::newRow("finest step") << "-1.000000000000000001"
                                 << "0.000000000000000001"
                                 << "-1.000000000000000001";
}

void TestDecimal::truncatesToStep()
{
    QFETCH(QString, text);
    QFETCH(QString, step);
    QFETCH(QString, expected);
    const Decimal d = decimal(text.toUtf8().constData());
    QCOMPARE(shown(d.truncatedTo(decimal(step.toUtf8().constData())).toString()), expected);
}

void TestDecimal::refusesStepsNotAboveZero()
{
    QVERIFY_EXCEPTION_THROWN(decimal("1").truncatedTo(Decimal()), std::domain_error);
    QVERIFY_EXCEPTION_THROWN(decimal("1").truncatedTo(decimal("-0.1")), std::domain_error);
}

void TestDecimal::multipliesAndDividesWithRounding_data()
{
    QTest::addColumn<QString>("a");
    QTest::addColumn<QString>("b");
    QTest::addColumn<bool>("divide");
    QTest::addColumn<Rounding>("rounding");
    QTest::addColumn<QString>("expected");
    using enum Rounding;
    QTest::newRow("exact product") << "1.5"
                                   << "-2.5" << false << HalfEven << "-3.75";
    QTest::newRow("product of large and small") << "100000000000000000000"
                                                << "0.000000000000000001" << false << Down << "100";
    QTest::newRow("tie of a product") << "0.000000000000000005"
                                      << "0.1" << false << HalfEven << "0";
    QTest::newRow("odd tie of a product") << "0.000000000000000015"
                                          << "0.1" << false << HalfEven << "0.000000000000000002";
    QTest::newRow("product up") << "0.000000000000000001"
                                << "0.1" << false << Up << "0.000000000000000001";
    QTest::newRow("negative product down") << "-0.000000000000000001"
                                           << "0.1" << false << Down << "-0.000000000000000001";
    QTest::newRow("exact quotient") << "1"
                                    << "-8" << true << HalfEven << "-0.125";
    QTest::newRow("third") << "1"
                           << "3" << true << HalfEven << "0.333333333333333333";
    QTest::newRow("third up") << "1"
                              << "3" << true << Up << "0.333333333333333334";
    QTest::newRow("two thirds") << "2"
                                << "3" << true << HalfEven << "0.666666666666666667";
    QTest::newRow("two thirds truncated") << "-2"
                                          << "3" << true << TowardZero << "-0.666666666666666666";
    QTest::newRow("negative divisor down") << "2"
                                           << "-3" << true << Down << "-0.666666666666666667";
    QTest::newRow("both negative") << "-2"
                                   << "-3" << true << Down << "0.666666666666666666";
}

void TestDecimal::multipliesAndDividesWithRounding()
{
    QFETCH(QString, a);
    QFETCH(QString, b);
    QFETCH(bool, divide);
    QFETCH(Rounding, rounding);
    QFETCH(QString, expected);
    const Decimal x = decimal(a.toUtf8().constData());
    const Decimal y = decimal(b.toUtf8().constData());
    const Decimal result = divide ? Decimal::divide(x, y, rounding) : Decimal::multiply(x, y, rounding);
    QCOMPARE(shown(result.toString()), expected);
}

void TestDecimal::dividingByZeroThrows()
{
    QVERIFY_EXCEPTION_THROWN(Decimal::divide(decimal("1"), Decimal(), Rounding::Down), std::domain_error);
    QVERIFY_EXCEPTION_THROWN(Decimal::divide(Decimal(), Decimal(), Rounding::Down), std::domain_error);
}

void TestDecimal::arithmeticOverflowThrows()
{
    const Decimal largest = decimal(kLargest);
    const Decimal unit = Decimal::fromUnits(1);
    const Decimal lowest = -largest - unit;
    QVERIFY_EXCEPTION_THROWN(largest + unit, DecimalOverflow);
    QVERIFY_EXCEPTION_THROWN(lowest - unit, DecimalOverflow);
    QVERIFY_EXCEPTION_THROWN(-lowest, DecimalOverflow);
    QVERIFY_EXCEPTION_THROWN(lowest.abs(), DecimalOverflow);
    QVERIFY_EXCEPTION_THROWN(Decimal::multiply(largest, decimal("1.1"), Rounding::Down), DecimalOverflow);
    QVERIFY_EXCEPTION_THROWN(Decimal::multiply(largest, largest, Rounding::Down), DecimalOverflow);
    QVERIFY_EXCEPTION_THROWN(Decimal::divide(largest, unit, Rounding::Down), DecimalOverflow);
    // Rounding away from zero at the limit.
    QVERIFY_EXCEPTION_THROWN(largest.roundedTo(0, Rounding::Up), DecimalOverflow);
    QVERIFY_EXCEPTION_THROWN(lowest.roundedTo(0, Rounding::Down), DecimalOverflow);
    QVERIFY_EXCEPTION_THROWN(largest.roundedTo(2, Rounding::HalfEven), DecimalOverflow);
}

void TestDecimal::limitsAreReached()
{
    const Decimal largest = decimal(kLargest);
    QCOMPARE(shown(((largest - Decimal::fromUnits(1)) + Decimal::fromUnits(1)).toString()), QString(kLargest));
    QVERIFY((-largest).abs() == largest);
    QVERIFY(Decimal::multiply(largest, decimal("-1"), Rounding::HalfEven) == -largest);
    QVERIFY(Decimal::divide(largest, decimal("1"), Rounding::HalfEven) == largest);
    QCOMPARE(shown(Decimal::fromInteger(std::numeric_limits<std::int64_t>::min()).toString()),
             QString("-9223372036854775808"));
}

void TestDecimal::comparesByValue()
{
    QVERIFY(decimal("1.50") == decimal("1.5"));
    QVERIFY(decimal("-2") < decimal("-1"));
    QVERIFY(decimal("0.1") > decimal("0.099999999999999999"));
    QVERIFY(decimal("0").isZero() && !decimal("0").isNegative() && !decimal("0").isPositive());
    QVERIFY(decimal("-0.1").isNegative() && decimal("0.1").isPositive());
}

QTEST_APPLESS_MAIN(TestDecimal)
#include "tst_decimal.moc"
