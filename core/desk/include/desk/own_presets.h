// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "desk/run_configuration.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carry
{

//! A preset that a person keeps as a TOML file.
struct OwnPreset {
    PresetInfo info;             //!< name: that of the file
    std::filesystem::path file;  //!< what RunConfiguration::load() takes
    std::optional<Error> broken; //!< why it cannot be loaded
};
//! The files NAME.toml of a folder, by name; none where there is no such folder.
std::vector<OwnPreset> listOwnPresets(const std::filesystem::path& folder);

//! Why a text cannot be the name of an own preset: a file name of letters, digits, '-' and '_' that no preset of the
//! program has. Empty where it can.
std::string presetNameProblem(std::string_view name);

//! A configuration as TOML: the strategy, and what differs from its defaults. load() gives the same values again.
std::string presetToml(const RunConfiguration& configuration, const std::string& summary);

//! Writes a preset file, whole or not at all; one of the same name is replaced. EngineOutput.
Result<void> savePreset(const std::filesystem::path& file, const RunConfiguration& configuration,
                        const std::string& summary);

} // namespace carry
