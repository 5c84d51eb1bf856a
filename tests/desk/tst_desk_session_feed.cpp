// SPDX-License-Identifier: GPL-3.0-or-later
// Sessions on messages that arrive: the clock, decisions between two clocks, stale feeds, going on after an
// interruption.
#include "desk/audit.h"
#include "desk/parity.h"
#include "desk/session.h"
#include "desk/stored_demo.h"
#include "support/feed_script.h"

#include <QFile>
#include <QThread>
#include <SQLiteCpp/SQLiteCpp.h>

#include <atomic>
#include <fstream>

using namespace carry;
using namespace carry::test;

namespace
{

template <class What> bool soon(What&& what)
{
    for (int i = 0; i < 2'000; ++i) {
        if (what())
            return true;
        QThread::msleep(5);
    }
    return false;
}

GateCommand about(const Proposal& p, GateCommand::Kind kind)
{
    GateCommand command;
    command.kind = kind;
    command.user = "ann";
    command.reason = "as agreed";
    command.proposal = p.number;
    command.hash = p.hash;
    return command;
}

//! A session on a file that grows as the test writes it, and a wall clock that the test moves.
struct FeedDesk {
    RunsFile folder;
    RunConfiguration configuration = configured("btc_basis", kNoGas + kNoLatency);
    MarketData data = *must(openData("demo:500")); // what a resumed session opens again
    feeding::Script script = feeding::makeScript(data);
    std::size_t sent = 0;
    std::unique_ptr<Session> session;
    std::shared_ptr<std::atomic<std::int64_t>> wall =
        std::make_shared<std::atomic<std::int64_t>>(toMs(data.candles.begin()->second.time.front()));
    std::shared_ptr<std::mutex> mutex = std::make_shared<std::mutex>();
    std::shared_ptr<QStringList> told = std::make_shared<QStringList>();

    FeedDesk() { append(feedLine(script.header)); }
    Time label(std::size_t bar) const { return data.candles.begin()->second.time[bar]; }
    std::string feedFile() const { return folder.path() + ".feed"; }
    void append(const std::string& bytes) const
    {
        std::ofstream(feedFile(), std::ios::binary | std::ios::app) << bytes << std::flush;
    }
    //! All messages up to this time.
    void sendUntil(Time t)
    {
        std::string lines;
        for (; sent < script.messages.size() && script.messages[sent].time <= t; ++sent)
            addFeedLine(lines, script.header, script.messages[sent]);
        append(lines);
    }
    SessionOptions options() const
    {
        SessionOptions o;
        o.messages = MessageFeed{MessageFeed::Source::File, feedFile(), {}};
        o.period = {label(0), label(95)};
        o.waitForDecision = true;
        o.database = folder.path();
        o.gateText = "[gate]\nvalid_for_min = 150\n";
        o.user = "ann";
        o.wallClock = [w = wall] { return fromMs(w->load()); };
        o.onEvent = [m = mutex, t = told](const RunInfo&, const GateEvent& e) {
            const std::lock_guard lock(*m);
            const bool proposal = e.kind == GateEvent::Kind::Proposal;
            const bool feed = e.kind == GateEvent::Kind::Feed;
            *t << (proposal ? text(toText(e.step)) : feed ? text(toText(e.feed)) : text(e.error->codeText()));
        };
        return o;
    }
    void start(SessionOptions o) { session = must(Session::start(configuration, data, std::move(o))); }
    void resume()
    {
        SessionOptions o = options();
        o.messages.reset(); // as it is kept
        session.reset();
        session = must(resumeSession(folder.path(), "", "", std::move(o)));
    }
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
    bool reached(Time t) const
    {
        return soon([&] { return session->state().step >= t; });
    }
    //! What was proposed at `t` or behind it and is open.
    std::shared_ptr<const Proposal> openFrom(Time t) const
    {
        std::shared_ptr<const Proposal> open;
        soon([&] {
            open = session->openProposal();
            return open && open->made >= t;
        });
        return open;
    }
    BacktestResult approveAll() const
    {
        while (const auto open = next()) {
            session->submit(about(*open, GateCommand::Kind::Approve));
            if (!answered(*open))
                qFatal("nothing came of an approval");
        }
        return must(session->wait());
    }
    Verification verified() const { return must(verifyStoredRun(folder.path(), "", "")); }
    QString events() const
    {
        const std::lock_guard lock(*mutex);
        return told->join(' ');
    }
};

} // namespace

class TestDeskSessionFeed : public QObject
{
    Q_OBJECT

