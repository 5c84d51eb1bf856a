// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/edit_bar.h"
#include "common/notices.h"
#include "common/theme.h"
#include "desk/backtest_job.h"
#include "made_runs.h"
#include "runs/compare_view.h"
#include "runs/runs_page.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QtTest>

using namespace carry;
using namespace carry::ui;

namespace
{

constexpr int kPatience = 30'000; //!< ms, for work that computes runs

//! A page on a database of its own with two finished runs and an interrupted one.
struct Desk {
    QTemporaryDir folder;
    QString file = folder.filePath(QStringLiteral("runs.sqlite"));
    RunsPage page;

    QTableView* table() { return page.findChild<QTableView*>(QStringLiteral("runsTable")); }
    QAction* action(const char* name) { return page.findChild<QAction*>(QLatin1String(name)); }
    Banner* message() { return page.findChild<Banner*>(QStringLiteral("messageBanner")); }
    Banner* undo() { return page.findChild<Banner*>(QStringLiteral("undoBanner")); }
    QLineEdit* filter() { return page.findChild<QLineEdit*>(QStringLiteral("runsFilter")); }
    int rows() { return table()->model()->rowCount(); }
    QString cell(int row, RunColumn column)
    {
        return table()->model()->index(row, static_cast<int>(column)).data().toString();
    }
    int rowOf(RunColumn column, const QString& text)
    {
        for (int row = 0; row < rows(); ++row)
            if (cell(row, column) == text)
                return row;
        return -1;
    }
    void select(int row) // whatever keys a test has pressed before
    {
        table()->selectionModel()->setCurrentIndex(table()->model()->index(row, 0),
                                                   QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    }
    void open()
    {
        page.setDatabase(file);
        page.resize(1440, 700);
        page.show();
        QVERIFY(QTest::qWaitForWindowExposed(&page));
    }
};

std::string store(const QString& file, const std::string& preset, const std::vector<std::string>& assignments = {},
                  bool interrupt = false)
{
    static int number = 0;
    static const auto data = openData("demo").value();
    auto configuration = RunConfiguration::load(preset).value();
    for (const std::string& assignment : assignments)
        if (!configuration.apply(assignment))
            throw std::runtime_error("cannot apply " + assignment);
    BacktestOptions options;
    options.database = file.toStdString();
    if (!interrupt) // that one is to be long enough
        options.period = {*parseIsoTime("2024-06-01"), *parseIsoTime("2024-07-15")};
    options.startedAt = formatIso(*parseIsoTime("2026-01-01") + ++number * kHour);
    const auto job = BacktestJob::start(configuration, *data, options).value();
    if (interrupt)
        job->cancel();
    const auto result = job->wait().value();
    if (result.storeError || (result.summary.status == RunStatus::Interrupted) != interrupt)
        throw std::runtime_error("the run did not end as it was to");
    return result.record->info().runId;
}

void storeThree(const QString& file)
{
    store(file, "btc-basis");
    store(file, "btc-basis", {"capital=250000"});
    store(file, "eth-basis", {}, true);
}

} // namespace

class TestRunsPage : public QObject
{
    Q_OBJECT
  private slots:
    void initTestCase() { Theme::instance().apply(*qApp, Theme::Mode::Light); }

