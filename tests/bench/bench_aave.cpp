// SPDX-License-Identifier: GPL-3.0-or-later
// Account data, copies and operations of the Aave model, one core.
#include "venues/aave/pool.h"

#include <benchmark/benchmark.h>

namespace carry::aave
{
namespace
{

//! Four reserves, a market with debt, one account with weETH as collateral of WETH debt in eMode.
struct Bench {
    Pool pool;
    ReserveId weth{}, weeth{};
    UserId user{};

    Bench()
    {
        pool.setTime(1'760'000'000);
        weth = add("WETH", 18, 401'234'567'890ULL);
        add("wstETH", 18, 487'299'382'702ULL);
        weeth = add("weETH", 18, 431'532'731'278ULL);
        add("USDT", 6, 99'980'000ULL);
        EModeCategory category;
        category.risk = {9300, 9500, 10100};
        for (const ReserveId id : {weth, weeth}) {
            category.collateral.set(id, true);
            category.borrowable.set(id, true);
        }
        pool.setEMode(1, category);
        const UserId lender = *pool.addUser();
        const UserId other = *pool.addUser();
        user = *pool.addUser();
        (void)pool.supply(lender, weth, 20'000 * kWad, lender);
        (void)pool.supply(other, weeth, 10'000 * kWad, other);
        (void)pool.borrow(other, weth, 7'000 * kWad, RateMode::Variable, other);
        pool.setTime(pool.now() + 90 * 86'400);
        (void)pool.supply(user, weeth, 138 * kWad, user);
        (void)pool.setUserEMode(user, 1);
        (void)pool.borrow(user, weth, 134 * kWad, RateMode::Variable, user);
    }

    ReserveId add(const char* symbol, std::uint8_t decimals, U128 price)
    {
        ReserveConfig config;
        config.setSymbol(symbol);
        config.decimals = decimals;
        config.risk = {8050, 8300, 10500};
        config.curve = RateCurve::fromBps(9200, 0, 270, 8000);
        config.reserveFactorBps = 1500;
        return *pool.addReserve(config, price);
    }

    //! Both reserves as of now: nothing to project.
    void knowIndices()
    {
        for (const ReserveId id : {weth, weeth}) {
            ReserveState state = pool.reserve(id).state;
            state.liquidityIndex = pool.normalizedIncome(id);
            state.variableBorrowIndex = pool.normalizedVariableDebt(id);
            state.lastUpdate = pool.now();
            pool.restore(id, state);
        }
    }
};

void count(benchmark::State& state, const char* what)
{
    state.counters[what] = benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

void accountDataAtKnownIndices(benchmark::State& state)
{
    Bench bench;
    bench.knowIndices();
    for (auto _ : state) {
        benchmark::DoNotOptimize(bench.pool);
        benchmark::DoNotOptimize(bench.pool.accountData(bench.user));
    }
    count(state, "accounts/s");
}
BENCHMARK(accountDataAtKnownIndices);

//! The time moves each round, so both indices are projected each time.
void accountDataWithProjection(benchmark::State& state)
{
    Bench bench;
    bench.knowIndices();
    for (auto _ : state) {
        bench.pool.setTime(bench.pool.now() + 1);
        benchmark::DoNotOptimize(bench.pool.accountData(bench.user));
    }
    count(state, "accounts/s");
}
BENCHMARK(accountDataWithProjection);

void poolCopy(benchmark::State& state)
{
    Bench bench;
    for (auto _ : state) {
        Pool copy = bench.pool;
        benchmark::DoNotOptimize(copy);
    }
}
BENCHMARK(poolCopy);

void borrowAndRepay(benchmark::State& state)
{
    Bench bench;
    for (auto _ : state) {
        bench.pool.setTime(bench.pool.now() + 12);
        benchmark::DoNotOptimize(bench.pool.borrow(bench.user, bench.weth, 1'000'000, RateMode::Variable, bench.user));
        benchmark::DoNotOptimize(bench.pool.repay(bench.user, bench.weth, 1'000'000, RateMode::Variable, bench.user));
    }
    count(state, "pairs/s");
}
BENCHMARK(borrowAndRepay);

} // namespace
} // namespace carry::aave
