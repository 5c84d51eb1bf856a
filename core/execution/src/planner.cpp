// SPDX-License-Identifier: GPL-3.0-or-later
#include "execution/planner.h"

#include "chain_planner.h"
#include "execution/simulated.h"

#include <cmath>

namespace carry
{
namespace
{

//! Quantities are kept to 12 decimals; a smaller difference is the rounding of a double.
const Decimal kNoise = Decimal::fromUnits(Int128{1'000'000'000}); // 1e-9 coin

Purpose purposeOf(Action action, Product product, bool increases)
{
    if (action == Action::Rebalance && product == Product::Perp)
        return Purpose::Hedge;
    if (product == Product::Spot)
        return increases ? Purpose::OpenSpot : Purpose::CloseSpot;
    return increases ? Purpose::OpenShort : Purpose::CloseShort;
}

Purpose purposeOf(const TransferIntent& intent)
{
    if (intent.from == Venue::Wallet)
        return Purpose::FundVenue;
    return intent.to == Venue::Wallet ? Purpose::ReturnFunds : Purpose::MoveMargin;
}

} // namespace

Result<Plan> Planner::plan(const Decision& decision, PlanId id, InstructionId firstInstruction)
{
    for (std::size_t i = 0; i < m_phases.size(); ++i)
        m_phases[i] = Phase{static_cast<PhaseKind>(i), {}};
    m_walletGasEth = 0;
    planGas(decision);
    if (!decision.phases.empty()) {
        auto phases = planNamed(decision);
        if (!phases)
            return fail(phases.error());
        return numbered(decision, id, firstInstruction, std::move(*phases));
    }
    planTrades(decision);
    if (auto planned = planTransfers(decision); !planned)
        return fail(planned.error());
    if (auto enough = checkGas(decision); !enough)
        return fail(enough.error());
    return numbered(decision, id, firstInstruction, {m_phases.begin(), m_phases.end()});
}

Plan Planner::numbered(const Decision& decision, PlanId id, InstructionId first, std::vector<Phase> phases)
{
    Plan plan;
    plan.id = id;
    plan.action = decision.action;
    plan.riskReducing = decision.riskReducing;
    for (Phase& phase : phases) {
        if (phase.groups.empty())
            continue;
        for (Group& group : phase.groups)
            for (Instruction& instruction : group.instructions) {
                instruction.id = first++;
                plan.cost += instruction.cost;
            }
        plan.phases.push_back(std::move(phase));
    }
    return plan;
}

Result<std::vector<Phase>> Planner::planNamed(const Decision& decision)
{
    std::vector<Phase> phases{m_phases[static_cast<std::size_t>(PhaseKind::BuyGas)]};
    double eth = m_situation.walletEth;
    if (auto enough = checkWallet(phases.front(), eth); !enough)
        return fail(enough.error());
    ChainPlanner chain(m_rules, m_books.chart(), m_situation);
    for (const PhaseIntent& intent : decision.phases) {
        auto phase = planPhase(decision, intent);
        if (!phase)
            return fail(phase.error());
        for (const ChainIntent& step : intent.chain)
            if (auto group = chain.plan(step))
                phase->groups.push_back(std::move(*group));
        // One wallet sends its transactions one after the other.
        if (intent.chain.size() > 1)
            ChainPlanner::chainTogether(*phase);
        if (auto enough = checkWallet(*phase, eth); !enough)
            return fail(enough.error());
        phases.push_back(std::move(*phase));
    }
    return phases;
}

Result<Phase> Planner::planPhase(const Decision& decision, const PhaseIntent& intent)
{
    Phase phase{intent.kind, {}};
    for (const TransferIntent& t : intent.transfers) {
        const auto hops = routeTransfer(t, m_books.chart());
        if (!hops)
            return fail(hops.error());
        Group group;
        for (const Transfer& hop : *hops)
            group.instructions.push_back(transfer(hop, purposeOf(t)));
        phase.groups.push_back(std::move(group));
    }
    for (const TradeIntent& t : intent.trades) {
        const bool increases = t.product == Product::Spot ? t.change.isPositive() : t.change.isNegative();
        if (t.change.abs() > kNoise)
            phase.groups.push_back(
                {GroupKind::Sequence,
                 {trade(t.venue, t.product, t.change, purposeOf(decision.action, t.product, increases))}});
    }
    return phase;
}

//! Follows the wallet's ETH through the phase: a plan that runs out of gas half-way is not begun.
Result<void> Planner::checkWallet(const Phase& phase, double& eth) const
{
    const AccountId wallet = m_books.chart().wallet(Asset::ETH);
    for (const Group& group : phase.groups)
        for (const Instruction& i : group.instructions) {
            const double before = eth;
            for (const ExpectedDelta& delta : i.expected)
                if (delta.account == wallet)
                    eth += delta.amount;
            if (eth < -1e-9)
                return fail(Error(ErrorCode::ChainInsufficientGas)
                                .with("available", Decimal::fromDouble(before, 8).toString())
                                .with("required", Decimal::fromDouble(before - eth, 8).toString()));
        }
    return {};
}

void Planner::add(PhaseKind kind, Group group)
{
    m_phases[static_cast<std::size_t>(kind)].groups.push_back(std::move(group));
}

void Planner::planGas(const Decision& decision)
{
    if (!decision.gasPurchaseEth.isPositive())
        return;
    const ChainRules& chain = m_rules.chain;
    const ChartOfAccounts& chart = m_books.chart();
    const double eth = decision.gasPurchaseEth.toDouble();
    const double value = eth * m_situation.ethPrice;
    const double gas = chain.gasEth(chain.swapUnits + chain.approvalUnits, m_situation.gasGwei);
    Instruction i;
    i.purpose = Purpose::BuyGas;
    i.body = Swap{Asset::USDT, Asset::ETH, decision.gasPurchaseEth};
    i.referencePrice = m_situation.ethPrice;
    i.cost = {value * chain.swapFee, value * chain.swapSlippage, gas * m_situation.ethPrice};
    i.expected = {{chart.wallet(Asset::USDT), -value * (1 + chain.swapFee + chain.swapSlippage)},
                  {chart.wallet(Asset::ETH), eth - gas}};
    m_walletGasEth += gas;
    add(PhaseKind::BuyGas, {GroupKind::Sequence, {i}});
}

Instruction Planner::trade(Venue venue, Product product, Decimal change, Purpose purpose)
{
    const VenueSituation& v = m_situation.venues[exchangeIndex(venue)];
    const ExchangeAccounts& ids = m_books.chart().exchange(venue);
    const Side side = change.isPositive() ? Side::Buy : Side::Sell;
    const Decimal quantity = change.abs();
    const double q = quantity.toDouble();
    const double mid = product == Product::Spot ? v.spot : v.mark;
    const double fill = m_rules.cex.fillPrice(venue, product, side, mid, q);
    const TradingFees& fees = m_rules.cex.at(venue).fees;
    const Asset base = m_books.chart().base();
    Instruction i;
    i.purpose = purpose;
    i.referencePrice = mid;
    i.cost.fees = q * fill * (product == Product::Spot ? fees.spotTaker : fees.perpTaker);
    i.cost.slippage = q * std::abs(fill - mid);
    if (product == Product::Spot) {
        i.body = SpotTrade{venue, base, side, quantity};
        i.expected = {{ids.coin, change.toDouble()},
                      {ids.usdt, (side == Side::Buy ? -q * fill : q * fill) - i.cost.fees}};
    } else {
        i.body = PerpTrade{venue, base, side, quantity};
        i.expected = {{ids.perp, change.toDouble()}, {ids.usdt, -i.cost.fees}};
    }
    return i;
}

void Planner::planTrades(const Decision& decision)
{
    for (const Venue venue : kExchanges) {
        const VenueTarget& target = decision.targets[exchangeIndex(venue)];
        const ExchangeAccounts& ids = m_books.chart().exchange(venue);
        const Decimal spotChange = target.spot - m_books.balance(ids.coin);
        const Decimal perpChange = target.perp - m_books.balance(ids.perp);
        if (spotChange.abs() > kNoise) {
            const bool buys = spotChange.isPositive();
            add(buys ? PhaseKind::BuySpot : PhaseKind::SellSpot,
                {GroupKind::Sequence,
                 {trade(venue, Product::Spot, spotChange, purposeOf(decision.action, Product::Spot, buys))}});
        }
        if (perpChange.abs() > kNoise) {
            const bool increases = perpChange.isNegative(); // of the short
            add(increases ? PhaseKind::IncreasePerps : PhaseKind::ReducePerps,
                {GroupKind::Sequence,
                 {trade(venue, Product::Perp, perpChange, purposeOf(decision.action, Product::Perp, increases))}});
        }
    }
}

Instruction Planner::transfer(const Transfer& body, Purpose purpose)
{
    const ChartOfAccounts& chart = m_books.chart();
    const double amount = body.amount.toDouble();
    Instruction i;
    i.purpose = purpose;
    i.body = body;
    double fee = 0; // in the asset sent
    if (body.from == Venue::Wallet) {
        const double gas = m_rules.chain.gasEth(m_rules.chain.transferUnits, m_situation.gasGwei);
        i.cost.gas = gas * m_situation.ethPrice;
        m_walletGasEth += gas;
        if (gas > 0)
            i.expected.push_back({chart.wallet(Asset::ETH), -gas});
    } else {
        fee = TransferNetwork(m_rules.transfer).withdrawalFee(body.from, body.asset).toDouble();
        i.cost.fees = fee * (body.asset == Asset::USDT ? 1.0 : m_situation.ethPrice);
    }
    i.expected.push_back({*chart.tokenAt(body.from, body.asset), -amount - fee});
    i.expected.push_back({*chart.tokenAt(body.to, body.asset), amount});
    return i;
}

Result<void> Planner::planTransfers(const Decision& decision)
{
    for (const TransferIntent& intent : decision.transfers) {
        const auto hops = routeTransfer(intent, m_books.chart());
        if (!hops)
            return fail(hops.error());
        Group group;
        for (const Transfer& hop : *hops)
            group.instructions.push_back(transfer(hop, purposeOf(intent)));
        add(PhaseKind::Transfers, std::move(group));
    }
    return {};
}

Result<void> Planner::checkGas(const Decision& decision) const
{
    if (m_walletGasEth <= 0)
        return {};
    const double available = m_situation.walletEth + decision.gasPurchaseEth.toDouble();
    if (available >= m_walletGasEth)
        return {};
    return fail(Error(ErrorCode::ChainInsufficientGas)
                    .with("available", Decimal::fromDouble(available, 8).toString())
                    .with("required", Decimal::fromDouble(m_walletGasEth, 8).toString()));
}

} // namespace carry
