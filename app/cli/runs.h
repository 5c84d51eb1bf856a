// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "commands.h"
#include "desk/exports.h"
#include "desk/stored_runs.h"

namespace carry::cli
{

// Each adds subcommands of `runs`.
void addRunsList(CLI::App& runs, int& exitCode);
void addRunsShow(CLI::App& runs, int& exitCode);
void addRunsCompare(CLI::App& runs, int& exitCode);
void addRunsAgain(CLI::App& runs, int& exitCode);  //!< verify, resume
void addRunsChange(CLI::App& runs, int& exitCode); //!< export, tag, delete
void addRunsFork(CLI::App& runs, int& exitCode);   //!< fork, bookmark
void addRunsFind(CLI::App& runs, int& exitCode);

//! Where the window keeps its runs; empty where no home folder is known.
std::string usualDatabase();
//! What every subcommand takes. Without --db it is the window's, which is said on standard error.
void addDatabase(CLI::App& command, std::string& database);
void addJson(CLI::App& command, std::string& json);

//! The first characters of a run id, as lists show it.
std::string shortId(const std::string& runId);
//! The document of a stored run: a backtest's, with decisions and plans behind it. Figures of a run that has not ended
//! are null.
nlohmann::ordered_json storedRunJson(const StoredRun& run);

} // namespace carry::cli
