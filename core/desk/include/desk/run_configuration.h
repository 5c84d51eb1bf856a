// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/parameter.h"
#include "engine/world.h"
#include "record/run_record.h"
#include "strategy/strategy.h"

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace carry
{

//! A strategy with a value for each of its keys.
class RunConfiguration
{
  public:
    //! All defaults. StratUnknown.
    static Result<RunConfiguration> forStrategy(std::string_view strategy);
    //! A preset by name, or a TOML file by path (anything with a '/' or ending in ".toml"). ConfUnknownPreset,
    //! ConfFile, ConfSyntax, and the errors of single keys with file and line.
    static Result<RunConfiguration> load(const std::string& presetOrFile);

    //! As a run was made with: every key with its value as text. StratUnknown, ConfUnknownKey, ConfType, ConfRange.
    static Result<RunConfiguration> stored(std::string_view strategy, std::string preset,
                                           const std::map<std::string, std::string>& values);

    //! "key=value" of the command line.
    Result<void> apply(std::string_view assignment);

    //! Changes while the run goes on; values() are those of the start. In the order they were made.
    const std::vector<Fork>& forks() const { return m_forks; }
    void setForks(std::vector<Fork> forks) { m_forks = std::move(forks); }

    const StrategyInfo& strategy() const { return m_strategy; }
    const std::string& presetName() const { return m_preset; }
    const ParameterSchema& schema() const { return *m_schema; }
    ParameterValues& values() { return m_values; }
    const ParameterValues& values() const { return m_values; }

  private:
    RunConfiguration(StrategyInfo strategy, std::shared_ptr<const ParameterSchema> schema);
    friend class PresetReader;

    StrategyInfo m_strategy;
    std::string m_preset;
    std::shared_ptr<const ParameterSchema> m_schema;
    ParameterValues m_values;
    std::vector<Fork> m_forks;
};

struct PresetInfo {
    std::string name;
    std::string strategy;
    std::string summary;
};
std::vector<PresetInfo> listPresets();

//! Reads "2024-09-01T00:00:00Z +20000, 2024-11-01T00:00:00Z -15000": deposits and withdrawal requests. ConfType.
Result<std::vector<ExternalFlow>> parseFlows(const std::string& text);

} // namespace carry
