// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/parameter.h"
#include "engine/gate.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace carry
{

//! The keys of a gate file (tables gate, rules, limits) with defaults, ranges and help.
const ParameterSchema& gateSchema();

//! Policy and limits of a gate as people write them in TOML; docs/gate.md describes it. Unnamed keys have their
//! defaults: the mode is manual, nothing is limited. Without rules for stress. ConfFile, ConfSyntax, ConfUnknownKey,
//! ConfType, ConfRange, the latter four with file and line.
Result<GateSetup> loadGateFile(const std::string& path);
Result<GateSetup> parseGateFile(std::string_view text, const std::string& file);

//! Whether there is anything at that path, or nobody can tell.
bool isHaltFlag(const std::filesystem::path& flag);
//! The kill switch as a file: halts the gate while there is anything at that path; true when it does. For the session
//! to call before every step; `now` is its clock. Taking the file away does not set trading going again.
//! The first line of a text file that is there names who halts, the second why.
bool haltWhileFileExists(Gate& gate, const std::filesystem::path& flag, Time now);

//! The file that halts every session which keeps its run in that database, whatever program it runs in.
std::filesystem::path haltFlag(const std::filesystem::path& database);
//! Puts it there; whole or not at all. ConfFile without a database, EngineOutput.
Result<void> raiseHaltFlag(const std::filesystem::path& database, const std::string& user, const std::string& reason);
//! Takes it away; false: there is none. EngineOutput.
Result<bool> lowerHaltFlag(const std::filesystem::path& database);

} // namespace carry
