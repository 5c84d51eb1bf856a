// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/number_format.h"
#include "common/run_session.h"
#include "common/theme.h"
#include "common/words.h"
#include "demo_run.h"
#include "pipeline/inspector.h"

#include <QtTest>
#include <QtWidgets>

using namespace carry;
using namespace carry::ui;

namespace
{

const BacktestResult& run()
{
    static const BacktestResult result = testing::demoRun("demo-tour");
    return result;
}

//! Rich text shows every white space as a blank.
bool shows(const Inspector& inspector, const QString& text)
{
    return inspector.text().simplified().contains(text.simplified());
}

//! The digits of a figure; the page tells its unit beside them.
QString digits(double value, const QString& unit)
{
    return figure(value, unit).split(QChar(0x2009)).first();
}

//! Clicks the first link whose target begins so; false where there is none.
bool clickLink(Inspector& inspector, const QString& target)
{
    auto* browser = inspector.findChild<QTextBrowser*>();
    for (QTextBlock block = browser->document()->begin(); block.isValid(); block = block.next())
        for (auto part = block.begin(); !part.atEnd(); ++part) {
            const QTextFragment fragment = part.fragment();
            if (!fragment.charFormat().anchorHref().startsWith(target))
                continue;
            QTextCursor cursor(browser->document());
            cursor.setPosition(fragment.position() + 1);
            browser->setTextCursor(cursor);
            browser->ensureCursorVisible();
            QTest::mouseClick(browser->viewport(), Qt::LeftButton, {}, browser->cursorRect(cursor).center());
            return true;
        }
    return false;
}

//! First step at which the strategy decided to do nothing.
std::size_t firstHold()
{
    for (std::size_t i = 0;; ++i)
        if (run().record->decision(i).action == Action::Hold)
            return run().record->decision(i).step;
}

} // namespace

class TestInspectorClicks : public QObject
{
    Q_OBJECT
  private slots:
    void initTestCase() { Theme::instance().apply(*qApp, Theme::Mode::Light); }
    void emptyState();
    void stepShowsWhyNot();
    void stepShowsFigures();
    void planShowsReasonAndConditions();
    void instructionShowsItsHistory();
    void entryShowsItsInstruction();
    void fundingShowsWhereItWasRead();
    void eventShowsItsSentence();
    void accountShowsItsLastEntries();
    void fromAStepToALedgerEntryInThreeClicks();
    void fromAMetricToItsDecision();
    void linksWorkByKeyboard();
    void followsTheCursor();
};

void TestInspectorClicks::emptyState()
{
    RunSession session;
    Inspector inspector(session);
    inspector.show();
    QVERIFY(inspector.text().contains("Nothing to inspect yet"));
}

void TestInspectorClicks::stepShowsWhyNot()
{
    RunSession session;
    session.setRecord(run().record);
    session.seek(firstHold());
    Inspector inspector(session);
    inspector.show();
    const QString text = inspector.text();
    QVERIFY(text.contains("Hold"));
    QVERIFY(text.contains("No trigger is met"));
    QVERIFY(text.contains("Why not"));
    const auto lines = conditionLines(session.view(), session.cursor());
    QVERIFY(!lines.empty());
    for (const ConditionLine& line : lines) {
        const QString unit = QString::fromStdString(line.definition.unit);
        QVERIFY2(text.contains(Words::condition(line.definition)), line.definition.id.c_str());
        QVERIFY2(shows(inspector, digits(line.definition.threshold, unit)), line.definition.id.c_str());
        if (!std::isnan(line.value)) {
            QVERIFY(shows(inspector, digits(line.value, unit)));
            QVERIFY(shows(inspector, digits(line.margin, unit)));
        }
    }
}

void TestInspectorClicks::stepShowsFigures()
{
    RunSession session;
    session.setRecord(run().record);
    session.seek(900);
    Inspector inspector(session);
    inspector.show();
    QVERIFY(inspector.text().contains(money(session.view().value(ColumnLayout::step(StepColumn::Nav)))));
    for (const PnlLine& line : pnlLines(session.view()))
        QVERIFY(inspector.text().contains(signedMoney(line.amount)));
}

void TestInspectorClicks::planShowsReasonAndConditions()
{
    RunSession session;
    session.setRecord(run().record);
    session.seek(100);
    Inspector inspector(session);
    inspector.show();
    session.select({Selection::Kind::Plan, 1});
    const QString text = inspector.text();
    QVERIFY(text.contains("Initial setup"));
    QVERIFY(text.contains("The wallet holds 100,000.00 USDT and nothing is open"));
    QVERIFY(text.contains("Completed"));
    QVERIFY(text.contains(money(run().record->plan(0).cost.total())));
    QVERIFY(text.contains(money(costOfPlan(session.view(), 1).total())));
    QVERIFY(text.contains("Conditions against their thresholds"));
}

void TestInspectorClicks::instructionShowsItsHistory()
{
    RunSession session;
    session.setRecord(run().record);
    session.seek(100);
    Inspector inspector(session);
    inspector.show();
    session.select({Selection::Kind::Instruction, 5});
    const QString text = inspector.text();
    for (const char* state : {"Submitted", "Acknowledged", "Confirmed"})
        QVERIFY(text.contains(state));
    QVERIFY(text.contains(price(session.view().status(5).price)));
    for (const EffectLine& line : effectLines(session.view(), 5))
        QVERIFY(text.contains(Words::account(run().record->chart().at(line.account))));
    QVERIFY(text.contains("Trade fee") && text.contains("Slippage"));
}

