// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_options.h"

namespace carry::cli
{

void addRunOptions(CLI::App& command, RunOptions& o)
{
    command.add_option("--preset", o.preset, "Name of a preset, or a TOML file")->required();
    command.add_option("--data", o.data, "Folder of market files, 'demo' or 'demo:HOURS' (synthetic)")->required();
    command.add_option("--from", o.from, "First bar label, UTC (default: where all series have begun)");
    command.add_option("--to", o.to, "Last bar label, UTC, inclusive (default: where the first series ends)");
    command.add_option("--capital", o.capital, "Capital in share class");
    command.add_option("--set", o.assignments, "key=value; may be repeated")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

Result<RunPeriod> readPeriod(const RunOptions& o)
{
    RunPeriod period;
    const auto read = [](const std::string& text, const char* name, std::optional<Time>& into) -> Result<void> {
        if (text.empty())
            return {};
        into = parseIsoTime(text);
        if (!into)
            return fail(Error(ErrorCode::ConfUsage)
                            .with("found", std::string(name) + " takes a UTC time such as 2024-06-01T00:00:00Z, not '" +
                                               text + "'"));
        return {};
    };
    if (auto r = read(o.from, "--from", period.from); !r)
        return fail(r.error());
    if (auto r = read(o.to, "--to", period.to); !r)
        return fail(r.error());
    return period;
}

Result<RunConfiguration> readConfiguration(const RunOptions& o)
{
    auto configuration = RunConfiguration::load(o.preset);
    if (!configuration)
        return configuration;
    for (const std::string& assignment : o.assignments)
        if (auto applied = configuration->apply(assignment); !applied)
            return fail(applied.error());
    if (!o.capital.empty())
        if (auto set = configuration->values().setText("capital", o.capital); !set)
            return fail(set.error());
    return configuration;
}

} // namespace carry::cli
