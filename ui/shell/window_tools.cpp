// SPDX-License-Identifier: GPL-3.0-or-later
// What lies over or beside the main window: command palette, settings, about.
#include "command_palette.h"
#include "common/number_format.h"
#include "main_window.h"
#include "replay/run_form.h"
#include "settings/keyboard_page.h"

#include <QApplication>

namespace carry::ui
{
namespace
{

const QString kRecent = QStringLiteral("palette/recent");
constexpr std::size_t kRunsListed = 500; // the newest ones; the others are found in the list of runs

//! Of several that do the same in different views: the one of the view that has the focus.
QAction* actionAt(const Command& command, const QWidget* focus)
{
    for (QAction* action : command.actions)
        if (action->parent() == focus)
            return action;
    return command.actions.size() == 1 ? command.actions.front() : nullptr;
}

//! What belongs to a panel that cannot be seen is not done behind one's back.
bool isPossible(const QAction* action)
{
    if (action == nullptr || !action->isEnabled() || !action->isVisible())
        return false;
    const auto* owner = qobject_cast<const QWidget*>(action->parent());
    return action->shortcutContext() == Qt::WindowShortcut || owner == nullptr || owner->isVisible();
}

PaletteEntry entryOf(const Command& command, const QWidget* focus)
{
    QAction* action = actionAt(command, focus);
    QString text = command.text();
    const QAction& first = *command.actions.front();
    if (first.isCheckable() && first.actionGroup() == nullptr)
        text = first.isChecked() ? CommandPalette::tr("Hide %1", "a chart or panel").arg(text)
                                 : CommandPalette::tr("Show %1", "a chart or panel").arg(text);
    else if (first.isChecked())
        text = CommandPalette::tr("%1 ✓", "an action that is switched on").arg(text);
    PaletteEntry entry{
        command.id, text, command.path, command.keysText(), isPossible(action), [action] { action->trigger(); }};
    entry.isSwitch = first.isCheckable();
    return entry;
}

PaletteEntry entryOf(const RunListItem& run, MainWindow* window)
{
    const QString id = QString::fromStdString(run.runId);
    const QString text = CommandPalette::tr("%1 of %2", "preset, start of the period")
                             .arg(QString::fromStdString(run.preset), dateTime(run.from).left(10));
    return {QStringLiteral("run:") + id,          text, CommandPalette::tr("Open run %1").arg(id.left(8)), {}, true,
            [window, id] { window->openRun(id); }};
}

} // namespace

std::vector<PaletteEntry> MainWindow::paletteEntries()
{
    const QWidget* focus = m_palette->isVisible() ? m_palette->origin() : QApplication::focusWidget();
    std::vector<PaletteEntry> entries;
    for (const Command& command : m_commands.all())
        if (command.id != QLatin1String("commandPalette"))
            entries.push_back(entryOf(command, focus));
    for (const PresetInfo& preset : listPresets()) {
        const QString name = QString::fromStdString(preset.name);
        entries.push_back({QStringLiteral("preset:") + name, name, tr("Choose preset"), {}, true, [this, name] {
                               m_form->setPreset(name);
                               m_form->runButton()->setFocus(Qt::OtherFocusReason);
                           }});
    }
    return entries;
}

void MainWindow::openPalette()
{
    m_palette->setRecent(m_settings->value(kRecent).toStringList());
    m_palette->open(paletteEntries());
    if (m_options.database.isEmpty())
        return;
    using Listed = Result<std::vector<RunListItem>>;
    m_lane.run(
        this,
        [file = m_options.database.toStdString()]() -> Listed {
            return QFileInfo::exists(QString::fromStdString(file)) ? listStoredRuns(file) : std::vector<RunListItem>{};
        },
        [this](Listed runs) {
            std::vector<PaletteEntry> entries;
            for (const RunListItem& run : runs ? *runs : std::vector<RunListItem>{})
                if (entries.size() < kRunsListed)
                    entries.push_back(entryOf(run, this));
            m_palette->add(std::move(entries));
        });
}

void MainWindow::showSettings(SettingsDialog::Page page)
{
    if (m_settingsDialog == nullptr) {
        m_settingsDialog = new SettingsDialog(m_preferences, m_commands, m_options.database, this);
        connect(&m_preferences, &Preferences::speedChanged, &m_player, &Player::setSpeed);
    }
    m_settingsDialog->showPage(page);
    m_settingsDialog->show();
    m_settingsDialog->raise();
    m_settingsDialog->activateWindow();
}

void MainWindow::about()
{
    auto* dialog = new AboutDialog(m_options.components, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->show();
}

} // namespace carry::ui
