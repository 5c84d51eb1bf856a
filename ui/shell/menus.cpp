// SPDX-License-Identifier: GPL-3.0-or-later
// The menus of the main window. Every action has a name: by it its keys are kept, and the palette remembers it.
#include "charts/chart_stack.h"
#include "data/data_page.h"
#include "main_window.h"
#include "replay/bookmarks_panel.h"
#include "replay/fork_panel.h"
#include "replay/run_form.h"
#include "replay/transport_bar.h"
#include "replay_page.h"
#include "runs/runs_page.h"

#include <QAbstractItemView>
#include <QActionGroup>
#include <QApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenuBar>
#include <QTabBar>

namespace carry::ui
{
namespace
{

//! In a field of one line Ctrl+Home and Ctrl+End are Home and End once more; to the window they are the start and the
//! end of the run. An editor inside a table keeps them: a fork begins at the cursor, which must not move under it.
class KeysPastFields final : public QObject
{
  public:
    using QObject::QObject;
    bool eventFilter(QObject* watched, QEvent* event) override
    {
        if (event->type() != QEvent::ShortcutOverride)
            return false;
        const auto* field = qobject_cast<const QLineEdit*>(watched);
        const auto* key = static_cast<const QKeyEvent*>(event);
        if (field == nullptr || key->modifiers() != Qt::ControlModifier ||
            (key->key() != Qt::Key_Home && key->key() != Qt::Key_End))
            return false;
        for (const QWidget* each = field->parentWidget(); each != nullptr; each = each->parentWidget())
            if (qobject_cast<const QAbstractItemView*>(each) != nullptr)
                return false;
        event->ignore();
        return true;
    }
};

QAction* named(QAction* action, const char* name)
{
    action->setObjectName(QLatin1String(name));
    return action;
}

//! nullptr stands for a line.
void addAll(QMenu* menu, const QList<QAction*>& actions)
{
    for (QAction* action : actions)
        if (action != nullptr)
            menu->addAction(action);
        else
            menu->addSeparator();
}

} // namespace

void MainWindow::buildMenus()
{
    nameKeys();
    qApp->installEventFilter(new KeysPastFields(this));
    buildFileMenu();
    buildRunMenu();
    buildSessionMenu();
    buildGoMenu();
    buildViewMenu();
    QMenu* runs = menuBar()->addMenu(tr("Run&s"));
    addAll(runs, m_runs->commands());
    m_pageMenus.append({runs, Runs});
    buildHelpMenu();
    m_commands.collect(*menuBar(), *this);
    connect(&m_commands, &Commands::keysChanged, this, &MainWindow::showKeys);
    connect(m_tabs, &QTabBar::currentChanged, this, &MainWindow::updateMenus);
    showKeys();
    updateMenus(m_tabs->currentIndex());
}

void MainWindow::buildFileMenu()
{
    QMenu* file = menuBar()->addMenu(tr("&File"));
    named(file->addAction(tr("&Open data folder…"), QKeySequence::Open, this, [this] { openFolder(); }),
          "openDataFolder");
    named(file->addAction(tr("Use &demo data"), this, [this] { m_controller.loadData(QStringLiteral("demo")); }),
          "useDemoData");
    addAll(file->addMenu(tr("&Export the data report")), m_data->commands());
    file->addSeparator();
    QAction* settings = named(
        file->addAction(tr("&Settings…"), QKeySequence(Qt::CTRL | Qt::Key_Comma), this, [this] { showSettings(); }),
        "settings");
    settings->setIcon(Theme::instance().icon(QStringLiteral("settings")));
    settings->setMenuRole(QAction::PreferencesRole);
    file->addSeparator();
    named(file->addAction(tr("&Quit"), QKeySequence(Qt::CTRL | Qt::Key_Q), this, &QWidget::close), "quit")
        ->setMenuRole(QAction::QuitRole);
}

void MainWindow::buildRunMenu()
{
    QMenu* run = menuBar()->addMenu(tr("&Run"));
    m_runAction = named(
        run->addAction(tr("&Run the preset"), QKeySequence(Qt::CTRL | Qt::Key_Return), this, &MainWindow::startRun),
        "runPreset");
    m_cancelAction =
        named(run->addAction(tr("&Cancel"), QKeySequence(Qt::CTRL | Qt::Key_Period), this, &MainWindow::cancelRun),
              "cancelRun");
    run->addAction(m_askMe);
    run->addSeparator();
    m_parametersAction = named(run->addAction(tr("&Parameters…"), QKeySequence(Qt::CTRL | Qt::Key_P), this,
                                              [this] {
                                                  showWorkspace(Replay);
                                                  m_replay->showParameters();
                                              }),
                               "showParameters");
    m_parametersAction->setIcon(Theme::instance().icon(QStringLiteral("sliders")));
    named(run->addAction(tr("&Fork here…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_F), this,
                         [this] {
                             showWorkspace(Replay);
                             m_replay->showForking();
                         }),
          "forkHere")
        ->setIcon(Theme::instance().icon(QStringLiteral("fork")));
    named(run->addAction(tr("Fork and &go on"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Return), this,
                         [this] {
                             showWorkspace(Replay);
                             m_replay->forking().fork();
                         }),
          "forkNow");
    m_swapAction = named(run->addAction(tr("&Swap with the run beside it"),
                                        QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_X), this, &MainWindow::swapRuns),
                         "swapRuns");
    m_compareAction =
        named(run->addAction(tr("C&ompare with the run beside it"), QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_C), this,
                             &MainWindow::compareBeside),
              "compareBeside");
}

