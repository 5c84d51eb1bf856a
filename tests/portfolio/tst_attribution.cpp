// SPDX-License-Identifier: GPL-3.0-or-later
#include "portfolio/attribution.h"

#include <QtTest>

#include <set>

using namespace carry;

Q_DECLARE_METATYPE(carry::PnlItem)

class TestAttribution : public QObject
{
    Q_OBJECT

  private slots:
    void causesCountOnTheirLine_data();
    void causesCountOnTheirLine();
    void linesHaveDifferentTexts();
    void totalsAreSumsOverPlaces();
};

//! The numbers and texts of causes stand in databases: a row may be added, none changed.
void TestAttribution::causesCountOnTheirLine_data()
{
    QTest::addColumn<int>("stored");
    QTest::addColumn<QString>("text");
    QTest::addColumn<PnlItem>("item");
    QTest::newRow("trade") << 0 << "trade" << PnlItem::Other;
    QTest::newRow("fee") << 1 << "trade_fee" << PnlItem::TradeFees;
    QTest::newRow("slippage") << 2 << "slippage" << PnlItem::Slippage;
    QTest::newRow("withdrawal fee") << 3 << "withdrawal_fee" << PnlItem::WithdrawalFees;
    QTest::newRow("flash fee") << 4 << "flash_fee" << PnlItem::FlashFees;
    QTest::newRow("DEX fee") << 5 << "dex_fee" << PnlItem::DexFees;
    QTest::newRow("funding") << 6 << "funding" << PnlItem::Funding;
    QTest::newRow("gas") << 7 << "gas" << PnlItem::Gas;
    QTest::newRow("debit interest") << 8 << "debit_interest" << PnlItem::DebitInterest;
    QTest::newRow("reward") << 9 << "reward" << PnlItem::Rewards;
    QTest::newRow("transfer") << 10 << "transfer" << PnlItem::Other;
    QTest::newRow("flash loan") << 11 << "flash" << PnlItem::Other;
    QTest::newRow("liquidation") << 12 << "liquidation" << PnlItem::LiquidationLoss;
    QTest::newRow("external") << 13 << "external" << PnlItem::Other;
}

void TestAttribution::causesCountOnTheirLine()
{
    QFETCH(int, stored);
    QFETCH(QString, text);
    QFETCH(PnlItem, item);
    const auto cause = static_cast<Cause>(stored);
    QVERIFY(stored < static_cast<int>(kCauseCount));
    QCOMPARE(QString::fromStdString(std::string(toText(cause))), text);
    QVERIFY(itemOf(cause) == item);
}

void TestAttribution::linesHaveDifferentTexts()
{
    std::set<std::string_view> texts;
    for (std::size_t i = 0; i < kPnlItemCount; ++i) {
        const auto text = toText(static_cast<PnlItem>(i));
        QVERIFY(!text.empty());
        QVERIFY(texts.insert(text).second);
    }
}

void TestAttribution::totalsAreSumsOverPlaces()
{
    Attribution attribution;
    attribution.add(Venue::Wallet, PnlItem::Gas, -2);
    attribution.add(Venue::Binance, PnlItem::Funding, 8);
    attribution.add(Venue::Okx, PnlItem::Funding, 16);
    attribution.add(Venue::Chain, PnlItem::Other, -1);
    QCOMPARE(attribution.total(PnlItem::Funding), 24.0);
    QCOMPARE(attribution.total(PnlItem::Gas), -2.0);
    QCOMPARE(attribution.at(Venue::Okx, PnlItem::Funding), 16.0);
    QCOMPARE(attribution.at(Venue::Bybit, PnlItem::Funding), 0.0);
    QCOMPARE(attribution.sum(), 21.0);
    QCOMPARE(Attribution().sum(), 0.0);
}

QTEST_APPLESS_MAIN(TestAttribution)
#include "tst_attribution.moc"
