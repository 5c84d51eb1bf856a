// SPDX-License-Identifier: GPL-3.0-or-later
#include "row_pool.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace carry
{
namespace
{

bool strictlyRising(const std::vector<Time>& time)
{
    return std::adjacent_find(time.begin(), time.end(), [](Time a, Time b) { return a >= b; }) == time.end();
}

RowPool concatenate(std::vector<RowPool> pools)
{
    RowPool all = std::move(pools.front());
    for (std::size_t i = 1; i < pools.size(); ++i)
        for (std::size_t r = 0; r < pools[i].size(); ++r)
            all.append(pools[i].time[r], pools[i].row(r), pools[i].origin[r]);
    return all;
}

Error conflictBetweenFiles(const RowPool& pool, std::size_t first, std::size_t second,
                           std::span<const SourceFile> files)
{
    const RowOrigin& a = pool.origin[first];
    const RowOrigin& b = pool.origin[second];
    return Error(ErrorCode::DataConflict)
        .with("file", files[b.file].path)
        .with("line", b.line)
        .with("found", formatIso(pool.time[second]))
        .with("first", std::to_string(a.line) + " of " + files[a.file].path);
}

} // namespace

std::string describe(const SeriesId& id)
{
    if (const auto* key = std::get_if<SeriesKey>(&id))
        return describeSeries(*key);
    return std::get<std::string>(id);
}

void RowPool::append(Time t, std::span<const double> values, RowOrigin from)
{
    time.push_back(t);
    figures.insert(figures.end(), values.begin(), values.end());
    origin.push_back(from);
}

bool sameFigures(std::span<const double> a, std::span<const double> b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); });
}

Result<RowPool> joinPools(std::vector<RowPool> pools, std::span<const SourceFile> files,
                          std::map<std::uint32_t, std::uint64_t>& repeated)
{
    std::stable_sort(pools.begin(), pools.end(),
                     [](const RowPool& a, const RowPool& b) { return a.time.front() < b.time.front(); });
    RowPool all = concatenate(std::move(pools));
    if (strictlyRising(all.time))
        return all;
    std::vector<std::size_t> order(all.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return all.time[a] < all.time[b]; });
    RowPool joined(all.width);
    for (const std::size_t i : order) {
        const bool again = joined.size() > 0 && joined.time.back() == all.time[i];
        if (!again) {
            joined.append(all.time[i], all.row(i), all.origin[i]);
            continue;
        }
        if (!sameFigures(joined.row(joined.size() - 1), all.row(i))) {
            const auto first = std::find(all.time.begin(), all.time.end(), all.time[i]);
            return fail(conflictBetweenFiles(all, static_cast<std::size_t>(first - all.time.begin()), i, files));
        }
        ++repeated[all.origin[i].file];
    }
    return joined;
}

RowCollector::RowCollector(const Document& document, std::string series, std::size_t width)
    : m_document(&document), m_series(std::move(series)), m_pool(width)
{
}

Result<void> RowCollector::add(Time time, std::span<const double> values, const CsvTable& table,
                               std::size_t stampColumn)
{
    if (m_pool.size() > 0 && time <= m_pool.time.back())
        return addRepeated(time, values, table, stampColumn);
    m_pool.append(time, values, {m_document->index, table.line()});
    m_fingerprints.push_back(table.fingerprint());
    return {};
}

Result<void> RowCollector::addRepeated(Time time, std::span<const double> values, const CsvTable& table,
                                       std::size_t stampColumn)
{
    const auto found = std::lower_bound(m_pool.time.begin(), m_pool.time.end(), time);
    if (*found != time)
        return fail(table.errorAt(ErrorCode::DataUnsorted, stampColumn));
    const auto earlier = static_cast<std::size_t>(found - m_pool.time.begin());
    const std::uint32_t firstLine = m_pool.origin[earlier].line;
    if (!sameFigures(m_pool.row(earlier), values))
        return fail(table.errorAt(ErrorCode::DataConflict, stampColumn).with("first", firstLine));
    const bool exact = m_fingerprints[earlier] == table.fingerprint();
    Finding finding;
    finding.kind = exact ? FindingKind::Duplicate : FindingKind::Twin;
    finding.rule = QualityRule::DropExactDuplicate;
    finding.file = m_document->index;
    finding.line = table.line();
    finding.series = m_series;
    finding.from = time;
    finding.detail = "first in line " + std::to_string(firstLine);
    m_findings.push_back(std::move(finding));
    return {};
}

void RowCollector::report(const Tally& tally, FindingKind kind, QualityRule rule, std::string detail)
{
    if (tally.count == 0)
        return;
    Finding finding;
    finding.kind = kind;
    finding.rule = rule;
    finding.file = m_document->index;
    finding.line = tally.firstLine;
    finding.series = m_series;
    finding.count = tally.count;
    finding.detail = std::move(detail);
    m_findings.push_back(std::move(finding));
}

} // namespace carry
