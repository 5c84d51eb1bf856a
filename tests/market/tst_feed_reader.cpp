// SPDX-License-Identifier: GPL-3.0-or-later
// Lines of a feed: what is written comes back, and what cannot be read is counted and told.
#include "market/feed_reader.h"

#include <QtTest>

#include <bit>
#include <rapidcheck.h>

using namespace carry;

namespace
{

const Time kNoon = fromMs(1'714'564'800'000); // 2024-05-01T12:00Z

FeedHeader makeHeader()
{
    FeedHeader header;
    header.name = "made \"feed\"";
    header.synthetic = true;
    header.series = {
        {"binance.BTC.spot", FeedSeriesKind::Bars, {Venue::Binance, Asset::BTC, SeriesKind::SpotCandles}, kHour, 0, {}},
        {"okx.BTC.funding", FeedSeriesKind::Funding, {Venue::Okx, Asset::BTC, SeriesKind::Funding}, kHour, 8, {}},
        {"aave.WETH", FeedSeriesKind::Frame, {}, kHour, 0, {"variableBorrowIndex", "price"}},
        {"gas", FeedSeriesKind::Gas, {}, kHour, 0, {}},
    };
    return header;
}

std::vector<FeedMessage> makeMessages()
{
    std::vector<FeedMessage> all(6);
    for (std::size_t i = 0; i < all.size(); ++i) {
        all[i].seq = i + 1;
        all[i].time = kNoon;
        all[i].kind = static_cast<FeedKind>(i);
    }
    all[0].label = kNoon;
    all[0].open = 64'000.1;
    all[1].label = kNoon - kHour;
    all[1].high = 65'000;
    all[1].low = 1e-7;
    all[1].close = 0.1 + 0.2;
    all[1].volume = 0;
    all[2].series = 1;
    all[2].rate = -1.25e-5;
    all[2].intervalHours = 4;
    all[3].series = 2;
    all[3].values = {1.058106125508667, FeedMessage::kNone};
    all[4].series = 3;
    all[4].gwei = 12.07;
    return all;
}

std::string linesOf(const FeedHeader& header, const std::vector<FeedMessage>& messages)
{
    std::string text = feedLine(header);
    for (const FeedMessage& message : messages)
        addFeedLine(text, header, message);
    return text;
}

bool sameBits(double a, double b)
{
    return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) || (std::isnan(a) && std::isnan(b));
}

bool same(const FeedMessage& a, const FeedMessage& b)
{
    const bool plain = a.kind == b.kind && a.seq == b.seq && a.time == b.time && a.series == b.series &&
                       a.label == b.label && a.intervalHours == b.intervalHours && a.values.size() == b.values.size();
    return plain && sameBits(a.open, b.open) && sameBits(a.high, b.high) && sameBits(a.low, b.low) &&
           sameBits(a.close, b.close) && sameBits(a.volume, b.volume) && sameBits(a.rate, b.rate) &&
           sameBits(a.gwei, b.gwei) && std::equal(a.values.begin(), a.values.end(), b.values.begin(), sameBits);
}

//! A reader that has the header, and what it makes of one more line.
struct Fixture {
    FeedLog log;
    FeedReader reader{log};
    std::vector<FeedMessage> messages;

    Fixture() { take(feedLine(makeHeader())); }
    void take(const std::string& text) { reader.take(text, messages); }
    QString code() const
    {
        return log.faults.empty() ? QString() : QString::fromStdString(std::string(log.faults.back().codeText()));
    }
    QString found() const
    {
        return log.faults.empty() ? QString() : QString::fromStdString(std::string(log.faults.back().value("found")));
    }
};

} // namespace

class TestFeedReader : public QObject
{
    Q_OBJECT

  private slots:
    void everyKindComesBack();
    void doublesKeepTheirBits();
    void bytesInAnyPieces();
    void brokenLines_data();
    void brokenLines();
    void brokenHeaders_data();
    void brokenHeaders();
    void messagesBeforeTheHeader();
    void longLines();
    void aConnectionThatEndsInsideALine();
    void theHeaderOfAnotherFeed();
    void faultsAreBounded();
};

void TestFeedReader::everyKindComesBack()
{
    Fixture f;
    f.take(linesOf(makeHeader(), makeMessages())); // the header again is no message
    QVERIFY(*f.reader.header() == makeHeader());
    const auto sent = makeMessages();
    QCOMPARE(f.messages.size(), sent.size());
    for (std::size_t i = 0; i < sent.size(); ++i)
        QVERIFY2(same(f.messages[i], sent[i]), qPrintable(QString::number(i)));
    QCOMPARE(f.log.counters.received, std::uint64_t{6});
    QCOMPARE(f.log.counters.broken, std::uint64_t{0});
}

