// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/theme.h"
#include "common/words.h"
#include "demo_run.h"
#include "pipeline/why_not.h"

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

struct Shown {
    Shown()
    {
        session.setRecord(run().record);
        session.seek(500);
        panel.resize(800, 300);
        panel.show();
    }
    RunSession session;
    WhyNot panel{session};
};

} // namespace

class TestWhyNot : public QObject
{
    Q_OBJECT
  private slots:
    void initTestCase() { Theme::instance().apply(*qApp, Theme::Mode::Light); }
    void emptyState();
    void listsEveryCondition();
    void columnsHoldTheirFigures();
    void closestComesFirst();
    void namesTheNearest();
    void goesToTheNextTime();
    void saysWhenThereIsNone();
};

void TestWhyNot::emptyState()
{
    RunSession session;
    WhyNot panel(session);
    panel.show();
    QVERIFY(panel.findChild<EmptyStack*>()->isEmpty());
}

void TestWhyNot::listsEveryCondition()
{
    Shown s;
    const auto step = lastDecision(s.session.view(), 500);
    QVERIFY(step.has_value());
    const auto lines = conditionLines(s.session.view(), *step);
    QVERIFY(!lines.empty());
    const auto* model = s.panel.view()->model();
    QCOMPARE(model->rowCount(), static_cast<int>(lines.size()));
    for (int row = 0; row < model->rowCount(); ++row) {
        const ConditionLine& line = lines[static_cast<std::size_t>(row)];
        QCOMPARE(model->index(row, WhyNot::Condition).data().toString(), Words::condition(line.definition));
        const QString word = model->index(row, WhyNot::Met).data().toString();
        if (!std::isnan(line.value))
            QCOMPARE(word, line.met ? Words::conditionMet(line.role) : QString("Not met"));
        if (line.definition.threshold != 0 && !std::isnan(line.value))
            QVERIFY(std::abs(line.relativeMargin * std::abs(line.definition.threshold) - line.margin) < 1e-9);
        QVERIFY(std::isnan(line.value) || line.distance >= 0);
    }
}

void TestWhyNot::columnsHoldTheirFigures()
{
    Shown s;
    QTableView* table = s.panel.view();
    const QAbstractItemView* view = table;
    for (int column = 0; column < table->model()->columnCount(); ++column)
        QVERIFY(table->columnWidth(column) >= view->sizeHintForColumn(column));
    table->setColumnWidth(WhyNot::Condition, 60); // somebody's own width stays
    s.session.seek(501);
    QCOMPARE(table->columnWidth(WhyNot::Condition), 60);
}

void TestWhyNot::closestComesFirst()
{
    Shown s;
    s.panel.findChild<QCheckBox*>("closestFirst")->setChecked(true);
    auto lines = conditionLines(s.session.view(), *lastDecision(s.session.view(), 500));
    std::erase_if(lines, [](const ConditionLine& l) { return std::isnan(l.value); });
    std::stable_sort(lines.begin(), lines.end(),
                     [](const ConditionLine& a, const ConditionLine& b) { return a.distance < b.distance; });
    for (std::size_t row = 0; row < lines.size(); ++row)
        QCOMPARE(s.panel.view()->model()->index(static_cast<int>(row), 0).data().toString(),
                 Words::condition(lines[row].definition));
}

void TestWhyNot::namesTheNearest()
{
    Shown s;
    const auto lines = conditionLines(s.session.view(), *lastDecision(s.session.view(), 500));
    const auto nearest = nearestCondition(lines);
    QVERIFY(nearest.has_value());
    for (const ConditionLine& line : lines)
        QVERIFY(line.met || line.role != ConditionRole::Trigger || std::isnan(line.value) ||
                line.distance >= lines[*nearest].distance);
    QVERIFY(s.panel.sentence().contains(Words::condition(lines[*nearest].definition)));
}

void TestWhyNot::goesToTheNextTime()
{
    Shown s;
    const RunView& view = s.session.view();
    const std::size_t conditions = run().record->info().conditions.size();
    int found = 0;
    for (std::size_t i = 0; i < conditions; ++i) {
        s.session.seek(500);
        const auto next = nextTimeMet(view, i, 500);
        if (!next)
            continue;
        ++found;
        for (std::size_t step = 501; step <= *next; ++step)
            if (const auto lines = conditionLines(view, step); !lines.empty())
                QCOMPARE(lines[i].met, step == *next);
        s.panel.view()->setCurrentIndex(s.panel.view()->model()->index(static_cast<int>(i), 0));
        QTest::mouseClick(s.panel.findChild<QPushButton*>("nextTimeMetButton"), Qt::LeftButton);
        QCOMPARE(s.session.cursor(), *next);
    }
    QVERIFY(found > 0);
}

void TestWhyNot::saysWhenThereIsNone()
{
    Shown s;
    s.session.seek(s.session.length() - 1);
    const std::size_t before = s.session.cursor();
    QTest::mouseClick(s.panel.findChild<QPushButton*>("nextTimeMetButton"), Qt::LeftButton);
    QCOMPARE(s.session.cursor(), before);
    QVERIFY(s.panel.sentence().contains("not met again"));
}

QTEST_MAIN(TestWhyNot)
#include "tst_why_not.moc"
