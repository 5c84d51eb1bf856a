// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "portfolio/metrics.h"
#include "venues/cex_account.h"
#include "venues/chain_rules.h"

#include <limits>
#include <optional>
#include <vector>

namespace carry
{

//! What a shock is judged by; fixed for a run.
struct StressRules {
    Asset base = Asset::BTC;
    Asset shareClass = Asset::USDT;
    bool exchanges = true;    //!< positions at the three exchanges are possible
    bool lending = false;     //!< something may be at Aave
    bool leverage = false;    //!< ETH may be borrowed there
    std::optional<Asset> lst; //!< the staked token
    CexRules cex;
    ChainRules chain; //!< what selling on the DEX and a flash loan cost
    //! Of the account at Aave, fractions: those of the eMode that borrowing strategies use.
    double liquidationThreshold = 0, maxLtv = 0;
    double largestTargetLtv = 0;  //!< that a configuration may aim at
    double targetLtv = 0;         //!< that this one aims at
    double criticalHealth = 1.02; //!< health factor below which the strategy delevers
};

//! One exchange's account and prices. USDT and coins of the base asset.
struct StressVenue : AccountAmounts {
    double spot = 0, mark = 0;
    double fundingApr = std::numeric_limits<double>::quiet_NaN(); //!< trailing, fraction a year; NaN: not known yet
};

//! What is held on chain. ETH unless named; rates are fractions a year of 365 days, NaN while not known.
struct StressChain {
    double lst = 0;          //!< staked tokens in the wallet
    double suppliedLst = 0;  //!< tokens at Aave
    double suppliedEth = 0;  //!< at Aave
    double suppliedUsdt = 0; //!< USDT at Aave
    double debt = 0;
    double unstaking = 0;  //!< in the exit queue; part of what is in flight
    double writtenOff = 0; //!< debt without collateral that nobody has to repay
    double ratio = 0;      //!< ETH per staked token at the protocol: the oracle's price
    double market = std::numeric_limits<double>::quiet_NaN(); //!< ETH per staked token on the DEX; NaN: not known
    double stakingApr = 0, lstSupplyApr = 0, ethSupplyApr = 0, usdtSupplyApr = 0, borrowApr = 0;

    double collateral() const { return suppliedLst * ratio + suppliedEth; } //!< that ETH is borrowed against
};

//! A book at one instant.
struct StressInput {
    PerExchange<StressVenue> venues{};
    StressChain chain;
    struct Tokens {
        double usdt = 0, eth = 0;
        double coin = 0; //!< of the base asset where it is not ETH
    } wallet, inFlight;
    double ethUsd = 0;  //!< USDT per ETH
    double coinUsd = 0; //!< USDT per coin of the base asset outside the exchanges
};

enum class ScenarioKind : std::uint8_t { Unstressed, Price, LstRatio, LstMarket, BorrowRate, Funding, VenueLoss };
std::string_view toText(ScenarioKind kind); //!< "lst_ratio"

//! One shock to one figure; all else stays as it is.
struct Scenario {
    ScenarioKind kind = ScenarioKind::Unstressed;
    //! Price, LstRatio, LstMarket: relative change, fraction. BorrowRate: added to the rate, fraction a year. Funding:
    //! the rate itself, fraction a year.
    double shock = 0;
    double days = 0;              //!< BorrowRate, Funding: how long it lasts
    Venue venue = Venue::Outside; //!< VenueLoss
    bool operator==(const Scenario&) const = default;
};

//! Sizes of the scenarios of DOMAIN "Risk".
struct StressSettings {
    std::vector<double> price{0.30, -0.30};
    std::vector<double> lst{-0.01, -0.05};
    double borrow = 0.10;   //!< ten percentage points a year more
    double funding = -0.50; //!< the short pays half of its notional a year
    double days = 30;
};

//! One exchange after a shock. USDT.
struct VenueStress {
    double equity = 0;
    Figure marginRatio;         //!< fraction; empty without notional
    Figure liquidationDistance; //!< of the price, fraction; likewise
    //! Collateral below maintenance: the exchange would close the perp. `equity` is marked, without that closing.
    bool liquidated = false;
};

//! A book after a shock, marked as it then stands: no strategy has acted and no liquidation has been carried out.
struct StressFigures {
    double equity = 0;              //!< share class
    double netDelta = 0;            //!< coins of the base asset
    Figure carry;                   //!< of all that is held at the rates of the moment, on equity, fraction a year
    Figure healthFactor, ltv;       //!< at Aave; empty without debt
    bool lendingLiquidated = false; //!< health factor below 1
    //! Days until the health factor is 1 at the rates of the moment; NoSolution: never.
    Figure daysToLiquidation;
    //! Share class: all staked tokens sold on the DEX, the debt and the flash loan's fee repaid; without gas.
    Figure exitProceeds;
    PerExchange<VenueStress> venues{};
};

struct StressRow {
    Scenario scenario;
    StressFigures after;
    double change = 0;     //!< of equity, share class
    Figure changeFraction; //!< of the equity before; empty where that was not above zero
    Figure exitChange;     //!< of the exit proceeds, share class
};

//! How far the account at Aave is from its liquidation.
struct LendingHeadroom {
    Figure ratioBudget;        //!< 1 - 1/HF: the fall of collateral against debt that leaves HF 1, fraction
    Figure ltvRoom;            //!< liquidation threshold minus LTV, fraction
    Figure collateralApr;      //!< growth of the collateral: staking and supply, fraction a year
    Figure breakEvenBorrowApr; //!< borrow rate at which carry on equity is zero, fraction a year
    Figure daysToCritical;     //!< until the health factor is StressRules::criticalHealth; NoSolution: never
    Figure daysToLiquidation;  //!< until it is 1
};

//! Which scenarios make sense for what the rules allow; the first one is without a shock.
std::vector<Scenario> standardScenarios(const StressRules& rules, const StressSettings& settings = {});
//! The book after a shock. The price shock moves the base asset everywhere; ETH kept for gas beside another base stays.
StressInput shocked(const StressRules& rules, const StressInput& input, const Scenario& scenario);
StressFigures stressFigures(const StressRules& rules, const StressInput& input);
StressRow stressed(const StressRules& rules, const StressInput& input, const Scenario& scenario);
std::vector<StressRow> stressAll(const StressRules& rules, const StressInput& input,
                                 const StressSettings& settings = {});

LendingHeadroom lendingHeadroom(const StressRules& rules, const StressInput& input);
//! Days until a health factor has fallen to `level` while collateral and debt grow at constant rates (fractions a year,
//! compounding as e^x, which is what Aave's borrow interest approximates): ln(HF/level) / (debt - collateral) * 365.
//! 0 at or below the level; NoSolution where the health factor does not fall; NoReading for a rate that is NaN.
Figure daysToHealthFactor(double healthFactor, double level, double collateralApr, double debtApr);
//! DOMAIN "Leverage": (collateral rate - ltv * borrow rate) / (1 - ltv), fraction of equity a year.
double carryOnEquity(double ltv, double collateralApr, double borrowApr);

} // namespace carry
