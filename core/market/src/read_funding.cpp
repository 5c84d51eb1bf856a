// SPDX-License-Identifier: GPL-3.0-or-later
#include "read_funding.h"

#include "formats.h"

#include <array>

namespace carry
{
namespace
{

//! Ranks of the files that may offer one funding series. A backup stands behind the file it is a copy of.
constexpr int kFundingRank = 2; // the daily dump has kDailyDumpRank
constexpr int kBackupRank = 3;
constexpr int kBulkRank = 4;
constexpr double kMaxIntervalHours = 24;

std::optional<SeriesKey> keyOfFunding(const CsvTable& table)
{
    const auto asset = assetOfSymbol(table.text(*table.find("symbol")));
    const std::string_view source = table.text(*table.find("source"));
    const auto venue = source == "binance_futures" ? Venue::Binance : parseVenue(source);
    if (!asset || (venue != Venue::Binance && venue != Venue::Bybit && venue != Venue::Okx))
        return std::nullopt;
    return SeriesKey{*venue, *asset, SeriesKind::Funding};
}

std::optional<SeriesKey> keyOfBulkFunding(const Document& document)
{
    const auto asset = assetOfSymbol(symbolOfName(document));
    if (!asset)
        return std::nullopt;
    return SeriesKey{Venue::Binance, *asset, SeriesKind::Funding};
}

Result<CsvTable> openAtFirstRow(const Document& document)
{
    auto table = CsvTable::open(document);
    if (!table)
        return table;
    if (auto row = table->first(); !row)
        return fail(std::move(row.error()));
    return table;
}

Result<double> intervalHours(const CsvTable& table, const std::optional<std::size_t>& column)
{
    if (!column)
        return 0.0;
    auto hours = table.number(*column);
    if (hours && (*hours < 1 || *hours > kMaxIntervalHours))
        return fail(table.errorAt(ErrorCode::DataNumber, *column));
    return hours;
}

} // namespace

Time snapToHour(Time t)
{
    const Time hour = std::chrono::round<std::chrono::hours>(t);
    return std::chrono::abs(t - hour) <= std::chrono::seconds{60} ? hour : t;
}

Result<void> collectFunding(CsvTable& table, const FundingColumns& columns, StampUnit unit,
                            const ConstantColumns& constants, RowCollector& rows)
{
    Tally malformed, snapped, shifted;
    for (Result<bool> more = true; *more;) {
        auto stamp = table.stamp(columns.time, unit);
        if (!stamp)
            return fail(std::move(stamp.error()));
        auto rate = table.number(columns.rate);
        if (!rate)
            return fail(std::move(rate.error()));
        auto hours = intervalHours(table, columns.hours);
        if (!hours)
            return fail(std::move(hours.error()));
        if (auto same = constants.check(table); !same)
            return same;
        Time time = snapToHour(stamp->time);
        if (stamp->malformed)
            malformed.note(table.line());
        if (time != stamp->time)
            snapped.note(table.line());
        if (columns.shiftedLabels) {
            time -= kOkxLabelShift;
            shifted.note(table.line());
        }
        if (auto added = rows.add(time, std::array{*rate, *hours}, table, columns.time); !added)
            return added;
        more = table.next();
        if (!more)
            return fail(std::move(more.error()));
    }
    rows.report(malformed, FindingKind::MalformedStamp, QualityRule::RepairStamp);
    rows.report(snapped, FindingKind::SnappedStamp, QualityRule::SnapWithinMinute);
    rows.report(shifted, FindingKind::ShiftedLabel, QualityRule::SubtractEightHours);
    return {};
}

Result<std::vector<Claim>> claimFunding(const Document& document, const Format&)
{
    auto table = openAtFirstRow(document);
    if (!table)
        return fail(std::move(table.error()));
    const auto key = keyOfFunding(*table);
    if (!key)
        return std::vector<Claim>{};
    const bool backup = document.name.ends_with(".backup");
    // The consolidated OKX file holds a stale rate; the daily dump of the same series has the one really exchanged.
    const QualityRule losesBy = backup                     ? QualityRule::PreferCsvOverBackup
                                : key->venue == Venue::Okx ? QualityRule::PreferDailyDump
                                                           : QualityRule::SkipFile;
    return oneClaim(*key, backup ? kBackupRank : kFundingRank, losesBy);
}

Result<void> readFunding(const Document& document, const Format&, Harvest& harvest)
{
    auto table = openAtFirstRow(document);
    if (!table)
        return fail(std::move(table.error()));
    const SeriesKey key = keyOfFunding(*table).value();
    FundingColumns columns;
    columns.time = *table->find("funding_timestamp");
    columns.rate = *table->find("funding_rate");
    columns.shiftedLabels = key.venue == Venue::Okx;
    RowCollector rows(document, describeSeries(key), 2);
    const ConstantColumns constants(*table, {"symbol", "source"});
    if (auto read = collectFunding(*table, columns, StampUnit::Any, constants, rows); !read)
        return read;
    harvest.take(key, rows);
    return {};
}

Result<std::vector<Claim>> claimBulkFunding(const Document& document, const Format&)
{
    if (auto table = openAtFirstRow(document); !table)
        return fail(std::move(table.error()));
    const auto key = keyOfBulkFunding(document);
    if (!key)
        return std::vector<Claim>{};
    return oneClaim(*key, kBulkRank);
}

Result<void> readBulkFunding(const Document& document, const Format&, Harvest& harvest)
{
    auto table = openAtFirstRow(document);
    if (!table)
        return fail(std::move(table.error()));
    const SeriesKey key = keyOfBulkFunding(document).value();
    FundingColumns columns;
    columns.time = *table->find("calc_time");
    columns.rate = *table->find("last_funding_rate");
    columns.hours = table->find("funding_interval_hours");
    RowCollector rows(document, describeSeries(key), 2);
    if (auto read = collectFunding(*table, columns, StampUnit::Any, ConstantColumns(*table, {}), rows); !read)
        return read;
    harvest.take(key, rows);
    return {};
}

} // namespace carry
