// SPDX-License-Identifier: GPL-3.0-or-later
// Loops and atomic groups in the plan tree and the inspector.
#include "chain_runs.h"
#include "common/item_views.h"
#include "common/number_format.h"
#include "common/theme.h"
#include "common/words.h"
#include "pipeline/inspector_text.h"
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

QString textAt(const QModelIndex& index, int column)
{
    return index.siblingAtColumn(column).data().toString();
}

//! The row of the group that holds the instruction at this index of the log.
QModelIndex groupRow(PlanTreeModel& model, const RunRecord& record, std::size_t first)
{
    QModelIndex row = model.indexOf({Selection::Kind::Instruction, record.instruction(first).instruction.id});
    while (row.isValid() && model.kindOf(row) != Kind::Group)
        row = row.parent();
    return row;
}

struct Shown {
    explicit Shown(const BacktestResult& run, GroupKind kind) : record(*run.record)
    {
        session.setRecord(run.record);
        session.seek(session.length() - 1);
        model.update();
        first = testing::firstOf(record, kind);
        if (first < record.ends(record.committed() - 1).instructions) // else the test fails by its own checks
            group = groupRow(model, record, first);
    }
    QString page(Selection selection) const
    {
        QTextDocument document;
        document.setHtml(inspectorText(session.view(), selection));
        return document.toPlainText();
    }
    const RunRecord& record;
    RunSession session;
    PlanTreeModel model{session.view()};
    std::size_t first = 0;
    QModelIndex group;
};

} // namespace

class TestChainPlans : public QObject
{
    Q_OBJECT
  private slots:
    void initTestCase() { Theme::instance().apply(*qApp, Theme::Mode::Light); }

    void loopIsOneRowOfItsIterations()
    {
        Shown s(testing::loopRun(), GroupKind::Loop);
        QVERIFY(s.group.isValid());
        const GroupLine line = groupLine(s.session.view(), s.first);
        QCOMPARE(line.rounds, std::size_t{23});
        QCOMPARE(line.instructions.size(), std::size_t{71});
        QCOMPARE(line.confirmed, std::size_t{71});
        QVERIFY(textAt(s.group, PlanTreeModel::What).startsWith("Loop ×23, final LTV "));
        QCOMPARE(s.model.rowCount(s.group), 24); // the last one deposits without a borrow
        for (int i = 0; i < 24; ++i) {
            const QModelIndex round = s.model.index(i, 0, s.group);
            QCOMPARE(s.model.kindOf(round), Kind::Iteration);
            QCOMPARE(s.model.rowCount(round), i < 23 ? 3 : 2);
            QCOMPARE(textAt(round, PlanTreeModel::What), i < 23 ? QString("Iteration %1").arg(i + 1) : "Last deposit");
        }
        QCOMPARE(textAt(s.group, PlanTreeModel::State), Words::state(InstructionState::Confirmed).word);
    }
    void stairsGrowToTheColumnsOfTheRecord()
    {
        Shown s(testing::loopRun(), GroupKind::Loop);
        const auto steps = loopSteps(s.session.view(), groupLine(s.session.view(), s.first).instructions);
        QCOMPARE(steps.size(), std::size_t{24});
        for (std::size_t i = 1; i < steps.size(); ++i) {
            QVERIFY(steps[i].collateral > steps[i - 1].collateral);
            QVERIFY(steps[i].debt >= steps[i - 1].debt);
        }
        QVERIFY(std::abs(steps[5].after.ltv - 0.91) < 1e-6);
        const auto stairs =
            s.group.siblingAtColumn(PlanTreeModel::What).data(PlanTreeModel::StaircaseRole).value<QList<QPointF>>();
        QCOMPARE(stairs.size(), 24);
        QCOMPARE(stairs.back(), QPointF(steps.back().collateral, steps.back().debt));
        // As the record has it at the step of the loop's end.
        const auto last = s.session.view().transitionsOfInstruction(
            s.record.instruction(groupLine(s.session.view(), s.first).instructions.last - 1).instruction.id);
        const std::size_t step = s.record.transition(last.back()).step;
        const auto column = [&](ChainColumn c) { return s.record.at(step, s.record.layout().onChain(c)); };
        QVERIFY(std::abs(steps.back().collateral / column(ChainColumn::Collateral) - 1) < 1e-6);
        QVERIFY(std::abs(steps.back().debt / column(ChainColumn::Debt) - 1) < 1e-6);
        QVERIFY(std::abs(steps.back().after.ltv - column(ChainColumn::Ltv)) < 1e-6);
    }
    void lendingColumnsOnlyWhereThereIsLending()
    {
        RunSession session;
        PlanTree panel(session);
        session.setRecord(testing::loopRun().record);
        QVERIFY(!panel.view()->isColumnHidden(PlanTreeModel::Ltv));
        session.setRecord(testing::demoRun("btc-basis", {}, testing::firstDays()).record);
        QVERIFY(panel.view()->isColumnHidden(PlanTreeModel::Ltv));
        QVERIFY(panel.view()->isColumnHidden(PlanTreeModel::HealthFactor));
    }
    void aLoopStaysFoldedWhenItsPlanUnfolds()
    {
        RunSession session;
        PlanTree panel(session);
        panel.resize(900, 400);
        panel.show();
        session.setRecord(testing::loopRun().record);
        session.seek(session.length() - 1);
        const std::size_t first = testing::firstOf(*session.record(), GroupKind::Loop);
        session.select({Selection::Kind::Plan, session.record()->instruction(first).plan});
        const QModelIndex group = groupRow(*panel.model(), *session.record(), first);
        QVERIFY(panel.view()->isExpanded(group.parent()));
        QVERIFY(!panel.view()->isExpanded(group));
    }

