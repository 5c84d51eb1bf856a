// SPDX-License-Identifier: GPL-3.0-or-later
// A tape that grows by messages reads what a tape of the finished data reads, and what cannot be known yet is not used.
#include "random_market.h"

#include "market/live_tape.h"
#include "support/feed_script.h"

#include <rapidcheck.h>

using namespace carry;
using namespace made;
using feeding::Choice;
using feeding::Script;

namespace
{

//! A live tape and what was said to it.
struct Session {
    FeedLog log;
    std::unique_ptr<LiveTape> live;

    Session(const FeedHeader& header, const TapeRequest& request)
    {
        auto made = LiveTape::create(header, request);
        if (!made)
            qFatal("%s", describe(made.error()).c_str());
        live = std::move(*made);
    }
    const Tape& tape() const { return *live->tape(); }
    bool take(const FeedMessage& message)
    {
        ++log.counters.received;
        const auto taken = live->take(message, log);
        if (!taken)
            qFatal("%s", describe(taken.error()).c_str());
        return *taken;
    }
    void take(const Script& script)
    {
        for (const FeedMessage& message : script.messages)
            take(message);
    }
    std::string code() const { return log.faults.empty() ? "" : std::string(log.faults.back().codeText()); }
};

//! Without settlements that show only afterwards that one before them was not missing: docs/feed.md.
void dropSurprises(MarketData& data)
{
    for (auto& [key, funding] : data.funding) {
        const FundingSeries all = funding;
        funding.time.clear();
        funding.rate.clear();
        funding.intervalHours.clear();
        funding.line.clear();
        for (std::size_t i = 0; i < all.time.size(); ++i) {
            const Time due{all.time[i].time_since_epoch() / (8 * kHour) * (8 * kHour)};
            const bool near = all.time[i] - due < 4 * kHour;
            if (all.time[i] == due || !near || std::binary_search(all.time.begin(), all.time.end(), due))
                addFunding(data, key.venue, all.time[i], all.rate[i]);
        }
    }
}

MarketData randomData(random_market::Dice& dice)
{
    MarketData data;
    data.name = "random";
    for (const Venue venue : kExchanges) {
        random_market::addRandomBars(data, spotOf(venue), dice);
        random_market::addRandomFunding(data, venue, dice);
    }
    for (int h = 0; h < random_market::kHours; ++h)
        addGas(data, hour(h), 1 + dice.below(100));
    random_market::addRandomFrame(data, dice);
    dropSurprises(data);
    return data;
}

TapeRequest randomRequest(const MarketData& data, random_market::Dice& dice)
{
    TapeRequest request;
    Time last = hour(random_market::kHours);
    for (const Venue venue : kExchanges)
        last = std::min(last, data.candles.at(spotOf(venue)).time.back());
    for (const Venue venue : kExchanges)
        if (dice.below(4) != 0) // the others are peers
            request.legs.push_back(
                leg(venue, Product::Spot, dice.below(5) == 0 ? std::optional(Venue::Okx) : std::nullopt));
    for (const Venue venue : kExchanges)
        request.funding.push_back(fundingOf(venue));
    request.gas = dice.below(2) == 0;
    request.frames = {{"rate", "value"}, {"rate", "value", FrameUse::TrailingApr}};
    request.missingBars = dice.below(2) == 0 ? MissingBars::Carry : MissingBars::Peer;
    request.missingFunding = dice.below(2) == 0 ? MissingFunding::Zero : MissingFunding::PeerMean;
    constexpr std::array kGrids{Duration{}, Duration{}, kHour, 8 * kHour, kDay};
    request.grid = kGrids[static_cast<std::size_t>(dice.below(kGrids.size()))];
    if (dice.below(2) == 0)
        request.from = hour(dice.below(20));
    request.to = last;
    return request;
}

//! Message by message, each step compared as soon as it is there.
void compareWithFile(const MarketData& data, const TapeRequest& request, FeedClosing closing)
{
    const auto offline = Tape::build(data, request);
    RC_PRE(offline.has_value());
    const Script script = feeding::makeScript(data, {.closing = closing});
    Session session(script.header, request);
    std::size_t seen = 0;
    for (const FeedMessage& message : script.messages) {
        RC_ASSERT(session.take(message));
        for (; seen < session.tape().size(); ++seen)
            RC_ASSERT(random_market::sameReadings({session.tape(), seen}, {**offline, seen}, request));
    }
    RC_ASSERT(seen == (*offline)->size());
    RC_ASSERT(session.tape().digest() == (*offline)->digest());
    RC_ASSERT(session.log.counters.accepted == script.messages.size());
}

void checkRandom()
{
    random_market::Dice dice(*rc::gen::arbitrary<std::uint32_t>());
    const MarketData data = randomData(dice);
    TapeRequest request = randomRequest(data, dice);
    const bool labels = dice.below(3) == 0 && !request.legs.empty();
    if (labels)
        *request.to -= kHour; // the last one is closed by the next
    compareWithFile(data, request, labels ? FeedClosing::Labels : FeedClosing::Clock);
}

//! Hourly bars of one venue, its settlements and an index of every sixth hour.
MarketData makeData(int hours = 24)
{
    MarketData data;
    data.name = "made";
    addHours(data, spotOf(Venue::Binance), 0, hours, 1000);
    for (int h = 0; h < hours; h += 8)
        addFunding(data, Venue::Binance, hour(h), 1e-4);
    FrameSeries& index = data.frames["index"];
    index.columns = {"value"};
    index.values.resize(1);
    for (int h = 0; h < hours; h += 6) {
        index.time.push_back(hour(h));
        index.values[0].push_back(1 + 0.01 * h);
        index.line.push_back(1);
    }
    return data;
}

TapeRequest makeRequest()
{
    TapeRequest request;
    request.legs = {leg(Venue::Binance)};
    request.funding = {fundingOf(Venue::Binance)};
    return request;
}

//! The script without the messages that `drop` names.
template <class Drop> Script without(Script script, Drop drop)
{
    std::erase_if(script.messages, drop);
    return script;
}

bool isEnd(const FeedMessage& message, int labelHour)
{
    return message.kind == FeedKind::BarEnd && message.label == hour(labelHour);
}

} // namespace

