// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/item_views.h"
#include "common/number_format.h"
#include "common/run_session.h"
#include "common/theme.h"
#include "demo_run.h"
#include "pipeline/plan_tree.h"
#include "pipeline/plan_tree_model.h"
#include "pipeline/record_text.h"

#include <QAbstractItemModelTester>
#include <QtTest>
#include <QtWidgets>

using namespace carry;
using namespace carry::ui;

namespace
{

using Kind = PlanTreeModel::Kind;

//! Entry, deposits, a withdrawal, margin moves and exits: plans of every kind.
const BacktestResult& run()
{
    static const BacktestResult result = testing::demoRun("demo-tour");
    return result;
}

std::uint32_t planCount()
{
    return run().record->ends(run().record->committed() - 1).plans;
}

std::vector<QModelIndex> rowsBelow(const PlanTreeModel& model, const QModelIndex& parent)
{
    std::vector<QModelIndex> rows;
    for (int row = 0; row < model.rowCount(parent); ++row) {
        rows.push_back(model.index(row, 0, parent));
        const auto below = rowsBelow(model, rows.back());
        rows.insert(rows.end(), below.begin(), below.end());
    }
    return rows;
}

std::vector<QModelIndex> instructionsOf(const PlanTreeModel& model, int plan)
{
    auto rows = rowsBelow(model, model.index(plan, 0));
    std::erase_if(rows, [&model](const QModelIndex& row) { return model.kindOf(row) != Kind::Instruction; });
    return rows;
}

QString textAt(const QModelIndex& index, int column)
{
    return index.siblingAtColumn(column).data().toString();
}

//! Every state that the tree shows at the cursor is the one of the record.
void compareWithRecord(const PlanTreeModel& model, const RunView& view)
{
    QCOMPARE(model.planCount(), static_cast<int>(view.ends().plans));
    for (int plan = 0; plan < model.planCount(); ++plan) {
        const auto id = static_cast<PlanId>(plan + 1);
        QCOMPARE(textAt(model.index(plan, 0), PlanTreeModel::State), Words::outcome(view.outcome(id)).word);
        const auto rows = instructionsOf(model, plan);
        QCOMPARE(rows.size(), view.instructionsOf(id).size());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const InstructionId instruction =
                view.record()->instruction(view.instructionsOf(id).first + i).instruction.id;
            QCOMPARE(model.selectionOf(rows[i]), (Selection{Selection::Kind::Instruction, instruction}));
            QCOMPARE(textAt(rows[i], PlanTreeModel::State), Words::state(view.status(instruction).state).word);
        }
    }
}

} // namespace

class TestPlanTree : public QObject
{
    Q_OBJECT
  private slots:
    void initTestCase() { Theme::instance().apply(*qApp, Theme::Mode::Light); }
    void emptyState();
    void modelIsSoundWhileSeeking();
    void statesAreThoseOfTheCursor();
    void statesInTheMiddleOfAPlan();
    void onlyOpenPlansAreLookedAtAgain();
    void whatHappenedIsFetched();
    void costsAreThoseOfTheLedger();
    void decisionsSayWhy();
    void clicksAndKeysSelect();
    void selectionElsewhereIsFollowed();
    void laterPlansAreHiddenAndSelectNothing();
    void theOpenPlanUnfolds();
    void enterMovesTheCursor();
    void copyingGivesPlainValues();
    void commonStates_data();
    void commonStates();
};

void TestPlanTree::emptyState()
{
    RunSession session;
    PlanTree panel(session);
    panel.show();
    QVERIFY(panel.findChild<QLabel*>("emptyHintLabel")->isVisible());
    session.setRecord(run().record);
    QVERIFY(panel.view()->isVisible());
    session.setRecord(nullptr);
    QVERIFY(!panel.view()->isVisible());
}

void TestPlanTree::modelIsSoundWhileSeeking()
{
    RunSession session;
    PlanTreeModel model(session.view());
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    tester.setUseFetchMore(false); // it would fetch while rows are being inserted; the loop fetches instead
    session.setRecord(run().record);
    model.update();
    const std::size_t last = run().record->committed() - 1;
    std::size_t step = 1;
    for (int i = 0; i < 120; ++i) {
        // Anywhere, and then a few steps around a plan, with some rows unfolded.
        step = (step * 7919 + 13) % last;
        session.seek(i % 2 == 0 ? step : run().record->plan(step % planCount()).decisionStep + step % 4);
        model.update();
        if (model.planCount() > 0)
            for (const QModelIndex& row : instructionsOf(model, model.planCount() - 1))
                model.fetchMore(row);
    }
    session.setRecord(nullptr);
    model.reset();
    QCOMPARE(model.rowCount(), 0);
}

