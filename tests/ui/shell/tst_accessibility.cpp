// SPDX-License-Identifier: GPL-3.0-or-later
#include "charts/time_bar.h"
#include "demo_run.h"
#include "replay/run_form.h"
#include "runs/runs_page.h"
#include "scratch_window.h"
#include "settings/keyboard_page.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QAccessible>
#include <QApplication>
#include <QComboBox>
#include <QGroupBox>
#include <QHeaderView>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QPlainTextEdit>
#include <QTabBar>
#include <QToolButton>
#include <QtTest>

using namespace carry;
using namespace carry::ui;
using carry::testing::ScratchWindow;

namespace
{

template <class... Kinds> bool isOneOf(const QWidget* widget)
{
    return (... || (qobject_cast<const Kinds*>(widget) != nullptr));
}

template <class Kind> bool isInside(const QWidget* widget)
{
    for (const QWidget* each = widget->parentWidget(); each != nullptr; each = each->parentWidget())
        if (qobject_cast<const Kind*>(each) != nullptr)
            return true;
    return false;
}

//! Made by Qt as a part of something that has its own name: the line of a combo box, a button in a line edit or in the
//! title of a dock, the arrows of a toolbar that is too narrow.
bool isPart(const QWidget* widget)
{
    // Tabs are called like the current one of them; Qt keeps a bar without any for docks to come.
    if (const auto* tabs = qobject_cast<const QTabBar*>(widget); tabs != nullptr && tabs->count() == 0)
        return true;
    return widget->objectName().startsWith(QLatin1String("qt_")) || isInside<QComboBox>(widget) ||
           isInside<QAbstractSpinBox>(widget) || isInside<QLineEdit>(widget) || isInside<QKeySequenceEdit>(widget) ||
           isInside<QTabBar>(widget) || qobject_cast<const QHeaderView*>(widget) != nullptr ||
           QByteArray(widget->metaObject()->className()) == "QTableCornerButton";
}

bool isInteractive(const QWidget* widget)
{
    return isOneOf<QAbstractButton, QLineEdit, QComboBox, QAbstractItemView, QAbstractSpinBox, QTabBar, QTextEdit,
                   QPlainTextEdit, QKeySequenceEdit>(widget) ||
           (widget->focusPolicy() & Qt::TabFocus) != 0;
}

QString describe(const QWidget* widget)
{
    QStringList path;
    for (const QWidget* each = widget; each != nullptr; each = each->parentWidget())
        path.prepend(QString::fromLatin1(each->metaObject()->className()).remove(QStringLiteral("carry::ui::")) +
                     (each->objectName().isEmpty() ? QString() : QLatin1Char('#') + each->objectName()));
    return path.mid(std::max(qsizetype(0), path.size() - 4)).join(QLatin1Char('/'));
}

QString nameOf(QWidget* widget)
{
    QAccessibleInterface* face = QAccessible::queryAccessibleInterface(widget);
    return face == nullptr ? QString() : face->text(QAccessible::Name);
}

//! All windows of the program: the main one, settings, about.
QList<QWidget*> controlsOf(QWidget* window)
{
    QList<QWidget*> found;
    for (QWidget* widget : window->findChildren<QWidget*>())
        if (isInteractive(widget) && !isPart(widget))
            found += widget;
    return found;
}

//! A tool button does what an action of the menus does, or has the focus itself.
bool isReachable(const QWidget* widget, const Commands& commands)
{
    if ((widget->focusPolicy() & Qt::TabFocus) != 0)
        return true;
    const auto* button = qobject_cast<const QToolButton*>(widget);
    if (button == nullptr || button->defaultAction() == nullptr)
        return false;
    const QAction* action = button->defaultAction();
    return action->menu() != nullptr || commands.find(action->objectName()) != nullptr;
}

QStringList mnemonicsIn(const QWidget* window)
{
    QStringList keys;
    const auto add = [&keys](const QString& text) {
        if (const QKeySequence key = QKeySequence::mnemonic(text); !key.isEmpty())
            keys += key.toString();
    };
    for (const auto* widget : window->findChildren<QWidget*>()) {
        if (!widget->isVisible() || widget->window() != window)
            continue;
        if (const auto* label = qobject_cast<const QLabel*>(widget); label != nullptr && label->buddy() != nullptr)
            add(label->text());
        if (const auto* button = qobject_cast<const QAbstractButton*>(widget);
            button != nullptr && qobject_cast<const QToolButton*>(widget) == nullptr)
            add(button->text());
        if (const auto* box = qobject_cast<const QGroupBox*>(widget))
            add(box->title());
        if (const auto* tabs = qobject_cast<const QTabBar*>(widget))
            for (int i = 0; i < tabs->count(); ++i)
                add(tabs->tabText(i));
    }
    if (const auto* main = qobject_cast<const QMainWindow*>(window))
        for (const QAction* action : main->menuBar()->actions())
            add(action->text());
    return keys;
}

QStringList doubled(QStringList keys)
{
    QStringList found;
    keys.sort();
    for (qsizetype i = 1; i < keys.size(); ++i)
        if (keys[i] == keys[i - 1])
            found += keys[i];
    return found;
}

//! Controls of a panel in the order in which Tab visits them.
QList<QWidget*> tabOrder(QWidget* panel)
{
    QList<QWidget*> order;
    QWidget* each = panel;
    do {
        if (panel->isAncestorOf(each) && each != panel && each->isVisible() && each->isEnabled() &&
            (each->focusPolicy() & Qt::TabFocus) != 0 && each->focusProxy() == nullptr && !isPart(each))
            order += each;
        each = each->nextInFocusChain();
    } while (each != panel);
    return order;
}

//! The next one stands to the right in the same row, or lower.
bool isReadingOrder(const QWidget* panel, const QWidget* a, const QWidget* b)
{
    const QRect first(a->mapTo(panel, QPoint()), a->size());
    const QRect second(b->mapTo(panel, QPoint()), b->size());
    const bool sameRow = first.top() < second.bottom() && second.top() < first.bottom();
    return sameRow ? second.left() >= first.left() : second.top() >= first.bottom();
}

} // namespace

