// SPDX-License-Identifier: GPL-3.0-or-later
// What can be done with a stored run: verify, compare, copy, mark, delete.
#include "desk/exports.h"
#include "store/record_loader.h"
#include "stored_demo.h"
#include "support/same_record.h"

#include <SQLiteCpp/SQLiteCpp.h>

using namespace carry;
using namespace carry::test;

namespace
{

void execute(const std::string& file, const std::string& sql)
{
    SQLite::Database(file, SQLite::OPEN_READWRITE).exec(sql);
}

//! Rows of a run in all tables.
std::int64_t rowsOf(const std::string& file)
{
    SQLite::Database db(file, SQLite::OPEN_READONLY);
    SQLite::Statement tables(db, "SELECT name FROM sqlite_schema t WHERE type = 'table' AND EXISTS (SELECT 1 FROM "
                                 "pragma_table_info(t.name) WHERE name = 'run')");
    std::int64_t rows = 0;
    while (tables.executeStep())
        rows += db.execAndGet("SELECT count(*) FROM " + tables.getColumn(0).getString()).getInt64();
    return rows;
}

std::string soundness(const std::string& file)
{
    SQLite::Database db(file, SQLite::OPEN_READONLY);
    return db.execAndGet("PRAGMA integrity_check").getString();
}

const MetricDifference& metric(const Comparison& c, const std::string& name)
{
    for (const MetricDifference& m : c.metrics)
        if (m.name == name)
            return m;
    qFatal("no metric %s", name.c_str());
}

} // namespace

class TestDeskStoredRuns : public QObject
{
    Q_OBJECT

  private slots:
    // ---- Verify ----------------------------------------------------------------------------------
    void verifies_data()
    {
        QTest::addColumn<QString>("preset");
        for (const PresetInfo& preset : listPresets())
            QTest::newRow(preset.name.c_str()) << text(preset.name);
    }
    void verifies()
    {
        QFETCH(QString, preset);
        const RunsFile runs;
        const auto stored = runs.run(configured(preset.toStdString(), {"capital=123456"}));
        const auto v = must(verifyStoredRun(runs.path(), {}, {}));
        QVERIFY(v.sameResult && v.sameData && !v.difference);
        QCOMPARE(text(v.digest), text(stored.summary.resultDigest));
        QCOMPARE(v.steps, stored.summary.steps);
        QCOMPARE(text(v.runId), text(stored.record->info().runId));
        QCOMPARE(must(listStoredRuns(runs.path())).size(), std::size_t{1}); // the second one is not kept
    }

    void verifySaysThatDataChanged()
    {
        const RunsFile runs;
        runs.run(configured("btc-basis"), shortPeriod());
        const auto v = must(verifyStoredRun(runs.path(), {}, "demo:3000")); // other bars behind the run's end
        QVERIFY(v.sameData && v.sameResult);

        const RunsFile whole;
        whole.run(configured("btc-basis"));
        // Beyond the demo's end its bars come back to front, so there the data do not have what the run had.
        execute(whole.path(), "UPDATE run SET to_ms = to_ms + 3600000 * 240");
        const auto changed = must(verifyStoredRun(whole.path(), {}, "demo:12000"));
        QVERIFY(!changed.sameData);
        QVERIFY(!changed.sameResult);
        QVERIFY(changed.steps > changed.storedSteps);
        QVERIFY(changed.dataDigest != changed.storedDataDigest);
    }

