// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/run_configuration.h"

#include <algorithm>

namespace carry
{
namespace
{

void declareRunParameters(ParameterSchema& schema)
{
    schema.number("capital", 100'000, 0.01, 1e12, "share class", "Capital in the wallet before any cost");
    schema.text("flows.schedule", "", "Deposits and withdrawals: TIME +AMOUNT, TIME -AMOUNT, ...");
    schema.number("metrics.risk_free", 0, -1, 1, "per year", "Risk-free rate of Sharpe and Sortino");
}

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t\n");
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t\n") - first + 1);
}

} // namespace

RunConfiguration::RunConfiguration(StrategyInfo strategy, std::shared_ptr<const ParameterSchema> schema)
    : m_strategy(strategy), m_preset(strategy.name), m_schema(std::move(schema)), m_values(*m_schema)
{
}

Result<RunConfiguration> RunConfiguration::forStrategy(std::string_view strategy)
{
    const auto info = findStrategy(strategy);
    if (!info)
        return fail(info.error());
    auto schema = std::make_shared<ParameterSchema>();
    declareRunParameters(*schema);
    declareStrategyParameters(*schema, *info);
    declareVenueParameters(*schema, info->base);
    if (info->onChain())
        declareChainParameters(*schema);
    declareRiskParameters(*schema, info->onChain());
    return RunConfiguration(*info, std::move(schema));
}

Result<RunConfiguration> RunConfiguration::stored(std::string_view strategy, std::string preset,
                                                  const std::map<std::string, std::string>& values)
{
    auto configuration = forStrategy(strategy);
    if (!configuration)
        return configuration;
    configuration->m_preset = std::move(preset);
    for (const auto& [key, value] : values)
        if (auto set = configuration->m_values.setText(key, value); !set)
            return fail(set.error());
    return configuration;
}

Result<void> RunConfiguration::apply(std::string_view assignment)
{
    const auto equals = assignment.find('=');
    if (equals == std::string_view::npos)
        return fail(
            Error(ErrorCode::ConfUsage).with("found", "--set takes key=value, not '" + std::string(assignment) + "'"));
    return m_values.setText(trimmed(assignment.substr(0, equals)), trimmed(assignment.substr(equals + 1)));
}

Result<std::vector<ExternalFlow>> parseFlows(const std::string& text)
{
    std::vector<ExternalFlow> flows;
    std::string_view rest = text;
    while (!trimmed(rest).empty()) {
        const auto comma = rest.find(',');
        const auto entry = trimmed(rest.substr(0, comma));
        rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
        const auto blank = entry.find_last_of(" \t");
        const auto time =
            blank == std::string_view::npos ? std::nullopt : parseIsoTime(trimmed(entry.substr(0, blank)));
        const auto amount =
            blank == std::string_view::npos ? std::nullopt : Decimal::parse(trimmed(entry.substr(blank + 1)));
        if (!time || !amount || amount->isZero())
            return fail(Error(ErrorCode::ConfType)
                            .with("key", "flows.schedule")
                            .with("found", std::string(entry))
                            .with("expected", "entries such as 2024-09-01T00:00:00Z +20000"));
        flows.push_back({*time, *amount});
    }
    std::stable_sort(flows.begin(), flows.end(), [](const auto& a, const auto& b) { return a.time < b.time; });
    return flows;
}

} // namespace carry
