// SPDX-License-Identifier: GPL-3.0-or-later
// What an approval covers: the hash of a plan, which groups belong together, and the rules that approve alone.
#include "execution/approval_hash.h"
#include "execution/gate_policy.h"
#include "execution/plan_bundles.h"

#include "support/venue_book.h"

#include <QCryptographicHash>
#include <rapidcheck.h>

#include <set>

using namespace carry;
using namespace carry::test;

class TestApproval : public QObject
{
    Q_OBJECT

  private slots:
    void hashIsOfTheCanonicalText();
    void anyFieldThatIsSentChangesTheHash();
    void whatOnlyExplainsDoesNot();
    void legsOfOneExchangeBelongTogether();
    void chainBelongsTogether();
    void hedgesBelongTogether();
    void gasAndFundsAreNeeded();
    void orphansAreRefused();
    void closureIsClosed();
    void rulesApproveAlone_data();
    void rulesApproveAlone();
};

namespace
{

Instruction one(InstructionBody body, Purpose purpose = Purpose::OpenSpot)
{
    Instruction i;
    i.purpose = purpose;
    i.body = std::move(body);
    return i;
}

Plan planOf(std::vector<std::vector<std::vector<Instruction>>> phases)
{
    Plan plan;
    plan.id = 3;
    InstructionId id = 7;
    for (auto& groups : phases) {
        Phase phase;
        for (auto& instructions : groups) {
            for (Instruction& i : instructions)
                i.id = id++;
            phase.groups.push_back({GroupKind::Sequence, std::move(instructions)});
        }
        plan.phases.push_back(std::move(phase));
    }
    return plan;
}

Instruction fund(Venue venue, Asset asset = Asset::USDT)
{
    return one(Transfer{Venue::Wallet, venue, asset, dec("1000")}, Purpose::FundVenue);
}
Instruction spot(Venue venue, Side side = Side::Buy, const char* q = "1")
{
    return one(SpotTrade{venue, Asset::BTC, side, dec(q)});
}
Instruction perp(Venue venue, Side side = Side::Sell, const char* q = "1")
{
    return one(PerpTrade{venue, Asset::BTC, side, dec(q)});
}

//! "1.1 2.1 | 1.2 2.2"
QString grouped(const std::vector<GroupBundle>& bundles)
{
    QStringList out;
    for (const GroupBundle& bundle : bundles) {
        QStringList refs;
        for (const GroupRef ref : bundle.groups)
            refs << shown(toText(ref));
        out << refs.join(' ');
    }
    return out.join(" | ");
}

} // namespace

void TestApproval::hashIsOfTheCanonicalText()
{
    const Plan plan = planOf({{{fund(Venue::Okx)}}, {{spot(Venue::Okx), perp(Venue::Okx)}}});
    QCOMPARE(shown(canonicalText(plan)), QString("0 0 sequence 7 transfer wallet okx USDT 1000 no\n"
                                                 "1 0 sequence 8 spot_trade okx BTC BUY 1\n"
                                                 "1 0 sequence 9 perp_trade okx BTC SELL 1\n"));
    const QByteArray bytes = QByteArray::fromStdString(canonicalText(plan));
    QCOMPARE(shown(approvalHash(plan)), QString(QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex()));
}

void TestApproval::anyFieldThatIsSentChangesTheHash()
{
    std::set<std::string> texts;
    std::size_t count = 0;
    const auto add = [&](const InstructionBody& body) {
        texts.insert(canonicalText(one(body)));
        ++count;
    };
    for (const Decimal amount : {dec("1"), dec("1.000000000000000001")}) {
        add(Transfer{Venue::Wallet, Venue::Okx, Asset::USDT, amount, false});
        add(Transfer{Venue::Wallet, Venue::Okx, Asset::USDT, amount, true});
        add(Transfer{Venue::Okx, Venue::Wallet, Asset::USDT, amount, false});
        add(Transfer{Venue::Wallet, Venue::Okx, Asset::BTC, amount, false});
        add(SpotTrade{Venue::Okx, Asset::BTC, Side::Buy, amount});
        add(SpotTrade{Venue::Okx, Asset::BTC, Side::Sell, amount});
        add(SpotTrade{Venue::Bybit, Asset::BTC, Side::Sell, amount});
        add(SpotTrade{Venue::Okx, Asset::ETH, Side::Sell, amount});
        add(PerpTrade{Venue::Okx, Asset::BTC, Side::Sell, amount});
        add(Swap{Asset::weETH, Asset::ETH, amount, true, Sizing::Exact});
        add(Swap{Asset::weETH, Asset::ETH, amount, false, Sizing::Exact});
        add(Swap{Asset::weETH, Asset::ETH, amount, true, Sizing::Everything});
        add(Swap{Asset::USDT, Asset::ETH, amount, true, Sizing::Exact});
        add(Stake{Asset::weETH, amount});
        add(Stake{Asset::wstETH, amount});
        add(Stake{Asset::wstETH, amount, Sizing::Previous});
        add(Unstake{Asset::wstETH, amount});
        add(Supply{Asset::weETH, amount});
        add(Withdraw{Asset::weETH, amount});
        add(Borrow{Asset::ETH, amount, Sizing::ToLtv, 0.9});
        add(Borrow{Asset::ETH, amount, Sizing::ToLtv, std::nextafter(0.9, 1.0)});
        add(Repay{Asset::ETH, amount});
        add(FlashBorrow{Asset::ETH, amount});
        add(FlashRepay{Asset::ETH, amount});
    }
    add(SetEMode{0});
    add(SetEMode{1});
    QCOMPARE(texts.size(), count);
    // And the order, the grouping and its kind.
    const Plan a = planOf({{{spot(Venue::Okx)}, {perp(Venue::Okx)}}});
    const Plan b = planOf({{{spot(Venue::Okx), perp(Venue::Okx)}}});
    const Plan c = planOf({{{spot(Venue::Okx)}}, {{perp(Venue::Okx)}}});
    Plan d = b;
    d.phases[0].groups[0].kind = GroupKind::Atomic;
    QCOMPARE((std::set{approvalHash(a), approvalHash(b), approvalHash(c), approvalHash(d)}.size()), 4U);
}

