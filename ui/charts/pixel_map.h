// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "record/run_record.h"

#include <cstdint>
#include <vector>

namespace carry::ui
{

//! Which steps fall on which pixel columns. Column x covers the times [timeOf(x), timeOf(x + 1)). Grows with the
//! record; what is placed stays.
class PixelMap
{
  public:
    //! Another span of time (ms since 1970) or width in pixels; forgets what is placed.
    void reset(double fromMs, double toMs, int width);
    //! Places the steps below `length`.
    void extend(const RunRecord& record, std::size_t length);

    int width() const { return m_width; }
    double from() const { return m_from; }
    double to() const { return m_to; }
    double timeOf(double x) const { return m_from + x * (m_to - m_from) / m_width; }
    double xOf(double timeMs) const { return (timeMs - m_from) * m_width / (m_to - m_from); }

    //! The first step at or right of the left edge of a column, 0 <= x <= width(); the length where there is none.
    std::size_t first(int x) const { return static_cast<std::size_t>(x) < m_first.size() ? m_first[idx(x)] : m_length; }
    //! How far the left edge lies between step first(x) - 1 (0) and step first(x) (1). Both must be there.
    double weight(int x) const { return m_weight[idx(x)]; }
    //! Columns [0, result) hold or follow a step at or before `cursor`; what lies right of them is not to be drawn.
    int columnsUpTo(std::size_t cursor) const;
    //! Columns [0, result) lie wholly between placed steps: they will not change any more.
    int wholeColumns() const { return static_cast<int>(m_first.empty() ? 0 : m_first.size() - 1); }

  private:
    static std::size_t idx(int x) { return static_cast<std::size_t>(x); }

    double m_from = 0, m_to = 1;
    int m_width = 0;
    std::size_t m_length = 0;
    std::vector<std::size_t> m_first; //!< by column, as far as steps are known
    std::vector<double> m_weight;
};

} // namespace carry::ui
