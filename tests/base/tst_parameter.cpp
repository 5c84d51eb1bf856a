// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/parameter.h"
#include "shown.h"

#include <QtTest>

#include <limits>

using namespace carry;

namespace
{

ParameterSchema makeSchema()
{
    ParameterSchema schema;
    schema.number("margin.debit_apr", 0.08, 0, 1, "per year", "Rate on a debit")
        .number("risk.funding.critical", -0.05, -10, 10, "per year", "Level")
        .integer("leverage.max_iterations", 23, 1, 100, "", "Number of borrows")
        .boolean("risk.actions", true, "Act on levels")
        .choice("data.missing_bars", "peer", {"carry", "peer"}, "What fills a hole")
        .text("name", "", "Free text")
        .time("entry.not_before", "", "No entry before it");
    return schema;
}

const ParameterSchema& schema()
{
    static const ParameterSchema made = makeSchema();
    return made;
}

QString codeOf(const Result<void>& result)
{
    return result ? QString("accepted") : shown(result.error().codeText());
}

} // namespace

class TestParameter : public QObject
{
    Q_OBJECT

  private slots:
    void startsWithTheDefaults();
    void keepsTheOrderOfDeclaration();
    void refusesADoubleDeclaration();
    void readingAnUndeclaredKeyThrows();
    void setText_data();
    void setText();
    void setTyped_data();
    void setTyped();
    void refusalChangesNothing();
    void namesWhatIsWrong();
    void hintsAtTheClosestKey_data();
    void hintsAtTheClosestKey();
    void hasNoHintForAVeryLongKey();
    void timesAreRead();
    void resolvedListsEveryKey();
    void resolvedTextIsReadBack();
};

void TestParameter::startsWithTheDefaults()
{
    const ParameterValues values(schema());
    QCOMPARE(values.number("margin.debit_apr"), 0.08);
    QCOMPARE(values.integer("leverage.max_iterations"), std::int64_t{23});
    QCOMPARE(values.boolean("risk.actions"), true);
    QCOMPARE(shown(values.text("data.missing_bars")), QString("peer"));
    QVERIFY(values.text("name").empty());
    QVERIFY(!values.time("entry.not_before"));
}

void TestParameter::keepsTheOrderOfDeclaration()
{
    const auto& parameters = schema().parameters();
    QCOMPARE(parameters.size(), std::size_t{7});
    QCOMPARE(shown(parameters.front().key), QString("margin.debit_apr"));
    QCOMPARE(shown(parameters.back().key), QString("entry.not_before"));
    QCOMPARE(schema().find("name"), &parameters[5]);
    QVERIFY(schema().find("nam") == nullptr);
}

void TestParameter::refusesADoubleDeclaration()
{
    auto twice = makeSchema();
    QVERIFY_EXCEPTION_THROWN(twice.text("name", "", "again"), std::logic_error);
}

void TestParameter::readingAnUndeclaredKeyThrows()
{
    const ParameterValues values(schema());
    QVERIFY_EXCEPTION_THROWN(values.number("margin.debit"), std::logic_error);
}

