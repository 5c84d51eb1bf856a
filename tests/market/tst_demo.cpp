// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/digest.h"
#include "market/market_data.h"

#include <QtTest>

#include <algorithm>
#include <cmath>

using namespace carry;

namespace
{

// Of every value of the market. The same for every build and machine; it changes with the recipe or the generator only,
// and then stored demo runs no longer repeat.
constexpr const char* kExpectedDigest = "0691087cb642d8996e5bd99b82d0c810ef80a95f6259cd3381dc535c6b9dbdbe";

constexpr std::size_t kBars = 9480;
constexpr std::size_t kHoleBars = 20;
constexpr std::size_t kDays = 395;
constexpr std::size_t kSettlements = 1185;
constexpr std::array kCoins{Asset::BTC, Asset::ETH};

Time at(const char* text)
{
    return parseIsoTime(text).value();
}

const Time kFirst = at("2024-06-01T00:00:00Z");
const Time kLast = at("2025-06-30T23:00:00Z");
const Time kLastMidnight = at("2025-06-30T00:00:00Z");
const Time kHoleFrom = at("2025-02-26T04:00:00Z"); // last bar before and first bar after
const Time kHoleTo = at("2025-02-27T01:00:00Z");
// Regimes of the recipe, [from, to).
const Time kRallyFrom = at("2024-07-21T00:00:00Z"), kRallyTo = at("2024-08-30T00:00:00Z");
const Time kCrashFrom = at("2024-10-04T00:00:00Z"), kCrashTo = at("2024-10-22T00:00:00Z");
const Time kDepegFrom = at("2024-12-16T00:00:00Z"), kDepegTo = at("2024-12-23T00:00:00Z");

const MarketData& demo()
{
    static const MarketData data = makeDemoMarket();
    return data;
}

void hashTimes(Sha256& sha, const std::vector<Time>& times)
{
    sha.u64(times.size());
    for (const Time t : times)
        sha.u64(static_cast<std::uint64_t>(toMs(t)));
}

void hashFrame(Sha256& sha, const FrameSeries& frame)
{
    hashTimes(sha, frame.time);
    for (std::size_t c = 0; c < frame.columns.size(); ++c) {
        sha.text(frame.columns[c]);
        sha.doubles(frame.values[c]);
    }
}

std::string digestOf(const MarketData& data)
{
    Sha256 sha;
    for (const auto& [key, series] : data.candles) {
        sha.text(describeSeries(key));
        hashTimes(sha, series.time);
        for (const std::vector<double>* values : {&series.open, &series.high, &series.low, &series.close})
            sha.doubles(*values);
    }
    for (const auto& [key, series] : data.funding) {
        sha.text(describeSeries(key));
        hashTimes(sha, series.time);
        sha.doubles(series.rate);
        sha.bytes(series.intervalHours.data(), series.intervalHours.size());
    }
    for (const auto& [id, frame] : data.frames) {
        sha.text(id);
        hashFrame(sha, frame);
    }
    for (const auto& [pair, row] : data.costs) {
        sha.text(pair);
        const std::array cells{row.upTo10k, row.upTo100k, row.above};
        sha.doubles(cells);
    }
    return sha.hex();
}

bool isUniform(const std::vector<Time>& times, Duration cadence)
{
    return std::ranges::adjacent_find(times, [&](Time a, Time b) { return b - a != cadence; }) == times.end();
}

bool areFinite(const std::vector<double>& values)
{
    return std::ranges::all_of(values, [](double v) { return std::isfinite(v); });
}

std::size_t failingBars(const CandleSeries& s)
{
    std::size_t failing = 0;
    for (std::size_t i = 0; i < s.time.size(); ++i) {
        const bool sound = s.low[i] > 0 && s.low[i] <= std::min(s.open[i], s.close[i]) &&
                           s.high[i] >= std::max(s.open[i], s.close[i]) && std::isfinite(s.high[i]);
        failing += sound ? 0 : 1;
    }
    return failing;
}

double largestRange(const CandleSeries& s)
{
    double largest = 0;
    for (std::size_t i = 0; i < s.time.size(); ++i)
        largest = std::max(largest, s.high[i] / s.low[i] - 1.0);
    return largest;
}

//! Largest distance of an open from the close before it, in bp; bars behind a hole do not count.
double largestJumpBp(const CandleSeries& s)
{
    double largest = 0;
    for (std::size_t i = 1; i < s.time.size(); ++i)
        if (s.time[i] - s.time[i - 1] == kHour)
            largest = std::max(largest, std::abs(s.open[i] / s.close[i - 1] - 1.0) * 1e4);
    return largest;
}

double meanRate(const FundingSeries& s, Time from, Time to)
{
    double sum = 0;
    std::size_t count = 0;
    for (std::size_t i = 0; i < s.time.size(); ++i) {
        if (s.time[i] < from || s.time[i] >= to)
            continue;
        sum += s.rate[i];
        ++count;
    }
    return sum / static_cast<double>(count);
}

//! Settlements in a row, at most, at which the last three days' rates sum to less than zero.
std::size_t longestNegativeStretch(const FundingSeries& s)
{
    std::size_t longest = 0, current = 0;
    for (std::size_t i = 9; i <= s.rate.size(); ++i) {
        double sum = 0;
        for (std::size_t k = i - 9; k < i; ++k)
            sum += s.rate[k];
        current = sum < 0 ? current + 1 : 0;
        longest = std::max(longest, current);
    }
    return longest;
}

const CandleSeries& candles(Venue venue, Asset asset, SeriesKind kind)
{
    return demo().candles.at({venue, asset, kind});
}

} // namespace