class TestLiveTape : public QObject
{
    Q_OBJECT

  private slots:
    void sameAsFromAFile();
    void demoMarket();
    void startsWhenAllIsKnown();
    void aStatedStart();
    void endsAtTheStatedEnd();
    void whatTheHeaderLacks();
    void growthIsNotKnownBeforehand();
    void anIndexMustBePositive();
    void aMissedEndOfABar();
    void wholeBars();
    void lateRows();
    void repeatedRowsAndConflicts();
    void labelsClose();
    void aVenueOnAnotherGrid();
    void aLaterSettlementIsNoExcuse();
    void timesTooFarAhead();
    void findingsAreTold();
    void theCursorWaits();
};

void TestLiveTape::sameAsFromAFile()
{
    QVERIFY(rc::check("columns are those of the finished data", checkRandom));
}

void TestLiveTape::demoMarket()
{
    const MarketData data = makeDemoMarket(2000);
    TapeRequest request;
    for (const auto& [key, bars] : data.candles)
        request.legs.push_back(
            {key.venue, key.asset, key.kind == SeriesKind::SpotCandles ? Product::Spot : Product::Perp, {}});
    for (const auto& [key, funding] : data.funding)
        request.funding.push_back({key.venue, key.asset, 8, {}});
    request.gas = true;
    for (const auto& [id, frame] : data.frames)
        if (id != "gas")
            for (const FrameUse use : {FrameUse::Last, FrameUse::TrailingApr})
                request.frames.push_back({id, frame.columns[0], use, {}, {}});
    const auto offline = build(data, request);
    request.to = offline->end();
    request.from = offline->start();
    const Script script = feeding::makeScript(data);
    Session session(script.header, request);
    session.take(script);
    QCOMPARE(session.tape().digest(), build(data, request)->digest());
    QCOMPARE(session.log.counters.accepted, session.log.counters.received);
}

void TestLiveTape::startsWhenAllIsKnown()
{
    MarketData data = makeData();
    data.funding.begin()->second.time.erase(data.funding.begin()->second.time.begin()); // the first at 08:00
    data.funding.begin()->second.rate.pop_back();
    data.funding.begin()->second.intervalHours.pop_back();
    data.funding.begin()->second.line.pop_back();
    const Script script = feeding::makeScript(data);
    Session session(script.header, makeRequest());
    for (const FeedMessage& message : script.messages) {
        session.take(message);
        if (message.time < hour(8))
            QCOMPARE(session.tape().size(), std::size_t{0});
    }
    QVERIFY(session.tape().start() == hour(8));
    QVERIFY(!session.live->ended());
}

