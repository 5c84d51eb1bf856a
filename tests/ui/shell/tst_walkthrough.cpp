// SPDX-License-Identifier: GPL-3.0-or-later
// The walk of docs/guide.md: its keys are read from the guide, what they do is checked here.
#include "common/notices.h"
#include "desk/fork.h"
#include "pipeline/inspector.h"
#include "pipeline/why_not.h"
#include "replay/fork_panel.h"
#include "replay/parameter_model.h"
#include "replay/run_form.h"
#include "runs/compare_view.h"
#include "runs/runs_page.h"
#include "scratch_window.h"
#include "shell/replay_page.h"

#include <QDockWidget>
#include <QFile>
#include <QRegularExpression>
#include <QTableView>
#include <QtTest>

using namespace carry;
using namespace carry::ui;

namespace
{

constexpr int kPatience = 60'000;

//! Keys or text of one step, in order.
struct Press {
    QString keys, text;
};
using Walk = std::map<int, std::vector<Press>>;

Walk walkOfTheGuide()
{
    QFile file(QStringLiteral(CARRYDESK_SOURCE_DIR "/docs/guide.md"));
    Walk walk;
    if (!file.open(QIODevice::ReadOnly))
        return walk;
    const QString guide = QString::fromUtf8(file.readAll());
    const QString section =
        guide.section(QStringLiteral("## A walk through the window"), 1).section(QStringLiteral("\n## "), 0, 0);
    static const QRegularExpression row(QStringLiteral("^\\| (\\d+) \\| ([^|]*) \\|"),
                                        QRegularExpression::MultilineOption);
    static const QRegularExpression press(QStringLiteral("`([^`]+)`|\"([^\"]+)\""));
    for (auto rows = row.globalMatch(section); rows.hasNext();) {
        const auto found = rows.next();
        for (auto presses = press.globalMatch(found.captured(2)); presses.hasNext();) {
            const auto each = presses.next();
            walk[found.captured(1).toInt()].push_back({each.captured(1), each.captured(2)});
        }
    }
    return walk;
}

QKeyCombination combination(QString keys)
{
    keys.replace(QLatin1String("Enter"), QLatin1String("Return")); // people call the large one Enter
    return QKeySequence::fromString(keys, QKeySequence::PortableText)[0];
}

} // namespace

class TestWalkthrough : public QObject
{
    Q_OBJECT
  private slots:
    void initTestCase();
    void theGuideAsItStands();

  private:
    void press(int step);
    RunSession& session() { return m_scratch->window->session(); }
    std::string shownTime() { return formatIso(session().view().time()); }

    Walk m_walk;
    std::unique_ptr<testing::ScratchWindow> m_scratch;
};

void TestWalkthrough::initTestCase()
{
    QLocale::setDefault(QLocale::c());
    m_walk = walkOfTheGuide();
    QCOMPARE(m_walk.size(), std::size_t{11});
    m_scratch = std::make_unique<testing::ScratchWindow>();
}

void TestWalkthrough::press(int step)
{
    for (const Press& each : m_walk.at(step)) {
        QWidget* focus = QApplication::focusWidget();
        QWidget* receiver = focus != nullptr ? focus : m_scratch->window.get();
        if (each.keys.isEmpty()) {
            QTest::keyClicks(receiver, each.text);
        } else {
            const QKeyCombination keys = combination(each.keys);
            QTest::keyClick(receiver, keys.key(), keys.keyboardModifiers());
        }
        QTest::qWait(20); // as a person would: what follows is seen first
    }
}