    void saysWhatToDoWhileThereIsNothing()
    {
        Desk desk;
        auto* empty = desk.page.findChild<EmptyState*>();
        desk.page.show();
        QVERIFY(empty->text().contains(QStringLiteral("No database")));
        desk.open();
        QTRY_VERIFY(empty->text().contains(QStringLiteral("press Run")));
        QTRY_VERIFY(empty->isVisible());           // once it is known that there are none
        QVERIFY(desk.message()->text().isEmpty()); // a database that is not there yet is no error
        QVERIFY(!QFileInfo::exists(desk.file));
    }
    void everyInputHasANameAndEveryActionItsOwnKeys()
    {
        Desk desk;
        QSet<QKeySequence> keys;
        for (const QAction* action : desk.page.findChildren<QAction*>()) {
            // Qt's own ones, and copying, which each table has for itself.
            if (action->objectName().isEmpty() || action->objectName().startsWith(QLatin1String("_q")) ||
                action->objectName() == QStringLiteral("copyRowsAction"))
                continue;
            QVERIFY2(!action->text().isEmpty(), qPrintable(action->objectName()));
            for (const QKeySequence& sequence : action->shortcuts()) {
                QVERIFY2(!keys.contains(sequence), qPrintable(sequence.toString()));
                keys.insert(sequence);
            }
        }
        QVERIFY(keys.size() >= 14);
        for (const QWidget* widget : desk.page.findChildren<QWidget*>())
            if (qobject_cast<const QLineEdit*>(widget) || qobject_cast<const QComboBox*>(widget) ||
                qobject_cast<const QAbstractItemView*>(widget))
                if (!widget->inherits("QComboBoxListView") && !qobject_cast<const QHeaderView*>(widget))
                    QVERIFY2(!widget->accessibleName().isEmpty(), qPrintable(widget->objectName()));
    }
    void listsAndOpens()
    {
        Desk desk;
        storeThree(desk.file);
        desk.open();
        QTRY_COMPARE(desk.rows(), 3);
        QCOMPARE(desk.rowOf(RunColumn::Status, QStringLiteral("interrupted")), 0); // newest first
        QSignalSpy opened(&desk.page, &RunsPage::openRequested);
        const QModelIndex second = desk.table()->model()->index(1, static_cast<int>(RunColumn::Preset));
        const QPoint at = desk.table()->visualRect(second).center();
        QTest::mouseClick(desk.table()->viewport(), Qt::LeftButton, {}, at);
        QCOMPARE(desk.page.selectedRuns(), QStringList{desk.cell(1, RunColumn::RunId)});
        QTest::mouseDClick(desk.table()->viewport(), Qt::LeftButton, {}, at);
        QCOMPARE(opened.count(), 1);
        QCOMPARE(opened[0][0].toString(), desk.cell(1, RunColumn::RunId));
        desk.table()->setFocus();
        QTest::keyClick(desk.table(), Qt::Key_Return);
        QCOMPARE(opened.count(), 2);
        QTest::keyClick(desk.table(), Qt::Key_Down);
        QTest::keyClick(desk.table(), Qt::Key_Enter);
        QCOMPARE(opened.count(), 3);
        QCOMPARE(opened[2][0].toString(), desk.cell(2, RunColumn::RunId));
    }
    void keysOfTheFilter()
    {
        Desk desk;
        storeThree(desk.file);
        desk.open();
        QTRY_COMPARE(desk.rows(), 3);
        QTest::keyClick(&desk.page, Qt::Key_F, Qt::ControlModifier);
        QVERIFY(desk.filter()->hasFocus());
        QTest::keyClicks(desk.filter(), QStringLiteral("status:done capital>200000"));
        QTRY_COMPARE(desk.rows(), 1);
        QSignalSpy opened(&desk.page, &RunsPage::openRequested);
        QTest::keyClick(desk.filter(), Qt::Key_Return); // into the list, opens nothing
        QVERIFY(desk.table()->hasFocus());
        QCOMPARE(opened.count(), 0);
        QCOMPARE(desk.page.selectedRuns().size(), 1);
        desk.filter()->setFocus();
        QTest::keyClicks(desk.filter(), QStringLiteral(" zebra"));
        QTRY_COMPARE(desk.rows(), 0);
        QVERIFY(desk.page.findChild<EmptyState*>()->text().contains(QStringLiteral("No run matches")));
        QTest::keyClick(desk.filter(), Qt::Key_Escape);
        QTRY_COMPARE(desk.rows(), 3);
    }
    void selectWaitsForTheRun()
    {
        Desk desk;
        storeThree(desk.file);
        desk.open();
        QTRY_COMPARE(desk.rows(), 3);
        desk.filter()->setText(QStringLiteral("zebra"));
        QTRY_COMPARE(desk.rows(), 0);
        const std::string id = store(desk.file, "eth-basis");
        desk.page.select(QString::fromStdString(id).left(8));
        QCOMPARE(desk.page.selectedRuns(), QStringList());
        desk.page.refresh();
        QTRY_COMPARE(desk.page.selectedRuns(), QStringList{QString::fromStdString(id)});
        QCOMPARE(desk.rows(), 4); // the filter that hid it is gone
    }
    void tagsNotesPins()
    {
        Desk desk;
        storeThree(desk.file);
        desk.open();
        QTRY_COMPARE(desk.rows(), 3);
        desk.select(2);
        desk.table()->setFocus();
        const QString id = desk.page.selectedRuns().value(0);
        auto* edit = desk.page.findChild<EditBar*>();
        QTest::keyClick(desk.table(), Qt::Key_T, Qt::ControlModifier);
        QVERIFY(edit->isVisible());
        QTest::keyClicks(edit->line(), QStringLiteral("live, kept"));
        QTest::keyClick(edit->line(), Qt::Key_Return);
        QVERIFY(!edit->isVisible());
        QTRY_COMPARE(desk.cell(2, RunColumn::Tags), QStringLiteral("kept, live"));
        desk.action("tagRunAction")->trigger();
        QCOMPARE(edit->line()->text(), QStringLiteral("kept, live"));
        edit->line()->setText(QStringLiteral("live"));
        QTest::keyClick(edit->line(), Qt::Key_Return);
        QTRY_COMPARE(desk.cell(2, RunColumn::Tags), QStringLiteral("live"));
        // Escape leaves all as it was.
        desk.action("noteRunAction")->trigger();
        QTest::keyClicks(edit->line(), QStringLiteral("no"));
        QTest::keyClick(edit->line(), Qt::Key_Escape);
        QVERIFY(!edit->isVisible());
        desk.action("noteRunAction")->trigger();
        QTest::keyClicks(edit->line(), QStringLiteral("a good one"));
        QTest::keyClick(edit->line(), Qt::Key_Return);
        QTRY_COMPARE(desk.cell(2, RunColumn::Note), QStringLiteral("a good one"));
        desk.action("pinRunAction")->trigger();
        QTRY_COMPARE(desk.cell(0, RunColumn::RunId), id); // now on top, and still selected
        QCOMPARE(desk.page.selectedRuns(), QStringList{id});
        desk.action("pinRunAction")->trigger();
        QTRY_COMPARE(desk.cell(2, RunColumn::RunId), id);
        // All of it is in the database.
        const auto stored = listStoredRuns(desk.file.toStdString()).value();
        for (const RunListItem& run : stored)
            if (QString::fromStdString(run.runId) == id) {
                QCOMPARE(run.tags, std::vector<std::string>{"live"});
                QCOMPARE(run.note, std::string("a good one"));
                QVERIFY(!run.pinned);
            }
    }
    void tagsOfSeveralKeepWhatTheyDoNotShare()
    {
        Desk desk;
        storeThree(desk.file);
        desk.open();
        QTRY_COMPARE(desk.rows(), 3);
        auto* edit = desk.page.findChild<EditBar*>();
        desk.select(0);
        desk.action("tagRunAction")->trigger();
        edit->line()->setText(QStringLiteral("own"));
        QTest::keyClick(edit->line(), Qt::Key_Return);
        QTRY_COMPARE(desk.cell(0, RunColumn::Tags), QStringLiteral("own"));
        desk.table()->selectAll();
        desk.action("tagRunAction")->trigger();
        QCOMPARE(edit->line()->text(), QString());
        edit->line()->setText(QStringLiteral("all"));
        QTest::keyClick(edit->line(), Qt::Key_Return);
        QTRY_COMPARE(desk.cell(0, RunColumn::Tags), QStringLiteral("all, own"));
        QCOMPARE(desk.cell(1, RunColumn::Tags), QStringLiteral("all"));
    }
    void deletionCanBeUndone()
    {
        Desk desk;
        storeThree(desk.file);
        desk.open();
        QTRY_COMPARE(desk.rows(), 3);
        desk.select(1);
        desk.table()->setFocus();
        const QString id = desk.page.selectedRuns().value(0);
        QTest::keyClick(desk.table(), Qt::Key_Delete);
        QCOMPARE(desk.rows(), 2);
        QVERIFY(desk.undo()->isVisible());
        QVERIFY(desk.undo()->text().contains(id.left(8)));
        desk.page.refresh(); // what is read meanwhile does not bring it back
        QTest::qWait(100);
        QCOMPARE(desk.rows(), 2);
        QTest::mouseClick(desk.undo()->findChild<QPushButton*>(QStringLiteral("undoButton")), Qt::LeftButton);
        QCOMPARE(desk.rows(), 3);
        QVERIFY(!desk.undo()->isVisible());
        QCOMPARE(desk.page.selectedRuns(), QStringList{id});
        // By keyboard, and two deletions at once.
        QTest::keyClick(desk.table(), Qt::Key_Delete);
        QTest::keyClick(desk.table(), Qt::Key_Delete);
        QCOMPARE(desk.rows(), 1);
        QTest::keyClick(desk.table(), Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(desk.rows(), 3);
        QCOMPARE(listStoredRuns(desk.file.toStdString()).value().size(), std::size_t{3});
    }
    void deletionIsCarriedOutAfterAWhile()
    {
        Desk desk;
        storeThree(desk.file);
        desk.page.setUndoTime(200);
        desk.open();
        QTRY_COMPARE(desk.rows(), 3);
        desk.select(0);
        desk.action("deleteRunAction")->trigger();
        QCOMPARE(listStoredRuns(desk.file.toStdString()).value().size(), std::size_t{3});
        QTRY_COMPARE(listStoredRuns(desk.file.toStdString()).value().size(), std::size_t{2});
        QTRY_VERIFY(!desk.undo()->isVisible());
        QCOMPARE(desk.rows(), 2);
    }
    void deletionIsCarriedOutOnFlushAndOnClosing()
    {
        QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("kept.sqlite"));
        storeThree(file);
        {
            Desk desk;
            desk.page.setDatabase(file);
            QTRY_COMPARE(desk.rows(), 3);
            desk.select(0);
            desk.action("deleteRunAction")->trigger();
            desk.page.flushDeletions();
            QCOMPARE(listStoredRuns(file.toStdString()).value().size(), std::size_t{2});
            desk.select(0);
            desk.action("deleteRunAction")->trigger();
            QCOMPARE(listStoredRuns(file.toStdString()).value().size(), std::size_t{2});
        }
        QCOMPARE(listStoredRuns(file.toStdString()).value().size(), std::size_t{1});
    }
    void errorsAreShownInThePage()
    {
        Desk desk;
        QFile file(desk.file);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("This is no database, whatever its name says. It is long enough to be taken for one.\n");
        file.close();
        desk.open();
        QTRY_VERIFY(desk.message()->isVisible());
        const QString text = desk.message()->text();
        QVERIFY2(text.contains(QStringLiteral("STORE-")), qPrintable(text)); // code
        QVERIFY2(text.contains(desk.file), qPrintable(text));                // what happened
        QVERIFY2(text.contains(QLatin1Char('\n')), qPrintable(text));        // what to do
        QVERIFY(QApplication::activeModalWidget() == nullptr);
        QTest::mouseClick(desk.message()->findChild<QAbstractButton*>(QStringLiteral("closeBannerButton")),
                          Qt::LeftButton);
        QVERIFY(!desk.message()->isVisible());
    }
    void failedDeletionBringsTheRunBack()
    {
        Desk desk;
        storeThree(desk.file);
        desk.open();
        QTRY_COMPARE(desk.rows(), 3);
        desk.select(0);
        const std::string id = desk.page.selectedRuns().value(0).toStdString();
        QVERIFY(deleteStoredRun(desk.file.toStdString(), id)); // by another program
        desk.action("deleteRunAction")->trigger();
        desk.page.flushDeletions();
        QTRY_VERIFY(desk.message()->text().contains(QStringLiteral("STORE-005")));
        QTRY_COMPARE(desk.rows(), 2); // the list was read again: it is gone indeed
    }
    void verifies()
    {
        Desk desk;
        storeThree(desk.file);
        desk.open();
        QTRY_COMPARE(desk.rows(), 3);
        QSignalSpy verified(&desk.page, &RunsPage::verified);
        desk.select(0);
        QVERIFY(!desk.action("verifyRunAction")->isEnabled()); // interrupted
        desk.select(1);
        QTest::keyClick(desk.table(), Qt::Key_V, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(desk.page.findChild<ProgressStrip*>()->isVisible());
        QVERIFY(!desk.action("compareRunsAction")->isEnabled());
        QTRY_COMPARE_WITH_TIMEOUT(verified.count(), 1, kPatience);
        QVERIFY(verified[0][1].toBool());
        QVERIFY(desk.message()->text().contains(QStringLiteral("same result")));
        QVERIFY(!desk.page.findChild<ProgressStrip*>()->isVisible());
    }
    void verifyingCanBeCancelled()
    {
        Desk desk;
        storeThree(desk.file);
        desk.open();
        QTRY_COMPARE(desk.rows(), 3);
        QSignalSpy verified(&desk.page, &RunsPage::verified);
        desk.select(1);
        desk.action("verifyRunAction")->trigger();
        QTest::mouseClick(desk.page.findChild<QPushButton*>(QStringLiteral("cancelProgressButton")), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(!desk.message()->text().isEmpty(), kPatience);
        QVERIFY2(desk.message()->text().contains(QStringLiteral("Cancelled")), qPrintable(desk.message()->text()));
        QCOMPARE(verified.count(), 0);
        QVERIFY(desk.action("verifyRunAction")->isEnabled());
    }
    void resumes()
    {
        Desk desk;
        storeThree(desk.file);
        desk.open();
        QTRY_COMPARE(desk.rows(), 3);
        QSignalSpy resumed(&desk.page, &RunsPage::resumed);
        desk.select(1);
        QVERIFY(!desk.action("resumeRunAction")->isEnabled()); // done
        desk.select(0);
        desk.action("resumeRunAction")->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(resumed.count(), 1, kPatience);
        QVERIFY2(desk.message()->text().contains(QStringLiteral("complete")), qPrintable(desk.message()->text()));
        QTRY_COMPARE(desk.cell(0, RunColumn::Status), QStringLiteral("done"));
    }
    void runsAgain()
    {
        Desk desk;
        storeThree(desk.file);
        desk.open();
        QTRY_COMPARE(desk.rows(), 3);
        desk.select(1);
        QTest::keyClick(desk.table(), Qt::Key_A, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(desk.page.findChild<ProgressStrip*>()->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(desk.message()->text().contains(QStringLiteral("is computed again as")), kPatience);
        QTRY_COMPARE(desk.rows(), 4);
    }
    void exports()
    {
        Desk desk;
        storeThree(desk.file);
        desk.open();
        QTRY_COMPARE(desk.rows(), 3);
        QString chosen, suggestedName;
        desk.page.setFileChooser([&](const QString&, const QString& suggested, bool) {
            suggestedName = suggested;
            return chosen;
        });
        desk.select(1);
        desk.action("exportJsonAction")->trigger(); // changed their mind
        QVERIFY(suggestedName.endsWith(QStringLiteral(".json")));
        QVERIFY(desk.message()->text().isEmpty());
        const auto exportTo = [&](const char* action, const QString& target, bool works = true) {
            chosen = target;
            desk.message()->clear();
            desk.action(action)->trigger();
            QTRY_VERIFY_WITH_TIMEOUT(!desk.message()->text().isEmpty(), kPatience);
            QVERIFY2(desk.message()->text().contains(works ? QStringLiteral("Exported") : QStringLiteral("STORE-")),
                     qPrintable(desk.message()->text()));
            QVERIFY(QFileInfo::exists(target));
        };
        exportTo("exportJsonAction", desk.folder.filePath(QStringLiteral("run.json")));
        exportTo("exportCsvAction", desk.folder.filePath(QStringLiteral("csv")));
        QVERIFY(QFileInfo(desk.folder.filePath(QStringLiteral("csv/steps.csv"))).size() > 1000);
        const QString page = desk.folder.filePath(QStringLiteral("run.html"));
        exportTo("exportHtmlAction", page);
        QVERIFY(QFileInfo(page).size() > 10'000);
        const QString sqlite = desk.folder.filePath(QStringLiteral("one.sqlite"));
        exportTo("exportSqliteAction", sqlite);
        QCOMPARE(listStoredRuns(sqlite.toStdString()).value().size(), std::size_t{1});
        exportTo("exportSqliteAction", sqlite, /*works=*/false); // is there already
        // Several go into a folder.
        desk.table()->selectAll();
        chosen = desk.folder.path();
        desk.message()->clear();
        desk.action("exportJsonAction")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(desk.message()->text().contains(QStringLiteral("Exported 3 runs")), kPatience);
        QCOMPARE(QDir(desk.folder.path()).entryList({QStringLiteral("run-*.json")}).size(), 3);
    }
    void compares()
    {
        Desk desk;
        storeThree(desk.file);
        desk.open();
        QTRY_COMPARE(desk.rows(), 3);
        desk.select(1);
        desk.action("compareRunsAction")->trigger();
        QVERIFY(desk.message()->text().contains("two to eight"));
        desk.table()->setFocus();
        QTest::keyClick(desk.table(), Qt::Key_Down, Qt::ShiftModifier);
        QCOMPARE(desk.page.selectedRuns().size(), 2);
        desk.action("compareRunsAction")->trigger();
        auto* view = desk.page.findChild<CompareView*>();
        QTRY_VERIFY_WITH_TIMEOUT(view->isVisible(), kPatience);
        QVERIFY2(desk.message()->text().isEmpty(), qPrintable(desk.message()->text()));
        QCOMPARE(view->comparison().runs.size(), std::size_t{2});
        QSignalSpy openAt(&desk.page, &RunsPage::openBesideRequested);
        auto* both = view->findChild<QPushButton*>(QStringLiteral("openBothButton"));
        QVERIFY(both != nullptr); // another capital: they part
        QTest::mouseClick(both, Qt::LeftButton);
        QCOMPARE(openAt.count(), 1);
        QCOMPARE(openAt[0][0].toString(), QString::fromStdString(view->comparison().runs[1].info.runId));
        QCOMPARE(openAt[0][1].toString(), QString::fromStdString(view->comparison().runs[0].info.runId));
        QCOMPARE(openAt[0][2].toLongLong(), toMs(view->comparison().divergence[1]->time));
        QTest::mouseClick(view->findChild<QPushButton*>(QStringLiteral("copyComparisonButton")), Qt::LeftButton);
        const QString text = QApplication::clipboard()->text();
        QVERIFY2(text.contains(QStringLiteral("capital\t")), qPrintable(text));
        QTest::keyClick(view, Qt::Key_Escape);
        QVERIFY(!view->isVisible());
        QVERIFY(desk.table()->isVisible());
    }
    void copiesPlainValues()
    {
        Desk desk;
        storeThree(desk.file);
        desk.open();
        QTRY_COMPARE(desk.rows(), 3);
        desk.select(2);
        desk.table()->setFocus();
        QTest::keyClick(desk.table(), Qt::Key_C, Qt::ControlModifier);
        const QStringList cells = QApplication::clipboard()->text().trimmed().split(QLatin1Char('\t'));
        QVERIFY(cells.contains(QStringLiteral("btc_basis")));
        QVERIFY(cells.contains(QStringLiteral("100000")));
        QVERIFY(cells.contains(QStringLiteral("2024-06-01T00:00:00Z")));
    }
    void pageMayGoWhileItWorks()
    {
        QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("kept.sqlite"));
        storeThree(file);
        {
            Desk desk;
            desk.page.setDatabase(file);
            QTRY_COMPARE(desk.rows(), 3);
            desk.select(1);
            desk.action("verifyRunAction")->trigger();
            desk.page.refresh();
        }
        QTRY_COMPARE_WITH_TIMEOUT(BackgroundThreads::running(), std::size_t{0}, kPatience);
        QCoreApplication::processEvents();
    }
    void columnsAreRemembered()
    {
        Desk desk;
        desk.table()->setColumnWidth(3, 222);
        desk.table()->sortByColumn(static_cast<int>(RunColumn::Pnl), Qt::AscendingOrder);
        const QByteArray state = desk.page.saveState();
        Desk other;
        other.page.restoreState(state);
        QCOMPARE(other.table()->columnWidth(3), 222);
    }
};

QTEST_MAIN(TestRunsPage)
#include "tst_runs_page.moc"
