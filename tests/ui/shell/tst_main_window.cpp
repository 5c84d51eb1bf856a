// SPDX-License-Identifier: GPL-3.0-or-later
#include "charts/chart_stack.h"
#include "charts/time_bar.h"
#include "common/floating_notices.h"
#include "common/number_format.h"
#include "desk/stored_runs.h"
#include "pipeline/plan_tree.h"
#include "replay/run_form.h"
#include "runs/runs_page.h"
#include "shell/main_window.h"
#include "shell/replay_page.h"

#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTreeView>
#include <QtTest>

using namespace carry;
using namespace carry::ui;

namespace
{

// Long enough that a run cannot be over before it is cancelled; sanitizers make it many times slower.
#ifdef __SANITIZE_ADDRESS__
constexpr int kPatience = 240'000;
const QString kLongDemo = QStringLiteral("demo:60000");
#else
constexpr int kPatience = 60'000;
const QString kLongDemo = QStringLiteral("demo:400000");
#endif

QPushButton* buttonOf(const QWidget& parent, const QString& text)
{
    for (auto* button : parent.findChildren<QPushButton*>())
        if (button->text() == text && button->isVisible())
            return button;
    return nullptr;
}

} // namespace

//! The program as people use it: started, clicked, closed, started again.
class TestMainWindow : public QObject
{
    Q_OBJECT
  private slots:
    void init();
    void firstStartRunsTheDemo();
    void runPauseStepSelectCloseReopen();
    void asksBeforeClosingARun();
    void resumesAnInterruptedRun();
    void goesOnWithoutADatabase();
    void tellsWhatIsWrongAtTheField();
    void whatCannotRunIsForgottenWhenMended();
    void saysWhereAndWhyItStopped();
    void keyboardReachesEveryWorkspace();

  private:
    std::unique_ptr<MainWindow> start();
    QString database() const { return m_place->filePath("runs.db"); }

    std::unique_ptr<QTemporaryDir> m_place;
};

void TestMainWindow::init()
{
    QLocale::setDefault(QLocale::c());
    m_place = std::make_unique<QTemporaryDir>();
}

std::unique_ptr<MainWindow> TestMainWindow::start()
{
    WindowOptions options;
    options.database = database();
    options.settingsFile = m_place->filePath("settings.ini");
    auto window = std::make_unique<MainWindow>(options);
    window->resize(1440, 900);
    window->show();
    window->activateWindow();
    return window;
}

void TestMainWindow::firstStartRunsTheDemo()
{
    const auto window = start();
    QSignalSpy ended(window.get(), &MainWindow::runEnded);
    QVERIFY(window->session().empty()); // the window stands before anything is computed
    QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, kPatience);
    QTRY_VERIFY(window->session().length() > 9000);
    QCOMPARE(window->session().cursor(), window->session().length() - 1);
    QVERIFY(window->banner().text().isEmpty());
    const auto runs = listStoredRuns(database().toStdString());
    QVERIFY(runs && runs->size() == 1);
    QCOMPARE(runs->front().preset, std::string("demo-tour"));
    // That the data are made up, and that nothing is live, is to be seen in a narrow window too.
    const auto* headline = window->findChild<QLabel*>(QStringLiteral("headline"));
    for (const int width : {1920, 1440, 1280}) {
        window->resize(width, 800);
        QTRY_COMPARE(window->width(), width);
        QTRY_VERIFY(headline->isVisible() && headline->width() >= headline->minimumWidth());
        QVERIFY(headline->visibleRegion().boundingRect().width() >= headline->minimumWidth());
    }
}

