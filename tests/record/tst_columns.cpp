// SPDX-License-Identifier: GPL-3.0-or-later
// Where each figure of a step is kept, and how a figure is absent.
#include "record/columns.h"

#include "record/append_log.h"
#include "support/venue_book.h"

#include <bit>
#include <cmath>
#include <set>

using namespace carry;
using namespace carry::test;

class TestColumns : public QObject
{
    Q_OBJECT

  private slots:
    void everyColumnHasOneIndex_data();
    void everyColumnHasOneIndex();
    void everyColumnHasItsOwnName();
    void names();
    void absentKeepsItsReason_data();
    void absentKeepsItsReason();
    void ordinaryNumbersAreNotAbsent_data();
    void ordinaryNumbersAreNotAbsent();
    void absentThroughATable();
};

constexpr int kReasons = static_cast<int>(EmptyReason::NotApplicable) + 1;

void TestColumns::everyColumnHasOneIndex_data()
{
    QTest::addColumn<int>("assets");
    QTest::addColumn<int>("conditions");
    QTest::addColumn<bool>("chain");
    QTest::newRow("basis") << 1 << 15 << false;
    QTest::newRow("no conditions") << 1 << 0 << false;
    QTest::newRow("two assets") << 2 << 3 << false;
    QTest::newRow("on chain") << 1 << 12 << true;
}

void TestColumns::everyColumnHasOneIndex()
{
    QFETCH(int, assets);
    QFETCH(int, conditions);
    QFETCH(bool, chain);
    const ColumnLayout layout{static_cast<std::size_t>(assets), static_cast<std::size_t>(conditions), chain};
    std::vector<std::size_t> indices;
    for (std::size_t i = 0; i < kStepColumnCount; ++i)
        indices.push_back(ColumnLayout::step(static_cast<StepColumn>(i)));
    for (std::size_t i = 0; i < kPnlItemCount; ++i)
        indices.push_back(ColumnLayout::pnl(static_cast<PnlItem>(i)));
    for (std::size_t v = 0; v < kExchangeCount; ++v)
        for (std::size_t i = 0; i < kVenueColumnCount; ++i)
            indices.push_back(ColumnLayout::venue(v, static_cast<VenueColumn>(i)));
    for (std::size_t a = 0; a < layout.assets; ++a)
        for (std::size_t i = 0; i < kAssetColumnCount; ++i)
            indices.push_back(ColumnLayout::asset(a, static_cast<AssetColumn>(i)));
    for (std::size_t i = 0; i < layout.conditions; ++i)
        indices.push_back(layout.condition(i));
    for (std::size_t i = 0; chain && i < kChainColumnCount; ++i)
        indices.push_back(layout.onChain(static_cast<ChainColumn>(i)));
    // In this order and without a gap: each from 0 to count() - 1 exactly once.
    QCOMPARE(indices.size(), layout.count());
    for (std::size_t i = 0; i < indices.size(); ++i)
        QCOMPARE(indices[i], i);
}

void TestColumns::everyColumnHasItsOwnName()
{
    const ColumnLayout layout{2, 15, true};
    std::set<std::string> names;
    for (std::size_t i = 0; i < layout.count(); ++i) {
        QVERIFY(!layout.name(i).empty());
        names.insert(layout.name(i));
    }
    QCOMPARE(names.size(), layout.count());
}

void TestColumns::names()
{
    const ColumnLayout layout{1, 2, true};
    const auto name = [&](std::size_t i) { return shown(layout.name(i)); };
    QCOMPARE(name(ColumnLayout::step(StepColumn::Nav)), QString("nav"));
    QCOMPARE(name(ColumnLayout::step(StepColumn::RiskLevel)), QString("risk_level"));
    QCOMPARE(name(ColumnLayout::pnl(PnlItem::SpotPrice)), QString("pnl.spot_price"));
    QCOMPARE(name(ColumnLayout::pnl(PnlItem::Other)), QString("pnl.other"));
    QCOMPARE(name(ColumnLayout::venue(0, VenueColumn::MarginRatio)), QString("binance.margin_ratio"));
    QCOMPARE(name(ColumnLayout::venue(2, VenueColumn::ReadingFlags)), QString("okx.reading_flags"));
    QCOMPARE(name(ColumnLayout::asset(0, AssetColumn::Price)), QString("asset0.price"));
    QCOMPARE(name(layout.condition(1)), QString("condition1"));
    QCOMPARE(name(layout.onChain(ChainColumn::Collateral)), QString("chain.collateral"));
    QCOMPARE(name(layout.onChain(ChainColumn::EthUsd)), QString("chain.eth_usd"));
}

void TestColumns::absentKeepsItsReason_data()
{
    QTest::addColumn<int>("reason");
    for (int i = 1; i < kReasons; ++i)
        QTest::newRow(shown(toText(static_cast<EmptyReason>(i))).toLatin1().constData()) << i;
}

void TestColumns::absentKeepsItsReason()
{
    QFETCH(int, reason);
    const auto why = static_cast<EmptyReason>(reason);
    const double value = absent(why);
    QVERIFY(std::isnan(value));
    QVERIFY(absentReason(value) == why);
    QCOMPARE(std::bit_cast<std::uint64_t>(value) & 0xffU, static_cast<std::uint64_t>(reason));
    for (int other = 1; other < kReasons; ++other)
        QCOMPARE(std::bit_cast<std::uint64_t>(absent(static_cast<EmptyReason>(other))) ==
                     std::bit_cast<std::uint64_t>(value),
                 other == reason);
}

void TestColumns::ordinaryNumbersAreNotAbsent_data()
{
    QTest::addColumn<double>("value");
    using Limits = std::numeric_limits<double>;
    volatile double zero = 0;
    QTest::newRow("zero") << 0.0;
    QTest::newRow("minus zero") << -0.0;
    QTest::newRow("one") << 1.0;
    QTest::newRow("infinity") << Limits::infinity();
    QTest::newRow("quiet NaN") << Limits::quiet_NaN();
    QTest::newRow("negative NaN") << -Limits::quiet_NaN();
    QTest::newRow("0/0") << zero / zero;
    QTest::newRow("inf - inf") << Limits::infinity() - Limits::infinity() * (1 + zero);
    QTest::newRow("sqrt(-1)") << std::sqrt(zero - 1);
    QTest::newRow("NaN with another payload") << std::nan("7");
}

void TestColumns::ordinaryNumbersAreNotAbsent()
{
    QFETCH(double, value);
    QVERIFY(absentReason(value) == EmptyReason::None);
}

void TestColumns::absentThroughATable()
{
    ColumnTable table(kReasons);
    std::vector<double> row;
    for (int i = 0; i < kReasons; ++i)
        row.push_back(absent(static_cast<EmptyReason>(i)));
    for (std::size_t r = 0; r < ColumnTable::kChunk + 2; ++r)
        table.push(row.data());
    for (const std::size_t r : {std::size_t{0}, ColumnTable::kChunk - 1, ColumnTable::kChunk + 1})
        for (int i = 1; i < kReasons; ++i) {
            const double value = table.at(r, static_cast<std::size_t>(i));
            QVERIFY(absentReason(value) == static_cast<EmptyReason>(i));
            QVERIFY(std::bit_cast<std::uint64_t>(value) ==
                    std::bit_cast<std::uint64_t>(row[static_cast<std::size_t>(i)]));
        }
}

QTEST_APPLESS_MAIN(TestColumns)
#include "tst_columns.moc"
