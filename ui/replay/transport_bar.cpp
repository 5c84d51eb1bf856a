// SPDX-License-Identifier: GPL-3.0-or-later
#include "transport_bar.h"

#include "common/number_format.h"
#include "common/theme.h"
#include "player.h"

#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>

namespace carry::ui
{

TransportBar::TransportBar(RunSession& session, Player& player, QWidget* parent)
    : QToolBar(tr("Transport"), parent), m_session(session), m_player(player)
{
    setObjectName(QStringLiteral("transport"));
    setAccessibleName(tr("Transport"));
    setMovable(false);
    setIconSize({18, 18});
    add(QStringLiteral("to-start"), tr("To the start"), QKeySequence(Qt::CTRL | Qt::Key_Home), &Player::toStart);
    add(QStringLiteral("previous-decision"), tr("Previous decision"), QKeySequence(Qt::SHIFT | Qt::Key_F8),
        &Player::previousDecision);
    add(QStringLiteral("step-back"), tr("Step back"), QKeySequence(Qt::Key_F6), &Player::stepBack);
    m_play = add(QStringLiteral("play"), tr("Play"), QKeySequence(Qt::Key_F5), &Player::toggle);
    add(QStringLiteral("step-forward"), tr("Step"), QKeySequence(Qt::Key_F7), &Player::stepForward);
    add(QStringLiteral("next-decision"), tr("Next decision"), QKeySequence(Qt::Key_F8), &Player::nextDecision);
    add(QStringLiteral("to-end"), tr("To the end"), QKeySequence(Qt::CTRL | Qt::Key_End), &Player::toEnd);
    addSeparator();

    auto* speedLabel = new QLabel(tr("Speed"), this);
    speedLabel->setContentsMargins(6, 0, 4, 0);
    addWidget(speedLabel);
    m_speed = new QComboBox(this);
    m_speed->setAccessibleName(tr("Speed of playing"));
    m_speed->setToolTip(tr("Steps a second while playing; one step is one label of the data"));
    for (const int speed : {1, 10, 100, 1000})
        m_speed->addItem(tr("%1×").arg(speed), double(speed));
    m_speed->addItem(tr("max"), Player::kMaxSpeed);
    m_speed->setCurrentIndex(2);
    speedLabel->setBuddy(m_speed);
    addWidget(m_speed);
    connect(m_speed, &QComboBox::currentIndexChanged, this, &TransportBar::speedFrom);
    addSeparator();

    m_time = new QLineEdit(this);
    m_time->setAccessibleName(tr("Time of the cursor, UTC"));
    m_time->setToolTip(tr("Time of the cursor, UTC. Type another one, such as 2024-08-05 13:00, and press Enter"));
    m_time->setFont(Theme::instance().numbers());
    m_time->setFixedWidth(QFontMetrics(m_time->font()).horizontalAdvance(QStringLiteral("2024-08-05 13:00:00")) + 24);
    addWidget(m_time);
    auto* zone = new QLabel(tr("UTC"), this);
    zone->setProperty("role", "muted");
    zone->setContentsMargins(4, 0, 0, 0);
    addWidget(zone);
    connect(m_time, &QLineEdit::returnPressed, this, &TransportBar::jump);
    connect(&session, &RunSession::cursorChanged, this, &TransportBar::showCursor);
    connect(&session, &RunSession::recordChanged, this, &TransportBar::showCursor);
    connect(&player, &Player::playingChanged, this, &TransportBar::showPlaying);
    connect(&Theme::instance(), &Theme::changed, this, [this] { m_time->setFont(Theme::instance().numbers()); });
    showCursor();
}

QAction* TransportBar::add(const QString& icon, const QString& text, const QKeySequence& key, void (Player::*slot)())
{
    auto* action = addAction(Theme::instance().icon(icon), text);
    action->setShortcut(key);
    action->setToolTip(tr("%1 (%2)").arg(text, key.toString(QKeySequence::NativeText)));
    connect(action, &QAction::triggered, &m_player, slot);
    m_commands.append(action);
    return action;
}

void TransportBar::showCursor()
{
    const bool any = !m_session.empty();
    for (QAction* action : m_commands)
        action->setEnabled(any);
    m_time->setEnabled(any);
    m_time->setText(any ? dateTime(m_session.view().time()) : QString());
}

void TransportBar::showPlaying(bool playing)
{
    m_play->setIcon(Theme::instance().icon(playing ? QStringLiteral("pause") : QStringLiteral("play")));
    m_play->setText(playing ? tr("Pause") : tr("Play"));
    m_play->setToolTip(tr("%1 (%2)").arg(m_play->text(), m_play->shortcut().toString(QKeySequence::NativeText)));
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
    m_time->setProperty("invalid", !time);
    m_time->style()->polish(m_time);
    if (!time) {
        m_time->setToolTip(tr("This is no time. Type for example 2024-08-05 13:00"));
        return;
    }
    m_player.pause();
    m_session.seek(m_session.view().stepAt(*time));
    showCursor();
}

void TransportBar::speedFrom(int index)
{
    m_player.setSpeed(m_speed->itemData(index).toDouble());
}

} // namespace carry::ui
