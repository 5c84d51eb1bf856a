// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/error.h"

#include <CLI/CLI.hpp>

namespace carry::cli
{

//! Exit status of the program.
enum ExitCode : int { kDone = 0, kRunFailed = 1, kUsage = 2, kBadInput = 3 };

//! Tells the error on standard error and returns the exit status that belongs to it.
int report(const Error& error);

//! Each adds its subcommand; the chosen one sets `exitCode` when it has run.
void addBacktest(CLI::App& app, int& exitCode);
void addData(CLI::App& app, int& exitCode);
void addStrategies(CLI::App& app, int& exitCode);
void addPresets(CLI::App& app, int& exitCode);
void addRuns(CLI::App& app, int& exitCode);
void addStress(CLI::App& app, int& exitCode);
void addAudit(CLI::App& app, int& exitCode);
void addSession(CLI::App& app, int& exitCode);
void addHalt(CLI::App& app, int& exitCode);
void addParity(CLI::App& app, int& exitCode);

//! Writes JSON to a file, or to standard output for "-".
Result<void> deliver(const std::string& target, const std::string& text);

} // namespace carry::cli
