// SPDX-License-Identifier: GPL-3.0-or-later
#include "chart_model.h"

#include "chart_period.h"

#include <algorithm>

namespace carry::ui
{
namespace
{

constexpr double kMargin = 0.006;        // of the period, on both sides
constexpr double kNarrowestMs = 120'000; // two minutes

} // namespace

ChartModel::ChartModel() : m_visible(kPaneCount, true), m_inView(kPaneCount, true), m_weights(kPaneCount, 0) {}

void ChartModel::reset(std::shared_ptr<const RunRecord> record, bool priceLegs, const ReferenceRun& reference)
{
    m_record = std::move(record);
    m_panes.clear(); // they read the reference
    m_reference = reference.record;
    m_markers.reset();
    if (!m_record)
        return;
    for (PaneSpec& spec : chartPanes(m_record->info(), priceLegs, m_reference.get(), reference.name)) {
        auto pane = std::make_unique<ChartPane>(std::move(spec));
        for (std::size_t i = 0; i < pane->spec().series.size(); ++i)
            if (const auto chosen = m_seriesShown.find(pane->spec().key + pane->spec().series[i].name);
                chosen != m_seriesShown.end())
                pane->setShown(i, chosen->second);
        if (int& weight = m_weights[m_panes.size()]; weight == 0)
            weight = pane->spec().weight;
        m_panes.push_back(std::move(pane));
    }
    takePeriod();
    m_from = m_fullFrom;
    m_to = m_fullTo;
    remap();
}

void ChartModel::takePeriod()
{
    const auto [from, to] = periodOf(*m_record);
    m_fullFrom = from - (to - from) * kMargin;
    m_fullTo = to + (to - from) * kMargin;
}

bool ChartModel::grow()
{
    if (!m_record)
        return false;
    const bool whole = m_from == m_fullFrom && m_to == m_fullTo;
    const double before = m_fullTo;
    takePeriod();
    return m_fullTo != before && whole && fit();
}

void ChartModel::setSeriesShown(std::size_t pane, std::size_t series, bool on)
{
    m_panes[pane]->setShown(series, on);
    m_seriesShown[m_panes[pane]->spec().key + m_panes[pane]->spec().series[series].name] = on;
}

bool ChartModel::setSpan(double from, double to)
{
    const double size = std::clamp(to - from, std::min(kNarrowestMs, m_fullTo - m_fullFrom), m_fullTo - m_fullFrom);
    from = std::clamp(from, m_fullFrom, m_fullTo - size);
    to = from + size;
    if (from == m_from && to == m_to)
        return false;
    m_from = from;
    m_to = to;
    remap();
    return true;
}

void ChartModel::setWidth(int width)
{
    m_width = width;
    remap();
}

void ChartModel::remap()
{
    m_map.reset(m_from, m_to, m_width);
    for (const auto& pane : m_panes)
        pane->forget();
}

bool ChartModel::prepare(std::size_t cursor, std::size_t length, const QDeadlineTimer& until)
{
    m_map.extend(*m_record, length);
    m_markers.extend(*m_record, length);
    bool changed = false;
    for (std::size_t i = 0; i < m_panes.size(); ++i)
        if (drawn(i) && m_panes[i]->prepare(*m_record, m_map, cursor, length, until))
            changed = true;
    return changed;
}

bool ChartModel::complete(std::size_t length) const
{
    for (std::size_t i = 0; i < m_panes.size(); ++i)
        if (drawn(i) && m_panes[i]->length() < length)
            return false;
    return true;
}

void ChartModel::raster(std::size_t cursor)
{
    for (std::size_t i = 0; i < m_panes.size(); ++i)
        if (drawn(i))
            m_panes[i]->raster(*m_record, m_map, cursor, *m_palette);
}

void ChartModel::setPalette(const Colors& palette)
{
    m_palette = &palette;
    for (const auto& pane : m_panes)
        pane->invalidate();
}

std::pair<std::size_t, std::size_t> ChartModel::drawnSteps(std::size_t cursor) const
{
    const std::size_t first = m_map.first(0);
    return {first, std::max(first, std::min(cursor + 1, m_map.first(m_map.width())))};
}

} // namespace carry::ui
