// SPDX-License-Identifier: GPL-3.0-or-later
// Instructions in words, and which state may follow which.
#include "execution/instruction.h"

#include "execution/interfaces.h"
#include "support/venue_book.h"

#include <set>

using namespace carry;
using namespace carry::test;

class TestInstruction : public QObject
{
    Q_OBJECT

  private slots:
    void descriptions_data();
    void descriptions();
    void types();
    void statesThatMayFollow_data();
    void statesThatMayFollow();
    void nothingFollowsAFinalState();
    void everyNameOnce();
    void instructionCount();
    void interfaceByType();
};

using enum InstructionState;
Q_DECLARE_METATYPE(InstructionBody)

void TestInstruction::descriptions_data()
{
    QTest::addColumn<InstructionBody>("body");
    QTest::addColumn<QString>("text");
    QTest::newRow("transfer") << InstructionBody(Transfer{Venue::Wallet, Venue::Binance, Asset::USDT, dec("40000")})
                              << "Transfer Wallet -> Binance 40000 USDT";
    QTest::newRow("sweep") << InstructionBody(Transfer{Venue::Okx, Venue::Wallet, Asset::USDT, dec("29876.5"), true})
                           << "Transfer OKX -> Wallet all, about 29876.5 USDT";
    QTest::newRow("spot") << InstructionBody(SpotTrade{Venue::Binance, Asset::BTC, Side::Buy, dec("0.59")})
                          << "Spot Binance BTC/USDT BUY 0.59";
    QTest::newRow("perp") << InstructionBody(PerpTrade{Venue::Bybit, Asset::ETH, Side::Sell, dec("0.44")})
                          << "Perp Bybit ETHUSDT SELL 0.44";
    QTest::newRow("swap") << InstructionBody(Swap{Asset::USDT, Asset::ETH, dec("0.1")}) << "Swap USDT -> 0.1 ETH";
    QTest::newRow("swap of what is sold")
        << InstructionBody(Swap{Asset::weETH, Asset::ETH, dec("2.1"), true, Sizing::Previous})
        << "Swap about 2.1 weETH -> ETH";
    QTest::newRow("stake") << InstructionBody(Stake{Asset::wstETH, dec("3")}) << "Stake 3 ETH -> wstETH";
    QTest::newRow("unstake") << InstructionBody(Unstake{Asset::weETH, dec("3"), Sizing::Everything})
                             << "Unstake all, about 3 weETH -> ETH";
    QTest::newRow("supply") << InstructionBody(Supply{Asset::ETH, dec("2.5")}) << "Supply 2.5 WETH";
    QTest::newRow("withdraw") << InstructionBody(Withdraw{Asset::weETH, dec("2.5")}) << "Withdraw 2.5 weETH";
    QTest::newRow("borrow") << InstructionBody(Borrow{Asset::ETH, dec("2"), Sizing::ToLtv, 0.9})
                            << "Borrow about 2 WETH";
    QTest::newRow("repay") << InstructionBody(Repay{Asset::ETH, dec("2")}) << "Repay 2 WETH";
    QTest::newRow("flash loan") << InstructionBody(FlashBorrow{Asset::ETH, dec("9")}) << "Flash-borrow 9 WETH";
    QTest::newRow("its end") << InstructionBody(FlashRepay{Asset::ETH, dec("9.0045")})
                             << "Repay the flash loan, 9.0045 WETH";
    QTest::newRow("category") << InstructionBody(SetEMode{1}) << "Enter eMode 1";
    QTest::newRow("no category") << InstructionBody(SetEMode{0}) << "Leave eMode";
}

void TestInstruction::descriptions()
{
    QFETCH(InstructionBody, body);
    QFETCH(QString, text);
    QCOMPARE(shown(describeInstruction(body)), text);
}

void TestInstruction::types()
{
    QCOMPARE(shown(typeText(Transfer{})), QString("transfer"));
    QCOMPARE(shown(typeText(SpotTrade{})), QString("spot_trade"));
    QCOMPARE(shown(typeText(PerpTrade{})), QString("perp_trade"));
    QCOMPARE(shown(typeText(Swap{})), QString("swap"));
    QCOMPARE(shown(typeText(FlashRepay{})), QString("flash_repay"));
    QCOMPARE(shown(typeText(SetEMode{})), QString("set_emode"));
    QCOMPARE(std::variant_size_v<InstructionBody>, kInstructionTypes.size());
}