void TestPlanTree::statesAreThoseOfTheCursor()
{
    RunSession session;
    session.setRecord(run().record);
    PlanTreeModel model(session.view());
    for (std::uint32_t plan = 0; plan < planCount(); ++plan)
        for (const int around : {3, 0, 1, 2, 0}) { // to and fro over its life
            session.seek(run().record->plan(plan).decisionStep + static_cast<std::size_t>(around));
            model.update();
            compareWithRecord(model, session.view());
        }
}

void TestPlanTree::statesInTheMiddleOfAPlan()
{
    RunSession session;
    session.setRecord(run().record);
    PlanTreeModel model(session.view());
    session.seek(0); // gas is bought, the transfers have left, nothing else has begun
    model.update();
    const auto rows = instructionsOf(model, 0);
    QCOMPARE(textAt(model.index(0, 0), PlanTreeModel::State), QString("Under way"));
    QCOMPARE(textAt(rows.front(), PlanTreeModel::State), QString("Confirmed"));
    QCOMPARE(textAt(rows[1], PlanTreeModel::State), QString("Acknowledged"));
    QCOMPARE(textAt(rows.back(), PlanTreeModel::State), QString("Planned"));
    QVERIFY(textAt(rows[1], PlanTreeModel::Latency).isEmpty());
    QVERIFY(textAt(rows.back(), PlanTreeModel::Details).startsWith(QStringLiteral("≈")));
    const QPersistentModelIndex transfer = rows[1];
    session.seek(1);
    model.update();
    QVERIFY(transfer.isValid());
    QCOMPARE(textAt(transfer, PlanTreeModel::State), QString("Confirmed"));
    QCOMPARE(textAt(transfer, PlanTreeModel::Latency), QString("15 min 0 s"));
}

void TestPlanTree::onlyOpenPlansAreLookedAtAgain()
{
    RunSession session;
    session.setRecord(run().record);
    PlanTreeModel model(session.view());
    const std::size_t third = run().record->plan(2).decisionStep;
    session.seek(third - 1); // two plans, both ended
    model.update();
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
    QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
    session.seek(third - 20);
    model.update();
    QCOMPARE(changed.count(), 0);
    session.seek(third);
    model.update();
    QCOMPARE(changed.count(), 0);
    QCOMPARE(inserted.count(), 1);
    session.seek(third + 1);
    model.update();
    QVERIFY(changed.count() > 0);
    for (const auto& signal : changed) // the third plan or below it
        QVERIFY(model.selectionOf(signal[0].toModelIndex()) != (Selection{Selection::Kind::Plan, 1}) &&
                model.selectionOf(signal[0].toModelIndex()) != (Selection{Selection::Kind::Plan, 2}));
    QCOMPARE(reset.count(), 0);
}

void TestPlanTree::whatHappenedIsFetched()
{
    RunSession session;
    session.setRecord(run().record);
    session.seek(100);
    PlanTreeModel model(session.view());
    model.update();
    const QModelIndex transfer = instructionsOf(model, 0)[1];
    QVERIFY(model.hasChildren(transfer) && model.canFetchMore(transfer));
    QCOMPARE(model.rowCount(transfer), 0);
    model.fetchMore(transfer);
    const auto id = static_cast<InstructionId>(model.selectionOf(transfer).index);
    const auto transitions = session.view().transitionsOfInstruction(id).size();
    const auto entries = session.view().ledgerOfInstruction(id).size();
    QCOMPARE(model.rowCount(transfer), static_cast<int>(transitions + entries));
    QVERIFY(!model.canFetchMore(transfer));
    QCOMPARE(textAt(model.index(0, 0, transfer), PlanTreeModel::What), QString("Planned → Submitted"));
    const QModelIndex end = model.index(model.rowCount(transfer) - 1, 0, transfer);
    QCOMPARE(textAt(end, PlanTreeModel::What), QString("Acknowledged → Confirmed"));
    QVERIFY(textAt(end, PlanTreeModel::Details).contains("net delta"));
    // The funds had left and had not arrived one step after the decision was made.
    session.seek(0);
    model.update();
    QCOMPARE(model.rowCount(transfer), 4);
    QCOMPARE(model.selectionOf(model.index(3, 0, transfer)).kind, Selection::Kind::Ledger);
}

