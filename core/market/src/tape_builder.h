// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "market/tape.h"
#include "tape_alignment.h"

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
    Result<Span> choosePeriod();
    Error periodError(Span chosen) const;
    Result<void> alignOn(Span period);
    void makeTimeline(Span period);
    void fillLeg(std::size_t leg);
    void fillFunding(std::size_t funding);
    std::vector<FundingEvent> expectedSettlements(std::size_t funding, const FundingAligner& aligner) const;
    void fillGas();
    Result<void> fillFrame(std::size_t frame);
    Result<void> checkIndex(const FrameSource& source, std::size_t first, std::size_t last) const;
    void reportFalls(const FrameSource& source, std::size_t first, std::size_t last);
    void reportFrameHoles(const FrameSource& source, FrameUse use, std::size_t first, std::size_t last);
    void reportFrame(Finding finding, const FrameSource& source, std::size_t k);
    Span onGrid(Span period) const;
    void reduceToGrid();
    void reportOffGrid(std::size_t funding);
    void report(FindingKind kind, QualityRule rule, const std::string& series, std::uint32_t file, Time from, Time to,
                std::uint64_t count);

    const MarketData& m_data;
    std::shared_ptr<Tape> m_tape;
    TapeSources m_sources;
    Span m_shared{}; //!< of all series, for errors
};

} // namespace carry
