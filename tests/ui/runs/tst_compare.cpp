// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/item_views.h"
#include "common/theme.h"
#include "runs/compare_view.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTableView>
#include <QtTest>

using namespace carry;
using namespace carry::ui;

namespace
{

Comparison madeComparison()
{
    Comparison c;
    for (const char* id : {"aaaa1111", "bbbb2222", "cccc3333"}) {
        StoredRun run;
        run.info.runId = id;
        run.info.preset = "btc-basis";
        run.info.strategy = "btc_basis";
        run.info.dataName = "demo";
        run.info.synthetic = true;
        c.runs.push_back(std::move(run));
    }
    c.metrics = {
        {"nav_final", "USDT", {Figure::of(100), Figure::of(120), Figure::of(110)}},
        {"max_drawdown", "fraction", {Figure::of(.03), Figure::of(.01), Figure::of(.01)}},
        {"sharpe", "", {Figure::empty(EmptyReason::TooFewDays), Figure::of(1), Figure::of(2)}},
        {"turnover", "", {Figure::of(1), Figure::of(2), Figure::of(3)}},
        {"liquidations", "", {Figure::of(0), Figure::of(0), Figure::of(0)}},
        {"pnl.funding", "USDT", {Figure::of(-5), Figure::of(7), Figure::of(1)}},
    };
    c.configuration = {{"capital", {"100", "120", std::nullopt}}};
    Divergence d;
    d.time = *parseIsoTime("2024-08-05T13:00:00Z");
    d.stepA = d.stepB = 1022;
    d.what = "decision";
    d.valueA = "HOLD";
    d.valueB = "OPEN";
    d.decisionTime = d.time;
    d.decisionA = "HOLD";
    d.decisionB = "OPEN";
    c.divergence = {std::nullopt, d, std::nullopt};
    return c;
}

} // namespace

class TestCompare : public QObject
{
    Q_OBJECT
  private slots:
    void initTestCase() { Theme::instance().apply(*qApp, Theme::Mode::Light); }

