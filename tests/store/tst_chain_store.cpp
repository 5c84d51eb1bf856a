// SPDX-License-Identifier: GPL-3.0-or-later
// A run that stakes, lends and borrows: what of it is stored, read back, shown in views, and refused where damaged.
#include "made_run.h"
#include "store/record_loader.h"
#include "store/run_marks.h"
#include "store/run_reader.h"
#include "store/run_writer.h"
#include "store_testing.h"
#include "support/same_record.h"

#include <QtTest>
#include <cmath>
#include <set>

using namespace carry;
using carry::test::details;

namespace
{

std::string loadingFails(Database& database)
{
    return codeOf(loadRecord(database, "chain"));
}

//! The first three steps as a program that was killed leaves them.
void cutOff(Database& database, const RunRecord& record)
{
    RunWriter writer(database);
    if (!writer.begin(record) || !writer.append(record, 0, 3))
        qFatal("it cannot be written");
}

} // namespace

class TestChainStore : public QObject
{
    Q_OBJECT
  private slots:
    void init();
    void keepsTheSummary();
    void keepsEveryColumn();
    void keepsReasonsOfBothHalves();
    void keepsInstructions();
    void keepsWhatTransitionsLeft();
    void keepsNoHealthFactorWithoutDebt();
    void exchangeRunsHaveNoRows();
    void views();
    void resumes();
    void refusesToResumeOtherFigures_data();
    void refusesToResumeOtherFigures();
    void copiesAndRemoves();
    void damage_data();
    void damage();
    void damagedSummary_data();
    void damagedSummary();

  private:
    StoredRun stored() { return showRun(*m_database, "chain").value(); }

    made::MadeRun m_run;
    std::unique_ptr<Scratch> m_scratch;
    std::optional<Database> m_database;
};

void TestChainStore::init()
{
    m_run = made::chainRun("chain");
    m_database.reset();
    m_scratch = std::make_unique<Scratch>();
    m_database = m_scratch->open();
    const auto stored = storeRun(*m_database, *m_run.record, m_run.summary);
    QVERIFY2(stored, stored ? "" : describe(stored.error()).c_str());
    QCOMPARE(checkUp(*m_database), std::string("ok"));
}

void TestChainStore::keepsTheSummary()
{
    const RunSummary& expected = m_run.summary;
    const StoredRun run = stored();
    QVERIFY(run.info.chain == m_run.record->info().chain);
    QCOMPARE(run.info.shareClass, Asset::ETH);
    QCOMPARE(run.summary.minHealthFactor.value.value(), 1.0123456789012345);
    QCOMPARE(expected.minHealthFactor.value.value(), 1.0123456789012345);
    QVERIFY(run.summary.minHealthFactorAt == m_run.record->time(2));
    QCOMPARE(run.summary.minHealthFactorRatio, 1.0376001);
    QVERIFY(run.summary.equityByVenue == expected.equityByVenue);
    QVERIFY(expected.equityByVenue[static_cast<std::size_t>(Venue::AaveV3)] > 1);
    QCOMPARE(run.summary.liquidations, 1U);
    QVERIFY(run.summary.instructionsByType == expected.instructionsByType);
    for (const Venue venue : kPlaces)
        for (std::size_t i = 0; i < kPnlItemCount; ++i)
            QCOMPARE(run.summary.attribution.at(venue, static_cast<PnlItem>(i)),
                     expected.attribution.at(venue, static_cast<PnlItem>(i)));
    QVERIFY(expected.attribution.at(Venue::AaveV3, PnlItem::Staking) > 0);
    QVERIFY(expected.attribution.at(Venue::AaveV3, PnlItem::BorrowInterest) < 0);
    QCOMPARE(run.summary.resultDigest, expected.resultDigest);
    QCOMPARE(run.summary.positions.size(), expected.positions.size());
}

void TestChainStore::keepsEveryColumn()
{
    const RunRecord& record = *m_run.record;
    SQLite::Statement rows(m_database->handle(), "SELECT * FROM step_chain WHERE run = 1 ORDER BY step");
    for (std::size_t step = 0; step < record.committed(); ++step) {
        QVERIFY(rows.executeStep());
        QCOMPARE(rows.getColumnCount(), int(4 + kChainColumnCount));
        for (std::size_t c = 0; c < kChainColumnCount; ++c) {
            const auto column = static_cast<ChainColumn>(c);
            const SQLite::Column value = rows.getColumn(4 + static_cast<int>(c));
            QCOMPARE(std::string(value.getName()), std::string(columnName(column)));
            const double expected = record.at(step, record.layout().onChain(column));
            QCOMPARE(value.isNull(), std::isnan(expected));
            QVERIFY(std::isnan(expected) || value.getDouble() == expected);
        }
    }
    QVERIFY(!rows.executeStep());
}

