// SPDX-License-Identifier: GPL-3.0-or-later
// Operations of the Aave model: what is refused leaves no trace, scaled minting, overflow, switches.
#include "aave/small_market.h"

#include <QtTest>

#include <functional>

using namespace carry;
using namespace carry::aave;
using namespace carry::aave::test;

namespace
{

using Try = std::function<Done(SmallMarket&)>;

struct RefusalCase {
    RefusalCode expected;
    Try run;
};

} // namespace

Q_DECLARE_METATYPE(RefusalCase)

class TestAavePool : public QObject
{
    Q_OBJECT

  private slots:
    void refusalsLeaveNoTrace_data();
    void refusalsLeaveNoTrace();
    void everyRefusalHasAName();
    void supplyMintsScaledUnits();
    void borrowRoundsTheDebtUp();
    void overflowIsRefused();
    void firstSupplySwitchesCollateralOn();
    void withdrawingAllSwitchesItOff();
    void transferKeepsTheReceiversSwitch();
    void repayingMoreThanTheDebtTakesTheDebt();
    void repayWithATokensMustKeepHealth();
    void delegationIsUsedUp();
    void treasuryGetsItsShare();
    void categoryCountsForItsAssetsOnly();
    void frozenReserveLosesItsLtv();
    void capsAreInWholeTokens();
    void baseRateGrowsInViewsOnly();
    void tablesHaveAnEnd();
};

