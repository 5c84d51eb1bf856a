// SPDX-License-Identifier: GPL-3.0-or-later
// What the plan tree says of loops and atomic groups.
#include "common/number_format.h"
#include "plan_node.h"
#include "record_text.h"

#include <QPointF>
#include <cmath>

namespace carry::ui
{

const GroupLine& PlanTreeModel::group(const Node& node) const
{
    if (!node.group)
        node.group = groupLine(m_view, node.ref);
    return *node.group;
}

const std::vector<LoopStep>& PlanTreeModel::loop(const Node& node) const
{
    if (!node.steps)
        node.steps = loopSteps(m_view, group(node).instructions);
    return *node.steps;
}

QString PlanTreeModel::costText(double value) const
{
    return inCurrency(value, record().info().shareClass);
}

QString PlanTreeModel::costTip(const CostEstimate& cost) const
{
    return tr("Fees %1 + slippage %2 + gas %3 = %4 %5")
        .arg(costText(cost.fees), costText(cost.slippage), costText(cost.gas), costText(cost.total()),
             currency(record().info().shareClass));
}

//! "Loop ×23, final LTV 89.13 %", "One transaction: 8 steps, all or nothing"; the tool tip counts the transactions.
QString PlanTreeModel::groupTitle(const Node& node) const
{
    const GroupLine& line = group(node);
    switch (line.kind) {
    case GroupKind::Loop: {
        const QString loop = tr("Loop ×%1").arg(line.rounds);
        return std::isnan(line.after.ltv) ? loop : tr("%1, final LTV %2").arg(loop, percent(line.after.ltv));
    }
    case GroupKind::Atomic:
        return tr("One transaction: %1 steps, all or nothing").arg(line.instructions.size());
    case GroupKind::Sequence:
        break;
    }
    return Words::group(line.kind);
}

//! Of a loop where it ended, of an atomic group what was paid, and why it failed.
QString PlanTreeModel::groupDetails(const Node& node) const
{
    const GroupLine& line = group(node);
    const QString unit = currency(record().info().shareClass);
    const QString gas = line.confirmed > 0 || line.failed != 0
                            ? tr("gas %1 %2").arg(costText(costOfNode(node).gas), unit)
                            : tr("≈ gas %1 %2").arg(costText(expectedOfNode(node).gas), unit);
    if (line.error) {
        const InstructionBody& body = record().instruction(line.failed - 1).instruction.body;
        const QString why = tr("%1 failed: %2").arg(titleOf(body), Words::errorName(*line.error));
        return line.rolledBack ? tr("%1. Everything undone, only %2 paid").arg(why, gas) : why;
    }
    const QString figures = afterText(line.after);
    if (figures.isEmpty())
        return gas;
    return line.kind == GroupKind::Loop ? tr("final %1, %2").arg(figures, gas)
                                        : tr("%1, once; then %2").arg(gas, figures);
}

QString PlanTreeModel::iterationTitle(const Node& node) const
{
    bool borrows = false;
    node.eachInstruction([&](const Node& n) {
        borrows = borrows || std::holds_alternative<Borrow>(record().instruction(n.ref - 1).instruction.body);
    });
    const int iteration = record().instruction(node.ref).instruction.iteration;
    return borrows ? tr("Iteration %1").arg(iteration) : tr("Last deposit");
}

LendingAfter PlanTreeModel::after(const Node& node) const
{
    switch (node.kind) {
    case Kind::Group:
        return group(node).after;
    case Kind::Iteration: {
        LendingAfter last;
        node.eachInstruction([&](const Node& n) {
            const auto id = static_cast<InstructionId>(n.ref);
            if (m_view.status(id).state == InstructionState::Confirmed)
                last = lendingAfter(m_view, id);
        });
        return last;
    }
    case Kind::Instruction:
        return isFinal(m_view.status(static_cast<InstructionId>(node.ref)).state)
                   ? lendingAfter(m_view, static_cast<InstructionId>(node.ref))
                   : LendingAfter{};
    case Kind::Transition: {
        const TransitionRecord& t = record().transition(node.ref);
        return {t.ltv, t.healthFactor};
    }
    case Kind::Plan:
    case Kind::Phase:
    case Kind::Entry:
        break;
    }
    return {};
}

QString PlanTreeModel::lendingText(const Node& node, int column) const
{
    const LendingAfter figures = after(node);
    if (std::isnan(figures.ltv))
        return {};
    return column == Ltv ? percent(figures.ltv) : healthFactorText(figures.healthFactor);
}

QVariant PlanTreeModel::staircase(const Node& node) const
{
    if (node.kind != Kind::Group || group(node).kind != GroupKind::Loop)
        return {};
    QList<QPointF> stairs;
    for (const LoopStep& step : loop(node))
        stairs += QPointF(step.collateral, step.debt);
    return stairs.size() < 2 ? QVariant() : QVariant::fromValue(stairs);
}

} // namespace carry::ui
