// SPDX-License-Identifier: GPL-3.0-or-later
#include "venues/transfer_network.h"

#include <stdexcept>

namespace carry
{

Decimal TransferNetwork::withdrawalFee(Venue from, Asset asset) const
{
    if (from == Venue::Wallet)
        return {};
    return Decimal::fromDouble(m_rules.withdrawalFee[exchangeIndex(from)][static_cast<std::size_t>(asset)], 8);
}

Shipment TransferNetwork::depart(Books& books, Venue from, Venue to, Asset asset, Decimal amount, Time now,
                                 InstructionId instruction) const
{
    const auto source = books.chart().tokenAt(from, asset);
    if (!source)
        throw std::logic_error("transfer from a place that cannot hold the token");
    const Decimal fee = withdrawalFee(from, asset);
    if (!fee.isZero())
        books.post(*source, books.chart().outside(asset), fee, Cause::WithdrawalFee, instruction);
    books.post(*source, books.chart().inFlight(asset), amount, Cause::Transfer, instruction);
    return Shipment{instruction, from, to, asset, amount, now, now + latency(from)};
}

void TransferNetwork::arrive(Books& books, const Shipment& shipment)
{
    const auto target = books.chart().tokenAt(shipment.to, shipment.asset);
    if (!target)
        throw std::logic_error("transfer to a place that cannot hold the token");
    books.post(books.chart().inFlight(shipment.asset), *target, shipment.amount, Cause::Transfer, shipment.instruction);
}

} // namespace carry
