// SPDX-License-Identifier: GPL-3.0-or-later
#include "runs.h"
#include "tables.h"

#include <iostream>

namespace carry::cli
{
namespace
{

using Json = nlohmann::ordered_json;

struct Options {
    std::string database, json;
    std::vector<std::string> runs;
};

// ---- Text ----------------------------------------------------------------------------------------

std::string padded(const std::string& text, std::size_t width)
{
    return text.size() < width ? text + std::string(width - text.size(), ' ') : text;
}

//! A name and a value for each run, in columns.
std::string row(const std::string& name, const std::vector<std::string>& values)
{
    constexpr std::size_t kName = 34, kValue = 24;
    std::string out = "  " + padded(name, kName);
    for (const std::string& value : values)
        out += "  " + padded(value, kValue);
    out.erase(out.find_last_not_of(' ') + 1);
    return out + '\n';
}

template <class Text> std::vector<std::string> ofRuns(const Comparison& c, Text&& text)
{
    std::vector<std::string> values;
    for (const StoredRun& run : c.runs)
        values.push_back(text(run));
    return values;
}

std::string metricText(const MetricDifference& metric, const Figure& figure, Asset shareClass)
{
    if (!figure.value)
        return figureText(figure, /*asPercent=*/false);
    if (metric.isMoney())
        return money(*figure.value, moneyDecimals(shareClass));
    return figureText(figure, metric.unit == "fraction", /*decimals=*/metric.unit == "count" ? 0 : 4);
}

std::string headText(const Comparison& c)
{
    std::string out = row("Run", ofRuns(c, [](const StoredRun& r) { return shortId(r.info.runId); }));
    out += row("Status", ofRuns(c, [](const StoredRun& r) { return std::string(toText(r.summary.status)); }));
    out += row("Share class", ofRuns(c, [](const StoredRun& r) { return std::string(toText(r.info.shareClass)); }));
    out += row("Preset", ofRuns(c, [](const StoredRun& r) { return r.info.preset; }));
    out += row("Data", ofRuns(c, [](const StoredRun& r) { return r.info.dataName; }));
    out += row("Period", ofRuns(c, [](const StoredRun& r) {
                   return formatIso(r.info.from).substr(0, 10) + " .. " + formatIso(r.info.to).substr(0, 10);
               }));
    return out + row("Steps", ofRuns(c, [](const StoredRun& r) { return std::to_string(r.summary.steps); }));
}

std::string partingText(const Comparison& c, std::size_t i)
{
    const std::string first = shortId(c.runs.front().info.runId);
    const std::string other = shortId(c.runs[i].info.runId);
    const std::string both = "  " + other + " and " + first + ": ";
    if (c.commonSteps[i] == 0)
        return both + "cover no common time\n";
    if (!c.divergence[i])
        return both + "the same in all " + std::to_string(c.commonSteps[i]) + " common steps\n";
    const Divergence& d = *c.divergence[i];
    std::string out = both + "part at " + formatIso(d.time) + " (step " + std::to_string(d.stepB) + "), " + d.what +
                      "\n    " + first + ": " + d.valueA + "\n    " + other + ": " + d.valueB + '\n';
    if (!d.decisionTime)
        return out + "    all decisions in the common steps are the same\n";
    const auto decided = [](const std::string& decision) { return decision.empty() ? "no decision" : decision; };
    return out + "    first decision that differs: " + formatIso(*d.decisionTime) + "\n    " + first + ": " +
           decided(d.decisionA) + "\n    " + other + ": " + decided(d.decisionB) + '\n';
}

//! As the window calls it.
std::string barName(const std::string& name)
{
    return name == "basis" ? "Price, both legs" : name;
}

std::string bridgeText(const Comparison& c, std::size_t i)
{
    const PnlBridge bridge = pnlBridge(c.runs.front(), c.runs[i]);
    const auto amount = [&](double value) {
        return bridge.ofCapital ? percent(value, 4) : money(value, moneyDecimals(bridge.currency));
    };
    std::string out = "  " + shortId(c.runs.front().info.runId) + " to " + shortId(c.runs[i].info.runId) +
                      (bridge.ofCapital ? ", of each capital\n" : "\n");
    for (const PnlBridge::Bar& bar : bridge.bars)
        out += row("  " + barName(bar.name), {amount(bar.change())});
    return out;
}

std::string comparisonText(const Comparison& c)
{
    std::string out = headText(c) + "\nMetrics\n";
    for (const MetricDifference& metric : c.metrics) {
        std::vector<std::string> values;
        for (std::size_t i = 0; i < metric.values.size(); ++i)
            values.push_back(metricText(metric, metric.values[i], c.runs[i].info.shareClass));
        out += row(metric.name, values);
    }
    out += "\nConfiguration that differs\n";
    for (const ConfigurationDifference& key : c.configuration) {
        std::vector<std::string> values;
        for (const auto& value : key.values)
            values.push_back(value ? *value : "-");
        out += row(key.key, values);
    }
    if (c.configuration.empty())
        out += "  none\n";
    out += "\nHow the P&L changes\n";
    for (std::size_t i = 1; i < c.runs.size(); ++i)
        out += bridgeText(c, i);
    out += "\nWhere they part\n";
    for (std::size_t i = 1; i < c.runs.size(); ++i)
        out += partingText(c, i);
    return out;
}

// ---- JSON ----------------------------------------------------------------------------------------

Json headJson(const StoredRun& run)
{
    return {{"run_id", run.info.runId},
            {"status", toText(run.summary.status)},
            {"strategy", run.info.strategy},
            {"preset", run.info.preset},
            {"data", run.info.dataName},
            {"from", formatIso(run.info.from)},
            {"to", formatIso(run.info.to)},
            {"steps", run.summary.steps},
            {"engine_version", run.engineVersion},
            {"data_digest", run.info.dataDigest},
            {"result_digest", run.ended ? Json(run.summary.resultDigest) : Json(nullptr)}};
}

Json divergenceJson(const std::optional<Divergence>& divergence)
{
    if (!divergence)
        return nullptr;
    const Divergence& d = *divergence;
    Json decision = nullptr;
    if (d.decisionTime)
        decision = {{"time", formatIso(*d.decisionTime)}, {"values", {d.decisionA, d.decisionB}}};
    return {{"time", formatIso(d.time)},
            {"steps", {d.stepA, d.stepB}},
            {"what", d.what},
            {"values", {d.valueA, d.valueB}},
            {"decision", std::move(decision)}};
}

Json bridgeJson(const PnlBridge& bridge)
{
    Json bars = Json::array();
    for (const PnlBridge::Bar& bar : bridge.bars)
        bars.push_back({{"name", bar.name}, {"from", bar.from}, {"to", bar.to}});
    return {{"unit", bridge.ofCapital ? "fraction" : std::string(toText(bridge.currency))}, {"bars", std::move(bars)}};
}

Json comparisonJson(const Comparison& c)
{
    Json out = Json::object();
    for (const char* key : {"runs", "metrics", "configuration", "divergence", "common_steps"})
        out[key] = Json::array();
    out["metrics"] = Json::object();
    out["configuration"] = Json::object();
    for (const StoredRun& run : c.runs)
        out["runs"].push_back(headJson(run));
    for (const MetricDifference& metric : c.metrics) {
        Json values = Json::array();
        for (const Figure& figure : metric.values)
            values.push_back(figure.value ? Json(*figure.value) : Json(nullptr));
        out["metrics"][metric.name] = {{"unit", metric.unit}, {"values", std::move(values)}};
    }
    for (const ConfigurationDifference& key : c.configuration)
        for (const auto& value : key.values)
            out["configuration"][key.key].push_back(value ? Json(*value) : Json(nullptr));
    for (const auto& divergence : c.divergence)
        out["divergence"].push_back(divergenceJson(divergence));
    out["pnl_bridge"] = Json::array({nullptr});
    for (std::size_t i = 1; i < c.runs.size(); ++i)
        out["pnl_bridge"].push_back(bridgeJson(pnlBridge(c.runs.front(), c.runs[i])));
    for (const std::size_t steps : c.commonSteps)
        out["common_steps"].push_back(steps);
    return out;
}

int compare(const Options& o)
{
    const auto comparison = compareStoredRuns(o.database, o.runs);
    if (!comparison)
        return report(comparison.error());
    if (o.json != "-")
        std::cout << comparisonText(*comparison);
    if (!o.json.empty())
        if (auto written = deliver(o.json, jsonText(comparisonJson(*comparison))); !written)
            return report(written.error());
    return kDone;
}

} // namespace

void addRunsCompare(CLI::App& runs, int& exitCode)
{
    auto* command = runs.add_subcommand("compare", "Metrics side by side, what differs, and where runs part");
    auto options = std::make_shared<Options>();
    addDatabase(*command, options->database);
    addJson(*command, options->json);
    command->add_option("runs", options->runs, "Two to eight run ids, or their beginnings")->required();
    command->callback([options, &exitCode] { exitCode = compare(*options); });
}

} // namespace carry::cli
