// SPDX-License-Identifier: GPL-3.0-or-later
#include "frame_layouts.h"

#include "symbols.h"

namespace carry
{
namespace
{

std::string cellOf(const CsvTable& table, std::string_view column)
{
    const auto found = table.find(column);
    return found ? std::string(table.text(*found)) : std::string();
}

std::string gasId(const Document&, const CsvTable&)
{
    return "gas";
}

std::string aaveId(const Document&, const CsvTable& table)
{
    return "aave." + cellOf(table, "symbol");
}

//! The hourly files name their reserve nowhere but in the file name: "..._weETH_rates_...".
std::string aaveHourlyId(const Document& document, const CsvTable&)
{
    const std::string name = document.path.filename().string();
    const auto end = name.find("_rates");
    if (end == std::string::npos)
        return {};
    const auto begin = name.rfind('_', end - 1);
    return "aave." + (begin == std::string::npos ? name.substr(0, end) : name.substr(begin + 1, end - begin - 1));
}

std::string oracleId(const Document&, const CsvTable& table)
{
    return "oracle." + cellOf(table, "asset") + "_" + cellOf(table, "quote_currency");
}

std::string pegId(const Document&, const CsvTable& table)
{
    return "peg." + cellOf(table, "asset");
}

std::string benchmarkId(const Document&, const CsvTable& table)
{
    return lowerCase(cellOf(table, "symbol")) == "susde" ? "benchmark.sUSDe" : "";
}

std::string benchmarkApyId(const Document&, const CsvTable&)
{
    return "benchmark.sUSDe";
}

std::string stakingApyId(const Document&, const CsvTable&)
{
    return "staking.eETH";
}

std::string stakingYieldId(const Document&, const CsvTable& table)
{
    return "staking." + cellOf(table, "symbol");
}

std::string poolId(const Document&, const CsvTable& table)
{
    return "dex." + cellOf(table, "base_token") + cellOf(table, "quote_token");
}

using enum FrameCell;

} // namespace

const FrameLayout kGasLayout{
    gasId, "timestamp", "", {"chain"}, {{"gas_price_gwei", "", Price}, {"base_fee_gwei", "", Price}}};

const FrameLayout kAaveDailyLayout{aaveId,
                                   "targetDate",
                                   "timestamp",
                                   {"symbol", "reserve"},
                                   {{"blockNumber", ""},
                                    {"liquidityIndex", "", Price},
                                    {"currentLiquidityRate", ""},
                                    {"variableBorrowIndex", "", Price},
                                    {"currentVariableBorrowRate", ""},
                                    {"currentStableBorrowRate", "", MayBeEmpty},
                                    {"totalAToken", ""},
                                    {"totalStableDebt", "", MayBeEmpty},
                                    {"totalVariableDebt", ""},
                                    {"price", "", Price}}};

const FrameLayout kAaveHourlyLayout{aaveHourlyId,
                                    "timestamp",
                                    "",
                                    {},
                                    {{"liquidityIndex", "", Price},
                                     {"currentLiquidityRate", ""},
                                     {"variableBorrowIndex", "", Price},
                                     {"currentVariableBorrowRate", ""},
                                     {"totalAToken", ""},
                                     {"totalVariableDebt", ""},
                                     {"oracle_price_usd", "price", Price}},
                                    true,
                                    1,
                                    QualityRule::PreferDailyOverHourly};

const FrameLayout kOracleUsdLayout{
    oracleId, "timestamp", "", {"asset", "quote_currency"}, {{"oracle_price_usd", "", Price}}, true};
const FrameLayout kOracleEthLayout{
    oracleId, "timestamp", "", {"asset", "quote_currency"}, {{"oracle_price_eth", "", Price}}, true};

const FrameLayout kPegLayout{
    pegId, "timestamp", "", {"asset"}, {{"market_rate", "", Price}, {"protocol_rate", "", Price}}};

const FrameLayout kBenchmarkLayout{
    benchmarkId, "date", "", {"symbol"}, {{"apy_decimal", "apy"}, {"apr_decimal", "apr"}}};
const FrameLayout kBenchmarkApyLayout{
    benchmarkApyId, "Timestamp", "Date", {}, {{"Base", "apy", ZeroIsMissing, 0.01}, {"", "apr", AprOfApy}}, false, 1};

const FrameLayout kStakingApyLayout{stakingApyId,
                                    "Timestamp",
                                    "Date",
                                    {},
                                    {{"Base", "base_apy", Number, 0.01}, {"Reward", "reward_apy", MayBeEmpty, 0.01}}};

const FrameLayout kStakingYieldLayout{stakingYieldId,
                                      "timestamp",
                                      "date",
                                      {"symbol"},
                                      {{"base_staking_apr", ""}, {"base_staking_apy", ""}, {"daily_yield", ""}}};

const FrameLayout kPoolLayout{
    poolId,
    "timestamp",
    "date_utc",
    {"base_token", "quote_token", "pool_address"},
    {{"open", "", Price}, {"high", "", Price}, {"low", "", Price}, {"close", "", Price}, {"volume", ""}}};

} // namespace carry
