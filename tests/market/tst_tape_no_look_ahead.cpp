// SPDX-License-Identifier: GPL-3.0-or-later
// What can be read at a step does not depend on anything that becomes known later.
#include "made_market.h"
#include "random_market.h"

#include <rapidcheck.h>

using namespace carry;
using namespace made;
using namespace random_market;

namespace
{

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
