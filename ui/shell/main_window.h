// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "approval/session_desk.h"
#include "common/background.h"
#include "common/commands.h"
#include "common/run_session.h"
#include "common/theme.h"
#include "replay/player.h"
#include "replay/run_bookmarks.h"
#include "replay/run_controller.h"
#include "replay/run_draft.h"
#include "settings/about_dialog.h"
#include "settings/preferences.h"
#include "settings/settings_dialog.h"

#include <QMainWindow>
#include <QSettings>

class QLabel;
class QMenu;
class QStackedWidget;
class QTabBar;

namespace carry::ui
{

class Banner;
class CommandPalette;
class DataPage;
class LivePage;
class NoteStrip;
class ProgressStrip;
class ProposalSheet;
class ReplayPage;
class RunForm;
class RunsPage;
class SessionBar;
class StatusPanel;
struct PaletteEntry;

//! How the window is started.
struct WindowOptions {
    QString database;                      //!< file that keeps the runs
    QString settingsFile;                  //!< where the layout is remembered; empty: as the platform does it
    QString presetFolder;                  //!< where own presets are kept; empty: they cannot be kept
    QString data = QStringLiteral("demo"); //!< what to run on the first start: "demo" or a folder
    QString preset = QStringLiteral("demo-tour");
    bool openLast = true; //!< show what Preferences::opens() says: the newest stored run, or with none of them `preset`
    std::vector<Component> components; //!< what the program is made of, for "about"
};

//! The frame: workspaces, header with what to run, notices, status. Knows no finance; everything that takes time goes
//! to other threads.
class MainWindow : public QMainWindow
{
    Q_OBJECT
  public:
    enum Workspace { Replay, Live, Runs, Data };

    explicit MainWindow(const WindowOptions& options);
    ~MainWindow() override;

    RunSession& session() { return m_session; }
    SessionDesk& desk() { return m_desk; }
    LivePage& live() { return *m_live; }
    RunController& controller() { return m_controller; }
    Player& player() { return m_player; }
    ReplayPage& replay() { return *m_replay; }
    RunsPage& runs() { return *m_runs; }
    DataPage& dataPage() { return *m_data; }
    RunForm& form() { return *m_form; }
    RunDraft& draft() { return m_draft; }
    RunBookmarks& bookmarks() { return m_bookmarks; }
    Banner& banner() { return *m_banner; }
    NoteStrip& note() { return *m_note; }
    Commands& commands() { return m_commands; }
    Preferences& preferences() { return m_preferences; }

  public slots:
    void showWorkspace(int workspace);
    //! Shows a stored run with the cursor at its end, or at a time (ms since 1970).
    void openRun(const QString& runId, qint64 atMs = -1);
    //! The same with another run drawn beside it.
    void openBeside(const QString& runId, const QString& referenceId, qint64 atMs);
    void startRun();
    //! Runs the shown run on from its cursor, as the configuration says, beside the shown one.
    void fork(const carry::RunConfiguration& configuration);
    //! Shows the run that is drawn beside, at the same time, and draws the shown one beside it.
    void swapRuns();
    //! Compares the run that is drawn beside with the shown one.
    void compareBeside();
    //! What the header says, at the pace and with the gate that the Live workspace says.
    void startSession();
    //! The card comes to the front and gets the keyboard.
    void showProposal();
    void openPalette();
    void showSettings(carry::ui::SettingsDialog::Page page = SettingsDialog::Appearance);
    void about();

  signals:
    void firstShown(); //!< after the first paint
    void runOpened();  //!< a run is on screen: a stored one, or the beginning of a new one
    void runEnded();   //!< the run under way has ended and is stored, or could not be

  protected:
    void showEvent(QShowEvent* event) override;
    void closeEvent(QCloseEvent* event) override;

  private:
    void buildHeader();
    // menus.cpp
    void buildMenus();
    void buildFileMenu();
    void buildRunMenu();
    void buildGoMenu();
    void buildViewMenu();
    void buildThemeMenu(QMenu* menu);
    void buildHelpMenu();
    void showKeys();
    void updateMenus(int workspace);
    // window_tools.cpp
    std::vector<PaletteEntry> paletteEntries();
    // forking.cpp
    void connectForking();
    void connectNotes();
    void offerSwap();
    void endPair();
    void offerComparison(const BacktestResult& result);
    // live.cpp
    void connectLive();
    void buildSessionMenu();
    QAction* makeAskMe();
    void describeSession();
    void startAsking(const RunRequest& request);
    void launch(const RunRequest& request, SessionOptions options);
    void resumeSession(const RunRequest& request);
    void cancelRun();
    // main_window.cpp
    bool busy() const { return m_controller.busy() || m_desk.active(); }
    void connectController();
    void connectPages();
    void begin();
    void showFirst(const Result<std::vector<RunListItem>>& runs, bool wanted, bool cutOff);
    void offerResume(const std::vector<RunListItem>& interrupted);
    void resumeRun(const RunListItem& run);
    void showLoaded(const std::shared_ptr<const LoadedRun>& run, qint64 atMs);
    void checkLoaded(const std::shared_ptr<const LoadedRun>& run);
    void dropRun(const Error& error);
    void showHeadline(const RunInfo& info);
    void showResult(const BacktestResult& result);
    void offerSaveElsewhere(const BacktestResult& result);
    void showState();
    void showProgress(std::size_t done, std::size_t total);
    void openFolder(const QString& folder = {});
    void restoreLayout();
    void saveLayout();

    WindowOptions m_options;
    std::unique_ptr<QSettings> m_settings;
    Preferences m_preferences;
    Commands m_commands;
    RunDraft m_draft;
    RunSession m_session;
    RunController m_controller;
    SessionDesk m_desk;
    Player m_player;
    RunBookmarks m_bookmarks;
    BackgroundLane m_lane; //!< short accesses to the database
    BackgroundHandle m_loading, m_checking;
    ReferenceRun m_forked; //!< the parent, while its fork is computed
    QTabBar* m_tabs;
    QStackedWidget* m_pages;
    Banner* m_banner;
    NoteStrip* m_note; //!< what the player stopped at, or has found
    ProgressStrip* m_progress;
    ReplayPage* m_replay;
    RunsPage* m_runs;
    LivePage* m_live;
    SessionBar* m_sessionBar;
    ProposalSheet* m_sheet;
    DataPage* m_data;
    RunForm* m_form;
    QLabel* m_state;
    StatusPanel* m_status;
    CommandPalette* m_palette;
    SettingsDialog* m_settingsDialog = nullptr; //!< made when first wanted
    QAction *m_askMe = nullptr, *m_runAction = nullptr, *m_cancelAction = nullptr, *m_parametersAction = nullptr,
            *m_swapAction = nullptr, *m_compareAction = nullptr;
    QList<QAction*> m_workspaceActions;
    QList<std::pair<QMenu*, Workspace>> m_pageMenus;  //!< of use in one workspace only
    bool m_pairLoading = false, m_swapWanted = false; //!< asked for before both runs were there
    QString m_cannotRun;                              //!< what the banner said about the draft
    bool m_begun = false, m_closing = false;
};

} // namespace carry::ui
