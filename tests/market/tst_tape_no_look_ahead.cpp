// SPDX-License-Identifier: GPL-3.0-or-later
// What can be read at a step does not depend on anything that becomes known later.
#include "made_market.h"

#include <rapidcheck.h>

#include <limits>

using namespace carry;
using namespace made;

namespace
{

constexpr int kHours = 60;

//! Whole numbers from one seed, so that a failure is shown as a seed and a step.
class Dice
{
  public:
    explicit Dice(std::uint32_t seed) : m_state(seed) {}
    int below(int limit)
    {
        m_state = m_state * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
        return static_cast<int>((m_state >> 33) % static_cast<std::uint64_t>(limit));
    }

  private:
    std::uint64_t m_state;
};

//! Hourly bars of random prices with random holes; the first bar is always there.
void addRandomBars(MarketData& data, const SeriesKey& key, Dice& dice)
{
    for (int h = 0; h < kHours; ++h) {
        const double open = 1000 + dice.below(1000);
        const double close = 1000 + dice.below(1000);
        if (h == 0 || dice.below(5) != 0)
            addBar(data.candles[key], hour(h), open, open + 10, open - 10, close);
    }
}

void addRandomFunding(MarketData& data, Venue venue, Dice& dice)
{
    addFunding(data, venue, hour(-8), 1e-4);
    for (int h = 0; h < kHours; ++h) {
        const bool due = h % 8 == 0 && dice.below(4) != 0;
        const bool odd = dice.below(15) == 0; // between two labels
        if (due || odd)
            addFunding(data, venue, hour(h + (due ? 0 : 0.5)), 1e-6 * (dice.below(600) - 300));
    }
}

//! The same market in which everything that is not known at `now` has other values. Times stay: when something will
//! be observed is no secret.
MarketData alteredAfter(Time now, MarketData data)
{
    for (auto& [key, bars] : data.candles) {
        for (std::size_t i = 0; i < bars.time.size(); ++i) {
            if (bars.time[i] > now)
                bars.open[i] *= 1.5;
            if (bars.time[i] + bars.cadence > now) { // the bar has not ended
                bars.high[i] *= 2;
                bars.low[i] /= 2;
                bars.close[i] *= 1.5;
            }
        }
    }
    for (auto& [key, funding] : data.funding)
        for (std::size_t i = 0; i < funding.time.size(); ++i)
            if (funding.time[i] > now)
                funding.rate[i] += 0.01;
    for (auto& [id, frame] : data.frames)
        for (std::size_t i = 0; i < frame.time.size(); ++i)
            if (frame.time[i] > now)
                frame.values[1][i] *= 3;
    return data;
}

bool sameBar(const std::optional<BarExtremes>& a, const std::optional<BarExtremes>& b)
{
    return a.has_value() == b.has_value() && (!a || (a->open == b->open && a->high == b->high && a->low == b->low));
}

bool sameEvent(const FundingEvent* a, const FundingEvent* b)
{
    if (a == nullptr || b == nullptr)
        return a == b;
    return a->time == b->time && a->rate == b->rate && a->trailing3d == b->trailing3d && a->flags == b->flags;
}

bool sameReadings(const MarketView& a, const MarketView& b, const TapeRequest& request)
{
    bool same = a.time() == b.time() && a.isBarLabel() == b.isBarLabel() && a.gasGwei() == b.gasGwei();
    for (LegIndex i = 0; i < request.legs.size(); ++i)
        same = same && a.price(i) == b.price(i) && a.observed(i) == b.observed(i) && a.flags(i) == b.flags(i) &&
               sameBar(a.endedBar(i), b.endedBar(i));
    for (std::size_t i = 0; i < request.funding.size(); ++i)
        same = same && sameEvent(a.settlement(i), b.settlement(i)) &&
               sameEvent(a.lastSettlement(i), b.lastSettlement(i)) &&
               a.trailingFunding(i, 3 * kDay) == b.trailingFunding(i, 3 * kDay) &&
               a.trailingFunding(i, kDay) == b.trailingFunding(i, kDay);
    for (std::size_t i = 0; i < request.frames.size(); ++i)
        same = same && a.frame(i) == b.frame(i) && a.frameObserved(i) == b.frameObserved(i);
    return same;
}

//! A row about every fifth hour, some without a value.
void addRandomFrame(MarketData& data, Dice& dice)
{
    FrameSeries& frame = data.frames["rate"];
    frame.columns = {"other", "value"};
    frame.values.resize(2);
    for (int h = -5; h < kHours; ++h)
        if (h == -5 || dice.below(5) == 0) {
            const bool known = h == -5 || dice.below(5) != 0;
            frame.time.push_back(hour(h));
            frame.values[0].push_back(0);
            frame.values[1].push_back(known ? 1 + dice.below(100) : std::numeric_limits<double>::quiet_NaN());
            frame.line.push_back(1);
        }
    frame.time.push_back(hour(kHours)); // known to the end of the run
    frame.values[0].push_back(0);
    frame.values[1].push_back(1);
    frame.line.push_back(1);
}

TapeRequest makeRequest(const MarketData& data, Dice& dice)
{
    TapeRequest request;
    Time last = hour(kHours);
    for (const Venue venue : kExchanges) {
        request.legs.push_back(leg(venue));
        request.funding.push_back(fundingOf(venue));
        last = std::min(last, data.candles.at(spotOf(venue)).time.back());
    }
    request.gas = true;
    request.frames = {{"rate", "value"}}; // growth rests on a later row and is not for decisions
    request.missingBars = dice.below(2) == 0 ? MissingBars::Carry : MissingBars::Peer;
    request.missingFunding = dice.below(2) == 0 ? MissingFunding::Zero : MissingFunding::PeerMean;
    request.from = hour(0);
    request.to = last;
    return request;
}

//! Compares a random market, up to a random step, with one altered afterwards.
void checkNoLookAhead()
{
    Dice dice(*rc::gen::arbitrary<std::uint32_t>());
    MarketData data;
    for (const Venue venue : kExchanges) {
        addRandomBars(data, spotOf(venue), dice);
        addRandomFunding(data, venue, dice);
    }
    for (int h = 0; h < kHours; ++h)
        addGas(data, hour(h), 1 + dice.below(100));
    addRandomFrame(data, dice);
    const TapeRequest request = makeRequest(data, dice);
    const auto tape = build(data, request);
    const auto step = *rc::gen::inRange<std::size_t>(0, tape->size());
    const auto other = build(alteredAfter(tape->timeAt(step), data), request);
    RC_ASSERT(tape->size() == other->size());
    for (std::size_t s = 0; s <= step; ++s)
        RC_ASSERT(sameReadings({*tape, s}, {*other, s}, request));
    if (step + 1 < tape->size()) // the alteration is seen where it belongs
        RC_ASSERT(tape->digest() != other->digest());
}

} // namespace

class TestTapeNoLookAhead : public QObject
{
    Q_OBJECT

  private slots:
    void nothingOfLaterSteps();
    void longBarAmongShortOnes();
};

void TestTapeNoLookAhead::nothingOfLaterSteps()
{
    QVERIFY(rc::check("a step sees nothing of later ones", checkNoLookAhead));
}

void TestTapeNoLookAhead::longBarAmongShortOnes()
{
    MarketData data;
    addHours(data, spotOf(Venue::Binance), 0, 2, 1000);
    CandleSeries& quarters = data.candles[perpOf(Venue::Binance)];
    quarters.cadence = kHour / 4;
    for (int q = 0; q < 8; ++q)
        addBar(quarters, hour(q / 4.0), 2000, 2001, 1999, 2000.5);
    TapeRequest request;
    request.legs = {leg(Venue::Binance), leg(Venue::Binance, Product::Perp)};
    const auto tape = Tape::build(data, request);
    QVERIFY(!tape);
    QCOMPARE(tape.error().code(), ErrorCode::DataCadence);
}

QTEST_APPLESS_MAIN(TestTapeNoLookAhead)
#include "tst_tape_no_look_ahead.moc"
