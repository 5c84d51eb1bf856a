// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "common/item_views.h"
#include "common/lines_model.h"
#include "desk/approval.h"
#include "session_desk.h"

#include <QWidget>

class QLabel;
class QTableView;
class QTabWidget;

namespace carry::ui
{

//! The proposals of a session and what became of each; newest first.
class ProposalList final : public QWidget
{
    Q_OBJECT
  public:
    struct Line : SeenProposal {
        Asset shareClass = Asset::USDT;
    };

    explicit ProposalList(SessionDesk& desk, QWidget* parent = nullptr);
    QTableView* view() const { return m_table; }
    //! Makes its row the current one, without telling.
    void setCurrent(std::uint32_t number);

  signals:
    void chosen(std::uint32_t number); //!< by the person

  private:
    void update();

    SessionDesk& m_desk;
    LinesModel<Line>* m_model;
    QTableView* m_table;
    EmptyStack* m_stack;
    bool m_following = false;
};

//! What the session has sent and not heard the end of: orders, and funds that are on their way.
class OutsideList final : public QWidget
{
    Q_OBJECT
  public:
    struct Line : OpenInstruction {
        QString what, where, amount;
        double seconds = 0; //!< since it was sent, on the session's clock
    };

    explicit OutsideList(SessionDesk& desk, QWidget* parent = nullptr);

  private:
    void update();

    SessionDesk& m_desk;
    RunView m_view;
    LinesModel<Line>*m_orders, *m_funds;
    QTabWidget* m_tabs;
    EmptyStack *m_orderStack, *m_fundStack;
    WhenVisible* m_refresh;
};

//! The gate's policy and limits, and what is used of them.
class LimitsPage final : public QWidget
{
    Q_OBJECT
  public:
    struct Rule {
        QString name, value, tip;
    };
    struct Line : GateLimit {
        Asset shareClass = Asset::USDT;
    };

    explicit LimitsPage(SessionDesk& desk, QWidget* parent = nullptr);

  private:
    void update();

    SessionDesk& m_desk;
    RunView m_view;
    LinesModel<Rule>* m_rules;
    LinesModel<Line>* m_limits;
    WhenVisible* m_refresh;
};

} // namespace carry::ui
