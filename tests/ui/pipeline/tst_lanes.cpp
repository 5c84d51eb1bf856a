// SPDX-License-Identifier: GPL-3.0-or-later
#include "chain_runs.h"
#include "common/theme.h"
#include "common/words.h"
#include "pipeline/lane_view.h"
#include "pipeline/record_text.h"

#include <QtTest>
#include <QtWidgets>

using namespace carry;
using namespace carry::ui;

namespace
{

using MoveStage = FundsMove::Stage;

const BacktestResult& tour()
{
    static const BacktestResult result = testing::demoRun("demo-tour");
    return result;
}

bool hasLane(const LaneChart& chart, Site site)
{
    return std::find(chart.lanes.begin(), chart.lanes.end(), site) != chart.lanes.end();
}

//! Steps between which states of the plan change, and one behind them.
std::vector<std::size_t> stepsOf(RunView& view, PlanId plan)
{
    view.seek(view.length() - 1);
    std::vector<std::size_t> steps;
    const LogRange range = view.instructionsOf(plan);
    for (std::size_t i = range.first; i < range.last; ++i)
        for (const std::size_t t : view.transitionsOfInstruction(static_cast<InstructionId>(i + 1)))
            steps.push_back(view.record()->transition(t).step);
    steps.push_back(view.record()->plan(plan - 1).decisionStep);
    steps.push_back(view.length() - 1);
    std::sort(steps.begin(), steps.end());
    steps.erase(std::unique(steps.begin(), steps.end()), steps.end());
    return steps;
}

//! What holds for every chart.
void checkChart(const RunView& view, const LaneChart& chart)
{
    const LogRange plan = view.instructionsOf(chart.plan);
    std::vector<int> times(plan.size());
    for (const LaneBar& bar : chart.bars) {
        for (std::size_t i = bar.instructions.first; i < bar.instructions.last; ++i)
            ++times.at(i - plan.first);
        QVERIFY(hasLane(chart, bar.lane));
        QVERIFY(bar.from >= 0 && bar.to > bar.from && bar.to <= chart.width);
        QVERIFY(bar.row >= 0 && bar.row < chart.rows[static_cast<std::size_t>(bar.lane)]);
        QVERIFY(!bar.start || *bar.start <= view.time());
        QVERIFY(!bar.end || *bar.end <= view.time());
    }
    QCOMPARE(std::count(times.begin(), times.end(), 1), static_cast<std::ptrdiff_t>(times.size()));
    for (std::size_t a = 0; a < chart.bars.size(); ++a)
        for (std::size_t b = a + 1; b < chart.bars.size(); ++b)
            if (chart.bars[a].lane == chart.bars[b].lane && chart.bars[a].row == chart.bars[b].row)
                QVERIFY(chart.bars[a].to <= chart.bars[b].from || chart.bars[b].to <= chart.bars[a].from);
    for (const LaneArrow& arrow : chart.arrows) {
        QVERIFY(hasLane(chart, arrow.move.from) && hasLane(chart, arrow.move.to));
        QVERIFY(arrow.move.from != arrow.move.to);
        QVERIFY(arrow.move.amount >= 0);
    }
}

void checkRun(const BacktestResult& run, bool unfolded)
{
    RunView view(run.record);
    LaneModel model(view);
    view.seek(view.length() - 1);
    const std::size_t plans = view.ends().plans;
    for (std::size_t i = 0; unfolded && i < view.ends().instructions; ++i)
        model.setUnfolded(i, true);
    for (PlanId plan = 1; plan <= plans; ++plan)
        for (const std::size_t step : stepsOf(view, plan)) {
            view.seek(step);
            checkChart(view, model.chart(plan));
            if (QTest::currentTestFailed())
                return;
        }
}

struct Shown {
    explicit Shown(const BacktestResult& run, std::size_t step = ~std::size_t{0})
    {
        session.setRecord(run.record);
        if (step < session.length())
            session.seek(step);
        panel.resize(1000, 400);
        panel.show();
        view = panel.view();
    }
    RunSession session;
    LanePanel panel{session};
    LaneView* view = nullptr;
};

} // namespace

class TestLanes : public QObject
{
    Q_OBJECT
  private slots:
    void initTestCase() { Theme::instance().apply(*qApp, Theme::Mode::Light); }
    void everyInstructionOnce_data();
    void everyInstructionOnce();
    void nothingAfterTheCursor();
    void transfersFlyUntilTheyArrive();
    void fundsOfChainInstructions();
    void rolledBackMovesAreUndone();
    void loopIsFolded();
    void failedGroupNamesItsCheck();
    void emptyState();
    void clickSelects();
    void selectionElsewhereHighlights();
    void keyboard();
};

void TestLanes::everyInstructionOnce_data()
{
    QTest::addColumn<int>("run");
    QTest::addColumn<bool>("unfolded");
    QTest::newRow("exchanges") << 0 << false;
    QTest::newRow("loop") << 1 << false;
    QTest::newRow("loop, unfolded") << 1 << true;
    QTest::newRow("atomic") << 2 << false;
    QTest::newRow("failed") << 3 << false;
}

