// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "desk/stored_runs.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carry
{

//! What is to be different from a step of a run on.
struct ForkRequest {
    Time at{};                            //!< a bar label of the run
    std::vector<std::string> assignments; //!< "key=value"
    std::optional<Action> decision;       //!< ordered by hand: one of forcibleActions()
};

//! "hold", "exit", "rebalance". ConfForkDecision.
Result<Action> parseForcedDecision(std::string_view text);
//! What a person can order of a run with that strategy. The errors of makeStrategy().
Result<std::vector<Action>> forcibleActions(const RunConfiguration& configuration);
//! A key that keeps its value as long as a run goes on: what it holds at the start, reports in, reads, or has built its
//! accounts from.
bool isFixedInFork(std::string_view key);

//! The configuration of a run that is the parent until `request.at`: start it with the parent's period (forkPeriod()).
//! Changes that the parent itself was forked with stay, those after `request.at` too. ConfForkTime outside the parent's
//! span, ConfForkDecision, ConfFixedKey, ConfUnknownKey, ConfType, ConfRange. What only the data tell (no such bar) and
//! values that do not go together are told when the run is prepared.
Result<RunConfiguration> forkOf(const RunInfo& parent, const ForkRequest& request);
//! Likewise of a record in memory, whole or still growing: ConfForkTime also where it has no such bar, and where a
//! decision is ordered while a plan is open.
Result<RunConfiguration> forkOf(const RunRecord& parent, const ForkRequest& request);
RunPeriod forkPeriod(const RunInfo& parent);
//! The values in force at a time: those of the start with what forks changed up to then.
Result<ParameterValues> valuesAt(const RunConfiguration& configuration, Time time);

//! Forks a stored run and stores the new run beside it. `data`: empty for where the parent had them from.
//! StoreUnknownRun, SessionFork, StoreResume where the data are no longer the parent's, the errors of forkOf() and
//! runBacktest().
Result<BacktestResult> forkStoredRun(const std::string& file, const std::string& idOrPrefix, const ForkRequest& request,
                                     const std::string& data,
                                     const std::function<bool(std::size_t, std::size_t)>& progress = {});

} // namespace carry
