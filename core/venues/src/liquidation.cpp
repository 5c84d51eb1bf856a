// SPDX-License-Identifier: GPL-3.0-or-later
#include "venues/liquidation.h"

#include <cmath>

namespace carry
{
namespace
{

Decimal cash(double amount)
{
    return Decimal::fromDouble(amount, kCashDecimals);
}

} // namespace

double Liquidator::surplus(Point at) const
{
    return CexAccount::marginSurplus(m_account.m_books, m_account.m_rules, m_account.m_venue, at.spot, at.perp);
}

std::optional<LiquidationOutcome> Liquidator::test(const BarExtremes& spot, const BarExtremes& perp)
{
    if (m_account.m_books.balance(m_account.m_ids.perp).isZero())
        return std::nullopt;
    const Point open{spot.open, perp.open};
    const Point high{spot.high, perp.high};
    const Point low{spot.low, perp.low};
    const double atHigh = surplus(high);
    const double atLow = surplus(low);
    const Point worst = atHigh <= atLow ? high : low;
    if (std::min(atHigh, atLow) >= 0)
        return std::nullopt;
    if (surplus(open) <= 0)
        return closeAt(open);
    // Surplus falls along the way from open to the worst point; find where it is zero.
    double alive = 0;
    double dead = 1;
    const auto between = [&](double x) {
        return Point{open.spot + x * (worst.spot - open.spot), open.perp + x * (worst.perp - open.perp)};
    };
    for (int i = 0; i < 60; ++i) {
        const double middle = (alive + dead) / 2;
        (surplus(between(middle)) > 0 ? alive : dead) = middle;
    }
    return closeAt(between(dead));
}

LiquidationOutcome Liquidator::closeAt(Point at)
{
    Books& books = m_account.m_books;
    const ChartOfAccounts& chart = books.chart();
    const ExchangeAccounts& ids = m_account.m_ids;
    const AccountId outside = chart.outside(Asset::USDT);
    LiquidationOutcome outcome;
    outcome.spotPrice = at.spot;
    outcome.perpPrice = at.perp;
    outcome.perpClosed = books.balance(ids.perp);
    const double perp = books.quantity(ids.perp);
    books.post(ids.perp, chart.outsideContracts(), outcome.perpClosed, Cause::Liquidation, 0);
    books.post(outside, ids.perpQuote, cash(perp * at.perp), Cause::Liquidation, 0);
    books.post(ids.perpQuote, ids.usdt, books.balance(ids.perpQuote), Cause::Liquidation, 0);
    outcome.fee = std::abs(perp) * at.perp * m_account.m_rules.margin.liquidationFee;
    books.post(ids.usdt, outside, cash(outcome.fee), Cause::Liquidation, 0);
    if (books.balance(ids.usdt).isNegative() && books.balance(ids.coin).isPositive()) {
        const double takerFee = m_account.m_rules.at(m_account.m_venue).fees.spotTaker;
        const double net = at.spot * (1 - takerFee);
        const Decimal needed = Decimal::fromDouble(-books.quantity(ids.usdt) / net, kCashDecimals, Rounding::Up);
        outcome.coinSold = std::min(needed, books.balance(ids.coin));
        books.post(ids.coin, chart.outside(chart.base()), outcome.coinSold, Cause::Liquidation, 0);
        books.post(outside, ids.usdt, cash(outcome.coinSold.toDouble() * net), Cause::Liquidation, 0);
    }
    if (books.balance(ids.usdt).isNegative()) {
        outcome.writtenOff = -books.quantity(ids.usdt);
        books.post(outside, ids.usdt, -books.balance(ids.usdt), Cause::Liquidation, 0);
    }
    return outcome;
}

} // namespace carry
