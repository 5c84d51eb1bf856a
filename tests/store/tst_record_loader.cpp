// SPDX-License-Identifier: GPL-3.0-or-later
// Stored runs read back: equal to what was stored, and refused where something is missing or makes no sense.
#include "made_run.h"
#include "store/record_loader.h"
#include "store/run_writer.h"
#include "store_testing.h"
#include "support/same_record.h"

#include <QtTest>

using namespace carry;
using carry::test::difference;

namespace
{

Result<std::shared_ptr<RunRecord>> loadAll(Database& database, const std::string& id)
{
    return loadRecord(database, id);
}

} // namespace

class TestRecordLoader : public QObject
{
    Q_OBJECT
  private slots:
    void everyKindOfEntry_data();
    void everyKindOfEntry();
    void longRuns_data();
    void longRuns();
    void progress();
    void runThatIsWritten();
    void oneOfSeveral();
    void damage_data();
    void damage();
};

void TestRecordLoader::everyKindOfEntry_data()
{
    QTest::addColumn<bool>("chain");
    QTest::newRow("at exchanges") << false;
    QTest::newRow("on chain") << true;
}

void TestRecordLoader::everyKindOfEntry()
{
    QFETCH(bool, chain);
    const Scratch scratch;
    Database database = scratch.open();
    const auto run = chain ? made::chainRun("small") : made::smallRun("small");
    QVERIFY(storeRun(database, *run.record, run.summary));
    const auto loaded = loadAll(database, "sm");
    QVERIFY2(loaded, loaded ? "" : describe(loaded.error()).c_str());
    QCOMPARE(difference(*run.record, **loaded), QString());
    QCOMPARE(resultDigest(**loaded), resultDigest(*run.record));
    QCOMPARE(instructionDigest(**loaded), instructionDigest(*run.record));
}

void TestRecordLoader::longRuns_data()
{
    QTest::addColumn<bool>("dense");
    QTest::newRow("as a run looks") << false;
    QTest::newRow("no figure is zero") << true;
}

