// SPDX-License-Identifier: GPL-3.0-or-later
#include "demo_frames.h"

#include <algorithm>
#include <initializer_list>

namespace carry
{

namespace
{

using Columns = std::vector<std::string>;
using LstRates = std::array<std::vector<double>, kDemoLsts.size()>; // per day

constexpr double kRateSteps = 1e8;
constexpr double kRatioSteps = 1e10;
constexpr double kIndexSteps = 1e12;

FrameSeries makeFrame(Columns columns, std::size_t rows)
{
    FrameSeries frame;
    frame.columns = std::move(columns);
    frame.values.resize(frame.columns.size());
    for (std::vector<double>& values : frame.values)
        values.reserve(rows);
    frame.time.reserve(rows);
    frame.line.reserve(rows);
    return frame;
}

void append(FrameSeries& frame, Time time, std::initializer_list<double> row)
{
    frame.time.push_back(time);
    frame.line.push_back(static_cast<std::uint32_t>(frame.time.size()));
    std::size_t column = 0;
    for (const double value : row)
        frame.values[column++].push_back(value);
}

Time dayTime(const DemoRecipe& recipe, std::size_t day)
{
    return recipe.first + static_cast<int>(day) * kDay;
}

//! A level that wanders around the regime's, with rare spikes as a crowded block makes them.
FrameSeries makeGas(const DemoRecipe& recipe, const DemoCalendar& calendar)
{
    DemoRandom random = demoRandom(recipe, DemoStream::Gas);
    FrameSeries frame = makeFrame({"gas_price_gwei", "base_fee_gwei"}, recipe.bars());
    double level = calendar.at(0).gasGwei;
    double state = 1.0;
    for (std::size_t bar = 0; bar < recipe.bars(); ++bar) {
        level += 0.05 * (calendar.at(bar).gasGwei - level);
        state = std::clamp(state + 0.08 * (1.0 - state) + 0.10 * random.gaussian(), 0.35, 3.0);
        const double spike = random.uniform() < 0.004 ? 2.0 + 3.0 * random.uniform() : 1.0;
        const double base = demoRound(level * state * calendar.hourFactor(bar) * spike, 1e4);
        const double tip = demoRound(0.05 + 0.08 * base * random.uniform(), 1e4);
        append(frame, recipe.first + static_cast<int>(bar) * kHour, {demoRound(base + tip, 1e4), base});
    }
    return frame;
}

//! The protocol's rate grows a little unevenly; now and then a report is late and the next day catches up.
std::vector<double> makeLstRates(const DemoRecipe& recipe, std::size_t lst)
{
    DemoRandom random = demoRandom(recipe, DemoStream::Lst, lst);
    std::vector<double> rates;
    double rate = recipe.lsts[lst].start;
    double pending = 0;
    for (std::size_t day = 0; day < recipe.days; ++day) {
        rates.push_back(demoRound(rate, kRatioSteps));
        pending += recipe.lsts[lst].apr / 365.0 * (1.0 + 0.1 * random.gaussian());
        if (random.uniform() < 0.01)
            continue;
        rate *= 1.0 + pending;
        pending = 0;
    }
    return rates;
}

FrameSeries makeOracle(const DemoRecipe& recipe, const std::vector<double>& rates)
{
    FrameSeries frame = makeFrame({"oracle_price_eth"}, rates.size());
    for (std::size_t day = 0; day < rates.size(); ++day)
        append(frame, dayTime(recipe, day), {rates[day]});
    return frame;
}

//! Market against protocol rate; the protocol's is the last report, so nothing in a row lies in its future.
FrameSeries makePeg(const DemoRecipe& recipe, const DemoCalendar& calendar, const std::vector<double>& rates)
{
    DemoRandom random = demoRandom(recipe, DemoStream::Peg);
    FrameSeries frame = makeFrame({"market_rate", "protocol_rate"}, recipe.bars());
    double discountBp = calendar.at(0).pegBp;
    for (std::size_t bar = 0; bar < recipe.bars(); ++bar) {
        const DemoRegime& regime = calendar.at(bar);
        const double protocol = rates[bar / 24];
        append(frame, recipe.first + static_cast<int>(bar) * kHour,
               {demoRound(protocol * (1.0 + discountBp * 1e-4), kRateSteps), protocol});
        discountBp += 0.08 * (regime.pegBp - discountBp) + regime.pegMoveBp * random.gaussian();
    }
    return frame;
}

//! Price of one reserve token in USD.
double reservePrice(std::string_view name, double eth, const LstRates& rates, std::size_t day, DemoRandom& random)
{
    for (std::size_t lst = 0; lst < kDemoLsts.size(); ++lst)
        if (name == kDemoLsts[lst])
            return demoRound(eth * rates[lst][day], 100);
    return name == "WETH" ? demoRound(eth, 100) : demoRound(1.0 + 2e-4 * random.gaussian(), 1e4);
}

//! One day of interest, as Aave accrues it: supply linear, borrow by the Taylor series of the exponential.
void accrue(DemoReserve& state, double supplyRate, double borrowRate)
{
    const double x = borrowRate / 365.0;
    state.liquidityIndex *= 1.0 + supplyRate / 365.0;
    state.borrowIndex *= 1.0 + x + x * x / 2.0 + x * x * x / 6.0;
}

FrameSeries makeReserve(const DemoRecipe& recipe, const DemoCalendar& calendar, std::size_t reserve,
                        const std::vector<double>& ethMid, const LstRates& rates)
{
    DemoRandom random = demoRandom(recipe, DemoStream::Reserve, reserve);
    FrameSeries frame = makeFrame({"liquidityIndex", "currentLiquidityRate", "variableBorrowIndex",
                                   "currentVariableBorrowRate", "totalAToken", "totalVariableDebt", "price"},
                                  recipe.days);
    DemoReserve state = recipe.reserves[reserve];
    double level = calendar.at(0).borrowApr[reserve];
    double wander = 0;
    for (std::size_t day = 0; day < recipe.days; ++day) {
        level += 0.4 * (calendar.at(day * 24).borrowApr[reserve] - level);
        wander += -0.15 * wander + 0.02 * random.gaussian();
        const double borrowRate = demoRound(level * (1.0 + wander), kRateSteps);
        const double utilisation = std::min(state.utilisation * (1.0 + 0.3 * wander), 0.97);
        const double supplyRate = demoRound(borrowRate * utilisation * (1.0 - state.reserveFactor), kRateSteps);
        append(frame, dayTime(recipe, day),
               {demoRound(state.liquidityIndex, kIndexSteps), supplyRate, demoRound(state.borrowIndex, kIndexSteps),
                borrowRate, demoRound(state.supplied, 100), demoRound(state.supplied * utilisation, 100),
                reservePrice(kDemoReserves[reserve], ethMid[day * 24], rates, day, random)});
        accrue(state, supplyRate, borrowRate);
        state.supplied *= 1.0 + 0.0006 + 0.006 * random.gaussian();
    }
    return frame;
}

} // namespace

std::map<std::string, FrameSeries> makeDemoFrames(const DemoRecipe& recipe, const DemoCalendar& calendar,
                                                  const std::vector<double>& ethMid)
{
    std::map<std::string, FrameSeries> frames;
    frames["gas"] = makeGas(recipe, calendar);
    LstRates rates;
    for (std::size_t lst = 0; lst < kDemoLsts.size(); ++lst) {
        rates[lst] = makeLstRates(recipe, lst);
        frames["oracle." + std::string(kDemoLsts[lst]) + "_ETH"] = makeOracle(recipe, rates[lst]);
    }
    frames["peg.weETH"] = makePeg(recipe, calendar, rates[0]);
    for (std::size_t i = 0; i < kDemoReserves.size(); ++i)
        frames["aave." + std::string(kDemoReserves[i])] = makeReserve(recipe, calendar, i, ethMid, rates);
    return frames;
}

} // namespace carry