void TestLiveTape::aStatedStart()
{
    const Script script = feeding::makeScript(makeData());
    TapeRequest request = makeRequest();
    request.from = hour(5.5);
    Session session(script.header, request);
    session.take(script);
    QVERIFY(session.tape().start() == hour(6));
    request.from = hour(-3); // the first bar is not there by then
    auto live = LiveTape::create(script.header, request);
    FeedLog log;
    FeedMessage clock;
    clock.time = hour(-3);
    const auto unknown = (*live)->take(clock, log);
    QVERIFY(!unknown && unknown.error().code() == ErrorCode::DataSeriesMissing);
    live = LiveTape::create(script.header, request);
    Result<bool> taken = true;
    for (std::size_t i = 0; taken && i < script.messages.size(); ++i)
        taken = (*live)->take(script.messages[i], log);
    QVERIFY(!taken && taken.error().code() == ErrorCode::DataPeriodEmpty);
}

void TestLiveTape::endsAtTheStatedEnd()
{
    const Script script = feeding::makeScript(makeData());
    TapeRequest request = makeRequest();
    request.to = hour(10);
    Session session(script.header, request);
    for (const FeedMessage& message : script.messages) {
        session.take(message);
        QCOMPARE(session.live->ended(), session.live->closed() && *session.live->closed() >= hour(10));
    }
    QVERIFY(session.tape().end() == hour(10));
}

void TestLiveTape::whatTheHeaderLacks()
{
    const Script script = feeding::makeScript(makeData());
    TapeRequest request = makeRequest();
    request.legs.push_back(leg(Venue::Okx));
    request.frames = {{"index", "other"}};
    const auto refused = LiveTape::create(script.header, request);
    QVERIFY(!refused);
    QCOMPARE(std::string(refused.error().value("series")), std::string("okx BTC/USDT spot, index (other)"));
    request = makeRequest();
    request.from = hour(2);
    request.to = hour(1);
    QVERIFY(LiveTape::create(script.header, request).error().code() == ErrorCode::ConfPeriod);
    QVERIFY(LiveTape::create(script.header, {}).error().code() == ErrorCode::DataNoOverlap);
}

void TestLiveTape::growthIsNotKnownBeforehand()
{
    TapeRequest request = makeRequest();
    request.frames = {{"index", "value", FrameUse::Geometric}, {"index", "value", FrameUse::Last}};
    request.to = hour(18);
    const MarketData data = makeData();
    const auto offline = build(data, request);
    const Script script = feeding::makeScript(data);
    Session session(script.header, request);
    session.take(script);
    for (std::size_t step = 0; step < session.tape().size(); ++step) {
        const MarketView live(session.tape(), step), file(*offline, step);
        QVERIFY(live.frame(0) == live.frame(1)); // the last row, until the next one
        QVERIFY(live.frameObserved(0) == file.frameObserved(0));
        QVERIFY(live.frame(0) <= file.frame(0));
        if (live.frameObserved(0) == live.time())
            QVERIFY(live.frame(0) == file.frame(0)); // at a row they meet
    }
}

void TestLiveTape::anIndexMustBePositive()
{
    MarketData data = makeData();
    data.frames.at("index").values[0][1] = 0; // at 06:00
    TapeRequest request = makeRequest();
    request.frames = {{"index", "value", FrameUse::Geometric}};
    const Script script = feeding::makeScript(data);
    Session session(script.header, request);
    session.take(script);
    QCOMPARE(session.code(), std::string("DATA-017"));
    QCOMPARE(session.log.counters.broken, std::uint64_t{1});
    QCOMPARE(viewAt(session.tape(), hour(7)).frame(0), 1.0); // the row before stays
    request.frames[0].use = FrameUse::Last;                  // a rate may be zero
    Session other(script.header, request);
    other.take(script);
    QCOMPARE(other.log.counters.broken, std::uint64_t{0});
}

