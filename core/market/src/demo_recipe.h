// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/ids.h"
#include "base/time.h"
#include "market/series.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace carry
{

inline constexpr std::array kDemoCoins{Asset::BTC, Asset::ETH};
inline constexpr std::array<std::string_view, 2> kDemoLsts{"weETH", "wstETH"};
inline constexpr std::array<std::string_view, 4> kDemoReserves{"USDT", "WETH", "weETH", "wstETH"};

template <class T> using PerDemoCoin = std::array<T, kDemoCoins.size()>;

struct DemoCoin {
    double start = 0;
    double spotTicks = 0, perpTicks = 0; //!< ticks per USDT
};

struct DemoVenue {
    double noiseBp = 0, fundingOffsetBp = 0, openJumpBp = 0;
};

struct DemoLst {
    double start = 0, apr = 0;
};

struct DemoReserve {
    double liquidityIndex = 0, borrowIndex = 0;
    double supplied = 0, utilisation = 0, reserveFactor = 0;
};

struct DemoRegime {
    std::string name;
    std::size_t days = 0;
    PerDemoCoin<double> drift{}, volatility{}; //!< annual
    double fundingBp = 0, fundingSdBp = 0, basisBp = 0;
    double gasGwei = 0;
    std::array<double, kDemoReserves.size()> borrowApr{};
    double pegBp = 0, pegMoveBp = 0;
};

struct DemoHole {
    Venue venue = Venue::Binance;
    std::size_t firstBar = 0, bars = 0;
};

//! resources/demo/recipe.toml as values.
struct DemoRecipe {
    std::uint64_t seed = 0;
    Time first; //!< label of the first bar
    std::size_t days = 0;
    double correlation = 0;
    PerDemoCoin<DemoCoin> coins;
    PerExchange<DemoVenue> venues;
    std::array<DemoLst, kDemoLsts.size()> lsts;
    std::array<DemoReserve, kDemoReserves.size()> reserves;
    std::vector<DemoRegime> regimes; //!< their days add up to `days`
    std::vector<DemoHole> holes;
    CostTable costs;

    std::size_t bars() const { return days * 24; }
};

//! Reads the recipe. It is part of the program, so a defect in it is a programming error and thrown:
//! std::logic_error, or toml::parse_error for its syntax.
DemoRecipe readDemoRecipe(std::string_view text);

} // namespace carry
