// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "chart_view.h"

#include <optional>

namespace carry::ui
{

//! What lies over the curves and changes with the mouse: cursor, crosshair, read-outs, the selected marker. Repaints
//! only the strips that change. Lets the mouse through.
class ChartOverlay final : public QWidget
{
  public:
    ChartOverlay(ChartView& view, const ChartModel& model, const RunSession& session);

    //! Position of the crosshair in the view; nothing: the read-outs show the cursor.
    void setMouse(std::optional<QPoint> at);
    const std::optional<QPoint>& mouse() const { return m_mouse; }
    //! The cursor was moved by other means: a mouse that only rests there does not count until it moves again.
    void forgetRestingMouse();
    //! The step whose values are read out; nothing right of the cursor.
    std::optional<std::size_t> readoutStep() const;
    //! Values and places anew, after anything but the mouse changed.
    void refresh();
    void applyFonts();

    struct Item {
        std::size_t row, series;
        QRect rect;
    };
    //! The series in a read-out at that place; its index is the number of series for the sum of a stack.
    const Item* itemAt(const QPoint& at) const;
    //! Names and values that found no room in the read-out at that place.
    QString moreAt(const QPoint& at) const;
    //! The row whose "+3" lies at that place: series that found no room.
    std::optional<std::size_t> moreRowAt(const QPoint& at) const;
    const ChartMarker* markerAt(const QPoint& at) const;

    //! Onto paper: without the crosshair.
    void paintOn(QPainter& painter);

  protected:
    void paintEvent(QPaintEvent*) override;

  private:
    struct Entry {
        Item item;
        QString name, value;
    };
    void layOut();
    void layOutRow(std::size_t row, std::optional<std::size_t> step);
    void paintEntry(QPainter& painter, const Entry& entry) const;
    void drawVertical(QPainter& painter, double x) const;
    void paintReadouts(QPainter& painter) const;
    void paintRange(QPainter& painter) const;
    void paintCursor(QPainter& painter) const;
    void paintTimeTag(QPainter& painter, Time time, double x, const QColor& back) const;
    void paintSwatch(QPainter& painter, const QRect& swatch, const Entry& entry) const;
    QRect moreRect(std::size_t row) const;
    void paintCrosshair(QPainter& painter) const;
    void paintSelection(QPainter& painter) const;
    void paintEmpty(QPainter& painter) const;
    void paintTag(QPainter& painter, const QString& text, QPoint center, const QColor& back, const QColor& fore) const;
    QRegion crosshairRegion() const;
    QRegion readoutRegion() const;
    QRect panes() const; //!< from the first to the last, with the gaps
    double xOf(std::size_t step) const;

    ChartView& m_view;
    const ChartModel& m_model;
    const RunSession& m_session;
    std::optional<QPoint> m_mouse;
    QElapsedTimer m_sinceMouse;
    std::vector<Entry> m_entries;
    std::vector<QString> m_more;                 //!< by row: what found no room
    std::vector<std::vector<int>> m_valueWidths; //!< by pane and series; they only grow, so that nothing jitters
    QFont m_nameFont, m_titleFont, m_valueFont;
};

} // namespace carry::ui
