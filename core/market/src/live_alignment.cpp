// SPDX-License-Identifier: GPL-3.0-or-later
#include "live_alignment.h"

#include <algorithm>
#include <cmath>

namespace carry
{
namespace
{

void sortUnique(std::vector<Time>& times)
{
    std::sort(times.begin(), times.end());
    times.erase(std::unique(times.begin(), times.end()), times.end());
}

//! The first multiple of `grid` at or behind t.
Time onGrid(Time t, Duration grid)
{
    return Time{(t.time_since_epoch() + grid - Duration{1}) / grid * grid};
}

} // namespace

LiveAlignment::LiveAlignment(Tape& tape, TapeSources sources)
    : m_tape(tape), m_sources(std::move(sources)), m_legs(m_sources.legs.size()), m_gas(m_sources.gas),
      m_frames(m_sources.frames.size()), m_endedBars(m_sources.cadence())
{
    for (std::size_t i = 0; i < m_sources.funding.size(); ++i)
        m_funding.push_back({FundingAligner(m_sources, tape.m_request, i)});
    tape.m_cadence = m_sources.cadence();
    tape.m_legs.resize(m_legs.size());
    tape.m_funding.resize(m_funding.size());
    tape.m_frames.resize(m_frames.size());
}

void LiveAlignment::learn()
{
    for (std::size_t i = 0; i < m_frames.size(); ++i) {
        FrameSource& source = m_sources.frames[i];
        source.know(m_frames[i].learnt);
        m_frames[i].learnt = source.series->time.size();
    }
}

void LiveAlignment::start(Time first)
{
    const Duration grid = m_tape.m_request.grid;
    m_from = grid > Duration{} ? onGrid(first, grid) : first;
}

std::vector<Time> LiveAlignment::labelsUpTo(Time last)
{
    std::vector<Time> labels;
    if (m_legs.empty())
        for (Time t = onGrid(*m_from, kHour); t <= last; t += kHour)
            labels.push_back(t);
    for (std::size_t i = 0; i < m_legs.size(); ++i) {
        const std::vector<Time>& times = m_sources.legs[i].main->time;
        for (std::size_t& row = m_legs[i].nextLabel; row < times.size() && times[row] <= last; ++row)
            if (times[row] >= *m_from)
                labels.push_back(times[row]);
    }
    sortUnique(labels);
    return labels;
}

void LiveAlignment::addSettlementTimes(std::vector<Time>& times, Time last)
{
    for (std::size_t i = 0; i < m_funding.size(); ++i) {
        const std::vector<Time>& settled = m_sources.funding[i]->time;
        for (std::size_t& row = m_funding[i].nextTime; row < settled.size() && settled[row] <= last; ++row)
            if (settled[row] >= *m_from)
                times.push_back(settled[row]);
        // A settlement that the data lack is still a step: it may be paid from the peers' mean.
        const Duration grid = m_funding[i].aligner.grid();
        for (Time t = onGrid(*m_from, grid); t <= last; t += grid)
            times.push_back(t);
    }
    sortUnique(times);
}

void LiveAlignment::advance(Time last)
{
    if (!m_from || last < *m_from)
        return;
    learn();
    const std::vector<Time> labels = labelsUpTo(last);
    std::vector<Time> times = labels;
    addSettlementTimes(times, last);
    for (const Time t : times)
        addStep(t, std::binary_search(labels.begin(), labels.end(), t));
    dropOpenBars(last);
    m_from = last + Duration{1};
}

void LiveAlignment::addStep(Time t, bool isBar)
{
    if (!m_first) {
        m_first = t;
        for (std::size_t i = 0; i < m_legs.size(); ++i)
            m_legs[i].aligner.emplace(m_sources.legs[i], m_tape.m_request.missingBars,
                                      m_tape.m_request.legs[i].proxy.has_value(), t);
    }
    // A step off a coarse grid is read like any other, so that those on it read what they would without a grid.
    const Duration grid = m_tape.m_request.grid;
    const bool kept = grid <= Duration{} || t.time_since_epoch() % grid == Duration{};
    const std::int64_t step = kept ? std::ssize(m_tape.m_time) : -1;
    for (std::size_t i = 0; i < m_legs.size(); ++i)
        addLeg(i, t, isBar, kept);
    for (std::size_t i = 0; i < m_funding.size(); ++i)
        addSettlements(i, t, step);
    for (std::size_t i = 0; i < m_frames.size(); ++i)
        addFrame(i, t, kept);
    const double gwei = m_gas.read(t);
    const std::int32_t ended = m_endedBars.at(t);
    if (isBar)
        m_endedBars.begin(t, static_cast<std::int32_t>(step));
    if (!kept)
        return;
    m_tape.m_gasGwei.push_back(gwei);
    m_tape.m_endedBar.push_back(ended);
    m_tape.m_isBar.push_back(isBar ? 1 : 0);
    m_tape.m_time.push_back(t);
}

void LiveAlignment::addLeg(std::size_t index, Time t, bool isBar, bool kept)
{
    Leg& leg = m_legs[index];
    const LegReading reading = leg.aligner->read(t, isBar);
    if (kept) {
        if (reading.series != nullptr && std::isnan(reading.high))
            leg.openBars.push_back({reading.series, t, m_tape.m_time.size()});
        m_tape.m_legs[index].add(reading.price, reading.high, reading.low, reading.observed, reading.flags);
    }
    if (isBar)
        leg.holes.add(t, reading, [&](QualityRule rule, Time from, Time to, std::uint64_t count) {
            Finding finding;
            finding.severity = FindingSeverity::Warning;
            finding.rule = rule;
            finding.series = nameOf(m_tape.m_request.legs[index]);
            finding.from = from;
            finding.to = to;
            finding.count = count;
            m_tape.m_findings.push_back(std::move(finding));
        });
}

void LiveAlignment::barEnded(const CandleSeries& series, Time label)
{
    for (std::size_t i = 0; i < m_legs.size(); ++i) {
        auto& open = m_legs[i].openBars;
        const auto found = std::find_if(
            open.begin(), open.end(), [&](const OpenBar& bar) { return bar.series == &series && bar.label == label; });
        if (found == open.end())
            continue;
        const auto row = static_cast<std::size_t>(std::lower_bound(series.time.begin(), series.time.end(), label) -
                                                  series.time.begin());
        m_tape.m_legs[i].high[found->step] = series.high[row];
        m_tape.m_legs[i].low[found->step] = series.low[row];
        open.erase(found);
    }
}

//! Those whose end can only come late.
void LiveAlignment::dropOpenBars(Time closed)
{
    const Duration cadence = m_sources.cadence();
    for (Leg& leg : m_legs)
        std::erase_if(leg.openBars, [&](const OpenBar& bar) { return bar.label + cadence <= closed; });
}

void LiveAlignment::addSettlements(std::size_t index, Time t, std::int64_t step)
{
    Settlements& settlements = m_funding[index];
    const FundingSeries& series = *m_sources.funding[index];
    auto& columns = m_tape.m_funding[index];
    for (std::size_t& row = settlements.nextEvent; row < series.time.size() && series.time[row] <= t; ++row)
        addEvent(index, settlements.aligner.ofRow(row), series.time[row] == t ? step : -1);
    const bool due = t > *m_first && t.time_since_epoch() % settlements.aligner.grid() == Duration{};
    if (due && !isCovered(series, settlements, t)) {
        const FundingEvent event = settlements.aligner.missing(t);
        addEvent(index, event, step);
        Finding finding;
        finding.kind = FindingKind::MissingFunding;
        finding.severity = FindingSeverity::Warning;
        finding.rule = (event.flags & kFundingPeerMean) != 0 ? QualityRule::FundingPeerMean : QualityRule::FundingZero;
        finding.series = nameOf(m_tape.m_request.funding[index]);
        finding.from = finding.to = t;
        m_tape.m_findings.push_back(std::move(finding));
    }
    if (step >= 0)
        columns.last.push_back(static_cast<std::int32_t>(columns.events.size()) - 1);
}

//! Whether a settlement less than half an interval away shows that nothing is missing at t. One that comes later is
//! not known yet; it is expected where the venue's last two were an interval apart and the next one is that near.
bool LiveAlignment::isCovered(const FundingSeries& series, const Settlements& settlements, Time t) const
{
    const Duration grid = settlements.aligner.grid();
    const std::size_t rows = settlements.nextEvent;
    if (rows == 0)
        return false;
    const Time last = series.time[rows - 1];
    if (t - last < grid / 2)
        return true;
    const Duration interval = kHour * settlements.aligner.ofRow(rows - 1).intervalHours;
    const bool regular = rows > 1 && last - series.time[rows - 2] == interval;
    const Time next = last + interval;
    return regular && next > t && next - t < grid / 2;
}

void LiveAlignment::addEvent(std::size_t index, FundingEvent event, std::int64_t step)
{
    auto& events = m_tape.m_funding[index].events;
    event.step = step;
    events.push_back(event);
    events.back().trailing3d = m_funding[index].aligner.trailing3d(events, events.size() - 1);
}

void LiveAlignment::addFrame(std::size_t index, Time t, bool kept)
{
    const FrameSource& source = m_sources.frames[index];
    Frame& frame = m_frames[index];
    while (frame.row + 1 < source.known.size() && source.timeOf(frame.row + 1) <= t)
        ++frame.row;
    if (!kept)
        return;
    // Growth to a row that is not there yet is not known, so an index for accrual stays until its next row.
    double value = 0;
    if (m_tape.m_request.frames[index].use == FrameUse::TrailingApr) {
        if (frame.aprRow != frame.row) {
            frame.apr = source.trailingApr(frame.row);
            frame.aprRow = frame.row;
        }
        value = frame.apr;
    } else {
        value = source.valueOf(frame.row);
    }
    m_tape.m_frames[index].value.push_back(value);
    m_tape.m_frames[index].observedMs.push_back(toMs(source.timeOf(frame.row)));
}

} // namespace carry
