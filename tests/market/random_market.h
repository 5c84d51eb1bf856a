// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "made_market.h"

#include <cmath>
#include <limits>

//! Markets of random prices, holes and settlements, and what can be read of them at a step.
namespace random_market
{

using namespace made;

inline constexpr int kHours = 60;

//! Whole numbers from one seed, so that a failure is shown as a seed and a step.
class Dice
{
  public:
    explicit Dice(std::uint32_t seed) : m_state(seed) {}
    int below(int limit)
    {
        m_state = m_state * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
        return static_cast<int>((m_state >> 33) % static_cast<std::uint64_t>(limit));
    }

  private:
    std::uint64_t m_state;
};

//! Hourly bars of random prices with random holes; the first bar is always there.
inline void addRandomBars(MarketData& data, const SeriesKey& key, Dice& dice)
{
    for (int h = 0; h < kHours; ++h) {
        const double open = 1000 + dice.below(1000);
        const double close = 1000 + dice.below(1000);
        if (h == 0 || dice.below(5) != 0)
            addBar(data.candles[key], hour(h), open, open + 10, open - 10, close);
    }
}

inline void addRandomFunding(MarketData& data, Venue venue, Dice& dice)
{
    addFunding(data, venue, hour(-8), 1e-4);
    for (int h = 0; h < kHours; ++h) {
        const bool due = h % 8 == 0 && dice.below(4) != 0;
        const bool odd = dice.below(15) == 0; // between two labels
        if (due || odd)
            addFunding(data, venue, hour(h + (due ? 0 : 0.5)), 1e-6 * (dice.below(600) - 300));
    }
}

inline bool sameBar(const std::optional<BarExtremes>& a, const std::optional<BarExtremes>& b)
{
    return a.has_value() == b.has_value() && (!a || (a->open == b->open && a->high == b->high && a->low == b->low));
}

inline bool sameEvent(const FundingEvent* a, const FundingEvent* b)
{
    if (a == nullptr || b == nullptr)
        return a == b;
    return a->time == b->time && a->rate == b->rate && a->trailing3d == b->trailing3d && a->flags == b->flags;
}

inline bool sameReadings(const MarketView& a, const MarketView& b, const TapeRequest& request)
{
    bool same = a.time() == b.time() && a.isBarLabel() == b.isBarLabel() && a.gasGwei() == b.gasGwei();
    for (LegIndex i = 0; i < request.legs.size(); ++i)
        same = same && a.price(i) == b.price(i) && a.observed(i) == b.observed(i) && a.flags(i) == b.flags(i) &&
               sameBar(a.endedBar(i), b.endedBar(i));
    for (std::size_t i = 0; i < request.funding.size(); ++i)
        same = same && sameEvent(a.settlement(i), b.settlement(i)) &&
               sameEvent(a.lastSettlement(i), b.lastSettlement(i)) &&
               a.trailingFunding(i, 3 * kDay) == b.trailingFunding(i, 3 * kDay) &&
               a.trailingFunding(i, kDay) == b.trailingFunding(i, kDay);
    for (std::size_t i = 0; i < request.frames.size(); ++i)
        same = same && (a.frame(i) == b.frame(i) || (std::isnan(a.frame(i)) && std::isnan(b.frame(i)))) &&
               a.frameObserved(i) == b.frameObserved(i);
    return same;
}

//! A row about every fifth hour, some without a value.
inline void addRandomFrame(MarketData& data, Dice& dice)
{
    FrameSeries& frame = data.frames["rate"];
    frame.columns = {"other", "value"};
    frame.values.resize(2);
    for (int h = -5; h < kHours; ++h)
        if (h == -5 || dice.below(5) == 0) {
            const bool known = h == -5 || dice.below(5) != 0;
            frame.time.push_back(hour(h));
            frame.values[0].push_back(0);
            frame.values[1].push_back(known ? 1 + dice.below(100) : std::numeric_limits<double>::quiet_NaN());
            frame.line.push_back(1);
        }
    frame.time.push_back(hour(kHours)); // known to the end of the run
    frame.values[0].push_back(0);
    frame.values[1].push_back(1);
    frame.line.push_back(1);
}

} // namespace random_market
