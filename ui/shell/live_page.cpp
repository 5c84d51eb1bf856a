// SPDX-License-Identifier: GPL-3.0-or-later
#include "live_page.h"

#include "approval/approval_card.h"
#include "approval/card_feed.h"
#include "approval/session_form.h"
#include "approval/session_tables.h"
#include "approval/venues_page.h"
#include "common/item_views.h"
#include "common/theme.h"
#include "pipeline/lane_view.h"
#include "pipeline/plan_tree.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabWidget>
#include <QTreeView>
#include <QVBoxLayout>

namespace carry::ui
{

LivePage::LivePage(RunSession& session, SessionDesk& desk, QWidget* parent)
    : QWidget(parent), m_session(session), m_desk(desk)
{
    setAccessibleName(tr("Live"));
    setObjectName(QStringLiteral("livePage"));
    m_form = new SessionForm;
    auto* running = new QSplitter(Qt::Horizontal);
    running->addWidget(buildLeft());
    running->addWidget(buildRight());
    running->setStretchFactor(0, 1);
    running->setStretchFactor(1, 6);
    running->setSizes({236, 1204});
    running->setChildrenCollapsible(false);
    m_pages = new QStackedWidget(this);
    m_pages->addWidget(m_form);
    m_pages->addWidget(running);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_pages);
    connect(m_list, &ProposalList::chosen, this, [this](std::uint32_t number) {
        m_tabs->setCurrentIndex(Decision);
        m_feed->show(number);
    });
    connect(m_feed, &CardFeed::shown, this, [this](std::uint32_t number) {
        if (number != 0)
            m_list->setCurrent(number);
    });
    connect(&desk, &SessionDesk::proposalOpened, this, [this] { m_tabs->setCurrentIndex(Decision); });
    connect(&desk, &SessionDesk::stateChanged, this, &LivePage::look);
    connect(&desk, &SessionDesk::changed, this, &LivePage::look);
    look();
}

QWidget* LivePage::buildLeft()
{
    auto* left = new QSplitter(Qt::Vertical);
    m_list = new ProposalList(m_desk);
    m_outside = new OutsideList(m_desk);
    left->addWidget(m_list);
    left->addWidget(m_outside);
    left->setStretchFactor(0, 3);
    left->setStretchFactor(1, 2);
    left->setChildrenCollapsible(false);
    return left;
}

QWidget* LivePage::buildRight()
{
    m_card = new ApprovalCard;
    m_feed = new CardFeed(m_desk, *m_card);
    m_decision = new EmptyStack(m_card, tr("No proposal waits. The next one appears here by itself."));
    auto* plans = new QSplitter(Qt::Vertical);
    auto* tree = new PlanTree(m_session);
    tree->view()->setObjectName(QStringLiteral("livePlanTree"));
    tree->view()->setAccessibleName(tr("Plans of the session"));
    plans->addWidget(tree);
    plans->addWidget(new LanePanel(m_session));
    plans->setStretchFactor(0, 3);
    plans->setStretchFactor(1, 2);
    m_limits = new LimitsPage(m_desk);
    m_venues = new VenuesPage(m_desk);
    m_tabs = new QTabWidget;
    m_tabs->setObjectName(QStringLiteral("liveTabs"));
    m_tabs->setAccessibleName(tr("Session"));
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_decision, tr("Decision"));
    m_tabs->addTab(plans, tr("Plans and lanes"));
    m_tabs->addTab(m_limits, tr("Limits"));
    m_tabs->addTab(m_venues, tr("Venues"));
    m_another = new QPushButton(Theme::instance().icon(QStringLiteral("play")), tr("Ne&w session…"));
    m_another->setObjectName(QStringLiteral("newSession"));
    m_another->setAutoDefault(false);
    m_parity = new QPushButton(Theme::instance().icon(QStringLiteral("compare")), tr("Parit&y with the backtest"));
    m_parity->setObjectName(QStringLiteral("sessionParity"));
    m_parity->setToolTip(tr("Where the P&L of this session parts from that of its backtest, leg by leg"));
    m_parity->setAutoDefault(false);
    auto* corner = new QWidget;
    auto* buttons = new QHBoxLayout(corner);
    buttons->setContentsMargins(0, 0, 0, 0);
    buttons->addWidget(m_parity);
    buttons->addWidget(m_another);
    m_tabs->setCornerWidget(corner);
    connect(m_parity, &QPushButton::clicked, this, [this] {
        if (m_desk.record())
            emit parityWanted(QString::fromStdString(m_desk.record()->info().runId));
    });
    connect(m_another, &QPushButton::clicked, this, &LivePage::showForm);
    return m_tabs;
}

void LivePage::look()
{
    // After its end a session stays on screen until another one is wanted.
    if (m_desk.running())
        m_pages->setCurrentIndex(1);
    m_another->setVisible(!m_desk.active());
    m_parity->setVisible(!m_desk.active() && m_desk.now().ended && !m_desk.now().error);
    m_form->setBusy(m_desk.active());
    const bool nothing = m_desk.proposals().empty() && !m_desk.open();
    if (m_decision->isEmpty() != nothing)
        m_decision->setEmpty(nothing);
    const QString trouble = venueTrouble(m_desk.now());
    m_tabs->setTabIcon(Venues, trouble.isEmpty() ? QIcon() : tintedIcon(QStringLiteral("warning"), colors().critical));
    m_tabs->setTabToolTip(Venues, trouble);
}

void LivePage::showForm()
{
    if (m_desk.active())
        return;
    emit newSessionWanted();
    m_pages->setCurrentIndex(0);
    m_form->startButton()->setFocus();
}

void LivePage::showTab(Tab tab)
{
    m_tabs->setCurrentIndex(tab);
}

void LivePage::showProposal()
{
    m_tabs->setCurrentIndex(Decision);
    if (m_desk.open())
        m_feed->show(m_desk.open()->number);
    m_card->focusHere();
}

} // namespace carry::ui
