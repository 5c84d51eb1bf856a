// SPDX-License-Identifier: GPL-3.0-or-later
#include "runs.h"

#include <cstdlib>
#include <filesystem>
#include <iostream>

namespace carry::cli
{

void addDatabase(CLI::App& command, std::string& database)
{
    const std::string usual = usualDatabase();
    auto* option = command.add_option(
        "--db", database, "SQLite file; without it that of the window" + (usual.empty() ? usual : ", " + usual));
    command.parse_complete_callback([option, usual, &database] {
        if (option->count() > 0)
            return;
        std::error_code unreadable;
        if (usual.empty() || !std::filesystem::exists(usual, unreadable))
            throw CLI::RequiredError("--db (" + (usual.empty() ? "the window's database" : usual) + " is not there)");
        database = usual;
        std::cerr << "database: " << usual << '\n';
    });
}

std::string usualDatabase()
{
    // As QStandardPaths finds it for the window: app/desktop/main.cpp.
    const auto variable = [](const char* name) {
        const char* value = std::getenv(name);
        return std::filesystem::path(value != nullptr ? value : "");
    };
    std::filesystem::path data = variable("XDG_DATA_HOME");
    if (!data.is_absolute()) {
        if (variable("HOME").empty())
            return {};
        data = variable("HOME") / ".local" / "share";
    }
    return (data / "Carrydesk" / "carrydesk" / "runs.db").string();
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
