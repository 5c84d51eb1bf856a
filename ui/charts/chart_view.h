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
    //! Panes keep a height at which they can be read; where not all have room, those from one on are shown.
    void scrollTo(std::size_t firstPane);
    std::size_t firstShown() const { return m_first; }     //!< among the panes that are wanted
    std::size_t lastScroll() const { return m_lastFirst; } //!< 0: all have room
    std::size_t wantedPanes() const { return m_wanted; }
    //! All of them, however low the view is; for export.
    void setWhole(bool whole) { m_whole = whole; }
    bool isWhole() const { return m_whole; }
    int wholeHeight() const; //!< in which all panes have room
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
    //! From where to where the labels of the time axis go, pixels.
    std::vector<std::pair<double, double>> timeLabels() const;
    //! Row whose lower boundary is at that height, for dragging; -1: none.
    int boundaryAt(int y) const;
    //! Shares the height of a row and the next anew, `y` being their boundary.
    void moveBoundary(std::size_t row, int y);
    //! Draws everything but the curves' layer's caches onto paper.
    void paintVector(QCPPainter& painter) { toPainter(&painter, width(), height()); }

    std::function<void()> resized;  //!< after the layout has followed the widget
    std::function<void()> scrolled; //!< other panes are in view, or there are more or fewer to scroll to

  protected:
    void resizeEvent(QResizeEvent*) override;
    void paintEvent(QPaintEvent* event) override;

  private:
    struct Row {
        std::size_t pane;
        QCPAxisRect* rect;
    };
    void addRow(std::size_t pane, bool last);
    int lowestOf(std::size_t pane) const;
    std::vector<std::size_t> choosePanes();
    int leftMargin() const;
    bool takeLeftMargin();
    static int headerHeight();
    void setTimeFormat();

    ChartModel& m_model;
    const RunSession& m_session;
    std::vector<Row> m_rows;
    std::size_t m_first = 0, m_lastFirst = 0, m_wanted = 0;
    int m_left = 0; //!< room for the labels of the values
    bool m_whole = false;
};

} // namespace carry::ui
