// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "common/run_session.h"
#include "common/theme.h"

#include <span>
#include <vector>

class QPainter;

namespace carry::ui
{

//! Something of the journal that is shown as a sign on a time axis.
struct ChartMarker {
    enum class Kind { Decision, Breach, Liquidation };
    Kind kind = Kind::Decision;
    bool critical = false; //!< of a breach
    std::uint32_t step = 0;
    std::uint32_t index = 0; //!< into the log of decisions or events
    Selection selection;     //!< what a click selects
};

//! Decisions other than HOLD, limits crossed for the worse, liquidations, by step. Grows with the record.
class ChartMarkers
{
  public:
    void reset();
    void extend(const RunRecord& record, std::size_t length);
    //! Those at or before the cursor.
    std::span<const ChartMarker> upTo(std::size_t cursor) const;
    //! The one that stands for a selection, if any and not after the cursor.
    const ChartMarker* of(const RunRecord& record, const Selection& selection, std::size_t cursor) const;

    static QString describe(const RunRecord& record, const ChartMarker& marker);
    //! Triangle, diamond or cross.
    static void draw(QPainter& painter, const ChartMarker& marker, QPointF center, const Colors& colors);

  private:
    std::vector<ChartMarker> m_markers;
    std::size_t m_length = 0;
    std::uint32_t m_decisions = 0, m_events = 0; //!< looked at
};

} // namespace carry::ui