void TestFeedReader::doublesKeepTheirBits()
{
    QVERIFY(rc::check("a price comes back with its bits", [] {
        const auto bits = *rc::gen::arbitrary<std::uint64_t>();
        const auto open = std::abs(std::bit_cast<double>(bits));
        RC_PRE(std::isfinite(open) && open > 0);
        auto sent = makeMessages()[0];
        sent.open = open;
        Fixture f;
        std::string line;
        addFeedLine(line, makeHeader(), sent);
        f.take(line);
        RC_ASSERT(f.messages.size() == 1U);
        RC_ASSERT(sameBits(f.messages[0].open, open));
    }));
}

void TestFeedReader::bytesInAnyPieces()
{
    const std::string text = linesOf(makeHeader(), makeMessages());
    QVERIFY(rc::check("pieces make no difference", [&] {
        FeedLog log;
        FeedReader reader(log);
        std::vector<FeedMessage> messages;
        for (std::size_t at = 0; at < text.size();) {
            const auto size = *rc::gen::inRange<std::size_t>(1, 200);
            reader.take(std::string_view(text).substr(at, size), messages);
            at += size;
        }
        RC_ASSERT(messages.size() == 6U);
        RC_ASSERT(same(messages[5], makeMessages()[5]));
    }));
}

void TestFeedReader::brokenLines_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QString>("found");
    const auto row = [](const char* name, const char* line, const char* found) {
        QTest::newRow(name) << QByteArray(line) << QString(found);
    };
    row("no JSON", "hello", "no JSON object");
    row("cut", R"({"type":"clock","seq":7)", "no JSON object");
    row("a list", "[1]", "no JSON object");
    row("not UTF-8", "{\"type\":\"cl\xff\"}", "no JSON object");
    row("no type", R"({"seq":7,"time":1714564800000})", "'type' is missing");
    row("another type", R"({"type":"tick","seq":7,"time":1714564800000})", "no type of message 'tick'");
    row("no number", R"({"type":"clock","time":1714564800000})", "'seq' is missing");
    row("number zero", R"({"type":"clock","seq":0,"time":1714564800000})",
        "'seq' is no whole number from 1 to 9007199254740992");
    row("a huge number", R"({"type":"clock","seq":18446744073709551615,"time":1714564800000})",
        "'seq' is no whole number from 1 to 9007199254740992");
    row("a time in seconds", R"({"type":"clock","seq":7,"time":1714564800})",
        "'time' is no whole number from 1104537600000 to 4102444799999");
    row("a time as text", R"({"type":"clock","seq":7,"time":"2024-05-01"})",
        "'time' is no whole number from 1104537600000 to 4102444799999");
    row("unknown series", R"({"type":"bar","seq":7,"time":1714564800000,"label":1714564800000,"series":"x","open":1})",
        "the header has no such series 'x'");
    row("a series of another kind",
        R"({"type":"bar","seq":7,"time":1714564800000,"label":1714564800000,"series":"aave.WETH","open":1})",
        "the header has no such series 'aave.WETH'");
    row("an open before its label",
        R"({"type":"bar","seq":7,"time":1714564800000,"label":1714568400000,"series":"binance.BTC.spot","open":1})",
        "'time' of a bar that begins is not its label");
    row("an end before its time",
        R"({"type":"bar","seq":7,"time":1714564800000,"label":1714564800000,"series":"binance.BTC.spot","high":2,"low":1,"close":1})",
        "'time' of a bar that ended is not the end of its bar");
    row("high below low",
        R"({"type":"bar","seq":7,"time":1714568400000,"label":1714564800000,"series":"binance.BTC.spot","high":1,"low":2,"close":1})",
        "'high' is below 'low'");
    row("a price of zero",
        R"({"type":"bar","seq":7,"time":1714564800000,"label":1714564800000,"series":"binance.BTC.spot","open":0})",
        "'open' must be above zero");
    row("a price as text",
        R"({"type":"bar","seq":7,"time":1714564800000,"label":1714564800000,"series":"binance.BTC.spot","open":"1"})",
        "'open' is no number");
    row("an infinite rate",
        R"({"type":"funding","seq":7,"time":1714564800000,"series":"okx.BTC.funding","rate":1e999})", "no JSON object");
    row("an interval",
        R"({"type":"funding","seq":7,"time":1714564800000,"series":"okx.BTC.funding","rate":0,"interval_h":25})",
        "'interval_h' is no whole number from 1 to 24");
    row("an unknown column", R"({"type":"frame","seq":7,"time":1714564800000,"series":"aave.WETH","values":{"x":1}})",
        "the series has no column 'x'");
    row("negative gas", R"({"type":"gas","seq":7,"time":1714564800000,"gwei":-1})", "'gwei' must not be negative");
}

void TestFeedReader::brokenLines()
{
    QFETCH(QByteArray, line);
    QFETCH(QString, found);
    Fixture f;
    f.take(line.toStdString() + "\n");
    QVERIFY(f.messages.empty());
    QCOMPARE(f.code(), QString("FEED-001"));
    QCOMPARE(f.found(), found);
    QCOMPARE(f.log.counters.received, std::uint64_t{1});
    QCOMPARE(f.log.counters.broken, std::uint64_t{1});
    std::string clock;
    addFeedLine(clock, makeHeader(), makeMessages()[5]);
    f.take("\n \r\n" + clock); // it goes on, and blank lines are nothing
    QCOMPARE(f.messages.size(), std::size_t{1});
    QCOMPARE(f.log.counters.received, std::uint64_t{2});
}

