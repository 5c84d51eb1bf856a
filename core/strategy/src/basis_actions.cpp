// SPDX-License-Identifier: GPL-3.0-or-later
// Desired positions of each action of the basis strategies: pure functions of situation and parameters.
#include "basis_strategy.h"

#include "strategy/basis_sizing.h"

#include <cmath>

namespace carry
{
namespace
{

constexpr int kUsdtDecimals = 6; // of the token on Ethereum
constexpr int kQuantityDecimals = 12;
constexpr double kSwapRounding = 1e-5; // a swap's three amounts are each rounded up to a token unit

Decimal usdt(double amount)
{
    return amount > 0 ? Decimal::fromDouble(amount, kUsdtDecimals, Rounding::Down) : Decimal();
}

Decimal coins(double quantity)
{
    return Decimal::fromDouble(quantity, kQuantityDecimals);
}

} // namespace

Decision BasisStrategy::hold(Reason reason, ReasonNumbers numbers) const
{
    Decision d;
    d.reason = reason;
    d.numbers = numbers;
    return d;
}

Decision BasisStrategy::keepPositions(const Situation& s) const
{
    Decision d;
    for (std::size_t i = 0; i < kExchangeCount; ++i)
        d.targets[i] = {coins(s.venues[i].coin), coins(s.venues[i].perp)};
    return d;
}

Decimal BasisStrategy::gasPurchase(const Situation& s) const
{
    const double reserve = m_venues.chain.gasReserveEth;
    if (reserve <= 0 || s.ethPrice <= 0 || s.walletEth >= reserve / 2)
        return {};
    // The swap pays its own gas out of what it buys.
    const double gas = m_venues.chain.gasEth(m_venues.chain.swapUnits + m_venues.chain.approvalUnits, s.gasGwei);
    return Decimal::fromDouble(reserve - s.walletEth + gas, kQuantityDecimals, Rounding::Up);
}

Decision BasisStrategy::enter(const StrategyInput& input, Action action, Reason reason) const
{
    const Situation& s = input.situation;
    // No new money for an exchange where the position was liquidated; the others share its part.
    PerExchange<double> weights = m_p.weights;
    double sum = 0;
    for (std::size_t i = 0; i < kExchangeCount; ++i) {
        if (input.risk.level(RiskMetric::MarginRatio, i) == RiskLevel::Breached)
            weights[i] = 0;
        sum += weights[i];
    }
    const bool anyLeft = sum > 0;
    const bool whole = weights == m_p.weights; // dividing by a sum of 1 would change the last digit
    Decision d = keepPositions(s);
    d.gasPurchaseEth = gasPurchase(s);
    const ChainRules& chain = m_venues.chain;
    const double gasCost = d.gasPurchaseEth.toDouble() * s.ethPrice * (1 + chain.swapFee + chain.swapSlippage) +
                           (d.gasPurchaseEth.isZero() ? 0.0 : kSwapRounding);
    const double free = s.walletUsdt - s.pendingWithdrawal - gasCost;
    bool any = false;
    for (const Venue venue : kExchanges) {
        const auto i = exchangeIndex(venue);
        const VenueSituation& v = s.venues[i];
        const Decimal amount = usdt(whole ? free * weights[i] : anyLeft ? free * weights[i] / sum : 0.0);
        const Decimal q = hedgedQuantity(m_venues.cex, venue, amount.toDouble(), v.spot, v.mark, m_p.spotFraction);
        if (amount.isZero() || q.isZero())
            continue;
        any = true;
        d.targets[i].spot += q;
        d.targets[i].perp -= q;
        d.transfers.push_back({Venue::Wallet, venue, Asset::USDT, amount});
    }
    if (!any)
        return hold(Reason::TooSmall, {free, m_p.minWalletUsdt});
    d.action = action;
    d.reason = reason;
    d.numbers = {s.walletUsdt - s.pendingWithdrawal};
    return d;
}

bool BasisStrategy::isIdle(const Situation& s, const RiskState& risk, std::size_t exchange) const
{
    const VenueSituation& v = s.venues[exchange];
    const bool empty = std::abs(v.coin) <= m_p.minPosition && std::abs(v.perp) <= m_p.minPosition;
    return empty && m_p.weights[exchange] > 0 &&
           risk.level(RiskMetric::MarginRatio, exchange) != RiskLevel::Breached; // not again where it was liquidated
}

Decision BasisStrategy::deploy(const Situation& s, const RiskState& risk) const
{
    Decision d = keepPositions(s);
    double idle = 0;
    for (const Venue venue : kExchanges) {
        const auto i = exchangeIndex(venue);
        const VenueSituation& v = s.venues[i];
        if (!isIdle(s, risk, i) || v.usdt <= m_p.minWalletUsdt)
            continue;
        const Decimal q = hedgedQuantity(m_venues.cex, venue, v.usdt, v.spot, v.mark, m_p.spotFraction);
        d.targets[i].spot += q;
        d.targets[i].perp -= q;
        idle += q.isZero() ? 0.0 : v.usdt;
    }
    if (idle == 0)
        return hold(Reason::TooSmall, {idle, m_p.minWalletUsdt});
    d.action = Action::Rebalance;
    d.reason = Reason::IdleFunds;
    d.numbers = {idle};
    return d;
}

Decision BasisStrategy::leave(const Situation& s, Reason reason) const
{
    Decision d;
    d.action = Action::Exit;
    d.reason = reason;
    d.riskReducing = true;
    for (const Venue venue : kExchanges) {
        const VenueSituation& v = s.venues[exchangeIndex(venue)];
        const double fee = TransferNetwork(m_venues.transfer).withdrawalFee(venue, Asset::USDT).toDouble();
        if (v.equity > std::max(m_p.minTransferUsd, fee))
            d.transfers.push_back({venue, Venue::Wallet, Asset::USDT, usdt(v.equity - fee), /*sweep=*/true});
    }
    return d;
}

Decision BasisStrategy::withdraw(const Situation& s) const
{
    Decision d = keepPositions(s);
    double equity = 0;
    for (const auto& v : s.venues)
        equity += std::max(0.0, v.equity);
    const double needed = s.pendingWithdrawal - s.walletUsdt;
    const TransferNetwork network(m_venues.transfer);
    for (const Venue venue : kExchanges) {
        const auto i = exchangeIndex(venue);
        const VenueSituation& v = s.venues[i];
        const double share = equity > 0 ? needed * std::max(0.0, v.equity) / equity : 0.0;
        const Decimal amount = Decimal::fromDouble(share, kUsdtDecimals, Rounding::Up);
        if (!amount.isPositive())
            continue;
        const double fee = network.withdrawalFee(venue, Asset::USDT).toDouble();
        const Decimal y = coinsToWithdraw(m_venues.cex, venue, v, amount.toDouble() + fee,
                                          m_limits.of(RiskMetric::MarginRatio).warn, m_limits.marginTarget);
        d.targets[i].spot -= y;
        d.targets[i].perp += y;
        const bool everything = y.toDouble() >= std::min(v.coin, std::abs(v.perp)) && y.isPositive();
        d.transfers.push_back({venue, Venue::Wallet, Asset::USDT, amount, everything});
    }
    d.action = Action::Withdrawal;
    d.reason = Reason::WithdrawalRequested;
    d.numbers = {s.pendingWithdrawal, s.walletUsdt};
    d.riskReducing = true; // owed to the investor: neither cool-down nor cost test holds it
    return d;
}

Decision BasisStrategy::moveMargin(const Situation& s, const MarginCase& c) const
{
    Decision d = keepPositions(s);
    const Venue donor = kExchanges[c.donor];
    const Venue needy = kExchanges[c.worst];
    const double fee = TransferNetwork(m_venues.transfer).withdrawalFee(donor, Asset::USDT).toDouble();
    const Decimal amount = usdt(std::min(c.deficit, c.surplus - fee));
    const Decimal y = coinsToRelease(m_venues.cex, donor, s.venues[c.donor], amount.toDouble() + fee);
    d.targets[c.donor].spot -= y;
    d.targets[c.donor].perp += y;
    d.transfers.push_back({donor, needy, Asset::USDT, amount});
    d.action = Action::Rebalance;
    d.reason = Reason::MarginBelowWarn;
    d.numbers = {s.venues[c.worst].marginRatio, m_limits.of(RiskMetric::MarginRatio).warn, amount.toDouble(),
                 m_limits.marginTarget};
    d.riskReducing = true;
    return d;
}

Decision BasisStrategy::cut(const Situation& s, const RiskState& risk) const
{
    Decision d = keepPositions(s);
    bool any = false;
    double worstRatio = 1e9;
    double worstDistance = 1e9;
    for (const Venue venue : kExchanges) {
        const auto i = exchangeIndex(venue);
        const VenueSituation& v = s.venues[i];
        const bool critical = risk.level(RiskMetric::MarginRatio, i) == RiskLevel::Critical ||
                              risk.level(RiskMetric::LiquidationDistance, i) == RiskLevel::Critical;
        if (!critical)
            continue;
        Decimal y = coinsToCut(m_venues.cex, venue, v, m_limits.marginTarget);
        if (y.isZero())
            continue;
        any = true;
        worstRatio = std::fmin(worstRatio, v.marginRatio);
        worstDistance = std::fmin(worstDistance, v.liquidationDistance);
        d.targets[i].spot -= y;
        d.targets[i].perp += y;
    }
    if (!any)
        return hold(Reason::TooSmall);
    d.action = Action::Reduce;
    d.reason = Reason::MarginCritical;
    d.numbers = {worstRatio, worstDistance};
    d.riskReducing = true;
    return d;
}

Decision BasisStrategy::hedge(const Situation& s, Reason reason) const
{
    Decision d = keepPositions(s);
    // First make each exchange's legs equal, then lay what other places hold (gas reserve) on the best-margined one.
    double rest = s.netDelta;
    std::size_t best = 0;
    double traded = 0;
    const auto trade = [&](std::size_t i, double difference) {
        const Venue venue = kExchanges[i];
        Decimal change = coins(std::abs(difference));
        if (m_venues.cex.rounding == RoundingMode::Venue)
            change = change.truncatedTo(m_venues.cex.lot(venue, Product::Perp));
        if (change.isZero() || change.toDouble() * s.venues[i].mark < m_p.minTradeUsd)
            return;
        d.targets[i].perp += difference > 0 ? -change : change;
        rest += difference > 0 ? -change.toDouble() : change.toDouble();
        traded += change.toDouble() * s.venues[i].mark;
    };
    for (std::size_t i = 0; i < kExchangeCount; ++i) {
        trade(i, s.venues[i].coin + s.venues[i].perp);
        if (s.venues[i].marginRatio > s.venues[best].marginRatio || std::isnan(s.venues[best].marginRatio))
            best = i;
    }
    if (s.grossDelta > 0 && std::abs(rest) / s.grossDelta > m_p.deltaTolerance)
        trade(best, rest);
    if (traded == 0)
        return hold(Reason::TooSmall, {std::abs(s.netDelta) * s.referencePrice, m_p.minTradeUsd});
    d.action = Action::Rebalance;
    d.reason = reason;
    d.protects = traded * m_p.protectMove;
    return d;
}

} // namespace carry
