// SPDX-License-Identifier: GPL-3.0-or-later
// One sitting at the window, with real events: run, play, pause, step, fork, find the run again, compare, export,
// close, start anew. What was written is read back without the window.
#include "desk/stored_runs.h"
#include "replay/fork_panel.h"
#include "replay/parameter_model.h"
#include "replay/run_form.h"
#include "replay/transport_bar.h"
#include "runs/compare_view.h"
#include "runs/runs_page.h"
#include "scratch_window.h"
#include "shell/replay_page.h"

#include <QComboBox>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QTableView>
#include <QToolBar>
#include <QToolButton>
#include <QtTest>

using namespace carry;
using namespace carry::ui;

namespace
{

constexpr int kPatience = 60'000;

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class TestEndToEnd : public QObject
{
    Q_OBJECT
  private slots:
    void initTestCase();
    void runs();
    void playsAndSteps();
    void forks();
    void opensTheParentFromTheDatabase();
    void comparesTheTwo();
    void exports();
    void startsAnewWithWhatWasKept();

  private:
    MainWindow& window() { return *m_scratch->window; }
    RunSession& session() { return window().session(); }
    std::string database() const { return m_scratch->place.filePath("runs.db").toStdString(); }
    QTableView* table() { return m_scratch->find<QTableView>("runsTable"); }
    void press(const char* action)
    {
        auto* button =
            qobject_cast<QToolButton*>(window().replay().transport().widgetForAction(m_scratch->action(action)));
        QVERIFY(button != nullptr);
        QTest::mouseClick(button, Qt::LeftButton);
    }
    int rowOf(const std::string& runId)
    {
        const QString id = QString::fromStdString(runId).left(8);
        for (int row = 0; row < table()->model()->rowCount(); ++row)
            if (table()->model()->index(row, int(RunColumn::RunId)).data().toString().startsWith(id))
                return row;
        return -1;
    }
    QPoint middleOf(int row) { return table()->visualRect(table()->model()->index(row, 0)).center(); }

    std::unique_ptr<testing::ScratchWindow> m_scratch;
    std::string m_parent, m_child;
    std::size_t m_parting = 0; //!< step
};

void TestEndToEnd::initTestCase()
{
    QLocale::setDefault(QLocale::c());
    m_scratch = std::make_unique<testing::ScratchWindow>();
}

void TestEndToEnd::runs()
{
    auto* preset = window().form().findChild<QComboBox*>();
    preset->setFocus();
    QTest::keyClicks(preset, "demo-tour");
    QCOMPARE(window().form().preset(), QString("demo-tour"));
    QSignalSpy ended(&window(), &MainWindow::runEnded);
    QTest::mouseClick(window().form().runButton(), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, kPatience);
    m_parent = session().record()->info().runId;
    const auto stored = showStoredRun(database(), m_parent);
    QVERIFY(stored.has_value());
    QVERIFY(stored->summary.status == RunStatus::Done);
}

void TestEndToEnd::playsAndSteps()
{
    press("to-start");
    QCOMPARE(session().cursor(), std::size_t{0});
    press("play");
    QVERIFY(window().player().playing());
    QTRY_VERIFY_WITH_TIMEOUT(session().cursor() >= 20, kPatience);
    press("play");
    QVERIFY(!window().player().playing());
    const std::size_t at = session().cursor();
    press("step-forward");
    QCOMPARE(session().cursor(), at + 1);
    QTest::keyClick(&window(), Qt::Key_F6);
    QCOMPARE(session().cursor(), at);
    press("next-decision");
    QVERIFY(session().cursor() > at);
    QVERIFY(session().selection().kind == Selection::Kind::Plan);
    // To a date, typed.
    auto* time = m_scratch->find<QLineEdit>("cursorTimeLineEdit");
    QTest::keyClick(&window(), Qt::Key_G, Qt::ControlModifier);
    QTRY_VERIFY(time->hasFocus());
    QTest::keyClicks(time, "2024-09-20 00:00");
    QTest::keyClick(time, Qt::Key_Return);
    QCOMPARE(formatIso(session().view().time()), std::string("2024-09-20T00:00:00Z"));
    m_parting = session().cursor();
}

void TestEndToEnd::forks()
{
    QTest::keyClick(&window(), Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
    ForkPanel& panel = window().replay().forking();
    QTRY_VERIFY(panel.isVisible());
    panel.decision()->setFocus();
    QTest::keyClick(panel.decision(), Qt::Key_End); // rebalance is the last that can be ordered
    QTest::keyClick(panel.decision(), Qt::Key_Up);  // exit before it
    QCOMPARE(static_cast<Action>(panel.decision()->currentData().toInt()), Action::Exit);
    QSignalSpy ended(&window(), &MainWindow::runEnded);
    QTest::mouseClick(panel.button(), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, kPatience);
    const RunRecord& child = *session().record();
    m_child = child.info().runId;
    QVERIFY(m_child != m_parent);
    QCOMPARE(child.info().forks.back().parent, m_parent);
    // Until there it is the parent, to the last figure; there it leaves.
    const RunRecord& parent = *session().reference().record;
    for (std::size_t step = 0; step < m_parting; ++step)
        for (std::size_t column = 0; column < child.layout().count(); ++column) {
            const double a = parent.at(step, column);
            const double b = child.at(step, column);
            QVERIFY(a == b || (std::isnan(a) && std::isnan(b)));
        }
    const std::size_t decisions = child.ends(m_parting).decisions;
    QCOMPARE(child.decision(decisions - 1).action, Action::Exit);
}

void TestEndToEnd::opensTheParentFromTheDatabase()
{
    QTest::keyClick(&window(), Qt::Key_3, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(rowOf(m_parent) >= 0 && rowOf(m_child) >= 0, kPatience);
    QSignalSpy opened(&window(), &MainWindow::runOpened);
    const QPoint at = middleOf(rowOf(m_parent));
    QTest::mouseClick(table()->viewport(), Qt::LeftButton, {}, at);
    QTest::mouseDClick(table()->viewport(), Qt::LeftButton, {}, at);
    QTRY_COMPARE_WITH_TIMEOUT(opened.count(), 1, kPatience);
    QCOMPARE(session().record()->info().runId, m_parent);
    QVERIFY(!session().reference().record); // alone
}

void TestEndToEnd::comparesTheTwo()
{
    window().showWorkspace(MainWindow::Runs);
    QTest::mouseClick(table()->viewport(), Qt::LeftButton, {}, middleOf(rowOf(m_parent)));
    QTest::mouseClick(table()->viewport(), Qt::LeftButton, Qt::ControlModifier, middleOf(rowOf(m_child)));
    QCOMPARE(window().runs().selectedRuns().size(), 2);
    QTest::keyClick(table(), Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
    auto* view = window().runs().findChild<CompareView*>();
    QTRY_VERIFY_WITH_TIMEOUT(view->isVisible(), kPatience);
    QCOMPARE(view->comparison().runs.size(), std::size_t{2});
    const auto& parting = view->comparison().divergence[1];
    QVERIFY(parting.has_value());
    QCOMPARE(formatIso(parting->time), std::string("2024-09-20T00:00:00Z"));
    QTest::keyClick(view, Qt::Key_Escape);
    QTRY_VERIFY(table()->isVisible());
}

void TestEndToEnd::exports()
{
    QString target;
    window().runs().setFileChooser([&target](const QString&, const QString&, bool) { return target; });
    const auto exportTo = [&](const char* action, const QString& name, const QString& made) {
        target = m_scratch->place.filePath(name);
        QTest::mouseClick(table()->viewport(), Qt::LeftButton, {}, middleOf(rowOf(m_child)));
        QAction* doing = m_scratch->action(action);
        if (!QTest::qWaitFor([doing] { return doing->isEnabled(); }, kPatience)) // the one before goes on
            return false;
        doing->trigger();
        // Whole, before anybody opens it: a database that is being written cannot be read.
        return QTest::qWaitFor([&] { return QFile::exists(m_scratch->place.filePath(made)) && doing->isEnabled(); },
                               kPatience);
    };
    const auto stored = showStoredRun(database(), m_child);
    QVERIFY2(stored.has_value(), stored ? "" : describe(stored.error()).c_str());
    const QByteArray id = QByteArray::fromStdString(m_child);

    QVERIFY(exportTo("exportJsonAction", "run.json", "run.json"));
    QTRY_VERIFY(!QJsonDocument::fromJson(contentOf(target)).isNull());
    const QByteArray json = contentOf(target);
    QVERIFY(json.contains(id));
    QVERIFY(json.contains(QByteArray::fromStdString(stored->summary.resultDigest)));

    QVERIFY(exportTo("exportCsvAction", "csv", "csv/steps.csv"));
    const QString steps = m_scratch->place.filePath("csv/steps.csv");
    const auto rows = qsizetype(stored->summary.steps);
    QTRY_VERIFY_WITH_TIMEOUT(contentOf(steps).count('\n') >= rows, kPatience);

    QVERIFY(exportTo("exportHtmlAction", "report.html", "report.html"));
    QTRY_VERIFY_WITH_TIMEOUT(contentOf(target).contains("</html>"), kPatience);
    QVERIFY(contentOf(target).contains(id.left(8)));

    QVERIFY(exportTo("exportSqliteAction", "one.sqlite", "one.sqlite"));
    QTRY_VERIFY_WITH_TIMEOUT(showStoredRun(target.toStdString(), m_child).has_value(), kPatience);
    QCOMPARE(listStoredRuns(target.toStdString()).value().size(), std::size_t{1});
    QCOMPARE(loadStoredRun(target.toStdString(), m_child).value().stored.summary.resultDigest,
             stored->summary.resultDigest);
}

void TestEndToEnd::startsAnewWithWhatWasKept()
{
    m_scratch->window->close();
    m_scratch->window.reset();
    WindowOptions options;
    options.database = m_scratch->place.filePath("runs.db");
    options.settingsFile = m_scratch->place.filePath("settings.ini");
    m_scratch->window = std::make_unique<MainWindow>(options);
    QSignalSpy opened(m_scratch->window.get(), &MainWindow::runOpened);
    m_scratch->window->show();
    QTRY_COMPARE_WITH_TIMEOUT(opened.count(), 1, kPatience);
    QCOMPARE(session().record()->info().runId, m_child); // the newest one
    QCOMPARE(session().cursor(), session().length() - 1);
}

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    Theme::instance().apply(application, Theme::Mode::Light);
    TestEndToEnd test;
    const int failed = QTest::qExec(&test, argc, argv);
    BackgroundThreads::shutdown();
    return failed;
}
#include "tst_end_to_end.moc"
