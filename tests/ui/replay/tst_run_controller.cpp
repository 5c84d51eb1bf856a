// SPDX-License-Identifier: GPL-3.0-or-later
#include "replay/run_controller.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

using namespace carry;
using namespace carry::ui;

Q_DECLARE_METATYPE(carry::BacktestResult)

namespace
{

RunRequest request(const char* preset = "btc-basis")
{
    return {RunConfiguration::load(preset).value(), QStringLiteral("demo"), {}, {}};
}

} // namespace

class TestRunController : public QObject
{
    Q_OBJECT
  private slots:
    void loadsRunsAndStores();
    void cancels();
    void tellsWhatCannotRun();
    void databaseThatCannotBeWritten();
    void deletedWhileRunning();
};

void TestRunController::loadsRunsAndStores()
{
    const QTemporaryDir folder;
    RunController controller;
    controller.setDatabase(folder.filePath("runs.db"));
    QSignalSpy loaded(&controller, &RunController::dataLoaded);
    std::shared_ptr<const RunRecord> record;
    std::optional<BacktestResult> result;
    connect(&controller, &RunController::started, this, [&](auto r) { record = r; });
    connect(&controller, &RunController::finished, this, [&](auto r) { result = r; });
    controller.run(request());
    QVERIFY(controller.busy());
    controller.run(request("eth-basis")); // one at a time
    QTRY_VERIFY_WITH_TIMEOUT(result.has_value(), 60'000);
    QCOMPARE(loaded.count(), 1);
    QCOMPARE(record, result->record);
    QVERIFY(!result->storeError);
    QVERIFY(!controller.busy());
    QVERIFY(controller.stepsPerSecond() > 0);
    const auto runs = listStoredRuns(folder.filePath("runs.db").toStdString());
    QVERIFY(runs.has_value());
    QCOMPARE(runs->size(), 1U);
    QCOMPARE(runs->front().runId, record->info().runId);
    // The data are kept for the next run.
    result.reset();
    controller.run(request());
    QTRY_VERIFY_WITH_TIMEOUT(result.has_value(), 60'000);
    QCOMPARE(loaded.count(), 1);
}

void TestRunController::cancels()
{
    RunController controller;
    std::optional<BacktestResult> result;
    connect(&controller, &RunController::finished, this, [&](auto r) { result = r; });
    connect(&controller, &RunController::stateChanged, this, [&] {
        if (controller.state() == RunController::State::Preparing)
            controller.cancel();
    });
    controller.run(request());
    QTRY_VERIFY_WITH_TIMEOUT(result.has_value(), 60'000);
    // The run may have been over when it was to end.
    QVERIFY(result->summary.status == RunStatus::Interrupted || result->summary.status == RunStatus::Done);
    QVERIFY(!controller.busy());
}

void TestRunController::tellsWhatCannotRun()
{
    RunController controller;
    std::optional<Error> error;
    connect(&controller, &RunController::failed, this, [&](const Error& e, const QString&) { error = e; });
    RunRequest early = request();
    early.period.from = parseIsoTime("1999-01-01T00:00:00Z");
    controller.run(early);
    QTRY_VERIFY_WITH_TIMEOUT(error.has_value(), 60'000);
    QVERIFY(!controller.busy());
    error.reset();
    RunRequest nowhere = request();
    nowhere.data = QStringLiteral("/no/such/folder");
    controller.run(nowhere);
    QTRY_VERIFY_WITH_TIMEOUT(error.has_value(), 60'000);
    QCOMPARE(error->code(), ErrorCode::DataNotFound);
    QVERIFY(!controller.busy());
}

void TestRunController::databaseThatCannotBeWritten()
{
    const QTemporaryDir folder;
    QFile file(folder.filePath("runs.db"));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(QByteArray(4096, 'x')) > 0);
    file.close();
    RunController controller;
    controller.setDatabase(file.fileName());
    std::optional<BacktestResult> result;
    connect(&controller, &RunController::finished, this, [&](auto r) { result = r; });
    controller.run(request());
    QTRY_VERIFY_WITH_TIMEOUT(result.has_value(), 60'000);
    QVERIFY(result->storeError.has_value());
    QCOMPARE(result->storeError->code(), ErrorCode::StoreCorrupt);
    QCOMPARE(result->summary.status, RunStatus::Done); // whole, in memory
    QVERIFY(saveRun(folder.filePath("other.db").toStdString(), *result->record, result->summary));
    const auto saved = loadStoredRun(folder.filePath("other.db").toStdString(), {});
    QVERIFY(saved.has_value());
    QCOMPARE(resultDigest(*saved->record), result->summary.resultDigest);
}

void TestRunController::deletedWhileRunning()
{
    const QTemporaryDir folder;
    auto controller = std::make_unique<RunController>();
    controller->setDatabase(folder.filePath("runs.db"));
    QSignalSpy started(controller.get(), &RunController::started);
    controller->run(request());
    QTRY_VERIFY_WITH_TIMEOUT(started.count() == 1, 60'000);
    controller.reset();
    const auto runs = listStoredRuns(folder.filePath("runs.db").toStdString());
    QVERIFY(runs.has_value());
    QCOMPARE(runs->size(), 1U);
    QVERIFY(runs->front().status != RunStatus::Running); // its end is stored
    QVERIFY(runs->front().steps > 0);
}

QTEST_MAIN(TestRunController)
#include "tst_run_controller.moc"
