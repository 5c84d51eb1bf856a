// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "demo_random.h"
#include "demo_recipe.h"

#include <vector>

namespace carry
{

//! Numbers of the random streams. Part of the tape's definition: append only.
enum class DemoStream : std::uint64_t {
    Market = 1,
    Basis = 10,   // + coin
    Funding = 20, // + coin
    Gas = 30,
    Peg = 31,
    Lst = 40,           // + LST
    Reserve = 50,       // + reserve
    Candles = 100,      // + 10 * venue + 2 * coin + product
    VenueBasis = 200,   // + 10 * venue + coin
    VenueFunding = 300, // + 10 * venue + coin
};

inline DemoRandom demoRandom(const DemoRecipe& recipe, DemoStream stream, std::size_t offset = 0)
{
    return {recipe.seed, static_cast<std::uint64_t>(stream) + offset};
}

//! The nearest multiple of 1/steps: a decimal as text would give it.
double demoRound(double value, double steps);

//! Regime of each bar, for code that walks over hours, settlements or days.
class DemoCalendar
{
  public:
    explicit DemoCalendar(const DemoRecipe& recipe);
    //! The regime of a bar; the point after the last bar belongs to the last regime.
    const DemoRegime& at(std::size_t bar) const;
    double hourFactor(std::size_t bar) const; //!< more happens while Europe and America are both awake

  private:
    const DemoRecipe* m_recipe;
    std::vector<std::uint8_t> m_regime;
};

//! What all venues of a coin have in common. Points are bar opens plus the last close, so one more than bars.
struct DemoCoinPath {
    std::vector<double> mid;              //!< per point, USDT
    std::vector<double> basisBp;          //!< per point, perp over mid
    std::vector<double> wickUp, wickDown; //!< per bar, fraction beyond the body
};

PerDemoCoin<DemoCoinPath> makeDemoCoinPaths(const DemoRecipe& recipe, const DemoCalendar& calendar);

//! Perp over mid of one venue per point: the coin's basis and the venue's own deviation.
std::vector<double> makeDemoVenueBasis(const DemoRecipe& recipe, std::size_t coin, std::size_t venue,
                                       const DemoCoinPath& path);

} // namespace carry
