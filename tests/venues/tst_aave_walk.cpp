// SPDX-License-Identifier: GPL-3.0-or-later
// Random walks through the Aave model: what must hold after any sequence of operations.
#include "aave/small_market.h"

#include <rapidcheck.h>

#include <QtTest>

using namespace carry;
using namespace carry::aave;
using namespace carry::aave::test;

namespace
{

//! A step of a walk: small numbers that are mapped to users, reserves and amounts.
struct Step {
    int operation = 0, user = 0, other = 0, reserve = 0, second = 0;
    std::uint64_t amount = 0;
    int exponent = 0, wait = 0;
};

Step anyStep()
{
    Step s;
    s.operation = *rc::gen::inRange(0, 10);
    s.user = *rc::gen::inRange(0, 4);
    s.other = *rc::gen::inRange(0, 4);
    s.reserve = *rc::gen::inRange(0, 3);
    s.second = *rc::gen::inRange(0, 3);
    s.amount = *rc::gen::inRange<std::uint64_t>(1, 5'000);
    s.exponent = *rc::gen::inRange(0, 19);
    s.wait = *rc::gen::inRange(0, 4);
    return s;
}

UserId userOf(const SmallMarket& m, int i)
{
    const UserId users[] = {m.lender, m.alice, m.bob, m.liquidator};
    return users[i];
}

ReserveId reserveOf(const SmallMarket& m, int i)
{
    const ReserveId reserves[] = {m.weth, m.weeth, m.usdt};
    return reserves[i];
}

U128 amountOf(const Step& s)
{
    if (s.exponent == 0)
        return kAll;
    U128 amount = s.amount;
    for (int i = 1; i < s.exponent; ++i)
        amount *= 10;
    return amount;
}

void wait(SmallMarket& m, int choice)
{
    constexpr std::int64_t kWaits[] = {0, 12, 86'400, 30 * 86'400};
    m.pool.setTime(m.pool.now() + kWaits[choice]);
}

Done run(SmallMarket& m, const Step& s)
{
    const UserId user = userOf(m, s.user);
    const UserId other = userOf(m, s.other);
    const ReserveId reserve = reserveOf(m, s.reserve);
    switch (s.operation) {
    case 0:
    case 1:
        return m.pool.supply(user, reserve, amountOf(s), user);
    case 2:
        return m.pool.withdraw(user, reserve, amountOf(s));
    case 3:
    case 4:
        return m.pool.borrow(user, reserve, amountOf(s), RateMode::Variable, user);
    case 5:
        return m.pool.repay(user, reserve, amountOf(s), RateMode::Variable, other);
    case 6:
        return m.pool.transferAToken(user, other, reserve, amountOf(s));
    case 7:
        return m.pool.setUserEMode(user, static_cast<std::uint8_t>(s.second % 2));
    case 8:
        m.pool.setPrice(reserve, m.pool.reserve(reserve).price * (s.amount % 2 == 0 ? 9 : 11) / 10);
        return m.pool.setCollateral(user, reserve, s.second != 0);
    default:
        return m.pool.liquidate({user, other, reserve, reserveOf(m, s.second), amountOf(s), s.amount % 2 == 0});
    }
}

//! The contracts give the treasury its share twice when an asset is liquidated against itself, which nothing backs.
bool isLiquidation(const Step& s)
{
    return s.operation == 9;
}

//! Sums of the accounts are the reserves' totals; switches say what the balances say.
void assertConsistent(const SmallMarket& m)
{
    for (int i = 0; i < 3; ++i) {
        const ReserveId id = reserveOf(m, i);
        const ReserveState& state = m.pool.reserve(id).state;
        RC_ASSERT(m.scaledSupplies(id) == state.scaledSupply);
        RC_ASSERT(m.scaledDebts(id) == state.scaledDebt);
        RC_ASSERT(state.liquidityIndex >= kRay && state.variableBorrowIndex >= kRay);
        for (const Account& account : m.pool.state().accounts)
            RC_ASSERT(account.borrowing.has(id) == (account.positions[index(id)].debt != 0));
    }
}

//! The virtual balance changes by exactly the tokens that moved.
void assertConserved(const Pool& before, const Pool& after, const Outcome& outcome)
{
    for (std::size_t i = 0; i < after.state().reserves.size(); ++i) {
        U128 expected = before.state().reserves[i].state.available;
        for (const TokenMove& move : outcome.moves)
            if (index(move.reserve) == i)
                expected = move.toPool ? expected + move.amount : expected - move.amount;
        RC_ASSERT(after.state().reserves[i].state.available == expected);
    }
}

//! Suppliers and treasury never own more than there is: liquidity, debt and deficit. Roundings are in the pool's
//! favour, but the treasury's share of the interest and the indices are rounded to the nearest unit.
void assertSolvent(const SmallMarket& m, int steps)
{
    for (int i = 0; i < 3; ++i) {
        const ReserveId id = reserveOf(m, i);
        const ReserveState& state = m.pool.reserve(id).state;
        const U128 assets = state.available + m.pool.totalDebt(id) + state.deficit;
        const U128 claims = rayMulFloor(state.scaledSupply + state.accruedToTreasury, m.pool.normalizedIncome(id));
        // The index itself is rounded to 1e-27 at every accrual.
        const U128 slack = 1'000 + U128(static_cast<unsigned>(steps)) * (2 + claims / (kRay / 10));
        RC_ASSERT(claims <= assets + slack);
    }
}

} // namespace

class TestAaveWalk : public QObject
{
    Q_OBJECT

