// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "market/tape.h"

#include <set>

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

    Result<void> findSeries();
    Result<void> checkCadence() const;
    Result<Span> choosePeriod() const;
    void makeTimeline(Span period);
    void fillLeg(std::size_t leg);
    void fillFunding(std::size_t funding);
    std::vector<FundingEvent> expectedSettlements(std::size_t funding) const;
    std::optional<double> peerMean(std::size_t funding, Time settlement) const;
    void fillGas();
    std::string legName(const LegSpec& spec) const;
    void report(FindingKind kind, QualityRule rule, const std::string& series, std::uint32_t file, Time from, Time to,
                std::uint64_t count);

    const MarketData& m_data;
    std::shared_ptr<Tape> m_tape;
    std::vector<LegSource> m_sources;
    std::vector<const FundingSeries*> m_fundingSeries;
    const FrameSeries* m_gas = nullptr;
};

} // namespace carry
