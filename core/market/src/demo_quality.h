// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "market/market_data.h"

namespace carry
{

//! Fills the quality report of a demo market, which is empty, with the coverage and the holes of its series. Every
//! series has two rows at least.
void describeDemo(MarketData& data);

} // namespace carry
