// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "preferences.h"

#include <QDialog>

class QButtonGroup;
class QCheckBox;
class QComboBox;
class QTabWidget;

namespace carry::ui
{

class Commands;
class KeyboardPage;

//! What can be chosen, applied and kept at once. Not modal: the window goes on below it.
class SettingsDialog : public QDialog
{
    Q_OBJECT
  public:
    enum Page { Appearance, Replay, Live, Database, Keyboard };

    SettingsDialog(Preferences& preferences, Commands& commands, const QString& database, QWidget* parent = nullptr);

    void showPage(Page page);
    KeyboardPage& keyboard() { return *m_keyboard; }

  private:
    QWidget* appearancePage();
    QWidget* replayPage();
    QWidget* livePage();
    QWidget* databasePage(const QString& file);
    void showPreferences();

    Preferences& m_preferences;
    QTabWidget* m_pages;
    QButtonGroup *m_theme, *m_opens;
    QComboBox* m_speed;
    QCheckBox *m_notifies, *m_sounds;
    KeyboardPage* m_keyboard;
};

} // namespace carry::ui
