// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "common/item_views.h"
#include "common/run_session.h"

#include <QTimer>
#include <QWidget>

class QTreeView;

namespace carry::ui
{

class PlanTreeModel;

//! The plans up to the cursor as a tree; the newest is at the end. The plan that is under way at the cursor unfolds
//! when the cursor comes to rest on it.
class PlanTree final : public QWidget
{
    Q_OBJECT
  public:
    explicit PlanTree(RunSession& session, QWidget* parent = nullptr);
    QTreeView* view() const { return m_tree; }
    PlanTreeModel* model() const { return m_model; }

  private:
    void makeTree();
    void fitColumns();
    void makeActions();
    void update();
    void choose(const QModelIndex& index);
    void goTo(const QModelIndex& index);
    void followSelection();
    void showCurrent();
    void unfold(const QModelIndex& plan, bool open);

    RunSession& m_session;
    PlanTreeModel* m_model;
    QTreeView* m_tree;
    EmptyStack* m_stack;
    WhenVisible* m_refresh;
    QTimer m_rest;            //!< the cursor has rested for a moment
    int m_unfolded = -1;      //!< plan that was unfolded here, not by hand
    bool m_following = false; //!< the panel moves its own current row: nobody has chosen it
};

} // namespace carry::ui