//! The whole window, as people use it who see or point otherwise.
class TestAccessibility : public QObject
{
    Q_OBJECT
  private slots:
    void initTestCase();
    void everyControlHasAName();
    void everyControlIsReachedByTheKeyboard();
    void everyActionHasTextAndId();
    void noKeyIsAmbiguous();
    void noMnemonicIsAmbiguous_data() { workspaces(); }
    void noMnemonicIsAmbiguous();
    void menusHaveNoMnemonicTwice();
    void tabGoesInReadingOrder();
    void tabReachesTheWholeWorkspace_data() { workspaces(); }
    void tabReachesTheWholeWorkspace();

  private:
    static void workspaces();

    std::unique_ptr<ScratchWindow> m_scratch;
    MainWindow* m_window = nullptr;
};

void TestAccessibility::initTestCase()
{
    QLocale::setDefault(QLocale::c());
    m_scratch = std::make_unique<ScratchWindow>();
    m_window = m_scratch->window.get();
    QSignalSpy ended(m_window, &MainWindow::runEnded);
    m_window->controller().run(RunRequest{RunConfiguration::load("demo-tour").value(), "demo", {}, {}});
    QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, 60'000);
    for (const int page : {MainWindow::Live, MainWindow::Runs, MainWindow::Data, MainWindow::Replay}) {
        m_window->showWorkspace(page);
        QCoreApplication::processEvents();
    }
    m_window->showSettings(SettingsDialog::Keyboard);
    m_window->about();
    QTest::qWait(50); // docks are laid out, and their tabs made, a while later
}

void TestAccessibility::workspaces()
{
    QTest::addColumn<int>("workspace");
    QTest::newRow("replay") << int(MainWindow::Replay);
    QTest::newRow("live") << int(MainWindow::Live);
    QTest::newRow("runs") << int(MainWindow::Runs);
    QTest::newRow("data") << int(MainWindow::Data);
}

void TestAccessibility::everyControlHasAName()
{
    QStringList nameless;
    const QList<QWidget*> controls = controlsOf(m_window);
    for (QWidget* widget : controls)
        if (nameOf(widget).trimmed().isEmpty())
            nameless += describe(widget);
    QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join('\n')));
    QVERIFY(controls.size() > 60); // that they were looked at
}

void TestAccessibility::everyControlIsReachedByTheKeyboard()
{
    QStringList unreachable;
    for (const QWidget* widget : controlsOf(m_window)) {
        if (widget->objectName() == "paletteList") // moved from the line above it
            continue;
        if (!isReachable(widget, m_window->commands()))
            unreachable += describe(widget) + " " + nameOf(const_cast<QWidget*>(widget));
    }
    QVERIFY2(unreachable.isEmpty(), qPrintable(unreachable.join('\n')));
}