void TestWalkthrough::theGuideAsItStands()
{
    MainWindow& window = *m_scratch->window;
    press(1);
    QCOMPARE(window.form().preset(), QString("staking-hedged-leveraged"));

    QSignalSpy ended(&window, &MainWindow::runEnded);
    press(2);
    QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, kPatience);
    QTRY_COMPARE(session().cursor(), session().length() - 1);
    const std::string parent = session().record()->info().runId;

    press(3);
    QCOMPARE(shownTime(), std::string("2024-08-24T12:00:00Z"));
    const std::size_t decided = session().cursor();
    QCOMPARE(session().record()->plan(session().view().plansOf(decided).first).action, Action::Rebalance);
    QVERIFY(session().selection().kind == Selection::Kind::Plan);
    const QString why = m_scratch->window->findChild<Inspector*>()->text();
    QVERIFY2(why.contains("Equity moved by"), qPrintable(why));

    press(4);
    auto* conditions = m_scratch->find<QTableView>("whyNotTable");
    QTRY_VERIFY(conditions->isVisible());
    bool met = false;
    QString all;
    for (int row = 0; row < conditions->model()->rowCount(); ++row) {
        QString line;
        for (int column = 0; column < conditions->model()->columnCount(); ++column)
            line += conditions->model()->index(row, column).data().toString() + '|';
        all += line + '\n';
        met = met || (line.startsWith("Equity moved since the hedge|2.00") && line.contains("|> 2.00") &&
                      line.contains("|Met|"));
    }
    QVERIFY2(met, qPrintable(all));

    press(5);
    QCOMPARE(window.bookmarks().all().size(), std::size_t{1});
    QCOMPARE(window.bookmarks().all().front().note, std::string("2 % tolerance: too nervous?"));
    QTRY_COMPARE(listStoredBookmarks(m_scratch->place.filePath("runs.db").toStdString(), parent).value().size(),
                 std::size_t{1});

    press(6);
    ForkPanel& forking = window.replay().forking();
    QTRY_VERIFY(forking.isVisible());
    press(7);
    QTRY_COMPARE(forking.parameters().text("rebalance.equity_tolerance"), QString("0.04"));
    QCOMPARE(forking.parameters().changedCount(), 1);

    press(8);
    QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 2, kPatience);
    const RunInfo& child = session().record()->info();
    QVERIFY(child.runId != parent);
    QCOMPARE(child.forks.size(), std::size_t{1});
    QCOMPARE(child.forks.front().parent, parent);
    QCOMPARE(formatIso(child.forks.front().at), std::string("2024-08-24T12:00:00Z"));
    QVERIFY(session().reference().record != nullptr);
    QCOMPARE(session().reference().record->info().runId, parent);

    press(9);
    auto* comparison = window.runs().findChild<CompareView*>();
    QTRY_VERIFY_WITH_TIMEOUT(comparison->isVisible(), kPatience);
    QCOMPARE(comparison->comparison().runs[0].info.runId, parent);
    QCOMPARE(comparison->comparison().runs[1].info.runId, child.runId);
    const auto& parting = comparison->comparison().divergence[1];
    QVERIFY(parting.has_value());
    QCOMPARE(formatIso(parting->time), std::string("2024-08-24T12:00:00Z"));

    QSignalSpy opened(&window, &MainWindow::runOpened);
    comparison->setFocus();
    press(10);
    QTRY_COMPARE_WITH_TIMEOUT(opened.count(), 1, kPatience);
    QTRY_VERIFY(session().reference().record != nullptr);
    QCOMPARE(shownTime(), std::string("2024-08-24T12:00:00Z"));
    QCOMPARE(session().record()->info().runId, comparison->comparison().runs[1].info.runId);
    QVERIFY(session().view().plansOf(session().cursor()).empty()); // it holds

    press(11);
    QCOMPARE(session().record()->info().runId, parent);
    QCOMPARE(shownTime(), std::string("2024-08-24T12:00:00Z"));
    QVERIFY(!session().view().plansOf(session().cursor()).empty());

    // Compared again, now that the parent is the one that is shown: it is A all the same.
    press(9);
    QTRY_VERIFY_WITH_TIMEOUT(comparison->isVisible(), kPatience);
    QCOMPARE(comparison->comparison().runs[0].info.runId, parent);
    // Keys that come before both runs are there mean these two.
    comparison->setFocus();
    QTest::keyClick(comparison, Qt::Key_E, Qt::AltModifier);
    QTest::keyClick(&window, Qt::Key_X, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_COMPARE_WITH_TIMEOUT(opened.count(), 2, kPatience);
    QTRY_COMPARE(session().record()->info().runId, parent);
    QVERIFY(session().reference().name.startsWith("Fork"));
    QCOMPARE(shownTime(), std::string("2024-08-24T12:00:00Z"));
}

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    Theme::instance().apply(application, Theme::Mode::Light);
    TestWalkthrough test;
    const int failed = QTest::qExec(&test, argc, argv);
    BackgroundThreads::shutdown();
    return failed;
}
#include "tst_walkthrough.moc"
