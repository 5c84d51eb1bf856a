// SPDX-License-Identifier: GPL-3.0-or-later
// Names of actions and tests, and reasons put into words.
#include "strategy/decision.h"

#include "support/venue_book.h"

#include <set>

using namespace carry;
using namespace carry::test;

class TestDecision : public QObject
{
    Q_OBJECT

  private slots:
    void actionNames();
    void everyReasonHasItsOwnText();
    void placeholdersHaveNumbers();
    void reasonInNumbers();
    void conditionTests();
};

constexpr int kReasons = static_cast<int>(Reason::IdleFunds) + 1;

void TestDecision::actionNames()
{
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < kActionCount; ++i)
        names.insert(toText(static_cast<Action>(i)));
    QVERIFY((names == std::set<std::string_view>{"HOLD", "INITIAL_SETUP", "REBALANCE", "DEPOSIT", "WITHDRAWAL",
                                                 "REDUCE", "EXIT"}));
    QCOMPARE(shown(toText(Action::InitialSetup)), QString("INITIAL_SETUP"));
}

void TestDecision::everyReasonHasItsOwnText()
{
    std::set<std::string_view> texts;
    for (int i = 0; i < kReasons; ++i) {
        QVERIFY(!reasonTemplate(static_cast<Reason>(i)).empty());
        texts.insert(reasonTemplate(static_cast<Reason>(i)));
    }
    QCOMPARE(int(texts.size()), kReasons);
}

void TestDecision::placeholdersHaveNumbers()
{
    for (int i = 0; i < kReasons; ++i) {
        const auto text = reasonTemplate(static_cast<Reason>(i));
        for (std::size_t p = text.find('{'); p != std::string_view::npos; p = text.find('{', p + 1)) {
            const std::size_t end = text.find('}', p);
            QVERIFY(end == p + 2 || (end == p + 3 && (text[p + 2] == '%' || text[p + 2] == '#')));
            QVERIFY(text[p + 1] >= '0' && std::size_t(text[p + 1] - '0') < ReasonNumbers{}.size());
        }
        QVERIFY(reasonText(static_cast<Reason>(i), {1, 2, 3, 4}).find('{') == std::string::npos);
    }
}

void TestDecision::reasonInNumbers()
{
    QCOMPARE(shown(reasonText(Reason::MarginBelowWarn, {0.125, 0.2, 24576, 0.5})),
             QString("Margin ratio 12.50 % is below 20.00 %; 24,576.00 USDT bring it back to 50.00 %"));
    QCOMPARE(shown(reasonText(Reason::DeltaDrift, {0.0123456789, 0.005})),
             QString("Net delta is 1.23 % of gross, tolerance 0.50 %"));
    QCOMPARE(shown(reasonText(Reason::CostExceedsBenefit, {-1234567.891, 999.996, 0, 0})),
             QString("It would cost -1,234,567.89 USDT and protect 1,000.00 USDT"));
    QCOMPARE(shown(reasonText(Reason::NothingToDo, {})), QString("No trigger is met"));
}

void TestDecision::conditionTests()
{
    QCOMPARE(shown(toText(ConditionDefinition::Test::Above)), QString("above"));
    QCOMPARE(shown(toText(ConditionDefinition::Test::Below)), QString("below"));
    QCOMPARE(shown(toText(ConditionDefinition::Test::AtLeast)), QString("at_least"));
}

QTEST_APPLESS_MAIN(TestDecision)
#include "tst_decision.moc"
