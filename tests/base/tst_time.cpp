// SPDX-License-Identifier: GPL-3.0-or-later
#include "shown.h"

#include "base/time.h" // moc 6.4 cannot read <chrono> as the first header

#include <rapidcheck.h>

#include <QtTest>

using namespace carry;

namespace
{

constexpr std::int64_t kMay1 = 1'714'521'600'000; // 2024-05-01T00:00:00Z
constexpr std::int64_t kHourMs = 3'600'000;
// Four-digit years, which is all that the texts can name.
constexpr std::int64_t kYear0 = -62'167'219'200'000;
constexpr std::int64_t kYear10000 = 253'402'300'800'000;

} // namespace

class TestTime : public QObject
{
    Q_OBJECT

  private slots:
    void readsStamps_data();
    void readsStamps();
    void refusesStamps_data();
    void refusesStamps();
    void strictReaderRefusesMalformedTails();
    void formats_data();
    void formats();
    void formattedTimeIsReadBack();
};

void TestTime::readsStamps_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<qint64>("ms");
    QTest::addColumn<bool>("malformed");
    QTest::newRow("date") << "2024-05-01" << qint64{kMay1} << false;
    QTest::newRow("minutes") << "2024-05-01T08:00" << qint64{kMay1 + 8 * kHourMs} << false;
    QTest::newRow("seconds") << "2024-05-01T08:00:59" << qint64{kMay1 + 8 * kHourMs + 59'000} << false;
    QTest::newRow("Z") << "2024-05-01T08:00:00Z" << qint64{kMay1 + 8 * kHourMs} << false;
    QTest::newRow("offset zero") << "2024-05-01T08:00:00+00:00" << qint64{kMay1 + 8 * kHourMs} << false;
    QTest::newRow("offset and Z") << "2024-05-01T08:00:00+00:00Z" << qint64{kMay1 + 8 * kHourMs} << true;
    QTest::newRow("blank between") << "2024-05-01 08:00:00" << qint64{kMay1 + 8 * kHourMs} << false;
    QTest::newRow("blank and offset") << "2024-05-01 08:00:00+00:00" << qint64{kMay1 + 8 * kHourMs} << false;
    QTest::newRow("milliseconds") << "2024-05-01T08:00:00.001Z" << qint64{kMay1 + 8 * kHourMs + 1} << false;
    QTest::newRow("microseconds") << "2024-05-01T08:00:00.001000" << qint64{kMay1 + 8 * kHourMs + 1} << false;
    QTest::newRow("digits below a millisecond drop") << "2024-05-01T00:00:00.0019999" << qint64{kMay1 + 1} << false;
    QTest::newRow("tenths") << "2024-05-01T00:00:00.5" << qint64{kMay1 + 500} << false;
    QTest::newRow("fraction and malformed tail") << "2024-05-01T00:00:00.012000+00:00Z" << qint64{kMay1 + 12} << true;
    QTest::newRow("last second of a day") << "2024-05-01T23:59:59.999Z" << qint64{kMay1 + 86'399'999} << false;
    QTest::newRow("leap day") << "2024-02-29" << qint64{1'709'164'800'000} << false;
    QTest::newRow("leap day of a century") << "2000-02-29" << qint64{951'782'400'000} << false;
    QTest::newRow("epoch") << "1970-01-01T00:00:00Z" << qint64{0} << false;
    QTest::newRow("before the epoch") << "1969-12-31T23:59:59.999Z" << qint64{-1} << false;
}

void TestTime::readsStamps()
{
    QFETCH(QString, text);
    QFETCH(qint64, ms);
    QFETCH(bool, malformed);
    const auto parsed = parseTimestamp(text.toStdString());
    QVERIFY(parsed);
    QCOMPARE(qint64{toMs(parsed->time)}, ms);
    QCOMPARE(parsed->malformed, malformed);
}

void TestTime::refusesStamps_data()
{
    QTest::addColumn<QString>("text");
    for (const char* text : {"",
                             "2024",
                             "2024-05",
                             "2024-5-1",
                             "24-05-01",
                             "2024/05/01",
                             "20240501",
                             "2024-00-01",
                             "2024-13-01",
                             "2024-05-00",
                             "2024-05-32",
                             "2024-04-31",
                             "2023-02-29",
                             "1900-02-29",
                             "2024-05-01T",
                             "2024-05-01 ",
                             "2024-05-01T8:00",
                             "2024-05-01T08",
                             "2024-05-01T08:",
                             "2024-05-01T24:00",
                             "2024-05-01T08:60",
                             "2024-05-01T08:00:60",
                             "2024-05-01T08:00:",
                             "2024-05-01T08:00:00.",
                             "2024-05-01T08:00:00.Z",
                             "2024-05-01T08:00:00+01:00",
                             "2024-05-01T08:00:00-00:00",
                             "2024-05-01T08:00:00+0000",
                             "2024-05-01T08:00:00+00:00ZZ",
                             "2024-05-01T08:00:00ZZ",
                             "2024-05-01T08:00:00z",
                             "2024-05-01t08:00:00Z",
                             " 2024-05-01",
                             "2024-05-01T08:00:00Z ",
                             "-2024-05-01",
                             "2024-05-01T-8:00",
                             "1714521600000",
                             "NaT"})
        QTest::newRow(text) << QString(text);
}

void TestTime::refusesStamps()
{
    QFETCH(QString, text);
    QVERIFY(!parseTimestamp(text.toStdString()));
    QVERIFY(!parseIsoTime(text.toStdString()));
}

void TestTime::strictReaderRefusesMalformedTails()
{
    QVERIFY(parseTimestamp("2024-05-01T08:00:00+00:00Z"));
    QVERIFY(!parseIsoTime("2024-05-01T08:00:00+00:00Z"));
    QVERIFY(parseIsoTime("2024-05-01T08:00:00+00:00") == fromMs(kMay1 + 8 * kHourMs));
}

void TestTime::formats_data()
{
    QTest::addColumn<qint64>("ms");
    QTest::addColumn<QString>("expected");
    QTest::newRow("midnight") << qint64{kMay1} << "2024-05-01T00:00:00Z";
    QTest::newRow("hour") << qint64{kMay1 + 8 * kHourMs} << "2024-05-01T08:00:00Z";
    QTest::newRow("millisecond") << qint64{kMay1 + 1} << "2024-05-01T00:00:00.001Z";
    QTest::newRow("end of a day") << qint64{kMay1 - 1} << "2024-04-30T23:59:59.999Z";
    QTest::newRow("epoch") << qint64{0} << "1970-01-01T00:00:00Z";
    QTest::newRow("before the epoch") << qint64{-1} << "1969-12-31T23:59:59.999Z";
}

void TestTime::formats()
{
    QFETCH(qint64, ms);
    QFETCH(QString, expected);
    QCOMPARE(shown(formatIso(fromMs(ms))), expected);
}

void TestTime::formattedTimeIsReadBack()
{
    QVERIFY(rc::check("parseIsoTime(formatIso(t)) is t", [] {
        const Time t = fromMs(*rc::gen::inRange(kYear0, kYear10000));
        const auto parsed = parseIsoTime(formatIso(t));
        RC_ASSERT(parsed.has_value());
        RC_ASSERT(toMs(*parsed) == toMs(t));
    }));
}

QTEST_APPLESS_MAIN(TestTime)
#include "tst_time.moc"
