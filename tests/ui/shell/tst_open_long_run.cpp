// SPDX-License-Identifier: GPL-3.0-or-later
// Long stored runs are shown before they are checked: what was changed in the file, or is no longer there, does not
// stay on the screen.
#include "common/notices.h"
#include "desk/stored_runs.h"
#include "replay/player.h"
#include "scratch_window.h"

#include <SQLiteCpp/SQLiteCpp.h>

using namespace carry;
using namespace carry::testing;

class TestOpenLongRun : public QObject
{
    Q_OBJECT
  private slots:
    void init();
    void stays();
    void countsWhenRead();
    void changedFigure();
    void deletedRun();

  private:
    void open();
    void execute(const char* sql) { SQLite::Database(m_file, SQLite::OPEN_READWRITE).exec(sql); }
    ui::RunSession& session() const { return m_window->window->session(); }
    //! Far from the cursor and no column of a chart.
    double coldValue() const { return session().record()->at(30'000, ColumnLayout::venue(1, VenueColumn::Equity)); }

    std::unique_ptr<ScratchWindow> m_window;
    std::string m_file, m_run;
};

void TestOpenLongRun::init()
{
    m_window = std::make_unique<ScratchWindow>();
    m_file = m_window->place.filePath("runs.db").toStdString();
    const auto data = openData("demo:40000").value();
    BacktestOptions options;
    options.database = m_file;
    m_run = runBacktest(RunConfiguration::load("btc-basis").value(), *data, options).value().record->info().runId;
}

void TestOpenLongRun::open()
{
    QSignalSpy opened(m_window->window.get(), &ui::MainWindow::runOpened);
    m_window->window->openRun(QString::fromStdString(m_run));
    QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, 60'000);
    QVERIFY(session().record()->lazyColumns() != nullptr);
}

void TestOpenLongRun::stays()
{
    open();
    QVERIFY(coldValue() > 0);
    QTest::qWait(3'000);
    QVERIFY(session().record() != nullptr);
    QCOMPARE(m_window->window->banner().text(), QString());
}

//! A condition on figures that are still in the database is counted when they have been read, and nobody waits for it.
void TestOpenLongRun::countsWhenRead()
{
    open();
    ui::StopModel& stops = m_window->window->player().stops();
    QVERIFY(stops.addCondition(QStringLiteral("okx.equity > 1")));
    const QModelIndex hits = stops.index(stops.rowCount() - 1, ui::StopModel::Hits);
    QCOMPARE(hits.data().toString(), QStringLiteral("…"));
    QVERIFY(!hits.data(Qt::ToolTipRole).toString().isEmpty());
    QSignalSpy changed(&stops, &QAbstractItemModel::dataChanged);
    QTRY_VERIFY_WITH_TIMEOUT(hits.data().toString() != QStringLiteral("…"), 30'000);
    QTRY_VERIFY(!changed.isEmpty());
    stops.setCursor(session().length() - 1);
    QVERIFY(hits.data().toString().toInt() >= 1);
}

void TestOpenLongRun::changedFigure()
{
    execute("UPDATE step_venue SET equity = equity + 1 WHERE step = 20000");
    open();
    QTRY_VERIFY_WITH_TIMEOUT(session().record() == nullptr, 60'000);
    QVERIFY(m_window->window->banner().text().contains("STORE-004"));
}

void TestOpenLongRun::deletedRun()
{
    open();
    QVERIFY(deleteStoredRun(m_file, m_run));
    QVERIFY(std::isnan(coldValue()));
    QTRY_VERIFY_WITH_TIMEOUT(session().record() == nullptr, 60'000);
    QVERIFY(m_window->window->banner().text().contains("STORE-005"));
}

QTEST_MAIN(TestOpenLongRun)
#include "tst_open_long_run.moc"
