// SPDX-License-Identifier: GPL-3.0-or-later
// Liquidation: LiquidationLogic of aave-v3-origin 3.6.0.
#include "actions.h"

#include <bit>

namespace carry::aave
{
namespace
{

constexpr U128 kDefaultCloseBps = 5'000;
constexpr Wide kWholeCloseHealth{0, kWad / 100 * 95};
constexpr U128 kWholeCloseBelow = 2'000'00000000ULL; //!< USD, 8 decimals
constexpr U128 kLeastLeftover = 1'000'00000000ULL;   //!< USD, 8 decimals

//! What a liquidation works with.
struct Case {
    const Pool::Liquidation& call;
    Accrued collateralIndices, debtIndices;
    AccountData account;
    U128 collateralBalance = 0, debtBalance = 0; //!< token units
    U128 bonusBps = 0;
    U128 covered = 0, seized = 0, fee = 0; //!< debt units, collateral units to the liquidator, to the treasury
    bool nothingLeft = false;              //!< no collateral remains anywhere: what is left of the debt is bad
};

U128 value(const Reserve& reserve, U128 amount, Round rounding)
{
    return mulDiv(amount, reserve.price, reserve.config.unit(), rounding);
}

//! Brings both reserves up to now. With one asset on both sides the treasury gets its share twice: the contracts accrue
//! from two copies of the same reserve.
void accrueBoth(Action& action, Case& c)
{
    Reserve& debt = action.reserve(c.call.debt);
    const ReserveState before = debt.state;
    c.debtIndices = accrue(action.state, c.call.debt);
    if (c.call.debt != c.call.collateral) {
        c.collateralIndices = accrue(action.state, c.call.collateral);
        return;
    }
    c.collateralIndices = c.debtIndices;
    if (before.lastUpdate != debt.state.lastUpdate)
        accrueToTreasury(debt, before, c.debtIndices);
}

void requireLiquidatable(const Action& action, const Case& c)
{
    const Account& user = action.state.accounts[index(c.call.user)];
    const ReserveConfig& collateral = action.state.reserves[index(c.call.collateral)].config;
    const ReserveConfig& debt = action.state.reserves[index(c.call.debt)].config;
    require(c.call.liquidator != c.call.user, RefusalCode::SelfLiquidation);
    require(collateral.active && debt.active, RefusalCode::ReserveInactive);
    require(!collateral.paused && !debt.paused, RefusalCode::ReservePaused);
    require(isUnhealthy(c.account.healthFactor), RefusalCode::HealthFactorNotBelowThreshold);
    const bool inCategory = collateralCategory(action.state, user, c.call.collateral) != nullptr;
    require(user.collateral.has(c.call.collateral) && (inCategory || collateral.risk.thresholdBps != 0),
            RefusalCode::CollateralCannotBeLiquidated);
    require(c.debtBalance != 0, RefusalCode::SpecifiedCurrencyNotBorrowedByUser);
}

//! Half of the whole debt while the account is near health and the pair is not small, else the whole debt of the asset.
U128 coverable(const Action& action, const Case& c)
{
    const Reserve& collateral = action.state.reserves[index(c.call.collateral)];
    const Reserve& debt = action.state.reserves[index(c.call.debt)];
    const U128 debtValue = value(debt, c.debtBalance, Round::Ceil);
    const bool small =
        value(collateral, c.collateralBalance, Round::Floor) < kWholeCloseBelow || debtValue < kWholeCloseBelow;
    if (small || c.account.healthFactor <= kWholeCloseHealth)
        return c.debtBalance;
    const U128 half = percentMul(c.account.debt, kDefaultCloseBps);
    return debtValue > half ? mulDiv(half, debt.config.unit(), debt.price, Round::Floor) : c.debtBalance;
}

//! floor(price * amount * otherUnit / (otherPrice * unit)): `amount` of `from` in units of `to`.
U128 convert(U128 amount, const Reserve& from, const Reserve& to)
{
    const Wide divisor = multiplyWide(to.price, from.config.unit());
    const Wide factor = multiplyWide(from.price, to.config.unit());
    if (divisor.high != 0 || factor.high != 0)
        throw MathOverflow();
    return mulDiv(amount, factor.low, divisor.low, Round::Floor);
}

//! What is seized for `covered`; more than there is shrinks `covered` instead.
void calculateSeizure(const Action& action, Case& c)
{
    const Reserve& collateral = action.state.reserves[index(c.call.collateral)];
    const Reserve& debt = action.state.reserves[index(c.call.debt)];
    U128 whole = percentMul(convert(c.covered, debt, collateral), c.bonusBps);
    if (whole > c.collateralBalance) {
        whole = c.collateralBalance;
        c.covered = percentDivCeil(convert(whole, collateral, debt), c.bonusBps);
    }
    c.nothingLeft = value(collateral, whole, Round::Floor) == c.account.collateral;
    const U128 bonus = subtract(whole, percentDiv(whole, c.bonusBps));
    c.fee = percentMul(bonus, collateral.config.protocolFeeBps);
    c.seized = subtract(whole, c.fee);
}

void requireNoDust(const Action& action, const Case& c)
{
    if (c.covered >= c.debtBalance || c.seized + c.fee >= c.collateralBalance)
        return;
    const Reserve& collateral = action.state.reserves[index(c.call.collateral)];
    const Reserve& debt = action.state.reserves[index(c.call.debt)];
    require(value(debt, c.debtBalance - c.covered, Round::Ceil) >= kLeastLeftover &&
                value(collateral, c.collateralBalance - c.seized - c.fee, Round::Floor) >= kLeastLeftover,
            RefusalCode::MustNotLeaveDust);
}

//! Takes `covered` off the debt, and everything if the rest is bad: that becomes the reserve's deficit.
void burnCovered(Action& action, UserId user, ReserveId id, U128 balance, U128 covered, bool isBad,
                 const Accrued& indices)
{
    Reserve& reserve = action.reserve(id);
    if (balance != 0)
        burnDebt(action, user, id, rayDivFloor(isBad ? balance : covered, indices.variableBorrowIndex));
    const U128 rest = subtract(balance, covered);
    if (isBad && rest != 0) {
        reserve.state.deficit = add(reserve.state.deficit, rest);
        Event event;
        event.kind = EventKind::DeficitCreated;
        event.reserve = id;
        event.user = user;
        event.amount = rest;
        action.emit(event);
    }
    updateRates(reserve, reserve.state.scaledDebt, covered, 0);
}

void handCollateralOver(Action& action, const Case& c)
{
    const Pool::Liquidation& call = c.call;
    const U128 scaled = rayDivCeil(c.seized, c.collateralIndices.liquidityIndex);
    if (call.receiveATokens) {
        moveSupply(action, call.user, call.liquidator, call.collateral, scaled);
        return;
    }
    Reserve& reserve = action.reserve(call.collateral);
    updateRates(reserve, reserve.state.scaledDebt, 0, c.seized);
    burnSupply(action, call.user, call.collateral, scaled);
    action.move(call.collateral, call.liquidator, /*toPool=*/false, c.seized);
}

//! The fee in aTokens; what rounding has left of the balance if that is less.
void payProtocolFee(Action& action, Case& c)
{
    if (c.fee == 0)
        return;
    const U128 left = action.position(c.call.user, c.call.collateral).supply;
    U128 scaled = rayDivCeil(c.fee, c.collateralIndices.liquidityIndex);
    if (scaled > left) {
        scaled = left;
        c.fee = rayMulFloor(left, c.collateralIndices.liquidityIndex);
    }
    moveSupply(action, c.call.user, action.state.treasury, c.call.collateral, scaled);
}

void burnOtherBadDebt(Action& action, UserId user)
{
    for (unsigned bits = action.account(user).borrowing.bits(); bits != 0; bits &= bits - 1) {
        const auto id = static_cast<ReserveId>(std::countr_zero(bits));
        const Accrued indices = accrue(action.state, id);
        const U128 balance = rayMulCeil(action.position(user, id).debt, indices.variableBorrowIndex);
        burnCovered(action, user, id, balance, 0, /*isBad=*/true, indices);
    }
}

void report(Action& action, const Case& c)
{
    Event event;
    event.kind = EventKind::LiquidationCall;
    event.reserve = c.call.collateral;
    event.debtReserve = c.call.debt;
    event.user = c.call.user;
    event.other = c.call.liquidator;
    event.flag = c.call.receiveATokens;
    event.amount = c.covered;
    event.second = c.seized;
    action.emit(event);
    action.outcome.amount = c.covered;
    action.outcome.collateral = c.seized;
    action.outcome.protocolFee = c.fee;
}

} // namespace

void executeLiquidation(Action& action, const Pool::Liquidation& call)
{
    Case c{call, {}, {}, {}};
    accrueBoth(action, c);
    const Account& user = action.account(call.user);
    c.account = calculateAccountData(action.state, user);
    c.collateralBalance =
        rayMulFloor(user.positions[index(call.collateral)].supply, c.collateralIndices.liquidityIndex);
    c.debtBalance = rayMulCeil(user.positions[index(call.debt)].debt, c.debtIndices.variableBorrowIndex);
    requireLiquidatable(action, c);

    const EModeCategory* own = collateralCategory(action.state, user, call.collateral);
    c.bonusBps = own ? own->risk.bonusBps : action.reserve(call.collateral).config.risk.bonusBps;
    c.covered = std::min(call.debtToCover, coverable(action, c));
    calculateSeizure(action, c);
    requireNoDust(action, c);

    if (c.seized + c.fee == c.collateralBalance)
        switchCollateral(action, call.user, call.collateral, false);
    burnCovered(action, call.user, call.debt, c.debtBalance, c.covered, c.nothingLeft, c.debtIndices);
    handCollateralOver(action, c);
    payProtocolFee(action, c);
    if (c.nothingLeft)
        burnOtherBadDebt(action, call.user);
    action.move(call.debt, call.liquidator, /*toPool=*/true, c.covered);
    report(action, c);
}

} // namespace carry::aave