void TestChainStore::keepsReasonsOfBothHalves()
{
    const auto reason = [&](const char* reasons, int column) {
        return textOf(*m_database, "SELECT r.text FROM step_chain s JOIN empty_reason r ON r.value = (s." +
                                       std::string(reasons) + " >> (4 * " + std::to_string(column) +
                                       ")) & 15 WHERE s.step = 0");
    };
    QCOMPARE(reason("null_reasons", 2), std::string(toText(EmptyReason::NoDebt)));      // ltv
    QCOMPARE(reason("null_reasons", 3), std::string(toText(EmptyReason::NoDebt)));      // health_factor
    QCOMPARE(reason("null_reasons", 4), std::string(toText(EmptyReason::None)));        // lst_ratio is there
    QCOMPARE(reason("null_reasons_2", 1), std::string(toText(EmptyReason::NoReading))); // staking_apr
    QCOMPARE(reason("null_reasons_2", 5), std::string(toText(EmptyReason::NoReading))); // borrow_apr
    QCOMPARE(reason("null_reasons_2", 9), std::string(toText(EmptyReason::None)));      // eth_usd is there
}

void TestChainStore::keepsInstructions()
{
    const auto plans = stored().plans;
    QCOMPARE(plans.size(), 1U);
    std::set<std::size_t> types;
    std::size_t seen = 0;
    for (const StoredPhase& phase : plans.front().phases)
        for (const StoredGroup& group : phase.groups)
            for (const StoredInstruction& i : group.instructions) {
                const Instruction& expected = m_run.record->instruction(seen++).instruction;
                QCOMPARE(i.text, describeInstruction(expected.body));
                QVERIFY(details(i.instruction.body) == details(expected.body));
                QCOMPARE(i.instruction.iteration, expected.iteration);
                types.insert(i.instruction.body.index());
            }
    QCOMPARE(seen, std::size_t{16});
    QCOMPARE(types.size(), kInstructionTypes.size()); // every type is in it
    QCOMPARE(plans.front().phases[1].groups[0].kind, GroupKind::Loop);
    QCOMPARE(plans.front().phases[1].groups[0].instructions.back().instruction.iteration, std::uint16_t{2});
}

void TestChainStore::keepsWhatTransitionsLeft()
{
    const StoredRun run = stored();
    const auto& loop = run.plans[0].phases[1].groups[0].instructions;
    QVERIFY(std::isnan(loop[1].ltv) && absentReason(loop[1].healthFactor) == EmptyReason::NoDebt);
    QCOMPARE(loop[2].healthFactor, 1.0642857142857143); // of the first borrow
    QCOMPARE(loop[2].ltv, 12.5 / 14 / 1.0375);
    QCOMPARE(numberOf(*m_database, "SELECT count(*) FROM transition WHERE health_factor IS NOT NULL"), 4);
}

void TestChainStore::keepsNoHealthFactorWithoutDebt()
{
    auto other = made::smallRun("other");
    QVERIFY(storeRun(*m_database, *other.record, other.summary));
    const auto run = showRun(*m_database, "other");
    QVERIFY(!run->summary.minHealthFactor.value);
    QCOMPARE(run->summary.minHealthFactor.reason, EmptyReason::NoDebt);
    QVERIFY(run->summary.minHealthFactorAt == Time{});
}

void TestChainStore::exchangeRunsHaveNoRows()
{
    const auto other = made::smallRun("other");
    QVERIFY(storeRun(*m_database, *other.record, other.summary));
    QCOMPARE(numberOf(*m_database, "SELECT count(*) FROM step_chain WHERE run = 2"), 0);
    QCOMPARE(numberOf(*m_database, "SELECT count(*) FROM run_pnl WHERE run = 2"), 6); // total and five places
    QVERIFY(numberOf(*m_database, "SELECT count(*) FROM run_pnl WHERE run = 1") > 6);
    QVERIFY(!showRun(*m_database, "other")->info.chain.any());
}

