// SPDX-License-Identifier: GPL-3.0-or-later
#include "read_candles.h"

#include "formats.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace carry
{
namespace
{

using Prices = std::array<double, 4>; // open, high, low, close

Result<double> priceOr(const CsvTable& table, const std::optional<std::size_t>& column, double otherwise)
{
    return column ? table.price(*column) : Result<double>(otherwise);
}

Result<Prices> pricesOfRow(const CsvTable& table, const CandleColumns& columns)
{
    auto open = table.price(columns.open);
    if (!open)
        return fail(std::move(open.error()));
    auto close = priceOr(table, columns.close, *open);
    if (!close)
        return fail(std::move(close.error()));
    auto high = priceOr(table, columns.high, std::max(*open, *close));
    if (!high)
        return fail(std::move(high.error()));
    auto low = priceOr(table, columns.low, std::min(*open, *close));
    if (!low)
        return fail(std::move(low.error()));
    if (*high < *low)
        return fail(table.errorAt(ErrorCode::DataNumber, columns.high.value_or(columns.open))
                        .with("low", columns.low ? std::string(table.text(*columns.low)) : std::string()));
    return Prices{*open, *high, *low, *close};
}

//! Prices of a pair that the desk trades on one of its venues, as the project's candle files name it.
std::optional<SeriesKey> keyOfCandles(const CsvTable& table)
{
    const auto pair = table.find("asset_pair");
    const auto asset = assetOfSymbol(table.text(pair ? *pair : *table.find("symbol")));
    if (!asset)
        return std::nullopt;
    const std::string_view source = table.text(*table.find("source"));
    if (source == "binance_spot")
        return SeriesKey{Venue::Binance, *asset, SeriesKind::SpotCandles};
    if (source == "binance_futures")
        return SeriesKey{Venue::Binance, *asset, SeriesKind::PerpCandles};
    const auto type = table.find("data_type");
    const auto venue = parseVenue(source);
    if (!type || (venue != Venue::Bybit && venue != Venue::Okx))
        return std::nullopt;
    if (table.text(*type) == "spot")
        return SeriesKey{*venue, *asset, SeriesKind::SpotCandles};
    if (table.text(*type) == "futures")
        return SeriesKey{*venue, *asset, SeriesKind::PerpCandles};
    return std::nullopt;
}

// Layout of data.binance.vision.
const std::vector<std::string> kKlineNames{"open_time",
                                           "open",
                                           "high",
                                           "low",
                                           "close",
                                           "volume",
                                           "close_time",
                                           "quote_volume",
                                           "count",
                                           "taker_buy_volume",
                                           "taker_buy_quote_volume",
                                           "ignore"};

Result<CsvTable> openKlines(const Document& document)
{
    if (isHeaderlessKlines(document))
        return CsvTable::openHeaderless(document, kKlineNames);
    return CsvTable::open(document);
}

//! Spot unless the path says futures. Mark, index and premium candles share the layout, but are not trades.
std::optional<SeriesKey> keyOfKlines(const Document& document)
{
    const auto asset = assetOfSymbol(symbolOfName(document));
    if (!asset || !nearestPathWord(document, {"markpriceklines", "indexpriceklines", "premiumindexklines"}).empty())
        return std::nullopt;
    const std::string market = nearestPathWord(document, {"spot", "futures", "um"});
    const bool perp = market == "futures" || market == "um";
    return SeriesKey{Venue::Binance, *asset, perp ? SeriesKind::PerpCandles : SeriesKind::SpotCandles};
}

//! How far the bars of a file are from the hour, in minutes: hourly files win over any others of the same pair.
Result<int> distanceFromHour(const CsvTable& table)
{
    auto begin = table.stamp(*table.find("open_time"), StampUnit::Any);
    if (!begin)
        return fail(std::move(begin.error()));
    auto end = table.stamp(*table.find("close_time"), StampUnit::Any); // last millisecond of the bar
    if (!end)
        return fail(std::move(end.error()));
    const auto minutes = std::chrono::round<std::chrono::minutes>(end->time - begin->time);
    return static_cast<int>(std::abs(minutes.count() - 60));
}

} // namespace

Result<void> collectCandles(CsvTable& table, const CandleColumns& columns, StampUnit unit,
                            const ConstantColumns& constants, RowCollector& rows)
{
    Tally malformed;
    for (Result<bool> more = true; *more;) {
        auto stamp = table.stamp(columns.time, unit);
        if (!stamp)
            return fail(std::move(stamp.error()));
        auto prices = pricesOfRow(table, columns);
        if (!prices)
            return fail(std::move(prices.error()));
        if (auto same = constants.check(table); !same)
            return same;
        if (stamp->malformed)
            malformed.note(table.line());
        if (auto added = rows.add(stamp->time, *prices, table, columns.time); !added)
            return added;
        more = table.next();
        if (!more)
            return fail(std::move(more.error()));
    }
    rows.report(malformed, FindingKind::MalformedStamp, QualityRule::RepairStamp);
    return {};
}

Result<std::vector<Claim>> claimCandles(const Document& document, const Format&)
{
    auto table = CsvTable::open(document);
    if (!table)
        return fail(std::move(table.error()));
    if (auto row = table->first(); !row)
        return fail(std::move(row.error()));
    const auto key = keyOfCandles(*table);
    if (!key)
        return std::vector<Claim>{};
    return oneClaim(*key);
}

Result<void> readCandles(const Document& document, const Format&, Harvest& harvest)
{
    auto table = CsvTable::open(document);
    if (!table)
        return fail(std::move(table.error()));
    if (auto row = table->first(); !row)
        return row;
    const SeriesKey key = keyOfCandles(*table).value();
    const CandleColumns columns{*table->find("timestamp"), *table->find("open"), table->find("high"),
                                table->find("low"), table->find("close")};
    const ConstantColumns constants(*table, {"source", "symbol", "asset_pair", "data_type"});
    RowCollector rows(document, describeSeries(key), 4);
    if (auto read = collectCandles(*table, columns, StampUnit::Any, constants, rows); !read)
        return read;
    harvest.take(key, rows);
    return {};
}

bool isHeaderlessKlines(const Document& document)
{
    CsvTable table = CsvTable::openHeaderless(document, kKlineNames);
    const auto row = table.next();
    if (!row || !*row)
        return false;
    return readStamp(table.text(0), StampUnit::Milliseconds).has_value() ||
           readStamp(table.text(0), StampUnit::Microseconds).has_value();
}

Result<std::vector<Claim>> claimKlines(const Document& document, const Format&)
{
    auto table = openKlines(document);
    if (!table)
        return fail(std::move(table.error()));
    if (auto row = table->first(); !row)
        return fail(std::move(row.error()));
    const auto key = keyOfKlines(document);
    if (!key)
        return std::vector<Claim>{};
    auto distance = distanceFromHour(*table);
    if (!distance)
        return fail(std::move(distance.error()));
    // The project's own candle files win (rank 0); months of one bar length share a rank and are joined.
    return oneClaim(*key, 1 + *distance);
}

Result<void> readKlines(const Document& document, const Format&, Harvest& harvest)
{
    auto table = openKlines(document);
    if (!table)
        return fail(std::move(table.error()));
    if (auto row = table->first(); !row)
        return row;
    const SeriesKey key = keyOfKlines(document).value();
    const CandleColumns columns{*table->find("open_time"), *table->find("open"), table->find("high"),
                                table->find("low"), table->find("close")};
    RowCollector rows(document, describeSeries(key), 4);
    if (auto read = collectCandles(*table, columns, StampUnit::Any, ConstantColumns(*table, {}), rows); !read)
        return read;
    harvest.take(key, rows);
    return {};
}

} // namespace carry