void TestMainWindow::runPauseStepSelectCloseReopen()
{
    QString id;
    std::size_t plan = 0;
    {
        const auto window = start();
        QSignalSpy ended(window.get(), &MainWindow::runEnded);
        QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, kPatience);
        RunSession& session = window->session();
        QTRY_VERIFY(session.length() > 9000);
        id = QString::fromStdString(session.record()->info().runId);

        // Plays, pauses, steps back: by keys.
        QTest::keyClick(window.get(), Qt::Key_Home, Qt::ControlModifier);
        QCOMPARE(session.cursor(), 0U);
        QTest::keyClick(window.get(), Qt::Key_F5);
        QVERIFY(window->player().playing());
        QTRY_VERIFY(session.cursor() > 20);
        QTest::keyClick(window.get(), Qt::Key_F5);
        QVERIFY(!window->player().playing());
        const std::size_t at = session.cursor();
        QTest::keyClick(window.get(), Qt::Key_F6);
        QCOMPARE(session.cursor(), at - 1);

        // A decision is clicked in the chart and found in the tree.
        QTest::keyClick(window.get(), Qt::Key_End, Qt::ControlModifier);
        ChartStack& charts = window->replay().charts();
        plan = 2;
        charts.redrawNow();
        const std::size_t step = session.record()->plan(plan - 1).decisionStep;
        const QPoint place = charts.coordToPixel(PaneId::Nav, session.record()->time(step),
                                                 session.record()->at(step, ColumnLayout::step(StepColumn::Nav)));
        QWidget* under = charts.childAt(place);
        QVERIFY(under != nullptr);
        QTest::mouseClick(under, Qt::LeftButton, {}, under->mapFrom(&charts, place));
        QCOMPARE(session.selection(), (Selection{Selection::Kind::Plan, plan}));
        auto* tree = window->replay().findChild<PlanTree*>();
        QVERIFY(tree != nullptr);
        auto* view = tree->findChild<QTreeView*>();
        QVERIFY(view != nullptr);
        QTRY_VERIFY(view->selectionModel()->hasSelection());
        const QString text = view->selectionModel()->currentIndex().siblingAtColumn(0).data().toString();
        QVERIFY2(text.contains("Deposit", Qt::CaseInsensitive), qPrintable(text));
        QVERIFY(window->close());
    }
    // Started again it shows the same run, read from the database.
    const auto window = start();
    QSignalSpy opened(window.get(), &MainWindow::runOpened);
    QTRY_COMPARE_WITH_TIMEOUT(opened.count(), 1, kPatience);
    QCOMPARE(QString::fromStdString(window->session().record()->info().runId), id);
    QTRY_VERIFY(window->session().length() > 9000);
    const auto stored = showStoredRun(database().toStdString(), id.toStdString());
    QVERIFY(stored.has_value());
    QCOMPARE(resultDigest(*window->session().record()), stored->summary.resultDigest);
    window->session().select({Selection::Kind::Plan, plan});
    QTRY_VERIFY(window->replay().findChild<PlanTree*>()->findChild<QTreeView*>()->selectionModel()->hasSelection());
    QTRY_VERIFY_WITH_TIMEOUT(!window->controller().busy(), kPatience);
}

void TestMainWindow::asksBeforeClosingARun()
{
    const auto window = start();
    QSignalSpy ended(window.get(), &MainWindow::runEnded);
    QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, kPatience);
    window->controller().run(RunRequest{RunConfiguration::load("btc-basis").value(), kLongDemo, {}, {}});
    QTRY_COMPARE_WITH_TIMEOUT(window->controller().state(), RunController::State::Running, kPatience);
    bool asked = false;
    const auto answer = [&](const char* text) {
        QTimer::singleShot(0, window.get(), [&asked, &window, text] {
            auto* box = window->findChild<QMessageBox*>("closeQuestion");
            QVERIFY(box != nullptr);
            asked = true;
            QTest::mouseClick(buttonOf(*box, text), Qt::LeftButton);
        });
    };
    answer("Keep running");
    QVERIFY(!window->close());
    QVERIFY(asked);
    QVERIFY(window->controller().busy());
    asked = false;
    answer("Stop and close");
    window->close();
    QVERIFY(asked);
    QTRY_VERIFY_WITH_TIMEOUT(!window->isVisible(), kPatience);
    const auto runs = listStoredRuns(database().toStdString());
    QVERIFY(runs.has_value());
    QCOMPARE(runs->front().status, RunStatus::Interrupted);
    QVERIFY(runs->front().steps > 0); // what was committed is kept
}

void TestMainWindow::resumesAnInterruptedRun()
{
    BacktestOptions options;
    const auto data = openData(kLongDemo.toStdString()).value();
    const auto configuration = RunConfiguration::load("btc-basis").value();
    const auto whole = runBacktest(configuration, *data, options).value();
    options.database = database().toStdString();
    options.progress = [](std::size_t steps, std::size_t) { return steps < 5'000; };
    const auto part = runBacktest(configuration, *data, options).value();
    QCOMPARE(part.summary.status, RunStatus::Interrupted);
    const auto window = start();
    QTRY_VERIFY_WITH_TIMEOUT(window->banner().text().contains("interrupted"), kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(!window->controller().busy(), kPatience);
    QCOMPARE(window->session().length(), std::size_t{0}); // nothing starts by itself in its way
    QSignalSpy ended(window.get(), &MainWindow::runEnded);
    if (QPushButton* resume = buttonOf(window->banner(), "Resume"))
        QTest::mouseClick(resume, Qt::LeftButton);
    else
        QFAIL("nothing offers to resume");
    QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, kPatience);
    const auto stored = showStoredRun(database().toStdString(), part.record->info().runId);
    QVERIFY(stored.has_value());
    QCOMPARE(stored->summary.status, RunStatus::Done);
    QCOMPARE(stored->summary.resultDigest, whole.summary.resultDigest);
}

void TestMainWindow::goesOnWithoutADatabase()
{
    QFile file(database());
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(QByteArray(8192, 'x')) > 0);
    file.close();
    const auto window = start();
    QSignalSpy ended(window.get(), &MainWindow::runEnded);
    QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, kPatience);
    QTRY_VERIFY(window->session().length() > 9000);
    QVERIFY2(window->banner().text().contains("STORE-004"), qPrintable(window->banner().text()));
    QTRY_VERIFY(buttonOf(window->banner(), QStringLiteral("Save elsewhere…")) != nullptr);
}

