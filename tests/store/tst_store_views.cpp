// SPDX-License-Identifier: GPL-3.0-or-later
#include "made_run.h"
#include "store/run_writer.h"
#include "store_testing.h"

#include <QtTest>
#include <cmath>

using namespace carry;

namespace
{

//! Decimals of the rows of a query, added up without rounding.
Decimal sumOf(Database& database, const std::string& query)
{
    Decimal sum;
    SQLite::Statement rows(database.handle(), query);
    while (rows.executeStep())
        sum += *Decimal::parse(rows.getColumn(0).getString());
    return sum;
}

} // namespace

//! What a person sees who opens the file with any SQLite tool.
class TestStoreViews : public QObject
{
    Q_OBJECT
  private slots:
    void initTestCase();
    void showsAttribution();
    void showsLedgerByAccount();
    void showsTextInViews();

  private:
    const made::MadeRun m_run = made::smallRun("0123-abcd");
    const Scratch m_scratch;
    std::optional<Database> m_database;
};

void TestStoreViews::initTestCase()
{
    m_database = m_scratch.open();
    QVERIFY(storeRun(*m_database, *m_run.record, m_run.summary));
}

void TestStoreViews::showsAttribution()
{
    const double total = realOf(*m_database, "SELECT sum(amount) FROM v_attribution WHERE venue = 'total'");
    const double venues = realOf(*m_database, "SELECT sum(amount) FROM v_attribution WHERE venue <> 'total'");
    const double balance = realOf(*m_database, "SELECT pnl_balance FROM v_run_summary");
    QVERIFY(std::abs(balance) > 100);
    QVERIFY2(std::abs(total - balance) < 1e-8, std::to_string(total - balance).c_str());
    QVERIFY(std::abs(venues - balance) < 1e-8);
    QCOMPARE(numberOf(*m_database, "SELECT count(*) FROM v_attribution WHERE run_id = '0123-abcd'"), 6 * 17);
    QCOMPARE(realOf(*m_database, "SELECT amount FROM v_attribution WHERE venue = 'binance' AND item = 'trade_fees'"),
             -4.2);
}

void TestStoreViews::showsLedgerByAccount()
{
    QCOMPARE(numberOf(*m_database, "SELECT count(*) FROM v_ledger"),
             2 * numberOf(*m_database, "SELECT count(*) FROM ledger"));
    for (const PositionRow& position : m_run.summary.positions) {
        const std::string where = " FROM v_ledger WHERE account = '" + position.key + "'";
        QVERIFY(sumOf(*m_database, "SELECT amount" + where) == position.amount);
        QVERIFY(std::abs(realOf(*m_database, "SELECT sum(amount_real)" + where) - position.amount.toDouble()) < 1e-8);
    }
    QVERIFY(sumOf(*m_database, "SELECT amount FROM v_ledger").isZero());
}

void TestStoreViews::showsTextInViews()
{
    QCOMPARE(textOf(*m_database, "SELECT \"from\" || ' ' || base || ' ' || status FROM v_run_summary"),
             std::string("2024-05-01T00:00:00Z BTC done"));
    QCOMPARE(textOf(*m_database, "SELECT time || ' ' || risk_level FROM v_step WHERE step = 2"),
             formatIso(m_run.record->time(2)) + " ok");
    QCOMPARE(textOf(*m_database, "SELECT action || ': ' || reason FROM v_decision WHERE step = 4"),
             std::string("REBALANCE: Net delta is 0.02 of gross, tolerance 0.01"));
    QCOMPARE(textOf(*m_database, "SELECT key || ' ' || venue || ' ' || amount FROM v_positions WHERE asset = 'BTC'"),
             std::string("binance:BaseToken:BTC binance 0.1"));
    QCOMPARE(textOf(*m_database, "SELECT group_concat(instruction || ' ' || type || ' ' || state, ', ') FROM "
                                 "(SELECT * FROM v_instruction ORDER BY plan, instruction)"),
             std::string("1 transfer confirmed, 2 spot_trade confirmed, 3 perp_trade rejected, 4 swap planned"));
    QCOMPARE(textOf(*m_database, "SELECT changed FROM v_instruction WHERE instruction = 1"),
             formatIso(m_run.record->time(0) + Duration{250}));
}

QTEST_APPLESS_MAIN(TestStoreViews)
#include "tst_store_views.moc"
