// SPDX-License-Identifier: GPL-3.0-or-later
#include "card_feed.h"

#include "session_desk.h"

#include <QEvent>

namespace carry::ui
{

CardFeed::CardFeed(SessionDesk& desk, ApprovalCard& card) : QObject(&card), m_desk(desk), m_card(card)
{
    card.setUser(desk.user());
    card.installEventFilter(this);
    connect(&card, &ApprovalCard::decided, &desk, &SessionDesk::submit);
    connect(&card, &ApprovalCard::partWanted, &desk, &SessionDesk::askPart);
    connect(&desk, &SessionDesk::partAnswered, &card, &ApprovalCard::setPart);
    connect(&desk, &SessionDesk::started, this, [this](const std::shared_ptr<const RunRecord>& record) {
        m_view = RunView(record);
        m_fresh = true;
        m_wanted.reset();
        update();
    });
    connect(&desk, &SessionDesk::proposalOpened, this, [this](auto proposal) { m_wanted = std::move(proposal); });
    connect(&desk, &SessionDesk::changed, this, &CardFeed::update);
}

void CardFeed::show(std::uint32_t number)
{
    if (auto proposal = m_desk.proposal(number)) {
        m_wanted = std::move(proposal);
        update();
    }
}

void CardFeed::put(std::shared_ptr<const Proposal> proposal)
{
    if (m_fresh)
        m_card.setRun(m_desk.record()->info(), m_desk.gate());
    m_fresh = false;
    m_card.setProposal(std::move(proposal));
    emit shown(m_card.proposal() ? m_card.proposal()->number : 0);
}

void CardFeed::update()
{
    if (!m_card.isVisible() || !m_desk.record())
        return;
    if (m_fresh || m_wanted != m_card.proposal())
        put(m_wanted);
    if (!m_wanted || m_view.length() == 0)
        return;
    m_view.seek(m_view.length() - 1);
    ApprovalCard::Present present = presentOf(m_view, *m_wanted);
    std::shared_ptr<const Proposal> part;
    for (const SeenProposal& each : m_desk.proposals()) // the record may be a step behind
        if (each.proposal == m_wanted) {
            present.step = each.step;
            part = each.part;
        }
    present.now = m_desk.now().clock;
    present.open = m_desk.running() && m_desk.open() && m_desk.open()->number == m_wanted->number;
    present.trading = m_desk.now().trading;
    if (present.open)
        present.drift = m_desk.drift();
    const bool open = present.open;
    m_card.setPresent(std::move(present));
    if (!open)
        m_card.setPart(std::move(part));
}

bool CardFeed::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::Show)
        update();
    return QObject::eventFilter(watched, event);
}

} // namespace carry::ui
