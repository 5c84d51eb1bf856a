// SPDX-License-Identifier: GPL-3.0-or-later
#include "proposal_model.h"

#include "approval_words.h"
#include "common/item_views.h"
#include "common/number_format.h"
#include "common/theme.h"
#include "pipeline/record_text.h"

#include <algorithm>

namespace carry::ui
{

void ProposalModel::setProposal(std::shared_ptr<const Proposal> proposal, Asset shareClass)
{
    beginResetModel();
    m_proposal = std::move(proposal);
    m_shareClass = shareClass;
    m_states.clear();
    m_approved.clear();
    m_chosen.clear();
    build();
    m_chosen.insert(m_groups.begin(), m_groups.end());
    endResetModel();
}

void ProposalModel::build()
{
    m_nodes.clear();
    m_roots.clear();
    m_groups.clear();
    if (!m_proposal)
        return;
    const auto add = [this](Node node) {
        const int id = int(m_nodes.size());
        std::vector<int>& siblings = node.parent < 0 ? m_roots : m_nodes[std::size_t(node.parent)].children;
        node.row = int(siblings.size());
        siblings.push_back(id);
        m_nodes.push_back(std::move(node));
        return id;
    };
    const Plan& plan = *m_proposal->plan;
    std::size_t serial = 0;
    for (std::size_t p = 0; p < plan.phases.size(); ++p) {
        const int phase = add({Kind::Phase, {p, 0}});
        for (std::size_t g = 0; g < plan.phases[p].groups.size(); ++g) {
            const GroupRef ref{p, g};
            m_groups.push_back(ref);
            const int id = add({Kind::Group, ref, 0, serial, phase});
            const std::size_t count = plan.phases[p].groups[g].instructions.size();
            if (isAlone(m_nodes[std::size_t(id)]))
                ++serial;
            else
                for (std::size_t i = 0; i < count; ++i)
                    add({Kind::Instruction, ref, i, serial++, id});
        }
    }
}

void ProposalModel::setApproved(const std::vector<GroupRef>& groups)
{
    std::set<GroupRef> approved(groups.begin(), groups.end());
    if (approved == m_approved)
        return;
    m_approved = std::move(approved);
    m_chosen.insert(m_approved.begin(), m_approved.end());
    everythingChanged();
}

void ProposalModel::setStates(std::vector<InstructionState> states)
{
    if (states == m_states)
        return;
    m_states = std::move(states);
    everythingChanged();
}

void ProposalModel::setEditable(bool on)
{
    if (on == m_editable)
        return;
    m_editable = on;
    everythingChanged();
}

void ProposalModel::everythingChanged()
{
    for (std::size_t id = 0; id < m_nodes.size(); ++id) {
        const auto at = [&](int column) { return createIndex(m_nodes[id].row, column, quintptr(id)); };
        emit dataChanged(at(0), at(ColumnCount - 1));
    }
}

std::vector<GroupRef> ProposalModel::chosen() const
{
    std::vector<GroupRef> out;
    std::ranges::set_difference(m_chosen, m_approved, std::back_inserter(out));
    return out;
}

ProposalModel::Kind ProposalModel::kindOf(const QModelIndex& index) const
{
    return node(index).kind;
}

GroupRef ProposalModel::groupOf(const QModelIndex& index) const
{
    return node(index).ref;
}

QModelIndex ProposalModel::indexOf(GroupRef group) const
{
    for (std::size_t id = 0; id < m_nodes.size(); ++id)
        if (m_nodes[id].kind == Kind::Group && m_nodes[id].ref == group)
            return createIndex(m_nodes[id].row, 0, quintptr(id));
    return {};
}

QString ProposalModel::bond(GroupRef group) const
{
    if (!m_proposal)
        return {};
    const auto names = [](std::vector<GroupRef> groups, GroupRef without) {
        std::erase(groups, without);
        return ApprovalWords::groups(groups);
    };
    QStringList lines;
    for (const GroupBundle& bundle : m_proposal->bundles) {
        if (std::ranges::find(bundle.groups, group) == bundle.groups.end())
            continue;
        const QString name = QString::fromStdString(toText(group));
        if (bundle.groups.size() > 1)
            lines +=
                tr("%1 goes with %2 (%3)").arg(name, names(bundle.groups, group), QString::fromStdString(bundle.why));
        for (const std::size_t needed : bundle.needs)
            lines += tr("%1 is paid with what %2 brings").arg(name, names(m_proposal->bundles[needed].groups, group));
    }
    return lines.join(QStringLiteral("; "));
}

QModelIndex ProposalModel::index(int row, int column, const QModelIndex& parent) const
{
    if (column < 0 || column >= ColumnCount || row < 0 || (parent.isValid() && parent.column() != 0))
        return {};
    const std::vector<int>& rows = parent.isValid() ? node(parent).children : m_roots;
    return row < int(rows.size()) ? createIndex(row, column, quintptr(rows[std::size_t(row)])) : QModelIndex();
}

QModelIndex ProposalModel::parent(const QModelIndex& child) const
{
    if (!child.isValid() || node(child).parent < 0)
        return {};
    const int id = node(child).parent;
    return createIndex(m_nodes[std::size_t(id)].row, 0, quintptr(id));
}

int ProposalModel::rowCount(const QModelIndex& parent) const
{
    if (!parent.isValid())
        return int(m_roots.size());
    return parent.column() == 0 ? int(node(parent).children.size()) : 0;
}

int ProposalModel::columnCount(const QModelIndex&) const
{
    return ColumnCount;
}

const Group& ProposalModel::group(const Node& node) const
{
    return m_proposal->plan->phases[node.ref.phase].groups[node.ref.group];
}

//! A group that is one instruction is one row.
bool ProposalModel::isAlone(const Node& node) const
{
    return node.kind == Kind::Group && group(node).kind == GroupKind::Sequence && group(node).instructions.size() == 1;
}

const Instruction& ProposalModel::instruction(const Node& node) const
{
    return group(node).instructions[node.position];
}

InstructionState ProposalModel::state(const Node& node) const
{
    const std::vector<InstructionState>& states = m_states.empty() ? m_proposal->states : m_states;
    return node.serial < states.size() ? states[node.serial] : InstructionState::Planned;
}

QString ProposalModel::groupText(const Node& node, int column) const
{
    const Group& g = group(node);
    const QString name = QString::fromStdString(toText(node.ref)) + QStringLiteral("  ");
    if (isAlone(node))
        return column == What ? name + titleOf(g.instructions.front().body) : instructionText(node, column);
    if (column == Cost) {
        CostEstimate sum;
        for (const Instruction& i : g.instructions)
            sum += i.cost;
        return inCurrency(sum.total(), m_shareClass);
    }
    if (column == State)
        return m_approved.contains(node.ref) ? tr("approved") : QString();
    if (column != What)
        return {};
    return name + Words::group(g.kind) + tr(" · %1 instructions").arg(g.instructions.size());
}

QString ProposalModel::text(const Node& node, int column) const
{
    if (node.kind == Kind::Group)
        return groupText(node, column);
    if (node.kind == Kind::Instruction)
        return instructionText(node, column);
    const PhaseKind kind = m_proposal->plan->phases[node.ref.phase].kind;
    return column == What ? QStringLiteral("%1  %2").arg(node.ref.phase + 1).arg(Words::phase(kind)) : QString();
}

QString ProposalModel::instructionText(const Node& node, int column) const
{
    const Instruction& i = instruction(node);
    switch (column) {
    case What:
        return titleOf(i.body);
    case Amount:
        return amountOf(i.body);
    case Price:
        return i.referencePrice > 0 ? price(i.referencePrice) : QString();
    case Cost:
        return inCurrency(i.cost.total(), m_shareClass);
    case State: {
        const QString word = Words::state(state(node)).word;
        return m_states.empty() ? QStringLiteral("→ ") + word.toLower() : word;
    }
    default:
        return {};
    }
}

QVariant ProposalModel::check(const Node& node) const
{
    if (node.kind != Kind::Group)
        return {};
    return m_chosen.contains(node.ref) ? Qt::Checked : Qt::Unchecked;
}

QVariant ProposalModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const Node& at = node(index);
    const bool figure = index.column() != What && index.column() != State;
    switch (role) {
    case Qt::DisplayRole:
    case PlainRole:
        return text(at, index.column());
    case Qt::CheckStateRole:
        return index.column() == What ? check(at) : QVariant();
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(Qt::AlignVCenter | (figure ? Qt::AlignRight : Qt::AlignLeft));
    case Qt::FontRole: {
        if (figure)
            return Theme::instance().numbers();
        QFont font;
        font.setBold(at.kind == Kind::Phase);
        font.setStrikeOut(at.kind != Kind::Phase && !m_chosen.contains(at.ref));
        return font;
    }
    case Qt::ForegroundRole:
        return at.kind != Kind::Phase && !m_chosen.contains(at.ref) ? QVariant(colors().muted) : QVariant();
    case Qt::DecorationRole:
        return index.column() == State && (at.kind == Kind::Instruction || isAlone(at))
                   ? QVariant(Words::state(state(at)).pixmap())
                   : QVariant();
    case Qt::ToolTipRole:
    case Qt::AccessibleDescriptionRole:
        return at.kind == Kind::Phase ? QString() : bond(at.ref);
    default:
        return {};
    }
}

