// SPDX-License-Identifier: GPL-3.0-or-later
#include "made_run.h"
#include "store/run_reader.h"
#include "store/run_writer.h"
#include "store/store_thread.h"
#include "store_testing.h"

#include <QtTest>
#include <filesystem>
#include <thread>

using namespace carry;

class TestStoreWriters : public QObject
{
    Q_OBJECT
  private slots:
    void showsARunningRun();
    void removesARun();
    void twoWritersAtOnce();
    void followsARunningRecord();
    void abandonsWithoutFinish();
    void leavesNothingAfterAnError();
    void storesALongRun_data();
    void storesALongRun();
    void listsManyRuns();
};

void TestStoreWriters::showsARunningRun()
{
    const Scratch scratch;
    Database database = scratch.open();
    const auto other = made::smallRun("running");
    RunWriter writer(database);
    QVERIFY(writer.begin(*other.record));
    QVERIFY(writer.append(*other.record, 0, 1));
    QVERIFY(writer.append(*other.record, 1, 4));
    Database reader = scratch.open(Database::Mode::ReadOnly);
    const auto run = showRun(reader, "running");
    QVERIFY2(run, run ? "" : describe(run.error()).c_str());
    QCOMPARE(run->summary.status, RunStatus::Running);
    QCOMPARE(run->summary.steps, 4U);
    QCOMPARE(run->plans.size(), 1U);
    QVERIFY(!listRuns(reader)->front().navFinal);
}

void TestStoreWriters::removesARun()
{
    const Scratch scratch;
    Database database = scratch.open();
    const auto first = made::smallRun("first");
    QVERIFY(storeRun(database, *first.record, first.summary));
    const auto other = made::smallRun("other");
    RunWriter writer(database);
    QVERIFY(writer.begin(*other.record));
    QVERIFY(writer.append(*other.record, 0, 6));
    QVERIFY(writer.abandon());
    QVERIFY(writer.abandon()); // nothing left to do
    QCOMPARE(listRuns(database)->size(), 1U);
    QCOMPARE(numberOf(database, "SELECT count(*) FROM step"), 6);
    QCOMPARE(checkUp(database), std::string("ok"));
}

void TestStoreWriters::twoWritersAtOnce()
{
    constexpr int kRuns = 200;
    const Scratch scratch;
    scratch.open();
    std::array<std::string, 2> errors;
    {
        std::vector<std::jthread> writers;
        for (std::size_t w = 0; w < errors.size(); ++w)
            writers.emplace_back([&, w] {
                Database database = scratch.open();
                for (int i = 0; i < kRuns && errors[w].empty(); ++i) {
                    const auto run = made::smallRun(std::to_string(w) + "-" + std::to_string(i));
                    if (const auto stored = storeRun(database, *run.record, run.summary); !stored)
                        errors[w] = describe(stored.error());
                }
            });
    }
    for (const std::string& error : errors)
        QCOMPARE(error, std::string());
    Database database = scratch.open();
    QCOMPARE(listRuns(database)->size(), std::size_t{2 * kRuns});
    QCOMPARE(numberOf(database, "SELECT count(*) FROM step"), 2 * kRuns * 6);
    QCOMPARE(numberOf(database, "SELECT count(*) FROM run WHERE status = 1 AND steps = 6"), 2 * kRuns);
    QCOMPARE(checkUp(database), std::string("ok"));
}