void TestLiveTape::aMissedEndOfABar()
{
    const auto missed = [](const FeedMessage& message) {
        return isEnd(message, 3) || (message.kind == FeedKind::BarOpen && message.label == hour(4));
    };
    Session session(feeding::makeScript(makeData()).header, makeRequest());
    Script script = without(feeding::makeScript(makeData()), missed);
    FeedMessage other = script.messages.front(); // a step at 04:00
    other.kind = FeedKind::Funding;
    other.series = 1;
    other.time = hour(4);
    other.rate = 0;
    script.messages.insert(std::find_if(script.messages.begin(), script.messages.end(),
                                        [](const FeedMessage& m) { return m.time == hour(4); }),
                           other);
    session.take(script);
    const MarketView view = viewAt(session.tape(), hour(4));
    QVERIFY(!view.endedBar(0)); // nothing is known of it
    QCOMPARE(view.price(0), openOf(1000, 3));
    QVERIFY(view.observed(0) == hour(3));
    QCOMPARE(flagsOf(view, 0), int(kReadingCarried));
    QVERIFY(viewAt(session.tape(), hour(3)).endedBar(0)->high == openOf(1000, 2) + kReach);
    QCOMPARE(session.log.counters.late, std::uint64_t{1}); // the end of the bar that began unseen
}

void TestLiveTape::wholeBars()
{
    const MarketData data = makeData();
    TapeRequest request = makeRequest();
    request.to = hour(22);
    const Script script = feeding::makeScript(data);
    Session session(script.header, request);
    const auto early = [](const FeedMessage& m) { return m.kind == FeedKind::BarOpen && m.label < hour(6); };
    const auto clocked = [](const FeedMessage& m) { return m.kind == FeedKind::Clock && m.time < hour(6); };
    Script history = without(without(script, early), clocked); // bars of the past come with their ends
    for (FeedMessage& message : history.messages)
        if (message.kind == FeedKind::BarEnd && message.label < hour(6))
            message.open = openOf(1000, static_cast<int>((message.label - hour(0)) / kHour));
    session.take(history);
    QCOMPARE(session.tape().digest(), build(data, request)->digest());
}

void TestLiveTape::lateRows()
{
    const Script script = feeding::makeScript(makeData());
    Session session(script.header, makeRequest());
    for (const FeedMessage& message : script.messages)
        if (message.time <= hour(5))
            session.take(message);
    const std::string before = session.tape().digest();
    FeedMessage late;
    late.kind = FeedKind::Funding;
    late.series = 1;
    late.time = hour(5);
    late.rate = 0.1;
    QVERIFY(!session.take(late));
    late = {};
    late.time = hour(4); // a clock that goes back
    QVERIFY(!session.take(late));
    QCOMPARE(session.log.counters.late, std::uint64_t{2});
    late.time = hour(5); // the same clock is a sign of life
    QVERIFY(session.take(late));
    QCOMPARE(session.tape().digest(), before);
}

void TestLiveTape::repeatedRowsAndConflicts()
{
    const Script script = feeding::makeScript(makeData());
    Session session(script.header, makeRequest());
    for (const FeedMessage& message : script.messages) {
        session.take(message);
        if (message.kind == FeedKind::Clock || session.live->closed() == message.time)
            continue;
        QVERIFY(!session.take(message));
        FeedMessage other = message;
        for (double* value : {&other.open, &other.low, &other.rate})
            *value *= 0.5;
        for (double& value : other.values)
            value *= 0.5;
        QVERIFY(!session.take(other));
    }
    const FeedCounters& counters = session.log.counters;
    QCOMPARE(counters.accepted, script.messages.size());
    QVERIFY(counters.repeated > 50 && counters.repeated == counters.broken);
    QCOMPARE(session.code(), std::string("FEED-005"));
    QCOMPARE(counters.received, counters.accepted + counters.repeated + counters.broken);
    Session plain(script.header, makeRequest());
    plain.take(script);
    QCOMPARE(session.tape().digest(), plain.tape().digest()); // the first is used
}

