// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/embedded.h"
#include "desk/run_configuration.h"

#include "toml_file.h"

namespace carry
{

namespace preset_resources
{
std::span<const EmbeddedText> embeddedTexts();
}

//! Turns TOML text into a configuration.
class PresetReader
{
  public:
    PresetReader(std::string name, std::string file) : m_name(std::move(name)), m_file(std::move(file)) {}

    Result<RunConfiguration> read(std::string_view text)
    {
        const auto table = parseToml(text, m_file);
        if (!table)
            return fail(table.error());
        const auto strategy = (*table)["strategy"].value<std::string>();
        if (!strategy)
            return fail(tomlError(m_file, 1, "the key 'strategy' is missing"));
        auto configuration = RunConfiguration::forStrategy(*strategy);
        if (!configuration)
            return fail(configuration.error());
        configuration->m_preset = m_name;
        if (auto set = setAll(*configuration, *table, ""); !set)
            return fail(set.error());
        return configuration;
    }

  private:
    Result<void> setAll(RunConfiguration& configuration, const toml::table& table, const std::string& prefix)
    {
        for (const auto& [key, node] : table) {
            const std::string name = prefix + std::string(key.str());
            if (name == "strategy" || name == "summary")
                continue;
            const auto line = node.source().begin.line;
            if (const auto* child = node.as_table()) {
                if (auto set = setAll(configuration, *child, name + "."); !set)
                    return set;
                continue;
            }
            std::optional<ParameterValue> value;
            if (const auto* s = node.as_string())
                value = s->get();
            else if (const auto* i = node.as_integer())
                value = i->get();
            else if (const auto* d = node.as_floating_point())
                value = d->get();
            else if (const auto* b = node.as_boolean())
                value = b->get();
            if (!value)
                return fail(tomlError(m_file, line, "'" + name + "' is neither text, number nor true/false"));
            if (auto set = configuration.values().set(name, *value); !set)
                return fail(Error(set.error()).with("file", m_file).with("line", line));
        }
        return {};
    }

    std::string m_name, m_file;
};

namespace
{

std::string stem(std::string_view file)
{
    return std::string(file.substr(0, file.rfind('.')));
}

bool looksLikeFile(const std::string& name)
{
    return name.find('/') != std::string::npos || name.ends_with(".toml");
}

Result<RunConfiguration> loadFile(const std::string& path)
{
    const auto text = readTextFile(path);
    if (!text)
        return fail(Error(ErrorCode::ConfFile).with("file", path).with("found", "no such file, or not readable"));
    return PresetReader(std::filesystem::path(path).stem().string(), path).read(*text);
}

} // namespace

Result<RunConfiguration> RunConfiguration::load(const std::string& presetOrFile)
{
    for (const EmbeddedText& preset : preset_resources::embeddedTexts())
        if (stem(preset.name) == presetOrFile)
            return PresetReader(presetOrFile, std::string(preset.name)).read(preset.text);
    if (looksLikeFile(presetOrFile))
        return loadFile(presetOrFile);
    return fail(Error(ErrorCode::ConfUnknownPreset).with("found", presetOrFile));
}

std::vector<PresetInfo> listPresets()
{
    std::vector<PresetInfo> presets;
    for (const EmbeddedText& preset : preset_resources::embeddedTexts()) {
        const toml::table table = toml::parse(preset.text, preset.name);
        presets.push_back(
            {stem(preset.name), table["strategy"].value_or(std::string()), table["summary"].value_or(std::string())});
    }
    return presets;
}

} // namespace carry