void TestRecordLoader::longRuns()
{
    QFETCH(bool, dense);
    const Scratch scratch;
    Database database = scratch.open();
    const auto run = made::longRun("long", 9'000, dense);
    QVERIFY(storeRun(database, *run.record, run.summary));
    const auto loaded = loadAll(database, "long");
    QVERIFY2(loaded, loaded ? "" : describe(loaded.error()).c_str());
    QCOMPARE(difference(*run.record, **loaded), QString());
}

//! Whoever is told how far it is may end it.
void TestRecordLoader::progress()
{
    const Scratch scratch;
    Database database = scratch.open();
    const auto run = made::longRun("long", 100);
    QVERIFY(storeRun(database, *run.record, run.summary));
    std::size_t last = 0;
    const auto watch = [&last](std::size_t done, std::size_t total) {
        const bool rises = done >= last && done <= total && total == 100;
        last = done;
        return rises;
    };
    QVERIFY(loadRecord(database, "long", allColumns, watch));
    QCOMPARE(last, 100U);
    QCOMPARE(codeOf(loadRecord(database, "long", allColumns, [](std::size_t, std::size_t) { return false; })),
             std::string("ENGINE-004"));
}

//! As far as it was when it was opened, whatever comes meanwhile.
void TestRecordLoader::runThatIsWritten()
{
    const Scratch scratch;
    Database database = scratch.open();
    const auto run = made::longRun("growing", 60);
    RunWriter writer(database);
    QVERIFY(writer.begin(*run.record));
    Database reader = scratch.open(Database::Mode::ReadOnly);
    QCOMPARE((*loadAll(reader, "growing"))->committed(), 0U);
    QVERIFY(writer.append(*run.record, 0, 20));
    const auto early = *loadRecord(reader, "growing", [](const RunInfo&) { return std::vector<std::size_t>{}; });
    QVERIFY(writer.append(*run.record, 20, 60));
    QCOMPARE(early->committed(), 20U);
    for (std::size_t column = 0; column < early->layout().count(); ++column)
        QVERIFY(test::sameBits(early->at(19, column), run.record->at(19, column)));
    QCOMPARE((*loadAll(reader, "growing"))->committed(), 60U);
}

void TestRecordLoader::oneOfSeveral()
{
    const Scratch scratch;
    Database database = scratch.open();
    for (const char* id : {"run-a", "run-b", "other"})
        QVERIFY(storeRun(database, *made::smallRun(id).record, made::smallRun(id).summary));
    QCOMPARE((*loadAll(database, "run-b"))->info().runId, std::string("run-b"));
    QCOMPARE((*loadAll(database, "o"))->info().runId, std::string("other"));
    for (const char* id : {"run-", "nonsense", ""})
        QCOMPARE(codeOf(loadAll(database, id)), std::string("STORE-005"));
}

void TestRecordLoader::damage_data()
{
    QTest::addColumn<QString>("sql");
    const auto row = [](const char* name, const char* sql) { QTest::newRow(name) << sql; };
    row("a step is missing", "DELETE FROM step WHERE step = 2");
    row("the last step is missing", "DELETE FROM step WHERE step = 5");
    row("an exchange of a step is missing", "DELETE FROM step_venue WHERE step = 1 AND venue = 2");
    row("a venue that is none", "UPDATE step_venue SET venue = 6 WHERE step = 1 AND venue = 3");
    row("the wallet as an exchange", "UPDATE step_venue SET venue = 0 WHERE step = 1 AND venue = 1");
    row("an asset of a step is missing", "DELETE FROM step_asset WHERE step = 1");
    row("a reason that is none", "UPDATE step_venue SET null_reasons = -1");
    row("an account that is none", "UPDATE ledger SET to_account = 999");
    row("an account below all", "UPDATE ledger SET from_account = -1");
    row("an amount that is none", "UPDATE ledger SET amount = 'much'");
    row("a cause that is none", "UPDATE ledger SET cause = 200");
    row("an action that is none", "UPDATE decision SET action = 77 WHERE step = 0");
    row("conditions cut off", "UPDATE decision SET conditions = x'00' WHERE step = 0");
    row("a plan is missing", "DELETE FROM plan");
    row("an instruction is missing", "DELETE FROM instruction WHERE instruction = 2");
    row("a type that is none", "UPDATE instruction SET type = 13 WHERE instruction = 2");
    row("an order of no side", "UPDATE instruction SET side = NULL WHERE instruction = 2");
    row("an entry between two assets", "UPDATE ledger SET to_account = 1 WHERE cause = 12");
    row("an account of another asset", "UPDATE account SET asset = 1 WHERE id = 0");
    row("an account that counts something else", "UPDATE account SET contract = 2 WHERE id = 0");
    row("an account is missing", "DELETE FROM account WHERE id = 7");
    row("an account too many", "INSERT INTO account VALUES (1, 99, 6, 6, 2, 2, 'aave_v3:aToken:aWETH')");
    row("a step on chain of a run that is not", "INSERT INTO step_chain (run, step, null_reasons, null_reasons_2) "
                                                "VALUES (1, 1, 0, 0)");
    row("expected of no account", "UPDATE instruction SET expected = '[[999, 1]]' WHERE instruction = 2");
    row("expected that is no JSON", "UPDATE instruction SET expected = '[[' WHERE instruction = 2");
    row("a change of no instruction", "UPDATE transition SET instruction = 99");
    row("a state that is none", "UPDATE transition SET to_state = 99");
    row("an error that is none", "UPDATE transition SET error = 'XXX-999'");
    row("a settlement nowhere", "UPDATE funding SET venue = 0");
    row("an event of no kind", "UPDATE event SET kind = 99");
    row("an event of no plan", "UPDATE event SET reference = 99");
    row("an event at no exchange", "UPDATE event SET scope = 99");
    row("configuration that is no JSON", "UPDATE configuration SET configuration = '{'");
    row("no configuration", "DELETE FROM configuration");
    row("assets that are none", "UPDATE run SET assets = '[\"XYZ\"]'");
    row("steps below none", "UPDATE run SET steps = 1000");
}

void TestRecordLoader::damage()
{
    QFETCH(QString, sql);
    const Scratch scratch;
    Database database = scratch.open();
    const auto run = made::smallRun("small");
    QVERIFY(storeRun(database, *run.record, run.summary));
    QVERIFY(loadAll(database, "small"));
    database.handle().exec(sql.toStdString());
    const auto loaded = loadAll(database, "small");
    QCOMPARE(codeOf(loaded), std::string("STORE-004"));
    QVERIFY(!loaded.error().value("found").empty());
}

QTEST_APPLESS_MAIN(TestRecordLoader)
#include "tst_record_loader.moc"
