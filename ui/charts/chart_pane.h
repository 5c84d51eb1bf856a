// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "chart_series.h"
#include "series_columns.h"
#include "span_raster.h"

#include <QPolygonF>
#include <QRectF>

class QPainter;

namespace carry::ui
{

//! One pane of the charts: its series over the pixels of a PixelMap, drawn up to the cursor. Knows no widget.
class ChartPane
{
  public:
    explicit ChartPane(PaneSpec spec);

    const PaneSpec& spec() const { return m_spec; }
    bool shown(std::size_t series) const { return m_shown[series]; }
    void setShown(std::size_t series, bool on);
    //! There is something of the series at or before the cursor (as of prepare()).
    bool listed(std::size_t series) const { return m_listed[series]; }
    double value(const RunRecord& record, std::size_t series, std::size_t step) const
    {
        return m_spec.series[series].source.at(record, step);
    }

    bool stacked() const { return m_spec.series.front().role == SeriesRole::Stack; }
    //! Of a stack: what is shown of it, together.
    double total(const RunRecord& record, std::size_t step) const;

    //! Size of the image in device pixels; its width is the map's.
    void resize(int height, double pixelRatio);
    //! The map was reset.
    void forget();
    //! Everything is to be drawn afresh, as after a change of colours.
    void invalidate()
    {
        m_drawn = 0;
        m_valid = false;
    }

    //! Takes in the record, of many steps no more than there is time for, and finds the range of values up to the
    //! cursor; true if that changed.
    bool prepare(const RunRecord& record, const PixelMap& map, std::size_t cursor, std::size_t length,
                 const QDeadlineTimer& until = QDeadlineTimer::Forever);
    //! Steps that it has taken in: later ones are not drawn yet.
    std::size_t length() const { return m_length; }
    double lower() const { return m_lower; }
    double upper() const { return m_upper; }

    //! Brings the image up to date; only what changed is drawn.
    void raster(const RunRecord& record, const PixelMap& map, std::size_t cursor, const Colors& colors);
    const QImage& image() const { return m_image; }
    //! The same as lines and polygons, for paper.
    void drawVector(QPainter& painter, const QRectF& rect, const RunRecord& record, const PixelMap& map,
                    std::size_t cursor, const Colors& colors);

  private:
    struct Stacked {
        double low, high;
    };
    MinMax valueRange(const RunRecord& record, const PixelMap& map, std::size_t cursor);
    void list(const RunRecord& record, std::size_t cursor);
    bool takeRange(double lower, double upper);
    //! Bounds of each shown series at the left edge of a column; the last one is the total, low == high.
    void stackAt(const RunRecord& record, const PixelMap& map, int x, std::size_t end);
    double rowOf(double value) const { return (m_upper - value) / (m_upper - m_lower) * m_image.height(); }
    void rasterStack(SpanRaster& raster, const RunRecord& record, const PixelMap& map, int x, std::size_t end);
    void rasterSeries(SpanRaster& raster, std::size_t series, const MinMax& at, int x) const;
    void vectorStack(QPainter& painter, const QRectF& rect, const RunRecord& record, const PixelMap& map,
                     std::size_t cursor, const Colors& colors);
    void vectorSeries(QPainter& painter, const QRectF& rect, std::size_t series, const RunRecord& record,
                      const PixelMap& map, std::size_t cursor, const Colors& colors);

    PaneSpec m_spec;
    std::vector<SeriesColumns> m_columns;
    std::vector<bool> m_shown, m_listed;
    std::size_t m_length = 0;
    double m_lower = 0, m_upper = 1;
    QImage m_image;
    double m_ratio = 1;
    bool m_valid = false; //!< the image holds columns [0, m_drawn)
    int m_drawn = 0;
    std::vector<Stacked> m_stack;
    struct Inks {
        QRgb line, fill;
    };
    std::vector<Inks> m_inks;
    QRgb m_totalInk = 0;
    void setInks(const Colors& colors);
};

} // namespace carry::ui