  private slots:
    void texts_data();
    void texts();
    void bounds();
    void automaticIsTheBacktest();
    void messagesFollowTheRun();
    void keepsWhatWasFound();
    void decidesBetweenClocks();
    void goesOnWhereItWas();
    void staleStopsProposals();
    void endsWhenToldTo();
    void finishesWithWhatItHas();
    void brokenFeedCanBeResumed();
    void refusals();
};

void TestDeskSessionFeed::texts_data()
{
    QTest::addColumn<QString>("feed");
    QTest::addColumn<bool>("good");
    for (const char* good : {"tape:1", "tape:3600", "tape:max", "file:/a b/feed.jsonl", "socket:desk.sock"})
        QTest::newRow(good) << good << true;
    for (const char* bad : {"", "tape:0.5", "tape:3601", "file:", "socket:", "http://x", "tape:nan"})
        QTest::newRow(bad) << bad << false;
}

void TestDeskSessionFeed::texts()
{
    QFETCH(QString, feed);
    QFETCH(bool, good);
    const auto parsed = parseSessionFeed(feed.toStdString());
    QCOMPARE(parsed.has_value(), good);
    if (!good)
        QCOMPARE(text(parsed.error().codeText()), QString("CONF-011"));
    else
        QCOMPARE(text(parsed->messages ? toText(*parsed->messages) : toText(parsed->tape)), feed);
}

