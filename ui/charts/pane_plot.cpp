// SPDX-License-Identifier: GPL-3.0-or-later
#include "pane_plot.h"

namespace carry::ui
{
namespace
{

constexpr double kMarkerSpacing = 5; // of two markers of a kind, logical pixels

} // namespace

PanePlot::PanePlot(QCPAxis* time, QCPAxis* values, ChartModel& model, std::size_t pane, const RunSession& session)
    : QCPAbstractPlottable(time, values), m_model(model), m_pane(pane), m_session(session)
{
}

QCPRange PanePlot::getKeyRange(bool& found, QCP::SignDomain) const
{
    found = true;
    return {m_model.from() / 1000, m_model.to() / 1000};
}

QCPRange PanePlot::getValueRange(bool& found, QCP::SignDomain, const QCPRange&) const
{
    found = true;
    return {m_model.pane(m_pane).lower(), m_model.pane(m_pane).upper()};
}

void PanePlot::draw(QCPPainter* painter)
{
    if (m_model.record() == nullptr || m_session.empty())
        return;
    ChartPane& pane = m_model.pane(m_pane);
    const QRect rect = mKeyAxis->axisRect()->rect();
    drawLimits(*painter, rect);
    if (painter->modes().testFlag(QCPPainter::pmVectorized))
        pane.drawVector(*painter, rect, *m_model.record(), m_model.map(), m_session.cursor(), m_model.palette());
    else
        painter->drawImage(rect.topLeft(), pane.image());
    if (pane.spec().markers)
        drawMarkers(*painter, rect);
}

void PanePlot::drawLimits(QPainter& painter, const QRect& rect) const
{
    const ChartPane& pane = m_model.pane(m_pane);
    const Colors& c = m_model.palette();
    QFont font = Theme::instance().numbers();
    font.setPointSizeF(font.pointSizeF() - 1.5);
    painter.setFont(font);
    const QFontMetrics metrics(font);
    // Texts stand side by side, for the lines may lie close together, and on the side where the values usually are.
    const bool lowIsBad =
        !pane.spec().limits.empty() && pane.spec().limits.front().value > pane.spec().limits.back().value;
    int right = rect.right() - 4;
    for (const LimitLine& limit : pane.spec().limits) {
        const double from = std::max<double>(rect.left(), mKeyAxis->coordToPixel(limit.from / 1000));
        const double to = std::min<double>(rect.right(), mKeyAxis->coordToPixel(limit.to / 1000));
        if (from >= to)
            continue;
        const QColor color = limit.critical ? c.critical : c.warn;
        const double y = std::round(mValueAxis->coordToPixel(limit.value));
        painter.setPen(QPen(color, 1, limit.critical ? Qt::SolidLine : Qt::DashLine));
        painter.drawLine(QPointF(from, y), QPointF(to, y));
        const QString text = limit.name + QLatin1Char(' ') + chartText(limit.value, pane.spec().unit);
        QRectF box(0, 0, metrics.horizontalAdvance(text) + 4, metrics.height() - 1);
        box.moveTopRight({std::min<double>(right, to - 2), lowIsBad ? y - box.height() : y + 1});
        // Within the pane, however low that is.
        if (box.top() < rect.top())
            box.moveTop(y + 1);
        box.moveTop(std::clamp(box.top(), static_cast<double>(rect.top()),
                               std::max<double>(rect.top(), rect.bottom() - box.height())));
        right = static_cast<int>(box.left()) - 6;
        QColor back = c.panel;
        back.setAlphaF(0.8F);
        painter.fillRect(box, back);
        painter.drawText(box, Qt::AlignCenter, text);
    }
}

void PanePlot::drawMarkers(QPainter& painter, const QRect& rect) const
{
    const RunRecord& record = *m_model.record();
    const ChartPane& pane = m_model.pane(m_pane);
    std::array<double, 3> last{-1e9, -1e9, -1e9}; // by kind
    for (const ChartMarker& marker : m_model.markers().upTo(m_session.cursor())) {
        const double x = mKeyAxis->coordToPixel(static_cast<double>(toMs(record.time(marker.step))) / 1000);
        double& before = last[static_cast<std::size_t>(marker.kind)];
        if (x < rect.left() || x > rect.right() + 1 || x - before < kMarkerSpacing)
            continue;
        before = x;
        const double y = mValueAxis->coordToPixel(pane.value(record, 0, marker.step));
        ChartMarkers::draw(painter, marker, {x, y}, m_model.palette());
    }
}

} // namespace carry::ui
