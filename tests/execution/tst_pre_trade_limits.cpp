// SPDX-License-Identifier: GPL-3.0-or-later
// Every limit on both sides of its edge, at the proposal and at sending.
#include "execution/pre_trade_limits.h"

#include "support/basis_desk.h"

using namespace carry;
using namespace carry::test;

class TestPreTradeLimits : public QObject
{
    Q_OBJECT

  private slots:
    void nothingIsLimitedByDefault();
    void perInstruction();
    void perPlan();
    void perDay();
    void dayEndsAtMidnight();
    void leverage();
    void leverageMayFall();
    void venues();
    void assets();
    void priceDeviation();
    void dataAge();
    void states();
    void riskReducingPlansMayBeLarge();
    void notionals();
};

namespace
{

constexpr double kPrice = 65'536;

struct Desk : BasisDesk {
    PreTradeLimits limitsBefore;
    DayUse used;
    TradingState state = TradingState::Active;

    explicit Desk(const MadeMarket& market = MadeMarket(48), std::size_t hour = 0) : BasisDesk({}, market, hour)
    {
        book.give(wallet(), 100'000);
        book.give(book.at(Venue::Okx).usdt, 50'000);
        look();
    }
    static Plan plan(std::vector<InstructionBody> bodies, double reference = kPrice)
    {
        Plan p;
        p.id = 4;
        p.phases.push_back({PhaseKind::BuySpot, {Group{}}});
        InstructionId id = 9;
        for (InstructionBody& body : bodies) {
            Instruction i;
            i.id = id++;
            i.body = std::move(body);
            i.referencePrice = reference;
            p.phases[0].groups[0].instructions.push_back(std::move(i));
        }
        return p;
    }
    PreTradePresent present() { return {book.books, situation, view(), legs, now()}; }
    //! The code of what forbids it, both when it is proposed and when its instructions leave together.
    QString refusal(const Plan& p)
    {
        const PreTradePresent at = present();
        const PreTradeCheck check(limitsBefore, state, used, at);
        const auto asPlan = check.plan(p);
        const auto sent = check.sending(p, p.phases[0].groups[0].instructions, /*flatten=*/false);
        const QString a = asPlan ? QString() : shown(asPlan.error().codeText());
        const QString b = sent ? QString() : shown(sent.error().codeText());
        return a == b ? a : a + "/" + b;
    }
};

const InstructionBody kBuy = SpotTrade{Venue::Okx, Asset::BTC, Side::Buy, Decimal::parse("0.5").value()};
const InstructionBody kShort = PerpTrade{Venue::Okx, Asset::BTC, Side::Sell, Decimal::parse("0.5").value()};
const InstructionBody kFund = Transfer{Venue::Wallet, Venue::Okx, Asset::USDT, Decimal::parse("1000").value()};

} // namespace

void TestPreTradeLimits::nothingIsLimitedByDefault()
{
    Desk d;
    QCOMPARE(d.refusal(Desk::plan({kBuy, kShort, kFund})), QString());
}

void TestPreTradeLimits::perInstruction()
{
    Desk d;
    d.limitsBefore.maxInstructionNotional = 32'768;
    QCOMPARE(d.refusal(Desk::plan({kBuy, kShort})), QString());
    d.limitsBefore.maxInstructionNotional = 32'767;
    QCOMPARE(d.refusal(Desk::plan({kBuy, kShort})), QString("GATE-001"));
    const PreTradePresent at = d.present();
    const auto refused = PreTradeCheck(d.limitsBefore, d.state, d.used, at).plan(Desk::plan({kFund, kBuy}));
    QCOMPARE(shown(refused.error().message()),
             QString("Instruction 10 moves 32768, above the limit of 32767 per instruction"));
}

void TestPreTradeLimits::perPlan()
{
    Desk d;
    d.limitsBefore.maxPlanNotional = 65'536;
    QCOMPARE(d.refusal(Desk::plan({kBuy, kShort})), QString());
    d.limitsBefore.maxPlanNotional = 65'535;
    QCOMPARE(d.refusal(Desk::plan({kBuy, kShort})), QString("GATE-002/")); // of a plan, not of what leaves
}

void TestPreTradeLimits::perDay()
{
    Desk d;
    d.limitsBefore.maxDayNotional = 100'000;
    d.used.add(d.now(), 34'464);
    QCOMPARE(d.refusal(Desk::plan({kBuy, kShort})), QString());
    d.used.add(d.now(), 1);
    QCOMPARE(d.refusal(Desk::plan({kBuy, kShort})), QString("GATE-003"));
    QCOMPARE(d.refusal(Desk::plan({kBuy})), QString());
}

void TestPreTradeLimits::dayEndsAtMidnight()
{
    DayUse used;
    const Time midnight = at("2024-06-02T00:00:00Z");
    used.add(midnight - std::chrono::milliseconds{1}, 10);
    QCOMPARE(used.at(midnight - kHour), 10.0);
    QCOMPARE(used.at(midnight), 0.0);
    used.add(midnight, 3);
    QCOMPARE(used.at(midnight + kHour), 3.0);
}

void TestPreTradeLimits::leverage()
{
    Desk d;
    d.limitsBefore.maxLeverage = 0.2185; // 32,768 of 150,000 are 0.21845
    QCOMPARE(d.refusal(Desk::plan({kBuy, kShort})), QString());
    d.limitsBefore.maxLeverage = 0.2184;
    QCOMPARE(d.refusal(Desk::plan({kBuy, kShort})), QString("GATE-004"));
    QCOMPARE(d.refusal(Desk::plan({kBuy})), QString()); // spot is paid for
}

void TestPreTradeLimits::leverageMayFall()
{
    Desk d;
    d.book.hold(Venue::Okx, 0, 0, -1, kPrice);
    d.look();
    QVERIFY(leverageOf(d.situation) > 0.4);
    d.limitsBefore.maxLeverage = 0.1;
    const InstructionBody cover = PerpTrade{Venue::Okx, Asset::BTC, Side::Buy, dec("0.5")};
    QCOMPARE(d.refusal(Desk::plan({cover})), QString());
    QCOMPARE(d.refusal(Desk::plan({kShort})), QString("GATE-004"));
}

void TestPreTradeLimits::venues()
{
    Desk d;
    d.limitsBefore.venues.reset(static_cast<std::size_t>(Venue::Okx));
    QCOMPARE(d.refusal(Desk::plan({kBuy})), QString("GATE-005"));
    QCOMPARE(d.refusal(Desk::plan({kFund})), QString("GATE-005"));
    QCOMPARE(d.refusal(Desk::plan({SpotTrade{Venue::Bybit, Asset::BTC, Side::Buy, dec("0.1")}})), QString());
    d.limitsBefore.venues.set();
    d.limitsBefore.venues.reset(static_cast<std::size_t>(Venue::EtherFi));
    QCOMPARE(d.refusal(Desk::plan({Stake{Asset::weETH, dec("1")}}, 2'000)), QString("GATE-005"));
    QCOMPARE(d.refusal(Desk::plan({Supply{Asset::weETH, dec("1")}}, 2'000)), QString());
}

void TestPreTradeLimits::assets()
{
    Desk d;
    d.limitsBefore.assets.reset(static_cast<std::size_t>(Asset::USDT));
    QCOMPARE(d.refusal(Desk::plan({kFund})), QString("GATE-006"));
    QCOMPARE(d.refusal(Desk::plan({Swap{Asset::USDT, Asset::ETH, dec("0.1")}}, 2'000)), QString("GATE-006"));
    QCOMPARE(d.refusal(Desk::plan({kShort})), QString());
}

void TestPreTradeLimits::priceDeviation()
{
    Desk d;
    d.limitsBefore.maxPriceDeviation = 0.01;
    QCOMPARE(d.refusal(Desk::plan({kBuy}, kPrice / 1.0099)), QString());
    QCOMPARE(d.refusal(Desk::plan({kBuy}, kPrice / 1.0101)), QString("GATE-007"));
    QCOMPARE(d.refusal(Desk::plan({kShort}, kPrice * 1.02)), QString("GATE-007"));
    QCOMPARE(d.refusal(Desk::plan({kFund}, 0)), QString()); // dollars have no price
}

void TestPreTradeLimits::dataAge()
{
    MadeMarket market(48);
    market.hole(Venue::Okx, SeriesKind::SpotCandles, 5, 9);
    for (const Venue venue : {Venue::Binance, Venue::Bybit}) // no peer fills it
        market.hole(venue, SeriesKind::SpotCandles, 5, 9);
    Desk d(market, 7);
    d.limitsBefore.maxDataAge = kHour;
    QCOMPARE(d.refusal(Desk::plan({kBuy})), QString("GATE-008"));
    QCOMPARE(d.refusal(Desk::plan({kShort})), QString()); // the perp's bars are there
    d.limitsBefore.maxDataAge = 4 * kHour;
    QCOMPARE(d.refusal(Desk::plan({kBuy})), QString());
}

void TestPreTradeLimits::states()
{
    Desk d;
    Plan plan = Desk::plan({kBuy});
    d.state = TradingState::Reducing;
    QCOMPARE(d.refusal(plan), QString("GATE-009"));
    d.state = TradingState::Halted;
    QCOMPARE(d.refusal(plan), QString("GATE-010"));
    plan.riskReducing = true;
    QCOMPARE(d.refusal(plan), QString("GATE-010"));
    const PreTradePresent at = d.present();
    const auto& instructions = plan.phases[0].groups[0].instructions;
    QVERIFY(PreTradeCheck(d.limitsBefore, d.state, d.used, at).sending(plan, instructions, /*flatten=*/true));
    d.state = TradingState::Reducing;
    QCOMPARE(d.refusal(plan), QString());
    QCOMPARE(shown(toText(TradingState::Active)), QString("ACTIVE"));
    QCOMPARE(shown(toText(TradingState::Halted)), QString("HALTED"));
}

void TestPreTradeLimits::riskReducingPlansMayBeLarge()
{
    Desk d;
    d.limitsBefore.maxInstructionNotional = d.limitsBefore.maxPlanNotional = d.limitsBefore.maxDayNotional = 1;
    d.limitsBefore.maxLeverage = 0;
    Plan plan = Desk::plan({kBuy, kShort});
    plan.riskReducing = true;
    QCOMPARE(d.refusal(plan), QString());
    d.limitsBefore.maxPriceDeviation = 0.001; // but not blind
    for (Instruction& i : plan.phases[0].groups[0].instructions)
        i.referencePrice = kPrice * 1.01;
    QCOMPARE(d.refusal(plan), QString("GATE-007"));
}

void TestPreTradeLimits::notionals()
{
    Desk d;
    d.situation.ethPrice = 2'000;
    d.situation.chain.ratio = 1.05;
    const PreTradePresent at = d.present();
    const auto of = [&](const InstructionBody& body) {
        Instruction i;
        i.body = body;
        return notionalOf(i, at);
    };
    QCOMPARE(of(kBuy), 32'768.0);
    QCOMPARE(of(kShort), 32'768.0);
    QCOMPARE(of(kFund), 1'000.0);
    QCOMPARE(of(Transfer{Venue::Wallet, Venue::Okx, Asset::BTC, dec("2")}), 2 * kPrice);
    QCOMPARE(of(Swap{Asset::USDT, Asset::ETH, dec("0.1")}), 200.0);
    QCOMPARE(of(Swap{Asset::weETH, Asset::ETH, dec("2"), true}), 4'200.0);
    QCOMPARE(of(Stake{Asset::weETH, dec("3")}), 6'000.0);
    QCOMPARE(of(Unstake{Asset::weETH, dec("1")}), 2'100.0);
    QCOMPARE(of(Borrow{Asset::ETH, dec("1.5")}), 3'000.0);
    QCOMPARE(of(SetEMode{}), 0.0);
    QCOMPARE(notionalOf(Desk::plan({kBuy, kShort, kFund}), at), 66'536.0);
}

QTEST_APPLESS_MAIN(TestPreTradeLimits)
#include "tst_pre_trade_limits.moc"
