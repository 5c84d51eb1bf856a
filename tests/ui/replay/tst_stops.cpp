// SPDX-License-Identifier: GPL-3.0-or-later
#include "demo_run.h"
#include "replay/player.h"
#include "replay/stops_panel.h"

#include <QAbstractItemModelTester>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QtTest>

using namespace carry;
using namespace carry::ui;

class TestStops : public QObject
{
    Q_OBJECT
  private slots:
    void initTestCase() { m_run = testing::demoRun("demo-tour"); }
    void kindsAndConditions();
    void stopsBeforeAndGoesOn();
    void stopsAtTheNthHit();
    void stopsAtTheGreatestSpeed();
    void stopsInsideALoop();
    void stopsWhileARunGrows();
    void staysForTheNextStart();
    void aConditionOfAnotherStrategySaysWhy();
    void panelAddsAndGoesToHits();
    void goesOnAfterAStop();

  private:
    std::vector<std::size_t> eventsOf(RunEvent event) const
    {
        std::vector<std::size_t> steps;
        const std::size_t end = m_run.record->committed();
        for (auto at = nextEvent(*m_run.record, event, std::nullopt, end); at;
             at = nextEvent(*m_run.record, event, at, end))
            steps.push_back(*at);
        return steps;
    }
    BacktestResult m_run;
};

void TestStops::kindsAndConditions()
{
    StopModel model;
    const QAbstractItemModelTester tester(&model);
    QCOMPARE(model.rowCount(), int(kRunEventCount));
    QVERIFY(!model.addCondition("nav > 1").has_value()); // of no run
    model.setRecord(m_run.record);
    QVERIFY(!model.anyOn());
    const auto bad = model.addCondition("nav >");
    QVERIFY(!bad.has_value());
    QVERIFY(bad.error().code() == ErrorCode::ConfPredicate);
    QVERIFY(model.addCondition("drawdown > 0.1%").has_value());
    QVERIFY(model.anyOn());
    QVERIFY(model.isCondition(int(kRunEventCount)));
    model.setCursor(m_run.record->committed() - 1);
    const auto predicate = Predicate::parse("drawdown > 0.1%", *m_run.record).value();
    QCOMPARE(model.index(int(kRunEventCount), StopModel::Hits).data().toString(),
             QLocale().toString(qulonglong(countHits(*m_run.record, predicate, m_run.record->committed()))));
    // The same whichever way the cursor comes.
    for (const std::size_t end : {std::size_t{100}, std::size_t{5000}, std::size_t{4000}, std::size_t{4001}}) {
        model.setCursor(end - 1);
        QCOMPARE(model.index(int(kRunEventCount), StopModel::Hits).data().toString(),
                 QLocale().toString(qulonglong(countHits(*m_run.record, predicate, end))));
        QCOMPARE(model.index(int(RunEvent::Funding), StopModel::Hits).data().toString(),
                 QLocale().toString(qulonglong(countEvents(*m_run.record, RunEvent::Funding, end))));
    }
    model.remove(0); // a kind stays
    QCOMPARE(model.rowCount(), int(kRunEventCount) + 1);
    model.remove(int(kRunEventCount));
    QCOMPARE(model.rowCount(), int(kRunEventCount));
}

