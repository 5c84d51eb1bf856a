// SPDX-License-Identifier: GPL-3.0-or-later
// kill -9 at any time: the database opens, is sound, holds the run up to the last slice that was committed, and the run
// goes on to the end that it would have had. Larger with CARRYDESK_CRASH_HOURS, _KILLS and _SINGLE (`./dev crash`).
#include "cli_program.h"
#include "store/run_marks.h"
#include "store/store_thread.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <csignal>
#include <random>
#include <thread>

using namespace carry;
using namespace carry::test;

namespace
{

std::size_t setting(const char* name, std::size_t otherwise)
{
    const QByteArray given = qgetenv(name);
    return given.isEmpty() ? otherwise : given.toULongLong();
}

//! Steps of the only run that are stored; nothing while there is no run.
std::optional<std::size_t> stepsIn(const QString& database)
{
    try {
        SQLite::Database db(database.toStdString(), SQLite::OPEN_READONLY, 2'000);
        SQLite::Statement steps(db, "SELECT steps FROM run");
        return steps.executeStep() ? std::optional(static_cast<std::size_t>(steps.getColumn(0).getInt64()))
                                   : std::nullopt;
    } catch (const SQLite::Exception&) {
        return std::nullopt; // not there yet
    }
}

void waitMilliseconds(std::size_t count)
{
    std::this_thread::sleep_for(std::chrono::milliseconds{count});
}

//! What a kill left.
struct Left {
    bool run = false;
    std::size_t steps = 0;
    RunStatus status = RunStatus::Running;
};

//! Opens what a kill left as the next start does. What is wrong with it goes to `problem`.
Left lookAt(const QString& file, QString& problem)
{
    Left left;
    auto database = Database::open(file.toStdString(), Database::Mode::ReadWrite);
    if (!database) {
        problem = QString::fromStdString(describe(database.error()));
        return left;
    }
    if (const auto marked = markInterrupted(*database); !marked)
        problem = QString::fromStdString(describe(marked.error()));
    SQLite::Database& db = database->handle();
    if (const auto found = db.execAndGet("PRAGMA integrity_check").getString(); found != "ok")
        problem = QString::fromStdString(found);
    const auto runs = listRuns(*database);
    if (!runs || runs->size() > 1)
        problem = "the list of runs";
    if (!problem.isEmpty() || runs->empty())
        return left;
    left = {true, runs->front().steps, runs->front().status};
    const auto number = [&db](const std::string& query) {
        return static_cast<std::size_t>(db.execAndGet(query).getInt64());
    };
    if (number("SELECT count(*) FROM step") != left.steps ||
        number("SELECT coalesce(max(step), -1) + 1 FROM step") != left.steps ||
        number("SELECT count(*) FROM step_venue") != 3 * left.steps)
        problem = QString("not %1 steps").arg(left.steps);
    for (const char* log : {"ledger", "decision", "plan", "transition", "funding", "event"})
        if (number(std::string("SELECT count(*) FROM ") + log + " WHERE step >= " + std::to_string(left.steps)) != 0)
            problem = QString("%1 is ahead of the steps").arg(log);
    return left;
}

//! Rows of a table that two databases of one run each do not share.
std::int64_t differences(const QString& a, const QString& b, const std::string& table)
{
    SQLite::Database db(a.toStdString(), SQLite::OPEN_READONLY);
    SQLite::Statement attach(db, "ATTACH ? AS other");
    attach.bind(1, b.toStdString());
    attach.exec();
    const std::string all = "SELECT * FROM main." + table, others = "SELECT * FROM other." + table;
    return db
        .execAndGet("SELECT (SELECT count(*) FROM (" + all + " EXCEPT " + others + ")) + (SELECT count(*) FROM (" +
                    others + " EXCEPT " + all + "))")
        .getInt64();
}

} // namespace

class TestCliCrash : public QObject
{
    Q_OBJECT

  private slots:
    void initTestCase();
    void oneRunKilledManyTimes();
    void manyRunsKilledOnce();
    void killedRightAfterTheStart();
    void endedBySignal_data();
    void endedBySignal();

  private:
    static constexpr int kPatience = 1'800'000; // ms, only for a program that hangs

