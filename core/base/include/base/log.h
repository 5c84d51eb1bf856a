// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <string_view>

namespace carry
{

//! Sets up the program's log: standard error, pattern "level component: text". Level from CARRYDESK_LOG
//! (trace, debug, info, warn, error, off), default warn. Policy: error = something is lost or refused, warn =
//! results may surprise, info = milestones of a run, debug = per file or plan, trace = per step.
void setUpLog();
void logDebug(std::string_view component, std::string_view text);
void logInfo(std::string_view component, std::string_view text);
void logWarning(std::string_view component, std::string_view text);

} // namespace carry
