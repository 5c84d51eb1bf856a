// SPDX-License-Identifier: GPL-3.0-or-later
// OKX daily dumps: rows of many instruments, inside a day in any order, some settlements twice. `real_funding_rate` is
// the rate that was exchanged; `funding_rate` is stale by one settlement for most of the history and never used.
#include "formats.h"
#include "read_funding.h"

#include <algorithm>
#include <array>

namespace carry
{
namespace
{

struct DumpRow {
    Time settlement;
    double rate = 0;
    std::uint32_t line = 0;
    std::string label;
    std::string statedRate; //!< funding_rate, as written
};

struct DumpColumns {
    std::size_t instrument, rate, statedRate, label;
};

struct DumpTallies {
    Tally malformed, snapped, shifted;
};

using DumpRows = std::map<Asset, std::vector<DumpRow>>;

Result<void> collectRow(const CsvTable& table, const DumpColumns& columns, DumpRows& rows, DumpTallies& tallies)
{
    const std::string_view instrument = table.text(columns.instrument);
    const auto asset = assetOfSymbol(instrument);
    if (!asset || !instrument.ends_with("-SWAP"))
        return {}; // the raw dumps list every swap of the exchange
    auto stamp = table.stamp(columns.label, StampUnit::Any);
    if (!stamp)
        return fail(std::move(stamp.error()));
    auto rate = table.number(columns.rate);
    if (!rate)
        return fail(std::move(rate.error()));
    const Time label = snapToHour(stamp->time);
    if (stamp->malformed)
        tallies.malformed.note(table.line());
    if (label != stamp->time)
        tallies.snapped.note(table.line());
    tallies.shifted.note(table.line());
    rows[*asset].push_back({label - kOkxLabelShift, *rate, table.line(), std::string(table.text(columns.label)),
                            std::string(table.text(columns.statedRate))});
    return {};
}

Finding twinFinding(const Document& document, const std::string& series, std::span<const DumpRow> twins)
{
    const bool exact = std::all_of(twins.begin(), twins.end(),
                                   [&](const DumpRow& row) { return row.statedRate == twins.front().statedRate; });
    Finding finding;
    finding.kind = exact ? FindingKind::Duplicate : FindingKind::Twin;
    finding.rule = exact ? QualityRule::DropExactDuplicate : QualityRule::UseRealFundingRate;
    finding.file = document.index;
    finding.line = twins.back().line;
    finding.series = series;
    finding.from = twins.front().settlement;
    finding.count = twins.size() - 1;
    for (const DumpRow& row : twins)
        finding.detail += (finding.detail.empty() ? "" : " | ") + row.statedRate;
    return finding;
}

//! Rows of one time are one settlement, if they agree on the rate exchanged.
Result<void> collapse(const Document& document, std::vector<DumpRow> rows, const SeriesKey& key, Harvest& harvest)
{
    std::stable_sort(rows.begin(), rows.end(),
                     [](const DumpRow& a, const DumpRow& b) { return a.settlement < b.settlement; });
    RowPool pool(2);
    const std::string series = describeSeries(key);
    for (std::size_t begin = 0, end = 0; begin < rows.size(); begin = end) {
        const DumpRow& first = rows[begin];
        for (end = begin + 1; end < rows.size() && rows[end].settlement == first.settlement; ++end) {
            if (rows[end].rate != first.rate)
                return fail(Error(ErrorCode::DataConflict)
                                .with("file", document.name)
                                .with("line", rows[end].line)
                                .with("found", rows[end].label)
                                .with("first", first.line));
        }
        pool.append(first.settlement, std::array{first.rate, 0.0}, {document.index, first.line});
        if (end - begin > 1)
            harvest.findings.push_back(twinFinding(document, series, std::span(rows).subspan(begin, end - begin)));
    }
    harvest.pools.emplace_back(key, std::move(pool));
    return {};
}

void report(const Document& document, const Tally& tally, FindingKind kind, QualityRule rule, Harvest& harvest)
{
    RowCollector notes(document, {}, 0);
    notes.report(tally, kind, rule);
    for (Finding& finding : notes.findings())
        harvest.findings.push_back(std::move(finding));
}

} // namespace

Result<std::vector<Claim>> claimDailyDump(const Document& document, const Format&)
{
    auto table = CsvTable::open(document);
    if (!table)
        return fail(std::move(table.error()));
    if (auto row = table->first(); !row)
        return fail(std::move(row.error()));
    std::vector<Claim> claims;
    for (const Asset asset : {Asset::BTC, Asset::ETH})
        if (document.text().find(std::string(toText(asset)) + "-USDT-SWAP") != std::string_view::npos)
            claims.push_back(oneClaim(SeriesKey{Venue::Okx, asset, SeriesKind::Funding}, kDailyDumpRank).front());
    return claims;
}

Result<void> readDailyDump(const Document& document, const Format&, Harvest& harvest)
{
    auto table = CsvTable::open(document);
    if (!table)
        return fail(std::move(table.error()));
    const DumpColumns columns{*table->find("instrument"), *table->find("real_funding_rate"),
                              *table->find("funding_rate"), *table->find("funding_time")};
    DumpRows rows;
    DumpTallies tallies;
    auto more = table->next();
    for (; more && *more; more = table->next())
        if (auto collected = collectRow(*table, columns, rows, tallies); !collected)
            return collected;
    if (!more)
        return fail(std::move(more.error()));
    for (auto& [asset, rowsOfAsset] : rows)
        if (auto done = collapse(document, std::move(rowsOfAsset), {Venue::Okx, asset, SeriesKind::Funding}, harvest);
            !done)
            return done;
    report(document, tallies.malformed, FindingKind::MalformedStamp, QualityRule::RepairStamp, harvest);
    report(document, tallies.snapped, FindingKind::SnappedStamp, QualityRule::SnapWithinMinute, harvest);
    report(document, tallies.shifted, FindingKind::ShiftedLabel, QualityRule::SubtractEightHours, harvest);
    return {};
}

} // namespace carry
