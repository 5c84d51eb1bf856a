// SPDX-License-Identifier: GPL-3.0-or-later
#include "made_run.h"
#include "store/run_reader.h"
#include "store/run_writer.h"
#include "store_testing.h"

#include <QtTest>
#include <bit>
#include <cmath>
#include <cstring>

using namespace carry;

namespace
{

bool same(const Figure& a, const Figure& b)
{
    return a.value == b.value && (a.value || a.reason == b.reason);
}

} // namespace

class TestRunStore : public QObject
{
    Q_OBJECT
  private slots:
    void init();
    void listsTheRun();
    void keepsWhatARunIs();
    void keepsTheSummary();
    void keepsDecisions();
    void keepsPlans();
    void keepsEveryColumn();
    void writesAbsentAsNullWithReason();
    void keepsAmountsExactly();
    void keepsLogs();
    void keepsConditionsOfADecision();
    void finishesWithoutFigures();
    void findsRunsByPrefix();

  private:
    StoredRun stored() { return showRun(*m_database, "0123-abcd").value(); }

    made::MadeRun m_run;
    std::unique_ptr<Scratch> m_scratch;
    std::optional<Database> m_database;
};

void TestRunStore::init()
{
    m_run = made::smallRun("0123-abcd");
    m_database.reset();
    m_scratch = std::make_unique<Scratch>();
    m_database = m_scratch->open();
    const auto stored = storeRun(*m_database, *m_run.record, m_run.summary);
    QVERIFY2(stored, stored ? "" : describe(stored.error()).c_str());
    QCOMPARE(checkUp(*m_database), std::string("ok"));
}

void TestRunStore::listsTheRun()
{
    const auto second = made::smallRun("second");
    QVERIFY(storeRun(*m_database, *second.record, second.summary));
    const auto runs = listRuns(*m_database);
    QCOMPARE(runs->size(), 2U);
    QCOMPARE(runs->front().runId, std::string("second")); // newest first
    const RunListItem& item = runs->back();
    const RunInfo& info = m_run.record->info();
    QCOMPARE(item.runId, info.runId);
    QCOMPARE(item.strategy, info.strategy);
    QCOMPARE(item.status, RunStatus::Done);
    QVERIFY(item.from == info.from && item.to == info.to);
    QVERIFY(item.synthetic);
    QCOMPARE(item.steps, 6U);
    QCOMPARE(item.startedAt, std::string("2025-01-02T03:04:05Z"));
    QCOMPARE(item.navFinal.value(), m_run.summary.navFinal);
    QVERIFY(!item.sharpe); // less than two days
}

void TestRunStore::keepsWhatARunIs()
{
    const RunInfo& expected = m_run.record->info();
    const StoredRun run = stored();
    QCOMPARE(run.info.preset, expected.preset);
    QCOMPARE(run.info.capital, expected.capital);
    QVERIFY(run.info.configuration == expected.configuration);
    QCOMPARE(run.info.dataDigest, expected.dataDigest);
    QVERIFY(run.info.assets == expected.assets);
    QVERIFY(run.info.files == expected.files);
    QCOMPARE(run.info.conditions.size(), expected.conditions.size());
    QCOMPARE(run.info.conditions[2].id, expected.conditions[2].id);
    QCOMPARE(run.info.conditions[2].test, expected.conditions[2].test);
    QCOMPARE(run.info.conditions[2].threshold, expected.conditions[2].threshold);
    QCOMPARE(run.info.findings.size(), 1U);
    const Finding& finding = run.info.findings.front();
    QCOMPARE(finding.kind, FindingKind::MissingFunding);
    QCOMPARE(finding.severity, FindingSeverity::Warning);
    QCOMPARE(finding.rule, QualityRule::FundingPeerMean);
    QVERIFY(finding.from == expected.from && !finding.to);
    QCOMPARE(finding.detail, expected.findings.front().detail);
    QVERIFY(!run.engineVersion.empty());
}

