// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/stress.h"
#include "desk/sensitivity.h"
#include "interruption.h"
#include "runs.h"
#include "tables.h"

#include <functional>
#include <iostream>
#include <map>
#include <set>

namespace carry::cli
{
namespace
{

struct Options {
    std::string database, run, at, json, map, preset, data;
    std::vector<std::string> assignments;
    StressSettings settings;
};

Error usage(std::string found)
{
    return Error(ErrorCode::ConfUsage).with("found", std::move(found));
}

//! A table whose cells are right-aligned but for the first column. Empty figures are "-", their reasons are kept.
class Table
{
  public:
    explicit Table(std::vector<std::string> header) : m_rows{std::move(header)} {}

    void begin(std::string name) { m_rows.push_back({std::move(name)}); }
    void cell(std::string text) { m_rows.back().push_back(std::move(text)); }
    void cell(const Figure& figure, std::string_view reason, const std::function<std::string(double)>& text)
    {
        if (!figure.value)
            m_reasons[m_rows.front()[m_rows.back().size()]].insert(std::string(reason));
        cell(figure.value ? text(*figure.value) : std::string("-"));
    }
    std::string text() const
    {
        std::vector<std::size_t> widths(m_rows.front().size());
        for (const auto& row : m_rows)
            for (std::size_t i = 0; i < row.size(); ++i)
                widths[i] = std::max(widths[i], row[i].size());
        std::string out;
        for (const auto& row : m_rows) {
            std::string line = row[0] + std::string(widths[0] - row[0].size(), ' ');
            for (std::size_t i = 1; i < row.size(); ++i)
                line += std::string(widths[i] - row[i].size() + 2, ' ') + row[i];
            out += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
        }
        if (!m_reasons.empty())
            out += "\nEmpty figures\n";
        for (const auto& [column, reasons] : m_reasons) {
            std::string all;
            for (const std::string& reason : reasons)
                all += (all.empty() ? "" : ", ") + reason;
            out += "  " + column + ": " + all + "\n";
        }
        return out;
    }

