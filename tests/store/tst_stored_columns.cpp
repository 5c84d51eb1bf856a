// SPDX-License-Identifier: GPL-3.0-or-later
// Runs that are opened without their columns: every value as it was computed, whoever asks for it and when, and no
// figure of another run or of a damaged file without a fault.
#include "made_run.h"
#include "store/record_loader.h"
#include "store/run_marks.h"
#include "store/run_writer.h"
#include "store_testing.h"
#include "support/same_record.h"

#include <QtTest>
#include <numeric>
#include <random>
#include <thread>

using namespace carry;
using carry::test::difference;
using carry::test::sameBits;

namespace
{

std::vector<std::size_t> noColumns(const RunInfo&)
{
    return {};
}

std::shared_ptr<RunRecord> opened(Database& database, const char* id)
{
    auto record = loadRecord(database, id, noColumns);
    if (!record)
        qFatal("%s", describe(record.error()).c_str());
    return *record;
}

} // namespace

class TestStoredColumns : public QObject
{
    Q_OBJECT
  private slots:
    void equalsWhatWasComputed_data();
    void equalsWhatWasComputed();
    void fetchedInAnyOrder_data();
    void fetchedInAnyOrder();
    void digestWithoutHolding();
    void manyThreads();
    void damageIsAFault_data();
    void damageIsAFault();
    void deletedMeanwhile();
    void neverAnotherRun();
};

void TestStoredColumns::equalsWhatWasComputed_data()
{
    QTest::addColumn<bool>("chain");
    QTest::addColumn<bool>("dense");
    QTest::newRow("as a run looks") << false << false;
    QTest::newRow("no figure is zero") << false << true;
    QTest::newRow("on chain") << true << false;
}

