// SPDX-License-Identifier: GPL-3.0-or-later
#include "runs.h"
#include "tables.h"

#include <algorithm>
#include <cmath>
#include <iostream>

namespace carry::cli
{
namespace
{

using Json = nlohmann::ordered_json;

struct Options {
    std::string database, json, run;
    bool full = false;
};

//! Keys of what happens only on chain are there only where they say something.
Json instructionJson(const StoredInstruction& i)
{
    Json out{{"id", i.instruction.id},
             {"type", std::string(typeText(i.instruction.body))},
             {"purpose", std::string(toText(i.instruction.purpose))},
             {"text", i.text},
             {"state", std::string(toText(i.state))},
             {"price", i.price},
             {"filled", i.filled.toString()},
             {"error", i.error ? std::string(i.error->codeText()) : std::string{}}};
    if (i.error)
        out["error_message"] = i.error->message();
    if (i.instruction.iteration != 0)
        out["iteration"] = i.instruction.iteration;
    const bool onChain = isOnChain(i.instruction.body);
    if (const Sizing sizing = sizingOf(i.instruction.body); onChain && sizing != Sizing::Exact)
        out["sizing"] = std::string(toText(sizing));
    if (const Borrow* borrow = std::get_if<Borrow>(&i.instruction.body);
        borrow != nullptr && borrow->sizing == Sizing::ToLtv)
        out["to_ltv"] = borrow->ltv;
    if (!std::isnan(i.ltv))
        out["ltv"] = i.ltv;
    if (!std::isnan(i.healthFactor))
        out["health_factor"] = i.healthFactor;
    return out;
}

Json planJson(const StoredPlan& plan)
{
    Json phases = Json::array();
    for (const StoredPhase& phase : plan.phases) {
        Json groups = Json::array();
        for (const StoredGroup& group : phase.groups) {
            Json instructions = Json::array();
            for (const StoredInstruction& i : group.instructions)
                instructions.push_back(instructionJson(i));
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

//! "CHAIN-003 Aave refuses: SupplyCapExceeded (supply)".
std::string errorText(const Error& error)
{
    return std::string(error.codeText()) + ' ' + error.message();
}

std::string instructionLine(const StoredInstruction& i)
{
    std::string out = std::to_string(i.instruction.id) + ". " + i.text + "  " + std::string(toText(i.state));
    return out + (i.error ? "  " + errorText(*i.error) : std::string{}) + '\n';
}

//! "confirmed", or how many there are of each state, with the errors.
std::string statesOf(const StoredGroup& group)
{
    std::array<std::size_t, kInstructionStateCount> counts{};
    std::string errors;
    for (const StoredInstruction& i : group.instructions) {
        ++counts[static_cast<std::size_t>(i.state)];
        if (i.error && errors.find(errorText(*i.error)) == std::string::npos)
            errors += "  " + errorText(*i.error);
    }
    std::string out;
    for (std::size_t state = 0; state < counts.size(); ++state) {
        const std::string word{toText(static_cast<InstructionState>(state))};
        if (counts[state] == group.instructions.size())
            out = word;
        else if (counts[state] != 0)
            out += (out.empty() ? "" : ", ") + std::to_string(counts[state]) + " " + word;
    }
    return out + errors;
}

//! "2-72. loop, 23 iterations, 71 transactions  confirmed"
std::string loopLine(const StoredGroup& group)
{
    // What is staked and supplied behind the last borrow has a number of its own, but borrows no more.
    const auto borrows = static_cast<std::size_t>(
        std::count_if(group.instructions.begin(), group.instructions.end(),
                      [](const StoredInstruction& i) { return std::holds_alternative<Borrow>(i.instruction.body); }));
    const std::size_t iterations = borrows != 0 ? borrows : group.instructions.back().instruction.iteration;
    const auto counted = [](std::size_t count, const char* what) {
        return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
    };
    return std::to_string(group.instructions.front().instruction.id) + "-" +
           std::to_string(group.instructions.back().instruction.id) + ". loop, " + counted(iterations, "iteration") +
           ", " + counted(group.instructions.size(), "transaction") + "  " + statesOf(group) + '\n';
}

std::string groupText(const StoredGroup& group, bool full)
{
    const std::string indent(6, ' ');
    std::string out;
    std::string inner = indent;
    if (group.kind == GroupKind::Loop && group.instructions.size() > 1) {
        out += indent + loopLine(group);
        inner += "  ";
        if (!full)
            return out;
    }
    if (group.kind == GroupKind::Atomic) {
        out += indent + "atomic, one transaction\n";
        inner += "  ";
    }
    for (const StoredInstruction& i : group.instructions) {
        const std::uint16_t iteration = i.instruction.iteration;
        out += inner + (iteration != 0 ? "[" + std::to_string(iteration) + "] " : "") + instructionLine(i);
    }
    return out;
}

void printPlan(const StoredRun& run, const StoredPlan& plan, bool full)
{
    std::cout << "  " << formatIso(plan.time) << "  " << toText(plan.action) << "  " << toText(plan.outcome) << '\n';
    for (const StoredDecision& d : run.decisions)
        if (d.decision.plan == plan.id)
            std::cout << "    " << d.reason << '\n';
    for (const StoredPhase& phase : plan.phases) {
        std::cout << "    " << toText(phase.kind) << '\n';
        for (const StoredGroup& group : phase.groups)
            std::cout << groupText(group, full);
    }
}

void printRun(const StoredRun& run, const std::vector<Bookmark>& bookmarks, bool full)
{
    if (run.ended)
        std::cout << summaryTable(run.info, run.summary);
    else
        std::cout << unfinishedText(run);
    if (!bookmarks.empty())
        std::cout << "\nBookmarks\n";
    for (const Bookmark& b : bookmarks)
        std::cout << "  " << formatIso(b.time) << "  " << b.note << '\n';
    std::cout << "\nPlans\n";
    for (const StoredPlan& plan : run.plans)
        printPlan(run, plan, full);
}

int show(const Options& o)
{
    const auto run = showStoredRun(o.database, o.run);
    if (!run)
        return report(run.error());
    const auto bookmarks = listStoredBookmarks(o.database, run->info.runId);
    if (!bookmarks)
        return report(bookmarks.error());
    const auto session = showStoredSession(o.database, run->info.runId);
    if (!session)
        return report(session.error());
    if (o.json != "-") {
        printRun(*run, *bookmarks, o.full);
        if (*session)
            std::cout << "\n"
                      << (*session)->mode << " session of " << (*session)->user << ", " << (*session)->feed
                      << ", trading " << (*session)->tradingState << '\n';
    }
    if (o.json.empty())
        return kDone;
    Json document = storedRunJson(*run);
    if (*session)
        document["session"] = {{"mode", (*session)->mode},
                               {"user", (*session)->user},
                               {"feed", (*session)->feed},
                               {"trading_state", (*session)->tradingState}};
    document["bookmarks"] = Json::array();
    for (const Bookmark& b : *bookmarks)
        document["bookmarks"].push_back({{"time", formatIso(b.time)}, {"note", b.note}});
    if (auto written = deliver(o.json, jsonText(document)); !written)
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
    command->add_flag("--full", options->full, "Show every transaction of a loop");
    command->callback([options, &exitCode] { exitCode = show(*options); });
}

} // namespace carry::cli