void TestDeskSessionFeed::bounds()
{
    const FeedBounds given = must(parseFeedBounds("silence_s=90,bars=0,gas_h=1.5"));
    QCOMPARE(given.silence, Duration{90'000});
    QCOMPARE(given.bars, 0.0);
    QCOMPARE(given.gas, Duration{5'400'000});
    QCOMPARE(given.funding, FeedBounds{}.funding);
    for (const char* bad : {"silence_s", "silence_s=", "silence_s=-1", "silence_s=x", "other=1", "bars=1e7", ","})
        QVERIFY2(!parseFeedBounds(bad), bad);
}

//! Nobody is asked: the same instructions and the same result as the session on the whole tape.
void TestDeskSessionFeed::automaticIsTheBacktest()
{
    FeedDesk desk;
    desk.sendUntil(Time::max());
    SessionOptions o = desk.options();
    o.gateText = "[gate]\nmode = \"automatic\"\n";
    desk.start(o);
    const BacktestResult onMessages = must(desk.session->wait());
    QCOMPARE(onMessages.summary.status, RunStatus::Done);
    QVERIFY(!onMessages.storeError);

    SessionOptions tape = o;
    tape.messages.reset();
    tape.feed.speed = TapeFeed::kUnpaced;
    tape.database = desk.folder.path() + ".tape";
    const BacktestResult onTape = must(must(Session::start(desk.configuration, desk.data, tape))->wait());
    QVERIFY(onTape.summary.plansCompleted > 0);
    QCOMPARE(onMessages.summary.instructionDigest, onTape.summary.instructionDigest);
    QCOMPARE(onMessages.summary.navFinal, onTape.summary.navFinal);
    QCOMPARE(onMessages.summary.unexplained, onTape.summary.unexplained);

    const StoredRun stored = must(showStoredRun(desk.folder.path(), ""));
    QCOMPARE(stored.info.from, desk.label(0));
    QCOMPARE(stored.info.to, desk.label(95));
    QCOMPARE(text(stored.info.dataDigest), text(must(showStoredRun(desk.folder.path() + ".tape", "")).info.dataDigest));
    const Verification v = desk.verified();
    QVERIFY(v.sameResult && v.sameData);
    const ParityReport parity = must(parityOfStoredSession(desk.folder.path(), "", ""));
    QCOMPARE(parity.total.gap(), 0.0);
}

//! The messages go where the run goes, and when it is deleted they do.
void TestDeskSessionFeed::messagesFollowTheRun()
{
    FeedDesk desk;
    desk.sendUntil(Time::max());
    SessionOptions o = desk.options();
    o.gateText = "[gate]\nmode = \"automatic\"\n";
    desk.start(o);
    must(desk.session->wait());
    const std::string id = desk.session->record()->info().runId;
    desk.session.reset();
    const std::string slice = desk.folder.path() + ".slice";
    QVERIFY(exportStoredRun(desk.folder.path(), id, slice));
    QVERIFY(must(verifyStoredRun(slice, id, "")).sameResult);
    QVERIFY(deleteStoredRun(desk.folder.path(), id));
    QVERIFY(!std::filesystem::exists(feedJournalFile(desk.folder.path(), id)));
    QVERIFY(std::filesystem::exists(feedJournalFile(slice, id)));
    QVERIFY(must(verifyStoredRun(slice, id, "")).sameResult);
}

//! A bar that is missing in the middle is a finding of the run, though nobody knew of it at the start.
void TestDeskSessionFeed::keepsWhatWasFound()
{
    FeedDesk desk;
    const Time gone = desk.label(60);
    std::erase_if(desk.script.messages, [&](const FeedMessage& m) {
        const bool bar = m.kind == FeedKind::BarOpen || m.kind == FeedKind::BarEnd;
        return bar && m.label == gone && desk.script.header.series[m.series].key.venue == Venue::Bybit;
    });
    for (std::size_t i = 0; i < desk.script.messages.size(); ++i)
        desk.script.messages[i].seq = desk.script.header.seq + 1 + i;
    desk.sendUntil(desk.label(30)); // what came before the session begins is known at its start
    SessionOptions o = desk.options();
    o.gateText = "[gate]\nmode = \"automatic\"\n";
    desk.start(o);
    const auto atStart = desk.session->record()->info().findings.size();
    desk.sendUntil(Time::max());
    must(desk.session->wait());
    const StoredRun stored = must(showStoredRun(desk.folder.path(), ""));
    QVERIFY(stored.info.findings.size() > atStart);
    QVERIFY(std::ranges::any_of(stored.info.findings,
                                [](const Finding& f) { return QString::fromStdString(f.series).contains("ybit"); }));
    QVERIFY(desk.verified().sameResult);
}

//! While messages stand still, decisions are taken all the same, each a step of its own behind the feed's clock.
void TestDeskSessionFeed::decidesBetweenClocks()
{
    FeedDesk desk;
    desk.sendUntil(desk.label(30));
    SessionOptions o = desk.options();
    o.waitForDecision = false;
    desk.start(o);
    const auto first = desk.openFrom(desk.label(30));
    QVERIFY(first);
    desk.session->submit(about(*first, GateCommand::Kind::Reevaluate));
    QVERIFY(desk.answered(*first));
    QVERIFY(desk.session->state().clock >= desk.label(30));
    QCOMPARE(desk.session->state().messages->closed - desk.label(30), Duration{1});
    desk.session->submit(about(*first, GateCommand::Kind::Approve)); // it is gone
    QVERIFY(soon([&] { return desk.events().endsWith("GATE-012"); }));
    QCOMPARE(desk.session->state().messages->closed - desk.label(30), Duration{2});
    desk.sendUntil(Time::max());
    const BacktestResult result = desk.approveAll();
    QCOMPARE(result.summary.status, RunStatus::Done);
    QVERIFY(desk.verified().sameResult);
}

//! Stopped in the middle of a plan and while messages go on: nothing is lost, nothing is done twice.
void TestDeskSessionFeed::goesOnWhereItWas()
{
    FeedDesk desk;
    desk.sendUntil(desk.label(40));
    desk.start(desk.options());
    const auto first = desk.next();
    QVERIFY(first);
    desk.session->submit(about(*first, GateCommand::Kind::Approve));
    QVERIFY(desk.answered(*first));
    QVERIFY(desk.reached(first->made + kHour));
    desk.session->stop();
    QCOMPARE(must(desk.session->wait()).summary.status, RunStatus::Interrupted);
    const std::size_t before = must(showStoredRun(desk.folder.path(), "")).summary.steps;
    desk.sendUntil(desk.label(60)); // nobody reads
    desk.resume();
    QVERIFY(soon([&] { return !desk.session->state().replaying; }));
    QVERIFY(desk.session->record()->committed() >= before);
    desk.sendUntil(Time::max());
    const BacktestResult result = desk.approveAll();
    QCOMPARE(result.summary.status, RunStatus::Done);
    QVERIFY(std::abs(result.summary.unexplained) < 1e-6);
    QVERIFY(desk.verified().sameResult);
    QVERIFY(verifyAuditFile(desk.folder.path(), std::nullopt));

    FeedDesk whole; // nothing was cut off
    whole.sendUntil(Time::max());
    whole.start(whole.options());
    QCOMPARE(text(whole.approveAll().summary.instructionDigest), text(result.summary.instructionDigest));
}

void TestDeskSessionFeed::staleStopsProposals()
{
    FeedDesk desk;
    SessionOptions o = desk.options();
    o.waitForDecision = false;
    desk.sendUntil(desk.label(30));
    desk.start(o);
    const auto open = desk.openFrom(desk.label(30));
    QVERIFY(open);
    *desk.wall += std::chrono::milliseconds(std::chrono::minutes{6}).count();
    QVERIFY(soon([&] { return desk.session->state().messages->status.state == FeedState::Stale; }));
    QVERIFY(desk.answered(*open)); // withdrawn
    QVERIFY(soon([&] { return desk.events().contains("stale expired"); }));
    desk.session->submit(about(*open, GateCommand::Kind::Approve));
    QVERIFY(soon([&] { return desk.events().endsWith("GATE-013"); }));

    desk.sendUntil(desk.label(40)); // fresh again with the first message
    QVERIFY(soon([&] { return desk.events().contains("fresh made"); }));
    desk.sendUntil(Time::max());
    const BacktestResult result = desk.approveAll();
    QCOMPARE(result.summary.status, RunStatus::Done);
    int told = 0;
    for (std::size_t i = 0; i < result.record->ends(result.record->committed() - 1).events; ++i)
        told += result.record->event(i).kind == EventKind::FeedStale ? 1 : 0;
    QCOMPARE(told, 2);
    QVERIFY(desk.verified().sameResult);
}

void TestDeskSessionFeed::endsWhenToldTo()
{
    FeedDesk desk;
    SessionOptions o = desk.options();
    o.period.to.reset();
    desk.sendUntil(desk.label(50));
    desk.start(o);
    const auto first = desk.next();
    QVERIFY(first);
    desk.session->submit(about(*first, GateCommand::Kind::Approve));
    QVERIFY(desk.reached(desk.label(50)));
    QVERIFY(!desk.session->ended());
    desk.session->endFeed();
    const BacktestResult result = must(desk.session->wait());
    QCOMPARE(result.summary.status, RunStatus::Done);
    const StoredRun stored = must(showStoredRun(desk.folder.path(), ""));
    QCOMPARE(stored.info.to, desk.label(50));
    QVERIFY(!stored.info.dataDigest.empty());
    QVERIFY(desk.verified().sameResult);
    QVERIFY(!rerunStoredRun(desk.folder.path(), "", "", ""));
}

//! As after a crash, with nobody to send or to approve any more.
void TestDeskSessionFeed::finishesWithWhatItHas()
{
    FeedDesk desk;
    SessionOptions o = desk.options();
    o.period.to.reset();
    desk.sendUntil(desk.label(50));
    desk.start(o);
    QVERIFY(desk.next());
    desk.session.reset();
    const BacktestResult result = must(resumeStoredRun(desk.folder.path(), "", ""));
    QCOMPARE(result.summary.status, RunStatus::Done);
    QCOMPARE(must(showStoredRun(desk.folder.path(), "")).info.to, desk.label(50));
    QVERIFY(desk.verified().sameResult);
}

void TestDeskSessionFeed::brokenFeedCanBeResumed()
{
    FeedDesk desk;
    SessionOptions o = desk.options();
    o.gateText = "[gate]\nmode = \"automatic\"\n";
    desk.sendUntil(desk.label(50));
    desk.start(o);
    QVERIFY(desk.reached(desk.label(50)));
    QFile feed(QString::fromStdString(desk.feedFile()));
    QVERIFY(feed.open(QIODevice::ReadWrite) && feed.resize(100));
    QCOMPARE(codeOf(desk.session->wait()), QString("FEED-008"));
    QCOMPARE(must(showStoredRun(desk.folder.path(), "")).summary.status, RunStatus::Interrupted);
    QVERIFY(feed.resize(0)); // the sender begins anew
    desk.append(feedLine(desk.script.header));
    desk.sent = 0;
    desk.sendUntil(Time::max());
    desk.resume();
    QCOMPARE(must(desk.session->wait()).summary.status, RunStatus::Done);
    QVERIFY(desk.verified().sameResult);
}

void TestDeskSessionFeed::refusals()
{
    FeedDesk desk;
    SessionOptions o = desk.options();
    int asked = 0;
    o.goOn = [&asked] { return ++asked < 3; };
    QCOMPARE(codeOf(Session::start(desk.configuration, desk.data, o)), QString("ENGINE-004"));
    const QDir place(QFileInfo(QString::fromStdString(desk.folder.path())).absolutePath());
    QVERIFY2(place.entryList({"*-feed-*"}).isEmpty(), "a journal was left behind");

    feeding::Script other = desk.script;
    std::erase_if(other.header.series, [](const FeedSeries& s) { return s.kind == FeedSeriesKind::Funding; });
    QFile::remove(QString::fromStdString(desk.feedFile()));
    desk.append(feedLine(other.header));
    QCOMPARE(codeOf(Session::start(desk.configuration, desk.data, desk.options())), QString("DATA-011"));

    SessionOptions tape = desk.options();
    tape.messages.reset();
    tape.feed.speed = TapeFeed::kUnpaced;
    desk.start(tape);
    QVERIFY(desk.next());
    desk.session.reset();
    QCOMPARE(codeOf(resumeSession(desk.folder.path(), "", "", desk.options())), QString("STORE-007"));
}

QTEST_APPLESS_MAIN(TestDeskSessionFeed)
#include "tst_desk_session_feed.moc"
