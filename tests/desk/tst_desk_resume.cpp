// SPDX-License-Identifier: GPL-3.0-or-later
// Runs that were cut off: as a program that was killed leaves them, found again and gone on with.
#include "store/run_writer.h"
#include "stored_demo.h"
#include "support/same_record.h"

#include <SQLiteCpp/SQLiteCpp.h>

using namespace carry;
using namespace carry::test;

namespace
{

//! Stores the first steps of a run and leaves it so, as a program does that is killed.
void leave(const std::string& file, const RunRecord& record, std::size_t steps)
{
    auto database = must(Database::open(file, Database::Mode::ReadWrite));
    RunWriter writer(database);
    if (!writer.begin(record) || !writer.append(record, 0, steps / 2) || !writer.append(record, steps / 2, steps))
        qFatal("cannot store");
}

BacktestResult computed(const RunConfiguration& configuration, const RunPeriod& period = {})
{
    BacktestOptions options;
    options.period = period;
    return must(runBacktest(configuration, *demoData(), options));
}

void execute(const std::string& file, const std::string& sql)
{
    SQLite::Database(file, SQLite::OPEN_READWRITE).exec(sql);
}

//! The bytes of all that is stored, as text.
std::string dump(const std::string& file)
{
    SQLite::Database db(file, SQLite::OPEN_READONLY);
    std::string all;
    SQLite::Statement tables(db, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
    while (tables.executeStep()) {
        SQLite::Statement rows(db, "SELECT * FROM " + tables.getColumn(0).getString());
        while (rows.executeStep())
            for (int i = 0; i < rows.getColumnCount(); ++i)
                all += rows.getColumn(i).getString() + '|';
    }
    return all;
}

} // namespace

class TestDeskResume : public QObject
{
    Q_OBJECT

  private slots:
    void findsWhatWasCutOff()
    {
        const RunsFile runs;
        QVERIFY(must(findInterrupted(runs.path())).empty());
        QVERIFY(!std::filesystem::exists(runs.path())); // looking makes no file
        const auto run = computed(configured("btc-basis"), shortPeriod());
        leave(runs.path(), *run.record, 700);
        // Already before anybody marks it, for those that only look.
        QCOMPARE(must(listStoredRuns(runs.path())).front().status, RunStatus::Interrupted);
        auto shown = must(showStoredRun(runs.path(), {}));
        QCOMPARE(shown.summary.status, RunStatus::Interrupted);
        QVERIFY(!shown.ended);
        QCOMPARE(shown.summary.steps, std::size_t{700});
        RunFilter running;
        running.status = RunStatus::Running;
        QVERIFY(must(listStoredRuns(runs.path(), running)).empty());

        const auto found = must(findInterrupted(runs.path()));
        QCOMPARE(found.size(), std::size_t{1});
        QCOMPARE(found.front().steps, std::size_t{700});
        SQLite::Database db(runs.path(), SQLite::OPEN_READONLY);
        QCOMPARE(db.execAndGet("SELECT s.text FROM run JOIN run_status s ON s.value = status").getString(),
                 std::string("interrupted"));
        // What there is of it can be looked at.
        const auto loaded = must(loadStoredRun(runs.path(), {}));
        QCOMPARE(loaded.record->committed(), std::size_t{700});
        for (std::size_t step = 0; step < 700; ++step)
            for (std::size_t c = 0; c < run.record->layout().count(); ++c)
                QVERIFY(sameBits(loaded.record->at(step, c), run.record->at(step, c)));
        QCOMPARE(codeOf(verifyStoredRun(runs.path(), {}, {})), QString("STORE-008"));
    }

    void goesOnToTheSameEnd_data()
    {
        QTest::addColumn<QString>("preset");
        QTest::addColumn<double>("share");
        for (const PresetInfo& preset : listPresets())
            for (const double share : {0.0, 0.003, 0.5, 1.0})
                QTest::newRow(qPrintable(QString("%1 %2").arg(text(preset.name)).arg(share)))
                    << text(preset.name) << share;
    }
    void goesOnToTheSameEnd()
    {
        QFETCH(QString, preset);
        QFETCH(double, share);
        const RunsFile runs;
        const auto whole = computed(configured(preset.toStdString()));
        const auto steps = static_cast<std::size_t>(share * static_cast<double>(whole.record->committed()));
        leave(runs.path(), *whole.record, steps);
        const auto result = must(resumeStoredRun(runs.path(), {}, {}));
        QCOMPARE(result.summary.status, RunStatus::Done);
        QCOMPARE(text(result.summary.resultDigest), text(whole.summary.resultDigest));
        QCOMPARE(text(result.record->info().runId), text(whole.record->info().runId));
        QCOMPARE(must(listStoredRuns(runs.path())).size(), std::size_t{1});
        const auto stored = must(loadStoredRun(runs.path(), {}));
        QCOMPARE(difference(*stored.record, *whole.record), QString());
        QCOMPARE(text(stored.stored.summary.resultDigest), text(whole.summary.resultDigest));
        QCOMPARE(stored.stored.summary.status, RunStatus::Done);
        QCOMPARE(stored.stored.summary.positions.size(), whole.summary.positions.size());
        QVERIFY(must(findInterrupted(runs.path())).empty());
        QVERIFY(must(verifyStoredRun(runs.path(), {}, {})).sameResult);
        // It has ended; there is nothing to go on with.
        QCOMPARE(codeOf(resumeStoredRun(runs.path(), whole.record->info().runId, {})), QString("STORE-007"));
        QCOMPARE(codeOf(resumeStoredRun(runs.path(), {}, {})), QString("STORE-005"));
    }

