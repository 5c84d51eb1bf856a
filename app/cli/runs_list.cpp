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
    std::string database, json, tag, status, strategy;
    std::size_t limit = 0;
};

Json optionalNumber(const std::optional<double>& value)
{
    return value ? Json(*value) : Json(nullptr);
}

Json itemJson(const RunListItem& r)
{
    return {{"run_id", r.runId},
            {"status", toText(r.status)},
            {"preset", r.preset},
            {"strategy", r.strategy},
            {"share_class", toText(r.shareClass)},
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
            {"max_drawdown", optionalNumber(r.maxDrawdown)},
            {"tags", r.tags},
            {"note", r.note},
            {"pinned", r.pinned}};
}

//! Run by run: a document of ten thousand would be built only to be written.
std::string listJson(const std::vector<RunListItem>& runs)
{
    std::string out = "[";
    for (const RunListItem& run : runs) {
        out += out.size() == 1 ? "\n  " : ",\n  ";
        out += itemJson(run).dump(-1, ' ', false, Json::error_handler_t::replace);
    }
    return out + (runs.empty() ? "]\n" : "\n]\n");
}

std::string marksOf(const RunListItem& run)
{
    std::string marks;
    if (run.synthetic)
        marks += "  synthetic";
    if (run.pinned)
        marks += "  pinned";
    if (!run.note.empty())
        marks += "  note";
    for (const std::string& tag : run.tags)
        marks += "  #" + tag;
    return marks;
}

std::string listText(const std::vector<RunListItem>& runs)
{
    std::string out;
    for (const RunListItem& r : runs) {
        char buffer[256];
        std::snprintf(buffer, sizeof buffer, "%.8s  %-11s %-20s %.10s .. %.10s  %7zu steps  %14s  APR %8s",
                      r.runId.c_str(), std::string(toText(r.status)).c_str(), r.preset.c_str(),
                      formatIso(r.from).c_str(), formatIso(r.to).c_str(), r.steps,
                      r.navFinal ? money(*r.navFinal).c_str() : "-", r.apr ? percent(*r.apr).c_str() : "-");
        out += buffer + marksOf(r) + '\n';
    }
    return out;
}

Result<RunFilter> filterOf(const Options& o)
{
    RunFilter filter;
    if (!o.tag.empty())
        filter.tag = o.tag;
    if (!o.strategy.empty())
        filter.strategy = o.strategy;
    if (o.limit != 0)
        filter.limit = o.limit;
    if (o.status.empty())
        return filter;
    std::string known;
    for (const RunStatus status : {RunStatus::Running, RunStatus::Done, RunStatus::Failed, RunStatus::Interrupted}) {
        if (toText(status) == o.status)
            filter.status = status;
        known += (known.empty() ? "" : " | ") + std::string(toText(status));
    }
    if (!filter.status)
        return fail(Error(ErrorCode::ConfUsage).with("found", "--status takes " + known + ", not '" + o.status + "'"));
    return filter;
}

int list(const Options& o)
{
    const auto filter = filterOf(o);
    if (!filter)
        return report(filter.error());
    const auto runs = listStoredRuns(o.database, *filter);
    if (!runs)
        return report(runs.error());
    const bool all = !filter->tag && !filter->strategy && !filter->status;
    if (o.json != "-" && runs->empty())
        std::cout << (all ? "No runs yet. 'carrydesk-cli backtest ... --db FILE' keeps one.\n" : "No such runs.\n");
    else if (o.json != "-")
        std::cout << listText(*runs);
    if (!o.json.empty())
        if (auto written = deliver(o.json, listJson(*runs)); !written)
            return report(written.error());
    return kDone;
}

} // namespace

void addRunsList(CLI::App& runs, int& exitCode)
{
    auto* command = runs.add_subcommand("list", "All runs, newest first");
    auto options = std::make_shared<Options>();
    addDatabase(*command, options->database);
    addJson(*command, options->json);
    command->add_option("--tag", options->tag, "Only runs with this tag");
    command->add_option("--status", options->status, "Only running, done, failed or interrupted ones");
    command->add_option("--strategy", options->strategy, "Only runs of this strategy");
    command->add_option("--limit", options->limit, "Only the newest N")->check(CLI::PositiveNumber);
    command->callback([options, &exitCode] { exitCode = list(*options); });
}

} // namespace carry::cli
