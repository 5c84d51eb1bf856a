// SPDX-License-Identifier: GPL-3.0-or-later
#include "execution/planner.h"

namespace carry
{

Result<std::vector<Transfer>> routeTransfer(const TransferIntent& intent, const ChartOfAccounts& chart)
{
    const bool known = chart.tokenAt(intent.from, intent.asset) && chart.tokenAt(intent.to, intent.asset);
    if (!known || intent.from == intent.to)
        return fail(Error(ErrorCode::XferUnreachable)
                        .with("asset", std::string(toText(intent.asset)))
                        .with("from", std::string(toText(intent.from)))
                        .with("to", std::string(toText(intent.to))));
    if (intent.from == Venue::Wallet || intent.to == Venue::Wallet)
        return std::vector{Transfer{intent.from, intent.to, intent.asset, intent.amount, intent.sweep}};
    // Exchanges reach each other only through the wallet.
    return std::vector{Transfer{intent.from, Venue::Wallet, intent.asset, intent.amount, intent.sweep},
                       Transfer{Venue::Wallet, intent.to, intent.asset, intent.amount, false}};
}

} // namespace carry
