// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "chart_markers.h"
#include "chart_pane.h"
#include "common/run_session.h"

#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace carry::ui
{

//! The panes of one run over one span of time: what the charts show, without a widget.
class ChartModel
{
  public:
    ChartModel();
    //! Another run, over its whole period; which series and panes are shown stays. nullptr: none.
    void reset(std::shared_ptr<const RunRecord> record, bool priceLegs, const ReferenceRun& reference = {});
    const RunRecord* record() const { return m_record.get(); }
    const PixelMap& map() const { return m_map; }
    const ChartMarkers& markers() const { return m_markers; }

    std::size_t count() const { return m_panes.size(); }
    ChartPane& pane(std::size_t i) { return *m_panes[i]; }
    const ChartPane& pane(std::size_t i) const { return *m_panes[i]; }
    //! Asked for, and the run has something to show in it.
    bool visible(std::size_t i) const { return m_visible[i] && applies(i); }
    bool wanted(std::size_t i) const { return m_visible[i]; }
    bool extra(std::size_t i) const { return i < m_panes.size() && m_panes[i]->spec().extra; }
    bool applies(std::size_t i) const { return i < m_panes.size() && m_panes[i]->spec().applies; }
    void setVisible(std::size_t i, bool on) { m_visible[i] = on; }
    //! Scrolled to, so that it is kept up to date.
    void setInView(std::size_t i, bool on) { m_inView[i] = on; }
    bool drawn(std::size_t i) const { return visible(i) && m_inView[i]; }
    //! Stays over another run.
    void setSeriesShown(std::size_t pane, std::size_t series, bool on);
    int weight(std::size_t i) const { return m_weights[i]; } //!< height against the others; 0 before the first record
    void setWeight(std::size_t i, int weight) { m_weights[i] = weight; }

    // The span of time, ms since 1970. It stays within the run's period and a little around it.
    double from() const { return m_from; }
    double to() const { return m_to; }
    double fullFrom() const { return m_fullFrom; }
    double fullTo() const { return m_fullTo; }
    //! True if that changed anything.
    bool setSpan(double from, double to);
    bool fit() { return setSpan(m_fullFrom, m_fullTo); }
    //! Of a run whose end is not known: takes in what has come. True if the whole was in view and is wider now.
    bool grow();

    //! Steps [first, last] that are marked, whatever the cursor; nothing after another record.
    using Range = std::pair<std::size_t, std::size_t>;
    const std::optional<Range>& range() const { return m_range; }
    void setRange(std::optional<Range> range) { m_range = range; }

    //! Pixels of the panes, in device pixels.
    void setWidth(int width);
    //! Takes in the record, of many steps no more than there is time for; true if an axis of values changed.
    bool prepare(std::size_t cursor, std::size_t length, const QDeadlineTimer& until = QDeadlineTimer::Forever);
    //! All panes that are shown have taken in that many steps.
    bool complete(std::size_t length) const;
    void raster(std::size_t cursor);
    //! What is drawn from now on is drawn in these; they outlive the model.
    void setPalette(const Colors& palette);
    const Colors& palette() const { return *m_palette; }
    //! Steps [first, last) that are drawn at this cursor.
    std::pair<std::size_t, std::size_t> drawnSteps(std::size_t cursor) const;

  private:
    void remap();
    void takePeriod();

    std::shared_ptr<const RunRecord> m_record, m_reference;
    std::vector<std::unique_ptr<ChartPane>> m_panes;
    std::vector<bool> m_visible, m_inView;
    std::map<QString, bool> m_seriesShown; //!< by pane and series, what was shown or hidden by hand
    std::vector<int> m_weights;
    ChartMarkers m_markers;
    PixelMap m_map;
    double m_fullFrom = 0, m_fullTo = 1, m_from = 0, m_to = 1;
    std::optional<Range> m_range;
    int m_width = 1;
    const Colors* m_palette = &colors();
};

} // namespace carry::ui
