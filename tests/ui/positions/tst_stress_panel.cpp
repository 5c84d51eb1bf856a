// SPDX-License-Identifier: GPL-3.0-or-later
#include "chain_runs.h"
#include "common/number_format.h"
#include "common/theme.h"
#include "positions/stress_panel.h"

#include <QtTest>
#include <QtWidgets>

using namespace carry;
using namespace carry::ui;

class TestStressPanel : public QObject
{
    Q_OBJECT
  private slots:
    void initTestCase() { Theme::instance().apply(*qApp, Theme::Mode::Light); }
    void emptyState();
    void rowsAreThoseOfTheDesk();
    void followsTheCursorWhenItRests();
    void anotherRun();
};

void TestStressPanel::emptyState()
{
    RunSession session;
    StressPanel panel(session);
    panel.show();
    QVERIFY(panel.findChild<EmptyStack*>()->isEmpty());
}

void TestStressPanel::rowsAreThoseOfTheDesk()
{
    RunSession session;
    session.setRecord(testing::loopRun().record);
    StressPanel panel(session);
    panel.show();
    const StressReport report = stressAt(session.view().record(), session.cursor()).value();
    QTRY_COMPARE(panel.view()->model()->rowCount(), static_cast<int>(report.rows.size()));
    QCOMPARE(panel.view()->model()->headerData(StressPanel::Equity, Qt::Horizontal).toString(),
             QString("Equity, USDT"));
    QStringList names;
    for (std::size_t i = 0; i < report.rows.size(); ++i) {
        const auto at = [&](int column) {
            return panel.view()->model()->index(static_cast<int>(i), column).data().toString();
        };
        const QModelIndex name = panel.view()->model()->index(static_cast<int>(i), StressPanel::Scenario);
        QCOMPARE(name.data(Qt::ToolTipRole).toString(),
                 QString::fromStdString(describeScenario(report.rules, report.rows[i].scenario)));
        QVERIFY(!names.contains(at(StressPanel::Scenario))); // told apart
        names << at(StressPanel::Scenario);
        QVERIFY(panel.view()->columnWidth(StressPanel::Scenario) >
                panel.view()->fontMetrics().horizontalAdvance(at(StressPanel::Scenario)));
        QCOMPARE(at(StressPanel::Equity), inCurrency(report.rows[i].after.equity, report.rules.shareClass));
    }
    QVERIFY(panel.headline().contains(percent(*report.headroom.ratioBudget.value)));
}

void TestStressPanel::followsTheCursorWhenItRests()
{
    RunSession session;
    session.setRecord(testing::loopRun().record);
    StressPanel panel(session);
    panel.show();
    for (std::size_t step = 20; step <= 60; ++step)
        session.seek(step);
    QTRY_VERIFY(panel.headline().contains(dateTime(session.record()->time(60))));
}

void TestStressPanel::anotherRun()
{
    RunSession session;
    session.setRecord(testing::loopRun().record);
    StressPanel panel(session);
    panel.show();
    QTRY_VERIFY(panel.view()->model()->rowCount() > 0);
    session.setRecord(testing::atomicRun().record);
    const StressReport report = stressAt(session.view().record(), session.cursor()).value();
    QTRY_COMPARE(panel.view()->model()->rowCount(), static_cast<int>(report.rows.size()));
}

QTEST_MAIN(TestStressPanel)
#include "tst_stress_panel.moc"
