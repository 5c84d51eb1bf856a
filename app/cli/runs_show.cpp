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
    std::string database, json, run;
};

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

//! Of a run that has no figures yet.
std::string unfinishedText(const StoredRun& run)
{
    const RunInfo& info = run.info;
    const RunSummary& s = run.summary;
    std::string out = info.preset + " (" + info.strategy + ") on " + info.dataName + "\n";
    out += "  Run " + info.runId + "  " + std::string(toText(s.status)) + "\n";
    out += "  Period " + formatIso(info.from) + " to " + formatIso(info.to) + ", " + std::to_string(s.steps) +
           " steps are stored\n";
    if (s.status == RunStatus::Interrupted)
        out += "  'carrydesk-cli runs resume " + shortId(info.runId) + " --db FILE' goes on with it.\n";
    return out;
}

void printRun(const StoredRun& run)
{
    if (run.ended)
        std::cout << summaryTable(run.info, run.summary);
    else
        std::cout << unfinishedText(run);
    std::cout << "\nPlans\n";
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

int show(const Options& o)
{
    const auto run = showStoredRun(o.database, o.run);
    if (!run)
        return report(run.error());
    if (o.json != "-")
        printRun(*run);
    if (!o.json.empty())
        if (auto written = deliver(o.json, jsonText(storedRunJson(*run))); !written)
            return report(written.error());
    return kDone;
}

} // namespace

Json storedRunJson(const StoredRun& run)
{
    Json out = runToJson(run.info, run.summary);
    if (!run.ended) // what a figure would have been is not known
        for (const char* key : {"nav", "pnl", "by_venue", "funding", "metrics", "decisions", "instructions", "plans",
                                "positions_final", "liquidations", "result_digest", "instruction_digest", "timing"})
            out[key] = nullptr;
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

void addRunsShow(CLI::App& runs, int& exitCode)
{
    auto* command = runs.add_subcommand("show", "One run with its decisions and plans");
    auto options = std::make_shared<Options>();
    addDatabase(*command, options->database);
    addJson(*command, options->json);
    command->add_option("run", options->run, "Run id, or its beginning; without it the newest");
    command->callback([options, &exitCode] { exitCode = show(*options); });
}

} // namespace carry::cli
