// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "market/tape.h"

#include <string>
#include <vector>

namespace carry
{

inline constexpr std::string_view kGasColumn = "gas_price_gwei";

//! Candles of a product.
constexpr SeriesKind candlesOf(Product product)
{
    return product == Product::Spot ? SeriesKind::SpotCandles : SeriesKind::PerpCandles;
}

//! What reads one leg: its main series and, for holes, the peers in order.
struct LegSource {
    const CandleSeries* main = nullptr;
    std::vector<const CandleSeries*> peers;
};

//! What a frame of the request reads: a proxy's column where one stands in. `known` are its rows with a value; an
//! index named k is one into them.
struct FrameSource {
    const FrameSeries* series = nullptr;
    const std::vector<double>* values = nullptr;
    std::string id, column;
    std::vector<std::size_t> known;

    std::string name() const { return id + " (" + column + ")"; }
    Time timeOf(std::size_t k) const { return series->time[known[k]]; }
    double valueOf(std::size_t k) const { return (*values)[known[k]]; }
    //! From the known row before.
    Duration distanceTo(std::size_t k) const { return timeOf(k) - timeOf(k - 1); }
    //! The last known row at or before t, which must not lie before the first one.
    std::size_t lastKnown(Time t) const;
    //! Of the rows up to k, FrameUse::TrailingApr.
    double trailingApr(std::size_t k) const;
    //! Takes rows from `row` on into `known`; of a series that grew.
    void know(std::size_t row);
};

//! The series that a request reads, as pointers into the market data.
struct TapeSources {
    //! Whether a series must have rows by now: in a file it must, in a feed it may only be announced.
    enum class Rows { Needed, ToCome };

    std::vector<LegSource> legs;
    std::vector<const FundingSeries*> funding;
    const FrameSeries* gas = nullptr;
    std::vector<FrameSource> frames;

    //! Of the first leg; an hour without legs.
    Duration cadence() const { return legs.empty() ? kHour : legs.front().main->cadence; }
    //! DataSeriesMissing, DataCadence.
    static Result<TapeSources> find(const MarketData& data, const TapeRequest& request, Rows rows);
};

//! "binance BTC/USDT spot".
std::string nameOf(const LegSpec& spec);
std::string nameOf(const FundingSpec& spec);

} // namespace carry
