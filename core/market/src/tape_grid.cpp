// SPDX-License-Identifier: GPL-3.0-or-later
// A run on a grid coarser than its bars. The tape is aligned on every label first and then thinned out, so that a step
// of the grid reads what the same step of the full timeline reads.
#include "tape_builder.h"

namespace carry
{
namespace
{

bool liesOn(Time t, Duration grid)
{
    return t.time_since_epoch() % grid == Duration{};
}

//! Leaves the elements at these positions.
template <class T> void keep(std::vector<T>& values, const std::vector<std::size_t>& positions)
{
    for (std::size_t i = 0; i < positions.size(); ++i)
        values[i] = values[positions[i]];
    values.resize(positions.size());
}

} // namespace

TapeBuilder::Span TapeBuilder::onGrid(Span period) const
{
    const Duration grid = m_tape->m_request.grid;
    if (grid <= Duration{})
        return period;
    const Duration first = period.first.time_since_epoch();
    const Duration last = period.last.time_since_epoch();
    return {Time{(first + grid - Duration{1}) / grid * grid}, Time{last / grid * grid}};
}

void TapeBuilder::reduceToGrid()
{
    Tape& tape = *m_tape;
    const Duration grid = tape.m_request.grid;
    if (grid <= Duration{})
        return;
    std::vector<std::size_t> kept;
    std::vector<std::int32_t> moved(tape.size(), -1); // new position of every step
    for (std::size_t step = 0; step < tape.size(); ++step)
        if (liesOn(tape.m_time[step], grid)) {
            moved[step] = static_cast<std::int32_t>(kept.size());
            kept.push_back(step);
        }
    keep(tape.m_time, kept);
    keep(tape.m_isBar, kept);
    keep(tape.m_endedBar, kept);
    for (std::int32_t& bar : tape.m_endedBar)
        bar = bar < 0 ? bar : moved[static_cast<std::size_t>(bar)];
    for (Tape::LegColumns& leg : tape.m_legs) {
        for (auto* values : {&leg.price, &leg.high, &leg.low})
            keep(*values, kept);
        keep(leg.observedMs, kept);
        keep(leg.flags, kept);
    }
    for (Tape::FundingColumns& funding : tape.m_funding) {
        keep(funding.last, kept);
        for (FundingEvent& event : funding.events)
            event.step = event.step < 0 ? event.step : moved[static_cast<std::size_t>(event.step)];
    }
    keep(tape.m_gasGwei, kept);
    for (Tape::FrameColumn& frame : tape.m_frames) {
        keep(frame.value, kept);
        keep(frame.observedMs, kept);
    }
    for (std::size_t i = 0; i < tape.m_funding.size() && !kept.empty(); ++i)
        reportOffGrid(i);
}

void TapeBuilder::reportOffGrid(std::size_t funding)
{
    const Tape& tape = *m_tape;
    std::uint64_t count = 0;
    for (const FundingEvent& event : tape.m_funding[funding].events)
        if (event.step < 0 && event.time > tape.start() && event.time <= tape.end())
            ++count;
    if (count != 0)
        report(FindingKind::OffGrid, QualityRule::SkipOffGrid, nameOf(tape.m_request.funding[funding]),
               m_sources.funding[funding]->file, tape.start(), tape.end(), count);
}

} // namespace carry
