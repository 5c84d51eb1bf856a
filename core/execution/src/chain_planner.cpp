// SPDX-License-Identifier: GPL-3.0-or-later
#include "chain_planner.h"

#include "execution/simulated.h"

#include <algorithm>
#include <cmath>

namespace carry
{
namespace
{

constexpr Decimal kOne = Decimal::fromUnits(Int128{1'000'000'000} * 1'000'000'000);

//! Rates and fees as people write them: 0.91, not its binary neighbour.
Decimal rate(double value)
{
    return Decimal::fromDouble(value, 12);
}

Decimal tokens(double value)
{
    return value > 0 ? Decimal::fromDouble(value) : Decimal();
}

Decimal times(Decimal a, Decimal b, Rounding rounding = Rounding::Down)
{
    return Decimal::multiply(a, b, rounding);
}

} // namespace

ChainPlanner::ChainPlanner(const VenueRules& rules, const ChartOfAccounts& chart, const Situation& situation)
    : m_rules(rules), m_chart(chart), m_s(situation), m_token(rules.lst.value_or(Asset::weETH)),
      m_ratio(Decimal::fromDouble(situation.chain.ratio)), m_fee(rate(rules.chain.flashFee)),
      m_lst(tokens(situation.chain.lst)), m_suppliedLst(tokens(situation.chain.suppliedLst)),
      m_debt(tokens(situation.chain.debt))
{
}

void ChainPlanner::chainTogether(Phase& phase)
{
    Group sequence;
    std::vector<Group> groups;
    const auto flush = [&] {
        if (!sequence.instructions.empty())
            groups.push_back(std::move(sequence));
        sequence = {};
    };
    for (Group& group : phase.groups) {
        const bool single = group.kind == GroupKind::Sequence && isOnChain(group.instructions.front().body);
        if (!single) {
            flush();
            groups.push_back(std::move(group));
            continue;
        }
        for (Instruction& i : group.instructions)
            sequence.instructions.push_back(std::move(i));
    }
    flush();
    phase.groups = std::move(groups);
}

Decimal ChainPlanner::tokensWorth(Decimal eth, Rounding rounding) const
{
    return Decimal::divide(eth, m_ratio, rounding);
}

SaleTerms ChainPlanner::terms() const
{
    return {m_rules.chain, m_s.chain.ratio, m_s.chain.market};
}

Decimal ChainPlanner::collateral() const
{
    return times(m_suppliedLst, m_ratio) + tokens(m_s.chain.suppliedEth);
}

std::optional<Group> ChainPlanner::plan(const ChainIntent& intent)
{
    using Kind = ChainIntent::Kind;
    const auto single = [](Instruction i) { return Group{GroupKind::Sequence, {std::move(i)}}; };
    const Sizing sizing = intent.everything ? Sizing::Everything : Sizing::Exact;
    const Decimal lst = intent.everything ? m_lst : intent.amount;
    switch (intent.kind) {
    case Kind::Stake:
        return single(stake(intent.amount, sizing, Purpose::StakeFunds));
    case Kind::Unstake:
        return lst.isPositive() ? std::optional(single(unstake(lst, sizing))) : std::nullopt;
    case Kind::Sell:
        return lst.isPositive() ? std::optional(single(sell(lst, sizing, Purpose::Unwind))) : std::nullopt;
    case Kind::Supply:
        return single(supply(intent.asset, isLst(intent.asset) ? lst : intent.amount, sizing, Purpose::Lend));
    case Kind::Withdraw:
        return single(withdraw(intent.asset, intent.amount, sizing, Purpose::Unwind));
    case Kind::SetEMode: {
        Instruction i = make(Purpose::Lever, SetEMode{1});
        addGas(i, m_rules.chain.eModeUnits);
        return single(i);
    }
    case Kind::EnterLoop:
        return enterLoop(intent);
    case Kind::EnterAtomic:
        return enterAtomic(intent);
    case Kind::Delever:
        return delever(intent);
    case Kind::Release:
        return release(intent);
    case Kind::ExitTwoSwaps:
        return exit(intent, true);
    case Kind::ExitOneSwap:
        return exit(intent, false);
    }
    return std::nullopt;
}

Group ChainPlanner::enterLoop(const ChainIntent& intent)
{
    Group group{GroupKind::Loop, {}};
    const Decimal ltv = rate(intent.ltv);
    Decimal next = intent.amount;
    const auto stakeAndSupply = [&](std::uint16_t iteration) {
        const bool first = group.instructions.empty();
        const Decimal minted = tokensWorth(next, Rounding::Down);
        group.instructions.push_back(stake(next, first ? Sizing::Exact : Sizing::Previous, Purpose::Lever));
        group.instructions.back().iteration = iteration;
        group.instructions.push_back(supply(m_token, minted, Sizing::Previous, Purpose::Lever));
        group.instructions.back().iteration = iteration;
    };
    const double smallest = std::max(intent.minBorrow, ChainIntent::kSmallestBorrow);
    bool idle = true; // the amount borrowed last is in the wallet
    std::uint16_t iteration = 1;
    for (; iteration <= intent.maxIterations; ++iteration) {
        stakeAndSupply(iteration);
        idle = false;
        const Decimal loan = times(ltv, collateral()) - m_debt;
        if (loan.toDouble() < smallest)
            break;
        group.instructions.push_back(borrow(loan, Sizing::ToLtv, intent.ltv));
        group.instructions.back().iteration = iteration;
        next = loan;
        idle = true;
    }
    if (idle && intent.redepositLast)
        stakeAndSupply(iteration);
    return group;
}

std::optional<Group> ChainPlanner::enterAtomic(const ChainIntent& intent)
{
    const Decimal ltv = rate(intent.ltv);
    const Decimal equity = intent.amount;
    const Decimal wanted = times(ltv, collateral() + equity) - m_debt;
    if (!wanted.isPositive()) // the debt is beyond the target already: equity alone brings it down
        return Group{GroupKind::Sequence,
                     {stake(equity, Sizing::Exact, Purpose::Lever),
                      supply(m_token, tokensWorth(equity, Rounding::Down), Sizing::Previous, Purpose::Lever)}};
    const Decimal loan = Decimal::divide(wanted, kOne + m_fee - ltv, Rounding::Down);
    const Decimal owed = loan + times(loan, m_fee, Rounding::Up);
    Group group{GroupKind::Atomic, {}};
    group.instructions = {flashBorrow(loan, Purpose::Lever), stake(equity + loan, Sizing::Exact, Purpose::Lever),
                          supply(m_token, tokensWorth(equity + loan, Rounding::Down), Sizing::Previous, Purpose::Lever),
                          borrow(owed, Sizing::Exact, intent.ltv), flashRepay(loan, Purpose::Lever)};
    addAtomicGas(group);
    return group;
}

std::optional<Group> ChainPlanner::unwind(Decimal loan, Decimal sold, Purpose purpose)
{
    if (!loan.isPositive() || !sold.isPositive())
        return std::nullopt;
    sold = std::min(sold, m_suppliedLst);
    Group group{GroupKind::Atomic, {}};
    group.instructions = {flashBorrow(loan, purpose), repay(loan, Sizing::Previous, purpose),
                          withdraw(m_token, sold, Sizing::Exact, purpose), sell(sold, Sizing::Previous, purpose),
                          flashRepay(loan, purpose)};
    addAtomicGas(group);
    return group;
}

std::optional<Group> ChainPlanner::delever(const ChainIntent& intent)
{
    // x = (D - ltv C) / (1 - ltv k), sold k x at the oracle's price.
    const Decimal ltv = rate(intent.ltv);
    const Decimal cost = Decimal::fromDouble(m_rules.chain.sellingCost(m_s.chain.ratio, m_s.chain.market));
    const Decimal k = Decimal::divide(kOne + m_fee, kOne - cost, Rounding::Up);
    const Decimal room = kOne - times(ltv, k, Rounding::Up);
    const Decimal excess = m_debt - times(ltv, collateral());
    if (!excess.isPositive() || !room.isPositive())
        return std::nullopt;
    const Decimal loan = std::min(Decimal::divide(excess, room, Rounding::Up), m_debt);
    // k x at the oracle's price is what repays loan and fee.
    return unwind(loan, terms().tokensFor(loan + times(loan, m_fee, Rounding::Up)), Purpose::Delever);
}

std::optional<Group> ChainPlanner::release(const ChainIntent& intent)
{
    // W = X / ((1 - c) - ltv (1 + fee)), repaid ltv W.
    const Decimal ltv = rate(intent.ltv);
    const Decimal cost = Decimal::fromDouble(m_rules.chain.sellingCost(m_s.chain.ratio, m_s.chain.market));
    const Decimal net = kOne - cost - times(ltv, kOne + m_fee, Rounding::Up);
    if (!net.isPositive() || !intent.amount.isPositive())
        return std::nullopt;
    const Decimal value = Decimal::divide(intent.amount, net, Rounding::Up);
    return unwind(times(ltv, value), tokensWorth(value, Rounding::Up), Purpose::Unwind);
}

std::optional<Group> ChainPlanner::exit(const ChainIntent&, bool twoSwaps)
{
    Group group{GroupKind::Atomic, {}};
    if (!m_debt.isPositive()) {
        if (!m_suppliedLst.isPositive())
            return std::nullopt;
        group.kind = GroupKind::Sequence;
        group.instructions = {withdraw(m_token, m_suppliedLst, Sizing::Everything, Purpose::Unwind)};
        if (twoSwaps)
            group.instructions.push_back(sell(m_lst, Sizing::Everything, Purpose::Unwind));
        return group;
    }
    // More than the debt, which is rounded up and known here to a double's precision only.
    const Decimal loan = m_debt + std::max(Decimal::fromUnits(Int128{1'000'000}), tokens(m_debt.toDouble() * 1e-15));
    const Decimal sold = terms().tokensFor(loan + times(loan, m_fee, Rounding::Up));
    group.instructions = {flashBorrow(loan, Purpose::Unwind), repay(m_debt, Sizing::Everything, Purpose::Unwind),
                          withdraw(m_token, m_suppliedLst, Sizing::Everything, Purpose::Unwind),
                          sell(std::min(sold, m_lst), Sizing::Exact, Purpose::Unwind),
                          flashRepay(loan, Purpose::Unwind)};
    if (twoSwaps && m_lst.isPositive())
        group.instructions.push_back(sell(m_lst, Sizing::Everything, Purpose::Unwind));
    addAtomicGas(group);
    return group;
}

Instruction ChainPlanner::make(Purpose purpose, InstructionBody body) const
{
    Instruction i;
    i.purpose = purpose;
    i.body = std::move(body);
    i.referencePrice = m_s.ethPrice;
    return i;
}

void ChainPlanner::addGas(Instruction& i, double units) const
{
    const double gas = m_rules.chain.gasEth(units, m_s.gasGwei);
    i.cost.gas = gas * m_s.ethPrice;
    if (gas > 0)
        i.expected.push_back({m_chart.wallet(Asset::ETH), -gas});
}

void ChainPlanner::addAtomicGas(Group& group) const
{
    const AccountId eth = m_chart.wallet(Asset::ETH);
    for (Instruction& i : group.instructions) {
        // One payment for the whole transaction: take the single ones off again.
        const double gas = i.cost.gas / (m_s.ethPrice > 0 ? m_s.ethPrice : 1);
        if (gas > 0)
            i.expected.push_back({eth, gas});
        i.cost.gas = 0;
    }
    addGas(group.instructions.front(), gasUnits(m_rules.chain, group));
}

Instruction ChainPlanner::stake(Decimal eth, Sizing sizing, Purpose purpose)
{
    const Decimal minted = tokensWorth(eth, Rounding::Down);
    m_lst += minted;
    Instruction i = make(purpose, Stake{m_token, eth, sizing});
    i.expected = {{m_chart.wallet(Asset::ETH), -eth.toDouble()}, {m_chart.wallet(m_token), minted.toDouble()}};
    addGas(i, m_rules.chain.stakeUnits);
    return i;
}

Instruction ChainPlanner::unstake(Decimal amount, Sizing sizing)
{
    m_lst -= amount;
    Instruction i = make(Purpose::Unwind, Unstake{m_token, amount, sizing});
    i.expected = {{m_chart.wallet(m_token), -amount.toDouble()},
                  {m_chart.inFlight(Asset::ETH), times(amount, m_ratio).toDouble()}};
    addGas(i, m_rules.chain.unstakeUnits);
    return i;
}

Instruction ChainPlanner::sell(Decimal amount, Sizing sizing, Purpose purpose)
{
    m_lst -= amount;
    const ChainRules& rules = m_rules.chain;
    const double sold = amount.toDouble();
    Instruction i = make(purpose, Swap{m_token, Asset::ETH, amount, /*sellExact=*/true, sizing});
    i.referencePrice = m_s.chain.market * m_s.ethPrice;
    i.cost.fees = sold * m_s.chain.market * rules.swapFee * m_s.ethPrice;
    i.cost.slippage = sold * (m_s.chain.ratio - m_s.chain.market * (1 - rules.swapSlippage)) * m_s.ethPrice;
    i.expected = {{m_chart.wallet(m_token), -sold},
                  {m_chart.wallet(Asset::ETH), sold * m_s.chain.market * (1 - rules.swapFee - rules.swapSlippage)}};
    addGas(i, rules.swapUnits + rules.approvalUnits);
    return i;
}

Instruction ChainPlanner::supply(Asset asset, Decimal amount, Sizing sizing, Purpose purpose)
{
    const double index = isLst(asset)           ? m_s.chain.lstIndex
                         : asset == Asset::USDT ? m_s.chain.usdtIndex
                                                : m_s.chain.ethIndex;
    if (isLst(asset)) {
        m_lst -= amount;
        m_suppliedLst += amount;
    }
    Instruction i = make(purpose, Supply{asset, amount, sizing});
    i.expected = {{m_chart.wallet(asset), -amount.toDouble()}, {m_chart.aave(asset).supply, amount.toDouble() / index}};
    addGas(i, m_rules.chain.supplyUnits);
    return i;
}

Instruction ChainPlanner::withdraw(Asset asset, Decimal amount, Sizing sizing, Purpose purpose)
{
    const double index = isLst(asset)           ? m_s.chain.lstIndex
                         : asset == Asset::USDT ? m_s.chain.usdtIndex
                                                : m_s.chain.ethIndex;
    if (isLst(asset)) {
        m_lst += amount;
        m_suppliedLst -= amount;
    }
    Instruction i = make(purpose, Withdraw{asset, amount, sizing});
    i.expected = {{m_chart.aave(asset).supply, -amount.toDouble() / index}, {m_chart.wallet(asset), amount.toDouble()}};
    addGas(i, m_rules.chain.withdrawUnits);
    return i;
}

Instruction ChainPlanner::borrow(Decimal amount, Sizing sizing, double ltv)
{
    m_debt += amount;
    Instruction i = make(Purpose::Lever, Borrow{Asset::ETH, amount, sizing, ltv});
    i.expected = {{m_chart.aave(Asset::ETH).debt, -amount.toDouble() / m_s.chain.ethBorrowIndex},
                  {m_chart.wallet(Asset::ETH), amount.toDouble()}};
    addGas(i, m_rules.chain.borrowUnits);
    return i;
}

Instruction ChainPlanner::repay(Decimal amount, Sizing sizing, Purpose purpose)
{
    m_debt -= std::min(amount, m_debt);
    Instruction i = make(purpose, Repay{Asset::ETH, amount, sizing});
    i.expected = {{m_chart.wallet(Asset::ETH), -amount.toDouble()},
                  {m_chart.aave(Asset::ETH).debt, amount.toDouble() / m_s.chain.ethBorrowIndex}};
    addGas(i, m_rules.chain.repayUnits);
    return i;
}

Instruction ChainPlanner::flashBorrow(Decimal amount, Purpose purpose)
{
    Instruction i = make(purpose, FlashBorrow{Asset::ETH, amount});
    i.expected = {{m_chart.wallet(Asset::ETH), amount.toDouble()}};
    return i;
}

Instruction ChainPlanner::flashRepay(Decimal loan, Purpose purpose)
{
    const Decimal fee = times(loan, m_fee, Rounding::Up);
    Instruction i = make(purpose, FlashRepay{Asset::ETH, loan + fee});
    i.cost.fees = fee.toDouble() * m_s.ethPrice;
    i.expected = {{m_chart.wallet(Asset::ETH), -(loan + fee).toDouble()}};
    return i;
}

} // namespace carry
