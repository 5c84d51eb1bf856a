// SPDX-License-Identifier: GPL-3.0-or-later
#include "floating_notices.h"

#include "theme.h"
#include "words.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

namespace carry::ui
{
namespace
{

constexpr int kWidest = 640;
constexpr int kEdge = 10;
constexpr int kNoteIcon = 14;

} // namespace

FloatingNotices::FloatingNotices(QWidget* over) : QWidget(over), m_layout(new QVBoxLayout(this))
{
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(6);
    over->installEventFilter(this);
    hide();
}

void FloatingNotices::add(QWidget* notice)
{
    m_notices.append(notice);
    m_layout->addWidget(notice);
    notice->installEventFilter(this);
    place();
}

bool FloatingNotices::event(QEvent* event)
{
    if (event->type() == QEvent::LayoutRequest)
        place();
    return QWidget::event(event);
}

bool FloatingNotices::eventFilter(QObject* watched, QEvent* event)
{
    const bool host = watched == parentWidget();
    if (host ? event->type() == QEvent::Resize
             : event->type() == QEvent::ShowToParent || event->type() == QEvent::HideToParent)
        place();
    return false;
}

void FloatingNotices::place()
{
    const bool any = std::ranges::any_of(m_notices, [](const QWidget* notice) { return !notice->isHidden(); });
    setVisible(any);
    if (!any)
        return;
    const QSize room = parentWidget()->size();
    const int width = std::min(room.width() - 2 * kEdge, kWidest);
    m_layout->activate();
    const int height = m_layout->hasHeightForWidth() ? m_layout->heightForWidth(width) : m_layout->sizeHint().height();
    setGeometry((room.width() - width) / 2, room.height() - height - kEdge, width, height);
    raise();
}

NoteStrip::NoteStrip(QWidget* parent)
    : QFrame(parent), m_icon(new QLabel(this)), m_text(new ElidedLabel(this)), m_buttons(new QHBoxLayout),
      m_close(new QToolButton(this))
{
    setProperty("role", QStringLiteral("note"));
    m_close->setObjectName(QStringLiteral("closeNoteButton"));
    m_close->setAutoRaise(true);
    m_close->setIconSize({10, 10});
    m_close->setAccessibleName(tr("Close message"));
    m_close->setToolTip(tr("Close this message"));
    m_buttons->setSpacing(4);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(6, 0, 2, 0);
    layout->setSpacing(6);
    layout->addWidget(m_icon);
    layout->addWidget(m_text, 1);
    layout->addLayout(m_buttons);
    layout->addWidget(m_close);
    connect(m_close, &QToolButton::clicked, this, &NoteStrip::clear);
    connect(&Theme::instance(), &Theme::changed, this, &NoteStrip::paintLevel);
    hide();
}

void NoteStrip::say(Banner::Level level, const QString& text)
{
    clear();
    m_level = level;
    m_text->setText(text);
    setProperty("level", level == Banner::Level::Warning ? QStringLiteral("warning") : QStringLiteral("info"));
    setAccessibleName(text);
    style()->unpolish(this);
    style()->polish(this);
    paintLevel();
    show();
}

QToolButton* NoteStrip::addButton(const QString& text, const std::function<void()>& pressed)
{
    auto* button = new QToolButton(this);
    button->setText(text);
    button->setProperty("role", QStringLiteral("note"));
    button->setFocusPolicy(Qt::TabFocus);
    m_buttons->addWidget(button);
    connect(button, &QToolButton::clicked, this, pressed);
    return button;
}

void NoteStrip::clear()
{
    hide();
    while (QLayoutItem* item = m_buttons->takeAt(0)) {
        item->widget()->hide();
        item->widget()->deleteLater(); // it may be the one that was pressed
        delete item;
    }
}

QString NoteStrip::text() const
{
    return isHidden() ? QString() : m_text->text();
}

void NoteStrip::paintLevel()
{
    const bool warns = m_level == Banner::Level::Warning;
    m_icon->setPixmap(
        tintedIcon(warns ? QStringLiteral("warning") : QStringLiteral("info"), warns ? colors().warn : colors().accent)
            .pixmap(kNoteIcon, kNoteIcon));
    m_close->setIcon(Theme::instance().icon(QStringLiteral("cross")));
}

} // namespace carry::ui
