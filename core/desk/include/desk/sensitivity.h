// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "desk/backtest.h"
#include "risk/stress.h"

namespace carry
{

//! What a map of target LTV and borrow rate is made for; rates are fractions a year of 365 days.
struct SensitivityBase {
    Time time{};                                 //!< of the rates
    double stakingApr = 0;                       //!< trailing growth of the protocol's ratio
    double lstSupplyApr = 0;                     //!< of the staked token at Aave
    Figure borrowApr;                            //!< of the moment; empty: not known yet
    double liquidationThreshold = 0, maxLtv = 0; //!< fractions
    double targetLtv = 0;                        //!< configured
    double largestTargetLtv = 0;                 //!< that a configuration may aim at
};

//! Values of the axes, rising; without any, LTV from .50 to the largest borrowing LTV by .01, rates from 0 to .10 by
//! .0025.
struct SensitivityAxes {
    std::vector<double> ltv;       //!< fractions, in [0, 1)
    std::vector<double> borrowApr; //!< fractions a year
};

//! Leverage at one LTV and one borrow rate, at the base's staking and supply rates.
struct SensitivityCell {
    double carry = 0;         //!< on equity, fraction a year: DOMAIN "Leverage"
    Figure healthFactor;      //!< liquidation threshold / LTV; empty at LTV 0
    Figure distance;          //!< 1 - 1/HF: fall of the ratio down to liquidation, fraction
    Figure daysToLiquidation; //!< NoSolution: never at these rates
    bool allowed = false;     //!< a configuration may aim at this LTV
};

//! Cells by LTV, then by borrow rate.
struct SensitivityGrid {
    SensitivityBase base;
    SensitivityAxes axes;
    std::vector<SensitivityCell> cells;
    const SensitivityCell& at(std::size_t ltv, std::size_t borrow) const
    {
        return cells[ltv * axes.borrowApr.size() + borrow];
    }
};

//! ConfUsage for axes that do not rise, or an LTV outside [0, 1).
Result<SensitivityGrid> sensitivityGrid(const SensitivityBase& base, SensitivityAxes axes = {});
//! With the rates that a run saw at a step (the last one if that is earlier). ConfUsage for a run that borrows nothing,
//! or where staking and supply rates are not known yet.
Result<SensitivityGrid> sensitivityAt(const RunRecord& record, std::size_t step, const SensitivityAxes& axes = {});
//! With the rates of market data, without a run: at a time, or at the last one. ConfRange for a time outside of them,
//! and the errors of prepareRun().
Result<SensitivityGrid> sensitivityOf(const RunConfiguration& configuration, const MarketData& data,
                                      std::optional<Time> time = {}, const SensitivityAxes& axes = {});

//! A row for each cell, units in the header; empty figures are empty cells.
std::string sensitivityCsv(const SensitivityGrid& grid);

} // namespace carry