void TestRunStore::keepsTheSummary()
{
    const RunSummary& expected = m_run.summary;
    const RunSummary summary = stored().summary;
    QCOMPARE(summary.status, expected.status);
    QCOMPARE(summary.steps, expected.steps);
    QCOMPARE(summary.pnlBalance, expected.pnlBalance);
    QCOMPARE(summary.unexplained, expected.unexplained);
    QVERIFY(same(summary.performance.apr, expected.performance.apr));
    QVERIFY(same(summary.performance.sharpe, expected.performance.sharpe));
    QVERIFY(same(summary.performance.maxDrawdown, expected.performance.maxDrawdown));
    QVERIFY(summary.performance.drawdownTo == expected.performance.drawdownTo);
    QVERIFY(same(summary.minMarginRatio, expected.minMarginRatio));
    QCOMPARE(summary.minMarginRatio.reason, EmptyReason::NoNotional);
    QVERIFY(same(summary.minHealthFactor, expected.minHealthFactor));
    QVERIFY(same(summary.costRatio, expected.costRatio));
    QVERIFY(summary.decisions == expected.decisions);
    QVERIFY(summary.instructionsByType == expected.instructionsByType);
    QVERIFY(summary.instructionsByState == expected.instructionsByState);
    QVERIFY(summary.settlementsByVenue == expected.settlementsByVenue);
    QVERIFY(summary.missingByVenue == expected.missingByVenue);
    QVERIFY(summary.equityByVenue == expected.equityByVenue);
    QVERIFY(summary.fundingByVenue == expected.fundingByVenue);
    QCOMPARE(summary.liquidations, 1U);
    QCOMPARE(summary.plansFailed, 1U);
    QCOMPARE(summary.resultDigest, expected.resultDigest);
    QCOMPARE(summary.instructionDigest, expected.instructionDigest);
    QCOMPARE(summary.timing.engineSeconds, 0.5);
    for (std::size_t v = 0; v < kVenueCount; ++v)
        for (std::size_t i = 0; i < kPnlItemCount; ++i)
            QCOMPARE(summary.attribution.at(static_cast<Venue>(v), static_cast<PnlItem>(i)),
                     expected.attribution.at(static_cast<Venue>(v), static_cast<PnlItem>(i)));
    QCOMPARE(summary.positions.size(), expected.positions.size());
    for (std::size_t i = 0; i < summary.positions.size(); ++i) {
        QCOMPARE(summary.positions[i].key, expected.positions[i].key);
        QVERIFY(summary.positions[i].amount == expected.positions[i].amount);
        QCOMPARE(summary.positions[i].value, expected.positions[i].value);
    }
}

