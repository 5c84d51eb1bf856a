// SPDX-License-Identifier: GPL-3.0-or-later
#include "exchange_keys.h"

#include <cmath>

namespace carry
{

std::string dotted(std::string_view a, Venue venue, std::string_view b)
{
    std::string key = std::string(a) + "." + std::string(toText(venue));
    if (!b.empty())
        key += "." + std::string(b);
    return key;
}

double hoursBetween(Time from, Time to)
{
    return static_cast<double>((to - from).count()) / static_cast<double>(kHour.count());
}

void declareExchangeKeys(ParameterSchema& schema)
{
    constexpr PerExchange<double> kWeights{0.4, 0.3, 0.3};
    for (const Venue v : kExchanges)
        schema.number(dotted("weights", v), kWeights[exchangeIndex(v)], 0, 1, "fraction",
                      "Share of the capital at " + std::string(displayName(v)) + "; the three sum to 1");
    for (const Venue v : kExchanges) {
        schema.choice(dotted("data.proxy", v, "spot"), "none", {"none", "binance", "bybit", "okx"},
                      "Whose spot prices stand in for " + std::string(displayName(v)));
        schema.choice(dotted("data.proxy", v, "perp"), "none", {"none", "binance", "bybit", "okx"},
                      "Whose perp prices stand in for " + std::string(displayName(v)));
        schema.integer(dotted("funding.interval_hours", v), 8, 1, 24, "h", "Settlement grid where the data do not say");
    }
}

void declareDataKeys(ParameterSchema& schema)
{
    schema.choice("data.eth_reference", "bybit", {"binance", "bybit", "okx"}, "Whose ETH spot prices value gas");
    schema.choice("data.missing_bars", "peer", {"peer", "carry"},
                  "peer: a hole is filled with the peer exchange's bar; carry: with the last close");
    schema.choice("data.missing_funding", "peer-mean", {"peer-mean", "zero"},
                  "A settlement without a row: mean of the other exchanges' rates, or nothing");
}

Result<ExchangeKeys> readExchangeKeys(const ParameterValues& v)
{
    ExchangeKeys keys;
    double sum = 0;
    for (const Venue venue : kExchanges) {
        const auto i = exchangeIndex(venue);
        keys.weights[i] = v.number(dotted("weights", venue));
        sum += keys.weights[i];
        const auto proxy = [&](std::string_view product) {
            return parseVenue(v.text(dotted("data.proxy", venue, product)));
        };
        keys.spotProxy[i] = proxy("spot");
        keys.perpProxy[i] = proxy("perp");
        keys.intervalHours[i] = v.integer(dotted("funding.interval_hours", venue));
    }
    if (std::abs(sum - 1.0) > 1e-9)
        return fail(Error(ErrorCode::ConfWeights).with("found", formatValue(std::round(sum * 1e12) / 1e12)));
    keys.ethReference = *parseVenue(v.text("data.eth_reference"));
    return keys;
}

Result<void> checkShareClass(const ParameterValues& v, const StrategyInfo& info)
{
    if (v.text("share_class") == toText(info.shareClass))
        return {};
    return fail(Error(ErrorCode::StratShareClass)
                    .with("strategy", std::string(info.name))
                    .with("expected", std::string(toText(info.shareClass)))
                    .with("found", v.text("share_class")));
}

void needExchanges(StrategyNeeds& needs, const ExchangeKeys& keys, Asset base)
{
    std::size_t largest = 0;
    for (std::size_t i = 1; i < kExchangeCount; ++i)
        if (keys.weights[i] > keys.weights[largest])
            largest = i;
    for (const Venue venue : kExchanges) {
        const auto i = exchangeIndex(venue);
        const bool unused = keys.weights[i] == 0;
        const auto proxy = [&](const PerExchange<std::optional<Venue>>& proxies) {
            return unused ? proxies[largest].value_or(kExchanges[largest]) : proxies[i];
        };
        needs.map.spot[i] = needs.legs.size();
        needs.legs.push_back({venue, base, Product::Spot, proxy(keys.spotProxy)});
        needs.map.perp[i] = needs.legs.size();
        needs.legs.push_back({venue, base, Product::Perp, proxy(keys.perpProxy)});
        needs.funding.push_back({venue, base, static_cast<std::uint8_t>(keys.intervalHours[i]),
                                 unused ? std::optional(kExchanges[largest]) : std::nullopt});
    }
}

} // namespace carry
