// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/ids.h"
#include "base/time.h"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carry
{

enum class SeriesKind : std::uint8_t { SpotCandles, PerpCandles, Funding };

//! A market series of an exchange, as a strategy names it.
struct SeriesKey {
    Venue venue = Venue::Binance;
    Asset asset = Asset::BTC;
    SeriesKind kind = SeriesKind::SpotCandles;
    auto operator<=>(const SeriesKey&) const = default;
};

//! "binance BTC/USDT spot", "okx BTCUSDT perp", "bybit ETHUSDT funding".
std::string describeSeries(const SeriesKey& key);

//! A series joined from several files: rows from `begin` on come from `file`, up to the next part.
struct SeriesPart {
    std::size_t begin = 0;
    std::uint32_t file = 0;
};

//! Candles with strictly rising labels. A label is the start of its bar; only the open is known at the label.
//! Prices in USDT per coin, finite and above zero.
struct CandleSeries {
    Duration cadence = kHour;
    std::vector<Time> time;
    std::vector<double> open, high, low, close;
    std::uint32_t file = 0;          //!< index into MarketData::files
    std::vector<std::uint32_t> line; //!< 1-based line of each bar in that file
    std::vector<SeriesPart> parts;   //!< further files behind the first one; mostly empty
};

//! Funding settlements with strictly rising times (true settlement time, UTC, snapped to the hour where within 60 s).
//! Rates are fractions per interval; positive: longs pay shorts.
struct FundingSeries {
    std::vector<Time> time;
    std::vector<double> rate;
    //! Hours of each settlement's interval where the file says so, else 0 (the configured interval holds).
    std::vector<std::uint8_t> intervalHours;
    std::uint32_t file = 0;
    std::vector<std::uint32_t> line;
    std::vector<SeriesPart> parts;
};

//! Several numeric columns on one rising time axis: gas, Aave snapshots, oracle and peg rates, benchmarks.
//! A missing cell is NaN.
struct FrameSeries {
    std::vector<std::string> columns;
    std::vector<Time> time;
    std::vector<std::vector<double>> values; //!< one vector per column, each as long as time
    std::uint32_t file = 0;
    std::vector<std::uint32_t> line;
    std::vector<SeriesPart> parts;

    //! The column's values, or nullptr.
    const std::vector<double>* column(std::string_view name) const;
};

//! Execution cost in basis points by size of the trade in USD.
struct CostRow {
    double upTo10k = 0;
    double upTo100k = 0;
    double above = 0;
};

//! Cost rows by pair as the cost files name them, normalised to "BTC/USDT" (spot) and "BTC perp".
using CostTable = std::map<std::string, CostRow>;

} // namespace carry
