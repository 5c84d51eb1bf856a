// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QAction>
#include <QKeySequence>
#include <QObject>
#include <vector>

class QMenu;
class QMenuBar;
class QSettings;
class QWidget;

namespace carry::ui
{

//! Sets the tool tip of an action with its keys behind it, which follow when they are changed.
void setTip(QAction& action, const QString& tip);
//! Keys are shown as people call them: Enter, where Qt says Return. Once for the program.
void nameKeys();
//! "Run (Ctrl+Return)"; the text alone without keys.
QString withKeys(const QString& text, const QKeySequence& keys);
//! A text of a menu without the sign of its mnemonic and without dots for "asks further".
QString plainText(const QString& text);

//! Something the window can do.
struct Command {
    QString id;   //!< objectName of its action
    QString path; //!< where it is found: "View › Theme"
    //! One, or one for each view that offers the same, such as copying rows.
    QList<QAction*> actions;
    QList<QKeySequence> defaults; //!< before anything was changed
    QString text() const { return plainText(actions.front()->text()); }
    QList<QKeySequence> keys() const { return actions.front()->shortcuts(); }
    QString keysText() const { return QKeySequence::listToString(keys(), QKeySequence::NativeText); }
    bool changed() const { return keys() != defaults; }
};

//! All commands of a window, and their keys, of which only those that differ from the defaults are kept.
class Commands : public QObject
{
    Q_OBJECT
  public:
    explicit Commands(QSettings& settings, QObject* parent = nullptr);

    //! Looks for named actions in the menus, then everywhere in the window, and gives them the keys that were kept.
    void collect(QMenuBar& menus, QWidget& window);
    const std::vector<Command>& all() const { return m_commands; }
    const Command* find(const QString& id) const;
    //! Other commands that these keys would call in the same place.
    std::vector<const Command*> conflicts(const QString& id, const QKeySequence& keys) const;
    //! Empty keys: none.
    void setKeys(const QString& id, const QKeySequence& keys);
    void reset(const QString& id);
    void resetAll();

  signals:
    void keysChanged();

  private:
    void addMenu(const QMenu& menu, const QString& path);
    void add(QAction& action, const QString& path);
    void assign(Command& command, const QList<QKeySequence>& keys);
    void restore();

    QSettings& m_settings;
    std::vector<Command> m_commands;
};

} // namespace carry::ui
