// SPDX-License-Identifier: GPL-3.0-or-later
#include "risk/stress.h"

#include <cmath>

namespace carry
{
namespace
{

constexpr double kYearDays = 365.0;

Figure orEmpty(double value, EmptyReason reason)
{
    return std::isfinite(value) ? Figure::of(value) : Figure::empty(reason);
}

//! A rate times an amount; nothing times a rate that nobody knows is nothing.
double income(double amount, double rate)
{
    return amount == 0 ? 0.0 : amount * rate;
}

//! USDT per unit of the share class.
double classUsd(const StressRules& rules, const StressInput& input)
{
    return rules.shareClass == Asset::ETH ? input.ethUsd : 1.0;
}

//! What is held on chain, in ETH, without the wallet's ETH and the exit queue.
double heldEth(const StressChain& c)
{
    return c.collateral() + c.lst * c.ratio - c.debt + c.writtenOff;
}

bool owes(const StressInput& input)
{
    constexpr double kBaseUnit = 1e-8; // USD: the protocol counts no less
    return input.chain.debt * input.ethUsd >= kBaseUnit;
}

double healthFactor(const StressRules& rules, const StressChain& c)
{
    return c.collateral() * rules.liquidationThreshold / c.debt;
}

//! Growth of the collateral at the rates of the moment, weighted by value.
double collateralApr(const StressChain& c)
{
    return (income(c.suppliedLst * c.ratio, c.stakingApr + c.lstSupplyApr) + income(c.suppliedEth, c.ethSupplyApr)) /
           c.collateral();
}

double carryUsd(const StressRules& rules, const StressInput& input, const PerExchange<MarginFigures>& margins)
{
    const StressChain& c = input.chain;
    const double eth = income(c.suppliedLst * c.ratio, c.stakingApr + c.lstSupplyApr) +
                       income(c.lst * c.ratio, c.stakingApr) + income(c.suppliedEth, c.ethSupplyApr) -
                       income(c.debt, c.borrowApr);
    double usd = eth * input.ethUsd + income(c.suppliedUsdt, c.usdtSupplyApr);
    for (std::size_t i = 0; rules.exchanges && i < kExchangeCount; ++i)
        usd += income(-input.venues[i].perp * input.venues[i].mark, input.venues[i].fundingApr) -
               margins[i].debit * rules.cex.margin.debitApr;
    return usd;
}

void fillLending(const StressRules& rules, const StressInput& input, StressFigures& f)
{
    const StressChain& c = input.chain;
    if (!owes(input)) {
        f.healthFactor = f.ltv = f.daysToLiquidation = Figure::empty(EmptyReason::NoDebt);
        return;
    }
    const double factor = healthFactor(rules, c);
    f.healthFactor = Figure::of(factor);
    f.lendingLiquidated = factor < 1;
    f.ltv = orEmpty(c.debt / c.collateral(), EmptyReason::LostEverything);
    f.daysToLiquidation = daysToHealthFactor(factor, 1, collateralApr(c), c.borrowApr);
}

Figure exitProceeds(const StressRules& rules, const StressInput& input)
{
    const StressChain& c = input.chain;
    const double tokens = c.lst + c.suppliedLst;
    if (c.writtenOff > 0)
        return Figure::empty(EmptyReason::LostEverything);
    if (tokens == 0 && c.debt == 0)
        return Figure::empty(EmptyReason::NotApplicable);
    // DOMAIN "Leverage": C(1 - c) - D(1 + phi), where C(1 - c) is what the DEX pays.
    const double sold = income(tokens, c.market * (1 - rules.chain.swapFee - rules.chain.swapSlippage));
    const double eth = sold + c.suppliedEth - c.debt * (1 + rules.chain.flashFee);
    return orEmpty(eth * input.ethUsd / classUsd(rules, input), EmptyReason::NoReading);
}

void losePlace(const StressRules& rules, StressInput& input, Venue venue)
{
    StressChain& c = input.chain;
    if (venue == Venue::AaveV3) { // collateral and debt go together
        c.suppliedLst = c.suppliedEth = c.suppliedUsdt = c.debt = 0;
    } else if (rules.lst && venue == issuerOf(*rules.lst)) {
        c.lst = c.suppliedLst = 0;
        input.inFlight.eth -= c.unstaking;
        c.unstaking = 0;
        c.writtenOff = std::max(0.0, c.debt - c.collateral()); // a loan without recourse
    } else {
        static_cast<AccountAmounts&>(input.venues[exchangeIndex(venue)]) = {};
    }
}

} // namespace

std::string_view toText(ScenarioKind kind)
{
    constexpr std::array<std::string_view, 7> kText{"unstressed",  "price",   "lst_ratio", "lst_market",
                                                    "borrow_rate", "funding", "venue_loss"};
    return kText[static_cast<std::size_t>(kind)];
}

double carryOnEquity(double ltv, double collateralApr, double borrowApr)
{
    return (collateralApr - ltv * borrowApr) / (1 - ltv);
}

Figure daysToHealthFactor(double healthFactor, double level, double collateralApr, double debtApr)
{
    if (healthFactor <= level)
        return Figure::of(0);
    const double closing = debtApr - collateralApr;
    if (std::isnan(closing))
        return Figure::empty(EmptyReason::NoReading);
    const double days = std::log(healthFactor / level) / closing * kYearDays;
    return closing > 0 ? orEmpty(days, EmptyReason::NoSolution) : Figure::empty(EmptyReason::NoSolution);
}

std::vector<Scenario> standardScenarios(const StressRules& rules, const StressSettings& settings)
{
    std::vector<Scenario> all{Scenario{}};
    for (const double shock : settings.price)
        all.push_back({ScenarioKind::Price, shock});
    for (const double shock : settings.lst) {
        if (!rules.lst)
            break;
        all.push_back({ScenarioKind::LstRatio, shock});
        all.push_back({ScenarioKind::LstMarket, shock});
    }
    if (rules.leverage)
        all.push_back({ScenarioKind::BorrowRate, settings.borrow, settings.days});
    if (rules.exchanges) {
        all.push_back({ScenarioKind::Funding, settings.funding, settings.days});
        for (const Venue venue : kExchanges)
            all.push_back({ScenarioKind::VenueLoss, 0, 0, venue});
    }
    if (rules.lending)
        all.push_back({ScenarioKind::VenueLoss, 0, 0, Venue::AaveV3});
    if (rules.lst)
        all.push_back({ScenarioKind::VenueLoss, 0, 0, issuerOf(*rules.lst)});
    return all;
}

StressInput shocked(const StressRules& rules, const StressInput& input, const Scenario& scenario)
{
    StressInput out = input;
    const double years = scenario.days / kYearDays;
    switch (scenario.kind) {
    case ScenarioKind::Unstressed:
        break;
    case ScenarioKind::Price:
        for (StressVenue& venue : out.venues) {
            venue.spot *= 1 + scenario.shock;
            venue.mark *= 1 + scenario.shock;
        }
        out.coinUsd *= 1 + scenario.shock;
        if (rules.base == Asset::ETH)
            out.ethUsd *= 1 + scenario.shock;
        break;
    case ScenarioKind::LstRatio:
        out.chain.ratio *= 1 + scenario.shock;
        break;
    case ScenarioKind::LstMarket:
        out.chain.market *= 1 + scenario.shock;
        break;
    case ScenarioKind::BorrowRate: // only what the shock adds to the debt meanwhile
        out.chain.debt *= std::exp(scenario.shock * years);
        out.chain.borrowApr += scenario.shock;
        break;
    case ScenarioKind::Funding:
        for (StressVenue& venue : out.venues) {
            venue.usdt += income(-venue.perp * venue.mark, scenario.shock * years);
            venue.fundingApr = scenario.shock;
        }
        break;
    case ScenarioKind::VenueLoss:
        losePlace(rules, out, scenario.venue);
        break;
    }
    return out;
}

StressFigures stressFigures(const StressRules& rules, const StressInput& input)
{
    const StressChain& c = input.chain;
    StressFigures f;
    PerExchange<MarginFigures> margins{};
    double usd = 0;
    for (std::size_t i = 0; i < kExchangeCount; ++i) {
        VenueStress& out = f.venues[i];
        const StressVenue& venue = input.venues[i];
        if (!rules.exchanges) {
            out.marginRatio = out.liquidationDistance = Figure::empty(EmptyReason::NotApplicable);
            continue;
        }
        margins[i] = CexAccount::figures(venue, rules.base, rules.cex, kExchanges[i], venue.spot, venue.mark);
        const bool open = venue.perp != 0;
        out.equity = margins[i].equity;
        out.marginRatio = orEmpty(margins[i].marginRatio, EmptyReason::NoNotional);
        out.liquidationDistance =
            orEmpty(margins[i].liquidationDistance, open ? EmptyReason::NoSolution : EmptyReason::NoNotional);
        out.liquidated = open && margins[i].collateral < margins[i].maintenance;
        usd += out.equity;
        f.netDelta += venue.coin + venue.perp;
    }
    usd += input.wallet.usdt + input.inFlight.usdt + c.suppliedUsdt;
    const double eth = input.wallet.eth + input.inFlight.eth;
    const double coin = input.wallet.coin + input.inFlight.coin;
    f.netDelta += rules.base == Asset::ETH ? eth + heldEth(c) : coin;
    usd += (eth + heldEth(c)) * input.ethUsd + coin * input.coinUsd;
    f.equity = usd / classUsd(rules, input);
    const double carry = carryUsd(rules, input, margins);
    f.carry = usd > 0 ? orEmpty(carry / usd, EmptyReason::NoReading) : Figure::empty(EmptyReason::LostEverything);
    fillLending(rules, input, f);
    f.exitProceeds = exitProceeds(rules, input);
    return f;
}

StressRow stressed(const StressRules& rules, const StressInput& input, const Scenario& scenario)
{
    const StressFigures before = stressFigures(rules, input);
    StressRow row;
    row.scenario = scenario;
    row.after = stressFigures(rules, shocked(rules, input, scenario));
    row.change = row.after.equity - before.equity;
    row.changeFraction =
        before.equity > 0 ? Figure::of(row.change / before.equity) : Figure::empty(EmptyReason::LostEverything);
    const Figure& exit = row.after.exitProceeds;
    if (exit.value && before.exitProceeds.value)
        row.exitChange = Figure::of(*exit.value - *before.exitProceeds.value);
    else
        row.exitChange = Figure::empty(exit.value ? before.exitProceeds.reason : exit.reason);
    return row;
}

std::vector<StressRow> stressAll(const StressRules& rules, const StressInput& input, const StressSettings& settings)
{
    std::vector<StressRow> rows;
    for (const Scenario& scenario : standardScenarios(rules, settings))
        rows.push_back(stressed(rules, input, scenario));
    return rows;
}

LendingHeadroom lendingHeadroom(const StressRules& rules, const StressInput& input)
{
    const StressChain& c = input.chain;
    LendingHeadroom h;
    if (!owes(input)) {
        h.ratioBudget = h.ltvRoom = h.collateralApr = h.breakEvenBorrowApr = h.daysToCritical = h.daysToLiquidation =
            Figure::empty(EmptyReason::NoDebt);
        return h;
    }
    const double factor = healthFactor(rules, c);
    const double ltv = c.debt / c.collateral();
    const double growth = collateralApr(c);
    h.ratioBudget = orEmpty(1 - 1 / factor, EmptyReason::LostEverything);
    h.ltvRoom = orEmpty(rules.liquidationThreshold - ltv, EmptyReason::LostEverything);
    h.collateralApr = orEmpty(growth, EmptyReason::NoReading);
    h.breakEvenBorrowApr = orEmpty(growth / ltv, EmptyReason::NoReading);
    h.daysToCritical = daysToHealthFactor(factor, rules.criticalHealth, growth, c.borrowApr);
    h.daysToLiquidation = daysToHealthFactor(factor, 1, growth, c.borrowApr);
    return h;
}

} // namespace carry
