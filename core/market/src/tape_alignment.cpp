// SPDX-License-Identifier: GPL-3.0-or-later
#include "tape_alignment.h"

#include "tape_times.h"

#include <cmath>
#include <limits>

namespace carry
{
namespace
{

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

} // namespace

LegAligner::LegAligner(const LegSource& source, MissingBars missing, bool proxy, Time first)
    : m_source(&source), m_missing(missing), m_flags(proxy ? kReadingProxy : 0),
      m_row(static_cast<std::size_t>(lastAtOrBefore(source.main->time, first))), m_last(source.main), m_lastRow(m_row)
{
}

bool LegAligner::findPeer(Time t)
{
    for (const CandleSeries* peer : m_source->peers) {
        const auto at = exactly(peer->time, t);
        if (at < 0)
            continue;
        m_last = peer;
        m_lastRow = static_cast<std::size_t>(at);
        return true;
    }
    return false;
}

LegReading LegAligner::read(Time t, bool isBar)
{
    const CandleSeries& main = *m_source->main;
    LegReading reading;
    reading.high = reading.low = kNaN;
    reading.flags = m_flags;
    while (m_row + 1 < main.time.size() && main.time[m_row + 1] <= t)
        ++m_row;
    if (main.time[m_row] == t) {
        m_last = &main;
        m_lastRow = m_row;
    } else if (isBar && m_missing == MissingBars::Peer) {
        reading.fromPeer = findPeer(t);
    }
    const CandleSeries& last = *m_last;
    const Time label = last.time[m_lastRow];
    if (label == t) {
        reading.price = last.open[m_lastRow];
        reading.high = last.high[m_lastRow];
        reading.low = last.low[m_lastRow];
        reading.observed = t;
        reading.series = m_last;
        if (reading.fromPeer)
            reading.flags |= kReadingPeer;
    } else if (t < label + main.cadence) { // between labels: the open is the last thing known
        reading.price = last.open[m_lastRow];
        reading.observed = label;
        if (m_last != &main)
            reading.flags |= kReadingPeer;
    } else {
        const bool ended = !std::isnan(last.close[m_lastRow]); // the end of a bar may be missing in a feed
        reading.price = ended ? last.close[m_lastRow] : last.open[m_lastRow];
        reading.observed = ended ? label + main.cadence : label;
        reading.flags |= kReadingCarried;
    }
    return reading;
}

void HoleRuns::add(Time label, const LegReading& reading, const Tell& tell)
{
    const bool carried = (reading.flags & kReadingCarried) != 0;
    const bool continues = (reading.fromPeer && m_peer != 0) || (carried && m_carried != 0);
    if (!continues) {
        end(label, tell);
        m_start = label;
    }
    m_peer += reading.fromPeer ? 1 : 0;
    m_carried += carried ? 1 : 0;
}

void HoleRuns::end(Time t, const Tell& tell)
{
    if (m_peer != 0)
        tell(QualityRule::FillFromPeer, m_start, t, m_peer);
    if (m_carried != 0)
        tell(QualityRule::CarryLastClose, m_start, t, m_carried);
    m_peer = m_carried = 0;
}

FundingAligner::FundingAligner(const TapeSources& sources, const TapeRequest& request, std::size_t funding)
    : m_sources(&sources), m_request(&request), m_index(funding), m_grid(kHour * request.funding[funding].intervalHours)
{
}

FundingEvent FundingAligner::ofRow(std::size_t row) const
{
    const FundingSeries& series = *m_sources->funding[m_index];
    FundingEvent e;
    e.time = series.time[row];
    e.rate = series.rate[row];
    e.file = series.file;
    e.line = series.line[row];
    e.intervalHours =
        series.intervalHours[row] != 0 ? series.intervalHours[row] : m_request->funding[m_index].intervalHours;
    return e;
}

FundingEvent FundingAligner::missing(Time t) const
{
    FundingEvent e;
    e.time = t;
    e.file = m_sources->funding[m_index]->file;
    e.intervalHours = m_request->funding[m_index].intervalHours;
    e.flags = kFundingMissing;
    if (m_request->missingFunding != MissingFunding::PeerMean)
        return e;
    if (const auto rate = peerMean(t)) {
        e.rate = *rate;
        e.flags |= kFundingPeerMean;
    }
    return e;
}

std::optional<double> FundingAligner::peerMean(Time settlement) const
{
    double sum = 0;
    int count = 0;
    for (std::size_t i = 0; i < m_sources->funding.size(); ++i) {
        if (i == m_index || m_request->funding[i].asset != m_request->funding[m_index].asset)
            continue;
        const auto at = exactly(m_sources->funding[i]->time, settlement);
        if (at >= 0) {
            sum += m_sources->funding[i]->rate[static_cast<std::size_t>(at)];
            ++count;
        }
    }
    return count == 0 ? std::nullopt : std::optional(sum / count);
}

double FundingAligner::trailing3d(const std::vector<FundingEvent>& events, std::size_t i)
{
    while (events[m_windowStart].time <= events[i].time - 3 * kDay)
        ++m_windowStart;
    double sum = 0;
    for (std::size_t k = m_windowStart; k <= i; ++k)
        sum += events[k].rate;
    return sum;
}

double GasAligner::read(Time t)
{
    if (m_gas == nullptr)
        return 0;
    while (m_row + 1 < m_gas->time.size() && m_gas->time[m_row + 1] <= t)
        ++m_row;
    const double gwei = (*m_gwei)[m_row];
    if (!std::isnan(gwei))
        m_known = gwei; // an empty cell leaves the last known value
    return m_known;
}

std::int32_t EndedBars::at(Time t)
{
    while (!m_begun.empty() && m_begun.front().label + m_cadence < t)
        m_begun.pop_front();
    return !m_begun.empty() && m_begun.front().label + m_cadence == t ? m_begun.front().step : -1;
}

} // namespace carry
