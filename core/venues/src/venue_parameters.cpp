// SPDX-License-Identifier: GPL-3.0-or-later
// Defaults: published base-tier fees, tiers and trading rules of Binance, Bybit and OKX (their fee schedule, leverage &
// margin and trading-rules pages); every one is a key because the venues change them.
#include "venues/venue_parameters.h"

namespace carry
{
namespace
{

struct VenueDefaults {
    Venue venue;
    double perpTaker, perpMaker;
    const char* tiersBtc;
    const char* tiersEth;
    double withdrawalUsdt; // flat fee on Ethereum; venues change it with gas
    const char *btcSpotLot, *btcPerpLot, *btcContract;
    const char *ethSpotLot, *ethPerpLot, *ethContract;
};

constexpr std::array<VenueDefaults, kExchangeCount> kDefaults{{
    {Venue::Binance, 0.0005, 0.0002, "0:0.004,300000:0.005,800000:0.0065,3000000:0.01,12000000:0.02,70000000:0.025",
     "0:0.004,300000:0.005,800000:0.0065,3000000:0.01,12000000:0.02,50000000:0.025", 4, "0.00001", "0.001", "0",
     "0.0001", "0.001", "0"},
    {Venue::Bybit, 0.00055, 0.0002, "0:0.005,2000000:0.0056,5000000:0.006,10000000:0.01,20000000:0.015",
     "0:0.005,2000000:0.0056,5000000:0.006,10000000:0.01,20000000:0.015", 4, "0.000001", "0.001", "0", "0.00001",
     "0.01", "0"},
    {Venue::Okx, 0.0005, 0.0002, "0:0.004,500000:0.005,2000000:0.01,6000000:0.015,20000000:0.02",
     "0:0.004,500000:0.005,2000000:0.01,6000000:0.015,20000000:0.02", 4, "0.00000001", "0.0001", "0.01", "0.000001",
     "0.001", "0.1"},
}};

std::string key(std::string_view group, Venue venue, std::string_view name)
{
    return std::string(group) + "." + std::string(toText(venue)) + "." + std::string(name);
}

void declareExchange(ParameterSchema& schema, const VenueDefaults& d, Asset base)
{
    const std::string name{displayName(d.venue)};
    const bool btc = base == Asset::BTC;
    schema.number(key("fees", d.venue, "spot_taker"), 0.001, 0, 0.05, "fraction", name + " spot taker fee");
    schema.number(key("fees", d.venue, "perp_taker"), d.perpTaker, 0, 0.05, "fraction", name + " perp taker fee");
    schema.number(key("fees", d.venue, "spot_maker"), 0.001, -0.01, 0.05, "fraction", name + " spot maker fee");
    schema.number(key("fees", d.venue, "perp_maker"), d.perpMaker, -0.01, 0.05, "fraction", name + " perp maker fee");
    schema.text(key("instruments", d.venue, "spot_lot"), btc ? d.btcSpotLot : d.ethSpotLot,
                name + " spot quantity step, in coin");
    schema.text(key("instruments", d.venue, "perp_lot"), btc ? d.btcPerpLot : d.ethPerpLot,
                name + " perp quantity step, in coin");
    schema.text(key("instruments", d.venue, "contract_value"), btc ? d.btcContract : d.ethContract,
                name + " coin per perp contract; 0 where the perp trades in coin");
    schema.number(key("instruments", d.venue, "spot_tick"), 0.01, 0, 1000, "USDT", name + " spot price step");
    schema.number(key("instruments", d.venue, "perp_tick"), btc ? 0.1 : 0.01, 0, 1000, "USDT",
                  name + " perp price step");
    schema.number(key("instruments", d.venue, "min_notional"), 5, 0, 1e6, "USDT", name + " smallest order");
    schema.text(key("margin", d.venue, "tiers"), btc ? d.tiersBtc : d.tiersEth,
                name + " maintenance margin: notional:rate,... rising");
    schema.number(key("transfer", d.venue, "withdrawal_fee_usdt"), d.withdrawalUsdt, 0, 1000, "USDT",
                  name + " flat fee of a USDT withdrawal on Ethereum");
}

Result<Decimal> readLot(const ParameterValues& values, const std::string& name, bool zeroAllowed)
{
    const auto parsed = Decimal::parse(values.text(name));
    if (!parsed || parsed->isNegative() || (!zeroAllowed && parsed->isZero()))
        return fail(Error(ErrorCode::ConfType)
                        .with("key", name)
                        .with("found", values.text(name))
                        .with("expected", "a decimal quantity above zero, such as 0.001"));
    return *parsed;
}

Result<ExchangeRules> readExchange(const ParameterValues& v, Venue venue, double maxRate)
{
    ExchangeRules rules;
    rules.fees = {v.number(key("fees", venue, "spot_taker")), v.number(key("fees", venue, "spot_maker")),
                  v.number(key("fees", venue, "perp_taker")), v.number(key("fees", venue, "perp_maker"))};
    const auto spotLot = readLot(v, key("instruments", venue, "spot_lot"), false);
    const auto perpLot = readLot(v, key("instruments", venue, "perp_lot"), false);
    const auto contract = readLot(v, key("instruments", venue, "contract_value"), true);
    for (const auto* lot : {&spotLot, &perpLot, &contract})
        if (!*lot)
            return fail(lot->error());
    rules.instrument.spotLot = *spotLot;
    rules.instrument.perpLot = *perpLot;
    rules.instrument.contractValue = *contract;
    rules.instrument.spotTick = v.number(key("instruments", venue, "spot_tick"));
    rules.instrument.perpTick = v.number(key("instruments", venue, "perp_tick"));
    rules.instrument.minNotional = v.number(key("instruments", venue, "min_notional"));
    const auto tiersKey = key("margin", venue, "tiers");
    const auto tiers = MarginTiers::parse(tiersKey, v.text(tiersKey), maxRate);
    if (!tiers)
        return fail(tiers.error());
    rules.tiers = *tiers;
    return rules;
}

SlippageModel readSlippage(const ParameterValues& v, Asset base, const CostTable& costs)
{
    SlippageModel model;
    model.enabled = v.text("slippage.model") == "table";
    model.spot = {v.number("slippage.spot_10k"), v.number("slippage.spot_100k"), v.number("slippage.spot_above")};
    model.perp = {v.number("slippage.perp_10k"), v.number("slippage.perp_100k"), v.number("slippage.perp_above")};
    const std::string coin{toText(base)};
    const auto find = [&](const std::string& pair) {
        const auto it = costs.find(pair);
        return it == costs.end() ? nullptr : &it->second;
    };
    if (const auto* row = find(coin + "/USDT")) {
        model.spot = *row;
    } else if (const auto* eth = find("ETH/USDT")) {
        model.spot = *eth; // the usual tables have no BTC spot row
        model.spotIsProxy = true;
    }
    if (const auto* row = find(coin + " perp"))
        model.perp = *row;
    return model;
}

//! Outside eMode: the protocol's published parameters (LTV, threshold, bonus, reserve factor).
constexpr AaveReserveRules kWeth{0.805, 0.83, 0.05, 0.15}, kUsdt{0.75, 0.78, 0.045, 0.10},
    kWeEth{0.775, 0.80, 0.07, 0.45}, kWstEth{0.785, 0.81, 0.06, 0.05};

Result<void> readChainRules(const ParameterValues& v, VenueRules& rules)
{
    const auto units = [&v](const char* name) { return v.number(std::string("chain.units.") + name); };
    ChainRules& c = rules.chain;
    c.stakeUnits = units("stake");
    c.unstakeUnits = units("unstake");
    c.supplyUnits = units("supply");
    c.withdrawUnits = units("withdraw");
    c.borrowUnits = units("borrow");
    c.repayUnits = units("repay");
    c.eModeUnits = units("set_emode");
    c.atomicEntryUnits = units("atomic_entry");
    c.atomicExitUnits = units("atomic_exit");
    c.atomicTwoSwapUnits = units("atomic_exit_two_swaps");
    c.flashFee = v.number("chain.flash_fee");
    c.queueDelay =
        Duration{static_cast<std::int64_t>(v.number("staking.queue_days") * static_cast<double>(kDay.count()))};
    rules.transfer.queueDelay = c.queueDelay;
    for (const Venue venue : kExchanges)
        rules.transfer.withdrawalFee[exchangeIndex(venue)][static_cast<std::size_t>(Asset::ETH)] =
            v.number(key("transfer", venue, "withdrawal_fee_eth"));
    AaveRules& a = rules.aave;
    a.eModeLtv = v.number("aave.emode_ltv");
    a.eModeThreshold = v.number("aave.emode_threshold");
    a.eModeBonus = v.number("aave.emode_bonus");
    a.protocolFee = v.number("aave.liquidation_protocol_fee");
    a.marketImpact = v.boolean("aave.market_impact");
    if (a.eModeLtv >= a.eModeThreshold)
        return fail(Error(ErrorCode::ConfThresholds)
                        .with("key", "aave.emode_threshold (must exceed aave.emode_ltv)")
                        .with("warn", formatValue(a.eModeLtv))
                        .with("critical", formatValue(a.eModeThreshold)));
    a.reserves[static_cast<std::size_t>(Asset::ETH)] = kWeth;
    a.reserves[static_cast<std::size_t>(Asset::USDT)] = kUsdt;
    a.reserves[static_cast<std::size_t>(Asset::weETH)] = kWeEth;
    a.reserves[static_cast<std::size_t>(Asset::wstETH)] = kWstEth;
    rules.lst = parseAsset(v.text("staking.lst"));
    return {};
}

} // namespace

void declareVenueParameters(ParameterSchema& schema, Asset base)
{
    for (const auto& d : kDefaults)
        declareExchange(schema, d, base);
    schema.choice("margin.mode", "cross", {"cross", "isolated"},
                  "cross: every coin is collateral; isolated: USDT only");
    schema.number("margin.haircut.USDT", 0, 0, 1, "fraction", "Taken off a positive USDT balance as collateral");
    schema.number("margin.haircut.BTC", 0.05, 0, 1, "fraction", "Taken off a positive BTC balance as collateral");
    schema.number("margin.haircut.ETH", 0.05, 0, 1, "fraction", "Taken off a positive ETH balance as collateral");
    schema.number("margin.debit_apr", 0.08, 0, 2, "per year of 365 days", "Interest on a negative USDT balance");
    schema.number("margin.max_leverage", 20, 1, 125, "x", "Initial margin is its inverse");
    schema.number("margin.liquidation_fee", 0.005, 0, 0.1, "fraction", "Of the notional closed by the venue");
    schema.choice("slippage.model", "table", {"table", "none"}, "table: basis points by size; none: fills at the open");
    schema.number("slippage.spot_10k", 5, 0, 1000, "bp",
                  "Spot trade up to 10,000 USD, where the data have no cost table");
    schema.number("slippage.spot_100k", 7, 0, 1000, "bp", "Spot trade up to 100,000 USD");
    schema.number("slippage.spot_above", 13, 0, 1000, "bp", "Larger spot trade");
    schema.number("slippage.perp_10k", 3, 0, 1000, "bp", "Perp trade up to 10,000 USD");
    schema.number("slippage.perp_100k", 4, 0, 1000, "bp", "Perp trade up to 100,000 USD");
    schema.number("slippage.perp_above", 8, 0, 1000, "bp", "Larger perp trade");
    schema.choice("execution.rounding", "venue", {"venue", "none"},
                  "venue: respect tick, lot, contract and minimum; none: cut at 1e-12");
    schema.number("transfer.deposit_latency_min", 15, 0, 10'080, "min", "Wallet to exchange");
    schema.number("transfer.withdrawal_latency_min", 20, 0, 10'080, "min", "Exchange to wallet");
    schema.boolean("chain.gas", true, "Charge gas for on-chain transactions, from the gas series");
    schema.number("chain.gas_reserve_eth", 0.1, 0, 100, "ETH", "Kept in the wallet for gas; bought first");
    schema.number("chain.units.transfer", 65'000, 21'000, 1e7, "gas", "Units of a token transfer");
    schema.number("chain.units.swap", 180'000, 21'000, 1e7, "gas", "Units of a DEX swap");
    schema.number("chain.units.approval", 55'000, 21'000, 1e7, "gas", "Units of a token approval before a swap");
    schema.number("chain.swap_fee", 0.0005, 0, 0.05, "fraction", "Pool fee of a DEX swap");
    schema.number("chain.swap_slippage", 0.0005, 0, 0.05, "fraction", "Slippage of a DEX swap");
}

void declareChainParameters(ParameterSchema& schema)
{
    for (const Venue venue : kExchanges)
        schema.number(key("transfer", venue, "withdrawal_fee_eth"), 0.001, 0, 1, "ETH",
                      std::string(displayName(venue)) + " flat fee of an ETH withdrawal on Ethereum");
    const ChainRules d;
    const auto units = [&schema](const char* name, double value, const char* help) {
        schema.number(std::string("chain.units.") + name, value, 21'000, 1e8, "gas", help);
    };
    units("stake", d.stakeUnits, "Units of staking ETH");
    units("unstake", d.unstakeUnits, "Units of asking for a redemption");
    units("supply", d.supplyUnits, "Units of supplying to Aave");
    units("withdraw", d.withdrawUnits, "Units of withdrawing from Aave");
    units("borrow", d.borrowUnits, "Units of borrowing from Aave");
    units("repay", d.repayUnits, "Units of repaying to Aave");
    units("set_emode", d.eModeUnits, "Units of entering or leaving eMode");
    units("atomic_entry", d.atomicEntryUnits, "Units of an entry with a flash loan");
    units("atomic_exit", d.atomicExitUnits, "Units of an exit with a flash loan and one swap");
    units("atomic_exit_two_swaps", d.atomicTwoSwapUnits, "Units of an exit with a flash loan and two swaps");
    schema.number("aave.emode_ltv", 0.93, 0.01, 0.99, "fraction", "Largest LTV in the ETH-correlated eMode");
    schema.number("aave.emode_threshold", 0.95, 0.01, 0.999, "fraction", "Liquidation threshold in eMode");
    schema.number("aave.emode_bonus", 0.01, 0, 0.5, "fraction", "Liquidation bonus in eMode");
    schema.number("aave.liquidation_protocol_fee", 0.10, 0, 1, "fraction", "Share of the bonus that Aave keeps");
    schema.boolean("aave.market_impact", false, "Own supply and debt move the rates through the kinked curve");
    schema.number("chain.flash_fee", 0, 0, 0.05, "fraction",
                  "Flash loan fee: Balancer, Morpho and Aave's mode 2 take 0, Aave's simple flash loan 0.0005");
    schema.choice("staking.lst", "weETH", {"weETH", "wstETH"}, "Staked token: EtherFi's or Lido's");
    schema.number("staking.queue_days", 7, 0, 365, "d", "Delay of the protocol's exit queue");
}

Result<VenueRules> readVenueRules(const ParameterValues& v, Asset base, const CostTable& costs)
{
    VenueRules rules;
    MarginRules& margin = rules.cex.margin;
    margin.mode = v.text("margin.mode") == "cross" ? MarginMode::Cross : MarginMode::Isolated;
    margin.haircut = {v.number("margin.haircut.USDT"), v.number("margin.haircut.BTC"), v.number("margin.haircut.ETH")};
    margin.debitApr = v.number("margin.debit_apr");
    margin.maxLeverage = v.number("margin.max_leverage");
    margin.liquidationFee = v.number("margin.liquidation_fee");
    for (const Venue venue : kExchanges) {
        auto exchange = readExchange(v, venue, 1.0 / margin.maxLeverage);
        if (!exchange)
            return fail(exchange.error());
        rules.cex.exchanges[exchangeIndex(venue)] = *exchange;
        rules.transfer.withdrawalFee[exchangeIndex(venue)][static_cast<std::size_t>(Asset::USDT)] =
            v.number(key("transfer", venue, "withdrawal_fee_usdt"));
    }
    rules.cex.slippage = readSlippage(v, base, costs);
    rules.cex.rounding = v.text("execution.rounding") == "venue" ? RoundingMode::Venue : RoundingMode::None;
    const auto minutes = [&](std::string_view name) {
        return Duration{static_cast<std::int64_t>(v.number(name) * 60'000.0)};
    };
    rules.transfer.depositLatency = minutes("transfer.deposit_latency_min");
    rules.transfer.withdrawalLatency = minutes("transfer.withdrawal_latency_min");
    rules.chain = {v.boolean("chain.gas"),         v.number("chain.gas_reserve_eth"), v.number("chain.units.transfer"),
                   v.number("chain.units.swap"),   v.number("chain.units.approval"),  v.number("chain.swap_fee"),
                   v.number("chain.swap_slippage")};
    if (v.has("staking.lst"))
        if (auto read = readChainRules(v, rules); !read)
            return fail(read.error());
    return rules;
}

} // namespace carry
