// SPDX-License-Identifier: GPL-3.0-or-later
// Runs that part from another one.
#include "desk/conditions.h"
#include "desk/fork.h"
#include "store/run_writer.h"
#include "stored_demo.h"
#include "support/same_record.h"

using namespace carry;
using namespace carry::test;

namespace
{

const Time kAt = *parseIsoTime("2024-06-20T12:00:00Z");

RunConfiguration basis(const Assignments& changes = {})
{
    return configured("btc-basis", changes);
}

BacktestResult computed(const RunConfiguration& configuration)
{
    BacktestOptions options;
    options.period = shortPeriod();
    return must(runBacktest(configuration, *demoData(), options));
}

const BacktestResult& original()
{
    static const BacktestResult run = computed(basis());
    return run;
}

BacktestResult forked(const RunRecord& record, const ForkRequest& request)
{
    return computed(must(forkOf(record, request)));
}

//! Whether two records are the same before a time.
bool sameUntil(const RunRecord& a, const RunRecord& b, Time time)
{
    const auto parts = firstDivergence(a, b);
    return !parts || parts->time >= time;
}

std::vector<DecisionRecord> decisionsAt(const RunRecord& record, Time time)
{
    std::vector<DecisionRecord> found;
    for (std::size_t i = 0; i < record.ends(record.committed() - 1).decisions; ++i)
        if (record.time(record.decision(i).step) == time)
            found.push_back(record.decision(i));
    return found;
}

//! Time of the parent's first decision with that action.
Time firstOf(const RunRecord& record, Action action)
{
    for (std::size_t i = 0; i < record.ends(record.committed() - 1).decisions; ++i)
        if (record.decision(i).action == action)
            return record.time(record.decision(i).step);
    qFatal("no such decision");
}

} // namespace

class TestDeskFork : public QObject
{
    Q_OBJECT

  private slots:
    void withoutChangeIsTheParent();
    void conditionsAreThoseInForce();
    void comparisonSaysWhatChanged();
    void holdDelaysThePlan();
    void exitByHandIsForGood();
    void changeAppliesFromThereOn();
    void forkOfAFork();
    void refusals_data();
    void refusals();
    void refusesWhereNothingIsDecided();
    void onChain();
    void storedForkIsReproduced();
    void interruptedForkGoesOn();
    void bookmarks();
};

void TestDeskFork::withoutChangeIsTheParent()
{
    const auto same = forked(*original().record, {kAt, {}, {}});
    QCOMPARE(same.summary.resultDigest, original().summary.resultDigest);
    QCOMPARE(same.summary.instructionDigest, original().summary.instructionDigest);
    QCOMPARE(same.record->info().forks.size(), 1U);
    QCOMPARE(same.record->info().forks[0].parent, original().record->info().runId);
}

//! What is shown beside a decision is what it was made by.
void TestDeskFork::conditionsAreThoseInForce()
{
    const auto child = forked(*original().record, {kAt, {"basis.delta_tolerance=0.3"}, {}});
    const RunInfo& info = child.record->info();
    const auto threshold = [](const std::vector<ConditionDefinition>& conditions) {
        return std::ranges::find(conditions, "delta_fraction", &ConditionDefinition::id)->threshold;
    };
    QCOMPARE(threshold(conditionsAt(info, kAt - kHour)), threshold(info.conditions));
    QCOMPARE(threshold(conditionsAt(info, kAt)), 0.3);
    QCOMPARE(threshold(conditionsAt(info, info.to)), 0.3);
    const auto again = forked(*child.record, {kAt + 10 * kHour, {"basis.delta_tolerance=0.4"}, {}});
    QCOMPARE(threshold(conditionsAt(again.record->info(), kAt + 9 * kHour)), 0.3);
    QCOMPARE(threshold(conditionsAt(again.record->info(), kAt + 10 * kHour)), 0.4);
    RunView view(child.record);
    view.seek(child.record->committed() - 1);
    int after = 0;
    for (std::size_t step = 0; step < child.record->committed(); ++step)
        for (const ConditionLine& line : conditionLines(view, step))
            if (line.definition.id == "delta_fraction") {
                const bool forkIsOn = child.record->time(step) >= kAt;
                QCOMPARE(line.definition.threshold, forkIsOn ? 0.3 : threshold(info.conditions));
                QCOMPARE(line.met, line.value > line.definition.threshold);
                after += forkIsOn ? 1 : 0;
            }
    QVERIFY(after > 0);
}

