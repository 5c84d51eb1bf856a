// SPDX-License-Identifier: GPL-3.0-or-later
#include "runs.h"

namespace carry::cli
{

void addDatabase(CLI::App& command, std::string& database)
{
    command.add_option("--db", database, "SQLite file")->required();
}

void addJson(CLI::App& command, std::string& json)
{
    command.add_option("--json", json, "Write JSON to a file, or - for the terminal");
}

std::string shortId(const std::string& runId)
{
    constexpr std::size_t kShown = 8;
    return runId.substr(0, kShown);
}

void addRuns(CLI::App& app, int& exitCode)
{
    auto* runs = app.add_subcommand("runs", "Work with stored runs");
    runs->require_subcommand(1);
    addRunsList(*runs, exitCode);
    addRunsShow(*runs, exitCode);
    addRunsCompare(*runs, exitCode);
    addRunsAgain(*runs, exitCode);
    addRunsChange(*runs, exitCode);
    addRunsFork(*runs, exitCode);
    addRunsFind(*runs, exitCode);
}

} // namespace carry::cli
