// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "record/run_summary.h"

#include <string>

namespace carry::cli
{

//! "12,345.68" with `decimals` places.
std::string money(double value, int decimals = 2);
//! How many places money of a share class is shown with.
int moneyDecimals(Asset shareClass);
//! "8.07 %".
std::string percent(double fraction, int decimals = 2);
//! A figure, or "- (reason)".
std::string figureText(const Figure& figure, bool asPercent, int decimals = 2);

//! The summary that a backtest prints.
std::string summaryTable(const RunInfo& info, const RunSummary& summary);

} // namespace carry::cli