    void atomicGroupIsABoxWithItsStepsAndOneGas()
    {
        Shown s(testing::atomicRun(), GroupKind::Atomic);
        QVERIFY(s.group.isValid());
        QVERIFY(textAt(s.group, PlanTreeModel::What).startsWith("One transaction: 5 steps"));
        QCOMPARE(s.model.rowCount(s.group), 5);
        QCOMPARE(s.model.boxOf(s.group), s.group);
        int payments = 0;
        for (int i = 0; i < 5; ++i) {
            const QModelIndex step = s.model.index(i, 0, s.group);
            QCOMPARE(s.model.boxOf(step), s.group);
            const auto id = static_cast<InstructionId>(s.model.selectionOf(step).index);
            for (const std::size_t entry : s.session.view().ledgerOfInstruction(id))
                payments += s.record.ledger(entry).posting.cause == Cause::Gas ? 1 : 0;
            const LendingAfter after = lendingAfter(s.session.view(), id);
            QCOMPARE(textAt(step, PlanTreeModel::Ltv), std::isnan(after.ltv) ? QString() : percent(after.ltv));
        }
        QCOMPARE(payments, 1);
        QVERIFY(!s.model.boxOf(s.group.parent()).isValid());
        const LendingAfter end = groupLine(s.session.view(), s.first).after;
        QVERIFY(std::abs(end.ltv - 0.90) < 1e-6);
        QVERIFY(textAt(s.group, PlanTreeModel::Details).contains(percent(end.ltv)));
        QVERIFY(textAt(s.group, PlanTreeModel::Details).contains("ETH, once"));
        QCOMPARE(textAt(s.group, PlanTreeModel::HealthFactor), healthFactorText(end.healthFactor));
    }
    void balancesBeforeAndAfterAreThoseOfTheLedger()
    {
        Shown s(testing::atomicRun(), GroupKind::Atomic);
        const RunView& view = s.session.view();
        const auto changes = balanceChanges(view, groupLine(view, s.first).instructions);
        QVERIFY(changes.size() >= 3);
        const std::size_t step =
            s.record.transition(view.transitionsOfInstruction(s.record.instruction(s.first).instruction.id).back())
                .step;
        s.session.seek(step);
        for (const BalanceChange& change : changes) // nothing follows the group within its step
            QCOMPARE(change.after, s.session.view().balance(change.account));
        const ChartOfAccounts& chart = s.record.chart();
        for (const BalanceChange& change : changes)
            if (change.account == chart.aave(Asset::ETH).debt) {
                QVERIFY(change.before.isZero());
                QVERIFY(change.tokensAfter < change.after.toDouble()); // the index is above one: more debt than units
            }
    }

