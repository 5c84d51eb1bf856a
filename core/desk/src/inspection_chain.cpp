// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/inspection_chain.h"

#include <cmath>
#include <limits>
#include <optional>

namespace carry
{
namespace
{

double usdtPerShare(const RunView& view)
{
    const RunRecord& record = *view.record();
    if (record.info().shareClass != Asset::ETH)
        return 1;
    return record.layout().chain ? view.value(record.layout().onChain(ChainColumn::EthUsd))
                                 : std::numeric_limits<double>::quiet_NaN();
}

Conversion converted(const RunView& view, const Account& account, Decimal amount, const UnitValue& unit)
{
    Conversion c;
    c.amount = amount;
    c.scaled = account.unit == Unit::ScaledSupply || account.unit == Unit::ScaledDebt;
    c.index = unit.index;
    c.underlying = amount.toDouble() * unit.index;
    c.ratio = unit.ratio;
    c.coin = isLst(account.asset) ? Asset::ETH : account.asset;
    c.coins = c.underlying * unit.ratio;
    c.price = unit.price;
    c.value = c.coins * unit.price;
    c.usd = c.value * usdtPerShare(view);
    return c;
}

const Instruction& instructionAt(const RunView& view, std::size_t index)
{
    return view.record()->instruction(index).instruction;
}

//! The range of iterations or groups: instructions next to each other that `same` holds together.
template <class Same> LogRange around(const RunView& view, std::size_t index, const Same& same)
{
    const RunRecord& record = *view.record();
    const LogRange plan = view.instructionsOf(record.instruction(index).plan);
    LogRange range{index, index + 1};
    while (range.first > plan.first && same(record.instruction(range.first - 1), record.instruction(index)))
        --range.first;
    while (range.last < plan.last && same(record.instruction(range.last), record.instruction(index)))
        ++range.last;
    return range;
}

bool hasFailed(InstructionState state)
{
    return state == InstructionState::Failed || state == InstructionState::Rejected;
}

//! ETH at Aave before an entry of the ledger, at the prices of its step.
double ethBefore(const RunView& then, AccountId account, Decimal balance)
{
    const UnitValue unit = then.unitValue(account);
    return balance.toDouble() * unit.index * unit.ratio;
}

//! Balance just before an entry: at the end of the step before, and what its own step had booked until then.
Decimal balanceBefore(RunView& then, AccountId account, std::size_t entry)
{
    const RunRecord& record = *then.record();
    const std::size_t step = record.ledger(entry).step;
    Decimal balance;
    if (step > 0) {
        then.seek(step - 1);
        balance = then.balance(account);
    }
    for (std::size_t i = then.ledgerOf(step).first; i < entry; ++i) {
        const Posting& p = record.ledger(i).posting;
        if (p.from == account)
            balance -= p.amount;
        if (p.to == account)
            balance += p.amount;
    }
    then.seek(step);
    return balance;
}

} // namespace

Conversion conversionOf(const RunView& view, const PositionLine& line)
{
    return converted(view, view.record()->chart().at(line.account), line.amount, line.unit);
}

Conversion conversionOf(const RunView& view, AccountId account)
{
    return converted(view, view.record()->chart().at(account), view.balance(account), view.unitValue(account));
}

LendingAfter lendingAfter(const RunView& view, InstructionId instruction)
{
    const auto transitions = view.transitionsOfInstruction(instruction);
    if (transitions.empty())
        return {};
    const TransitionRecord& last = view.record()->transition(transitions.back());
    return {last.ltv, last.healthFactor};
}

GroupLine groupLine(const RunView& view, std::size_t index)
{
    const RunRecord& record = *view.record();
    GroupLine line;
    line.kind = record.instruction(index).groupKind;
    line.instructions = around(view, index, [](const InstructionRecord& a, const InstructionRecord& b) {
        return a.phase == b.phase && a.group == b.group;
    });
    bool undone = false;
    for (std::size_t i = line.instructions.first; i < line.instructions.last; ++i) {
        const Instruction& instruction = instructionAt(view, i);
        const InstructionStatus status = view.status(instruction.id);
        if (std::holds_alternative<Borrow>(instruction.body))
            ++line.rounds;
        if (status.state == InstructionState::Confirmed) {
            ++line.confirmed;
            line.after = lendingAfter(view, instruction.id);
        }
        if (hasFailed(status.state) && line.failed == 0) {
            line.failed = instruction.id;
            line.error = status.error;
        }
        undone = undone || status.state == InstructionState::Failed || status.state == InstructionState::RolledBack;
    }
    line.rolledBack = line.kind == GroupKind::Atomic && undone;
    return line;
}

std::vector<BalanceChange> balanceChanges(const RunView& view, const LogRange& instructions)
{
    const RunRecord& record = *view.record();
    std::vector<BalanceChange> changes;
    RunView then(view.record());
    const auto change = [&](AccountId account, std::size_t entry, Decimal amount) {
        if (!record.chart().at(account).own())
            return;
        for (BalanceChange& c : changes)
            if (c.account == account) {
                c.after += amount;
                return;
            }
        const Decimal before = balanceBefore(then, account, entry);
        changes.push_back({account, before, before + amount, 0, 0});
    };
    std::optional<std::size_t> first;
    for (std::size_t i = instructions.first; i < instructions.last; ++i)
        for (const std::size_t entry : view.ledgerOfInstruction(instructionAt(view, i).id)) {
            first = first.value_or(entry);
            const Posting& p = record.ledger(entry).posting;
            change(p.from, entry, -p.amount);
            change(p.to, entry, p.amount);
        }
    if (first)
        then.seek(record.ledger(*first).step);
    for (BalanceChange& c : changes) {
        const double index = then.unitValue(c.account).index;
        c.tokensBefore = c.before.toDouble() * index;
        c.tokensAfter = c.after.toDouble() * index;
    }
    return changes;
}

std::vector<LoopStep> loopSteps(const RunView& view, const LogRange& instructions)
{
    const RunRecord& record = *view.record();
    const ChartOfAccounts& chart = record.chart();
    std::vector<LoopStep> steps;
    if (!chart.chain().aave)
        return steps;
    RunView then(view.record());
    double collateral = 0;
    double debt = 0;
    bool started = false;
    for (std::size_t i = instructions.first; i < instructions.last; ++i) {
        const Instruction& instruction = instructionAt(view, i);
        const auto entries = view.ledgerOfInstruction(instruction.id);
        const InstructionStatus status = view.status(instruction.id);
        if (status.state != InstructionState::Confirmed)
            continue;
        if (!entries.empty()) {
            const auto start = [&](AccountId account) {
                return ethBefore(then, account, balanceBefore(then, account, entries.front()));
            };
            if (!started) {
                collateral = start(chart.aave(Asset::ETH).supply);
                if (chart.chain().lst)
                    collateral += start(chart.aave(*chart.chain().lst).supply);
                debt = -start(chart.aave(Asset::ETH).debt);
                started = true;
            }
            then.seek(record.ledger(entries.front()).step);
        }
        if (const auto* supply = std::get_if<Supply>(&instruction.body))
            collateral += status.filled.toDouble() * then.unitValue(chart.aave(supply->asset).supply).ratio;
        if (std::holds_alternative<Borrow>(instruction.body))
            debt += status.filled.toDouble();
        if (steps.empty() || steps.back().iteration != instruction.iteration) {
            LoopStep step;
            step.iteration = instruction.iteration;
            step.instructions = around(view, i, [](const InstructionRecord& a, const InstructionRecord& b) {
                return a.phase == b.phase && a.group == b.group && a.instruction.iteration == b.instruction.iteration;
            });
            steps.push_back(step);
        }
        steps.back().collateral = collateral;
        steps.back().debt = debt;
        steps.back().after = lendingAfter(view, instruction.id);
    }
    return steps;
}

} // namespace carry
