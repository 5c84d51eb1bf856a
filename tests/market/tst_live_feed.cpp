// SPDX-License-Identifier: GPL-3.0-or-later
// A feed from its source to the tape and its journal.
#include "made_market.h"

#include "market/live_feed.h"
#include "support/feed_script.h"
#include "support/feed_socket.h"

#include <QProcess>
#include <QTemporaryDir>

#include <fstream>
#include <rapidcheck.h>
#include <thread>

using namespace carry;
using namespace made;
namespace fs = std::filesystem;

namespace
{

const Time kWall = fromMs(1'764'000'000'000);

//! Gives a feed the bytes that a test hands it.
class HandedBytes : public FeedSource
{
  public:
    explicit HandedBytes(std::string bytes = {}) : m_next(std::move(bytes)) {}
    Result<FeedBytes> poll(Duration) override
    {
        m_now = std::exchange(m_next, {});
        return FeedBytes{std::exchange(m_first, false), m_now};
    }
    void resumeAfter(std::uint64_t seq) override { known = seq; }
    std::string name() const override { return "handed"; }

    void hand(std::string_view bytes) { m_next += bytes; }
    void reconnect() { m_first = true; }
    std::uint64_t known = 0;

  private:
    std::string m_next, m_now;
    bool m_first = true;
};

MarketData makeData(int hours = 200)
{
    MarketData data;
    data.name = "made";
    data.synthetic = true;
    for (const Venue venue : kExchanges) {
        addHours(data, spotOf(venue), 0, hours, 1000 * (1 + static_cast<double>(venue)), {7, 8, 30});
        for (int h = 0; h < hours; h += 8)
            addFunding(data, venue, hour(h), 1e-4 * (h % 5));
    }
    for (int h = 0; h < hours; ++h)
        addGas(data, hour(h), 1 + h % 7);
    return data;
}

TapeRequest makeRequest()
{
    TapeRequest request;
    for (const Venue venue : kExchanges) {
        request.legs.push_back(leg(venue));
        request.funding.push_back(fundingOf(venue));
    }
    request.gas = true;
    request.to = hour(199);
    return request;
}

std::string lineOf(const feeding::Script& script, std::size_t position)
{
    std::string line;
    addFeedLine(line, script.header, script.messages[position]);
    return line;
}

std::string allLines(const feeding::Script& script)
{
    std::string text = feedLine(script.header);
    for (std::size_t i = 0; i < script.messages.size(); ++i)
        text += lineOf(script, i);
    return text;
}

struct Opened {
    HandedBytes* source;
    std::unique_ptr<LiveFeed> feed;

    bool poll(Duration after = {})
    {
        const auto polled = feed->poll(kWall + after, {});
        if (!polled)
            qFatal("%s", describe(polled.error()).c_str());
        return *polled;
    }
};

Opened openFeed(const TapeRequest& request, const LiveFeedSettings& settings = {})
{
    auto source = std::make_unique<HandedBytes>();
    HandedBytes* const handed = source.get();
    auto feed = LiveFeed::open(std::move(source), request, settings);
    if (!feed)
        qFatal("%s", describe(feed.error()).c_str());
    return {handed, std::move(*feed)};
}

bool addUp(const FeedCounters& c, std::size_t held)
{
    return c.received == c.accepted + c.repeated + c.late + c.broken + held;
}

//! The digest of the tape that the file's messages make.
std::string digestOf(const fs::path& file, const TapeRequest& request)
{
    auto feed = readFeed(file);
    if (!feed)
        qFatal("%s", describe(feed.error()).c_str());
    const auto tape = tapeOf(*feed, request);
    if (!tape)
        qFatal("%s", describe(tape.error()).c_str());
    return (*tape)->tape()->digest();
}

} // namespace

class TestLiveFeed : public QObject
{
    Q_OBJECT

  private slots:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }
    void sameAsFromAFile();
    void disturbedMessages();
    void missingMessagesGiveTheSameTapeAgain();
    void aGapIsGivenUpByTime();
    void aSessionThatGoesOn();
    void aJournalCutInALine();
    void theJournalOfAnotherFeed();
    void aSenderThatComesAgain();
    void aHeaderThatLacksASeries();
    void staleFeeds();
    void throughASocket();
    void theSender_data();
    void theSender();

  private:
    fs::path path(const std::string& name) const { return fs::path(m_folder->path().toStdString()) / name; }
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestLiveFeed::sameAsFromAFile()
{
    const MarketData data = makeData();
    Opened opened = openFeed(makeRequest(), {.journal = path("journal")});
    QVERIFY(opened.feed->tape() == nullptr);
    QVERIFY(!opened.poll());
    opened.source->hand(allLines(feeding::makeScript(data)));
    QVERIFY(opened.poll());
    QVERIFY(opened.feed->tape()->ended());
    QCOMPARE(opened.feed->tape()->tape()->digest(), build(data, makeRequest())->digest());
    QCOMPARE(digestOf(path("journal"), makeRequest()), build(data, makeRequest())->digest());
    std::ifstream journal(path("journal"));
    QCOMPARE(std::string(std::istreambuf_iterator<char>(journal), {}), allLines(feeding::makeScript(data)));
}

