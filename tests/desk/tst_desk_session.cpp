// SPDX-License-Identifier: GPL-3.0-or-later
// Sessions: pace, decisions by people, what is kept of them, and going on with one that was cut off.
#include "desk/audit.h"
#include "desk/fork.h"
#include "desk/session.h"
#include "desk/session_venues.h"
#include "desk/stored_demo.h"
#include "support/made_market.h"

#include <QFile>
#include <QThread>
#include <SQLiteCpp/SQLiteCpp.h>

#include <atomic>

using namespace carry;
using namespace carry::test;

namespace
{

//! Time that passes when it is told to.
struct TestClock {
    std::shared_ptr<std::atomic<std::int64_t>> ns = std::make_shared<std::atomic<std::int64_t>>(0);
    void advance(std::chrono::nanoseconds by) const { *ns += by.count(); }
    std::function<std::chrono::nanoseconds()> reader() const
    {
        return [t = ns] { return std::chrono::nanoseconds(t->load()); };
    }
};

//! Waits for something that happens on the session's thread.
template <class What> bool soon(What&& what)
{
    for (int i = 0; i < 2'000; ++i) {
        if (what())
            return true;
        QThread::msleep(5);
    }
    return false;
}

RunConfiguration basis()
{
    return configured("btc_basis", kNoGas + kNoLatency);
}

GateCommand about(const Proposal& p, GateCommand::Kind kind, const std::string& reason = {})
{
    GateCommand command;
    command.kind = kind;
    command.user = "ann";
    command.reason = reason;
    command.proposal = p.number;
    command.hash = p.hash;
    return command;
}

//! A session without a pace that waits for its person.
struct Desk {
    RunsFile folder;
    RunConfiguration configuration = basis();
    MarketData data = MadeMarket(96).data();
    std::unique_ptr<Session> session;
    std::shared_ptr<std::mutex> mutex = std::make_shared<std::mutex>();
    std::shared_ptr<QStringList> told = std::make_shared<QStringList>();

    SessionOptions options(double speed = TapeFeed::kUnpaced) const
    {
        SessionOptions o;
        o.feed.speed = speed;
        o.waitForDecision = true;
        o.database = folder.path();
        o.gateText = "[gate]\nvalid_for_min = 90\n";
        o.user = "ann";
        o.onEvent = [m = mutex, t = told](const RunInfo&, const GateEvent& e) {
            const std::lock_guard lock(*m);
            const bool proposal = e.kind == GateEvent::Kind::Proposal;
            const bool state = e.kind == GateEvent::Kind::TradingState;
            *t << (proposal ? text(toText(e.step)) : state ? text(toText(e.to)) : text(e.error->codeText()));
        };
        return o;
    }
    void start(SessionOptions o) { session = must(Session::start(configuration, data, std::move(o))); }
    std::shared_ptr<const Proposal> next() const
    {
        const bool came = soon([&] { return session->openProposal() != nullptr || session->ended(); });
        return came ? session->openProposal() : nullptr;
    }
    bool answered(const Proposal& p) const
    {
        return soon([&] {
            const auto open = session->openProposal();
            return open == nullptr || open->number != p.number;
        });
    }
    //! Approves everything to the end.
    BacktestResult approveAll() const
    {
        while (const auto open = next()) {
            session->submit(about(*open, GateCommand::Kind::Approve));
            if (!answered(*open))
                qFatal("nothing came of an approval");
        }
        return must(session->wait());
    }
    QString events() const
    {
        const std::lock_guard lock(*mutex);
        return told->join(' ');
    }
};

} // namespace

class TestDeskSession : public QObject
{
    Q_OBJECT

  private slots:
    void liveIsRefused();
    void feeds_data();
    void feeds();
    void decidesAndVerifies();
    void partByPart();
    void expires();
    void automaticGateIsTheBacktest();
    void pace();
    void pauseAndSpeed();
    void commandsWhilePaused();
    void waitsNoLongerThanForTheAnswer();
    void haltFile();
    void stopAndResume();
    void resumeInTheMiddleOfAPlan();
    void resumeRefusesAnotherStory();
    void wakeIsCoalesced();
    void driftGrowsOld();
    void noDatabase();
    void forksAreRefused();
};