void TestFeedReader::brokenHeaders_data()
{
    QTest::addColumn<QString>("change"); // "a|b": a becomes b
    QTest::addColumn<QString>("code");
    QTest::newRow("a later version") << R"("version":1|"version":2)"
                                     << "FEED-003";
    QTest::newRow("no version") << R"("version":1,|)"
                                << "FEED-004";
    QTest::newRow("no venue") << "okx\",|kraken\","
                              << "FEED-004";
    QTest::newRow("a wallet is no exchange") << R"("okx",|"wallet",)"
                                             << "FEED-004";
    QTest::newRow("no asset") << R"("asset":"BTC"|"asset":"DOGE")"
                              << "FEED-004";
    QTest::newRow("equal ids") << "okx.BTC.funding|binance.BTC.spot"
                               << "FEED-004";
    QTest::newRow("equal columns") << "price|variableBorrowIndex"
                                   << "FEED-004";
    QTest::newRow("no cadence") << R"("cadence_min":60|"cadence_min":0)"
                                << "FEED-004";
    QTest::newRow("closing") << R"("clock"|"never")"
                             << "FEED-004";
    QTest::newRow("a quote in an id") << R"("aave.WETH"|"a\"b")"
                                      << "FEED-004";
    QTest::newRow("a frame called gas") << R"("aave.WETH"|"gas")"
                                        << "FEED-004";
}

void TestFeedReader::brokenHeaders()
{
    QFETCH(QString, change);
    QFETCH(QString, code);
    const QStringList parts = change.split('|');
    QString line = QString::fromStdString(feedLine(makeHeader()));
    QVERIFY2(line.contains(parts[0]), qPrintable(line));
    FeedLog log;
    FeedReader reader(log);
    std::vector<FeedMessage> messages;
    reader.take(line.replace(parts[0], parts[1]).toStdString(), messages);
    QVERIFY(!reader.header());
    QCOMPARE(log.counters.broken, std::uint64_t{1});
    QCOMPARE(QString::fromStdString(std::string(log.faults[0].codeText())), code);
}

void TestFeedReader::messagesBeforeTheHeader()
{
    FeedLog log;
    FeedReader reader(log);
    std::vector<FeedMessage> messages;
    std::string text;
    addFeedLine(text, makeHeader(), makeMessages()[5]);
    reader.take(text, messages);
    QVERIFY(messages.empty());
    QVERIFY(log.faults[0].code() == ErrorCode::FeedHeader);
    reader.take(feedLine(makeHeader()) + text, messages);
    QCOMPARE(messages.size(), std::size_t{1});
}

void TestFeedReader::longLines()
{
    Fixture f;
    const std::string most(FeedReader::kLongestLine, ' ');
    f.take(most + "\n");
    QCOMPARE(f.log.counters.broken, std::uint64_t{0});
    f.take(most);
    f.take("x");
    f.take(most + "\n");
    QCOMPARE(f.log.counters.broken, std::uint64_t{1}); // once
    QCOMPARE(f.code(), QString("FEED-002"));
    std::string clock;
    addFeedLine(clock, makeHeader(), makeMessages()[5]);
    f.take(clock);
    QCOMPARE(f.messages.size(), std::size_t{1});
}

void TestFeedReader::aConnectionThatEndsInsideALine()
{
    Fixture f;
    f.take(R"({"type":"clock","seq":7,)");
    f.reader.connected();
    QCOMPARE(f.log.counters.broken, std::uint64_t{1});
    f.take(linesOf(makeHeader(), makeMessages()));
    QCOMPARE(f.messages.size(), std::size_t{6});
    QCOMPARE(f.log.counters.broken, std::uint64_t{1});
}

void TestFeedReader::theHeaderOfAnotherFeed()
{
    Fixture f;
    FeedHeader other = makeHeader();
    other.series.pop_back();
    f.reader.connected();
    auto messages = makeMessages();
    messages.erase(messages.begin() + 4);
    f.take(linesOf(other, messages));
    QVERIFY(f.messages.empty());
    QCOMPARE(f.log.counters.broken, std::uint64_t{6});
    QVERIFY(*f.reader.header() == makeHeader());
    f.reader.connected();
    f.take(linesOf(makeHeader(), makeMessages()));
    QCOMPARE(f.messages.size(), std::size_t{6});
}

void TestFeedReader::faultsAreBounded()
{
    Fixture f;
    for (int i = 0; i < 1000; ++i)
        f.take("x\n");
    QCOMPARE(f.log.counters.broken, std::uint64_t{1000});
    QCOMPARE(f.log.faults.size(), FeedLog::kKept);
    QCOMPARE(std::string(f.log.faults.back().value("line")), std::string("1001"));
}

QTEST_APPLESS_MAIN(TestFeedReader)
#include "tst_feed_reader.moc"
