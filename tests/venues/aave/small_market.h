// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "venues/aave/pool.h"

namespace carry::aave::test
{

//! Three reserves, an eMode for the two that follow ETH, four users with a market to borrow from.
struct SmallMarket {
    static constexpr U128 kEther = kWad;
    static constexpr U128 kDollar = 1'000'000; //!< of USDT

    Pool pool;
    ReserveId weth{}, weeth{}, usdt{};
    UserId lender{}, alice{}, bob{}, liquidator{};

    SmallMarket()
    {
        pool.setTime(1'760'000'000);
        weth = add("WETH", 18, {8050, 8300, 10500}, {9200, 0, 270, 8000}, 1500, 400'000'000'000ULL);
        weeth = add("weETH", 18, {7750, 8000, 10700}, {3000, 0, 700, 30000}, 4500, 430'000'000'000ULL);
        usdt = add("USDT", 6, {7500, 7800, 10450}, {9200, 0, 550, 3500}, 1000, 100'000'000ULL);
        EModeCategory category;
        category.risk = {9300, 9500, 10100};
        for (const ReserveId id : {weth, weeth}) {
            category.collateral.set(id, true);
            category.borrowable.set(id, true);
        }
        pool.setEMode(1, category);
        lender = *pool.addUser();
        alice = *pool.addUser();
        bob = *pool.addUser();
        liquidator = *pool.addUser();
    }

    //! Liquidity of the lender, and debt of bob so that indices grow.
    void fill()
    {
        (void)pool.supply(lender, weth, 10'000 * kEther, lender);
        (void)pool.supply(lender, usdt, 10'000'000 * kDollar, lender);
        (void)pool.supply(bob, weeth, 5'000 * kEther, bob);
        (void)pool.borrow(bob, weth, 3'000 * kEther, RateMode::Variable, bob);
        pool.setTime(pool.now() + 30 * 86'400);
    }

    //! alice: 100 weETH in eMode against 90 WETH.
    void lever()
    {
        (void)pool.supply(alice, weeth, 100 * kEther, alice);
        (void)pool.setUserEMode(alice, 1);
        (void)pool.borrow(alice, weth, 90 * kEther, RateMode::Variable, alice);
    }

    U128 scaledSupplies(ReserveId id) const
    {
        U128 sum = 0;
        for (const Account& account : pool.state().accounts)
            sum += account.positions[index(id)].supply;
        return sum;
    }

    U128 scaledDebts(ReserveId id) const
    {
        U128 sum = 0;
        for (const Account& account : pool.state().accounts)
            sum += account.positions[index(id)].debt;
        return sum;
    }

  private:
    struct CurveBps {
        std::uint32_t optimal, base, slope1, slope2;
    };

    ReserveId add(const char* symbol, std::uint8_t decimals, RiskParameters risk, CurveBps curve, std::uint16_t factor,
                  U128 price)
    {
        ReserveConfig config;
        config.setSymbol(symbol);
        config.decimals = decimals;
        config.risk = risk;
        config.curve = RateCurve::fromBps(curve.optimal, curve.base, curve.slope1, curve.slope2);
        config.reserveFactorBps = factor;
        config.protocolFeeBps = 1000;
        config.supplyCap = 9'500'000'000ULL;
        config.borrowCap = 8'800'000'000ULL;
        return *pool.addReserve(config, price);
    }
};

} // namespace carry::aave::test
