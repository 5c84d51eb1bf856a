// SPDX-License-Identifier: GPL-3.0-or-later
// Gate files, proposals and decisions as JSON, and the audit trail of a whole session.
#include "desk/audit.h"
#include "desk/exports.h"
#include "desk/gate_file.h"
#include "desk/gate_json.h"
#include "desk/inspection.h"
#include "store/record_loader.h"
#include "store/run_reader.h"
#include "store/run_writer.h"
#include "support/gated_run.h"

#include <QTemporaryDir>

using namespace carry;
using namespace carry::test;

class TestDeskGate : public QObject
{
    Q_OBJECT

  private slots:
    void readsAFile();
    void defaults();
    void everyKeyIsRead();
    void refuses_data();
    void refuses();
    void missingFile();
    void proposalAsJson();
    void decisionsAsJson();
    void badDecisions_data();
    void badDecisions();
    void auditOfASession();
    void decidedByAnotherProgram();
    void fileHalts();
    void gatedRunsAreStored();
};

namespace
{

QString codeOf(const Error& error)
{
    return text(error.codeText());
}

GatePolicy manual()
{
    GatePolicy policy;
    policy.mode = GateMode::Manual;
    policy.validFor = 6 * kHour;
    return policy;
}

} // namespace

void TestDeskGate::readsAFile()
{
    const auto read = parseGateFile(R"(
[gate]
mode = "rules"
valid_for_min = 30
max_price_move = 0.01
second_approver_above = 250_000

[rules]
approve_risk_reducing = true
max_notional = 20000
max_cost = 50.5
max_risk_change = 0.1

[limits]
max_instruction_notional = 100000
max_leverage = 12
max_data_age_min = 90
max_chain_data_age_h = 48
venues = ["wallet", "binance", "bybit"]
assets = ["USDT", "BTC"]
)",
                                    "gate.toml");
    QVERIFY2(read, read ? "" : describe(read.error()).c_str());
    QVERIFY(read->policy.mode == GateMode::Rules);
    QVERIFY(read->policy.validFor == std::chrono::minutes{30});
    QCOMPARE(read->policy.maxPriceMove, 0.01);
    QCOMPARE(read->policy.secondApproverAbove, 250'000.0);
    QVERIFY(read->policy.rules.approveRiskReducing);
    QCOMPARE(read->policy.rules.maxCost, 50.5);
    QCOMPARE(read->policy.rules.maxNotional, 20'000.0);
    QCOMPARE(read->policy.rules.maxRiskChange, 0.1);
    const PreTradeLimits& l = read->limits;
    QCOMPARE(l.maxInstructionNotional, 100'000.0);
    QCOMPARE(l.maxPlanNotional, PreTradeLimits::kNone);
    QCOMPARE(l.maxLeverage, 12.0);
    QVERIFY(l.maxDataAge == std::chrono::minutes{90});
    QVERIFY(l.maxChainDataAge == 48 * kHour);
    QCOMPARE(l.venues.count(), 3U);
    QVERIFY(l.venues.test(static_cast<std::size_t>(Venue::Bybit)) &&
            !l.venues.test(static_cast<std::size_t>(Venue::Okx)));
    QCOMPARE(l.assets.count(), 2U);
}

void TestDeskGate::defaults()
{
    const auto read = parseGateFile("", "gate.toml");
    QVERIFY(read);
    QVERIFY(read->policy.mode == GateMode::Manual);
    QCOMPARE(read->policy.secondApproverAbove, PreTradeLimits::kNone);
    QVERIFY(read->limits.venues.all() && read->limits.assets.all());
    QVERIFY(!read->limits.maxDataAge && !read->limits.maxChainDataAge);
    QCOMPARE(read->limits.maxPriceDeviation, PreTradeLimits::kNone);
    QVERIFY(!read->policy.rules.approveRiskReducing);
}

//! A key that the reader forgets would be one that people set in vain.
void TestDeskGate::everyKeyIsRead()
{
    const auto fingerprint = [](const GateSetup& s) {
        const GatePolicy& p = s.policy;
        const PreTradeLimits& l = s.limits;
        return QString("%1 %2 %3 %4 %5 %6 %7 %8 %9 ")
                   .arg(int(p.mode))
                   .arg(p.validFor.count())
                   .arg(p.maxPriceMove)
                   .arg(p.secondApproverAbove)
                   .arg(p.pauseAfterRejection.count())
                   .arg(p.repairDelay.count())
                   .arg(p.rules.approveRiskReducing)
                   .arg(p.rules.maxNotional)
                   .arg(p.rules.maxCost) +
               QString("%1 %2 %3 %4 %5 %6 %7 %8 %9 ")
                   .arg(p.rules.maxRiskChange)
                   .arg(l.maxInstructionNotional)
                   .arg(l.maxPlanNotional)
                   .arg(l.maxDayNotional)
                   .arg(l.maxLeverage)
                   .arg(l.maxPriceDeviation)
                   .arg(l.maxDataAge.value_or(Duration{}).count())
                   .arg(l.maxChainDataAge.value_or(Duration{}).count())
                   .arg(l.venues.to_ullong()) +
               QString::number(l.assets.to_ullong());
    };
    const QString plain = fingerprint(*parseGateFile("", "f"));
    for (const Parameter& p : gateSchema().parameters()) {
        std::string value = "7.5";
        if (p.type == ParameterType::Boolean)
            value = "true";
        if (p.type == ParameterType::Choice)
            value = "\"rules\"";
        if (p.type == ParameterType::Text)
            value = p.key == "limits.venues" ? "\"okx, wallet\"" : "\"BTC\"";
        const auto read = parseGateFile(p.key + " = " + value, "f");
        QVERIFY2(read, p.key.c_str());
        QVERIFY2(fingerprint(*read) != plain, p.key.c_str());
    }
}

void TestDeskGate::refuses_data()
{
    QTest::addColumn<std::string>("content");
    QTest::addColumn<QString>("code");
    QTest::addColumn<int>("line");
    const auto row = [](const char* name, const char* content, const char* code, int line) {
        QTest::newRow(name) << std::string(content) << QString(code) << line;
    };
    row("no TOML", "[gate\nmode", "CONF-004", 1);
    row("unknown key", "[limits]\n\nmax_leverge = 3", "CONF-001", 3);
    row("unknown table", "[limit]\nmax_leverage = 3", "CONF-001", 2);
    row("out of range", "[limits]\nmax_leverage = -1", "CONF-003", 2);
    row("not finite", "[limits]\nmax_leverage = nan", "CONF-002", 2);
    row("wrong type", "[limits]\nmax_leverage = \"high\"", "CONF-002", 2);
    row("wrong choice", "[gate]\nmode = \"maybe\"", "CONF-002", 2);
    row("unknown venue", "[limits]\nvenues = [\"wallet\", \"kraken\"]", "CONF-002", 2);
    row("unknown asset", "[limits]\nassets = \"USDT,DOGE\"", "CONF-002", 2);
    row("nothing allowed", "[limits]\nvenues = []", "CONF-004", 2);
    row("list of numbers", "[limits]\nvenues = [1]", "CONF-004", 2);
    row("a date", "[gate]\nmode = 2024-01-01", "CONF-004", 2);
}

void TestDeskGate::refuses()
{
    QFETCH(std::string, content);
    QFETCH(QString, code);
    QFETCH(int, line);
    const auto read = parseGateFile(content, "gate.toml");
    QVERIFY(!read);
    QCOMPARE(codeOf(read.error()), code);
    QCOMPARE(text(read.error().value("file")), QString("gate.toml"));
    QCOMPARE(text(read.error().value("line")), QString::number(line));
}

void TestDeskGate::missingFile()
{
    QCOMPARE(codeOf(loadGateFile("/nowhere/gate.toml").error()), QString("CONF-010"));
}

void TestDeskGate::proposalAsJson()
{
    MadeMarket market(48, Asset::ETH, 2'000);
    market.chain({});
    GatedRun run(configured("usdt_eth_staking_hedged_leveraged", {"capital=500000"}), market.data(), manual());
    QVERIFY(run.stepToProposal());
    const Proposal& p = *run.gate->open();
    const auto json = proposalToJson(run.record->info(), p);
    QCOMPARE(json["proposal"].get<std::uint32_t>(), 1U);
    QCOMPARE(json["hash"].get<std::string>(), p.hash);
    std::size_t instructions = 0;
    for (const auto& phase : json["what"]["phases"])
        for (const auto& group : phase["groups"])
            instructions += group["instructions"].size();
    QCOMPARE(instructions, p.plan->instructionCount());
    QCOMPARE(json["after"]["ltv"].get<double>(), p.after.chain.ltv);
    QVERIFY(json["before"]["ltv"].is_null());
    QCOMPARE(json["after"]["by_venue"].size(), 3U);
    QCOMPARE(json["stress"].size(), p.stressAfter.size());
    QVERIFY(p.stressAfter.size() > 5);
    QCOMPARE(json["unhedged"].size(), p.unhedged.size());
    QCOMPARE(json["quotes"].size(), p.quotes.size());
    QVERIFY(!json["bundles"].empty());
    QVERIFY(!jsonText(json).empty());
}

void TestDeskGate::decisionsAsJson()
{
    const Time now = at("2024-06-01T00:00:00Z");
    const auto approve = parseGateCommand(
        R"({"action": "approve_groups", "user": "ann", "proposal": 3, "hash": "ab", "groups": ["1.1", "2.3"]})", now);
    QVERIFY2(approve, approve ? "" : describe(approve.error()).c_str());
    QVERIFY(approve->kind == GateCommand::Kind::ApproveGroups);
    QVERIFY(approve->at == now);
    QCOMPARE(approve->proposal, 3U);
    QCOMPARE(approve->groups, (std::vector<GroupRef>{{0, 0}, {1, 2}}));
    const auto postpone = parseGateCommand(
        R"({"action":"postpone","user":"ann","until":"2024-06-02T00:00:00Z","at":"2024-06-01T00:30:00Z"})", now);
    QVERIFY(postpone->until == at("2024-06-02T00:00:00Z"));
    QVERIFY(postpone->at == at("2024-06-01T00:30:00Z"));
    const auto kill = parseGateCommand(R"({"action":"kill","user":"ann","reason":"!"})", now);
    QVERIFY(kill->atOnce && kill->kind == GateCommand::Kind::Kill);
    const auto state = parseGateCommand(R"({"action":"set_state","user":"a","state":"REDUCING","reason":"r"})", now);
    QVERIFY(state->state == TradingState::Reducing);
}

void TestDeskGate::badDecisions_data()
{
    QTest::addColumn<std::string>("line");
    for (const char* line : {"",
                             "approve",
                             "[]",
                             "{}",
                             R"({"user":"ann"})",
                             R"({"action":"sell"})",
                             R"({"action":1})",
                             R"({"action":"approve","proposal":-1})",
                             R"({"action":"approve","proposal":"1"})",
                             R"({"action":"approve","proposal":4294967296})",
                             R"({"action":"approve","groups":"1.1"})",
                             R"({"action":"approve","groups":["0.1"]})",
                             R"({"action":"approve","groups":["1.1x"]})",
                             R"({"action":"approve","groups":["1"]})",
                             R"({"action":"postpone","until":"tomorrow"})",
                             R"({"action":"set_state","state":"OFF"})",
                             R"({"action":"approve","colour":"red"})",
                             R"({"action":"approve","user":null})",
                             "{\"action\":\"approve\",\"user\":\"\xff\"}",
                             R"({"action":"approve")"})
        QTest::newRow(line) << std::string(line);
}

void TestDeskGate::badDecisions()
{
    QFETCH(std::string, line);
    const auto read = parseGateCommand(line, Time{});
    QVERIFY(!read);
    QCOMPARE(codeOf(read.error()), QString("CONF-016"));
}

//! Everything that happened at the gate is in the trail, with what the person saw.
void TestDeskGate::auditOfASession()
{
    const QTemporaryDir folder;
    const std::string file = folder.filePath("runs.db").toStdString();
    MadeMarket market(72);
    GatedRun run(configured("btc_basis", kNoGas + kNoLatency), market.data(), manual());
    std::int64_t clock = 1'800'000'000'000;
    auto listener = auditingListener(file, run.record->info(), "s1", [&clock] { return fromMs(++clock); });
    QVERIFY2(listener, listener ? "" : describe(listener.error()).c_str());
    auto setup = prepareRun(run.configuration, market.data(), {});
    auto record = std::make_shared<RunRecord>(describeRun(run.configuration, *setup, market.data(), "audited"));
    run.gate = std::make_shared<Gate>(GateSetup{manual(), {}, std::nullopt}, *listener);
    run.engine = std::make_unique<Engine>(std::move(*setup), record, run.gate);
    run.record = record;
    QVERIFY(run.stepToProposal());
    const std::string hash = run.gate->open()->hash;
    GateCommand wrong = run.about(GateCommand::Kind::Approve, "ann", std::chrono::minutes{1});
    wrong.hash = "0000";
    run.gate->submit(wrong);
    run.approve("ann", std::chrono::minutes{2});
    run.step();
    run.step();
    run.gate->halt("bob", "end of day", run.now() + kHour);
    run.finish();
    const auto head = verifyAuditFile(file);
    QVERIFY2(head, head ? "" : describe(head.error()).c_str());
    QVERIFY(run.engine->world().situation.netDelta > 0.1); // halted between the legs: that is what a flatten is for
    std::vector<nlohmann::json> rows;
    QVERIFY(exportAudit(file, [&](const std::string& line) {
        rows.push_back(nlohmann::json::parse(line));
        return true;
    }));
    QStringList actions;
    for (const auto& row : rows)
        actions << QString::fromStdString(row["kind"].get<std::string>() + ":" + row["action"].get<std::string>() +
                                          ":" + row["user"].get<std::string>());
    QCOMPARE(actions, (QStringList{"proposal:made:", "refusal:approve:ann", "proposal:approved:ann",
                                   "trading_state:HALTED:bob", "refusal:send:"}));
    QCOMPARE(rows[2]["seen"]["proposal"]["hash"].get<std::string>(), hash);
    QCOMPARE(rows[1]["seen"]["error"]["code"].get<std::string>(), std::string("GATE-012"));
    QCOMPARE(rows[3]["reason"].get<std::string>(), std::string("end of day"));
    QCOMPARE(rows[2]["time"].get<std::string>(), std::string("2024-06-01T00:02:00Z"));
    QCOMPARE(std::int64_t(rows.size()), head->rows);
}

//! A program that knows nothing but the lines approves a session.
void TestDeskGate::decidedByAnotherProgram()
{
    MadeMarket market(72);
    GatedRun run(configured("btc_basis", kNoGas + kNoLatency), market.data(), manual());
    std::size_t seen = 0;
    int approved = 0;
    while (run.step())
        for (; seen < run.told->size(); ++seen) {
            const auto line = gateEventToJson(run.record->info(), (*run.told)[seen]).dump();
            const auto event = nlohmann::json::parse(line);
            if (event["event"] != "proposal" || event["action"] != "made")
                continue;
            const nlohmann::json answer{{"action", "approve"},
                                        {"user", "bot"},
                                        {"proposal", event["proposal"]["proposal"]},
                                        {"hash", event["proposal"]["hash"]}};
            run.gate->submit(parseGateCommand(answer.dump(), run.now() + std::chrono::minutes{1}).value());
            ++approved;
        }
    QVERIFY(approved > 0);
    QVERIFY(run.sent() >= 9);
    QCOMPARE(run.refusals(), QString());
}

void TestDeskGate::fileHalts()
{
    const QTemporaryDir folder;
    const std::filesystem::path flag = folder.filePath("halt").toStdString();
    GatedRun run(configured("btc_basis", kNoGas + kNoLatency), MadeMarket(24).data(), manual());
    run.stepToProposal();
    QVERIFY(!haltWhileFileExists(*run.gate, flag, run.now()));
    std::filesystem::create_directory(flag); // whatever it is
    QVERIFY(haltWhileFileExists(*run.gate, flag, run.now() + std::chrono::minutes{1}));
    QVERIFY(haltWhileFileExists(*run.gate, flag, run.now() + std::chrono::minutes{1})); // asked once
    run.step();
    QVERIFY(run.gate->state() == TradingState::Halted);
    QCOMPARE(run.count(EventKind::TradingState), std::size_t{1});
    std::filesystem::remove(flag);
    QVERIFY(!haltWhileFileExists(*run.gate, flag, run.now()));
    QVERIFY(run.gate->state() == TradingState::Halted);
}

//! With a plan that nobody approved, one that was, steps between labels and a flatten.
void TestDeskGate::gatedRunsAreStored()
{
    const QTemporaryDir folder;
    GatePolicy policy = manual();
    policy.validFor = std::chrono::minutes{20};
    GatedRun run(configured("btc_basis", kNoGas + kNoLatency), MadeMarket(48).data(), policy);
    run.stepToProposal();
    run.step();
    run.stepToProposal();
    run.approve();
    run.step();
    run.step();
    run.gate->submit(run.about(GateCommand::Kind::Flatten));
    run.step();
    run.approve();
    run.finish();
    QCOMPARE(run.steps(), QString("made expired made approved made approved"));
    auto database = Database::open(folder.filePath("runs.db").toStdString(), Database::Mode::ReadWrite);
    const auto summary = summarise(*run.record, run.engine->finalState(), 0);
    const auto stored = storeRun(*database, *run.record, summary);
    QVERIFY2(stored, stored ? "" : describe(stored.error()).c_str());
    const auto read = showRun(*database, "test");
    QVERIFY2(read, read ? "" : describe(read.error()).c_str());
    QCOMPARE(read->plans.size(), std::size_t{3});
    QVERIFY(read->plans[0].outcome == PlanOutcome::Expired);
    QVERIFY(read->plans[1].outcome == PlanOutcome::Completed);
    QVERIFY(read->plans[2].outcome == PlanOutcome::Completed);
    const auto loaded = loadRecord(*database, "test");
    QVERIFY2(loaded, loaded ? "" : describe(loaded.error()).c_str());
    QCOMPARE(text(resultDigest(**loaded)), text(resultDigest(*run.record)));
    RunView view(*loaded);
    view.seek((*loaded)->committed() - 1);
    QVERIFY(view.outcome(1) == PlanOutcome::Expired);
    const StepEnds& ends = (*loaded)->ends((*loaded)->committed() - 1);
    for (std::size_t i = 0; i < ends.events; ++i)
        QVERIFY(!describeEvent(**loaded, (*loaded)->event(i)).empty());
}

QTEST_APPLESS_MAIN(TestDeskGate)
#include "tst_desk_gate.moc"
