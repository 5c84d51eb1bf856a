// SPDX-License-Identifier: GPL-3.0-or-later
#include "market/feed_health.h"

#include <algorithm>

namespace carry
{
namespace
{

std::int64_t secondsOf(Duration duration)
{
    return std::chrono::duration_cast<std::chrono::seconds>(duration).count();
}

std::string minutes(Duration duration)
{
    return std::to_string(std::chrono::duration_cast<std::chrono::minutes>(duration).count()) + " min";
}

bool beyond(const std::optional<Duration>& found, Duration bound)
{
    return found && bound > Duration{} && *found > bound;
}

bool sameSeries(const std::vector<StaleSeries>& a, const std::vector<StaleSeries>& b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const StaleSeries& x, const StaleSeries& y) { return x.series == y.series; });
}

std::optional<Duration> since(const std::optional<Time>& t, Time now)
{
    return t ? std::optional(std::max(now - *t, Duration{})) : std::nullopt;
}

} // namespace

std::string_view toText(FeedState state)
{
    switch (state) {
    case FeedState::Waiting:
        return "waiting";
    case FeedState::Live:
        return "live";
    case FeedState::Stale:
        break;
    }
    return "stale";
}

std::vector<Error> FeedStatus::reasons(const FeedBounds& bounds) const
{
    std::vector<Error> reasons;
    if (silent)
        reasons.push_back(Error(ErrorCode::FeedSilent)
                              .with("found", secondsOf(silence.value_or(Duration{})))
                              .with("expected", secondsOf(bounds.silence)));
    if (blocked)
        reasons.push_back(Error(ErrorCode::FeedSilent)
                              .with("found", secondsOf(gap.value_or(Duration{})))
                              .with("expected", secondsOf(bounds.gap)));
    for (const StaleSeries& one : stale)
        reasons.push_back(Error(ErrorCode::FeedStale)
                              .with("series", one.name)
                              .with("found", one.age ? minutes(*one.age) : "unknown")
                              .with("expected", minutes(one.bound)));
    return reasons;
}

FeedHealth::FeedHealth(const FeedHeader& header, FeedBounds bounds, std::vector<bool> reads)
    : m_series(header.series), m_bounds(bounds), m_reads(std::move(reads))
{
    m_reads.resize(m_series.size(), m_reads.empty());
}

void FeedHealth::heard(Time wall)
{
    m_heard = std::max(m_heard.value_or(wall), wall);
}

Duration FeedHealth::boundOf(const FeedSeries& series) const
{
    switch (series.kind) {
    case FeedSeriesKind::Bars:
        return Duration{static_cast<std::int64_t>(m_bounds.bars * static_cast<double>(series.cadence.count()))};
    case FeedSeriesKind::Funding:
        return m_bounds.funding;
    case FeedSeriesKind::Frame:
        return m_bounds.frames;
    case FeedSeriesKind::Gas:
        break;
    }
    return m_bounds.gas;
}

std::vector<StaleSeries> FeedHealth::staleSeries(const FeedReadings& readings) const
{
    std::vector<StaleSeries> stale;
    for (std::size_t i = 0; i < m_series.size() && readings.clock; ++i) {
        const Duration bound = boundOf(m_series[i]);
        if (!m_reads[i] || bound <= Duration{})
            continue;
        const auto age = since((*readings.last)[i], *readings.clock);
        if (!age || *age > bound)
            stale.push_back({i, nameOf(m_series[i]), age, bound});
    }
    return stale;
}

const FeedStatus& FeedHealth::check(const FeedReadings& readings)
{
    FeedStatus status;
    status.silence = since(m_heard, readings.wall);
    status.gap = since(readings.gapSince, readings.wall);
    status.silent = beyond(status.silence, m_bounds.silence);
    status.blocked = beyond(status.gap, m_bounds.gap);
    status.stale = staleSeries(readings);
    const bool stale = status.silent || status.blocked || !status.stale.empty();
    if (m_heard)
        status.state = stale ? FeedState::Stale : FeedState::Live;
    const bool changed = status.state != m_status.state || !sameSeries(status.stale, m_status.stale);
    m_status = std::move(status);
    if (changed && m_listener)
        m_listener(m_status);
    return m_status;
}

} // namespace carry
