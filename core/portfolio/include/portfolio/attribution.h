// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/ids.h"
#include "portfolio/account.h"

#include <array>
#include <cstdint>
#include <string_view>

namespace carry
{

//! Why a ledger entry was posted. Stored in databases: append only.
enum class Cause : std::uint8_t {
    Trade = 0,
    TradeFee = 1,
    Slippage = 2,
    WithdrawalFee = 3,
    FlashFee = 4,
    DexFee = 5,
    Funding = 6,
    Gas = 7,
    DebitInterest = 8,
    Reward = 9,
    Transfer = 10,
    Flash = 11,
    Liquidation = 12,
    External = 13,
    Lending = 14, //!< supplied, withdrawn, borrowed or repaid at Aave
    Staking = 15, //!< staked tokens minted, redeemed or exchanged for ETH
};
inline constexpr std::size_t kCauseCount = 16;
std::string_view toText(Cause cause); //!< "trade_fee"

//! The lines of P&L. Their sum is the balance P&L; basis = spot price + perp price.
enum class PnlItem : std::uint8_t {
    SpotPrice,
    PerpPrice,
    Funding,
    SupplyInterest,
    BorrowInterest,
    Staking,
    Rewards,
    TradeFees,
    Slippage,
    Gas,
    WithdrawalFees,
    FlashFees,
    DexFees,
    DebitInterest,
    LiquidationLoss,
    FxRevaluation,
    Other,
};
inline constexpr std::size_t kPnlItemCount = 17;
std::string_view toText(PnlItem item); //!< "spot_price"

//! The P&L line on which entries of a cause count; External is no P&L and counts nowhere.
PnlItem itemOf(Cause cause);

//! Cumulative signed P&L in share-class currency by line and by place. A plain value.
class Attribution
{
  public:
    void add(Venue venue, PnlItem item, double value)
    {
        m_total[static_cast<std::size_t>(item)] += value;
        m_byVenue[static_cast<std::size_t>(venue)][static_cast<std::size_t>(item)] += value;
    }
    double total(PnlItem item) const { return m_total[static_cast<std::size_t>(item)]; }
    double at(Venue venue, PnlItem item) const
    {
        return m_byVenue[static_cast<std::size_t>(venue)][static_cast<std::size_t>(item)];
    }
    double sum() const;
    const std::array<double, kPnlItemCount>& totals() const { return m_total; }

  private:
    std::array<double, kPnlItemCount> m_total{};
    std::array<std::array<double, kPnlItemCount>, kVenueCount> m_byVenue{};
};

} // namespace carry
