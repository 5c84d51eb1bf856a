// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "desk/backtest.h"

namespace carry
{

//! Rules, limits and strategy from each of the configuration's forks on, into setup.changes; the rest of `setup` is
//! there. ConfFixedKey, ConfForkTime, ConfForkDecision and what prepareRun() says of values.
Result<void> prepareForks(const RunConfiguration& configuration, const MarketData& data, RunSetup& setup);

} // namespace carry
