// SPDX-License-Identifier: GPL-3.0-or-later
// Hops between the places that hold tokens.
#include "execution/planner.h"
#include "support/venue_book.h"

using namespace carry;
using namespace carry::test;

class TestTransferRouter : public QObject
{
    Q_OBJECT

  private slots:
    void simpleIsOneHop();
    void complexGoesThroughTheWallet();
    void sweepIsOfTheFirstHop();
    void coinsCanBeSentToo();
    void unreachable_data();
    void unreachable();
};

namespace
{

const ChartOfAccounts kBtc(Asset::BTC);

QStringList hops(const TransferIntent& intent)
{
    const auto route = routeTransfer(intent, kBtc);
    if (!route)
        return {shown(route.error().codeText())};
    QStringList out;
    for (const Transfer& hop : *route)
        out << shown(describeInstruction(hop));
    return out;
}

} // namespace

void TestTransferRouter::simpleIsOneHop()
{
    QCOMPARE(hops({Venue::Wallet, Venue::Bybit, Asset::USDT, dec("30000")}),
             QStringList{"Transfer Wallet -> Bybit 30000 USDT"});
    QCOMPARE(hops({Venue::Okx, Venue::Wallet, Asset::USDT, dec("5.5")}),
             QStringList{"Transfer OKX -> Wallet 5.5 USDT"});
}

void TestTransferRouter::complexGoesThroughTheWallet()
{
    QCOMPARE(hops({Venue::Okx, Venue::Binance, Asset::USDT, dec("1000")}),
             (QStringList{"Transfer OKX -> Wallet 1000 USDT", "Transfer Wallet -> Binance 1000 USDT"}));
}

void TestTransferRouter::sweepIsOfTheFirstHop()
{
    QCOMPARE(hops({Venue::Okx, Venue::Wallet, Asset::USDT, dec("1000"), true}),
             QStringList{"Transfer OKX -> Wallet all, about 1000 USDT"});
    QCOMPARE(hops({Venue::Okx, Venue::Bybit, Asset::USDT, dec("1000"), true}),
             (QStringList{"Transfer OKX -> Wallet all, about 1000 USDT", "Transfer Wallet -> Bybit 1000 USDT"}));
}

void TestTransferRouter::coinsCanBeSentToo()
{
    QCOMPARE(hops({Venue::Okx, Venue::Bybit, Asset::BTC, dec("0.5")}),
             (QStringList{"Transfer OKX -> Wallet 0.5 BTC", "Transfer Wallet -> Bybit 0.5 BTC"}));
}

void TestTransferRouter::unreachable_data()
{
    QTest::addColumn<int>("from");
    QTest::addColumn<int>("to");
    QTest::addColumn<int>("asset");
    const auto row = [](const char* name, Venue from, Venue to, Asset asset) {
        QTest::newRow(name) << int(from) << int(to) << int(asset);
    };
    row("a coin that the exchange does not hold", Venue::Wallet, Venue::Okx, Asset::ETH);
    row("from an exchange that does not hold it", Venue::Okx, Venue::Binance, Asset::ETH);
    row("to the outside", Venue::Wallet, Venue::Outside, Asset::USDT);
    row("from in flight", Venue::Chain, Venue::Wallet, Asset::USDT);
    row("to itself", Venue::Okx, Venue::Okx, Asset::USDT);
    row("wallet to itself", Venue::Wallet, Venue::Wallet, Asset::USDT);
}

void TestTransferRouter::unreachable()
{
    QFETCH(int, from);
    QFETCH(int, to);
    QFETCH(int, asset);
    const TransferIntent intent{static_cast<Venue>(from), static_cast<Venue>(to), static_cast<Asset>(asset), dec("1")};
    const auto route = routeTransfer(intent, kBtc);
    QVERIFY(!route);
    QVERIFY(route.error().code() == ErrorCode::XferUnreachable);
    QCOMPARE(shown(route.error().value("from")), shown(toText(intent.from)));
    QCOMPARE(shown(route.error().value("to")), shown(toText(intent.to)));
    QCOMPARE(shown(route.error().value("asset")), shown(toText(intent.asset)));
}

QTEST_APPLESS_MAIN(TestTransferRouter)
#include "tst_transfer_router.moc"
