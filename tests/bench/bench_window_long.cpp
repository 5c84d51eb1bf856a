// SPDX-License-Identifier: GPL-3.0-or-later
// The window with much in it: a run of a million steps, ten thousand runs, hours of replay.
#include "bench_window.h"
#include "charts/chart_stack.h"
#include "common/background.h"
#include "desk/stored_runs.h"
#include "gui_watch.h"
#include "replay/player.h"
#include "runs/runs_page.h"
#include "shell/replay_page.h"

#include <QLineEdit>
#include <QTableView>
#include <SQLiteCpp/SQLiteCpp.h>

namespace carry::ui
{
namespace
{

constexpr int kMillion = 1'000'000;

//! Ten thousand runs, all like one short one.
QString databaseOfManyRuns()
{
    static const QString file = [] {
        const QString path = databaseOf(500);
        SQLite::Database db(path.toStdString(), SQLite::OPEN_READWRITE);
        db.exec("CREATE TEMP TABLE many AS SELECT * FROM run; UPDATE many SET run = NULL");
        SQLite::Statement name(db, "UPDATE many SET run_id = 'run-' || ?");
        SQLite::Transaction all(db);
        for (int i = 1; i < 10'000; ++i) {
            name.bind(1, i);
            name.exec();
            name.reset();
            db.exec("INSERT INTO run SELECT * FROM many");
        }
        db.exec("INSERT INTO configuration SELECT r.run, c.configuration FROM run r, configuration c WHERE r.run > 1");
        all.commit();
        return path;
    }();
    return file;
}

QTableView& runsTable(const MainWindow& window)
{
    return *window.findChild<QTableView*>(QStringLiteral("runsTable"));
}

//! Shows the workspace and waits until all runs are there and painted.
void showRuns(MainWindow& window)
{
    window.showWorkspace(MainWindow::Runs);
    processUntil([&] { return runsTable(window).model()->rowCount() == 10'000; });
    QApplication::processEvents();
}

//! Opening a stored run of a million steps until every panel has painted it.
void openMillionSteps(benchmark::State& state)
{
    const QString database = databaseOf(kMillion);
    for (auto _ : state) {
        state.PauseTiming();
        const auto window = openWindow(database);
        state.ResumeTiming();
        openNewestRun(*window, database);
        state.PauseTiming();
        state.counters["steps"] = double(window->session().length());
        if (!state.counters.contains("RSS_MB")) // of one window, not of what several of them left behind
            state.counters["RSS_MB"] = megabytesResident();
        state.ResumeTiming();
    }
}
BENCHMARK(openMillionSteps)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(5);

//! Panes that have three curves or more.
void showFourPanes(ChartStack& charts)
{
    for (std::size_t i = 0; i < kPaneCount; ++i) {
        const auto pane = static_cast<PaneId>(i);
        charts.setPaneShown(pane, pane == PaneId::Pnl || pane == PaneId::Risk || pane == PaneId::Basis ||
                                      pane == PaneId::Funding);
    }
    QApplication::processEvents();
}

//! Panning over a run of a million steps, from one twentieth of what is visible to the next; argument: visible part of
//! the run in millionths. With the painting.
void panMillionSteps(benchmark::State& state)
{
    const QString database = databaseOf(kMillion);
    const auto window = openWindow(database);
    openNewestRun(*window, database);
    ChartStack& charts = window->replay().charts();
    showFourPanes(charts);
    processUntil([&] { return charts.isComplete(); });
    charts.fit();
    charts.redrawNow();
    const auto from = toMs(charts.visibleFrom());
    const auto whole = toMs(charts.visibleTo()) - from;
    const auto visible = whole / 1'000'000 * state.range(0);
    const auto room = std::max<std::int64_t>(whole - visible, 1);
    std::int64_t offset = room / 3;
    std::vector<double> milliseconds;
    for (auto _ : state) {
        offset = (offset + std::max<std::int64_t>(visible / 20, 1)) % room;
        QElapsedTimer clock;
        clock.start();
        charts.setVisibleSpan(fromMs(from + offset), fromMs(from + offset + visible));
        charts.redrawNow();
        QApplication::processEvents();
        milliseconds.push_back(double(clock.nsecsElapsed()) * 1e-6);
    }
    countTimes(state, std::move(milliseconds));
}
BENCHMARK(panMillionSteps)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime()
    ->Iterations(200)
    ->Arg(980'000)
    ->Arg(500'000)
    ->Arg(50'000)
    ->Arg(1'000)
    ->Arg(50);

//! The workspace with ten thousand runs until it is painted.
void runsTable10000(benchmark::State& state)
{
    const QString database = databaseOfManyRuns();
    for (auto _ : state) {
        state.PauseTiming();
        const auto window = openWindow(database);
        state.ResumeTiming();
        showRuns(*window);
    }
}
BENCHMARK(runsTable10000)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(5);

void filterRuns(MainWindow& window)
{
    auto& line = *window.findChild<QLineEdit*>(QStringLiteral("runsFilter"));
    for (const char* text : {"r", "ru", "run-99", "status:done", "apr>2%", ""}) {
        line.setText(QString::fromLatin1(text));
        QElapsedTimer clock;
        clock.start();
        processUntil([&] { return clock.elapsed() > 300; }); // the filter waits until typing pauses
    }
}

//! The longest that the window does not answer: while a long run is opened, while one goes on at full speed, while a
//! long list of runs is opened and filtered.
void guiBlocked(benchmark::State& state)
{
    const QString million = databaseOf(kMillion);
    const QString many = databaseOfManyRuns();
    for (auto _ : state) {
        const auto window = openWindow(million);
        {
            GuiWatch watch;
            openNewestRun(*window, million);
            state.counters["opening_ms"] = watch.longestMs();
        }
        {
            const auto running = openWindow(benchPlace().filePath(QStringLiteral("running.db")));
            bool ended = false;
            QObject::connect(running.get(), &MainWindow::runEnded, running.get(), [&ended] { ended = true; });
            GuiWatch watch;
            running->controller().run(
                RunRequest{RunConfiguration::load("btc-basis").value(), QStringLiteral("demo:1000000"), {}, {}});
            processUntil([&] { return ended; });
            state.counters["running_ms"] = watch.longestMs();
        }
        const auto runs = openWindow(many);
        GuiWatch watch;
        showRuns(*runs);
        state.counters["runs_ms"] = watch.longestMs();
        filterRuns(*runs);
        state.counters["filter_ms"] = watch.longestMs();
    }
}
BENCHMARK(guiBlocked)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(1);

double secondsOfReplay()
{
    const char* given = std::getenv("CARRYDESK_SOAK_SECONDS");
    return given != nullptr ? std::max(std::atof(given), 1.0) : 120.0;
}

//! A range that is replayed again and again at the greatest finite speed, every panel shown: what memory grows by after
//! the first minute, or half of the time. CARRYDESK_SOAK_SECONDS: for how long.
void loopReplay(benchmark::State& state)
{
    constexpr double kAllowedMegabytes = 2;
    const QString database = databaseOf(15'000);
    for (auto _ : state) {
        const auto window = openWindow(database);
        openNewestRun(*window, database);
        window->session().setLoop({std::size_t{1'000}, std::size_t{3'000}});
        window->player().setSpeed(*std::max_element(Player::kSpeeds.begin(), Player::kSpeeds.end() - 1));
        window->player().play();
        const double seconds = secondsOfReplay();
        QElapsedTimer clock;
        clock.start();
        const auto runUntil = [&](double end) { processUntil([&] { return double(clock.elapsed()) * 1e-3 >= end; }); };
        runUntil(std::min(60.0, seconds / 2)); // until glyphs, pixmaps and heaps are what they stay
        const double before = megabytesResident();
        runUntil(seconds);
        const double growth = megabytesResident() - before;
        state.counters["growth_MB"] = growth;
        state.counters["RSS_MB"] = megabytesResident();
        if (!window->player().playing() || growth >= kAllowedMegabytes) {
            benchFailed() = true;
            state.SkipWithError(growth >= kAllowedMegabytes ? "memory grows while a range is replayed"
                                                            : "the loop ended");
        }
    }
}
BENCHMARK(loopReplay)->Unit(benchmark::kSecond)->UseRealTime()->Iterations(1);

} // namespace
} // namespace carry::ui