void TestAavePool::refusalsLeaveNoTrace_data()
{
    QTest::addColumn<RefusalCase>("refusal");
    const auto row = [](const char* name, RefusalCode code, Try run) { QTest::newRow(name) << RefusalCase{code, run}; };
    constexpr U128 kE = SmallMarket::kEther;
    row("supply nothing", RefusalCode::InvalidAmount,
        [](SmallMarket& m) { return m.pool.supply(m.alice, m.weth, 0, m.alice); });
    row("supply the largest number", RefusalCode::RevertWithoutReason,
        [](SmallMarket& m) { return m.pool.supply(m.alice, m.weth, kAll, m.alice); });
    row("supply above the cap", RefusalCode::SupplyCapExceeded,
        [](SmallMarket& m) { return m.pool.supply(m.alice, m.weth, 9'500'000'000ULL * kE, m.alice); });
    row("supply beyond 128 bits", RefusalCode::SupplyCapExceeded,
        [](SmallMarket& m) { return m.pool.supply(m.alice, m.weth, kAll - 1, m.alice); });
    row("supply to a frozen reserve", RefusalCode::ReserveFrozen, [](SmallMarket& m) {
        m.pool.setFrozen(m.weth, true);
        return m.pool.supply(m.alice, m.weth, kE, m.alice);
    });
    row("supply to a paused reserve", RefusalCode::ReservePaused, [](SmallMarket& m) {
        m.pool.config(m.weth).paused = true;
        return m.pool.supply(m.alice, m.weth, kE, m.alice);
    });
    row("supply to an inactive reserve", RefusalCode::ReserveInactive, [](SmallMarket& m) {
        m.pool.config(m.weth).active = false;
        return m.pool.supply(m.alice, m.weth, kE, m.alice);
    });
    row("withdraw too much", RefusalCode::NotEnoughAvailableUserBalance,
        [](SmallMarket& m) { return m.pool.withdraw(m.alice, m.weeth, 101 * kE); });
    row("withdraw below health", RefusalCode::HealthFactorLowerThanLiquidationThreshold,
        [](SmallMarket& m) { return m.pool.withdraw(m.alice, m.weeth, 50 * kE); });
    row("withdraw what is lent out", RefusalCode::PanicArithmetic,
        [](SmallMarket& m) { return m.pool.withdraw(m.lender, m.weth, kAll); });
    row("borrow without collateral", RefusalCode::LtvValidationFailed,
        [](SmallMarket& m) { return m.pool.borrow(m.liquidator, m.weth, kE, RateMode::Variable, m.liquidator); });
    row("borrow beyond health", RefusalCode::HealthFactorLowerThanLiquidationThreshold,
        [](SmallMarket& m) { return m.pool.borrow(m.alice, m.weth, 100 * kE, RateMode::Variable, m.alice); });
    row("borrow beyond the LTV", RefusalCode::CollateralCannotCoverNewBorrow,
        [](SmallMarket& m) { return m.pool.borrow(m.alice, m.weth, 11 * kE, RateMode::Variable, m.alice); });
    row("borrow outside the category", RefusalCode::NotBorrowableInEMode,
        [](SmallMarket& m) { return m.pool.borrow(m.alice, m.usdt, 1'000'000, RateMode::Variable, m.alice); });
    row("borrow at a stable rate", RefusalCode::InvalidInterestRateModeSelected,
        [](SmallMarket& m) { return m.pool.borrow(m.alice, m.weth, kE, RateMode::Stable, m.alice); });
    row("borrow at no rate there is", RefusalCode::PanicEnum,
        [](SmallMarket& m) { return m.pool.borrow(m.alice, m.weth, kE, static_cast<RateMode>(3), m.alice); });
    row("borrow on another account", RefusalCode::InsufficientBorrowAllowance,
        [](SmallMarket& m) { return m.pool.borrow(m.bob, m.weth, kE, RateMode::Variable, m.alice); });
    row("repay without debt", RefusalCode::NoDebtOfSelectedType,
        [](SmallMarket& m) { return m.pool.repay(m.alice, m.usdt, 1, RateMode::Variable, m.alice); });
    row("repay all of another's", RefusalCode::NoExplicitAmountToRepayOnBehalf,
        [](SmallMarket& m) { return m.pool.repay(m.bob, m.weth, kAll, RateMode::Variable, m.alice); });
    row("repay less than a scaled unit", RefusalCode::InvalidBurnAmount,
        [](SmallMarket& m) { return m.pool.repay(m.alice, m.weth, 1, RateMode::Variable, m.alice); });
    row("switch collateral off under debt", RefusalCode::HealthFactorLowerThanLiquidationThreshold,
        [](SmallMarket& m) { return m.pool.setCollateral(m.alice, m.weeth, false); });
    row("switch on what is not there", RefusalCode::UnderlyingBalanceZero,
        [](SmallMarket& m) { return m.pool.setCollateral(m.alice, m.usdt, true); });
    row("a category that is not there", RefusalCode::InconsistentEModeCategory,
        [](SmallMarket& m) { return m.pool.setUserEMode(m.alice, 3); });
    row("leave a category that holds the debt", RefusalCode::HealthFactorLowerThanLiquidationThreshold,
        [](SmallMarket& m) { return m.pool.setUserEMode(m.alice, 0); });
    row("transfer collateral under debt", RefusalCode::HealthFactorLowerThanLiquidationThreshold,
        [](SmallMarket& m) { return m.pool.transferAToken(m.alice, m.bob, m.weeth, 50 * kE); });
    row("transfer more than there is", RefusalCode::PanicArithmetic,
        [](SmallMarket& m) { return m.pool.transferAToken(m.alice, m.bob, m.weeth, 101 * kE); });
    row("liquidate a healthy account", RefusalCode::HealthFactorNotBelowThreshold, [](SmallMarket& m) {
        return m.pool.liquidate({m.liquidator, m.alice, m.weeth, m.weth, kAll, false});
    });
    row("liquidate oneself", RefusalCode::SelfLiquidation, [](SmallMarket& m) {
        return m.pool.liquidate({m.alice, m.alice, m.weeth, m.weth, kAll, false});
    });
}

void TestAavePool::refusalsLeaveNoTrace()
{
    QFETCH(RefusalCase, refusal);
    SmallMarket market;
    market.fill();
    market.lever();
    market.pool.setTime(market.pool.now() + 100);
    // The case may set a flag first: run it twice and compare from then on.
    (void)refusal.run(market);
    const Pool before = market.pool;
    const Done done = refusal.run(market);
    QVERIFY(!done);
    QCOMPARE(std::string(done.error().name()), std::string(Refusal{refusal.expected}.name()));
    QVERIFY(market.pool == before);
}

void TestAavePool::everyRefusalHasAName()
{
    for (int i = 0; i <= static_cast<int>(RefusalCode::TooManyEntries); ++i) {
        const Refusal refusal{static_cast<RefusalCode>(i)};
        QVERIFY(!refusal.name().empty());
        QVERIFY(refusal.signature().starts_with(refusal.name()));
    }
    QCOMPARE(std::string(Refusal{RefusalCode::InvalidDebtInEmode}.signature()), "InvalidDebtInEmode(address,uint256)");
}

void TestAavePool::supplyMintsScaledUnits()
{
    SmallMarket market;
    market.fill();
    const U128 index = market.pool.normalizedIncome(market.weth);
    QVERIFY(index > kRay);
    const U128 amount = 7 * SmallMarket::kEther + 3;
    const Done done = market.pool.supply(market.alice, market.weth, amount, market.alice);
    QVERIFY(done.has_value());
    const U128 scaled = market.pool.account(market.alice).positions[carry::aave::index(market.weth)].supply;
    QVERIFY(scaled == rayDivFloor(amount, index));
    QVERIFY(scaled < amount);
    QVERIFY(done->scaled == scaled);
    const U128 balance = market.pool.supplyBalance(market.alice, market.weth);
    QVERIFY(balance <= amount && amount - balance <= 1); // in the protocol's favour
}

void TestAavePool::borrowRoundsTheDebtUp()
{
    SmallMarket market;
    market.fill();
    market.lever();
    const U128 before = market.pool.debtBalance(market.alice, market.weth);
    const Done done = market.pool.borrow(market.alice, market.weth, 1, RateMode::Variable, market.alice);
    QVERIFY(done.has_value());
    QVERIFY(done->scaled == 1);
    QVERIFY(market.pool.debtBalance(market.alice, market.weth) >= before + 1);
    QCOMPARE(done->moves.size(), std::size_t(1));
    QVERIFY(done->moves[0].amount == 1 && !done->moves[0].toPool);
}

void TestAavePool::overflowIsRefused()
{
    SmallMarket market;
    market.fill();
    market.lever();
    for (const ReserveId id : {market.weth, market.weeth}) {
        market.pool.config(id).supplyCap = 0;
        market.pool.config(id).borrowCap = 0;
    }
    const Pool before = market.pool;
    for (const U128 amount : {kMaxU128 - 1, kMaxU128 / 2, U128(1) << 121}) {
        QVERIFY(!market.pool.supply(market.alice, market.weth, amount, market.alice));
        QVERIFY(!market.pool.borrow(market.alice, market.weth, amount, RateMode::Variable, market.alice));
        QVERIFY(!market.pool.withdraw(market.alice, market.weeth, amount));
        QVERIFY(!market.pool.transferAToken(market.alice, market.bob, market.weeth, amount));
    }
    QVERIFY(market.pool == before);
    // A price at which the value does not fit: refused, not wrapped.
    market.pool.setPrice(market.weeth, kMaxU128);
    const Pool priced = market.pool;
    const Done done = market.pool.borrow(market.alice, market.weth, 1, RateMode::Variable, market.alice);
    QVERIFY(!done);
    QVERIFY(done.error().code == RefusalCode::RevertWithoutReason);
    QVERIFY(market.pool == priced);
}

void TestAavePool::firstSupplySwitchesCollateralOn()
{
    SmallMarket market;
    market.fill();
    const Done first = market.pool.supply(market.alice, market.weth, SmallMarket::kEther, market.alice);
    QCOMPARE(first->events.size(), std::size_t(2));
    QVERIFY(first->events[0].kind == EventKind::CollateralEnabled);
    QVERIFY(market.pool.setCollateral(market.alice, market.weth, false).has_value());
    const Done second = market.pool.supply(market.alice, market.weth, SmallMarket::kEther, market.alice);
    QCOMPARE(second->events.size(), std::size_t(1)); // a switch once off stays off
    QVERIFY(!market.pool.account(market.alice).collateral.has(market.weth));
}

void TestAavePool::withdrawingAllSwitchesItOff()
{
    SmallMarket market;
    market.fill();
    (void)market.pool.supply(market.alice, market.usdt, 5'000'000, market.alice);
    const Done done = market.pool.withdraw(market.alice, market.usdt, kAll);
    QVERIFY(done->amount == 5'000'000);
    QVERIFY(!market.pool.account(market.alice).collateral.any());
    QVERIFY(market.pool.account(market.alice).positions[index(market.usdt)].supply == 0);
    QVERIFY(!market.pool.withdraw(market.alice, market.usdt, kAll)); // nothing left
}

void TestAavePool::transferKeepsTheReceiversSwitch()
{
    SmallMarket market;
    market.fill();
    (void)market.pool.supply(market.alice, market.usdt, 5'000'000, market.alice);
    QVERIFY(market.pool.transferAToken(market.alice, market.liquidator, market.usdt, 5'000'000).has_value());
    QVERIFY(!market.pool.account(market.liquidator).collateral.has(market.usdt));
    QVERIFY(!market.pool.account(market.alice).collateral.has(market.usdt));
    QVERIFY(market.pool.supplyBalance(market.liquidator, market.usdt) == 5'000'000);
}

void TestAavePool::repayingMoreThanTheDebtTakesTheDebt()
{
    SmallMarket market;
    market.fill();
    market.lever();
    market.pool.setTime(market.pool.now() + 1'000);
    const U128 debt = market.pool.debtBalance(market.alice, market.weth);
    const Done done =
        market.pool.repay(market.bob, market.weth, 1'000 * SmallMarket::kEther, RateMode::Variable, market.alice);
    QVERIFY(done->amount == debt);
    QVERIFY(!market.pool.account(market.alice).borrowing.any());
    QVERIFY(market.pool.accountData(market.alice).healthFactor == kWideMax);
}

void TestAavePool::repayWithATokensMustKeepHealth()
{
    SmallMarket market;
    market.fill();
    market.lever();
    (void)market.pool.supply(market.alice, market.weth, 5 * SmallMarket::kEther, market.alice);
    const U128 debt = market.pool.debtBalance(market.alice, market.weth);
    const U128 available = market.pool.reserve(market.weth).state.available;
    const Done done = market.pool.repayWithATokens(market.alice, market.weth, 2 * SmallMarket::kEther);
    QVERIFY(done->amount == 2 * SmallMarket::kEther);
    QCOMPARE(done->moves.size(), std::size_t(0));
    QVERIFY(market.pool.reserve(market.weth).state.available == available); // no tokens moved
    QVERIFY(debt - market.pool.debtBalance(market.alice, market.weth) <= 2 * SmallMarket::kEther);
}

void TestAavePool::delegationIsUsedUp()
{
    SmallMarket market;
    market.fill();
    market.lever();
    constexpr U128 kE = SmallMarket::kEther;
    QVERIFY(market.pool.approveDelegation(market.alice, market.bob, market.weth, 2 * kE).has_value());
    QVERIFY(market.pool.borrow(market.bob, market.weth, kE, RateMode::Variable, market.alice).has_value());
    const Done refused = market.pool.borrow(market.bob, market.weth, 2 * kE, RateMode::Variable, market.alice);
    QVERIFY(refused.error().code == RefusalCode::InsufficientBorrowAllowance);
    QVERIFY(refused.error().second == 2 * kE);
    // Debt rounds up, so the allowance may lose a unit more than was borrowed.
    QVERIFY(refused.error().first == kE || refused.error().first == kE - 1);
    QVERIFY(market.pool.approveDelegation(market.alice, market.bob, market.weth, 0).has_value());
    QVERIFY(!market.pool.borrow(market.bob, market.weth, 1, RateMode::Variable, market.alice));
}

void TestAavePool::treasuryGetsItsShare()
{
    SmallMarket market;
    market.fill();
    (void)market.pool.supply(market.alice, market.weth, SmallMarket::kEther, market.alice); // accrues
    const U128 accrued = market.pool.reserve(market.weth).state.accruedToTreasury;
    QVERIFY(accrued > 0);
    const ReserveId reserves[] = {market.weth, market.usdt};
    const Done done = market.pool.mintToTreasury(reserves);
    QCOMPARE(done->events.size(), std::size_t(1)); // nothing accrued in USDT
    QVERIFY(market.pool.account(market.pool.treasury()).positions[index(market.weth)].supply == accrued);
    QVERIFY(market.pool.reserve(market.weth).state.accruedToTreasury == 0);
}

void TestAavePool::categoryCountsForItsAssetsOnly()
{
    SmallMarket market;
    market.fill();
    (void)market.pool.supply(market.alice, market.usdt, 4'000 * SmallMarket::kDollar, market.alice);
    (void)market.pool.supply(market.alice, market.weeth, SmallMarket::kEther, market.alice);
    QVERIFY(market.pool.setUserEMode(market.alice, 1).has_value());
    const AccountData data = market.pool.accountData(market.alice);
    // 4000 USD at .75/.78 and 4300 USD at .93/.95.
    QCOMPARE(data.ltvBps, (4'000U * 7'500U + 4'300U * 9'300U) / 8'300U);
    QCOMPARE(data.thresholdBps, (4'000U * 7'800U + 4'300U * 9'500U) / 8'300U);
}

void TestAavePool::frozenReserveLosesItsLtv()
{
    SmallMarket market;
    market.fill();
    market.lever();
    market.pool.setFrozen(market.weeth, true);
    const AccountData data = market.pool.accountData(market.alice);
    QCOMPARE(data.ltvBps, 0U);
    QCOMPARE(data.thresholdBps, 9'500U); // health does not move
    QVERIFY(data.hasZeroLtvCollateral);
    const Done leave = market.pool.setUserEMode(market.alice, 0);
    QVERIFY(leave.error().code == RefusalCode::InvalidCollateralInEmode);
    market.pool.setFrozen(market.weeth, false);
    market.pool.setLtvZero(market.weeth, false);
    QCOMPARE(market.pool.reserve(market.weeth).config.risk.ltvBps, std::uint16_t(7'750));
}

void TestAavePool::capsAreInWholeTokens()
{
    SmallMarket market;
    market.pool.config(market.usdt).supplyCap = 10;
    QVERIFY(market.pool.supply(market.alice, market.usdt, 10'000'000, market.alice).has_value());
    const Done done = market.pool.supply(market.alice, market.usdt, 1, market.alice);
    QVERIFY(done.error().code == RefusalCode::SupplyCapExceeded);
}

void TestAavePool::baseRateGrowsInViewsOnly()
{
    SmallMarket market;
    ReserveConfig config = market.pool.reserve(market.weth).config;
    config.setSymbol("base rate");
    config.curve = RateCurve::fromBps(9'200, 100, 270, 8'000);
    const ReserveId id = *market.pool.addReserve(config, 1);
    market.pool.setTime(market.pool.now() + 86'400);
    QVERIFY(market.pool.normalizedVariableDebt(id) > kRay);
    // Without debt the index itself stays.
    QVERIFY(market.pool.supply(market.alice, id, 1'000, market.alice).has_value());
    QVERIFY(market.pool.reserve(id).state.variableBorrowIndex == kRay);
    QVERIFY(market.pool.normalizedVariableDebt(id) == kRay);
}

void TestAavePool::tablesHaveAnEnd()
{
    SmallMarket market;
    while (market.pool.addUser()) {
    }
    QCOMPARE(market.pool.state().accounts.size(), kMaxUsers);
    ReserveConfig config;
    while (market.pool.addReserve(config, 1)) {
    }
    QCOMPARE(market.pool.state().reserves.size(), kMaxReserves);
    QVERIFY(!market.pool.find("no such asset"));
}

QTEST_APPLESS_MAIN(TestAavePool)
#include "tst_aave_pool.moc"
