// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/conditions.h"

#include "desk/fork.h"
#include "desk/stored_runs.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace carry
{
namespace
{

ConditionRole roleOf(const RunInfo& info, const ConditionDefinition& definition)
{
    const std::string& id = definition.id;
    const auto is = [&id](std::initializer_list<std::string_view> ids) {
        return std::ranges::find(ids, id) != ids.end();
    };
    if (is({"open_position", "open_equity", "margin_surplus"}))
        return ConditionRole::Needed;
    if (is({"cooldown_left", "staleness", "drawdown"}))
        return ConditionRole::Brake;
    if (id == "carry_on_equity") {
        const auto policy = info.configuration.find("carry.policy");
        if (policy != info.configuration.end() && policy->second == "report")
            return ConditionRole::Report;
    }
    return ConditionRole::Trigger;
}

ConditionLine conditionLine(const RunInfo& info, const ConditionDefinition& definition, double value)
{
    ConditionLine line;
    line.definition = definition;
    line.role = roleOf(info, definition);
    line.value = value;
    const double threshold = definition.threshold;
    const double over = value - threshold;
    switch (definition.test) {
    case ConditionDefinition::Test::Above:
        line.margin = over;
        line.met = over > 0;
        break;
    case ConditionDefinition::Test::AtLeast:
        line.margin = over;
        line.met = over >= 0;
        break;
    case ConditionDefinition::Test::Below:
        line.margin = -over;
        line.met = over < 0;
        break;
    }
    const double size = std::max(std::abs(value), std::abs(threshold));
    line.relativeMargin = threshold == 0 ? std::nan("") : line.margin / std::abs(threshold);
    line.distance = size == 0 ? 1 : std::abs(line.margin) / size; // of two zeros nothing can be said
    return line;
}

//! The conditions of a strategy with these values; empty where it cannot be made of them.
std::vector<ConditionDefinition> conditionsWith(const StrategyInfo& strategy, const ParameterValues& values)
{
    const auto limits = readRiskLimits(values);
    if (!limits)
        return {};
    const auto rules = readVenueRules(values, strategy.base, {}); // no threshold depends on what trading costs
    if (!rules)
        return {};
    const auto made = makeStrategy(strategy, values, *rules, *limits);
    if (!made)
        return {};
    const auto conditions = (*made)->conditions();
    return {conditions.begin(), conditions.end()};
}

//! Thresholds over the time of a run: one set from each fork on.
class ConditionTimes
{
  public:
    explicit ConditionTimes(const RunInfo& info)
    {
        m_sets.push_back({Time::min(), info.conditions});
        if (info.forks.empty())
            return;
        const auto configuration = configurationOf(info);
        if (!configuration)
            return;
        std::vector<Time> times;
        for (const Fork& fork : info.forks)
            if (!fork.changes.empty())
                times.push_back(fork.at);
        std::ranges::sort(times);
        for (const Time at : times)
            if (const auto values = valuesAt(*configuration, at))
                if (auto set = conditionsWith(configuration->strategy(), *values); set.size() == info.conditions.size())
                    m_sets.push_back({at, std::move(set)});
    }
    const std::vector<ConditionDefinition>& at(Time time) const
    {
        const auto after = std::ranges::upper_bound(m_sets, time, {}, &Set::from);
        return std::prev(after)->conditions;
    }

  private:
    struct Set {
        Time from;
        std::vector<ConditionDefinition> conditions;
    };
    std::vector<Set> m_sets;
};

} // namespace

std::vector<ConditionDefinition> conditionsAt(const RunInfo& info, Time at)
{
    return ConditionTimes(info).at(at);
}

std::vector<ConditionLine> conditionLines(const RunView& view, std::size_t step)
{
    std::vector<ConditionLine> lines;
    if (step >= view.length() || view.decisionsOf(step).empty())
        return lines;
    const RunRecord& record = *view.record();
    const auto definitions = conditionsAt(record.info(), record.time(step));
    for (std::size_t i = 0; i < definitions.size(); ++i)
        lines.push_back(conditionLine(record.info(), definitions[i], record.at(step, record.layout().condition(i))));
    return lines;
}

std::optional<std::size_t> lastDecision(const RunView& view, std::size_t step)
{
    if (step >= view.length())
        return std::nullopt;
    const std::size_t decisions = view.record()->ends(step).decisions;
    return decisions == 0 ? std::nullopt : std::optional<std::size_t>(view.record()->decision(decisions - 1).step);
}

std::optional<std::size_t> nearestCondition(const std::vector<ConditionLine>& lines)
{
    std::optional<std::size_t> nearest;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const ConditionLine& line = lines[i];
        if (line.role == ConditionRole::Trigger && !line.met && !std::isnan(line.value) &&
            (!nearest || line.distance < lines[*nearest].distance))
            nearest = i;
    }
    return nearest;
}

std::optional<std::size_t> nextTimeMet(const RunView& view, std::size_t condition, std::size_t after)
{
    if (view.empty() || after >= view.length())
        return std::nullopt;
    const RunRecord& record = *view.record();
    const ConditionTimes times(record.info());
    const std::size_t column = record.layout().condition(condition);
    const std::size_t end = record.ends(view.length() - 1).decisions;
    for (std::size_t i = record.ends(after).decisions; i < end; ++i) {
        const std::size_t step = record.decision(i).step;
        const ConditionDefinition& definition = times.at(record.time(step))[condition];
        if (conditionLine(record.info(), definition, record.at(step, column)).met)
            return step;
    }
    return std::nullopt;
}

} // namespace carry
