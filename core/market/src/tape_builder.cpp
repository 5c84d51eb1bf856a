// SPDX-License-Identifier: GPL-3.0-or-later
#include "tape_builder.h"

#include "tape_alignment.h"
#include "tape_times.h"

#include <algorithm>

namespace carry
{
namespace
{

constexpr Duration kFrameCarry = kDay; //!< how far behind its last row a frame's value may be used

} // namespace

Result<std::shared_ptr<const Tape>> Tape::build(const MarketData& data, const TapeRequest& request)
{
    return TapeBuilder(data, request).build();
}

TapeBuilder::TapeBuilder(const MarketData& data, const TapeRequest& request)
    : m_data(data), m_tape(std::shared_ptr<Tape>(new Tape))
{
    m_tape->m_request = request;
    m_tape->m_dataName = data.name;
    m_tape->m_synthetic = data.synthetic;
}

Result<std::shared_ptr<const Tape>> TapeBuilder::build()
{
    auto found = TapeSources::find(m_data, m_tape->m_request, TapeSources::Rows::Needed);
    if (!found)
        return fail(found.error());
    m_sources = std::move(*found);
    const auto period = choosePeriod();
    if (!period)
        return fail(period.error());
    if (auto aligned = alignOn(*period); !aligned)
        return fail(aligned.error());
    return std::shared_ptr<const Tape>(m_tape);
}

Result<void> TapeBuilder::alignOn(Span period)
{
    makeTimeline(period);
    if (m_tape->m_time.empty())
        return fail(periodError(period));
    for (std::size_t i = 0; i < m_sources.legs.size(); ++i)
        fillLeg(i);
    m_tape->m_funding.resize(m_sources.funding.size());
    for (std::size_t i = 0; i < m_sources.funding.size(); ++i)
        fillFunding(i);
    fillGas();
    for (std::size_t i = 0; i < m_sources.frames.size(); ++i)
        if (auto filled = fillFrame(i); !filled)
            return filled;
    reduceToGrid();
    return m_tape->m_time.empty() ? Result<void>(fail(periodError(period))) : Result<void>();
}

Error TapeBuilder::periodError(Span chosen) const
{
    return Error(ErrorCode::DataPeriodEmpty)
        .with("from", formatIso(chosen.first))
        .with("to", formatIso(chosen.last))
        .with("first", formatIso(m_shared.first))
        .with("last", formatIso(m_shared.last));
}

Result<TapeBuilder::Span> TapeBuilder::choosePeriod()
{
    Span shared{Time::min(), Time::max()};
    Span allowed = shared; // for stated dates: a settlement may be missing at either end; a price may not
    std::string names;
    const auto narrow = [&](Time first, Time last, const std::string& name) {
        shared = {std::max(shared.first, first), std::min(shared.last, last)};
        names += (names.empty() ? "" : ", ") + name;
    };
    for (std::size_t i = 0; i < m_sources.legs.size(); ++i) {
        const CandleSeries& bars = *m_sources.legs[i].main;
        narrow(bars.time.front(), bars.time.back(), nameOf(m_tape->m_request.legs[i]));
        allowed = {shared.first, std::min(allowed.last, bars.time.back() + bars.cadence - Duration{1})};
    }
    const bool priced = shared.first <= shared.last;
    for (std::size_t i = 0; i < m_sources.funding.size(); ++i) {
        const auto& times = m_sources.funding[i]->time;
        narrow(times.front(), times.back(), nameOf(m_tape->m_request.funding[i]));
    }
    if (m_sources.gas != nullptr) {
        narrow(m_sources.gas->time.front(), m_sources.gas->time.back(), "gas");
        allowed.first = std::max(allowed.first, m_sources.gas->time.front());
    }
    for (const FrameSource& frame : m_sources.frames) {
        const Time first = frame.timeOf(0);
        const Time last = frame.timeOf(frame.known.size() - 1);
        narrow(first, last, frame.name());
        allowed = {std::max(allowed.first, first), std::min(allowed.last, last + kFrameCarry)};
    }
    m_shared = shared;
    const auto& from = m_tape->m_request.from;
    const auto& to = m_tape->m_request.to;
    if (from && to && *to < *from)
        return fail(Error(ErrorCode::ConfPeriod).with("from", formatIso(*from)).with("to", formatIso(*to)));
    const bool dated = from && to;
    if (!priced || (shared.last < shared.first && !dated) || (names.empty() && !dated))
        return fail(Error(ErrorCode::DataNoOverlap).with("series", names));
    const Span chosen{from.value_or(shared.first), to.value_or(shared.last)};
    const Span period = onGrid(chosen);
    if (chosen.first < allowed.first || chosen.last > allowed.last || period.first > period.last)
        return fail(periodError(chosen));
    return period;
}

void TapeBuilder::makeTimeline(Span period)
{
    std::vector<Time> bars;
    m_tape->m_cadence = m_sources.cadence();
    const auto inside = [&](Time t) { return t >= period.first && t <= period.last; };
    for (Time t = std::chrono::ceil<std::chrono::hours>(period.first); m_sources.legs.empty() && t <= period.last;
         t += kHour)
        bars.push_back(t);
    for (const LegSource& source : m_sources.legs) {
        for (const Time t : source.main->time)
            if (inside(t))
                bars.push_back(t);
    }
    std::sort(bars.begin(), bars.end());
    bars.erase(std::unique(bars.begin(), bars.end()), bars.end());
    std::vector<Time> all = bars;
    for (std::size_t i = 0; i < m_sources.funding.size(); ++i) {
        for (const Time t : m_sources.funding[i]->time)
            if (inside(t))
                all.push_back(t);
        // A settlement that the data lack is still a step: it may be paid from the peers' mean.
        const Duration grid = kHour * m_tape->m_request.funding[i].intervalHours;
        for (Time t{(period.first.time_since_epoch() / grid) * grid}; t <= period.last; t += grid)
            if (inside(t))
                all.push_back(t);
    }
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    m_tape->m_isBar.resize(all.size());
    m_tape->m_endedBar.assign(all.size(), -1);
    for (std::size_t i = 0; i < all.size(); ++i)
        m_tape->m_isBar[i] = exactly(bars, all[i]) >= 0 ? 1 : 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto began = exactly(all, all[i] - m_tape->m_cadence);
        if (began >= 0 && m_tape->m_isBar[static_cast<std::size_t>(began)] != 0)
            m_tape->m_endedBar[i] = static_cast<std::int32_t>(began);
    }
    m_tape->m_time = std::move(all);
    m_tape->m_legs.resize(m_sources.legs.size());
}

