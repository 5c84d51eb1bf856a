// SPDX-License-Identifier: GPL-3.0-or-later
// Databases that fail before, while and after a run is stored: the run goes on in memory, its error has a code and
// words, and it can be kept elsewhere.
#include "stored_demo.h"
#include "support/same_record.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <csignal>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

using namespace carry;
using namespace carry::test;

namespace
{

//! A run that may fail to be stored, but never to be computed.
BacktestResult runInto(const std::string& file, const RunPeriod& period = {})
{
    BacktestOptions options;
    options.database = file;
    options.databaseRequired = false;
    options.busyTimeout = std::chrono::milliseconds{150};
    options.period = period;
    auto result = must(runBacktest(configured("btc-basis"), *demoData(), options));
    if (result.summary.status != RunStatus::Done)
        qFatal("the run did not end");
    return result;
}

//! The run is whole, its error has that code, and it can be kept elsewhere and found the same there.
void checkRescue(const BacktestResult& run, const char* code, const std::string& lost)
{
    QVERIFY(run.storeError);
    QCOMPARE(text(run.storeError->codeText()), QString(code));
    const QString told = text(describe(*run.storeError));
    QVERIFY2(contains(told, lost.c_str()) && told.endsWith('.'), qPrintable(told));
    QCOMPARE(text(resultDigest(*run.record)), text(run.summary.resultDigest));
    const RunsFile elsewhere;
    const std::string kept = must(rescueRun(elsewhere.path("none.db"), *run.record, run.summary));
    QCOMPARE(difference(*must(loadStoredRun(kept, {})).record, *run.record), QString());
    QVERIFY(must(verifyStoredRun(kept, {}, {})).sameResult);
}

std::string soundness(const std::string& file)
{
    SQLite::Database db(file, SQLite::OPEN_READONLY);
    return db.execAndGet("PRAGMA integrity_check").getString();
}

//! Files of this program may not grow beyond that, as on a disk that is full.
class SmallFiles
{
  public:
    explicit SmallFiles(rlim_t bytes)
    {
        std::signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &m_before);
        set(bytes);
    }
    ~SmallFiles() { lift(); }
    void lift() { set(m_before.rlim_cur); }

  private:
    void set(rlim_t bytes)
    {
        const rlimit limit{bytes, m_before.rlim_max};
        if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
            qFatal("no limit");
    }
    rlimit m_before{};
};

} // namespace

class TestDeskStoreFailures : public QObject
{
    Q_OBJECT

