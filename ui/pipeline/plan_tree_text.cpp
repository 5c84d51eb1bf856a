// SPDX-License-Identifier: GPL-3.0-or-later
// What the cells of the plan tree say.
#include "common/item_views.h"
#include "common/number_format.h"
#include "common/theme.h"
#include "plan_node.h"
#include "record_text.h"

#include <cmath>

namespace carry::ui
{
namespace
{

bool isFigure(int column)
{
    switch (static_cast<PlanTreeModel::Column>(column)) {
    case PlanTreeModel::Amount:
    case PlanTreeModel::Price:
    case PlanTreeModel::Expected:
    case PlanTreeModel::Actual:
    case PlanTreeModel::Latency:
    case PlanTreeModel::Ltv:
    case PlanTreeModel::HealthFactor:
        return true;
    case PlanTreeModel::What:
    case PlanTreeModel::State:
    case PlanTreeModel::Time:
    case PlanTreeModel::Venue:
    case PlanTreeModel::Details:
    case PlanTreeModel::ColumnCount:
        break;
    }
    return false;
}

} // namespace

QString PlanTreeModel::text(const Node& node, int column) const
{
    if (column == State)
        return badge(node).word;
    if (column == Ltv || column == HealthFactor)
        return lendingText(node, column);
    switch (node.kind) {
    case Kind::Plan:
        return planText(node, column);
    case Kind::Phase:
    case Kind::Group:
    case Kind::Iteration:
        return partText(node, column);
    case Kind::Instruction:
        return instructionText(node, column);
    case Kind::Transition:
        return transitionText(node, column);
    case Kind::Entry:
        return entryText(node, column);
    }
    return {};
}

QString PlanTreeModel::planText(const Node& node, int column) const
{
    const auto id = static_cast<PlanId>(node.ref);
    const PlanRecord& plan = record().plan(id - 1);
    switch (static_cast<Column>(column)) {
    case What:
        return decisionText(m_view, id);
    case Time:
        return dateTime(record().time(plan.decisionStep));
    case Expected:
        return costText(plan.cost.total());
    case Actual:
        return costText(costOfNode(node).total());
    case Latency:
        if (m_view.outcome(id) == PlanOutcome::Open)
            return {};
        return duration(secondsBetween(record().time(plan.decisionStep), record().time(m_view.lastChange(id))));
    case Details:
        return progressText(m_view, m_view.instructionsOf(id));
    case State:
    case Venue:
    case Amount:
    case Price:
    case Ltv:
    case HealthFactor:
    case ColumnCount:
        break;
    }
    return {};
}

QString PlanTreeModel::partText(const Node& node, int column) const
{
    const InstructionRecord& first = record().instruction(node.ref);
    switch (static_cast<Column>(column)) {
    case What:
        return node.kind == Kind::Phase   ? Words::phase(first.phaseKind)
               : node.kind == Kind::Group ? groupTitle(node)
                                          : iterationTitle(node);
    case Expected:
        return costText(expectedOfNode(node).total());
    case Actual:
        return costText(costOfNode(node).total());
    case Details: {
        if (node.kind == Kind::Group && first.groupKind != GroupKind::Sequence)
            return groupDetails(node);
        if (node.kind == Kind::Iteration)
            return {};
        int count = 0;
        node.eachInstruction([&count](const Node&) { ++count; });
        return count == 1 ? tr("1 instruction") : tr("%1 instructions").arg(count);
    }
    case State:
    case Time:
    case Venue:
    case Amount:
    case Price:
    case Latency:
    case Ltv:
    case HealthFactor:
    case ColumnCount:
        break;
    }
    return {};
}

QString PlanTreeModel::instructionText(const Node& node, int column) const
{
    const auto id = static_cast<InstructionId>(node.ref);
    const Instruction& instruction = record().instruction(id - 1).instruction;
    switch (static_cast<Column>(column)) {
    case What:
        return titleOf(instruction.body);
    case Time: {
        const InstructionTimes times = timesOf(m_view, id);
        return times.submitted ? dateTime(*times.submitted) : QString();
    }
    case Venue:
        return venueOf(instruction.body);
    case Amount:
        return amountOf(instruction.body);
    case Price: {
        const InstructionStatus status = m_view.status(id);
        if (status.price != 0)
            return price(status.price);
        return instruction.referencePrice != 0 ? QStringLiteral("≈") + price(instruction.referencePrice) : QString();
    }
    case Expected:
        return costText(instruction.cost.total());
    case Actual:
        return m_view.status(id).transitions > 0 ? costText(costOfNode(node).total()) : QString();
    case Latency: {
        const InstructionTimes times = timesOf(m_view, id);
        return times.submitted && times.ended ? duration(secondsBetween(*times.submitted, *times.ended)) : QString();
    }
    case Details:
        return effectsText(m_view, id);
    case State:
    case Ltv:
    case HealthFactor:
    case ColumnCount:
        break;
    }
    return {};
}

QString PlanTreeModel::transitionText(const Node& node, int column) const
{
    const TransitionRecord& t = record().transition(node.ref);
    switch (static_cast<Column>(column)) {
    case What:
        return tr("%1 → %2").arg(Words::state(t.from).word, Words::state(t.to).word);
    case Time:
        return dateTime(fromMs(t.timeMs));
    case Amount:
        return t.quantity.isZero() ? QString() : quantity(t.quantity);
    case Price:
        return t.price != 0 ? price(t.price) : QString();
    case Details: {
        QString after = tr("net delta %1").arg(quantity(t.netDelta, 4));
        if (!std::isnan(t.minMarginRatio))
            after += tr(", lowest margin ratio %1").arg(percent(t.minMarginRatio, 1));
        return !t.error ? after : Words::error(*t.error) + QStringLiteral("; ") + after;
    }
    case State:
    case Venue:
    case Expected:
    case Actual:
    case Latency:
    case Ltv:
    case HealthFactor:
    case ColumnCount:
        break;
    }
    return {};
}

QString PlanTreeModel::entryText(const Node& node, int column) const
{
    const LedgerEntry& entry = record().ledger(node.ref);
    switch (static_cast<Column>(column)) {
    case What:
        return Words::cause(entry.posting.cause);
    case Time:
        return dateTime(record().time(entry.step));
    case Amount:
        return entryAmount(record(), entry);
    case Details:
        return entryAccounts(record(), entry);
    case State:
    case Venue:
    case Price:
    case Expected:
    case Actual:
    case Latency:
    case Ltv:
    case HealthFactor:
    case ColumnCount:
        break;
    }
    return {};
}

Badge PlanTreeModel::badge(const Node& node) const
{
    switch (node.kind) {
    case Kind::Plan:
        return Words::outcome(m_view.outcome(static_cast<PlanId>(node.ref)));
    case Kind::Phase:
    case Kind::Group:
    case Kind::Iteration: {
        if (node.kind == Kind::Group && group(node).rolledBack)
            return {tr("Rolled back"), QStringLiteral("refresh"), Tone::Critical};
        std::vector<InstructionState> states;
        node.eachInstruction(
            [&](const Node& n) { states.push_back(m_view.status(static_cast<InstructionId>(n.ref)).state); });
        const auto common = commonState(states);
        return common ? Words::state(*common) : Words::outcome(PlanOutcome::Open);
    }
    case Kind::Instruction:
        return Words::state(m_view.status(static_cast<InstructionId>(node.ref)).state);
    case Kind::Transition:
        return Words::state(record().transition(node.ref).to);
    case Kind::Entry:
        return {tr("Booked"), QStringLiteral("filled"), Tone::Muted};
    }
    return {};
}

const CostEstimate& PlanTreeModel::costOfNode(const Node& node) const
{
    if (!node.actual) {
        CostEstimate cost;
        if (node.kind == Kind::Plan)
            cost = costOfPlan(m_view, static_cast<PlanId>(node.ref));
        else
            node.eachInstruction([&](const Node& n) { cost += costOf(m_view, static_cast<InstructionId>(n.ref)); });
        node.actual = cost;
    }
    return *node.actual;
}

CostEstimate PlanTreeModel::expectedOfNode(const Node& node) const
{
    if (node.kind == Kind::Plan)
        return record().plan(node.ref - 1).cost;
    CostEstimate cost;
    node.eachInstruction([&](const Node& n) { cost += record().instruction(n.ref - 1).instruction.cost; });
    return cost;
}

QString PlanTreeModel::plainText(const Node& node, int column) const
{
    const bool costs = node.kind != Kind::Transition && node.kind != Kind::Entry;
    if (costs && column == Expected)
        return plain(expectedOfNode(node).total());
    if (costs && column == Actual)
        return plain(costOfNode(node).total());
    if (column == Ltv)
        return plain(after(node).ltv);
    if (column == HealthFactor)
        return plain(after(node).healthFactor);
    if (node.kind == Kind::Instruction) {
        const auto id = static_cast<InstructionId>(node.ref);
        if (column == Amount)
            return plainAmountOf(record().instruction(id - 1).instruction.body);
        const double filledAt = m_view.status(id).price;
        if (column == Price)
            return filledAt != 0 ? plain(filledAt) : QString();
    }
    if (node.kind == Kind::Entry && column == Amount)
        return QString::fromStdString(record().ledger(node.ref).posting.amount.toString());
    return text(node, column);
}

QString PlanTreeModel::toolTip(const Node& node, int column) const
{
    const bool costs = node.kind != Kind::Transition && node.kind != Kind::Entry;
    if (costs && column == Expected)
        return costTip(expectedOfNode(node));
    if (costs && column == Actual)
        return costTip(costOfNode(node));
    if (column == Latency)
        return headerData(Latency, Qt::Horizontal, Qt::ToolTipRole).toString();
    if (column == What && node.kind == Kind::Instruction)
        return QString::fromStdString(describeInstruction(record().instruction(node.ref - 1).instruction.body));
    const bool folded = node.kind == Kind::Group && group(node).kind != GroupKind::Sequence;
    if (folded && (column == What || column == State))
        return groupTitle(node) + tr("\n%1 transactions").arg(group(node).instructions.size()) + QLatin1Char('\n') +
               groupDetails(node);
    if (column == What || column == Details)
        return text(node, column);
    return {};
}

QVariant PlanTreeModel::font(const Node& node, int column) const
{
    if (isFigure(column) || column == Time)
        return Theme::instance().numbers();
    if (column != What || node.kind != Kind::Plan)
        return {};
    QFont font;
    font.setBold(m_view.outcome(static_cast<PlanId>(node.ref)) == PlanOutcome::Open);
    return font;
}

QVariant PlanTreeModel::foreground(const Node& node, int column) const
{
    if (column == State)
        return toneColor(badge(node).tone);
    if (node.kind == Kind::Transition || node.kind == Kind::Entry)
        return column == Amount ? QVariant() : colors().muted;
    if (column == Details && node.kind == Kind::Group && group(node).failed != 0)
        return colors().critical;
    const bool undone = (column == Ltv || column == HealthFactor) && node.kind == Kind::Instruction &&
                        m_view.status(static_cast<InstructionId>(node.ref)).state == InstructionState::RolledBack;
    if (column == Expected || column == Time || column == Latency || undone)
        return colors().muted;
    return {};
}

QVariant PlanTreeModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || m_view.empty())
        return {};
    const Node& node = *nodeOf(index);
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole:
        return text(node, column);
    case PlainRole:
        return plainText(node, column);
    case Qt::DecorationRole:
        return column == State ? QVariant(badge(node).pixmap()) : QVariant();
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(Qt::AlignVCenter | (isFigure(column) ? Qt::AlignRight : Qt::AlignLeft));
    case Qt::FontRole:
        return font(node, column);
    case Qt::ForegroundRole:
        return foreground(node, column);
    case StaircaseRole:
        return column == What ? staircase(node) : QVariant();
    case Qt::ToolTipRole:
        return toolTip(node, column);
    default:
        return {};
    }
}

