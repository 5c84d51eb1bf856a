// SPDX-License-Identifier: GPL-3.0-or-later
// How the strategies on chain put capital to work: plans of set-up and deposit, and their sizes.
#include "chain_strategy.h"

#include <cmath>

namespace carry
{
namespace
{

constexpr double kSwapRounding = 1e-5; // a swap's three amounts are each rounded up to a token unit

Decimal usdt(double amount)
{
    return amount > 0 ? Decimal::fromDouble(amount, 6, Rounding::Down) : Decimal();
}

Decimal eth(double amount)
{
    return amount > 0 ? Decimal::fromDouble(amount, 12, Rounding::Down) : Decimal();
}

} // namespace

Decimal ChainStrategy::gasPurchase(const Situation& s) const
{
    const double reserve = m_venues.chain.gasReserveEth;
    if (m_info.shareClass == Asset::ETH || reserve <= 0 || s.ethPrice <= 0 || s.walletEth >= reserve / 2)
        return {};
    const double gas = m_venues.chain.gasEth(m_venues.chain.swapUnits + m_venues.chain.approvalUnits, s.gasGwei);
    return Decimal::fromDouble(reserve - s.walletEth + gas, 12, Rounding::Up);
}

std::uint16_t ChainStrategy::loopBorrows(const Situation& s, double amount) const
{
    const double smallest =
        std::max(s.ethUsd > 0 ? m_k.leverage.minPositionUsd / s.ethUsd : 0, ChainIntent::kSmallestBorrow);
    double loan = amount;
    std::uint16_t borrows = 0;
    while (borrows < m_k.leverage.maxIterations && (loan *= m_k.leverage.targetLtv) >= smallest)
        ++borrows;
    return borrows;
}

double ChainStrategy::entryGas(const Situation& s, double amount) const
{
    const ChainRules& c = m_venues.chain;
    double units = 0;
    if (!m_info.staking) {
        units = c.supplyUnits;
    } else if (!m_info.leverage) {
        units = c.stakeUnits;
    } else {
        units = c.eModeUnits;
        if (m_k.leverage.mode == LeverageMode::Atomic)
            units += c.atomicEntryUnits;
        else
            units +=
                (loopBorrows(s, amount) + 1) * (c.stakeUnits + c.supplyUnits) + loopBorrows(s, amount) * c.borrowUnits;
    }
    return c.gasEth(units, s.gasGwei);
}

std::vector<ChainIntent> ChainStrategy::deploy(const Situation& s, Decimal amount) const
{
    using Kind = ChainIntent::Kind;
    std::vector<ChainIntent> steps;
    ChainIntent step;
    step.amount = amount;
    if (!m_info.staking) {
        step.kind = Kind::Supply;
        step.asset = m_info.shareClass;
        return {step};
    }
    if (!m_info.leverage) {
        step.kind = Kind::Stake;
        return {step};
    }
    if (s.chain.collateral <= 0 && s.chain.debt <= 0) { // entered once; the protocol keeps it
        ChainIntent mode;
        mode.kind = Kind::SetEMode;
        steps.push_back(mode);
    }
    step.kind = m_k.leverage.mode == LeverageMode::Loop ? Kind::EnterLoop : Kind::EnterAtomic;
    step.ltv = m_k.leverage.targetLtv;
    step.maxIterations = m_k.leverage.maxIterations;
    step.minBorrow = s.ethUsd > 0 ? m_k.leverage.minPositionUsd / s.ethUsd : 0;
    step.redepositLast = m_k.leverage.redepositLast;
    steps.push_back(step);
    return steps;
}

Decision ChainStrategy::enterPlain(const Situation& s, Action action, double free) const
{
    Decision d;
    d.action = action;
    Decimal amount;
    if (m_info.shareClass == Asset::USDT) {
        d.gasPurchaseEth = gasPurchase(s);
        const ChainRules& c = m_venues.chain;
        const double gasCost = d.gasPurchaseEth.toDouble() * s.ethPrice * (1 + c.swapFee + c.swapSlippage) +
                               (d.gasPurchaseEth.isZero() ? 0.0 : kSwapRounding);
        amount = usdt(free - gasCost);
    } else {
        amount = eth(free - entryGas(s, free));
    }
    if (!amount.isPositive())
        return hold(Reason::TooSmall, {free, m_k.minWallet});
    PhaseIntent phase{PhaseKind::OnChain, {}, {}, deploy(s, amount)};
    d.phases.push_back(std::move(phase));
    return d;
}

void ChainStrategy::addShorts(PhaseIntent& phase, const Situation& s, double amount) const
{
    for (const Venue venue : kExchanges) {
        const double share = m_k.weights[exchangeIndex(venue)];
        Decimal q = Decimal::fromDouble(amount * share, 12, Rounding::Down);
        if (m_venues.cex.rounding == RoundingMode::Venue)
            q = q.truncatedTo(m_venues.cex.lot(venue, Product::Perp));
        if (q.isPositive() && s.venues[exchangeIndex(venue)].mark > 0)
            phase.trades.push_back({venue, Product::Perp, -q});
    }
}

Decision ChainStrategy::enterHedged(const Situation& s, Action action, double free) const
{
    Decision d;
    d.action = action;
    d.gasPurchaseEth = gasPurchase(s);
    const ChainRules& c = m_venues.chain;
    const double gasCost = d.gasPurchaseEth.toDouble() * s.ethPrice * (1 + c.swapFee + c.swapSlippage) +
                           (d.gasPurchaseEth.isZero() ? 0.0 : kSwapRounding);
    const double capital = free - gasCost;
    const Venue buyer = m_k.hedge.buyVenue;
    const double spent = capital * (1 - m_k.hedge.marginFraction);
    const VenueSituation& at = s.venues[exchangeIndex(buyer)];
    // Bought within what was sent, at the expected fill with its fee.
    const double fill = m_venues.cex.fillPrice(buyer, Product::Spot, Side::Buy, at.spot, spent / at.spot);
    Decimal bought =
        Decimal::fromDouble(spent / (fill * (1 + m_venues.cex.at(buyer).fees.spotTaker)), 12, Rounding::Down);
    if (m_venues.cex.rounding == RoundingMode::Venue)
        bought = bought.truncatedTo(m_venues.cex.lot(buyer, Product::Spot));
    const Decimal fee = TransferNetwork(m_venues.transfer).withdrawalFee(buyer, Asset::ETH);
    // The reserve stays for gas; what the transactions take comes off the equity.
    const double ops = entryGas(s, bought.toDouble()) + 4 * c.gasEth(c.transferUnits, s.gasGwei);
    const double missing = std::max(0.0, m_venues.chain.gasReserveEth - s.walletEth - d.gasPurchaseEth.toDouble());
    const Decimal staked = eth((bought - fee).toDouble() - ops - missing);
    if (!staked.isPositive() || !bought.isPositive())
        return hold(Reason::TooSmall, {free, m_k.minWallet});
    PhaseIntent fund{PhaseKind::Transfers, {{Venue::Wallet, buyer, Asset::USDT, usdt(spent), false}}, {}, {}};
    for (const Venue venue : kExchanges) {
        const Decimal margin = usdt(capital * m_k.hedge.marginFraction * m_k.weights[exchangeIndex(venue)]);
        if (margin.isPositive())
            fund.transfers.push_back({Venue::Wallet, venue, Asset::USDT, margin, false});
    }
    PhaseIntent buy{PhaseKind::BuySpot, {}, {{buyer, Product::Spot, bought}}, {}};
    PhaseIntent home{PhaseKind::Transfers, {{buyer, Venue::Wallet, Asset::ETH, bought - fee, false}}, {}, {}};
    PhaseIntent chain{PhaseKind::OnChain, {}, {}, deploy(s, staked)};
    // The net ETH: what is bought less its fee and the gas, and what the wallet keeps; never the gross collateral.
    const double gasAhead =
        ops + c.gasEth(c.swapUnits + c.approvalUnits, s.gasGwei) * (d.gasPurchaseEth.isZero() ? 0 : 1);
    const double net = s.netDelta + d.gasPurchaseEth.toDouble() + (bought - fee).toDouble() - gasAhead;
    d.phases = {std::move(fund), std::move(buy), std::move(home), std::move(chain)};
    if (m_k.hedge.withPurchase) {
        addShorts(d.phases[1], s, net);
    } else {
        PhaseIntent shorts{PhaseKind::IncreasePerps, {}, {}, {}};
        addShorts(shorts, s, net);
        d.phases.push_back(std::move(shorts));
    }
    return d;
}

} // namespace carry