void TestAccessibility::everyActionHasTextAndId()
{
    QStringList bad;
    QStringList ids;
    for (const QMenu* menu : m_window->findChildren<QMenu*>())
        for (const QAction* action : menu->actions()) {
            if (action->isSeparator())
                continue;
            if (action->text().isEmpty() || (action->menu() == nullptr && action->objectName().isEmpty()))
                bad += menu->title() + " / " + action->text() + " / " + action->objectName();
        }
    for (const Command& command : m_window->commands().all()) {
        ids += command.id;
        if (command.text().isEmpty() || command.path.isEmpty())
            bad += command.id;
    }
    QVERIFY2(bad.isEmpty(), qPrintable(bad.join('\n')));
    QVERIFY(doubled(ids).isEmpty());
}

void TestAccessibility::noKeyIsAmbiguous()
{
    QStringList ambiguous;
    for (const Command& command : m_window->commands().all())
        for (const QKeySequence& keys : command.keys())
            for (const Command* other : m_window->commands().conflicts(command.id, keys))
                ambiguous += keys.toString() + ": " + command.id + ", " + other->id;
    QVERIFY2(ambiguous.isEmpty(), qPrintable(ambiguous.join('\n')));
}

void TestAccessibility::noMnemonicIsAmbiguous()
{
    QFETCH(int, workspace);
    m_window->showWorkspace(workspace);
    const QStringList twice = doubled(mnemonicsIn(m_window));
    QVERIFY2(twice.isEmpty(), qPrintable(twice.join(' ')));
    auto* dialog = m_scratch->find<SettingsDialog>("settingsDialog");
    for (const auto page :
         {SettingsDialog::Appearance, SettingsDialog::Replay, SettingsDialog::Database, SettingsDialog::Keyboard}) {
        dialog->showPage(page);
        QVERIFY2(doubled(mnemonicsIn(dialog)).isEmpty(), qPrintable(doubled(mnemonicsIn(dialog)).join(' ')));
    }
}

void TestAccessibility::menusHaveNoMnemonicTwice()
{
    for (const QMenu* menu : m_window->findChildren<QMenu*>()) {
        QStringList keys;
        for (const QAction* action : menu->actions())
            if (const QKeySequence key = QKeySequence::mnemonic(action->text()); !key.isEmpty())
                keys += key.toString();
        QVERIFY2(doubled(keys).isEmpty(), qPrintable(menu->title() + ": " + doubled(keys).join(' ')));
    }
}

void TestAccessibility::tabGoesInReadingOrder()
{
    auto& keyboard = m_scratch->find<SettingsDialog>("settingsDialog")->keyboard();
    m_scratch->find<SettingsDialog>("settingsDialog")->showPage(SettingsDialog::Keyboard);
    keyboard.table().selectRow(0); // then it can be changed
    for (QWidget* panel : std::initializer_list<QWidget*>{&m_window->form(), &keyboard}) {
        const QList<QWidget*> order = tabOrder(panel);
        QVERIFY(order.size() >= 4);
        for (qsizetype i = 1; i < order.size(); ++i)
            QVERIFY2(isReadingOrder(panel, order[i - 1], order[i]),
                     qPrintable(nameOf(order[i - 1]) + " before " + nameOf(order[i])));
    }
}

void TestAccessibility::tabReachesTheWholeWorkspace()
{
    QFETCH(int, workspace);
    for (const char* dialog : {"settingsDialog", "aboutDialog"})
        if (auto* open = m_scratch->find<QDialog>(dialog))
            open->hide();
    m_window->showWorkspace(workspace);
    // The dialogs give the keyboard back a while after they are gone.
    QTest::qWait(50);
    QApplication::setActiveWindow(m_window);
    m_window->form().runButton()->setFocus();
    QTRY_VERIFY(m_window->form().runButton()->hasFocus());
    QSet<QWidget*> visited;
    const QWidget* last = nullptr;
    for (int i = 0; i < 300; ++i) {
        QWidget* focus = QApplication::focusWidget();
        // A page of text keeps the keyboard while Tab goes through its links.
        if (focus == nullptr || (visited.contains(focus) && focus != last))
            break;
        visited += focus;
        last = focus;
        QTest::keyClick(focus, Qt::Key_Tab);
    }
    QStringList missed;
    for (QWidget* widget : controlsOf(m_window))
        if (widget->window() == m_window && widget->isVisible() && widget->isEnabled() &&
            (widget->focusPolicy() & Qt::TabFocus) != 0 && widget->focusProxy() == nullptr && !visited.contains(widget))
            missed += describe(widget) + " " + nameOf(widget);
    QVERIFY2(missed.isEmpty(), qPrintable(missed.join('\n')));
}

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    Theme::instance().apply(application, Theme::Mode::Light);
    TestAccessibility test;
    QTEST_SET_MAIN_SOURCE_PATH
    const int status = QTest::qExec(&test, argc, argv);
    BackgroundThreads::shutdown();
    return status;
}
#include "tst_accessibility.moc"
