// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "common/lines_model.h"
#include "common/run_session.h"
#include "desk/conditions.h"

#include <QWidget>

class QCheckBox;
class QLabel;
class QPushButton;
class QTableView;

namespace carry::ui
{

//! A condition with its place in the run's list.
struct WhyLine : ConditionLine {
    std::size_t condition = 0;
};

//! Why the strategy did what it did at the last decision, and above all why it did not: every condition with its value,
//! its threshold and what is missing between them. Leads to the next time that a condition is met.
class WhyNot final : public QWidget
{
    Q_OBJECT
  public:
    enum Column { Condition, Value, Threshold, Margin, Relative, Met };

    explicit WhyNot(RunSession& session, QWidget* parent = nullptr);
    QTableView* view() const { return m_table; }
    QString sentence() const;

  private:
    void makeTable();
    void fitColumns();
    void update();
    QString nearestSentence(const std::vector<ConditionLine>& lines) const;
    void goToNext(std::size_t condition);
    void goToNextOfRow(int row);

    RunSession& m_session;
    LinesModel<WhyLine>* m_model;
    QTableView* m_table;
    QLabel* m_sentence;
    QCheckBox* m_closest;
    QPushButton* m_next;
    EmptyStack* m_stack;
    WhenVisible* m_refresh;
    std::vector<int> m_widest; //!< of each column so far; what somebody drew smaller stays so
    QString m_notFound;        //!< of the last search, until the cursor moves
};

} // namespace carry::ui
