// SPDX-License-Identifier: GPL-3.0-or-later
// The demo market at any length: cut, or played to and fro. Backwards every second time, so that prices go on from
// where they are and stay in their range for as long as wanted. Indices and protocol ratios only grow: they repeat the
// growth of the play, not its values.
#include "demo_quality.h"
#include "market/market_data.h"

#include <algorithm>
#include <stdexcept>

namespace carry
{
namespace
{

//! The times of one series over all plays: which row of the first play stands where.
class Plays
{
  public:
    //! `rows`: times of the first play, which lasts `length` from `begin`.
    Plays(const std::vector<Time>& rows, Duration cadence, Time begin, Duration length, Time end)
    {
        for (std::int64_t play = 0; begin + length * play < end; ++play) {
            const bool back = play % 2 == 1;
            for (std::size_t i = 0; i < rows.size(); ++i) {
                const std::size_t row = back ? rows.size() - 1 - i : i;
                const Duration into = rows[row] - begin;
                const Time time = begin + length * play + (back ? length - cadence - into : into);
                if (time >= end)
                    return;
                m_times.push_back(time);
                m_rows.push_back(static_cast<std::uint32_t>(row));
                m_forward.push_back(back ? 0 : 1);
            }
        }
    }

    std::size_t size() const { return m_rows.size(); }
    bool forward(std::size_t i) const { return m_forward[i] != 0; }
    std::size_t row(std::size_t i) const { return m_rows[i]; }
    template <class T> std::vector<T> of(const std::vector<T>& first) const
    {
        std::vector<T> all(size());
        std::transform(m_rows.begin(), m_rows.end(), all.begin(), [&first](std::uint32_t row) { return first[row]; });
        return all;
    }
    const std::vector<Time>& times() const { return m_times; }
    //! Lines of a file that has one row after the other.
    std::vector<std::uint32_t> lines() const
    {
        std::vector<std::uint32_t> lines(size());
        for (std::size_t i = 0; i < lines.size(); ++i)
            lines[i] = static_cast<std::uint32_t>(i + 1);
        return lines;
    }

  private:
    std::vector<Time> m_times;
    std::vector<std::uint32_t> m_rows;
    std::vector<std::uint8_t> m_forward;
};

void play(CandleSeries& series, const Plays& plays)
{
    std::vector<double> open = plays.of(series.open);
    std::vector<double> close = plays.of(series.close);
    for (std::size_t i = 0; i < open.size(); ++i)
        if (!plays.forward(i))
            std::swap(open[i], close[i]);
    series.open = std::move(open);
    series.close = std::move(close);
    series.high = plays.of(series.high);
    series.low = plays.of(series.low);
    series.line = plays.lines();
    series.time = plays.times();
}

//! An index whose growth from row to row is played to and fro, so that it never falls.
std::vector<double> playIndex(const std::vector<double>& first, const Plays& plays)
{
    const double last = first.back();
    double scale = 1; // what the plays before have grown it by
    std::vector<double> all(plays.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (i != 0 && i % first.size() == 0)
            scale *= last / first.front();
        const double value = first[plays.row(i)];
        all[i] = scale * (plays.forward(i) ? value : last / value * first.front());
        if (i != 0)
            all[i] = std::max(all[i], all[i - 1]); // rounding where two plays meet
    }
    return all;
}

void play(FrameSeries& frame, const Plays& plays)
{
    for (std::size_t c = 0; c < frame.columns.size(); ++c) {
        const std::string& name = frame.columns[c];
        const bool index = name == "liquidityIndex" || name == "variableBorrowIndex" || name == "oracle_price_eth";
        frame.values[c] = index ? playIndex(frame.values[c], plays) : plays.of(frame.values[c]);
    }
    frame.line = plays.lines();
    frame.time = plays.times();
}

//! Brings a peg that was played to the oracle that was: its protocol rate is the last report, and the market's keeps
//! its relative distance from that.
void moveTo(FrameSeries& peg, const FrameSeries& oracle)
{
    std::vector<double>& market = peg.values[0];
    std::vector<double>& protocol = peg.values[1];
    std::size_t day = 0;
    for (std::size_t i = 0; i < market.size(); ++i) {
        while (day + 1 < oracle.time.size() && oracle.time[day + 1] <= peg.time[i])
            ++day;
        market[i] *= oracle.values[0][day] / protocol[i]; // by exactly 1 in the first play
        protocol[i] = oracle.values[0][day];
    }
}

} // namespace

MarketData makeDemoMarket(std::size_t hours)
{
    if (hours < kShortestDemo || hours > kLongestDemo)
        throw std::invalid_argument("hours of a demo market");
    MarketData data = makeDemoMarket();
    const CandleSeries& any = data.candles.begin()->second;
    const Time begin = any.time.front();
    const Duration length = any.time.back() - begin + any.cadence;
    const Time end = begin + kHour * static_cast<std::int64_t>(hours);
    for (auto& [key, series] : data.candles)
        play(series, Plays(series.time, series.cadence, begin, length, end));
    for (auto& [key, series] : data.funding) {
        const Plays plays(series.time, kHour * series.intervalHours.front(), begin, length, end);
        series.rate = plays.of(series.rate);
        series.intervalHours = plays.of(series.intervalHours);
        series.line = plays.lines();
        series.time = plays.times();
    }
    for (auto& [id, frame] : data.frames) {
        const Plays plays(frame.time, frame.time[1] - frame.time[0], begin, length, end);
        play(frame, plays);
    }
    moveTo(data.frames.at("peg.weETH"), data.frames.at("oracle.weETH_ETH"));
    data.name = "demo:" + std::to_string(hours) + " (synthetic)";
    data.report = {};
    describeDemo(data);
    return data;
}

} // namespace carry