  private slots:
    void walksKeepTheBooks();
    void liquidationsKeepTheBooks();
    void refusedStepsLeaveNoTrace();
    void healthyAfterOwnOperations();
    void waitingChangesNothingButTime();
};

void TestAaveWalk::walksKeepTheBooks()
{
    QVERIFY(rc::check("balances, totals, liquidity and claims", [] {
        SmallMarket m;
        m.fill();
        const int steps = *rc::gen::inRange(1, 40);
        bool mintedTwice = false;
        for (int i = 0; i < steps; ++i) {
            const Step step = anyStep();
            wait(m, step.wait);
            const Pool before = m.pool;
            const Done done = run(m, step);
            assertConsistent(m);
            if (done)
                assertConserved(before, m.pool, *done);
            mintedTwice |= done && isLiquidation(step) && step.reserve == step.second;
        }
        if (!mintedTwice)
            assertSolvent(m, steps + 4);
    }));
}

void TestAaveWalk::liquidationsKeepTheBooks()
{
    int liquidations = 0;
    int deficits = 0;
    QVERIFY(rc::check("after a fall of the collateral", [&] {
        SmallMarket m;
        m.fill();
        m.lever();
        const auto percent = *rc::gen::inRange<std::uint64_t>(20, 95);
        m.pool.setPrice(m.weeth, m.pool.reserve(m.weeth).price * percent / 100);
        const int steps = *rc::gen::inRange(1, 6);
        for (int i = 0; i < steps; ++i) {
            const Step step = anyStep();
            wait(m, step.wait);
            const Pool before = m.pool;
            const UserId user = step.user % 2 == 0 ? m.alice : m.bob;
            const Done done =
                m.pool.liquidate({m.liquidator, user, m.weeth, m.weth, amountOf(step), step.amount % 2 == 0});
            assertConsistent(m);
            if (!done) {
                RC_ASSERT(m.pool == before);
                continue;
            }
            ++liquidations;
            assertConserved(before, m.pool, *done);
            deficits += m.pool.reserve(m.weth).state.deficit != before.reserve(m.weth).state.deficit;
            const Account& account = m.pool.account(user);
            RC_ASSERT(account.collateral.any() || !account.borrowing.any()); // bad debt does not stay
        }
        assertSolvent(m, steps + 4);
    }));
    QVERIFY(liquidations > 20);
    QVERIFY(deficits > 0);
}

void TestAaveWalk::refusedStepsLeaveNoTrace()
{
    QVERIFY(rc::check("a refused operation changes nothing", [] {
        SmallMarket m;
        m.fill();
        m.lever();
        const int steps = *rc::gen::inRange(1, 30);
        for (int i = 0; i < steps; ++i) {
            Step step = anyStep();
            if (step.operation == 8)
                step.operation = 9; // the price is not part of the operation
            wait(m, step.wait);
            const Pool before = m.pool;
            if (!run(m, step))
                RC_ASSERT(m.pool == before);
        }
    }));
}

void TestAaveWalk::healthyAfterOwnOperations()
{
    QVERIFY(rc::check("no account makes itself unhealthy", [] {
        SmallMarket m;
        m.fill();
        const int steps = *rc::gen::inRange(1, 30);
        for (int i = 0; i < steps; ++i) {
            Step step = anyStep();
            step.operation %= 8; // neither prices nor liquidations
            const UserId user = userOf(m, step.user);
            const bool wasHealthy = m.pool.accountData(user).healthFactor >= kHealthy;
            if (run(m, step) && wasHealthy)
                RC_ASSERT(m.pool.accountData(user).healthFactor >= kHealthy);
        }
    }));
}

void TestAaveWalk::waitingChangesNothingButTime()
{
    QVERIFY(rc::check("views project, only operations accrue", [] {
        SmallMarket m;
        m.fill();
        m.lever();
        const auto seconds = *rc::gen::inRange(0, 400 * 86'400);
        Pool later = m.pool;
        later.setTime(m.pool.now() + seconds);
        RC_ASSERT(later.debtBalance(m.alice, m.weth) >= m.pool.debtBalance(m.alice, m.weth));
        // Accruing at that time gives exactly what the view said.
        const U128 income = later.normalizedIncome(m.weth);
        const U128 debt = later.normalizedVariableDebt(m.weth);
        RC_ASSERT(later.supply(m.lender, m.weth, SmallMarket::kEther, m.lender).has_value());
        RC_ASSERT(later.reserve(m.weth).state.liquidityIndex == income);
        RC_ASSERT(later.reserve(m.weth).state.variableBorrowIndex == debt);
    }));
}

QTEST_APPLESS_MAIN(TestAaveWalk)
#include "tst_aave_walk.moc"
