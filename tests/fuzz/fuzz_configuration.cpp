// SPDX-License-Identifier: GPL-3.0-or-later
// A preset file and assignments as of --set. The input is the preset, a line "---" and one assignment a line.
#include "desk/backtest.h"
#include "fuzz_support.h"

#include <algorithm>
#include <cmath>

using namespace carry;
using fuzz::require;

namespace
{

constexpr std::size_t kBars = 48;
constexpr std::size_t kMostAssignments = 6;

template <class Series, class... Columns> void shorten(Series& series, Columns&... columns)
{
    const std::size_t rows = std::min(series.time.size(), kBars);
    series.time.resize(rows);
    series.line.resize(rows);
    (columns.resize(rows), ...);
}

//! The first days of the demo market.
MarketData shortMarket()
{
    MarketData data = makeDemoMarket();
    for (auto& [key, s] : data.candles)
        shorten(s, s.open, s.high, s.low, s.close);
    for (auto& [key, s] : data.funding)
        shorten(s, s.rate, s.intervalHours);
    for (auto& [id, s] : data.frames) {
        shorten(s);
        for (auto& column : s.values)
            column.resize(s.time.size());
    }
    return data;
}

void checkValue(const Parameter& parameter, const ParameterValues& values)
{
    const std::string& key = parameter.key;
    switch (parameter.type) {
    case ParameterType::Number:
        require(values.number(key) >= parameter.minimum && values.number(key) <= parameter.maximum, "in range");
        break;
    case ParameterType::Integer: {
        const auto value = static_cast<double>(values.integer(key));
        require(value >= parameter.minimum && value <= parameter.maximum, "in range");
        break;
    }
    case ParameterType::Choice:
        require(std::find(parameter.choices.begin(), parameter.choices.end(), values.text(key)) !=
                    parameter.choices.end(),
                "one of the choices");
        break;
    case ParameterType::Timestamp:
        require(values.text(key).empty() || values.time(key), "a time or nothing");
        break;
    case ParameterType::Boolean:
        static_cast<void>(values.boolean(key));
        break;
    case ParameterType::Text:
        static_cast<void>(values.text(key));
        break;
    }
}

void checkConfiguration(const RunConfiguration& configuration)
{
    static const MarketData market = shortMarket();
    for (const Parameter& parameter : configuration.schema().parameters())
        checkValue(parameter, configuration.values());
    require(configuration.values().resolved().size() == configuration.schema().parameters().size(),
            "every key has a value");
    const auto setup = prepareRun(configuration, market, {});
    if (!setup)
        return fuzz::checkError(setup.error());
    const RunInfo info = describeRun(configuration, *setup, market, "run");
    require(info.from <= info.to && info.capital > 0, "a run has a period and capital");
}

void applyAll(RunConfiguration& configuration, std::string_view assignments)
{
    for (std::size_t i = 0; i < kMostAssignments && !assignments.empty(); ++i) {
        const std::string_view line = fuzz::takeLine(assignments);
        if (const auto applied = configuration.apply(line); !applied)
            fuzz::checkError(applied.error(), "CONF");
        const auto flows = parseFlows(std::string(line.substr(line.find('=') + 1)));
        if (!flows)
            fuzz::checkError(flows.error(), "CONF");
        else
            require(std::is_sorted(flows->begin(), flows->end(),
                                   [](const auto& a, const auto& b) { return a.time < b.time; }),
                    "flows are in the order of time");
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
    static const fuzz::ScratchFolder scratch;
    constexpr std::string_view kBorder = "\n---\n";
    const std::string_view text = fuzz::textOf(bytes, size);
    const auto border = text.find(kBorder);
    scratch.write("own.toml", text.substr(0, border));
    auto configuration = RunConfiguration::load((scratch.path() / "own.toml").string());
    if (!configuration) {
        fuzz::checkError(configuration.error());
        configuration = RunConfiguration::load("btc-basis");
    }
    require(configuration.has_value(), "the embedded presets can be read");
    if (border != std::string_view::npos)
        applyAll(*configuration, text.substr(border + kBorder.size()));
    checkConfiguration(*configuration);
    return 0;
}
