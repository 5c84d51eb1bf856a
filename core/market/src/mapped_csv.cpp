// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats.h"
#include "publish.h"
#include "read_candles.h"
#include "read_funding.h"

#include <algorithm>

namespace carry
{
namespace
{

StampUnit stampUnit(ColumnMapping::TimeUnit unit)
{
    switch (unit) {
    case ColumnMapping::TimeUnit::Iso:
        return StampUnit::Iso;
    case ColumnMapping::TimeUnit::Seconds:
        return StampUnit::Seconds;
    case ColumnMapping::TimeUnit::Milliseconds:
        return StampUnit::Milliseconds;
    case ColumnMapping::TimeUnit::Microseconds:
        break;
    }
    return StampUnit::Microseconds;
}

//! Finds a column that may be left out of the mapping, but if named must be there.
Result<std::optional<std::size_t>> findOptional(const CsvTable& table, const std::string& name)
{
    if (name.empty())
        return std::optional<std::size_t>{};
    auto found = table.require(name);
    if (!found)
        return fail(std::move(found.error()));
    return std::optional<std::size_t>{*found};
}

Result<CandleColumns> candleColumns(const CsvTable& table, const ColumnMapping& mapping)
{
    CandleColumns columns;
    for (const auto& [name, target] :
         {std::pair(&mapping.time, &columns.time), std::pair(&mapping.open, &columns.open)}) {
        auto found = table.require(*name);
        if (!found)
            return fail(std::move(found.error()));
        *target = *found;
    }
    for (const auto& [name, target] : {std::pair(&mapping.high, &columns.high), std::pair(&mapping.low, &columns.low),
                                       std::pair(&mapping.close, &columns.close)}) {
        auto found = findOptional(table, *name);
        if (!found)
            return fail(std::move(found.error()));
        *target = *found;
    }
    return columns;
}

Result<void> collectMapped(CsvTable& table, const ColumnMapping& mapping, RowCollector& rows)
{
    const ConstantColumns none(table, {});
    const StampUnit unit = stampUnit(mapping.timeUnit);
    if (mapping.key.kind != SeriesKind::Funding) {
        const auto columns = candleColumns(table, mapping);
        if (!columns)
            return fail(columns.error());
        if (auto row = table.first(); !row)
            return row;
        return collectCandles(table, *columns, unit, none, rows);
    }
    const auto time = table.require(mapping.time);
    if (!time)
        return fail(time.error());
    const auto rate = table.require(mapping.rate);
    if (!rate)
        return fail(rate.error());
    if (auto row = table.first(); !row)
        return row;
    return collectFunding(table, {*time, *rate, std::nullopt, false}, unit, none, rows);
}

//! A mapped file takes the place of what there was of the series.
void replaceOlder(MarketData& data, const SeriesId& id, const std::string& by)
{
    const std::string series = describe(id);
    auto& coverage = data.report.coverage;
    const auto old =
        std::find_if(coverage.begin(), coverage.end(), [&](const Coverage& c) { return c.series == series; });
    if (old == coverage.end())
        return;
    const std::uint32_t file = old->file;
    coverage.erase(old);
    std::erase_if(data.report.findings, [&](const Finding& finding) {
        return finding.series == series &&
               (finding.kind == FindingKind::Hole || finding.kind == FindingKind::MissingFunding);
    });
    if (file >= data.files.size())
        return; // generated, not read
    const auto serves = [&](const Coverage& c) { return c.file == file; };
    data.files[file].used = std::any_of(coverage.begin(), coverage.end(), serves);
    Finding finding;
    finding.kind = FindingKind::Superseded;
    finding.rule = QualityRule::SkipFile;
    finding.file = file;
    finding.series = series;
    finding.detail = by;
    addFinding(data, std::move(finding));
}

} // namespace

Result<void> readMappedCsv(MarketData& data, const std::filesystem::path& file, const ColumnMapping& mapping)
{
    Document document;
    document.path = file;
    document.name = file.generic_string();
    document.index = static_cast<std::uint32_t>(data.files.size());
    if (auto loaded = load(document); !loaded)
        return loaded;
    auto table = CsvTable::open(document, mapping.separator);
    if (!table)
        return fail(std::move(table.error()));
    const SeriesId id = mapping.key;
    RowCollector rows(document, describe(id), mapping.key.kind == SeriesKind::Funding ? 2 : 4);
    if (auto collected = collectMapped(*table, mapping, rows); !collected)
        return collected;
    replaceOlder(data, id, document.name);
    data.files.push_back({document.name, "mapped-csv", document.bytes.size(), false});
    for (Finding& finding : rows.findings())
        addFinding(data, std::move(finding));
    publish(id, std::move(rows.pool()), {}, data);
    sortFindings(data.report);
    return {};
}

} // namespace carry
