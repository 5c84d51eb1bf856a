// SPDX-License-Identifier: GPL-3.0-or-later
// What the contracts around the pool do in the vectors: flash loan receivers, leverage vaults, the configurator.
#include "operations.h"

#include <functional>

namespace carry::aave::vectors
{
namespace
{

const Failure kTransferFailed{"empty", "", {}};

enum class Receiver { Repays, NoApproval, ReturnsFalse, Reverts, OneShort };

Receiver receiverMode(const Json& arguments)
{
    return static_cast<Receiver>(arguments.contains("receiverMode") ? number64(arguments.at("receiverMode")) : 0);
}

//! A flash loan as one transaction, with `use` between paying out and taking back.
void flash(Transaction& t, UserId initiator, UserId receiver, const std::vector<FlashLeg>& legs, Receiver mode,
           const std::function<void(const FlashTicket&)>& use)
{
    const auto ticket = t.pool().beginFlash(initiator, receiver, legs);
    if (!ticket)
        throw failure(ticket.error());
    for (const TokenMove& move : ticket->moves)
        t.require(t.world().book(move), kTransferFailed);
    t.require(mode != Receiver::Reverts, {"string", "receiver says no", {}});
    t.require(mode != Receiver::ReturnsFalse, failure(Refusal{RefusalCode::InvalidFlashloanExecutorReturn}));
    use(*ticket);
    const Done done = t.pool().endFlash(*ticket);
    const bool pays = done && !done->moves.empty() && done->moves[0].amount != 0;
    t.take(done);
    t.require(!pays || (mode != Receiver::NoApproval && mode != Receiver::OneShort), kTransferFailed);
}

//! Everything the user has of the base asset becomes collateral of `onBehalfOf`.
void stakeAndSupply(Transaction& t, UserId user, UserId onBehalfOf)
{
    World& world = t.world();
    const ReserveId base = world.reserve(kBaseAsset);
    const ReserveId staked = world.reserve(kStakedAsset);
    const auto minted = world.stake(user, staked, world.walletOf(user, base));
    t.require(minted.has_value(), kTransferFailed);
    t.take(t.pool().supply(user, staked, exact::toU128(*minted).value_or(kAll), onBehalfOf));
}

struct Lever {
    UserId owner, vault;
    ReserveId base;
};

//! Owner, vault, and the equity moved from one to the other.
Lever enter(Transaction& t, const Json& a)
{
    World& world = t.world();
    const Lever lever{world.user(a.at("user").get<std::string>()), world.user(a.at("vault").get<std::string>()),
                      world.reserve(kBaseAsset)};
    t.require(world.transfer(lever.owner, lever.vault, lever.base, number(a.at("equity"))), kTransferFailed);
    return lever;
}

} // namespace

void runFlashLoanSimple(Transaction& t, const Json& a)
{
    const UserId receiver = t.world().user(a.value("receiver", "FlashReceiver"));
    const FlashLeg leg{t.world().reserve(a.at("asset").get<std::string>()), amountOf(a.at("amount")), RateMode::None,
                       0};
    flash(t, t.world().user(a.at("user").get<std::string>()), receiver, {leg}, receiverMode(a),
          [](const FlashTicket&) {});
}

void runFlashLoan(Transaction& t, const Json& a)
{
    World& world = t.world();
    const UserId user = world.user(a.at("user").get<std::string>());
    const UserId receiver = world.user(a.value("receiver", "FlashReceiver"));
    t.require(a.at("assets").size() == a.at("amounts").size(),
              failure(Refusal{RefusalCode::InconsistentFlashloanParams}));
    std::vector<FlashLeg> legs;
    for (std::size_t i = 0; i < a.at("assets").size(); ++i)
        legs.push_back({world.reserve(a.at("assets")[i].get<std::string>()), amountOf(a.at("amounts")[i]),
                        static_cast<RateMode>(number64(a.at("rateModes").at(i))), 0});
    flash(t, user, receiver, legs, receiverMode(a), [&](const FlashTicket&) {
        if (!a.contains("equity"))
            return;
        t.require(world.transfer(user, receiver, world.reserve(kBaseAsset), number(a.at("equity"))), kTransferFailed);
        stakeAndSupply(t, receiver, user);
    });
}

void runLeverMode2(Transaction& t, const Json& a)
{
    const Lever lever = enter(t, a);
    const FlashLeg leg{lever.base, amountOf(a.at("flash")), RateMode::Variable, 0};
    flash(t, lever.vault, lever.vault, {leg}, Receiver::Repays,
          [&](const FlashTicket&) { stakeAndSupply(t, lever.vault, lever.vault); });
}

void runLeverSimple(Transaction& t, const Json& a)
{
    const Lever lever = enter(t, a);
    const FlashLeg leg{lever.base, amountOf(a.at("flash")), RateMode::None, 0};
    flash(t, lever.vault, lever.vault, {leg}, Receiver::Repays, [&](const FlashTicket& ticket) {
        stakeAndSupply(t, lever.vault, lever.vault);
        const U128 owed = ticket.legs[0].amount + ticket.legs[0].premium;
        t.take(t.pool().borrow(lever.vault, lever.base, owed, RateMode::Variable, lever.vault));
    });
}

void runLeverLoop(Transaction& t, const Json& a)
{
    const Lever lever = enter(t, a);
    for (const Json& amount : a.at("borrows")) {
        stakeAndSupply(t, lever.vault, lever.vault);
        t.take(t.pool().borrow(lever.vault, lever.base, amountOf(amount), RateMode::Variable, lever.vault));
    }
    stakeAndSupply(t, lever.vault, lever.vault);
}

void runDelever(Transaction& t, const Json& a)
{
    World& world = t.world();
    const UserId owner = world.user(a.at("user").get<std::string>());
    const UserId vault = world.user(a.at("vault").get<std::string>());
    const ReserveId base = world.reserve(kBaseAsset);
    const ReserveId staked = world.reserve(kStakedAsset);
    const FlashLeg leg{base, t.pool().debtBalance(vault, base), RateMode::None, 0};
    flash(t, vault, vault, {leg}, Receiver::Repays, [&](const FlashTicket&) {
        t.take(t.pool().repay(vault, base, kAll, RateMode::Variable, vault));
        const Outcome& withdrawn = t.take(t.pool().withdraw(vault, staked, kAll));
        t.require(world.unstake(vault, staked, exact::toU256(withdrawn.amount)).has_value(), kTransferFailed);
    });
    const exact::U256 rest = world.walletOf(vault, base);
    t.require(world.transfer(vault, owner, base, rest), kTransferFailed);
    t.result().returned = rest;
}

bool runConfig(Transaction& t, const Json& a)
{
    const std::string call = a.at("fn").get<std::string>();
    const std::string name = call.substr(0, call.find('('));
    const Json& args = a.at("args");
    Pool& pool = t.pool();
    const ReserveId id = t.world().reserve(args.at(0).get<std::string>());
    ReserveConfig& config = pool.config(id);
    const auto flag = [&] { return args.at(1).get<bool>(); };
    const auto bps = [&](std::size_t i) { return static_cast<std::uint16_t>(number64(args.at(i))); };
    if (name == "setSupplyCap")
        config.supplyCap = number64(args.at(1));
    else if (name == "setBorrowCap")
        config.borrowCap = number64(args.at(1));
    else if (name == "setReserveFreeze")
        pool.setFrozen(id, flag());
    else if (name == "setReservePause")
        config.paused = flag();
    else if (name == "setReserveActive")
        config.active = flag();
    else if (name == "setReserveBorrowing")
        config.borrowing = flag();
    else if (name == "setReserveFlashLoaning")
        config.flashLoans = flag();
    else if (name == "setReserveLtvzero")
        pool.setLtvZero(id, flag());
    else if (name == "setReserveFactor")
        t.take(pool.setReserveFactor(id, bps(1)));
    else if (name == "setLiquidationProtocolFee")
        config.protocolFeeBps = bps(1);
    else if (name == "configureReserveAsCollateral")
        config.risk = {bps(1), bps(2), bps(3)};
    else
        return false;
    return true;
}

} // namespace carry::aave::vectors
