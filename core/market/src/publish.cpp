// SPDX-License-Identifier: GPL-3.0-or-later
#include "publish.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

namespace carry
{
namespace
{

constexpr Duration kUsualFundingInterval = std::chrono::hours{8};

bool isFunding(const SeriesId& id)
{
    const auto* key = std::get_if<SeriesKey>(&id);
    return key && key->kind == SeriesKind::Funding;
}

//! Payouts come when they come; a longer wait between two is no hole.
bool isPayouts(const SeriesId& id)
{
    const auto* frame = std::get_if<std::string>(&id);
    return frame && frame->starts_with("rewards.");
}

//! The distance at which row i must follow its predecessor. Funding files may state it; without that the usual grid of
//! 8 h holds, or a denser one where the file shows it.
Duration expectedStep(const SeriesId& id, const RowPool& rows, std::size_t i, Duration cadence)
{
    if (!isFunding(id))
        return cadence;
    const double stated = std::max(rows.row(i - 1)[1], rows.row(i)[1]);
    return stated > 0 ? Duration{static_cast<std::int64_t>(stated * 3'600'000.0)}
                      : std::min(cadence, kUsualFundingInterval);
}

//! Lists what is missing between rows and returns how many rows that are.
std::uint64_t listHoles(const SeriesId& id, const RowPool& rows, Duration cadence, MarketData& data)
{
    std::uint64_t holes = 0;
    if (isPayouts(id))
        return holes;
    for (std::size_t i = 1; i < rows.size(); ++i) {
        const Duration step = expectedStep(id, rows, i, cadence);
        const Duration distance = rows.time[i] - rows.time[i - 1];
        if (step <= Duration{} || distance <= step)
            continue;
        Finding hole;
        hole.kind = isFunding(id) ? FindingKind::MissingFunding : FindingKind::Hole;
        hole.file = rows.origin[i].file;
        hole.line = rows.origin[i].line;
        hole.series = describe(id);
        hole.from = rows.time[i - 1];
        hole.to = rows.time[i];
        // Rounded up, so that a distance of one and a half steps misses one row.
        hole.count = static_cast<std::uint64_t>((distance - Duration{1}) / step);
        holes += hole.count;
        addFinding(data, std::move(hole));
    }
    return holes;
}

//! File, line and file changes of a series, alike for all three sorts.
template <class Series> void takeOrigin(Series& series, const RowPool& rows)
{
    series.time = rows.time;
    series.file = rows.origin.front().file;
    series.line.reserve(rows.size());
    std::uint32_t file = series.file;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        series.line.push_back(rows.origin[i].line);
        if (rows.origin[i].file != file) {
            file = rows.origin[i].file;
            series.parts.push_back({i, file});
        }
    }
}

std::vector<double> figureColumn(const RowPool& rows, std::size_t column)
{
    std::vector<double> values(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i)
        values[i] = rows.figures[i * rows.width + column];
    return values;
}

CandleSeries candlesOf(const RowPool& rows, Duration cadence)
{
    CandleSeries series;
    if (cadence > Duration{})
        series.cadence = cadence;
    takeOrigin(series, rows);
    series.open = figureColumn(rows, 0);
    series.high = figureColumn(rows, 1);
    series.low = figureColumn(rows, 2);
    series.close = figureColumn(rows, 3);
    return series;
}

FundingSeries fundingOf(const RowPool& rows)
{
    FundingSeries series;
    takeOrigin(series, rows);
    series.rate = figureColumn(rows, 0);
    for (const double hours : figureColumn(rows, 1))
        series.intervalHours.push_back(static_cast<std::uint8_t>(hours));
    return series;
}

FrameSeries frameOf(const RowPool& rows, std::vector<std::string> columns)
{
    FrameSeries series;
    takeOrigin(series, rows);
    for (std::size_t c = 0; c < columns.size(); ++c)
        series.values.push_back(figureColumn(rows, c));
    series.columns = std::move(columns);
    return series;
}

} // namespace

Duration cadenceOf(const std::vector<Time>& time)
{
    std::map<Duration, std::size_t> frequency;
    for (std::size_t i = 1; i < time.size(); ++i)
        ++frequency[time[i] - time[i - 1]];
    const auto best = std::max_element(frequency.begin(), frequency.end(),
                                       [](const auto& a, const auto& b) { return a.second < b.second; });
    return best == frequency.end() ? Duration{} : best->first;
}

FindingSeverity severityOf(FindingKind kind)
{
    switch (kind) {
    case FindingKind::Unreadable:
        return FindingSeverity::Error;
    case FindingKind::Hole:
    case FindingKind::MissingFunding:
    case FindingKind::Unrecognised:
    case FindingKind::Placeholder:
    case FindingKind::Proxy:
    case FindingKind::FallingIndex:
    case FindingKind::OffGrid:
        return FindingSeverity::Warning;
    case FindingKind::Duplicate:
    case FindingKind::Twin:
    case FindingKind::MalformedStamp:
    case FindingKind::SnappedStamp:
    case FindingKind::ShiftedLabel:
    case FindingKind::Superseded:
    case FindingKind::Ignored:
    case FindingKind::MissingValue:
    case FindingKind::Interpolated:
        break;
    }
    return FindingSeverity::Info;
}

void addFinding(MarketData& data, Finding finding)
{
    finding.severity = std::max(finding.severity, severityOf(finding.kind));
    data.report.findings.push_back(std::move(finding));
}

void addUnreadable(MarketData& data, std::uint32_t file, const Error& error, std::string series)
{
    Finding finding;
    finding.kind = FindingKind::Unreadable;
    finding.rule = QualityRule::SkipFile;
    finding.file = file;
    const std::string_view line = error.value("line");
    std::from_chars(line.data(), line.data() + line.size(), finding.line); // stays 0 where the whole file is meant
    finding.series = std::move(series);
    finding.detail = describe(error);
    addFinding(data, std::move(finding));
}

void publish(const SeriesId& id, RowPool rows, std::vector<std::string> columns, MarketData& data)
{
    Coverage coverage;
    coverage.series = describe(id);
    coverage.file = rows.origin.front().file;
    coverage.first = rows.time.front();
    coverage.last = rows.time.back();
    coverage.rows = rows.size();
    coverage.cadence = cadenceOf(rows.time);
    coverage.holes = listHoles(id, rows, coverage.cadence, data);
    for (const RowOrigin& origin : rows.origin)
        data.files[origin.file].used = true;
    if (const auto* key = std::get_if<SeriesKey>(&id)) {
        if (key->kind == SeriesKind::Funding)
            data.funding[*key] = fundingOf(rows);
        else
            data.candles[*key] = candlesOf(rows, coverage.cadence);
    } else {
        data.frames[std::get<std::string>(id)] = frameOf(rows, std::move(columns));
    }
    data.report.coverage.push_back(std::move(coverage));
}

void sortFindings(QualityReport& report)
{
    std::stable_sort(report.findings.begin(), report.findings.end(), [](const Finding& a, const Finding& b) {
        return std::pair(a.file, a.line) < std::pair(b.file, b.line);
    });
}

} // namespace carry
