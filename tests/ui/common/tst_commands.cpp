// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/commands.h"

#include <QMainWindow>
#include <QMenuBar>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

using namespace carry::ui;

//! Commands of a window with two menus and two lists that have actions of their own.
class TestCommands : public QObject
{
    Q_OBJECT
  private slots:
    void init();
    void findsThemWithTheirPlaces();
    void plainTexts_data();
    void plainTexts();
    void tipFollowsTheKeys();
    void conflictsInTheSamePlace();
    void noConflictBetweenTwoLists();
    void keepsOnlyWhatDiffers();
    void resets();
    void enterIsCalledEnter();

  private:
    QAction* inMenu(QMenu* menu, const char* id, const QString& text, const QKeySequence& keys);
    QAction* inList(QWidget* list, const char* id, const QKeySequence& keys);
    std::unique_ptr<Commands> collect();

    std::unique_ptr<QTemporaryDir> m_place;
    std::unique_ptr<QSettings> m_settings;
    std::unique_ptr<QMainWindow> m_window;
    QAction *m_open = nullptr, *m_dark = nullptr, *m_first = nullptr, *m_second = nullptr;
};

void TestCommands::init()
{
    m_place = std::make_unique<QTemporaryDir>();
    m_settings = std::make_unique<QSettings>(m_place->filePath("settings.ini"), QSettings::IniFormat);
    m_window = std::make_unique<QMainWindow>();
    QMenu* file = m_window->menuBar()->addMenu("&File");
    m_open = inMenu(file, "open", "&Open…", QKeySequence("Ctrl+O"));
    file->addAction("nameless");
    QMenu* theme = m_window->menuBar()->addMenu("&View")->addMenu("&Theme");
    m_dark = inMenu(theme, "dark", "&Dark", {});
    m_first = inList(new QWidget(m_window.get()), "delete", QKeySequence("Del"));
    m_second = inList(new QWidget(m_window.get()), "clear", QKeySequence("Ctrl+D"));
}

QAction* TestCommands::inMenu(QMenu* menu, const char* id, const QString& text, const QKeySequence& keys)
{
    QAction* action = menu->addAction(text);
    action->setObjectName(id);
    action->setShortcut(keys);
    return action;
}

QAction* TestCommands::inList(QWidget* list, const char* id, const QKeySequence& keys)
{
    auto* action = new QAction(id, list);
    action->setObjectName(id);
    action->setShortcut(keys);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    list->addAction(action);
    return action;
}

std::unique_ptr<Commands> TestCommands::collect()
{
    auto commands = std::make_unique<Commands>(*m_settings);
    commands->collect(*m_window->menuBar(), *m_window);
    return commands;
}

void TestCommands::findsThemWithTheirPlaces()
{
    const auto commands = collect();
    QCOMPARE(commands->all().size(), 4U); // one without a name is none
    QCOMPARE(commands->find("open")->path, QString("File"));
    QCOMPARE(commands->find("open")->text(), QString("Open"));
    QCOMPARE(commands->find("dark")->path, QStringLiteral("View › Theme"));
    QVERIFY(commands->find("unknown") == nullptr);
}

void TestCommands::plainTexts_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("plain");
    QTest::newRow("mnemonic") << "Re&fresh"
                              << "Refresh";
    QTest::newRow("ampersand") << "P&&L attribution"
                               << "P&L attribution";
    QTest::newRow("dots") << QStringLiteral("Export as PNG…") << "Export as PNG";
    QTest::newRow("in brackets") << QStringLiteral("開く(&O)…") << QStringLiteral("開く");
}

void TestCommands::plainTexts()
{
    QFETCH(QString, text);
    QFETCH(QString, plain);
    QCOMPARE(plainText(text), plain);
}

void TestCommands::tipFollowsTheKeys()
{
    setTip(*m_open, "Opens it");
    QCOMPARE(m_open->toolTip(), QString("Opens it (Ctrl+O)"));
    m_open->setShortcut(QKeySequence("Ctrl+P"));
    QCOMPARE(m_open->toolTip(), QString("Opens it (Ctrl+P)"));
    m_open->setShortcut({});
    QCOMPARE(m_open->toolTip(), QString("Opens it"));
}

void TestCommands::conflictsInTheSamePlace()
{
    const auto commands = collect();
    QVERIFY(commands->conflicts("dark", QKeySequence("Ctrl+P")).empty());
    QVERIFY(commands->conflicts("open", QKeySequence("Ctrl+O")).empty()); // its own
    QVERIFY(commands->conflicts("dark", {}).empty());
    const auto found = commands->conflicts("dark", QKeySequence("Ctrl+O"));
    QCOMPARE(found.size(), 1U);
    QCOMPARE(found.front()->id, QString("open"));
    // In the whole window and in one list of it: ambiguous there.
    QCOMPARE(commands->conflicts("dark", QKeySequence("Del")).size(), 1U);
    // The beginning of longer keys would be taken for them.
    QCOMPARE(commands->conflicts("dark", QKeySequence("Ctrl+O, Ctrl+X")).size(), 1U);
}

void TestCommands::noConflictBetweenTwoLists()
{
    const auto commands = collect();
    QVERIFY(commands->conflicts("clear", QKeySequence("Del")).empty());
}

void TestCommands::keepsOnlyWhatDiffers()
{
    {
        const auto commands = collect();
        QSignalSpy changed(commands.get(), &Commands::keysChanged);
        commands->setKeys("open", QKeySequence("Ctrl+Shift+O"));
        commands->setKeys("delete", {});
        commands->setKeys("dark", QKeySequence("F11"));
        commands->setKeys("dark", {});
        QCOMPARE(changed.count(), 4);
        QCOMPARE(m_open->shortcut(), QKeySequence("Ctrl+Shift+O"));
    }
    m_settings->beginGroup("shortcuts");
    QCOMPARE(m_settings->childKeys().size(), 2);
    m_settings->endGroup();
    // The next start: the window is made with its defaults, and gets what was kept.
    m_open->setShortcut(QKeySequence("Ctrl+O"));
    m_first->setShortcut(QKeySequence("Del"));
    const auto commands = collect();
    QCOMPARE(m_open->shortcut(), QKeySequence("Ctrl+Shift+O"));
    QVERIFY(m_first->shortcut().isEmpty());
    QVERIFY(commands->find("open")->changed());
    QCOMPARE(commands->find("open")->defaults, QList<QKeySequence>{QKeySequence("Ctrl+O")});
}

void TestCommands::resets()
{
    const auto commands = collect();
    commands->setKeys("open", QKeySequence("F2"));
    commands->setKeys("clear", QKeySequence("F3"));
    commands->reset("open");
    QCOMPARE(m_open->shortcut(), QKeySequence("Ctrl+O"));
    QCOMPARE(m_second->shortcut(), QKeySequence("F3"));
    commands->resetAll();
    QCOMPARE(m_second->shortcut(), QKeySequence("Ctrl+D"));
    m_settings->beginGroup("shortcuts");
    QVERIFY(m_settings->childKeys().isEmpty());
    m_settings->endGroup();
}

void TestCommands::enterIsCalledEnter()
{
    nameKeys();
    const QKeySequence keys(Qt::CTRL | Qt::Key_Return);
    QCOMPARE(keys.toString(QKeySequence::NativeText), QString("Ctrl+Enter"));
    QCOMPARE(keys.toString(QKeySequence::PortableText), QString("Ctrl+Return")); // as it is kept
    QCOMPARE(QKeySequence("Ctrl+Enter", QKeySequence::NativeText), keys);
}

QTEST_MAIN(TestCommands)
#include "tst_commands.moc"