    QStringList backtest(const QString& database) const
    {
        return {"backtest", "--preset", "btc-basis", "--data", m_data, "--db", database, "--json", "-"};
    }
    static QStringList resume(const QString& database) { return {"runs", "resume", "--db", database, "--json", "-"}; }
    //! Lets the program run until so many steps are stored and a little longer, then kills it; false if it ended
    //! before.
    bool killAt(QProcess& process, const QString& database, std::size_t steps)
    {
        while (process.state() != QProcess::NotRunning) {
            if (stepsIn(database).value_or(0) >= steps) {
                waitMilliseconds(m_random() % 40);
                process.kill();
            }
            process.waitForFinished(2);
        }
        return process.exitStatus() == QProcess::CrashExit;
    }
    Ended finished(QProcess& process) const
    {
        // A program that has ended already is not waited for: that would count as a failure to end.
        if (process.state() != QProcess::NotRunning && !process.waitForFinished(kPatience))
            qFatal("the program hangs");
        return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
                QString::fromUtf8(process.readAllStandardOutput()), QString::fromUtf8(process.readAllStandardError())};
    }
    Ended resumed(const QString& database) const
    {
        QProcess process;
        start(process, resume(database));
        return finished(process);
    }

    const std::size_t m_kills = setting("CARRYDESK_CRASH_KILLS", 12);
    const std::size_t m_single = setting("CARRYDESK_CRASH_SINGLE", 4);
    const QString m_data = QString("demo:%1").arg(setting("CARRYDESK_CRASH_HOURS", CARRYDESK_CRASH_HOURS));
    Workplace m_place;
    QString m_reference; //!< database of the run that nobody disturbed
    QString m_digest;
    std::size_t m_steps = 0;
    std::mt19937 m_random{20240601};
};

