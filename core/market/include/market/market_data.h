// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/error.h"
#include "market/quality.h"
#include "market/series.h"

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace carry
{

struct SourceFile {
    std::string path;   //!< relative to the scanned folder, '/' as separator
    std::string format; //!< id of the recognised format, empty if none
    std::uint64_t bytes = 0;
    bool used = false; //!< its rows are part of a series
};

//! All series of a folder (or of the demo generator) with what was found on reading them. Immutable after loading.
struct MarketData {
    std::string name; //!< folder name, or "demo (synthetic)"
    std::string
        source; //!< where openData() finds it again: "demo", "demo:5000", or the folder's absolute path; or empty
    bool synthetic = false; //!< made by the generator; said wherever it is shown
    std::vector<SourceFile> files;
    std::map<SeriesKey, CandleSeries> candles; //!< SpotCandles and PerpCandles
    std::map<SeriesKey, FundingSeries> funding;
    //! "gas" (column gas_price_gwei), "aave.WETH", "oracle.weETH_ETH", "peg.weETH", "dex.EIGENWETH", "rewards.EIGEN"
    //! (tokens_per_eeth at each payout), "benchmark.sUSDe", ...
    std::map<std::string, FrameSeries> frames;
    CostTable costs; //!< bps; empty where no cost file was found
    QualityReport report;
};

//! Maps the columns of a foreign CSV onto a series.
struct ColumnMapping {
    SeriesKey key;
    std::string time, open, high, low, close, rate; //!< header names; unused ones empty
    enum class TimeUnit { Iso, Seconds, Milliseconds, Microseconds } timeUnit = TimeUnit::Iso;
    char separator = ',';
};

//! Called with (files done, files found) while a folder is read; returning false cancels.
using ReadProgress = std::function<bool(std::size_t, std::size_t)>;

//! Scans a folder recursively in path order, recognises files by content, reads every known series and reports what it
//! found. DataNotFound, DataUnrecognised. A broken file becomes a finding of severity Error, not a failure of the scan.
Result<MarketData> readMarketFolder(const std::filesystem::path& folder, const ReadProgress& progress = {});

//! Adds the series of one foreign CSV file to `data`. The errors of the DATA family; on failure `data` is unchanged.
Result<void> readMappedCsv(MarketData& data, const std::filesystem::path& file, const ColumnMapping& mapping);

//! The synthetic demo market: 13 months hourly from 2024-06-01T00:00Z to 2025-06-30T23:00Z, BTC and ETH, three venues.
//! Same bytes on every machine.
MarketData makeDemoMarket();
inline constexpr std::size_t kShortestDemo = 48, kLongestDemo = 5'000'000;
//! As many hours of it, kShortestDemo to kLongestDemo: cut, or where it is too short played backwards, forwards, ...
//! again, so that prices go on without a jump. Also the same bytes everywhere.
MarketData makeDemoMarket(std::size_t hours);

} // namespace carry
