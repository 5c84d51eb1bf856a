// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/parameter.h"
#include "venues/cex_rules.h"
#include "venues/transfer_network.h"

namespace carry
{

//! Declares fees.*, instruments.*, margin.*, slippage.*, transfer.*, chain.* and execution.rounding for a base coin.
void declareVenueParameters(ParameterSchema& schema, Asset base);
//! Declares chain.units.*, aave.*, staking.* and what transfers of ETH cost: for strategies that hold something on
//! chain.
void declareChainParameters(ParameterSchema& schema);

struct VenueRules {
    CexRules cex;
    TransferRules transfer;
    ChainRules chain;
    AaveRules aave;
    std::optional<Asset> lst; //!< the staked token, where the strategy uses one
};

//! Reads them; `costs` is the data's cost table (its rows win over slippage.*). ConfMargin.
Result<VenueRules> readVenueRules(const ParameterValues& values, Asset base, const CostTable& costs);

} // namespace carry
