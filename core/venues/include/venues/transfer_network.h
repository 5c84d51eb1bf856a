// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/time.h"
#include "portfolio/books.h"

#include <vector>

namespace carry
{

//! Fees and times of moving tokens between the wallet and exchanges.
struct TransferRules {
    Duration depositLatency = std::chrono::minutes{15};    //!< wallet -> exchange
    Duration withdrawalLatency = std::chrono::minutes{20}; //!< exchange -> wallet
    //! Charged by the exchange in the token sent, by exchange and asset.
    PerExchange<std::array<double, kAssetCount>> withdrawalFee{};
};

//! Gas of on-chain transactions. Cost in ETH = units * gwei * 1e-9, from the wallet.
struct ChainRules {
    bool gasEnabled = true;
    double gasReserveEth = 0.1;
    double transferUnits = 65'000;
    double swapUnits = 180'000;
    double approvalUnits = 55'000;
    double swapFee = 0.0005;      //!< DEX pool fee, fraction
    double swapSlippage = 0.0005; //!< fraction
    double gasEth(double units, double gwei) const { return gasEnabled ? units * gwei * 1e-9 : 0.0; }
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

//! Moves tokens: debits the sender, keeps them in flight, credits the receiver when due.
class TransferNetwork
{
  public:
    explicit TransferNetwork(const TransferRules& rules) : m_rules(rules) {}

    Duration latency(Venue from) const
    {
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
