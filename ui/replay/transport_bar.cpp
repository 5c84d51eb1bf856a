// SPDX-License-Identifier: GPL-3.0-or-later
#include "transport_bar.h"

#include "common/commands.h"
#include "common/notices.h"
#include "common/number_format.h"
#include "common/theme.h"
#include "player.h"

#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QToolButton>

namespace carry::ui
{

TransportBar::TransportBar(RunSession& session, Player& player, QWidget* parent)
    : QToolBar(tr("Transport"), parent), m_session(session), m_player(player)
{
    setObjectName(QStringLiteral("transport"));
    setAccessibleName(tr("Transport"));
    setMovable(false);
    setIconSize({18, 18});
    add("to-start", tr("To the start"), Qt::CTRL | Qt::Key_Home, &Player::toStart);
    add("step-back", tr("Step back"), Qt::Key_F6, &Player::stepBack);
    m_play = add("play", tr("Play"), Qt::Key_F5, &Player::toggle);
    add("step-forward", tr("Step"), Qt::Key_F7, &Player::stepForward);
    add("to-end", tr("To the end"), Qt::CTRL | Qt::Key_End, &Player::toEnd);
    addLine();
    add("previous-decision", tr("Previous decision"), Qt::SHIFT | Qt::Key_F8, &Player::previousDecision);
    add("next-decision", tr("Next decision"), Qt::Key_F8, &Player::nextDecision);
    QAction* before =
        add("previous-breach", tr("Previous risk warning or breach"), Qt::SHIFT | Qt::Key_F9, &Player::previousBreach);
    QAction* after = add("next-breach", tr("Next risk warning or breach"), Qt::Key_F9, &Player::nextBreach);
    for (QAction* action : {before, after})
        setTip(*action, tr("%1: a risk level that worsens, to warning, critical or breached, or a liquidation. To stop "
                           "before critical ones only, see Stops")
                            .arg(action->text()));
    add("previous-funding", tr("Previous funding"), Qt::CTRL | Qt::SHIFT | Qt::Key_F8, &Player::previousFunding);
    add("next-funding", tr("Next funding"), Qt::CTRL | Qt::Key_F8, &Player::nextFunding);
    addSeparator();
    addLoop();
    addSpeed();
    addSeparator();
    addTime();
    connect(&session, &RunSession::cursorChanged, this, &TransportBar::showCursor);
    connect(&session, &RunSession::recordChanged, this, &TransportBar::showCursor);
    connect(&session, &RunSession::loopChanged, this, &TransportBar::showLoop);
    connect(&player, &Player::playingChanged, this, &TransportBar::showPlaying);
    connect(&player, &Player::speedChanged, this, &TransportBar::showSpeed);
    connect(&Theme::instance(), &Theme::changed, this, [this] { m_time->setFont(Theme::instance().numbers()); });
    showSpeed(player.speed());
    showCursor();
}

QAction* TransportBar::make(const char* icon, const QString& text, const QKeySequence& key, void (Player::*slot)())
{
    auto* action = new QAction(Theme::instance().icon(QLatin1String(icon)), text, this);
    action->setObjectName(QLatin1String(icon));
    action->setShortcut(key);
    setTip(*action, text);
    connect(action, &QAction::triggered, &m_player, slot);
    return action;
}

QAction* TransportBar::add(const char* icon, const QString& text, const QKeySequence& key, void (Player::*slot)())
{
    QAction* action = make(icon, text, key, slot);
    addAction(action);
    m_commands.append(action);
    return action;
}

void TransportBar::addLine()
{
    addSeparator();
    m_commands.append(nullptr);
}

void TransportBar::addLoop()
{
    m_loopFrom = make("loop-from", tr("Loop from here"), Qt::CTRL | Qt::Key_BracketLeft, &Player::loopFromHere);
    m_loopTo = make("loop-to", tr("Loop to here"), Qt::CTRL | Qt::Key_BracketRight, &Player::loopToHere);
    m_loopClear = make("loop-clear", tr("No loop"), Qt::CTRL | Qt::Key_Backslash, &Player::clearLoop);
    setTip(*m_loopFrom, tr("Begin the range that is played again and again at the cursor"));
    setTip(*m_loopTo, tr("End the range that is played again and again at the cursor"));
    setTip(*m_loopClear, tr("Play to the end of the run again"));
    m_loop = new QToolButton(this);
    m_loop->setObjectName(QStringLiteral("loopButton"));
    m_loop->setIcon(Theme::instance().icon(QStringLiteral("loop")));
    m_loop->setAccessibleName(tr("Loop a range"));
    m_loop->setToolTip(tr("Play a range again and again"));
    m_loop->setPopupMode(QToolButton::InstantPopup);
    m_loop->setFocusPolicy(Qt::TabFocus);
    auto* menu = new QMenu(m_loop);
    menu->addActions(loopCommands());
    m_loop->setMenu(menu);
    addWidget(m_loop);
    addSeparator();
}

void TransportBar::addSpeed()
{
    auto* label = new QLabel(tr("Speed"), this);
    label->setContentsMargins(6, 0, 4, 0);
    addWidget(label);
    m_speed = new QComboBox(this);
    m_speed->setAccessibleName(tr("Speed of playing"));
    m_speed->setToolTip(tr("Steps a second while playing; one step is one label of the data"));
    for (const double speed : Player::kSpeeds)
        m_speed->addItem(Player::speedName(speed), speed);
    label->setBuddy(m_speed);
    addWidget(m_speed);
    connect(m_speed, &QComboBox::currentIndexChanged, this, &TransportBar::speedFrom);
}

void TransportBar::addTime()
{
    m_time = new QLineEdit(this);
    m_time->setObjectName(QStringLiteral("cursorTimeLineEdit"));
    m_time->setAccessibleName(tr("Time of the cursor, UTC"));
    m_time->setToolTip(tr("Time of the cursor, UTC. Type another one, such as 2024-08-05 13:00, and press Enter"));
    m_time->setFont(Theme::instance().numbers());
    m_time->setFixedWidth(QFontMetrics(m_time->font()).horizontalAdvance(QStringLiteral("2024-08-05 13:00")) + 24);
    addWidget(m_time);
    auto* zone = new QLabel(tr("UTC"), this);
    zone->setProperty("role", "muted");
    zone->setContentsMargins(4, 0, 0, 0);
    addWidget(zone);
    connect(m_time, &QLineEdit::returnPressed, this, &TransportBar::jump);
    auto* back = new QAction(tr("Time of the cursor again"), m_time);
    back->setShortcut(Qt::Key_Escape);
    back->setShortcutContext(Qt::WidgetShortcut);
    connect(back, &QAction::triggered, this, [this] {
        showCursor();
        emit timeLeft();
    });
    m_time->addAction(back);
}

void TransportBar::focusTime()
{
    m_time->setFocus(Qt::ShortcutFocusReason);
    m_time->selectAll();
    tellAt(*m_time,
           tr("Type a time in UTC, such as 2024-08-05 or 2024-08-05 13:00. Enter goes there, Esc takes it back"));
}

void TransportBar::showCursor()
{
    const bool any = !m_session.empty();
    for (QAction* action : m_commands)
        if (action != nullptr)
            action->setEnabled(any);
    m_time->setEnabled(any);
    m_time->setText(any ? dateTime(m_session.view().time()) : QString());
    markTime({});
    showLoop();
}

void TransportBar::showPlaying(bool playing)
{
    m_play->setIcon(Theme::instance().icon(playing ? QStringLiteral("pause") : QStringLiteral("play")));
    m_play->setText(playing ? tr("Pause") : tr("Play"));
    setTip(*m_play, m_play->text());
}

void TransportBar::showSpeed(double speed)
{
    if (const int index = m_speed->findData(speed); index >= 0)
        m_speed->setCurrentIndex(index);
}

void TransportBar::showLoop()
{
    const bool any = !m_session.empty();
    m_loopFrom->setEnabled(any);
    m_loopTo->setEnabled(any);
    const LoopRange& loop = m_session.loop();
    m_loopClear->setEnabled(any && (loop.from || loop.to));
    m_loop->setEnabled(any);
    QString tip = tr("Play a range again and again");
    if (any && loop.complete())
        tip = tr("Playing %1 to %2 again and again")
                  .arg(dateTime(m_session.record()->time(*loop.from)), dateTime(m_session.record()->time(*loop.to)));
    m_loop->setToolTip(tip);
    m_loop->setAccessibleDescription(tip);
}

void TransportBar::jump()
{
    QString text = m_time->text().trimmed();
    text.replace(QLatin1Char(' '), QLatin1Char('T'));
    if (text.size() == 10)
        text += QStringLiteral("T00:00");
    if (text.count(QLatin1Char(':')) == 1)
        text += QStringLiteral(":00");
    if (!text.endsWith(QLatin1Char('Z')))
        text += QLatin1Char('Z');
    const auto time = parseIsoTime(text.toStdString());
    if (!time)
        return markTime(tr("This is no time. Type for example 2024-08-05 13:00; Esc takes it back"));
    m_player.pause();
    m_session.seek(m_session.view().stepAt(*time));
    showCursor();
    emit timeLeft();
}

void TransportBar::markTime(const QString& wrong)
{
    const bool invalid = !wrong.isEmpty();
    m_time->setAccessibleDescription(wrong);
    if (invalid)
        tellAt(*m_time, wrong);
    if (m_time->property("invalid").toBool() == invalid)
        return; // the cursor moves often, polishing is slow
    m_time->setProperty("invalid", invalid);
    m_time->style()->polish(m_time);
}

void TransportBar::speedFrom(int index)
{
    m_player.setSpeed(m_speed->itemData(index).toDouble());
}

} // namespace carry::ui
