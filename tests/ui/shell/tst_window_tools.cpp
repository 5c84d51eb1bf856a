// SPDX-License-Identifier: GPL-3.0-or-later
#include "charts/chart_stack.h"
#include "common/notices.h"
#include "data/data_page.h"
#include "demo_run.h"
#include "desk/stored_runs.h"
#include "replay/run_form.h"
#include "runs/runs_page.h"
#include "scratch_window.h"
#include "settings/keyboard_page.h"
#include "shell/command_palette.h"
#include "shell/live_page.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QStatusBar>
#include <QTabBar>
#include <QTableView>
#include <QToolTip>
#include <QtTest>

using namespace carry;
using namespace carry::ui;
using carry::testing::ScratchWindow;

//! What lies over or beside the window: palette, settings, about; and the workspace that waits for connections.
class TestWindowTools : public QObject
{
    Q_OBJECT
  private slots:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }
    void paletteFindsAndDoes();
    void paletteGivesTheFocusBack();
    void paletteShowsWhatWasUsedFirst();
    void paletteDoesNothingBehindOnesBack();
    void paletteOpensRunsAndChoosesPresets();
    void keysAreChangedAndKept();
    void takenKeysAreRefused();
    void keysArePressedIntoTheTable();
    void themeOfMenuAndSettingsIsOne();
    void settingsAreAppliedAndKept();
    void opensWhatWasChosen();
    void aboutCanBeCopied();
    void liveOffersAPaperSession();
    void goesToADate();
    void fieldsLeaveTheEndsOfTheRunToTheWindow();
    void paletteGoesToPanelsBeforeItSwitches();
    void wrongDateIsToldAndTakenBack();
    void statusSaysAll();

  private:
    static void type(const QString& text) { QTest::keyClicks(QApplication::focusWidget(), text); }
    static void press(Qt::Key key) { QTest::keyClick(QApplication::focusWidget(), key); }
    static QString current(const ScratchWindow& w)
    {
        return w.find<QListView>("paletteList")->currentIndex().data().toString();
    }
};

void TestWindowTools::paletteFindsAndDoes()
{
    ScratchWindow w;
    QTest::keyClick(w.window.get(), Qt::Key_K, Qt::ControlModifier);
    auto* palette = w.find<CommandPalette>("commandPalette");
    QVERIFY(palette->isVisible());
    type("data view");
    QCOMPARE(current(w), QString("Data"));
    press(Qt::Key_Return);
    QVERIFY(!palette->isVisible());
    QVERIFY(w.window->dataPage().isVisibleTo(w.window.get()));

    QTest::keyClick(w.window.get(), Qt::Key_K, Qt::ControlModifier);
    type("ctrl+3"); // by its keys too
    QCOMPARE(current(w), QString("Runs"));
    type("no such thing");
    QCOMPARE(w.find<QListView>("paletteList")->model()->rowCount(), 0);
    press(Qt::Key_Return); // nothing to do
    QVERIFY(palette->isVisible());
    press(Qt::Key_Escape);
    QVERIFY(!palette->isVisible());
}

void TestWindowTools::paletteGivesTheFocusBack()
{
    ScratchWindow w;
    auto* combo = w.window->form().findChild<QComboBox*>();
    combo->setFocus();
    QTRY_VERIFY(combo->hasFocus());
    QTest::keyClick(w.window.get(), Qt::Key_K, Qt::ControlModifier);
    QVERIFY(w.find<QLineEdit>("paletteLineEdit")->hasFocus());
    press(Qt::Key_Escape);
    QVERIFY(combo->hasFocus());
}

