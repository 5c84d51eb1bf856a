// SPDX-License-Identifier: GPL-3.0-or-later
// Where the P&L of a session parts from that of its backtest.
#include "desk/parity.h"

#include "interruption.h"
#include "progress_bar.h"
#include "runs.h"
#include "tables.h"

#include <iostream>

namespace carry::cli
{
namespace
{

struct Options {
    std::string database, run, data, json;
    bool quiet = false;
};

void printRow(const std::vector<std::string>& cells)
{
    constexpr std::size_t kName = 22;
    constexpr std::size_t kWidth = 14;
    std::string line = cells.front() + std::string(kName - std::min(kName, cells.front().size()), ' ');
    for (std::size_t i = 1; i < cells.size(); ++i)
        line += std::string(kWidth - std::min(kWidth - 1, cells[i].size()), ' ') + cells[i];
    std::cout << line << '\n';
}

void print(const ParityReport& report)
{
    std::cout << report.mode << " session " << report.runId << " against its backtest, " << formatIso(report.from)
              << " to " << formatIso(report.to) << ", in " << toText(report.shareClass) << "\n\n";
    printRow({"", "session", "backtest", "gap", "price", "fee", "funding", "timing", "missing fills", "remainder"});
    const int decimals = moneyDecimals(report.shareClass);
    const auto row = [decimals](const ParityLeg& leg) {
        std::vector<std::string> cells{leg.name};
        for (const double value : {leg.session, leg.backtest, leg.gap(), leg.price, leg.fee, leg.funding, leg.timing,
                                   leg.missingFills, leg.remainder})
            cells.push_back(money(value, decimals));
        printRow(cells);
    };
    for (const ParityLeg& leg : report.legs)
        row(leg);
    row(report.total);
    if (report.sessionDigest == report.backtestDigest)
        std::cout << "\nThe digests agree: the session is its backtest to the bit.\n";
}

int parity(const Options& o)
{
    catchInterruption();
    const auto report = [&o] {
        ProgressBar bar("Running", o.quiet);
        return parityOfStoredSession(o.database, o.run, o.data, [&bar](std::size_t done, std::size_t total) {
            bar.show(done, total);
            return !isInterrupted();
        });
    }();
    if (!report)
        return cli::report(report.error());
    if (!o.quiet && o.json != "-")
        print(*report);
    if (!o.json.empty())
        if (auto written = deliver(o.json, jsonText(parityToJson(*report))); !written)
            return cli::report(written.error());
    return kDone;
}

} // namespace

void addParity(CLI::App& app, int& exitCode)
{
    auto* command =
        app.add_subcommand("parity", "Compute a finished session as a backtest and say where the P&L parts");
    auto o = std::make_shared<Options>();
    addDatabase(*command, o->database);
    addJson(*command, o->json);
    command->add_option("--run", o->run, "Run id, or its beginning; without it the newest");
    command->add_option("--data", o->data, "Where the data are now (default: where the session had them from)");
    command->add_flag("--quiet", o->quiet, "No progress, no table");
    command->callback([o, &exitCode] { exitCode = parity(*o); });
}

} // namespace carry::cli
