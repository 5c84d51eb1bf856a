// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "operations.h"

namespace carry::aave::vectors
{

//! One step as the model did it, for the checks of results that look at several.
struct TraceStep {
    const Json* step = nullptr; //!< of the scenario's file
    bool ok = false;
    std::optional<exact::U256> returned;
    World after;               //!< a branch: the world it was tried on
    std::optional<U128> limit; //!< a refused branch: the largest amount the model accepts there
};

//! A scenario that has been replayed.
struct Trace {
    const Json* scenario = nullptr;
    std::vector<TraceStep> steps;
};

bool isScenario(const Json& json);
//! Replays a scenario and compares everything in it.
Trace replay(const Json& scenario, const Market& market, Checks& checks);
//! The scenario's own summary: counts, limits, leverage per iteration.
void checkResult(const Trace& trace, Checks& checks);
//! The summary of all leverage scenarios.
void checkLeverageSummary(const Json& summary, const std::vector<Trace>& traces, Checks& checks);

void checkMath(const Json& file, Checks& checks);
void checkRates(const Json& file, Checks& checks);
void checkMarket(const Market& market, Checks& checks);

} // namespace carry::aave::vectors
