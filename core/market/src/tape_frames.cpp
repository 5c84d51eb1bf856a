// SPDX-License-Identifier: GPL-3.0-or-later
// On-chain series on the tape: indices, rates, protocol ratios and market prices of frames.
#include "publish.h"
#include "tape_builder.h"
#include "tape_times.h"

#include <charconv>
#include <cmath>

namespace carry
{
namespace
{

//! An index that falls by less is taken as equal. A protocol ratio is the quotient of two prices of eight decimals and
//! carries their rounding: weETH/ETH "falls" by 1.2e-12 from 2025-01-21 to 2025-01-22.
constexpr double kRounding = 1e-10;

//! ratio^share for 0 <= share <= 1. Near 1, where neighbouring rows of an index are, by the binomial series: only
//! + - * /, so that a run has the same bytes on every machine.
double powerOf(double ratio, double share)
{
    const double x = ratio - 1;
    if (std::abs(x) > 0.5)
        return std::pow(ratio, share);
    double sum = 1;
    double term = 1;
    for (int n = 0; std::abs(term) > 1e-18; ++n) {
        term *= x * (share - n) / (n + 1);
        sum += term;
    }
    return sum;
}

std::uint32_t fileOfRow(const FrameSeries& series, std::size_t row)
{
    std::uint32_t file = series.file;
    for (const SeriesPart& part : series.parts)
        if (part.begin <= row)
            file = part.file;
    return file;
}

std::string shortest(double value)
{
    char text[32];
    return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

} // namespace

Result<void> TapeBuilder::fillFrame(std::size_t index)
{
    const FrameSource& source = m_sources.frames[index];
    const FrameSpec& spec = m_tape->m_request.frames[index];
    const Time end = m_tape->end();
    const std::size_t first = source.lastKnown(m_tape->start());
    std::size_t last = source.lastKnown(end);
    if (last + 1 < source.known.size() && source.timeOf(last) < end)
        ++last; // growth up to the run's end goes towards it
    if (spec.proxyId || spec.proxyColumn)
        report(FindingKind::Proxy, QualityRule::UseNamedProxy, spec.id + " (" + spec.column + ") <- " + source.name(),
               fileOfRow(*source.series, source.known[first]), m_tape->start(), end, m_tape->size());
    if (spec.use == FrameUse::Geometric) {
        if (auto sound = checkIndex(source, first, last); !sound)
            return sound;
        reportFalls(source, first, last);
    }
    if (spec.use != FrameUse::TrailingApr) // of a series that another use reports on
        reportFrameHoles(source, spec.use, first, last);

    Tape::FrameColumn column;
    column.value.reserve(m_tape->size());
    column.observedMs.reserve(m_tape->size());
    std::size_t k = first;
    for (const Time t : m_tape->m_time) {
        while (k < last && source.timeOf(k + 1) <= t)
            ++k;
        const Duration since = t - source.timeOf(k);
        double value = spec.use == FrameUse::TrailingApr ? source.trailingApr(k) : source.valueOf(k);
        if (spec.use == FrameUse::Geometric && k < last && since > Duration{})
            value *= powerOf(source.valueOf(k + 1) / value, static_cast<double>(since.count()) /
                                                                static_cast<double>(source.distanceTo(k + 1).count()));
        column.value.push_back(value);
        column.observedMs.push_back(toMs(source.timeOf(k)));
    }
    m_tape->m_frames.push_back(std::move(column));
    return {};
}

//! All rows that growth inside the run may rest on, those without a value too.
Result<void> TapeBuilder::checkIndex(const FrameSource& source, std::size_t first, std::size_t last) const
{
    const auto atEnd = static_cast<std::size_t>(lastAtOrBefore(source.series->time, m_tape->end()));
    for (std::size_t row = source.known[first]; row <= std::max(source.known[last], atEnd); ++row) {
        const double value = (*source.values)[row];
        if (value > 0 && std::isfinite(value))
            continue;
        const std::uint32_t file = fileOfRow(*source.series, row);
        return fail(Error(ErrorCode::DataIndex)
                        .with("file", file < m_data.files.size() ? m_data.files[file].path : m_data.name)
                        .with("line", row < source.series->line.size() ? source.series->line[row] : 0)
                        .with("series", source.name())
                        .with("found", std::isnan(value) ? "nothing" : shortest(value)));
    }
    return {};
}

void TapeBuilder::reportFrame(Finding finding, const FrameSource& source, std::size_t k)
{
    const std::size_t row = source.known[k];
    finding.severity = FindingSeverity::Warning;
    finding.file = fileOfRow(*source.series, row);
    finding.line = row < source.series->line.size() ? source.series->line[row] : 0;
    finding.series = source.id;
    m_tape->m_findings.push_back(std::move(finding));
}

//! Neighbouring falls are told in one finding, at the row of the first.
void TapeBuilder::reportFalls(const FrameSource& source, std::size_t first, std::size_t last)
{
    const auto falls = [&](std::size_t k) {
        return k <= last && source.valueOf(k) < source.valueOf(k - 1) * (1 - kRounding);
    };
    for (std::size_t k = first + 1; k <= last; ++k) {
        if (!falls(k))
            continue;
        const std::size_t begin = k;
        while (falls(k + 1))
            ++k;
        Finding finding;
        finding.kind = FindingKind::FallingIndex;
        finding.rule = QualityRule::UseAsIs;
        finding.from = source.timeOf(begin - 1);
        finding.to = source.timeOf(k);
        finding.count = k - begin + 1;
        finding.detail =
            source.column + " " + shortest(source.valueOf(begin - 1)) + " to " + shortest(source.valueOf(k));
        reportFrame(std::move(finding), source, begin);
    }
}

//! Distances of more than two rows inside the run. Series sparser than daily are events (payouts), not a grid.
void TapeBuilder::reportFrameHoles(const FrameSource& source, FrameUse use, std::size_t first, std::size_t last)
{
    const Duration step = cadenceOf(source.series->time);
    if (step <= Duration{} || step > kDay)
        return;
    const auto tell = [&](Time from, Time to, QualityRule rule, std::size_t k) {
        if (to - from <= 2 * step)
            return;
        Finding finding;
        finding.kind = FindingKind::Hole;
        finding.rule = rule;
        finding.from = from;
        finding.to = to;
        finding.count = static_cast<std::uint64_t>((to - from - Duration{1}) / step);
        finding.detail = source.column;
        reportFrame(std::move(finding), source, k);
    };
    for (std::size_t k = first + 1; k <= last; ++k)
        tell(source.timeOf(k - 1), source.timeOf(k),
             use == FrameUse::Geometric ? QualityRule::GrowAcrossHole : QualityRule::CarryLastValue, k);
    tell(source.timeOf(last), m_tape->end(), QualityRule::CarryLastValue, last);
}

} // namespace carry