void TestRunStore::keepsDecisions()
{
    const auto decisions = stored().decisions;
    QCOMPARE(decisions.size(), 2U); // HOLD is not among them
    const StoredDecision& setup = decisions.front();
    QCOMPARE(setup.decision.action, Action::InitialSetup);
    QCOMPARE(setup.decision.plan, 1U);
    QVERIFY(setup.time == m_run.record->time(0));
    QCOMPARE(setup.reason, reasonText(Reason::CapitalInWallet, {100'000, 0, 0, 0}));
    QCOMPARE(setup.conditions.size(), 3U);
    QCOMPARE(setup.conditions[0], 0.25);
    QVERIFY(std::isnan(setup.conditions[1]));
    QCOMPARE(decisions.back().decision.step, 4U);
}

void TestRunStore::keepsPlans()
{
    const auto plans = stored().plans;
    QCOMPARE(plans.size(), 1U);
    const StoredPlan& plan = plans.front();
    QCOMPARE(plan.action, Action::InitialSetup);
    QCOMPARE(plan.cost.gas, 0.125);
    QCOMPARE(plan.outcome, PlanOutcome::Failed);
    QVERIFY(plan.time == m_run.record->time(0));
    QCOMPARE(plan.phases.size(), 2U);
    QCOMPARE(plan.phases[1].kind, PhaseKind::BuySpot);
    QCOMPARE(plan.phases[1].groups.size(), 2U);
    QCOMPARE(plan.phases[1].groups[0].kind, GroupKind::Atomic);
    QCOMPARE(plan.phases[1].groups[1].kind, GroupKind::Loop);
    std::vector<const StoredInstruction*> all;
    for (const StoredPhase& phase : plan.phases)
        for (const StoredGroup& group : phase.groups)
            for (const StoredInstruction& instruction : group.instructions)
                all.push_back(&instruction);
    QCOMPARE(all.size(), 4U);
    for (std::size_t i = 0; i < all.size(); ++i) {
        const Instruction& expected = m_run.record->instruction(i).instruction;
        QCOMPARE(all[i]->instruction.id, expected.id);
        QCOMPARE(all[i]->instruction.purpose, expected.purpose);
        QCOMPARE(all[i]->text, describeInstruction(expected.body));
        QCOMPARE(all[i]->instruction.expected.size(), 2U);
        QCOMPARE(all[i]->instruction.expected[1].amount, 0.30000000000000004);
    }
    QCOMPARE(all[0]->state, InstructionState::Confirmed);
    QVERIFY(all[0]->filled == *Decimal::parse("40000.000001"));
    QVERIFY(all[0]->changed == m_run.record->time(0) + Duration{250});
    QCOMPARE(all[1]->price, 60'000.5);
    QCOMPARE(all[2]->state, InstructionState::Rejected);
    QVERIFY(all[2]->error);
    QCOMPARE(all[2]->error->codeText(), std::string_view("CEX-001"));
    QCOMPARE(all[2]->error->value("available"), std::string_view("0.5"));
    QCOMPARE(all[2]->error->context().front().first, std::string("available")); // in the order they were given
    QCOMPARE(all[3]->state, InstructionState::Planned);
}

void TestRunStore::keepsEveryColumn()
{
    const RunRecord& record = *m_run.record;
    const auto compare = [&](const std::string& table, const std::string& more, std::size_t first, std::size_t count,
                             int skip) {
        SQLite::Statement rows(m_database->handle(),
                               "SELECT * FROM " + table + " WHERE run = 1" + more + " ORDER BY step");
        for (std::size_t step = 0; step < record.committed(); ++step) {
            QVERIFY(rows.executeStep());
            for (std::size_t c = 0; c < count; ++c) {
                const SQLite::Column value = rows.getColumn(skip + static_cast<int>(c));
                const double expected = record.at(step, first + c);
                QCOMPARE(value.isNull(), std::isnan(expected));
                QVERIFY(std::isnan(expected) || value.getDouble() == expected);
            }
        }
        QVERIFY(!rows.executeStep());
    };
    using L = ColumnLayout;
    compare("step", "", 0, kStepColumnCount + kPnlItemCount, 5);
    for (std::size_t v = 0; v < kExchangeCount; ++v)
        compare("step_venue", " AND venue = " + std::to_string(v + 1), L::venue(v, VenueColumn::Equity),
                kVenueColumnCount, 4);
    for (std::size_t a = 0; a < 2; ++a)
        compare("step_asset", " AND asset = " + std::to_string(a + 1), L::asset(a, AssetColumn::NetDelta),
                kAssetColumnCount, 4);
    QCOMPARE(numberOf(*m_database, "SELECT bar FROM step WHERE step = 2"), 0);
    QCOMPARE(numberOf(*m_database, "SELECT time_ms FROM step WHERE step = 2"), toMs(record.time(2)));
}

void TestRunStore::writesAbsentAsNullWithReason()
{
    const std::string row = " FROM step_venue WHERE run = 1 AND step = 0 AND venue = 2";
    QVERIFY(m_database->handle().execAndGet("SELECT margin_ratio" + row).isNull());
    const auto reason = [&](int column) {
        return textOf(*m_database, "SELECT r.text FROM (SELECT null_reasons" + row +
                                       ") JOIN empty_reason r ON r.value = (null_reasons >> (4 * " +
                                       std::to_string(column) + ")) & 15");
    };
    QCOMPARE(reason(3), std::string(toText(EmptyReason::NoNotional))); // margin_ratio
    QCOMPARE(reason(4), std::string(toText(EmptyReason::NoSolution))); // liquidation_distance
    QCOMPARE(reason(7), std::string(toText(EmptyReason::NoReading)));  // funding_apr
    QCOMPARE(reason(0), std::string(toText(EmptyReason::None)));       // equity is there
    QCOMPARE(textOf(*m_database, "SELECT json_extract(empty_reasons, '$.sharpe') FROM run"),
             std::string(toText(EmptyReason::TooFewDays)));
}

void TestRunStore::keepsAmountsExactly()
{
    QCOMPARE(textOf(*m_database, "SELECT amount FROM ledger WHERE cause = 12"), std::string("-12.345678901234567891"));
    QCOMPARE(realOf(*m_database, "SELECT amount_real FROM ledger WHERE cause = 12"), -12.345678901234567891);
    QCOMPARE(textOf(*m_database, "SELECT quantity FROM instruction WHERE instruction = 4"),
             std::string("0.000000000000000001"));
    QCOMPARE(textOf(*m_database, "SELECT typeof(amount) || typeof(amount_real) FROM position"),
             std::string("textreal"));
}

void TestRunStore::keepsLogs()
{
    const StepEnds& ends = m_run.record->ends(m_run.record->committed() - 1);
    const auto count = [&](const char* table) {
        return numberOf(*m_database, std::string("SELECT count(*) FROM ") + table);
    };
    QCOMPARE(count("ledger"), ends.ledger);
    QCOMPARE(count("transition"), ends.transitions);
    QCOMPARE(count("funding"), ends.funding);
    QCOMPARE(count("event"), ends.events);
    SQLite::Statement rows(m_database->handle(), "SELECT step, from_account, to_account, cause, instruction, amount "
                                                 "FROM ledger ORDER BY run, step, seq");
    for (std::size_t i = 0; i < ends.ledger; ++i) {
        QVERIFY(rows.executeStep());
        const LedgerEntry& e = m_run.record->ledger(i);
        QCOMPARE(rows.getColumn(0).getUInt(), e.step);
        QCOMPARE(rows.getColumn(1).getInt(), int(e.posting.from));
        QCOMPARE(rows.getColumn(2).getInt(), int(e.posting.to));
        QCOMPARE(rows.getColumn(3).getInt(), int(e.posting.cause));
        QCOMPARE(rows.getColumn(4).getUInt(), e.posting.instruction);
        QCOMPARE(rows.getColumn(5).getString(), e.posting.amount.toString());
    }
    QCOMPARE(textOf(*m_database, "SELECT error FROM event WHERE kind = 4"), std::string("CHAIN-001"));
    QVERIFY(m_database->handle().execAndGet("SELECT n1 FROM event").isNull());
    QCOMPARE(textOf(*m_database, "SELECT group_concat(f.text) FROM funding s JOIN funding_flag f ON s.flags & f.value"),
             std::string("missing,peer_mean"));
}

void TestRunStore::keepsConditionsOfADecision()
{
    const SQLite::Column blob = m_database->handle().execAndGet("SELECT conditions FROM decision WHERE step = 0");
    std::array<double, 3> values{};
    QCOMPARE(blob.getBytes(), int(sizeof values));
    std::memcpy(values.data(), blob.getBlob(), sizeof values);
    for (std::size_t c = 0; c < values.size(); ++c)
        QCOMPARE(std::bit_cast<std::uint64_t>(values[c]),
                 std::bit_cast<std::uint64_t>(m_run.record->at(0, m_run.record->layout().condition(c))));
}

void TestRunStore::finishesWithoutFigures()
{
    RunSummary failed;
    failed.status = RunStatus::Failed;
    const RunRecord empty(made::info("failed"));
    QVERIFY(storeRun(*m_database, empty, failed));
    const auto run = showRun(*m_database, "failed");
    QCOMPARE(run->summary.status, RunStatus::Failed);
    QCOMPARE(run->summary.steps, 0U);
    QCOMPARE(run->info.runId, std::string("failed"));
}

void TestRunStore::findsRunsByPrefix()
{
    const auto similar = made::smallRun("0123-abxx");
    QVERIFY(storeRun(*m_database, *similar.record, similar.summary));
    QCOMPARE(showRun(*m_database, "0123-abc")->info.runId, std::string("0123-abcd"));
    for (const char* unknown : {"", "0123-ab", "123", "0123-abcd-", "%", "0123-ab__"}) {
        const auto run = showRun(*m_database, unknown);
        QCOMPARE(codeOf(run), std::string("STORE-005"));
        QCOMPARE(std::string(run.error().value("found")), std::string(unknown));
    }
}

QTEST_APPLESS_MAIN(TestRunStore)
#include "tst_run_store.moc"
