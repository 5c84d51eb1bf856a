// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "market/feed.h"
#include "market/market_data.h"

#include <algorithm>
#include <cmath>
#include <optional>

//! Market data as the messages in which they would have arrived.
namespace feeding
{

using namespace carry;

struct Script {
    FeedHeader header;
    std::vector<FeedMessage> messages; //!< in the order of their numbers
};

struct Choice {
    std::optional<Time> from = {}, to = {}; //!< of labels, settlements and rows, both inclusive
    FeedClosing closing = FeedClosing::Clock;
};

inline std::string idOf(const SeriesKey& key)
{
    const char* kind = key.kind == SeriesKind::Funding       ? "funding"
                       : key.kind == SeriesKind::SpotCandles ? "spot"
                                                             : "perp";
    return std::string(toText(key.venue)) + "." + std::string(toText(key.asset)) + "." + kind;
}

class Writer
{
  public:
    Writer(const MarketData& data, const Choice& choice) : m_data(data), m_choice(choice)
    {
        m_script.header.name = data.name.empty() ? "made" : data.name;
        m_script.header.synthetic = data.synthetic;
        m_script.header.closing = choice.closing;
    }

    Script write()
    {
        for (const auto& [key, bars] : m_data.candles)
            add(key, bars);
        for (const auto& [key, funding] : m_data.funding)
            add(key, funding);
        for (const auto& [id, frame] : m_data.frames)
            id == "gas" ? addGas(frame) : add(id, frame);
        order();
        return std::move(m_script);
    }

  private:
    bool inside(Time t) const
    {
        return t >= m_choice.from.value_or(Time::min()) && t <= m_choice.to.value_or(Time::max());
    }

    std::uint32_t announce(FeedSeries series)
    {
        m_script.header.series.push_back(std::move(series));
        return static_cast<std::uint32_t>(m_script.header.series.size() - 1);
    }

    FeedMessage& message(FeedKind kind, std::uint32_t series, Time time)
    {
        FeedMessage& made = m_script.messages.emplace_back();
        made.kind = kind;
        made.series = series;
        made.time = time;
        return made;
    }

    void add(const SeriesKey& key, const CandleSeries& bars)
    {
        const auto series = announce({idOf(key), FeedSeriesKind::Bars, key, bars.cadence, 0, {}});
        for (std::size_t i = 0; i < bars.time.size(); ++i) {
            if (!inside(bars.time[i]))
                continue;
            FeedMessage& open = message(FeedKind::BarOpen, series, bars.time[i]);
            open.label = bars.time[i];
            open.open = bars.open[i];
            FeedMessage& end = message(FeedKind::BarEnd, series, bars.time[i] + bars.cadence);
            end.label = bars.time[i];
            end.high = bars.high[i];
            end.low = bars.low[i];
            end.close = bars.close[i];
        }
    }

    void add(const SeriesKey& key, const FundingSeries& funding)
    {
        const auto series = announce({idOf(key), FeedSeriesKind::Funding, key, kHour, 0, {}});
        for (std::size_t i = 0; i < funding.time.size(); ++i) {
            if (!inside(funding.time[i]))
                continue;
            FeedMessage& settled = message(FeedKind::Funding, series, funding.time[i]);
            settled.rate = funding.rate[i];
            settled.intervalHours = funding.intervalHours[i];
        }
    }

    void add(const std::string& id, const FrameSeries& frame)
    {
        const auto series = announce({id, FeedSeriesKind::Frame, {}, kHour, 0, frame.columns});
        for (std::size_t i = 0; i < frame.time.size(); ++i) {
            if (!inside(frame.time[i]))
                continue;
            FeedMessage& row = message(FeedKind::Frame, series, frame.time[i]);
            for (const auto& column : frame.values)
                row.values.push_back(column[i]);
        }
    }