void TestLanes::everyInstructionOnce()
{
    QFETCH(int, run);
    QFETCH(bool, unfolded);
    checkRun(run == 0   ? tour()
             : run == 1 ? testing::loopRun()
             : run == 2 ? testing::atomicRun()
                        : testing::failedRun(),
             unfolded);
}

void TestLanes::nothingAfterTheCursor()
{
    RunView view(tour().record);
    LaneModel model(view);
    view.seek(view.record()->plan(1).decisionStep - 1);
    QCOMPARE(model.planFor({}), PlanId{1});
    QCOMPARE(model.planFor({Selection::Kind::Plan, 2}), PlanId{1});
    view.seek(view.record()->plan(1).decisionStep);
    QCOMPARE(model.planFor({}), PlanId{2});
    QCOMPARE(model.planFor({Selection::Kind::Instruction, 1}), PlanId{1});
}

void TestLanes::transfersFlyUntilTheyArrive()
{
    RunView view(tour().record);
    LaneModel model(view);
    view.seek(view.record()->plan(0).decisionStep);
    const LaneChart sent = model.chart(1);
    QVERIFY(sent.now.has_value());
    const auto flying = [](const LaneArrow& a) { return a.move.stage == MoveStage::InFlight; };
    QVERIFY(std::any_of(sent.arrows.begin(), sent.arrows.end(), flying));
    view.seek(view.length() - 1);
    const LaneChart done = model.chart(1);
    QVERIFY(!done.now.has_value());
    QVERIFY(std::none_of(done.arrows.begin(), done.arrows.end(), flying));
    QVERIFY(std::all_of(done.arrows.begin(), done.arrows.end(),
                        [](const LaneArrow& a) { return a.move.stage == MoveStage::Arrived; }));
}

void TestLanes::fundsOfChainInstructions()
{
    RunView view(testing::loopRun().record);
    view.seek(view.length() - 1);
    const std::size_t first = testing::firstOf(*view.record(), GroupKind::Loop);
    const GroupLine group = groupLine(view, first);
    int stakes = 0;
    for (std::size_t i = group.instructions.first; i < group.instructions.last; ++i) {
        const auto id = static_cast<InstructionId>(i + 1);
        const InstructionBody& body = view.record()->instruction(i).instruction.body;
        const auto moves = fundsMoves(view, id);
        const double done = view.status(id).filled.toDouble();
        if (std::holds_alternative<Borrow>(body)) {
            QCOMPARE(moves.size(), std::size_t{1});
            QVERIFY(moves[0].from == Site::Aave && moves[0].to == Site::Wallet && moves[0].asset == Asset::ETH);
            QVERIFY(std::abs(moves[0].amount - done) < 1e-9);
        } else if (std::holds_alternative<Supply>(body)) {
            QCOMPARE(moves.size(), std::size_t{1}); // gas is no move
            QVERIFY(moves[0].from == Site::EtherFi && moves[0].to == Site::Aave && isLst(moves[0].asset));
        } else if (std::holds_alternative<Stake>(body)) {
            ++stakes;
            QCOMPARE(moves.size(), std::size_t{1}); // the staked token is held at its protocol
            QVERIFY(moves[0].from == Site::Wallet && moves[0].to == Site::EtherFi && moves[0].asset == Asset::ETH);
        }
    }
    QVERIFY(stakes > 1);
}

void TestLanes::rolledBackMovesAreUndone()
{
    RunView view(testing::failedRun().record);
    view.seek(view.length() - 1);
    const std::size_t first = testing::firstOf(*view.record(), GroupKind::Atomic);
    const GroupLine group = groupLine(view, first);
    QVERIFY(group.rolledBack);
    for (std::size_t i = group.instructions.first; i < group.instructions.last; ++i)
        for (const FundsMove& move : fundsMoves(view, static_cast<InstructionId>(i + 1)))
            QVERIFY(move.stage == MoveStage::Undone);
}

