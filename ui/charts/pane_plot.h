// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "chart_view.h"

namespace carry::ui
{

//! Puts a ChartPane, its limit lines and its markers onto an axis rect.
class PanePlot final : public QCPAbstractPlottable
{
  public:
    PanePlot(QCPAxis* time, QCPAxis* values, ChartModel& model, std::size_t pane, const RunSession& session);

    double selectTest(const QPointF&, bool, QVariant*) const override { return -1; }
    QCPRange getKeyRange(bool& found, QCP::SignDomain) const override;
    QCPRange getValueRange(bool& found, QCP::SignDomain, const QCPRange&) const override;

  protected:
    void draw(QCPPainter* painter) override;
    void drawLegendIcon(QCPPainter*, const QRectF&) const override {}

  private:
    void drawLimits(QPainter& painter, const QRect& rect) const;
    void drawLimitTexts(QPainter& painter, const QRect& rect) const;
    std::pair<double, double> endsOf(const LimitLine& limit, const QRect& rect) const; //!< pixels
    void drawMarkers(QPainter& painter, const QRect& rect) const;

    ChartModel& m_model;
    std::size_t m_pane;
    const RunSession& m_session;
};

} // namespace carry::ui
