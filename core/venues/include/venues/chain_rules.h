// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/ids.h"
#include "base/time.h"

#include <array>

namespace carry
{

//! Gas of on-chain transactions and what swaps, staking and flash loans cost. Gas in ETH = units * gwei * 1e-9, from
//! the wallet.
struct ChainRules {
    bool gasEnabled = true;
    double gasReserveEth = 0.1;
    double transferUnits = 65'000;
    double swapUnits = 180'000;
    double approvalUnits = 55'000;
    double swapFee = 0.0005;      //!< DEX pool fee, fraction
    double swapSlippage = 0.0005; //!< fraction
    double stakeUnits = 150'000;
    double unstakeUnits = 200'000;
    double supplyUnits = 250'000;
    double withdrawUnits = 220'000;
    double borrowUnits = 300'000;
    double repayUnits = 280'000;
    double eModeUnits = 55'000;
    double atomicEntryUnits = 1'250'000;
    double atomicExitUnits = 850'000; //!< with one swap
    double atomicTwoSwapUnits = 1'100'000;
    double flashFee = 0;            //!< fraction of the loan
    Duration queueDelay = 7 * kDay; //!< of the staking protocol's exit queue
    double gasEth(double units, double gwei) const { return gasEnabled ? units * gwei * 1e-9 : 0.0; }
    //! ETH that selling a staked token costs, as a fraction of its value at the protocol's ratio: DOMAIN "Leverage", c.
    double sellingCost(double ratio, double market) const { return 1 - market / ratio * (1 - swapFee - swapSlippage); }
};

//! Risk parameters of one Aave reserve, fractions.
struct AaveReserveRules {
    double ltv = 0, threshold = 0, bonus = 0, reserveFactor = 0;
};

//! The Aave market of a run.
struct AaveRules {
    std::array<AaveReserveRules, kAssetCount> reserves{};             //!< by asset; outside eMode
    double eModeLtv = 0.93, eModeThreshold = 0.95, eModeBonus = 0.01; //!< ETH-correlated
    double protocolFee = 0.10;                                        //!< of the liquidation bonus
    bool marketImpact = false; //!< our own size moves the rates through the kinked curve
};

} // namespace carry