class TestDemo : public QObject
{
    Q_OBJECT

  private slots:
    void saysThatItIsSynthetic();
    void candlesCoverTheSpan();
    void barsAreSound();
    void opensFollowCloses();
    void startsAtTheRecipesPrices();
    void pricesGoThroughTheRegimes();
    void venuesAgree();
    void coinsMoveTogether();
    void holeIsMissingAndReported();
    void fundingCoversTheSpan();
    void fundingHasTheRegimesSign();
    void fundingTurnsNegativeForTenDays();
    void framesCoverTheSpan();
    void valuesAreFinite();
    void oraclesNeverFall();
    void pegBreaksAndRecovers();
    void aaveIndicesFollowRates();
    void coverageListsEverySeries();
    void costsAreTheUsualTable();
    void isTheSameEveryTime();
    void ofItsOwnLength();
    void cutShort();
    void playedToAndFro();
    void playedIndicesGoOnGrowing();
};

void TestDemo::saysThatItIsSynthetic()
{
    QVERIFY(demo().synthetic);
    QCOMPARE(demo().name, std::string("demo (synthetic)"));
    QCOMPARE(demo().files.size(), std::size_t{1});
    QCOMPARE(demo().files[0].format, std::string("synthetic"));
    QVERIFY(demo().files[0].used);
}

void TestDemo::candlesCoverTheSpan()
{
    QCOMPARE(demo().candles.size(), std::size_t{12});
    for (const auto& [key, series] : demo().candles) {
        const std::size_t rows = key.venue == Venue::Binance ? kBars - kHoleBars : kBars;
        QCOMPARE(series.time.size(), rows);
        QCOMPARE(series.open.size(), rows);
        QCOMPARE(series.high.size(), rows);
        QCOMPARE(series.low.size(), rows);
        QCOMPARE(series.close.size(), rows);
        QCOMPARE(series.line.size(), rows);
        QVERIFY(series.time.front() == kFirst && series.time.back() == kLast);
        QVERIFY(series.cadence == kHour);
        QCOMPARE(isUniform(series.time, kHour), key.venue != Venue::Binance);
    }
}

void TestDemo::barsAreSound()
{
    for (const auto& [key, series] : demo().candles) {
        QCOMPARE(failingBars(series), std::size_t{0});
        QVERIFY2(largestRange(series) < 0.08, describeSeries(key).c_str());
    }
}

