// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QFrame>

namespace carry::ui
{

class ApprovalCard;
class CardFeed;
class SessionDesk;

//! The card as a sheet over a page: comes when a proposal awaits an answer, goes when it has one or with Escape.
class ProposalSheet final : public QFrame
{
    Q_OBJECT
  public:
    //! `page` is its parent, which it follows in size.
    ProposalSheet(SessionDesk& desk, QWidget* page);
    ApprovalCard& card() { return *m_card; }

  public slots:
    void bringUp();

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void place();
    void look();

    SessionDesk& m_desk;
    ApprovalCard* m_card;
    CardFeed* m_feed;
};

} // namespace carry::ui
