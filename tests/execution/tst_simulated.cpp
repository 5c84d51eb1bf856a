// SPDX-License-Identifier: GPL-3.0-or-later
// The simulated exchange, transfers and chain: when they answer, what they post and what they refuse.
#include "execution/simulated.h"

#include "support/basis_desk.h"

#include <algorithm>
#include <cmath>

using namespace carry;
using namespace carry::test;

class TestSimulated : public QObject
{
    Q_OBJECT

  private slots:
    // exchange
    void spotFillsAtTheOpen();
    void perpFillsAtTheOpen();
    void costsAreReallyPaid();
    void orderBetweenLabelsWaitsForTheNextOpen();
    void waitingOrdersKeepTheirOrder();
    void refusedAtOnceIsRejected();
    void refusedLaterHasFailed();
    void everyCoinAtItsOwnPrice();
    // transfers
    void transferWithoutLatency();
    void transferArrivesWhenDue();
    void arrivalAtTheFirstStepAfter();
    void arrivalsInOrderOfDeparture();
    void nextArrival();
    void sweepSendsWhatIsThere();
    void sweepOfNothing();
    void transferOfTooMuch();
    void depositPaysGas();
    void depositWithoutGas();
    void coinDepositLeavesRoomForItsGas();
    // chain
    void swapBuysExactly();
    void swapPaysItsGasFromWhatItBuys();
    void swapThatCannotPayItsGasChangesNothing();
    void swapOfTooMuch();
    void flashLoanThatCannotBeRepaid();
    void flashLoanThatIsForgotten();
};

using enum InstructionState;

namespace
{

constexpr double kPrice = 65'536;

struct Desk : BasisDesk {
    SimulatedState outside;
    PostingList list;
    EventQueue events;

    explicit Desk(const Settings& settings = {}, const MadeMarket& market = MadeMarket(48))
        : BasisDesk(settings, market)
    {
        book.books.setSink(&list);
    }
    //! Everything that happens at `when`; the market stands at its own hour.
    SimulationContext context(Time when, bool label)
    {
        return {book.books, outside, venues, view(), legs, when, label};
    }
    //! What an interface says of an instruction that is submitted now.
    template <class Interface> QString submit(const InstructionBody& body, bool label = true, InstructionId id = 1)
    {
        SimulationContext c = context(now(), label);
        Instruction instruction;
        instruction.id = id;
        instruction.body = body;
        events.clear();
        Interface(c).submit(instruction, events);
        return told();
    }
    template <class Interface> QString poll(Time when, bool label)
    {
        SimulationContext c = context(when, label);
        events.clear();
        Interface(c).poll(events);
        return told();
    }
    QString told() const
    {
        QStringList out;
        for (const ExecutionEvent& e : events) {
            out << QString("%1 %2").arg(e.instruction).arg(shown(toText(e.state)));
            if (e.error)
                out.back() += " " + shown(e.error->codeText());
        }
        return out.join(", ");
    }
    double usdt(Venue venue) const { return book.books.quantity(book.at(venue).usdt); }
    static QString code(ErrorCode error) { return shown(errorInfo(error).text); }
};

} // namespace