void TestDeskSession::liveIsRefused()
{
    Desk desk;
    SessionOptions o = desk.options();
    o.mode = SessionMode::Live;
    QCOMPARE(codeOf(Session::start(desk.configuration, desk.data, o)), QString("SESSION-001"));
    QVERIFY(!QFile::exists(QString::fromStdString(desk.folder.path())));
}

void TestDeskSession::feeds_data()
{
    QTest::addColumn<QString>("feed");
    QTest::addColumn<double>("speed");
    QTest::newRow("real time") << "tape:1" << 1.0;
    QTest::newRow("fast") << "tape:3600" << 3'600.0;
    QTest::newRow("between") << "tape:2.5" << 2.5;
    QTest::newRow("max") << "tape:max" << TapeFeed::kUnpaced;
    for (const char* bad : {"", "tape", "tape:", "tape:0", "tape:0.5", "tape:3601", "tape:nan", "tape:1x", "socket:1"})
        QTest::newRow(qPrintable(QString("'%1'").arg(bad))) << bad << -1.0;
}

void TestDeskSession::feeds()
{
    QFETCH(QString, feed);
    QFETCH(double, speed);
    const auto parsed = parseFeed(feed.toStdString());
    if (speed < 0) {
        QCOMPARE(codeOf(parsed), QString("CONF-011"));
        return;
    }
    QCOMPARE(must(parsed).speed, speed);
    QCOMPARE(QString::fromStdString(toText(*parsed)), feed);
}

//! A person rejects, re-evaluates and approves; afterwards the run comes out the same from what was kept.
void TestDeskSession::decidesAndVerifies()
{
    Desk desk;
    desk.start(desk.options());
    const auto first = desk.next();
    QVERIFY(first);
    QVERIFY(desk.session->state().held == HeldFor::Proposal);
    QCOMPARE(desk.session->submit(about(*first, GateCommand::Kind::Reject, "too dear")), std::uint64_t{1});
    QVERIFY(desk.answered(*first));
    const auto second = desk.next();
    QVERIFY(second && second->number == 2);
    QVERIFY(second->made >= first->made + 4 * kHour); // the gate's pause after a rejection
    desk.session->submit(about(*second, GateCommand::Kind::Reevaluate));
    QVERIFY(desk.answered(*second));
    const BacktestResult result = desk.approveAll();
    QVERIFY(result.summary.status == RunStatus::Done);
    QVERIFY(!result.storeError);
    QVERIFY(result.summary.plansCompleted > 0);
    QVERIFY(desk.events().startsWith("made rejected made replaced made approved"));
    QVERIFY(desk.session->state().ended);
    QCOMPARE(desk.session->submit(about(*first, GateCommand::Kind::Approve)), std::uint64_t{0});
    QString late;
    desk.session->askPart(first->number, first->bundles.front().groups,
                          [&](const auto& part) { late = text(part.error().codeText()); });
    QCOMPARE(late, QString("GATE-012"));
    QVERIFY(!desk.session->proposalSeconds().empty());

    const std::string id = result.record->info().runId;
    const auto stored = must(showStoredSession(desk.folder.path(), id));
    QVERIFY(stored && stored->mode == "PAPER" && stored->feed == "tape:max" && stored->user == "ann");
    QVERIFY(verifyAuditFile(desk.folder.path()));
    const auto gate = must(gateOfStoredSession(desk.folder.path(), id));
    QVERIFY(gate != nullptr);
    BacktestOptions again;
    again.gate = gate;
    const auto repeated = must(runBacktest(desk.configuration, desk.data, again));
    QCOMPARE(repeated.summary.resultDigest, result.summary.resultDigest);
}

//! The clock passes while a part is carried out, and stands again when only the rest is left.
void TestDeskSession::partByPart()
{
    Desk desk;
    SessionOptions o = desk.options();
    o.gateText = "[gate]\nvalid_for_min = 600\n";
    desk.start(o);
    const auto open = desk.next();
    QVERIFY(open && open->bundles.size() == 3);
    for (const GroupBundle& bundle : open->bundles) {
        const bool first = &bundle == &open->bundles.front();
        QVERIFY(soon([&] { return desk.session->state().held == (first ? HeldFor::Proposal : HeldFor::Rest); }));
        const Time before = desk.session->state().clock;
        GateCommand command = about(*open, GateCommand::Kind::ApproveGroups);
        command.groups = bundle.groups;
        desk.session->submit(command);
        const bool last = &bundle == &open->bundles.back();
        QVERIFY(soon([&] {
            const SessionState now = desk.session->state();
            return last ? !desk.session->openProposal() : now.held == HeldFor::Rest && now.clock > before;
        }));
    }
    desk.session->setWaitForDecision(false);
    must(desk.session->wait());
    QVERIFY2(desk.events().startsWith("made approved_in_part approved_in_part approved"), qPrintable(desk.events()));
}

