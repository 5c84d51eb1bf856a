// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "common/item_views.h"
#include "common/words.h"
#include "lane_model.h"

#include <QAbstractScrollArea>

namespace carry::ui
{

//! Lanes of one plan: a bar for each instruction, arrows where funds move. Arrow keys go from bar to bar, Enter unfolds
//! and folds a loop, + and - zoom, 0 shows all of it. Shares the selection of the session.
class LaneView final : public QAbstractScrollArea
{
    Q_OBJECT
  public:
    explicit LaneView(RunSession& session, QWidget* parent = nullptr);

    const LaneChart& chart() const { return m_chart; }
    //! The bar that the keyboard stands on, -1 without one.
    int current() const { return m_current; }
    //! Where a bar is painted, in the viewport.
    QRect barRect(int bar) const;
    //! What is said of a bar.
    QString barText(int bar) const;

    //! Lays out anew after the cursor or the selection has moved.
    void refresh();
    //! Another record.
    void reset();

  signals:
    //! Nothing to show, or something again.
    void emptied(bool empty);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    bool viewportEvent(QEvent* event) override;

  private:
    // Geometry, in pixels of the viewport.
    double xOf(double at) const;
    int laneTop(Site lane) const;
    int gutterOf(Site lane) const;
    int laneHeight(Site lane) const;
    int laneMiddle(Site lane) const;
    int contentHeight() const;
    int barAt(const QPoint& at) const;
    int boxAt(const QPoint& at) const;
    void fitScrollBars();
    void zoom(double factor);
    void fitAll();

    // Painting.
    void paintLanes(QPainter& painter) const;
    void paintTicks(QPainter& painter) const;
    void paintBox(QPainter& painter, const LaneBox& box) const;
    void paintBar(QPainter& painter, int bar) const;
    void paintStairs(QPainter& painter, const QRect& area, const LaneBar& bar) const;
    void paintArrow(QPainter& painter, const LaneArrow& arrow) const;
    void paintAmount(QPainter& painter, const LaneArrow& arrow, const QPointF& at) const;
    void paintNow(QPainter& painter) const;
    void paintNames(QPainter& painter) const;

    // Words.
    Badge badgeOf(const LaneBar& bar) const;
    QString titleOf(const LaneBar& bar) const;
    QString boxText(const LaneBox& box) const;
    QString tipAt(const QPoint& at) const;
    QString instructionTip(InstructionId id) const;
    QString loopTip(const LaneBar& bar) const;

    void choose(int bar);
    void toggleLoop(int bar);
    void step(int by);
    void stepLane(int by);
    void followSelection();
    void bringIntoView(int bar);
    void describe();
    bool isSelected(const LaneBar& bar) const;

    RunSession& m_session;
    LaneModel m_model;
    LaneChart m_chart;
    std::size_t m_shownAt = ~std::size_t{0}; //!< last change of the plan that was laid out
    bool m_open = false;                     //!< whether it was under way
    double m_slot = 0;                       //!< pixels
    int m_current = -1;
};

//! The lanes with what they show while there is no plan, kept up to date while they are visible.
class LanePanel final : public QWidget
{
    Q_OBJECT
  public:
    explicit LanePanel(RunSession& session, QWidget* parent = nullptr);
    LaneView* view() const { return m_view; }

  private:
    LaneView* m_view;
    EmptyStack* m_stack;
    WhenVisible* m_refresh;
};

} // namespace carry::ui
