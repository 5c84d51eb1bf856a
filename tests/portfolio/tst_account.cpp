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
    void onChain_data();
    void onChain();
    void places();
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

void TestAccount::onChain_data()
{
    QTest::addColumn<bool>("aave");
    QTest::addColumn<int>("lst"); // 0: none
    QTest::addColumn<int>("more");
    QTest::newRow("staked") << false << int(Asset::wstETH) << 2;
    QTest::newRow("lent") << true << 0 << 6;
    QTest::newRow("staked and lent") << true << int(Asset::weETH) << 10;
}

//! Accounts of an exchange run keep their numbers; what is held on chain comes behind them.
void TestAccount::onChain()
{
    QFETCH(bool, aave);
    QFETCH(int, lst);
    QFETCH(int, more);
    ChainHoldings chain;
    chain.aave = aave;
    if (lst != 0)
        chain.lst = static_cast<Asset>(lst);
    const ChartOfAccounts plain(Asset::ETH);
    const ChartOfAccounts chart(Asset::ETH, chain);
    QVERIFY(std::equal(plain.accounts().begin(), plain.accounts().end(), chart.accounts().begin()));
    QCOMPARE(int(chart.size() - plain.size()), more);
    std::set<std::string> keys;
    for (const Account& account : chart.accounts())
        QVERIFY2(keys.insert(account.key()).second, account.key().c_str());
    if (chain.lst) {
        QCOMPARE(chart.at(chart.lst()).type, AccountType::Lst);
        QVERIFY(chart.tokenAt(Venue::Wallet, *chain.lst) == chart.lst());
    }
    if (!aave)
        return;
    const AaveAccounts& ether = chart.aave(Asset::ETH);
    QCOMPARE(keyOf(chart, ether.supply), QString("aave_v3:aToken:aWETH"));
    QCOMPARE(keyOf(chart, ether.debt), QString("aave_v3:debtToken:debtWETH"));
    QCOMPARE(keyOf(chart, ether.outsideDebt), QString("outside:Outside:debtWETH"));
    QCOMPARE(QString::fromStdString(chart.at(ether.debt).unitText()), QString("debtWETH"));
    QVERIFY(chart.at(ether.debt).unit == Unit::ScaledDebt && chart.at(ether.outsideDebt).unit == Unit::ScaledDebt);
    if (chain.lst)
        QCOMPARE(keyOf(chart, chart.aave(*chain.lst).supply), QString("aave_v3:aToken:aWeETH"));
}

void TestAccount::places()
{
    using enum Venue;
    QVERIFY(placesOf({}) == (std::vector{Wallet, Binance, Bybit, Okx, Chain}));
    QVERIFY(placesOf({true, {}}) == (std::vector{Wallet, Binance, Bybit, Okx, AaveV3, Chain}));
    QVERIFY(placesOf({false, Asset::wstETH}) == (std::vector{Wallet, Binance, Bybit, Okx, Lido, Chain}));
    QVERIFY(placesOf({true, Asset::weETH}) == (std::vector{Wallet, Binance, Bybit, Okx, AaveV3, EtherFi, Chain}));
}

QTEST_APPLESS_MAIN(TestAccount)
#include "tst_account.moc"
