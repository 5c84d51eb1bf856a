// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "common/run_session.h"

#include <QWidget>

class QPushButton;
class QStackedWidget;
class QTabWidget;

namespace carry::ui
{

class ApprovalCard;
class CardFeed;
class EmptyStack;
class LimitsPage;
class OutsideList;
class ProposalList;
class SessionDesk;
class SessionForm;
class VenuesPage;

//! Where decisions that need a person are approved: a session is started here, its proposals wait on a card, and their
//! plans are watched while they are carried out.
class LivePage : public QWidget
{
    Q_OBJECT
  public:
    enum Tab { Decision, Plan, Limits, Venues };

    LivePage(RunSession& session, SessionDesk& desk, QWidget* parent = nullptr);

    SessionForm& form() { return *m_form; }
    ApprovalCard& card() { return *m_card; }
    void showTab(Tab tab);

    //! What a session is to be, while none runs.
    void showForm();

  signals:
    void newSessionWanted();
    void parityWanted(const QString& runId); //!< of the session that has ended

  public slots:
    //! The keyboard goes to the proposal that waits.
    void showProposal();

  private:
    QWidget* buildLeft();
    QWidget* buildRight();
    void look();

    RunSession& m_session;
    SessionDesk& m_desk;
    QStackedWidget* m_pages; //!< the form, or a session
    SessionForm* m_form;
    ProposalList* m_list;
    OutsideList* m_outside;
    LimitsPage* m_limits;
    VenuesPage* m_venues;
    QTabWidget* m_tabs;
    QPushButton* m_another; //!< back to the form, when nothing runs
    QPushButton* m_parity;
    EmptyStack* m_decision;
    ApprovalCard* m_card;
    CardFeed* m_feed;
};

} // namespace carry::ui
