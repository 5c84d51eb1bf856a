// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/ids.h"
#include "shown.h"

#include <QtTest>

using namespace carry;

class TestIds : public QObject
{
    Q_OBJECT

  private slots:
    void venues_data();
    void venues();
    void assets_data();
    void assets();
    void refusesOtherTexts_data();
    void refusesOtherTexts();
    void productsAndSidesHaveTexts();
    void exchangesAreIndexedInOrder();
};

//! The numbers stand in databases: a row may be added, none changed.
void TestIds::venues_data()
{
    QTest::addColumn<int>("stored");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("name");
    QTest::newRow("wallet") << 0 << "wallet"
                            << "Wallet";
    QTest::newRow("binance") << 1 << "binance"
                             << "Binance";
    QTest::newRow("bybit") << 2 << "bybit"
                           << "Bybit";
    QTest::newRow("okx") << 3 << "okx"
                         << "OKX";
    QTest::newRow("chain") << 4 << "chain"
                           << "Chain";
    QTest::newRow("outside") << 5 << "outside"
                             << "Outside";
    QTest::newRow("aave_v3") << 6 << "aave_v3"
                             << "Aave V3";
    QTest::newRow("etherfi") << 7 << "etherfi"
                             << "EtherFi";
    QTest::newRow("lido") << 8 << "lido"
                          << "Lido";
}

void TestIds::venues()
{
    QFETCH(int, stored);
    QFETCH(QString, text);
    QFETCH(QString, name);
    const auto venue = static_cast<Venue>(stored);
    QCOMPARE(shown(toText(venue)), text);
    QCOMPARE(shown(displayName(venue)), name);
    QVERIFY(parseVenue(text.toStdString()) == venue);
}

void TestIds::assets_data()
{
    QTest::addColumn<int>("stored");
    QTest::addColumn<QString>("text");
    QTest::newRow("USDT") << 0 << "USDT";
    QTest::newRow("BTC") << 1 << "BTC";
    QTest::newRow("ETH") << 2 << "ETH";
    QTest::newRow("weETH") << 3 << "weETH";
    QTest::newRow("wstETH") << 4 << "wstETH";
}

void TestIds::assets()
{
    QFETCH(int, stored);
    QFETCH(QString, text);
    QVERIFY(stored < static_cast<int>(kAssetCount));
    QCOMPARE(shown(toText(static_cast<Asset>(stored))), text);
    QVERIFY(parseAsset(text.toStdString()) == static_cast<Asset>(stored));
}

void TestIds::refusesOtherTexts_data()
{
    QTest::addColumn<QString>("text");
    for (const char* text : {"", "Binance", "btc", "binance ", "kraken", "BTCUSDT", "0"})
        QTest::newRow(text) << QString(text);
}

void TestIds::refusesOtherTexts()
{
    QFETCH(QString, text);
    QVERIFY(!parseVenue(text.toStdString()));
    QVERIFY(!parseAsset(text.toStdString()));
}

void TestIds::productsAndSidesHaveTexts()
{
    QCOMPARE(shown(toText(Product::Spot)), QString("spot"));
    QCOMPARE(shown(toText(Product::Perp)), QString("perp"));
    QCOMPARE(shown(toText(Side::Buy)), QString("BUY"));
    QCOMPARE(shown(toText(Side::Sell)), QString("SELL"));
}

void TestIds::exchangesAreIndexedInOrder()
{
    for (std::size_t i = 0; i < kExchangeCount; ++i)
        QCOMPARE(exchangeIndex(kExchanges[i]), i);
}

QTEST_APPLESS_MAIN(TestIds)
#include "tst_ids.moc"