void TestStoreWriters::followsARunningRecord()
{
    constexpr std::size_t kSteps = 30'000;
    const Scratch scratch;
    made::Maker maker(made::info("followed"));
    const auto record = std::shared_ptr<const RunRecord>(&maker.record(), [](const RunRecord*) {});
    const ChartOfAccounts& chart = record->chart();
    StoreThread store(scratch.open(), record);
    for (std::size_t step = 0; step < kSteps; ++step) {
        maker.post(chart.outside(Asset::USDT), chart.wallet(Asset::USDT), "0.000000000000000001", Cause::External);
        DecisionRecord decision;
        decision.step = maker.record().currentStep();
        maker.record().add(decision);
        maker.commit(fromMs(static_cast<std::int64_t>(step)));
        if (step == 0) // even a slow machine stores some of it while there is more to come
            QTRY_COMPARE_WITH_TIMEOUT(store.lag(), 0U, 10'000);
    }
    QVERIFY(store.lag() <= kSteps);
    const auto finished = store.finish(maker.finish().summary);
    QVERIFY2(finished, finished ? "" : describe(finished.error()).c_str());
    QCOMPARE(store.lag(), 0U);
    QVERIFY(!store.failed());
    QVERIFY(store.seconds() > 0);
    QVERIFY(!std::filesystem::exists(scratch.path() + "-wal")); // closed
    Database database = scratch.open();
    QCOMPARE(numberOf(database, "SELECT count(*) FROM step"), std::int64_t{kSteps});
    QCOMPARE(numberOf(database, "SELECT count(*) FROM ledger"), std::int64_t{kSteps});
    QCOMPARE(numberOf(database, "SELECT count(*) FROM decision"), std::int64_t{kSteps});
    const auto run = showRun(database, "followed");
    QCOMPARE(run->summary.status, RunStatus::Done);
    QCOMPARE(run->summary.timing.storeSeconds, store.seconds());
    QCOMPARE(checkUp(database), std::string("ok"));
}

void TestStoreWriters::abandonsWithoutFinish()
{
    const Scratch scratch;
    const auto run = made::smallRun("r");
    {
        StoreThread store(scratch.open(), run.record);
        QTRY_COMPARE(store.lag(), 0U);
    }
    Database database = scratch.open();
    QVERIFY(listRuns(database)->empty());
    for (const char* table : {"step", "step_venue", "ledger", "account", "configuration", "transition"})
        QCOMPARE(numberOf(database, std::string("SELECT count(*) FROM ") + table), 0);
    QCOMPARE(checkUp(database), std::string("ok"));
}

void TestStoreWriters::leavesNothingAfterAnError()
{
    const Scratch scratch;
    const auto run = made::smallRun("twice");
    made::Maker broken(made::info("broken"));
    broken.commit(fromMs(0));
    broken.at(ColumnLayout::venue(2, VenueColumn::Spot)) = std::nan("");
    broken.commit(fromMs(1));
    StoreThread store(scratch.open(), std::shared_ptr<const RunRecord>(&broken.record(), [](const RunRecord*) {}));
    QTRY_VERIFY(store.failed());
    const auto finished = store.finish({});
    QCOMPARE(codeOf(finished), std::string("ENGINE-001"));
    QCOMPARE(std::string(finished.error().value("column")), std::string("okx.spot"));
    Database database = scratch.open();
    QVERIFY(listRuns(database)->empty());
    QVERIFY(storeRun(database, *run.record, run.summary));
    QCOMPARE(codeOf(storeRun(database, *run.record, run.summary)), std::string("STORE-002"));
    QCOMPARE(listRuns(database)->size(), 1U); // the first one stays
}

void TestStoreWriters::storesALongRun_data()
{
    QTest::addColumn<bool>("dense");
    QTest::addColumn<std::uintmax_t>("limit");
    QTest::newRow("as a run looks") << false << std::uintmax_t{8'000'000};
    QTest::newRow("no figure is zero") << true << std::uintmax_t{9'500'000};
}

void TestStoreWriters::storesALongRun()
{
    QFETCH(bool, dense);
    QFETCH(std::uintmax_t, limit);
    const Scratch scratch;
    const auto run = made::longRun("long", 9'480, dense);
    QElapsedTimer timer;
    timer.start();
    {
        Database database = scratch.open();
        const auto stored = storeRun(database, *run.record, run.summary);
        QVERIFY2(stored, stored ? "" : describe(stored.error()).c_str());
    } // closing moves everything into the one file
    const auto milliseconds = timer.elapsed();
    const auto bytes = std::filesystem::file_size(scratch.path());
    Database database = scratch.open();
    qInfo("9,480 steps, %lld postings, %lld settlements: %lld ms, %.2f MB",
          static_cast<long long>(numberOf(database, "SELECT count(*) FROM ledger")),
          static_cast<long long>(numberOf(database, "SELECT count(*) FROM funding")),
          static_cast<long long>(milliseconds), static_cast<double>(bytes) / 1e6);
    QVERIFY2(bytes < limit, std::to_string(bytes).c_str());
    timer.restart();
    QVERIFY(showRun(database, "long"));
    qInfo("showRun: %lld ms", static_cast<long long>(timer.elapsed()));
    QCOMPARE(checkUp(database), std::string("ok"));
}

void TestStoreWriters::listsManyRuns()
{
    constexpr int kRuns = 10'000;
    const Scratch scratch;
    const auto run = made::smallRun("template");
    Database database = scratch.open();
    QVERIFY(storeRun(database, *run.record, run.summary));
    database.handle().exec("CREATE TEMP TABLE many AS SELECT * FROM run;"
                           "UPDATE many SET run = NULL");
    SQLite::Statement copy(database.handle(), "INSERT INTO run SELECT * FROM many");
    SQLite::Statement name(database.handle(), "UPDATE many SET run_id = ?");
    SQLite::Transaction transaction(database.handle());
    for (int i = 1; i < kRuns; ++i) {
        name.bind(1, "run-" + std::to_string(i));
        name.exec();
        copy.exec();
        name.reset();
        copy.reset();
    }
    transaction.commit();
    QElapsedTimer timer;
    timer.start();
    const auto runs = listRuns(database);
    qInfo("list of 10,000 runs: %.1f ms", static_cast<double>(timer.nsecsElapsed()) / 1e6);
    QCOMPARE(runs->size(), std::size_t{kRuns});
    QCOMPARE(runs->front().runId, std::string("run-9999"));
    QCOMPARE(runs->back().runId, std::string("template"));
    QCOMPARE(codeOf(showRun(database, "run-")), std::string("STORE-005"));
}

QTEST_APPLESS_MAIN(TestStoreWriters)
#include "tst_store_writers.moc"
