// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/log.h"
#include "common/theme.h"
#include "components.h"
#include "shell/main_window.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QStandardPaths>
#include <csignal>
#include <cstdio>

namespace
{

struct Arguments {
    carry::ui::WindowOptions window;
    QString theme;
    bool measureStart = false;
};

Arguments readArguments(const QApplication& application)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QCoreApplication::translate("main", "A workstation for carry trades: backtest, replay and inspect."));
    parser.addHelpOption();
    parser.addVersionOption();
    const QString data = QStandardPaths::writableLocation(QStandardPaths::AppDataLocation);
    const QCommandLineOption database(QStringLiteral("db"),
                                      QCoreApplication::translate("main", "SQLite file that keeps the runs."),
                                      QStringLiteral("FILE"), QDir(data).filePath(QStringLiteral("runs.db")));
    const QCommandLineOption source(QStringLiteral("data"),
                                    QCoreApplication::translate("main", "Folder of market files, or 'demo'."),
                                    QStringLiteral("DIR"), QStringLiteral("demo"));
    const QCommandLineOption preset(QStringLiteral("preset"),
                                    QCoreApplication::translate("main", "Preset of the first run."),
                                    QStringLiteral("NAME"), QStringLiteral("btc-basis"));
    const QCommandLineOption theme(
        QStringLiteral("theme"), QCoreApplication::translate("main", "light, dark or system."), QStringLiteral("NAME"));
    const QCommandLineOption settings(QStringLiteral("settings"),
                                      QCoreApplication::translate("main", "File that remembers the layout."),
                                      QStringLiteral("FILE"));
    QCommandLineOption measure(QStringLiteral("measure-start"));
    measure.setFlags(QCommandLineOption::HiddenFromHelp); // says "shown" after the first paint, for the benchmark
    parser.addOptions({database, source, preset, theme, settings, measure});
    parser.process(application);
    Arguments a;
    a.window.database = parser.value(database);
    a.window.presetFolder = QDir(data).filePath(QStringLiteral("presets"));
    a.window.data = parser.value(source);
    a.window.preset = parser.value(preset);
    a.window.settingsFile = parser.value(settings);
    a.window.components = linkedComponents();
    a.theme = parser.value(theme);
    a.measureStart = parser.isSet(measure);
    return a;
}

carry::ui::Theme::Mode themeOf(const Arguments& a)
{
    using Mode = carry::ui::Theme::Mode;
    if (a.theme == QLatin1String("light"))
        return Mode::Light;
    if (a.theme == QLatin1String("dark"))
        return Mode::Dark;
    if (a.theme == QLatin1String("system"))
        return Mode::System;
    const QSettings settings =
        a.window.settingsFile.isEmpty() ? QSettings() : QSettings(a.window.settingsFile, QSettings::IniFormat);
    return Mode(std::clamp(settings.value(QStringLiteral("window/theme"), 0).toInt(), 0, 2));
}

} // namespace

int main(int argc, char** argv)
{
    QCoreApplication::setOrganizationName(QStringLiteral("Carrydesk"));
    QCoreApplication::setApplicationName(QStringLiteral("carrydesk"));
    QCoreApplication::setApplicationVersion(QStringLiteral(CARRYDESK_VERSION));
    QApplication application(argc, argv);
    carry::setUpLog();
    const Arguments arguments = readArguments(application);
    carry::ui::Theme::instance().apply(application, themeOf(arguments));
    carry::ui::MainWindow window(arguments.window);
    if (arguments.measureStart)
        QObject::connect(&window, &carry::ui::MainWindow::firstShown, [] {
            std::puts("shown");
            std::fflush(stdout);
            QCoreApplication::exit(0);
        });
    window.show();
    const int status = QApplication::exec();
    carry::ui::BackgroundThreads::shutdown();
    return status;
}
