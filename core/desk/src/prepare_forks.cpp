// SPDX-License-Identifier: GPL-3.0-or-later
#include "prepare_forks.h"

#include "desk/fork.h"

#include <algorithm>
#include <tuple>

namespace carry
{
namespace
{

//! Rules, limits and strategy of one set of values.
Result<SetupChange> rulesOf(const ParameterValues& values, const StrategyInfo& info, const MarketData& data)
{
    SetupChange change;
    auto venues = readVenueRules(values, info.base, data.costs);
    if (!venues)
        return fail(venues.error());
    auto limits = readRiskLimits(values);
    if (!limits)
        return fail(limits.error());
    change.venues = std::make_shared<const VenueRules>(std::move(*venues));
    change.limits = std::make_shared<const RiskLimits>(*limits);
    auto strategy = makeStrategy(info, values, *change.venues, *change.limits);
    if (!strategy)
        return fail(strategy.error());
    change.strategy = std::move(*strategy);
    return change;
}

//! Whether one tape and one set of accounts serve both.
bool readsTheSame(const Strategy& a, const Strategy& b)
{
    const auto leg = [](const LegSpec& s) { return std::tuple(s.venue, s.asset, s.product, s.proxy); };
    const auto funding = [](const FundingSpec& s) { return std::tuple(s.venue, s.asset, s.intervalHours, s.proxy); };
    const auto frame = [](const FrameSpec& s) { return std::tuple(s.id, s.column, s.use, s.proxyId, s.proxyColumn); };
    const StrategyNeeds x = a.needs();
    const StrategyNeeds y = b.needs();
    return std::ranges::equal(x.legs, y.legs, {}, leg, leg) &&
           std::ranges::equal(x.funding, y.funding, {}, funding, funding) &&
           std::ranges::equal(x.frames, y.frames, {}, frame, frame) && x.gas == y.gas && x.grid == y.grid &&
           x.map.ethReference == y.map.ethReference && a.conditions().size() == b.conditions().size();
}

//! The changed key that asks for other series; all of them where only together they do.
std::string keyThatReads(const Fork& fork, const ParameterValues& before, const Strategy& current,
                         const StrategyInfo& info, const MarketData& data)
{
    std::string all;
    for (const auto& [key, value] : fork.changes) {
        ParameterValues alone = before;
        if (!alone.setText(key, value))
            continue;
        const auto rules = rulesOf(alone, info, data);
        if (rules && !readsTheSame(current, *rules->strategy))
            return key;
        all += (all.empty() ? "" : ", ") + key;
    }
    return all;
}

bool isBarOf(const Tape& tape, Time time)
{
    std::size_t low = 0;
    std::size_t high = tape.size();
    while (low < high) {
        const std::size_t middle = low + (high - low) / 2;
        if (tape.timeAt(middle) < time)
            low = middle + 1;
        else
            high = middle;
    }
    return low < tape.size() && tape.timeAt(low) == time && MarketView(tape, low).isBarLabel();
}

} // namespace

Result<void> prepareForks(const RunConfiguration& configuration, const MarketData& data, RunSetup& setup)
{
    std::vector<Fork> forks = configuration.forks();
    std::ranges::stable_sort(forks, {}, &Fork::at);
    ParameterValues values = configuration.values();
    for (const Fork& fork : forks) {
        if (!isBarOf(*setup.tape, fork.at))
            return fail(Error(ErrorCode::ConfForkTime)
                            .with("run", fork.parent)
                            .with("time", formatIso(fork.at))
                            .with("found", "it has no bar then"));
        const ParameterValues before = values;
        for (const auto& [key, value] : fork.changes) {
            if (isFixedInFork(key))
                return fail(Error(ErrorCode::ConfFixedKey).with("key", key));
            if (auto set = values.setText(key, value); !set)
                return fail(set.error());
        }
        auto change = rulesOf(values, configuration.strategy(), data);
        if (!change)
            return fail(change.error());
        if (!readsTheSame(*setup.strategy, *change->strategy))
            return fail(Error(ErrorCode::ConfFixedKey)
                            .with("key", keyThatReads(fork, before, *setup.strategy, configuration.strategy(), data)));
        if (fork.decision && !change->strategy->canForce(*fork.decision))
            return fail(Error(ErrorCode::ConfForkDecision)
                            .with("found", std::string(toText(*fork.decision)))
                            .with("expected", "HOLD or EXIT"));
        change->at = fork.at;
        change->decision = fork.decision;
        setup.changes.push_back(std::move(*change));
    }
    return {};
}

} // namespace carry
