// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "shell/main_window.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTimer>
#include <benchmark/benchmark.h>
#include <memory>
#include <vector>

namespace carry::ui
{

//! Where the benchmarks of the window keep their databases; gone with the program.
const QTemporaryDir& benchPlace();
std::unique_ptr<MainWindow> openWindow(const QString& database);
//! btc-basis over that many hours of the demo market, stored in a database of its own: made when first asked for.
QString databaseOf(int hours);
double megabytesResident();
//! Whether something was found that must not be: then the program ends with 1.
bool& benchFailed();

//! Handles events until `done()`, and sleeps where there are none, as the window does: the threads that it waits for
//! want the processor.
template <class Done> void processUntil(Done done)
{
    QTimer wake; // `done` may become true without an event
    wake.start(2);
    while (!done())
        QApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents);
}

//! Opens the newest run of the window's database and waits until every panel has painted all of it.
void openNewestRun(MainWindow& window, const QString& database);

//! Counters p50, p95 and max of some times in ms.
void countTimes(benchmark::State& state, std::vector<double> milliseconds);

} // namespace carry::ui
