// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "common/run_session.h"
#include "common/words.h"

#include <QAbstractItemModel>
#include <memory>
#include <vector>

namespace carry::ui
{

//! Plans decided at or before the cursor: decision, phases, groups, instructions, and below these what happened to
//! them. Nothing is made anew when the cursor moves: plans come and go at the end, and only plans that were open before
//! or after the move are looked at again. A group of one instruction without a kind of its own has no row; a loop is
//! one row over its iterations, and an atomic group a box around its steps.
class PlanTreeModel final : public QAbstractItemModel
{
    Q_OBJECT
  public:
    enum Column {
        What,
        State,
        Time,
        Venue,
        Amount,
        Price,
        Expected,
        Actual,
        Latency,
        Ltv,
        HealthFactor,
        Details,
        ColumnCount
    };
    enum class Kind { Plan, Phase, Group, Iteration, Instruction, Transition, Entry };
    enum Role {
        StaircaseRole = Qt::UserRole + 1, //!< QList<QPointF>: collateral and debt after each iteration of a loop
    };

    //! `view` outlives the model.
    explicit PlanTreeModel(const RunView& view, QObject* parent = nullptr);
    ~PlanTreeModel() override;

    //! Another record.
    void reset();
    //! The cursor has moved, or the record has grown.
    void update();
    void refreshColors();

    int planCount() const { return static_cast<int>(m_plans.size()); }
    bool isOpen(int plan) const;
    Kind kindOf(const QModelIndex& index) const;
    //! The row of the atomic group that the row belongs to; invalid outside of one.
    QModelIndex boxOf(const QModelIndex& index) const;
    bool isLoop(const QModelIndex& index) const;
    Tone toneOf(const QModelIndex& index) const; //!< of its state
    //! What selecting a row means. A phase or group means its plan, a state change its instruction.
    Selection selectionOf(const QModelIndex& index) const;
    //! The row of a plan, an instruction or one of its ledger entries; invalid where it is not shown.
    QModelIndex indexOf(const Selection& selection);

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& child) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& = {}) const override { return ColumnCount; }
    bool hasChildren(const QModelIndex& parent = {}) const override;
    bool canFetchMore(const QModelIndex& parent) const override;
    void fetchMore(const QModelIndex& parent) override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    struct Node;
    //! A transition or a ledger entry of an instruction.
    struct Happening {
        Kind kind;
        std::size_t index;
    };

    const RunRecord& record() const { return *m_view.record(); }
    Node* nodeOf(const QModelIndex& index) const;
    QModelIndex indexOfNode(const Node* node) const;
    void build(Node& plan) const;
    std::vector<Happening> happenings(InstructionId id) const;
    void sync(Node& instruction);
    void refresh(Node& node);
    std::size_t firstOpen(std::size_t plans) const;

    QString text(const Node& node, int column) const;
    QString planText(const Node& node, int column) const;
    QString partText(const Node& node, int column) const;
    QString groupTitle(const Node& node) const;
    QString groupDetails(const Node& node) const;
    QString iterationTitle(const Node& node) const;
    QString lendingText(const Node& node, int column) const;
    LendingAfter after(const Node& node) const;
    const GroupLine& group(const Node& node) const;
    const std::vector<LoopStep>& loop(const Node& node) const;
    QVariant staircase(const Node& node) const;
    QString costTip(const CostEstimate& cost) const;
    QString costText(double value) const;
    QString instructionText(const Node& node, int column) const;
    QString transitionText(const Node& node, int column) const;
    QString entryText(const Node& node, int column) const;
    QString plainText(const Node& node, int column) const;
    QString toolTip(const Node& node, int column) const;
    Badge badge(const Node& node) const;
    QVariant font(const Node& node, int column) const;
    QVariant foreground(const Node& node, int column) const;
    const CostEstimate& costOfNode(const Node& node) const;
    CostEstimate expectedOfNode(const Node& node) const;

    const RunView& m_view;
    std::vector<std::unique_ptr<Node>> m_plans; //!< as many as are shown
    std::size_t m_firstOpen = 0;                //!< from here on plans may still change
};

} // namespace carry::ui
