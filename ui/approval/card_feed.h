// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "approval_card.h"

#include <QObject>

namespace carry::ui
{

class SessionDesk;

//! Shows proposals of a session on a card and hands what is decided to it. A card that cannot be seen is left alone
//! until it can.
class CardFeed final : public QObject
{
    Q_OBJECT
  public:
    CardFeed(SessionDesk& desk, ApprovalCard& card);

    //! An earlier proposal of the session; the next one that opens takes its place.
    void show(std::uint32_t number);

  signals:
    void shown(std::uint32_t number); //!< another proposal is on the card; 0: none

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void update();
    void put(std::shared_ptr<const Proposal> proposal);

    SessionDesk& m_desk;
    ApprovalCard& m_card;
    RunView m_view;
    std::shared_ptr<const Proposal> m_wanted; //!< what the card shows as soon as it can be seen
    bool m_fresh = false;                     //!< another run since the card was last told
};

} // namespace carry::ui