void TestStops::stopsBeforeAndGoesOn()
{
    const auto decisions = eventsOf(RunEvent::Decision);
    QVERIFY(decisions.size() >= 3);
    RunSession session;
    Player player(session);
    session.setRecord(m_run.record);
    player.stops().setOn(int(RunEvent::Decision), true);
    player.setSpeed(1000);
    QSignalSpy stopped(&player, &Player::stopped);
    player.toStart();
    for (std::size_t i = decisions[0] <= 1 ? 1 : 0; i < 3; ++i) {
        player.play();
        QTRY_VERIFY_WITH_TIMEOUT(!player.playing(), 30'000);
        QCOMPARE(session.cursor(), decisions[i] - 1); // before it
    }
    QVERIFY(stopped.count() >= 2);
    QVERIFY(stopped.last()[0].toString().contains("Decision to act"));
}

void TestStops::stopsAtTheNthHit()
{
    const auto funding = eventsOf(RunEvent::Funding);
    StopModel model;
    model.setRecord(m_run.record);
    model.setOn(int(RunEvent::Funding), true);
    QVERIFY(model.setData(model.index(int(RunEvent::Funding), StopModel::FromHit), 10));
    const auto stop = model.firstStop(std::nullopt, m_run.record->committed());
    QVERIFY(stop.has_value());
    QCOMPARE(stop->step, funding[9]);
    QCOMPARE(stop->hit, std::size_t{10});
    QVERIFY(!model.firstStop(std::nullopt, funding[9]).has_value()); // below the end only
    QVERIFY(!model.setData(model.index(int(RunEvent::Funding), StopModel::FromHit), 0));
}

void TestStops::stopsAtTheGreatestSpeed()
{
    const auto decisions = eventsOf(RunEvent::Decision);
    RunSession session;
    Player player(session);
    session.setRecord(m_run.record);
    player.stops().setOn(int(RunEvent::Decision), true);
    player.setSpeed(Player::kMaxSpeed);
    session.seek(decisions[0] + 1);
    player.play();
    QTRY_VERIFY(!player.playing());
    QCOMPARE(session.cursor(), decisions[1] - 1);
    QVERIFY(!session.followsEnd());
    player.stops().setOn(int(RunEvent::Decision), false);
    player.play();
    QTRY_VERIFY(!player.playing());
    QCOMPARE(session.cursor(), session.length() - 1);
}

void TestStops::stopsInsideALoop()
{
    const auto decisions = eventsOf(RunEvent::Decision);
    RunSession session;
    Player player(session);
    session.setRecord(m_run.record);
    const std::size_t from = decisions[1] - 20;
    const std::size_t to = decisions[1] + 20;
    session.setLoop({from, to});
    session.seek(decisions[1] + 5);
    player.stops().setOn(int(RunEvent::Decision), true);
    player.setSpeed(1000);
    player.play();
    QTRY_VERIFY_WITH_TIMEOUT(!player.playing(), 30'000);
    QCOMPARE(session.cursor(), decisions[1] - 1); // the second time round
}

void TestStops::stopsWhileARunGrows()
{
    // The record is there already; what grows is what the session has looked at.
    const auto decisions = eventsOf(RunEvent::Decision);
    StopModel model;
    model.setRecord(m_run.record);
    model.setOn(int(RunEvent::Decision), true);
    std::optional<std::size_t> passed;
    std::vector<std::size_t> found;
    for (std::size_t length = 500; length < m_run.record->committed(); length += 500) {
        while (const auto stop = model.firstStop(passed, length)) {
            found.push_back(stop->step);
            passed = stop->step;
        }
        passed = length - 1;
    }
    QVERIFY(found.size() + 1 >= decisions.size());
    QCOMPARE(found, std::vector<std::size_t>(decisions.begin(), decisions.begin() + std::ptrdiff_t(found.size())));
}

void TestStops::staysForTheNextStart()
{
    StopModel model;
    model.setRecord(m_run.record);
    model.setOn(int(RunEvent::Liquidation), true);
    QVERIFY(model.setData(model.index(int(RunEvent::Funding), StopModel::FromHit), 3));
    QVERIFY(model.addCondition("okx.funding < -10% or nav < 1").has_value());
    StopModel later;
    const QAbstractItemModelTester tester(&later);
    later.restore(model.save());
    later.setRecord(m_run.record);
    QCOMPARE(later.save(), model.save());
    QVERIFY(later.isOn(int(RunEvent::Liquidation)));
    QVERIFY(later.problem(int(kRunEventCount)).isEmpty());
    later.restore({"nonsense", "on|x|event:nothing", "|"});
    QVERIFY(later.rowCount() <= int(kRunEventCount) + 1);
}

void TestStops::aConditionOfAnotherStrategySaysWhy()
{
    StopModel model;
    model.restore({"on|1|health_factor < 1.03"});
    model.setRecord(m_run.record); // basis: no lending
    QVERIFY(!model.problem(int(kRunEventCount)).isEmpty());
    QVERIFY(!model.firstStop(std::nullopt, m_run.record->committed()).has_value());
}

void TestStops::panelAddsAndGoesToHits()
{
    RunSession session;
    Player player(session);
    StopsPanel panel(session, player);
    panel.resize(500, 300);
    panel.show();
    panel.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&panel));
    session.setRecord(m_run.record);
    session.seek(0);
    panel.focusHere();
    QTest::keyClicks(panel.line(), "nav <<");
    QTest::keyClick(panel.line(), Qt::Key_Return);
    auto* message = panel.findChild<QLabel*>("stopMessage");
    QVERIFY(message->isVisible());
    QVERIFY(message->text().contains("CONF-015"));
    panel.line()->clear();
    QTest::keyClicks(panel.line(), "drawdown > 0.1%");
    QTest::keyClick(panel.line(), Qt::Key_Escape); // the list of names
    QTest::keyClick(panel.line(), Qt::Key_Return);
    QCOMPARE(player.stops().rowCount(), int(kRunEventCount) + 1);
    const auto predicate = Predicate::parse("drawdown > 0.1%", *m_run.record).value();
    const auto hit = nextHit(*m_run.record, predicate, std::size_t{0}, m_run.record->committed());
    QVERIFY(hit.has_value());
    QTest::mouseClick(panel.findChild<QPushButton*>("nextHitButton"), Qt::LeftButton);
    QCOMPARE(session.cursor(), *hit);
    session.seek(session.length() - 1);
    QTest::mouseClick(panel.findChild<QPushButton*>("previousHitButton"), Qt::LeftButton);
    QCOMPARE(session.cursor(), *previousHit(*m_run.record, predicate, session.length() - 1));
    // By mouse: the box in the first row.
    QTableView* table = panel.table();
    const QRect cell = table->visualRect(table->model()->index(int(RunEvent::Decision), StopModel::Where));
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, QPoint(cell.left() + 12, cell.center().y()));
    QVERIFY(player.stops().isOn(int(RunEvent::Decision)));
    table->selectRow(int(kRunEventCount));
    QTest::mouseClick(panel.findChild<QPushButton*>("removeStop"), Qt::LeftButton);
    QCOMPARE(player.stops().rowCount(), int(kRunEventCount));
    // What it says is about the run that was stopped.
    QSignalSpy stopped(&player, &Player::stopped);
    player.toStart();
    player.setSpeed(Player::kMaxSpeed);
    player.play();
    QTRY_COMPARE(stopped.count(), 1);
    QVERIFY(message->isVisible());
    session.setRecord(nullptr);
    QVERIFY(!message->isVisible());
}

void TestStops::goesOnAfterAStop()
{
    RunSession session;
    Player player(session);
    session.setRecord(m_run.record);
    player.stops().setOn(int(RunEvent::Decision), true);
    QSignalSpy stopped(&player, &Player::stopped);
    player.setSpeed(Player::kMaxSpeed);
    player.toStart();
    player.play();
    QTRY_COMPARE(stopped.count(), 1);
    const std::size_t first = session.cursor();
    player.goOn();
    QTRY_COMPARE(stopped.count(), 2);
    QVERIFY(session.cursor() > first);
    player.stops().setOn(int(RunEvent::Decision), false);
    player.goOn();
    QTRY_COMPARE(session.cursor(), session.length() - 1);
    QCOMPARE(stopped.count(), 2);
}

QTEST_MAIN(TestStops)
#include "tst_stops.moc"
