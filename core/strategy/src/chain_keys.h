// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "exchange_keys.h"

namespace carry
{

enum class LeverageMode : std::uint8_t { None, Loop, Atomic };
enum class StakingExit : std::uint8_t { Dex, Queue };
enum class CarryPolicy : std::uint8_t { Report, Reduce, Leave };

//! Keys of the strategies that hold something on chain. Amounts in share class unless named.
struct ChainKeys : ExchangeKeys {
    double minWallet = 1000;
    double reserveFraction = 0;
    std::optional<Time> exitAt;
    bool rebalance = true;
    double cooldownHours = 24;
    double minTradeUsd = 500;
    double equityTolerance = 0.02;
    double protectMove = 0.02;
    Asset lst = Asset::weETH;
    StakingExit exitWay = StakingExit::Dex;
    bool eigen = false, ethfi = false;
    bool pegFromOracle = false;
    std::int64_t gridHours = 0;
    struct Hedge {
        double marginFraction = 0.5;
        Venue buyVenue = Venue::Binance;
        bool withPurchase = true;
    } hedge;
    struct Leverage {
        LeverageMode mode = LeverageMode::None;
        double targetLtv = 0.91;
        std::uint16_t maxIterations = 23;
        double minPositionUsd = 10'000;
        bool redepositLast = true;
    } leverage;
    struct Carry {
        CarryPolicy policy = CarryPolicy::Report;
        double exitBelow = -0.02, enterAbove = 0, reducedLtv = 0.5, cooldownHours = 168;
    } carry;
};

void declareChainKeys(ParameterSchema& schema, const StrategyInfo& info);
//! ConfWeights, StratShareClass.
Result<ChainKeys> readChainKeys(const ParameterValues& values, const StrategyInfo& info);
//! The series a strategy reads and where the engine finds them.
StrategyNeeds chainNeeds(const ChainKeys& keys, const StrategyInfo& info, bool gas);

} // namespace carry