void TestLiveFeed::disturbedMessages()
{
    const MarketData data = makeData();
    const feeding::Script script = feeding::makeScript(data);
    const std::string expected = build(data, makeRequest())->digest();
    QVERIFY(rc::check("repetitions and a changed order make no difference", [&] {
        feeding::Disturbance how;
        how.seed = *rc::gen::arbitrary<std::uint32_t>();
        how.repeat = *rc::gen::inRange(0, 30) / 100.0;
        how.reorder = *rc::gen::inRange(0, 50) / 100.0;
        const auto sent = feeding::disturb(script.messages.size(), how);
        Opened opened = openFeed(makeRequest(), {.window = {.messages = 64}});
        opened.source->hand(feedLine(script.header));
        for (const std::size_t position : sent.order) {
            opened.source->hand(lineOf(script, position));
            if (position % 50 == 0) {
                opened.poll();
                RC_ASSERT(addUp(opened.feed->log().counters, opened.feed->held()));
            }
        }
        opened.poll();
        const FeedCounters& counters = opened.feed->log().counters;
        RC_ASSERT(opened.feed->tape()->tape()->digest() == expected);
        RC_ASSERT(counters.accepted == script.messages.size());
        RC_ASSERT(counters.repeated == sent.repeated);
        RC_ASSERT(counters.late + counters.broken + counters.missing == 0U);
    }));
}

void TestLiveFeed::missingMessagesGiveTheSameTapeAgain()
{
    const feeding::Script script = feeding::makeScript(makeData());
    QVERIFY(rc::check("the journal makes the tape that the session had", [&] {
        QTemporaryDir folder;
        const fs::path journal = fs::path(folder.path().toStdString()) / "journal";
        feeding::Disturbance how;
        how.seed = *rc::gen::arbitrary<std::uint32_t>();
        how.drop = *rc::gen::inRange(0, 20) / 100.0;
        how.repeat = how.reorder = 0.1;
        how.delay = *rc::gen::inRange(0, 10) / 100.0;
        how.far = 300;
        const auto sent = feeding::disturb(script.messages.size(), how);
        Opened opened = openFeed(makeRequest(), {.window = {.messages = 32}, .journal = journal});
        opened.source->hand(feedLine(script.header));
        for (const std::size_t position : sent.order) {
            opened.source->hand(lineOf(script, position));
            if (position % 40 == 0)
                opened.poll();
        }
        opened.poll();
        RC_ASSERT(opened.feed->finish().has_value());
        const FeedCounters& counters = opened.feed->log().counters;
        RC_ASSERT(addUp(counters, 0));
        RC_ASSERT(counters.received == sent.order.size());
        RC_ASSERT(counters.broken == 0U);
        const auto& tape = *opened.feed->tape()->tape();
        RC_PRE(tape.size() > 0);
        RC_ASSERT(digestOf(journal, makeRequest()) == tape.digest());
    }));
}

void TestLiveFeed::aGapIsGivenUpByTime()
{
    const feeding::Script script = feeding::makeScript(makeData());
    Opened opened = openFeed(makeRequest(), {.window = {.hold = Duration{2000}}, .bounds = {.gap = Duration{1000}}});
    opened.source->hand(feedLine(script.header) + lineOf(script, 0) + lineOf(script, 2));
    opened.poll();
    QCOMPARE(opened.feed->held(), std::size_t{1});
    opened.poll(Duration{1500});
    QVERIFY(opened.feed->status().blocked);
    QVERIFY(opened.poll(Duration{2000})); // nothing came; the clock says it
    QCOMPARE(opened.feed->log().counters.missing, std::uint64_t{1});
    QVERIFY(!opened.feed->status().blocked);
}

