// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "common/words.h"
#include "desk/approval.h"

#include <QAbstractItemModel>
#include <set>

namespace carry::ui
{

//! The plan of a proposal: phases, groups, instructions. A group has a check where it can still be chosen; what belongs
//! together is switched together.
class ProposalModel final : public QAbstractItemModel
{
    Q_OBJECT
  public:
    enum Column { What, State, Amount, Price, Cost, ColumnCount };
    enum class Kind { Phase, Group, Instruction };

    using QAbstractItemModel::QAbstractItemModel;

    //! Everything is chosen; nullptr: nothing is shown.
    void setProposal(std::shared_ptr<const Proposal> proposal, Asset shareClass);
    //! Groups that are approved already: they stay chosen.
    void setApproved(const std::vector<GroupRef>& groups);
    //! As they are now, in the plan's order; empty: as the proposal expects them to end.
    void setStates(std::vector<InstructionState> states);
    //! Whether groups can be chosen at all.
    void setEditable(bool on);

    //! Groups that would be approved now, in order; without those that are already.
    std::vector<GroupRef> chosen() const;
    //! With those that are.
    std::vector<GroupRef> chosenAndApproved() const { return {m_chosen.begin(), m_chosen.end()}; }
    //! Whether nothing is switched off.
    bool allChosen() const { return m_chosen.size() == m_groups.size(); }
    std::size_t groupCount() const { return m_groups.size(); }
    const std::set<GroupRef>& approved() const { return m_approved; }
    Kind kindOf(const QModelIndex& index) const;
    GroupRef groupOf(const QModelIndex& index) const;
    QModelIndex indexOf(GroupRef group) const;
    //! What holds a group to others: "2.1 goes with 1.1 (the same exchange: Binance)"; empty where it stands alone.
    QString bond(GroupRef group) const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& child) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  signals:
    //! By the person; `with`: other groups that were switched along.
    void chosenChanged(carry::GroupRef group, bool on, const std::vector<carry::GroupRef>& with);

  private:
    struct Node {
        Kind kind = Kind::Phase;
        GroupRef ref;
        std::size_t position = 0; //!< within the group
        std::size_t serial = 0;   //!< within the plan
        int parent = -1, row = 0;
        std::vector<int> children{};
    };
    void build();
    const Node& node(const QModelIndex& index) const { return m_nodes[static_cast<std::size_t>(index.internalId())]; }
    const Group& group(const Node& node) const;
    const Instruction& instruction(const Node& node) const;
    InstructionState state(const Node& node) const;
    QString text(const Node& node, int column) const;
    QString groupText(const Node& node, int column) const;
    QString instructionText(const Node& node, int column) const;
    bool isAlone(const Node& node) const;
    QVariant check(const Node& node) const;
    void everythingChanged();

    std::shared_ptr<const Proposal> m_proposal;
    Asset m_shareClass = Asset::USDT;
    std::vector<Node> m_nodes;
    std::vector<int> m_roots;
    std::vector<GroupRef> m_groups;
    std::set<GroupRef> m_chosen, m_approved;
    std::vector<InstructionState> m_states;
    bool m_editable = true;
};

} // namespace carry::ui
