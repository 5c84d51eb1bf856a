// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "chart_overlay.h"

#include <QObject>

namespace carry::ui
{

//! Mouse and keyboard over the charts: crosshair, zoom, pan, seek, marking a range, selecting markers, dragging the
//! panes' boundaries.
class ChartInput final : public QObject
{
    Q_OBJECT
  public:
    ChartInput(ChartView& view, ChartModel& model, ChartOverlay& overlay, RunSession& session);

    //! `factor` < 1 shows less time; the time at `aroundMs` stays where it is.
    void zoom(double factor, double aroundMs);
    void pan(double partOfSpan);
    //! The row under the mouse, or the first.
    std::size_t rowAt(const QPoint& at) const;

  signals:
    void spanChanged();
    void heightsChanged();
    //! Both ends, in whatever order; nothing right of the cursor.
    void rangeMarked(std::size_t oneStep, std::size_t otherStep);
    void rangeCleared();
    void scrollRequested(int panes);
    void moreRequested(std::size_t pane, const QPoint& global);
    void seriesToggled(std::size_t pane, std::size_t series);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    bool press(const QMouseEvent& event);
    bool move(const QMouseEvent& event);
    bool release(const QMouseEvent& event);
    bool doubleClick(const QMouseEvent& event);
    bool wheel(const QWheelEvent& event);
    bool key(const QKeyEvent& event);
    QString helpOf(const ChartOverlay::Item& item) const;
    bool toolTip(const QHelpEvent& event);
    void drag(const QPoint& at);
    void markTo(const QPoint& at);
    void extendRange(int steps);
    std::size_t stepNear(double x) const; //!< at or left of the cursor
    void click(const QPoint& at);
    void hover(const QPoint& at);
    void setSpan(double from, double to);
    double centerMs() const; //!< the cursor if it is in view, else the middle

    ChartView& m_view;
    ChartModel& m_model;
    ChartOverlay& m_overlay;
    RunSession& m_session;
    std::optional<QPoint> m_press;
    bool m_dragging = false;
    int m_boundary = -1;
    int m_turned = 0;       //!< of the wheel with Ctrl, eighths of a degree
    bool m_marking = false; //!< with Shift, a drag marks a range
    double m_pressFrom = 0, m_pressTo = 0;
    struct Place {
        std::size_t cursor;
        bool follows;
    };
    std::optional<Place> m_beforeClick; //!< a double click takes the seek of its first click back
};

} // namespace carry::ui
