// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "support/driven_run.h"

#include <rapidcheck.h>

#include <random>

namespace carry::test
{

//! A market and a configuration drawn by RapidCheck, of modest size.
struct RandomScenario {
    MadeMarket market{2};
    Assignments assignments;
};

inline std::ostream& operator<<(std::ostream& out, const RandomScenario& scenario)
{
    out << scenario.market.hours() << " hours";
    for (const auto& assignment : scenario.assignments)
        out << ", " << assignment;
    return out;
}

//! Hours from the start to the last flow: the shortest run has it inside.
inline constexpr std::size_t kLastFlow = 48;

struct ScenarioBounds {
    bool latency = true;
    bool shocks = true; //!< spikes, holes and funding that hurts
};

namespace detail
{

//! A price path common to all, from which each leg departs a little.
inline void drawPrices(MadeMarket& market, std::mt19937_64& random, double volatility)
{
    // Only the generator's raw output: the distributions of the library differ between implementations.
    const auto unit = [&random] { return static_cast<double>(random() >> 11) * 0x1p-53; };
    std::vector<double> common(market.hours());
    double price = 20'000 + 80'000 * unit();
    for (double& p : common) {
        p = price;
        price *= std::exp(volatility * (2 * unit() - 1));
    }
    for (const Venue venue : kExchanges)
        for (const auto kind : {SeriesKind::SpotCandles, SeriesKind::PerpCandles}) {
            std::vector<double> own = common;
            for (double& p : own)
                p *= 1 + 0.002 * (2 * unit() - 1);
            market.price(venue, kind, [own](std::size_t h) { return own[h]; });
        }
}

} // namespace detail

inline rc::Gen<RandomScenario> anyScenario(ScenarioBounds bounds = {})
{
    return rc::gen::exec([bounds] {
        const auto pick = [](std::vector<std::string> values) { return *rc::gen::elementOf(values); };
        const auto hours = *rc::gen::inRange<std::size_t>(kLastFlow + 24, 240);
        const auto seed = *rc::gen::arbitrary<std::uint64_t>();
        std::mt19937_64 random(seed);
        RandomScenario scenario;
        scenario.market = MadeMarket(hours);
        detail::drawPrices(scenario.market, random, *rc::gen::element(0.0, 0.002, 0.01, 0.04));
        const double scale = *rc::gen::element(0.0, 0.0001, 0.001);
        const double drain = bounds.shocks ? *rc::gen::element(0.0, 0.0, -0.03) : 0.0;
        for (const Venue venue : kExchanges) {
            std::vector<double> rates(hours);
            for (double& r : rates)
                r = scale * (2 * (static_cast<double>(random() >> 11) * 0x1p-53) - 0.8) +
                    (venue == Venue::Okx ? drain : 0.0);
            scenario.market.funding(venue, [rates](std::size_t k) { return rates[k]; });
        }
        if (bounds.shocks) {
            for (int i = *rc::gen::inRange(0, 3); i > 0; --i) {
                const auto hour = *rc::gen::inRange<std::size_t>(0, hours);
                const auto venue = *rc::gen::elementOf(std::vector<Venue>(kExchanges.begin(), kExchanges.end()));
                const double far = *rc::gen::element(1.2, 2.0, 6.0);
                scenario.market.spike(venue, SeriesKind::PerpCandles, hour, 60'000 * far, 60'000 / far);
            }
            if (hours > 20 && *rc::gen::arbitrary<bool>())
                scenario.market.hole(Venue::Bybit, SeriesKind::PerpCandles, 10,
                                     10 + *rc::gen::inRange<std::size_t>(1, 10));
            if (hours > 20 && *rc::gen::arbitrary<bool>())
                scenario.market.missSettlement(Venue::Okx, 1);
        }
        Assignments& a = scenario.assignments;
        a = {"basis.spot_fraction=" + pick({"1", "0.9", "0.8", "0.5"}),
             "capital=" + pick({"100000", "5000", "1234567.89"}),
             "margin.mode=" + pick({"cross", "cross", "isolated"}),
             "data.missing_bars=" + pick({"peer", "carry"}),
             "data.missing_funding=" + pick({"peer-mean", "zero"}),
             "execution.rounding=" + pick({"venue", "none"}),
             "slippage.model=" + pick({"table", "none"}),
             "basis.cooldown_hours=" + pick({"0", "24"}),
             "risk.actions=" + pick({"true", "true", "false"})};
        if (*rc::gen::arbitrary<bool>())
            a = a + kNoGas;
        if (*rc::gen::arbitrary<bool>())
            a = a + Assignments{"weights.binance=0.5", "weights.bybit=0.5", "weights.okx=0"};
        if (!bounds.latency || *rc::gen::arbitrary<bool>())
            a = a + kNoLatency;
        if (*rc::gen::inRange(0, 4) == 0)
            a = a +
                Assignments{"funding_filter.enabled=true", "funding_filter.days=1", "funding_filter.cooldown_hours=24"};
        if (*rc::gen::inRange(0, 4) == 0)
            a.push_back("basis.exit_at=2024-06-02T05:00:00Z");
        a.push_back("flows.schedule=" + pick({"", "", "2024-06-01T12:00:00Z +20000", "2024-06-02T03:00:00Z -1500",
                                              "2024-06-01T05:00:00Z -90000, 2024-06-02T00:30:00Z +70000",
                                              "2024-06-01T00:00:00Z +3000, 2024-06-03T00:00:00Z -100000000"}));
        return scenario;
    });
}

} // namespace carry::test