void TestDeskSession::expires()
{
    Desk desk;
    desk.start(desk.options());
    const auto open = desk.next();
    QVERIFY(open);
    desk.session->letGo();
    QVERIFY(desk.answered(*open));
    desk.session->setWaitForDecision(false);
    const auto result = must(desk.session->wait());
    QVERIFY(desk.events().startsWith("made expired made expired"));
    QCOMPARE(result.summary.plansCompleted, std::uint64_t{0});
}

void TestDeskSession::automaticGateIsTheBacktest()
{
    Desk desk;
    SessionOptions o = desk.options();
    o.gateText = "gate.mode = \"automatic\"\n";
    o.mode = SessionMode::Backtest;
    desk.start(o);
    const auto session = must(desk.session->wait());
    const auto backtest = must(runBacktest(desk.configuration, desk.data, {}));
    QCOMPARE(session.summary.resultDigest, backtest.summary.resultDigest);
}

//! Simulated time passes by the clock that was given, and no step comes early.
void TestDeskSession::pace()
{
    Desk desk;
    const TestClock clock;
    SessionOptions o = desk.options(60);
    o.monotonic = clock.reader();
    o.gateText = "gate.mode = \"automatic\"\n";
    desk.start(o);
    const auto record = desk.session->record();
    QVERIFY(soon([&] { return record->committed() == 1; }));
    const Time begin = record->time(0);
    clock.advance(std::chrono::seconds{59}); // 59 minutes
    QVERIFY(soon([&] { return desk.session->state().clock == begin + std::chrono::minutes{59}; }));
    QThread::msleep(60);
    for (std::size_t i = 0; i < record->committed(); ++i)
        QVERIFY(record->time(i) <= begin + std::chrono::minutes{59}); // arrivals only
    const std::size_t before = record->committed();
    clock.advance(std::chrono::seconds{1});
    QVERIFY(soon([&] { return record->committed() > before; }));
    QVERIFY(record->time(record->committed() - 1) == begin + kHour);
}

