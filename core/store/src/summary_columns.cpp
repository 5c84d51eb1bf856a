// SPDX-License-Identifier: GPL-3.0-or-later
#include "summary_columns.h"

#include <nlohmann/json.hpp>
#include <variant>

namespace carry
{
namespace
{

using Json = nlohmann::json;
using Place = std::variant<double*, Figure*, Time*, std::uint64_t*, std::string*>;

struct Column {
    std::string_view name;
    Place place;
};

//! One line for each column, so that writing and reading cannot differ. The epoch stands for no time.
std::vector<Column> columnsOf(RunSummary& s)
{
    return {
        {"nav_initial", &s.navInitial},
        {"nav_final", &s.navFinal},
        {"external_flows", &s.externalFlows},
        {"pnl_balance", &s.pnlBalance},
        {"unexplained", &s.unexplained},
        {"days", &s.performance.days},
        {"apr", &s.performance.apr},
        {"cagr", &s.performance.cagr},
        {"twr", &s.performance.twr},
        {"volatility", &s.performance.volatility},
        {"sharpe", &s.performance.sharpe},
        {"sortino", &s.performance.sortino},
        {"max_drawdown", &s.performance.maxDrawdown},
        {"max_drawdown_from", &s.performance.drawdownFrom},
        {"max_drawdown_to", &s.performance.drawdownTo},
        {"drawdown_days", &s.performance.drawdownDays},
        {"calmar", &s.performance.calmar},
        {"positive_days", &s.performance.positiveDays},
        {"turnover", &s.turnover},
        {"costs", &s.costs},
        {"cost_ratio", &s.costRatio},
        {"min_margin_ratio", &s.minMarginRatio},
        {"min_margin_at", &s.minMarginAt},
        {"min_margin_price", &s.minMarginPrice},
        {"min_health_factor", &s.minHealthFactor},
        {"min_health_factor_at", &s.minHealthFactorAt},
        {"min_health_factor_ratio", &s.minHealthFactorRatio},
        {"liquidations", &s.liquidations},
        {"plans_completed", &s.plansCompleted},
        {"plans_failed", &s.plansFailed},
        {"load_seconds", &s.timing.loadSeconds},
        {"engine_seconds", &s.timing.engineSeconds},
        {"store_seconds", &s.timing.storeSeconds},
        {"result_digest", &s.resultDigest},
        {"instruction_digest", &s.instructionDigest},
    };
}

// What is not a figure of its own.
constexpr std::array<std::string_view, 5> kOthers{"steps", "status", "min_margin_venue", "empty_reasons", "counts"};

std::string join(std::string_view suffix)
{
    std::string list;
    RunSummary any;
    for (const Column& column : columnsOf(any))
        list += std::string(column.name) + std::string(suffix) + ", ";
    for (const std::string_view name : kOthers)
        list += std::string(name) + std::string(suffix) + (name == kOthers.back() ? "" : ", ");
    return list;
}

Json reasonsOf(RunSummary& summary)
{
    Json reasons = Json::object();
    for (const Column& column : columnsOf(summary))
        if (Figure* const* figure = std::get_if<Figure*>(&column.place); figure != nullptr && !(*figure)->value)
            reasons[std::string(column.name)] = toText((*figure)->reason);
    return reasons;
}

template <class Counts, class Word> Json countsByWord(const Counts& counts, Word word)
{
    Json object = Json::object();
    for (std::size_t i = 0; i < counts.size(); ++i)
        if (counts[i] != 0)
            object[std::string(word(i))] = counts[i];
    return object;
}

constexpr auto kActionWord = [](std::size_t i) { return toText(static_cast<Action>(i)); };
constexpr auto kTypeWord = [](std::size_t i) { return kInstructionTypes[i]; };
constexpr auto kStateWord = [](std::size_t i) { return toText(static_cast<InstructionState>(i)); };
constexpr auto kExchangeWord = [](std::size_t i) { return toText(kExchanges[i]); };

Json countsOf(const RunSummary& s)
{
    return {{"decisions", countsByWord(s.decisions, kActionWord)},
            {"types", countsByWord(s.instructionsByType, kTypeWord)},
            {"states", countsByWord(s.instructionsByState, kStateWord)},
            {"settlements", countsByWord(s.settlementsByVenue, kExchangeWord)},
            {"estimated", countsByWord(s.estimatedByVenue, kExchangeWord)}};
}

template <class Counts, class Word> void readCounts(const Json& object, Counts& counts, Word word)
{
    for (std::size_t i = 0; i < counts.size(); ++i)
        counts[i] = object.value(std::string(word(i)), std::uint64_t{0});
}

void readCounts(const std::string& text, RunSummary& s)
{
    const Json all = Json::parse(text);
    readCounts(all.at("decisions"), s.decisions, kActionWord);
    readCounts(all.at("types"), s.instructionsByType, kTypeWord);
    readCounts(all.at("states"), s.instructionsByState, kStateWord);
    readCounts(all.at("settlements"), s.settlementsByVenue, kExchangeWord);
    readCounts(all.at("estimated"), s.estimatedByVenue, kExchangeWord);
}

void readReasons(const std::string& text, RunSummary& summary)
{
    const Json reasons = Json::parse(text);
    for (const Column& column : columnsOf(summary)) {
        Figure* const* figure = std::get_if<Figure*>(&column.place);
        const auto found = reasons.find(std::string(column.name));
        if (figure != nullptr && found != reasons.end())
            (*figure)->reason = parseEnum<EmptyReason>(found->get<std::string>()).value_or(EmptyReason::None);
    }
}

struct BindPlace {
    Binder& row;
    void operator()(const double* value) const { row.add(*value); }
    void operator()(const Figure* figure) const { row.add(*figure); }
    void operator()(const std::uint64_t* count) const { row.add(*count); }
    void operator()(const std::string* text) const { row.add(*text); }
    void operator()(const Time* time) const { row.add(*time == Time{} ? std::nullopt : std::optional(*time)); }
};

struct ReadPlace {
    Fields& row;
    void operator()(double* value) const { *value = row.real(); }
    void operator()(Figure* figure) const { figure->value = row.optionalReal(); }
    void operator()(std::uint64_t* count) const { *count = row.as<std::uint64_t>(); }
    void operator()(std::string* text) const { *text = row.text(); }
    void operator()(Time* time) const { *time = row.optionalTime().value_or(Time{}); }
};

} // namespace

std::string summaryAssignments()
{
    return join(" = ?");
}
std::string summaryColumns()
{
    return join("");
}
std::string emptySummaryAssignments()
{
    std::string list = "min_margin_venue = NULL, empty_reasons = NULL, counts = NULL";
    RunSummary any;
    for (const Column& column : columnsOf(any))
        list += ", " + std::string(column.name) + " = NULL";
    return list;
}

void bindSummary(Binder& row, const RunSummary& summary)
{
    RunSummary s = summary; // the table of columns points into something that can be changed
    for (const Column& column : columnsOf(s))
        std::visit(BindPlace{row}, column.place);
    row.add(s.steps, s.status, s.minMarginRatio.value ? std::optional(s.minMarginVenue) : std::nullopt);
    row.add(reasonsOf(s).dump(), countsOf(s).dump());
}

bool readSummaryColumns(Fields& row, RunSummary& summary)
{
    for (const Column& column : columnsOf(summary))
        std::visit(ReadPlace{row}, column.place);
    summary.steps = row.as<std::size_t>();
    summary.status = row.enumeration<RunStatus>();
    summary.minMarginVenue = row.optionalEnumeration<Venue>().value_or(Venue::Binance);
    const std::string reasons = row.text();
    const std::string counts = row.text();
    if (counts.empty())
        return false;
    readReasons(reasons, summary);
    readCounts(counts, summary);
    return true;
}

} // namespace carry
