// SPDX-License-Identifier: GPL-3.0-or-later
#include "market/feed_health.h"

#include <QtTest>

using namespace carry;

namespace
{

const Time kWall = fromMs(1'764'000'000'000);
const Time kClock = fromMs(1'714'521'600'000);

FeedHeader makeHeader()
{
    FeedHeader header;
    header.name = "made";
    header.series = {
        {"binance.BTC.spot", FeedSeriesKind::Bars, {Venue::Binance, Asset::BTC, SeriesKind::SpotCandles}, kHour, 0, {}},
        {"okx.BTC.funding", FeedSeriesKind::Funding, {Venue::Okx, Asset::BTC, SeriesKind::Funding}, kHour, 8, {}},
        {"aave.WETH", FeedSeriesKind::Frame, {}, kHour, 0, {"price"}},
        {"gas", FeedSeriesKind::Gas, {}, kHour, 0, {}},
    };
    return header;
}

using Last = std::vector<std::optional<Time>>;

FeedReadings readings(const Last& last, Time wall = kWall, std::optional<Time> gap = {})
{
    return {wall, kClock, &last, gap};
}

} // namespace

class TestFeedHealth : public QObject
{
    Q_OBJECT

  private slots:
    void waitsForTheFirstMessage();
    void silence();
    void aWallClockThatGoesBack();
    void oldSeriesAreNamed();
    void seriesNobodyReads();
    void aGap();
    void withoutBounds();
    void tellsChangesOnly();
};

void TestFeedHealth::waitsForTheFirstMessage()
{
    FeedHealth health(makeHeader(), {});
    const Last none(4);
    QVERIFY(health.check({kWall, {}, &none, {}}).state == FeedState::Waiting);
    QVERIFY(health.status().stale.empty());
    health.heard(kWall);
    QVERIFY(health.check({kWall, {}, &none, {}}).state == FeedState::Live); // nothing is closed yet
}

void TestFeedHealth::silence()
{
    const Last fresh(4, kClock);
    FeedHealth health(makeHeader(), {.silence = Duration{60'000}});
    health.heard(kWall);
    QVERIFY(health.check(readings(fresh, kWall + Duration{60'000})).state == FeedState::Live);
    const FeedStatus& status = health.check(readings(fresh, kWall + Duration{61'000}));
    QVERIFY(status.state == FeedState::Stale && status.silent && status.stale.empty());
    const auto reasons = status.reasons(health.bounds());
    QCOMPARE(reasons.size(), std::size_t{1});
    QCOMPARE(QString::fromStdString(describe(reasons[0])),
             QString("FEED-009 No message of the feed for 61 s, bound 60 s. Look at the sender; proposals go on with "
                     "fresh data."));
    health.heard(kWall + Duration{62'000});
    QVERIFY(health.check(readings(fresh, kWall + Duration{62'000})).state == FeedState::Live);
}

void TestFeedHealth::aWallClockThatGoesBack()
{
    const Last fresh(4, kClock);
    FeedHealth health(makeHeader(), {});
    health.heard(kWall);
    health.heard(kWall - kDay);
    QVERIFY(health.check(readings(fresh, kWall - kHour)).silence == Duration{});
    QVERIFY(health.check(readings(fresh, kWall + Duration{1000})).silence == Duration{1000});
}

void TestFeedHealth::oldSeriesAreNamed()
{
    FeedHealth health(makeHeader(), {});
    health.heard(kWall);
    Last last{kClock - 2 * kHour, kClock - 25 * kHour, kClock - 49 * kHour, kClock - 6 * kHour};
    QVERIFY(health.check(readings(last)).state == FeedState::Live); // just within
    for (auto& t : last)
        *t -= Duration{1};
    QCOMPARE(health.check(readings(last)).stale.size(), std::size_t{4});
    last[1] = kClock;
    last[2].reset();
    const FeedStatus& status = health.check(readings(last));
    QVERIFY(status.state == FeedState::Stale);
    QCOMPARE(status.stale.size(), std::size_t{3});
    QCOMPARE(status.stale[0].name, std::string("binance BTC/USDT spot"));
    QVERIFY(status.stale[0].bound == 2 * kHour);
    QVERIFY(!status.stale[1].age);
    const auto reasons = status.reasons(health.bounds());
    QCOMPARE(reasons[0].message(),
             std::string("binance BTC/USDT spot: age of the last reading 120 min, bound 120 min"));
    QCOMPARE(reasons[1].message(), std::string("aave.WETH: age of the last reading unknown, bound 2940 min"));
}

void TestFeedHealth::seriesNobodyReads()
{
    FeedHealth health(makeHeader(), {}, {true, false, false, false});
    health.heard(kWall);
    const Last last{kClock, {}, {}, {}};
    QVERIFY(health.check(readings(last)).state == FeedState::Live);
}

void TestFeedHealth::aGap()
{
    const Last fresh(4, kClock);
    FeedHealth health(makeHeader(), {.gap = Duration{5000}});
    health.heard(kWall);
    QVERIFY(health.check(readings(fresh, kWall, kWall - Duration{5000})).state == FeedState::Live);
    QVERIFY(health.check(readings(fresh, kWall, kWall - Duration{5001})).blocked);
    QVERIFY(health.status().state == FeedState::Stale);
    QCOMPARE(health.status().reasons(health.bounds()).size(), std::size_t{1});
}

void TestFeedHealth::withoutBounds()
{
    FeedHealth health(makeHeader(), {Duration{}, 0, Duration{}, Duration{}, Duration{}, Duration{}});
    health.heard(kWall);
    const Last none(4);
    QVERIFY(health.check(readings(none, kWall + 100 * kDay, kWall)).state == FeedState::Live);
}

void TestFeedHealth::tellsChangesOnly()
{
    FeedHealth health(makeHeader(), {});
    QStringList heard;
    health.onChange([&](const FeedStatus& status) {
        heard.append(QString::fromStdString(std::string(toText(status.state))) + QString::number(status.stale.size()));
    });
    Last last(4, kClock);
    health.check(readings(last));
    health.heard(kWall);
    health.check(readings(last));
    health.check(readings(last));
    last[0] = kClock - kDay;
    health.check(readings(last));
    health.check(readings(last));
    last[3] = kClock - kDay;
    health.check(readings(last));
    last.assign(4, kClock);
    health.check(readings(last));
    QCOMPARE(heard, (QStringList{"live0", "stale1", "stale2", "live0"}));
}

QTEST_APPLESS_MAIN(TestFeedHealth)
#include "tst_feed_health.moc"
