// SPDX-License-Identifier: GPL-3.0-or-later
// Flash loans, atomic groups, liquidation and reserves that are driven by data.
#include "aave/small_market.h"

#include <QtTest>

using namespace carry;
using namespace carry::aave;
using namespace carry::aave::test;

class TestAaveMarket : public QObject
{
    Q_OBJECT

  private slots:
    void flashLoanPaysThePremiumToTheTreasury();
    void flashLoanMayBecomeDebt();
    void flashLoanThatIsRefusedLeavesNoTrace();
    void flashLegsMustDiffer();
    void atomicGroupIsPutBack();
    void liquidationHalvesTheDebt();
    void liquidationTakesTheBonusAndTheFee();
    void badDebtBecomesDeficit();
    void dustMustNotBeLeft();
    void historicReserveDoesNotAccrue();
    void historicBalancesFollowTheIndex();
    void historicTotalsContainOurs();
    void historicDataThatDoesNotFitIsRefused();
    void ownSizeMovesTheRates();
    void rateFactorAccruesFirst();
};

void TestAaveMarket::flashLoanPaysThePremiumToTheTreasury()
{
    SmallMarket market;
    market.fill();
    (void)market.pool.supply(market.lender, market.weth, SmallMarket::kEther, market.lender); // accrues
    const ReserveState before = market.pool.reserve(market.weth).state;
    const FlashLeg leg{market.weth, 1'000 * SmallMarket::kEther + 1, RateMode::None, 0};
    U128 premium = 0;
    const auto use = [&](Pool& pool, const FlashTicket& ticket) -> std::optional<Refusal> {
        premium = ticket.legs[0].premium;
        return pool.reserve(market.weth).state.available == before.available - leg.amount
                   ? std::nullopt
                   : std::optional(Refusal{RefusalCode::InvalidAmount});
    };
    const Done done = market.pool.flashLoan(market.alice, market.alice, {&leg, 1}, use);
    QVERIFY(done.has_value());
    QVERIFY(premium == percentMulCeil(leg.amount, 5));
    const ReserveState& after = market.pool.reserve(market.weth).state;
    QVERIFY(after.available == before.available + premium);
    QVERIFY(after.accruedToTreasury == before.accruedToTreasury + rayDivFloor(premium, after.liquidityIndex));
    QVERIFY(done->moves[0].toPool && done->moves[0].amount == leg.amount + premium);
}

void TestAaveMarket::flashLoanMayBecomeDebt()
{
    SmallMarket market;
    market.fill();
    QVERIFY(market.pool.setUserEMode(market.alice, 1).has_value());
    const FlashLeg leg{market.weth, 130 * SmallMarket::kEther, RateMode::Variable, 0};
    const auto use = [&](Pool& pool, const FlashTicket&) -> std::optional<Refusal> {
        const Done supplied = pool.supply(market.alice, market.weeth, 134 * SmallMarket::kEther, market.alice);
        return supplied ? std::nullopt : std::optional(supplied.error());
    };
    const Done done = market.pool.flashLoan(market.alice, market.alice, {&leg, 1}, use);
    QVERIFY(done.has_value());
    QCOMPARE(done->moves.size(), std::size_t(0)); // nothing is paid back
    const U128 debt = market.pool.debtBalance(market.alice, market.weth);
    QVERIFY(debt == leg.amount || debt == leg.amount + 1); // no premium; debt rounds up
    QVERIFY(kHealthy < market.pool.accountData(market.alice).healthFactor);
}

void TestAaveMarket::flashLoanThatIsRefusedLeavesNoTrace()
{
    SmallMarket market;
    market.fill();
    const Pool before = market.pool;
    const FlashLeg debt{market.weth, 130 * SmallMarket::kEther, RateMode::Variable, 0};
    const auto nothing = [](Pool&, const FlashTicket&) -> std::optional<Refusal> { return std::nullopt; };
    const Done uncovered = market.pool.flashLoan(market.alice, market.alice, {&debt, 1}, nothing);
    QVERIFY(uncovered.error().code == RefusalCode::LtvValidationFailed);
    QVERIFY(market.pool == before);

    const FlashLeg loan{market.weth, SmallMarket::kEther, RateMode::None, 0};
    const auto fails = [&](Pool& pool, const FlashTicket&) -> std::optional<Refusal> {
        (void)pool.supply(market.alice, market.usdt, 1'000'000, market.alice);
        return Refusal{RefusalCode::InvalidFlashloanExecutorReturn};
    };
    QVERIFY(!market.pool.flashLoan(market.alice, market.alice, {&loan, 1}, fails));
    QVERIFY(market.pool == before);

    const FlashLeg all{market.weth, 9'000 * SmallMarket::kEther, RateMode::None, 0};
    const auto begun = market.pool.beginFlash(market.alice, market.alice, {&all, 1});
    QVERIFY(begun.error().code == RefusalCode::PanicArithmetic); // less than the supply, more than there is
    QVERIFY(market.pool == before);
}

void TestAaveMarket::flashLegsMustDiffer()
{
    SmallMarket market;
    market.fill();
    const FlashLeg legs[] = {{market.weth, 1, RateMode::None, 0}, {market.weth, 1, RateMode::None, 0}};
    QVERIFY(market.pool.beginFlash(market.alice, market.alice, legs).error().code ==
            RefusalCode::InconsistentFlashloanParams);
    market.pool.config(market.weth).flashLoans = false;
    QVERIFY(market.pool.beginFlash(market.alice, market.alice, {legs, 1}).error().code ==
            RefusalCode::FlashloanDisabled);
}

void TestAaveMarket::atomicGroupIsPutBack()
{
    SmallMarket market;
    market.fill();
    const Pool before = market.pool;
    QVERIFY(market.pool.supply(market.alice, market.weeth, 10 * SmallMarket::kEther, market.alice).has_value());
    QVERIFY(market.pool.borrow(market.alice, market.weth, SmallMarket::kEther, RateMode::Variable, market.alice));
    QVERIFY(
        !market.pool.borrow(market.alice, market.weth, 100 * SmallMarket::kEther, RateMode::Variable, market.alice));
    QVERIFY(!(market.pool == before));
    market.pool = before;
    QVERIFY(market.pool == before);
}

void TestAaveMarket::liquidationHalvesTheDebt()
{
    SmallMarket market;
    market.fill();
    market.lever();
    market.pool.setPrice(market.weeth, 376'000'000'000ULL); // health .992
    const U128 debt = market.pool.debtBalance(market.alice, market.weth);
    const Done done = market.pool.liquidate({market.liquidator, market.alice, market.weeth, market.weth, kAll, false});
    QVERIFY(done.has_value());
    // The half is taken in USD with 8 decimals: a unit of that is 2.5 million wei at 4,000 USD.
    constexpr U128 kBaseUnit = 2'500'000;
    QVERIFY(done->amount <= debt / 2 + kBaseUnit && done->amount + kBaseUnit >= debt / 2);
    QVERIFY(market.pool.accountData(market.alice).debt > 0);
}

void TestAaveMarket::liquidationTakesTheBonusAndTheFee()
{
    SmallMarket market;
    market.fill();
    market.lever();
    market.pool.setPrice(market.weeth, 376'000'000'000ULL);
    constexpr U128 kE = SmallMarket::kEther;
    const Done done =
        market.pool.liquidate({market.liquidator, market.alice, market.weeth, market.weth, 10 * kE, true});
    QVERIFY(done.has_value());
    // 10 WETH are 10.638 weETH; 1 % on top, a tenth of which is the treasury's.
    const U128 base = 10 * kE * 4'000 / 3'760;
    const U128 seized = percentMul(base, 10'100);
    QVERIFY(done->collateral + done->protocolFee == seized);
    QVERIFY(done->protocolFee == percentMul(seized - percentDiv(seized, 10'100), 1'000));
    // What is handed over rounds up in scaled units, so that its balance is never less.
    const U128 received = market.pool.supplyBalance(market.liquidator, market.weeth);
    QVERIFY(received == done->collateral || received == done->collateral + 1);
    QVERIFY(!market.pool.account(market.liquidator).collateral.has(market.weeth));
    QVERIFY(market.pool.supplyBalance(market.pool.treasury(), market.weeth) > 0);
}

void TestAaveMarket::badDebtBecomesDeficit()
{
    SmallMarket market;
    market.fill();
    market.lever();
    market.pool.setPrice(market.weeth, 200'000'000'000ULL);
    const U128 debt = market.pool.debtBalance(market.alice, market.weth);
    const Done done = market.pool.liquidate({market.liquidator, market.alice, market.weeth, market.weth, kAll, false});
    QVERIFY(done.has_value());
    const U128 deficit = market.pool.reserve(market.weth).state.deficit;
    QVERIFY(deficit > 0 && deficit == debt - done->amount);
    QVERIFY(!market.pool.account(market.alice).borrowing.any());
    QVERIFY(!market.pool.account(market.alice).collateral.any());
    QVERIFY(market.pool.account(market.alice).positions[index(market.weth)].debt == 0);
}

void TestAaveMarket::dustMustNotBeLeft()
{
    SmallMarket market;
    market.fill();
    constexpr U128 kE = SmallMarket::kEther;
    (void)market.pool.supply(market.alice, market.weeth, 100 * kE, market.alice);
    (void)market.pool.borrow(market.alice, market.weth, 70 * kE, RateMode::Variable, market.alice);
    market.pool.setPrice(market.weeth, 330'000'000'000ULL); // health .943: all may be covered
    const U128 debt = market.pool.debtBalance(market.alice, market.weth);
    const U128 almost = debt - kE / 10; // 400 USD left
    const Pool before = market.pool;
    const Done done =
        market.pool.liquidate({market.liquidator, market.alice, market.weeth, market.weth, almost, false});
    QVERIFY(done.error().code == RefusalCode::MustNotLeaveDust);
    QVERIFY(market.pool == before);
    QVERIFY(market.pool.liquidate({market.liquidator, market.alice, market.weeth, market.weth, kAll, false}));
}

void TestAaveMarket::historicReserveDoesNotAccrue()
{
    SmallMarket market;
    HistoricReserve data;
    data.liquidityIndex = kRay + kRay / 10;
    data.variableBorrowIndex = kRay + kRay / 5;
    data.rates = {kRay / 50, kRay / 40};
    data.available = 50'000 * SmallMarket::kEther;
    data.scaledSupply = 200'000 * SmallMarket::kEther;
    data.scaledDebt = 150'000 * SmallMarket::kEther;
    market.pool.setHistoric(market.weth, data);
    market.pool.setTime(market.pool.now() + 365 * 86'400);
    QVERIFY(market.pool.normalizedIncome(market.weth) == data.liquidityIndex);
    QVERIFY(market.pool.normalizedVariableDebt(market.weth) == data.variableBorrowIndex);
    QVERIFY(market.pool.supply(market.alice, market.weth, SmallMarket::kEther, market.alice).has_value());
    const ReserveState& state = market.pool.reserve(market.weth).state;
    QVERIFY(state.rates == data.rates); // our own size does not move the rates of history
    QVERIFY(state.liquidityIndex == data.liquidityIndex);
    QVERIFY(state.accruedToTreasury == 0);
    QVERIFY(state.available == data.available + SmallMarket::kEther);
}

void TestAaveMarket::historicBalancesFollowTheIndex()
{
    SmallMarket market;
    HistoricReserve data;
    data.available = 50'000 * SmallMarket::kEther;
    data.scaledSupply = 200'000 * SmallMarket::kEther;
    market.pool.setHistoric(market.weth, data);
    (void)market.pool.supply(market.alice, market.weeth, 100 * SmallMarket::kEther, market.alice);
    (void)market.pool.borrow(market.alice, market.weth, 10 * SmallMarket::kEther, RateMode::Variable, market.alice);
    market.pool.setTime(market.pool.now() + 3'600);
    data.variableBorrowIndex = kRay / 100 * 103;
    market.pool.setHistoric(market.weth, data);
    QVERIFY(market.pool.debtBalance(market.alice, market.weth) == 10 * SmallMarket::kEther / 100 * 103);
}

void TestAaveMarket::historicTotalsContainOurs()
{
    SmallMarket market;
    HistoricReserve data;
    data.available = 5 * SmallMarket::kEther;
    data.scaledSupply = 200 * SmallMarket::kEther;
    data.scaledDebt = 195 * SmallMarket::kEther;
    market.pool.setHistoric(market.weth, data);
    (void)market.pool.supply(market.alice, market.weeth, 100 * SmallMarket::kEther, market.alice);
    QVERIFY(market.pool.borrow(market.alice, market.weth, 4 * SmallMarket::kEther, RateMode::Variable, market.alice));
    market.pool.setHistoric(market.weth, data);
    const ReserveState& state = market.pool.reserve(market.weth).state;
    QVERIFY(state.scaledDebt == 199 * SmallMarket::kEther);
    QVERIFY(state.available == SmallMarket::kEther);
    // No more than is there.
    QVERIFY(!market.pool.borrow(market.alice, market.weth, 2 * SmallMarket::kEther, RateMode::Variable, market.alice));
    data.available = SmallMarket::kEther; // less than we borrowed: empty, not negative
    market.pool.setHistoric(market.weth, data);
    QVERIFY(market.pool.reserve(market.weth).state.available == 0);
}

void TestAaveMarket::historicDataThatDoesNotFitIsRefused()
{
    SmallMarket market;
    market.fill();
    const Pool before = market.pool;
    HistoricReserve data;
    data.scaledSupply = kMaxU128;
    QVERIFY(market.pool.setHistoric(market.weth, data).error().code == RefusalCode::PanicArithmetic);
    data.scaledSupply = 0;
    data.liquidityIndex = 0;
    QVERIFY(!market.pool.setHistoric(market.weth, data));
    QVERIFY(market.pool == before);
}

void TestAaveMarket::ownSizeMovesTheRates()
{
    SmallMarket market;
    market.fill();
    const RateShift shift = market.pool.rateShift(market.weth, 0, 1'000 * SmallMarket::kEther);
    QVERIFY(shift.withOwn.variableBorrow > shift.market.variableBorrow);
    const RateShift calmer = market.pool.rateShift(market.weth, 1'000 * SmallMarket::kEther, 0);
    QVERIFY(calmer.withOwn.variableBorrow < calmer.market.variableBorrow);
    // The shift is what borrowing really does.
    market.lever();
    const U128 amount = SmallMarket::kEther;
    const Rates expected = market.pool.rateShift(market.weth, 0, amount).withOwn;
    (void)market.pool.borrow(market.alice, market.weth, amount, RateMode::Variable, market.alice);
    const U128 found = market.pool.reserve(market.weth).state.rates.variableBorrow;
    const U128 difference =
        found > expected.variableBorrow ? found - expected.variableBorrow : expected.variableBorrow - found;
    QVERIFY(difference < 1'000'000'000); // 1e-18 a year: debt is rounded on the scaled total
}

void TestAaveMarket::rateFactorAccruesFirst()
{
    SmallMarket market;
    market.fill();
    const U128 rate = market.pool.reserve(market.weth).state.rates.liquidity;
    QVERIFY(market.pool.setReserveFactor(market.weth, 3'000).has_value());
    const ReserveState& state = market.pool.reserve(market.weth).state;
    QVERIFY(state.accruedToTreasury > 0); // at the old factor
    QVERIFY(state.rates.liquidity < rate);
    QVERIFY(market.pool.setCurve(market.weth, RateCurve::fromBps(9'200, 100, 270, 8'000)).has_value());
    QVERIFY(market.pool.reserve(market.weth).state.rates.variableBorrow > state.rates.liquidity);
}

QTEST_APPLESS_MAIN(TestAaveMarket)
#include "tst_aave_market.moc"
