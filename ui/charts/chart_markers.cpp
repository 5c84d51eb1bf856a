// SPDX-License-Identifier: GPL-3.0-or-later
#include "chart_markers.h"

#include "common/number_format.h"
#include "common/record_signs.h"
#include "desk/inspection.h"

#include <QPainter>
#include <algorithm>

namespace carry::ui
{
namespace
{

constexpr double kSize = 4.5; // half the sign, logical pixels

std::optional<ChartMarker> markerOf(const DecisionRecord& decision, std::uint32_t index)
{
    if (decision.action == Action::Hold)
        return std::nullopt;
    const Selection selection = decision.plan > 0 ? Selection{Selection::Kind::Plan, decision.plan}
                                                  : Selection{Selection::Kind::Step, decision.step};
    return ChartMarker{ChartMarker::Kind::Decision, false, decision.step, index, selection};
}

std::optional<ChartMarker> markerOf(const JournalEvent& event, std::uint32_t index)
{
    const Selection selection{Selection::Kind::Event, index};
    if (isLiquidation(event))
        return ChartMarker{ChartMarker::Kind::Liquidation, true, event.step, index, selection};
    if (!isBreach(event))
        return std::nullopt;
    const bool critical = event.b % 16 >= static_cast<int>(RiskLevel::Critical);
    return ChartMarker{ChartMarker::Kind::Breach, critical, event.step, index, selection};
}

} // namespace

void ChartMarkers::reset()
{
    *this = {};
}

void ChartMarkers::extend(const RunRecord& record, std::size_t length)
{
    if (length <= m_length)
        return;
    m_length = length;
    const StepEnds& ends = record.ends(length - 1);
    const auto before = static_cast<std::ptrdiff_t>(m_markers.size());
    for (; m_decisions < ends.decisions; ++m_decisions)
        if (const auto marker = markerOf(record.decision(m_decisions), m_decisions))
            m_markers.push_back(*marker);
    for (; m_events < ends.events; ++m_events)
        if (const auto marker = markerOf(record.event(m_events), m_events))
            m_markers.push_back(*marker);
    std::stable_sort(m_markers.begin() + before, m_markers.end(),
                     [](const ChartMarker& a, const ChartMarker& b) { return a.step < b.step; });
}

std::span<const ChartMarker> ChartMarkers::upTo(std::size_t cursor) const
{
    const auto last = std::upper_bound(m_markers.begin(), m_markers.end(), cursor,
                                       [](std::size_t step, const ChartMarker& m) { return step < m.step; });
    return {m_markers.begin(), last};
}

const ChartMarker* ChartMarkers::of(const RunRecord& record, const Selection& selection, std::size_t cursor) const
{
    Selection wanted = selection;
    if (selection.kind == Selection::Kind::Instruction)
        wanted = {Selection::Kind::Plan, record.instruction(selection.index - 1).plan};
    if (wanted.kind == Selection::Kind::None)
        return nullptr;
    for (const ChartMarker& marker : upTo(cursor))
        if (marker.selection == wanted)
            return &marker;
    return nullptr;
}

QString ChartMarkers::describe(const RunRecord& record, const ChartMarker& marker)
{
    const std::string text = marker.kind == ChartMarker::Kind::Decision
                                 ? describeDecision(record.decision(marker.index))
                                 : describeEvent(record, record.event(marker.index));
    return dateTime(record.time(marker.step)) + QLatin1Char('\n') + QString::fromStdString(text);
}

void ChartMarkers::draw(QPainter& painter, const ChartMarker& marker, QPointF c, const Colors& colors)
{
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colors.panel, 1));
    switch (marker.kind) {
    case ChartMarker::Kind::Decision:
        painter.setBrush(colors.accent);
        painter.drawPolygon(
            QPolygonF{{c.x(), c.y() - kSize}, {c.x() + kSize, c.y() + kSize}, {c.x() - kSize, c.y() + kSize}});
        break;
    case ChartMarker::Kind::Breach:
        painter.setBrush(marker.critical ? colors.critical : colors.warn);
        painter.drawPolygon(QPolygonF{{c.x(), c.y() - kSize - 0.5},
                                      {c.x() + kSize, c.y()},
                                      {c.x(), c.y() + kSize + 0.5},
                                      {c.x() - kSize, c.y()}});
        break;
    case ChartMarker::Kind::Liquidation:
        painter.setPen(QPen(colors.breached, 2.4, Qt::SolidLine, Qt::RoundCap));
        painter.drawLine(QPointF(c.x() - kSize, c.y() - kSize), QPointF(c.x() + kSize, c.y() + kSize));
        painter.drawLine(QPointF(c.x() - kSize, c.y() + kSize), QPointF(c.x() + kSize, c.y() - kSize));
        break;
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
}

} // namespace carry::ui