void TestParameter::setText_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("result"); // code of the refusal, or the stored value
    const auto row = [](const char* key, const char* text, const char* result) {
        QTest::newRow((std::string(key) + "=" + text).c_str()) << QString(key) << QString(text) << QString(result);
    };
    row("margin.debit_apr", "0.5", "0.5");
    row("margin.debit_apr", "1", "1");
    row("margin.debit_apr", "0", "0");
    row("margin.debit_apr", "1e-3", "0.001");
    row("margin.debit_apr", "1.0000001", "CONF-003");
    row("margin.debit_apr", "-0.1", "CONF-003");
    row("margin.debit_apr", "nan", "CONF-002");
    row("margin.debit_apr", "-nan", "CONF-002");
    row("margin.debit_apr", "inf", "CONF-002");
    row("margin.debit_apr", "-infinity", "CONF-002");
    row("margin.debit_apr", "1e400", "CONF-002");
    row("margin.debit_apr", "", "CONF-002");
    row("margin.debit_apr", "0.5 ", "CONF-002");
    row("margin.debit_apr", " 0.5", "CONF-002");
    row("margin.debit_apr", "0,5", "CONF-002");
    row("margin.debit_apr", "5%", "CONF-002");
    row("margin.debit_apr", "true", "CONF-002");
    row("risk.funding.critical", "-0.25", "-0.25");
    row("leverage.max_iterations", "5", "5");
    row("leverage.max_iterations", "1", "1");
    row("leverage.max_iterations", "100", "100");
    row("leverage.max_iterations", "0", "CONF-003");
    row("leverage.max_iterations", "101", "CONF-003");
    row("leverage.max_iterations", "5.0", "CONF-002");
    row("leverage.max_iterations", "5e0", "CONF-002");
    row("leverage.max_iterations", "99999999999999999999", "CONF-002");
    row("leverage.max_iterations", "", "CONF-002");
    row("risk.actions", "false", "false");
    row("risk.actions", "true", "true");
    row("risk.actions", "1", "CONF-002");
    row("risk.actions", "False", "CONF-002");
    row("risk.actions", "", "CONF-002");
    row("data.missing_bars", "carry", "carry");
    row("data.missing_bars", "Carry", "CONF-002");
    row("data.missing_bars", "", "CONF-002");
    row("name", "any text, at all", "any text, at all");
    row("name", "", "");
    row("entry.not_before", "2024-06-01T00:00:00Z", "2024-06-01T00:00:00Z");
    row("entry.not_before", "2024-06-01", "2024-06-01");
    row("entry.not_before", "", "");
    row("entry.not_before", "2024-06-01T00:00:00+00:00Z", "CONF-002");
    row("entry.not_before", "2024-02-30", "CONF-002");
    row("entry.not_before", "tomorrow", "CONF-002");
    row("margin.debit", "0.5", "CONF-001");
    row("", "0.5", "CONF-001");
    row("Name", "x", "CONF-001");
}

void TestParameter::setText()
{
    QFETCH(QString, key);
    QFETCH(QString, text);
    QFETCH(QString, result);
    ParameterValues values(schema());
    const auto outcome = values.setText(key.toStdString(), text.toStdString());
    if (outcome)
        QCOMPARE(shown(values.resolved().at(key.toStdString())), result);
    else
        QCOMPARE(codeOf(outcome), result);
}

void TestParameter::setTyped_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<int>("kind"); // alternative of ParameterValue
    QTest::addColumn<QString>("result");
    constexpr int kDouble = 0, kInteger = 1, kBoolean = 2, kString = 3;
    QTest::newRow("number from double") << "margin.debit_apr" << kDouble << "accepted";
    QTest::newRow("number from integer") << "margin.debit_apr" << kInteger << "accepted";
    QTest::newRow("number from boolean") << "margin.debit_apr" << kBoolean << "CONF-002";
    QTest::newRow("number from text") << "margin.debit_apr" << kString << "CONF-002";
    QTest::newRow("integer from double") << "leverage.max_iterations" << kDouble << "CONF-002";
    QTest::newRow("integer from integer") << "leverage.max_iterations" << kInteger << "accepted";
    QTest::newRow("boolean from integer") << "risk.actions" << kInteger << "CONF-002";
    QTest::newRow("boolean from boolean") << "risk.actions" << kBoolean << "accepted";
    QTest::newRow("boolean from text") << "risk.actions" << kString << "CONF-002";
    QTest::newRow("choice from text") << "data.missing_bars" << kString << "accepted";
    QTest::newRow("choice from boolean") << "data.missing_bars" << kBoolean << "CONF-002";
    QTest::newRow("text from text") << "name" << kString << "accepted";
    QTest::newRow("text from integer") << "name" << kInteger << "CONF-002";
    QTest::newRow("time from integer") << "entry.not_before" << kInteger << "CONF-002";
    QTest::newRow("unknown") << "nowhere" << kDouble << "CONF-001";
}

void TestParameter::setTyped()
{
    QFETCH(QString, key);
    QFETCH(int, kind);
    QFETCH(QString, result);
    const std::array<ParameterValue, 4> samples{1.0, std::int64_t{1}, true, std::string("carry")};
    ParameterValues values(schema());
    QCOMPARE(codeOf(values.set(key.toStdString(), samples[static_cast<std::size_t>(kind)])), result);
    const double nan = std::numeric_limits<double>::quiet_NaN();
    QCOMPARE(codeOf(values.set("margin.debit_apr", nan)), QString("CONF-002"));
}

