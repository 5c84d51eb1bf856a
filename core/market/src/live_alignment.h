// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "tape_alignment.h"

namespace carry
{

//! Adds steps to a tape from series that grow. Rows behind a step may be there already; they are not looked at.
class LiveAlignment
{
  public:
    LiveAlignment(Tape& tape, TapeSources sources);
    LiveAlignment(const LiveAlignment&) = delete; //!< its parts point into it
    LiveAlignment& operator=(const LiveAlignment&) = delete;

    const TapeSources& sources() const { return m_sources; }
    //! Takes note of the rows that frames got.
    void learn();
    //! Steps lie at or behind `first`.
    void start(Time first);
    bool started() const { return m_from.has_value(); }
    //! Adds the steps up to `last`, whose rows are all there.
    void advance(Time last);
    //! High and low of a bar became known: of the step at its label, if it read that bar.
    void barEnded(const CandleSeries& series, Time label);

  private:
    struct OpenBar {
        const CandleSeries* series;
        Time label;
        std::size_t step;
    };
    struct Leg {
        std::optional<LegAligner> aligner; //!< from the first step on
        HoleRuns holes;
        std::size_t nextLabel = 0; //!< row of the main series that is not on the timeline
        std::vector<OpenBar> openBars;
    };
    struct Settlements {
        FundingAligner aligner;
        std::size_t nextTime = 0;  //!< row that is not on the timeline
        std::size_t nextEvent = 0; //!< row that is no event
    };
    struct Frame {
        std::size_t learnt = 0; //!< rows
        std::size_t row = 0;    //!< of the known ones, the last at or before the step
        std::optional<std::size_t> aprRow;
        double apr = 0;
    };
    void addStep(Time t, bool isBar);
    void addLeg(std::size_t index, Time t, bool isBar, bool kept);
    void addSettlements(std::size_t index, Time t, std::int64_t step);
    bool isCovered(const FundingSeries& series, const Settlements& settlements, Time t) const;
    void addEvent(std::size_t index, FundingEvent event, std::int64_t step);
    void addFrame(std::size_t index, Time t, bool kept);
    void dropOpenBars(Time closed);
    std::vector<Time> labelsUpTo(Time last);
    void addSettlementTimes(std::vector<Time>& times, Time last);

    Tape& m_tape;
    TapeSources m_sources;
    std::optional<Time> m_from;  //!< steps before it are there
    std::optional<Time> m_first; //!< the first step, on the grid or not
    std::vector<Leg> m_legs;
    std::vector<Settlements> m_funding;
    GasAligner m_gas;
    std::vector<Frame> m_frames;
    EndedBars m_endedBars;
};

} // namespace carry
