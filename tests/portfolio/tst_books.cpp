// SPDX-License-Identifier: GPL-3.0-or-later
#include "made_books.h"

#include <QtTest>

using namespace carry;
using namespace made;

namespace
{

class KeptPostings : public PostingSink
{
  public:
    void onPosting(const Posting& posting) override { kept.push_back(posting); }
    std::vector<Posting> kept;
};

} // namespace

class TestBooks : public QObject
{
    Q_OBJECT

  private slots:
    void startsEmpty();
    void externalFlowsAreNoPnl();
    void transfersAttributeNothing();
    void transferBetweenPricesIsTheirDifference();
    void costsAreNegativeItems();
    void priceChangesAreSpotOrPerp();
    void perpIsWorthItsUnrealisedPnl();
    void withdrawalReducesFlows();
    void negativeAmountsReverse();
    void postingBetweenAssetsThrows_data();
    void postingBetweenAssetsThrows();
    void refusedPostingChangesNothing();
    void outsideIsNotAttributed();
    void venueEquityIsByPlace();
    void copiesAreIndependent();
    void copiesHaveNoSink();
    void sinkSeesEveryPosting();
};

void TestBooks::startsEmpty()
{
    const Books empty = books();
    QCOMPARE(empty.nav(), 0.0);
    QCOMPARE(empty.externalFlows(), 0.0);
    QCOMPARE(empty.attribution().sum(), 0.0);
    const ChartOfAccounts& chart = empty.chart();
    QCOMPARE(empty.price(chart.wallet(Asset::USDT)), 1.0);
    QCOMPARE(empty.price(chart.exchange(Venue::Okx).perpQuote), 1.0);
    QCOMPARE(empty.price(chart.wallet(Asset::BTC)), 0.0);
    QCOMPARE(empty.price(chart.exchange(Venue::Okx).perp), 0.0);
}

void TestBooks::externalFlowsAreNoPnl()
{
    Books b = books();
    fund(b, "100000");
    QCOMPARE(b.nav(), 100000.0);
    QCOMPARE(b.externalFlows(), 100000.0);
    QCOMPARE(b.attribution().sum(), 0.0);
}

void TestBooks::transfersAttributeNothing()
{
    Books b = books();
    setPrices(b, 50000, 50010);
    fund(b, "100000");
    const ChartOfAccounts& chart = b.chart();
    const AccountId usdt = chart.exchange(Venue::Bybit).usdt;
    b.post(chart.wallet(Asset::USDT), chart.inFlight(Asset::USDT), amount("40000"), Cause::Transfer, 1);
    QCOMPARE(b.nav(), 100000.0);
    QCOMPARE(b.venueEquity(Venue::Chain), 40000.0);
    b.post(chart.inFlight(Asset::USDT), usdt, amount("40000"), Cause::Transfer, 1);
    QCOMPARE(b.venueEquity(Venue::Bybit), 40000.0);
    for (const Venue venue : {Venue::Wallet, Venue::Binance, Venue::Bybit, Venue::Okx, Venue::Chain})
        for (std::size_t item = 0; item < kPnlItemCount; ++item)
            QCOMPARE(b.attribution().at(venue, static_cast<PnlItem>(item)), 0.0);
    QCOMPARE(b.externalFlows(), 100000.0);
}

void TestBooks::transferBetweenPricesIsTheirDifference()
{
    Books b = books();
    const ChartOfAccounts& chart = b.chart();
    const AccountId from = chart.exchange(Venue::Binance).coin;
    const AccountId to = chart.exchange(Venue::Okx).coin;
    b.setPrice(from, 50000);
    b.setPrice(to, 50100);
    b.post(chart.outside(Asset::BTC), from, amount("2"), Cause::External, 0);
    b.post(from, to, amount("0.5"), Cause::Transfer, 1);
    QCOMPARE(b.attribution().sum(), 50.0);
    QCOMPARE(b.nav() - b.externalFlows(), 50.0);
}

