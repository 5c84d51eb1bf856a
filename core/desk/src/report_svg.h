// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "desk/run_curve.h"

#include <string>
#include <vector>

namespace carry
{

//! A text with the characters that mean something in HTML written out.
std::string escaped(std::string_view text);

//! One line of a drawing; `style` is the class that gives its colour.
struct ReportLine {
    std::string name;
    std::string style;
    RunCurve curve;
};
//! A line chart as an SVG element with its own scale and legend; nothing where there is no value. `percent`: values are
//! fractions.
std::string lineChart(const std::string& title, const std::vector<ReportLine>& lines, bool percent);

//! A bar of a table: a share of the largest, to the left or to the right of the middle.
std::string signedBar(double value, double largest);

} // namespace carry
