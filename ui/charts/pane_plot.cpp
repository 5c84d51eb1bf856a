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
    drawLimitTexts(*painter, rect);
    if (pane.spec().markers)
        drawMarkers(*painter, rect);
}

std::pair<double, double> PanePlot::endsOf(const LimitLine& limit, const QRect& rect) const
{
    return {std::max<double>(rect.left(), mKeyAxis->coordToPixel(limit.from / 1000)),
            std::min<double>(rect.right(), mKeyAxis->coordToPixel(limit.to / 1000))};
}

void PanePlot::drawLimits(QPainter& painter, const QRect& rect) const
{
    const Colors& c = m_model.palette();
    for (const LimitLine& limit : m_model.pane(m_pane).spec().limits) {
        const auto [from, to] = endsOf(limit, rect);
        const double y = std::round(mValueAxis->coordToPixel(limit.value));
        painter.setPen(QPen(limit.critical ? c.critical : c.warn, 1, limit.critical ? Qt::SolidLine : Qt::DashLine));
        if (from < to)
            painter.drawLine(QPointF(from, y), QPointF(to, y));
    }
}

//! Over lines and curves, which may lie close together, and at the left: what counts most is at the right end. Texts
//! stand side by side, on the side of their line where the values usually are, within the pane.
void PanePlot::drawLimitTexts(QPainter& painter, const QRect& rect) const
{
    const PaneSpec& spec = m_model.pane(m_pane).spec();
    const Colors& c = m_model.palette();
    QFont font = Theme::instance().numbers();
    font.setPointSizeF(font.pointSizeF() - 1.5);
    painter.setFont(font);
    const QFontMetrics metrics(font);
    QColor back = c.panel;
    back.setAlphaF(0.85F);
    double left = rect.left() + 4;
    for (const LimitLine& limit : spec.limits) {
        const auto [from, to] = endsOf(limit, rect);
        if (from >= to)
            continue;
        const bool lowIsBad = spec.limits.front().value > spec.limits.back().value;
        const double y = std::round(mValueAxis->coordToPixel(limit.value));
        const QString text = limit.name + QLatin1Char(' ') + chartText(limit.value, spec.unit);
        QRectF box(0, 0, metrics.horizontalAdvance(text) + 6, metrics.height() - 1);
        const double above = y - box.height() - 1;
        const double below = y + 2;
        const bool fits = lowIsBad ? above >= rect.top() : below + box.height() <= rect.bottom() + 1;
        box.moveTopLeft({std::max(left, from + 2), lowIsBad == fits ? above : below});
        left = box.right() + 6;
        painter.fillRect(box, back);
        painter.setPen(limit.critical ? c.critical : c.warn);
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
