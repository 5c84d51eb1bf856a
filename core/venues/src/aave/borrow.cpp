// SPDX-License-Identifier: GPL-3.0-or-later
// Borrowing, eMode and flash loans: BorrowLogic, SupplyLogic and FlashLoanLogic of aave-v3-origin 3.6.0.
#include "actions.h"

#include <bit>

namespace carry::aave
{
namespace
{

void requireBorrowable(const Action& action, const BorrowCall& call, U128 scaled, const Accrued& accrued)
{
    const PoolState& state = action.state;
    const Reserve& reserve = state.reserves[index(call.reserve)];
    const ReserveConfig& config = reserve.config;
    const EModeCategory* own = category(state, state.accounts[index(call.onBehalfOf)].eMode);
    require(scaled != 0, RefusalCode::InvalidAmount);
    require(config.active, RefusalCode::ReserveInactive);
    require(!config.paused, RefusalCode::ReservePaused);
    require(!config.frozen, RefusalCode::ReserveFrozen);
    require(own != nullptr || config.borrowing, RefusalCode::BorrowingNotEnabled);
    require(rayMulFloor(reserve.state.scaledSupply, accrued.liquidityIndex) >= call.amount, RefusalCode::InvalidAmount);
    require(call.mode == RateMode::Variable, RefusalCode::InvalidInterestRateModeSelected);
    if (config.borrowCap != 0) {
        const U128 debt = rayMulCeil(add(accrued.scaledDebt, scaled), accrued.variableBorrowIndex);
        require(debt <= config.borrowCap * config.unit(), RefusalCode::BorrowCapExceeded);
    }
    require(own == nullptr || own->borrowable.has(call.reserve), RefusalCode::NotBorrowableInEMode);
}

//! Takes the loan out of what the account allowed the user: the requested amount at least, what the debt grew by at
//! most.
void useDelegation(Action& action, const BorrowCall& call, U128 scaled, const Accrued& accrued)
{
    const U128 before = action.position(call.onBehalfOf, call.reserve).debt;
    const U128 growth = subtract(rayMulCeil(add(before, scaled), accrued.variableBorrowIndex),
                                 rayMulCeil(before, accrued.variableBorrowIndex));
    auto& delegations = action.state.delegations;
    const auto isIt = [&](const Delegation& d) {
        return d.from == call.onBehalfOf && d.to == call.user && d.reserve == call.reserve;
    };
    Delegation* found = std::find_if(delegations.begin(), delegations.end(), isIt);
    const U128 allowed = found == delegations.end() ? 0 : found->amount;
    if (allowed < call.amount)
        throw Revert{Refusal{RefusalCode::InsufficientBorrowAllowance, Refusal::kNoReserve, allowed, call.amount}};
    if (found != delegations.end())
        found->amount = allowed - std::min(allowed, growth);
}

void requireCovered(const PoolState& state, const Account& account)
{
    const AccountData data = calculateAccountData(state, account);
    require(data.ltvBps != 0, RefusalCode::LtvValidationFailed);
    require(!isUnhealthy(data.healthFactor), RefusalCode::HealthFactorLowerThanLiquidationThreshold);
    require(data.collateral >= percentDivCeil(data.debt, data.ltvBps), RefusalCode::CollateralCannotCoverNewBorrow);
}

void requireFlash(const Action& action, const FlashLeg& leg)
{
    const Reserve& reserve = action.state.reserves[index(leg.reserve)];
    require(!reserve.config.paused, RefusalCode::ReservePaused);
    require(reserve.config.active, RefusalCode::ReserveInactive);
    require(reserve.config.flashLoans, RefusalCode::FlashloanDisabled);
    const U128 supply = rayMulFloor(reserve.state.scaledSupply, incomeIndex(reserve.state, action.state.now));
    require(supply >= leg.amount, RefusalCode::InvalidAmount);
}

void payFlashBack(Action& action, const FlashLeg& leg, UserId receiver)
{
    const Accrued accrued = accrue(action.state, leg.reserve);
    Reserve& reserve = action.reserve(leg.reserve);
    const U128 owed = add(leg.amount, leg.premium);
    U128& treasury = reserve.state.accruedToTreasury;
    treasury = add(treasury, rayDivFloor(leg.premium, accrued.liquidityIndex));
    updateRates(reserve, accrued.scaledDebt, owed, 0);
    action.move(leg.reserve, receiver, /*toPool=*/true, owed);
}

//! Refuses an account whose debts or collaterals the new category does not have; 0 stands for the reserves' own
//! settings.
void requireFits(const Action& action, Account account, std::uint8_t categoryId)
{
    const PoolState& state = action.state;
    const EModeCategory* target = category(state, categoryId);
    account.eMode = categoryId;
    for (std::size_t i = 0; i < state.reserves.size(); ++i) {
        const auto id = static_cast<ReserveId>(i);
        const bool borrowable = target ? target->borrowable.has(id) : state.reserves[i].config.borrowing;
        if (account.borrowing.has(id) && !borrowable)
            throw Revert{Refusal{RefusalCode::InvalidDebtInEmode, static_cast<std::uint8_t>(i), categoryId, 0}};
        if (account.collateral.has(id) && effectiveLtv(state, account, id) == 0)
            throw Revert{Refusal{RefusalCode::InvalidCollateralInEmode, static_cast<std::uint8_t>(i), categoryId, 0}};
    }
}

} // namespace

void executeBorrow(Action& action, const BorrowCall& call)
{
    const Accrued accrued = accrue(action.state, call.reserve);
    const U128 scaled = scaledCeil(call.amount, accrued.variableBorrowIndex);
    requireBorrowable(action, call, scaled, accrued);
    if (call.user != call.onBehalfOf)
        useDelegation(action, call, scaled, accrued);
    mintDebt(action, call.onBehalfOf, call.reserve, scaled);
    Reserve& reserve = action.reserve(call.reserve);
    updateRates(reserve, reserve.state.scaledDebt, 0, call.release ? call.amount : 0);
    if (call.release)
        action.move(call.reserve, call.user, /*toPool=*/false, call.amount);
    requireCovered(action.state, action.account(call.onBehalfOf));
    Event event;
    event.kind = EventKind::Borrow;
    event.reserve = call.reserve;
    event.user = call.user;
    event.other = call.onBehalfOf;
    event.mode = static_cast<std::uint8_t>(call.mode);
    event.amount = call.amount;
    event.second = reserve.state.rates.variableBorrow;
    action.emit(event);
    action.outcome.amount = call.amount;
    action.outcome.scaled = scaled;
}

void executeFlashBegin(Action& action, FlashTicket& ticket)
{
    for (std::size_t i = 0; i < ticket.legs.size(); ++i) {
        for (std::size_t j = i + 1; j < ticket.legs.size(); ++j)
            require(ticket.legs[i].reserve != ticket.legs[j].reserve, RefusalCode::InconsistentFlashloanParams);
        requireFlash(action, ticket.legs[i]);
    }
    for (FlashLeg& leg : ticket.legs) {
        require(leg.mode <= RateMode::Variable, RefusalCode::PanicEnum);
        leg.premium = leg.mode == RateMode::None ? percentMulCeil(leg.amount, action.state.flashPremiumBps) : 0;
        U128& available = action.reserve(leg.reserve).state.available;
        available = subtract(available, leg.amount);
        action.move(leg.reserve, ticket.receiver, /*toPool=*/false, leg.amount);
    }
}

void executeFlashEnd(Action& action, const FlashTicket& ticket)
{
    for (const FlashLeg& leg : ticket.legs) {
        if (leg.mode == RateMode::None)
            payFlashBack(action, leg, ticket.receiver);
        else
            executeBorrow(action, {ticket.initiator, ticket.initiator, leg.reserve, leg.amount, leg.mode, false});
        Event event;
        event.kind = EventKind::FlashLoan;
        event.reserve = leg.reserve;
        event.user = ticket.initiator;
        event.other = ticket.receiver;
        event.mode = static_cast<std::uint8_t>(leg.mode);
        event.amount = leg.amount;
        event.second = leg.premium;
        action.emit(event);
    }
}

void executeSetEMode(Action& action, UserId user, std::uint8_t categoryId)
{
    Account& account = action.account(user);
    if (account.eMode == categoryId)
        return;
    const EModeCategory* target = category(action.state, categoryId);
    require(categoryId == 0 || (target != nullptr && target->risk.thresholdBps != 0),
            RefusalCode::InconsistentEModeCategory);
    requireFits(action, account, categoryId);
    account.eMode = categoryId;
    Event event;
    event.kind = EventKind::UserEModeSet;
    event.user = user;
    event.mode = categoryId;
    action.emit(event);
    if (account.borrowing.any())
        require(!isUnhealthy(calculateAccountData(action.state, account).healthFactor),
                RefusalCode::HealthFactorLowerThanLiquidationThreshold);
}

} // namespace carry::aave