void TestLiveTape::labelsClose()
{
    MarketData data = makeData();
    addHours(data, spotOf(Venue::Okx), 0, 24, 2000);
    TapeRequest request = makeRequest();
    request.legs.push_back(leg(Venue::Okx));
    const Script script = feeding::makeScript(data, {.closing = FeedClosing::Labels});
    Session session(script.header, request);
    for (const FeedMessage& message : script.messages) {
        session.take(message);
        const bool closes = message.kind == FeedKind::BarOpen && message.series == 1; // the second of the two
        if (closes && message.label > hour(0))
            QVERIFY(session.tape().end() == message.label - kHour);
    }
    request.legs.clear();
    QVERIFY(!LiveTape::create(script.header, request)); // nothing would ever close
}

void TestLiveTape::aVenueOnAnotherGrid()
{
    MarketData data = makeData(72);
    data.funding.clear();
    for (int h = 2; h < 72; h += 8) // two hours behind the configured grid
        addFunding(data, Venue::Binance, hour(h), 1e-4);
    TapeRequest request = makeRequest();
    request.from = hour(12);
    request.to = hour(60);
    const Script script = feeding::makeScript(data);
    Session session(script.header, request);
    session.take(script);
    QCOMPARE(session.tape().digest(), build(data, request)->digest());
    QVERIFY(findingsOf(session.tape(), FindingKind::MissingFunding).empty());
}

void TestLiveTape::aLaterSettlementIsNoExcuse()
{
    MarketData data = makeData();
    FundingSeries& funding = data.funding.begin()->second;
    funding.time[1] = hour(9); // 08:00 came an hour late, which nothing foretold
    TapeRequest request = makeRequest();
    request.to = hour(20);
    const Script script = feeding::makeScript(data);
    Session session(script.header, request);
    session.take(script);
    QCOMPARE(findingsOf(session.tape(), FindingKind::MissingFunding).size(), std::size_t{1});
    QVERIFY(viewAt(session.tape(), hour(8)).settlement(0)->flags == kFundingMissing);
    QVERIFY(findingsOf(*build(data, request), FindingKind::MissingFunding).empty());
}

void TestLiveTape::timesTooFarAhead()
{
    const Script script = feeding::makeScript(makeData());
    Session session(script.header, makeRequest());
    for (const FeedMessage& message : script.messages)
        if (message.time <= hour(5))
            session.take(message);
    const std::size_t steps = session.tape().size();
    FeedMessage clock;
    clock.time = hour(5 + 366 * 24 + 1);
    QVERIFY(!session.take(clock));
    QCOMPARE(session.code(), std::string("FEED-006"));
    FeedMessage row = clock;
    row.kind = FeedKind::Funding;
    row.series = 1;
    row.rate = 0;
    QVERIFY(!session.take(row));
    QCOMPARE(session.tape().size(), steps);
    clock.time = hour(5 + 24);
    QVERIFY(session.take(clock));
    QVERIFY(session.tape().end() == hour(24)); // settlements that nobody sent
}

void TestLiveTape::findingsAreTold()
{
    MarketData data = makeData();
    addHours(data, spotOf(Venue::Okx), 0, 24, 2000, {3, 4, 9});
    TapeRequest request = makeRequest();
    request.legs = {leg(Venue::Binance), leg(Venue::Okx), leg(Venue::Bybit, Product::Spot, Venue::Binance)};
    const Script script = feeding::makeScript(data);
    Session session(script.header, request);
    session.take(script);
    QCOMPARE(findingsOf(session.tape(), FindingKind::Proxy).size(), std::size_t{1});
    const auto holes = findingsOf(session.tape(), FindingKind::Hole);
    QCOMPARE(holes.size(), std::size_t{2});
    QVERIFY(holes[0].rule == QualityRule::FillFromPeer && holes[0].from == hour(3) && holes[0].count == 2);
}

void TestLiveTape::theCursorWaits()
{
    const Script script = feeding::makeScript(makeData());
    Session session(script.header, makeRequest());
    std::optional<TapeCursor> cursor;
    std::size_t steps = 0;
    for (const FeedMessage& message : script.messages) {
        session.take(message);
        if (!cursor && session.tape().size() > 0) {
            cursor.emplace(session.tape());
            ++steps;
        }
        for (; cursor && !cursor->atEnd(); ++steps)
            cursor->advance();
        if (cursor)
            QVERIFY(cursor->time() <= *session.live->closed());
    }
    QCOMPARE(steps, session.tape().size());
    QVERIFY(cursor->atEnd());
}

QTEST_APPLESS_MAIN(TestLiveTape)
#include "tst_live_tape.moc"
