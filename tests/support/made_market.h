// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "market/market_data.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>
#include <tuple>

namespace carry::test
{

inline Time at(std::string_view iso)
{
    return parseIsoTime(iso).value();
}

//! A market that a test writes down: hourly bars of the three exchanges, a settlement every eight hours, ETH spot and
//! gas. A bar goes straight from its open to the next open. Flat and without funding unless told otherwise.
class MadeMarket
{
  public:
    //! A price by hour, or a funding rate by settlement, counted from 0 at the start.
    using Path = std::function<double(std::size_t)>;

    explicit MadeMarket(std::size_t hours, Asset base = Asset::BTC, double price = 65'536)
        : m_hours(hours), m_base(base)
    {
        prices([price](std::size_t) { return price; });
        funding([](std::size_t) { return 0.0; });
    }

    std::size_t hours() const { return m_hours; }
    Time hour(std::size_t h) const { return m_start + kHour * static_cast<std::int64_t>(h); }

    //! Spot and perp of every exchange.
    MadeMarket& prices(Path path)
    {
        for (const Venue venue : kExchanges)
            prices(venue, path);
        return *this;
    }
    //! Spot and perp of one exchange.
    MadeMarket& prices(Venue venue, const Path& path)
    {
        return price(venue, SeriesKind::SpotCandles, path).price(venue, SeriesKind::PerpCandles, path);
    }
    MadeMarket& price(Venue venue, SeriesKind kind, Path path)
    {
        m_paths[{venue, m_base, kind}] = std::move(path);
        return *this;
    }
    MadeMarket& funding(const Path& rate)
    {
        for (const Venue venue : kExchanges)
            funding(venue, rate);
        return *this;
    }
    MadeMarket& funding(Venue venue, Path rate)
    {
        m_rates[exchangeIndex(venue)] = std::move(rate);
        return *this;
    }
    //! The bar of this hour goes that far up and down before it closes.
    MadeMarket& spike(Venue venue, SeriesKind kind, std::size_t hour, double high, double low)
    {
        m_spikes.emplace_back(SeriesKey{venue, m_base, kind}, hour, high, low);
        return *this;
    }
    //! Bars [from, to) are not there.
    MadeMarket& hole(Venue venue, SeriesKind kind, std::size_t from, std::size_t to)
    {
        for (std::size_t h = from; h < to; ++h)
            m_missingBars.insert({{venue, m_base, kind}, h});
        return *this;
    }
    MadeMarket& missSettlement(Venue venue, std::size_t settlement)
    {
        m_missingSettlements.insert({venue, settlement});
        return *this;
    }
    MadeMarket& gas(double gwei)
    {
        m_gwei = gwei;
        return *this;
    }

    //! Adds the chain: indices and ratio by day (from ten days before the start on), the staked token's market price by
    //! hour. Growth a year of 365 days, compounded daily.
    struct Chain {
        double ratio = 1.05, staking = 0.03, borrow = 0.025, lstSupply = 0.001, ethSupply = 0.02, usdtSupply = 0.05;
        double discount = 0;       //!< of the market price
        Path ratioPath = {};       //!< by day from the start, instead of ratio and staking
        Path borrowIndexPath = {}; //!< likewise
        Path marketPath = {};      //!< by hour, instead of ratio and discount
    };
    MadeMarket& chain(Chain chain)
    {
        m_chain = std::move(chain);
        m_hasChain = true;
        return *this;
    }

    MarketData data() const
    {
        MarketData data;
        data.name = "made";
        data.files.push_back({"made.csv", "made", 0, true});
        for (const auto& [key, path] : m_paths)
            data.candles[key] = candles(key, path);
        if (m_base != Asset::ETH) {
            const SeriesKey eth{Venue::Bybit, Asset::ETH, SeriesKind::SpotCandles};
            data.candles[eth] = candles(eth, [](std::size_t) { return 2'000.0; });
        }
        for (const Venue venue : kExchanges)
            data.funding[{venue, m_base, SeriesKind::Funding}] = settlements(venue);
        FrameSeries& gas = data.frames["gas"];
        gas.columns = {"gas_price_gwei"};
        gas.values.resize(1);
        for (std::size_t h = 0; h < m_hours; ++h) {
            gas.time.push_back(hour(h));
            gas.values[0].push_back(m_gwei);
            gas.line.push_back(static_cast<std::uint32_t>(h + 2));
        }
        if (m_hasChain)
            addChain(data);
        return data;
    }

  private:
    static constexpr int kDaysBefore = 10;

    static double grown(double start, double rate, double days) { return start * std::pow(1 + rate / 365, days); }

    void addChain(MarketData& data) const
    {
        const auto days = static_cast<int>(m_hours / 24) + 2;
        const auto daily = [&](const std::string& id, const std::vector<std::pair<std::string, Path>>& columns) {
            FrameSeries& frame = data.frames[id];
            frame.values.resize(columns.size());
            for (const auto& [name, path] : columns)
                frame.columns.push_back(name);
            for (int d = -kDaysBefore; d < days; ++d) {
                frame.time.push_back(m_start + kDay * d);
                frame.line.push_back(static_cast<std::uint32_t>(d + kDaysBefore + 2));
                for (std::size_t c = 0; c < columns.size(); ++c)
                    frame.values[c].push_back(columns[c].second(static_cast<std::size_t>(d + kDaysBefore)));
            }
        };
        const auto growth = [](double start, double rate) {
            return Path([=](std::size_t d) { return grown(start, rate, static_cast<double>(d)); });
        };
        const auto fromStart = [](const Path& path) {
            return Path([path](std::size_t d) { return path(d < kDaysBefore ? 0 : d - kDaysBefore); });
        };
        const Path ratio = m_chain.ratioPath ? fromStart(m_chain.ratioPath) : growth(m_chain.ratio, m_chain.staking);
        const Path borrow = m_chain.borrowIndexPath ? fromStart(m_chain.borrowIndexPath) : growth(1.07, m_chain.borrow);
        const auto constant = [](double value) { return Path([value](std::size_t) { return value; }); };
        daily("oracle.weETH_ETH", {{"oracle_price_eth", ratio}});
        daily("aave.weETH", {{"liquidityIndex", growth(1.002, m_chain.lstSupply)}});
        daily("aave.USDT", {{"liquidityIndex", growth(1.12, m_chain.usdtSupply)},
                            {"totalAToken", constant(8e8)},
                            {"totalVariableDebt", constant(6e8)}});
        daily("aave.WETH", {{"liquidityIndex", growth(1.03, m_chain.ethSupply)},
                            {"variableBorrowIndex", borrow},
                            {"totalAToken", constant(2e6)},
                            {"totalVariableDebt", constant(1.8e6)}});
        FrameSeries& peg = data.frames["peg.weETH"];
        peg.columns = {"market_rate"};
        peg.values.resize(1);
        for (std::size_t h = 0; h < m_hours; ++h) {
            peg.time.push_back(hour(h));
            peg.line.push_back(static_cast<std::uint32_t>(h + 2));
            peg.values[0].push_back(m_chain.marketPath ? m_chain.marketPath(h)
                                                       : ratio(kDaysBefore + h / 24) * (1 - m_chain.discount));
        }
    }

    CandleSeries candles(const SeriesKey& key, const Path& path) const
    {
        CandleSeries s;
        for (std::size_t h = 0; h < m_hours; ++h) {
            if (m_missingBars.contains({key, h}))
                continue;
            const double open = path(h);
            const double close = h + 1 < m_hours ? path(h + 1) : open;
            s.time.push_back(hour(h));
            s.open.push_back(open);
            s.close.push_back(close);
            s.high.push_back(std::max(open, close));
            s.low.push_back(std::min(open, close));
            s.line.push_back(static_cast<std::uint32_t>(h + 2));
            for (const auto& [where, when, high, low] : m_spikes)
                if (where == key && when == h) {
                    s.high.back() = std::max(s.high.back(), high);
                    s.low.back() = std::min(s.low.back(), low);
                }
        }
        return s;
    }

    FundingSeries settlements(Venue venue) const
    {
        FundingSeries s;
        for (std::size_t k = 0; k * 8 < m_hours; ++k) {
            if (m_missingSettlements.contains({venue, k}))
                continue;
            s.time.push_back(hour(8 * k));
            s.rate.push_back(m_rates[exchangeIndex(venue)](k));
            s.intervalHours.push_back(0);
            s.line.push_back(static_cast<std::uint32_t>(k + 2));
        }
        return s;
    }

    std::size_t m_hours;
    Asset m_base;
    Time m_start = at("2024-06-01T00:00:00Z");
    std::map<SeriesKey, Path> m_paths;
    PerExchange<Path> m_rates;
    std::vector<std::tuple<SeriesKey, std::size_t, double, double>> m_spikes;
    std::set<std::pair<SeriesKey, std::size_t>> m_missingBars;
    std::set<std::pair<Venue, std::size_t>> m_missingSettlements;
    double m_gwei = 10;
    Chain m_chain;
    bool m_hasChain = false;
};

} // namespace carry::test