void TestParameter::refusalChangesNothing()
{
    ParameterValues values(schema());
    QVERIFY(values.setText("margin.debit_apr", "0.3"));
    QVERIFY(!values.setText("margin.debit_apr", "7"));
    QVERIFY(!values.setText("margin.debit_apr", "x"));
    QCOMPARE(values.number("margin.debit_apr"), 0.3);
}

void TestParameter::namesWhatIsWrong()
{
    ParameterValues values(schema());
    const auto range = values.setText("leverage.max_iterations", "200");
    QCOMPARE(shown(range.error().message()),
             QString::fromUtf8("Key 'leverage.max_iterations' is 200; it must lie in 1 … 100"));
    const auto choice = values.setText("data.missing_bars", "none");
    QCOMPARE(shown(choice.error().message()),
             QString("Key 'data.missing_bars' cannot be 'none'; it takes carry | peer"));
    const auto type = values.setText("risk.actions", "yes");
    QCOMPARE(shown(type.error().message()), QString("Key 'risk.actions' cannot be 'yes'; it takes true or false"));
}

//! Comparing it with every key letter by letter would take minutes.
void TestParameter::hasNoHintForAVeryLongKey()
{
    ParameterValues values(schema());
    const auto refused = values.setText(std::string(20'000'000, 'a'), "1");
    QVERIFY(!refused);
    QVERIFY(refused.error().value("hint").empty());
}

void TestParameter::hintsAtTheClosestKey_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("hint");
    QTest::newRow("letter missing") << "margin.debit_ap"
                                    << "; did you mean 'margin.debit_apr'?";
    QTest::newRow("letter wrong") << "risk.actiona"
                                  << "; did you mean 'risk.actions'?";
    QTest::newRow("letter too many") << "data.missing_barss"
                                     << "; did you mean 'data.missing_bars'?";
    QTest::newRow("nothing like it") << "zzzzzzzz"
                                     << "";
    QTest::newRow("empty") << ""
                           << "";
}

void TestParameter::hintsAtTheClosestKey()
{
    QFETCH(QString, key);
    QFETCH(QString, hint);
    ParameterValues values(schema());
    const auto refused = values.setText(key.toStdString(), "1");
    QVERIFY(!refused);
    QCOMPARE(shown(refused.error().value("hint")), hint);
    QCOMPARE(shown(refused.error().message()), "Unknown key '" + key + "'" + hint);
}

void TestParameter::timesAreRead()
{
    ParameterValues values(schema());
    QVERIFY(values.setText("entry.not_before", "2024-06-01T08:00:00Z"));
    QVERIFY(values.time("entry.not_before") == parseIsoTime("2024-06-01T08:00:00Z"));
    QVERIFY(values.setText("entry.not_before", ""));
    QVERIFY(!values.time("entry.not_before"));
}

void TestParameter::resolvedListsEveryKey()
{
    const auto resolved = ParameterValues(schema()).resolved();
    QCOMPARE(resolved.size(), schema().parameters().size());
    QCOMPARE(shown(resolved.at("margin.debit_apr")), QString("0.08"));
    QCOMPARE(shown(resolved.at("leverage.max_iterations")), QString("23"));
    QCOMPARE(shown(resolved.at("risk.actions")), QString("true"));
}

void TestParameter::resolvedTextIsReadBack()
{
    ParameterValues values(schema());
    QVERIFY(values.set("margin.debit_apr", 0.1 + 0.2)); // 0.30000000000000004
    QVERIFY(values.set("risk.actions", false));
    QVERIFY(values.set("data.missing_bars", std::string("carry")));
    ParameterValues copy(schema());
    for (const auto& [key, text] : values.resolved())
        QVERIFY2(copy.setText(key, text), key.c_str());
    QVERIFY(copy.resolved() == values.resolved());
    QVERIFY(copy.number("margin.debit_apr") == 0.1 + 0.2);
}

QTEST_APPLESS_MAIN(TestParameter)
#include "tst_parameter.moc"