bool ProposalModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (role != Qt::CheckStateRole || !flags(index).testFlag(Qt::ItemIsUserCheckable))
        return false;
    const GroupRef ref = node(index).ref;
    const bool on = value.toInt() == Qt::Checked;
    const std::set<GroupRef> before = m_chosen;
    if (on)
        for (const GroupRef each : closureOf(m_proposal->bundles, {ref}))
            m_chosen.insert(each);
    else
        std::erase_if(m_chosen, [&](GroupRef each) {
            const auto needed = closureOf(m_proposal->bundles, {each});
            return !m_approved.contains(each) && std::ranges::find(needed, ref) != needed.end();
        });
    std::vector<GroupRef> with;
    std::ranges::set_symmetric_difference(before, m_chosen, std::back_inserter(with));
    std::erase(with, ref);
    everythingChanged();
    emit chosenChanged(ref, on, with);
    return true;
}

Qt::ItemFlags ProposalModel::flags(const QModelIndex& index) const
{
    Qt::ItemFlags flags = QAbstractItemModel::flags(index);
    if (!index.isValid() || index.column() != What)
        return flags;
    const Node& at = node(index);
    if (at.kind == Kind::Group && m_editable && !m_approved.contains(at.ref))
        flags |= Qt::ItemIsUserCheckable;
    return flags;
}

QVariant ProposalModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    static const char* const titles[] = {QT_TR_NOOP("What would be sent"), QT_TR_NOOP("State"), QT_TR_NOOP("Amount"),
                                         QT_TR_NOOP("Price"), QT_TR_NOOP("Cost")};
    if (role == Qt::DisplayRole)
        return tr(titles[section]);
    if (role == Qt::ToolTipRole && section == Price)
        return tr("Reference price at planning, in the run's currency");
    if (role == Qt::ToolTipRole && section == Cost)
        return tr("Expected fees, slippage and gas, in the run's currency");
    if (role == Qt::ToolTipRole && section == State)
        return tr("With an arrow: how it ends by the models; else as it is now");
    if (role == Qt::TextAlignmentRole && (section == Amount || section == Price || section == Cost))
        return QVariant::fromValue(Qt::AlignVCenter | Qt::AlignRight);
    return {};
}

} // namespace carry::ui