void TestApproval::whatOnlyExplainsDoesNot()
{
    Plan plan = planOf({{{spot(Venue::Okx)}}});
    const std::string hash = approvalHash(plan);
    Instruction& i = plan.phases[0].groups[0].instructions[0];
    i.purpose = Purpose::Hedge;
    i.referencePrice = 5;
    i.cost.fees = 7;
    plan.riskReducing = true;
    QCOMPARE(approvalHash(plan), hash);
}

void TestApproval::legsOfOneExchangeBelongTogether()
{
    const Plan plan = planOf({{{fund(Venue::Binance)}, {fund(Venue::Okx)}},
                              {{spot(Venue::Binance)}, {spot(Venue::Okx)}},
                              {{perp(Venue::Binance)}, {perp(Venue::Okx)}}});
    const auto bundles = bundlesOf(plan, 0);
    QCOMPARE(grouped(bundles), QString("1.1 2.1 3.1 | 1.2 2.2 3.2"));
    QCOMPARE(shown(bundles[1].why), QString("the same exchange: OKX"));
    // Funds that go from one to the other join them.
    const Plan moved = planOf({{{one(Transfer{Venue::Binance, Venue::Wallet, Asset::USDT, dec("1")}),
                                 one(Transfer{Venue::Wallet, Venue::Okx, Asset::USDT, dec("1")})}},
                               {{spot(Venue::Binance), perp(Venue::Binance)}},
                               {{spot(Venue::Okx), perp(Venue::Okx)}}});
    QCOMPARE(grouped(bundlesOf(moved, 0)), QString("1.1 2.1 3.1"));
}

void TestApproval::chainBelongsTogether()
{
    const Plan plan = planOf({{{one(Stake{Asset::weETH, dec("1")})}, {one(Supply{})}},
                              {{spot(Venue::Okx), perp(Venue::Okx)}},
                              {{one(Transfer{Venue::Bybit, Venue::Wallet, Asset::ETH, dec("1")})}}});
    QCOMPARE(grouped(bundlesOf(plan, 0)), QString("1.1 1.2 3.1 | 2.1"));
}

void TestApproval::hedgesBelongTogether()
{
    // Coins at one exchange against a short at another one.
    const Plan plan = planOf({{{spot(Venue::Binance)}, {perp(Venue::Okx)}}});
    const auto bundles = bundlesOf(plan, 0);
    QCOMPARE(grouped(bundles), QString("1.1 1.2"));
    QCOMPARE(shown(bundles[0].why), QString("they hedge each other"));
    // Two shorts that both bring down what is open now may go alone.
    const Plan hedge = planOf({{{perp(Venue::Binance)}, {perp(Venue::Okx)}}});
    QCOMPARE(grouped(bundlesOf(hedge, 2)), QString("1.1 | 1.2"));
    QCOMPARE(grouped(bundlesOf(hedge, 0)), QString("1.1 1.2"));
}

void TestApproval::gasAndFundsAreNeeded()
{
    const Plan plan = planOf({{{one(Swap{Asset::USDT, Asset::ETH, dec("0.1")}, Purpose::BuyGas)}},
                              {{one(Transfer{Venue::Bybit, Venue::Wallet, Asset::USDT, dec("1")})}},
                              {{fund(Venue::Okx)}}});
    const auto bundles = bundlesOf(plan, 0);
    QCOMPARE(grouped(bundles), QString("1.1 | 2.1 | 3.1"));
    QVERIFY(bundles[0].needs.empty() && bundles[1].needs.empty());
    QCOMPARE(bundles[2].needs, (std::vector<std::size_t>{0, 1}));
}

