// SPDX-License-Identifier: GPL-3.0-or-later
#include "basis_strategy.h"
#include "strategy/strategy.h"

namespace carry
{
namespace
{

constexpr std::array<StrategyInfo, 2> kStrategies{{
    {"btc_basis", "BTC spot long and equal perp short on three exchanges, earning funding", Asset::BTC, Asset::USDT},
    {"eth_basis", "ETH spot long and equal perp short on three exchanges, earning funding", Asset::ETH, Asset::USDT},
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

void declareStrategyParameters(ParameterSchema& schema, const StrategyInfo&)
{
    declareBasisParameters(schema);
}

Result<std::unique_ptr<Strategy>> makeStrategy(const StrategyInfo& info, const ParameterValues& values,
                                               const VenueRules& venues, const RiskLimits& limits)
{
    auto parameters = readBasisParameters(values, info);
    if (!parameters)
        return fail(parameters.error());
    return std::make_unique<BasisStrategy>(info, *parameters, venues, limits);
}

} // namespace carry
