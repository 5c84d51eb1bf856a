// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "common/item_views.h"
#include "common/run_session.h"

#include <QWidget>

class QTreeView;

namespace carry::ui
{

class FlashDelegate;
class PositionsModel;

//! What is held where at the cursor, with values that sum to the NAV. Figures that changed flash.
class PositionsPanel final : public QWidget
{
    Q_OBJECT
  public:
    explicit PositionsPanel(RunSession& session, QWidget* parent = nullptr);
    QTreeView* view() const { return m_tree; }
    PositionsModel* model() const { return m_model; }

  private:
    void makeTree();
    void fitColumns();
    void update();
    void choose(const QModelIndex& index);
    void followSelection();

    RunSession& m_session;
    PositionsModel* m_model;
    QTreeView* m_tree;
    FlashDelegate* m_flash;
    EmptyStack* m_stack;
    WhenVisible* m_refresh;
    bool m_following = false; //!< the panel moves its own current row: nobody has chosen it
};

} // namespace carry::ui
