// SPDX-License-Identifier: GPL-3.0-or-later
#include "market/series.h"

#include <algorithm>

namespace carry
{

std::string describeSeries(const SeriesKey& key)
{
    std::string text{toText(key.venue)};
    text += ' ';
    text += toText(key.asset);
    switch (key.kind) {
    case SeriesKind::SpotCandles:
        return text + "/USDT spot";
    case SeriesKind::PerpCandles:
        return text + "USDT perp";
    case SeriesKind::Funding:
        break;
    }
    return text + "USDT funding";
}

const std::vector<double>* FrameSeries::column(std::string_view name) const
{
    const auto found = std::find(columns.begin(), columns.end(), name);
    if (found == columns.end())
        return nullptr;
    return &values[static_cast<std::size_t>(found - columns.begin())];
}

} // namespace carry
