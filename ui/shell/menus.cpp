// SPDX-License-Identifier: GPL-3.0-or-later
// The menus of the main window.
#include "charts/chart_stack.h"
#include "main_window.h"
#include "replay/transport_bar.h"
#include "replay_page.h"

#include <QActionGroup>
#include <QApplication>
#include <QMenuBar>
#include <QMessageBox>

namespace carry::ui
{

void MainWindow::buildMenus()
{
    QMenu* file = menuBar()->addMenu(tr("&File"));
    file->addAction(tr("&Open data folder…"), QKeySequence::Open, this, [this] { openFolder(); });
    file->addAction(tr("Use &demo data"), this, [this] { m_controller.loadData(QStringLiteral("demo")); });
    file->addSeparator();
    QAction* quit = file->addAction(tr("&Quit"), QKeySequence::Quit, this, &QWidget::close);
    quit->setMenuRole(QAction::QuitRole);

    QMenu* run = menuBar()->addMenu(tr("&Run"));
    run->addAction(tr("&Run"), this, &MainWindow::startRun);
    run->addAction(tr("&Cancel"), QKeySequence(Qt::CTRL | Qt::Key_Period), &m_controller, &RunController::cancel);
    run->addSeparator();
    for (QAction* action : m_replay->transport().commands())
        run->addAction(action);

    QMenu* view = menuBar()->addMenu(tr("&View"));
    const QStringList names{tr("&Replay"), tr("R&uns"), tr("&Data")};
    for (int i = 0; i < names.size(); ++i)
        view->addAction(names[i], QKeySequence(Qt::CTRL | Qt::Key(Qt::Key_1 + i)), this,
                        [this, i] { showWorkspace(i); });
    view->addSeparator();
    QMenu* panels = view->addMenu(tr("&Panels"));
    panels->addActions(m_replay->panelActions());
    QMenu* panes = view->addMenu(tr("&Charts"));
    panes->addActions(m_replay->charts().paneActions());
    view->addAction(tr("Reset &layout"), m_replay, &ReplayPage::resetLayout);
    view->addSeparator();
    QMenu* theme = view->addMenu(tr("&Theme"));
    auto* group = new QActionGroup(this);
    const std::pair<QString, Theme::Mode> modes[] = {{tr("As the &system"), Theme::Mode::System},
                                                     {tr("&Light"), Theme::Mode::Light},
                                                     {tr("&Dark"), Theme::Mode::Dark}};
    for (const auto& [name, mode] : modes) {
        QAction* action = theme->addAction(name, this, [this, mode = mode] { setTheme(mode); });
        action->setCheckable(true);
        action->setChecked(Theme::instance().mode() == mode);
        group->addAction(action);
    }

    QMenu* help = menuBar()->addMenu(tr("&Help"));
    help->addAction(tr("&About Carrydesk"), this, &MainWindow::about)->setMenuRole(QAction::AboutRole);
}

void MainWindow::setTheme(Theme::Mode mode)
{
    m_settings->setValue(QStringLiteral("window/theme"), int(mode));
    Theme::instance().setMode(mode);
}

void MainWindow::about()
{
    auto* box = new QMessageBox(
        QMessageBox::NoIcon, tr("About Carrydesk"),
        tr("<b>Carrydesk %1</b><p>A workstation for carry trades.</p>").arg(QApplication::applicationVersion()),
        QMessageBox::Close, this);
    box->setInformativeText(
        tr("Free software under the GNU General Public License, version 3 or later.<br>Built with Qt %1, QCustomPlot, "
           "SQLite, SQLiteCpp, spdlog, toml++, nlohmann/json, CLI11, OpenSSL.")
            .arg(QString::fromLatin1(qVersion())));
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
}

} // namespace carry::ui
