// SPDX-License-Identifier: GPL-3.0-or-later
#include "plan_node.h"

namespace carry::ui
{

PlanTreeModel::PlanTreeModel(const RunView& view, QObject* parent) : QAbstractItemModel(parent), m_view(view) {}
PlanTreeModel::~PlanTreeModel() = default;

void PlanTreeModel::reset()
{
    beginResetModel();
    m_plans.clear();
    m_firstOpen = 0;
    endResetModel();
}

//! Plans are carried out one after the other: behind the last one that has ended there are only open ones.
std::size_t PlanTreeModel::firstOpen(std::size_t plans) const
{
    while (plans > 0 && m_view.outcome(static_cast<PlanId>(plans)) == PlanOutcome::Open)
        --plans;
    return plans;
}

void PlanTreeModel::update()
{
    const std::size_t plans = m_view.empty() ? 0 : m_view.ends().plans;
    if (plans < m_plans.size()) {
        beginRemoveRows({}, static_cast<int>(plans), planCount() - 1);
        m_plans.resize(plans);
        endRemoveRows();
    }
    const std::size_t open = firstOpen(plans);
    for (std::size_t i = std::min(m_firstOpen, open); i < m_plans.size(); ++i)
        refresh(*m_plans[i]);
    if (plans > m_plans.size()) {
        beginInsertRows({}, planCount(), static_cast<int>(plans) - 1);
        for (std::size_t i = m_plans.size(); i < plans; ++i) {
            auto node = std::make_unique<Node>();
            node->row = static_cast<int>(i);
            node->ref = i + 1;
            m_plans.push_back(std::move(node));
        }
        endInsertRows();
    }
    m_firstOpen = open;
}

//! States and figures of a row and of all below it may be others now.
void PlanTreeModel::refresh(Node& node)
{
    node.forget();
    const QModelIndex index = indexOfNode(&node);
    emit dataChanged(index, index.siblingAtColumn(ColumnCount - 1));
    if (node.kind == Kind::Instruction)
        sync(node);
    else
        for (const auto& child : node.children)
            refresh(*child);
}

void PlanTreeModel::refreshColors()
{
    const auto recolor = [this](const auto& self, const Node& node) -> void {
        const QModelIndex index = indexOfNode(&node);
        emit dataChanged(index, index.siblingAtColumn(ColumnCount - 1), {Qt::ForegroundRole, Qt::DecorationRole});
        for (const auto& child : node.children)
            self(self, *child);
    };
    for (const auto& plan : m_plans)
        recolor(recolor, *plan);
}

void PlanTreeModel::build(Node& plan) const
{
    plan.built = true;
    const LogRange range = m_view.instructionsOf(static_cast<PlanId>(plan.ref));
    Node* phase = nullptr;
    Node* group = nullptr;
    Node* round = nullptr;
    for (std::size_t i = range.first; i < range.last; ++i) {
        const InstructionRecord& r = record().instruction(i);
        const InstructionRecord* before = i > range.first ? &record().instruction(i - 1) : nullptr;
        const InstructionRecord* after = i + 1 < range.last ? &record().instruction(i + 1) : nullptr;
        const auto together = [&r](const InstructionRecord* o) {
            return o != nullptr && o->phase == r.phase && o->group == r.group;
        };
        if (before == nullptr || before->phase != r.phase)
            phase = plan.add(Kind::Phase, i);
        if (!together(before))
            group = r.groupKind != GroupKind::Sequence || together(after) ? phase->add(Kind::Group, i) : phase;
        const bool looped = group->kind == Kind::Group && r.groupKind == GroupKind::Loop;
        if (looped && (!together(before) || before->instruction.iteration != r.instruction.iteration))
            round = group->add(Kind::Iteration, i);
        (looped ? round : group)->add(Kind::Instruction, r.instruction.id);
    }
}

//! In the order in which they happened. What a step adds comes after what all steps before it had added.
std::vector<PlanTreeModel::Happening> PlanTreeModel::happenings(InstructionId id) const
{
    const auto transitions = m_view.transitionsOfInstruction(id);
    const auto entries = m_view.ledgerOfInstruction(id);
    std::vector<Happening> list;
    std::size_t e = 0;
    for (const std::size_t t : transitions) {
        const TransitionRecord& transition = record().transition(t);
        // The entries of a step belong before the state that ends the instruction, and behind the other ones.
        const std::uint32_t until = transition.step + (isFinal(transition.to) ? 1 : 0);
        for (; e < entries.size() && record().ledger(entries[e]).step < until; ++e)
            list.push_back({Kind::Entry, entries[e]});
        list.push_back({Kind::Transition, t});
    }
    for (; e < entries.size(); ++e)
        list.push_back({Kind::Entry, entries[e]});
    return list;
}

void PlanTreeModel::sync(Node& instruction)
{
    instruction.built = true;
    const std::vector<Happening> list = happenings(static_cast<InstructionId>(instruction.ref));
    const QModelIndex parent = indexOfNode(&instruction);
    const auto shown = static_cast<int>(instruction.children.size());
    const auto wanted = static_cast<int>(list.size());
    if (wanted < shown) {
        beginRemoveRows(parent, wanted, shown - 1);
        instruction.children.resize(list.size());
        endRemoveRows();
    } else if (wanted > shown) {
        beginInsertRows(parent, shown, wanted - 1);
        for (int i = shown; i < wanted; ++i)
            instruction.add(list[static_cast<std::size_t>(i)].kind, list[static_cast<std::size_t>(i)].index);
        endInsertRows();
    }
}

bool PlanTreeModel::isOpen(int plan) const
{
    return m_view.outcome(static_cast<PlanId>(plan + 1)) == PlanOutcome::Open;
}

PlanTreeModel::Node* PlanTreeModel::nodeOf(const QModelIndex& index) const
{
    return static_cast<Node*>(index.internalPointer());
}

QModelIndex PlanTreeModel::indexOfNode(const Node* node) const
{
    return node == nullptr ? QModelIndex() : createIndex(node->row, 0, node);
}

PlanTreeModel::Kind PlanTreeModel::kindOf(const QModelIndex& index) const
{
    return nodeOf(index)->kind;
}

QModelIndex PlanTreeModel::boxOf(const QModelIndex& index) const
{
    for (const Node* node = index.isValid() ? nodeOf(index) : nullptr; node != nullptr; node = node->parent)
        if (node->kind == Kind::Group)
            return record().instruction(node->ref).groupKind == GroupKind::Atomic ? indexOfNode(node) : QModelIndex();
    return {};
}

bool PlanTreeModel::isLoop(const QModelIndex& index) const
{
    const Node& node = *nodeOf(index);
    return node.kind == Kind::Group && record().instruction(node.ref).groupKind == GroupKind::Loop;
}

Tone PlanTreeModel::toneOf(const QModelIndex& index) const
{
    return badge(*nodeOf(index)).tone;
}

Selection PlanTreeModel::selectionOf(const QModelIndex& index) const
{
    if (!index.isValid())
        return {};
    const Node* node = nodeOf(index);
    switch (node->kind) {
    case Kind::Plan:
        return {Selection::Kind::Plan, node->ref};
    case Kind::Phase:
    case Kind::Group:
    case Kind::Iteration:
        return {Selection::Kind::Plan, record().instruction(node->ref).plan};
    case Kind::Instruction:
        return {Selection::Kind::Instruction, node->ref};
    case Kind::Transition:
        return {Selection::Kind::Instruction, record().transition(node->ref).instruction};
    case Kind::Entry:
        return {Selection::Kind::Ledger, node->ref};
    }
    return {};
}

QModelIndex PlanTreeModel::indexOf(const Selection& selection)
{
    InstructionId id = 0;
    std::size_t plan = 0;
    if (m_plans.empty())
        return {};
    if (selection.kind == Selection::Kind::Plan)
        plan = selection.index;
    else if (selection.kind == Selection::Kind::Instruction)
        id = static_cast<InstructionId>(selection.index);
    else if (selection.kind == Selection::Kind::Ledger)
        id = record().ledger(selection.index).posting.instruction;
    if (id != 0)
        plan = record().instruction(id - 1).plan;
    if (plan == 0 || plan > m_plans.size())
        return {};
    Node& root = *m_plans[plan - 1];
    if (id == 0)
        return indexOfNode(&root);
    if (!root.built)
        build(root);
    const Node* found = nullptr;
    root.eachInstruction([&found, id](const Node& node) { found = node.ref == id ? &node : found; });
    if (selection.kind != Selection::Kind::Ledger)
        return indexOfNode(found);
    fetchMore(indexOfNode(found));
    for (const auto& child : found->children)
        if (child->kind == Kind::Entry && child->ref == selection.index)
            return indexOfNode(child.get());
    return {};
}

QModelIndex PlanTreeModel::index(int row, int column, const QModelIndex& parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    const auto at = static_cast<std::size_t>(row);
    return createIndex(row, column, parent.isValid() ? nodeOf(parent)->children[at].get() : m_plans[at].get());
}

QModelIndex PlanTreeModel::parent(const QModelIndex& child) const
{
    return child.isValid() ? indexOfNode(nodeOf(child)->parent) : QModelIndex();
}

int PlanTreeModel::rowCount(const QModelIndex& parent) const
{
    if (!parent.isValid())
        return planCount();
    if (parent.column() != 0)
        return 0;
    Node* node = nodeOf(parent);
    if (node->kind == Kind::Plan && !node->built)
        build(*node); // a plan does not change: only the rows of instructions come and go
    return static_cast<int>(node->children.size());
}

bool PlanTreeModel::hasChildren(const QModelIndex& parent) const
{
    if (!parent.isValid())
        return !m_plans.empty();
    const Node* node = nodeOf(parent);
    if (parent.column() != 0)
        return false;
    if (node->kind == Kind::Plan && !node->built)
        return record().plan(node->ref - 1).instructions > 0;
    return !node->children.empty() || canFetchMore(parent);
}

bool PlanTreeModel::canFetchMore(const QModelIndex& parent) const
{
    if (!parent.isValid() || parent.column() != 0)
        return false;
    const Node* node = nodeOf(parent);
    return node->kind == Kind::Instruction && !node->built &&
           !m_view.transitionsOfInstruction(static_cast<InstructionId>(node->ref)).empty();
}

void PlanTreeModel::fetchMore(const QModelIndex& parent)
{
    if (canFetchMore(parent))
        sync(*nodeOf(parent));
}

} // namespace carry::ui
