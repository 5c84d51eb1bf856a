// SPDX-License-Identifier: GPL-3.0-or-later
#include "demo_quality.h"

namespace carry
{
namespace
{

void cover(QualityReport& report, std::string series, const std::vector<Time>& times, std::uint64_t missing = 0)
{
    Coverage row;
    row.series = std::move(series);
    row.first = times.front();
    row.last = times.back();
    row.rows = times.size();
    row.cadence = times[1] - times[0];
    row.holes = missing;
    report.coverage.push_back(std::move(row));
}

//! Bars missing between neighbours, each gap a finding.
std::uint64_t findHoles(QualityReport& report, const std::string& name, const CandleSeries& series)
{
    std::uint64_t missing = 0;
    for (std::size_t i = 1; i < series.time.size(); ++i) {
        const auto steps = static_cast<std::uint64_t>((series.time[i] - series.time[i - 1]) / series.cadence);
        if (steps == 1)
            continue;
        Finding finding;
        finding.kind = FindingKind::Hole;
        finding.severity = FindingSeverity::Warning;
        finding.rule = QualityRule::FillFromPeer;
        finding.line = series.line[i];
        finding.series = name;
        finding.from = series.time[i - 1];
        finding.to = series.time[i];
        finding.count = steps - 1;
        report.findings.push_back(std::move(finding));
        missing += steps - 1;
    }
    return missing;
}

} // namespace

void describeDemo(MarketData& data)
{
    for (const auto& [key, series] : data.candles) {
        const std::string name = describeSeries(key);
        const std::uint64_t missing = findHoles(data.report, name, series);
        cover(data.report, name, series.time, missing);
    }
    for (const auto& [key, series] : data.funding)
        cover(data.report, describeSeries(key), series.time);
    for (const auto& [id, frame] : data.frames)
        cover(data.report, id, frame.time);
}

} // namespace carry
