// SPDX-License-Identifier: GPL-3.0-or-later
// Supply, withdrawal, repayment and switches: SupplyLogic, BorrowLogic and PoolLogic of aave-v3-origin 3.6.0.
#include "venues/aave/pool.h"

#include "actions.h"

namespace carry::aave
{
namespace
{

void requireUsable(const ReserveConfig& config)
{
    require(config.active, RefusalCode::ReserveInactive);
    require(!config.paused, RefusalCode::ReservePaused);
}

//! The cap counts what the treasury has not taken yet. A total beyond 128 bits is above any cap.
void requireBelowSupplyCap(const Reserve& reserve, U128 scaled, U128 liquidityIndex)
{
    if (reserve.config.supplyCap == 0)
        return;
    const U128 others = add(reserve.state.scaledSupply, reserve.state.accruedToTreasury);
    require(scaled <= kMaxU128 - others, RefusalCode::SupplyCapExceeded);
    const Wide total = divideWide(multiplyWide(others + scaled, liquidityIndex), kRay, Round::Floor);
    const Wide cap = multiplyWide(reserve.config.supplyCap, reserve.config.unit());
    require(total <= cap, RefusalCode::SupplyCapExceeded);
}

Event amountEvent(EventKind kind, ReserveId reserve, UserId user, UserId other, U128 amount)
{
    Event event;
    event.kind = kind;
    event.reserve = reserve;
    event.user = user;
    event.other = other;
    event.amount = amount;
    return event;
}

//! Burns aTokens; without any left the asset is no collateral any more.
void burnAndUnswitch(Action& action, UserId user, ReserveId id, U128 scaled)
{
    burnSupply(action, user, id, scaled);
    if (action.account(user).collateral.has(id) && action.position(user, id).supply == 0)
        switchCollateral(action, user, id, false);
}

struct RepayCall {
    UserId payer, onBehalfOf;
    ReserveId reserve;
    U128 amount;
    RateMode mode;
    bool withATokens;
};

void requireRepayable(const Action& action, const RepayCall& call, U128 scaledDebt)
{
    require(call.amount != 0, RefusalCode::InvalidAmount);
    require(call.mode == RateMode::Variable, RefusalCode::InvalidInterestRateModeSelected);
    require(call.amount != kAll || call.payer == call.onBehalfOf, RefusalCode::NoExplicitAmountToRepayOnBehalf);
    requireUsable(action.state.reserves[index(call.reserve)].config);
    require(scaledDebt != 0, RefusalCode::NoDebtOfSelectedType);
}

//! repayWithATokens: the payer's own supply pays, and the account must be healthy after it.
void payWithATokens(Action& action, const RepayCall& call, U128 amount, const Accrued& accrued)
{
    burnAndUnswitch(action, call.payer, call.reserve, rayDivCeil(amount, accrued.liquidityIndex));
    if (action.account(call.onBehalfOf).borrowing.any())
        require(!isUnhealthy(calculateAccountData(action.state, action.account(call.onBehalfOf)).healthFactor),
                RefusalCode::HealthFactorLowerThanLiquidationThreshold);
}

void executeRepay(Action& action, const RepayCall& call)
{
    const Accrued accrued = accrue(action.state, call.reserve);
    const U128 scaledDebt = action.position(call.onBehalfOf, call.reserve).debt;
    requireRepayable(action, call, scaledDebt);
    U128 amount = call.amount;
    if (call.withATokens && amount == kAll)
        amount = rayMulFloor(action.position(call.payer, call.reserve).supply, accrued.liquidityIndex);
    amount = std::min(amount, rayMulCeil(scaledDebt, accrued.variableBorrowIndex));
    const U128 scaled = rayDivFloor(amount, accrued.variableBorrowIndex);
    burnDebt(action, call.onBehalfOf, call.reserve, scaled);
    Reserve& reserve = action.reserve(call.reserve);
    updateRates(reserve, reserve.state.scaledDebt, call.withATokens ? 0 : amount, 0);
    if (call.withATokens)
        payWithATokens(action, call, amount, accrued);
    else
        action.move(call.reserve, call.payer, /*toPool=*/true, amount);
    Event event = amountEvent(EventKind::Repay, call.reserve, call.onBehalfOf, call.payer, amount);
    event.flag = call.withATokens;
    action.emit(event);
    action.outcome.amount = amount;
    action.outcome.scaled = scaled;
}

void executeSupply(Action& action, UserId user, ReserveId id, U128 amount, UserId onBehalfOf)
{
    const Accrued accrued = accrue(action.state, id);
    Reserve& reserve = action.reserve(id);
    const U128 scaled = scaledFloor(amount, accrued.liquidityIndex);
    require(scaled != 0, RefusalCode::InvalidAmount);
    requireUsable(reserve.config);
    require(!reserve.config.frozen, RefusalCode::ReserveFrozen);
    requireBelowSupplyCap(reserve, scaled, accrued.liquidityIndex);
    updateRates(reserve, accrued.scaledDebt, amount, 0);
    action.move(id, user, /*toPool=*/true, amount);
    const bool isFirst = action.position(onBehalfOf, id).supply == 0;
    mintSupply(action, onBehalfOf, id, scaled);
    if (isFirst && mayBeCollateral(action.state, action.account(onBehalfOf), id))
        switchCollateral(action, onBehalfOf, id, true);
    action.emit(amountEvent(EventKind::Supply, id, user, onBehalfOf, amount));
    action.outcome.amount = amount;
    action.outcome.scaled = scaled;
}

void executeWithdraw(Action& action, UserId user, ReserveId id, U128 requested)
{
    const Accrued accrued = accrue(action.state, id);
    Reserve& reserve = action.reserve(id);
    const U128 balance = action.position(user, id).supply;
    const bool all = requested == kAll;
    const U128 scaled = all ? balance : scaledCeil(requested, accrued.liquidityIndex);
    const U128 amount = all ? rayMulFloor(balance, accrued.liquidityIndex) : requested;
    require(scaled != 0, RefusalCode::InvalidAmount);
    require(scaled <= balance, RefusalCode::NotEnoughAvailableUserBalance);
    requireUsable(reserve.config);
    updateRates(reserve, accrued.scaledDebt, 0, amount);
    const bool wasCollateral = action.account(user).collateral.has(id);
    burnAndUnswitch(action, user, id, scaled);
    action.move(id, user, /*toPool=*/false, amount);
    if (wasCollateral && action.account(user).borrowing.any())
        requireHealthAndLtvZero(action.state, action.account(user), id);
    action.emit(amountEvent(EventKind::Withdraw, id, user, user, amount));
    action.outcome.amount = amount;
    action.outcome.scaled = scaled;
}

void executeSetCollateral(Action& action, UserId user, ReserveId id, bool enabled)
{
    Account& account = action.account(user);
    requireUsable(action.reserve(id).config);
    if (account.collateral.has(id) == enabled)
        return;
    if (enabled) {
        require(account.positions[index(id)].supply != 0, RefusalCode::UnderlyingBalanceZero);
        require(mayBeCollateral(action.state, account, id), RefusalCode::UserInIsolationModeOrLtvZero);
    }
    switchCollateral(action, user, id, enabled);
    if (!enabled && account.borrowing.any())
        requireHealthAndLtvZero(action.state, account, id);
}

void executeTransfer(Action& action, UserId from, UserId to, ReserveId id, U128 amount)
{
    // A view index: a transfer does not accrue the reserve.
    const U128 scaled = scaledCeil(amount, incomeIndex(action.reserve(id).state, action.state.now));
    moveSupply(action, from, to, id, scaled);
    require(!action.reserve(id).config.paused, RefusalCode::ReservePaused);
    action.outcome.amount = amount;
    action.outcome.scaled = scaled;
    Account& account = action.account(from);
    if (from == to || scaled == 0 || !account.collateral.has(id))
        return;
    if (account.borrowing.any())
        requireHealthAndLtvZero(action.state, account, id);
    if (account.positions[index(id)].supply == 0)
        switchCollateral(action, from, id, false);
}

void executeDelegation(Action& action, const Delegation& wanted)
{
    auto& delegations = action.state.delegations;
    const auto isIt = [&](const Delegation& d) {
        return d.from == wanted.from && d.to == wanted.to && d.reserve == wanted.reserve;
    };
    Delegation* found = std::find_if(delegations.begin(), delegations.end(), isIt);
    if (found != delegations.end())
        found->amount = wanted.amount;
    else
        require(delegations.push(wanted), RefusalCode::TooManyEntries);
}

void executeMintToTreasury(Action& action, ReserveId id)
{
    Reserve& reserve = action.reserve(id);
    const U128 accrued = reserve.state.accruedToTreasury;
    if (!reserve.config.active || accrued == 0)
        return;
    reserve.state.accruedToTreasury = 0;
    mintSupply(action, action.state.treasury, id, accrued);
    Event event;
    event.kind = EventKind::MintedToTreasury;
    event.reserve = id;
    event.amount = rayMulFloor(accrued, incomeIndex(reserve.state, action.state.now));
    action.emit(event);
}

} // namespace

//! Runs an operation on the state and puts the state back if it is refused.
template <class Function> Done Pool::attempt(Function&& function)
{
    const PoolState before = m_state;
    Outcome outcome;
    Action action{m_state, outcome};
    Refusal refusal;
    try {
        function(action);
        return outcome;
    } catch (const Revert& revert) {
        refusal = revert.refusal;
    } catch (const MathOverflow&) {
        refusal.code = RefusalCode::RevertWithoutReason;
    }
    m_state = before;
    return tl::unexpected(refusal);
}

Done Pool::supply(UserId user, ReserveId reserve, U128 amount, UserId onBehalfOf)
{
    return attempt([&](Action& action) { executeSupply(action, user, reserve, amount, onBehalfOf); });
}

Done Pool::withdraw(UserId user, ReserveId reserve, U128 amount)
{
    return attempt([&](Action& action) { executeWithdraw(action, user, reserve, amount); });
}

Done Pool::borrow(UserId user, ReserveId reserve, U128 amount, RateMode mode, UserId onBehalfOf)
{
    return attempt([&](Action& action) {
        require(mode <= RateMode::Variable, RefusalCode::PanicEnum);
        executeBorrow(action, {user, onBehalfOf, reserve, amount, mode, /*release=*/true});
    });
}

Done Pool::repay(UserId payer, ReserveId reserve, U128 amount, RateMode mode, UserId onBehalfOf)
{
    return attempt([&](Action& action) {
        require(mode <= RateMode::Variable, RefusalCode::PanicEnum);
        executeRepay(action, {payer, onBehalfOf, reserve, amount, mode, /*withATokens=*/false});
    });
}

Done Pool::repayWithATokens(UserId user, ReserveId reserve, U128 amount)
{
    return attempt([&](Action& action) {
        executeRepay(action, {user, user, reserve, amount, RateMode::Variable, /*withATokens=*/true});
    });
}

Done Pool::setCollateral(UserId user, ReserveId reserve, bool enabled)
{
    return attempt([&](Action& action) { executeSetCollateral(action, user, reserve, enabled); });
}

Done Pool::setUserEMode(UserId user, std::uint8_t category)
{
    return attempt([&](Action& action) { executeSetEMode(action, user, category); });
}

Done Pool::transferAToken(UserId from, UserId to, ReserveId reserve, U128 amount)
{
    return attempt([&](Action& action) { executeTransfer(action, from, to, reserve, amount); });
}

Done Pool::approveDelegation(UserId from, UserId to, ReserveId reserve, U128 amount)
{
    return attempt([&](Action& action) { executeDelegation(action, {from, to, reserve, amount}); });
}

Done Pool::liquidate(const Liquidation& call)
{
    return attempt([&](Action& action) { executeLiquidation(action, call); });
}

Done Pool::mintToTreasury(std::span<const ReserveId> reserves)
{
    return attempt([&](Action& action) {
        for (const ReserveId id : reserves)
            executeMintToTreasury(action, id);
    });
}

Answer<FlashTicket> Pool::beginFlash(UserId initiator, UserId receiver, std::span<const FlashLeg> legs)
{
    FlashTicket ticket;
    ticket.initiator = initiator;
    ticket.receiver = receiver;
    const Done done = attempt([&](Action& action) {
        for (const FlashLeg& leg : legs)
            require(ticket.legs.push(leg), RefusalCode::TooManyEntries);
        executeFlashBegin(action, ticket);
    });
    if (!done)
        return tl::unexpected(done.error());
    for (const TokenMove& move : done->moves)
        (void)ticket.moves.push(move); // as many as legs
    return ticket;
}

Done Pool::endFlash(const FlashTicket& ticket)
{
    return attempt([&](Action& action) { executeFlashEnd(action, ticket); });
}

Answer<void> Pool::setHistoric(ReserveId reserve, const HistoricReserve& data)
{
    // For every step of a run: only the reserve is put back, not the whole state.
    ReserveState& state = m_state.reserves[index(reserve)].state;
    const ReserveState before = state;
    Refusal refusal;
    try {
        takeHistoric(m_state, reserve, data);
        return {};
    } catch (const Revert& revert) {
        refusal = revert.refusal;
    } catch (const MathOverflow&) {
        refusal.code = RefusalCode::RevertWithoutReason;
    }
    state = before;
    return tl::unexpected(refusal);
}

Done Pool::setReserveFactor(ReserveId reserve, std::uint16_t bps)
{
    return attempt([&](Action& action) {
        const Accrued accrued = accrue(action.state, reserve);
        action.reserve(reserve).config.reserveFactorBps = bps;
        updateRates(action.reserve(reserve), accrued.scaledDebt, 0, 0);
    });
}

Done Pool::setCurve(ReserveId reserve, const RateCurve& curve)
{
    return attempt([&](Action& action) {
        const Accrued accrued = accrue(action.state, reserve);
        action.reserve(reserve).config.curve = curve;
        updateRates(action.reserve(reserve), accrued.scaledDebt, 0, 0);
    });
}

} // namespace carry::aave
