// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <string>

// Headers and rows of market files for tests.

inline const std::string kPairHeader =
    "timestamp,open,high,low,close,volume,quote_volume,trades_count,source,asset_pair\n";
inline const std::string kSymbolHeader = "timestamp,open,high,low,close,volume,source,symbol,data_type,turnover\n";
inline const std::string kFundingHeader = "funding_timestamp,funding_rate,symbol,source\n";
inline const std::string kDumpHeader = "instrument,contract_type,funding_rate,real_funding_rate,funding_time,date\n";
inline const std::string kGas =
    "timestamp,chain,gas_price_gwei,base_fee_gwei\n2024-01-01T00:00:00Z,ethereum,12.07,11.97\n";
inline const std::string kEigenHeader =
    "staking_period_start,staking_period_end,eigen_earned,eth_restaked,eth_not_restaked,eigen_per_eeth_weekly\n";
inline const std::string kEthfiHeader =
    "top_up_date,staking_period_start,staking_period_end,ethfi_amount,ethfi_per_eeth_distributed\n";
inline const std::string kAaveHeader =
    "targetDate,timestamp,blockNumber,reserve,symbol,liquidityIndex,currentLiquidityRate,"
    "variableBorrowIndex,currentVariableBorrowRate,currentStableBorrowRate,totalAToken,"
    "totalStableDebt,totalVariableDebt,price,date\n";
inline const std::string kAaveHourly =
    "timestamp,date,hour,liquidityIndex,variableBorrowIndex,liquidity_growth_factor,borrow_growth_factor,"
    "currentLiquidityRate,currentVariableBorrowRate,totalAToken,totalVariableDebt,oracle_price_usd,source\n"
    "2024-05-12 23:00:00+00:00,2024-05-12,23,1.01,1.02,1,1,0.01,0.02,5,4,3000,x\n"
    "2024-05-13 00:00:00+00:00,2024-05-13,0,1.011,1.022,1,1,0.01,0.02,5,4,3001,x\n";

//! A row of the Binance spot candles at an hour of 2024-01-01.
inline std::string bar(int hour, const std::string& prices = "100,110,90,105")
{
    return "2024-01-01T" + std::string(hour < 10 ? "0" : "") + std::to_string(hour) + ":00:00Z," + prices +
           ",1,100,5,binance_spot,BTC/USDT\n";
}

inline std::string bybitBar(const std::string& prices, const std::string& type)
{
    return "2024-01-01T00:00:00Z," + prices + ",1,bybit,ETHUSDT," + type + ",100\n";
}
