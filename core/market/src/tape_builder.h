// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "market/tape.h"

#include <functional>

namespace carry
{

//! Aligns series on one timeline; used once by Tape::build().
class TapeBuilder
{
  public:
    TapeBuilder(const MarketData& data, const TapeRequest& request);
    Result<std::shared_ptr<const Tape>> build();

  private:
    struct Span {
        Time first, last;
    };
    //! What reads one leg: its main series and, for holes, the peers in order.
    struct LegSource {
        const CandleSeries* main = nullptr;
        std::vector<const CandleSeries*> peers;
    };

    //! What a frame of the request reads: a proxy's column where one stands in. `known` are its rows with a value, at
    //! least one; an index named k is one into them.
    struct FrameSource {
        const FrameSeries* series = nullptr;
        const std::vector<double>* values = nullptr;
        std::string id, column;
        std::vector<std::size_t> known;

        std::string name() const { return id + " (" + column + ")"; }
        Time timeOf(std::size_t k) const { return series->time[known[k]]; }
        double valueOf(std::size_t k) const { return (*values)[known[k]]; }
        //! From the known row before.
        Duration distanceTo(std::size_t k) const { return timeOf(k) - timeOf(k - 1); }
        //! The last known row at or before t, which must not lie before the first one.
        std::size_t lastKnown(Time t) const;
        double trailingApr(std::size_t k) const;
    };
    using Miss = std::function<void(const std::string&)>;

    Result<void> findSeries();
    void findFrames(const Miss& miss);
    Result<void> checkCadence() const;
    Result<Span> choosePeriod();
    Error periodError(Span chosen) const;
    Result<void> alignOn(Span period);
    void makeTimeline(Span period);
    void fillLeg(std::size_t leg);
    void fillFunding(std::size_t funding);
    std::vector<FundingEvent> expectedSettlements(std::size_t funding) const;
    std::optional<double> peerMean(std::size_t funding, Time settlement) const;
    void fillGas();
    Result<void> fillFrame(std::size_t frame);
    Result<void> checkIndex(const FrameSource& source, std::size_t first, std::size_t last) const;
    void reportFalls(const FrameSource& source, std::size_t first, std::size_t last);
    void reportFrameHoles(const FrameSource& source, FrameUse use, std::size_t first, std::size_t last);
    void reportFrame(Finding finding, const FrameSource& source, std::size_t k);
    Span onGrid(Span period) const;
    void reduceToGrid();
    void reportOffGrid(std::size_t funding);
    std::string legName(const LegSpec& spec) const;
    void report(FindingKind kind, QualityRule rule, const std::string& series, std::uint32_t file, Time from, Time to,
                std::uint64_t count);

    const MarketData& m_data;
    std::shared_ptr<Tape> m_tape;
    std::vector<LegSource> m_sources;
    std::vector<const FundingSeries*> m_fundingSeries;
    const FrameSeries* m_gas = nullptr;
    std::vector<FrameSource> m_frames;
    Span m_shared{}; //!< of all series, for errors
};

} // namespace carry