  private slots:
    void filesThatCannotGrow_data()
    {
        QTest::addColumn<quint64>("bytes");
        QTest::newRow("not even the schema") << quint64{20'000};
        QTest::newRow("the schema and a few steps") << quint64{700'000};
        QTest::newRow("half of the run") << quint64{3'000'000};
    }
    void filesThatCannotGrow()
    {
        QFETCH(quint64, bytes);
        const RunsFile runs;
        SmallFiles limit(bytes);
        const auto run = runInto(runs.path());
        limit.lift();
        QVERIFY(run.storeError);
        checkRescue(run, qPrintable(text(run.storeError->codeText())), runs.path());
        QVERIFY(run.storeError->component() == "STORE");
        if (bytes < 100'000)
            return;
        // What is left of it is sound, and once there is room the run can be stored there.
        QCOMPARE(soundness(runs.path()), std::string("ok"));
        for (const RunListItem& left : must(findInterrupted(runs.path())))
            QVERIFY(deleteStoredRun(runs.path(), left.runId));
        QVERIFY(saveRun(runs.path(), *run.record, run.summary));
        QCOMPARE(difference(*must(loadStoredRun(runs.path(), {})).record, *run.record), QString());
    }

    void fullDisk_data()
    {
        QTest::addColumn<QByteArray>("size");
        QTest::newRow("256 kB") << QByteArray("size=256k");
        QTest::newRow("4 MB") << QByteArray("size=4m");
    }
    void fullDisk()
    {
        QFETCH(QByteArray, size);
        const RunsFile folder;
        if (mount("tmpfs", folder.folder().c_str(), "tmpfs", 0, size.constData()) != 0)
            QSKIP("skipped: file systems cannot be mounted from here");
        const auto run = runInto(folder.path());
        // Beside the database there is no room either: the next folder is asked.
        const auto kept = rescueRun(folder.path(), *run.record, run.summary);
        const QStringList left = QDir(text(folder.folder())).entryList(QDir::Files);
        const bool sound = left.contains("runs.db") && size != "size=256k" ? soundness(folder.path()) == "ok" : true;
        umount2(folder.folder().c_str(), MNT_DETACH);
        QVERIFY2(kept, kept ? "" : describe(kept.error()).c_str());
        QVERIFY(text(*kept) != text(folder.path()));
        QCOMPARE(text(resultDigest(*must(loadStoredRun(*kept, {})).record)), text(run.summary.resultDigest));
        std::filesystem::remove(*kept);
        QVERIFY2(left.filter("rescue").isEmpty(), qPrintable(left.join(' '))); // nothing half-written
        QVERIFY(sound);
        checkRescue(run, size == "size=256k" ? qPrintable(text(run.storeError->codeText())) : "STORE-002",
                    folder.path());
    }

    void lockedByAnother()
    {
        const RunsFile runs;
        const auto first = runs.run(configured("btc-basis"), shortPeriod());
        BacktestResult run;
        {
            SQLite::Database other(runs.path(), SQLite::OPEN_READWRITE);
            SQLite::Transaction holds(other, SQLite::TransactionBehavior::EXCLUSIVE);
            QVERIFY(must(findInterrupted(runs.path())).empty()); // looking needs no lock
            run = runInto(runs.path(), shortPeriod());
        }
        checkRescue(run, "STORE-002", runs.path());
        QVERIFY(contains(text(describe(*run.storeError)), "locked"));
        QCOMPARE(must(listStoredRuns(runs.path())).size(), std::size_t{1});
        QVERIFY(saveRun(runs.path(), *run.record, run.summary)); // later
        QCOMPARE(must(listStoredRuns(runs.path())).size(), std::size_t{2});
    }

    //! Binds everybody, root too.
    void readOnlyFileSystem()
    {
        const RunsFile runs;
        if (mount("tmpfs", runs.folder().c_str(), "tmpfs", 0, "size=40m") != 0)
            QSKIP("skipped: file systems cannot be mounted from here");
        runs.run(configured("btc-basis"), shortPeriod());
        const bool bound = mount("tmpfs", runs.folder().c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, "size=40m") == 0;
        const auto run = runInto(runs.path(), shortPeriod());
        const auto list = listStoredRuns(runs.path());
        const auto loaded = loadStoredRun(runs.path(), {});
        const auto marked = markStoredRun(runs.path(), {}, RunMarks{{"a"}, {}, {}, {}});
        umount2(runs.folder().c_str(), MNT_DETACH);
        QVERIFY(bound);
        checkRescue(run, "STORE-001", runs.path());
        QCOMPARE(must(list).size(), std::size_t{1}); // looking is allowed
        QVERIFY2(loaded, loaded ? "" : describe(loaded.error()).c_str());
        QCOMPARE(codeOf(marked), QString("STORE-001"));
    }

    void readOnly_data()
    {
        QTest::addColumn<bool>("folder");
        QTest::newRow("file") << false;
        QTest::newRow("folder") << true;
    }
    void readOnly()
    {
        QFETCH(bool, folder);
        const RunsFile runs;
        runs.run(configured("btc-basis"), shortPeriod());
        using std::filesystem::perms;
        std::filesystem::permissions(runs.path(), perms::owner_read | perms::group_read | perms::others_read);
        if (folder)
            std::filesystem::permissions(runs.folder(), perms::owner_read | perms::owner_exec);
        const auto restore = [&runs] {
            std::filesystem::permissions(runs.folder(), perms::owner_all);
            std::filesystem::permissions(runs.path(), perms::owner_read | perms::owner_write);
        };
        if (access(runs.path().c_str(), W_OK) == 0) {
            restore();
            QSKIP("skipped: permissions do not bind this user");
        }
        const auto run = runInto(runs.path(), shortPeriod());
        restore();
        checkRescue(run, "STORE-001", runs.path());
        QCOMPARE(must(listStoredRuns(runs.path())).size(), std::size_t{1});
    }

    void damaged_data()
    {
        QTest::addColumn<double>("place"); // share of the file
        QTest::addColumn<int>("bytes");
        for (const double place : {0.0, 0.0002, 0.1, 0.3, 0.5, 0.7, 0.9})
            for (const int bytes : {100, 50'000})
                QTest::newRow(qPrintable(QString("%1 bytes at %2").arg(bytes).arg(place))) << place << bytes;
    }
    //! Whatever is damaged: an error of the store or the run as it was, never a crash or another run.
    void damaged()
    {
        QFETCH(double, place);
        QFETCH(int, bytes);
        const RunsFile runs;
        const auto stored = runs.run(configured("btc-basis"), shortPeriod());
        {
            SQLite::Database(runs.path(), SQLite::OPEN_READWRITE).execAndGet("PRAGMA journal_mode = DELETE");
            QFile file(text(runs.path()));
            QVERIFY(file.open(QIODevice::ReadWrite));
            file.seek(qint64(double(file.size()) * place));
            file.write(QByteArray(bytes, '\xa5'));
        }
        const auto loaded = loadStoredRun(runs.path(), {});
        if (loaded)
            QCOMPARE(difference(*loaded->record, *stored.record), QString());
        else
            QVERIFY2(contains(codeOf(loaded), "STORE-"), qPrintable(codeOf(loaded)));
        const auto run = runInto(runs.path(), shortPeriod());
        if (run.storeError)
            QVERIFY(run.storeError->component() == "STORE");
        QCOMPARE(text(run.summary.resultDigest), text(stored.summary.resultDigest));
        QVERIFY(!loaded || bytes < 1'000); // fifty thousand bytes do not go unseen
    }

    void otherSchema_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("code");
        QTest::newRow("newer") << "PRAGMA user_version = 99"
                               << "STORE-003";
        QTest::newRow("another program's") << "PRAGMA application_id = 77"
                                           << "STORE-006";
    }
    void otherSchema()
    {
        QFETCH(QString, sql);
        QFETCH(QString, code);
        const RunsFile runs;
        runs.run(configured("btc-basis"), shortPeriod());
        SQLite::Database(runs.path(), SQLite::OPEN_READWRITE).exec(sql.toStdString());
        checkRescue(runInto(runs.path(), shortPeriod()), qPrintable(code), runs.path());
        QCOMPARE(codeOf(findInterrupted(runs.path())), code);
    }

    //! In the middle of a run, and told while it goes on.
    void failsInTheMiddle()
    {
        const RunsFile runs;
        const auto first = runs.run(configured("btc-basis"), shortPeriod());
        SQLite::Database(runs.path(), SQLite::OPEN_READWRITE)
            .exec("CREATE TRIGGER broken BEFORE INSERT ON step WHEN new.step = 3000 "
                  "BEGIN SELECT RAISE(FAIL, 'the disk is gone'); END");
        const auto run = runInto(runs.path());
        checkRescue(run, "STORE-002", runs.path());
        QVERIFY(contains(text(describe(*run.storeError)), "the disk is gone"));
        const auto left = must(listStoredRuns(runs.path())); // nothing of it stays
        QCOMPARE(left.size(), std::size_t{1});
        QCOMPARE(text(left.front().runId), text(first.record->info().runId));
        QCOMPARE(soundness(runs.path()), std::string("ok"));
    }
};

QTEST_APPLESS_MAIN(TestDeskStoreFailures)
#include "tst_desk_store_failures.moc"
