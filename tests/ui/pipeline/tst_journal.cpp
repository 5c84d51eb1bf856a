// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/item_views.h"
#include "common/run_session.h"
#include "common/theme.h"
#include "demo_run.h"
#include "pipeline/journal.h"
#include "pipeline/journal_model.h"

#include <QAbstractItemModelTester>
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

void walkAll(JournalModel& model)
{
    while (!model.update()) {
    }
}

QString textAt(const JournalModel& model, int row, int column)
{
    return model.index(row, column).data().toString();
}

//! How many entries there are up to a step, without decisions to do nothing.
int entriesUpTo(std::size_t step)
{
    const StepEnds& ends = run().record->ends(step);
    return static_cast<int>(ends.funding + ends.events + ends.plans);
}

//! `steps` steps, with a decision to hold at each and an event at every hundredth.
std::shared_ptr<const RunRecord> longRecord(std::size_t steps)
{
    auto record = std::make_shared<RunRecord>(run().record->info());
    const std::vector<double> row(record->layout().count(), 1.0);
    for (std::size_t i = 0; i < steps; ++i) {
        record->add(DecisionRecord{});
        if (i % 100 == 0)
            record->add(JournalEvent{});
        record->commit(fromMs(static_cast<std::int64_t>(i) * 3'600'000), /*bar=*/true, row.data());
    }
    return record;
}

} // namespace

class TestJournal : public QObject
{
    Q_OBJECT
  private slots:
    void initTestCase() { Theme::instance().apply(*qApp, Theme::Mode::Light); }
    void emptyStates();
    void modelIsSoundWhileSeeking();
    void showsNothingAfterTheCursor();
    void entriesAreInOrder();
    void holdsAreShownWhenAsked();
    void filters_data();
    void filters();
    void filterBarFilters();
    void clicksAndKeysSelect();
    void selectionElsewhereIsFollowed();
    void followsTheCursor();
    void longRecordsAreWalkedInSlices();
};

void TestJournal::emptyStates()
{
    RunSession session;
    Journal panel(session);
    panel.show();
    auto* hint = panel.findChild<QLabel*>("emptyHintLabel");
    QVERIFY(hint->isVisible());
    QVERIFY(hint->text().contains("Run a strategy"));
    session.setRecord(run().record);
    QTRY_VERIFY(panel.view()->isVisible());
    panel.findChild<QLineEdit*>("journalTextEdit")->setText("no such words");
    QTRY_VERIFY(hint->isVisible());
    QVERIFY(hint->text().contains("filter"));
}

void TestJournal::modelIsSoundWhileSeeking()
{
    RunSession session;
    JournalModel model(session.view());
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.update();
    session.setRecord(run().record);
    model.restart({});
    std::size_t step = 1;
    for (int i = 0; i < 60; ++i) {
        step = (step * 7919 + 13) % session.length();
        session.seek(step);
        walkAll(model);
        QCOMPARE(model.rowCount(), entriesUpTo(step));
    }
    session.setRecord(nullptr);
    model.restart({});
    QVERIFY(model.update());
    QCOMPARE(model.rowCount(), 0);
}

void TestJournal::showsNothingAfterTheCursor()
{
    RunSession session;
    session.setRecord(run().record);
    JournalModel model(session.view());
    walkAll(model);
    session.seek(500);
    walkAll(model);
    for (int row = 0; row < model.rowCount(); ++row)
        QVERIFY(model.stepOf(model.index(row, 0)) <= 500);
}

void TestJournal::entriesAreInOrder()
{
    RunSession session;
    session.setRecord(run().record);
    JournalModel model(session.view());
    walkAll(model);
    for (int row = 1; row < model.rowCount(); ++row)
        QVERIFY(model.stepOf(model.index(row, 0)) >= model.stepOf(model.index(row - 1, 0)));
    QCOMPARE(textAt(model, 0, JournalModel::Kind), QString("Decision"));
    QVERIFY(textAt(model, 0, JournalModel::What).startsWith("Initial setup: "));
    QCOMPARE(textAt(model, 1, JournalModel::What), QString("Plan 1 completed"));
    QCOMPARE(textAt(model, 2, JournalModel::Kind), QString("Funding"));
    QVERIFY(!textAt(model, 2, JournalModel::Cash).isEmpty());
}

