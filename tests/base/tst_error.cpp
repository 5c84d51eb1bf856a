// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"
#include "shown.h"

#include <QRegularExpression>
#include <QtTest>

#include <map>
#include <set>

using namespace carry;

namespace
{

//! The keys in braces; nothing where braces do not balance, nest or hold no plain key.
std::optional<std::vector<std::string>> placeHolders(std::string_view sentence)
{
    std::vector<std::string> keys;
    std::optional<std::size_t> open;
    for (std::size_t i = 0; i < sentence.size(); ++i) {
        if (sentence[i] == '{') {
            if (open)
                return std::nullopt;
            open = i;
        } else if (sentence[i] == '}') {
            if (!open || i == *open + 1)
                return std::nullopt;
            keys.emplace_back(sentence.substr(*open + 1, i - *open - 1));
            open.reset();
        } else if (open && (sentence[i] < 'a' || sentence[i] > 'z')) {
            return std::nullopt;
        }
    }
    return open ? std::nullopt : std::optional(keys);
}

} // namespace

class TestError : public QObject
{
    Q_OBJECT

  private slots:
    void catalogue_data();
    void catalogue();
    void codesAreUnique();
    void codesCountUpInEachFamily();
    void messageFillsEveryPlaceHolder_data() { catalogue_data(); }
    void messageFillsEveryPlaceHolder();
    void messageAppendsWhatTheSentenceDoesNotName();
    void messageLeavesMissingValuesEmpty();
    void messageDoesNotReadValuesAgain();
    void describeIsOneLine();
    void contextKeepsOrderAndNumbers();
    void componentIsTheFamily();
};

void TestError::catalogue_data()
{
    QTest::addColumn<int>("index");
    for (std::size_t i = 0; i < errorCatalog().size(); ++i)
        QTest::newRow(std::string(errorCatalog()[i].text).c_str()) << static_cast<int>(i);
}

void TestError::catalogue()
{
    QFETCH(int, index);
    const ErrorInfo& info = errorCatalog()[static_cast<std::size_t>(index)];
    QCOMPARE(static_cast<int>(info.code), index);
    QCOMPARE(&errorInfo(info.code), &info);
    const QRegularExpression code("^(DATA|CONF|STRAT|CEX|XFER|CHAIN|STORE|ENGINE|GATE|SESSION)-\\d{3}$");
    QVERIFY(code.match(shown(info.text)).hasMatch());
    QVERIFY(!info.sentence.empty());
    QVERIFY(placeHolders(info.sentence).has_value());
    QVERIFY2(!info.sentence.ends_with('.'), "describe() adds the full stop");
    QVERIFY2(info.remedy.size() > 1 && info.remedy.ends_with('.'), "a remedy is a sentence");
    QVERIFY(info.remedy.find_first_of("{}") == std::string_view::npos);
}

void TestError::codesAreUnique()
{
    QCOMPARE(errorCatalog().size(), static_cast<std::size_t>(ErrorCode::Count_));
    std::set<std::string_view> texts;
    for (const ErrorInfo& info : errorCatalog())
        QVERIFY2(texts.insert(info.text).second, std::string(info.text).c_str());
}

void TestError::codesCountUpInEachFamily()
{
    std::map<QString, int> last;
    QString family;
    for (const ErrorInfo& info : errorCatalog()) {
        const QStringList parts = shown(info.text).split('-');
        if (parts[0] != family)
            QVERIFY2(!last.contains(parts[0]), "a family stands together");
        family = parts[0];
        QCOMPARE(parts[1].toInt(), last[family] + 1);
        ++last[family];
    }
}

void TestError::messageFillsEveryPlaceHolder()
{
    QFETCH(int, index);
    const ErrorInfo& info = errorCatalog()[static_cast<std::size_t>(index)];
    Error error(info.code);
    QString expected = shown(info.sentence);
    const auto keys = placeHolders(info.sentence);
    QVERIFY(keys);
    for (const std::string& key : *keys) {
        if (error.value(key).empty())
            error.with(key, "<" + key + ">");
        expected.replace(shown("{" + key + "}"), shown("<" + key + ">"));
    }
    QCOMPARE(shown(error.message()), expected);
}

void TestError::messageAppendsWhatTheSentenceDoesNotName()
{
    const auto error = Error(ErrorCode::DataEmpty).with("file", "a.csv").with("line", 7).with("venue", "okx");
    QCOMPARE(shown(error.message()), QString("a.csv is empty or has no rows (line 7, venue okx)"));
}

void TestError::messageLeavesMissingValuesEmpty()
{
    QCOMPARE(shown(Error(ErrorCode::ConfUnknownKey).with("key", "x").message()), QString("Unknown key 'x'"));
}

void TestError::messageDoesNotReadValuesAgain()
{
    const auto error = Error(ErrorCode::ConfFile).with("file", "{found}").with("found", "why");
    QCOMPARE(shown(error.message()), QString("Cannot read {found}: why"));
}

void TestError::describeIsOneLine()
{
    const auto error =
        Error(ErrorCode::DataNumber).with("file", "a.csv").with("line", 3).with("column", "open").with("found", "abc");
    QCOMPARE(shown(describe(error)),
             QString("DATA-006 a.csv:3: column open holds 'abc', not a finite number. Repair or remove the row."));
    const auto question = Error(ErrorCode::ConfUnknownKey).with("key", "a").with("hint", "; did you mean 'b'?");
    QVERIFY(shown(describe(question)).startsWith("CONF-001 Unknown key 'a'; did you mean 'b'? "));
}

void TestError::contextKeepsOrderAndNumbers()
{
    const auto error = Error(ErrorCode::DataColumns).with("line", std::int64_t{-1}).with("found", "2");
    QCOMPARE(error.context().size(), std::size_t{2});
    QCOMPARE(shown(error.context()[0].first), QString("line"));
    QCOMPARE(shown(error.value("line")), QString("-1"));
    QCOMPARE(shown(error.value("found")), QString("2"));
    QVERIFY(error.value("absent").empty());
}

void TestError::componentIsTheFamily()
{
    QCOMPARE(shown(Error(ErrorCode::DataEmpty).component()), QString("DATA"));
    QCOMPARE(shown(Error(ErrorCode::StratUnknown).component()), QString("STRAT"));
    QCOMPARE(shown(Error(ErrorCode::EngineOutput).component()), QString("ENGINE"));
}

QTEST_APPLESS_MAIN(TestError)
#include "tst_error.moc"
