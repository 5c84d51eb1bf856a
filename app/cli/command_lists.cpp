// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.h"
#include "desk/own_presets.h"

#include <iostream>

namespace carry::cli
{
namespace
{

std::string rangeText(const Parameter& p)
{
    switch (p.type) {
    case ParameterType::Number:
    case ParameterType::Integer:
        return formatValue(p.minimum) + " … " + formatValue(p.maximum);
    case ParameterType::Boolean:
        return "true | false";
    case ParameterType::Choice: {
        std::string out;
        for (const auto& choice : p.choices)
            out += (out.empty() ? "" : " | ") + choice;
        return out;
    }
    case ParameterType::Timestamp:
        return "UTC time or empty";
    case ParameterType::Text:
        break;
    }
    return "text";
}

int strategies(const std::string& name)
{
    if (name.empty()) {
        for (const StrategyInfo& info : strategyInfos())
            std::cout << info.name << "  " << toText(info.shareClass) << "  " << info.summary << '\n';
        return kDone;
    }
    const auto configuration = RunConfiguration::forStrategy(name);
    if (!configuration)
        return report(configuration.error());
    for (const Parameter& p : configuration->schema().parameters()) {
        std::cout << p.key << " = " << formatValue(p.defaultValue);
        if (!p.unit.empty())
            std::cout << "  [" << p.unit << ']';
        std::cout << "  (" << rangeText(p) << ")\n    " << p.help << '\n';
    }
    return kDone;
}

int presets()
{
    std::size_t width = 0;
    const auto all = listPresets();
    for (const PresetInfo& preset : all)
        width = std::max(width, preset.name.size());
    for (const PresetInfo& preset : all)
        std::cout << preset.name << std::string(width + 2 - preset.name.size(), ' ') << preset.summary << '\n';
    return kDone;
}

struct SaveArguments {
    std::string file, preset = "btc-basis", summary;
    std::vector<std::string> assignments;
};

int save(const SaveArguments& arguments)
{
    auto configuration = RunConfiguration::load(arguments.preset);
    if (!configuration)
        return report(configuration.error());
    for (const std::string& assignment : arguments.assignments)
        if (auto applied = configuration->apply(assignment); !applied)
            return report(applied.error());
    if (auto saved = savePreset(arguments.file, *configuration, arguments.summary); !saved)
        return report(saved.error());
    return kDone;
}

void addSave(CLI::App& presets, int& exitCode)
{
    auto* command = presets.add_subcommand("save", "Keep a preset with changed values as a preset file of your own");
    auto arguments = std::make_shared<SaveArguments>();
    command->add_option("file", arguments->file, "File to write: NAME.toml; --preset takes it")->required();
    command->add_option("--preset", arguments->preset, "Preset or TOML file to begin with")->capture_default_str();
    command->add_option("--set", arguments->assignments, "key=value, may be repeated")->allow_extra_args(false);
    command->add_option("--summary", arguments->summary, "What it is, in a sentence");
    command->callback([arguments, &exitCode] { exitCode = save(*arguments); });
}

} // namespace

void addStrategies(CLI::App& app, int& exitCode)
{
    auto* command = app.add_subcommand("strategies", "List the strategies, or one strategy's parameters");
    auto name = std::make_shared<std::string>();
    command->add_option("name", *name, "Strategy");
    command->callback([name, &exitCode] { exitCode = strategies(*name); });
}

void addPresets(CLI::App& app, int& exitCode)
{
    auto* command = app.add_subcommand("presets", "List the presets, or keep one of your own");
    command->require_subcommand(0, 1);
    addSave(*command, exitCode);
    command->callback([command, &exitCode] {
        if (command->get_subcommands().empty())
            exitCode = presets();
    });
}

} // namespace carry::cli