void TestDeskFork::comparisonSaysWhatChanged()
{
    const RunsFile file;
    BacktestOptions options;
    options.period = shortPeriod();
    options.database = file.path();
    const auto parent = must(runBacktest(basis(), *demoData(), options));
    const auto child = must(runBacktest(
        must(forkOf(*parent.record, {kAt, {"basis.delta_tolerance=0.3"}, Action::Hold})), *demoData(), options));
    const auto comparison =
        must(compareStoredRuns(file.path(), {parent.record->info().runId, child.record->info().runId}));
    QCOMPARE(comparison.configuration.size(), std::size_t{2});
    const ConfigurationDifference& hand = comparison.configuration[1];
    QCOMPARE(QString::fromStdString(comparison.configuration[0].key), QString("basis.delta_tolerance"));
    QCOMPARE(QString::fromStdString(*comparison.configuration[0].values[1]),
             QString::fromStdString(*comparison.configuration[0].values[0] + ", 0.3 from " + formatIso(kAt)));
    QCOMPARE(QString::fromStdString(hand.key), QString("decision by hand"));
    QVERIFY(!hand.values[0]);
    QCOMPARE(QString::fromStdString(*hand.values[1]), QString::fromStdString("HOLD at " + formatIso(kAt)));
}

void TestDeskFork::holdDelaysThePlan()
{
    const Time setUp = firstOf(*original().record, Action::InitialSetup);
    const auto delayed = forked(*original().record, {setUp, {}, Action::Hold});
    QVERIFY(sameUntil(*original().record, *delayed.record, setUp));
    const auto there = decisionsAt(*delayed.record, setUp);
    QCOMPARE(there.size(), 1U);
    QVERIFY(there[0].action == Action::Hold && there[0].reason == Reason::ByHand);
    QCOMPARE(reasonText(there[0].reason, there[0].numbers), std::string("Overridden by hand"));
    // It goes in at the next bar instead: what was not decided is not remembered.
    QVERIFY(firstOf(*delayed.record, Action::InitialSetup) == setUp + kHour);
    QVERIFY(delayed.summary.resultDigest != original().summary.resultDigest);
}

void TestDeskFork::exitByHandIsForGood()
{
    const auto left = forked(*original().record, {kAt, {}, Action::Exit});
    const auto parts = firstDivergence(*original().record, *left.record);
    QVERIFY(parts && parts->time == kAt);
    const auto there = decisionsAt(*left.record, kAt);
    QVERIFY(there.size() == 1 && there[0].action == Action::Exit && there[0].reason == Reason::ByHand);
    const std::size_t last = left.record->committed() - 1;
    for (std::size_t v = 0; v < kExchangeCount; ++v)
        QCOMPARE(left.record->at(last, ColumnLayout::venue(v, VenueColumn::Notional)), 0.0);
    const auto& final = left.record->decision(left.record->ends(last).decisions - 1);
    QVERIFY(final.action == Action::Hold && final.reason == Reason::Exited);
}

void TestDeskFork::changeAppliesFromThereOn()
{
    // A fee that only later trades pay, and a limit that is judged at once.
    const auto dearer = forked(
        *original().record,
        {kAt, {"fees.okx.spot_taker=0.05", "fees.okx.perp_taker=0.05", "basis.exit_at=2024-07-10T00:00:00Z"}, {}});
    const auto leaving = computed(basis({"basis.exit_at=2024-07-10T00:00:00Z"}));
    QVERIFY(sameUntil(*original().record, *dearer.record, kAt));
    QVERIFY(firstOf(*dearer.record, Action::Exit) == *parseIsoTime("2024-07-10T00:00:00Z"));
    QVERIFY(dearer.summary.attribution.total(PnlItem::TradeFees) <
            1.5 * leaving.summary.attribution.total(PnlItem::TradeFees));
    QCOMPARE(dearer.record->info().configuration, original().record->info().configuration);
    QCOMPARE(dearer.record->info().forks[0].changes.size(), 3U);
    const auto values = valuesAt(must(configurationOf(dearer.record->info())), kAt);
    QCOMPARE(values->number("fees.okx.spot_taker"), 0.05);
    const auto before = valuesAt(must(configurationOf(dearer.record->info())), kAt - kHour);
    QVERIFY(before->number("fees.okx.spot_taker") < 0.01);
}

