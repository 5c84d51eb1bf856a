// SPDX-License-Identifier: GPL-3.0-or-later
// Moving tokens: fee, time on the way, and where they count meanwhile.
#include "support/venue_book.h"

using namespace carry;
using namespace carry::test;

class TestTransferNetwork : public QObject
{
    Q_OBJECT

  private slots:
    void depositIsFree();
    void withdrawalPaysOnTop();
    void inFlightIsEquityButNoMargin();
    void movingIsNoResult();
    void impossiblePlaces();
    void gasCost();
};

constexpr Time kNow = fromMs(1'717'200'000'000);

void TestTransferNetwork::depositIsFree()
{
    const VenueRules rules = venueRules();
    const TransferNetwork network(rules.transfer);
    VenueBook book(60'000);
    book.give(book.chart->wallet(Asset::USDT), 1'000);
    const Shipment s =
        network.depart(book.books, Venue::Wallet, Venue::Okx, Asset::USDT, dec("400"), kNow, InstructionId{7});
    QVERIFY(network.withdrawalFee(Venue::Wallet, Asset::USDT).isZero());
    QCOMPARE(s.instruction, InstructionId{7});
    QVERIFY(s.departed == kNow);
    QVERIFY(s.arrives == kNow + std::chrono::minutes{15});
    QCOMPARE(book.books.quantity(book.chart->wallet(Asset::USDT)), 600.0);
    QCOMPARE(book.books.quantity(book.chart->inFlight(Asset::USDT)), 400.0);
    QCOMPARE(book.books.quantity(book.at(Venue::Okx).usdt), 0.0);
    TransferNetwork::arrive(book.books, s);
    QVERIFY(book.books.balance(book.chart->inFlight(Asset::USDT)).isZero());
    QCOMPARE(book.books.quantity(book.at(Venue::Okx).usdt), 400.0);
    QCOMPARE(book.notConserved(), QString());
}

void TestTransferNetwork::withdrawalPaysOnTop()
{
    const VenueRules rules = venueRules({{"transfer.bybit.withdrawal_fee_usdt", "4.5"}});
    const TransferNetwork network(rules.transfer);
    VenueBook book(60'000);
    book.give(book.at(Venue::Bybit).usdt, 1'000);
    PostingList list;
    book.books.setSink(&list);
    const Shipment s = network.depart(book.books, Venue::Bybit, Venue::Wallet, Asset::USDT, dec("400"), kNow, 1);
    QVERIFY(s.arrives == kNow + std::chrono::minutes{20});
    QCOMPARE(shown(s.amount), QString("400"));
    QCOMPARE(book.books.quantity(book.at(Venue::Bybit).usdt), 595.5);
    QCOMPARE(shown(list.sum(book.at(Venue::Bybit).usdt, Cause::WithdrawalFee)), QString("-4.5"));
    QCOMPARE(book.books.attribution().at(Venue::Bybit, PnlItem::WithdrawalFees), -4.5);
    QCOMPARE(book.books.nav(), 995.5);
}

void TestTransferNetwork::inFlightIsEquityButNoMargin()
{
    const VenueRules rules = venueRules();
    VenueBook book(60'000);
    book.hold(Venue::Binance, 5'000, 0, -0.5, 60'000);
    const double nav = book.books.nav();
    const auto before = book.figures(rules.cex, Venue::Binance);
    TransferNetwork(rules.transfer)
        .depart(book.books, Venue::Binance, Venue::Wallet, Asset::USDT, dec("1000"), kNow, 1);
    const auto after = book.figures(rules.cex, Venue::Binance);
    COMPARE_NEAR(book.books.nav(), nav - 4, 1e-9); // only the fee is gone
    COMPARE_NEAR(book.books.venueEquity(Venue::Chain), 1'000, 1e-9);
    COMPARE_NEAR(after.collateral, before.collateral - 1'004, 1e-9);
    COMPARE_NEAR(after.marginRatio, before.marginRatio - 1'004 / before.notional, 1e-12);
}

void TestTransferNetwork::movingIsNoResult()
{
    const VenueRules rules = venueRules();
    VenueBook book(60'000);
    book.give(book.chart->wallet(Asset::USDT), 1'000);
    TransferNetwork::arrive(book.books,
                            TransferNetwork(rules.transfer)
                                .depart(book.books, Venue::Wallet, Venue::Okx, Asset::USDT, dec("1000"), kNow, 1));
    QCOMPARE(book.books.attribution().sum(), 0.0);
    QCOMPARE(book.books.nav(), 1'000.0);
}

void TestTransferNetwork::impossiblePlaces()
{
    const VenueRules rules = venueRules();
    const TransferNetwork network(rules.transfer);
    VenueBook book(60'000);
    QVERIFY_EXCEPTION_THROWN(network.depart(book.books, Venue::Outside, Venue::Wallet, Asset::USDT, dec("1"), kNow, 1),
                             std::logic_error);
    QVERIFY_EXCEPTION_THROWN(network.depart(book.books, Venue::Okx, Venue::Wallet, Asset::ETH, dec("1"), kNow, 1),
                             std::logic_error); // a book in BTC holds no ETH at an exchange
    Shipment lost;
    lost.to = Venue::Okx;
    lost.asset = Asset::ETH;
    QVERIFY_EXCEPTION_THROWN(TransferNetwork::arrive(book.books, lost), std::logic_error);
}

void TestTransferNetwork::gasCost()
{
    ChainRules chain;
    // units * (base fee + tip) in gwei * 1e-9
    COMPARE_NEAR(chain.gasEth(chain.transferUnits, 20), 0.0013, 1e-15);
    COMPARE_NEAR(chain.gasEth(chain.swapUnits + chain.approvalUnits, 10), 0.00235, 1e-15);
    QCOMPARE(chain.gasEth(65'000, 0), 0.0);
    chain.gasEnabled = false;
    QCOMPARE(chain.gasEth(65'000, 20), 0.0);
}

QTEST_APPLESS_MAIN(TestTransferNetwork)
#include "tst_transfer_network.moc"