    //! A stored run that somebody changed by hand.
    void verifyFindsWhatDiffers()
    {
        const RunsFile runs;
        runs.run(configured("btc-basis"), shortPeriod());
        execute(runs.path(), "UPDATE configuration SET configuration = "
                             "json_set(configuration, '$.\"fees.okx.spot_taker\"', '0.0009')");
        const auto v = must(verifyStoredRun(runs.path(), {}, {}));
        QVERIFY(v.sameData && !v.sameResult);
        QVERIFY(v.difference);
        QVERIFY(!v.difference->what.empty() && v.difference->valueA != v.difference->valueB);
        execute(runs.path(), "UPDATE configuration SET configuration = "
                             "json_set(configuration, '$.\"no.such.key\"', '1')");
        QCOMPARE(codeOf(verifyStoredRun(runs.path(), {}, {})), QString("CONF-001"));
        execute(runs.path(), "UPDATE run SET data_source = ''");
        execute(runs.path(),
                "UPDATE configuration SET configuration = json_remove(configuration, '$.\"no.such.key\"')");
        QCOMPARE(codeOf(verifyStoredRun(runs.path(), {}, {})), QString("CONF-011"));
        QVERIFY(verifyStoredRun(runs.path(), {}, "demo"));
        execute(runs.path(), "UPDATE run SET status = 3");
        QCOMPARE(codeOf(verifyStoredRun(runs.path(), {}, "demo")), QString("STORE-008"));
    }

    void verifyCanBeCancelled()
    {
        const RunsFile runs;
        runs.run(configured("btc-basis"));
        bool asked = false;
        const auto v = verifyStoredRun(runs.path(), {}, {}, [&asked](std::size_t, std::size_t) {
            asked = true;
            return false;
        });
        if (asked)
            QCOMPARE(codeOf(v), QString("ENGINE-004"));
        else
            QVERIFY(v); // it had ended before the first look
    }

    // ---- Compare ---------------------------------------------------------------------------------
    void comparesTwoThatDiffer()
    {
        const RunsFile runs;
        const auto a = runs.run(configured("btc-basis"), shortPeriod());
        const auto b = runs.run(configured("btc-basis", {"fees.okx.perp_taker=0.002"}), shortPeriod());
        const auto c = must(compareStoredRuns(runs.path(), {a.record->info().runId, b.record->info().runId}));
        QCOMPARE(c.runs.size(), std::size_t{2});
        QCOMPARE(*metric(c, "nav_final").values[0].value, a.summary.navFinal);
        QCOMPARE(*metric(c, "nav_final").values[1].value, b.summary.navFinal);
        QCOMPARE(*metric(c, "pnl.trade_fees").values[1].value, b.summary.attribution.total(PnlItem::TradeFees));
        QCOMPARE(c.configuration.size(), std::size_t{1});
        QCOMPARE(text(c.configuration[0].key), QString("fees.okx.perp_taker"));
        QCOMPARE(text(*c.configuration[0].values[1]), QString("0.002"));

        QVERIFY(!c.divergence[0] && c.divergence[1]);
        const Divergence& d = *c.divergence[1];
        QCOMPARE(d.time, a.record->time(d.stepA));
        QCOMPARE(d.time, b.record->time(d.stepB));
        QVERIFY(d.valueA != d.valueB);
        // The step before is the same, this one is not.
        QVERIFY(d.stepA > 0);
        const auto nav = ColumnLayout::step(StepColumn::Nav);
        QVERIFY(sameBits(a.record->at(d.stepA - 1, nav), b.record->at(d.stepB - 1, nav)));
        bool differs = false;
        for (std::size_t column = 0; column < a.record->layout().count(); ++column)
            differs = differs || !sameBits(a.record->at(d.stepA, column), b.record->at(d.stepB, column));
        QVERIFY(differs || a.record->ends(d.stepA).transitions != b.record->ends(d.stepB).transitions ||
                d.what == "instruction" || d.what == "decision");
    }

    void comparesDecisions()
    {
        const RunsFile runs;
        const auto a = runs.run(configured("btc-basis"), shortPeriod());
        const auto b = runs.run(configured("btc-basis", {"basis.exit_at=2024-07-01T00:00:00Z"}), shortPeriod());
        const auto c = must(compareStoredRuns(runs.path(), {a.record->info().runId, b.record->info().runId}));
        const Divergence& d = c.divergence[1].value();
        QCOMPARE(text(d.what), QString("decision"));
        QCOMPARE(text(formatIso(*d.decisionTime)), QString("2024-07-01T00:00:00Z"));
        QCOMPARE(d.time, *d.decisionTime);
        QVERIFY2(text(d.decisionB).startsWith("EXIT"), d.decisionB.c_str());
        QVERIFY2(text(d.decisionA).startsWith("HOLD"), d.decisionA.c_str());
    }