QVariant PlanTreeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::AlignVCenter | (isFigure(section) ? Qt::AlignRight : Qt::AlignLeft));
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole)
        return {};
    const bool tip = role == Qt::ToolTipRole;
    switch (static_cast<Column>(section)) {
    case What:
        return tip ? tr("Decision, phase, group, instruction, and what happened to it") : tr("What");
    case State:
        return tip ? tr("At the cursor") : tr("State");
    case Time:
        return tip ? tr("UTC: of the decision, or when it was submitted") : tr("Time");
    case Venue:
        return tip ? tr("Where it is carried out") : tr("Venue");
    case Amount:
        return tip ? tr("As planned") : tr("Amount");
    case Price:
        return tip ? tr("Fill price in USDT, of a staked token in ETH; ≈ the price at planning") : tr("Price");
    case Expected:
        return tip ? tr("Expected cost in the currency of the run: fees + slippage + gas") : tr("Expected cost");
    case Actual:
        return tip ? tr("Fees, slippage and gas of its ledger entries up to the cursor, in the currency of the run")
                   : tr("Actual cost");
    case Latency:
        return tip ? tr("From submitted to the end; of a decision until its last instruction") : tr("Latency");
    case Ltv:
        return tip ? tr("Debt / collateral at Aave after it; of a step that was rolled back, inside its transaction")
                   : tr("LTV");
    case HealthFactor:
        return tip ? tr("Health factor at Aave after it; below 1 the position is liquidated") : tr("HF");
    case Details:
        return tip ? tr("What it changes (≈ expected), or what the book looked like after") : tr("Effects");
    case ColumnCount:
        break;
    }
    return {};
}

} // namespace carry::ui
