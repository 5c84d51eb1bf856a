// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/item_views.h"
#include "made_runs.h"
#include "runs/run_filter.h"
#include "runs/run_list_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QtTest>

using namespace carry;
using namespace carry::ui;
using carry::testing::madeRuns;

namespace
{

constexpr std::size_t kMany = 10'000;

QString cell(const QAbstractItemModel& model, int row, RunColumn column, int role = Qt::DisplayRole)
{
    return model.index(row, static_cast<int>(column)).data(role).toString();
}

QStringList idsOf(const QAbstractItemModel& model)
{
    QStringList ids;
    for (int row = 0; row < model.rowCount(); ++row)
        ids += cell(model, row, RunColumn::RunId);
    return ids;
}

} // namespace

class TestRunList : public QObject
{
    Q_OBJECT
  private slots:
    void showsWhatARunIs()
    {
        RunListModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        auto runs = madeRuns(12);
        runs[0].navFinal = 105'123.456;
        runs[0].pnlBalance = -1234.5;
        runs[0].apr = 0.0807;
        model.setRuns(runs);
        QCOMPARE(model.rowCount(), 12);
        QCOMPARE(cell(model, 0, RunColumn::NavFinal), QStringLiteral("105,123.46"));
        QCOMPARE(cell(model, 0, RunColumn::NavFinal, PlainRole), QStringLiteral("105123.45600000001"));
        QCOMPARE(cell(model, 0, RunColumn::Pnl), QStringLiteral("−1,234.50"));
        QCOMPARE(cell(model, 0, RunColumn::Pnl, PlainRole), QStringLiteral("-1234.5"));
        QVERIFY(cell(model, 0, RunColumn::Apr).startsWith(QStringLiteral("8.07")));
        QCOMPARE(cell(model, 0, RunColumn::From), QStringLiteral("2024-06-01"));
        QCOMPARE(cell(model, 0, RunColumn::From, PlainRole), QStringLiteral("2024-06-01T00:00:00Z"));
        QCOMPARE(cell(model, 0, RunColumn::Capital), QStringLiteral("100,000 USDT"));
        QCOMPARE(cell(model, 0, RunColumn::Status), QStringLiteral("done"));
        QCOMPARE(cell(model, 2, RunColumn::Preset), QStringLiteral("own.toml"));
        QCOMPARE(cell(model, 11, RunColumn::Tags), QStringLiteral("live, reference"));
        QCOMPARE(cell(model, 0, RunColumn::Note), QStringLiteral("Looked at twice and kept"));
        // State is told by icon and word, pinning by an icon and for those who cannot see it by a word.
        QVERIFY(!model.index(0, static_cast<int>(RunColumn::Status)).data(Qt::DecorationRole).isNull());
        QVERIFY(!model.index(5, static_cast<int>(RunColumn::Pinned)).data(Qt::DecorationRole).isNull());
        QCOMPARE(cell(model, 5, RunColumn::Pinned, Qt::AccessibleTextRole), QStringLiteral("pinned"));
        // Row 7 is still running and has no figures.
        QCOMPARE(cell(model, 7, RunColumn::Status), QStringLiteral("running"));
        QCOMPARE(cell(model, 7, RunColumn::Sharpe), QStringLiteral("–"));
        QCOMPARE(cell(model, 7, RunColumn::Sharpe, PlainRole), QString());
        QVERIFY(cell(model, 7, RunColumn::Sharpe, Qt::ToolTipRole).contains(QStringLiteral("ended")));
    }
    void syntheticIsAlwaysSaid()
    {
        RunListModel model;
        auto runs = madeRuns(2);
        runs[0].dataName = "demo";
        model.setRuns(runs);
        QCOMPARE(cell(model, 0, RunColumn::Data), QStringLiteral("demo (synthetic)"));
        QCOMPARE(cell(model, 1, RunColumn::Data), QStringLiteral("market-data"));
    }
    void updatesInPlace()
    {
        RunListModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        auto runs = madeRuns(20);
        model.setRuns({runs.begin() + 2, runs.end()});
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        QPersistentModelIndex third(model.index(3, 0));
        const QString id = cell(model, 3, RunColumn::RunId);
        runs.erase(runs.begin() + 3, runs.begin() + 5); // two before it go, two new ones come
        runs.pop_back();
        runs[3].note = "changed";
        model.setRuns(runs);
        QCOMPARE(reset.count(), 0);
        QCOMPARE(model.rowCount(), 17);
        QVERIFY(third.isValid());
        QCOMPARE(cell(model, third.row(), RunColumn::RunId), id);
        for (int row = 0; row < model.rowCount(); ++row)
            QCOMPARE(cell(model, row, RunColumn::RunId),
                     QString::fromStdString(runs[static_cast<std::size_t>(row)].runId));
        QCOMPARE(cell(model, 3, RunColumn::Note), QStringLiteral("changed"));
        QVERIFY(model.words(3).contains(QStringLiteral("changed")));
        std::swap(runs[1], runs[2]); // another order cannot be had by inserting
        model.setRuns(runs);
        QCOMPARE(reset.count(), 1);
        QCOMPARE(cell(model, 1, RunColumn::RunId), QString::fromStdString(runs[1].runId));
        model.setRuns({});
        QCOMPARE(model.rowCount(), 0);
    }
    void findsByPrefix()
    {
        RunListModel model;
        model.setRuns(madeRuns(20));
        QCOMPARE(model.rowOf(QStringLiteral("10000007")), 7);
        QCOMPARE(model.rowOf(QStringLiteral("2")), -1);
        QCOMPARE(model.rowOf({}), -1);
    }
    void filters_data()
    {
        QTest::addColumn<QString>("query");
        QTest::addColumn<int>("rows");
        const auto count = [](auto&& accepts) {
            const auto runs = madeRuns(kMany);
            return static_cast<int>(std::count_if(runs.begin(), runs.end(), accepts));
        };
        QTest::newRow("nothing") << QString() << static_cast<int>(kMany);
        QTest::newRow("word") << "LIVE" << count([](const RunListItem& r) { return !r.tags.empty(); });
        QTest::newRow("words") << "live twice"
                               << count([](const RunListItem& r) { return !r.tags.empty() && !r.note.empty(); });
        QTest::newRow("no such word") << "zebra" << 0;
        QTest::newRow("strategy") << "strategy:btc_basis"
                                  << count([](const RunListItem& r) { return r.strategy == "btc_basis"; });
        QTest::newRow("status") << "status:done"
                                << count([](const RunListItem& r) { return r.status == RunStatus::Done; });
        QTest::newRow("status begun") << "status:int"
                                      << count([](const RunListItem& r) { return r.status == RunStatus::Interrupted; });
        QTest::newRow("mode") << "mode:paper" << count([](const RunListItem& r) { return r.mode == "PAPER"; });
        QTest::newRow("tag") << "tag:ref" << count([](const RunListItem& r) { return !r.tags.empty(); });
        QTest::newRow("all of them") << "strategy:eth status:done tag:live pnl>0" << count([](const RunListItem& r) {
            return r.strategy == "eth_basis" && r.status == RunStatus::Done && !r.tags.empty() && *r.pnlBalance > 0;
        });
        QTest::newRow("synthetic") << "data:synthetic" << count([](const RunListItem& r) { return r.synthetic; });
        QTest::newRow("pinned") << "pinned:yes" << 2;
        QTest::newRow("id") << "id:10004242" << 1;
        QTest::newRow("figure") << "pnl>=1,000"
                                << count([](const RunListItem& r) { return r.pnlBalance && *r.pnlBalance >= 1000; });
        QTest::newRow("percentage") << "apr<5%" << count([](const RunListItem& r) { return r.apr && *r.apr < .05; });
        QTest::newRow("absent figures are no match")
            << "sharpe>=0" << count([](const RunListItem& r) { return r.sharpe.has_value(); });
        QTest::newRow("time") << "from>=2024-09"
                              << count([](const RunListItem& r) { return r.from >= *parseIsoTime("2024-09-01"); });
        QTest::newRow("month") << "from:2024-07"
                               << count([](const RunListItem& r) { return formatIso(r.from).starts_with("2024-07"); });
        QTest::newRow("not a figure is a word") << "apr>many" << 0;
        QTest::newRow("unknown key is a word") << "binance:perp" << 0;
    }
    void filters()
    {
        QFETCH(QString, query);
        QFETCH(int, rows);
        RunListModel model;
        model.setRuns(madeRuns(kMany));
        RunFilterProxy proxy(&model);
        proxy.setQuery(query);
        QCOMPARE(proxy.rowCount(), rows);
        if (rows == 0 || query.isEmpty())
            return;
        QVERIFY(rows < static_cast<int>(kMany)); // or the row would test nothing
    }
    void combosAndQueryAreAllMet()
    {
        RunListModel model;
        model.setRuns(madeRuns(500)); // the tester looks at all rows for every change
        RunFilterProxy proxy(&model);
        QAbstractItemModelTester tester(&proxy, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QVERIFY(!proxy.filters());
        proxy.setStrategy(QStringLiteral("eth_basis"));
        proxy.setStatus(RunStatus::Failed);
        proxy.setQuery(QStringLiteral("live"));
        QVERIFY(proxy.filters());
        QVERIFY(proxy.rowCount() > 0);
        for (int row = 0; row < proxy.rowCount(); ++row) {
            QCOMPARE(cell(proxy, row, RunColumn::Strategy), QStringLiteral("eth_basis"));
            QCOMPARE(cell(proxy, row, RunColumn::Status), QStringLiteral("failed"));
            QVERIFY(cell(proxy, row, RunColumn::Tags).contains(QStringLiteral("live")));
        }
    }
    void hiddenRunsStayAway()
    {
        RunListModel model;
        model.setRuns(madeRuns(10));
        RunFilterProxy proxy(&model);
        proxy.setHidden({QStringLiteral("10000003-made")});
        QCOMPARE(proxy.rowCount(), 9);
        QVERIFY(!idsOf(proxy).contains(QStringLiteral("10000003-made")));
        proxy.setHidden({});
        QCOMPARE(proxy.rowCount(), 10);
    }
    void sorts_data()
    {
        QTest::addColumn<int>("column");
        for (int column = 0; column < kRunColumnCount; ++column)
            QTest::addRow("column %d", column) << column;
    }
    void sorts()
    {
        QFETCH(int, column);
        RunListModel model;
        model.setRuns(madeRuns(kMany));
        RunFilterProxy proxy(&model);
        for (const Qt::SortOrder order : {Qt::AscendingOrder, Qt::DescendingOrder}) {
            proxy.sort(column, order);
            QCOMPARE(proxy.rowCount(), static_cast<int>(kMany));
            for (int row = 0; row < 2; ++row)
                QVERIFY(model.run(proxy.mapToSource(proxy.index(row, 0)).row()).pinned);
            bool absent = false;
            std::optional<double> before;
            for (int row = 2; row < proxy.rowCount(); ++row) {
                const RunListItem& run = model.run(proxy.mapToSource(proxy.index(row, 0)).row());
                const auto value = column == static_cast<int>(RunColumn::Sharpe) ? run.sharpe
                                   : column == static_cast<int>(RunColumn::Pnl)  ? run.pnlBalance
                                                                                 : std::nullopt;
                if (column != static_cast<int>(RunColumn::Sharpe) && column != static_cast<int>(RunColumn::Pnl))
                    break;
                QVERIFY(!absent || !value); // absent figures come last, whichever way
                absent = absent || !value;
                if (value && before)
                    QVERIFY(order == Qt::AscendingOrder ? *before <= *value : *before >= *value);
                before = value;
            }
        }
    }
    void newestFirst()
    {
        RunListModel model;
        model.setRuns(madeRuns(100));
        RunFilterProxy proxy(&model);
        proxy.sort(static_cast<int>(RunColumn::Started), Qt::DescendingOrder);
        QCOMPARE(cell(proxy, 0, RunColumn::RunId), QStringLiteral("10000005-made")); // pinned
        QCOMPARE(cell(proxy, 1, RunColumn::RunId), QStringLiteral("10000000-made"));
        QCOMPARE(cell(proxy, 99, RunColumn::RunId), QStringLiteral("10000099-made"));
    }
    void isQuick()
    {
        RunListModel model;
        model.setRuns(madeRuns(kMany));
        RunFilterProxy proxy(&model);
        proxy.sort(static_cast<int>(RunColumn::Started), Qt::DescendingOrder);
        const auto tell = [](const char* what, auto&& work) {
            QElapsedTimer clock;
            clock.start();
            work();
            qInfo("%s: %.1f ms", what, static_cast<double>(clock.nsecsElapsed()) / 1e6);
        };
        tell("filter 10,000 runs", [&] { proxy.setQuery(QStringLiteral("live apr>1")); });
        tell("show all again", [&] { proxy.setQuery({}); });
        tell("sort by P&L", [&] { proxy.sort(static_cast<int>(RunColumn::Pnl), Qt::AscendingOrder); });
        auto again = madeRuns(kMany);
        tell("refresh", [&] { model.setRuns(std::move(again)); });
    }
};

QTEST_MAIN(TestRunList)
#include "tst_run_list.moc"