    void comparesWhatIsTheSame()
    {
        const RunsFile runs;
        const auto a = runs.run(configured("btc-basis"), shortPeriod());
        const auto b = runs.run(configured("btc-basis"), shortPeriod());
        RunPeriod later = shortPeriod();
        later.from = parseIsoTime("2024-09-01T00:00:00Z");
        later.to = parseIsoTime("2024-09-30T00:00:00Z");
        const auto apart = runs.run(configured("btc-basis"), later);
        const auto idOf = [](const BacktestResult& r) { return r.record->info().runId; };
        const auto c = must(compareStoredRuns(runs.path(), {idOf(a), idOf(b), idOf(apart)}));
        QVERIFY(c.configuration.empty());
        QVERIFY(!c.divergence[1] && !c.divergence[2]);
        QCOMPARE(c.commonSteps[1], a.summary.steps);
        QCOMPARE(c.commonSteps[2], std::size_t{0});
        QCOMPARE(codeOf(compareStoredRuns(runs.path(), {idOf(a)})), QString("CONF-011"));
        QCOMPARE(codeOf(compareStoredRuns(runs.path(), std::vector<std::string>(9, idOf(a)))), QString("CONF-011"));
        QCOMPARE(codeOf(compareStoredRuns(runs.path(), {idOf(a), "nonsense"})), QString("STORE-005"));
    }

    // ---- Copy ------------------------------------------------------------------------------------
    void exportsADatabaseOfOneRun()
    {
        const RunsFile runs;
        runs.run(configured("eth-basis"), shortPeriod());
        const auto wanted = runs.run(configured("btc-basis"), shortPeriod());
        runs.run(configured("btc-basis", {"capital=5000"}), shortPeriod());
        const std::string id = wanted.record->info().runId;
        RunMarks marks;
        marks.addTags = {"kept"};
        QVERIFY(markStoredRun(runs.path(), id, marks));
        const RunsFile elsewhere;
        const std::string slice = elsewhere.path("slice.db");
        QVERIFY(exportStoredRun(runs.path(), id.substr(0, 12), slice));
        const QStringList left = QDir(text(elsewhere.folder())).entryList(QDir::Files);
        QCOMPARE(left, QStringList{"slice.db"}); // nothing beside it that would have to come along
        QCOMPARE(soundness(slice), std::string("ok"));
        const auto list = must(listStoredRuns(slice));
        QCOMPARE(list.size(), std::size_t{1});
        QCOMPARE(text(list.front().runId), text(id));
        QCOMPARE(list.front().tags, std::vector<std::string>{"kept"});
        QCOMPARE(difference(*must(loadStoredRun(slice, {})).record, *wanted.record), QString());
        QVERIFY(must(verifyStoredRun(slice, id, {})).sameResult);

        QCOMPARE(codeOf(exportStoredRun(runs.path(), id, slice)), QString("STORE-010"));
        QCOMPARE(codeOf(exportStoredRun(runs.path(), "nonsense", elsewhere.path("none.db"))), QString("STORE-005"));
        QVERIFY(!std::filesystem::exists(elsewhere.path("none.db")));
        QVERIFY(!exportStoredRun(runs.path(), id, "/proc/nowhere/slice.db"));
    }