void TapeBuilder::report(FindingKind kind, QualityRule rule, const std::string& series, std::uint32_t file, Time from,
                         Time to, std::uint64_t count)
{
    Finding finding;
    finding.kind = kind;
    finding.severity = kind == FindingKind::Proxy ? FindingSeverity::Info : FindingSeverity::Warning;
    finding.rule = rule;
    finding.series = series;
    finding.file = file;
    finding.from = from;
    finding.to = to;
    finding.count = count;
    m_tape->m_findings.push_back(std::move(finding));
}

void TapeBuilder::fillLeg(std::size_t index)
{
    const LegSource& source = m_sources.legs[index];
    const LegSpec& spec = m_tape->m_request.legs[index];
    const auto& times = m_tape->m_time;
    auto& leg = m_tape->m_legs[index];
    leg.price.resize(times.size());
    leg.high.resize(times.size());
    leg.low.resize(times.size());
    leg.observedMs.resize(times.size());
    leg.flags.resize(times.size());
    if (spec.proxy)
        report(FindingKind::Proxy, QualityRule::UseNamedProxy, nameOf(spec), source.main->file, times.front(),
               times.back(), times.size());
    const HoleRuns::Tell tell = [&](QualityRule rule, Time from, Time to, std::uint64_t count) {
        report(FindingKind::Hole, rule, nameOf(spec), source.main->file, from, to, count);
    };
    LegAligner aligner(source, m_tape->m_request.missingBars, spec.proxy.has_value(), times.front());
    HoleRuns holes;
    for (std::size_t i = 0; i < times.size(); ++i) {
        const bool isBar = m_tape->m_isBar[i] != 0;
        const LegReading reading = aligner.read(times[i], isBar);
        leg.price[i] = reading.price;
        leg.high[i] = reading.high;
        leg.low[i] = reading.low;
        leg.observedMs[i] = toMs(reading.observed);
        leg.flags[i] = reading.flags;
        if (isBar)
            holes.add(times[i], reading, tell);
    }
    holes.end(times.back(), tell);
}

std::vector<FundingEvent> TapeBuilder::expectedSettlements(std::size_t funding, const FundingAligner& aligner) const
{
    const FundingSeries& series = *m_sources.funding[funding];
    const Duration grid = aligner.grid();
    const Time start = m_tape->start();
    const Time end = m_tape->end();
    std::vector<FundingEvent> events;
    for (std::size_t i = 0; i < series.time.size() && series.time[i] <= end; ++i)
        events.push_back(aligner.ofRow(i));
    // The grid inside the run, after its first step (nothing is due there): every multiple of the interval, unless a
    // settlement less than half an interval away shows that this venue's grid lies elsewhere.
    const auto covered = [&](Time t) {
        const auto before = lastAtOrBefore(series.time, t);
        const auto at = static_cast<std::size_t>(before + 1);
        return (before >= 0 && t - series.time[static_cast<std::size_t>(before)] < grid / 2) ||
               (at < series.time.size() && series.time[at] - t < grid / 2);
    };
    std::vector<FundingEvent> missing;
    Time t{(start.time_since_epoch() / grid) * grid};
    for (; t <= end; t += grid)
        if (t > start && !covered(t))
            missing.push_back(aligner.missing(t));
    events.insert(events.end(), missing.begin(), missing.end());
    std::sort(events.begin(), events.end(), [](const auto& a, const auto& b) { return a.time < b.time; });
    return events;
}

void TapeBuilder::fillFunding(std::size_t index)
{
    auto& columns = m_tape->m_funding[index];
    FundingAligner aligner(m_sources, m_tape->m_request, index);
    columns.events = expectedSettlements(index, aligner);
    const auto name = nameOf(m_tape->m_request.funding[index]);
    for (std::size_t i = 0; i < columns.events.size(); ++i) {
        FundingEvent& e = columns.events[i];
        if ((e.flags & kFundingMissing) != 0)
            report(FindingKind::MissingFunding,
                   (e.flags & kFundingPeerMean) != 0 ? QualityRule::FundingPeerMean : QualityRule::FundingZero, name,
                   e.file, e.time, e.time, 1);
        e.trailing3d = aligner.trailing3d(columns.events, i);
        e.step = exactly(m_tape->m_time, e.time);
    }
    columns.last.resize(m_tape->size());
    std::int32_t last = -1;
    for (std::size_t s = 0; s < m_tape->size(); ++s) {
        while (static_cast<std::size_t>(last + 1) < columns.events.size() &&
               columns.events[static_cast<std::size_t>(last + 1)].time <= m_tape->m_time[s])
            ++last;
        columns.last[s] = last;
    }
}

void TapeBuilder::fillGas()
{
    GasAligner aligner(m_sources.gas);
    m_tape->m_gasGwei.reserve(m_tape->size());
    for (const Time t : m_tape->m_time)
        m_tape->m_gasGwei.push_back(aligner.read(t));
}

} // namespace carry