    //! A run that was cancelled has figures of where it was. They stay until it goes on, and then are those of its end.
    void goesOnWithACancelledRun()
    {
        const RunsFile runs;
        const auto whole = computed(configured("btc-basis"));
        auto half = whole.summary;
        half.status = RunStatus::Interrupted;
        half.steps = 5'000;
        half.navFinal = 1;
        {
            auto database = must(Database::open(runs.path(), Database::Mode::ReadWrite));
            RunWriter writer(database);
            QVERIFY(writer.begin(*whole.record) && writer.append(*whole.record, 0, 5'000) && writer.finish(half));
        }
        QVERIFY(must(showStoredRun(runs.path(), {})).ended);
        {
            auto database = must(Database::open(runs.path(), Database::Mode::ReadWrite));
            RunWriter writer(database);
            QVERIFY(writer.resume(*whole.record));
            QCOMPARE(writer.stepsStored(), std::size_t{5'000});
            QVERIFY(writer.checkStored(*whole.record));
            QCOMPARE(must(showStoredRun(runs.path(), {})).summary.navFinal, 1.0);
            QVERIFY(writer.append(*whole.record, 5'000, 6'000));
        } // killed again
        const auto cut = must(showStoredRun(runs.path(), {}));
        QVERIFY(!cut.ended); // the old figures were of fewer steps
        QCOMPARE(cut.summary.steps, std::size_t{6'000});
        QVERIFY(!must(listStoredRuns(runs.path())).front().navFinal);
        QCOMPARE(must(resumeStoredRun(runs.path(), {}, {})).summary.status, RunStatus::Done);
        const auto stored = must(showStoredRun(runs.path(), {}));
        QCOMPARE(stored.summary.navFinal, whole.summary.navFinal);
        QCOMPARE(stored.summary.positions.size(), whole.summary.positions.size());
    }

    //! Each refusal leaves the stored run as it was.
    void refusesOtherInputs_data()
    {
        QTest::addColumn<QString>("sql"); // how the stored run is changed
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("said");
        QTest::newRow("data changed") << "UPDATE run SET data_digest = 'other'"
                                      << "STORE-007"
                                      << "its data have changed";
        QTest::newRow("version differs") << "UPDATE run SET engine_version = '0.0.9'"
                                         << "STORE-007"
                                         << "0.0.9";
        QTest::newRow("configuration differs") << "UPDATE configuration SET configuration = json_set(configuration, "
                                                  "'$.\"fees.okx.spot_taker\"', '0.0009')"
                                               << "STORE-007"
                                               << "comes out differently";
        QTest::newRow("a step differs") << "UPDATE step SET nav = nav + 1e-9 WHERE step = 899"
                                        << "STORE-007"
                                        << "step 899";
        QTest::newRow("an entry is missing")
            << "DELETE FROM ledger WHERE (step, seq) = (SELECT max(step), 0 FROM ledger)"
            << "STORE-007"
            << "comes out differently";
        QTest::newRow("done") << "UPDATE run SET status = 1"
                              << "STORE-007"
                              << "done";
        QTest::newRow("source not known") << "UPDATE run SET data_source = ''"
                                          << "CONF-011"
                                          << "--data";
    }
    void refusesOtherInputs()
    {
        QFETCH(QString, sql);
        QFETCH(QString, code);
        QFETCH(QString, said);
        const RunsFile runs;
        const auto whole = computed(configured("btc-basis"), shortPeriod());
        leave(runs.path(), *whole.record, 900);
        QCOMPARE(must(findInterrupted(runs.path())).size(), std::size_t{1});
        execute(runs.path(), sql.toStdString());
        const std::string before = dump(runs.path());
        const auto result = resumeStoredRun(runs.path(), whole.record->info().runId, {});
        QCOMPARE(codeOf(result), code);
        QVERIFY2(contains(text(describe(result.error())), qPrintable(said)), describe(result.error()).c_str());
        QVERIFY(dump(runs.path()) == before);
    }

    void refusesWhileAnotherWrites()
    {
        const RunsFile runs;
        const auto whole = computed(configured("btc-basis"), shortPeriod());
        leave(runs.path(), *whole.record, 500);
        auto database = must(Database::open(runs.path(), Database::Mode::ReadWrite));
        RunWriter other(database);
        QVERIFY(other.resume(*whole.record));
        QVERIFY(must(findInterrupted(runs.path())).empty());
        QCOMPARE(must(listStoredRuns(runs.path())).front().status, RunStatus::Running);
        const std::string id = whole.record->info().runId;
        QCOMPARE(codeOf(resumeStoredRun(runs.path(), id, {})), QString("STORE-009"));
        QCOMPARE(codeOf(deleteStoredRun(runs.path(), id)), QString("STORE-009"));
        {
            auto second = must(Database::open(runs.path(), Database::Mode::ReadWrite));
            RunWriter writer(second);
            QCOMPARE(codeOf(writer.resume(*whole.record)), QString("STORE-009"));
        }
        QVERIFY(other.abandon());
        QCOMPARE(must(findInterrupted(runs.path())).size(), std::size_t{1});
        QCOMPARE(text(must(resumeStoredRun(runs.path(), id, {})).summary.resultDigest),
                 text(whole.summary.resultDigest));
    }

    //! A file of leases that nobody holds says nothing, and a database is one by all its names.
    void leases()
    {
        const RunsFile runs;
        const auto whole = computed(configured("btc-basis"), shortPeriod());
        const std::string lease = runs.path("runs.db-writers");
        {
            auto database = must(Database::open(runs.path(), Database::Mode::ReadWrite));
            RunWriter writer(database);
            QVERIFY(writer.begin(*whole.record));
            QVERIFY(std::filesystem::exists(lease));
            std::filesystem::create_symlink(runs.path(), runs.path("link.db"));
            QVERIFY(must(findInterrupted(runs.path("link.db"))).empty());
            QVERIFY(!std::filesystem::exists(runs.path("link.db-writers")));
        }
        QVERIFY(!std::filesystem::exists(lease)); // the last one removes it
        QFile stale(text(lease));
        QVERIFY(stale.open(QIODevice::WriteOnly));
        QCOMPARE(must(findInterrupted(runs.path())).size(), std::size_t{1});
        QVERIFY(resumeStoredRun(runs.path(), {}, {}));
        QVERIFY(!std::filesystem::exists(lease));
    }

    //! Many writers come and go at once: none is taken for another, and none for interrupted.
    void leasesUnderLoad()
    {
        const RunsFile runs;
        const auto run = computed(configured("btc-basis"), shortPeriod());
        must(Database::open(runs.path(), Database::Mode::ReadWrite));
        std::atomic<bool> ended = false;
        std::atomic<int> wrong = 0;
        {
            std::vector<std::jthread> writers;
            for (int w = 0; w < 3; ++w)
                writers.emplace_back([&, w] {
                    for (int i = 0; i < 8; ++i) {
                        RunInfo info = run.record->info();
                        info.runId = std::to_string(w) + "-" + std::to_string(i);
                        const RunRecord record(std::move(info));
                        auto database = Database::open(runs.path(), Database::Mode::ReadWrite);
                        if (!database || !storeRun(*database, record, run.summary))
                            ++wrong;
                    }
                });
            const std::jthread looker([&] {
                while (!ended)
                    if (const auto found = findInterrupted(runs.path()); !found || !found->empty())
                        ++wrong;
            });
            writers.clear();
            ended = true;
        }
        QCOMPARE(wrong.load(), 0);
        QCOMPARE(must(listStoredRuns(runs.path())).size(), std::size_t{24});
    }

    //! Cancelled before it came to where it had been: what is stored stays.
    void cancelledEarly()
    {
        const RunsFile runs;
        const auto whole = computed(configured("btc-basis"));
        leave(runs.path(), *whole.record, whole.record->committed());
        bool asked = false;
        const auto result = must(resumeStoredRun(runs.path(), {}, {}, [&asked](std::size_t, std::size_t) {
            asked = true;
            return false;
        }));
        if (!asked || result.summary.status == RunStatus::Done)
            QSKIP("the run had ended before the first look at it");
        const auto list = must(listStoredRuns(runs.path()));
        QCOMPARE(list.front().status, RunStatus::Interrupted);
        QCOMPARE(list.front().steps, whole.record->committed());
        QCOMPARE(must(resumeStoredRun(runs.path(), {}, {})).summary.status, RunStatus::Done);
    }
};

QTEST_APPLESS_MAIN(TestDeskResume)
#include "tst_desk_resume.moc"
