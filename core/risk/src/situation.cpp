// SPDX-License-Identifier: GPL-3.0-or-later
#include "risk/situation.h"

#include <cmath>
#include <limits>

namespace carry
{
namespace
{

double ageInBars(const MarketView& market, LegIndex leg, Time now)
{
    const auto age = now - market.observed(leg);
    return static_cast<double>(age.count()) / static_cast<double>(market.cadence().count());
}

void fillVenue(VenueSituation& v, const Books& books, const CexRules& rules, const MarketView& market,
               const LegMap& legs, Venue venue, Time now)
{
    const std::size_t i = exchangeIndex(venue);
    if (!legs.exchanges) {
        constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
        v.marginRatio = v.liquidationPrice = v.liquidationDistance = v.fundingApr = kNaN;
        v.spot = v.mark = v.basis = kNaN;
        return;
    }
    const ExchangeAccounts& ids = books.chart().exchange(venue);
    v.spot = market.price(legs.spot[i]);
    v.mark = market.price(legs.perp[i]);
    static_cast<MarginFigures&>(v) = CexAccount::figures(books, rules, venue, v.spot, v.mark);
    v.usdt = books.quantity(ids.usdt);
    v.coin = books.quantity(ids.coin);
    v.perp = books.quantity(ids.perp);
    v.basis = v.mark / v.spot - 1.0;
    const FundingEvent* last = market.lastSettlement(i);
    v.fundingApr = last != nullptr ? last->trailing3d * 365.0 / 3.0 : std::numeric_limits<double>::quiet_NaN();
    v.stalenessBars = std::max(ageInBars(market, legs.spot[i], now), ageInBars(market, legs.perp[i], now));
    v.readingFlags = static_cast<std::uint8_t>(market.flags(legs.spot[i]) | market.flags(legs.perp[i]));
}

} // namespace

void fillSituation(Situation& s, const Books& books, const CexRules& rules, const MarketView& market,
                   const LegMap& legs, Time now)
{
    const ChartOfAccounts& chart = books.chart();
    s.time = now;
    s.netDelta = 0;
    s.grossDelta = 0;
    double spotSum = 0;
    for (const Venue venue : kExchanges) {
        auto& v = s.venues[exchangeIndex(venue)];
        fillVenue(v, books, rules, market, legs, venue, now);
        s.netDelta += v.coin + v.perp;
        s.grossDelta += std::abs(v.coin) + std::abs(v.perp);
        spotSum += v.spot;
    }
    const double loose = books.quantity(chart.wallet(chart.base())) + books.quantity(chart.inFlight(chart.base()));
    s.netDelta += loose;
    s.grossDelta += std::abs(loose);
    s.walletUsdt = books.quantity(chart.wallet(Asset::USDT));
    s.walletEth = books.quantity(chart.wallet(Asset::ETH));
    s.ethUsd = legs.ethReference ? market.price(*legs.ethReference) : 0.0;
    s.ethPrice = legs.ethClass ? 1.0 : s.ethUsd;
    s.referencePrice = legs.exchanges ? spotSum / static_cast<double>(kExchangeCount) : s.ethPrice;
    s.ethInFlight = books.quantity(chart.inFlight(Asset::ETH)) - s.chain.unstaking;
    if (chart.chain().any()) {
        // What is in the exit queue is in flight and was counted above.
        const double held = s.chain.net - s.chain.unstaking;
        s.netDelta += held;
        s.grossDelta += s.chain.collateral + s.chain.debt + s.chain.lst * s.chain.ratio;
    }
    s.gasGwei = market.gasGwei();
    s.inFlight = books.venueEquity(Venue::Chain);
    s.nav = books.nav();
    const double target = legs.ethClass ? s.nav : 0.0; // the class's own coin is no exposure
    s.deltaDrift = s.nav > 0 ? std::abs(s.netDelta - target) * s.referencePrice / s.nav : 0.0;
}

} // namespace carry