void TestLiveFeed::aSessionThatGoesOn()
{
    const MarketData data = makeData();
    const feeding::Script script = feeding::makeScript(data);
    const std::size_t half = script.messages.size() / 2;
    std::uint64_t known = 0;
    {
        Opened first = openFeed(makeRequest(), {.journal = path("journal")});
        first.source->hand(feedLine(script.header));
        for (std::size_t i = 0; i < half; ++i)
            first.source->hand(lineOf(script, i));
        first.poll();
        first.poll();
        known = first.source->known;
        QCOMPARE(known, std::uint64_t{half});
    }
    Opened second = openFeed(makeRequest(), {.journal = path("journal")});
    QVERIFY(second.feed->tape() != nullptr && second.feed->tape()->tape()->size() > 0);
    second.poll();
    QCOMPARE(second.source->known, known);
    second.source->reconnect();
    second.source->hand(allLines(script)); // from the beginning, although it need not
    second.poll();
    const FeedCounters& counters = second.feed->log().counters;
    QCOMPARE(counters.repeated, std::uint64_t{half});
    QCOMPARE(counters.accepted, std::uint64_t{script.messages.size()});
    QVERIFY(addUp(counters, 0));
    QCOMPARE(second.feed->tape()->tape()->digest(), build(data, makeRequest())->digest());
    QCOMPARE(digestOf(path("journal"), makeRequest()), build(data, makeRequest())->digest());
}

void TestLiveFeed::aJournalCutInALine()
{
    const feeding::Script script = feeding::makeScript(makeData());
    {
        Opened first = openFeed(makeRequest(), {.journal = path("journal")});
        first.source->hand(feedLine(script.header) + lineOf(script, 0) + lineOf(script, 1));
        first.poll();
    }
    fs::resize_file(path("journal"), fs::file_size(path("journal")) - 5);
    Opened second = openFeed(makeRequest(), {.journal = path("journal")});
    QCOMPARE(second.feed->log().counters.accepted, std::uint64_t{1});
    QCOMPARE(second.feed->log().counters.broken, std::uint64_t{0});
    second.source->reconnect();
    second.source->hand(allLines(script));
    second.poll();
    QCOMPARE(digestOf(path("journal"), makeRequest()), second.feed->tape()->tape()->digest());
    QCOMPARE(second.feed->log().counters.accepted, std::uint64_t{script.messages.size()});
}

void TestLiveFeed::theJournalOfAnotherFeed()
{
    const feeding::Script script = feeding::makeScript(makeData());
    FeedHeader other = script.header;
    other.name = "another";
    std::ofstream(path("journal")) << feedLine(other);
    Opened opened = openFeed(makeRequest(), {.journal = path("journal")});
    opened.source->hand(allLines(script));
    opened.poll();
    QCOMPARE(opened.feed->log().counters.accepted, std::uint64_t{0}); // refused at the header
    QVERIFY(opened.feed->log().faults.front().code() == ErrorCode::FeedHeader);
    QVERIFY(!FeedJournal::open(path("journal"), script.header));
    std::ofstream(path("text")) << "not a journal\n";
    QVERIFY(FeedJournal::open(path("text"), script.header).error().code() == ErrorCode::FeedJournal);
    QVERIFY(!FeedJournal::open(path("no/folder"), script.header));
    QVERIFY(readFeed(path("none")).error().code() == ErrorCode::DataNotFound);
    QVERIFY(readFeed(path("text")).error().code() == ErrorCode::FeedHeader);
}

