// SPDX-License-Identifier: GPL-3.0-or-later
#include "edit_bar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QShortcut>

namespace carry::ui
{

EditBar::EditBar(QWidget* parent) : QFrame(parent), m_what(new QLabel(this)), m_line(new QLineEdit(this))
{
    setProperty("role", QStringLiteral("banner"));
    setProperty("level", QStringLiteral("info"));
    m_line->setObjectName(QStringLiteral("editBarLine"));
    m_line->setAccessibleName(tr("Text"));
    auto* take = new QPushButton(tr("Apply"), this);
    take->setProperty("primary", true);
    auto* leave = new QPushButton(tr("Cancel"), this);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(10, 6, 6, 6);
    layout->addWidget(m_what);
    layout->addWidget(m_line, 1);
    layout->addWidget(take);
    layout->addWidget(leave);
    m_what->setBuddy(m_line);
    connect(m_line, &QLineEdit::returnPressed, this, &EditBar::apply);
    connect(take, &QPushButton::clicked, this, &EditBar::apply);
    connect(leave, &QPushButton::clicked, this, &EditBar::cancel);
    auto* escape = new QShortcut(Qt::Key_Escape, this);
    escape->setContext(Qt::WidgetWithChildrenShortcut);
    connect(escape, &QShortcut::activated, this, &EditBar::cancel);
    hide();
}

void EditBar::edit(const QString& what, const QString& placeholder, const QString& value,
                   std::function<void(const QString&)> apply)
{
    m_apply = std::move(apply);
    m_what->setText(what);
    m_line->setAccessibleName(what);
    m_line->setPlaceholderText(placeholder);
    m_line->setText(value);
    m_line->selectAll();
    show();
    m_line->setFocus(Qt::ShortcutFocusReason);
}

void EditBar::apply()
{
    const auto apply = std::exchange(m_apply, nullptr);
    hide();
    if (apply)
        apply(m_line->text());
    emit ended();
}

void EditBar::cancel()
{
    m_apply = nullptr;
    hide();
    emit ended();
}

} // namespace carry::ui
