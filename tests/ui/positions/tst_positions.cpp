// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/item_views.h"
#include "common/number_format.h"
#include "common/run_session.h"
#include "common/theme.h"
#include "demo_run.h"
#include "positions/exposure_panel.h"
#include "positions/flash_delegate.h"
#include "positions/headroom_delegate.h"
#include "positions/positions_model.h"
#include "positions/positions_panel.h"
#include "positions/risk_panel.h"

#include <QAbstractItemModelTester>
#include <QtTest>
#include <QtWidgets>

using namespace carry;
using namespace carry::ui;

namespace
{

using Mode = QAbstractItemModelTester::FailureReportingMode;

//! Leaves and comes back to its positions, so that holdings appear and vanish.
const BacktestResult& run()
{
    static const BacktestResult result = testing::demoRun("btc-basis", {"funding_filter.enabled=true"});
    return result;
}

double plainAt(const QModelIndex& index, int column)
{
    return index.siblingAtColumn(column).data(PlainRole).toString().toDouble();
}

//! Steps of interest: every plan's, the ones around it, and a grid between.
std::vector<std::size_t> tour()
{
    std::vector<std::size_t> steps{0};
    const RunRecord& record = *run().record;
    const std::size_t last = record.committed() - 1;
    for (std::uint32_t p = 0; p < record.ends(last).plans; ++p)
        for (std::size_t around = 0; around < 5; ++around)
            steps.push_back(std::min(last, record.plan(p).decisionStep + around));
    for (std::size_t step = 0; step < last; step += 613)
        steps.push_back(step);
    return steps;
}

} // namespace

class TestPositions : public QObject
{
    Q_OBJECT
  private slots:
    void initTestCase() { Theme::instance().apply(*qApp, Theme::Mode::Light); }
    void emptyState();
    void valuesSumToTheNav();
    void modelIsSoundWhileSeeking();
    void rowsStayWhileTheCursorMoves();
    void fundsAreInFlightBetweenTheirSteps();
    void selectingSelectsInTheSession();
    void selectionElsewhereIsShown();
    void instructionsMarkTheirPlaces();
    void changedFiguresFlash();
    void copyingGivesPlainValues();
    void hiddenPanelsWait();
    void exposureFollowsTheRecord();
    void exposureSelectsExchanges();
    void exposureSelectsAssets();
    void riskShowsLevelsWithWords();
    void riskSelectsExchanges();
    void headroomBar_data();
    void headroomBar();
};

void TestPositions::emptyState()
{
    RunSession session;
    PositionsPanel panel(session);
    ExposurePanel exposure(session);
    RiskPanel risk(session);
    for (QWidget* widget :
         {static_cast<QWidget*>(&panel), static_cast<QWidget*>(&exposure), static_cast<QWidget*>(&risk)}) {
        widget->show();
        QVERIFY(widget->findChild<QLabel*>("emptyHintLabel")->isVisible());
    }
    session.setRecord(run().record);
    QVERIFY(panel.view()->isVisible());
    QVERIFY(risk.view()->isVisible());
    session.setRecord(nullptr);
    QVERIFY(!panel.view()->isVisible());
    QCOMPARE(panel.model()->rowCount(), 0);
}

void TestPositions::valuesSumToTheNav()
{
    RunSession session;
    session.setRecord(run().record);
    PositionsModel model;
    for (const std::size_t step : tour()) {
        session.seek(step);
        model.update(session.view());
        double places = 0;
        double lines = 0;
        const int total = model.rowCount() - 1;
        for (int row = 0; row < total; ++row) {
            const QModelIndex place = model.index(row, 0);
            places += plainAt(place, PositionsModel::Value);
            for (int i = 0; i < model.rowCount(place); ++i)
                lines += plainAt(model.index(i, 0, place), PositionsModel::Value);
        }
        const double nav = session.view().value(ColumnLayout::step(StepColumn::Nav));
        QCOMPARE(plainAt(model.index(total, 0), PositionsModel::Value), nav);
        QVERIFY2(std::abs(places - nav) < 1e-6, qPrintable(QString("step %1: %2").arg(step).arg(places - nav)));
        QVERIFY(std::abs(lines - nav) < 1e-6);
        for (const VenueLine& line : venueLines(session.view()))
            QVERIFY(std::abs(plainAt(model.indexOf({Selection::Kind::Exchange, exchangeIndex(line.venue)}),
                                     PositionsModel::Value) -
                             line.equity) < 1e-6);
    }
}

