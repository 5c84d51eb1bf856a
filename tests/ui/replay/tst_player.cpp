// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/number_format.h"
#include "demo_run.h"
#include "replay/player.h"
#include "replay/transport_bar.h"

#include <QComboBox>
#include <QLineEdit>
#include <QMainWindow>
#include <QSignalSpy>
#include <QToolButton>
#include <QtTest>

using namespace carry;
using namespace carry::ui;

class TestPlayer : public QObject
{
    Q_OBJECT
  private slots:
    void initTestCase() { m_run = testing::demoRun("demo-tour"); }
    void stepsBothWays();
    void playsAtItsSpeed();
    void greatestSpeedGoesToTheEnd();
    void playsFromTheStartAgain();
    void decisions();
    void breaches();
    void settlementsOfFunding();
    void loopsARange();
    void marksOfALoop();
    void buttonsAndKeys();
    void jumpsToATypedTime();

  private:
    BacktestResult m_run;
};

void TestPlayer::stepsBothWays()
{
    RunSession session;
    Player player(session);
    player.stepForward(); // nothing is there: nothing happens
    player.stepBack();
    session.setRecord(m_run.record);
    player.toStart();
    QCOMPARE(session.cursor(), 0U);
    player.stepBack();
    QCOMPARE(session.cursor(), 0U);
    player.stepForward();
    QCOMPARE(session.cursor(), 1U);
    player.toEnd();
    QCOMPARE(session.cursor(), m_run.record->committed() - 1);
    QVERIFY(session.followsEnd());
}

