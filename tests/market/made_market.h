// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "market/tape.h"

#include <QtTest>

#include <memory>
#include <set>

//! Market data made by hand. The bar of hour h has open base + h, high and low ten above and below it and closes at
//! base + h + 0.5, so that every price says which bar of which series it comes from.
namespace made
{

using namespace carry;

inline const Time kStart = fromMs(1'714'521'600'000); // 2024-05-01T00:00:00Z, a settlement of every interval

inline Time hour(double h)
{
    return kStart + Duration{static_cast<std::int64_t>(h * 3'600'000)};
}

inline double openOf(double base, int h)
{
    return base + h;
}

inline double closeOf(double base, int h)
{
    return base + h + 0.5;
}

inline constexpr double kReach = 10; //!< of a bar's extremes

inline SeriesKey spotOf(Venue venue, Asset asset = Asset::BTC)
{
    return {venue, asset, SeriesKind::SpotCandles};
}

inline SeriesKey perpOf(Venue venue, Asset asset = Asset::BTC)
{
    return {venue, asset, SeriesKind::PerpCandles};
}

inline void addBar(CandleSeries& series, Time label, double open, double high, double low, double close)
{
    series.time.push_back(label);
    series.open.push_back(open);
    series.high.push_back(high);
    series.low.push_back(low);
    series.close.push_back(close);
    series.line.push_back(static_cast<std::uint32_t>(series.time.size() + 1));
}

//! Hourly bars of the hours [first, first + count) without those in `holes`.
inline void addHours(MarketData& data, const SeriesKey& key, int first, int count, double base,
                     const std::set<int>& holes = {})
{
    CandleSeries& series = data.candles[key];
    for (int h = first; h < first + count; ++h)
        if (!holes.contains(h))
            addBar(series, hour(h), openOf(base, h), openOf(base, h) + kReach, openOf(base, h) - kReach,
                   closeOf(base, h));
}

inline void addFunding(MarketData& data, Venue venue, Time time, double rate, std::uint8_t intervalHours = 0)
{
    FundingSeries& series = data.funding[{venue, Asset::BTC, SeriesKind::Funding}];
    series.time.push_back(time);
    series.rate.push_back(rate);
    series.intervalHours.push_back(intervalHours);
    series.line.push_back(static_cast<std::uint32_t>(series.time.size() + 1));
}

inline void addGas(MarketData& data, Time time, double gwei)
{
    FrameSeries& gas = data.frames["gas"];
    if (gas.columns.empty()) {
        gas.columns = {"base_fee_gwei", "gas_price_gwei"};
        gas.values.resize(2);
    }
    gas.time.push_back(time);
    gas.values[0].push_back(gwei - 1);
    gas.values[1].push_back(gwei);
    gas.line.push_back(static_cast<std::uint32_t>(gas.time.size() + 1));
}

inline LegSpec leg(Venue venue, Product product = Product::Spot, std::optional<Venue> proxy = std::nullopt)
{
    return {venue, Asset::BTC, product, proxy};
}

inline FundingSpec fundingOf(Venue venue)
{
    FundingSpec spec;
    spec.venue = venue;
    spec.intervalHours = 8;
    return spec;
}

inline std::shared_ptr<const Tape> build(const MarketData& data, const TapeRequest& request)
{
    const auto tape = Tape::build(data, request);
    if (!tape)
        qFatal("%s", describe(tape.error()).c_str());
    return *tape;
}

//! The code with which the request is refused, or "built".
inline QString refusal(const MarketData& data, const TapeRequest& request)
{
    const auto tape = Tape::build(data, request);
    return tape ? QString("built") : QString::fromStdString(std::string(tape.error().codeText()));
}

//! The view at a time, which must be a step.
inline MarketView viewAt(const Tape& tape, Time time)
{
    for (std::size_t step = 0; step < tape.size(); ++step)
        if (tape.timeAt(step) == time)
            return {tape, step};
    qFatal("no step at %s", formatIso(time).c_str());
}

inline std::vector<Finding> findingsOf(const Tape& tape, FindingKind kind)
{
    std::vector<Finding> found;
    for (const Finding& finding : tape.findings())
        if (finding.kind == kind)
            found.push_back(finding);
    return found;
}

inline int flagsOf(const MarketView& view, LegIndex leg)
{
    return view.flags(leg);
}

} // namespace made