void TestApproval::orphansAreRefused()
{
    const Plan plan = planOf({{{one(Swap{Asset::USDT, Asset::ETH, dec("0.1")}, Purpose::BuyGas)}},
                              {{fund(Venue::Binance)}, {fund(Venue::Okx)}},
                              {{spot(Venue::Binance)}, {spot(Venue::Okx)}},
                              {{perp(Venue::Binance)}, {perp(Venue::Okx)}}});
    const auto bundles = bundlesOf(plan, 0);
    const auto leg = checkClosed(bundles, {{0, 0}, {1, 1}, {2, 1}});
    QVERIFY(!leg);
    QCOMPARE(shown(leg.error().message()), QString("Group 2.2 cannot go without group 4.2: the same exchange: OKX"));
    QCOMPARE(shown(leg.error().codeText()), QString("GATE-015"));
    const auto gas = checkClosed(bundles, {{1, 1}, {2, 1}, {3, 1}});
    QVERIFY(!gas);
    QCOMPARE(shown(gas.error().value("missing")), QString("1.1"));
    QVERIFY(checkClosed(bundles, {{0, 0}, {1, 1}, {2, 1}, {3, 1}}));
    QVERIFY(checkClosed(bundles, {{0, 0}}));
    QCOMPARE(closureOf(bundles, {{3, 0}}).size(), 4U);
}

void TestApproval::closureIsClosed()
{
    QVERIFY(rc::check("the closure of any choice is closed, and holds it", [] {
        std::vector<std::vector<std::vector<Instruction>>> phases(*rc::gen::inRange<std::size_t>(1, 4));
        std::vector<GroupRef> all;
        for (std::size_t p = 0; p < phases.size(); ++p) {
            phases[p].resize(*rc::gen::inRange<std::size_t>(1, 4));
            for (std::size_t g = 0; g < phases[p].size(); ++g) {
                all.push_back({p, g});
                for (int n = *rc::gen::inRange(1, 3); n > 0; --n) {
                    const Venue venue = *rc::gen::elementOf(std::vector(kExchanges.begin(), kExchanges.end()));
                    const Side side = *rc::gen::element(Side::Buy, Side::Sell);
                    phases[p][g].push_back(
                        *rc::gen::element(fund(venue), spot(venue, side), perp(venue, side), fund(venue, Asset::BTC),
                                          one(Stake{Asset::weETH, dec("1")}), one(Swap{}, Purpose::BuyGas),
                                          one(Transfer{venue, Venue::Wallet, Asset::USDT, dec("2")})));
                }
            }
        }
        const auto bundles = bundlesOf(planOf(std::move(phases)), *rc::gen::element(0.0, 1.0, -2.0));
        std::vector<GroupRef> chosen;
        for (const GroupRef ref : all)
            if (*rc::gen::arbitrary<bool>())
                chosen.push_back(ref);
        const auto closure = closureOf(bundles, chosen);
        RC_ASSERT(checkClosed(bundles, closure).has_value());
        for (const GroupRef ref : chosen)
            RC_ASSERT(std::ranges::count(closure, ref) == 1);
        RC_ASSERT(closureOf(bundles, closure) == closure);
        RC_ASSERT(checkClosed(bundles, all).has_value());
        RC_ASSERT(checkClosed(bundles, chosen).has_value() == (chosen.size() == closure.size()));
    }));
}

void TestApproval::rulesApproveAlone_data()
{
    QTest::addColumn<int>("mode");
    QTest::addColumn<double>("notional");
    QTest::addColumn<double>("cost");
    QTest::addColumn<double>("risk");
    QTest::addColumn<bool>("reducing");
    QTest::addColumn<bool>("alone");
    const int automatic = int(GateMode::Automatic), manual = int(GateMode::Manual), rules = int(GateMode::Rules);
    QTest::newRow("automatic") << automatic << 1e9 << 1e6 << 9.0 << false << true;
    QTest::newRow("manual") << manual << 1.0 << 0.0 << 0.0 << true << false;
    QTest::newRow("all below") << rules << 1'000.0 << 5.0 << 0.1 << false << true;
    QTest::newRow("notional above") << rules << 1'000.01 << 5.0 << 0.1 << false << false;
    QTest::newRow("cost above") << rules << 1'000.0 << 5.01 << 0.1 << false << false;
    QTest::newRow("risk above") << rules << 1'000.0 << 5.0 << 0.11 << false << false;
    QTest::newRow("reduces risk") << rules << 4'000.0 << 5.01 << 0.11 << true << true;
    QTest::newRow("needs two people") << rules << 5'000.01 << 0.0 << 0.0 << true << false;
}

void TestApproval::rulesApproveAlone()
{
    QFETCH(int, mode);
    QFETCH(double, notional);
    QFETCH(double, cost);
    QFETCH(double, risk);
    QFETCH(bool, reducing);
    QFETCH(bool, alone);
    GatePolicy policy;
    policy.mode = static_cast<GateMode>(mode);
    policy.rules = {true, 1'000, 5, 0.1};
    policy.secondApproverAbove = 5'000;
    QCOMPARE(approvesAlone(policy, {notional, cost, risk, reducing}), alone);
}

QTEST_APPLESS_MAIN(TestApproval)
#include "tst_approval.moc"
