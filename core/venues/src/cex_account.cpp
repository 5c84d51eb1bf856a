// SPDX-License-Identifier: GPL-3.0-or-later
#include "venues/cex_account.h"

#include <cmath>
#include <limits>

namespace carry
{
namespace
{

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

Decimal cash(double amount)
{
    return Decimal::fromDouble(amount, kCashDecimals);
}

//! The share of a balance that counts: a haircut is taken off positive ones only.
double counted(const MarginRules& margin, double balance, Asset asset)
{
    return balance > 0 ? 1.0 - margin.haircut[static_cast<std::size_t>(asset)] : 1.0;
}

//! USDT and coins as collateral, the coins still in coin.
struct CountedBalances {
    double usdt, coin;
};

CountedBalances countBalances(double usdt, double coin, Asset base, const MarginRules& margin)
{
    const bool coinCounts = margin.mode == MarginMode::Cross || coin < 0;
    return {usdt * counted(margin, usdt, Asset::USDT), coinCounts ? coin * counted(margin, coin, base) : 0.0};
}

std::string plain(double value)
{
    return Decimal::fromDouble(value, 2).toString();
}

} // namespace

MarginFigures CexAccount::figures(const Books& books, const CexRules& rules, Venue venue, double spot, double mark)
{
    const ExchangeAccounts& ids = books.chart().exchange(venue);
    const AccountAmounts held{books.quantity(ids.usdt), books.quantity(ids.coin), books.quantity(ids.perp),
                              books.quantity(ids.perpQuote)};
    return figures(held, books.chart().base(), rules, venue, spot, mark);
}

MarginFigures CexAccount::figures(const AccountAmounts& held, Asset base, const CexRules& rules, Venue venue,
                                  double spot, double mark)
{
    const auto& [usdt, coin, perp, quote] = held;
    const CountedBalances balances = countBalances(usdt, coin, base, rules.margin);
    MarginFigures f;
    f.unrealised = perp * mark + quote;
    f.equity = usdt + coin * spot + f.unrealised;
    f.collateral = balances.usdt + balances.coin * spot + f.unrealised;
    f.notional = std::abs(perp) * mark;
    f.debit = std::max(0.0, -(usdt + f.unrealised));
    if (perp == 0) {
        f.marginRatio = f.liquidationPrice = f.liquidationDistance = kNaN;
        return f;
    }
    const MarginTiers& tiers = rules.at(venue).tiers;
    const MarginTiers::Tier* tier = &tiers.at(f.notional);
    f.maintenance = f.notional * tier->rate - tier->deduction;
    f.marginRatio = f.collateral / f.notional;
    // collateral(k) = maintenance(k) with spot and mark times k: linear in k within a tier, so solved in one tier after
    // the other until the solution lies in its own. An account under water may have none and would go round for ever.
    double k = kNaN;
    const MarginTiers::Tier* solved = nullptr;
    for (int round = 0; round < 32 && tier != solved; ++round) {
        solved = tier;
        const double fixed = balances.usdt + quote + tier->deduction;
        const double perUnit = f.notional * tier->rate - balances.coin * spot - perp * mark;
        k = perUnit != 0 ? fixed / perUnit : kNaN;
        if (k > 0 && !std::isinf(k))
            tier = &tiers.at(f.notional * k);
    }
    if (tier != solved)
        k = kNaN;
    if (!(k > 0) || std::isinf(k)) {
        f.liquidationPrice = f.liquidationDistance = kNaN;
    } else {
        f.liquidationPrice = k * mark;
        f.liquidationDistance = std::abs(k - 1.0);
    }
    return f;
}

double CexAccount::marginSurplus(const Books& books, const CexRules& rules, Venue venue, double spot, double mark)
{
    const ExchangeAccounts& ids = books.chart().exchange(venue);
    const CountedBalances balances =
        countBalances(books.quantity(ids.usdt), books.quantity(ids.coin), books.chart().base(), rules.margin);
    const double perp = books.quantity(ids.perp);
    const double collateral = balances.usdt + balances.coin * spot + perp * mark + books.quantity(ids.perpQuote);
    return collateral - rules.at(venue).tiers.maintenance(std::abs(perp) * mark);
}

Result<void> CexAccount::checkSpot(Side side, Decimal quantity, double mid, double mark) const
{
    const double notional = quantity.toDouble() * mid;
    const auto& rules = m_rules.at(m_venue);
    if (m_rules.rounding == RoundingMode::Venue && notional < rules.instrument.minNotional)
        return fail(Error(ErrorCode::CexBelowMinimum)
                        .with("venue", std::string(toText(m_venue)))
                        .with("found", plain(notional) + " USDT")
                        .with("expected", plain(rules.instrument.minNotional) + " USDT"));
    const Asset base = m_books.chart().base();
    if (side == Side::Sell && quantity > m_books.balance(m_ids.coin))
        return fail(Error(ErrorCode::CexInsufficientBalance)
                        .with("venue", std::string(toText(m_venue)))
                        .with("asset", std::string(toText(base)))
                        .with("available", m_books.balance(m_ids.coin).toString())
                        .with("required", quantity.toString()));
    if (side == Side::Buy) {
        // A unified account may go into debit as long as margin stays above the initial requirement; the coin bought
        // counts with its haircut at once.
        const double fill = m_rules.fillPrice(m_venue, Product::Spot, side, mid, quantity.toDouble());
        const double cost = quantity.toDouble() * fill * (1 + rules.fees.spotTaker);
        const auto now = figures(m_books, m_rules, m_venue, mid, mark);
        const double counted = m_rules.margin.mode == MarginMode::Cross
                                   ? notional * (1 - m_rules.margin.haircut[static_cast<std::size_t>(base)])
                                   : 0.0;
        const double after = now.collateral - cost + counted;
        const double required = now.notional / m_rules.margin.maxLeverage;
        // Half a cent: cash is kept to 1e-8, and a plan that spends all of it must not fail on the rounding.
        if (after < required - 0.005)
            return fail(Error(ErrorCode::CexInsufficientMargin)
                            .with("venue", std::string(toText(m_venue)))
                            .with("available", plain(after))
                            .with("required", plain(required)));
    }
    return {};
}

Result<void> CexAccount::checkPerp(Side side, Decimal quantity, double spot, double mark) const
{
    const double signedQuantity = side == Side::Buy ? quantity.toDouble() : -quantity.toDouble();
    const double before = m_books.quantity(m_ids.perp);
    const double after = before + signedQuantity;
    const auto& rules = m_rules.at(m_venue);
    const bool reduces = std::abs(after) < std::abs(before);
    const double notional = quantity.toDouble() * mark;
    if (m_rules.rounding == RoundingMode::Venue && !reduces && notional < rules.instrument.minNotional)
        return fail(Error(ErrorCode::CexBelowMinimum)
                        .with("venue", std::string(toText(m_venue)))
                        .with("found", plain(notional) + " USDT")
                        .with("expected", plain(rules.instrument.minNotional) + " USDT"));
    if (reduces)
        return {};
    const auto now = figures(m_books, m_rules, m_venue, spot, mark);
    const double fill = m_rules.fillPrice(m_venue, Product::Perp, side, mark, quantity.toDouble());
    const double cost = notional * rules.fees.perpTaker + std::abs(fill - mark) * quantity.toDouble();
    const double required = std::abs(after) * mark / m_rules.margin.maxLeverage;
    if (now.collateral - cost < required)
        return fail(Error(ErrorCode::CexInsufficientMargin)
                        .with("venue", std::string(toText(m_venue)))
                        .with("available", plain(now.collateral - cost))
                        .with("required", plain(required)));
    return {};
}

void CexAccount::payFee(double fee, Cause cause, InstructionId instruction)
{
    const Decimal amount = cash(fee);
    if (!amount.isZero())
        m_books.post(m_ids.usdt, m_books.chart().outside(Asset::USDT), amount, cause, instruction);
}

void CexAccount::fillSpot(Side side, Decimal quantity, double mid, double fill, InstructionId instruction)
{
    const ChartOfAccounts& chart = m_books.chart();
    const double q = quantity.toDouble();
    const Decimal coins = side == Side::Buy ? quantity : -quantity;
    const Decimal paid = cash(side == Side::Buy ? q * mid : -q * mid);
    m_books.post(m_ids.usdt, chart.outside(Asset::USDT), paid, Cause::Trade, instruction);
    m_books.post(chart.outside(chart.base()), m_ids.coin, coins, Cause::Trade, instruction);
    payFee(q * std::abs(fill - mid), Cause::Slippage, instruction);
    payFee(q * fill * m_rules.at(m_venue).fees.spotTaker, Cause::TradeFee, instruction);
}

void CexAccount::fillPerp(Side side, Decimal quantity, double mark, double fill, InstructionId instruction)
{
    const ChartOfAccounts& chart = m_books.chart();
    const Decimal before = m_books.balance(m_ids.perp);
    const Decimal quoteBefore = m_books.balance(m_ids.perpQuote);
    const double q = quantity.toDouble();
    const Decimal change = side == Side::Buy ? quantity : -quantity;
    m_books.post(chart.outsideContracts(), m_ids.perp, change, Cause::Trade, instruction);
    m_books.post(m_ids.perpQuote, chart.outside(Asset::USDT), cash(side == Side::Buy ? q * mark : -q * mark),
                 Cause::Trade, instruction);
    const Decimal slippage = cash(q * std::abs(fill - mark));
    if (!slippage.isZero())
        m_books.post(m_ids.perpQuote, chart.outside(Asset::USDT), slippage, Cause::Slippage, instruction);
    payFee(q * fill * m_rules.at(m_venue).fees.perpTaker, Cause::TradeFee, instruction);
    realise(before, quoteBefore, change, Cause::Trade, instruction);
}

void CexAccount::realise(Decimal quantityBefore, Decimal quoteBefore, Decimal quantityChange, Cause cause,
                         InstructionId instruction)
{
    const bool opposite = quantityBefore.isNegative() != quantityChange.isNegative();
    if (quantityBefore.isZero() || quantityChange.isZero() || !opposite)
        return;
    // Average-entry accounting: what stays keeps its share of the old entry value, the rest becomes cash.
    const Decimal after = quantityBefore + quantityChange;
    Decimal kept;
    if (after.isZero()) {
        kept = Decimal();
    } else if (after.isNegative() == quantityBefore.isNegative()) {
        // quoteBefore * after / quantityBefore, as ratio in double: the rest below 1e-8 stays in the quote leg
        kept =
            Decimal::fromDouble(quoteBefore.toDouble() * (after.toDouble() / quantityBefore.toDouble()), kCashDecimals);
    } else { // through zero: the new position's entry is this fill
        const Decimal now = m_books.balance(m_ids.perpQuote);
        const double filled = (now - quoteBefore).toDouble() / quantityChange.toDouble();
        kept = Decimal::fromDouble(filled * after.toDouble(), kCashDecimals);
    }
    const Decimal realised = m_books.balance(m_ids.perpQuote) - kept;
    if (!realised.isZero())
        m_books.post(m_ids.perpQuote, m_ids.usdt, realised, cause, instruction);
}

Decimal CexAccount::settleFunding(double mark, double rate)
{
    const Decimal received = cash(-m_books.quantity(m_ids.perp) * mark * rate);
    if (!received.isZero())
        m_books.post(m_books.chart().outside(Asset::USDT), m_ids.usdt, received, Cause::Funding, 0);
    return received;
}

Decimal CexAccount::chargeDebit(double debit, Duration elapsed)
{
    const double years = static_cast<double>(elapsed.count()) / kYearMs;
    const Decimal paid = cash(debit * m_rules.margin.debitApr * years);
    if (!paid.isZero())
        m_books.post(m_ids.usdt, m_books.chart().outside(Asset::USDT), paid, Cause::DebitInterest, 0);
    return paid;
}

} // namespace carry
