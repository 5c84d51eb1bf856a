// SPDX-License-Identifier: GPL-3.0-or-later
#include "execution/simulated.h"

namespace carry
{
namespace
{

constexpr int kEthDecimals = 18;

void answer(EventQueue& events, const Instruction& instruction, InstructionState state, Time now, double price = 0,
            Decimal quantity = {})
{
    events.push_back({instruction.id, state, now, price, quantity, std::nullopt});
}

void refuse(EventQueue& events, const Instruction& instruction, InstructionState state, Time now, const Error& error)
{
    events.push_back({instruction.id, state, now, 0, {}, error});
}

Decimal gasOf(const SimulationContext& c, double units)
{
    return Decimal::fromDouble(c.rules.chain.gasEth(units, c.market.gasGwei()), kEthDecimals, Rounding::Up);
}

//! Whether the wallet can pay the gas once the transaction has moved `change` of its ETH. Checked before anything is
//! posted: a transaction that fails leaves nothing behind.
Result<void> checkGas(const SimulationContext& c, Decimal gas, Decimal change)
{
    const Decimal available = c.books.balance(c.books.chart().wallet(Asset::ETH)) + change;
    if (gas.isZero() || available >= gas)
        return {};
    return fail(Error(ErrorCode::ChainInsufficientGas)
                    .with("available", available.toString())
                    .with("required", gas.toString()));
}

void payGas(SimulationContext& c, Decimal gas, InstructionId instruction)
{
    const ChartOfAccounts& chart = c.books.chart();
    if (!gas.isZero())
        c.books.post(chart.wallet(Asset::ETH), chart.outside(Asset::ETH), gas, Cause::Gas, instruction);
}

} // namespace

ExecutionInterface& ExecutionInterfaces::forInstruction(const Instruction& instruction) const
{
    if (std::holds_alternative<Transfer>(instruction.body))
        return transfer;
    return std::holds_alternative<Swap>(instruction.body) ? chain : cex;
}

std::optional<Time> SimulatedState::nextArrival() const
{
    std::optional<Time> next;
    for (const Shipment& s : inFlight)
        if (!next || s.arrives < *next)
            next = s.arrives;
    return next;
}

void SimulatedCex::submit(const Instruction& instruction, EventQueue& events)
{
    if (m_context.atBarLabel) {
        fill(instruction, /*acknowledged=*/false, events);
        return;
    }
    answer(events, instruction, InstructionState::Acknowledged, m_context.now);
    m_context.state.waitingOrders.push_back(instruction);
}

void SimulatedCex::poll(EventQueue& events)
{
    if (!m_context.atBarLabel || m_context.state.waitingOrders.empty())
        return;
    const auto waiting = std::move(m_context.state.waitingOrders);
    m_context.state.waitingOrders.clear();
    for (const Instruction& instruction : waiting)
        fill(instruction, /*acknowledged=*/true, events);
}

void SimulatedCex::fill(const Instruction& instruction, bool acknowledged, EventQueue& events)
{
    const auto execute = [&](Venue venue, Product product, Side side, Decimal quantity) {
        const auto i = exchangeIndex(venue);
        const double spot = m_context.market.price(m_context.legs.spot[i]);
        const double mark = m_context.market.price(m_context.legs.perp[i]);
        const CexRules& rules = m_context.rules.cex;
        CexAccount account(m_context.books, rules, venue);
        const bool isSpot = product == Product::Spot;
        const auto accepted =
            isSpot ? account.checkSpot(side, quantity, spot, mark) : account.checkPerp(side, quantity, spot, mark);
        if (!accepted) {
            const auto state = acknowledged ? InstructionState::Failed : InstructionState::Rejected;
            refuse(events, instruction, state, m_context.now, accepted.error());
            return;
        }
        if (!acknowledged)
            answer(events, instruction, InstructionState::Acknowledged, m_context.now);
        const double mid = isSpot ? spot : mark;
        const double price = rules.fillPrice(venue, product, side, mid, quantity.toDouble());
        if (isSpot)
            account.fillSpot(side, quantity, mid, price, instruction.id);
        else
            account.fillPerp(side, quantity, mid, price, instruction.id);
        answer(events, instruction, InstructionState::Confirmed, m_context.now, price, quantity);
    };
    if (const auto* spot = std::get_if<SpotTrade>(&instruction.body))
        execute(spot->venue, Product::Spot, spot->side, spot->quantity);
    else if (const auto* perp = std::get_if<PerpTrade>(&instruction.body))
        execute(perp->venue, Product::Perp, perp->side, perp->quantity);
}

Result<Decimal> SimulatedTransfers::sendable(const Transfer& transfer) const
{
    const Decimal balance = m_context.books.balance(*m_context.books.chart().tokenAt(transfer.from, transfer.asset));
    const Decimal fee = TransferNetwork(m_context.rules.transfer).withdrawalFee(transfer.from, transfer.asset);
    constexpr int kTokenDecimals = 6;
    const Decimal amount =
        transfer.sweep ? (balance - fee).roundedTo(kTokenDecimals, Rounding::TowardZero) : transfer.amount;
    if (!amount.isPositive() || amount + fee > balance)
        return fail(Error(ErrorCode::XferInsufficientBalance)
                        .with("venue", std::string(toText(transfer.from)))
                        .with("asset", std::string(toText(transfer.asset)))
                        .with("available", balance.toString())
                        .with("required", (amount + fee).toString()));
    return amount;
}

void SimulatedTransfers::submit(const Instruction& instruction, EventQueue& events)
{
    const auto& transfer = std::get<Transfer>(instruction.body);
    const auto amount = sendable(transfer);
    if (!amount) {
        refuse(events, instruction, InstructionState::Rejected, m_context.now, amount.error());
        return;
    }
    if (transfer.from == Venue::Wallet) {
        const Decimal gas = gasOf(m_context, m_context.rules.chain.transferUnits);
        const Decimal change = transfer.asset == Asset::ETH ? -*amount : Decimal();
        if (auto enough = checkGas(m_context, gas, change); !enough) {
            refuse(events, instruction, InstructionState::Rejected, m_context.now, enough.error());
            return;
        }
        payGas(m_context, gas, instruction.id);
    }
    answer(events, instruction, InstructionState::Acknowledged, m_context.now);
    const Shipment shipment = TransferNetwork(m_context.rules.transfer)
                                  .depart(m_context.books, transfer.from, transfer.to, transfer.asset, *amount,
                                          m_context.now, instruction.id);
    if (shipment.arrives > m_context.now) {
        m_context.state.inFlight.push_back(shipment);
        return;
    }
    TransferNetwork::arrive(m_context.books, shipment);
    answer(events, instruction, InstructionState::Confirmed, m_context.now, 0, shipment.amount);
}

void SimulatedTransfers::poll(EventQueue& events)
{
    auto& inFlight = m_context.state.inFlight;
    for (auto it = inFlight.begin(); it != inFlight.end();) {
        if (it->arrives > m_context.now) {
            ++it;
            continue;
        }
        TransferNetwork::arrive(m_context.books, *it);
        events.push_back({it->instruction, InstructionState::Confirmed, m_context.now, 0, it->amount, std::nullopt});
        it = inFlight.erase(it);
    }
}

void SimulatedChain::submit(const Instruction& instruction, EventQueue& events)
{
    const auto& swap = std::get<Swap>(instruction.body);
    Books& books = m_context.books;
    const ChartOfAccounts& chart = books.chart();
    const ChainRules& chain = m_context.rules.chain;
    const double value = swap.buyAmount.toDouble() * m_context.market.price(*m_context.legs.ethReference);
    const auto amount = [](double x) { return Decimal::fromDouble(x, 6, Rounding::Up); };
    const Decimal mid = amount(value);
    const Decimal fee = amount(value * chain.swapFee);
    const Decimal slippage = amount(value * chain.swapSlippage);
    const Decimal available = books.balance(chart.wallet(swap.sell));
    if (available < mid + fee + slippage) {
        refuse(events, instruction, InstructionState::Rejected, m_context.now,
               Error(ErrorCode::ChainInsufficientBalance)
                   .with("asset", std::string(toText(swap.sell)))
                   .with("available", available.toString())
                   .with("required", (mid + fee + slippage).toString()));
        return;
    }
    // The purchase bootstraps the gas reserve: its own gas comes out of what it buys.
    const Decimal gas = gasOf(m_context, chain.swapUnits + chain.approvalUnits);
    if (auto enough = checkGas(m_context, gas, swap.buy == Asset::ETH ? swap.buyAmount : Decimal()); !enough) {
        refuse(events, instruction, InstructionState::Rejected, m_context.now, enough.error());
        return;
    }
    answer(events, instruction, InstructionState::Acknowledged, m_context.now);
    const AccountId wallet = chart.wallet(swap.sell);
    const AccountId outside = chart.outside(swap.sell);
    books.post(wallet, outside, mid, Cause::Trade, instruction.id);
    books.post(chart.outside(swap.buy), chart.wallet(swap.buy), swap.buyAmount, Cause::Trade, instruction.id);
    books.post(wallet, outside, fee, Cause::DexFee, instruction.id);
    books.post(wallet, outside, slippage, Cause::Slippage, instruction.id);
    payGas(m_context, gas, instruction.id);
    answer(events, instruction, InstructionState::Confirmed, m_context.now, value / swap.buyAmount.toDouble(),
           swap.buyAmount);
}

} // namespace carry
