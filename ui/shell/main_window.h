// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "common/background.h"
#include "common/run_session.h"
#include "common/theme.h"
#include "replay/player.h"
#include "replay/run_controller.h"

#include <QMainWindow>
#include <QSettings>

class QLabel;
class QStackedWidget;
class QTabBar;

namespace carry::ui
{

class Banner;
class DataPage;
class ProgressStrip;
class ReplayPage;
class RunForm;
class RunsPage;
class StatusPanel;

//! How the window is started.
struct WindowOptions {
    QString database;                      //!< file that keeps the runs
    QString settingsFile;                  //!< where the layout is remembered; empty: as the platform does it
    QString data = QStringLiteral("demo"); //!< what to run on the first start: "demo" or a folder
    QString preset = QStringLiteral("demo-tour");
    bool openLast = true; //!< show the newest stored run, or with none of them run `preset`
};

//! The frame: workspaces, header with what to run, notices, status. Knows no finance; everything that takes time goes
//! to other threads.
class MainWindow : public QMainWindow
{
    Q_OBJECT
  public:
    enum Workspace { Replay = 0, Runs = 1, Data = 2 };

    explicit MainWindow(const WindowOptions& options);
    ~MainWindow() override;

    RunSession& session() { return m_session; }
    RunController& controller() { return m_controller; }
    Player& player() { return m_player; }
    ReplayPage& replay() { return *m_replay; }
    RunsPage& runs() { return *m_runs; }
    DataPage& dataPage() { return *m_data; }
    RunForm& form() { return *m_form; }
    Banner& banner() { return *m_banner; }

  public slots:
    void showWorkspace(int workspace);
    //! Shows a stored run with the cursor at its end, or at a time (ms since 1970).
    void openRun(const QString& runId, qint64 atMs = -1);
    void startRun();

  signals:
    void firstShown(); //!< after the first paint
    void runOpened();  //!< a run is on screen: a stored one, or the beginning of a new one
    void runEnded();   //!< the run under way has ended and is stored, or could not be

  protected:
    void showEvent(QShowEvent* event) override;
    void closeEvent(QCloseEvent* event) override;

  private:
    void buildHeader();
    void buildMenus();
    void connectController();
    void connectPages();
    void begin();
    void showFirst(const Result<std::vector<RunListItem>>& runs, bool wanted);
    void offerResume(const std::vector<RunListItem>& interrupted);
    void resumeRun(const RunListItem& run);
    void showLoaded(LoadedRun run, qint64 atMs);
    void showHeadline(const RunInfo& info);
    void showResult(const BacktestResult& result);
    void offerSaveElsewhere(const BacktestResult& result);
    void showState();
    void openFolder(const QString& folder = {});
    void restoreLayout();
    void saveLayout();
    void about();
    void setTheme(Theme::Mode mode);

    WindowOptions m_options;
    std::unique_ptr<QSettings> m_settings;
    RunSession m_session;
    RunController m_controller;
    Player m_player;
    BackgroundLane m_lane; //!< short accesses to the database
    BackgroundHandle m_loading;
    QTabBar* m_tabs;
    QStackedWidget* m_pages;
    Banner* m_banner;
    ProgressStrip* m_progress;
    ReplayPage* m_replay;
    RunsPage* m_runs;
    DataPage* m_data;
    RunForm* m_form;
    QLabel* m_state;
    StatusPanel* m_status;
    bool m_begun = false, m_closing = false;
};

} // namespace carry::ui
