// SPDX-License-Identifier: GPL-3.0-or-later
// The result digest tells any two results apart, and nothing that is no result.
#include "draft_record.h"

#include <cmath>
#include <functional>

using namespace carry;
using namespace carry::test;

using Change = std::function<void(Draft&)>;
Q_DECLARE_METATYPE(Change)

class TestResultDigest : public QObject
{
    Q_OBJECT

  private slots:
    void isRepeatable();
    void isTheSameInEveryBuild();
    void changesWithTheResult_data();
    void changesWithTheResult();
    void changesWithEveryColumn();
    void doesNotChangeOtherwise_data();
    void doesNotChangeOtherwise();
    void uncommittedIsNoResult();
    void beyondTheFirstChunk();
    void instructionsChange_data();
    void instructionsChange();
};

namespace
{

//! Three steps with something of everything.
Draft draft()
{
    Draft d(3);
    for (std::size_t s = 0; s < 3; ++s)
        for (std::size_t c = 0; c < d.layout.count(); ++c)
            d.steps[s].row[c] = static_cast<double>(s * 100 + c);
    d.steps[0].ledger = {{1, 2, Cause::Trade, 3, dec("1.5")}, {2, 1, Cause::TradeFee, 3, dec("0.25")}};
    d.steps[1].ledger = {{4, 5, Cause::Funding, 0, dec("2")}};
    DecisionRecord decision;
    decision.action = Action::InitialSetup;
    decision.reason = Reason::CapitalInWallet;
    decision.plan = 1;
    decision.numbers = {1, 2, 3, 4};
    d.steps[0].decisions = {decision};
    d.steps[1].decisions = {DecisionRecord{}};
    TransitionRecord t;
    t.instruction = 1;
    t.to = InstructionState::Submitted;
    t.timeMs = 5;
    t.price = 6;
    t.quantity = dec("7");
    t.netDelta = 8;
    t.minMarginRatio = 9;
    d.steps[1].transitions = {t};
    d.steps[0].plans = {planOf({Transfer{Venue::Wallet, Venue::Okx, Asset::USDT, dec("10")}, SpotTrade{}})};
    return d;
}

//! Three steps more than fit into a chunk, some of them with an entry.
Draft twoChunks()
{
    Draft d(ColumnTable::kChunk + 3);
    for (std::size_t s = 0; s < d.steps.size(); ++s) {
        d.set(s, StepColumn::Nav, static_cast<double>(s));
        if (s % 1000 == 0 || s + 3 > d.steps.size())
            d.steps[s].ledger = {{1, 2, Cause::Funding, 0, dec("1")}};
    }
    return d;
}

std::string digest(const Change& change = {})
{
    Draft d = draft();
    if (change)
        change(d);
    return resultDigest(*d.write());
}

} // namespace

void TestResultDigest::isRepeatable()
{
    const auto record = draft().write();
    QCOMPARE(resultDigest(*record), resultDigest(*record));
    QCOMPARE(digest(), digest());
    QCOMPARE(digest().size(), std::size_t{64});
    QVERIFY(shown(digest()).contains(QRegularExpression("^[0-9a-f]{64}$")));
}

void TestResultDigest::isTheSameInEveryBuild()
{
    // Stored runs are verified against their digests: a change here makes every one of them look broken.
    QCOMPARE(shown(digest()), QString("21d94896daf8d3d34dc3c3de410e54bb39e168373af5ed743d501674311fe4de"));
    QCOMPARE(shown(resultDigest(*twoChunks().write())),
             QString("ad8f53d7ecc9b96dfdd88974ea246892d916d8feb0614e41f9af05584fa87bde"));
    QCOMPARE(shown(instructionDigest(*draft().write())),
             QString("d1a94528b840eb04e038d11db6b71cf9443a02b793c58578a61f518c5dc9579e"));
}

