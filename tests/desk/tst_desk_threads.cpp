// SPDX-License-Identifier: GPL-3.0-or-later
// The engine writes a record that the store and several readers look at: what they see never changes afterwards. Most
// useful with the thread sanitizer.
#include "desk/backtest_job.h"
#include "record/run_view.h"
#include "stored_demo.h"
#include "support/same_record.h"

using namespace carry;
using namespace carry::test;

namespace
{

//! What one look at a step found.
struct Seen {
    std::size_t step = 0;
    double nav = 0, held = 0;
    std::size_t instructions = 0, changes = 0;
};

Seen lookAt(RunView& view, std::size_t step)
{
    view.seek(step);
    Seen seen;
    seen.step = view.step();
    seen.nav = view.value(ColumnLayout::step(StepColumn::Nav));
    for (const PositionLine& line : view.positions())
        seen.held += line.value;
    seen.instructions = view.ends().instructions;
    for (InstructionId id = 1; id <= seen.instructions; ++id)
        seen.changes += view.status(id).transitions;
    for (PlanId plan = 1; plan <= view.ends().plans; ++plan)
        seen.changes += view.lastChange(plan) + view.instructionsOf(plan).size();
    (void)view.riskLevel(RiskMetric::MarginRatio, kBookScope);
    return seen;
}

//! Looks at the newest and at older steps until the run has ended.
std::vector<Seen> follow(const BacktestJob& job, std::size_t salt)
{
    RunView view(job.record());
    std::vector<Seen> all;
    for (std::size_t i = salt; !job.ended(); ++i) {
        (void)job.storeLag();
        (void)job.storeError();
        if (view.empty())
            continue;
        const std::size_t length = view.length();
        all.push_back(lookAt(view, i % 3 == 0 ? length - 1 : (i * 7919) % length));
        if (all.size() > 400)
            std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    return all;
}

} // namespace

class TestDeskThreads : public QObject
{
    Q_OBJECT

  private slots:
    void readersSeeWhatStays_data()
    {
        QTest::addColumn<QString>("preset");
        QTest::newRow("btc") << "btc-basis";
        QTest::newRow("every action") << "demo-tour";
    }
    void readersSeeWhatStays()
    {
        QFETCH(QString, preset);
        const RunsFile runs;
        const auto data = must(openData("demo:40000"));
        auto job = must(BacktestJob::start(configured(preset.toStdString()), *data, runs.options()));
        std::array<std::vector<Seen>, 3> seen;
        {
            std::vector<std::jthread> readers;
            for (std::size_t r = 0; r < seen.size(); ++r)
                readers.emplace_back([&, r] { seen[r] = follow(*job, r); });
            // Another program's part: it reads the database while the run is written.
            const std::jthread lister([&] {
                while (!job->ended()) {
                    (void)listStoredRuns(runs.path());
                    std::this_thread::sleep_for(std::chrono::milliseconds{5});
                }
            });
        }
        const auto result = must(job->wait());
        QVERIFY2(!result.storeError, result.storeError ? describe(*result.storeError).c_str() : "");
        QCOMPARE(result.summary.status, RunStatus::Done);
        const auto loaded = must(loadStoredRun(runs.path(), {}));
        QCOMPARE(difference(*loaded.record, *result.record), QString());
        RunView after(loaded.record);
        std::size_t looks = 0;
        for (const auto& reader : seen)
            for (std::size_t i = 0; i < reader.size(); i += 1 + reader.size() / 50, ++looks) {
                const Seen now = lookAt(after, reader[i].step);
                QVERIFY(sameBits(now.nav, reader[i].nav));
                QVERIFY(sameBits(now.held, reader[i].held));
                QCOMPARE(now.instructions, reader[i].instructions);
                QCOMPARE(now.changes, reader[i].changes);
            }
        QVERIFY(looks > 0);
    }

    //! Cancelled at any moment, many times; the destructor does it too.
    void cancelledAtAnyMoment()
    {
        const RunsFile runs;
        const auto data = must(openData("demo:30000"));
        for (int i = 0; i < 12; ++i) {
            auto job = must(BacktestJob::start(configured("btc-basis"), *data, runs.options()));
            while (!job->ended() && job->record()->committed() < std::size_t(i) * 1'500)
                std::this_thread::yield();
            job->cancel();
            if (i % 3 == 0)
                job.reset();
            else
                QVERIFY(!must(job->wait()).storeError);
        }
        const auto list = must(listStoredRuns(runs.path()));
        QCOMPARE(list.size(), std::size_t{12});
        std::size_t interrupted = 0;
        for (const RunListItem& run : list) {
            QVERIFY(run.status == RunStatus::Done || run.status == RunStatus::Interrupted);
            interrupted += run.status == RunStatus::Interrupted ? 1 : 0;
            QCOMPARE(must(loadStoredRun(runs.path(), run.runId)).record->committed(), run.steps);
        }
        QVERIFY(interrupted > 0);
    }

    //! The store fails while readers ask about it.
    void storeFailsMeanwhile()
    {
        const auto data = must(openData("demo:30000"));
        BacktestOptions options;
        options.database = std::filesystem::path("/proc/nowhere/runs.db");
        QCOMPARE(codeOf(BacktestJob::start(configured("btc-basis"), *data, options)), QString("STORE-001"));
        options.databaseRequired = false;
        auto job = must(BacktestJob::start(configured("btc-basis"), *data, options));
        QCOMPARE(text(job->storeError()->codeText()), QString("STORE-001")); // known from the start
        const auto result = must(job->wait());
        QCOMPARE(result.summary.status, RunStatus::Done);
        QVERIFY(result.storeError);
    }
};

QTEST_APPLESS_MAIN(TestDeskThreads)
#include "tst_desk_threads.moc"
