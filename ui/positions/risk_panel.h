// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "common/lines_model.h"
#include "common/run_session.h"
#include "desk/inspection.h"

#include <QWidget>

class QTableView;

namespace carry::ui
{

//! Every risk metric at the cursor with its limits, its level and how far it is from them.
class RiskPanel final : public QWidget
{
    Q_OBJECT
  public:
    enum Column { Metric, Scope, Value, Level, Headroom, Warn, Critical, AtCritical };

    explicit RiskPanel(RunSession& session, QWidget* parent = nullptr);
    QTableView* view() const { return m_table; }

  private:
    void makeTable();
    void update();
    void choose(const QModelIndex& index);
    void followSelection();

    RunSession& m_session;
    LinesModel<RiskLine>* m_model;
    QTableView* m_table;
    EmptyStack* m_stack;
    WhenVisible* m_refresh;
    bool m_following = false;
};

} // namespace carry::ui
