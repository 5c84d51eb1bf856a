// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/background.h"

#include <QSignalSpy>
#include <QtTest>

using namespace carry::ui;

class TestBackground : public QObject
{
    Q_OBJECT
  private slots:
    void resultArrivesOnTheGuiThread()
    {
        QThread* worker = nullptr;
        QThread* gui = nullptr;
        std::unique_ptr<int> result;
        runInBackground(
            this,
            [&worker] {
                worker = QThread::currentThread();
                return std::make_unique<int>(42);
            },
            [&](std::unique_ptr<int> value) {
                gui = QThread::currentThread();
                result = std::move(value);
            });
        QVERIFY(!result); // never before the event loop
        QTRY_VERIFY(result);
        QCOMPARE(*result, 42);
        QCOMPARE(gui, thread());
        QVERIFY(worker != thread());
        QTRY_COMPARE(BackgroundThreads::running(), std::size_t{0});
    }
    void workWithoutAResult()
    {
        bool done = false;
        runInBackground(
            this, [] {}, [&done] { done = true; });
        QTRY_VERIFY(done);
    }
    void whatIsCapturedIsDestroyedOnTheGuiThread()
    {
        std::atomic<QThread*> destroyedOn{nullptr};
        const auto watched = [&destroyedOn] {
            return std::shared_ptr<void>(nullptr, [&](void*) { destroyedOn = QThread::currentThread(); });
        };
        runInBackground(
            this, [] { return 1; }, [held = watched()](int) {});
        QTRY_COMPARE(destroyedOn.load(), thread());
        destroyedOn = nullptr;
        runInBackground(
            this, [] { return 1; }, [](int) {}, [held = watched()](std::size_t, std::size_t) {});
        QTRY_COMPARE(destroyedOn.load(), thread());
    }
    void progressIsThrottledAndComesBeforeTheResult()
    {
        std::vector<std::size_t> seen;
        bool done = false;
        runInBackground(
            this,
            [](BackgroundTask& task) {
                for (std::size_t i = 1; i <= 100'000; ++i)
                    task.report(i, 100'000);
            },
            [&] { done = true; },
            [&](std::size_t value, std::size_t total) {
                QCOMPARE(total, std::size_t{100'000});
                QVERIFY(!done);
                seen.push_back(value);
            });
        QTRY_VERIFY(done);
        QVERIFY(!seen.empty());
        QVERIFY(seen.size() < 50'000); // not one for each
        QCOMPARE(seen.back(), std::size_t{100'000});
        QVERIFY(std::is_sorted(seen.begin(), seen.end()));
    }
    void cancelledWorkEndsAndDelivers()
    {
        std::size_t rounds = 0;
        const auto task = runInBackground(
            this,
            [](BackgroundTask& t) {
                std::size_t i = 0;
                while (t.report(i, 0))
                    ++i;
                return i + 1;
            },
            [&rounds](std::size_t value) { rounds = value; });
        task->cancel();
        QTRY_VERIFY(rounds > 0);
    }
    void receiverDeletedEarly()
    {
        auto receiver = std::make_unique<QObject>();
        bool called = false;
        const auto task = runInBackground(
            receiver.get(),
            [](BackgroundTask& t) {
                while (t.report(0, 1)) // ends because the receiver goes
                    std::this_thread::yield();
            },
            [&called] { called = true; }, [](std::size_t, std::size_t) {});
        receiver.reset();
        QVERIFY(task->cancelled());
        QTRY_COMPARE(BackgroundThreads::running(), std::size_t{0});
        QCoreApplication::processEvents();
        QVERIFY(!called);
    }
    void receiverDeletedAfterTheWork()
    {
        auto receiver = std::make_unique<QObject>();
        bool called = false;
        runInBackground(
            receiver.get(), [] { return 1; }, [&called](int) { called = true; });
        while (BackgroundThreads::running() > 0)
            std::this_thread::yield(); // the result is on its way now
        receiver.reset();
        QCoreApplication::processEvents();
        QVERIFY(!called);
    }
    void shutdownJoins()
    {
        bool called = false;
        for (int i = 0; i < 4; ++i)
            runInBackground(
                this,
                [](BackgroundTask& t) {
                    while (!t.cancelled())
                        std::this_thread::yield();
                },
                [&called] { called = true; });
        QCOMPARE(BackgroundThreads::running(), std::size_t{4});
        BackgroundThreads::shutdown();
        QCOMPARE(BackgroundThreads::running(), std::size_t{0});
        QCoreApplication::processEvents();
        QVERIFY(!called);
    }
    void laneKeepsTheOrder()
    {
        BackgroundLane lane;
        std::vector<int> worked, delivered;
        for (int i = 0; i < 100; ++i)
            lane.run(
                this,
                [&worked, i] {
                    worked.push_back(i);
                    return i;
                },
                [&delivered](int value) { delivered.push_back(value); });
        lane.wait();
        QCOMPARE(worked.size(), std::size_t{100});
        QVERIFY(std::is_sorted(worked.begin(), worked.end()));
        QTRY_COMPARE(delivered, worked);
    }
    void laneFinishesItsWorkWhenItGoes()
    {
        std::atomic<int> worked{0};
        {
            BackgroundLane lane;
            for (int i = 0; i < 50; ++i)
                lane.run(
                    this, [&worked] { ++worked; }, [] {});
        }
        QCOMPARE(worked.load(), 50);
        QCoreApplication::processEvents();
    }
};

QTEST_MAIN(TestBackground)
#include "tst_background.moc"