void TestDemo::opensFollowCloses()
{
    for (const auto& [key, series] : demo().candles) {
        const double jump = largestJumpBp(series);
        if (key.venue == Venue::Binance)
            QVERIFY2(jump > 0 && jump < 1, describeSeries(key).c_str());
        else
            QCOMPARE(jump, 0.0);
    }
}

void TestDemo::startsAtTheRecipesPrices()
{
    QCOMPARE(candles(Venue::Binance, Asset::BTC, SeriesKind::SpotCandles).open.front(), 67560.0);
    QCOMPARE(candles(Venue::Binance, Asset::ETH, SeriesKind::SpotCandles).open.front(), 3333.0);
}

void TestDemo::pricesGoThroughTheRegimes()
{
    const CandleSeries& btc = candles(Venue::Bybit, Asset::BTC, SeriesKind::SpotCandles);
    const auto lowest = std::ranges::min_element(btc.low);
    const auto highest = std::ranges::max_element(btc.high);
    QVERIFY(*lowest > 47'000 && *lowest < 53'000);
    QVERIFY(*highest > 107'000 && *highest < 113'000);
    const Time bottom = btc.time[static_cast<std::size_t>(lowest - btc.low.begin())];
    const Time peak = btc.time[static_cast<std::size_t>(highest - btc.high.begin())];
    QVERIFY(bottom > kCrashFrom && bottom < kCrashTo + 7 * kDay);
    QVERIFY(peak > at("2025-04-01T00:00:00Z"));
}

void TestDemo::venuesAgree()
{
    for (const Asset coin : kCoins) {
        const CandleSeries& bybit = candles(Venue::Bybit, coin, SeriesKind::SpotCandles);
        const CandleSeries& okx = candles(Venue::Okx, coin, SeriesKind::SpotCandles);
        const CandleSeries& perp = candles(Venue::Bybit, coin, SeriesKind::PerpCandles);
        for (std::size_t i = 0; i < kBars; ++i) {
            QVERIFY(std::abs(okx.open[i] / bybit.open[i] - 1.0) < 15e-4);
            QVERIFY(std::abs(perp.open[i] / bybit.open[i] - 1.0) < 40e-4);
        }
    }
}

void TestDemo::coinsMoveTogether()
{
    const CandleSeries& btc = candles(Venue::Okx, Asset::BTC, SeriesKind::SpotCandles);
    const CandleSeries& eth = candles(Venue::Okx, Asset::ETH, SeriesKind::SpotCandles);
    double both = 0, b = 0, e = 0;
    for (std::size_t i = 0; i < kBars; ++i) {
        const double x = btc.close[i] / btc.open[i] - 1.0, y = eth.close[i] / eth.open[i] - 1.0;
        both += x * y;
        b += x * x;
        e += y * y;
    }
    const double correlation = both / std::sqrt(b * e);
    QVERIFY(correlation > 0.77 && correlation < 0.83);
    QVERIFY(e > 1.3 * b); // ETH moves more
}

void TestDemo::holeIsMissingAndReported()
{
    QCOMPARE(demo().report.findings.size(), std::size_t{4});
    std::size_t matched = 0;
    for (const auto& [key, series] : demo().candles) {
        if (key.venue != Venue::Binance)
            continue;
        const auto after = std::ranges::upper_bound(series.time, kHoleFrom);
        QVERIFY(*(after - 1) == kHoleFrom && *after == kHoleTo);
        for (const Finding& finding : demo().report.findings) {
            if (finding.series != describeSeries(key))
                continue;
            ++matched;
            QVERIFY(finding.kind == FindingKind::Hole && finding.severity == FindingSeverity::Warning);
            QVERIFY(finding.rule == QualityRule::FillFromPeer);
            QVERIFY(finding.from == kHoleFrom && finding.to == kHoleTo);
            QCOMPARE(finding.count, std::uint64_t{kHoleBars});
        }
    }
    QCOMPARE(matched, std::size_t{4});
}