void TestInstruction::statesThatMayFollow_data()
{
    QTest::addColumn<int>("from");
    QTest::addColumn<QString>("allowed");
    const auto row = [](InstructionState from, const char* allowed) {
        QTest::newRow(qPrintable(shown(toText(from)))) << int(from) << QString(allowed);
    };
    row(Planned, "awaiting_approval denied submitted expired cancelled");
    row(AwaitingApproval, "planned denied submitted expired cancelled");
    row(Submitted, "acknowledged rejected failed unknown timed_out rolled_back cancelled");
    row(Acknowledged, "partially_filled confirmed failed unknown timed_out rolled_back cancelled");
    row(PartiallyFilled, "partially_filled confirmed unknown cancelled");
    row(Unknown, "acknowledged partially_filled confirmed rejected failed rolled_back cancelled");
    row(TimedOut, "acknowledged partially_filled confirmed rejected failed rolled_back cancelled");
    for (const auto state : {Denied, Confirmed, Rejected, Failed, RolledBack, Expired, Cancelled})
        row(state, "");
}

void TestInstruction::statesThatMayFollow()
{
    QFETCH(int, from);
    QFETCH(QString, allowed);
    QStringList found;
    for (std::size_t to = 0; to < kInstructionStateCount; ++to)
        if (isAllowed(static_cast<InstructionState>(from), static_cast<InstructionState>(to)))
            found << shown(toText(static_cast<InstructionState>(to)));
    QCOMPARE(found.join(' '), allowed);
}

void TestInstruction::nothingFollowsAFinalState()
{
    for (std::size_t from = 0; from < kInstructionStateCount; ++from) {
        bool any = false;
        for (std::size_t to = 0; to < kInstructionStateCount; ++to)
            any |= isAllowed(static_cast<InstructionState>(from), static_cast<InstructionState>(to));
        QCOMPARE(isFinal(static_cast<InstructionState>(from)), !any);
    }
}

void TestInstruction::everyNameOnce()
{
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < kInstructionStateCount; ++i)
        names.insert(toText(static_cast<InstructionState>(i)));
    QCOMPARE(names.size(), kInstructionStateCount);
    names.clear();
    for (std::size_t i = 0; i < kPurposeCount; ++i)
        names.insert(toText(static_cast<Purpose>(i)));
    for (int i = 0; i <= int(GroupKind::Loop); ++i)
        names.insert(toText(static_cast<GroupKind>(i)));
    for (std::size_t i = 0; i < kPhaseKindCount; ++i)
        names.insert(i == 0 ? "phase buy_gas" : toText(static_cast<PhaseKind>(i)));
    QCOMPARE(names.size(), kPurposeCount + 3 + kPhaseKindCount);
    QCOMPARE(std::set(kInstructionTypes.begin(), kInstructionTypes.end()).size(), kInstructionTypes.size());
}

void TestInstruction::instructionCount()
{
    Plan plan;
    QCOMPARE(plan.instructionCount(), std::size_t{0});
    Group two;
    two.instructions.resize(2);
    Group one;
    one.instructions.resize(1);
    plan.phases = {{PhaseKind::Transfers, {two, one}}, {PhaseKind::BuySpot, {one}}};
    QCOMPARE(plan.instructionCount(), std::size_t{4});
}

void TestInstruction::interfaceByType()
{
    struct Silent final : ExecutionInterface {
        void submit(const Instruction&, EventQueue&) override {}
        void poll(EventQueue&) override {}
    } cex, transfer, chain;
    const ExecutionInterfaces all{cex, transfer, chain};
    const auto of = [&](InstructionBody body) {
        Instruction i;
        i.body = std::move(body);
        return &all.forInstruction(i);
    };
    QVERIFY(of(SpotTrade{}) == &cex);
    QVERIFY(of(PerpTrade{}) == &cex);
    QVERIFY(of(Transfer{}) == &transfer);
    QVERIFY(of(Swap{}) == &chain);
}

QTEST_APPLESS_MAIN(TestInstruction)
#include "tst_instruction.moc"
