// SPDX-License-Identifier: GPL-3.0-or-later
#include "settings_dialog.h"

#include "keyboard_page.h"
#include "replay/player.h"

#include <QButtonGroup>
#include <QCheckBox>
#include <QComboBox>
#include <QDesktopServices>
#include <QDialogButtonBox>
#include <QDir>
#include <QFileInfo>
#include <QGroupBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QTabWidget>
#include <QUrl>
#include <QVBoxLayout>

namespace carry::ui
{
namespace
{

QLabel* note(const QString& text)
{
    auto* label = new QLabel(text);
    label->setProperty("role", "muted");
    label->setWordWrap(true);
    return label;
}

//! One of several; the ids of the buttons count from 0.
QWidget* choice(const QString& title, const QStringList& texts, QButtonGroup* group)
{
    auto* box = new QGroupBox(title);
    auto* layout = new QVBoxLayout(box);
    for (const QString& text : texts) {
        auto* button = new QRadioButton(text, box);
        layout->addWidget(button);
        group->addButton(button, int(group->buttons().size()));
    }
    return box;
}

} // namespace

SettingsDialog::SettingsDialog(Preferences& preferences, Commands& commands, const QString& database, QWidget* parent)
    : QDialog(parent), m_preferences(preferences), m_pages(new QTabWidget(this)), m_theme(new QButtonGroup(this)),
      m_opens(new QButtonGroup(this))
{
    setObjectName(QStringLiteral("settingsDialog"));
    setWindowTitle(tr("Settings"));
    m_pages->setAccessibleName(tr("Settings"));
    m_keyboard = new KeyboardPage(commands);
    m_pages->addTab(appearancePage(), tr("Appearance"));
    m_pages->addTab(replayPage(), tr("Replay"));
    m_pages->addTab(livePage(), tr("Live"));
    m_pages->addTab(databasePage(database), tr("Database"));
    m_pages->addTab(m_keyboard, tr("Keyboard"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    // The style's own sign is black in every theme.
    buttons->button(QDialogButtonBox::Close)->setIcon(Theme::instance().icon(QStringLiteral("cross")));
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(m_pages, 1);
    layout->addWidget(buttons);
    resize(800, 600);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(&preferences, &Preferences::changed, this, &SettingsDialog::showPreferences);
    showPreferences();
}

void SettingsDialog::showPage(Page page)
{
    m_pages->setCurrentIndex(page);
}

QWidget* SettingsDialog::appearancePage()
{
    auto* page = new QWidget;
    auto* layout = new QVBoxLayout(page);
    layout->addWidget(choice(tr("Theme"), {tr("As the &system"), tr("&Light"), tr("&Dark")}, m_theme));
    layout->addStretch(1);
    connect(m_theme, &QButtonGroup::idClicked, this, [this](int id) { m_preferences.setTheme(Theme::Mode(id)); });
    return page;
}

QWidget* SettingsDialog::replayPage()
{
    auto* page = new QWidget;
    auto* layout = new QVBoxLayout(page);
    auto* row = new QHBoxLayout;
    m_speed = new QComboBox(page);
    m_speed->setAccessibleName(tr("Speed of playing after a start"));
    for (const double speed : Player::kSpeeds)
        m_speed->addItem(Player::speedName(speed), speed);
    auto* label = new QLabel(tr("&Speed of playing"), page);
    label->setBuddy(m_speed);
    row->addWidget(label);
    row->addWidget(m_speed);
    auto* unit = note(tr("steps a second"));
    unit->setWordWrap(false);
    row->addWidget(unit);
    row->addStretch(1);
    layout->addLayout(row);
    layout->addWidget(choice(
        tr("What a start opens"),
        {tr("The &newest run; without one the demo"), tr("A new run on the &demo data"), tr("N&othing")}, m_opens));
    layout->addStretch(1);
    connect(m_speed, &QComboBox::activated, this,
            [this](int index) { m_preferences.setSpeed(m_speed->itemData(index).toDouble()); });
    connect(m_opens, &QButtonGroup::idClicked, this,
            [this](int id) { m_preferences.setOpens(Preferences::Opens(id)); });
    return page;
}

QWidget* SettingsDialog::livePage()
{
    auto* page = new QWidget;
    auto* box = new QGroupBox(tr("When a proposal comes and the window is not in front"), page);
    m_notifies = new QCheckBox(tr("&Notification of the desktop"), box);
    m_sounds = new QCheckBox(tr("So&und"), box);
    auto* inside = new QVBoxLayout(box);
    inside->addWidget(m_notifies);
    inside->addWidget(m_sounds);
    auto* layout = new QVBoxLayout(page);
    layout->addWidget(box);
    layout->addStretch(1);
    connect(m_notifies, &QCheckBox::toggled, &m_preferences, &Preferences::setNotifies);
    connect(m_sounds, &QCheckBox::toggled, &m_preferences, &Preferences::setSounds);
    return page;
}

QWidget* SettingsDialog::databasePage(const QString& file)
{
    auto* page = new QWidget;
    auto* layout = new QVBoxLayout(page);
    auto* label = new QLabel(tr("&File that keeps the runs"), page);
    auto* path = new QLineEdit(file.isEmpty() ? tr("none: runs stay in memory") : QDir::toNativeSeparators(file), page);
    path->setObjectName(QStringLiteral("databaseLineEdit"));
    path->setReadOnly(true);
    path->setCursorPosition(0);
    path->setAccessibleName(tr("File that keeps the runs"));
    label->setBuddy(path);
    auto* open = new QPushButton(Theme::instance().icon(QStringLiteral("folder")), tr("&Open folder"), page);
    open->setEnabled(!file.isEmpty());
    open->setAutoDefault(false);
    const QString folder = QFileInfo(file).absolutePath();
    connect(open, &QPushButton::clicked, page, [folder] { QDesktopServices::openUrl(QUrl::fromLocalFile(folder)); });
    auto* row = new QHBoxLayout;
    row->addWidget(path, 1);
    row->addWidget(open);
    layout->addWidget(label);
    layout->addLayout(row);
    layout->addWidget(note(tr("Another file is chosen when the program is started: carrydesk --db FILE")));
    layout->addStretch(1);
    return page;
}

void SettingsDialog::showPreferences()
{
    m_theme->button(int(m_preferences.theme()))->setChecked(true);
    m_opens->button(int(m_preferences.opens()))->setChecked(true);
    m_notifies->setChecked(m_preferences.notifies());
    m_sounds->setChecked(m_preferences.sounds());
    m_speed->setCurrentIndex(m_speed->findData(m_preferences.speed()));
}

} // namespace carry::ui
