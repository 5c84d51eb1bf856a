// SPDX-License-Identifier: GPL-3.0-or-later
// Messages come out in the order of their numbers, and what happened to each is counted.
#include "market/feed_sequencer.h"

#include "support/feed_script.h"

#include <QtTest>

#include <rapidcheck.h>

using namespace carry;

namespace
{

const Time kStart = fromMs(1'714'521'600'000);

struct Fixture {
    FeedLog log;
    FeedSequencer sequencer;
    std::vector<FeedMessage> released;

    explicit Fixture(FeedWindow window = {}) : sequencer(window, log) { sequencer.begin(0); }
    void take(std::uint64_t seq, Duration after = {})
    {
        FeedMessage message;
        message.seq = seq;
        sequencer.take(std::move(message), kStart + after, released);
    }
    std::vector<std::uint64_t> order() const
    {
        std::vector<std::uint64_t> numbers;
        for (const FeedMessage& message : released)
            numbers.push_back(message.seq);
        return numbers;
    }
};

using Numbers = std::vector<std::uint64_t>;

} // namespace

class TestFeedSequencer : public QObject
{
    Q_OBJECT

  private slots:
    void inOrderGoesOn();
    void beginsBehindTheHeader();
    void laterOnesWait();
    void repeatedOnesAreDropped();
    void aFullWindowGivesUp();
    void timeGivesUp();
    void theEndGivesUp();
    void whatComesAfterAllIsLate();
    void farNumbersAreRefused();
    void disturbedMessages();
};

void TestFeedSequencer::inOrderGoesOn()
{
    Fixture f;
    for (const std::uint64_t seq : Numbers{1, 2, 3})
        f.take(seq);
    QCOMPARE(f.order(), (Numbers{1, 2, 3}));
    QCOMPARE(f.sequencer.last(), std::uint64_t{3});
    QVERIFY(f.log.counters == FeedCounters{});
}

void TestFeedSequencer::beginsBehindTheHeader()
{
    Fixture f;
    FeedSequencer late({}, f.log);
    late.begin(41);
    late.begin(0); // of a header that came again
    FeedMessage message;
    message.seq = 42;
    late.take(message, kStart, f.released);
    QCOMPARE(f.order(), (Numbers{42}));
}

void TestFeedSequencer::laterOnesWait()
{
    Fixture f;
    for (const std::uint64_t seq : Numbers{1, 4, 3})
        f.take(seq);
    QCOMPARE(f.order(), (Numbers{1}));
    QCOMPARE(f.sequencer.held(), std::size_t{2});
    QVERIFY(f.sequencer.gapSince() == kStart);
    f.take(2);
    QCOMPARE(f.order(), (Numbers{1, 2, 3, 4}));
    QVERIFY(!f.sequencer.gapSince());
    QCOMPARE(f.log.counters.reordered, std::uint64_t{2}); // 3 behind 4, 2 behind both
    QCOMPARE(f.log.counters.missing, std::uint64_t{0});
}

void TestFeedSequencer::repeatedOnesAreDropped()
{
    Fixture f;
    for (const std::uint64_t seq : Numbers{1, 1, 3, 3, 2, 2, 3})
        f.take(seq);
    QCOMPARE(f.order(), (Numbers{1, 2, 3}));
    QCOMPARE(f.log.counters.repeated, std::uint64_t{4});
}

void TestFeedSequencer::aFullWindowGivesUp()
{
    Fixture f({.messages = 2});
    for (const std::uint64_t seq : Numbers{1, 3, 5})
        f.take(seq);
    QCOMPARE(f.order(), (Numbers{1}));
    f.take(6); // three would wait; only the first gap is given up
    QCOMPARE(f.order(), (Numbers{1, 3}));
    QCOMPARE(f.log.counters.missing, std::uint64_t{1});
    f.take(7);
    QCOMPARE(f.order(), (Numbers{1, 3, 5, 6, 7}));
    QCOMPARE(f.log.counters.missing, std::uint64_t{2});
}

void TestFeedSequencer::timeGivesUp()
{
    Fixture f({.hold = Duration{2000}});
    f.take(1);
    f.take(3, Duration{100});
    f.take(5, Duration{1500});
    f.sequencer.wait(kStart + Duration{2099}, f.released);
    QCOMPARE(f.order(), (Numbers{1}));
    f.sequencer.wait(kStart + Duration{2100}, f.released);
    QCOMPARE(f.order(), (Numbers{1, 3}));
    f.sequencer.wait(kStart + Duration{3500}, f.released);
    QCOMPARE(f.order(), (Numbers{1, 3, 5}));
    QCOMPARE(f.log.counters.missing, std::uint64_t{2});
}

void TestFeedSequencer::theEndGivesUp()
{
    Fixture f;
    for (const std::uint64_t seq : Numbers{2, 5, 6})
        f.take(seq);
    f.sequencer.flush(f.released);
    QCOMPARE(f.order(), (Numbers{2, 5, 6}));
    QCOMPARE(f.log.counters.missing, std::uint64_t{3});
}

void TestFeedSequencer::whatComesAfterAllIsLate()
{
    Fixture f({.messages = 0});
    for (const std::uint64_t seq : Numbers{1, 5})
        f.take(seq);
    QCOMPARE(f.log.counters.missing, std::uint64_t{3});
    for (const std::uint64_t seq : Numbers{3, 3, 2, 4, 5})
        f.take(seq);
    QCOMPARE(f.order(), (Numbers{1, 5}));
    QCOMPARE(f.log.counters.late, std::uint64_t{3});
    QCOMPARE(f.log.counters.repeated, std::uint64_t{2}); // 3 again, and 5
    QCOMPARE(f.log.counters.missing, std::uint64_t{3});
}

void TestFeedSequencer::farNumbersAreRefused()
{
    Fixture f({.farthest = 10});
    f.take(12);
    QCOMPARE(f.log.counters.broken, std::uint64_t{1});
    QVERIFY(f.log.faults[0].code() == ErrorCode::FeedAhead);
    f.take(11);
    f.take(1);
    QCOMPARE(f.sequencer.held(), std::size_t{1});
}

void TestFeedSequencer::disturbedMessages()
{
    QVERIFY(rc::check("each message is released once, in order, and counted", [] {
        const auto count = *rc::gen::inRange<std::size_t>(1, 3000);
        feeding::Disturbance how;
        how.seed = *rc::gen::arbitrary<std::uint32_t>();
        how.drop = *rc::gen::inRange(0, 10) / 100.0;
        how.repeat = *rc::gen::inRange(0, 20) / 100.0;
        how.reorder = *rc::gen::inRange(0, 30) / 100.0;
        const auto sent = feeding::disturb(count, how);
        Fixture f({.messages = 16}); // twice as far as they are displaced
        std::set<std::uint64_t> different;
        for (const std::size_t position : sent.order) {
            f.take(position + 1);
            different.insert(position + 1);
        }
        f.sequencer.flush(f.released);
        RC_ASSERT(f.order() == Numbers(different.begin(), different.end()));
        RC_ASSERT(f.log.counters.repeated == sent.repeated);
        const std::size_t unseen = different.empty() ? count : count - *different.rbegin(); // dropped behind the last
        RC_ASSERT(f.log.counters.missing == sent.dropped - unseen);
        RC_ASSERT(f.log.counters.late == 0U);
        RC_ASSERT(f.log.counters.broken == 0U);
    }));
}

QTEST_APPLESS_MAIN(TestFeedSequencer)
#include "tst_feed_sequencer.moc"