void TestSimulated::spotFillsAtTheOpen()
{
    Desk d;
    d.book.give(d.book.at(Venue::Okx).usdt, 40'000);
    QCOMPARE(d.submit<SimulatedCex>(SpotTrade{Venue::Okx, Asset::BTC, Side::Buy, dec("0.5")}),
             QString("1 acknowledged, 1 confirmed"));
    const double fill = d.venues.cex.fillPrice(Venue::Okx, Product::Spot, Side::Buy, kPrice, 0.5);
    QVERIFY(fill > kPrice);
    QCOMPARE(d.events.back().price, fill);
    QCOMPARE(shown(d.events.back().quantity), QString("0.5"));
    QVERIFY(d.events.back().time == d.now());
    QCOMPARE(shown(d.book.books.balance(d.book.at(Venue::Okx).coin)), QString("0.5"));
    COMPARE_NEAR(d.usdt(Venue::Okx), 40'000 - 0.5 * fill * 1.001, 1e-6);
}

void TestSimulated::perpFillsAtTheOpen()
{
    Desk d;
    d.book.give(d.book.at(Venue::Binance).usdt, 40'000);
    QCOMPARE(d.submit<SimulatedCex>(PerpTrade{Venue::Binance, Asset::BTC, Side::Sell, dec("0.5")}, true, 7),
             QString("7 acknowledged, 7 confirmed"));
    const double fill = d.venues.cex.fillPrice(Venue::Binance, Product::Perp, Side::Sell, kPrice, 0.5);
    QVERIFY(fill < kPrice);
    QCOMPARE(d.events.back().price, fill);
    QCOMPARE(shown(d.book.books.balance(d.book.at(Venue::Binance).perp)), QString("-0.5"));
    COMPARE_NEAR(d.usdt(Venue::Binance), 40'000 - 0.5 * fill * 0.0005, 1e-6);
}

void TestSimulated::costsAreReallyPaid()
{
    Desk d;
    d.book.give(d.book.at(Venue::Bybit).usdt, 40'000);
    const double before = d.book.books.nav();
    d.submit<SimulatedCex>(SpotTrade{Venue::Bybit, Asset::BTC, Side::Buy, dec("0.5")});
    const double fill = d.events.back().price;
    const double cost = 0.5 * fill * 0.001 + 0.5 * (fill - kPrice);
    COMPARE_NEAR(before - d.book.books.nav(), cost, 1e-7);
    COMPARE_NEAR(d.book.books.attribution().sum(), -cost, 1e-7);
    QVERIFY(d.list.sum(d.book.at(Venue::Bybit).usdt, Cause::TradeFee).isNegative());
    QVERIFY(d.list.sum(d.book.at(Venue::Bybit).usdt, Cause::Slippage).isNegative());
    QCOMPARE(d.book.notConserved(), QString());
}

void TestSimulated::orderBetweenLabelsWaitsForTheNextOpen()
{
    MadeMarket market(48);
    market.prices([](std::size_t h) { return h == 0 ? 60'000.0 : 66'000.0; });
    Desk d({}, market);
    d.book.give(d.book.at(Venue::Okx).usdt, 40'000);
    QCOMPARE(d.submit<SimulatedCex>(SpotTrade{Venue::Okx, Asset::BTC, Side::Buy, dec("0.5")}, /*label=*/false),
             QString("1 acknowledged"));
    QVERIFY(d.book.books.balance(d.book.at(Venue::Okx).coin).isZero());
    QCOMPARE(d.outside.waitingOrders.size(), std::size_t{1});
    QCOMPARE(d.poll<SimulatedCex>(d.now() + kHour / 2, /*label=*/false), QString()); // the old open is no price now
    d.goTo(d.now() + kHour);
    QCOMPARE(d.poll<SimulatedCex>(d.now(), /*label=*/true), QString("1 confirmed"));
    COMPARE_NEAR(d.events.back().price, d.venues.cex.fillPrice(Venue::Okx, Product::Spot, Side::Buy, 66'000, 0.5),
                 1e-9);
    QVERIFY(d.events.back().time == d.now());
    QVERIFY(d.outside.waitingOrders.empty());
    QCOMPARE(d.poll<SimulatedCex>(d.now(), /*label=*/true), QString()); // once
}

void TestSimulated::waitingOrdersKeepTheirOrder()
{
    Desk d;
    d.book.give(d.book.at(Venue::Okx).usdt, 40'000);
    for (const InstructionId id : {5U, 3U, 4U})
        d.submit<SimulatedCex>(SpotTrade{Venue::Okx, Asset::BTC, Side::Buy, dec("0.1")}, false, id);
    QCOMPARE(d.poll<SimulatedCex>(d.now(), true), QString("5 confirmed, 3 confirmed, 4 confirmed"));
}

void TestSimulated::refusedAtOnceIsRejected()
{
    Desk d;
    QCOMPARE(d.submit<SimulatedCex>(SpotTrade{Venue::Okx, Asset::BTC, Side::Sell, dec("0.5")}),
             "1 rejected " + Desk::code(ErrorCode::CexInsufficientBalance));
    QCOMPARE(d.submit<SimulatedCex>(SpotTrade{Venue::Okx, Asset::BTC, Side::Buy, dec("0.00001")}),
             "1 rejected " + Desk::code(ErrorCode::CexBelowMinimum));
    QCOMPARE(d.submit<SimulatedCex>(PerpTrade{Venue::Okx, Asset::BTC, Side::Sell, dec("0.5")}),
             "1 rejected " + Desk::code(ErrorCode::CexInsufficientMargin));
    QVERIFY(d.list.postings.empty());
}

void TestSimulated::refusedLaterHasFailed()
{
    Desk d;
    QCOMPARE(d.submit<SimulatedCex>(SpotTrade{Venue::Okx, Asset::BTC, Side::Sell, dec("0.5")}, false),
             QString("1 acknowledged"));
    QCOMPARE(d.poll<SimulatedCex>(d.now(), true), "1 failed " + Desk::code(ErrorCode::CexInsufficientBalance));
    QVERIFY(isAllowed(Acknowledged, d.events.back().state));
    QVERIFY(d.list.postings.empty());
}

void TestSimulated::everyCoinAtItsOwnPrice()
{
    // BTC and ETH in one market, a different price at every exchange and for each product.
    MadeMarket market(48);
    const PerExchange<double> spot{61'000, 62'000, 63'000};
    const PerExchange<double> perp{61'100, 62'100, 63'100};
    for (const Venue venue : kExchanges) {
        const auto i = exchangeIndex(venue);
        market.price(venue, SeriesKind::SpotCandles, [p = spot[i]](std::size_t) { return p; });
        market.price(venue, SeriesKind::PerpCandles, [p = perp[i]](std::size_t) { return p; });
    }
    Desk d({{"slippage.model", "none"}}, market);
    for (const Venue venue : kExchanges) {
        d.book.give(d.book.at(venue).usdt, 100'000);
        d.submit<SimulatedCex>(SpotTrade{venue, Asset::BTC, Side::Buy, dec("1")});
        QCOMPARE(d.events.back().price, spot[exchangeIndex(venue)]);
        d.submit<SimulatedCex>(PerpTrade{venue, Asset::BTC, Side::Sell, dec("1")});
        QCOMPARE(d.events.back().price, perp[exchangeIndex(venue)]);
    }
}

void TestSimulated::transferWithoutLatency()
{
    Desk d(Settings{{"transfer.deposit_latency_min", "0"}, {"chain.gas", "false"}});
    d.book.give(d.wallet(), 1'000);
    QCOMPARE(d.submit<SimulatedTransfers>(Transfer{Venue::Wallet, Venue::Okx, Asset::USDT, dec("400")}),
             QString("1 acknowledged, 1 confirmed"));
    QCOMPARE(shown(d.events.back().quantity), QString("400"));
    QCOMPARE(d.usdt(Venue::Okx), 400.0);
    QVERIFY(d.outside.inFlight.empty());
}

void TestSimulated::transferArrivesWhenDue()
{
    Desk d;
    d.book.give(d.book.at(Venue::Okx).usdt, 1'000);
    QCOMPARE(d.submit<SimulatedTransfers>(Transfer{Venue::Okx, Venue::Wallet, Asset::USDT, dec("400")}),
             QString("1 acknowledged"));
    QCOMPARE(d.usdt(Venue::Okx), 596.0); // gone with the fee of 4
    QCOMPARE(d.book.books.quantity(d.wallet()), 0.0);
    QCOMPARE(d.book.books.nav(), 996.0); // on its way it is still ours
    QCOMPARE(d.poll<SimulatedTransfers>(d.now() + std::chrono::minutes{20} - Duration{1}, false), QString());
    QCOMPARE(d.poll<SimulatedTransfers>(d.now() + std::chrono::minutes{20}, false), QString("1 confirmed"));
    QVERIFY(d.events.back().time == d.now() + std::chrono::minutes{20});
    QCOMPARE(d.book.books.quantity(d.wallet()), 400.0);
    QVERIFY(d.outside.inFlight.empty());
    QCOMPARE(d.book.notConserved(), QString());
}

void TestSimulated::arrivalAtTheFirstStepAfter()
{
    Desk d;
    d.book.give(d.book.at(Venue::Okx).usdt, 1'000);
    d.submit<SimulatedTransfers>(Transfer{Venue::Okx, Venue::Wallet, Asset::USDT, dec("400")});
    QCOMPARE(d.poll<SimulatedTransfers>(d.now() + kHour, true), QString("1 confirmed"));
    QVERIFY(d.events.back().time == d.now() + kHour);
}

void TestSimulated::arrivalsInOrderOfDeparture()
{
    Desk d;
    d.book.give(d.wallet(), 1'000);
    d.book.give(d.wallet(Asset::ETH), 1);
    d.book.give(d.book.at(Venue::Okx).usdt, 1'000);
    d.submit<SimulatedTransfers>(Transfer{Venue::Okx, Venue::Wallet, Asset::USDT, dec("400")}, true, 8);   // 20 min
    d.submit<SimulatedTransfers>(Transfer{Venue::Wallet, Venue::Bybit, Asset::USDT, dec("300")}, true, 9); // 15 min
    QCOMPARE(d.poll<SimulatedTransfers>(d.now() + std::chrono::minutes{15}, false), QString("9 confirmed"));
    QCOMPARE(d.poll<SimulatedTransfers>(d.now() + std::chrono::minutes{20}, false), QString("8 confirmed"));
    d.submit<SimulatedTransfers>(Transfer{Venue::Okx, Venue::Wallet, Asset::USDT, dec("1")}, true, 12);
    d.submit<SimulatedTransfers>(Transfer{Venue::Okx, Venue::Wallet, Asset::USDT, dec("1")}, true, 11);
    QCOMPARE(d.poll<SimulatedTransfers>(d.now() + kHour, true), QString("12 confirmed, 11 confirmed"));
}

void TestSimulated::nextArrival()
{
    SimulatedState state;
    QVERIFY(!state.nextArrival());
    const Time t = fromMs(1'717'200'000'000);
    for (const int minutes : {20, 15, 30}) {
        Shipment s;
        s.arrives = t + std::chrono::minutes{minutes};
        state.inFlight.push_back(s);
    }
    QVERIFY(state.nextArrival() == t + std::chrono::minutes{15});
}

void TestSimulated::sweepSendsWhatIsThere()
{
    Desk d(Settings{{"transfer.withdrawal_latency_min", "0"}});
    d.book.give(d.book.at(Venue::Okx).usdt, 1'000.12345678);
    QCOMPARE(d.submit<SimulatedTransfers>(Transfer{Venue::Okx, Venue::Wallet, Asset::USDT, dec("5000"), true}),
             QString("1 acknowledged, 1 confirmed"));
    QCOMPARE(shown(d.events.back().quantity), QString("996.123456")); // to the token's unit, after the fee
    COMPARE_NEAR(d.usdt(Venue::Okx), 0.00000078, 1e-12);
}

void TestSimulated::sweepOfNothing()
{
    Desk d;
    d.book.give(d.book.at(Venue::Okx).usdt, 3); // less than the fee
    QCOMPARE(d.submit<SimulatedTransfers>(Transfer{Venue::Okx, Venue::Wallet, Asset::USDT, dec("5000"), true}),
             "1 rejected " + Desk::code(ErrorCode::XferInsufficientBalance));
    QCOMPARE(d.usdt(Venue::Okx), 3.0);
}

void TestSimulated::transferOfTooMuch()
{
    Desk d;
    d.book.give(d.book.at(Venue::Okx).usdt, 1'000);
    QCOMPARE(d.submit<SimulatedTransfers>(Transfer{Venue::Okx, Venue::Wallet, Asset::USDT, dec("996.000001")}),
             "1 rejected " + Desk::code(ErrorCode::XferInsufficientBalance));
    QCOMPARE(shown(d.events.back().error->value("available")), QString("1000"));
    QCOMPARE(shown(d.events.back().error->value("required")), QString("1000.000001"));
    QCOMPARE(d.submit<SimulatedTransfers>(Transfer{Venue::Okx, Venue::Wallet, Asset::USDT, dec("0")}),
             "1 rejected " + Desk::code(ErrorCode::XferInsufficientBalance));
    QVERIFY(d.outside.inFlight.empty());
    QCOMPARE(d.submit<SimulatedTransfers>(Transfer{Venue::Okx, Venue::Wallet, Asset::USDT, dec("996")}),
             QString("1 acknowledged"));
}

void TestSimulated::depositPaysGas()
{
    Desk d;
    d.book.give(d.wallet(), 1'000);
    d.book.give(d.wallet(Asset::ETH), 0.1);
    d.submit<SimulatedTransfers>(Transfer{Venue::Wallet, Venue::Okx, Asset::USDT, dec("400")});
    // 65,000 units at 10 gwei
    COMPARE_NEAR(d.list.sum(d.wallet(Asset::ETH), Cause::Gas).toDouble(), -0.00065, 1e-15);
    COMPARE_NEAR(d.book.books.attribution().at(Venue::Wallet, PnlItem::Gas), -0.00065 * 2'000, 1e-9);
    // What an exchange sends, the exchange pays for.
    d.list.postings.clear();
    d.book.give(d.book.at(Venue::Okx).usdt, 100);
    d.submit<SimulatedTransfers>(Transfer{Venue::Okx, Venue::Wallet, Asset::USDT, dec("50")});
    QVERIFY(d.list.sum(d.wallet(Asset::ETH), Cause::Gas).isZero());
}

void TestSimulated::depositWithoutGas()
{
    Desk d;
    d.book.give(d.wallet(), 1'000);
    d.book.give(d.wallet(Asset::ETH), 0.0006);
    d.list.postings.clear();
    QCOMPARE(d.submit<SimulatedTransfers>(Transfer{Venue::Wallet, Venue::Okx, Asset::USDT, dec("400")}),
             "1 rejected " + Desk::code(ErrorCode::ChainInsufficientGas));
    QVERIFY(d.list.postings.empty());
    QCOMPARE(d.book.books.quantity(d.wallet()), 1'000.0);
}

void TestSimulated::coinDepositLeavesRoomForItsGas()
{
    MadeMarket market(48, Asset::ETH, 2'048);
    BasisDesk eth({}, market, 0, "eth_basis");
    eth.book.give(eth.wallet(Asset::ETH), 1);
    SimulatedState outside;
    SimulationContext c{eth.book.books, outside, eth.venues, eth.view(), eth.legs, eth.now(), true};
    Instruction all;
    all.id = 1;
    all.body = Transfer{Venue::Wallet, Venue::Okx, Asset::ETH, dec("1")};
    EventQueue events;
    SimulatedTransfers(c).submit(all, events);
    QVERIFY(events.back().state == Rejected); // the gas would come out of the same ETH
    QVERIFY(!eth.book.books.balance(eth.wallet(Asset::ETH)).isNegative());
}

void TestSimulated::swapBuysExactly()
{
    Desk d;
    d.book.give(d.wallet(), 1'000);
    d.book.give(d.wallet(Asset::ETH), 1);
    const double before = d.book.books.nav();
    QCOMPARE(d.submit<SimulatedChain>(Swap{Asset::USDT, Asset::ETH, dec("0.1")}),
             QString("1 acknowledged, 1 confirmed"));
    COMPARE_NEAR(d.events.back().price, 2'000, 1e-9);
    QCOMPARE(shown(d.events.back().quantity), QString("0.1"));
    // 200, .1 fee, .1 slippage, each up to the next unit of the token
    COMPARE_NEAR(d.book.books.quantity(d.wallet()), 799.8, 3e-6);
    QVERIFY(d.book.books.quantity(d.wallet()) <= 799.8);
    COMPARE_NEAR(d.list.sum(d.wallet(), Cause::DexFee).toDouble(), -0.1, 1.5e-6);
    COMPARE_NEAR(d.list.sum(d.wallet(), Cause::Slippage).toDouble(), -0.1, 1.5e-6);
    COMPARE_NEAR(d.book.books.quantity(d.wallet(Asset::ETH)), 1.1 - 0.00235, 1e-12);
    COMPARE_NEAR(before - d.book.books.nav(), 0.2 + 0.00235 * 2'000, 3e-6);
    QCOMPARE(d.book.notConserved(), QString());
}

void TestSimulated::swapPaysItsGasFromWhatItBuys()
{
    Desk d;
    d.book.give(d.wallet(), 1'000);
    QCOMPARE(d.submit<SimulatedChain>(Swap{Asset::USDT, Asset::ETH, dec("0.10235")}),
             QString("1 acknowledged, 1 confirmed"));
    COMPARE_NEAR(d.book.books.quantity(d.wallet(Asset::ETH)), 0.1, 1e-12);
}

void TestSimulated::swapThatCannotPayItsGasChangesNothing()
{
    Desk d;
    d.book.give(d.wallet(), 1'000);
    d.list.postings.clear();
    QCOMPARE(d.submit<SimulatedChain>(Swap{Asset::USDT, Asset::ETH, dec("0.002")}),
             "1 rejected " + Desk::code(ErrorCode::ChainInsufficientGas)); // .00235 for the gas
    QVERIFY(d.list.postings.empty());
    QCOMPARE(d.book.books.quantity(d.wallet()), 1'000.0);
}

namespace
{

//! A desk whose atomic groups can be sent.
struct FlashDesk : Desk {
    explicit FlashDesk(double fee)
    {
        venues.chain.flashFee = fee;
        outside.lending = Lending(venues.aave, std::nullopt);
        outside.lending.drive({.time = now(), .ethUsd = 2'000});
        book.give(wallet(), 1'000);
        book.give(wallet(Asset::ETH), 1);
        list.postings.clear();
    }
    QString submitAtomic(const std::vector<InstructionBody>& bodies)
    {
        Group group{GroupKind::Atomic, {}};
        for (const InstructionBody& body : bodies) {
            group.instructions.emplace_back();
            group.instructions.back().id = static_cast<InstructionId>(group.instructions.size());
            group.instructions.back().body = body;
        }
        SimulationContext c = context(now(), true);
        events.clear();
        SimulatedChain(c).submitAtomic(group, events);
        events.erase(std::remove_if(events.begin(), events.end(),
                                    [](const ExecutionEvent& e) { return e.state == Acknowledged; }),
                     events.end());
        return told();
    }
    //! The gas of the group is all that was posted.
    bool onlyGas() const { return list.postings.size() == 1 && list.postings.front().cause == Cause::Gas; }
};

const std::vector<InstructionBody> kBorrowBuyRepay{
    FlashBorrow{Asset::ETH, dec("100")}, Swap{Asset::USDT, Asset::ETH, dec("0.1")}, FlashRepay{Asset::ETH, Decimal{}}};

} // namespace

//! With a fee of 1/16 there are 6.25 ETH owed that the wallet does not have: all is undone but the gas, and the check
//! named.
void TestSimulated::flashLoanThatCannotBeRepaid()
{
    FlashDesk d(0.0625);
    QCOMPARE(d.submitAtomic(kBorrowBuyRepay),
             "1 rolled_back, 2 rolled_back, 3 failed " + Desk::code(ErrorCode::ChainFlashNotRepaid));
    QCOMPARE(shown(d.events.back().error->value("required")), QString("106.25"));
    QVERIFY(d.onlyGas());
    QCOMPARE(d.book.books.quantity(d.wallet()), 1'000.0);
    QVERIFY(d.outside.flash.loan.isZero());
    QCOMPARE(d.outside.nonce, std::uint64_t{1});
    QCOMPARE(d.book.notConserved(), QString());

    FlashDesk cheap(0x1p-11);
    QCOMPARE(cheap.submitAtomic(kBorrowBuyRepay), QString("1 confirmed, 2 confirmed, 3 confirmed"));
    QCOMPARE(shown(cheap.list.sum(cheap.wallet(Asset::ETH), Cause::FlashFee)), QString("-0.048828125"));
    QCOMPARE(cheap.book.notConserved(), QString());
}

//! The lender takes its money back at the end of the transaction, or there was none.
void TestSimulated::flashLoanThatIsForgotten()
{
    FlashDesk d(0);
    QCOMPARE(d.submitAtomic({kBorrowBuyRepay[0], kBorrowBuyRepay[1]}),
             "1 rolled_back, 2 failed " + Desk::code(ErrorCode::ChainFlashNotRepaid));
    QVERIFY(d.onlyGas());
    QVERIFY(d.outside.flash.loan.isZero());
}

void TestSimulated::swapOfTooMuch()
{
    Desk d;
    d.book.give(d.wallet(), 200.1); // .1 ETH costs 200.2
    d.list.postings.clear();
    QCOMPARE(d.submit<SimulatedChain>(Swap{Asset::USDT, Asset::ETH, dec("0.1")}),
             "1 rejected " + Desk::code(ErrorCode::ChainInsufficientBalance));
    QVERIFY(shown(d.events.back().error->value("required")).startsWith("200.2"));
    QVERIFY(d.list.postings.empty());
}

QTEST_APPLESS_MAIN(TestSimulated)
#include "tst_simulated.moc"
