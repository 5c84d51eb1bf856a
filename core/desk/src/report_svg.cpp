// SPDX-License-Identifier: GPL-3.0-or-later
#include "report_svg.h"

#include "base/time.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

namespace carry
{
namespace
{

constexpr double kWidth = 960, kHeight = 220, kLeft = 84, kRight = 12, kTop = 10, kBottom = 24;

std::string fixed(double value, int decimals)
{
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%.*f", decimals, value);
    return buffer;
}

struct Scale {
    double fromMs = std::numeric_limits<double>::infinity(), toMs = -std::numeric_limits<double>::infinity();
    double low = std::numeric_limits<double>::infinity(), high = -std::numeric_limits<double>::infinity();

    void take(const RunCurve& curve)
    {
        fromMs = std::min(fromMs, static_cast<double>(curve.timesMs.front()));
        toMs = std::max(toMs, static_cast<double>(curve.timesMs.back()));
        const auto [least, most] = std::minmax_element(curve.values.begin(), curve.values.end());
        low = std::min(low, *least);
        high = std::max(high, *most);
    }
    //! A line that does not move still has a middle.
    void widen()
    {
        if (toMs <= fromMs)
            toMs = fromMs + 1;
        if (high <= low) {
            const double margin = low == 0 ? 1 : std::abs(low) * 0.01;
            low -= margin;
            high += margin;
        }
    }
    double x(double ms) const { return kLeft + (ms - fromMs) / (toMs - fromMs) * (kWidth - kLeft - kRight); }
    double y(double value) const { return kTop + (high - value) / (high - low) * (kHeight - kTop - kBottom); }
};

//! 1, 2 or 5 times a power of ten, so that about four lines fit.
double gridStep(double span)
{
    const double raw = span / 4;
    const double power = std::pow(10, std::floor(std::log10(raw)));
    const double first = raw / power;
    return power * (first <= 1 ? 1 : first <= 2 ? 2 : first <= 5 ? 5 : 10);
}

std::string valueGrid(const Scale& scale, bool percent)
{
    std::string out;
    const double step = gridStep(scale.high - scale.low);
    const double shown = percent ? step * 100 : step;
    const int decimals = std::clamp(static_cast<int>(std::ceil(-std::log10(shown))), 0, 9);
    for (double k = std::ceil(scale.low / step); k * step <= scale.high; ++k) {
        const double value = k * step;
        const std::string y = fixed(scale.y(value), 1);
        out += "<line class=\"grid\" x1=\"" + fixed(kLeft, 0) + "\" x2=\"" + fixed(kWidth - kRight, 0) + "\" y1=\"" +
               y + "\" y2=\"" + y + "\"/><text x=\"" + fixed(kLeft - 6, 0) + "\" y=\"" + y + "\" class=\"value\">" +
               fixed(percent ? value * 100 : value, decimals) + (percent ? " %" : "") + "</text>";
    }
    return out;
}

std::string timeGrid(const Scale& scale)
{
    constexpr int kLabels = 6;
    std::string out;
    for (int i = 0; i <= kLabels; ++i) {
        const double ms = scale.fromMs + (scale.toMs - scale.fromMs) * i / kLabels;
        const char* anchor = i == 0 ? "start" : i == kLabels ? "end" : "middle";
        out += "<text x=\"" + fixed(scale.x(ms), 1) + "\" y=\"" + fixed(kHeight - 6, 0) + "\" text-anchor=\"" + anchor +
               "\">" + formatIso(fromMs(static_cast<std::int64_t>(ms))).substr(0, 10) + "</text>";
    }
    return out;
}

std::string polyline(const Scale& scale, const ReportLine& line)
{
    std::string points;
    for (std::size_t i = 0; i < line.curve.values.size(); ++i)
        points += fixed(scale.x(static_cast<double>(line.curve.timesMs[i])), 1) + "," +
                  fixed(scale.y(line.curve.values[i]), 1) + " ";
    return "<polyline class=\"" + line.style + "\" points=\"" + points + "\"/>";
}

} // namespace

std::string escaped(std::string_view text)
{
    std::string out;
    for (const char c : text)
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        default:
            out += c;
        }
    return out;
}

std::string lineChart(const std::string& title, const std::vector<ReportLine>& lines, bool percent)
{
    Scale scale;
    for (const ReportLine& line : lines)
        if (!line.curve.empty())
            scale.take(line.curve);
    if (scale.toMs < scale.fromMs)
        return {};
    scale.widen();
    std::string out = "<figure><figcaption>" + escaped(title);
    if (lines.size() > 1)
        for (const ReportLine& line : lines)
            if (!line.curve.empty())
                out += " <span class=\"key " + line.style + "\">━ " + escaped(line.name) + "</span>";
    out += "</figcaption><svg viewBox=\"0 0 " + fixed(kWidth, 0) + " " + fixed(kHeight, 0) +
           "\" role=\"img\" aria-label=\"" + escaped(title) + "\">" + valueGrid(scale, percent) + timeGrid(scale);
    for (const ReportLine& line : lines)
        if (!line.curve.empty())
            out += polyline(scale, line);
    return out + "</svg></figure>\n";
}

std::string signedBar(double value, double largest)
{
    constexpr double kHalf = 100;
    const double length = largest > 0 ? std::abs(value) / largest * kHalf : 0;
    return "<svg class=\"bar\" viewBox=\"0 0 200 12\" preserveAspectRatio=\"none\"><rect class=\"" +
           std::string(value < 0 ? "loss" : "gain") + "\" x=\"" + fixed(value < 0 ? kHalf - length : kHalf, 2) +
           "\" y=\"1\" width=\"" + fixed(length, 2) + "\" height=\"10\"/></svg>";
}

} // namespace carry