void TestLanes::loopIsFolded()
{
    Shown shown(testing::loopRun());
    const std::size_t first = testing::firstOf(*shown.session.record(), GroupKind::Loop);
    const PlanId plan = shown.session.record()->instruction(first).plan;
    shown.session.select({Selection::Kind::Plan, plan});
    const auto folded = shown.view->chart().bars.size();
    const int bar = shown.view->chart().barOf(first);
    QVERIFY(bar >= 0 && shown.view->chart().bars[static_cast<std::size_t>(bar)].loop);
    QVERIFY(shown.view->barText(bar).contains("Loop: 23 iterations"));
    // Its funds move all the same: what the rounds moved, together.
    std::map<std::pair<Site, Site>, double> rounds;
    const GroupLine loop = groupLine(shown.session.view(), first);
    for (std::size_t i = loop.instructions.first; i < loop.instructions.last; ++i)
        for (const FundsMove& move : fundsMoves(shown.session.view(), static_cast<InstructionId>(i + 1)))
            rounds[{move.from, move.to}] += move.amount;
    QVERIFY(rounds.size() >= 3); // borrowed, staked, supplied
    std::map<std::pair<Site, Site>, double> drawn;
    for (const LaneArrow& arrow : shown.view->chart().arrows)
        if (arrow.instruction == first + 1)
            drawn[{arrow.move.from, arrow.move.to}] += arrow.move.amount;
    QVERIFY(drawn == rounds);
    shown.session.select({Selection::Kind::Instruction, first + 1}); // scrolls it into view
    QTest::mouseDClick(shown.view->viewport(), Qt::LeftButton, {},
                       shown.view->barRect(shown.view->chart().barOf(first)).center());
    QVERIFY(shown.view->chart().bars.size() > folded + 20);
    QCOMPARE(shown.view->chart().boxes.size(), std::size_t{1});
    QTest::keyClick(shown.view, Qt::Key_Return);
    QCOMPARE(shown.view->chart().bars.size(), folded);
}

void TestLanes::failedGroupNamesItsCheck()
{
    Shown shown(testing::failedRun());
    const std::size_t first = testing::firstOf(*shown.session.record(), GroupKind::Atomic);
    shown.session.select({Selection::Kind::Plan, shown.session.record()->instruction(first).plan});
    const LaneChart& chart = shown.view->chart();
    QCOMPARE(chart.boxes.size(), std::size_t{1});
    QVERIFY(chart.boxes.front().group.rolledBack);
    QVERIFY(chart.boxes.front().group.error.has_value());
    const int failed = chart.barOf(chart.boxes.front().group.failed - 1);
    QVERIFY(shown.view->barText(failed).contains(Words::check(*chart.boxes.front().group.error)));
}

void TestLanes::emptyState()
{
    RunSession session;
    LanePanel panel(session);
    panel.show();
    QVERIFY(panel.findChild<EmptyStack*>()->isEmpty());
    session.setRecord(tour().record);
    QVERIFY(!panel.findChild<EmptyStack*>()->isEmpty());
    QVERIFY(panel.view()->accessibleDescription().contains("Plan"));
}

void TestLanes::clickSelects()
{
    Shown shown(tour());
    shown.session.select({Selection::Kind::Plan, 1});
    QTest::mouseClick(shown.view->viewport(), Qt::LeftButton, {}, shown.view->barRect(1).center());
    QCOMPARE(shown.session.selection(),
             (Selection{Selection::Kind::Instruction, shown.view->chart().bars[1].instructions.first + 1}));
    QCOMPARE(shown.view->current(), 1);
    QTest::mouseClick(shown.view->viewport(), Qt::LeftButton, {}, QPoint(20, 8));
    QCOMPARE(shown.session.selection(), (Selection{Selection::Kind::Plan, 1}));
}

void TestLanes::selectionElsewhereHighlights()
{
    Shown shown(tour());
    const std::size_t id = shown.session.view().instructionsOf(2).first + 1;
    shown.session.select({Selection::Kind::Instruction, id});
    QCOMPARE(shown.view->chart().plan, PlanId{2});
    QCOMPARE(shown.view->current(), shown.view->chart().barOf(id - 1));
}

void TestLanes::keyboard()
{
    Shown shown(tour());
    shown.session.select({Selection::Kind::Plan, 1});
    QTest::keyClick(shown.view, Qt::Key_Home);
    QCOMPARE(shown.session.selection(), (Selection{Selection::Kind::Instruction, 1}));
    QTest::keyClick(shown.view, Qt::Key_Right);
    QCOMPARE(shown.session.selection(), (Selection{Selection::Kind::Instruction, 2}));
    QTest::keyClick(shown.view, Qt::Key_Left);
    QCOMPARE(shown.view->current(), 0);
    QTest::keyClick(shown.view, Qt::Key_End);
    QCOMPARE(shown.view->current(), static_cast<int>(shown.view->chart().bars.size()) - 1);
    const Site lane = shown.view->chart().bars.back().lane;
    QTest::keyClick(shown.view, Qt::Key_Up);
    QVERIFY(shown.view->chart().bars[static_cast<std::size_t>(shown.view->current())].lane <= lane);
    const int before = shown.view->barRect(0).width();
    QTest::keyClick(shown.view, Qt::Key_Plus);
    QVERIFY(shown.view->barRect(0).width() > before);
    QTest::keyClick(shown.view, Qt::Key_Minus);
    QTest::keyClick(shown.view, Qt::Key_0);
    QVERIFY(shown.view->barRect(0).left() > 0);
    QVERIFY(shown.view->accessibleDescription().contains("State: Confirmed"));
}

QTEST_MAIN(TestLanes)
#include "tst_lanes.moc"
