// SPDX-License-Identifier: GPL-3.0-or-later
#include "proposal_sheet.h"

#include "approval_card.h"
#include "card_feed.h"
#include "common/theme.h"
#include "session_desk.h"

#include <QEvent>
#include <QLabel>
#include <QPushButton>
#include <QShortcut>
#include <QVBoxLayout>

namespace carry::ui
{
namespace
{

constexpr int kRim = 24; // that stays visible of the page below
constexpr QSize kLargest{1180, 760};

} // namespace

ProposalSheet::ProposalSheet(SessionDesk& desk, QWidget* page) : QFrame(page), m_desk(desk)
{
    setObjectName(QStringLiteral("proposalSheet"));
    setAccessibleName(tr("Proposal that waits"));
    setProperty("role", QStringLiteral("card"));
    setAutoFillBackground(true);
    m_card = new ApprovalCard(this);
    m_card->setFrameShape(QFrame::NoFrame);
    m_feed = new CardFeed(desk, *m_card);
    auto* hint = new QLabel(tr("The run waits for your answer."), this);
    hint->setProperty("role", "muted");
    auto* later =
        new QPushButton(Theme::instance().icon(QStringLiteral("chevron-down")), tr("Look at the run first"), this);
    later->setObjectName(QStringLiteral("sheetLater"));
    later->setToolTip(tr("Escape; the button above brings the proposal back"));
    later->setAutoDefault(false);
    auto* row = new QHBoxLayout;
    row->addWidget(hint);
    row->addStretch(1);
    row->addWidget(later);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 6, 8, 8);
    layout->addLayout(row);
    layout->addWidget(m_card, 1);
    auto* escape = new QShortcut(Qt::Key_Escape, this);
    escape->setContext(Qt::WidgetWithChildrenShortcut);
    connect(escape, &QShortcut::activated, this, &QWidget::hide);
    connect(later, &QPushButton::clicked, this, &QWidget::hide);
    connect(&desk, &SessionDesk::proposalOpened, this, [this] {
        if (m_desk.now().mode == SessionMode::Backtest)
            bringUp();
    });
    connect(&desk, &SessionDesk::changed, this, &ProposalSheet::look);
    connect(&desk, &SessionDesk::stateChanged, this, &ProposalSheet::look);
    page->installEventFilter(this);
    hide();
}

void ProposalSheet::bringUp()
{
    place();
    show();
    raise();
    if (parentWidget()->isVisible())
        m_card->focusHere();
}

void ProposalSheet::look()
{
    if (!isHidden() && (!m_desk.running() || !m_desk.open()))
        hide();
}

void ProposalSheet::place()
{
    const QSize room = parentWidget()->size() - QSize(2 * kRim, 2 * kRim);
    const QSize size = kLargest.boundedTo(room);
    setGeometry(QRect(
        QPoint((parentWidget()->width() - size.width()) / 2, parentWidget()->height() - size.height() - kRim), size));
}

bool ProposalSheet::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == parentWidget() && event->type() == QEvent::Resize && !isHidden())
        place();
    return QFrame::eventFilter(watched, event);
}

} // namespace carry::ui