    void theBetterOneIsMarked()
    {
        const Comparison c = madeComparison();
        using Marks = std::vector<bool>;
        QCOMPARE(bestOf(c.metrics[0], true), (Marks{false, true, false}));
        QCOMPARE(bestOf(c.metrics[1], true), (Marks{false, true, true})); // a small drawdown is good
        QCOMPARE(bestOf(c.metrics[2], true), (Marks{false, false, true}));
        QCOMPARE(bestOf(c.metrics[3], true), Marks()); // a turnover is neither
        QCOMPARE(bestOf(c.metrics[4], true), Marks()); // all equal
        QCOMPARE(bestOf(c.metrics[5], true), (Marks{false, true, false}));
        // Amounts of runs with different capital say nothing, ratios do.
        QCOMPARE(bestOf(c.metrics[0], false), Marks());
        QCOMPARE(bestOf(c.metrics[1], false), (Marks{false, true, true}));
        MetricDifference hedge{"pnl.perp_price", "USDT", {Figure::of(1), Figure::of(2)}};
        QCOMPARE(bestOf(hedge, true), Marks());
    }
    void metricsSideBySide()
    {
        CompareMetricsModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setComparison(madeComparison());
        QCOMPARE(model.rowCount(), 6);
        QCOMPARE(model.columnCount(), 4);
        QCOMPARE(model.headerData(2, Qt::Horizontal, Qt::DisplayRole).toString(), QStringLiteral("B  btc-basis"));
        QCOMPARE(model.index(0, 0).data().toString(), QStringLiteral("Final NAV"));
        QVERIFY(model.index(0, 2).data().toString().startsWith(QStringLiteral("120.00")));
        QVERIFY(!model.index(0, 2).data(Qt::DecorationRole).isNull());
        QVERIFY(model.index(0, 2).data(Qt::AccessibleTextRole).toString().endsWith(QStringLiteral("best")));
        QVERIFY(model.index(0, 1).data(Qt::DecorationRole).isNull());
        QCOMPARE(model.index(2, 1).data().toString(), QStringLiteral("–"));
        QVERIFY(model.index(2, 1).data(Qt::ToolTipRole).toString().contains(QStringLiteral("No value")));
        QVERIFY(model.index(5, 0).data().toString().startsWith(QStringLiteral("P&L: ")));
        QCOMPARE(model.index(1, 2).data(PlainRole).toString(), QStringLiteral("0.01"));
    }
    void keysThatDiffer()
    {
        CompareConfigModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setComparison(madeComparison());
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.index(0, 0).data().toString(), QStringLiteral("capital"));
        QCOMPARE(model.index(0, 2).data().toString(), QStringLiteral("120"));
        QCOMPARE(model.index(0, 3).data().toString(), QStringLiteral("not there"));
        model.setComparison({});
        QCOMPARE(model.rowCount(), 0);
    }
    void whereTheyPart()
    {
        CompareView view;
        view.setComparison(madeComparison());
        view.resize(1200, 700);
        view.show();
        const auto buttons = view.findChildren<QPushButton*>(QStringLiteral("openBothButton"));
        QCOMPARE(buttons.size(), 1); // A and C are the same
        QSignalSpy openAt(&view, &CompareView::openBesideRequested);
        QTest::mouseClick(buttons[0], Qt::LeftButton);
        QCOMPARE(openAt.count(), 1);
        QCOMPARE(openAt[0][0].toString(), QStringLiteral("bbbb2222"));
        QCOMPARE(openAt[0][1].toString(), QStringLiteral("aaaa1111"));
        QCOMPARE(openAt[0][2].toLongLong(), toMs(*parseIsoTime("2024-08-05T13:00:00Z")));
        for (const QTableView* table : view.findChildren<QTableView*>())
            QCOMPARE(table->horizontalHeader()->textElideMode(), Qt::ElideRight); // the letter is seen
        const QString text = view.plainText();
        QVERIFY2(text.contains(QStringLiteral("2024-08-05T13:00:00Z")), qPrintable(text));
        QVERIFY2(text.contains(QStringLiteral("A and C are the same")), qPrintable(text));
        QVERIFY2(text.contains(QStringLiteral("Final NAV\t100\t120\t110")), qPrintable(text));
        view.setComparison(madeComparison()); // a second time shows it once
        QCOMPARE(view.findChildren<QPushButton*>(QStringLiteral("openBothButton")).size(), 1);
        QSignalSpy back(&view, &CompareView::backRequested);
        QTest::mouseClick(view.findChild<QPushButton*>(QStringLiteral("backToRunsButton")), Qt::LeftButton);
        QCOMPARE(back.count(), 1);
        bool said = false;
        for (const QLabel* label : view.findChildren<QLabel*>())
            said = said || label->text() == QStringLiteral("demo (synthetic)");
        QVERIFY(said);
    }
    void bridgeLeadsToTheChosenRun()
    {
        Comparison c = madeComparison();
        for (std::size_t i = 0; i < c.runs.size(); ++i) {
            const double funding = 5.0 + static_cast<double>(i);
            c.runs[i].info.capital = 100;
            c.runs[i].summary.pnlBalance = funding;
            c.runs[i].summary.attribution.add(Venue::Okx, PnlItem::Funding, funding);
            c.curves.push_back({{{0, 3'600'000}, {1, 1 + funding / 100}}, {{0, 3'600'000}, {0, 0}}});
        }
        CompareView view;
        view.resize(1200, 700);
        view.setComparison(c);
        view.show();
        CompareCharts& charts = view.charts();
        QCOMPARE(charts.bridge().bars.back().to, 6.0);
        auto* tabs = charts.findChild<QTabWidget*>();
        tabs->setCurrentIndex(1);
        auto* other = charts.findChild<QComboBox*>(QStringLiteral("bridgeRun"));
        QCOMPARE(other->count(), 2);
        other->setFocus();
        QTest::keyClick(other, Qt::Key_Down);
        QCOMPARE(charts.bridge().bars.back().to, 7.0);
        const QString text = charts.bridgeText();
        QVERIFY2(text.startsWith(QStringLiteral("P&L of A\t5\n")), qPrintable(text));
        QVERIFY2(text.contains(QStringLiteral("\t2\nUnexplained\t0\nP&L of C\t7\n")), qPrintable(text));
        QVERIFY(view.plainText().contains(text));
        // The read-out above the curves tells the end of each.
        bool told = false;
        for (const QLabel* label : charts.findChildren<QLabel*>())
            told = told || label->text().contains(QStringLiteral("A 105.00 (drawdown 0.000 %)   B 106.00"));
        QVERIFY(told);
        Theme::instance().setMode(Theme::Mode::Dark); // is drawn anew
        Theme::instance().setMode(Theme::Mode::Light);
        view.setComparison({}); // nothing to draw
        QVERIFY(!view.grab().isNull());
    }
};

QTEST_MAIN(TestCompare)
#include "tst_compare.moc"