void TestPlanTree::costsAreThoseOfTheLedger()
{
    RunSession session;
    session.setRecord(run().record);
    session.seek(100);
    PlanTreeModel model(session.view());
    model.update();
    const auto plainAt = [](const QModelIndex& index, int column) {
        return index.siblingAtColumn(column).data(PlainRole).toString().toDouble();
    };
    double sum = 0;
    double expected = 0;
    for (const QModelIndex& row : instructionsOf(model, 0)) {
        const auto id = static_cast<InstructionId>(model.selectionOf(row).index);
        QCOMPARE(plainAt(row, PlanTreeModel::Actual), costOf(session.view(), id).total());
        sum += plainAt(row, PlanTreeModel::Actual);
        expected += plainAt(row, PlanTreeModel::Expected);
    }
    const QModelIndex plan = model.index(0, 0);
    QVERIFY(sum > 0 && std::abs(plainAt(plan, PlanTreeModel::Actual) - sum) < 1e-9);
    QVERIFY(std::abs(plainAt(plan, PlanTreeModel::Expected) - expected) < 1e-9);
    // A trade's own entries, by hand.
    double trade = 0;
    for (const std::size_t i : session.view().ledgerOfInstruction(5))
        if (const Posting& p = run().record->ledger(i).posting;
            p.cause == Cause::TradeFee || p.cause == Cause::Slippage)
            trade += p.amount.toDouble();
    QCOMPARE(costOf(session.view(), 5).total(), trade);
}

void TestPlanTree::decisionsSayWhy()
{
    RunSession session;
    session.setRecord(run().record);
    PlanTreeModel model(session.view());
    model.update();
    QCOMPARE(textAt(model.index(0, 0), PlanTreeModel::What),
             QString("Initial setup: The wallet holds 100,000.00 USDT and nothing is open"));
    QCOMPARE(textAt(model.index(0, 0, model.index(0, 0)), PlanTreeModel::What), QString("Buy gas"));
    QVERIFY(textAt(model.index(0, 0), PlanTreeModel::Details).contains("confirmed"));
}

void TestPlanTree::clicksAndKeysSelect()
{
    RunSession session;
    session.setRecord(run().record);
    session.seek(100);
    PlanTree panel(session);
    panel.resize(1200, 500);
    panel.show();
    QTreeView& tree = *panel.view();
    PlanTreeModel& model = *panel.model();
    const QModelIndex plan = model.index(0, 0);
    QTest::mouseClick(tree.viewport(), Qt::LeftButton, {}, tree.visualRect(plan).center());
    QCOMPARE(session.selection(), (Selection{Selection::Kind::Plan, 1}));
    QVERIFY(tree.isExpanded(plan)); // selected: its instructions are to be seen
    QTest::keyClick(&tree, Qt::Key_Down);
    QCOMPARE(session.selection(), (Selection{Selection::Kind::Plan, 1})); // a phase stands for its plan
    QTest::keyClick(&tree, Qt::Key_Down);
    QCOMPARE(session.selection(), (Selection{Selection::Kind::Instruction, 1}));
    QTest::keyClick(&tree, Qt::Key_Right);
    QVERIFY(tree.isExpanded(tree.currentIndex()));
    QTest::keyClick(&tree, Qt::Key_Down);
    QCOMPARE(session.selection(), (Selection{Selection::Kind::Instruction, 1})); // a state change
    QTest::keyClick(&tree, Qt::Key_Down);
    QTest::keyClick(&tree, Qt::Key_Down);
    QCOMPARE(session.selection().kind, Selection::Kind::Ledger);
    QCOMPARE(run().record->ledger(session.selection().index).posting.instruction, 1U);
}

