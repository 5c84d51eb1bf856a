// SPDX-License-Identifier: GPL-3.0-or-later
// How the strategies on chain take positions down: margin support, delevering, withdrawal, exit, hedge.
#include "chain_strategy.h"

#include <cmath>

namespace carry
{
namespace
{

constexpr double kDustEth = 1e-6;
constexpr double kSlack = 1.002; // for what prices and gas move until a withdrawal has been freed

Decimal usdt(double amount)
{
    return amount > 0 ? Decimal::fromDouble(amount, 6, Rounding::Down) : Decimal();
}

Decimal eth(double amount)
{
    return amount > 0 ? Decimal::fromDouble(amount, 12, Rounding::Down) : Decimal();
}

} // namespace

std::vector<ChainIntent> ChainStrategy::free(const Situation& s, double amount) const
{
    using Kind = ChainIntent::Kind;
    const ChainSituation& c = s.chain;
    ChainIntent step;
    if (!m_info.staking) {
        step.kind = Kind::Withdraw;
        step.asset = m_info.shareClass;
        step.amount = m_info.shareClass == Asset::USDT ? usdt(amount) : eth(amount);
        return {step};
    }
    const double cost = m_venues.chain.sellingCost(c.ratio, c.market);
    if (!m_info.leverage || c.debt <= kDustEth) {
        // From the wallet first, then from Aave.
        const double tokens = amount / (c.ratio * (1 - cost));
        const double available = c.lst + c.suppliedLst;
        if (tokens > available)
            return {};
        std::vector<ChainIntent> steps;
        if (tokens > c.lst) {
            step.kind = Kind::Withdraw;
            step.asset = m_k.lst;
            step.amount = Decimal::fromDouble(tokens - c.lst, 18, Rounding::Down);
            steps.push_back(step);
        }
        step.kind = Kind::Sell;
        step.asset = m_k.lst;
        step.amount = Decimal::fromDouble(tokens, 18, Rounding::Down);
        steps.push_back(step);
        return steps;
    }
    if (amount >= (c.collateral - c.debt) * 0.98)
        return {}; // that is an exit
    step.kind = Kind::Release;
    step.amount = Decimal::fromDouble(amount, 18, Rounding::Up);
    step.ltv = std::isnan(c.ltv) ? 0 : c.ltv;
    return {step};
}

Decision ChainStrategy::supportBySurplus(const Situation& s, std::size_t worst) const
{
    Decision d;
    double needed = m_limits.marginTarget * s.venues[worst].notional - s.venues[worst].collateral;
    const double asked = needed;
    PhaseIntent phase{PhaseKind::Transfers, {}, {}, {}};
    for (const Venue venue : kExchanges) {
        const auto i = exchangeIndex(venue);
        const VenueSituation& v = s.venues[i];
        const double surplus = std::min(v.usdt, v.collateral - m_limits.marginTarget * v.notional);
        const double fee = TransferNetwork(m_venues.transfer).withdrawalFee(venue, Asset::USDT).toDouble();
        const Decimal amount = usdt(std::min(needed, surplus - fee));
        if (i == worst || amount.toDouble() < m_k.minTradeUsd)
            continue;
        phase.transfers.push_back({venue, kExchanges[worst], Asset::USDT, amount, false});
        needed -= amount.toDouble();
    }
    if (phase.transfers.empty())
        return hold(Reason::NoSurplus, {s.venues[worst].marginRatio, m_limits.of(RiskMetric::MarginRatio).warn});
    d.phases.push_back(std::move(phase));
    d.action = Action::Rebalance;
    d.reason = Reason::MarginBelowWarn;
    d.numbers = {s.venues[worst].marginRatio, m_limits.of(RiskMetric::MarginRatio).warn, asked - needed,
                 m_limits.marginTarget};
    d.riskReducing = true;
    return d;
}

Decision ChainStrategy::supportFromChain(const Situation& s, const RiskState& risk) const
{
    // Selling ETH at the exchange and cutting its short together: X = (t N - M) / (1 + t).
    Decision d;
    PhaseIntent send{PhaseKind::Transfers, {}, {}, {}};
    PhaseIntent sell{PhaseKind::SellSpot, {}, {}, {}};
    const double warn = m_limits.of(RiskMetric::MarginRatio).warn;
    const double target = m_limits.marginTarget;
    double total = 0;
    double worst = 1e9;
    for (const Venue venue : kExchanges) {
        const auto i = exchangeIndex(venue);
        const VenueSituation& v = s.venues[i];
        // Those near the line come along: they would ask next, and each plan pays its own gas.
        const bool low = v.marginRatio < warn * 1.25 && risk.level(RiskMetric::MarginRatio, i) != RiskLevel::Breached;
        if (!low)
            continue;
        const double value = (target * v.notional - v.collateral) / (1 + target);
        Decimal q = Decimal::fromDouble(std::min(value / v.spot, std::abs(v.perp)), 12, Rounding::Up);
        if (m_venues.cex.rounding == RoundingMode::Venue)
            q = q.truncatedTo(m_venues.cex.hedgeLot(venue));
        if (!q.isPositive() || q.toDouble() * v.spot < m_k.minTradeUsd)
            continue;
        worst = std::min(worst, v.marginRatio);
        total += q.toDouble();
        send.transfers.push_back({Venue::Wallet, venue, Asset::ETH, q, false});
        sell.trades.push_back({venue, Product::Spot, -q});
        sell.trades.push_back({venue, Product::Perp, q});
    }
    const ChainRules& c = m_venues.chain;
    const double gas = c.gasEth(c.atomicExitUnits + 3 * c.transferUnits, s.gasGwei);
    const auto steps = total > 0 ? free(s, total + gas) : std::vector<ChainIntent>{};
    if (steps.empty())
        return hold(Reason::NoSurplus, {worst, warn});
    d.phases = {PhaseIntent{PhaseKind::OnChain, {}, {}, steps}, std::move(send), std::move(sell)};
    d.action = Action::Rebalance;
    d.reason = Reason::MarginByDelever;
    d.numbers = {worst, warn, total, target};
    d.riskReducing = true;
    return d;
}

Decision ChainStrategy::delever(const Situation& s, Action action, Reason reason, double ltv) const
{
    const double excess = s.chain.debt - ltv * s.chain.collateral;
    if (excess * s.ethUsd < m_k.minTradeUsd)
        return hold(Reason::TooSmall, {excess * s.ethUsd, m_k.minTradeUsd});
    Decision d;
    d.action = action;
    d.reason = reason;
    d.riskReducing = true;
    ChainIntent step;
    step.kind = ChainIntent::Kind::Delever;
    step.ltv = ltv;
    d.phases.push_back({PhaseKind::OnChain, {}, {}, {step}});
    return d;
}

Decision ChainStrategy::leave(const Situation& s, Reason reason) const
{
    using Kind = ChainIntent::Kind;
    Decision d;
    d.action = Action::Exit;
    d.reason = reason;
    d.riskReducing = true;
    const ChainSituation& c = s.chain;
    // First everything into the wallet ...
    std::vector<ChainIntent> steps;
    const auto add = [&](Kind kind, Asset asset) {
        ChainIntent step;
        step.kind = kind;
        step.asset = asset;
        step.everything = true;
        steps.push_back(step);
    };
    const bool queue = m_k.exitWay == StakingExit::Queue;
    if (c.suppliedUsdt > 0.01)
        add(Kind::Withdraw, Asset::USDT);
    if (c.suppliedEth > kDustEth)
        add(Kind::Withdraw, Asset::ETH);
    if (c.suppliedLst > kDustEth)
        add(queue ? Kind::ExitOneSwap : Kind::ExitTwoSwaps, m_k.lst);
    if (queue ? c.lst + c.suppliedLst > kDustEth : c.lst > kDustEth && c.suppliedLst <= kDustEth)
        add(queue ? Kind::Unstake : Kind::Sell, m_k.lst);
    if (!steps.empty()) {
        d.phases.push_back({PhaseKind::OnChain, {}, {}, std::move(steps)});
        return d;
    }
    if (!m_info.exchanges || c.unstaking > kDustEth)
        return hold(Reason::Exited); // what is in the queue arrives by itself
    // ... then to the exchange, sold together with the hedge, and home.
    const ChainRules& rules = m_venues.chain;
    const Venue seller = m_k.hedge.buyVenue;
    const double gas = rules.gasEth(2 * rules.transferUnits, s.gasGwei);
    Decimal sent = eth(s.walletEth - rules.gasReserveEth - gas);
    if (m_venues.cex.rounding == RoundingMode::Venue)
        sent = sent.truncatedTo(m_venues.cex.lot(seller, Product::Spot));
    const bool sends = sent.toDouble() * s.ethUsd > m_k.minTradeUsd;
    if (sends)
        d.phases.push_back({PhaseKind::Transfers, {{Venue::Wallet, seller, Asset::ETH, sent, false}}, {}, {}});
    PhaseIntent close{PhaseKind::SellSpot, {}, {}, {}};
    PhaseIntent home{PhaseKind::Transfers, {}, {}, {}};
    for (const Venue venue : kExchanges) {
        const VenueSituation& v = s.venues[exchangeIndex(venue)];
        Decimal coin = Decimal::fromDouble(v.coin, 12, Rounding::Down);
        if (sends && venue == seller)
            coin += sent;
        if (m_venues.cex.rounding == RoundingMode::Venue)
            coin = coin.truncatedTo(m_venues.cex.lot(venue, Product::Spot));
        if (coin.toDouble() * v.spot > 10)
            close.trades.push_back({venue, Product::Spot, -coin});
        if (v.perp != 0)
            close.trades.push_back({venue, Product::Perp, -Decimal::fromDouble(v.perp, 12)});
        const double fee = TransferNetwork(m_venues.transfer).withdrawalFee(venue, Asset::USDT).toDouble();
        const double value = v.equity + (sends && venue == seller ? sent.toDouble() * v.spot : 0);
        if (value > std::max(10.0, 2 * fee))
            home.transfers.push_back({venue, Venue::Wallet, Asset::USDT, usdt(value - fee), /*sweep=*/true});
    }
    if (close.trades.empty() && home.transfers.empty())
        return hold(Reason::Exited);
    d.phases.push_back(std::move(close));
    d.phases.push_back(std::move(home));
    return d;
}

std::optional<PhaseIntent> ChainStrategy::spareFromMargin(const Situation& s, double needed) const
{
    std::optional<PhaseIntent> best;
    double highest = m_limits.of(RiskMetric::MarginRatio).warn * 1.25; // as in supportFromChain()
    for (const Venue venue : kExchanges) {
        const VenueSituation& v = s.venues[exchangeIndex(venue)];
        const double fee = TransferNetwork(m_venues.transfer).withdrawalFee(venue, Asset::USDT).toDouble();
        const double taken = needed + fee;
        const double ratio = v.notional > 0 ? (v.collateral - taken) / v.notional : v.collateral - taken;
        if (v.usdt < taken || ratio <= highest)
            continue;
        highest = ratio;
        best = PhaseIntent{PhaseKind::Transfers,
                           {{venue, Venue::Wallet, Asset::USDT, Decimal::fromDouble(needed, 6, Rounding::Up), false}},
                           {},
                           {}};
    }
    return best;
}

Decision ChainStrategy::withdraw(const Situation& s) const
{
    Decision d;
    d.action = Action::Withdrawal;
    d.reason = Reason::WithdrawalRequested;
    d.riskReducing = true; // owed to the investor: neither cool-down nor cost test holds it
    const bool ethClass = m_info.shareClass == Asset::ETH;
    const double wallet = ethClass ? s.walletEth - m_venues.chain.gasReserveEth : s.walletUsdt;
    d.numbers = {s.pendingWithdrawal, wallet};
    const double needed = (s.pendingWithdrawal - wallet) * kSlack;
    if (s.chain.unstaking * s.ethPrice >= needed)
        return hold(Reason::WithdrawalRequested, d.numbers); // on its way through the queue
    if (!m_info.exchanges) {
        const ChainRules& c = m_venues.chain;
        const double gas = ethClass ? c.gasEth(c.atomicExitUnits, s.gasGwei) : 0.0;
        auto steps = free(s, needed + gas);
        if (steps.empty())
            return leave(s, Reason::WithdrawalRequested);
        d.phases.push_back({PhaseKind::OnChain, {}, {}, std::move(steps)});
        return d;
    }
    if (needed < m_k.minTradeUsd)
        if (auto phase = spareFromMargin(s, needed)) {
            d.phases.push_back(std::move(*phase));
            return d;
        }
    const double open = openEquity(s);
    const double part = std::max(needed, m_k.minTradeUsd) / open;
    if (part > 0.95)
        return leave(s, Reason::WithdrawalRequested);
    const Venue seller = m_k.hedge.buyVenue;
    const double freed = part * s.chain.net;
    const ChainRules& c = m_venues.chain;
    auto steps = free(s, freed + c.gasEth(c.atomicExitUnits + 2 * c.transferUnits, s.gasGwei));
    if (steps.empty())
        return leave(s, Reason::WithdrawalRequested);
    Decimal sold = eth(freed);
    if (m_venues.cex.rounding == RoundingMode::Venue)
        sold = sold.truncatedTo(m_venues.cex.lot(seller, Product::Spot));
    PhaseIntent trades{PhaseKind::SellSpot, {}, {{seller, Product::Spot, -sold}}, {}};
    PhaseIntent home{PhaseKind::Transfers, {}, {}, {}};
    for (const Venue venue : kExchanges) {
        const VenueSituation& v = s.venues[exchangeIndex(venue)];
        Decimal cut = Decimal::fromDouble(std::abs(v.perp) * part, 12, Rounding::Up);
        if (m_venues.cex.rounding == RoundingMode::Venue)
            cut = cut.truncatedTo(m_venues.cex.lot(venue, Product::Perp));
        if (cut.isPositive())
            trades.trades.push_back({venue, Product::Perp, cut});
        const double fee = TransferNetwork(m_venues.transfer).withdrawalFee(venue, Asset::USDT).toDouble();
        const double fills = venue == seller ? sold.toDouble() * v.spot * 0.998 : 0.0; // after fee and slippage
        const Decimal amount = usdt(v.equity * part + fills - fee);
        if (amount.toDouble() > 2 * fee)
            home.transfers.push_back({venue, Venue::Wallet, Asset::USDT, amount, false});
    }
    d.phases = {PhaseIntent{PhaseKind::OnChain, {}, {}, std::move(steps)},
                PhaseIntent{PhaseKind::Transfers, {{Venue::Wallet, seller, Asset::ETH, sold, false}}, {}, {}},
                std::move(trades), std::move(home)};
    return d;
}

Decision ChainStrategy::hedge(const Situation& s, Reason reason) const
{
    // More short goes where margin is best, less of it where margin is worst.
    const bool more = s.netDelta > 0;
    std::size_t chosen = kExchangeCount;
    for (std::size_t i = 0; i < kExchangeCount; ++i) {
        if (m_k.weights[i] == 0 || (!more && s.venues[i].perp >= 0))
            continue;
        const auto ratio = [&](std::size_t v) {
            return std::isnan(s.venues[v].marginRatio) ? 1e9 : s.venues[v].marginRatio;
        };
        if (chosen == kExchangeCount || (more ? ratio(i) > ratio(chosen) : ratio(i) < ratio(chosen)))
            chosen = i;
    }
    if (chosen == kExchangeCount)
        return hold(Reason::TooSmall);
    const Venue venue = kExchanges[chosen];
    Decimal change = Decimal::fromDouble(std::abs(s.netDelta), 12, Rounding::Down);
    if (!more)
        change = std::min(change, Decimal::fromDouble(std::abs(s.venues[chosen].perp), 12));
    if (m_venues.cex.rounding == RoundingMode::Venue)
        change = change.truncatedTo(m_venues.cex.lot(venue, Product::Perp));
    const double value = change.toDouble() * s.venues[chosen].mark;
    if (!change.isPositive() || value < m_k.minTradeUsd)
        return hold(Reason::TooSmall, {value, m_k.minTradeUsd});
    Decision d;
    d.action = Action::Rebalance;
    d.reason = reason;
    d.protects = value * m_k.protectMove;
    d.phases.push_back({more ? PhaseKind::IncreasePerps : PhaseKind::ReducePerps,
                        {},
                        {{venue, Product::Perp, more ? -change : change}},
                        {}});
    return d;
}

} // namespace carry