void TestJournal::holdsAreShownWhenAsked()
{
    RunSession session;
    session.setRecord(run().record);
    session.seek(200);
    JournalModel model(session.view());
    walkAll(model);
    const int without = model.rowCount();
    JournalFilter filter;
    filter.holds = true;
    model.restart(filter);
    walkAll(model);
    const StepEnds& ends = run().record->ends(200);
    QCOMPARE(model.rowCount() - without, static_cast<int>(ends.decisions - ends.plans));
}

void TestJournal::filters_data()
{
    using Severity = JournalFilter::Severity;
    using Kind = JournalFilter::Kind;
    QTest::addColumn<JournalFilter>("filter");
    QTest::addColumn<int>("column");
    QTest::addColumn<QString>("pattern");
    const std::optional<Venue> anywhere;
    QTest::newRow("text") << JournalFilter{"COMPLETED", Severity::Info, Kind::All, anywhere, false}
                          << int(JournalModel::What) << "^Plan \\d+ completed$";
    QTest::newRow("warnings") << JournalFilter{{}, Severity::Warning, Kind::All, anywhere, false}
                              << int(JournalModel::Level) << "^(Warning|Critical|Breached)$";
    QTest::newRow("critical") << JournalFilter{{}, Severity::Critical, Kind::All, anywhere, false}
                              << int(JournalModel::Level) << "^(Critical|Breached)$";
    QTest::newRow("funding") << JournalFilter{{}, Severity::Info, Kind::Funding, anywhere, false}
                             << int(JournalModel::Kind) << "^Funding$";
    QTest::newRow("decisions") << JournalFilter{{}, Severity::Info, Kind::Decisions, anywhere, false}
                               << int(JournalModel::Kind) << "^Decision$";
    QTest::newRow("flows") << JournalFilter{{}, Severity::Info, Kind::Flows, anywhere, false} << int(JournalModel::Kind)
                           << "^(Deposit|Withdrawal)$";
    QTest::newRow("exchange") << JournalFilter{{}, Severity::Info, Kind::All, Venue::Bybit, false}
                              << int(JournalModel::Where) << "^Bybit$";
    QTest::newRow("all at once") << JournalFilter{"margin", Severity::Warning, Kind::Risk, Venue::Okx, false}
                                 << int(JournalModel::What) << "(?i)margin.*OKX";
}

//! Every row matches, and no row of the whole that matches is missing.
void TestJournal::filters()
{
    QFETCH(const JournalFilter, filter);
    QFETCH(const int, column);
    QFETCH(const QString, pattern);
    RunSession session;
    session.setRecord(run().record);
    JournalModel model(session.view());
    walkAll(model);
    const QRegularExpression expression(pattern);
    int matching = 0;
    for (int row = 0; row < model.rowCount(); ++row)
        matching += expression.match(textAt(model, row, column)).hasMatch() ? 1 : 0;
    const int all = model.rowCount();
    model.restart(filter);
    walkAll(model);
    QVERIFY(model.rowCount() > 0);
    QVERIFY(model.rowCount() < all);
    for (int row = 0; row < model.rowCount(); ++row)
        QVERIFY2(expression.match(textAt(model, row, column)).hasMatch(), qPrintable(textAt(model, row, column)));
    if (QString(QTest::currentDataTag()) != "all at once") // its pattern says less than the filter
        QCOMPARE(model.rowCount(), matching);
}

void TestJournal::filterBarFilters()
{
    RunSession session;
    session.setRecord(run().record);
    Journal panel(session);
    panel.resize(900, 300);
    panel.show();
    QTRY_COMPARE(panel.model()->rowCount(), entriesUpTo(session.cursor()));
    QTest::keyClicks(panel.findChild<QLineEdit*>("journalTextEdit"), "completed");
    const int plans = static_cast<int>(run().record->ends(session.cursor()).plans);
    QTRY_COMPARE(panel.model()->rowCount(), plans);
    panel.findChild<QLineEdit*>("journalTextEdit")->clear();
    QTRY_COMPARE(panel.model()->rowCount(), entriesUpTo(session.cursor()));
    auto* kind = panel.findChild<QComboBox*>("journalKindBox");
    kind->setCurrentIndex(kind->findText("Decisions"));
    QTRY_COMPARE(panel.model()->rowCount(), plans);
    QTest::mouseClick(panel.findChild<QCheckBox*>("journalHoldsBox"), Qt::LeftButton, {}, QPoint(8, 8));
    const int decisions = static_cast<int>(run().record->ends(session.cursor()).decisions);
    QTRY_COMPARE(panel.model()->rowCount(), decisions);
    auto* venue = panel.findChild<QComboBox*>("journalVenueBox");
    venue->setCurrentIndex(venue->findText("OKX")); // decisions concern no single one
    QTRY_COMPARE(panel.model()->rowCount(), 0);
}