void TestPlayer::playsAtItsSpeed()
{
    RunSession session;
    Player player(session);
    session.setRecord(m_run.record);
    player.toStart();
    player.setSpeed(1000);
    QSignalSpy playing(&player, &Player::playingChanged);
    QElapsedTimer clock;
    clock.start();
    player.play();
    QTRY_VERIFY_WITH_TIMEOUT(session.cursor() >= 200, 20'000);
    player.pause();
    // Never faster than asked; how much slower is up to the machine.
    QVERIFY(double(session.cursor()) <= double(clock.elapsed()) + 40);
    QCOMPARE(playing.count(), 2);
    const std::size_t at = session.cursor();
    QTest::qWait(60);
    QCOMPARE(session.cursor(), at);
}

void TestPlayer::greatestSpeedGoesToTheEnd()
{
    RunSession session;
    Player player(session);
    session.setRecord(m_run.record);
    player.toStart();
    player.setSpeed(Player::kMaxSpeed);
    player.play();
    QTRY_COMPARE(session.cursor(), m_run.record->committed() - 1);
    QTRY_VERIFY(!player.playing());
}

void TestPlayer::playsFromTheStartAgain()
{
    RunSession session;
    Player player(session);
    session.setRecord(m_run.record); // at its end
    player.setSpeed(1);
    player.play();
    QCOMPARE(session.cursor(), 0U);
    player.stepForward(); // by hand: playing ends
    QVERIFY(!player.playing());
}

void TestPlayer::decisions()
{
    RunSession session;
    Player player(session);
    session.setRecord(m_run.record);
    player.toStart();
    std::vector<std::size_t> visited;
    for (;;) {
        const std::size_t before = session.cursor();
        player.nextDecision();
        if (session.cursor() == before)
            break;
        visited.push_back(session.cursor());
        QCOMPARE(session.selection().kind, Selection::Kind::Plan);
        QCOMPARE(m_run.record->plan(session.selection().index - 1).decisionStep, session.cursor());
    }
    // All but the one of the first step, where the cursor stood.
    std::vector<std::size_t> expected;
    for (std::size_t i = 0; i < m_run.record->ends(m_run.record->committed() - 1).plans; ++i)
        if (const std::size_t step = m_run.record->plan(i).decisionStep; step > 0)
            expected.push_back(step);
    QCOMPARE(visited, expected);
    QVERIFY(visited.size() > 1);
    player.previousDecision();
    QCOMPARE(session.cursor(), expected[expected.size() - 2]);
}

void TestPlayer::breaches()
{
    RunSession session;
    Player player(session);
    player.nextBreach(); // nothing is there
    session.setRecord(m_run.record);
    const RunRecord& record = *m_run.record;
    player.toStart();
    QSignalSpy found(&player, &Player::found);
    std::vector<std::size_t> there;
    for (std::size_t before = session.cursor();; before = session.cursor()) {
        player.nextBreach();
        if (session.cursor() == before)
            break;
        there.push_back(session.cursor());
        QVERIFY(found.last()[0].toString().startsWith(dateTime(session.view().time())));
        QCOMPARE(session.selection().kind, Selection::Kind::Event);
        QCOMPARE(std::size_t{record.event(session.selection().index).step}, session.cursor());
    }
    QVERIFY(there.size() > 1); // the tour is made to cross limits
    QVERIFY(found.last()[0].toString().contains("No further"));
    std::vector<std::size_t> back{session.cursor()};
    for (std::size_t before = session.cursor();; before = session.cursor()) {
        player.previousBreach();
        if (session.cursor() == before)
            break;
        back.push_back(session.cursor());
    }
    std::reverse(back.begin(), back.end());
    QCOMPARE(back, there);
}

void TestPlayer::settlementsOfFunding()
{
    RunSession session;
    Player player(session);
    player.previousFunding(); // nothing is there
    session.setRecord(m_run.record);
    player.toStart();
    player.nextFunding();
    const std::size_t first = session.cursor();
    QCOMPARE(first, std::size_t{m_run.record->funding(0).step});
    QCOMPARE(session.selection(), (Selection{Selection::Kind::Funding, 0}));
    player.nextFunding();
    QVERIFY(session.cursor() > first); // of several exchanges at one step the first one only
    player.previousFunding();
    QCOMPARE(session.cursor(), first);
    QCOMPARE(session.selection(), (Selection{Selection::Kind::Funding, 0}));
    player.previousFunding();
    QCOMPARE(session.cursor(), first);
}

void TestPlayer::loopsARange()
{
    RunSession session;
    Player player(session);
    session.setRecord(m_run.record);
    player.setSpeed(1000);
    session.seek(500);
    player.loopFromHere();
    session.seek(520);
    player.loopToHere();
    QCOMPARE(session.loop(), (LoopRange{500, 520}));
    session.seek(9); // outside: begins at its beginning
    player.play();
    QCOMPARE(session.cursor(), 500U);
    int rounds = 0;
    std::size_t before = session.cursor();
    connect(&session, &RunSession::cursorChanged, &player, [&] {
        QVERIFY(session.cursor() >= 500 && session.cursor() <= 520);
        rounds += session.cursor() < before;
        before = session.cursor();
    });
    QTRY_VERIFY_WITH_TIMEOUT(rounds >= 3, 20'000);
    QVERIFY(player.playing());
    player.clearLoop();
    disconnect(&session, &RunSession::cursorChanged, &player, nullptr);
    QTRY_VERIFY_WITH_TIMEOUT(session.cursor() > 520, 20'000);
    player.pause();
}

void TestPlayer::marksOfALoop()
{
    RunSession session;
    Player player(session);
    session.setRecord(m_run.record);
    session.seek(100);
    player.loopToHere();
    QVERIFY(!session.loop().complete());
    session.seek(50);
    player.loopFromHere();
    QCOMPARE(session.loop(), (LoopRange{50, 100}));
    session.seek(200); // a beginning behind the end begins another range
    player.loopFromHere();
    QCOMPARE(session.loop(), (LoopRange{200, std::nullopt}));
    session.seek(200); // a range of one step is none
    player.loopToHere();
    QCOMPARE(session.loop(), (LoopRange{std::nullopt, 200}));
    session.setRecord(m_run.record); // another run
    QCOMPARE(session.loop(), LoopRange{});
}

void TestPlayer::buttonsAndKeys()
{
    RunSession session;
    Player player(session);
    QMainWindow window;
    auto* bar = new TransportBar(session, player, &window);
    window.addToolBar(bar);
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    window.activateWindow();
    QVERIFY(!bar->commands().front()->isEnabled()); // no run
    session.setRecord(m_run.record);
    const auto press = [&](const char* icon) {
        for (QAction* action : bar->commands())
            if (action != nullptr && action->text() == QLatin1String(icon))
                QTest::mouseClick(bar->widgetForAction(action), Qt::LeftButton);
    };
    press("To the start");
    QCOMPARE(session.cursor(), 0U);
    press("Step");
    press("Step");
    QCOMPARE(session.cursor(), 2U);
    press("Step back");
    QCOMPARE(session.cursor(), 1U);
    QTest::keyClick(&window, Qt::Key_F7);
    QCOMPARE(session.cursor(), 2U);
    QTest::keyClick(&window, Qt::Key_F6);
    QCOMPARE(session.cursor(), 1U);
    QTest::keyClick(&window, Qt::Key_F8);
    QCOMPARE(session.cursor(), *session.view().nextDecision(1));
    QTest::keyClick(&window, Qt::Key_F5);
    QVERIFY(player.playing());
    QTest::keyClick(&window, Qt::Key_F5);
    QVERIFY(!player.playing());
    auto* speed = bar->findChild<QComboBox*>();
    speed->setFocus();
    QTest::keyClick(speed, Qt::Key_End);
    QCOMPARE(player.speed(), Player::kMaxSpeed);
}

void TestPlayer::jumpsToATypedTime()
{
    RunSession session;
    Player player(session);
    QMainWindow window;
    auto* bar = new TransportBar(session, player, &window);
    window.addToolBar(bar);
    session.setRecord(m_run.record);
    auto* time = bar->findChild<QLineEdit*>();
    const auto type = [&](const char* text) {
        time->selectAll();
        QTest::keyClicks(time, QString::fromLatin1(text));
        QTest::keyClick(time, Qt::Key_Return);
    };
    type("2024-08-05 13:00");
    QCOMPARE(dateTime(session.view().time()), QString("2024-08-05 13:00"));
    type("2024-09-01");
    QCOMPARE(dateTime(session.view().time()), QString("2024-09-01 00:00"));
    type("next week");
    QVERIFY(time->property("invalid").toBool());
    QCOMPARE(dateTime(session.view().time()), QString("2024-09-01 00:00"));
    type("1999-01-01");
    QCOMPARE(session.cursor(), 0U);
    QVERIFY(!time->property("invalid").toBool());
}

QTEST_MAIN(TestPlayer)
#include "tst_player.moc"