void TestResultDigest::changesWithTheResult_data()
{
    QTest::addColumn<Change>("change");
    const auto row = [](const char* name, Change change) { QTest::newRow(name) << change; };
    row("ledger: from", [](Draft& d) { d.steps[0].ledger[0].from = 3; });
    row("ledger: to", [](Draft& d) { d.steps[0].ledger[0].to = 3; });
    row("ledger: cause", [](Draft& d) { d.steps[0].ledger[0].cause = Cause::Slippage; });
    row("ledger: instruction", [](Draft& d) { d.steps[0].ledger[0].instruction = 4; });
    row("ledger: last decimal", [](Draft& d) { d.steps[0].ledger[0].amount += Decimal::fromUnits(1); });
    row("ledger: sign", [](Draft& d) { d.steps[0].ledger[0].amount = -d.steps[0].ledger[0].amount; });
    row("ledger: order", [](Draft& d) { std::swap(d.steps[0].ledger[0], d.steps[0].ledger[1]); });
    row("ledger: an entry more", [](Draft& d) { d.steps[2].ledger = {{1, 2, Cause::Gas, 0, dec("0")}}; });
    row("ledger: an entry less", [](Draft& d) { d.steps[1].ledger.clear(); });
    row("ledger: another step", [](Draft& d) { std::swap(d.steps[1].ledger, d.steps[2].ledger); });
    row("decision: action", [](Draft& d) { d.steps[0].decisions[0].action = Action::Deposit; });
    row("decision: reason", [](Draft& d) { d.steps[0].decisions[0].reason = Reason::DepositArrived; });
    row("decision: plan", [](Draft& d) { d.steps[0].decisions[0].plan = 2; });
    row("decision: a number", [](Draft& d) { d.steps[0].decisions[0].numbers[3] = std::nextafter(4, 5); });
    row("decision: another step", [](Draft& d) { std::swap(d.steps[1].decisions, d.steps[2].decisions); });
    row("transition: instruction", [](Draft& d) { d.steps[1].transitions[0].instruction = 2; });
    row("transition: from", [](Draft& d) { d.steps[1].transitions[0].from = InstructionState::AwaitingApproval; });
    row("transition: to", [](Draft& d) { d.steps[1].transitions[0].to = InstructionState::Cancelled; });
    row("transition: time", [](Draft& d) { d.steps[1].transitions[0].timeMs = 6; });
    row("transition: price", [](Draft& d) { d.steps[1].transitions[0].price = std::nextafter(6, 7); });
    row("transition: quantity", [](Draft& d) { d.steps[1].transitions[0].quantity += Decimal::fromUnits(1); });
    row("transition: delta", [](Draft& d) { d.steps[1].transitions[0].netDelta = -8; });
    row("transition: margin",
        [](Draft& d) { d.steps[1].transitions[0].minMarginRatio = absent(EmptyReason::NoNotional); });
    row("transition: error", [](Draft& d) { d.steps[1].transitions[0].error = Error(ErrorCode::DataNotFound); });
    row("transition: one less", [](Draft& d) { d.steps[1].transitions.clear(); });
    row("a step more", [](Draft& d) { d.steps.push_back(d.steps.back()); });
    row("a step less", [](Draft& d) { d.steps.pop_back(); });
    row("another time", [](Draft& d) { d.steps[2].time += Duration{1}; });
    row("why it is absent", [](Draft& d) { d.steps[0].row[0] = absent(EmptyReason::NoReading); });
}

void TestResultDigest::changesWithTheResult()
{
    QFETCH(Change, change);
    QVERIFY(digest(change) != digest());
}

void TestResultDigest::changesWithEveryColumn()
{
    const std::string before = digest();
    for (std::size_t s = 0; s < 3; ++s)
        for (std::size_t c = 0; c < draft().layout.count(); ++c) {
            const std::string after = digest([&](Draft& d) {
                double& value = d.steps[s].row[c];
                value = std::nextafter(value, 1e9); // the last bit
            });
            QVERIFY2(after != before, qPrintable(QString("step %1 column %2").arg(s).arg(c)));
        }
    const auto why = [](EmptyReason reason) { return digest([=](Draft& d) { d.steps[1].row[5] = absent(reason); }); };
    QVERIFY(why(EmptyReason::NoNotional) != why(EmptyReason::NoSolution));
}