void TestDemo::fundingCoversTheSpan()
{
    QCOMPARE(demo().funding.size(), std::size_t{6});
    for (const auto& [key, series] : demo().funding) {
        QVERIFY(key.kind == SeriesKind::Funding);
        QCOMPARE(series.time.size(), kSettlements);
        QCOMPARE(series.rate.size(), kSettlements);
        QVERIFY(std::ranges::all_of(series.intervalHours, [](std::uint8_t hours) { return hours == 8; }));
        QVERIFY(series.time.front() == kFirst && series.time.back() == at("2025-06-30T16:00:00Z"));
        QVERIFY(isUniform(series.time, 8 * kHour));
    }
}

void TestDemo::fundingHasTheRegimesSign()
{
    for (const auto& [key, series] : demo().funding) {
        const std::string name = describeSeries(key);
        QVERIFY2(meanRate(series, kCrashFrom, kCrashTo) < -0.8e-4, name.c_str());
        QVERIFY2(meanRate(series, kRallyFrom, kRallyTo) > 1.2e-4, name.c_str());
        const double whole = meanRate(series, kFirst, kLast);
        QVERIFY2(whole > 0.5e-4 && whole < 1.2e-4, name.c_str());
    }
}

void TestDemo::fundingTurnsNegativeForTenDays()
{
    for (const auto& [key, series] : demo().funding)
        QVERIFY2(longestNegativeStretch(series) >= 30, describeSeries(key).c_str());
}

void TestDemo::framesCoverTheSpan()
{
    QCOMPARE(demo().frames.size(), std::size_t{8});
    for (const char* id : {"gas", "peg.weETH"}) {
        const FrameSeries& frame = demo().frames.at(id);
        QCOMPARE(frame.time.size(), kBars);
        QVERIFY(frame.time.front() == kFirst && frame.time.back() == kLast && isUniform(frame.time, kHour));
    }
    for (const char* id :
         {"aave.USDT", "aave.WETH", "aave.weETH", "aave.wstETH", "oracle.weETH_ETH", "oracle.wstETH_ETH"}) {
        const FrameSeries& frame = demo().frames.at(id);
        QCOMPARE(frame.time.size(), kDays);
        QVERIFY(frame.time.front() == kFirst && frame.time.back() == kLastMidnight && isUniform(frame.time, kDay));
    }
}

void TestDemo::valuesAreFinite()
{
    for (const auto& [key, series] : demo().funding)
        QVERIFY2(areFinite(series.rate), describeSeries(key).c_str());
    for (const auto& [id, frame] : demo().frames) {
        QCOMPARE(frame.values.size(), frame.columns.size());
        for (const std::vector<double>& values : frame.values) {
            QCOMPARE(values.size(), frame.time.size());
            QVERIFY2(areFinite(values), id.c_str());
            QVERIFY2(std::ranges::min(values) > 0, id.c_str());
        }
    }
    const FrameSeries& gas = demo().frames.at("gas");
    for (std::size_t i = 0; i < kBars; ++i)
        QVERIFY(gas.column("gas_price_gwei")->at(i) > gas.column("base_fee_gwei")->at(i));
}

void TestDemo::oraclesNeverFall()
{
    const std::array<std::pair<const char*, double>, 2> expected{
        {{"oracle.weETH_ETH", 0.027}, {"oracle.wstETH_ETH", 0.030}}};
    for (const auto& [id, apr] : expected) {
        const std::vector<double>& rate = *demo().frames.at(id).column("oracle_price_eth");
        QVERIFY(std::ranges::is_sorted(rate));
        const double growth = (rate.back() / rate.front() - 1.0) * 365.0 / static_cast<double>(kDays - 1);
        QVERIFY2(std::abs(growth - apr) < 0.002, id);
    }
}