void TestWindowTools::paletteShowsWhatWasUsedFirst()
{
    ScratchWindow w;
    for (const char* text : {"reset layout", "demo data"}) {
        w.window->openPalette();
        type(text);
        press(Qt::Key_Return);
    }
    w.window->openPalette();
    QCOMPARE(current(w), QString("Use demo data"));
    press(Qt::Key_Down);
    QCOMPARE(current(w), QString("Reset layout"));
    press(Qt::Key_Up);
    press(Qt::Key_Up); // round to the end
    QVERIFY(w.find<QListView>("paletteList")->currentIndex().row() > 20);
    press(Qt::Key_Escape);
    QSettings kept(w.place.filePath("settings.ini"), QSettings::IniFormat);
    QCOMPARE(kept.value("palette/recent").toStringList().mid(0, 2), (QStringList{"useDemoData", "resetLayout"}));
    QTRY_VERIFY_WITH_TIMEOUT(!w.window->controller().busy(), 60'000);
}

void TestWindowTools::paletteDoesNothingBehindOnesBack()
{
    ScratchWindow w;
    w.window->openPalette();
    type("refresh"); // of the list of runs, which cannot be seen
    QCOMPARE(current(w), QString("Refresh"));
    press(Qt::Key_Return);
    QVERIFY(w.find<CommandPalette>("commandPalette")->isVisible());
    press(Qt::Key_Escape);
}

void TestWindowTools::paletteOpensRunsAndChoosesPresets()
{
    ScratchWindow w;
    const auto data = openData("demo").value();
    BacktestOptions options;
    options.database = w.place.filePath("runs.db").toStdString();
    const auto run = runBacktest(RunConfiguration::load("eth-basis").value(), *data, options).value();
    const QString id = QString::fromStdString(run.record->info().runId);
    w.window->openPalette();
    type(id.left(8));
    auto* list = w.find<QListView>("paletteList");
    QTRY_COMPARE_WITH_TIMEOUT(list->model()->rowCount(), 1, 30'000);
    QSignalSpy opened(w.window.get(), &MainWindow::runOpened);
    press(Qt::Key_Return);
    QTRY_COMPARE_WITH_TIMEOUT(opened.count(), 1, 60'000);
    QCOMPARE(QString::fromStdString(w.window->session().record()->info().runId), id);
    w.window->openPalette();
    type("pure-lending-usdt");
    press(Qt::Key_Return);
    QCOMPARE(w.window->form().preset(), QString("pure-lending-usdt"));
    QVERIFY(w.window->form().runButton()->hasFocus());
}

void TestWindowTools::keysAreChangedAndKept()
{
    ScratchWindow w;
    w.window->showSettings(SettingsDialog::Keyboard);
    auto& page = w.find<SettingsDialog>("settingsDialog")->keyboard();
    QVERIFY(page.change("runPreset", QKeySequence("F12")));
    QCOMPARE(w.action("runPreset")->shortcut(), QKeySequence("F12"));
    QVERIFY(w.window->form().runButton()->toolTip().contains("F12"));
    QVERIFY(page.change("showLive", QKeySequence("Alt+L")));
    QVERIFY(w.find<QToolBar>("header")->findChild<QTabBar*>()->tabToolTip(1).contains("Alt+L"));
    const QSettings kept(w.place.filePath("settings.ini"), QSettings::IniFormat);
    QCOMPARE(kept.value("shortcuts/runPreset").toString(), QString("F12"));
    page.change("step-forward", QKeySequence("Ctrl+Alt+Right"));
    QVERIFY(w.action("step-forward")->toolTip().contains("Ctrl+Alt+Right"));
}

void TestWindowTools::takenKeysAreRefused()
{
    ScratchWindow w;
    w.window->showSettings(SettingsDialog::Keyboard);
    auto& page = w.find<SettingsDialog>("settingsDialog")->keyboard();
    QVERIFY(!page.change("showLive", QKeySequence("F5")));
    QVERIFY(w.action("showLive")->shortcut() != QKeySequence("F5"));
    QVERIFY2(page.message().text().contains("Go › Play"), qPrintable(page.message().text()));
    for (auto* button : page.message().findChildren<QPushButton*>())
        if (button->text() == "Take over")
            button->click();
    QCOMPARE(w.action("showLive")->shortcut(), QKeySequence("F5"));
    QVERIFY(w.action("play")->shortcut().isEmpty());
    QVERIFY(page.message().text().isEmpty());
    for (auto* button : page.findChildren<QPushButton*>())
        if (button->text() == "Reset &all")
            button->click();
    QCOMPARE(w.action("play")->shortcut(), QKeySequence("F5"));
}

void TestWindowTools::keysArePressedIntoTheTable()
{
    ScratchWindow w;
    w.window->showSettings(SettingsDialog::Keyboard);
    auto* filter = w.find<QLineEdit>("shortcutFilterLineEdit");
    auto* table = w.find<QTableView>("shortcutTable");
    const int all = table->model()->rowCount();
    filter->setText("next risk");
    QCOMPARE(table->model()->rowCount(), 1);
    QVERIFY(all > 60);
    table->setCurrentIndex(table->model()->index(0, 2));
    table->edit(table->currentIndex());
    auto* edit = w.find<QKeySequenceEdit>("shortcutEdit");
    QVERIFY(edit != nullptr);
    QTest::keyClick(edit, Qt::Key_B, Qt::ControlModifier | Qt::AltModifier);
    QTRY_COMPARE(w.action("next-breach")->shortcut(), QKeySequence("Ctrl+Alt+B"));
    QCOMPARE(table->model()->index(0, 2).data().toString(), QString("Ctrl+Alt+B"));
    QCOMPARE(table->model()->index(0, 3).data().toString(), QString("F9"));
}

void TestWindowTools::themeOfMenuAndSettingsIsOne()
{
    ScratchWindow w;
    w.window->showSettings();
    auto* dialog = w.find<SettingsDialog>("settingsDialog");
    const auto buttonOf = [&](const QString& text) -> QRadioButton* {
        for (auto* button : dialog->findChildren<QRadioButton*>())
            if (button->text() == text)
                return button;
        return nullptr;
    };
    w.action("themeDark")->trigger();
    QVERIFY(Theme::instance().dark());
    QVERIFY(buttonOf("&Dark")->isChecked());
    buttonOf("&Light")->click();
    QVERIFY(!Theme::instance().dark());
    QVERIFY(w.action("themeLight")->isChecked());
    const QSettings kept(w.place.filePath("settings.ini"), QSettings::IniFormat);
    QCOMPARE(kept.value("window/theme").toInt(), int(Theme::Mode::Light));
}

void TestWindowTools::settingsAreAppliedAndKept()
{
    ScratchWindow w;
    w.window->showSettings(SettingsDialog::Replay);
    w.window->preferences().setSpeed(Player::kMaxSpeed);
    QCOMPARE(w.window->player().speed(), Player::kMaxSpeed);
    w.window->preferences().setOpens(Preferences::Opens::Nothing);
    QVERIFY(w.find<QLineEdit>("databaseLineEdit")->text().endsWith("runs.db"));
    QSettings kept(w.place.filePath("settings.ini"), QSettings::IniFormat);
    const Preferences again(kept);
    QCOMPARE(again.speed(), Player::kMaxSpeed);
    QCOMPARE(again.opens(), Preferences::Opens::Nothing);
    kept.setValue("replay/speed", 12345); // written by hand
    QCOMPARE(again.speed(), 100.0);
    w.window->setFocus();
}

void TestWindowTools::opensWhatWasChosen()
{
    QTemporaryDir place;
    WindowOptions options;
    options.settingsFile = place.filePath("settings.ini");
    options.database = place.filePath("runs.db");
    {
        QSettings settings(options.settingsFile, QSettings::IniFormat);
        Preferences(settings).setOpens(Preferences::Opens::Nothing);
    }
    MainWindow window(options);
    window.show();
    QTRY_VERIFY_WITH_TIMEOUT(window.controller().data() != nullptr, 60'000); // read, but not run
    QTRY_VERIFY(!window.controller().busy());
    QVERIFY(window.session().empty());
}

void TestWindowTools::aboutCanBeCopied()
{
    ScratchWindow w;
    w.window->about();
    auto* about = w.find<AboutDialog>("aboutDialog");
    QVERIFY(!about->isModal());
    QVERIFY(w.find<QPlainTextEdit>("licenceTextEdit")->toPlainText().contains("GNU GENERAL PUBLIC LICENSE"));
    for (auto* button : about->findChildren<QPushButton*>())
        if (button->text().startsWith("&Copy"))
            button->click();
    const QString copied = QApplication::clipboard()->text();
    QVERIFY(copied.contains("SQLite 3.40.1") && copied.contains(QString("Qt ") + qVersion()));
}

void TestWindowTools::liveOffersAPaperSession()
{
    ScratchWindow w;
    QTest::keyClick(w.window.get(), Qt::Key_2, Qt::ControlModifier);
    auto* live = w.window->findChild<LivePage*>();
    QVERIFY(live->isVisible());
    QVERIFY(w.find<QPushButton>("startSession")->isVisible());
    QVERIFY(w.find<QLabel>("sessionWhat")->text().contains(w.window->form().preset()));
    bool saysThatNothingLeaves = false;
    for (const auto* label : live->findChildren<QLabel*>())
        saysThatNothingLeaves |= label->text().contains("nothing leaves this program");
    QVERIFY(saysThatNothingLeaves);
    QTest::keyClick(w.window.get(), Qt::Key_3, Qt::ControlModifier);
    QVERIFY(w.window->runs().isVisible());
    QTest::keyClick(w.window.get(), Qt::Key_4, Qt::ControlModifier);
    QVERIFY(w.window->dataPage().isVisible());
}

void TestWindowTools::goesToADate()
{
    ScratchWindow w;
    w.window->session().setRecord(testing::demoRun("demo-tour").record);
    w.window->showWorkspace(MainWindow::Runs);
    QTest::keyClick(w.window.get(), Qt::Key_G, Qt::ControlModifier);
    QVERIFY(w.find<QLineEdit>("cursorTimeLineEdit")->hasFocus());
    type("2024-08-05");
    press(Qt::Key_Return);
    QCOMPARE(formatIso(w.window->session().view().time()), std::string("2024-08-05T00:00:00Z"));
    // The keyboard is where the arrows step, and Ctrl+Home goes to the start.
    QVERIFY(w.find<ChartStack>("chartStack")->isAncestorOf(QApplication::focusWidget()));
    const auto step = w.window->session().cursor();
    press(Qt::Key_Right);
    QCOMPARE(w.window->session().cursor(), step + 1);
}

void TestWindowTools::fieldsLeaveTheEndsOfTheRunToTheWindow()
{
    ScratchWindow w;
    w.window->session().setRecord(testing::demoRun("demo-tour").record);
    w.window->session().seek(5);
    QTest::keyClick(w.window.get(), Qt::Key_F10);
    QVERIFY(qobject_cast<QLineEdit*>(QApplication::focusWidget()) != nullptr);
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_End, Qt::ControlModifier);
    QCOMPARE(w.window->session().cursor(), w.window->session().length() - 1);
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Home, Qt::ControlModifier);
    QCOMPARE(w.window->session().cursor(), std::size_t{0});
}

void TestWindowTools::paletteGoesToPanelsBeforeItSwitches()
{
    ScratchWindow w;
    w.window->session().setRecord(testing::demoRun("demo-tour").record);
    QTest::keyClick(w.window.get(), Qt::Key_K, Qt::ControlModifier);
    type("go to charts");
    QCOMPARE(current(w), QString("Go to Charts"));
    press(Qt::Key_Return);
    QVERIFY(w.find<ChartStack>("chartStack")->isAncestorOf(QApplication::focusWidget()));
    QTest::keyClick(w.window.get(), Qt::Key_K, Qt::ControlModifier);
    type("go to why");
    press(Qt::Key_Return);
    QVERIFY(w.find<QTableView>("whyNotTable")->hasFocus());
    QTest::keyClick(w.window.get(), Qt::Key_K, Qt::ControlModifier);
    type("charts drawdown");
    QCOMPARE(current(w), QString("Hide Drawdown"));
    press(Qt::Key_Return);
    QTest::keyClick(w.window.get(), Qt::Key_K, Qt::ControlModifier);
    type("charts drawdown");
    QCOMPARE(current(w), QString("Show Drawdown"));
    press(Qt::Key_Escape);
}

void TestWindowTools::wrongDateIsToldAndTakenBack()
{
    ScratchWindow w;
    w.window->session().setRecord(testing::demoRun("demo-tour").record);
    const auto* line = w.find<QLineEdit>("cursorTimeLineEdit");
    const QString before = line->text();
    QTest::keyClick(w.window.get(), Qt::Key_G, Qt::ControlModifier);
    QVERIFY(QToolTip::text().contains("2024-08-05 13:00"));
    type("next friday");
    press(Qt::Key_Return);
    QVERIFY(line->hasFocus());
    QVERIFY(line->property("invalid").toBool());
    QVERIFY(QToolTip::isVisible());
    QVERIFY(QToolTip::text().startsWith("This is no time."));
    press(Qt::Key_Escape);
    QCOMPARE(line->text(), before);
    QVERIFY(!line->property("invalid").toBool());
    QVERIFY(!line->hasFocus());
}

void TestWindowTools::statusSaysAll()
{
    ScratchWindow w;
    QSignalSpy ended(w.window.get(), &MainWindow::runEnded);
    w.window->controller().run(RunRequest{RunConfiguration::load("demo-tour").value(), "demo", {}, {}});
    QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, 60'000);
    QTRY_VERIFY(w.window->session().length() > 9000);
    w.window->session().seek(99);
    QMap<QString, QString> shown;
    for (auto* label : w.window->statusBar()->findChildren<QLabel*>())
        shown[label->accessibleName()] = label->text();
    QCOMPARE(shown["Length of the record"],
             QString("step 100 of %1").arg(QLocale().toString(w.window->session().length())));
    QVERIFY(shown["Simulated clock"].endsWith(" UTC"));
    QVERIFY(shown["Simulated clock"].startsWith(
        QString::fromStdString(formatIso(w.window->session().view().time())).left(10)));
    QVERIFY(shown["Speed of the engine"].endsWith(" steps/s"));
    QCOMPARE(shown["Lag of the store"], QString("store lag 0"));
    QVERIFY(shown["Unexplained P&L"].startsWith("unexplained "));
    QCOMPARE(shown["Database"], QString("runs.db"));
}

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    Theme::instance().apply(application, Theme::Mode::Light);
    TestWindowTools test;
    QTEST_SET_MAIN_SOURCE_PATH
    const int status = QTest::qExec(&test, argc, argv);
    BackgroundThreads::shutdown();
    return status;
}
#include "tst_window_tools.moc"