void TestStoredColumns::equalsWhatWasComputed()
{
    QFETCH(bool, chain);
    QFETCH(bool, dense);
    const Scratch scratch;
    Database database = scratch.open();
    const auto run = chain ? made::chainRun("long") : made::longRun("long", 9'000, dense);
    QVERIFY(storeRun(database, *run.record, run.summary));
    const auto record = opened(database, "long");
    QCOMPARE(difference(*run.record, *record), QString());
    QVERIFY(!record->fault());
}

void TestStoredColumns::fetchedInAnyOrder_data()
{
    QTest::addColumn<unsigned>("seed");
    for (const unsigned seed : {1U, 2U, 3U})
        QTest::addRow("seed %u", seed) << seed;
}

void TestStoredColumns::fetchedInAnyOrder()
{
    QFETCH(unsigned, seed);
    const Scratch scratch;
    Database database = scratch.open();
    const auto run = made::longRun("long", 9'000, seed % 2 == 0);
    QVERIFY(storeRun(database, *run.record, run.summary));
    const auto record = opened(database, "long");
    std::mt19937 random(seed);
    const std::size_t count = record->layout().count();
    for (int turn = 0; turn < 8; ++turn) {
        std::vector<std::size_t> wanted(count);
        std::iota(wanted.begin(), wanted.end(), std::size_t{0});
        std::shuffle(wanted.begin(), wanted.end(), random);
        wanted.resize(random() % 10 + 1);
        QVERIFY(fetchColumns(*record, wanted));
        for (const std::size_t column : wanted)
            QVERIFY(record->lazyColumns()->holds(column));
        for (int look = 0; look < 500; ++look) {
            const std::size_t step = random() % record->committed();
            const std::size_t column = random() % count;
            QVERIFY(sameBits(record->at(step, column), run.record->at(step, column)));
        }
    }
    QCOMPARE(difference(*run.record, *record), QString());
}

void TestStoredColumns::digestWithoutHolding()
{
    const Scratch scratch;
    Database database = scratch.open();
    const auto run = made::longRun("long", 9'000, true);
    QVERIFY(storeRun(database, *run.record, run.summary));
    const auto record = opened(database, "long");
    QCOMPARE(resultDigest(*record), resultDigest(*run.record));
    QVERIFY(!record->lazyColumns()->holds(0));
    QVERIFY(fetchColumns(*run.record, {0})); // nothing to do
}

void TestStoredColumns::manyThreads()
{
    const Scratch scratch;
    Database database = scratch.open();
    const auto run = made::longRun("long", 9'000, true);
    QVERIFY(storeRun(database, *run.record, run.summary));
    const auto record = opened(database, "long");
    std::atomic<int> wrong{0};
    {
        std::vector<std::jthread> threads;
        for (unsigned seed = 0; seed < 3; ++seed)
            threads.emplace_back([&, seed] {
                std::mt19937 random(seed);
                for (int i = 0; i < 3'000; ++i) {
                    const std::size_t step = random() % record->committed();
                    const std::size_t column = random() % record->layout().count();
                    wrong += !sameBits(record->at(step, column), run.record->at(step, column));
                }
            });
        for (std::size_t first = 0; first < 2; ++first)
            threads.emplace_back([&, first] { wrong += !fetchColumns(*record, {first, 3, 5, 11, 30}); });
    }
    QCOMPARE(wrong.load(), 0);
}

void TestStoredColumns::damageIsAFault_data()
{
    QTest::addColumn<QString>("sql");
    const auto row = [](const char* name, const char* sql) { QTest::newRow(name) << sql; };
    row("a step is missing", "DELETE FROM step WHERE step = 2");
    row("an exchange of a step is missing", "DELETE FROM step_venue WHERE step = 1 AND venue = 2");
    row("another exchange", "UPDATE step_venue SET venue = 6 WHERE step = 1 AND venue = 3");
    row("an asset of a step is missing", "DELETE FROM step_asset WHERE step = 1");
    row("a reason that is none", "UPDATE step_venue SET null_reasons = -1");
    row("conditions cut off", "UPDATE decision SET conditions = x'00' WHERE step = 0");
}

void TestStoredColumns::damageIsAFault()
{
    QFETCH(QString, sql);
    const Scratch scratch;
    Database database = scratch.open();
    const auto run = made::smallRun("small");
    QVERIFY(storeRun(database, *run.record, run.summary));
    const auto record = opened(database, "small");
    QVERIFY(fetchColumns(*record, {ColumnLayout::step(StepColumn::Nav)}));
    database.handle().exec(sql.toStdString());
    // What is held stays; what has to be read is absent, and it is told why.
    QCOMPARE(record->at(1, 0), run.record->at(1, 0));
    QVERIFY(!record->fault());
    QVERIFY(std::isnan(record->at(1, ColumnLayout::venue(1, VenueColumn::Equity))));
    QVERIFY(record->fault().has_value());
    QCOMPARE(record->fault()->codeText(), std::string_view("STORE-004"));
    QVERIFY(resultDigest(*record).empty());
}

void TestStoredColumns::deletedMeanwhile()
{
    const Scratch scratch;
    Database database = scratch.open();
    const auto run = made::smallRun("small");
    QVERIFY(storeRun(database, *run.record, run.summary));
    const auto record = opened(database, "small");
    QVERIFY(deleteRun(database, "small"));
    QVERIFY(std::isnan(record->at(1, 0)));
    QCOMPARE(record->fault()->codeText(), std::string_view("STORE-005"));
    QCOMPARE(codeOf(fetchColumns(*record, {0})), std::string("STORE-005"));
}

//! A run that is stored after another one was deleted may get its key.
void TestStoredColumns::neverAnotherRun()
{
    const Scratch scratch;
    Database database = scratch.open();
    const auto run = made::smallRun("first");
    QVERIFY(storeRun(database, *run.record, run.summary));
    const auto record = opened(database, "first");
    QVERIFY(deleteRun(database, "first"));
    QVERIFY(storeRun(database, *made::smallRun("second").record, run.summary));
    QVERIFY(std::isnan(record->at(1, 0)));
    QCOMPARE(record->fault()->codeText(), std::string_view("STORE-005"));
}

QTEST_APPLESS_MAIN(TestStoredColumns)
#include "tst_stored_columns.moc"