void TestDeskFork::forkOfAFork()
{
    const auto first = forked(*original().record, {kAt + 100 * kHour, {}, Action::Exit});
    const auto second = forked(*first.record, {kAt, {"fees.okx.perp_taker=0.01"}, {}});
    QCOMPARE(second.record->info().forks.size(), 2U);
    QCOMPARE(second.record->info().forks.back().parent, first.record->info().runId);
    QVERIFY(sameUntil(*first.record, *second.record, kAt));
    // The parent's own change stays.
    QVERIFY(firstOf(*second.record, Action::Exit) == kAt + 100 * kHour);
    const auto same = forked(*second.record, {kAt + 100 * kHour, {}, {}});
    QCOMPARE(same.summary.resultDigest, second.summary.resultDigest);
}

void TestDeskFork::refusals_data()
{
    QTest::addColumn<QString>("at");
    QTest::addColumn<QString>("assignment");
    QTest::addColumn<QString>("code");
    const QString there = "2024-06-20T12:00:00Z";
    QTest::newRow("before") << "2024-05-20T12:00:00Z"
                            << ""
                            << "CONF-013";
    QTest::newRow("behind") << "2024-08-20T12:00:00Z"
                            << ""
                            << "CONF-013";
    QTest::newRow("no bar") << "2024-06-20T12:30:00Z"
                            << ""
                            << "CONF-013";
    for (const char* fixed : {"capital=5", "share_class=USDT", "flows.schedule=", "metrics.risk_free=0.1",
                              "data.missing_bars=carry", "data.proxy.okx.spot=bybit", "funding.interval_hours.okx=4"})
        QTest::newRow(fixed) << there << fixed << "CONF-012";
    QTest::newRow("unknown") << there << "nothing=1"
                             << "CONF-001";
    QTest::newRow("type") << there << "basis.min_trade_usd=much"
                          << "CONF-002";
    QTest::newRow("range") << there << "basis.min_trade_usd=-1"
                           << "CONF-003";
    QTest::newRow("no equals") << there << "basis.min_trade_usd"
                               << "CONF-011";
    QTest::newRow("weights") << there << "weights.okx=0.9"
                             << "CONF-006";
    QTest::newRow("gas") << there << "chain.gas=false"
                         << "CONF-012";
}

void TestDeskFork::refusals()
{
    QFETCH(QString, at);
    QFETCH(QString, assignment);
    QFETCH(QString, code);
    ForkRequest request{*parseIsoTime(at.toStdString()), {}, {}};
    if (!assignment.isEmpty())
        request.assignments = {assignment.toStdString()};
    const auto configuration = forkOf(*original().record, request);
    if (!configuration) {
        QCOMPARE(codeOf(configuration), code);
        return;
    }
    BacktestOptions options;
    options.period = forkPeriod(original().record->info());
    const auto run = runBacktest(*configuration, *demoData(), options);
    QCOMPARE(codeOf(run), code);
    if (code == "CONF-012")
        QCOMPARE(text(run.error().value("key")), assignment.section('=', 0, 0));
}

void TestDeskFork::refusesWhereNothingIsDecided()
{
    const Time setUp = firstOf(*original().record, Action::InitialSetup);
    QCOMPARE(codeOf(forkOf(*original().record, {setUp + kHour, {}, Action::Hold})), QString("CONF-013"));
    QVERIFY(forkOf(*original().record, {setUp + kHour, {}, {}}));
    QCOMPARE(codeOf(forkOf(*original().record, {kAt, {}, Action::Deposit})), QString("CONF-014"));
    QCOMPARE(codeOf(parseForcedDecision("reduce")), QString("CONF-014"));
    QVERIFY(parseForcedDecision("rebalance").value() == Action::Rebalance);
    QCOMPARE(forcibleActions(configured("eth-staking"))->size(), 2U);
}

