// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "record/run_record.h"

#include <optional>

namespace carry::ui
{

//! What is shown as a sign on a time axis, and what one goes to from the keyboard.
inline bool isLiquidation(const JournalEvent& event)
{
    return event.kind == EventKind::Liquidation || event.kind == EventKind::LendingLiquidation;
}
//! A limit crossed for the worse, or a liquidation.
inline bool isBreach(const JournalEvent& event)
{
    return isLiquidation(event) || (event.kind == EventKind::RiskLevel && event.b % 16 > event.b / 16);
}

//! Index of the next or the previous breach in the log of events, or of the settlement in that of funding, seen from a
//! step. Of several at one step the first. Looks at the first `length` steps.
std::optional<std::size_t> breachAfter(const RunRecord& record, std::size_t length, std::size_t step);
std::optional<std::size_t> breachBefore(const RunRecord& record, std::size_t length, std::size_t step);
std::optional<std::size_t> fundingAfter(const RunRecord& record, std::size_t length, std::size_t step);
std::optional<std::size_t> fundingBefore(const RunRecord& record, std::size_t length, std::size_t step);

} // namespace carry::ui
