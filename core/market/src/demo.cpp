// SPDX-License-Identifier: GPL-3.0-or-later
// The synthetic demo market. Only + - * / and square roots of doubles, random numbers of our own and values rounded to
// decimals, so that the tape has the same bytes on every machine and in every build.
#include "base/embedded.h"
#include "demo_frames.h"
#include "demo_paths.h"
#include "demo_quality.h"
#include "demo_random.h"
#include "demo_recipe.h"
#include "market/market_data.h"

#include <algorithm>
#include <stdexcept>

namespace carry::demo_resources
{
std::span<const EmbeddedText> embeddedTexts(); // made by carrydesk_embed()
}

namespace carry
{

namespace
{

constexpr std::size_t kFundingHours = 8;
constexpr double kFundingLink = 0.15; // how much of the basis' deviation a settlement picks up

std::string_view recipeText()
{
    for (const EmbeddedText& file : demo_resources::embeddedTexts())
        if (file.name == "recipe.toml")
            return file.text;
    throw std::logic_error("demo recipe: not embedded");
}

//! What the builders of single series share. Stays in place: the calendar refers to the recipe.
struct Demo {
    DemoRecipe recipe;
    DemoCalendar calendar;
    PerDemoCoin<DemoCoinPath> paths;

    explicit Demo(std::string_view text)
        : recipe(readDemoRecipe(text)), calendar(recipe), paths(makeDemoCoinPaths(recipe, calendar))
    {
    }
    Demo(const Demo&) = delete;
    Demo& operator=(const Demo&) = delete;
};

//! One candle series before it is made: where it trades and what its points are.
struct CandlePlan {
    Venue venue = Venue::Binance;
    Product product = Product::Spot;
    std::size_t coin = 0;
    double ticks = 0;                             //!< per USDT
    const std::vector<double>* basisBp = nullptr; //!< per point; none for spot
};

DemoRandom candleRandom(const Demo& demo, const CandlePlan& plan)
{
    const std::size_t product = plan.product == Product::Spot ? 0 : 1;
    return demoRandom(demo.recipe, DemoStream::Candles, 10 * exchangeIndex(plan.venue) + 2 * plan.coin + product);
}

//! Traded price at each point. Perps carry their noise in the venue's basis already.
std::vector<double> makePoints(const Demo& demo, const CandlePlan& plan, DemoRandom& random)
{
    const std::vector<double>& mid = demo.paths[plan.coin].mid;
    const double noiseBp = demo.recipe.venues[exchangeIndex(plan.venue)].noiseBp;
    std::vector<double> points;
    points.reserve(mid.size());
    for (std::size_t i = 0; i < mid.size(); ++i) {
        const double offBp = plan.basisBp != nullptr ? (*plan.basisBp)[i] : noiseBp * random.gaussian();
        points.push_back(demoRound(mid[i] * (1.0 + offBp * 1e-4), plan.ticks));
    }
    if (plan.venue == Venue::Binance && plan.product == Product::Spot)
        points.front() = demo.recipe.coins[plan.coin].start; // the recipe's start is this very open
    return points;
}

bool isMissing(const DemoRecipe& recipe, Venue venue, std::size_t bar)
{
    return std::ranges::any_of(recipe.holes, [&](const DemoHole& hole) {
        return hole.venue == venue && bar >= hole.firstBar && bar < hole.firstBar + hole.bars;
    });
}

void reserveBars(CandleSeries& series, std::size_t bars)
{
    series.time.reserve(bars);
    for (std::vector<double>* values : {&series.open, &series.high, &series.low, &series.close})
        values->reserve(bars);
    series.line.reserve(bars);
}

CandleSeries makeCandles(const Demo& demo, const CandlePlan& plan)
{
    DemoRandom random = candleRandom(demo, plan);
    const std::vector<double> points = makePoints(demo, plan, random);
    const DemoCoinPath& path = demo.paths[plan.coin];
    const double jump = demo.recipe.venues[exchangeIndex(plan.venue)].openJumpBp * 1e-4;
    CandleSeries series;
    reserveBars(series, demo.recipe.bars());
    for (std::size_t bar = 0; bar < demo.recipe.bars(); ++bar) {
        // Drawn for missing bars as well: a hole does not change the bars behind it.
        const double u = random.uniform(), up = random.uniform(), down = random.uniform();
        if (isMissing(demo.recipe, plan.venue, bar))
            continue;
        const bool jumps = bar > 0 && u >= 0.5; // half of the bars open where the last one closed
        const double open = jumps ? demoRound(points[bar] * (1.0 + jump * (4.0 * u - 3.0)), plan.ticks) : points[bar];
        const double close = points[bar + 1];
        const double top = std::max(open, close), bottom = std::min(open, close);
        const double high = demoRound(top * (1.0 + path.wickUp[bar] * (0.9 + 0.2 * up)), plan.ticks);
        const double low = demoRound(bottom * (1.0 - path.wickDown[bar] * (0.9 + 0.2 * down)), plan.ticks);
        series.time.push_back(demo.recipe.first + static_cast<int>(bar) * kHour);
        series.open.push_back(open);
        series.high.push_back(std::max(high, top));
        series.low.push_back(std::min(low, bottom));
        series.close.push_back(close);
        series.line.push_back(static_cast<std::uint32_t>(series.time.size()));
    }
    return series;
}

//! Mean basis of the hours that a settlement pays for; the first settlement has only its own point.
double meanBasisBp(const std::vector<double>& basisBp, std::size_t bar)
{
    if (bar < kFundingHours)
        return basisBp.front();
    double sum = 0;
    for (std::size_t i = bar - kFundingHours; i < bar; ++i)
        sum += basisBp[i];
    return sum / static_cast<double>(kFundingHours);
}

//! Rates wander slowly around the regime's mean, mostly together on all venues, and lean to the basis.
FundingSeries makeFunding(const Demo& demo, Venue venue, std::size_t coin, const std::vector<double>& basisBp)
{
    const std::size_t v = exchangeIndex(venue);
    DemoRandom common = demoRandom(demo.recipe, DemoStream::Funding, coin);
    DemoRandom own = demoRandom(demo.recipe, DemoStream::VenueFunding, 10 * v + coin);
    FundingSeries series;
    double meanBp = demo.calendar.at(0).fundingBp;
    double mood = 0;
    for (std::size_t bar = 0; bar < demo.recipe.bars(); bar += kFundingHours) {
        const DemoRegime& regime = demo.calendar.at(bar == 0 ? 0 : bar - 1); // of the hours paid for
        meanBp += 0.35 * (regime.fundingBp - meanBp);
        mood = 0.7 * mood + 0.714 * common.gaussian(); // variance 1
        const double noiseBp = regime.fundingSdBp * (0.8 * mood + 0.6 * own.gaussian());
        const double leanBp = kFundingLink * (meanBasisBp(basisBp, bar) - regime.basisBp);
        const double rateBp = meanBp + noiseBp + leanBp + demo.recipe.venues[v].fundingOffsetBp;
        series.time.push_back(demo.recipe.first + static_cast<int>(bar) * kHour);
        series.rate.push_back(demoRound(rateBp * 1e-4, 1e8));
        series.intervalHours.push_back(kFundingHours);
        series.line.push_back(static_cast<std::uint32_t>(series.time.size()));
    }
    return series;
}

void addVenueCoin(MarketData& data, const Demo& demo, Venue venue, std::size_t coin)
{
    const Asset asset = kDemoCoins[coin];
    const DemoCoin& ticks = demo.recipe.coins[coin];
    const std::vector<double> basisBp = makeDemoVenueBasis(demo.recipe, coin, exchangeIndex(venue), demo.paths[coin]);
    data.candles[{venue, asset, SeriesKind::SpotCandles}] =
        makeCandles(demo, {venue, Product::Spot, coin, ticks.spotTicks, nullptr});
    data.candles[{venue, asset, SeriesKind::PerpCandles}] =
        makeCandles(demo, {venue, Product::Perp, coin, ticks.perpTicks, &basisBp});
    data.funding[{venue, asset, SeriesKind::Funding}] = makeFunding(demo, venue, coin, basisBp);
}

} // namespace

MarketData makeDemoMarket()
{
    const Demo demo(recipeText());
    MarketData data;
    data.name = "demo (synthetic)";
    data.synthetic = true;
    data.files.push_back({"demo", "synthetic", 0, true});
    for (const Venue venue : kExchanges)
        for (std::size_t coin = 0; coin < kDemoCoins.size(); ++coin)
            addVenueCoin(data, demo, venue, coin);
    data.frames = makeDemoFrames(demo.recipe, demo.calendar, demo.paths[1].mid);
    data.costs = demo.recipe.costs;
    describeDemo(data);
    return data;
}

} // namespace carry
