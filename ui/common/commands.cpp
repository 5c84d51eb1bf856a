// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.h"

#include <QCoreApplication>
#include <QDockWidget>
#include <QMenu>
#include <QMenuBar>
#include <QRegularExpression>
#include <QSettings>
#include <QTranslator>
#include <algorithm>
#include <utility>

namespace carry::ui
{
namespace
{

constexpr char kTip[] = "plainToolTip";
const QString kGroup = QStringLiteral("shortcuts/");

void showTip(QAction& action)
{
    const QString text = withKeys(action.property(kTip).toString(), action.shortcut());
    if (text != action.toolTip()) // setting it tells of a change again
        action.setToolTip(text);
}

//! Qt names the actions it makes itself in its own way.
bool isOurs(const QAction& action)
{
    const QString name = action.objectName();
    return !name.isEmpty() && !name.startsWith(QLatin1String("_q_")) && !name.startsWith(QLatin1String("qt_")) &&
           action.menu() == nullptr && !action.isSeparator();
}

//! What the panel or page is called that an action outside the menus belongs to.
QString placeOf(const QAction& action)
{
    for (auto* widget = qobject_cast<QWidget*>(action.parent()); widget != nullptr; widget = widget->parentWidget()) {
        if (const auto* dock = qobject_cast<QDockWidget*>(widget))
            return dock->windowTitle();
        if (!widget->accessibleName().isEmpty())
            return widget->accessibleName();
    }
    return Commands::tr("Window");
}

bool isLocal(const QAction& action)
{
    return action.shortcutContext() == Qt::WidgetShortcut || action.shortcutContext() == Qt::WidgetWithChildrenShortcut;
}

bool contains(const QObject* outer, const QObject* inner)
{
    for (; inner != nullptr; inner = inner->parent())
        if (inner == outer)
            return true;
    return false;
}

//! Widgets in which the keys of a local action work.
std::vector<const QObject*> reachOf(const QAction& action)
{
    std::vector<const QObject*> widgets;
    for (const QObject* each : action.associatedObjects())
        if (each->isWidgetType() && qobject_cast<const QMenu*>(each) == nullptr)
            widgets.push_back(each);
    return widgets;
}

//! Whether both can be asked for by one key: the keys of a local action work in its widgets only.
bool meet(const QAction& a, const QAction& b)
{
    if (!isLocal(a) || !isLocal(b))
        return true;
    const auto inA = reachOf(a);
    const auto inB = reachOf(b);
    return std::any_of(inA.begin(), inA.end(), [&](const QObject* x) {
        return std::any_of(inB.begin(), inB.end(), [x, &a, &b](const QObject* y) {
            return x == y || (a.shortcutContext() != Qt::WidgetShortcut && contains(x, y)) ||
                   (b.shortcutContext() != Qt::WidgetShortcut && contains(y, x));
        });
    });
}

bool meet(const Command& a, const Command& b)
{
    return std::any_of(a.actions.begin(), a.actions.end(), [&b](const QAction* x) {
        return std::any_of(b.actions.begin(), b.actions.end(), [x](const QAction* y) { return meet(*x, *y); });
    });
}

//! One is the beginning of the other, so the longer one could not be typed.
bool collide(const QKeySequence& a, const QKeySequence& b)
{
    return !a.isEmpty() && !b.isEmpty() &&
           (a.matches(b) != QKeySequence::NoMatch || b.matches(a) != QKeySequence::NoMatch);
}

//! Qt asks for the words of keys as for any other text.
class KeyNames final : public QTranslator
{
  public:
    using QTranslator::QTranslator;
    bool isEmpty() const override { return false; }
    QString translate(const char* context, const char* source, const char*, int) const override
    {
        const bool key = qstrcmp(context, "QShortcut") == 0 && qstrcmp(source, "Return") == 0;
        return key ? Commands::tr("Enter", "key") : QString();
    }
};

} // namespace

void nameKeys()
{
    static bool named = false;
    if (!std::exchange(named, true))
        QCoreApplication::installTranslator(new KeyNames(qApp));
}

void setTip(QAction& action, const QString& tip)
{
    const bool first = !action.property(kTip).isValid();
    action.setProperty(kTip, tip);
    if (first)
        QObject::connect(&action, &QAction::changed, &action, [&action] { showTip(action); });
    showTip(action);
}

QString withKeys(const QString& text, const QKeySequence& keys)
{
    return keys.isEmpty()
               ? text
               : Commands::tr("%1 (%2)", "tool tip, keys").arg(text, keys.toString(QKeySequence::NativeText));
}

QString plainText(const QString& text)
{
    // "&&" is a sign of its own, "(&X)" the mnemonic of a language that writes without letters.
    static const QRegularExpression mnemonic(QStringLiteral("\\s*\\(&[^&]\\)|&(.)"));
    QString plain = text;
    plain.replace(mnemonic, QStringLiteral("\\1"));
    if (plain.endsWith(QChar(0x2026)))
        plain.chop(1);
    return plain;
}

Commands::Commands(QSettings& settings, QObject* parent) : QObject(parent), m_settings(settings) {}

void Commands::collect(QMenuBar& menus, QWidget& window)
{
    m_commands.clear();
    for (const QAction* action : menus.actions())
        if (action->menu() != nullptr)
            addMenu(*action->menu(), plainText(action->text()));
    for (QAction* action : window.findChildren<QAction*>())
        add(*action, placeOf(*action));
    restore();
}

void Commands::addMenu(const QMenu& menu, const QString& path)
{
    for (QAction* action : menu.actions()) {
        if (action->menu() != nullptr)
            addMenu(*action->menu(), path + QStringLiteral(" › ") + plainText(action->text()));
        else
            add(*action, path);
    }
}

void Commands::add(QAction& action, const QString& path)
{
    if (!isOurs(action))
        return;
    for (Command& command : m_commands) {
        if (command.id != action.objectName())
            continue;
        if (!command.actions.contains(&action)) {
            command.actions.append(&action);
            command.path = tr("Lists");
        }
        return;
    }
    m_commands.push_back({action.objectName(), path, {&action}, action.shortcuts()});
}

const Command* Commands::find(const QString& id) const
{
    const auto found = std::find_if(m_commands.begin(), m_commands.end(), [&](const Command& c) { return c.id == id; });
    return found == m_commands.end() ? nullptr : &*found;
}

std::vector<const Command*> Commands::conflicts(const QString& id, const QKeySequence& keys) const
{
    std::vector<const Command*> found;
    const Command* self = find(id);
    if (self == nullptr)
        return found;
    for (const Command& other : m_commands) {
        if (&other == self || !meet(*self, other))
            continue;
        const QList<QKeySequence> theirs = other.keys();
        if (std::any_of(theirs.begin(), theirs.end(), [&](const QKeySequence& each) { return collide(keys, each); }))
            found.push_back(&other);
    }
    return found;
}

void Commands::assign(Command& command, const QList<QKeySequence>& keys)
{
    for (QAction* action : command.actions)
        action->setShortcuts(keys);
    if (command.changed())
        m_settings.setValue(kGroup + command.id, QKeySequence::listToString(keys, QKeySequence::PortableText));
    else
        m_settings.remove(kGroup + command.id);
}

void Commands::setKeys(const QString& id, const QKeySequence& keys)
{
    for (Command& command : m_commands)
        if (command.id == id)
            assign(command, keys.isEmpty() ? QList<QKeySequence>{} : QList<QKeySequence>{keys});
    emit keysChanged();
}

void Commands::reset(const QString& id)
{
    for (Command& command : m_commands)
        if (command.id == id)
            assign(command, command.defaults);
    emit keysChanged();
}

void Commands::resetAll()
{
    for (Command& command : m_commands)
        assign(command, command.defaults);
    emit keysChanged();
}

void Commands::restore()
{
    for (Command& command : m_commands) {
        const QVariant kept = m_settings.value(kGroup + command.id);
        if (kept.isValid())
            for (QAction* action : command.actions)
                action->setShortcuts(QKeySequence::listFromString(kept.toString(), QKeySequence::PortableText));
    }
    emit keysChanged();
}

} // namespace carry::ui
