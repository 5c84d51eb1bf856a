// SPDX-License-Identifier: GPL-3.0-or-later
// A whole backtest as both programs run it, with and without a database.
#include "store/run_reader.h"
#include "support/driven_run.h"

#include <QTemporaryDir>

#include <thread>

using namespace carry;
using namespace carry::test;

namespace
{

std::shared_ptr<const MarketData> demo()
{
    static const auto data = openData("demo").value();
    return data;
}

BacktestResult backtest(const RunConfiguration& configuration, const BacktestOptions& options)
{
    auto result = runBacktest(configuration, *demo(), options);
    if (!result)
        qFatal("%s", describe(result.error()).c_str());
    return *result;
}

std::vector<RunListItem> runsIn(const std::filesystem::path& file)
{
    auto database = Database::open(file.string(), Database::Mode::ReadOnly);
    if (!database)
        qFatal("%s", describe(database.error()).c_str());
    auto runs = listRuns(*database);
    if (!runs)
        qFatal("%s", describe(runs.error()).c_str());
    return *runs;
}

} // namespace

class TestDeskBacktest : public QObject
{
    Q_OBJECT

  private slots:
    //! Storing changes nothing: neither the digests nor a figure.
    void storeOnAndOff()
    {
        QTemporaryDir folder;
        const std::filesystem::path file = folder.filePath("runs.db").toStdString();
        BacktestOptions options;
        options.startedAt = "2026-01-02T03:04:05Z";
        const auto off = backtest(configured("btc-basis"), options);
        options.database = file;
        const auto on = backtest(configured("btc-basis"), options);
        QCOMPARE(text(on.summary.resultDigest), text(off.summary.resultDigest));
        QCOMPARE(text(on.summary.instructionDigest), text(off.summary.instructionDigest));
        QCOMPARE(on.summary.navFinal, off.summary.navFinal);
        QCOMPARE(on.summary.status, RunStatus::Done);
        QVERIFY(on.record->info().runId != off.record->info().runId);

        const auto runs = runsIn(file);
        QCOMPARE(runs.size(), std::size_t{1});
        QCOMPARE(text(runs.front().runId), text(on.record->info().runId));
        QCOMPARE(runs.front().status, RunStatus::Done);
        QCOMPARE(runs.front().steps, on.summary.steps);
        QCOMPARE(*runs.front().navFinal, on.summary.navFinal);
        QCOMPARE(text(runs.front().startedAt), QString("2026-01-02T03:04:05Z"));
        QVERIFY(runs.front().synthetic);
        auto database = Database::open(file.string(), Database::Mode::ReadOnly);
        const auto shown = showRun(*database, on.record->info().runId);
        QVERIFY2(shown.has_value(), shown ? "" : describe(shown.error()).c_str());
        QCOMPARE(text(shown->summary.resultDigest), text(on.summary.resultDigest));
        QCOMPARE(shown->summary.pnlBalance, on.summary.pnlBalance);
        QCOMPARE(shown->plans.size(), std::size_t{on.record->ends(on.summary.steps - 1).plans});
    }

    //! Two runs write one database at the same time.
    void twoRunsAtOnce()
    {
        QTemporaryDir folder;
        const std::filesystem::path file = folder.filePath("runs.db").toStdString();
        std::array<std::optional<Result<BacktestResult>>, 2> results;
        {
            const auto run = [&](std::size_t i) {
                BacktestOptions options;
                options.database = file;
                results[i].emplace(runBacktest(configured(i == 0 ? "btc-basis" : "eth-basis"), *demo(), options));
            };
            const std::jthread first(run, 0);
            const std::jthread second(run, 1);
        }
        for (const auto& result : results)
            QVERIFY2(result->has_value(), *result ? "" : describe(result->error()).c_str());
        const auto runs = runsIn(file);
        QCOMPARE(runs.size(), std::size_t{2});
        for (const auto& run : runs)
            QCOMPARE(run.status, RunStatus::Done);
        const auto alone = backtest(configured("eth-basis"), {});
        QCOMPARE(text((*results[1])->summary.resultDigest), text(alone.summary.resultDigest));
    }

    //! Interrupted: what is computed stays, in memory and in the database.
    void cancel()
    {
        QTemporaryDir folder;
        // So long a run that the first look at it finds it under way.
        MadeMarket market(24 * 3'000);
        market.funding([](std::size_t k) { return 0.00001 * static_cast<double>(k % 11); });
        const MarketData data = market.data();
        BacktestOptions options;
        options.database = std::filesystem::path(folder.filePath("runs.db").toStdString());
        std::size_t all = 0;
        options.progress = [&all](std::size_t, std::size_t steps) {
            all = steps;
            return false;
        };
        const auto result = runBacktest(configured("btc_basis"), data, options);
        QVERIFY2(result.has_value(), result ? "" : describe(result.error()).c_str());
        if (all == 0)
            QSKIP("the run had ended before the first look at it");
        QCOMPARE(result->summary.status, RunStatus::Interrupted);
        QVERIFY(result->summary.steps > 0);
        QVERIFY(result->summary.steps < all);
        QCOMPARE(result->record->committed(), result->summary.steps);
        QVERIFY(std::abs(result->summary.attribution.sum() - result->summary.pnlBalance) < 1e-4);
        const auto runs = runsIn(*options.database);
        QCOMPARE(runs.size(), std::size_t{1});
        QCOMPARE(runs.front().status, RunStatus::Interrupted);
        QCOMPARE(runs.front().steps, result->summary.steps);
    }

    void progressCounts()
    {
        BacktestOptions options;
        std::size_t last = 0;
        bool rising = true;
        bool bounded = true;
        options.progress = [&](std::size_t done, std::size_t all) {
            rising = rising && done >= last;
            bounded = bounded && done <= all + 10; // arrivals are steps beside those of the tape
            last = done;
            return true;
        };
        const auto result = backtest(configured("btc-basis"), options);
        QVERIFY(rising);
        QVERIFY(bounded);
        QCOMPARE(result.summary.status, RunStatus::Done);
        QVERIFY(result.summary.timing.engineSeconds > 0);
    }

    //! Refused before anything is written.
    void errorsLeaveNoDatabase()
    {
        QTemporaryDir folder;
        BacktestOptions options;
        options.database = std::filesystem::path(folder.filePath("runs.db").toStdString());
        options.period = {at("2030-01-01"), at("2030-02-01")};
        const auto result = runBacktest(configured("btc-basis"), *demo(), options);
        QCOMPARE(result.error().code(), ErrorCode::DataPeriodEmpty);
        QVERIFY(!std::filesystem::exists(*options.database));
        options.period = {};
        options.database = std::filesystem::path("/proc/nowhere/runs.db");
        const auto unopened = runBacktest(configured("btc-basis"), *demo(), options);
        QCOMPARE(unopened.error().code(), ErrorCode::StoreOpen);
    }

    void runIdsDiffer()
    {
        std::set<std::string> ids;
        for (int i = 0; i < 100; ++i)
            ids.insert(newRunId());
        QCOMPARE(ids.size(), std::size_t{100});
        QCOMPARE(ids.begin()->size(), std::size_t{32});
    }
};

QTEST_APPLESS_MAIN(TestDeskBacktest)
#include "tst_desk_backtest.moc"
