// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/ids.h"
#include "portfolio/attribution.h"
#include "portfolio/metrics.h"

#include <limits>
#include <string_view>

namespace carry
{

//! Columns of a step, in this order, then kPnlItemCount cumulative P&L lines, then the venue blocks, the asset blocks
//! and the condition values. USDT unless named.
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

std::string_view columnName(StepColumn column);
std::string_view columnName(VenueColumn column);
std::string_view columnName(AssetColumn column);

//! An absent value in a column: a NaN that carries its reason, so that storing can write NULL with it. Arithmetic never
//! produces these bits.
double absent(EmptyReason reason);
//! The reason of an absent value; None for any other number.
EmptyReason absentReason(double value);

//! Positions of the columns of one run.
struct ColumnLayout {
    std::size_t assets = 1;
    std::size_t conditions = 0;

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
    std::size_t count() const { return condition(conditions); }
    //! For messages: "binance.margin_ratio".
    std::string name(std::size_t column) const;
};

} // namespace carry
