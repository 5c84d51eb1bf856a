// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.h"
#include "desk/exports.h"
#include "desk/stored_runs.h"
#include "tables.h"

#include <iostream>

namespace carry::cli
{
namespace
{

using Json = nlohmann::ordered_json;

Json optionalNumber(const std::optional<double>& value)
{
    return value ? Json(*value) : Json(nullptr);
}

Json listJson(const std::vector<RunListItem>& runs)
{
    Json out = Json::array();
    for (const RunListItem& r : runs)
        out.push_back({{"run_id", r.runId},
                       {"status", std::string(toText(r.status))},
                       {"preset", r.preset},
                       {"strategy", r.strategy},
                       {"share_class", std::string(toText(r.shareClass))},
                       {"data", r.dataName},
                       {"synthetic", r.synthetic},
                       {"started_at", r.startedAt},
                       {"from", formatIso(r.from)},
                       {"to", formatIso(r.to)},
                       {"steps", r.steps},
                       {"capital", r.capital},
                       {"nav_final", optionalNumber(r.navFinal)},
                       {"pnl", optionalNumber(r.pnlBalance)},
                       {"apr", optionalNumber(r.apr)},
                       {"sharpe", optionalNumber(r.sharpe)},
                       {"max_drawdown", optionalNumber(r.maxDrawdown)}});
    return out;
}

void printList(const std::vector<RunListItem>& runs)
{
    if (runs.empty()) {
        std::cout << "No runs yet. 'carrydesk-cli backtest ... --db FILE' keeps one.\n";
        return;
    }
    char buffer[256];
    for (const RunListItem& r : runs) {
        std::snprintf(buffer, sizeof buffer, "%.8s  %-11s %-20s %s .. %s  %7zu steps  %14s  APR %8s%s\n",
                      r.runId.c_str(), std::string(toText(r.status)).c_str(), r.preset.c_str(),
                      formatIso(r.from).substr(0, 10).c_str(), formatIso(r.to).substr(0, 10).c_str(), r.steps,
                      r.navFinal ? money(*r.navFinal).c_str() : "-", r.apr ? percent(*r.apr).c_str() : "-",
                      r.synthetic ? "  synthetic" : "");
        std::cout << buffer;
    }
}

Json planJson(const StoredPlan& plan)
{
    Json phases = Json::array();
    for (const StoredPhase& phase : plan.phases) {
        Json groups = Json::array();
        for (const StoredGroup& group : phase.groups) {
            Json instructions = Json::array();
            for (const StoredInstruction& i : group.instructions)
                instructions.push_back({{"id", i.instruction.id},
                                        {"type", std::string(typeText(i.instruction.body))},
                                        {"purpose", std::string(toText(i.instruction.purpose))},
                                        {"text", i.text},
                                        {"state", std::string(toText(i.state))},
                                        {"price", i.price},
                                        {"filled", i.filled.toString()},
                                        {"error", i.error}});
            groups.push_back({{"kind", std::string(toText(group.kind))}, {"instructions", std::move(instructions)}});
        }
        phases.push_back({{"kind", std::string(toText(phase.kind))}, {"groups", std::move(groups)}});
    }
    return {{"id", plan.id},
            {"time", formatIso(plan.time)},
            {"action", std::string(toText(plan.action))},
            {"outcome", std::string(toText(plan.outcome))},
            {"expected_cost", plan.cost.total()},
            {"phases", std::move(phases)}};
}

Json showJson(const StoredRun& run)
{
    // The same document as a backtest's, made from what is stored, with decisions and plans behind it.
    Json out = runToJson(run.info, run.summary);
    Json decisions = Json::array();
    for (const StoredDecision& d : run.decisions) {
        Json conditions = Json::object();
        for (std::size_t i = 0; i < d.conditions.size() && i < run.info.conditions.size(); ++i) {
            const ConditionDefinition& c = run.info.conditions[i];
            const bool applies = d.conditions[i] == d.conditions[i];
            conditions[c.id] = {{"value", applies ? Json(d.conditions[i]) : Json(nullptr)},
                                {"test", std::string(toText(c.test))},
                                {"threshold", c.threshold},
                                {"unit", c.unit}};
        }
        decisions.push_back({{"time", formatIso(d.time)},
                             {"action", std::string(toText(d.decision.action))},
                             {"reason", d.reason},
                             {"plan", d.decision.plan},
                             {"conditions", std::move(conditions)}});
    }
    Json plans = Json::array();
    for (const StoredPlan& plan : run.plans)
        plans.push_back(planJson(plan));
    out["decision_list"] = std::move(decisions);
    out["plan_list"] = std::move(plans);
    out["engine_version"] = run.engineVersion;
    return out;
}

void printRun(const StoredRun& run)
{
    std::cout << summaryTable(run.info, run.summary) << "\nPlans\n";
    for (const StoredPlan& plan : run.plans) {
        std::cout << "  " << formatIso(plan.time) << "  " << toText(plan.action) << "  " << toText(plan.outcome)
                  << '\n';
        for (const StoredDecision& d : run.decisions)
            if (d.decision.plan == plan.id)
                std::cout << "    " << d.reason << '\n';
        for (const StoredPhase& phase : plan.phases) {
            std::cout << "    " << toText(phase.kind) << '\n';
            for (const StoredGroup& group : phase.groups)
                for (const StoredInstruction& i : group.instructions)
                    std::cout << "      " << i.instruction.id << ". " << i.text << "  " << toText(i.state)
                              << (i.error.empty() ? "" : "  " + i.error) << '\n';
        }
    }
}

int list(const std::string& file, const std::string& json)
{
    const auto runs = listStoredRuns(file);
    if (!runs)
        return report(runs.error());
    if (json != "-")
        printList(*runs);
    if (!json.empty())
        if (auto written = deliver(json, listJson(*runs).dump(2) + "\n"); !written)
            return report(written.error());
    return kDone;
}

int show(const std::string& file, const std::string& id, const std::string& json)
{
    const auto run = showStoredRun(file, id);
    if (!run)
        return report(run.error());
    if (json != "-")
        printRun(*run);
    if (!json.empty())
        if (auto written = deliver(json, showJson(*run).dump(2) + "\n"); !written)
            return report(written.error());
    return kDone;
}

} // namespace

void addRuns(CLI::App& app, int& exitCode)
{
    auto* runs = app.add_subcommand("runs", "Look at stored runs");
    runs->require_subcommand(1);
    struct Options {
        std::string database, json, run;
    };
    auto options = std::make_shared<Options>();
    const auto common = [options](CLI::App* command) {
        command->add_option("--db", options->database, "SQLite file")->required();
        command->add_option("--json", options->json, "Write JSON to a file, or - for the terminal");
    };
    auto* listCommand = runs->add_subcommand("list", "All runs, newest first");
    common(listCommand);
    listCommand->callback([options, &exitCode] { exitCode = list(options->database, options->json); });
    auto* showCommand = runs->add_subcommand("show", "One run with its decisions and plans");
    common(showCommand);
    showCommand->add_option("run", options->run, "Run id, or its beginning; without it the newest");
    showCommand->callback([options, &exitCode] { exitCode = show(options->database, options->run, options->json); });
}

} // namespace carry::cli
