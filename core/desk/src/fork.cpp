// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/fork.h"

#include "store/run_reader.h"

#include <algorithm>
#include <array>

namespace carry
{
namespace
{

constexpr std::array kForcible{std::pair("hold", Action::Hold), std::pair("exit", Action::Exit),
                               std::pair("rebalance", Action::Rebalance)};

Error cannotPart(const RunInfo& parent, Time at, std::string found)
{
    return Error(ErrorCode::ConfForkTime)
        .with("run", parent.runId)
        .with("time", formatIso(at))
        .with("found", std::move(found));
}

Result<void> checkDecision(const RunConfiguration& configuration, Action action)
{
    const auto possible = forcibleActions(configuration);
    if (!possible)
        return fail(possible.error());
    if (std::ranges::find(*possible, action) != possible->end())
        return {};
    std::string expected;
    for (const Action a : *possible)
        expected += (expected.empty() ? "" : ", ") + std::string(toText(a));
    return fail(Error(ErrorCode::ConfForkDecision)
                    .with("found", std::string(toText(action)))
                    .with("expected", std::move(expected)));
}

//! Whether the strategy is asked at a bar of the record, so that its decision can be replaced.
bool isAskedAt(const RunRecord& record, std::size_t step)
{
    const std::size_t begin = step == 0 ? 0 : record.ends(step - 1).decisions;
    return record.ends(step).decisions > begin;
}

std::optional<std::size_t> stepOf(const RunRecord& record, Time time)
{
    std::size_t low = 0;
    std::size_t high = record.committed();
    const std::size_t end = high;
    while (low < high) {
        const std::size_t middle = low + (high - low) / 2;
        if (record.time(middle) < time)
            low = middle + 1;
        else
            high = middle;
    }
    return low < end && record.time(low) == time ? std::optional(low) : std::nullopt;
}

} // namespace

Result<Action> parseForcedDecision(std::string_view text)
{
    for (const auto& [word, action] : kForcible)
        if (text == word)
            return action;
    return fail(Error(ErrorCode::ConfForkDecision)
                    .with("found", std::string(text))
                    .with("expected", "hold, exit or, where a hedge is kept, rebalance"));
}

Result<std::vector<Action>> forcibleActions(const RunConfiguration& configuration)
{
    // What can be ordered follows from the strategy alone: its rules may be any.
    const VenueRules rules;
    const RiskLimits limits;
    const auto strategy = makeStrategy(configuration.strategy(), configuration.values(), rules, limits);
    if (!strategy)
        return fail(strategy.error());
    std::vector<Action> actions;
    for (const auto& [word, action] : kForcible)
        if ((*strategy)->canForce(action))
            actions.push_back(action);
    return actions;
}

bool isFixedInFork(std::string_view key)
{
    // Aave's parameters are part of the account there; a rate free of risk is that of the whole run.
    for (const std::string_view fixed : {"capital", "share_class", "flows.schedule", "metrics.risk_free", "staking.lst",
                                         "staking.rewards_eigen", "staking.rewards_ethfi"})
        if (key == fixed)
            return true;
    return key.starts_with("data.") || key.starts_with("aave.") || key.starts_with("funding.interval_hours.");
}

RunPeriod forkPeriod(const RunInfo& parent)
{
    return {parent.from, parent.to};
}

Result<ParameterValues> valuesAt(const RunConfiguration& configuration, Time time)
{
    std::vector<Fork> forks = configuration.forks();
    std::ranges::stable_sort(forks, {}, &Fork::at);
    ParameterValues values = configuration.values();
    for (const Fork& fork : forks)
        if (fork.at <= time)
            for (const auto& [key, value] : fork.changes)
                if (auto set = values.setText(key, value); !set)
                    return fail(set.error());
    return values;
}

Result<RunConfiguration> forkOf(const RunInfo& parent, const ForkRequest& request)
{
    auto configuration = configurationOf(parent);
    if (!configuration)
        return configuration;
    if (request.at < parent.from || request.at > parent.to)
        return fail(
            cannotPart(parent, request.at, "it goes from " + formatIso(parent.from) + " to " + formatIso(parent.to)));
    if (request.decision)
        if (auto right = checkDecision(*configuration, *request.decision); !right)
            return fail(right.error());
    Fork fork{parent.runId, request.at, request.decision, {}};
    RunConfiguration changed = *configuration;
    for (const std::string& assignment : request.assignments) {
        auto key = assignment.substr(0, assignment.find('='));
        key.erase(0, std::min(key.find_first_not_of(" \t"), key.size()));
        key.erase(key.find_last_not_of(" \t") + 1);
        if (isFixedInFork(key))
            return fail(Error(ErrorCode::ConfFixedKey).with("key", key));
        if (auto applied = changed.apply(assignment); !applied)
            return fail(applied.error());
        fork.changes[key] = changed.values().resolved().at(key);
    }
    auto forks = parent.forks;
    forks.push_back(std::move(fork));
    configuration->setForks(std::move(forks));
    return configuration;
}

Result<RunConfiguration> forkOf(const RunRecord& parent, const ForkRequest& request)
{
    auto configuration = forkOf(parent.info(), request);
    if (!configuration)
        return configuration;
    const auto step = stepOf(parent, request.at);
    if (!step || !parent.isBar(*step))
        return fail(cannotPart(parent.info(), request.at, "it has no bar then"));
    if (request.decision && !isAskedAt(parent, *step))
        return fail(cannotPart(parent.info(), request.at, "a plan is open, so nothing is decided"));
    return configuration;
}

Result<BacktestResult> forkStoredRun(const std::string& file, const std::string& idOrPrefix, const ForkRequest& request,
                                     const std::string& data,
                                     const std::function<bool(std::size_t, std::size_t)>& progress)
{
    const auto loaded = loadStoredRun(file, idOrPrefix);
    if (!loaded)
        return fail(loaded.error());
    const RunInfo& parent = loaded->stored.info;
    const auto session = showStoredSession(file, parent.runId);
    if (!session)
        return fail(session.error());
    if (*session)
        return fail(Error(ErrorCode::SessionFork).with("run", parent.runId));
    const auto configuration = forkOf(*loaded->record, request);
    if (!configuration)
        return fail(configuration.error());
    const std::string source = data.empty() ? parent.dataSource : data;
    if (source.empty())
        return fail(
            Error(ErrorCode::ConfUsage)
                .with("found", "it is not known where the data of this run are; name their folder with --data"));
    const auto began = std::chrono::steady_clock::now();
    const auto market = openData(source);
    if (!market)
        return fail(market.error());
    BacktestOptions options;
    options.period = forkPeriod(parent);
    options.dataDigest = parent.dataDigest;
    options.database = file;
    options.progress = progress;
    options.loadSeconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    options.startedAt = formatIso(std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()));
    return runBacktest(*configuration, **market, options);
}

} // namespace carry
