// SPDX-License-Identifier: GPL-3.0-or-later
// The window, offscreen: how soon it stands, opens a run, follows the cursor, and how long its frames are while the
// engine runs flat out.
#include "bench_window.h"
#include "common/background.h"
#include "common/theme.h"
#include "desk/stored_runs.h"

#include <QDir>
#include <QProcess>
#include <QThread>

namespace carry::ui
{
namespace
{

//! From starting the program to the first paint of its window.
void firstWindow(benchmark::State& state)
{
    const QString program = QCoreApplication::applicationDirPath() + QStringLiteral("/carrydesk");
    for (auto _ : state) {
        QProcess process;
        process.start(program, {QStringLiteral("--measure-start"), QStringLiteral("--db"),
                                benchPlace().filePath(QStringLiteral("start.db")), QStringLiteral("--settings"),
                                benchPlace().filePath(QStringLiteral("start.ini"))});
        while (!process.readAllStandardOutput().contains("shown"))
            if (!process.waitForReadyRead(10'000))
                return state.SkipWithError("the window did not come");
        state.PauseTiming();
        process.waitForFinished();
        state.ResumeTiming();
    }
}
BENCHMARK(firstWindow)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(10);

//! Opening a stored run of 15,000 steps until every panel has painted it.
void openStoredRun(benchmark::State& state)
{
    const QString database = databaseOf(15'000);
    const auto window = openWindow(database);
    for (auto _ : state)
        openNewestRun(*window, database);
    state.counters["steps"] = double(window->session().length());
    state.counters["RSS_MB"] = megabytesResident();
}
BENCHMARK(openStoredRun)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(10);

//! The cursor to any step of that run, all panels shown and painted.
void scrub(benchmark::State& state)
{
    const QString database = databaseOf(15'000);
    const auto window = openWindow(database);
    const auto run = loadStoredRun(database.toStdString(), {}).value();
    window->session().setRecord(run.record);
    processUntil([&] { return window->session().length() == run.record->committed(); });
    window->session().seek(0); // what opening left to be laid out and painted has its own figure
    QApplication::processEvents();
    std::vector<double> milliseconds;
    std::size_t step = 1;
    for (auto _ : state) {
        QElapsedTimer clock;
        clock.start();
        step = (step * 7919 + 104'729) % run.record->committed();
        window->session().seek(step);
        QApplication::processEvents();
        milliseconds.push_back(double(clock.nsecsElapsed()) * 1e-6);
    }
    countTimes(state, std::move(milliseconds));
}
BENCHMARK(scrub)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(500);

//! Work of the window's thread in each display frame while a run of a million steps is computed and stored.
void framesWhileRunning(benchmark::State& state)
{
    for (auto _ : state) {
        const QString database = benchPlace().filePath(QStringLiteral("frames.db"));
        const auto window = openWindow(database);
        bool ended = false;
        QObject::connect(window.get(), &MainWindow::runEnded, window.get(), [&ended] { ended = true; });
        window->controller().run(
            RunRequest{RunConfiguration::load("btc-basis").value(), QStringLiteral("demo:1000000"), {}, {}});
        processUntil([&] { return window->controller().state() == RunController::State::Running; });
        std::vector<double> milliseconds;
        while (!ended && window->controller().state() == RunController::State::Running) {
            QElapsedTimer clock;
            clock.start();
            QApplication::processEvents();
            const double work = double(clock.nsecsElapsed()) * 1e-6;
            if (work > 0.05) // otherwise nothing was due
                milliseconds.push_back(work);
            QThread::usleep(500);
        }
        processUntil([&] { return ended; });
        state.counters["frames"] = double(milliseconds.size());
        countTimes(state, std::move(milliseconds));
        state.counters["steps/s"] = window->controller().stepsPerSecond();
        for (const char* name : {"frames.db", "frames.db-wal", "frames.db-shm"})
            QFile::remove(benchPlace().filePath(QString::fromLatin1(name)));
    }
}
BENCHMARK(framesWhileRunning)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(1);

} // namespace
} // namespace carry::ui

int main(int argc, char** argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    carry::ui::Theme::instance().apply(application, carry::ui::Theme::Mode::Light);
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    carry::ui::BackgroundThreads::shutdown();
    return carry::ui::benchFailed() ? 1 : 0;
}
