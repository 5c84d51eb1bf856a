// SPDX-License-Identifier: GPL-3.0-or-later
#include "session_bar.h"

#include "approval_words.h"
#include "common/commands.h"
#include "common/edit_bar.h"
#include "common/notices.h"
#include "common/number_format.h"
#include "common/theme.h"
#include "session_desk.h"
#include "venues_page.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>

namespace carry::ui
{
namespace
{

constexpr std::array kSpeeds{1.0, 10.0, 60.0, 360.0, 720.0, 3600.0};

QColor modeColor(SessionMode mode)
{
    const Colors& c = colors();
    switch (mode) {
    case SessionMode::Backtest:
        return c.accent;
    case SessionMode::Paper:
        return c.warn;
    case SessionMode::Live:
        return c.critical;
    }
    return c.text;
}

QString modeWord(SessionMode mode)
{
    switch (mode) {
    case SessionMode::Backtest:
        return SessionBar::tr("BACKTEST");
    case SessionMode::Paper:
        return SessionBar::tr("PAPER");
    case SessionMode::Live:
        return SessionBar::tr("LIVE");
    }
    return {};
}

} // namespace

QString modeBadge(SessionMode mode)
{
    return QStringLiteral("<b style='color:%1'>%2</b>").arg(modeColor(mode).name(), modeWord(mode));
}

SessionBar::SessionBar(SessionDesk& desk, QWidget* parent) : QFrame(parent), m_desk(desk)
{
    setObjectName(QStringLiteral("sessionBar"));
    setAccessibleName(tr("Session"));
    setProperty("role", QStringLiteral("card"));
    makeCommands();
    const auto label = [this](const QString& name) {
        auto* made = new QLabel(this);
        made->setAccessibleName(name);
        return made;
    };
    m_mode = label(tr("Mode of the session"));
    m_mode->setObjectName(QStringLiteral("sessionMode"));
    m_tradingIcon = new QLabel(this);
    m_trading = label(tr("State of trading"));
    m_trading->setObjectName(QStringLiteral("tradingState"));
    m_clock = label(tr("Clock of the session, UTC"));
    m_clock->setFont(Theme::instance().numbers());
    m_feed = new ElidedLabel(this); // whatever it says, the window keeps its width
    m_feed->setObjectName(QStringLiteral("feedState"));
    m_waiting = new QPushButton(this);
    m_waiting->setObjectName(QStringLiteral("waitingButton"));
    m_waiting->setProperty("primary", true);
    m_waiting->setAccessibleName(tr("To the proposal that waits"));
    connect(m_waiting, &QPushButton::clicked, m_goTo, &QAction::trigger);
    m_trouble = new QPushButton(this);
    m_trouble->setObjectName(QStringLiteral("venueTrouble"));
    m_trouble->setAccessibleName(tr("Trouble at the venues"));
    m_trouble->hide();
    connect(m_trouble, &QPushButton::clicked, this, &SessionBar::venuesWanted);
    m_pauseButton = new QToolButton(this);
    m_pauseButton->setDefaultAction(m_pause);
    m_pauseButton->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_pauseButton->setFocusPolicy(Qt::TabFocus);
    m_speed = new QComboBox(this);
    m_speed->setObjectName(QStringLiteral("sessionSpeed"));
    m_speed->setAccessibleName(tr("Simulated seconds a second"));
    m_speed->setToolTip(m_speed->accessibleName());
    for (const double speed : kSpeeds)
        m_speed->addItem(tr("%1×").arg(QLocale().toString(speed, 'f', 0)), speed);
    m_speed->addItem(tr("max"), TapeFeed::kUnpaced);
    m_stateButton = new QToolButton(this);
    m_stateButton->setText(tr("Trading"));
    m_stateButton->setAccessibleName(tr("Change the state of trading"));
    m_stateButton->setPopupMode(QToolButton::InstantPopup);
    m_stateButton->setFocusPolicy(Qt::TabFocus);
    auto* states = new QMenu(m_stateButton);
    states->setTitle(tr("Trading"));
    states->addActions({m_active, m_reducing});
    m_stateButton->setMenu(states);
    m_killButton = new QPushButton(this);
    m_killButton->setObjectName(QStringLiteral("killButton"));
    m_killButton->setIcon(tintedIcon(QStringLiteral("stop"), colors().critical));
    m_killButton->setText(tr("Kill switch"));
    connect(m_killButton, &QPushButton::clicked, m_kill, &QAction::trigger);
    m_flattenButton = new QPushButton(tr("Flatten: propose to leave"), this);
    m_flattenButton->setObjectName(QStringLiteral("flattenButton"));
    connect(m_flattenButton, &QPushButton::clicked, m_flatten, &QAction::trigger);
    m_reason = new EditBar(this);
    for (QPushButton* button : {m_trouble, m_waiting, m_killButton, m_flattenButton})
        button->setAutoDefault(false);

    auto* row = new QHBoxLayout;
    for (QWidget* each : std::initializer_list<QWidget*>{m_mode, m_tradingIcon, m_trading, m_clock})
        row->addWidget(each);
    row->addWidget(m_feed, 1);
    for (QWidget* each : std::initializer_list<QWidget*>{m_trouble, m_waiting, m_pauseButton, m_speed, m_stateButton,
                                                         m_flattenButton, m_killButton})
        row->addWidget(each);
    row->setSpacing(8);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(10, 4, 8, 4);
    layout->setSpacing(2);
    layout->addLayout(row);
    layout->addWidget(m_reason);
    connect(m_speed, &QComboBox::activated, this,
            [this](int index) { m_desk.setSpeed(m_speed->itemData(index).toDouble()); });
    connect(&desk, &SessionDesk::changed, this, &SessionBar::refresh);
    connect(&desk, &SessionDesk::stateChanged, this, &SessionBar::refresh);
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        m_killButton->setIcon(tintedIcon(QStringLiteral("stop"), colors().critical));
        refresh();
    });
    refresh();
}

