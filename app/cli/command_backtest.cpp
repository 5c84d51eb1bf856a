// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.h"
#include "desk/exports.h"
#include "desk/stored_runs.h"
#include "interruption.h"
#include "progress_bar.h"
#include "run_options.h"
#include "runs.h"
#include "tables.h"

#include <iostream>

namespace carry::cli
{
namespace
{

struct Options : RunOptions {
    std::string database, json, csv;
    bool quiet = false;
};

//! Says which runs of the database were interrupted. A database that cannot be looked at is the run's to tell.
void tellInterrupted(const std::string& database)
{
    const auto runs = findInterrupted(database);
    if (!runs || runs->empty())
        return;
    const RunListItem& newest = runs->front();
    std::cerr << "carrydesk-cli: run " << shortId(newest.runId) << " (" << newest.preset << ") was interrupted at step "
              << newest.steps << "; 'carrydesk-cli runs resume " << shortId(newest.runId) << " --db " << database
              << "' goes on with it";
    if (runs->size() > 1)
        std::cerr << "; " << runs->size() - 1 << " more: 'carrydesk-cli runs list --status interrupted --db "
                  << database << "'";
    std::cerr << ".\n";
}

//! What becomes of a run that its database did not take.
int rescue(const std::string& database, const BacktestResult& result)
{
    report(*result.storeError);
    const auto kept = rescueRun(database, *result.record, result.summary);
    if (kept)
        std::cerr << "carrydesk-cli: the run is kept in " << *kept << " instead.\n";
    else
        report(kept.error());
    return kRunFailed;
}

Result<BacktestResult> run(const Options& o)
{
    const auto period = readPeriod(o);
    if (!period)
        return fail(period.error());
    auto configuration = readConfiguration(o);
    if (!configuration)
        return fail(configuration.error());
    const auto loadBegan = std::chrono::steady_clock::now();
    std::shared_ptr<const MarketData> market;
    {
        ProgressBar bar("Reading", o.quiet);
        auto data = openData(o.data, [&](std::size_t done, std::size_t total) {
            bar.show(done, total);
            return !isInterrupted();
        });
        if (!data)
            return fail(data.error());
        market = *data;
    }
    const std::chrono::duration<double> loading = std::chrono::steady_clock::now() - loadBegan;
    BacktestOptions options;
    options.period = *period;
    if (!o.database.empty()) {
        options.database = o.database;
        tellInterrupted(o.database);
    }
    options.loadSeconds = loading.count();
    options.startedAt = formatIso(std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()));
    ProgressBar bar("Running", o.quiet);
    options.progress = [&](std::size_t done, std::size_t total) {
        bar.show(done, total);
        return !isInterrupted();
    };
    return runBacktest(*configuration, *market, options);
}

int backtest(const Options& o)
{
    catchInterruption(); // what is computed is shown and kept
    const auto result = run(o);
    if (!result)
        return report(result.error());
    const bool jsonOnScreen = o.json == "-";
    if (!o.quiet && !jsonOnScreen)
        std::cout << summaryTable(result->record->info(), result->summary) << std::flush;
    if (!o.json.empty())
        if (auto written = deliver(o.json, jsonText(runToJson(result->record->info(), result->summary))); !written)
            return report(written.error());
    if (!o.csv.empty())
        if (auto written = exportCsv(*result->record, o.csv); !written)
            return report(written.error());
    if (result->storeError)
        return rescue(o.database, *result);
    return result->summary.status == RunStatus::Done ? kDone : kRunFailed;
}

} // namespace

void addBacktest(CLI::App& app, int& exitCode)
{
    auto* command = app.add_subcommand("backtest", "Run a strategy over market data");
    auto options = std::make_shared<Options>();
    addRunOptions(*command, *options);
    command->add_option("--db", options->database, "SQLite file that keeps the run");
    command->add_option("--json", options->json, "Write the result as JSON to a file, or - for the terminal");
    command->add_option("--csv", options->csv, "Write CSV files into a folder");
    command->add_flag("--quiet", options->quiet, "No table, no progress");
    command->callback([options, &exitCode] { exitCode = backtest(*options); });
}

} // namespace carry::cli