void TestDemo::pegBreaksAndRecovers()
{
    const FrameSeries& peg = demo().frames.at("peg.weETH");
    const std::vector<double>& market = *peg.column("market_rate");
    const std::vector<double>& protocol = *peg.column("protocol_rate");
    const std::vector<double>& oracle = *demo().frames.at("oracle.weETH_ETH").column("oracle_price_eth");
    std::size_t deep = 0;
    for (std::size_t i = 0; i < kBars; ++i) {
        const double discount = market[i] / protocol[i] - 1.0;
        QCOMPARE(protocol[i], oracle[i / 24]);
        QVERIFY(discount > -0.04 && discount < 0.002);
        if (discount >= -0.015)
            continue;
        ++deep;
        QVERIFY(peg.time[i] > kDepegFrom && peg.time[i] < kDepegTo + kDay);
    }
    QVERIFY(deep > 5 * 24 && deep < 9 * 24);
    QVERIFY(market.back() / protocol.back() > 0.998);
}

void TestDemo::aaveIndicesFollowRates()
{
    for (const char* id : {"aave.USDT", "aave.WETH", "aave.weETH", "aave.wstETH"}) {
        const FrameSeries& frame = demo().frames.at(id);
        const std::vector<double>& supplyIndex = *frame.column("liquidityIndex");
        const std::vector<double>& borrowIndex = *frame.column("variableBorrowIndex");
        for (std::size_t day = 0; day + 1 < kDays; ++day) {
            const double supply = frame.column("currentLiquidityRate")->at(day);
            const double borrow = frame.column("currentVariableBorrowRate")->at(day);
            QVERIFY(supply < borrow);
            QVERIFY(std::abs((supplyIndex[day + 1] / supplyIndex[day] - 1.0) * 365.0 - supply) < 1e-8);
            const double grown = std::log(borrowIndex[day + 1] / borrowIndex[day]) * 365.0;
            QVERIFY(std::abs(grown - borrow) < 1e-8);
            QVERIFY(frame.column("totalVariableDebt")->at(day) < frame.column("totalAToken")->at(day));
        }
    }
}

void TestDemo::coverageListsEverySeries()
{
    const std::size_t series = demo().candles.size() + demo().funding.size() + demo().frames.size();
    QCOMPARE(demo().report.coverage.size(), series);
    std::uint64_t holes = 0;
    for (const Coverage& row : demo().report.coverage) {
        QVERIFY(row.first == kFirst && row.last.has_value() && row.rows > 0 && row.cadence > Duration::zero());
        holes += row.holes;
    }
    QCOMPARE(holes, std::uint64_t{4 * kHoleBars});
}

void TestDemo::costsAreTheUsualTable()
{
    QCOMPARE(demo().costs.size(), std::size_t{3});
    QCOMPARE(demo().costs.at("BTC perp").upTo10k, 3.0);
    QCOMPARE(demo().costs.at("ETH perp").upTo100k, 4.0);
    QCOMPARE(demo().costs.at("ETH/USDT").above, 13.0);
    QVERIFY(!demo().costs.contains("BTC/USDT"));
}

void TestDemo::isTheSameEveryTime()
{
    const std::string digest = digestOf(demo());
    QCOMPARE(digestOf(makeDemoMarket()), digest);
    QVERIFY2(digest == kExpectedDigest, digest.c_str());
}

void TestDemo::ofItsOwnLength()
{
    QCOMPARE(digestOf(makeDemoMarket(kBars)), digestOf(demo()));
    QVERIFY_EXCEPTION_THROWN(makeDemoMarket(kShortestDemo - 1), std::invalid_argument);
    QVERIFY_EXCEPTION_THROWN(makeDemoMarket(kLongestDemo + 1), std::invalid_argument);
}

void TestDemo::cutShort()
{
    const MarketData cut = makeDemoMarket(kShortestDemo);
    for (const auto& [key, series] : cut.candles) {
        const CandleSeries& whole = demo().candles.at(key);
        QCOMPARE(series.time.size(), kShortestDemo);
        QVERIFY(std::equal(series.time.begin(), series.time.end(), whole.time.begin()));
        QVERIFY(std::equal(series.open.begin(), series.open.end(), whole.open.begin()));
        QVERIFY(std::equal(series.close.begin(), series.close.end(), whole.close.begin()));
    }
    for (const auto& [key, series] : cut.funding)
        QCOMPARE(series.time.size(), kShortestDemo / 8);
    QVERIFY(cut.synthetic);
    QVERIFY(cut.report.findings.empty()); // the holes come later
}

