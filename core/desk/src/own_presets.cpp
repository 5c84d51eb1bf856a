// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/own_presets.h"

#include "toml_file.h"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace carry
{
namespace
{

constexpr std::size_t kLongestName = 64; // fits into a column of the list of runs, and into any file system

Error cannotWrite(const std::filesystem::path& file, std::string found)
{
    return Error(ErrorCode::EngineOutput).with("file", file.string()).with("found", std::move(found));
}

//! Puts the value at "a.b.c" into table a, in it into table b.
void insert(toml::table& table, std::string_view key, const ParameterValue& value)
{
    if (const auto dot = key.find('.'); dot != std::string_view::npos) {
        auto [child, added] = table.emplace<toml::table>(key.substr(0, dot));
        (void)added;
        return insert(*child->second.as_table(), key.substr(dot + 1), value);
    }
    std::visit([&](const auto& v) { table.insert_or_assign(key, v); }, value);
}

ParameterValue valueOf(const ParameterValues& values, const Parameter& parameter)
{
    switch (parameter.type) {
    case ParameterType::Number:
        return values.number(parameter.key);
    case ParameterType::Integer:
        return values.integer(parameter.key);
    case ParameterType::Boolean:
        return values.boolean(parameter.key);
    case ParameterType::Choice:
    case ParameterType::Text:
    case ParameterType::Timestamp:
        break;
    }
    return values.text(parameter.key);
}

OwnPreset readPreset(const std::filesystem::path& file)
{
    OwnPreset preset{{file.stem().string(), {}, {}}, file, {}};
    const auto configuration = RunConfiguration::load(file.string());
    if (!configuration) {
        preset.broken = configuration.error();
        return preset;
    }
    preset.info.strategy = configuration->strategy().name;
    if (const auto text = readTextFile(file))
        if (const auto table = parseToml(*text, file.string()))
            preset.info.summary = (*table)["summary"].value_or(std::string());
    return preset;
}

} // namespace

std::vector<OwnPreset> listOwnPresets(const std::filesystem::path& folder)
{
    std::vector<OwnPreset> presets;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(folder, ignored))
        if (entry.path().extension() == ".toml" && entry.is_regular_file(ignored))
            presets.push_back(readPreset(entry.path()));
    std::ranges::sort(presets, {}, [](const OwnPreset& p) { return p.info.name; });
    return presets;
}

std::string presetNameProblem(std::string_view name)
{
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    };
    if (name.empty())
        return "a preset needs a name";
    if (name.size() > kLongestName)
        return "the name is longer than " + std::to_string(kLongestName) + " characters";
    if (!std::ranges::all_of(name, allowed))
        return "the name may have letters, digits, - and _ only";
    for (const PresetInfo& preset : listPresets())
        if (preset.name == name)
            return "the program has a preset of that name";
    return {};
}

std::string presetToml(const RunConfiguration& configuration, const std::string& summary)
{
    const ParameterValues& values = configuration.values();
    toml::table table;
    table.insert("strategy", configuration.strategy().name);
    table.insert("summary", summary);
    for (const Parameter& parameter : configuration.schema().parameters())
        if (const ParameterValue value = valueOf(values, parameter); value != parameter.defaultValue)
            insert(table, parameter.key, value);
    std::ostringstream text;
    text << table << '\n';
    return text.str();
}

Result<void> savePreset(const std::filesystem::path& file, const RunConfiguration& configuration,
                        const std::string& summary)
{
    if (const std::string problem = presetNameProblem(file.stem().string()); !problem.empty())
        return fail(cannotWrite(file, problem));
    std::error_code error;
    if (file.has_parent_path())
        std::filesystem::create_directories(file.parent_path(), error);
    if (error)
        return fail(cannotWrite(file, error.message()));
    // Beside it first: a full disk must not cost the preset that is replaced.
    std::filesystem::path part = file;
    part += ".part";
    {
        std::ofstream out(part, std::ios::binary);
        out << presetToml(configuration, summary);
        out.close();
        if (!out) {
            std::filesystem::remove(part, error);
            return fail(cannotWrite(file, "the file cannot be opened, or the disk is full"));
        }
    }
    std::filesystem::rename(part, file, error);
    if (error) {
        const std::string found = error.message();
        std::filesystem::remove(part, error);
        return fail(cannotWrite(file, found));
    }
    return {};
}

} // namespace carry