void TestDeskFork::onChain()
{
    const auto whole = computed(configured("eth-leveraged"));
    const Time at = kAt;
    const auto same = forked(*whole.record, {at, {}, {}});
    QCOMPARE(same.summary.resultDigest, whole.summary.resultDigest);
    const auto left = forked(*whole.record, {at, {"risk.hf_exit=1.01"}, Action::Exit});
    QVERIFY(sameUntil(*whole.record, *left.record, at));
    QVERIFY(firstOf(*left.record, Action::Exit) == at);
    QCOMPARE(codeOf(forkOf(*whole.record, {at, {"aave.emode_ltv=0.9"}, {}})), QString("CONF-012"));
    QCOMPARE(codeOf(forkOf(*whole.record, {at, {}, Action::Rebalance})), QString("CONF-014"));
}

void TestDeskFork::storedForkIsReproduced()
{
    const RunsFile file;
    const auto whole = file.run(basis(), shortPeriod());
    const std::string id = whole.record->info().runId;
    const auto child = must(forkStoredRun(file.path(), id, {kAt, {"basis.min_trade_usd=250"}, Action::Exit}, {}));
    const std::string childId = child.record->info().runId;
    const auto stored = must(showStoredRun(file.path(), childId));
    QCOMPARE(stored.info.forks, child.record->info().forks);
    QVERIFY(stored.info.forks[0].decision == Action::Exit);
    QVERIFY(must(verifyStoredRun(file.path(), childId, {})).sameResult);
    const auto compared = must(compareStoredRuns(file.path(), {id, childId}));
    QVERIFY(compared.divergence[1] && compared.divergence[1]->time == kAt);
    const auto listed = must(listStoredRuns(file.path()));
    QVERIFY(listed[0].parent == id && listed[0].forkAt == kAt);
    QVERIFY(listed[1].parent.empty() && !listed[1].forkAt);
    const std::string slice = file.path("slice.db");
    QVERIFY(exportStoredRun(file.path(), childId, slice));
    QCOMPARE(must(showStoredRun(slice, childId)).info.forks, stored.info.forks);
    QVERIFY(deleteStoredRun(file.path(), id));
    QCOMPARE(must(showStoredRun(file.path(), childId)).info.forks[0].parent, id);
    QVERIFY(must(verifyStoredRun(file.path(), childId, {})).sameResult);
}

void TestDeskFork::interruptedForkGoesOn()
{
    const RunsFile file;
    const auto configuration = must(forkOf(*original().record, {kAt, {}, Action::Exit}));
    const auto expected = computed(configuration);
    {
        // As a program leaves it that is killed behind the fork.
        auto database = must(Database::open(file.path(), Database::Mode::ReadWrite));
        RunWriter writer(database);
        QVERIFY(writer.begin(*expected.record) && writer.append(*expected.record, 0, 800));
    }
    QVERIFY(expected.record->time(799) > kAt);
    const auto whole = must(resumeStoredRun(file.path(), expected.record->info().runId, {}));
    QCOMPARE(whole.summary.resultDigest, expected.summary.resultDigest);
    QCOMPARE(must(showStoredRun(file.path(), {})).info.forks.size(), 1U);
}

void TestDeskFork::bookmarks()
{
    const RunsFile file;
    const auto run = file.run(basis(), shortPeriod());
    const std::string id = run.record->info().runId;
    QVERIFY(setStoredBookmark(file.path(), id, {kAt + kHour, "later"}));
    QVERIFY(setStoredBookmark(file.path(), id, {kAt, "first"}));
    QVERIFY(setStoredBookmark(file.path(), id, {kAt, "changed"}));
    const std::vector<Bookmark> expected{{kAt, "changed"}, {kAt + kHour, "later"}};
    QCOMPARE(must(listStoredBookmarks(file.path(), id)), expected);
    QCOMPARE(codeOf(setStoredBookmark(file.path(), id, {kAt + Duration{1}, ""})), QString("CONF-011"));
    QCOMPARE(codeOf(setStoredBookmark(file.path(), "none", {kAt, ""})), QString("STORE-005"));
    const std::string slice = file.path("slice.db");
    QVERIFY(exportStoredRun(file.path(), id, slice));
    QCOMPARE(must(listStoredBookmarks(slice, id)), expected);
    QVERIFY(removeStoredBookmark(file.path(), id, kAt));
    QCOMPARE(must(listStoredBookmarks(file.path(), id)).size(), 1U);
}

QTEST_APPLESS_MAIN(TestDeskFork)
#include "tst_desk_fork.moc"