void MainWindow::buildGoMenu()
{
    QMenu* go = menuBar()->addMenu(tr("&Go"));
    addAll(go, m_replay->transport().commands());
    go->addSeparator();
    QAction* date = named(go->addAction(tr("To a &date…"), QKeySequence(Qt::CTRL | Qt::Key_G), this,
                                        [this] {
                                            showWorkspace(Replay);
                                            m_replay->transport().focusTime();
                                        }),
                          "goToDate");
    date->setIcon(Theme::instance().icon(QStringLiteral("calendar")));
    go->addSeparator();
    addAll(go, m_replay->transport().loopCommands());
    go->addSeparator();
    const auto add = [&](const char* name, const char* icon, const QString& text, const QKeySequence& keys,
                         auto* object, auto slot) {
        QAction* action = named(go->addAction(text), name);
        action->setShortcut(keys);
        action->setIcon(Theme::instance().icon(QLatin1String(icon)));
        connect(action, &QAction::triggered, this, [this] { showWorkspace(Replay); }); // what is hidden takes no keys
        connect(action, &QAction::triggered, object, slot);
    };
    add("stopBefore", "stop-before", tr("Stop &before…"), Qt::Key_F10, m_replay, &ReplayPage::showStops);
    add("addBookmark", "bookmark", tr("Boo&kmark here…"), Qt::CTRL | Qt::Key_B, m_replay, &ReplayPage::addBookmark);
    add("nextBookmark", "next-bookmark", tr("Next bookmark"), Qt::CTRL | Qt::Key_PageDown, &m_replay->bookmarks(),
        &BookmarksPanel::goToNext);
    add("previousBookmark", "previous-bookmark", tr("Previous bookmark"), Qt::CTRL | Qt::Key_PageUp,
        &m_replay->bookmarks(), &BookmarksPanel::goToPrevious);
}

void MainWindow::buildViewMenu()
{
    QMenu* view = menuBar()->addMenu(tr("&View"));
    named(view->addAction(tr("&Command palette…"), QKeySequence(Qt::CTRL | Qt::Key_K), this, &MainWindow::openPalette),
          "commandPalette")
        ->setIcon(Theme::instance().icon(QStringLiteral("search")));
    view->addSeparator();
    const std::pair<QString, const char*> workspaces[] = {
        {tr("&Replay"), "showReplay"}, {tr("&Live"), "showLive"}, {tr("R&uns"), "showRuns"}, {tr("&Data"), "showData"}};
    for (const auto& [text, name] : workspaces) {
        const int i = int(m_workspaceActions.size());
        m_workspaceActions.append(named(view->addAction(text, QKeySequence(Qt::CTRL | Qt::Key(Qt::Key_1 + i)), this,
                                                        [this, i] { showWorkspace(i); }),
                                        name));
    }
    view->addSeparator();
    QMenu* panels = view->addMenu(tr("&Panels"));
    panels->addActions(m_replay->panelActions());
    QMenu* charts = view->addMenu(tr("C&harts"));
    charts->addActions(m_replay->charts().paneActions());
    charts->addSeparator();
    charts->addActions(m_replay->charts().commands());
    QMenu* goTo = view->addMenu(tr("&Go to panel"));
    for (QAction* action : m_replay->goToActions()) {
        connect(action, &QAction::triggered, this, [this] { showWorkspace(Replay); });
        goTo->addAction(action);
    }
    m_pageMenus.append({panels, Replay});
    m_pageMenus.append({charts, Replay});
    named(view->addAction(tr("R&eset layout"), m_replay, &ReplayPage::resetLayout), "resetLayout");
    view->addSeparator();
    buildThemeMenu(view->addMenu(tr("&Theme")));
}

void MainWindow::buildThemeMenu(QMenu* menu)
{
    auto* group = new QActionGroup(this);
    const std::tuple<QString, Theme::Mode, const char*> modes[] = {
        {tr("As the &system"), Theme::Mode::System, "themeSystem"},
        {tr("&Light"), Theme::Mode::Light, "themeLight"},
        {tr("&Dark"), Theme::Mode::Dark, "themeDark"}};
    for (const auto& [text, mode, name] : modes) {
        QAction* action =
            named(menu->addAction(text, this, [this, mode = mode] { m_preferences.setTheme(mode); }), name);
        action->setCheckable(true);
        action->setChecked(m_preferences.theme() == mode);
        group->addAction(action);
        connect(&m_preferences, &Preferences::changed, action,
                [this, action, mode = mode] { action->setChecked(m_preferences.theme() == mode); });
    }
}

void MainWindow::buildHelpMenu()
{
    QMenu* help = menuBar()->addMenu(tr("&Help"));
    named(help->addAction(tr("&Keyboard shortcuts…"), QKeySequence(Qt::Key_F1), this,
                          [this] { showSettings(SettingsDialog::Keyboard); }),
          "keyboardShortcuts");
    named(help->addAction(tr("&About Carrydesk"), this, &MainWindow::about), "about")->setMenuRole(QAction::AboutRole);
}

void MainWindow::showKeys()
{
    m_form->setRunKeys(m_runAction->shortcut());
    m_form->setParameterKeys(m_parametersAction->shortcut());
    for (int i = 0; i < m_workspaceActions.size(); ++i)
        m_tabs->setTabToolTip(i, withKeys(m_tabs->tabText(i), m_workspaceActions[i]->shortcut()));
}

void MainWindow::updateMenus(int workspace)
{
    for (const auto& [menu, page] : m_pageMenus)
        menu->menuAction()->setEnabled(page == workspace);
}

} // namespace carry::ui
