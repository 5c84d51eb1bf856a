// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "demo_paths.h"

#include <map>

namespace carry
{

//! "gas", "oracle.*", "peg.weETH" and "aave.*" of the demo market. `ethMid` is the mid per point.
std::map<std::string, FrameSeries> makeDemoFrames(const DemoRecipe& recipe, const DemoCalendar& calendar,
                                                  const std::vector<double>& ethMid);

} // namespace carry