void TestInspectorClicks::entryShowsItsInstruction()
{
    RunSession session;
    session.setRecord(run().record);
    session.seek(100);
    Inspector inspector(session);
    inspector.show();
    const std::size_t entry = session.view().ledgerOfInstruction(5).back();
    session.select({Selection::Kind::Ledger, entry});
    const Posting& posting = run().record->ledger(entry).posting;
    QVERIFY(inspector.text().contains(Words::cause(posting.cause)));
    QVERIFY(inspector.text().contains(quantity(posting.amount)));
    QVERIFY(clickLink(inspector, "instruction:"));
    QCOMPARE(session.selection(), (Selection{Selection::Kind::Instruction, 5}));
}

void TestInspectorClicks::fundingShowsWhereItWasRead()
{
    RunSession session;
    session.setRecord(run().record);
    Inspector inspector(session);
    inspector.show();
    session.select({Selection::Kind::Funding, 3});
    const FundingRecord& funding = run().record->funding(3);
    QVERIFY(shows(inspector, percent(funding.rate, 5)));
    QVERIFY(inspector.text().contains(price(funding.mark)));
    QVERIFY(inspector.text().contains(
        QString("%1:%2").arg(QString::fromStdString(run().record->info().files.at(funding.file))).arg(funding.line)));
}

void TestInspectorClicks::eventShowsItsSentence()
{
    RunSession session;
    session.setRecord(run().record);
    Inspector inspector(session);
    inspector.show();
    session.select({Selection::Kind::Event, 0});
    QVERIFY(inspector.text().contains(QString::fromStdString(describeEvent(*run().record, run().record->event(0)))));
}

void TestInspectorClicks::accountShowsItsLastEntries()
{
    RunSession session;
    session.setRecord(run().record);
    session.seek(100);
    Inspector inspector(session);
    inspector.show();
    const AccountId account = run().record->chart().exchange(Venue::Binance).usdt;
    session.select({Selection::Kind::Account, account});
    QVERIFY(inspector.text().contains("Binance USDT"));
    QVERIFY(inspector.text().contains(quantity(session.view().balance(account))));
    QVERIFY(inspector.text().contains("Funding"));
}

void TestInspectorClicks::fromAStepToALedgerEntryInThreeClicks()
{
    RunSession session;
    session.setRecord(run().record);
    session.seek(run().record->plan(1).decisionStep);
    Inspector inspector(session);
    inspector.resize(420, 900);
    inspector.show();
    QVERIFY(clickLink(inspector, "plan:"));
    QCOMPARE(session.selection(), (Selection{Selection::Kind::Plan, 2}));
    session.seek(run().record->committed() - 1);
    inspector.refresh();
    QVERIFY(clickLink(inspector, "instruction:"));
    QCOMPARE(session.selection().kind, Selection::Kind::Instruction);
    QVERIFY(clickLink(inspector, "ledger:"));
    QCOMPARE(session.selection().kind, Selection::Kind::Ledger);
}

//! Exchange -> ledger entry -> instruction -> plan, and from there to the step of the decision.
void TestInspectorClicks::fromAMetricToItsDecision()
{
    RunSession session;
    session.setRecord(run().record);
    Inspector inspector(session);
    inspector.resize(420, 900);
    inspector.show();
    session.select({Selection::Kind::Exchange, 0});
    QVERIFY(clickLink(inspector, "ledger:"));
    QCOMPARE(session.selection().kind, Selection::Kind::Ledger);
    QVERIFY(clickLink(inspector, "instruction:"));
    QCOMPARE(session.selection().kind, Selection::Kind::Instruction);
    const PlanId plan = run().record->instruction(session.selection().index - 1).plan;
    QVERIFY(clickLink(inspector, "plan:"));
    QCOMPARE(session.selection(), (Selection{Selection::Kind::Plan, plan}));
    QVERIFY(clickLink(inspector, "step:"));
    QCOMPARE(session.cursor(), std::size_t{run().record->plan(plan - 1).decisionStep});
    QVERIFY(shows(inspector, Words::action(run().record->plan(plan - 1).action)));
}

void TestInspectorClicks::linksWorkByKeyboard()
{
    RunSession session;
    session.setRecord(run().record);
    session.seek(100);
    Inspector inspector(session);
    inspector.resize(420, 900);
    inspector.show();
    inspector.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&inspector));
    session.select({Selection::Kind::Ledger, session.view().ledgerOfInstruction(5).back()});
    auto* browser = inspector.findChild<QTextBrowser*>();
    browser->setFocus();
    for (int i = 0; i < 6 && session.selection().kind != Selection::Kind::Instruction; ++i) {
        QTest::keyClick(browser, Qt::Key_Tab);
        if (browser->textCursor().charFormat().anchorHref().startsWith("instruction:"))
            QTest::keyClick(browser, Qt::Key_Return);
    }
    QCOMPARE(session.selection(), (Selection{Selection::Kind::Instruction, 5}));
}

void TestInspectorClicks::followsTheCursor()
{
    RunSession session;
    session.setRecord(run().record);
    session.seek(100);
    Inspector inspector(session);
    inspector.show();
    session.seek(200);
    QTRY_VERIFY(inspector.text().contains(dateTimeSeconds(run().record->time(200))));
    session.seek(300);
    session.seek(400);
    QTRY_VERIFY(inspector.text().contains(dateTimeSeconds(run().record->time(400))));
}

QTEST_MAIN(TestInspectorClicks)
#include "tst_inspector_clicks.moc"