void TestChainStore::views()
{
    QCOMPARE(textOf(*m_database, "SELECT group_concat(iteration || ' ' || type || ' ' || sizing, ', ') FROM (SELECT * "
                                 "FROM v_instruction WHERE group_kind = 'loop' ORDER BY instruction)"),
             std::string("1 stake exact, 1 supply previous, 1 borrow to_ltv, 2 stake previous, 2 supply previous, "
                         "2 borrow to_ltv"));
    QCOMPARE(realOf(*m_database, "SELECT to_ltv FROM v_instruction WHERE type = 'borrow' LIMIT 1"), 0.9);
    QCOMPARE(realOf(*m_database, "SELECT health_factor FROM v_instruction WHERE instruction = 4"), 1.0642857142857143);
    QCOMPARE(textOf(*m_database, "SELECT asset || ' -> ' || to_asset || ', ' || exact_sell FROM v_instruction "
                                 "WHERE type = 'swap'"),
             std::string("weETH -> ETH, 1"));
    QCOMPARE(textOf(*m_database, "SELECT asset || ' -> ' || to_asset || ' at ' || venue FROM v_instruction "
                                 "WHERE type = 'stake' LIMIT 1"),
             std::string("ETH -> weETH at etherfi"));
    QCOMPARE(numberOf(*m_database, "SELECT count(*) FROM v_chain WHERE run_id = 'chain'"), 4);
    QCOMPARE(textOf(*m_database, "SELECT time FROM v_chain WHERE health_factor < 1.02"),
             formatIso(m_run.record->time(2)));
    QCOMPARE(textOf(*m_database, "SELECT share_class || ' ' || min_health_factor_at FROM v_run_summary"),
             "ETH " + formatIso(m_run.record->time(2)));
    QVERIFY(realOf(*m_database, "SELECT amount FROM v_attribution WHERE venue = 'aave_v3' AND item = 'staking'") > 0);
    QCOMPARE(textOf(*m_database, "SELECT group_concat(text) FROM (SELECT u.text FROM account a JOIN unit u ON "
                                 "u.value = a.contract GROUP BY u.value ORDER BY u.value)"),
             std::string("token,contract,scaled_supply,scaled_debt"));
}

void TestChainStore::resumes()
{
    const auto again = made::chainRun("again");
    cutOff(*m_database, *again.record);
    {
        RunWriter writer(*m_database);
        QVERIFY(writer.resume(*again.record));
        QCOMPARE(writer.stepsStored(), std::size_t{3});
        const auto checked = writer.checkStored(*again.record);
        QVERIFY2(checked, checked ? "" : describe(checked.error()).c_str());
        QVERIFY(writer.append(*again.record, 3, again.record->committed()));
        QVERIFY(writer.finish(again.summary));
    }
    QCOMPARE(resultDigest(**loadRecord(*m_database, "again")), again.summary.resultDigest);
}

void TestChainStore::refusesToResumeOtherFigures_data()
{
    QTest::addColumn<QString>("sql");
    const auto row = [](const char* name, const char* sql) { QTest::newRow(name) << sql; };
    row("the last step", "UPDATE step_chain SET eth_usd = eth_usd + 1e-9 WHERE run = 2 AND step = 2");
    row("a step before", "UPDATE step_chain SET collateral = 0 WHERE run = 2 AND step = 1");
    row("a figure for none", "UPDATE step_chain SET health_factor = 2 WHERE run = 2 AND step = 0");
    row("none for a figure", "UPDATE step_chain SET lst_ratio = NULL WHERE run = 2 AND step = 0");
    row("another reason", "UPDATE step_chain SET null_reasons_2 = null_reasons_2 + 16 WHERE run = 2 AND step = 1");
    row("no figures", "DELETE FROM step_chain WHERE run = 2 AND step = 2");
}

void TestChainStore::refusesToResumeOtherFigures()
{
    QFETCH(QString, sql);
    const auto again = made::chainRun("again");
    cutOff(*m_database, *again.record);
    m_database->handle().exec(sql.toStdString());
    RunWriter writer(*m_database);
    QVERIFY(writer.resume(*again.record));
    QCOMPARE(codeOf(writer.checkStored(*again.record)), std::string("STORE-007"));
    QVERIFY(writer.abandon());
}

