// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/run_session.h"
#include "demo_run.h"

#include <QSignalSpy>
#include <QtTest>

using namespace carry;
using namespace carry::ui;

class TestRunSession : public QObject
{
    Q_OBJECT
  private slots:
    void emptyAtFirst()
    {
        RunSession session;
        QVERIFY(session.empty());
        session.seek(5);
        session.select({Selection::Kind::Plan, 1});
        QCOMPARE(session.selection(), Selection{});
    }
    void opensAtTheEnd()
    {
        const auto run = testing::demoRun();
        RunSession session;
        QSignalSpy changed(&session, &RunSession::recordChanged);
        session.setRecord(run.record);
        QCOMPARE(changed.count(), 1);
        QCOMPARE(session.cursor(), run.record->committed() - 1);
        session.seek(100);
        QCOMPARE(session.cursor(), std::size_t{100});
        QVERIFY(!session.followsEnd());
        session.seek(1'000'000'000);
        QCOMPARE(session.cursor(), run.record->committed() - 1);
    }
    void selectionBringsTheCursorAlong()
    {
        const auto run = testing::demoRun();
        RunSession session;
        session.setRecord(run.record);
        session.seek(0);
        QSignalSpy selected(&session, &RunSession::selectionChanged);
        const std::size_t last = run.record->ends(run.record->committed() - 1).plans;
        session.select({Selection::Kind::Plan, last});
        QCOMPARE(selected.count(), 1);
        QCOMPARE(session.cursor(), std::size_t{run.record->plan(last - 1).decisionStep});
        session.select({Selection::Kind::Plan, last});
        QCOMPARE(selected.count(), 1);
    }
};

QTEST_MAIN(TestRunSession)
#include "tst_run_session.moc"