QSize SessionBar::minimumSizeHint() const
{
    constexpr int kWidest = 1'140;
    const QSize needed = QFrame::minimumSizeHint();
    return {std::min(needed.width(), kWidest), needed.height()};
}

QAction* SessionBar::command(const char* name, const char* icon, const QString& text)
{
    auto* action = new QAction(Theme::instance().icon(QLatin1String(icon)), text, this);
    action->setObjectName(QLatin1String(name));
    m_commands.append(action);
    return action;
}

void SessionBar::makeCommands()
{
    m_goTo = command("goToProposal", "pause", tr("&Go to the proposal"));
    m_goTo->setShortcut(Qt::CTRL | Qt::Key_J);
    connect(m_goTo, &QAction::triggered, this, &SessionBar::proposalWanted);
    m_pause = command("pauseSession", "pause", tr("&Pause"));
    m_pause->setShortcut(Qt::CTRL | Qt::SHIFT | Qt::Key_H);
    m_pause->setToolTip(tr("The session's clock stands; what waits for an answer can be answered"));
    m_pause->setCheckable(true);
    connect(m_pause, &QAction::triggered, &m_desk, &SessionDesk::setPaused);
    m_active = command("tradingActive", "play", tr("Trading &ACTIVE…"));
    connect(m_active, &QAction::triggered, this, [this] { askState(TradingState::Active); });
    m_reducing = command("tradingReducing", "half", tr("Trading &REDUCING…"));
    connect(m_reducing, &QAction::triggered, this, [this] { askState(TradingState::Reducing); });
    m_kill = command("killSwitch", "stop", tr("&Kill switch: nothing more leaves"));
    m_kill->setShortcut(Qt::CTRL | Qt::SHIFT | Qt::Key_K);
    connect(m_kill, &QAction::triggered, &m_desk, &SessionDesk::kill);
    m_flatten = command("flatten", "to-end", tr("&Flatten: propose to leave everything"));
    m_flatten->setToolTip(tr("Trading is halted first; then a plan is proposed that closes both legs together"));
    connect(m_flatten, &QAction::triggered, &m_desk, &SessionDesk::flatten);
    m_endFeed = command("endFeed", "to-end", tr("E&nd the feed: no more messages are taken"));
    connect(m_endFeed, &QAction::triggered, &m_desk, &SessionDesk::endFeed);
    m_end = command("endSession", "stop", tr("&End the session"));
    connect(m_end, &QAction::triggered, &m_desk, &SessionDesk::stop);
}

//! The gate wants a reason, which the audit trail keeps.
void SessionBar::askState(TradingState state)
{
    const QString word = ApprovalWords::tradingState(state).word;
    m_reason->edit(tr("Reason for %1").arg(word), tr("kept in the audit trail"), {},
                   [this, state](const QString& reason) {
                       if (!reason.trimmed().isEmpty())
                           m_desk.setTrading(state, reason.trimmed());
                   });
}

