// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace carry::ui::lanes
{

// Pixels.
inline constexpr int kNames = 84;       //!< names of the lanes, left of the axis
inline constexpr int kAxis = 20;        //!< times
inline constexpr int kTop = kAxis + 18; //!< and what is said of the groups
inline constexpr int kGutter = 15;      //!< above the bars of a lane: amounts of the arrows
inline constexpr int kRow = 28;         //!< a row of bars
inline constexpr int kBelow = 3;
inline constexpr int kIdle = 18;        //!< a lane without bars in this plan
inline constexpr double kSlot = 104;    //!< a slot of the axis before zooming
inline constexpr double kReadable = 80; //!< narrowest slot of a plan that was just opened
inline constexpr double kLeast = 10;    //!< narrowest bar
inline constexpr double kZoom = 1.25;   //!< at each step

} // namespace carry::ui::lanes
