// SPDX-License-Identifier: GPL-3.0-or-later
#include "demo_run.h"
#include "pipeline/inspector.h"
#include "pipeline/inspector_text.h"

#include <QTextBrowser>
#include <QtTest>

using namespace carry;
using namespace carry::ui;

class TestInspector : public QObject
{
    Q_OBJECT
  private slots:
    void initTestCase()
    {
        QLocale::setDefault(QLocale::c());
        m_run = testing::demoRun("demo-tour");
    }
    void saysWhatToDoWithoutARun();
    void explainsAHold();
    void planShowsReasonAndCosts();
    void fromStepToLedgerInThreeLinks();
    void instructionIsAsItWasAtTheCursor();
    void everySelectionHasAText();
    void linksThatAreNone();

  private:
    QString firstLink(const QString& html, const QString& kind) const;
    BacktestResult m_run;
};

QString TestInspector::firstLink(const QString& html, const QString& kind) const
{
    const QRegularExpression link("href='(" + kind + ":\\d+)'");
    return link.match(html).captured(1);
}

void TestInspector::saysWhatToDoWithoutARun()
{
    RunSession session;
    Inspector inspector(session);
    inspector.show();
    QVERIFY(inspector.text().contains("Run a preset"));
}

void TestInspector::explainsAHold()
{
    RunSession session;
    Inspector inspector(session);
    inspector.show();
    session.setRecord(m_run.record);
    session.seek(500);
    inspector.refresh();
    const QString text = inspector.text();
    QVERIFY2(text.contains("Why not"), qPrintable(text));
    QVERIFY(text.contains("Net delta of gross"));
    const auto definitions = m_run.record->info().conditions;
    QVERIFY(text.count("met") >= int(definitions.size()) / 2);
}

void TestInspector::planShowsReasonAndCosts()
{
    RunSession session;
    session.setRecord(m_run.record);
    const PlanRecord& plan = m_run.record->plan(0);
    const QString html = inspectorText(session.view(), {Selection::Kind::Plan, plan.id});
    QVERIFY(html.contains("The wallet holds 100,000.00 USDT"));
    QVERIFY(html.contains("Completed"));
    for (std::uint32_t i = 1; i <= plan.instructions; ++i)
        QVERIFY(html.contains(QString("href='instruction:%1'").arg(i)));
}

void TestInspector::fromStepToLedgerInThreeLinks()
{
    RunSession session;
    session.setRecord(m_run.record);
    session.seek(m_run.record->plan(0).decisionStep);
    const QString plan = firstLink(inspectorText(session.view(), {}), "plan");
    QVERIFY(!plan.isEmpty());
    session.seek(m_run.record->committed() - 1);
    const QString instruction = firstLink(inspectorText(session.view(), selectionOf(plan)), "instruction");
    QVERIFY(!instruction.isEmpty());
    const QString ledger = firstLink(inspectorText(session.view(), selectionOf(instruction)), "ledger");
    QVERIFY(!ledger.isEmpty());
    const Selection entry = selectionOf(ledger);
    QCOMPARE(entry.kind, Selection::Kind::Ledger);
    QCOMPARE(std::size_t{m_run.record->ledger(entry.index).posting.instruction}, selectionOf(instruction).index);
}

void TestInspector::instructionIsAsItWasAtTheCursor()
{
    RunSession session;
    session.setRecord(m_run.record);
    // The last instruction of the first plan: not sent yet when the plan was made.
    const auto last = m_run.record->plan(0).instructions;
    session.seek(m_run.record->plan(0).decisionStep);
    const QString before = inspectorText(session.view(), {Selection::Kind::Instruction, last});
    session.seek(m_run.record->committed() - 1);
    const QString after = inspectorText(session.view(), {Selection::Kind::Instruction, last});
    QVERIFY(!before.contains("Confirmed"));
    QVERIFY(after.contains("Confirmed"));
}

void TestInspector::everySelectionHasAText()
{
    RunSession session;
    session.setRecord(m_run.record);
    using Kind = Selection::Kind;
    const StepEnds& ends = m_run.record->ends(m_run.record->committed() - 1);
    for (std::size_t i = 0; i < ends.ledger; i += 211)
        QVERIFY(inspectorText(session.view(), {Kind::Ledger, i}).contains("Amount"));
    for (std::size_t i = 0; i < ends.funding; i += 211)
        QVERIFY(inspectorText(session.view(), {Kind::Funding, i}).contains("Rate"));
    for (std::size_t i = 0; i < ends.events; ++i)
        QVERIFY(inspectorText(session.view(), {Kind::Event, i}).contains("Decision at that step"));
    for (std::size_t i = 0; i < m_run.record->chart().size(); ++i)
        QVERIFY(inspectorText(session.view(), {Kind::Account, i}).contains("Balance"));
    for (std::size_t i = 0; i < kExchangeCount; ++i)
        QVERIFY(inspectorText(session.view(), {Kind::Exchange, i}).contains("Margin ratio"));
}

void TestInspector::linksThatAreNone()
{
    QCOMPARE(selectionOf("https://example.org"), Selection{});
    QCOMPARE(selectionOf(""), Selection{});
    QCOMPARE(selectionOf("plan:3"), (Selection{Selection::Kind::Plan, 3}));
}

QTEST_MAIN(TestInspector)
#include "tst_inspector.moc"