void TestCliCrash::initTestCase()
{
    m_reference = m_place.path("reference.db");
    QProcess process;
    start(process, backtest(m_reference));
    const Ended e = finished(process);
    QVERIFY2(e.status == kDone, qPrintable(e.err));
    m_digest = e.json()["result_digest"].toString();
    m_steps = static_cast<std::size_t>(e.json()["steps"].toInteger());
    QVERIFY(m_digest.size() == 64 && m_steps > 1'000);
    qInfo("%zu steps, %.1f MB", m_steps, double(QFileInfo(m_reference).size()) / 1e6);
}

//! Killed, resumed, killed again, ...: the kills are spread over the whole of the run.
void TestCliCrash::oneRunKilledManyTimes()
{
    const QString database = m_place.path("chain.db");
    std::size_t before = 0;
    std::size_t kills = 0;
    for (std::size_t k = 1; k <= m_kills; ++k) {
        QProcess process;
        start(process, before == 0 ? backtest(database) : resume(database));
        if (!killAt(process, database, std::max(before + 1, m_steps * k / (m_kills + 1)))) {
            const Ended e = finished(process); // it was faster than this test
            QVERIFY2(e.status == kDone, qPrintable(e.err));
            break;
        }
        QString problem;
        const Left left = lookAt(database, problem);
        QVERIFY2(problem.isEmpty(), qPrintable(QString("kill %1: %2").arg(k).arg(problem)));
        QVERIFY(left.run && left.steps > before && left.steps <= m_steps);
        if (left.status == RunStatus::Done)
            break;
        QCOMPARE(left.status, RunStatus::Interrupted);
        before = left.steps;
        ++kills;
    }
    qInfo("%zu kills that interrupted the run", kills);
    QVERIFY(kills >= std::max<std::size_t>(1, std::min(m_kills, m_steps / StoreThread::kBatch) / 3));
    const Ended last = resumed(database);
    const bool had = last.err.contains("STORE-005"); // it had ended before the last kill
    QVERIFY2(last.status == kDone || had, qPrintable(last.err));
    const Ended show = cli({"runs", "show", "--db", database, "--json", "-"});
    QCOMPARE(show.json()["status"].toString(), QString("done"));
    QCOMPARE(show.json()["result_digest"].toString(), m_digest);
    if (!had)
        QCOMPARE(last.json()["result_digest"].toString(), m_digest);
    for (const char* table : {"step", "step_venue", "step_asset", "ledger", "decision", "plan", "instruction",
                              "transition", "funding", "event", "position"})
        QVERIFY2(differences(database, m_reference, table) == 0, table);
    QFile::remove(database);
}

void TestCliCrash::manyRunsKilledOnce()
{
    for (std::size_t i = 0; i < m_single; ++i) {
        const QString database = m_place.path("single.db");
        QProcess process;
        start(process, backtest(database));
        const bool killed = killAt(process, database, m_random() % m_steps);
        if (killed) {
            QString problem;
            const Left left = lookAt(database, problem);
            QVERIFY2(problem.isEmpty(), qPrintable(problem));
            QVERIFY(left.run);
            if (left.status == RunStatus::Interrupted) {
                const Ended e = resumed(database);
                QVERIFY2(e.status == kDone, qPrintable(e.err));
                QCOMPARE(e.json()["result_digest"].toString(), m_digest);
                QCOMPARE(stepsIn(database).value_or(0), m_steps);
            }
        }
        QCOMPARE(cli({"runs", "show", "--db", database, "--json", "-"}).json()["result_digest"].toString(), m_digest);
        for (const char* suffix : {"", "-wal", "-shm", "-writers"})
            QFile::remove(database + suffix);
    }
}

//! While the file and its schema are made, and before and after the first slice.
void TestCliCrash::killedRightAfterTheStart()
{
    int interrupted = 0;
    for (std::size_t wait = 0; wait < 240; wait += 12) {
        const Workplace place;
        const QString database = place.path("runs.db");
        QProcess process;
        start(process, {"backtest", "--preset", "btc-basis", "--data", "demo", "--db", database, "--quiet"});
        QVERIFY(process.waitForStarted());
        waitMilliseconds(wait);
        process.kill();
        process.waitForFinished();
        if (!place.has("runs.db"))
            continue;
        QString problem;
        const Left left = lookAt(database, problem);
        QVERIFY2(problem.isEmpty(), qPrintable(QString("after %1 ms: %2").arg(wait).arg(problem)));
        if (left.run && left.status == RunStatus::Interrupted) {
            ++interrupted;
            const Ended e = resumed(database);
            QVERIFY2(e.status == kDone, qPrintable(e.err));
        }
        // Whatever was left, the next run is kept there.
        QCOMPARE(cli(demoRun({"--quiet", "--db", database})).status, kDone);
        QCOMPARE(storedRuns(database).size(), left.run ? 2 : 1);
    }
    qInfo("%d of 20 interrupted a run", interrupted);
}

void TestCliCrash::endedBySignal_data()
{
    QTest::addColumn<int>("number");
    QTest::newRow("SIGTERM") << SIGTERM;
    QTest::newRow("SIGINT") << SIGINT;
    QTest::newRow("SIGHUP") << SIGHUP;
}

//! Asked to end, the program keeps what is computed with its figures, and it can be gone on with.
void TestCliCrash::endedBySignal()
{
    QFETCH(int, number);
    const QString database = m_place.path(QString("signal-%1.db").arg(number));
    QProcess process;
    start(process, backtest(database));
    while (process.state() != QProcess::NotRunning && !stepsIn(database))
        process.waitForFinished(1);
    ::kill(static_cast<pid_t>(process.processId()), number);
    const Ended e = finished(process);
    if (e.status == kDone)
        QSKIP("skipped: the engine had reached the end before the signal came");
    QVERIFY2(e.status == kRunFailed, qPrintable(e.err));
    QCOMPARE(e.json()["status"].toString(), QString("interrupted"));
    const QJsonObject run = storedRuns(database).at(0).toObject();
    QCOMPARE(run["status"].toString(), QString("interrupted"));
    QCOMPARE(run["steps"], e.json()["steps"]);
    QCOMPARE(run["nav_final"], e.json()["nav"]["final"]);
    const Ended last = resumed(database);
    QVERIFY2(last.status == kDone, qPrintable(last.err));
    QCOMPARE(last.json()["result_digest"].toString(), m_digest);
}

QTEST_GUILESS_MAIN(TestCliCrash)
#include "tst_cli_crash.moc"
