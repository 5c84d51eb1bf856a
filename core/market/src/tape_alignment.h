// SPDX-License-Identifier: GPL-3.0-or-later
// The rules by which rows of series become readings at a step, one step after the other. A tape that is built at once
// and one that grows follow the same ones, so nothing here may look at a row behind the step.
#pragma once
#include "tape_sources.h"

#include <deque>
#include <functional>

namespace carry
{

//! A leg at one step.
struct LegReading {
    double price = 0;
    double high, low; //!< of the bar that starts here; NaN if none does or while they are not known
    Time observed;
    std::uint8_t flags = 0;
    bool fromPeer = false;                //!< a peer's bar starts here
    const CandleSeries* series = nullptr; //!< whose bar starts here, or nullptr
};

//! Reads a leg at rising times.
class LegAligner
{
  public:
    //! The main series has a row at or before `first`.
    LegAligner(const LegSource& source, MissingBars missing, bool proxy, Time first);
    LegReading read(Time t, bool isBar);

  private:
    bool findPeer(Time t);

    const LegSource* m_source;
    MissingBars m_missing;
    std::uint8_t m_flags;
    std::size_t m_row; //!< of the main series, the last one at or before the step
    //! The most recent bar known so far, of the main series or of a peer that filled a hole.
    const CandleSeries* m_last;
    std::size_t m_lastRow;
};

//! Tells each run of bar labels at which a leg was filled from a peer or carried, once it is over.
class HoleRuns
{
  public:
    using Tell = std::function<void(QualityRule rule, Time from, Time to, std::uint64_t count)>;
    void add(Time label, const LegReading& reading, const Tell& tell);
    void end(Time t, const Tell& tell);

  private:
    std::uint64_t m_peer = 0, m_carried = 0;
    Time m_start;
};

//! Settlements of one venue: what a row says, and what stands for one that the data lack.
class FundingAligner
{
  public:
    FundingAligner(const TapeSources& sources, const TapeRequest& request, std::size_t funding);

    Duration grid() const { return m_grid; } //!< the configured interval
    FundingEvent ofRow(std::size_t row) const;
    //! Of the peers' mean where the request says so.
    FundingEvent missing(Time t) const;
    //! FundingEvent::trailing3d of events[i], for rising i. Summed anew each time: a running sum would drift.
    double trailing3d(const std::vector<FundingEvent>& events, std::size_t i);

  private:
    std::optional<double> peerMean(Time settlement) const;

    const TapeSources* m_sources;
    const TapeRequest* m_request;
    std::size_t m_index;
    Duration m_grid;
    std::size_t m_windowStart = 0;
};

//! The gas price at rising times.
class GasAligner
{
  public:
    explicit GasAligner(const FrameSeries* gas) : m_gas(gas), m_gwei(gas ? gas->column(kGasColumn) : nullptr) {}
    //! Gwei; 0 without a series.
    double read(Time t);

  private:
    const FrameSeries* m_gas;
    const std::vector<double>* m_gwei;
    std::size_t m_row = 0;
    double m_known = 0;
};

//! Positions on a timeline of the bar that ended at a step.
class EndedBars
{
  public:
    explicit EndedBars(Duration cadence) : m_cadence(cadence) {}
    //! Of the bar that ended at t, or -1; times rise.
    std::int32_t at(Time t);
    //! A bar starts at t, position `step`.
    void begin(Time t, std::int32_t step) { m_begun.push_back({t, step}); }

  private:
    struct Begun {
        Time label;
        std::int32_t step;
    };
    Duration m_cadence;
    std::deque<Begun> m_begun; //!< those that have not ended
};

} // namespace carry