void TestDemo::playedToAndFro()
{
    constexpr std::size_t kHours = 3 * kBars + 100;
    const MarketData data = makeDemoMarket(kHours);
    QCOMPARE(digestOf(makeDemoMarket(kHours)), digestOf(data));
    for (const auto& [key, series] : data.candles) {
        const CandleSeries& whole = demo().candles.at(key);
        QCOMPARE(series.time.front(), kFirst);
        QCOMPARE(series.time.back(), kFirst + kHour * static_cast<std::int64_t>(kHours - 1));
        for (std::size_t i = 1; i < series.time.size(); ++i)
            QVERIFY(series.time[i] > series.time[i - 1]);
        // Each play has the prices of the first one, and goes on from the price where the one before ended.
        const std::size_t length = whole.time.size();
        QCOMPARE(series.open[length], whole.close.back());
        QCOMPARE(series.close[2 * length - 1], whole.open.front());
        QCOMPARE(series.open[2 * length], whole.open.front());
        QCOMPARE(series.high[length + 7], whole.high[length - 8]);
        QCOMPARE(series.low[2 * length + 7], whole.low[7]);
        for (std::size_t i = 0; i < series.time.size(); ++i) {
            QVERIFY(series.low[i] <= std::min(series.open[i], series.close[i]));
            QVERIFY(series.high[i] >= std::max(series.open[i], series.close[i]));
        }
    }
    for (const auto& [key, series] : data.funding) {
        QCOMPARE(series.rate[kSettlements], series.rate[kSettlements - 1]);
        for (std::size_t i = 1; i < series.time.size(); ++i)
            QCOMPARE(series.time[i] - series.time[i - 1], 8 * kHour);
    }
    for (const auto& [id, frame] : data.frames) {
        QVERIFY(frame.time.size() > 3 * demo().frames.at(id).time.size());
        for (const auto& column : frame.values)
            QCOMPARE(column.size(), frame.time.size());
        for (std::size_t i = 1; i < frame.time.size(); ++i)
            QCOMPARE(frame.time[i] - frame.time[i - 1], frame.time[1] - frame.time[0]);
    }
    QCOMPARE(data.report.coverage.size(), demo().report.coverage.size());
    QCOMPARE(data.report.findings.size(), 3 * demo().report.findings.size());
}

void TestDemo::playedIndicesGoOnGrowing()
{
    const MarketData data = makeDemoMarket(3 * kBars + 100);
    for (const char* id : {"aave.USDT", "aave.WETH", "aave.weETH", "aave.wstETH"})
        for (const char* column : {"liquidityIndex", "variableBorrowIndex"})
            QVERIFY2(std::ranges::is_sorted(*data.frames.at(id).column(column)), id);
    const std::vector<double>& oracle = *data.frames.at("oracle.weETH_ETH").column("oracle_price_eth");
    const std::vector<double>& first = *demo().frames.at("oracle.weETH_ETH").column("oracle_price_eth");
    QVERIFY(std::ranges::is_sorted(oracle));
    QVERIFY(std::equal(first.begin(), first.end(), oracle.begin()));
    QVERIFY(std::abs(oracle[2 * kDays] / (first[0] * std::pow(first.back() / first[0], 2)) - 1) < 1e-12);
    const FrameSeries& peg = data.frames.at("peg.weETH");
    const FrameSeries& peg1 = demo().frames.at("peg.weETH");
    for (std::size_t i = 0; i < peg.time.size(); ++i) {
        const double distance = peg.values[0][i] / peg.values[1][i] - 1;
        QVERIFY(distance > -0.04 && distance < 0.002);
        QVERIFY(peg.values[1][i] == oracle[i / 24]);
        QVERIFY(i >= kBars || (peg.values[0][i] == peg1.values[0][i] && peg.values[1][i] == peg1.values[1][i]));
    }
}

QTEST_APPLESS_MAIN(TestDemo)
#include "tst_demo.moc"
