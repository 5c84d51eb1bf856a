// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/ids.h"
#include "portfolio/attribution.h"
#include "portfolio/metrics.h"

#include <limits>
#include <string_view>

namespace carry
{

//! Columns of a step, in this order, then kPnlItemCount cumulative P&L lines, then the venue blocks, the asset blocks,
//! the condition values and, in runs on chain, the chain block. Share class unless named.
enum class StepColumn : std::uint8_t {
    Nav,
    UnitValue,     //!< flow-adjusted NAV per unit, 1 at the start
    Drawdown,      //!< fraction
    ExternalFlows, //!< cumulative, without the capital
    DeltaDrift,    //!< fraction of NAV
    InFlight,
    WalletUsdt,
    PendingWithdrawal,
    Unexplained, //!< balance P&L minus attribution
    RiskLevel,   //!< worst level, RiskLevel
};
inline constexpr std::size_t kStepColumnCount = 10;

enum class VenueColumn : std::uint8_t {
    Equity,
    Notional,
    Maintenance,
    MarginRatio,         //!< fraction, empty without notional
    LiquidationDistance, //!< fraction, empty without a solution
    Spot,
    Mark,
    FundingApr,   //!< fraction a year, empty before the first settlement
    Staleness,    //!< bars
    ReadingFlags, //!< ReadingFlag bits
};
inline constexpr std::size_t kVenueColumnCount = 10;

enum class AssetColumn : std::uint8_t { NetDelta, GrossDelta, Price };
inline constexpr std::size_t kAssetColumnCount = 3;

//! Lending and staking. ETH unless named.
enum class ChainColumn : std::uint8_t {
    Collateral,   //!< supplied to Aave at the oracle's prices
    Debt,         //!< borrowed from Aave
    Ltv,          //!< fraction, empty without debt
    HealthFactor, //!< empty without debt
    LstRatio,     //!< ETH per staked token at the protocol, empty without a staked token
    LstMarket,    //!< ETH per staked token on the DEX, empty without a series
    LstDiscount,  //!< |market - ratio| / ratio, likewise
    LstIndex,     //!< liquidity index of the staked token's reserve
    EthIndex,     //!< liquidity index of WETH
    EthBorrowIndex,
    UsdtIndex,
    StakingApr, //!< trailing, a year of 365 days; rates are empty before two snapshots
    LstSupplyApr,
    EthSupplyApr,
    UsdtSupplyApr,
    BorrowApr,
    Unstaking, //!< in the exit queue
    WalletEth,
    EthPrice, //!< share class per ETH
    EthUsd,   //!< USDT per ETH
};
inline constexpr std::size_t kChainColumnCount = 20;

std::string_view columnName(StepColumn column);
std::string_view columnName(VenueColumn column);
std::string_view columnName(AssetColumn column);
std::string_view columnName(ChainColumn column);

//! An absent value in a column: a NaN that carries its reason, so that storing can write NULL with it. Arithmetic never
//! produces these bits.
double absent(EmptyReason reason);
//! The reason of an absent value; None for any other number.
EmptyReason absentReason(double value);

//! Positions of the columns of one run.
struct ColumnLayout {
    std::size_t assets = 1;
    std::size_t conditions = 0;
    bool chain = false; //!< with the chain block

    static constexpr std::size_t step(StepColumn c) { return static_cast<std::size_t>(c); }
    static constexpr std::size_t pnl(PnlItem item) { return kStepColumnCount + static_cast<std::size_t>(item); }
    static constexpr std::size_t venue(std::size_t exchange, VenueColumn c)
    {
        return kStepColumnCount + kPnlItemCount + exchange * kVenueColumnCount + static_cast<std::size_t>(c);
    }
    static constexpr std::size_t asset(std::size_t index, AssetColumn c)
    {
        return venue(kExchangeCount, VenueColumn::Equity) + index * kAssetColumnCount + static_cast<std::size_t>(c);
    }
    std::size_t condition(std::size_t index) const { return asset(assets, AssetColumn::NetDelta) + index; }
    //! Only with `chain`.
    std::size_t onChain(ChainColumn c) const { return condition(conditions) + static_cast<std::size_t>(c); }
    std::size_t count() const { return condition(conditions) + (chain ? kChainColumnCount : 0); }
    //! For messages: "binance.margin_ratio".
    std::string name(std::size_t column) const;
};

} // namespace carry