    void rescuesBesideTheDatabase()
    {
        const RunsFile runs;
        BacktestOptions options;
        options.period = shortPeriod();
        const auto run = must(runBacktest(configured("btc-basis"), *demoData(), options));
        const std::string kept = must(rescueRun(runs.path(), *run.record, run.summary));
        QCOMPARE(text(kept), text(runs.path(("carrydesk-rescue-" + run.record->info().runId + ".db").c_str())));
        QCOMPARE(difference(*must(loadStoredRun(kept, {})).record, *run.record), QString());
        // That name is taken now, so the next place is asked: never is a file written over.
        const auto current = std::filesystem::current_path();
        const RunsFile other;
        std::filesystem::current_path(other.folder());
        const auto again = rescueRun(runs.path(), *run.record, run.summary);
        std::filesystem::current_path(current);
        QVERIFY(again);
        QCOMPARE(std::filesystem::path(*again).parent_path(), std::filesystem::path(other.folder()));
    }

    // ---- Marks and deletion ----------------------------------------------------------------------
    void marks()
    {
        const RunsFile runs;
        runs.run(configured("btc-basis"), shortPeriod());
        const auto marked = runs.run(configured("eth-basis"), shortPeriod());
        RunMarks marks;
        marks.addTags = {"b", "a", "two words", "a"};
        marks.note = "a \"note\"\nof two lines";
        marks.pinned = true;
        QVERIFY(markStoredRun(runs.path(), marked.record->info().runId, marks));
        auto list = must(listStoredRuns(runs.path()));
        QCOMPARE(list[0].tags, (std::vector<std::string>{"a", "b", "two words"}));
        QCOMPARE(text(list[0].note), text(*marks.note));
        QVERIFY(list[0].pinned && !list[1].pinned && list[1].tags.empty());
        RunMarks less;
        less.removeTags = {"a", "not there"};
        less.note = "";
        less.pinned = false;
        QVERIFY(markStoredRun(runs.path(), {}, less)); // the newest
        list = must(listStoredRuns(runs.path()));
        QCOMPARE(list[0].tags, (std::vector<std::string>{"b", "two words"}));
        QVERIFY(list[0].note.empty() && !list[0].pinned);
        QCOMPARE(codeOf(markStoredRun(runs.path(), "nonsense", less)), QString("STORE-005"));

        RunFilter filter;
        filter.tag = "two words";
        QCOMPARE(must(listStoredRuns(runs.path(), filter)).size(), std::size_t{1});
        filter.tag = "two"; // not part of a tag
        QVERIFY(must(listStoredRuns(runs.path(), filter)).empty());
        filter = {};
        filter.strategy = "btc_basis";
        QCOMPARE(text(must(listStoredRuns(runs.path(), filter)).front().strategy), QString("btc_basis"));
        filter = {};
        filter.limit = 1;
        QCOMPARE(text(must(listStoredRuns(runs.path(), filter)).front().strategy), QString("eth_basis"));
        filter.status = RunStatus::Interrupted;
        QVERIFY(must(listStoredRuns(runs.path(), filter)).empty());
    }

    void deletesEverythingOfARun()
    {
        const RunsFile runs;
        const auto stays = runs.run(configured("btc-basis"), shortPeriod());
        const std::int64_t before = rowsOf(runs.path());
        const auto goes = runs.run(configured("demo-tour"));
        QVERIFY(rowsOf(runs.path()) > 2 * before);
        QVERIFY(deleteStoredRun(runs.path(), goes.record->info().runId));
        QCOMPARE(rowsOf(runs.path()), before);
        QCOMPARE(soundness(runs.path()), std::string("ok"));
        QCOMPARE(codeOf(deleteStoredRun(runs.path(), goes.record->info().runId)), QString("STORE-005"));
        QCOMPARE(codeOf(deleteStoredRun(runs.path(), {})), QString("STORE-005")); // no id means none here
        QCOMPARE(difference(*must(loadStoredRun(runs.path(), {})).record, *stays.record), QString());
        QVERIFY(deleteStoredRun(runs.path(), stays.record->info().runId));
        QCOMPARE(rowsOf(runs.path()), std::int64_t{0});
        QCOMPARE(codeOf(showStoredRun(runs.path(), {})), QString("STORE-005"));
    }
};

QTEST_APPLESS_MAIN(TestDeskStoredRuns)
#include "tst_desk_stored_runs.moc"
