// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "portfolio/books.h"

#include <memory>

//! Books made by hand.
namespace made
{

using namespace carry;

inline Books books(Asset base = Asset::BTC)
{
    return Books(std::make_shared<const ChartOfAccounts>(base));
}

inline Decimal amount(const char* text)
{
    return Decimal::parse(text).value();
}

//! Coins of an exchange, its perp and what is under way get one price each.
inline void setPrices(Books& books, double spot, double perp)
{
    const ChartOfAccounts& chart = books.chart();
    books.setPrice(chart.wallet(chart.base()), spot);
    books.setPrice(chart.inFlight(chart.base()), spot);
    for (const Venue venue : kExchanges) {
        books.setPrice(chart.exchange(venue).coin, spot);
        books.setPrice(chart.exchange(venue).perp, perp);
    }
}

//! The investor's capital arrives in the wallet.
inline void fund(Books& books, const char* usdt)
{
    const ChartOfAccounts& chart = books.chart();
    books.post(chart.outside(Asset::USDT), chart.wallet(Asset::USDT), amount(usdt), Cause::External, 0);
}

//! Coins for USDT at a price, without costs.
inline void buy(Books& books, Venue venue, const char* coins, const char* usdt)
{
    const ChartOfAccounts& chart = books.chart();
    const ExchangeAccounts& ids = chart.exchange(venue);
    books.post(ids.usdt, chart.outside(Asset::USDT), amount(usdt), Cause::Trade, 1);
    books.post(chart.outside(chart.base()), ids.coin, amount(coins), Cause::Trade, 1);
}

//! A short of `coins` contracts opened at the value `usdt`.
inline void sellShort(Books& books, Venue venue, const char* coins, const char* usdt)
{
    const ChartOfAccounts& chart = books.chart();
    const ExchangeAccounts& ids = chart.exchange(venue);
    books.post(ids.perp, chart.outsideContracts(), amount(coins), Cause::Trade, 1);
    books.post(chart.outside(Asset::USDT), ids.perpQuote, amount(usdt), Cause::Trade, 1);
}

} // namespace made