void TestMainWindow::tellsWhatIsWrongAtTheField()
{
    const auto window = start();
    QSignalSpy ended(window.get(), &MainWindow::runEnded);
    QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, kPatience);
    auto* capital = [&]() -> QLineEdit* {
        for (auto* edit : window->form().findChildren<QLineEdit*>())
            if (edit->accessibleName() == "Capital in share class")
                return edit;
        return nullptr;
    }();
    QVERIFY(capital != nullptr);
    capital->selectAll();
    QTest::keyClicks(capital, "-1");
    QTest::mouseClick(window->form().runButton(), Qt::LeftButton);
    QVERIFY(!window->controller().busy());
    QVERIFY(capital->property("invalid").toBool());
}

void TestMainWindow::whatCannotRunIsForgottenWhenMended()
{
    const auto window = start();
    QSignalSpy ended(window.get(), &MainWindow::runEnded);
    QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, kPatience);
    window->form().setPreset("staking-hedged-leveraged");
    window->draft().parameters().setText("leverage.target_ltv", "0.97"); // within its range, but not to be held
    window->startRun();
    QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 2, kPatience);
    QVERIFY(window->banner().text().contains("Cannot run"));
    window->draft().parameters().setText("leverage.target_ltv", "0.9");
    QVERIFY(window->banner().text().isEmpty());
    // A run that is started in another way is the one that the form shows.
    window->controller().run(RunRequest{RunConfiguration::load("btc-basis").value(), "demo", {}, {}});
    QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 3, kPatience);
    QCOMPARE(window->form().preset(), QString("btc-basis"));
}

void TestMainWindow::saysWhereAndWhyItStopped()
{
    const auto window = start();
    QSignalSpy ended(window.get(), &MainWindow::runEnded);
    QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, kPatience);
    QTRY_VERIFY(window->session().length() > 9000);
    window->player().toStart();
    window->player().stops().setOn(int(RunEvent::Decision), true);
    window->player().setSpeed(Player::kMaxSpeed);
    window->player().play();
    QTRY_VERIFY(window->note().text().startsWith("Stopped before"));
    const std::size_t at = window->session().cursor();
    for (auto* button : window->note().findChildren<QToolButton*>())
        if (button->text() == "Go on")
            QTest::mouseClick(button, Qt::LeftButton);
    QTRY_VERIFY(window->session().cursor() > at);
    QTRY_VERIFY(window->note().text().startsWith("Stopped before"));
    window->player().stops().setOn(int(RunEvent::Decision), false);
    window->player().nextBreach();
    QVERIFY(window->note().text().contains(dateTime(window->session().view().time())));
    window->player().stepForward();
    QVERIFY(window->note().text().isEmpty()); // it was about another step
}

void TestMainWindow::keyboardReachesEveryWorkspace()
{
    const auto window = start();
    QSignalSpy ended(window.get(), &MainWindow::runEnded);
    QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, kPatience);
    QTest::keyClick(window.get(), Qt::Key_3, Qt::ControlModifier);
    QVERIFY(window->runs().isVisible());
    QTest::keyClick(window.get(), Qt::Key_4, Qt::ControlModifier);
    QVERIFY(!window->runs().isVisible());
    QTest::keyClick(window.get(), Qt::Key_1, Qt::ControlModifier);
    QVERIFY(window->replay().isVisible());
}

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    Theme::instance().apply(application, Theme::Mode::Light);
    TestMainWindow test;
    QTEST_SET_MAIN_SOURCE_PATH
    const int status = QTest::qExec(&test, argc, argv);
    BackgroundThreads::shutdown();
    return status;
}
#include "tst_main_window.moc"
