// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "risk/situation.h"
#include "venues/cex_rules.h"

namespace carry
{

//! Pure sizing of a hedged spot/perp position at one exchange. Prices in USDT per coin.

//! Coins to buy and short for `capital` USDT at the exchange.
//! fraction 1: q = C / (S(1+f_s) + P f_p), so cash is zero after both fees; else q = fraction C / (S(1+f_s)) and the
//! rest is margin. S and P are the expected fills. Cut to the hedge lot, or at 1e-12 without rounding.
Decimal hedgedQuantity(const CexRules& rules, Venue venue, double capital, double spot, double mark, double fraction);

//! USDT that selling one coin and buying back one contract of the short sets free: sale minus fees, plus the realised
//! P&L of the perp.
double cashPerCoin(const CexRules& rules, Venue venue, const VenueSituation& v, double quantity);

//! Coins to sell (and contracts to buy back) so that `cash` USDT can be sent away; rounded up to the hedge lot, at most
//! what is there, zero if the balance suffices.
Decimal coinsToRelease(const CexRules& rules, Venue venue, const VenueSituation& v, double cash);

//! The most USDT that can leave so that the margin ratio stays at `floor` (selling coin and cutting the short with it).
double transferableSurplus(const CexRules& rules, Venue venue, const VenueSituation& v, double floor);

//! USDT that would bring the ratio back to `target`: t N - M.
inline double marginDeficit(const VenueSituation& v, double target)
{
    return target * v.notional - v.collateral;
}

//! Coins to cut on both legs so that the ratio comes back to `target`; selling coin also frees its haircut.
Decimal coinsToCut(const CexRules& rules, Venue venue, const VenueSituation& v, double target);

//! Coins to cut on both legs before `cash` USDT leave: as many as bring that cash; and where that would leave the
//! margin ratio below `warn`, as keep it where it is, or at `target` where that is lower. Where coin is no collateral,
//! cash that is there is margin.
Decimal coinsToWithdraw(const CexRules& rules, Venue venue, const VenueSituation& v, double cash, double warn,
                        double target);

} // namespace carry
