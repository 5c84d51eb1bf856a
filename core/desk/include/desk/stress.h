// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "desk/run_configuration.h"
#include "record/run_view.h"
#include "risk/stress.h"

#include <nlohmann/json.hpp>

namespace carry
{

//! The stress of a book at one step of a run.
struct StressReport {
    std::size_t step = 0;
    Time time{};
    StressRules rules;
    StressInput input;           //!< as recorded
    std::vector<StressRow> rows; //!< the first one is the book as it is
    LendingHeadroom headroom;
};

//! Rules of a configuration, or of the one that a run was made with (stored or still running). The errors of
//! readVenueRules() and readRiskLimits(), and of configurationOf(). Of a fork, as they are at a time; without one as at
//! the start.
Result<StressRules> stressRules(const RunConfiguration& configuration);
Result<StressRules> stressRules(const RunInfo& info, Time at = Time{});

//! Balances, prices and rates at the view's cursor; the view must not be empty.
StressInput stressInput(const RunView& view);
//! At the view's cursor: for panels that follow one. Takes microseconds but for the fold of the ledger.
StressReport stressAt(const RunView& view, const StressRules& rules, const StressSettings& settings = {});
//! At a step, the last committed one if that is earlier. ConfUsage for a record without steps.
Result<StressReport> stressAt(const std::shared_ptr<const RunRecord>& record, std::size_t step,
                              const StressSettings& settings = {});

//! English: "ETH +30 %", "weETH ratio -1 %", "Funding -50 % a year for 30 days", "Loss of Binance".
std::string describeScenario(const StressRules& rules, const Scenario& scenario);
//! "never at these rates" where carry does not shorten the distance; else the reason of an empty figure.
std::string_view reasonOfDays(const Figure& days);

//! docs/run-json.md describes it. Empty figures are null, their reasons stand in "empty_reasons".
nlohmann::ordered_json stressToJson(const RunInfo& info, const StressReport& report);

} // namespace carry