void TestLiveFeed::aSenderThatComesAgain()
{
    const MarketData data = makeData();
    const feeding::Script script = feeding::makeScript(data);
    Opened opened = openFeed(makeRequest());
    std::string cut = allLines(script).substr(0, 40'000); // inside a line
    opened.source->hand(cut);
    opened.poll();
    opened.source->reconnect();
    opened.poll();
    const std::uint64_t known = opened.source->known;
    std::string rest = feedLine(script.header);
    for (std::size_t i = known; i < script.messages.size(); ++i)
        rest += lineOf(script, i);
    opened.source->reconnect();
    opened.source->hand(rest);
    opened.poll();
    QCOMPARE(opened.feed->tape()->tape()->digest(), build(data, makeRequest())->digest());
    QCOMPARE(opened.feed->log().counters.broken, std::uint64_t{1}); // the line that was cut
    QCOMPARE(opened.feed->log().counters.repeated, std::uint64_t{0});
}

void TestLiveFeed::aHeaderThatLacksASeries()
{
    TapeRequest request = makeRequest();
    request.frames = {{"aave.WETH", "variableBorrowIndex"}};
    Opened opened = openFeed(request);
    opened.source->hand(allLines(feeding::makeScript(makeData())));
    const auto refused = opened.feed->poll(kWall, {});
    QVERIFY(!refused && refused.error().code() == ErrorCode::DataSeriesMissing);
}

void TestLiveFeed::staleFeeds()
{
    MarketData data = makeData();
    auto& okx = data.candles.at(spotOf(Venue::Okx));
    for (auto* column : {&okx.open, &okx.high, &okx.low, &okx.close})
        column->resize(50);
    okx.time.resize(50); // its sender died
    Opened opened = openFeed(makeRequest());
    QStringList heard;
    opened.feed->onChange([&](const FeedStatus& status) {
        heard.append(QString::fromStdString(std::string(toText(status.state))));
        for (const StaleSeries& one : status.stale)
            heard.last() += " " + QString::fromStdString(one.name);
    });
    const feeding::Script script = feeding::makeScript(data);
    opened.source->hand(feedLine(script.header));
    for (std::size_t i = 0; i < script.messages.size(); ++i) {
        opened.source->hand(lineOf(script, i));
        opened.poll();
        if (script.messages[i].kind == FeedKind::Clock && script.messages[i].time == hour(60))
            break;
    }
    opened.poll(std::chrono::minutes{6});
    QCOMPARE(heard.value(0), QString("live"));
    QVERIFY2(heard.contains("stale okx BTC/USDT spot"), qPrintable(heard.join(", ")));
    QVERIFY(opened.feed->status().silent);
    QCOMPARE(opened.feed->status().reasons({}).size(), std::size_t{2});
}

void TestLiveFeed::throughASocket()
{
    const MarketData data = makeData();
    const feeding::Script script = feeding::makeScript(data);
    auto source = listenOnSocket(path("feed.sock"));
    QVERIFY(source);
    auto feed = LiveFeed::open(std::move(*source), makeRequest(), {.journal = path("journal")});
    QVERIFY(feed);
    std::thread sending([&] {
        const std::string lines = allLines(script);
        {
            FeedClient sender(path("feed.sock"));
            sender.send(std::string_view(lines).substr(0, lines.size() / 3));
        }
        FeedClient sender(path("feed.sock"));
        sender.send(lines);
    });
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < 20'000 && !((*feed)->tape() != nullptr && (*feed)->tape()->ended()))
        QVERIFY((*feed)->poll(kWall, Duration{100}));
    sending.join();
    QCOMPARE((*feed)->tape()->tape()->digest(), build(data, makeRequest())->digest());
    QCOMPARE(digestOf(path("journal"), makeRequest()), build(data, makeRequest())->digest());
}

void TestLiveFeed::theSender_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<bool>("complete");
    QTest::newRow("plain") << QStringList{} << true;
    QTest::newRow("disturbed") << QStringList{"--repeat", "0.1", "--reorder", "0.2", "--seed", "7"} << true;
    QTest::newRow("with losses") << QStringList{"--drop", "0.05", "--delay", "0.02", "--seed", "3"} << false;
    QTest::newRow("paced") << QStringList{"--rate", "20000"} << true;
}

void TestLiveFeed::theSender()
{
    QFETCH(QStringList, options);
    QFETCH(bool, complete);
    const MarketData data = makeDemoMarket(100);
    TapeRequest request;
    request.legs = {leg(Venue::Binance), leg(Venue::Binance, Product::Perp)};
    request.funding = {fundingOf(Venue::Binance)};
    request.gas = true;
    request.to = data.candles.begin()->second.time.back();
    auto feed = LiveFeed::open(followFile(path("feed")), request, {});
    QProcess sender;
    sender.start(QStringLiteral(CARRYDESK_BINARY_DIR "/bin/carrydesk-feed-sender"),
                 QStringList{"--data", "demo:100", "--file", QString::fromStdString(path("feed").string())} + options);
    QVERIFY2(sender.waitForFinished(60'000), qPrintable(sender.errorString()));
    QCOMPARE(sender.exitCode(), 0);
    QVERIFY2(sender.readAllStandardError().contains("messages sent"), "it says what it did");
    for (int i = 0; i < 100; ++i)
        QVERIFY((*feed)->poll(kWall, {}));
    QVERIFY((*feed)->finish());
    const FeedCounters& counters = (*feed)->log().counters;
    QVERIFY(addUp(counters, 0));
    QCOMPARE(counters.broken, std::uint64_t{0});
    QCOMPARE(counters.missing == 0, complete);
    QCOMPARE((*feed)->tape()->tape()->digest() == build(data, request)->digest(), complete);
}

QTEST_GUILESS_MAIN(TestLiveFeed)
#include "tst_live_feed.moc"