void TestJournal::clicksAndKeysSelect()
{
    RunSession session;
    session.setRecord(run().record);
    session.seek(30);
    Journal panel(session);
    panel.resize(900, 400);
    panel.show();
    QTableView& table = *panel.view();
    const auto centre = [&table](int row) { return table.visualRect(table.model()->index(row, 0)).center(); };
    QTest::mouseClick(table.viewport(), Qt::LeftButton, {}, centre(0));
    QCOMPARE(session.selection(), (Selection{Selection::Kind::Plan, 1}));
    QTest::keyClick(&table, Qt::Key_Down);
    QCOMPARE(session.selection(), (Selection{Selection::Kind::Event, 0}));
    QTest::keyClick(&table, Qt::Key_Down);
    QCOMPARE(session.selection(), (Selection{Selection::Kind::Funding, 0}));
    QTest::keyClick(&table, Qt::Key_Return);
    QCOMPARE(session.cursor(), std::size_t{run().record->funding(0).step});
    // A decision to hold means its step.
    panel.findChild<QCheckBox*>("journalHoldsBox")->setChecked(true);
    QTRY_VERIFY(panel.model()->rowCount() > 5);
    const QModelIndex hold = panel.model()->index(2, 0); // behind the decision and the end of its plan
    QVERIFY(hold.siblingAtColumn(JournalModel::What).data().toString().startsWith("Hold: "));
    QTest::mouseClick(table.viewport(), Qt::LeftButton, {}, centre(2));
    QCOMPARE(session.selection(), (Selection{Selection::Kind::Step, panel.model()->stepOf(hold)}));
}

void TestJournal::selectionElsewhereIsFollowed()
{
    RunSession session;
    session.setRecord(run().record);
    Journal panel(session);
    panel.resize(900, 200);
    panel.show();
    QTRY_COMPARE(panel.model()->rowCount(), entriesUpTo(session.cursor()));
    QTableView& table = *panel.view();
    for (const Selection& selection : {Selection{Selection::Kind::Plan, 2}, Selection{Selection::Kind::Event, 5},
                                       Selection{Selection::Kind::Funding, 40}}) {
        session.select(selection);
        QCOMPARE(panel.model()->selectionOf(table.currentIndex()), selection);
        QVERIFY(table.viewport()->rect().intersects(table.visualRect(table.currentIndex())));
    }
    session.select({Selection::Kind::Instruction, 3});
    QVERIFY(table.selectionModel()->selectedRows().empty());
    QCOMPARE(session.selection(), (Selection{Selection::Kind::Instruction, 3}));
}

void TestJournal::followsTheCursor()
{
    RunSession session;
    session.setRecord(run().record);
    session.seek(100);
    Journal panel(session);
    panel.resize(900, 200);
    panel.show();
    QTableView& table = *panel.view();
    const auto lastIsSeen = [&] {
        return table.viewport()->rect().contains(
            table.visualRect(table.model()->index(table.model()->rowCount() - 1, 0)).center());
    };
    for (const std::size_t step : {500UL, 900UL, 200UL, 3000UL}) {
        session.seek(step);
        QTRY_COMPARE(panel.model()->rowCount(), entriesUpTo(step));
        QVERIFY(lastIsSeen());
    }
    table.scrollToTop(); // reading an old entry: it stays in view
    session.seek(3500);
    QTRY_COMPARE(panel.model()->rowCount(), entriesUpTo(3500));
    QVERIFY(!lastIsSeen());
}

//! A million steps with a decision each: no look takes long, and the end is reached.
void TestJournal::longRecordsAreWalkedInSlices()
{
    constexpr std::size_t kSteps = 1'000'000;
    RunSession session;
    session.setRecord(longRecord(kSteps));
    JournalModel model(session.view());
    JournalFilter filter;
    filter.holds = true;
    model.restart(filter);
    QVERIFY(!model.update());
    QVERIFY(model.rowCount() > 0 && model.rowCount() < 1'000'000);
    walkAll(model);
    QCOMPARE(model.rowCount(), 1'010'000);
    session.seek(10);
    QVERIFY(model.update());
    QCOMPARE(model.rowCount(), 12);
    session.seek(kSteps - 1); // walked already
    QVERIFY(model.update());
    QCOMPARE(model.rowCount(), 1'010'000);
}

QTEST_MAIN(TestJournal)
#include "tst_journal.moc"