void TestChainStore::copiesAndRemoves()
{
    {
        auto copy = Database::open(m_scratch->path("copy.db"), Database::Mode::ReadWrite);
        QVERIFY(copyRun(m_scratch->path(), "chain", *copy));
        QCOMPARE(resultDigest(**loadRecord(*copy, "chain")), m_run.summary.resultDigest);
    }
    QVERIFY(deleteRun(*m_database, "chain"));
    for (const char* table : {"step_chain", "account", "run_pnl"})
        QCOMPARE(numberOf(*m_database, std::string("SELECT count(*) FROM ") + table), 0);
}

void TestChainStore::damage_data()
{
    QTest::addColumn<QString>("sql");
    const auto row = [](const char* name, const char* sql) { QTest::newRow(name) << sql; };
    row("a step is missing", "DELETE FROM step_chain WHERE step = 2");
    row("the first step is missing", "DELETE FROM step_chain WHERE step = 0");
    row("all are missing", "DELETE FROM step_chain");
    row("a reason that is none", "UPDATE step_chain SET null_reasons = -1");
    row("a reason of the second half that is none", "UPDATE step_chain SET null_reasons_2 = -1");
    row("a sizing that is none", "UPDATE instruction SET sweep = 9 WHERE type = 4");
    row("a sizing below all", "UPDATE instruction SET sweep = -1 WHERE type = 8");
    row("a type beyond all", "UPDATE instruction SET type = 13 WHERE type = 12");
    row("a type below all", "UPDATE instruction SET type = -1 WHERE type = 12");
    row("staking of nothing", "UPDATE instruction SET to_asset = NULL WHERE type = 4");
    row("staking of what cannot be staked", "UPDATE instruction SET to_asset = 1 WHERE type = 4");
    row("unstaking of what cannot be staked", "UPDATE instruction SET asset = 2 WHERE type = 5");
    row("a swap for nothing", "UPDATE instruction SET to_asset = NULL WHERE type = 3");
    row("an asset that is none", "UPDATE instruction SET asset = 5 WHERE type = 6");
    row("a category that is none", "UPDATE instruction SET quantity = '256' WHERE type = 12");
    row("half a category", "UPDATE instruction SET quantity = '0.5' WHERE type = 12");
    row("an amount that is none", "UPDATE instruction SET quantity = 'x' WHERE type = 8");
    row("nothing at Aave", "DELETE FROM account WHERE type = 6");
    row("no debt account", "DELETE FROM account WHERE type = 7");
    row("no staked token", "DELETE FROM account WHERE type = 5");
    row("another staked token", "UPDATE account SET asset = 4 WHERE type = 5");
    row("a staked token that is none", "UPDATE account SET asset = 1 WHERE type = 5");
    row("a type of account that is none", "UPDATE account SET type = 8 WHERE type = 7");
    row("debt in tokens", "UPDATE account SET contract = 0 WHERE type = 7");
    row("a unit that is none", "UPDATE account SET contract = 4 WHERE type = 7");
    row("an entry from units to tokens",
        "UPDATE ledger SET to_account = (SELECT id FROM account WHERE type = 0 AND asset = 2 LIMIT 1) "
        "WHERE from_account = (SELECT id FROM account WHERE type = 7)");
}

void TestChainStore::damage()
{
    QFETCH(QString, sql);
    QCOMPARE(loadingFails(*m_database), std::string());
    m_database->handle().exec(sql.toStdString());
    QCOMPARE(loadingFails(*m_database), std::string("STORE-004"));
}

void TestChainStore::damagedSummary_data()
{
    QTest::addColumn<QString>("sql");
    QTest::newRow("P&L outside") << "UPDATE run_pnl SET venue = 5 WHERE venue = 6";
    QTest::newRow("P&L nowhere") << "UPDATE run_pnl SET venue = 9 WHERE venue = 6";
    QTest::newRow("a position outside") << "UPDATE position SET account = (SELECT id FROM account WHERE venue = 5 "
                                           "LIMIT 1) WHERE account = (SELECT max(account) FROM position)";
    QTest::newRow("a time that is none") << "UPDATE run SET min_health_factor_at = 9223372036854775807";
    QTest::newRow("an instruction that is none") << "UPDATE instruction SET sweep = 4 WHERE type = 9";
}

void TestChainStore::damagedSummary()
{
    QFETCH(QString, sql);
    QVERIFY(showRun(*m_database, "chain"));
    m_database->handle().exec(sql.toStdString());
    QCOMPARE(codeOf(showRun(*m_database, "chain")), std::string("STORE-004"));
}

QTEST_APPLESS_MAIN(TestChainStore)
#include "tst_chain_store.moc"
