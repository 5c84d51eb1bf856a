// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "shell/main_window.h"

#include <QSettings>
#include <QTemporaryDir>
#include <QtTest>
#include <memory>

namespace carry::testing
{

//! The program's window with settings and a database of its own. It opens nothing by itself unless asked to.
struct ScratchWindow {
    explicit ScratchWindow(bool opensRun = false)
    {
        ui::WindowOptions options;
        options.database = place.filePath("runs.db");
        options.presetFolder = place.filePath("presets");
        options.settingsFile = place.filePath("settings.ini");
        options.openLast = opensRun;
        options.components = {{"SQLite", "3.40.1", "blessing (public domain)"}};
        window = std::make_unique<ui::MainWindow>(options);
        window->resize(1440, 900);
        window->show();
        window->activateWindow();
        // Keys go to the active window only.
        [[maybe_unused]] const bool active = QTest::qWaitForWindowActive(window.get());
    }
    template <class Widget> Widget* find(const char* name) const
    {
        return window->findChild<Widget*>(QString::fromLatin1(name));
    }
    QAction* action(const char* id) const { return window->commands().find(QString::fromLatin1(id))->actions.front(); }

    QTemporaryDir place;
    std::unique_ptr<ui::MainWindow> window;
};

} // namespace carry::testing
