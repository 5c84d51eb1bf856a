// SPDX-License-Identifier: GPL-3.0-or-later
#include "strategy/basis_sizing.h"

#include <algorithm>
#include <cmath>

namespace carry
{
namespace
{

constexpr int kUnroundedDecimals = 12;

Decimal roundDown(const CexRules& rules, Venue venue, double quantity)
{
    if (!(quantity > 0))
        return {};
    if (rules.rounding == RoundingMode::None)
        return Decimal::fromDouble(quantity, kUnroundedDecimals, Rounding::Down);
    return Decimal::fromDouble(quantity, kUnroundedDecimals, Rounding::Down).truncatedTo(rules.hedgeLot(venue));
}

Decimal roundUp(const CexRules& rules, Venue venue, double quantity)
{
    if (!(quantity > 0))
        return {};
    const Decimal exact = Decimal::fromDouble(quantity, kUnroundedDecimals, Rounding::Up);
    if (rules.rounding == RoundingMode::None)
        return exact;
    const Decimal lot = rules.hedgeLot(venue);
    const Decimal down = exact.truncatedTo(lot);
    return down == exact ? down : down + lot;
}

//! What both legs hold, at most.
Decimal available(const VenueSituation& v)
{
    return Decimal::fromDouble(std::min(v.coin, std::abs(v.perp)), kUnroundedDecimals); // to nearest: 0.62 is 0.62
}

double coinHaircut(const CexRules& rules, Asset base)
{
    // Without cross collateral coin does not count at all: selling it frees its whole value.
    return rules.margin.mode == MarginMode::Cross ? rules.margin.haircut[static_cast<std::size_t>(base)] : 1.0;
}

//! The haircut share of coin collateral, inferred from the figures so that sizing needs no asset.
double haircutOf(const CexRules& rules, const VenueSituation& v)
{
    if (rules.margin.mode == MarginMode::Isolated)
        return coinHaircut(rules, Asset::USDT);
    const double coinValue = v.coin * v.spot;
    return coinValue > 0 ? std::clamp((v.equity - v.collateral) / coinValue, 0.0, 1.0) : 0.0;
}

//! Fees and slippage of selling one coin and buying back one contract.
double costPerCoin(const CexRules& rules, Venue venue, const VenueSituation& v, double quantity)
{
    const TradingFees& fees = rules.at(venue).fees;
    const double sold = rules.fillPrice(venue, Product::Spot, Side::Sell, v.spot, quantity);
    const double bought = rules.fillPrice(venue, Product::Perp, Side::Buy, v.mark, quantity);
    return v.spot - sold * (1 - fees.spotTaker) + (bought - v.mark) + bought * fees.perpTaker;
}

} // namespace

Decimal hedgedQuantity(const CexRules& rules, Venue venue, double capital, double spot, double mark, double fraction)
{
    const double guess = capital / spot;
    const double spotFill = rules.fillPrice(venue, Product::Spot, Side::Buy, spot, guess);
    const double perpFill = rules.fillPrice(venue, Product::Perp, Side::Sell, mark, guess);
    const TradingFees& fees = rules.at(venue).fees;
    const double perCoin =
        fraction >= 1.0 ? spotFill * (1 + fees.spotTaker) + perpFill * fees.perpTaker : spotFill * (1 + fees.spotTaker);
    return roundDown(rules, venue, std::min(fraction, 1.0) * capital / perCoin);
}

double cashPerCoin(const CexRules& rules, Venue venue, const VenueSituation& v, double quantity)
{
    const double unrealisedPerCoin = v.perp != 0 ? v.unrealised / std::abs(v.perp) : 0.0;
    return v.spot + unrealisedPerCoin - costPerCoin(rules, venue, v, quantity);
}

Decimal coinsToRelease(const CexRules& rules, Venue venue, const VenueSituation& v, double cash)
{
    const double missing = cash - v.usdt;
    if (missing <= 0)
        return {};
    constexpr double kFillTolerance = 1.001; // prices may move a little before the sale
    double perCoin = cashPerCoin(rules, venue, v, missing / v.spot);
    if (perCoin > 0) // a short with losses needs more coins, and more coins cost more each
        perCoin = cashPerCoin(rules, venue, v, missing * kFillTolerance / perCoin);
    if (perCoin <= 0)
        return available(v);
    return std::min(roundUp(rules, venue, missing * kFillTolerance / perCoin), available(v));
}

double transferableSurplus(const CexRules& rules, Venue venue, const VenueSituation& v, double floor)
{
    const double spare = v.collateral - floor * v.notional;
    if (spare <= 0)
        return 0;
    const double cash = v.usdt; // a debit is paid out of the sale first
    if (spare <= cash)
        return spare; // plain cash covers it
    // Beyond the cash y = (X - cash)/g coins are sold and bought back: collateral gains (h S - cost) y, notional loses
    // m y.
    const double g = cashPerCoin(rules, venue, v, std::abs(v.perp));
    const double y = std::min(v.coin, std::abs(v.perp));
    if (g <= 0 || y <= 0)
        return std::max(0.0, cash);
    const double cost = costPerCoin(rules, venue, v, std::abs(v.perp));
    const double relief = (haircutOf(rules, v) * v.spot - cost + floor * v.mark) / g;
    const double byRatio = relief >= 1 ? v.equity : (spare - relief * cash) / (1 - relief);
    return std::clamp(byRatio, 0.0, std::max(0.0, cash + y * g));
}

Decimal coinsToCut(const CexRules& rules, Venue venue, const VenueSituation& v, double target)
{
    const double missing = marginDeficit(v, target);
    if (missing <= 0)
        return {};
    const double perCoin =
        haircutOf(rules, v) * v.spot + target * v.mark - costPerCoin(rules, venue, v, available(v).toDouble());
    if (perCoin <= 0)
        return available(v);
    return std::min(roundUp(rules, venue, missing / perCoin), available(v));
}

Decimal coinsToWithdraw(const CexRules& rules, Venue venue, const VenueSituation& v, double cash, double warn,
                        double target)
{
    const Decimal released = coinsToRelease(rules, venue, v, cash);
    if (v.notional <= 0)
        return released;
    VenueSituation after = v;
    after.equity -= cash;
    after.collateral -= cash;
    if (released >= coinsToCut(rules, venue, after, warn))
        return released;
    return std::max(released, coinsToCut(rules, venue, after, std::min(target, v.collateral / v.notional)));
}

} // namespace carry
