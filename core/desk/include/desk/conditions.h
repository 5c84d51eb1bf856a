// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "record/run_view.h"

#include <optional>
#include <vector>

namespace carry
{

//! What it means for a decision that a condition is met.
enum class ConditionRole : std::uint8_t {
    Trigger, //!< calls for action
    Needed,  //!< something else needs it; alone it calls for nothing
    Brake,   //!< keeps the strategy from acting
    Report,  //!< only reported: the configured policy does nothing about it
};

//! One condition that the strategy looked at, against the threshold in force then.
struct ConditionLine {
    ConditionDefinition definition;
    ConditionRole role = ConditionRole::Trigger;
    double value = 0; //!< absent: not applicable
    bool met = false;
    double margin = 0;         //!< value minus threshold, signed so that > 0 means met; NaN without a value
    double relativeMargin = 0; //!< margin / |threshold|; NaN where that is zero
    double distance = 0;       //!< |margin| / the larger of |value| and |threshold|, 1 if both are zero
};

//! The conditions of a run with the thresholds that hold at a time: those of the start, or what its forks made of them.
std::vector<ConditionDefinition> conditionsAt(const RunInfo& info, Time at);

//! Of the decision made at that step; empty where none was made.
std::vector<ConditionLine> conditionLines(const RunView& view, std::size_t step);
//! Step of the last decision at or before a step.
std::optional<std::size_t> lastDecision(const RunView& view, std::size_t step);
//! Of triggers that are not met the one with the smallest distance.
std::optional<std::size_t> nearestCondition(const std::vector<ConditionLine>& lines);
//! Step of the next decision for which a condition (index into RunInfo::conditions) is met, anywhere in the record:
//! where to go, not something to show.
std::optional<std::size_t> nextTimeMet(const RunView& view, std::size_t condition, std::size_t after);

} // namespace carry
