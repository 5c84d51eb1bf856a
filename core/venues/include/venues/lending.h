// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/decimal.h"
#include "base/error.h"
#include "base/time.h"
#include "venues/aave/pool.h"
#include "venues/chain_rules.h"

#include <optional>

namespace carry
{

//! What the market says of Aave's reserves at one instant. Indices as fractions of a ray, near 1.
struct LendingReadings {
    Time time{};
    double ethUsd = 0;   //!< USDT per ETH
    double lstRatio = 0; //!< ETH per staked token: the oracle's price
    double lstIndex = 1, ethIndex = 1, ethBorrowIndex = 1, usdtIndex = 1;
    double ethSupplied = 0, ethBorrowed = 0; //!< totals of the WETH reserve, ETH; 0: unknown, liquidity is not limited
    double usdtSupplied = 0, usdtBorrowed = 0; //!< USDT; 0: unknown
};

//! What our own position changes of a reserve's yearly rates, fractions.
struct RateImpact {
    double supply = 0, borrow = 0;
};

//! The account's figures as the protocol computes them.
struct LendingFigures {
    double collateralUsd = 0, debtUsd = 0;
    double ltv = 0;          //!< debt / collateral; NaN without debt
    double healthFactor = 0; //!< NaN without debt
    double threshold = 0;    //!< liquidation threshold of the collateral, fraction
    double maxLtv = 0;       //!< fraction
};

//! What a liquidation took. Amounts in tokens.
struct LendingLiquidation {
    Decimal debtRepaid;
    Decimal collateralSeized;
    double healthFactorBefore = 0;
    Decimal badDebt; //!< left without collateral, written off by the protocol
};

//! Our account at Aave in a historic market: the same pool as the vectors drive, its indices, prices and liquidity from
//! the data. Amounts are whole tokens with the token's own decimals. A value; part of the World.
//! Errors: ChainAaveRefused with the protocol's own name of the refusal; a refused operation changes nothing.
class Lending
{
  public:
    Lending() = default; //!< no market: nothing may be called
    Lending(const AaveRules& rules, std::optional<Asset> lst);

    void drive(const LendingReadings& readings);

    Result<void> supply(Asset asset, Decimal amount);
    //! `everything` ignores the amount; the amount withdrawn.
    Result<Decimal> withdraw(Asset asset, Decimal amount, bool everything);
    Result<void> borrow(Asset asset, Decimal amount);
    //! The amount repaid: at most the debt.
    Result<Decimal> repay(Asset asset, Decimal amount, bool everything);
    Result<void> setEMode(std::uint8_t category);

    //! The account as the protocol keeps it, and one put in its place: totals follow from the last readings.
    const aave::Account& account() const { return m_pool.account(m_user); }
    void adopt(const aave::Account& account);

    Decimal scaledSupply(Asset asset) const;
    Decimal scaledDebt(Asset asset) const;
    Decimal supplied(Asset asset) const; //!< underlying
    Decimal debt(Asset asset) const;
    LendingFigures figures() const;
    bool inEMode() const;
    //! Of our supply and debt of WETH or USDT, through the kinked curve at the utilisation of the last readings;
    //! nothing where the totals are not known.
    RateImpact impact(Asset asset) const;
    //! Largest amount of ETH that brings debt to `ltv` of the collateral, floor; zero if it is there.
    Decimal borrowable(double ltv) const;

    //! Liquidators take what they may; nothing while the health factor is at least 1 or there is no debt. At most one
    //! call: the caller repeats while the account is still below 1.
    std::optional<LendingLiquidation> liquidate();

    Decimal collateralEth() const; //!< supplied, ETH at the oracle's price of the staked token

  private:
    aave::ReserveId id(Asset asset) const { return m_reserves[static_cast<std::size_t>(asset)]; }
    std::optional<aave::U128> units(Asset asset, Decimal amount) const;
    Decimal tokens(Asset asset, aave::U128 units) const;

    aave::Pool m_pool;
    std::array<aave::ReserveId, kAssetCount> m_reserves{};
    aave::UserId m_user{}, m_liquidator{};
    std::optional<Asset> m_lst;
    Decimal m_ratio; //!< ETH per staked token, of the last readings
    LendingReadings m_readings;
};

} // namespace carry
