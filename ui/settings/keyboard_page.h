// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "common/commands.h"

#include <QWidget>

class QLineEdit;
class QPushButton;
class QSortFilterProxyModel;
class QTableView;

namespace carry::ui
{

class Banner;
class ShortcutModel;

//! Every command with its keys, to look up and to change.
class KeyboardPage : public QWidget
{
    Q_OBJECT
  public:
    explicit KeyboardPage(Commands& commands, QWidget* parent = nullptr);

    //! Tries to give a command other keys; says so where they are taken, and offers to take them over.
    bool change(const QString& id, const QKeySequence& keys);
    QTableView& table() { return *m_table; }
    Banner& message() { return *m_message; }

  private:
    void makeTable();
    QWidget* makeButtons();
    const Command* current() const;
    void updateButtons();
    void sayTaken(const QString& id, const QKeySequence& keys);
    void takeOver(const QString& id, const QKeySequence& keys);

    Commands& m_commands;
    ShortcutModel* m_model;
    QSortFilterProxyModel* m_proxy;
    QLineEdit* m_filter;
    QTableView* m_table;
    Banner* m_message;
    QPushButton *m_change, *m_clear, *m_reset, *m_resetAll;
};

} // namespace carry::ui
