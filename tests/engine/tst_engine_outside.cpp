// SPDX-License-Identifier: GPL-3.0-or-later
// Sessions with paper venues that keep books of their own.
#include "support/paper_person.h"
#include "support/same_record.h"

#include <numeric>
#include <random>

using namespace carry;
using namespace carry::test;

class TestEngineOutside : public QObject
{
    Q_OBJECT

  private slots:
    void withoutFaultsItIsTheBacktest_data();
    void withoutFaultsItIsTheBacktest();
    void resumedItIsTheSame_data();
    void resumedItIsTheSame();
    void halfDoneIsRepaired();
    void differencesStopNewRisk();
    void differencesAreAnsweredAtTheGate();
    void flowsAreNoDifferences();
    void aFillIsReportedAsAWhole();
    void legsFollowAtTheSameOpen();
    void repairIsProposedAtOnce();
    void unhedgedIsMeasuredUntilItIsRepaired();
    void lostCancelIsSentAgain();
    void lateAnswersSayNothingOfLaterAttempts();
    void campaign();
};

namespace
{

double unit(std::mt19937_64& random)
{
    return static_cast<double>(random() >> 11U) * 0x1p-53;
}

//! Prices that move enough to make a strategy act.
MadeMarket busyMarket(std::uint64_t seed, Asset base, std::size_t hours)
{
    std::mt19937_64 random(seed);
    const double level = base == Asset::ETH ? 2'000 : 60'000;
    std::vector<double> path(hours);
    double price = level;
    for (double& p : path) {
        p = price;
        price *= std::exp(0.02 * (2 * unit(random) - 1));
    }
    MadeMarket market(hours, base, level);
    for (const Venue venue : kExchanges) {
        const double off = 1 + 0.001 * (2 * unit(random) - 1);
        market.prices(venue, [path, off](std::size_t h) { return path[h] * off; });
        market.funding(venue, [](std::size_t k) { return k % 2 == 0 ? 0.0003 : -0.0001; });
    }
    if (base == Asset::ETH)
        market.chain({}).gas(12);
    return market;
}

struct Case {
    std::string strategy;
    Asset base;
    Assignments more;
};

const std::array kCases{
    Case{"btc_basis", Asset::BTC, {}},
    Case{"eth_basis", Asset::ETH, {}},
    Case{"eth_leveraged", Asset::ETH, {"capital=100", "leverage.mode=atomic"}},
    Case{"eth_leveraged", Asset::ETH, {"capital=100", "leverage.mode=loop"}},
    Case{"usdt_eth_staking_hedged_leveraged", Asset::ETH, {"capital=400000"}},
};

const char* const kFlows =
    "flows.schedule=2024-06-01T20:00:00Z +1000, 2024-06-02T12:00:00Z -2500, 2024-06-03T02:00:00Z +5000";
const char* const kFlowsEth =
    "flows.schedule=2024-06-01T20:00:00Z +5, 2024-06-02T12:00:00Z -12, 2024-06-03T02:00:00Z +9";

RunConfiguration configurationOf(const Case& c)
{
    return configured(c.strategy, c.more + Assignments{c.strategy.starts_with("eth_leveraged") ? kFlowsEth : kFlows});
}

PaperFaults drawFaults(std::uint64_t seed)
{
    std::mt19937_64 random(seed * 7919 + 1);
    const auto share = [&](double most) { return unit(random) < 0.4 ? 0.0 : most * unit(random); };
    PaperFaults f;
    f.seed = seed;
    f.latency = Duration{static_cast<std::int64_t>(share(8'000))};
    f.lostRequest = share(0.3);
    f.lostAnswer = share(0.3);
    f.lostQuery = share(0.3);
    f.refused = share(0.1);
    f.rateLimited = share(0.3);
    f.duplicated = share(0.3);
    f.partial = share(0.5);
    f.cancelledRest = share(0.4);
    f.disconnected = share(0.1);
    f.disconnectedFor = Duration{static_cast<std::int64_t>(1'000 + 3'600'000 * unit(random))};
    return f;
}

} // namespace

void TestEngineOutside::withoutFaultsItIsTheBacktest_data()
{
    QTest::addColumn<int>("which");
    for (int i = 0; i < int(kCases.size()); ++i)
        QTest::addRow("%d %s", i, kCases[std::size_t(i)].strategy.c_str()) << i;
}

void TestEngineOutside::withoutFaultsItIsTheBacktest()
{
    QFETCH(int, which);
    const Case& c = kCases[std::size_t(which)];
    const MarketData data = busyMarket(std::uint64_t(which) + 3, c.base, 120).data();
    const RunConfiguration configuration = configurationOf(c);
    DrivenRun plain(configuration, data);
    plain.finish();
    PaperRun paper{configuration, data, {}, std::nullopt};
    paper.finish();
    QCOMPARE(paper.problems(), QString());
    QCOMPARE(paper.record->committed(), plain.record->committed());
    for (std::size_t s = 0; s < plain.record->committed(); ++s)
        for (std::size_t k = 0; k < plain.record->layout().count(); ++k)
            if (!sameBits(plain.record->at(s, k), paper.record->at(s, k)))
                QFAIL(qPrintable(QString("%1 at %2: %3, in paper %4")
                                     .arg(text(plain.record->layout().name(k)), text(formatIso(plain.record->time(s))))
                                     .arg(plain.record->at(s, k), 0, 'g', 17)
                                     .arg(paper.record->at(s, k), 0, 'g', 17)));
    QCOMPARE(text(resultDigest(*paper.record)), text(resultDigest(*plain.record)));
    QVERIFY(plain.ends().plans > 1);
}

void TestEngineOutside::resumedItIsTheSame_data()
{
    withoutFaultsItIsTheBacktest_data();
}

//! A session that is killed again and again comes to the state of one that was not.
void TestEngineOutside::resumedItIsTheSame()
{
    QFETCH(int, which);
    const Case& c = kCases[std::size_t(which)];
    const MarketData data = busyMarket(std::uint64_t(which) + 3, c.base, 72).data();
    const RunConfiguration configuration = configurationOf(c);
    PaperRun whole{configuration, data, {}, std::nullopt};
    whole.finish();
    std::mt19937_64 random(17);
    PaperRun killed{configuration, data, {}, std::nullopt};
    int left = 40;
    killed.finish([&] { return left-- > 0 ? int(random() % 120) : -1; });
    QCOMPARE(killed.problems(), QString());
    QVERIFY2(killed.kills >= 10, qPrintable(QString::number(killed.kills)));
    QVERIFY(std::abs(killed.engine->world().books.nav() / whole.engine->world().books.nav() - 1) < 0.05);
}

//! The venue fills one leg in part and cancels the rest: the hedge is restored by a plan of its own.
void TestEngineOutside::halfDoneIsRepaired()
{
    const MarketData data = MadeMarket(48).data();
    PaperFaults faults;
    faults.seed = 5;
    faults.partial = 0.5;
    faults.cancelledRest = 1;
    PaperRun run{configured("btc_basis", kNoLatency), data, faults, std::nullopt};
    run.finish();
    QCOMPARE(run.problems(), QString());
    QVERIFY(run.count(EventKind::PlanFailed) > 0);
    QVERIFY(run.decisions(Reason::RestoreHedge) > 0);
    QVERIFY(std::abs(run.engine->world().situation.deltaDrift) < 0.02);
    std::size_t parts = 0;
    for (std::size_t i = 0; i < run.ends().transitions; ++i)
        parts += run.record->transition(i).to == InstructionState::PartiallyFilled ? 1U : 0U;
    QVERIFY(parts > 0);
}

//! Something is taken at an exchange by other hands: shown, and nothing that adds risk is proposed.
void TestEngineOutside::differencesStopNewRisk()
{
    const MarketData data = MadeMarket(48).data();
    PaperRun run{configured("btc_basis", kNoLatency + Assignments{"flows.schedule=2024-06-01T20:00:00Z +20000"}),
                 data,
                 {},
                 std::nullopt};
    run.start();
    for (int i = 0; i < 10; ++i)
        run.step();
    const ChartOfAccounts& chart = run.engine->world().books.chart();
    const AccountId there = chart.exchange(Venue::Bybit).usdt;
    run.venues->interfere({there, chart.outside(Asset::USDT), Cause::External, 0, Decimal::parse("100").value()});
    for (int i = 0; i < 14; ++i)
        run.step();
    const OutsideStatus status = run.outside->status();
    QCOMPARE(status.differences.size(), std::size_t{1});
    QCOMPARE(status.differences.front().account, there);
    QCOMPARE((status.differences.front().ours - status.differences.front().theirs).toString(), std::string("100"));
    QVERIFY(run.count(EventKind::Reconciliation) == 1);
    QVERIFY(run.decisions(Reason::BooksDiffer) > 0);
    run.outside->adoptBalances(); // a person takes the venue's word
    while (run.step()) {
    }
    QCOMPARE(run.problems(), QString());
}

//! What a person answers is told and done once, and is a withdrawal to all figures.
void TestEngineOutside::differencesAreAnsweredAtTheGate()
{
    const MarketData data = MadeMarket(120).data();
    PaperFaults faults;
    faults.seed = 3;
    faults.foreign = 0.02;
    faults.foreignUsdt = 100;
    PaperRun run{configured("btc_basis"), data, faults, GatePolicy{}};
    run.policy->mode = GateMode::Automatic;
    run.start();
    const auto adopt = [&run](const char* reason) {
        GateCommand command;
        command.kind = GateCommand::Kind::AdoptBalances;
        command.at = run.engine->world().now + Duration{1};
        command.user = "ann";
        command.reason = reason;
        run.gate->submit(command);
        run.step();
    };
    adopt("nothing differs yet");
    QCOMPARE(run.count(EventKind::GateRefusal), std::size_t{1});
    int answered = 0;
    while (run.step())
        if (run.outside->differs()) {
            QVERIFY(!run.outside->differences().empty());
            adopt("withdrawn by hand");
            QVERIFY(!run.outside->differs());
            ++answered;
        }
    QVERIFY(answered > 1);
    QCOMPARE(run.problems(), QString());
    QVERIFY(run.decisions(Reason::BooksDiffer) == 0); // each was answered before the strategy was asked again
    // What somebody else took is no loss.
    for (std::size_t s = 0; s < run.record->committed(); ++s)
        QVERIFY(run.record->at(s, ColumnLayout::step(StepColumn::Drawdown)) < 0.004);
}

//! Balances that a venue told before money came or went are not compared with the ledger after it.
void TestEngineOutside::flowsAreNoDifferences()
{
    const MarketData data = MadeMarket(96).data();
    PaperFaults faults;
    faults.latency = Duration{3'000};
    PaperRun run{configured("btc_basis", {kFlows}), data, faults, std::nullopt};
    run.finish();
    QCOMPARE(run.problems(), QString());
    QVERIFY(run.count(EventKind::Deposit) > 0 && run.count(EventKind::WithdrawalPaid) > 0);
    QCOMPARE(run.count(EventKind::Reconciliation), std::size_t{0});
    QVERIFY(run.outside->status().reconciliations > 100);
}

//! Reports come late, but no step shows half a trade.
void TestEngineOutside::aFillIsReportedAsAWhole()
{
    const MarketData data = MadeMarket(48).data();
    PaperFaults faults;
    faults.latency = Duration{3'000};
    PaperRun run{configured("btc_basis"), data, faults, std::nullopt};
    run.finish();
    QCOMPARE(run.problems(), QString());
    for (std::size_t s = 0; s < run.record->committed(); ++s) // prices stand still: only costs take something away
        QVERIFY2(run.record->at(s, ColumnLayout::step(StepColumn::Drawdown)) < 0.01,
                 formatIso(run.record->time(s)).c_str());
    QCOMPARE(run.count(EventKind::PlanInterrupted), std::size_t{0});
}

//! Answers come seconds late: the hedge is still sold at the open at which the coins were bought, not an hour later.
void TestEngineOutside::legsFollowAtTheSameOpen()
{
    const MarketData data = MadeMarket(48).data();
    PaperFaults faults;
    faults.latency = Duration{3'000};
    PaperRun run{configured("btc_basis"), data, faults, GatePolicy{}};
    run.finish();
    QCOMPARE(run.problems(), QString());
    std::map<InstructionId, Time> bought, sold;
    for (std::size_t i = 0; i < run.ends().instructions; ++i) {
        const Instruction& order = run.record->instruction(i).instruction;
        auto& filled = std::holds_alternative<SpotTrade>(order.body) ? bought : sold;
        if (!std::holds_alternative<SpotTrade>(order.body) && !std::holds_alternative<PerpTrade>(order.body))
            continue;
        for (std::size_t k = 0; k < run.ends().transitions; ++k)
            if (const TransitionRecord& t = run.record->transition(k);
                t.instruction == order.id && t.to == InstructionState::Confirmed)
                filled[order.id] = fromMs(t.timeMs);
    }
    QCOMPARE(bought.size(), std::size_t{3});
    QCOMPARE(sold.size(), std::size_t{3});
    for (const auto& [id, at] : sold) {
        const Duration later = at - bought.begin()->second;
        QVERIFY2(later > Duration{} && later < std::chrono::minutes{1}, std::to_string(later.count()).c_str());
    }
    QCOMPARE(run.count(EventKind::PlanUnhedged), std::size_t{1});
    for (std::size_t i = 0; i < run.ends().events; ++i)
        if (const JournalEvent& event = run.record->event(i); event.kind == EventKind::PlanUnhedged)
            QVERIFY2(event.numbers[2] > 0 && event.numbers[2] < 60, std::to_string(event.numbers[2]).c_str());
}

namespace
{

//! One of three venues fills in part and cancels the rest.
PaperRun halfDone(const MarketData& data)
{
    PaperFaults faults;
    faults.seed = 5;
    faults.partial = 0.5;
    faults.cancelledRest = 1;
    return {configured("btc_basis", kNoLatency), data, faults, GatePolicy{}};
}

//! Of the first one of that kind.
std::optional<Time> timeOf(const PaperRun& run, EventKind kind)
{
    for (std::size_t i = 0; i < run.ends().events; ++i)
        if (run.record->event(i).kind == kind)
            return run.record->time(run.record->event(i).step);
    return std::nullopt;
}

} // namespace

void TestEngineOutside::repairIsProposedAtOnce()
{
    const MarketData data = MadeMarket(48).data();
    PaperRun run = halfDone(data);
    run.finish();
    QCOMPARE(run.problems(), QString());
    const auto failed = timeOf(run, EventKind::PlanFailed);
    QVERIFY(failed);
    for (std::size_t i = 0; i < run.ends().decisions; ++i)
        if (const DecisionRecord& decision = run.record->decision(i); decision.reason == Reason::RestoreHedge) {
            QCOMPARE(run.record->time(decision.step) - *failed, Duration{1});
            return;
        }
    QFAIL("no repair");
}

//! From the failure on it counts for the plan that restores the hedge, at whatever time that is sent.
void TestEngineOutside::unhedgedIsMeasuredUntilItIsRepaired()
{
    const MarketData data = MadeMarket(48).data();
    PaperRun run = halfDone(data);
    run.finish();
    std::vector<JournalEvent> measured;
    for (std::size_t i = 0; i < run.ends().events; ++i)
        if (run.record->event(i).kind == EventKind::PlanUnhedged)
            measured.push_back(run.record->event(i));
    QVERIFY(measured.size() >= 2);
    const Time failed = run.record->time(measured[0].step);
    const Time repaired = run.record->time(measured[1].step);
    QVERIFY(repaired - failed > std::chrono::minutes{30}); // it waited for the next open
    QCOMPARE(measured[1].numbers[2], static_cast<double>((repaired - failed).count()) / 1'000);
    QVERIFY(measured[1].numbers[0] > 0 && measured[1].numbers[1] > 0);
    const double flat = measured[1].numbers[1] * measured[1].numbers[2]; // prices stand still
    QVERIFY2(std::abs(measured[1].numbers[0] / flat - 1) < 0.01, std::to_string(measured[1].numbers[0] / flat).c_str());
}

//! Trading is halted while a venue is not connected: what waits there for the next open is called back once it is.
void TestEngineOutside::lostCancelIsSentAgain()
{
    const MarketData data = busyMarket(3, Asset::BTC, 30).data();
    const auto trades = [](const Instruction& i) {
        return std::holds_alternative<SpotTrade>(i.body) || std::holds_alternative<PerpTrade>(i.body);
    };
    int calledBack = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        PaperFaults faults;
        faults.seed = seed;
        faults.partial = 1; // the rest waits for 20 minutes
        faults.partAfter = std::chrono::minutes{20};
        faults.disconnected = 1;
        faults.disconnectedFor = std::chrono::minutes{5};
        GatePolicy automatic;
        automatic.mode = GateMode::Automatic;
        PaperRun run{configured("btc_basis", kNoGas + kNoLatency), data, faults, automatic};
        InstructionId lost = 0;
        Time halted{};
        run.look = [&] {
            const auto& plan = run.engine->world().plan;
            if (lost != 0 || !plan.open())
                return;
            const OutsideStatus status = run.outside->status();
            for (const Phase& phase : plan.plan->phases)
                for (const Group& group : phase.groups)
                    for (const Instruction& i : group.instructions) {
                        const InstructionState state = plan.states[i.id - plan.firstId()];
                        const bool open = state == InstructionState::PartiallyFilled;
                        if (lost == 0 && open && trades(i) && !status.connected[index(streamOf(i.body))]) {
                            lost = i.id;
                            halted = run.engine->world().now + Duration{1};
                            run.gate->halt("ann", "venue trouble", halted);
                        }
                    }
        };
        run.finish();
        QCOMPARE(run.problems(), QString());
        if (lost == 0)
            continue;
        InstructionState end = InstructionState::Planned;
        Time first{};
        for (std::size_t t = 0; t < run.ends().transitions; ++t)
            if (const TransitionRecord& transition = run.record->transition(t); transition.instruction == lost) {
                end = transition.to;
                if (end == InstructionState::PartiallyFilled)
                    first = run.record->time(transition.step);
            }
        if (halted + faults.disconnectedFor > first + faults.partAfter - std::chrono::minutes{1})
            continue; // the rest may be filled before the connection is back
        QVERIFY2(end == InstructionState::Cancelled, qPrintable(QString("seed %1").arg(seed)));
        ++calledBack;
    }
    QVERIFY2(calledBack > 5, qPrintable(QString::number(calledBack)));
}

//! Answers that take minutes: one to an earlier attempt comes while a later one is under way.
void TestEngineOutside::lateAnswersSayNothingOfLaterAttempts()
{
    const MarketData data = busyMarket(3, Asset::BTC, 30).data();
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        PaperFaults faults;
        faults.seed = seed;
        faults.latency = std::chrono::seconds{seed % 2 == 0 ? 600 : 40};
        faults.lostRequest = 0.3;
        faults.rateLimited = 0.3;
        faults.retryAfter = std::chrono::seconds{1};
        PaperRun run{configured("btc_basis", kNoGas + kNoLatency), data, faults, std::nullopt};
        run.finish();
        QVERIFY2(run.problems().isEmpty(), qPrintable(QString("seed %1: %2").arg(seed).arg(run.problems())));
    }
}

//! Whatever goes wrong, in the end ledger and venues agree and nothing was carried out twice.
void TestEngineOutside::campaign()
{
    int sessions = 500;
    if (const char* given = std::getenv("CARRYDESK_CAMPAIGN_SESSIONS"); given != nullptr)
        sessions = std::max(1, std::atoi(given));
    int kills = 0;
    std::size_t repairs = 0, resent = 0, gaps = 0, connections = 0, failed = 0, repeated = 0;
    std::size_t proposals = 0;
    std::map<GateCommand::Kind, int> did;
    int expired = 0;
    int first = 0;
    if (const char* given = std::getenv("CARRYDESK_CAMPAIGN_FIRST"); given != nullptr)
        first = std::atoi(given);
    std::vector<int> seeds(static_cast<std::size_t>(sessions));
    std::iota(seeds.begin(), seeds.end(), first);
    // Found something: a fill at the very end, another one in the last step, a transfer that arrived before it left.
    seeds.insert(seeds.end(), {1135, 2355, 7114});
    for (const int seed : seeds) {
        const Case& c = kCases[std::size_t(seed) % kCases.size()];
        const MarketData data = busyMarket(std::uint64_t(seed), c.base, 60).data();
        std::mt19937_64 random{std::uint64_t(seed)};
        PaperPerson person{std::uint64_t(seed)};
        PaperRun run{configurationOf(c), data, drawFaults(std::uint64_t(seed)), std::nullopt};
        const bool asks = seed / int(kCases.size()) % 2 == 1;
        if (asks) {
            run.policy.emplace().mode = GateMode::Manual;
            run.look = [&] { person.look(run); };
        }
        int left = int(random() % 4);
        run.finish([&] { return left-- > 0 ? int(random() % 150) : -1; });
        const QString problems = run.problems() + (asks ? person.problems(run) : QString());
        QVERIFY2(problems.isEmpty(), qPrintable(QString("seed %1: %2").arg(seed).arg(problems)));
        kills += run.kills;
        const OutsideStatus status = run.outside->status();
        resent += status.resent;
        gaps += status.gaps;
        repeated += status.repeated;
        connections += run.count(EventKind::Connection);
        failed += run.count(EventKind::PlanFailed);
        repairs += run.decisions(Reason::RestoreHedge);
        proposals += person.answered.size();
        for (const auto& [kind, times] : person.did)
            did[kind] += times;
        expired += person.expired;
    }
    qInfo("%d sessions: %d kills, %zu resent, %zu gaps, %zu repeated, %zu changes of connection, %zu plans failed, %zu "
          "hedges restored",
          sessions, kills, resent, gaps, repeated, connections, failed, repairs);
    using Kind = GateCommand::Kind;
    qInfo("somebody was asked %zu times: %d approvals, %d by group, %d rejected, %d left to expire, %d postponed, %d "
          "left",
          proposals, did[Kind::Approve], did[Kind::ApproveGroups], did[Kind::Reject], expired, did[Kind::Postpone],
          did[Kind::Flatten]);
    QVERIFY(sessions < 100 ||
            std::ranges::all_of(std::array{did[Kind::Approve], did[Kind::ApproveGroups], expired, did[Kind::Reject],
                                           did[Kind::Postpone], did[Kind::Flatten]},
                                [](int times) { return times > 10; }));
    QVERIFY(sessions < 100 || (kills > 0 && resent > 0 && gaps > 0 && repeated > 0 && connections > 0 && failed > 0));
}

QTEST_APPLESS_MAIN(TestEngineOutside)
#include "tst_engine_outside.moc"
