// SPDX-License-Identifier: GPL-3.0-or-later
#include "portfolio/attribution.h"

namespace carry
{

std::string_view toText(Cause cause)
{
    constexpr std::array<std::string_view, kCauseCount> kText{
        "trade",          "trade_fee", "slippage", "withdrawal_fee", "flash_fee",   "dex_fee",  "funding", "gas",
        "debit_interest", "reward",    "transfer", "flash",          "liquidation", "external", "lending", "staking"};
    return kText[static_cast<std::size_t>(cause)];
}

std::string_view toText(PnlItem item)
{
    constexpr std::array<std::string_view, kPnlItemCount> kText{
        "spot_price",      "perp_price", "funding",    "supply_interest", "borrow_interest",
        "staking",         "rewards",    "trade_fees", "slippage",        "gas",
        "withdrawal_fees", "flash_fees", "dex_fees",   "debit_interest",  "liquidation_loss",
        "fx_revaluation",  "other"};
    return kText[static_cast<std::size_t>(item)];
}

PnlItem itemOf(Cause cause)
{
    switch (cause) {
    case Cause::TradeFee:
        return PnlItem::TradeFees;
    case Cause::Slippage:
        return PnlItem::Slippage;
    case Cause::WithdrawalFee:
        return PnlItem::WithdrawalFees;
    case Cause::FlashFee:
        return PnlItem::FlashFees;
    case Cause::DexFee:
        return PnlItem::DexFees;
    case Cause::Funding:
        return PnlItem::Funding;
    case Cause::Gas:
        return PnlItem::Gas;
    case Cause::DebitInterest:
        return PnlItem::DebitInterest;
    case Cause::Reward:
        return PnlItem::Rewards;
    case Cause::Liquidation:
        return PnlItem::LiquidationLoss;
    // What a trade or a transfer changes in value is rounding (or a price difference between two places).
    case Cause::Trade:
    case Cause::Transfer:
    case Cause::Flash:
    case Cause::External:
    case Cause::Lending:
    case Cause::Staking:
        break;
    }
    return PnlItem::Other;
}

double Attribution::sum() const
{
    double sum = 0;
    for (const double value : m_total)
        sum += value;
    return sum;
}

} // namespace carry
