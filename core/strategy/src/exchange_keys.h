// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "strategy/strategy.h"

#include <optional>

namespace carry
{

//! What strategies with positions at the three exchanges share: how capital is split, whose prices stand in for whose,
//! and when funding settles.
struct ExchangeKeys {
    PerExchange<double> weights{};
    PerExchange<std::optional<Venue>> spotProxy, perpProxy;
    PerExchange<std::int64_t> intervalHours{};
    Venue ethReference = Venue::Bybit;
};

//! "a.binance" or "a.binance.b".
std::string dotted(std::string_view a, Venue venue, std::string_view b = {});
double hoursBetween(Time from, Time to);

void declareExchangeKeys(ParameterSchema& schema);
//! data.eth_reference and what to do about holes: for every strategy.
void declareDataKeys(ParameterSchema& schema);
//! ConfWeights.
Result<ExchangeKeys> readExchangeKeys(const ParameterValues& values);
//! StratShareClass.
Result<void> checkShareClass(const ParameterValues& values, const StrategyInfo& info);

//! Spot, perp and funding of the three exchanges. One without weight never holds anything and needs no series of its
//! own: another's stands in.
void needExchanges(StrategyNeeds& needs, const ExchangeKeys& keys, Asset base);

} // namespace carry
