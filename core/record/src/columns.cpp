// SPDX-License-Identifier: GPL-3.0-or-later
#include "record/columns.h"

#include <bit>
#include <cmath>
#include <string>

namespace carry
{
namespace
{
// Quiet NaN with a tag in the payload; the low byte is the reason.
constexpr std::uint64_t kAbsentTag = 0x7ff8'ca44'0000'0000ULL;
} // namespace

std::string_view columnName(StepColumn column)
{
    constexpr std::array<std::string_view, kStepColumnCount> kNames{
        "nav",       "unit_value",  "drawdown",           "external_flows", "delta_drift",
        "in_flight", "wallet_usdt", "pending_withdrawal", "unexplained",    "risk_level"};
    return kNames[static_cast<std::size_t>(column)];
}

std::string_view columnName(VenueColumn column)
{
    constexpr std::array<std::string_view, kVenueColumnCount> kNames{
        "equity", "notional", "maintenance", "margin_ratio", "liquidation_distance",
        "spot",   "mark",     "funding_apr", "staleness",    "reading_flags"};
    return kNames[static_cast<std::size_t>(column)];
}

std::string_view columnName(AssetColumn column)
{
    constexpr std::array<std::string_view, kAssetColumnCount> kNames{"net_delta", "gross_delta", "price"};
    return kNames[static_cast<std::size_t>(column)];
}

std::string_view columnName(ChainColumn column)
{
    constexpr std::array<std::string_view, kChainColumnCount> kNames{
        "collateral",       "debt",           "ltv",
        "health_factor",    "lst_ratio",      "lst_market",
        "lst_discount",     "lst_index",      "eth_index",
        "eth_borrow_index", "usdt_index",     "staking_apr",
        "lst_supply_apr",   "eth_supply_apr", "usdt_supply_apr",
        "borrow_apr",       "unstaking",      "wallet_eth",
        "eth_price",        "eth_usd"};
    return kNames[static_cast<std::size_t>(column)];
}

double absent(EmptyReason reason)
{
    return std::bit_cast<double>(kAbsentTag | static_cast<std::uint64_t>(reason));
}

EmptyReason absentReason(double value)
{
    const auto bits = std::bit_cast<std::uint64_t>(value);
    return (bits & ~std::uint64_t{0xff}) == kAbsentTag ? static_cast<EmptyReason>(bits & 0xff) : EmptyReason::None;
}

std::string ColumnLayout::name(std::size_t column) const
{
    if (column < kStepColumnCount)
        return std::string(columnName(static_cast<StepColumn>(column)));
    if (column < venue(0, VenueColumn::Equity))
        return "pnl." + std::string(toText(static_cast<PnlItem>(column - kStepColumnCount)));
    if (column < asset(0, AssetColumn::NetDelta)) {
        const std::size_t at = column - venue(0, VenueColumn::Equity);
        return std::string(toText(kExchanges[at / kVenueColumnCount])) + "." +
               std::string(columnName(static_cast<VenueColumn>(at % kVenueColumnCount)));
    }
    if (column < condition(0)) {
        const std::size_t at = column - asset(0, AssetColumn::NetDelta);
        return "asset" + std::to_string(at / kAssetColumnCount) + "." +
               std::string(columnName(static_cast<AssetColumn>(at % kAssetColumnCount)));
    }
    if (column < condition(conditions))
        return "condition" + std::to_string(column - condition(0));
    return "chain." + std::string(columnName(static_cast<ChainColumn>(column - condition(conditions))));
}

} // namespace carry