void TestBooks::costsAreNegativeItems()
{
    Books b = books();
    fund(b, "1000");
    const ChartOfAccounts& chart = b.chart();
    const auto pay = [&](const char* usdt, Cause cause) {
        b.post(chart.wallet(Asset::USDT), chart.outside(Asset::USDT), amount(usdt), cause, 1);
    };
    pay("3", Cause::TradeFee);
    pay("2", Cause::Slippage);
    pay("-8", Cause::Funding); // received
    QCOMPARE(b.attribution().total(PnlItem::TradeFees), -3.0);
    QCOMPARE(b.attribution().total(PnlItem::Slippage), -2.0);
    QCOMPARE(b.attribution().total(PnlItem::Funding), 8.0);
    QCOMPARE(b.attribution().at(Venue::Wallet, PnlItem::Funding), 8.0);
    QCOMPARE(b.nav(), 1003.0);
}

void TestBooks::priceChangesAreSpotOrPerp()
{
    Books b = books();
    setPrices(b, 50000, 50000);
    fund(b, "100000");
    buy(b, Venue::Binance, "0.5", "25000");
    sellShort(b, Venue::Binance, "0.5", "25000");
    QCOMPARE(b.attribution().sum(), 0.0);
    const ExchangeAccounts& ids = b.chart().exchange(Venue::Binance);
    b.reprice(ids.coin, 51000);
    b.reprice(ids.perp, 51200);
    b.reprice(ids.perpQuote, 1.0);
    QCOMPARE(b.attribution().total(PnlItem::SpotPrice), 500.0);
    QCOMPARE(b.attribution().total(PnlItem::PerpPrice), -600.0);
    QCOMPARE(b.attribution().at(Venue::Binance, PnlItem::PerpPrice), -600.0);
    QCOMPARE(b.attribution().sum(), -100.0);
    QCOMPARE(b.nav(), 99900.0);
}

void TestBooks::perpIsWorthItsUnrealisedPnl()
{
    Books b = books();
    setPrices(b, 50000, 50000);
    sellShort(b, Venue::Okx, "0.4", "20000");
    QCOMPARE(b.venueEquity(Venue::Okx), 0.0); // never the notional
    b.reprice(b.chart().exchange(Venue::Okx).perp, 49000);
    QCOMPARE(b.venueEquity(Venue::Okx), 400.0);
}

void TestBooks::withdrawalReducesFlows()
{
    Books b = books();
    fund(b, "1000");
    const ChartOfAccounts& chart = b.chart();
    b.post(chart.wallet(Asset::USDT), chart.outside(Asset::USDT), amount("400"), Cause::External, 0);
    QCOMPARE(b.externalFlows(), 600.0);
    QCOMPARE(b.nav(), 600.0);
    QCOMPARE(b.attribution().sum(), 0.0);
}

void TestBooks::negativeAmountsReverse()
{
    Books b = books();
    const ChartOfAccounts& chart = b.chart();
    b.post(chart.wallet(Asset::USDT), chart.outside(Asset::USDT), amount("-5"), Cause::Reward, 0);
    QVERIFY(b.balance(chart.wallet(Asset::USDT)) == amount("5"));
    QVERIFY(b.balance(chart.outside(Asset::USDT)) == amount("-5"));
    QCOMPARE(b.quantity(chart.wallet(Asset::USDT)), 5.0);
    QCOMPARE(b.attribution().total(PnlItem::Rewards), 5.0);
}

void TestBooks::postingBetweenAssetsThrows_data()
{
    QTest::addColumn<int>("from");
    QTest::addColumn<int>("to");
    const ChartOfAccounts chart(Asset::BTC);
    const ExchangeAccounts& ids = chart.exchange(Venue::Binance);
    const auto row = [](const char* name, AccountId from, AccountId to) {
        QTest::newRow(name) << int{from} << int{to};
    };
    row("USDT to BTC", ids.usdt, ids.coin);
    row("BTC to outside USDT", ids.coin, chart.outside(Asset::USDT));
    row("coin to contract", ids.coin, ids.perp);
    row("contract to outside coin", ids.perp, chart.outside(Asset::BTC));
    row("outside contract to coin", chart.outsideContracts(), ids.coin);
    row("ETH to BTC", chart.wallet(Asset::ETH), chart.wallet(Asset::BTC));
}

