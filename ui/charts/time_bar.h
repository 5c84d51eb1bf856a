// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "chart_markers.h"
#include "chart_pane.h"

#include <QWidget>
#include <memory>

namespace carry::ui
{

//! The run's whole period in one row: NAV up to the cursor, signs of what happened, gaps in the data, and a handle.
//! Of what lies right of the cursor it shows only that it is there.
//! The range that is looped lies over it.
class TimeBar final : public QWidget
{
    Q_OBJECT
  public:
    explicit TimeBar(RunSession& session, QWidget* parent = nullptr);

    QSize sizeHint() const override { return {600, 40}; }
    QSize minimumSizeHint() const override { return {120, 40}; }

    RunSession& session() { return m_session; }
    int xOf(Time time) const;
    Time timeAt(int x) const;
    //! Time and NAV of a step, as the tooltip and the accessible value say them.
    QString describe(std::size_t step) const;
    //! What the signs mean.
    static QString legend();
    //! Steps [first, last) where a bar is missing and another venue's or an earlier one stands in; as far as they have
    //! been looked at.
    struct Gap {
        std::size_t first, last;
    };
    const std::vector<Gap>& gaps() const { return m_gaps; }
    //! Times to find again; they are on both sides of the cursor.
    struct Flag {
        Time time{};
        QString note;
    };
    void setFlags(std::vector<Flag> flags);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;

  private:
    void takeRecord();
    void takeCursor();
    void takeTheme();
    void takeLength();
    void remap();
    void findGaps(const QDeadlineTimer& until);
    void seekTo(int x);
    void stepBy(std::ptrdiff_t steps);
    void stepByDays(int days);
    bool tip(const QPoint& at, const QPoint& global);
    bool isInGap(int x) const;
    QRect track() const; //!< of the silhouette
    const ChartMarker* markerAt(const QPoint& at) const;
    double markerX(const ChartMarker& marker) const;
    void paintTrack(QPainter& painter) const;
    void paintGaps(QPainter& painter) const;
    void paintLoop(QPainter& painter) const;
    void paintMarkers(QPainter& painter) const;
    void paintFlags(QPainter& painter) const;
    const Flag* flagAt(const QPoint& at) const;
    void paintHandle(QPainter& painter) const;

    RunSession& m_session;
    std::unique_ptr<ChartPane> m_nav;
    PixelMap m_map;
    ChartMarkers m_markers;
    std::vector<Gap> m_gaps;
    std::vector<Flag> m_flags;
    double m_until = 0;       //!< end of the period that is shown, ms since 1970
    std::size_t m_looked = 0; //!< steps looked at for gaps
    bool m_dragging = false;
    int m_turned = 0; //!< of the wheel, eighths of a degree
};

} // namespace carry::ui
