// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench_window.h"
#include "charts/chart_stack.h"
#include "desk/stored_runs.h"
#include "shell/replay_page.h"

#include <QProcess>
#include <algorithm>
#include <fstream>
#include <map>
#include <unistd.h>

namespace carry::ui
{

const QTemporaryDir& benchPlace()
{
    static const QTemporaryDir folder;
    return folder;
}

std::unique_ptr<MainWindow> openWindow(const QString& database)
{
    WindowOptions options;
    options.database = database;
    options.settingsFile = benchPlace().filePath(QStringLiteral("settings.ini"));
    options.openLast = false;
    auto window = std::make_unique<MainWindow>(options);
    window->resize(1920, 1080);
    window->show();
    QApplication::processEvents();
    return window;
}

QString databaseOf(int hours)
{
    static std::map<int, QString> made;
    QString& file = made[hours];
    if (file.isEmpty()) {
        file = benchPlace().filePath(QStringLiteral("%1.db").arg(hours));
        // By a program of its own, so that its memory is not counted here.
        const QString program = QCoreApplication::applicationDirPath() + QStringLiteral("/carrydesk-cli");
        const QString data = QStringLiteral("demo:%1").arg(hours);
        if (QProcess::execute(program, {QStringLiteral("backtest"), QStringLiteral("--preset"),
                                        QStringLiteral("btc-basis"), QStringLiteral("--data"), data,
                                        QStringLiteral("--db"), file, QStringLiteral("--quiet")}) != 0)
            qFatal("the run for the benchmark could not be made");
    }
    return file;
}

void openNewestRun(MainWindow& window, const QString& database)
{
    static std::map<QString, QString> newest; // so that no listing is measured
    QString& id = newest[database];
    if (id.isEmpty())
        id = QString::fromStdString(listStoredRuns(database.toStdString()).value().front().runId);
    bool opened = false;
    const auto connection = QObject::connect(&window, &MainWindow::runOpened, &window, [&opened] { opened = true; });
    window.openRun(id);
    processUntil([&] { return opened; });
    QObject::disconnect(connection);
    processUntil([&] { return window.replay().charts().isComplete(); });
    QApplication::processEvents();
}

bool& benchFailed()
{
    static bool failed = false;
    return failed;
}

double megabytesResident()
{
    std::ifstream statm("/proc/self/statm");
    long pages = 0;
    long resident = 0;
    statm >> pages >> resident;
    return double(resident) * double(sysconf(_SC_PAGESIZE)) / 1e6;
}

void countTimes(benchmark::State& state, std::vector<double> milliseconds)
{
    std::sort(milliseconds.begin(), milliseconds.end());
    state.counters["p50_ms"] = milliseconds[milliseconds.size() / 2];
    state.counters["p95_ms"] = milliseconds[milliseconds.size() * 95 / 100];
    state.counters["max_ms"] = milliseconds.back();
}

} // namespace carry::ui