void SessionBar::refresh()
{
    const SessionState& now = m_desk.now();
    const bool running = m_desk.running();
    setVisible(m_desk.active());
    const TradingState trading = now.trading;
    const bool waits = running && m_desk.open() != nullptr;
    m_goTo->setEnabled(waits);
    for (QAction* action : {m_pause, m_kill, m_end})
        action->setEnabled(running);
    m_active->setEnabled(running && trading != TradingState::Active);
    m_reducing->setEnabled(running && trading != TradingState::Reducing);
    m_flatten->setEnabled(running);
    m_killButton->setEnabled(running && trading != TradingState::Halted);
    m_killButton->setToolTip(withKeys(m_kill->toolTip(), m_kill->shortcut()));
    m_flattenButton->setVisible(running && trading == TradingState::Halted);
    m_pause->setChecked(now.paused);
    m_waiting->setVisible(waits);
    if (waits)
        m_waiting->setText(tr("Proposal %1 waits").arg(m_desk.open()->number));
    const QString trouble = running ? venueTrouble(now) : QString();
    m_trouble->setVisible(!trouble.isEmpty());
    m_trouble->setText(trouble.section(QStringLiteral(" · "), 0, 0));
    m_trouble->setToolTip(tr("%1. Show the venues").arg(trouble));
    m_trouble->setAccessibleDescription(trouble);
    m_trouble->setIcon(tintedIcon(QStringLiteral("warning"), colors().critical));
    if (!running && m_reason->isVisible())
        m_reason->cancel();
    m_mode->setText(modeBadge(now.mode));
    const Badge badge = ApprovalWords::tradingState(trading);
    m_tradingIcon->setPixmap(badge.pixmap().pixmap(16, 16));
    m_trading->setText(QStringLiteral("<b style='color:%1'>%2</b>").arg(toneColor(badge.tone).name(), badge.word));
    m_trading->setToolTip(m_desk.tradingBy().toHtmlEscaped());
    const QSignalBlocker blocker(m_speed);
    m_speed->setCurrentIndex(m_speed->findData(now.speed));
    showFeed();
}

namespace
{

QString messageText(const MessageState& messages)
{
    const FeedStatus& status = messages.status;
    if (messages.ended)
        return SessionBar::tr("feed ended");
    QStringList parts;
    if (status.silent)
        parts << SessionBar::tr("silent for %1")
                     .arg(duration(double(status.silence.value_or(Duration{}).count()) / 1'000));
    if (status.blocked)
        parts << SessionBar::tr("a message is missing for %1")
                     .arg(duration(double(status.gap.value_or(Duration{}).count()) / 1'000));
    for (const StaleSeries& series : status.stale)
        parts << QString::fromStdString(series.name);
    if (status.state == FeedState::Stale)
        return SessionBar::tr("feed STALE: %1").arg(parts.join(QStringLiteral(", ")));
    QString text = SessionBar::tr("feed connected: %1 messages").arg(QLocale().toString(messages.counters.accepted));
    if (const auto lost = messages.counters.late + messages.counters.missing + messages.counters.broken; lost > 0)
        text += SessionBar::tr(", %1 late, missing or refused").arg(QLocale().toString(lost));
    return text;
}

} // namespace

void SessionBar::showFeed()
{
    const SessionState& now = m_desk.now();
    m_clock->setText(m_desk.running() ? dateTimeSeconds(now.clock) + tr(" UTC") : QString());
    m_speed->setVisible(!now.messages); // its sender's
    m_endFeed->setEnabled(m_desk.running() && now.messages && !now.messages->ended);
    const bool stale = now.messages && now.messages->status.state == FeedState::Stale && !now.messages->ended;
    QString text;
    if (!m_desk.running())
        text = now.messages ? tr("waits for the first messages") : tr("starting");
    else if (now.replaying)
        text = tr("resumed: on the way to where it was");
    else if (stale)
        text = messageText(*now.messages);
    else if (now.paused)
        text = tr("paused");
    else if (now.held != HeldFor::Nothing)
        text = m_desk.open() ? tr("held: waits for your decision")
                             : tr("at the end: balances that differ wait for an answer");
    else if (now.messages)
        text = messageText(*now.messages);
    else
        text = tr("feed connected: tape, last data %1 ago")
                   .arg(duration(double(std::max(Duration{}, now.clock - now.step).count()) / 1'000));
    if (now.storeError)
        text += tr(" · not kept: %1").arg(Words::errorName(*now.storeError));
    m_feed->setText(text);
    QPalette palette;
    palette.setColor(m_feed->foregroundRole(), stale ? colors().critical : colors().muted);
    m_feed->setPalette(palette);
}

} // namespace carry::ui
