// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "common/cell_delegate.h"

#include <QTreeView>

namespace carry::ui
{

class PlanTreeModel;

//! The tree of plans: draws a frame around the rows of an atomic group, in the colour of its state.
class PlanView final : public QTreeView
{
    Q_OBJECT
  public:
    explicit PlanView(const PlanTreeModel& model, QWidget* parent = nullptr);

  protected:
    void drawRow(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;

  private:
    const PlanTreeModel& m_model;
};

//! A cell with a little picture behind its text: collateral and debt of a loop, a step an iteration.
class StaircaseDelegate final : public CellDelegate
{
    Q_OBJECT
  public:
    using CellDelegate::CellDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace carry::ui
