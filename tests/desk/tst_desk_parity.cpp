// SPDX-License-Identifier: GPL-3.0-or-later
// Where the P&L of a session parts from its backtest: closed, leg by leg.
#include "desk/parity.h"
#include "desk/session.h"
#include "desk/stored_demo.h"
#include "support/made_market.h"

#include <QThread>

using namespace carry;
using namespace carry::test;

namespace
{

RunPeriod weeks()
{
    return {parseIsoTime("2024-06-01T00:00:00Z"), parseIsoTime("2024-06-15T00:00:00Z")};
}

//! A session over the demo data whose person rejects so many proposals and then approves all; nobody where negative.
std::string session(const RunsFile& folder, const std::string& preset, int rejections, const char* gate = "")
{
    SessionOptions o;
    o.feed.speed = TapeFeed::kUnpaced;
    o.waitForDecision = rejections >= 0;
    o.database = folder.path();
    o.gateText = gate;
    o.period = weeks();
    const auto run = must(Session::start(must(RunConfiguration::load(preset)), *demoData(), o));
    std::uint32_t last = 0;
    while (!run->waitFor(std::chrono::milliseconds{1})) {
        const auto open = run->openProposal();
        if (rejections < 0 || !open || open->number == last)
            continue;
        last = open->number;
        GateCommand command;
        command.kind = rejections > 0 ? GateCommand::Kind::Reject : GateCommand::Kind::Approve;
        command.reason = "not yet";
        command.proposal = open->number;
        command.hash = open->hash;
        rejections -= rejections > 0 ? 1 : 0;
        run->submit(command);
    }
    return must(run->wait()).record->info().runId;
}

//! What is wrong with the sums of a report; empty if they close.
QString open(const ParityReport& report)
{
    constexpr double kNothing = 1e-6; // share class
    ParityLeg sums;
    for (const ParityLeg& leg : report.legs) {
        if (std::abs(leg.gap() - leg.parts() - leg.remainder) > kNothing)
            return QString::fromStdString(leg.name);
        sums.session += leg.session;
        sums.backtest += leg.backtest;
        sums.remainder += leg.remainder;
    }
    const ParityLeg& total = report.total;
    if (std::abs(total.session - sums.session) > kNothing || std::abs(total.backtest - sums.backtest) > kNothing)
        return "P&L";
    if (std::abs(total.gap() - total.parts() - total.remainder) > kNothing)
        return "total";
    return std::abs(total.remainder - sums.remainder) > kNothing ? "remainder" : QString();
}

const ParityLeg& legOf(const ParityReport& report, const char* name)
{
    const auto found = std::ranges::find(report.legs, std::string(name), &ParityLeg::name);
    if (found == report.legs.end())
        qFatal("no leg %s", name);
    return *found;
}

} // namespace

class TestDeskParity : public QObject
{
    Q_OBJECT

  private slots:
    void automaticHasNoGap();
    void laterApprovalIsTiming();
    void nothingFilledIsMissing();
    void closesOnChain_data();
    void closesOnChain();
    void asJson();
    void refuses();
};

void TestDeskParity::automaticHasNoGap()
{
    const RunsFile folder;
    const auto id = session(folder, "btc-basis", -1, "gate.mode = \"automatic\"");
    const auto report = must(parityOfStoredSession(folder.path(), id, {}));
    QCOMPARE(report.sessionDigest, report.backtestDigest);
    QCOMPARE(open(report), QString());
    for (const ParityLeg& leg : report.legs) {
        QCOMPARE(leg.session, leg.backtest);
        QCOMPARE(std::abs(leg.timing) + std::abs(leg.missingFills) + std::abs(leg.price) + std::abs(leg.fee), 0.0);
    }
    QVERIFY(report.total.session != 0);
    QVERIFY(report.total.sessionFilled > 0);
}

