// SPDX-License-Identifier: GPL-3.0-or-later
#include "runs.h"
#include "tables.h"

#include <charconv>
#include <cmath>
#include <iostream>

namespace carry::cli
{
namespace
{

struct Options {
    std::string database, json, tag, status, strategy;
    std::size_t limit = 0;
};

//! Writes the members of one object after the other. A document of ten thousand runs as values of the JSON library
//! would take longer than reading them.
class ObjectWriter
{
  public:
    explicit ObjectWriter(std::string& out) : m_out(out) { m_out += '{'; }

    ObjectWriter& member(std::string_view key, std::string_view text)
    {
        begin(key);
        const bool plain =
            std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
        if (plain)
            ((m_out += '"') += text) += '"';
        else
            m_out += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
        return *this;
    }
    ObjectWriter& member(std::string_view key, bool value) { return raw(key, value ? "true" : "false"); }
    ObjectWriter& member(std::string_view key, std::size_t value) { return raw(key, std::to_string(value)); }
    ObjectWriter& member(std::string_view key, const std::optional<double>& value)
    {
        if (!value || !std::isfinite(*value))
            return raw(key, "null");
        char buffer[40];
        return raw(key, {buffer, std::to_chars(buffer, buffer + sizeof buffer, *value).ptr});
    }
    ObjectWriter& raw(std::string_view key, std::string_view value)
    {
        begin(key);
        m_out += value;
        return *this;
    }
    void end() { m_out += '}'; }

  private:
    void begin(std::string_view key)
    {
        if (m_out.back() != '{')
            m_out += ',';
        ((m_out += '"') += key) += "\":";
    }
    std::string& m_out;
};

void writeItem(std::string& out, const RunListItem& r)
{
    ObjectWriter(out)
        .member("run_id", r.runId)
        .member("status", toText(r.status))
        .member("preset", r.preset)
        .member("strategy", r.strategy)
        .member("share_class", toText(r.shareClass))
        .member("data", r.dataName)
        .member("synthetic", r.synthetic)
        .member("started_at", r.startedAt)
        .member("from", formatIso(r.from))
        .member("to", formatIso(r.to))
        .member("steps", r.steps)
        .member("capital", std::optional(r.capital))
        .member("nav_final", r.navFinal)
        .member("pnl", r.pnlBalance)
        .member("apr", r.apr)
        .member("sharpe", r.sharpe)
        .member("max_drawdown", r.maxDrawdown)
        .raw("tags", r.tags.empty() ? "[]" : nlohmann::json(r.tags).dump())
        .member("note", r.note)
        .member("pinned", r.pinned)
        .raw("parent", r.parent.empty() ? "null" : nlohmann::json(r.parent).dump())
        .raw("mode", r.mode.empty() ? "null" : nlohmann::json(r.mode).dump())
        .raw("fork_at", r.forkAt ? '"' + formatIso(*r.forkAt) + '"' : "null")
        .end();
}

std::string listJson(const std::vector<RunListItem>& runs)
{
    std::string out;
    out.reserve(runs.size() * 480);
    out = "[";
    for (const RunListItem& run : runs) {
        out += out.size() == 1 ? "\n  " : ",\n  ";
        writeItem(out, run);
    }
    return out + (runs.empty() ? "]\n" : "\n]\n");
}

std::string marksOf(const RunListItem& run)
{
    std::string marks;
    if (!run.mode.empty())
        marks += "  " + run.mode + " session";
    if (run.synthetic)
        marks += "  synthetic";
    if (!run.parent.empty())
        marks += "  fork of " + shortId(run.parent);
    if (run.pinned)
        marks += "  pinned";
    if (!run.note.empty())
        marks += "  note";
    for (const std::string& tag : run.tags)
        marks += "  #" + tag;
    return marks;
}

void left(std::string& out, std::string_view text, std::size_t width)
{
    out += text;
    if (text.size() < width)
        out.append(width - text.size(), ' ');
}

void right(std::string& out, std::string_view text, std::size_t width)
{
    if (text.size() < width)
        out.append(width - text.size(), ' ');
    out += text;
}

std::string listText(const std::vector<RunListItem>& runs)
{
    std::string out;
    out.reserve(runs.size() * 140);
    for (const RunListItem& r : runs) {
        out += shortId(r.runId) + "  ";
        left(out, toText(r.status), 11);
        out += ' ';
        left(out, r.preset, 29);
        out += ' ' + formatIso(r.from).substr(0, 10) + " .. " + formatIso(r.to).substr(0, 10) + "  ";
        right(out, std::to_string(r.steps), 7);
        out += " steps  ";
        right(out, r.navFinal ? money(*r.navFinal, moneyDecimals(r.shareClass)) : "-", 14);
        ((out += ' ') += toText(r.shareClass)) += "  APR ";
        right(out, r.apr ? percent(*r.apr) : "-", 8);
        out += marksOf(r) + '\n';
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