    void addGas(const FrameSeries& frame)
    {
        const auto series = announce({"gas", FeedSeriesKind::Gas, {}, kHour, 0, {}});
        const auto* gwei = frame.column("gas_price_gwei");
        for (std::size_t i = 0; gwei != nullptr && i < frame.time.size(); ++i)
            if (inside(frame.time[i]) && !std::isnan((*gwei)[i]))
                message(FeedKind::Gas, series, frame.time[i]).gwei = (*gwei)[i];
    }

    //! By time; at one time the bars that end, those that begin, the rest, the clock.
    void order()
    {
        std::vector<Time> times;
        for (const FeedMessage& one : m_script.messages)
            times.push_back(one.time);
        std::sort(times.begin(), times.end());
        times.erase(std::unique(times.begin(), times.end()), times.end());
        for (const Time t : times)
            if (m_choice.closing == FeedClosing::Clock)
                message(FeedKind::Clock, 0, t);
        const auto place = [](FeedKind kind) {
            return kind == FeedKind::BarEnd ? 0 : kind == FeedKind::BarOpen ? 1 : kind == FeedKind::Clock ? 3 : 2;
        };
        std::stable_sort(m_script.messages.begin(), m_script.messages.end(), [&](const auto& a, const auto& b) {
            return a.time != b.time ? a.time < b.time : place(a.kind) < place(b.kind);
        });
        for (FeedMessage& one : m_script.messages)
            one.seq = ++m_seq;
    }

    const MarketData& m_data;
    Choice m_choice;
    Script m_script;
    std::uint64_t m_seq = 0;
};

inline Script makeScript(const MarketData& data, const Choice& choice = {})
{
    return Writer(data, choice).write();
}

//! What goes wrong on the way; shares of the messages.
struct Disturbance {
    double drop = 0, repeat = 0, reorder = 0, delay = 0;
    std::size_t near = 8;   //!< places by which a reordered one, or its repetition, comes later at most
    std::size_t far = 5000; //!< places by which a delayed one does
    std::uint64_t seed = 1;
};

//! The order in which messages are sent, as positions in the script, and what was done to them.
struct Disturbed {
    std::vector<std::size_t> order;
    std::size_t dropped = 0, repeated = 0, reordered = 0, delayed = 0;
};

//! Splitmix64: the same everywhere.
class Dice
{
  public:
    explicit Dice(std::uint64_t seed) : m_state(seed) {}
    std::uint64_t next()
    {
        std::uint64_t z = (m_state += 0x9e37'79b9'7f4a'7c15ULL);
        z = (z ^ (z >> 30U)) * 0xbf58'476d'1ce4'e5b9ULL;
        z = (z ^ (z >> 27U)) * 0x94d0'49bb'1331'11ebULL;
        return z ^ (z >> 31U);
    }
    std::size_t below(std::size_t limit) { return next() % limit; }
    bool happens(double share) { return static_cast<double>(next() >> 11U) * 0x1p-53 < share; }

  private:
    std::uint64_t m_state;
};

inline Disturbed disturb(std::size_t messages, const Disturbance& how)
{
    struct Sent {
        std::size_t place, position;
    };
    Dice dice(how.seed);
    Disturbed result;
    std::vector<Sent> sent;
    for (std::size_t i = 0; i < messages; ++i) {
        if (dice.happens(how.drop)) {
            ++result.dropped;
            continue;
        }
        std::size_t place = 2 * i;
        if (dice.happens(how.reorder)) {
            place += 2 * (1 + dice.below(how.near));
            ++result.reordered;
        } else if (dice.happens(how.delay)) {
            place += 2 * how.far;
            ++result.delayed;
        }
        sent.push_back({place, i});
        if (dice.happens(how.repeat)) {
            sent.push_back({place + 1 + 2 * dice.below(how.near), i});
            ++result.repeated;
        }
    }
    std::stable_sort(sent.begin(), sent.end(), [](const Sent& a, const Sent& b) { return a.place < b.place; });
    for (const Sent& one : sent)
        result.order.push_back(one.position);
    return result;
}

} // namespace feeding