void TestBooks::postingBetweenAssetsThrows()
{
    QFETCH(int, from);
    QFETCH(int, to);
    for (const Cause cause : {Cause::Trade, Cause::Transfer, Cause::External}) {
        Books b = books();
        QVERIFY_EXCEPTION_THROWN(
            b.post(static_cast<AccountId>(from), static_cast<AccountId>(to), amount("1"), cause, 1), std::logic_error);
    }
}

void TestBooks::refusedPostingChangesNothing()
{
    Books b = books();
    fund(b, "10");
    KeptPostings sink;
    b.setSink(&sink);
    const ChartOfAccounts& chart = b.chart();
    QVERIFY_EXCEPTION_THROWN(b.post(chart.wallet(Asset::USDT), chart.wallet(Asset::BTC), amount("1"), Cause::Trade, 1),
                             std::logic_error);
    QVERIFY(b.balance(chart.wallet(Asset::USDT)) == amount("10"));
    QVERIFY(b.balance(chart.wallet(Asset::BTC)).isZero());
    QVERIFY(sink.kept.empty());
}

void TestBooks::outsideIsNotAttributed()
{
    Books b = books();
    fund(b, "10");
    b.reprice(b.chart().outside(Asset::USDT), 1.5);
    QCOMPARE(b.attribution().sum(), 0.0);
    QCOMPARE(b.nav(), 10.0);
}

void TestBooks::venueEquityIsByPlace()
{
    Books b = books();
    setPrices(b, 50000, 50000);
    const ChartOfAccounts& chart = b.chart();
    fund(b, "1000");
    for (const Venue venue : kExchanges)
        b.post(chart.outside(Asset::BTC), chart.exchange(venue).coin, amount("0.1"), Cause::External, 0);
    QCOMPARE(b.venueEquity(Venue::Wallet), 1000.0);
    double sum = b.venueEquity(Venue::Wallet) + b.venueEquity(Venue::Chain);
    for (const Venue venue : kExchanges) {
        QCOMPARE(b.venueEquity(venue), 5000.0);
        sum += b.venueEquity(venue);
    }
    QCOMPARE(sum, b.nav());
    QCOMPARE(b.venueEquity(Venue::Outside), 0.0);
}

void TestBooks::copiesAreIndependent()
{
    Books original = books();
    fund(original, "100");
    Books copy = original;
    Books assigned = books(Asset::ETH);
    assigned = original;
    fund(copy, "11");
    copy.reprice(copy.chart().wallet(Asset::USDT), 2.0);
    fund(assigned, "22");
    QCOMPARE(original.nav(), 100.0);
    QCOMPARE(original.attribution().sum(), 0.0);
    QCOMPARE(original.externalFlows(), 100.0);
    QCOMPARE(copy.nav(), 222.0);
    QCOMPARE(assigned.nav(), 122.0);
    QVERIFY(assigned.chart().base() == Asset::BTC);
}

void TestBooks::copiesHaveNoSink()
{
    KeptPostings sink;
    Books original = books();
    original.setSink(&sink);
    Books copy = original;
    Books assigned = books();
    KeptPostings other;
    assigned.setSink(&other);
    assigned = original;
    fund(copy, "1");
    fund(assigned, "1");
    QVERIFY(sink.kept.empty());
    QVERIFY(other.kept.empty());
    fund(original, "1");
    QCOMPARE(sink.kept.size(), std::size_t{1});
}

void TestBooks::sinkSeesEveryPosting()
{
    KeptPostings sink;
    Books b = books();
    b.setSink(&sink);
    const ChartOfAccounts& chart = b.chart();
    fund(b, "10");
    b.post(chart.wallet(Asset::USDT), chart.inFlight(Asset::USDT), amount("4"), Cause::Transfer, 7);
    QCOMPARE(sink.kept.size(), std::size_t{2});
    const Posting& transfer = sink.kept[1];
    QVERIFY(transfer.from == chart.wallet(Asset::USDT) && transfer.to == chart.inFlight(Asset::USDT));
    QVERIFY(transfer.cause == Cause::Transfer && transfer.amount == amount("4"));
    QCOMPARE(transfer.instruction, InstructionId{7});
}

QTEST_APPLESS_MAIN(TestBooks)
#include "tst_books.moc"
