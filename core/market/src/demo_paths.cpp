// SPDX-License-Identifier: GPL-3.0-or-later
#include "demo_paths.h"

#include <algorithm>
#include <cmath>

namespace carry
{

namespace
{

constexpr double kHoursPerYear = 8760;
constexpr double kLargestMove = 0.045; // of a body; with two wicks an hour stays within 8 %
constexpr double kLargestWick = 0.015;

//! Volatility clusters: a multiple of the regime's value that wanders around 1.
class VolatilityState
{
  public:
    double next(DemoRandom& random)
    {
        m_state += 0.03 * (1.0 - m_state) + 0.06 * random.gaussian();
        m_state = std::clamp(m_state, 0.55, 1.9);
        return m_state;
    }

  private:
    double m_state = 1.0;
};

double wick(DemoRandom& random, double sigma)
{
    const double u = random.uniform();
    return std::min(1.3 * sigma * u * u, kLargestWick);
}

//! Hourly returns of both coins (without drift) and the wicks, which scale with the same volatility.
PerDemoCoin<std::vector<double>> drawShocks(const DemoRecipe& recipe, const DemoCalendar& calendar,
                                            PerDemoCoin<DemoCoinPath>& paths)
{
    DemoRandom random = demoRandom(recipe, DemoStream::Market);
    VolatilityState volatility;
    const double perHour = 1.0 / std::sqrt(kHoursPerYear);
    const double own = std::sqrt(1.0 - recipe.correlation * recipe.correlation);
    PerDemoCoin<std::vector<double>> shocks;
    for (std::size_t bar = 0; bar < recipe.bars(); ++bar) {
        const double scale = volatility.next(random) * calendar.hourFactor(bar) * perHour;
        const double common = random.gaussian();
        const double other = recipe.correlation * common + own * random.gaussian();
        for (std::size_t c = 0; c < kDemoCoins.size(); ++c) {
            const double sigma = calendar.at(bar).volatility[c] * scale;
            shocks[c].push_back(std::clamp(sigma * (c == 0 ? common : other), -kLargestMove, kLargestMove));
            paths[c].wickUp.push_back(wick(random, sigma));
            paths[c].wickDown.push_back(wick(random, sigma));
        }
    }
    return shocks;
}

//! Takes the mean out of each regime's shocks, so that a regime goes where its drift says whatever the seed.
void centre(const DemoRecipe& recipe, std::vector<double>& shocks)
{
    std::size_t first = 0;
    for (const DemoRegime& regime : recipe.regimes) {
        const std::size_t last = first + regime.days * 24;
        double sum = 0;
        for (std::size_t i = first; i < last; ++i)
            sum += shocks[i];
        const double mean = sum / static_cast<double>(last - first);
        for (std::size_t i = first; i < last; ++i)
            shocks[i] -= mean;
        first = last;
    }
}

//! Simple returns compounded: neither exp nor log, whose last digits differ between mathematics libraries.
std::vector<double> compound(const DemoRecipe& recipe, const DemoCalendar& calendar, std::size_t coin,
                             const std::vector<double>& shocks)
{
    std::vector<double> mid{recipe.coins[coin].start};
    mid.reserve(shocks.size() + 1);
    for (std::size_t bar = 0; bar < shocks.size(); ++bar)
        mid.push_back(mid.back() * (1.0 + calendar.at(bar).drift[coin] / kHoursPerYear + shocks[bar]));
    return mid;
}

std::vector<double> drawBasis(const DemoRecipe& recipe, const DemoCalendar& calendar, std::size_t coin)
{
    DemoRandom random = demoRandom(recipe, DemoStream::Basis, coin);
    std::vector<double> basis;
    basis.reserve(recipe.bars() + 1);
    double level = calendar.at(0).basisBp;
    for (std::size_t point = 0; point <= recipe.bars(); ++point) {
        basis.push_back(level);
        level += 0.10 * (calendar.at(point).basisBp - level) + random.gaussian();
    }
    return basis;
}

} // namespace

double demoRound(double value, double steps)
{
    return std::floor(value * steps + 0.5) / steps;
}

DemoCalendar::DemoCalendar(const DemoRecipe& recipe) : m_recipe(&recipe)
{
    m_regime.reserve(recipe.bars());
    for (std::size_t i = 0; i < recipe.regimes.size(); ++i)
        m_regime.insert(m_regime.end(), recipe.regimes[i].days * 24, static_cast<std::uint8_t>(i));
}

const DemoRegime& DemoCalendar::at(std::size_t bar) const
{
    return m_recipe->regimes[m_regime[std::min(bar, m_regime.size() - 1)]];
}

double DemoCalendar::hourFactor(std::size_t bar) const
{
    const std::size_t hour = bar % 24;
    return hour >= 13 && hour < 21 ? 1.25 : 0.85; // mean square 1
}

PerDemoCoin<DemoCoinPath> makeDemoCoinPaths(const DemoRecipe& recipe, const DemoCalendar& calendar)
{
    PerDemoCoin<DemoCoinPath> paths;
    PerDemoCoin<std::vector<double>> shocks = drawShocks(recipe, calendar, paths);
    for (std::size_t c = 0; c < kDemoCoins.size(); ++c) {
        centre(recipe, shocks[c]);
        paths[c].mid = compound(recipe, calendar, c, shocks[c]);
        paths[c].basisBp = drawBasis(recipe, calendar, c);
    }
    return paths;
}

std::vector<double> makeDemoVenueBasis(const DemoRecipe& recipe, std::size_t coin, std::size_t venue,
                                       const DemoCoinPath& path)
{
    DemoRandom random = demoRandom(recipe, DemoStream::VenueBasis, 10 * venue + coin);
    std::vector<double> basis;
    basis.reserve(path.basisBp.size());
    double deviation = 0;
    for (const double common : path.basisBp) {
        basis.push_back(common + deviation);
        deviation += -0.25 * deviation + 0.8 * random.gaussian();
    }
    return basis;
}

} // namespace carry
