// SPDX-License-Identifier: GPL-3.0-or-later
#include "chain_keys.h"

namespace carry
{
namespace
{

void declareLeverageKeys(ParameterSchema& schema)
{
    schema.choice("leverage.mode", "atomic", {"loop", "atomic"},
                  "loop: stake, supply, borrow, again; atomic: one transaction with a flash loan");
    schema.number(
        "leverage.target_ltv", 0.91, 0.01, 0.98, "fraction",
        "Debt over collateral that is aimed at; above LT / (risk.hf_exit + risk.hf_buffer) it is refused when the "
        "run starts, with the largest value allowed");
    schema.integer("leverage.max_iterations", 23, 1, 23, "", "Borrows of a loop at most");
    schema.number("leverage.min_position_usd", 10'000, 0, 1e9, "USD", "A loop stops before a borrow below this");
    schema.boolean("leverage.redeposit_last", true, "Stake and supply what the loop borrowed last");
    schema.choice("carry.policy", "report", {"report", "reduce", "leave"},
                  "When carry on equity falls below carry.exit_below: say so, lower the LTV, or leave");
    schema.number("carry.exit_below", -0.02, -5, 5, "per year", "Carry on equity below which the policy acts");
    schema.number("carry.enter_above", 0, -5, 5, "per year",
                  "With policy reduce or leave: enter, or lever up again, only above this carry");
    schema.number("carry.reduced_ltv", 0.5, 0.01, 0.98, "fraction", "Target LTV of policy reduce");
    schema.number("carry.cooldown_hours", 168, 0, 8760, "h", "Between two acts of the policy");
}

void declareStakingKeys(ParameterSchema& schema)
{
    schema.choice("staking.exit", "dex", {"dex", "queue"},
                  "How staked tokens are sold: at once on the DEX, or through the protocol's queue at its ratio");
    schema.boolean("staking.rewards_eigen", false, "EIGEN distributions: lump sums, sold at the pool's price");
    schema.boolean("staking.rewards_ethfi", false, "ETHFI top-ups: lump sums, sold at the pool's price");
    schema.choice("data.proxy.peg", "none", {"none", "oracle"},
                  "oracle: the protocol's ratio stands in for a missing market price of the staked token");
}

} // namespace

void declareChainKeys(ParameterSchema& schema, const StrategyInfo& info)
{
    const bool eth = info.shareClass == Asset::ETH;
    schema.choice("share_class", std::string(toText(info.shareClass)), {"USDT", "ETH", "BTC"},
                  "Reporting currency and benchmark");
    schema.number("entry.min_wallet", eth ? 0.5 : 1000, 0, 1e9, "share class",
                  "Enter or add only with more than this in the wallet");
    schema.number("entry.reserve_fraction", 0, 0, 0.9, "fraction", "Kept in the wallet for quick withdrawals");
    schema.time("exit.at", "", "Close everything at this time; empty: never");
    schema.boolean("rebalance.enabled", true, "Correct delta, LTV and margin, and put new money to work");
    schema.number("rebalance.cooldown_hours", 24, 0, 8760, "h", "Between two corrections that are not urgent");
    schema.number("rebalance.min_usd", 500, 0, 1e9, "USD", "Smallest correction");
    schema.number("rebalance.equity_tolerance", 0.02, 0, 10, "fraction",
                  "Equity moved by more than this: the hedge is set anew");
    schema.number("rebalance.protect_move", 0.02, 0, 1, "fraction",
                  "Price move against which a correction is taken to protect, for the cost test");
    if (info.exchanges) {
        declareExchangeKeys(schema);
        schema.number("hedge.margin_fraction", 0.5, 0.05, 0.95, "fraction", "Share of the capital that is margin");
        schema.choice("hedge.buy_venue", "binance", {"binance", "bybit", "okx"}, "Where ETH is bought and sold");
        schema.boolean("hedge.with_purchase", true, "Short in the phase that buys the ETH; off: after staking");
    }
    if (info.staking)
        declareStakingKeys(schema);
    if (info.leverage)
        declareLeverageKeys(schema);
    schema.integer("data.grid_hours", 0, 0, 24, "h", "Only labels that are multiples of this; 0: every label");
    declareDataKeys(schema);
}

Result<ChainKeys> readChainKeys(const ParameterValues& v, const StrategyInfo& info)
{
    ChainKeys k;
    if (auto right = checkShareClass(v, info); !right)
        return fail(right.error());
    if (info.exchanges) {
        auto keys = readExchangeKeys(v);
        if (!keys)
            return fail(keys.error());
        static_cast<ExchangeKeys&>(k) = *keys;
        k.hedge = {v.number("hedge.margin_fraction"), *parseVenue(v.text("hedge.buy_venue")),
                   v.boolean("hedge.with_purchase")};
    }
    k.ethReference = *parseVenue(v.text("data.eth_reference"));
    k.minWallet = v.number("entry.min_wallet");
    k.reserveFraction = v.number("entry.reserve_fraction");
    k.exitAt = v.time("exit.at");
    k.rebalance = v.boolean("rebalance.enabled");
    k.cooldownHours = v.number("rebalance.cooldown_hours");
    k.minTradeUsd = v.number("rebalance.min_usd");
    k.equityTolerance = v.number("rebalance.equity_tolerance");
    k.protectMove = v.number("rebalance.protect_move");
    k.gridHours = v.integer("data.grid_hours");
    if (info.staking) {
        k.lst = *parseAsset(v.text("staking.lst"));
        k.exitWay = v.text("staking.exit") == "queue" ? StakingExit::Queue : StakingExit::Dex;
        k.eigen = v.boolean("staking.rewards_eigen");
        k.ethfi = v.boolean("staking.rewards_ethfi");
        k.pegFromOracle = v.text("data.proxy.peg") == "oracle";
    }
    if (!info.leverage)
        return k;
    k.leverage = {v.text("leverage.mode") == "loop" ? LeverageMode::Loop : LeverageMode::Atomic,
                  v.number("leverage.target_ltv"), static_cast<std::uint16_t>(v.integer("leverage.max_iterations")),
                  v.number("leverage.min_position_usd"), v.boolean("leverage.redeposit_last")};
    const auto& policy = v.text("carry.policy");
    k.carry = {policy == "reduce"  ? CarryPolicy::Reduce
               : policy == "leave" ? CarryPolicy::Leave
                                   : CarryPolicy::Report,
               v.number("carry.exit_below"), v.number("carry.enter_above"), v.number("carry.reduced_ltv"),
               v.number("carry.cooldown_hours")};
    return k;
}

StrategyNeeds chainNeeds(const ChainKeys& keys, const StrategyInfo& info, bool gas)
{
    StrategyNeeds needs;
    needs.gas = gas;
    needs.grid = kHour * keys.gridHours;
    LegMap& map = needs.map;
    map.exchanges = info.exchanges;
    map.ethClass = info.shareClass == Asset::ETH;
    if (info.exchanges) {
        needExchanges(needs, keys, Asset::ETH);
        map.ethReference = map.spot[exchangeIndex(keys.ethReference)];
    } else {
        map.ethReference = 0;
        needs.legs.push_back({keys.ethReference, Asset::ETH, Product::Spot, std::nullopt});
    }
    const auto add = [&needs](std::string id, std::string column, FrameUse use) {
        needs.frames.push_back({std::move(id), std::move(column), use, std::nullopt, std::nullopt});
        return needs.frames.size() - 1;
    };
    const auto grown = [&add](const std::string& id, const std::string& column) {
        return ChainMap::Grown{add(id, column, FrameUse::Geometric), add(id, column, FrameUse::TrailingApr)};
    };
    const std::string lst{toText(keys.lst)};
    if (info.staking) {
        const std::string oracle = "oracle." + lst + "_ETH";
        map.chain.ratio = grown(oracle, "oracle_price_eth");
        map.chain.marketRate = add("peg." + lst, "market_rate", FrameUse::Last);
        if (keys.pegFromOracle) {
            needs.frames.back().proxyId = oracle;
            needs.frames.back().proxyColumn = "oracle_price_eth";
        }
    }
    if (info.lending) {
        if (info.shareClass == Asset::USDT && !info.staking)
            map.chain.usdtIndex = grown("aave.USDT", "liquidityIndex");
        else
            map.chain.ethIndex = grown("aave.WETH", "liquidityIndex");
        const std::string reserve = map.chain.usdtIndex ? "aave.USDT" : "aave.WETH";
        (map.chain.usdtIndex ? map.chain.usdtSupplied : map.chain.ethSupplied) =
            add(reserve, "totalAToken", FrameUse::Last);
        (map.chain.usdtIndex ? map.chain.usdtBorrowed : map.chain.ethBorrowed) =
            add(reserve, "totalVariableDebt", FrameUse::Last);
    }
    if (info.leverage) {
        map.chain.lstIndex = grown("aave." + lst, "liquidityIndex");
        map.chain.ethBorrow = grown("aave.WETH", "variableBorrowIndex");
    }
    if (keys.eigen) {
        map.chain.eigen = add("rewards.EIGEN", "tokens_per_eeth", FrameUse::Last);
        map.chain.eigenPrice = add("dex.EIGENWETH", "open", FrameUse::Last);
    }
    if (keys.ethfi) {
        map.chain.ethfi = add("rewards.ETHFI", "tokens_per_eeth", FrameUse::Last);
        map.chain.ethfiPrice = add("dex.ETHFIWETH", "open", FrameUse::Last);
    }
    return needs;
}

} // namespace carry