    void failedGroupSaysWhatFailedAndThatOnlyGasWasPaid()
    {
        Shown s(testing::failedRun(), GroupKind::Atomic);
        QVERIFY(s.group.isValid());
        const GroupLine line = groupLine(s.session.view(), s.first);
        QVERIFY(line.rolledBack);
        QVERIFY(line.failed != 0);
        QVERIFY(line.error);
        QCOMPARE(line.error->code(), ErrorCode::ChainAaveRefused);
        QCOMPARE(textAt(s.group, PlanTreeModel::State), QString("Rolled back"));
        QCOMPARE(s.model.toneOf(s.group), Tone::Critical);
        const QString details = textAt(s.group, PlanTreeModel::Details);
        QVERIFY2(details.startsWith("Borrow ETH failed: CHAIN-003 Aave refuses: "), qPrintable(details));
        QVERIFY(details.contains("Everything undone, only gas "));
        QVERIFY(!details.contains('{'));
        QStringList states;
        for (int i = 0; i < s.model.rowCount(s.group); ++i)
            states << textAt(s.model.index(i, 0, s.group), PlanTreeModel::State);
        QCOMPARE(states, (QStringList{"Rolled back", "Rolled back", "Rolled back", "Failed", "Rolled back"}));
        const auto changes = balanceChanges(s.session.view(), line.instructions);
        QCOMPARE(changes.size(), std::size_t{1}); // gas
        QCOMPARE(changes.front().account, s.record.chart().wallet(Asset::ETH));
    }

    void inspectorTellsLoopAndGroup()
    {
        Shown loop(testing::loopRun(), GroupKind::Loop);
        const QString plan = loop.page({Selection::Kind::Plan, loop.record.instruction(loop.first).plan});
        QVERIFY(plan.contains("Loop: 23 iterations, 71 transactions"));
        const QString borrow = loop.page({Selection::Kind::Instruction, loop.first + 3});
        QVERIFY(borrow.contains("up to LTV 91.00"));
        QVERIFY(borrow.contains("LTV after"));
        QVERIFY(borrow.contains("Iteration"));
        QVERIFY(loop.page({Selection::Kind::Instruction, loop.first + 2}).contains("what the step before brought"));

        Shown failed(testing::failedRun(), GroupKind::Atomic);
        const QString page = failed.page({Selection::Kind::Plan, failed.record.instruction(failed.first).plan});
        QVERIFY(page.contains("Failed check"));
        const GroupLine line = groupLine(failed.session.view(), failed.first);
        const std::string_view refusal = line.error->value("refusal");
        QCOMPARE(refusal, std::string_view("Panic"));
        QVERIFY(page.contains("arithmetic (Panic)"));
        QVERIFY(page.contains("everything undone, only gas was paid"));
        QVERIFY(page.contains(" ETH"));
        const QString figures = page.left(page.indexOf("Conditions against"));
        QVERIFY2(!figures.contains("USDT"), qPrintable(figures)); // the run is counted in ETH
    }
    void inspectorTellsTheConversion()
    {
        Shown s(testing::atomicRun(), GroupKind::Atomic);
        const RunView& view = s.session.view();
        const AccountId account = s.record.chart().aave(Asset::weETH).supply;
        const Conversion c = conversionOf(view, account);
        const QString page = s.page({Selection::Kind::Account, account});
        for (const QString& figure : {quantity(c.index, 9), quantity(c.underlying, 9), quantity(c.ratio, 9),
                                      quantity(c.coins, 9), money(c.usd)})
            QVERIFY2(page.contains(figure), qPrintable(figure));
    }
    void everyInstructionTypeHasATitle()
    {
        const std::vector<InstructionBody> bodies{Transfer{},    SpotTrade{},  PerpTrade{}, Swap{},   Stake{},
                                                  Unstake{},     Supply{},     Withdraw{},  Borrow{}, Repay{},
                                                  FlashBorrow{}, FlashRepay{}, SetEMode{}};
        QCOMPARE(bodies.size(), kInstructionTypes.size());
        QSet<QString> titles;
        for (const InstructionBody& body : bodies) {
            titles += titleOf(body);
            QVERIFY(!venueOf(body).isEmpty());
            QCOMPARE(amountOf(body).isEmpty(), std::holds_alternative<SetEMode>(body));
        }
        QCOMPARE(titles.size(), static_cast<qsizetype>(bodies.size()));
    }
    void modelIsSoundWhileSeeking()
    {
        RunSession session;
        PlanTreeModel model(session.view());
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        tester.setUseFetchMore(false);
        for (const BacktestResult* run : {&testing::loopRun(), &testing::failedRun()}) {
            session.setRecord(run->record);
            model.reset();
            for (std::size_t step : {std::size_t{0}, std::size_t{3}, session.length() - 1, std::size_t{1}}) {
                session.seek(step);
                model.update();
                for (int plan = 0; plan < model.planCount(); ++plan)
                    model.rowCount(model.index(plan, 0));
            }
        }
    }
};

QTEST_MAIN(TestChainPlans)
#include "tst_chain_plans.moc"