void TestPlanTree::selectionElsewhereIsFollowed()
{
    RunSession session;
    session.setRecord(run().record);
    PlanTree panel(session);
    panel.resize(900, 240);
    panel.show();
    QTreeView& tree = *panel.view();
    session.select({Selection::Kind::Instruction, 7});
    QCOMPARE(panel.model()->selectionOf(tree.currentIndex()), (Selection{Selection::Kind::Instruction, 7}));
    QVERIFY(tree.viewport()->rect().intersects(tree.visualRect(tree.currentIndex())));
    const std::size_t entry = session.view().ledgerOfInstruction(2).back();
    session.select({Selection::Kind::Ledger, entry});
    QCOMPARE(panel.model()->selectionOf(tree.currentIndex()), (Selection{Selection::Kind::Ledger, entry}));
    QVERIFY(tree.viewport()->rect().intersects(tree.visualRect(tree.currentIndex())));
    session.select({Selection::Kind::Plan, planCount()});
    QCOMPARE(tree.currentIndex().row(), static_cast<int>(planCount()) - 1);
    session.select({Selection::Kind::Exchange, 1});
    QVERIFY(tree.selectionModel()->selectedRows().empty());
    QCOMPARE(session.selection(), (Selection{Selection::Kind::Exchange, 1}));
}

void TestPlanTree::laterPlansAreHiddenAndSelectNothing()
{
    RunSession session;
    session.setRecord(run().record);
    PlanTree panel(session);
    panel.show();
    session.select({Selection::Kind::Plan, planCount()});
    session.seek(100);
    QCOMPARE(panel.model()->planCount(), 1);
    QCOMPARE(session.selection(), (Selection{Selection::Kind::Plan, planCount()}));
    session.seek(run().record->committed() - 1); // it is back, and current again
    QCOMPARE(panel.model()->selectionOf(panel.view()->currentIndex()), session.selection());
}

void TestPlanTree::theOpenPlanUnfolds()
{
    RunSession session;
    session.setRecord(run().record);
    PlanTree panel(session);
    panel.show();
    session.seek(run().record->plan(1).decisionStep);
    const QModelIndex plan = panel.model()->index(1, 0);
    QTRY_VERIFY(panel.view()->isExpanded(plan));
    QVERIFY(panel.view()->isExpanded(panel.model()->index(0, 0, plan)));
    session.seek(run().record->plan(2).decisionStep);
    QTRY_VERIFY(panel.view()->isExpanded(panel.model()->index(2, 0)));
    QVERIFY(!panel.view()->isExpanded(panel.model()->index(1, 0)));
}

void TestPlanTree::enterMovesTheCursor()
{
    RunSession session;
    session.setRecord(run().record);
    PlanTree panel(session);
    panel.show();
    session.select({Selection::Kind::Plan, 2});
    QTest::keyClick(panel.view(), Qt::Key_Return);
    QCOMPARE(session.cursor(), std::size_t{run().record->plan(1).decisionStep});
}

void TestPlanTree::copyingGivesPlainValues()
{
    RunSession session;
    session.setRecord(run().record);
    session.seek(100);
    PlanTree panel(session);
    panel.show();
    panel.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&panel));
    session.select({Selection::Kind::Instruction, 5});
    panel.view()->setFocus();
    QTest::keyClick(panel.view(), Qt::Key_C, Qt::ControlModifier);
    const QStringList cells = QApplication::clipboard()->text().trimmed().split('\t');
    QCOMPARE(cells.size(), PlanTreeModel::ColumnCount - 2); // lending's columns are hidden
    QCOMPARE(cells[PlanTreeModel::Actual].toDouble(), costOf(session.view(), 5).total());
    QVERIFY(!cells[PlanTreeModel::Price].contains(','));
}

void TestPlanTree::commonStates_data()
{
    using enum InstructionState;
    QTest::addColumn<std::vector<InstructionState>>("states");
    QTest::addColumn<QString>("word");
    const auto row = [](const char* name, std::vector<InstructionState> states, const char* word) {
        QTest::newRow(name) << states << QString(word);
    };
    row("none begun", {Planned, Planned}, "Planned");
    row("all done", {Confirmed, Confirmed}, "Confirmed");
    row("some done", {Confirmed, Planned}, "");
    row("one failed", {Confirmed, Failed, Cancelled}, "Failed");
    row("waits for a person", {Confirmed, AwaitingApproval}, "Awaiting approval");
    row("all sent", {Acknowledged}, "Acknowledged");
    row("nothing", {}, "");
}

void TestPlanTree::commonStates()
{
    QFETCH(const std::vector<InstructionState>, states);
    QFETCH(const QString, word);
    const auto common = commonState(states);
    QCOMPARE(common ? Words::state(*common).word : QString(), word);
}

QTEST_MAIN(TestPlanTree)
#include "tst_plan_tree.moc"
