// SPDX-License-Identifier: GPL-3.0-or-later
#include "tape_builder.h"

#include "tape_times.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace carry
{
namespace
{

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::string_view kGasColumn = "gas_price_gwei";
constexpr Duration kFrameCarry = kDay; //!< how far behind its last row a frame's value may be used

SeriesKind kindOf(Product product)
{
    return product == Product::Spot ? SeriesKind::SpotCandles : SeriesKind::PerpCandles;
}

template <class Map> auto* findIn(const Map& map, const SeriesKey& key)
{
    const auto it = map.find(key);
    return it == map.end() || it->second.time.empty() ? nullptr : &it->second;
}

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
    if (auto found = findSeries(); !found)
        return fail(found.error());
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
    for (std::size_t i = 0; i < m_sources.size(); ++i)
        fillLeg(i);
    m_tape->m_funding.resize(m_fundingSeries.size());
    for (std::size_t i = 0; i < m_fundingSeries.size(); ++i)
        fillFunding(i);
    fillGas();
    for (std::size_t i = 0; i < m_frames.size(); ++i)
        if (auto filled = fillFrame(i); !filled)
            return filled;
    reduceToGrid();
    return m_tape->m_time.empty() ? Result<void>(fail(periodError(period))) : Result<void>();
}

std::string TapeBuilder::legName(const LegSpec& spec) const
{
    return describeSeries({spec.venue, spec.asset, kindOf(spec.product)});
}

Result<void> TapeBuilder::findSeries()
{
    std::string missing;
    const auto miss = [&missing](const std::string& name) {
        if (missing.find(name) == std::string::npos) // one series may be needed twice, as a proxy
            missing += (missing.empty() ? "" : ", ") + name;
    };
    for (const LegSpec& spec : m_tape->m_request.legs) {
        const Venue home = spec.proxy.value_or(spec.venue);
        const SeriesKind kind = kindOf(spec.product);
        LegSource source;
        source.main = findIn(m_data.candles, {home, spec.asset, kind});
        if (source.main == nullptr)
            miss(describeSeries({home, spec.asset, kind}));
        for (const Venue peer : kExchanges)
            if (peer != home && source.main != nullptr)
                if (const auto* series = findIn(m_data.candles, {peer, spec.asset, kind});
                    series != nullptr && series->cadence == source.main->cadence)
                    source.peers.push_back(series);
        m_sources.push_back(std::move(source));
    }
    for (const FundingSpec& spec : m_tape->m_request.funding) {
        const SeriesKey key{spec.proxy.value_or(spec.venue), spec.asset, SeriesKind::Funding};
        m_fundingSeries.push_back(findIn(m_data.funding, key));
        if (m_fundingSeries.back() == nullptr)
            miss(describeSeries(key));
    }
    if (m_tape->m_request.gas) {
        const auto it = m_data.frames.find("gas");
        m_gas = it != m_data.frames.end() && it->second.column(kGasColumn) != nullptr && !it->second.time.empty()
                    ? &it->second
                    : nullptr;
        if (m_gas == nullptr)
            miss("gas (or set chain.gas = false)");
    }
    findFrames(miss);
    if (!missing.empty())
        return fail(Error(ErrorCode::DataSeriesMissing).with("series", missing));
    return checkCadence();
}

Result<void> TapeBuilder::checkCadence() const
{
    // One length for all: inside a long bar the ends of short ones would say what the long one does not tell yet.
    std::string names;
    bool same = true;
    for (std::size_t i = 0; i < m_sources.size(); ++i) {
        const Duration cadence = m_sources[i].main->cadence;
        same &= cadence == m_sources.front().main->cadence;
        names += (names.empty() ? "" : ", ") + legName(m_tape->m_request.legs[i]) + " " +
                 std::to_string(std::chrono::duration_cast<std::chrono::minutes>(cadence).count()) + " min";
    }
    if (!same)
        return fail(Error(ErrorCode::DataCadence).with("series", names));
    return {};
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
    for (std::size_t i = 0; i < m_sources.size(); ++i) {
        const CandleSeries& bars = *m_sources[i].main;
        narrow(bars.time.front(), bars.time.back(), legName(m_tape->m_request.legs[i]));
        allowed = {shared.first, std::min(allowed.last, bars.time.back() + bars.cadence - Duration{1})};
    }
    const bool priced = shared.first <= shared.last;
    for (std::size_t i = 0; i < m_fundingSeries.size(); ++i) {
        const FundingSpec& spec = m_tape->m_request.funding[i];
        const auto& times = m_fundingSeries[i]->time;
        narrow(times.front(), times.back(), describeSeries({spec.venue, spec.asset, SeriesKind::Funding}));
    }
    if (m_gas != nullptr) {
        narrow(m_gas->time.front(), m_gas->time.back(), "gas");
        allowed.first = std::max(allowed.first, m_gas->time.front());
    }
    for (const FrameSource& frame : m_frames) {
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
    m_tape->m_cadence = m_sources.empty() ? kHour : m_sources.front().main->cadence;
    const auto inside = [&](Time t) { return t >= period.first && t <= period.last; };
    for (Time t = std::chrono::ceil<std::chrono::hours>(period.first); m_sources.empty() && t <= period.last;
         t += kHour)
        bars.push_back(t);
    for (const LegSource& source : m_sources) {
        for (const Time t : source.main->time)
            if (inside(t))
                bars.push_back(t);
    }
    std::sort(bars.begin(), bars.end());
    bars.erase(std::unique(bars.begin(), bars.end()), bars.end());
    std::vector<Time> all = bars;
    for (std::size_t i = 0; i < m_fundingSeries.size(); ++i) {
        for (const Time t : m_fundingSeries[i]->time)
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
    m_tape->m_legs.resize(m_sources.size());
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
    const LegSource& source = m_sources[index];
    const LegSpec& spec = m_tape->m_request.legs[index];
    const auto& times = m_tape->m_time;
    auto& leg = m_tape->m_legs[index];
    leg.price.resize(times.size());
    leg.high.assign(times.size(), kNaN);
    leg.low.assign(times.size(), kNaN);
    leg.observedMs.resize(times.size());
    leg.flags.assign(times.size(), static_cast<std::uint8_t>(spec.proxy ? kReadingProxy : 0));
    const Duration cadence = m_tape->m_cadence;

    // The most recent bar known so far, of the main series or of a peer that filled a hole.
    const CandleSeries* last = source.main;
    auto lastRow = static_cast<std::size_t>(lastAtOrBefore(source.main->time, times.front()));
    std::uint64_t peerRun = 0;
    std::uint64_t carriedRun = 0;
    Time runStart = times.front();
    const auto flush = [&](Time end) {
        if (peerRun != 0)
            report(FindingKind::Hole, QualityRule::FillFromPeer, legName(spec), source.main->file, runStart, end,
                   peerRun);
        if (carriedRun != 0)
            report(FindingKind::Hole, QualityRule::CarryLastClose, legName(spec), source.main->file, runStart, end,
                   carriedRun);
        peerRun = carriedRun = 0;
    };
    if (spec.proxy)
        report(FindingKind::Proxy, QualityRule::UseNamedProxy, legName(spec), source.main->file, times.front(),
               times.back(), times.size());
    std::size_t row = lastRow; // of the main series
    for (std::size_t i = 0; i < times.size(); ++i) {
        const Time t = times[i];
        while (row + 1 < source.main->time.size() && source.main->time[row + 1] <= t)
            ++row;
        const bool own = source.main->time[row] == t;
        bool fromPeer = false;
        if (own) {
            last = source.main;
            lastRow = row;
        } else if (m_tape->m_isBar[i] != 0 && m_tape->m_request.missingBars == MissingBars::Peer) {
            for (const CandleSeries* peer : source.peers) {
                const auto at = exactly(peer->time, t);
                if (at >= 0) {
                    last = peer;
                    lastRow = static_cast<std::size_t>(at);
                    fromPeer = true;
                    break;
                }
            }
        }
        const Time label = last->time[lastRow];
        if (label == t) {
            leg.price[i] = last->open[lastRow];
            leg.high[i] = last->high[lastRow];
            leg.low[i] = last->low[lastRow];
            leg.observedMs[i] = toMs(t);
            if (fromPeer)
                leg.flags[i] |= kReadingPeer;
        } else if (t < label + cadence) { // between labels: the open is the last thing known
            leg.price[i] = last->open[lastRow];
            leg.observedMs[i] = toMs(label);
            if (last != source.main)
                leg.flags[i] |= kReadingPeer;
        } else {
            leg.price[i] = last->close[lastRow];
            leg.observedMs[i] = toMs(label + cadence);
            leg.flags[i] |= kReadingCarried;
        }
        const bool carried = (leg.flags[i] & kReadingCarried) != 0;
        if (m_tape->m_isBar[i] != 0) {
            const bool continues = (fromPeer && peerRun != 0) || (carried && carriedRun != 0);
            if (!continues) {
                flush(t);
                runStart = t;
            }
            peerRun += fromPeer ? 1 : 0;
            carriedRun += carried ? 1 : 0;
        }
    }
    flush(times.back());
}

std::optional<double> TapeBuilder::peerMean(std::size_t funding, Time settlement) const
{
    double sum = 0;
    int count = 0;
    for (std::size_t i = 0; i < m_fundingSeries.size(); ++i) {
        if (i == funding || m_tape->m_request.funding[i].asset != m_tape->m_request.funding[funding].asset)
            continue;
        const auto at = exactly(m_fundingSeries[i]->time, settlement);
        if (at >= 0) {
            sum += m_fundingSeries[i]->rate[static_cast<std::size_t>(at)];
            ++count;
        }
    }
    return count == 0 ? std::nullopt : std::optional(sum / count);
}

std::vector<FundingEvent> TapeBuilder::expectedSettlements(std::size_t funding) const
{
    const FundingSeries& series = *m_fundingSeries[funding];
    const std::uint8_t defaultHours = m_tape->m_request.funding[funding].intervalHours;
    const Duration grid = kHour * defaultHours;
    const Time start = m_tape->start();
    const Time end = m_tape->end();
    std::vector<FundingEvent> events;
    for (std::size_t i = 0; i < series.time.size(); ++i) {
        FundingEvent e;
        e.time = series.time[i];
        e.rate = series.rate[i];
        e.file = series.file;
        e.line = series.line[i];
        e.intervalHours = series.intervalHours[i] != 0 ? series.intervalHours[i] : defaultHours;
        if (e.time > end)
            break;
        events.push_back(e);
    }
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
    for (; t <= end; t += grid) {
        if (t <= start || covered(t))
            continue;
        FundingEvent e;
        e.time = t;
        e.file = series.file;
        e.intervalHours = defaultHours;
        e.flags = kFundingMissing;
        missing.push_back(e);
    }
    events.insert(events.end(), missing.begin(), missing.end());
    std::sort(events.begin(), events.end(), [](const auto& a, const auto& b) { return a.time < b.time; });
    return events;
}

void TapeBuilder::fillFunding(std::size_t index)
{
    auto& columns = m_tape->m_funding[index];
    columns.events = expectedSettlements(index);
    const FundingSpec& spec = m_tape->m_request.funding[index];
    const auto name = describeSeries({spec.venue, spec.asset, SeriesKind::Funding});
    const bool estimate = m_tape->m_request.missingFunding == MissingFunding::PeerMean;
    std::size_t windowStart = 0;
    double sum = 0;
    for (std::size_t i = 0; i < columns.events.size(); ++i) {
        FundingEvent& e = columns.events[i];
        if ((e.flags & kFundingMissing) != 0 && estimate) {
            if (const auto rate = peerMean(index, e.time)) {
                e.rate = *rate;
                e.flags |= kFundingPeerMean;
            }
        }
        if ((e.flags & kFundingMissing) != 0)
            report(FindingKind::MissingFunding,
                   (e.flags & kFundingPeerMean) != 0 ? QualityRule::FundingPeerMean : QualityRule::FundingZero, name,
                   e.file, e.time, e.time, 1);
        // Summed anew for each event: a running sum would drift with the number of settlements.
        while (columns.events[windowStart].time <= e.time - 3 * kDay)
            ++windowStart;
        sum = 0;
        for (std::size_t k = windowStart; k <= i; ++k)
            sum += columns.events[k].rate;
        e.trailing3d = sum;
        const auto step = exactly(m_tape->m_time, e.time);
        e.step = step;
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
    m_tape->m_gasGwei.assign(m_tape->size(), 0.0);
    if (m_gas == nullptr)
        return;
    const auto& gwei = *m_gas->column(kGasColumn);
    std::size_t row = 0;
    double known = 0;
    for (std::size_t s = 0; s < m_tape->size(); ++s) {
        while (row + 1 < m_gas->time.size() && m_gas->time[row + 1] <= m_tape->m_time[s])
            ++row;
        if (!std::isnan(gwei[row]))
            known = gwei[row]; // an empty cell leaves the last known value
        m_tape->m_gasGwei[s] = known;
    }
}

} // namespace carry
