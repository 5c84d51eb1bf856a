// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "common/background.h"
#include "common/lines_model.h"
#include "common/run_session.h"
#include "desk/stress.h"

#include <QTimer>
#include <QWidget>
#include <optional>

class QLabel;
class QTableView;

namespace carry::ui
{

//! A scenario with its name.
struct StressLine : StressRow {
    QString name, brief; //!< the second fits into a narrow panel
    Asset shareClass = Asset::USDT;
};

//! What shocks would leave of the book at the cursor, and how far it is from liquidation. Computed on a thread of its
//! own a moment after the cursor has come to rest; meanwhile the figures of the step before stay, with their time.
class StressPanel final : public QWidget
{
    Q_OBJECT
  public:
    enum Column { Scenario, Equity, Change, ChangeFraction, NetDelta, Health, Ltv, Days, Exit, Liquidated };

    explicit StressPanel(RunSession& session, QWidget* parent = nullptr);
    ~StressPanel() override;
    QTableView* view() const { return m_table; }
    QString headline() const;

  private:
    struct Desk; //!< what the background thread works with
    struct Answer;
    void makeTable();
    void ask();
    void take(const Answer& answer);
    void fitColumns();
    QString headroomText(const StressReport& report) const;

    RunSession& m_session;
    LinesModel<StressLine>* m_model;
    QTableView* m_table;
    QLabel* m_headline;
    EmptyStack* m_stack;
    WhenVisible* m_refresh;
    QTimer m_rest;
    std::shared_ptr<Desk> m_desk;
    bool m_busy = false, m_again = false;
    BackgroundLane m_lane; // last: its thread ends before the rest goes
};

} // namespace carry::ui
