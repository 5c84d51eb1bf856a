// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "market/tape.h"
#include "portfolio/books.h"
#include "venues/cex_account.h"

#include <optional>

namespace carry
{

//! Which frames of the tape drive the chain. What grows is read between its snapshots for accrual only; what is decided
//! on and shown is its trailing growth up to the last snapshot.
struct ChainMap {
    struct Grown {
        std::size_t accrual = 0; //!< FrameUse::Geometric
        std::size_t apr = 0;     //!< FrameUse::TrailingApr
    };
    std::optional<Grown> ratio;               //!< ETH per staked token at the protocol
    std::optional<std::size_t> marketRate;    //!< ETH per staked token on the DEX
    std::optional<Grown> lstIndex;            //!< liquidity index of the staked token's reserve
    std::optional<Grown> ethIndex, ethBorrow; //!< liquidity and variable borrow index of WETH
    std::optional<Grown> usdtIndex;
    std::optional<std::size_t> ethSupplied, ethBorrowed;   //!< totals of the WETH reserve, ETH
    std::optional<std::size_t> usdtSupplied, usdtBorrowed; //!< totals of the USDT reserve
    std::optional<std::size_t> eigen, ethfi;               //!< tokens per ETH staked, a lump sum at its payout
    std::optional<std::size_t> eigenPrice, ethfiPrice;     //!< ETH per token
    bool any() const { return ratio || ethIndex || usdtIndex; }
};

//! Which tape columns price which account.
struct LegMap {
    bool exchanges = true; //!< positions at exchanges are possible
    PerExchange<LegIndex> spot{}, perp{};
    std::optional<LegIndex> ethReference; //!< prices ETH in the wallet (gas)
    bool ethClass = false;                //!< the reporting currency is ETH
    ChainMap chain;
};

//! What is held on chain at the cursor, in ETH unless named; NaN where a figure is empty.
struct ChainSituation {
    double ratio = 0;        //!< ETH per staked token at the protocol, the oracle's price; 0 without a staked token
    double market = 0;       //!< ETH per staked token on the DEX; NaN without a series
    double discount = 0;     //!< |market - ratio| / ratio; NaN without a series
    double lst = 0;          //!< staked tokens in the wallet
    double suppliedLst = 0;  //!< tokens at Aave
    double suppliedEth = 0;  //!< at Aave
    double suppliedUsdt = 0; //!< USDT at Aave
    double collateral = 0;   //!< everything supplied at the oracle's prices
    double debt = 0;
    double ltv = 0;                  //!< debt / collateral; NaN without debt
    double healthFactor = 0;         //!< NaN without debt
    double liquidationThreshold = 0; //!< of the account's collateral, fraction; 0 without
    double maxLtv = 0;
    double lstIndex = 1, ethIndex = 1, ethBorrowIndex = 1, usdtIndex = 1; //!< ray / 1e27
    //! Trailing growth of ratio and indices between snapshots, a year of 365 days; NaN before two snapshots are known.
    double stakingApr = 0, lstSupplyApr = 0, ethSupplyApr = 0, usdtSupplyApr = 0, borrowApr = 0;
    double unstaking = 0; //!< in the protocol's exit queue
    double net = 0;       //!< collateral - debt + staked in the wallet + unstaking, without the wallet's ETH
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
    double ethPrice = 0;  //!< share class per ETH (1 in the ETH class); 0 where there is no reference leg
    double ethUsd = 0;    //!< USDT per ETH, likewise
    double gasGwei = 0;
    double inFlight = 0;          //!< value of shipments
    double netDelta = 0;          //!< coins of the base asset, all places
    double grossDelta = 0;        //!< sum of |spot| + |perp| + other coins
    double deltaDrift = 0;        //!< |net delta - target| * price / NAV
    double referencePrice = 0;    //!< of the base coin: mean of the venues' spot
    double pendingWithdrawal = 0; //!< requested by the investor, not yet paid out
    double ethInFlight = 0;       //!< ETH on its way, without what is in the exit queue
    ChainSituation chain;         //!< all zero without holdings on chain
};

//! Figures of the exchanges and exposure; performance fields are left to the caller.
void fillSituation(Situation& s, const Books& books, const CexRules& rules, const MarketView& market,
                   const LegMap& legs, Time now);

} // namespace carry
