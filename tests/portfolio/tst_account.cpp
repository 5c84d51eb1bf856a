// SPDX-License-Identifier: GPL-3.0-or-later
#include "portfolio/account.h"

#include <QtTest>

#include <set>

using namespace carry;

namespace
{

QString keyOf(const ChartOfAccounts& chart, AccountId id)
{
    return QString::fromStdString(chart.at(id).key());
}

} // namespace

class TestAccount : public QObject
{
    Q_OBJECT

  private slots:
    void keysAreUnique();
    void keysNamePlaceTypeAndSymbol();
    void exchangesHoldUsdtAndTheBase();
    void everyAssetHasAnOutside();
};

void TestAccount::keysAreUnique()
{
    for (const Asset base : {Asset::BTC, Asset::ETH}) {
        const ChartOfAccounts chart(base);
        std::set<std::string> keys;
        for (const Account& account : chart.accounts())
            QVERIFY2(keys.insert(account.key()).second, account.key().c_str());
        QVERIFY(chart.base() == base);
    }
}

void TestAccount::keysNamePlaceTypeAndSymbol()
{
    const ChartOfAccounts chart(Asset::BTC);
    QCOMPARE(keyOf(chart, chart.wallet(Asset::USDT)), QString("wallet:BaseToken:USDT"));
    QCOMPARE(keyOf(chart, chart.exchange(Venue::Binance).perp), QString("binance:Perp:BTCUSDT"));
    QCOMPARE(keyOf(chart, chart.exchange(Venue::Okx).coin), QString("okx:BaseToken:BTC"));
    QCOMPARE(keyOf(chart, chart.exchange(Venue::Bybit).perpQuote), QString("bybit:PerpQuote:USDT"));
    QCOMPARE(keyOf(chart, chart.inFlight(Asset::ETH)), QString("chain:InFlight:ETH"));
    QCOMPARE(keyOf(chart, chart.outsideContracts()), QString("outside:Outside:BTCUSDT-PERP"));
}

void TestAccount::exchangesHoldUsdtAndTheBase()
{
    const ChartOfAccounts chart(Asset::BTC);
    for (const Venue venue : kExchanges) {
        QVERIFY(chart.tokenAt(venue, Asset::USDT) == chart.exchange(venue).usdt);
        QVERIFY(chart.tokenAt(venue, Asset::BTC) == chart.exchange(venue).coin);
        QVERIFY(!chart.tokenAt(venue, Asset::ETH));
        QVERIFY(chart.at(chart.exchange(venue).perp).isContract());
        QVERIFY(!chart.at(chart.exchange(venue).coin).isContract());
    }
    QVERIFY(chart.tokenAt(Venue::Wallet, Asset::ETH) == chart.wallet(Asset::ETH));
    QVERIFY(!chart.tokenAt(Venue::Chain, Asset::USDT));
    QVERIFY(!chart.tokenAt(Venue::Outside, Asset::USDT));
}

void TestAccount::everyAssetHasAnOutside()
{
    const ChartOfAccounts chart(Asset::ETH);
    for (const Asset asset : {Asset::USDT, Asset::BTC, Asset::ETH}) {
        const Account& outside = chart.at(chart.outside(asset));
        QVERIFY(outside.asset == asset && !outside.own() && !outside.isContract());
        QVERIFY(chart.at(chart.wallet(asset)).asset == asset);
        QVERIFY(chart.at(chart.inFlight(asset)).own());
    }
    QVERIFY(!chart.at(chart.outsideContracts()).own());
    QVERIFY(chart.at(chart.outsideContracts()).isContract());
}

QTEST_APPLESS_MAIN(TestAccount)
#include "tst_account.moc"