//! All of both filled, hours apart: nothing is missing but what another price made of the size.
void TestDeskParity::laterApprovalIsTiming()
{
    const RunsFile folder;
    const auto id = session(folder, "btc-basis", 2);
    const auto report = must(parityOfStoredSession(folder.path(), id, {}));
    QVERIFY(report.sessionDigest != report.backtestDigest);
    QCOMPARE(open(report), QString());
    for (const char* name : {"binance spot", "bybit spot", "okx spot", "binance perp", "bybit perp", "okx perp"}) {
        const ParityLeg& leg = legOf(report, name);
        QVERIFY(leg.sessionFilled > 0 && leg.backtestFilled > 0);
        QVERIFY(std::abs(leg.timing) > 1);
        QVERIFY2(std::abs(leg.remainder) < 1e-4, qPrintable(QString("%1 %2").arg(name).arg(leg.remainder)));
    }
    // Spot and perp of a hedged pair are opened together: what the one gained the other lost.
    const ParityLeg& spot = legOf(report, "binance spot");
    const ParityLeg& perp = legOf(report, "binance perp");
    QVERIFY(std::abs(spot.timing + perp.timing) < 0.2 * std::abs(spot.timing));
}

void TestDeskParity::nothingFilledIsMissing()
{
    const RunsFile folder;
    const auto id = session(folder, "btc-basis", -1); // proposals expire
    const auto report = must(parityOfStoredSession(folder.path(), id, {}));
    QCOMPARE(open(report), QString());
    QCOMPARE(report.total.sessionFilled, 0.0);
    QCOMPARE(report.total.timing, 0.0);
    const ParityLeg& perp = legOf(report, "okx perp");
    QVERIFY(perp.missingFills != 0);
    QVERIFY(perp.funding != 0); // none was received
    QVERIFY(std::abs(perp.remainder) < 1e-4);
    const auto& backtest = *report.backtest;
    const std::size_t last = backtest.committed() - 1;
    QVERIFY(std::abs(report.total.gap() + backtest.at(last, ColumnLayout::step(StepColumn::Nav)) -
                     backtest.info().capital) < 1e-6);
}

void TestDeskParity::closesOnChain_data()
{
    QTest::addColumn<std::string>("preset");
    for (const char* preset : {"staking-hedged", "eth-leveraged", "staking-hedged-leveraged"})
        QTest::newRow(preset) << std::string(preset);
}

void TestDeskParity::closesOnChain()
{
    QFETCH(std::string, preset);
    const RunsFile folder;
    const auto report = must(parityOfStoredSession(folder.path(), session(folder, preset, 1), {}));
    QCOMPARE(open(report), QString());
    QVERIFY(legOf(report, "spot and on chain").session != 0);
    QVERIFY2(std::abs(report.total.remainder) < 0.002 * std::abs(report.backtest->info().capital),
             qPrintable(QString::number(report.total.remainder)));
}

void TestDeskParity::asJson()
{
    const RunsFile folder;
    const auto report = must(parityOfStoredSession(folder.path(), session(folder, "btc-basis", 1), {}));
    const auto json = parityToJson(report);
    QCOMPARE(json["legs"].size(), report.legs.size());
    QCOMPARE(json["total"]["gap"].get<double>(), report.total.gap());
    QCOMPARE(json["mode"].get<std::string>(), std::string("PAPER"));
    QVERIFY(!json["same"].get<bool>());
}

void TestDeskParity::refuses()
{
    const RunsFile folder;
    const auto plain = folder.run(must(RunConfiguration::load("btc-basis")), weeks());
    QCOMPARE(codeOf(parityOfStoredSession(folder.path(), plain.record->info().runId, {})), QString("CONF-011"));
    SessionOptions o;
    o.database = folder.path();
    o.period = weeks();
    auto run = must(Session::start(must(RunConfiguration::load("btc-basis")), *demoData(), o));
    run->stop();
    const auto id = must(run->wait()).record->info().runId;
    QCOMPARE(codeOf(parityOfStoredSession(folder.path(), id, {})), QString("STORE-008"));
    QCOMPARE(codeOf(parityOfStoredSession(folder.path(), "none", {})), QString("STORE-005"));
}

QTEST_APPLESS_MAIN(TestDeskParity)
#include "tst_desk_parity.moc"
