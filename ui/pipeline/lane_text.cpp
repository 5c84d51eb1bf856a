// SPDX-License-Identifier: GPL-3.0-or-later
// What lanes say of bars and boxes.
#include "common/number_format.h"
#include "lane_metrics.h"
#include "lane_view.h"
#include "record_text.h"

#include <cmath>

namespace carry::ui
{
namespace
{

QString line(const QString& name, const QString& value)
{
    return value.isEmpty() ? QString() : QLatin1Char('\n') + name + QStringLiteral(": ") + value;
}

} // namespace

Badge LaneView::badgeOf(const LaneBar& bar) const
{
    return bar.state ? Words::state(*bar.state) : Words::outcome(PlanOutcome::Open);
}

//! Short: the lane says where.
QString LaneView::titleOf(const LaneBar& bar) const
{
    if (bar.loop)
        return tr("Loop ×%1").arg(groupLine(m_session.view(), bar.instructions.first).rounds);
    return shortTitleOf(m_session.record()->instruction(bar.instructions.first).instruction.body);
}

//! Of an atomic group: gas, and when it failed the check that did it.
QString LaneView::boxText(const LaneBox& box) const
{
    const GroupLine& group = box.group;
    if (group.kind == GroupKind::Loop)
        return tr("Loop ×%1, unfolded").arg(group.rounds);
    double gas = 0;
    for (std::size_t i = group.instructions.first; i < group.instructions.last; ++i)
        gas += costOf(m_session.view(), static_cast<InstructionId>(i + 1)).gas;
    const Asset share = m_session.record()->info().shareClass;
    const QString paid = tr("gas %1 %2").arg(inCurrency(gas, share), currency(share));
    if (!group.error)
        return tr("One transaction · %1").arg(paid);
    const QString failed = tr("✗ %1").arg(Words::check(*group.error));
    return group.rolledBack ? tr("%1 · rolled back, only %2 paid").arg(failed, paid)
                            : tr("%1 · never sent").arg(failed);
}

QString LaneView::instructionTip(InstructionId id) const
{
    const RunView& view = m_session.view();
    const Instruction& instruction = m_session.record()->instruction(id - 1).instruction;
    const InstructionStatus status = view.status(id);
    const InstructionTimes times = timesOf(view, id);
    const Asset share = m_session.record()->info().shareClass;
    QString tip = carry::ui::titleOf(instruction.body);
    tip += line(tr("State"), Words::state(status.state).word);
    tip += line(tr("Planned amount"), amountOf(instruction.body));
    if (status.price != 0)
        tip += line(tr("Price"), price(status.price));
    if (status.transitions > 0) {
        const CostEstimate cost = costOf(view, id);
        tip += line(tr("Cost"), tr("fees %1 + slippage %2 + gas %3 %4")
                                    .arg(inCurrency(cost.fees, share), inCurrency(cost.slippage, share),
                                         inCurrency(cost.gas, share), currency(share)));
    }
    if (times.submitted)
        tip += line(tr("Submitted"), dateTimeSeconds(*times.submitted));
    if (times.ended)
        tip += line(tr("Ended"), dateTimeSeconds(*times.ended));
    tip += line(tr("Effects"), effectsText(view, id));
    if (status.error)
        tip += line(tr("Failed check"), Words::check(*status.error)) + QLatin1Char('\n') + Words::error(*status.error);
    return tip;
}

QString LaneView::loopTip(const LaneBar& bar) const
{
    const GroupLine group = groupLine(m_session.view(), bar.instructions.first);
    QString tip = tr("Loop: %1 iterations, %2 transactions").arg(group.rounds).arg(group.instructions.size());
    tip += line(tr("State"),
                badgeOf(bar).word + QStringLiteral(", ") + progressText(m_session.view(), group.instructions));
    tip += line(tr("After it"), afterText(group.after));
    if (const auto steps = loopSteps(m_session.view(), bar.instructions); !steps.empty())
        tip += line(tr("Collateral and debt"),
                    tr("%1 and %2 ETH").arg(quantity(steps.back().collateral, 2), quantity(steps.back().debt, 2)));
    if (group.error)
        tip += line(tr("Failed check"), Words::check(*group.error));
    return tip + QLatin1Char('\n') + tr("Double click or Enter unfolds it.");
}

QString LaneView::barText(int index) const
{
    const LaneBar& bar = m_chart.bars[static_cast<std::size_t>(index)];
    return bar.loop ? loopTip(bar) : instructionTip(static_cast<InstructionId>(bar.instructions.first + 1));
}

QString LaneView::tipAt(const QPoint& at) const
{
    if (const int bar = barAt(at); bar >= 0)
        return barText(bar);
    if (const int box = boxAt(at); box >= 0)
        return boxText(m_chart.boxes[static_cast<std::size_t>(box)]);
    return {};
}

//! For screen readers: which plan, and the bar that is current.
void LaneView::describe()
{
    if (m_chart.plan == 0)
        return setAccessibleDescription(tr("No plan"));
    QString text = tr("Plan %1, %2 bars").arg(m_chart.plan).arg(m_chart.bars.size());
    if (m_current >= 0)
        text += QStringLiteral(". ") + barText(m_current);
    setAccessibleDescription(text);
}

} // namespace carry::ui
