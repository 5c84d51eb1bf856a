// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "chart_model.h"

#include <QtPrintSupport> // what the header below needs
#include <QtWidgets>
#include <functional>
#include <qcustomplot.h>

namespace carry::ui
{

//! Axes, grids and curves of the panes: one axis rect each, one span of time. Included by .cpp files only.
class ChartView final : public QCustomPlot
{
  public:
    ChartView(ChartModel& model, const RunSession& session, QWidget* parent);

    //! Makes the axis rects anew, after another run or a change of which panes are shown.
    void rebuild();
    //! Follows the widget's size; gives the panes their pixels.
    void fitToSize();
    //! Pens, labels and grids in the model's colours.
    void applyPalette();
    //! The axes take over the model's span and ranges of values.
    void takeOverAxes();
    //! Curves only: the axes are as they were.
    void redrawCurves();

    std::size_t rows() const { return m_rows.size(); }
    std::size_t paneOf(std::size_t row) const { return m_rows[row].pane; } //!< index in the model
    QRect rectOf(std::size_t row) const;                                   //!< where curves are
    QRect headerOf(std::size_t row) const;                                 //!< above them, for the read-out
    QPointF pixelOf(std::size_t row, double timeMs, double value) const;
    double timeOf(double x) const;
    //! Row whose lower boundary is at that height, for dragging; -1: none.
    int boundaryAt(int y) const;
    //! Shares the height of a row and the next anew, `y` being their boundary.
    void moveBoundary(std::size_t row, int y);
    //! Draws everything but the curves' layer's caches onto paper.
    void paintVector(QCPPainter& painter) { toPainter(&painter, width(), height()); }

    std::function<void()> resized; //!< after the layout has followed the widget

  protected:
    void resizeEvent(QResizeEvent*) override;

  private:
    struct Row {
        std::size_t pane;
        QCPAxisRect* rect;
    };
    void addRow(std::size_t pane, bool last);
    static int headerHeight();
    void setTimeFormat();

    ChartModel& m_model;
    const RunSession& m_session;
    std::vector<Row> m_rows;
};

} // namespace carry::ui