void TestPositions::modelIsSoundWhileSeeking()
{
    RunSession session;
    PositionsModel model;
    QAbstractItemModelTester tester(&model, Mode::QtTest);
    model.update(session.view());
    session.setRecord(run().record);
    const auto steps = tour();
    for (std::size_t i = 0; i < steps.size(); ++i) { // to and fro
        session.seek(steps[i % 2 == 0 ? i : steps.size() - i]);
        model.update(session.view());
    }
    model.update(RunView());
    QCOMPARE(model.rowCount(), 0);
}

void TestPositions::rowsStayWhileTheCursorMoves()
{
    RunSession session;
    session.setRecord(run().record);
    PositionsModel model;
    session.seek(1000);
    model.update(session.view());
    const QPersistentModelIndex place = model.index(1, 0);
    const QPersistentModelIndex line = model.index(0, 0, place);
    QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
    QSignalSpy removed(&model, &QAbstractItemModel::rowsRemoved);
    session.seek(2000);
    model.update(session.view());
    QCOMPARE(reset.count(), 0);
    QCOMPARE(removed.count(), 0);
    QVERIFY(place.isValid() && line.isValid());
}

void TestPositions::fundsAreInFlightBetweenTheirSteps()
{
    RunSession session;
    session.setRecord(run().record);
    PositionsModel model;
    const auto inFlight = [&model] { return plainAt(model.index(4, 0), PositionsModel::Value); };
    session.seek(0); // the transfers of the first plan have left
    model.update(session.view());
    QCOMPARE(model.index(4, 0).data().toString(), QString("In flight"));
    QVERIFY(inFlight() > 90'000);
    QCOMPARE(inFlight(), session.view().value(ColumnLayout::step(StepColumn::InFlight)));
    session.seek(2);
    model.update(session.view());
    QCOMPARE(inFlight(), 0.0);
    QCOMPARE(model.rowCount(model.index(4, 0)), 0);
}

void TestPositions::selectingSelectsInTheSession()
{
    RunSession session;
    session.setRecord(run().record);
    session.seek(100);
    PositionsPanel panel(session);
    panel.resize(700, 400);
    panel.show();
    QTreeView& tree = *panel.view();
    const QModelIndex place = panel.model()->index(1, 0);
    QVERIFY(tree.isExpanded(place));
    QTest::mouseClick(tree.viewport(), Qt::LeftButton, {}, tree.visualRect(place).center());
    QCOMPARE(session.selection(), (Selection{Selection::Kind::Exchange, 0}));
    QTest::keyClick(&tree, Qt::Key_Down);
    const ExchangeAccounts& accounts = run().record->chart().exchange(Venue::Binance);
    QCOMPARE(session.selection(), (Selection{Selection::Kind::Account, accounts.usdt}));
    QTest::keyClick(&tree, Qt::Key_Down);
    QTest::keyClick(&tree, Qt::Key_Down);
    QCOMPARE(session.selection(), (Selection{Selection::Kind::Account, accounts.perp}));
    // Rows that come and go while the cursor moves select nothing.
    session.seek(0);
    QCOMPARE(session.selection(), (Selection{Selection::Kind::Account, accounts.perp}));
}

void TestPositions::selectionElsewhereIsShown()
{
    RunSession session;
    session.setRecord(run().record);
    session.seek(100);
    PositionsPanel panel(session);
    panel.show();
    const ExchangeAccounts& accounts = run().record->chart().exchange(Venue::Okx);
    session.select({Selection::Kind::Account, accounts.coin});
    QCOMPARE(panel.view()->currentIndex().data(PlainRole).toString(), QString("OKX BTC spot"));
    session.select({Selection::Kind::Exchange, 1});
    QCOMPARE(panel.view()->currentIndex().data().toString(), QString("Bybit"));
    session.select({Selection::Kind::Plan, 1});
    QVERIFY(panel.view()->selectionModel()->selectedRows().empty());
    QCOMPARE(session.selection(), (Selection{Selection::Kind::Plan, 1}));
}

void TestPositions::instructionsMarkTheirPlaces()
{
    RunSession session;
    session.setRecord(run().record);
    PositionsPanel panel(session);
    panel.show();
    session.select({Selection::Kind::Instruction, 6}); // spot at Bybit
    PositionsModel& model = *panel.model();
    const auto marked = [&model](int row) { return model.index(row, 0).data(Qt::BackgroundRole).isValid(); };
    QVERIFY(!marked(0) && !marked(1) && marked(2) && !marked(3));
    QVERIFY(model.index(0, 1, model.index(2, 0)).data(Qt::BackgroundRole).isValid());
    session.clearSelection();
    QVERIFY(!marked(2));
}

void TestPositions::changedFiguresFlash()
{
    RunSession session;
    session.setRecord(run().record);
    session.seek(100);
    PositionsPanel panel(session);
    panel.show();
    PositionsModel& model = *panel.model();
    const QModelIndex perp =
        model.indexOf({Selection::Kind::Account, run().record->chart().exchange(Venue::Binance).perp});
    const double before = plainAt(perp, PositionsModel::Price);
    session.seek(101);
    const double after = plainAt(perp, PositionsModel::Price);
    QVERIFY(before != after);
    QCOMPARE(perp.siblingAtColumn(PositionsModel::Price).data(PositionsModel::ChangeRole).toInt(),
             after > before ? 1 : -1);
    QCOMPARE(perp.siblingAtColumn(PositionsModel::Amount).data(PositionsModel::ChangeRole).toInt(), 0);
    const auto* flash = qobject_cast<FlashDelegate*>(panel.view()->itemDelegate());
    QCOMPARE(flash->strength(), 1.0);
    session.seek(102); // at once after the other: scrubbing
    QCOMPARE(flash->strength(), 0.0);
    QTest::qWait(250);
    session.seek(103);
    QCOMPARE(flash->strength(), 1.0);
    QTRY_COMPARE(flash->strength(), 0.0);
}

void TestPositions::copyingGivesPlainValues()
{
    RunSession session;
    session.setRecord(run().record);
    session.seek(100);
    PositionsPanel panel(session);
    panel.show();
    panel.view()->setColumnHidden(PositionsModel::Notional, true);
    session.select({Selection::Kind::Account, run().record->chart().exchange(Venue::Binance).perp});
    panel.activateWindow();
    panel.view()->setFocus();
    QVERIFY(QTest::qWaitForWindowActive(&panel));
    QTest::keyClick(panel.view(), Qt::Key_C, Qt::ControlModifier);
    const QStringList cells = QApplication::clipboard()->text().trimmed().split('\t');
    QCOMPARE(cells.size(), 5);
    QCOMPARE(cells[0], QString("Binance BTC perp"));
    QCOMPARE(cells[1], QString("-0.47"));
    QVERIFY(cells[2].toDouble() > 1000);
}

void TestPositions::hiddenPanelsWait()
{
    RunSession session;
    session.setRecord(run().record);
    PositionsPanel panel(session);
    panel.show();
    QSignalSpy changed(panel.model(), &QAbstractItemModel::dataChanged);
    panel.hide();
    session.seek(50);
    QCOMPARE(changed.count(), 0);
    panel.show();
    QVERIFY(changed.count() > 0);
    const double nav = session.view().value(ColumnLayout::step(StepColumn::Nav));
    QCOMPARE(plainAt(panel.model()->index(5, 0), PositionsModel::Value), nav);
}

void TestPositions::exposureFollowsTheRecord()
{
    RunSession session;
    session.setRecord(run().record);
    ExposurePanel panel(session);
    panel.show();
    QAbstractItemModelTester assets(panel.assets()->model(), Mode::QtTest);
    QAbstractItemModelTester exchanges(panel.exchanges()->model(), Mode::QtTest);
    for (const std::size_t step : tour()) {
        session.seek(step);
        const auto lines = exposureLines(session.view());
        QCOMPARE(panel.assets()->model()->rowCount(), static_cast<int>(lines.size()));
        for (std::size_t i = 0; i < lines.size(); ++i) {
            const QModelIndex row = panel.assets()->model()->index(static_cast<int>(i), 0);
            QCOMPARE(plainAt(row, 1), lines[i].net);
            QCOMPARE(plainAt(row, 7), lines[i].grossValue);
        }
        const auto venues = venueLines(session.view());
        QCOMPARE(plainAt(panel.exchanges()->model()->index(2, 0), 2), venues[2].equity);
    }
}

void TestPositions::exposureSelectsExchanges()
{
    RunSession session;
    session.setRecord(run().record);
    ExposurePanel panel(session);
    panel.show();
    QTableView& table = *panel.exchanges();
    QTest::mouseClick(table.viewport(), Qt::LeftButton, {}, table.visualRect(table.model()->index(1, 0)).center());
    QCOMPARE(session.selection(), (Selection{Selection::Kind::Exchange, 1}));
    session.select({Selection::Kind::Exchange, 2});
    QCOMPARE(table.currentIndex().row(), 2);
}

void TestPositions::exposureSelectsAssets()
{
    RunSession session;
    session.setRecord(run().record);
    ExposurePanel panel(session);
    panel.show();
    QTableView& table = *panel.assets();
    const ExposureLine line = exposureLines(session.view()).front();
    QTest::mouseClick(table.viewport(), Qt::LeftButton, {}, table.visualRect(table.model()->index(0, 0)).center());
    QCOMPARE(session.selection(), (Selection{Selection::Kind::Asset, static_cast<std::size_t>(line.asset)}));
    QVERIFY(table.selectionModel()->isRowSelected(0));
    session.select({Selection::Kind::Exchange, 2});
    QVERIFY(!table.selectionModel()->hasSelection());
    double net = 0;
    for (const ExposurePart& part : exposureParts(session.view(), line.asset))
        net += part.coins;
    QVERIFY(std::abs(net - line.net) < 1e-9);
}

void TestPositions::riskShowsLevelsWithWords()
{
    RunSession session;
    session.setRecord(run().record);
    RiskPanel panel(session);
    panel.show();
    QAbstractItemModel& model = *panel.view()->model();
    QAbstractItemModelTester tester(&model, Mode::QtTest);
    bool anyWarning = false;
    for (const std::size_t step : tour()) {
        session.seek(step);
        const auto lines = riskLines(session.view());
        QCOMPARE(model.rowCount(), static_cast<int>(lines.size()));
        for (std::size_t i = 0; i < lines.size(); ++i) {
            const QModelIndex row = model.index(static_cast<int>(i), RiskPanel::Level);
            QVERIFY(!qvariant_cast<QIcon>(row.data(Qt::DecorationRole)).isNull());
            QVERIFY(!row.data().toString().isEmpty());
            if (lines[i].level == RiskLevel::Warn) {
                anyWarning = true;
                QCOMPARE(row.data().toString(), QString("Warning"));
            }
            if (!std::isnan(lines[i].value))
                QCOMPARE(plainAt(row, RiskPanel::Value), lines[i].value);
            QCOMPARE(row.siblingAtColumn(RiskPanel::Headroom).data(HeadroomDelegate::HeadroomRole).toDouble(),
                     lines[i].headroom);
        }
    }
    QVERIFY(anyWarning);
    session.seek(0); // nothing is held yet
    QCOMPARE(model.index(0, RiskPanel::Level).data().toString(), QString("no position"));
    QCOMPARE(model.index(0, RiskPanel::AtCritical).data().toString(), QString("Margin support"));
}

void TestPositions::riskSelectsExchanges()
{
    RunSession session;
    session.setRecord(run().record);
    RiskPanel panel(session);
    panel.resize(700, 500);
    panel.show();
    QTableView& table = *panel.view();
    table.setFocus();
    QTest::mouseClick(table.viewport(), Qt::LeftButton, {}, table.visualRect(table.model()->index(0, 0)).center());
    QCOMPARE(session.selection(), (Selection{Selection::Kind::Exchange, 0}));
    QTest::keyClick(&table, Qt::Key_Down);
    QCOMPARE(session.selection(), (Selection{Selection::Kind::Exchange, 1}));
    QCOMPARE(table.currentIndex().row(), 1);
    session.select({Selection::Kind::Exchange, 2});
    QCOMPARE(table.currentIndex().siblingAtColumn(RiskPanel::Scope).data().toString(), QString("OKX"));
}

void TestPositions::headroomBar_data()
{
    QTest::addColumn<double>("headroom");
    QTest::addColumn<int>("filled");
    QTest::newRow("at critical") << 0.0 << 0;
    QTest::newRow("at warning") << 0.5 << 44;
    QTest::newRow("far") << 1.0 << 88;
    QTest::newRow("beyond") << 1.7 << 88;
}

void TestPositions::headroomBar()
{
    QFETCH(const double, headroom);
    QFETCH(const int, filled);
    const HeadroomBar bar = HeadroomBar::in(QRect(10, 0, 100, 20), headroom);
    QCOMPARE(bar.fill.width(), filled);
    QCOMPARE(bar.track.width(), 88);
    QCOMPARE(bar.criticalX, bar.track.left());
    QCOMPARE(bar.warnX, bar.track.left() + 44);
}

QTEST_MAIN(TestPositions)
#include "tst_positions.moc"
