// SPDX-License-Identifier: GPL-3.0-or-later
// How values of a chart are written.
#include "chart_series.h"
#include "common/number_format.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>

namespace carry::ui
{
namespace
{

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(ChartSeries)
};

constexpr double kShortenFrom = 1e7;
constexpr int kShortDecimals = 4; // more of them are longer than the digits that they save

int decimalsFor(double step)
{
    return step > 0 ? std::clamp(static_cast<int>(-std::floor(std::log10(step) + 1e-9)), 0, 8) : 2;
}

//! "1,250.5M"; empty where the value is small, or two ticks are too close together to be told apart that way.
QString shortened(double value, double step)
{
    const double size = std::abs(value);
    if (size < kShortenFrom || !std::isfinite(value))
        return {};
    const double unit = size >= 1e13 ? 1e12 : size >= 1e10 ? 1e9 : 1e6;
    const int decimals = decimalsFor(step / unit);
    if (decimals > kShortDecimals)
        return {};
    const QString digits = quantity(value / unit, decimals);
    return unit == 1e12  ? Texts::tr("%1T", "trillions").arg(digits)
           : unit == 1e9 ? Texts::tr("%1B", "billions").arg(digits)
                         : Texts::tr("%1M", "millions").arg(digits);
}

} // namespace

double niceStep(double value)
{
    const double magnitude = std::pow(10.0, std::floor(std::log10(value)));
    for (const double factor : {1.0, 2.0, 5.0})
        if (factor * magnitude >= value * (1 - 1e-9))
            return factor * magnitude;
    return 10 * magnitude;
}

QString chartText(double value, ChartUnit unit)
{
    switch (unit) {
    case ChartUnit::Money:
        return money(value);
    case ChartUnit::Coins:
        return quantity(value, 5);
    case ChartUnit::Percent:
        return percent(value, 2);
    case ChartUnit::Ratio:
        return quantity(value, 4);
    case ChartUnit::BasisPoints:
        break;
    }
    return quantity(value * 1e4, 1);
}

QString tickText(double value, double step, ChartUnit unit)
{
    switch (unit) {
    case ChartUnit::Money:
    case ChartUnit::Coins:
    case ChartUnit::Ratio: {
        const QString brief = shortened(value, step);
        const int decimals = decimalsFor(step);
        return brief.isEmpty() ? quantity(value, unit == ChartUnit::Money ? std::min(decimals, 2) : decimals) : brief;
    }
    case ChartUnit::Percent:
        return percent(value, decimalsFor(step * 100));
    case ChartUnit::BasisPoints:
        break;
    }
    return quantity(value * 1e4, decimalsFor(step * 1e4));
}

} // namespace carry::ui