void TestDeskSession::pauseAndSpeed()
{
    Desk desk;
    const TestClock clock;
    SessionOptions o = desk.options(1);
    o.monotonic = clock.reader();
    o.gateText = "gate.mode = \"automatic\"\n";
    desk.start(o);
    Session& session = *desk.session;
    QVERIFY(soon([&] { return session.record()->committed() == 1; }));
    const Time begin = session.record()->time(0);
    session.pause();
    clock.advance(std::chrono::hours{5});
    QVERIFY(session.state().paused);
    QVERIFY(session.state().clock == begin);
    session.resume();
    clock.advance(std::chrono::minutes{30});
    session.setSpeed(3'600);
    QVERIFY(session.state().clock == begin + std::chrono::minutes{30});
    clock.advance(std::chrono::seconds{1});
    QVERIFY(session.state().clock == begin + std::chrono::minutes{90});
    QVERIFY(soon([&] { return session.state().step == begin + kHour; }));
    session.setSpeed(TapeFeed::kUnpaced);
    QVERIFY(must(session.wait()).summary.status == RunStatus::Done);
}

//! A halt and a decision take effect although the clock stands.
void TestDeskSession::commandsWhilePaused()
{
    Desk desk;
    const TestClock clock;
    SessionOptions o = desk.options(1);
    o.waitForDecision = false;
    o.monotonic = clock.reader();
    desk.start(o);
    const auto open = desk.next();
    QVERIFY(open);
    desk.session->pause();
    const Time at = desk.session->state().clock;
    QVERIFY(desk.session->halt("look first") > 0);
    QVERIFY(soon([&] { return desk.session->state().trading == TradingState::Halted; }));
    QVERIFY(desk.session->openProposal() == nullptr);
    QVERIFY(desk.session->state().clock == at + Duration{1});
    GateCommand active;
    active.kind = GateCommand::Kind::SetState;
    active.state = TradingState::Active;
    active.reason = "looked";
    desk.session->submit(active);
    QVERIFY(soon([&] { return desk.session->state().trading == TradingState::Active; }));
    desk.session->stop();
    QVERIFY(must(desk.session->wait()).summary.status == RunStatus::Interrupted);
    QCOMPARE(desk.events(), QString("made HALTED halted ACTIVE"));
    const auto stored = must(showStoredSession(desk.folder.path(), desk.session->record()->info().runId));
    QCOMPARE(stored->tradingState, std::string("ACTIVE"));
}

//! Whoever is told that balances were adopted does not hear that the session still waits for it.
void TestDeskSession::waitsNoLongerThanForTheAnswer()
{
    Desk desk;
    SessionOptions o = desk.options();
    o.gateText = "gate.mode = \"automatic\"\n";
    o.faults = "seed=7,foreign=0.05";
    std::atomic<int> adopted = 0;
    std::atomic<bool> waited = false;
    o.onEvent = [&](const RunInfo&, const GateEvent& e) {
        if (e.kind != GateEvent::Kind::Balances || !e.adopted)
            return;
        waited = waited || desk.session->state().held != HeldFor::Nothing;
        ++adopted;
    };
    desk.start(o);
    QVERIFY(soon([&] { return desk.session->state().held == HeldFor::Balances; }));
    GateCommand command;
    command.kind = GateCommand::Kind::AdoptBalances;
    command.user = "ann";
    command.reason = "fees";
    desk.session->submit(command);
    must(desk.session->wait());
    QCOMPARE(adopted.load(), 1);
    QVERIFY(!waited);
}

void TestDeskSession::haltFile()
{
    Desk desk;
    SessionOptions o = desk.options();
    o.haltFile = desk.folder.path("halt");
    desk.start(o);
    QVERIFY(desk.next());
    QFile flag(QString::fromStdString(desk.folder.path("halt")));
    QVERIFY(flag.open(QIODevice::WriteOnly));
    QVERIFY(soon([&] { return desk.session->state().trading == TradingState::Halted; }));
    const auto result = must(desk.session->wait());
    QCOMPARE(desk.events(), QString("made HALTED halted"));
    BacktestOptions again;
    again.gate = must(gateOfStoredSession(desk.folder.path(), result.record->info().runId));
    QCOMPARE(must(runBacktest(desk.configuration, desk.data, again)).summary.resultDigest, result.summary.resultDigest);
}

//! Stopped while a proposal waits: it is open again, and the end is that of a session that was not stopped.
void TestDeskSession::stopAndResume()
{
    Desk whole;
    whole.start(whole.options());
    const auto expected = whole.approveAll();

    Desk desk;
    desk.start(desk.options());
    const auto open = desk.next();
    QVERIFY(open);
    desk.session->stop();
    const auto stopped = must(desk.session->wait());
    QVERIFY(stopped.summary.status == RunStatus::Interrupted);
    const std::string id = stopped.record->info().runId;
    desk.session.reset();
    const auto rows = must(verifyAuditFile(desk.folder.path())).rows;

    SessionOptions o = desk.options();
    o.resume = id;
    desk.start(o);
    const auto again = desk.next();
    QVERIFY(again);
    QCOMPARE(again->hash, open->hash);
    QCOMPARE(again->number, open->number);
    QCOMPARE(must(verifyAuditFile(desk.folder.path())).rows, rows); // nothing was told twice
    const auto result = desk.approveAll();
    QVERIFY(result.summary.status == RunStatus::Done);
    QCOMPARE(result.summary.resultDigest, expected.summary.resultDigest);
    QCOMPARE(must(verifyAuditFile(desk.folder.path())).rows, must(verifyAuditFile(whole.folder.path())).rows);
}

//! As after a crash: approved and sent, but neither the end nor the last steps were stored.
void TestDeskSession::resumeInTheMiddleOfAPlan()
{
    Desk desk;
    desk.configuration = configured("btc_basis", kNoGas);
    SessionOptions o = desk.options();
    desk.start(o);
    const auto open = desk.next();
    QVERIFY(open);
    desk.session->pause();
    desk.session->submit(about(*open, GateCommand::Kind::Approve));
    const auto& record = *desk.session->record();
    QVERIFY(desk.answered(*open));
    desk.session->halt("stop here");
    QVERIFY(soon([&] { return desk.session->state().trading == TradingState::Halted; }));
    desk.session->stop();
    must(desk.session->wait());
    const std::string id = record.info().runId;
    const QString told = desk.events();
    desk.session.reset();
    o.resume = id;
    desk.start(o);
    const auto result = desk.approveAll();
    QVERIFY(result.summary.status == RunStatus::Done);
    QVERIFY(desk.events().startsWith(told)); // what is new comes behind
    BacktestOptions again;
    again.gate = must(gateOfStoredSession(desk.folder.path(), id));
    again.outside = must(outsideOfStoredSession(desk.folder.path(), id));
    QCOMPARE(must(runBacktest(desk.configuration, desk.data, again)).summary.resultDigest, result.summary.resultDigest);
}

//! Decisions that were changed in the database do not make another run of the same audit trail.
void TestDeskSession::resumeRefusesAnotherStory()
{
    Desk desk;
    desk.start(desk.options());
    const auto open = desk.next();
    QVERIFY(open);
    desk.session->submit(about(*open, GateCommand::Kind::Reject, "no"));
    QVERIFY(desk.answered(*open));
    QVERIFY(desk.next());
    desk.session->stop();
    const std::string id = must(desk.session->wait()).record->info().runId;
    desk.session.reset();
    {
        SQLite::Database database(desk.folder.path(), SQLite::OPEN_READWRITE);
        database.exec("DELETE FROM session_command");
    }
    SessionOptions o = desk.options();
    o.resume = id;
    desk.start(o);
    QCOMPARE(codeOf(desk.session->wait()), QString("SESSION-003"));
    QVERIFY(must(showStoredRun(desk.folder.path(), id)).summary.status == RunStatus::Interrupted);
}

void TestDeskSession::wakeIsCoalesced()
{
    Desk desk;
    std::atomic<int> calls{0};
    SessionOptions o = desk.options();
    o.wake = [&calls] { ++calls; };
    desk.start(o);
    QVERIFY(soon([&] { return calls.load() == 1; }));
    QThread::msleep(50);
    QCOMPARE(calls.load(), 1); // nobody has looked
    const auto open = desk.next();
    QVERIFY(open);
    desk.session->submit(about(*open, GateCommand::Kind::Reject, "no"));
    QVERIFY(soon([&] { return calls.load() == 2; }));
    desk.session->stop();
    must(desk.session->wait());
    desk.session.reset();
    QVERIFY(calls.load() >= 3); // the end is always told
}

void TestDeskSession::driftGrowsOld()
{
    Desk desk;
    const TestClock clock;
    SessionOptions o = desk.options(60);
    o.waitForDecision = false;
    o.monotonic = clock.reader();
    o.gateText = "gate.valid_for_min = 30\n";
    desk.start(o);
    QVERIFY(!desk.session->drift() || desk.session->openProposal());
    const auto open = desk.next();
    QVERIFY(open);
    const auto fresh = desk.session->drift();
    QVERIFY(fresh && fresh->approvable());
    clock.advance(std::chrono::seconds{20});
    const auto older = desk.session->drift();
    QVERIFY(older && older->age == std::chrono::minutes{20});
    clock.advance(std::chrono::seconds{10});
    QVERIFY(desk.answered(*open));
    QCOMPARE(desk.events(), QString("made expired"));
}

void TestDeskSession::noDatabase()
{
    Desk desk;
    SessionOptions o = desk.options();
    o.database.reset();
    desk.start(o);
    QVERIFY(desk.approveAll().summary.plansCompleted > 0);
    o.database = desk.folder.folder(); // no file
    QCOMPARE(codeOf(Session::start(desk.configuration, desk.data, o)), QString("STORE-001"));
    o.database.reset();
    o.gateText = "gate.mode = \"maybe\"";
    QCOMPARE(codeOf(Session::start(desk.configuration, desk.data, o)), QString("CONF-002"));
}

void TestDeskSession::forksAreRefused()
{
    Desk desk;
    desk.start(desk.options());
    const auto result = desk.approveAll();
    ForkRequest request;
    request.at = result.record->time(0);
    QCOMPARE(codeOf(forkStoredRun(desk.folder.path(), result.record->info().runId, request, "demo")),
             QString("SESSION-002"));
}

QTEST_APPLESS_MAIN(TestDeskSession)
#include "tst_desk_session.moc"
