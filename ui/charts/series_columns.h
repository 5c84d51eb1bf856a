// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "chart_series.h"
#include "min_max_pyramid.h"
#include "pixel_map.h"

#include <QDeadlineTimer>

namespace carry::ui
{

//! One series by pixel column: how far up and down it goes in each. Costs as much as there are pixels, whatever the
//! number of steps, and keeps what will not change any more.
class SeriesColumns
{
  public:
    explicit SeriesColumns(SeriesSource source) : m_source(source) {}

    //! Takes in steps below `length`, of many no more than there is time for; true when it has all.
    bool extend(const RunRecord& record, std::size_t length, const QDeadlineTimer& until = QDeadlineTimer::Forever);
    std::size_t length() const { return m_pyramid.size(); } //!< steps taken in
    //! The pixel map was reset.
    void forget()
    {
        m_known.clear();
        m_edges.clear();
    }

    double at(const RunRecord& record, std::size_t step) const { return m_source.at(record, step); }
    //! Over steps [first, last).
    MinMax range(const RunRecord& record, std::size_t first, std::size_t last) const;
    //! Where the line, drawn through the steps below `end`, lies in column x; empty where it is not.
    MinMax column(const RunRecord& record, const PixelMap& map, int x, std::size_t end);
    //! The line's value at the left edge of column x; NaN where it is not.
    double edge(const RunRecord& record, const PixelMap& map, int x, std::size_t end);

  private:
    MinMax columnNow(const RunRecord& record, const PixelMap& map, int x, std::size_t end);
    double edgeNow(const RunRecord& record, const PixelMap& map, int x) const;

    SeriesSource m_source;
    MinMaxPyramid m_pyramid;
    std::vector<MinMax> m_known; //!< of the first columns
    std::vector<double> m_edges; //!< of the first columns, at their left; asked for several times each
};

} // namespace carry::ui