void TestResultDigest::doesNotChangeOtherwise_data()
{
    QTest::addColumn<Change>("change");
    const auto row = [](const char* name, Change change) { QTest::newRow(name) << change; };
    row("run id", [](Draft& d) { d.info.runId = "run-2"; });
    row("name of the preset", [](Draft& d) { d.info.preset = "copy.toml"; });
    row("name of the data", [](Draft& d) { d.info.dataName = "elsewhere"; });
    row("findings and files", [](Draft& d) {
        d.info.findings.resize(2);
        d.info.files = {"a.csv"};
    });
}

void TestResultDigest::doesNotChangeOtherwise()
{
    QFETCH(Change, change);
    QCOMPARE(digest(change), digest());
}

void TestResultDigest::uncommittedIsNoResult()
{
    const auto record = draft().write();
    Draft::writeEntries(*record, draft().steps[0]);
    QCOMPARE(resultDigest(*record), digest());
}

void TestResultDigest::beyondTheFirstChunk()
{
    const auto large = [](const Change& change = {}) {
        Draft d = twoChunks();
        if (change)
            change(d);
        return resultDigest(*d.write());
    };
    const std::string before = large();
    QCOMPARE(large(), before);
    for (const std::size_t s : {std::size_t{0}, ColumnTable::kChunk - 1, ColumnTable::kChunk, ColumnTable::kChunk + 2})
        QVERIFY(large([&](Draft& d) { d.set(s, StepColumn::Nav, -1); }) != before);
    QVERIFY(large([](Draft& d) { d.steps.back().ledger[0].amount = dec("2"); }) != before);
    QVERIFY(large([](Draft& d) { d.steps[4000].ledger[0].amount = dec("2"); }) != before);
    QVERIFY(large([](Draft& d) { std::swap(d.steps[ColumnTable::kChunk - 1].ledger, d.steps[4000].ledger); }) !=
            before);
}

void TestResultDigest::instructionsChange_data()
{
    QTest::addColumn<Change>("change");
    QTest::addColumn<bool>("same");
    const auto row = [](const char* name, bool same, Change change) { QTest::newRow(name) << change << same; };
    using Bodies = std::vector<InstructionBody>;
    const Transfer ten{Venue::Wallet, Venue::Okx, Asset::USDT, dec("10")};
    row("amount", false, [=](Draft& d) {
        Transfer other = ten;
        other.amount += Decimal::fromUnits(1);
        d.steps[0].plans = {planOf(Bodies{other, SpotTrade{}})};
    });
    row("type", false, [=](Draft& d) { d.steps[0].plans = {planOf(Bodies{ten, PerpTrade{}})}; });
    row("order", false, [=](Draft& d) { d.steps[0].plans = {planOf(Bodies{SpotTrade{}, ten})}; });
    row("plan", false, [=](Draft& d) { d.steps[0].plans = {planOf(Bodies{ten, SpotTrade{}}, 2)}; });
    row("one more", false, [=](Draft& d) { d.steps[0].plans = {planOf(Bodies{ten, SpotTrade{}, SpotTrade{}})}; });
    row("figures of the steps", true, [](Draft& d) { d.steps[0].row[0] = 77; });
    row("run id", true, [](Draft& d) { d.info.runId = "run-2"; });
}

void TestResultDigest::instructionsChange()
{
    QFETCH(Change, change);
    QFETCH(bool, same);
    Draft d = draft();
    const std::string before = instructionDigest(*d.write());
    change(d);
    QCOMPARE(instructionDigest(*d.write()) == before, same);
}

QTEST_APPLESS_MAIN(TestResultDigest)
#include "tst_result_digest.moc"
