// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "market/tape.h"
#include "portfolio/books.h"
#include "venues/cex_account.h"

#include <optional>

namespace carry
{

//! Which tape columns price which account.
struct LegMap {
    PerExchange<LegIndex> spot{}, perp{};
    std::optional<LegIndex> ethReference; //!< prices ETH in the wallet (gas)
};

//! One exchange at the cursor: margin figures, quantities, prices and how fresh they are.
struct VenueSituation : MarginFigures {
    double usdt = 0, coin = 0, perp = 0;
    double spot = 0, mark = 0;
    double basis = 0;         //!< mark / spot - 1
    double fundingApr = 0;    //!< sum of the last 3 days' rates * 365/3; NaN before the first settlement
    double stalenessBars = 0; //!< age of the older leg, in bars
    std::uint8_t readingFlags = 0;
};

//! Everything risk, strategy and record need of one instant. USDT unless named; NaN where a figure is empty.
struct Situation {
    Time time{};
    bool decisionTime = false; //!< a bar label, and nothing but a bar label
    PerExchange<VenueSituation> venues;
    double nav = 0;
    double unitValue = 1; //!< flow-adjusted NAV per unit, 1 at the start
    double drawdown = 0;  //!< (peak - unit value) / peak
    double walletUsdt = 0;
    double walletEth = 0; //!< ETH
    double ethPrice = 0;  //!< of the reference leg, 0 where none
    double gasGwei = 0;
    double inFlight = 0;          //!< value of shipments
    double netDelta = 0;          //!< coins of the base asset, all places
    double grossDelta = 0;        //!< sum of |spot| + |perp| + other coins
    double deltaDrift = 0;        //!< |net delta - target| * price / NAV
    double referencePrice = 0;    //!< of the base coin: mean of the venues' spot
    double pendingWithdrawal = 0; //!< requested by the investor, not yet paid out
};

//! Figures of the exchanges and exposure; performance fields are left to the caller.
void fillSituation(Situation& s, const Books& books, const CexRules& rules, const MarketView& market,
                   const LegMap& legs, Time now);

} // namespace carry
