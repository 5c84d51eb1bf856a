// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/time.h"
#include "portfolio/books.h"
#include "venues/chain_rules.h"

#include <vector>

namespace carry
{

//! Fees and times of moving tokens between the wallet and exchanges.
struct TransferRules {
    Duration depositLatency = std::chrono::minutes{15};    //!< wallet -> exchange
    Duration withdrawalLatency = std::chrono::minutes{20}; //!< exchange -> wallet
    Duration queueDelay = 7 * kDay;                        //!< exit queue of a staking protocol -> wallet
    //! Charged by the exchange in the token sent, by exchange and asset.
    PerExchange<std::array<double, kAssetCount>> withdrawalFee{};
};

//! Tokens that left one place and have not arrived at the next.
struct Shipment {
    InstructionId instruction = 0;
    Venue from = Venue::Wallet;
    Venue to = Venue::Wallet;
    Asset asset = Asset::USDT;
    Decimal amount; //!< that will arrive
    Time departed{};
    Time arrives{};
};
inline bool sameShipment(const Shipment& a, const Shipment& b)
{
    return a.instruction == b.instruction && a.from == b.from && a.departed == b.departed && a.amount == b.amount;
}

//! Moves tokens: debits the sender, keeps them in flight, credits the receiver when due.
class TransferNetwork
{
  public:
    explicit TransferNetwork(const TransferRules& rules) : m_rules(rules) {}

    Duration latency(Venue from) const
    {
        if (from == Venue::EtherFi || from == Venue::Lido)
            return m_rules.queueDelay;
        return from == Venue::Wallet ? m_rules.depositLatency : m_rules.withdrawalLatency;
    }
    Decimal withdrawalFee(Venue from, Asset asset) const;
    //! Books fee and departure; the shipment is then kept by the caller until arrive().
    Shipment depart(Books& books, Venue from, Venue to, Asset asset, Decimal amount, Time now,
                    InstructionId instruction) const;
    static void arrive(Books& books, const Shipment& shipment);

  private:
    const TransferRules& m_rules;
};

} // namespace carry
