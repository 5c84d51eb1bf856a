// SPDX-License-Identifier: GPL-3.0-or-later
#include "basis_strategy.h"
#include "chain_strategy.h"
#include "strategy/strategy.h"

namespace carry
{
namespace
{

constexpr StrategyInfo onChain(std::string_view name, std::string_view summary, Asset shareClass, bool exchanges,
                               bool lending, bool staking, bool leverage)
{
    return {name, summary, Asset::ETH, shareClass, exchanges, lending, staking, leverage};
}

constexpr std::array<StrategyInfo, 8> kStrategies{{
    {"btc_basis", "BTC spot long and equal perp short on three exchanges, earning funding", Asset::BTC, Asset::USDT},
    {"eth_basis", "ETH spot long and equal perp short on three exchanges, earning funding", Asset::ETH, Asset::USDT},
    onChain("pure_lending_usdt", "USDT supplied to Aave", Asset::USDT, false, true, false, false),
    onChain("pure_lending_eth", "ETH supplied to Aave", Asset::ETH, false, true, false, false),
    onChain("eth_staking_only", "ETH staked with EtherFi or Lido and held", Asset::ETH, false, false, true, false),
    onChain("eth_leveraged", "Staked ETH as collateral for more of it, by a loop or a flash loan", Asset::ETH, false,
            true, true, true),
    onChain("usdt_eth_staking_hedged", "Half staked ETH, half margin; the net ETH is short on three exchanges",
            Asset::USDT, true, false, true, false),
    onChain("usdt_eth_staking_hedged_leveraged", "Leveraged staked ETH on Aave, its net ETH short on three exchanges",
            Asset::USDT, true, true, true, true),
}};

} // namespace

std::span<const StrategyInfo> strategyInfos()
{
    return kStrategies;
}

Result<StrategyInfo> findStrategy(std::string_view name)
{
    for (const auto& info : kStrategies)
        if (info.name == name)
            return info;
    return fail(Error(ErrorCode::StratUnknown).with("found", std::string(name)));
}

void declareStrategyParameters(ParameterSchema& schema, const StrategyInfo& info)
{
    if (info.onChain())
        declareChainKeys(schema, info);
    else
        declareBasisParameters(schema);
}

Result<std::unique_ptr<Strategy>> makeStrategy(const StrategyInfo& info, const ParameterValues& values,
                                               const VenueRules& venues, const RiskLimits& limits)
{
    if (info.onChain()) {
        auto keys = readChainKeys(values, info);
        if (!keys)
            return fail(keys.error());
        return std::make_unique<ChainStrategy>(info, std::move(*keys), venues, limits);
    }
    auto parameters = readBasisParameters(values, info);
    if (!parameters)
        return fail(parameters.error());
    return std::make_unique<BasisStrategy>(info, *parameters, venues, limits);
}

} // namespace carry
