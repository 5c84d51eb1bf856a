// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/range_figures.h"

#include <algorithm>
#include <cmath>

namespace carry
{
namespace
{

using L = ColumnLayout;

//! The lowest value of a column that is there; `none` where there is none.
void takeLowest(const RunRecord& record, std::size_t column, std::size_t first, std::size_t last, Figure& lowest)
{
    for (std::size_t step = first; step <= last; ++step)
        if (const double value = record.at(step, column);
            !std::isnan(value) && (!lowest.value || value < *lowest.value))
            lowest = Figure::of(value);
}

void measureDrawdown(const RunRecord& record, std::size_t first, std::size_t last, RangeFigures& into)
{
    const std::size_t column = L::step(StepColumn::UnitValue);
    std::size_t peak = first;
    into.drawdownFrom = into.drawdownTo = record.time(first);
    for (std::size_t step = first; step <= last; ++step) {
        if (record.at(step, column) >= record.at(peak, column))
            peak = step;
        const double top = record.at(peak, column);
        const double fall = top > 0 ? (top - record.at(step, column)) / top : 0;
        if (fall <= into.maxDrawdown)
            continue;
        into.maxDrawdown = fall;
        into.drawdownFrom = record.time(peak);
        into.drawdownTo = record.time(step);
    }
}

} // namespace

RangeFigures rangeFigures(const RunRecord& record, std::size_t first, std::size_t last)
{
    constexpr double kYear = 365;
    RangeFigures r;
    r.from = record.time(first);
    r.to = record.time(last);
    r.days = static_cast<double>(toMs(r.to) - toMs(r.from)) / 86'400'000;
    const auto change = [&](std::size_t column) { return record.at(last, column) - record.at(first, column); };
    r.navFrom = record.at(first, L::step(StepColumn::Nav));
    r.navTo = record.at(last, L::step(StepColumn::Nav));
    r.flows = change(L::step(StepColumn::ExternalFlows));
    r.pnl = r.navTo - r.navFrom - r.flows;
    for (std::size_t i = 0; i < kPnlItemCount; ++i) {
        const auto item = static_cast<PnlItem>(i);
        if (const double amount = change(L::pnl(item)); amount != 0)
            r.lines.push_back({item, amount});
    }
    std::stable_sort(r.lines.begin(), r.lines.end(),
                     [](const PnlLine& a, const PnlLine& b) { return std::abs(a.amount) > std::abs(b.amount); });
    const double before = record.at(first, L::step(StepColumn::UnitValue));
    if (r.days <= 0)
        r.apr = Figure::empty(EmptyReason::ZeroDuration);
    else if (before <= 0)
        r.apr = Figure::empty(EmptyReason::LostEverything);
    else
        r.apr = Figure::of((record.at(last, L::step(StepColumn::UnitValue)) / before - 1) * kYear / r.days);
    measureDrawdown(record, first, last, r);
    r.minMarginRatio = Figure::empty(EmptyReason::NoNotional);
    for (std::size_t i = 0; i < kExchangeCount; ++i)
        takeLowest(record, L::venue(i, VenueColumn::MarginRatio), first, last, r.minMarginRatio);
    r.minHealthFactor = Figure::empty(EmptyReason::NoDebt);
    if (record.layout().chain)
        takeLowest(record, record.layout().onChain(ChainColumn::HealthFactor), first, last, r.minHealthFactor);
    return r;
}

} // namespace carry