  private:
    std::vector<std::vector<std::string>> m_rows;
    std::map<std::string, std::set<std::string>> m_reasons; //!< by column
};

std::string liquidatedText(const StressReport& report, const StressFigures& after)
{
    std::string names;
    const auto add = [&names](std::string_view name) { names += (names.empty() ? "" : ", ") + std::string(name); };
    for (std::size_t i = 0; report.rules.exchanges && i < kExchangeCount; ++i)
        if (after.venues[i].liquidated)
            add(displayName(kExchanges[i]));
    if (after.lendingLiquidated)
        add(displayName(Venue::AaveV3));
    return names;
}

std::string scenarioTable(const StressReport& report)
{
    const StressRules& rules = report.rules;
    const bool inEth = rules.shareClass == Asset::ETH;
    const auto amount = [inEth](double value) { return money(value, inEth ? 4 : 2); };
    const auto fraction = [](double value) { return percent(value); };
    std::vector<std::string> header{"Scenario", "Equity " + std::string(toText(rules.shareClass)), "Change", "Change %",
                                    "Net " + std::string(toText(rules.base))};
    if (rules.leverage)
        header.insert(header.end(), {"Health", "LTV", "Days to 1"});
    if (rules.lst)
        header.push_back("Exit proceeds");
    for (const Venue venue : kExchanges)
        if (rules.exchanges)
            header.push_back("Margin " + std::string(displayName(venue)));
    header.push_back("Liquidated");
    Table table(header);
    for (const StressRow& row : report.rows) {
        const StressFigures& after = row.after;
        table.begin(describeScenario(rules, row.scenario));
        table.cell(amount(after.equity));
        table.cell(amount(row.change));
        table.cell(row.changeFraction, toText(row.changeFraction.reason), fraction);
        table.cell(money(after.netDelta, 4));
        if (rules.leverage) {
            table.cell(after.healthFactor, toText(after.healthFactor.reason), [](double v) { return money(v, 4); });
            table.cell(after.ltv, toText(after.ltv.reason), fraction);
            table.cell(after.daysToLiquidation, reasonOfDays(after.daysToLiquidation),
                       [](double v) { return money(v, 1); });
        }
        if (rules.lst)
            table.cell(after.exitProceeds, toText(after.exitProceeds.reason), amount);
        for (std::size_t i = 0; rules.exchanges && i < kExchangeCount; ++i)
            table.cell(after.venues[i].marginRatio, toText(after.venues[i].marginRatio.reason), fraction);
        table.cell(liquidatedText(report, after));
    }
    return table.text();
}

std::string headroomText(const StressReport& report)
{
    const LendingHeadroom& h = report.headroom;
    const auto days = [](const Figure& f) {
        return f.value ? money(*f.value, 1) + " days" : "- (" + std::string(reasonOfDays(f)) + ")";
    };
    std::string out = "Headroom at Aave\n";
    out += "  Ratio may fall by       " + figureText(h.ratioBudget, true) + "\n";
    out += "  LTV below threshold by  " + figureText(h.ltvRoom, true) + "\n";
    out += "  Break-even borrow rate  " + figureText(h.breakEvenBorrowApr, true) + "\n";
    out += "  Health factor " + money(report.rules.criticalHealth, 3) + " in  " + days(h.daysToCritical) + "\n";
    out += "  Health factor 1 in      " + days(h.daysToLiquidation) + "\n\n";
    return out;
}

Result<std::optional<Time>> readTime(const std::string& text)
{
    if (text.empty())
        return std::optional<Time>();
    if (const auto time = parseIsoTime(text))
        return time;
    return fail(usage("--at takes a UTC time such as 2024-06-01T00:00:00Z, not '" + text + "'"));
}

Result<std::size_t> stepOf(const RunRecord& record, std::optional<Time> time)
{
    const std::size_t steps = record.committed();
    if (steps == 0)
        return fail(usage("the run has no step yet"));
    const Time first = record.time(0);
    const Time last = record.time(steps - 1);
    if (time && (*time < first || *time > last))
        return fail(Error(ErrorCode::ConfRange)
                        .with("key", "--at")
                        .with("found", formatIso(*time))
                        .with("expected", formatIso(first) + " … " + formatIso(last)));
    std::size_t step = steps - 1;
    while (time && record.time(step) > *time)
        --step;
    return step;
}

Result<void> writeMap(const Result<SensitivityGrid>& grid, const std::string& target)
{
    if (!grid)
        return fail(grid.error());
    return deliver(target, sensitivityCsv(*grid));
}

Result<void> stressRun(const Options& o, std::optional<Time> time)
{
    const auto run = loadStoredRun(o.database, o.run, [](std::size_t, std::size_t) { return !isInterrupted(); });
    if (!run)
        return fail(run.error());
    const RunInfo& info = run->record->info();
    const auto step = stepOf(*run->record, time);
    if (!step)
        return fail(step.error());
    const auto report = stressAt(run->record, *step, o.settings);
    if (!report)
        return fail(report.error());
    if (!o.map.empty())
        if (auto written = writeMap(sensitivityAt(*run->record, *step), o.map); !written)
            return written;
    if (o.json != "-" && o.map != "-") {
        std::cout << info.preset << " (" << info.strategy << ") on " << info.dataName << "\n";
        if (info.synthetic)
            std::cout << "SYNTHETIC DATA: these figures say nothing about any market.\n";
        std::cout << "  Run " << info.runId << " at " << formatIso(report->time) << "\n\n";
        if (report->rules.leverage)
            std::cout << headroomText(*report);
        std::cout << scenarioTable(*report) << std::flush;
    }
    return o.json.empty() ? Result<void>() : deliver(o.json, jsonText(stressToJson(info, *report)));
}

//! The map alone, from the rates of market data.
Result<void> mapOfData(const Options& o, std::optional<Time> time)
{
    auto configuration = RunConfiguration::load(o.preset);
    if (!configuration)
        return fail(configuration.error());
    for (const std::string& assignment : o.assignments)
        if (auto applied = configuration->apply(assignment); !applied)
            return fail(applied.error());
    const auto data = openData(o.data, [](std::size_t, std::size_t) { return !isInterrupted(); });
    if (!data)
        return fail(data.error());
    return writeMap(sensitivityOf(*configuration, **data, time), o.map);
}

Result<void> perform(const Options& o)
{
    const auto time = readTime(o.at);
    if (!time)
        return fail(time.error());
    const bool ofData = !o.preset.empty() || !o.data.empty();
    if (ofData && !o.database.empty())
        return fail(usage("stress takes a stored run (--db) or a preset with data, not both"));
    if (!ofData && o.database.empty())
        return fail(usage("stress needs --db FILE, or --preset NAME --data DIR --map FILE"));
    if (ofData && (o.preset.empty() || o.data.empty() || o.map.empty()))
        return fail(usage("without a stored run, stress needs --preset, --data and --map"));
    if (ofData && !(o.json.empty() && o.run.empty()))
        return fail(usage("--json and --run belong to a stored run (--db)"));
    if (!ofData && !o.assignments.empty())
        return fail(usage("--set belongs to --preset; a stored run has its own configuration"));
    if (o.json == "-" && o.map == "-")
        return fail(usage("--json and --map cannot both go to the terminal"));
    return ofData ? mapOfData(o, *time) : stressRun(o, *time);
}

int stress(const Options& o)
{
    catchInterruption();
    const auto done = perform(o);
    return done ? int{kDone} : report(done.error());
}

} // namespace

void addStress(CLI::App& app, int& exitCode)
{
    auto* command = app.add_subcommand("stress", "What shocks would do to a run's book at one step");
    auto options = std::make_shared<Options>();
    command->add_option("--db", options->database, "SQLite file");
    command->add_option("--run", options->run, "Run id, or its beginning; without it the newest");
    command->add_option("--at", options->at, "UTC time; the last step at or before it (default: the last one)");
    command->add_option("--days", options->settings.days, "How long the rate shocks last")
        ->check(CLI::Range(0.0, 3650.0));
    addJson(*command, options->json);
    command->add_option("--map", options->map,
                        "Write carry, health factor and distance by target LTV and borrow rate as CSV, or - for the "
                        "terminal");
    command->add_option("--preset", options->preset, "For a map without a run: name of a preset, or a TOML file");
    command->add_option("--data", options->data, "The same: folder of market files, 'demo' or 'demo:HOURS'");
    command->add_option("--set", options->assignments, "The same: key=value; may be repeated")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    command->callback([options, &exitCode] { exitCode = stress(*options); });
}

} // namespace carry::cli
