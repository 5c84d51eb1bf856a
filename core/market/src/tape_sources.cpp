// SPDX-License-Identifier: GPL-3.0-or-later
#include "tape_sources.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace carry
{
namespace
{

//! Finds one series after the other and remembers the names of those that are not there.
class Finder
{
  public:
    Finder(const MarketData& data, const TapeRequest& request, TapeSources::Rows rows)
        : m_data(data), m_request(request), m_toCome(rows == TapeSources::Rows::ToCome)
    {
    }

    Result<TapeSources> find();

  private:
    template <class Map> auto* findIn(const Map& map, const SeriesKey& key) const
    {
        const auto it = map.find(key);
        return it == map.end() || (it->second.time.empty() && !m_toCome) ? nullptr : &it->second;
    }
    void miss(const std::string& name);
    void findLegs();
    void findFunding();
    void findGas();
    void findFrames();
    Result<void> checkCadence() const;

    const MarketData& m_data;
    const TapeRequest& m_request;
    bool m_toCome;
    TapeSources m_found;
    std::string m_missing;
};

Result<TapeSources> Finder::find()
{
    findLegs();
    findFunding();
    if (m_request.gas)
        findGas();
    findFrames();
    if (!m_missing.empty())
        return fail(Error(ErrorCode::DataSeriesMissing).with("series", m_missing));
    if (auto same = checkCadence(); !same)
        return fail(same.error());
    return std::move(m_found);
}

void Finder::miss(const std::string& name)
{
    if (m_missing.find(name) == std::string::npos) // one series may be needed twice, as a proxy
        m_missing += (m_missing.empty() ? "" : ", ") + name;
}

void Finder::findLegs()
{
    for (const LegSpec& spec : m_request.legs) {
        const Venue home = spec.proxy.value_or(spec.venue);
        const SeriesKind kind = candlesOf(spec.product);
        LegSource source;
        source.main = findIn(m_data.candles, {home, spec.asset, kind});
        if (source.main == nullptr)
            miss(describeSeries({home, spec.asset, kind}));
        for (const Venue peer : kExchanges)
            if (peer != home && source.main != nullptr)
                if (const auto* series = findIn(m_data.candles, {peer, spec.asset, kind});
                    series != nullptr && series->cadence == source.main->cadence)
                    source.peers.push_back(series);
        m_found.legs.push_back(std::move(source));
    }
}

void Finder::findFunding()
{
    for (const FundingSpec& spec : m_request.funding) {
        const SeriesKey key{spec.proxy.value_or(spec.venue), spec.asset, SeriesKind::Funding};
        m_found.funding.push_back(findIn(m_data.funding, key));
        if (m_found.funding.back() == nullptr)
            miss(describeSeries(key));
    }
}

void Finder::findGas()
{
    const auto it = m_data.frames.find("gas");
    const bool there =
        it != m_data.frames.end() && it->second.column(kGasColumn) != nullptr && (m_toCome || !it->second.time.empty());
    m_found.gas = there ? &it->second : nullptr;
    if (m_found.gas == nullptr)
        miss("gas (or set chain.gas = false)");
}

void Finder::findFrames()
{
    for (const FrameSpec& spec : m_request.frames) {
        FrameSource source;
        source.id = spec.proxyId.value_or(spec.id);
        source.column = spec.proxyColumn.value_or(spec.column);
        const auto found = m_data.frames.find(source.id);
        if (found != m_data.frames.end()) {
            source.series = &found->second;
            source.values = found->second.column(source.column);
        }
        source.know(0);
        if (m_toCome ? source.values == nullptr : source.known.empty())
            miss(source.name());
        m_found.frames.push_back(std::move(source));
    }
}

Result<void> Finder::checkCadence() const
{
    // One length for all: inside a long bar the ends of short ones would say what the long one does not tell yet.
    std::string names;
    bool same = true;
    for (std::size_t i = 0; i < m_found.legs.size(); ++i) {
        const Duration cadence = m_found.legs[i].main->cadence;
        same &= cadence == m_found.legs.front().main->cadence;
        names += (names.empty() ? "" : ", ") + nameOf(m_request.legs[i]) + " " +
                 std::to_string(std::chrono::duration_cast<std::chrono::minutes>(cadence).count()) + " min";
    }
    if (!same)
        return fail(Error(ErrorCode::DataCadence).with("series", names));
    return {};
}

} // namespace

Result<TapeSources> TapeSources::find(const MarketData& data, const TapeRequest& request, Rows rows)
{
    return Finder(data, request, rows).find();
}

std::string nameOf(const LegSpec& spec)
{
    return describeSeries({spec.venue, spec.asset, candlesOf(spec.product)});
}

std::string nameOf(const FundingSpec& spec)
{
    return describeSeries({spec.venue, spec.asset, SeriesKind::Funding});
}

void FrameSource::know(std::size_t row)
{
    for (; values != nullptr && row < values->size(); ++row)
        if (!std::isnan((*values)[row]))
            known.push_back(row);
}

std::size_t FrameSource::lastKnown(Time t) const
{
    const auto behind =
        std::upper_bound(known.begin(), known.end(), t, [&](Time a, std::size_t row) { return a < series->time[row]; });
    return static_cast<std::size_t>(behind - known.begin()) - 1;
}

double FrameSource::trailingApr(std::size_t k) const
{
    std::size_t since = k;
    while (since > 0 && timeOf(since) > timeOf(k) - kTrailing)
        --since;
    const Duration span = timeOf(k) - timeOf(since);
    if (span < kDay)
        return std::numeric_limits<double>::quiet_NaN();
    return (valueOf(k) / valueOf(since) - 1) * static_cast<double>((365 * kDay).count()) /
           static_cast<double>(span.count());
}

} // namespace carry
