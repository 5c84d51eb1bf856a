// SPDX-License-Identifier: GPL-3.0-or-later
#include "execution/simulated.h"

#include "simulation.h"

#include <limits>

namespace carry
{
namespace simulation
{

Result<void> checkGas(const Books& books, Decimal gas, Decimal change)
{
    const Decimal available = books.balance(books.chart().wallet(Asset::ETH)) + change;
    if (gas.isZero() || available >= gas)
        return {};
    return fail(Error(ErrorCode::ChainInsufficientGas)
                    .with("available", available.toString())
                    .with("required", gas.toString()));
}

void payGas(Books& books, Decimal gas, InstructionId instruction)
{
    const ChartOfAccounts& chart = books.chart();
    if (!gas.isZero())
        books.post(chart.wallet(Asset::ETH), chart.outside(Asset::ETH), gas, Cause::Gas, instruction);
}

} // namespace simulation

using namespace simulation;

namespace
{

template <class... Ts> struct Overloaded : Ts... {
    using Ts::operator()...;
};
template <class... Ts> Overloaded(Ts...) -> Overloaded<Ts...>;

//! What an operation moved: `output` is what the next one may take as its input.
struct Outcome {
    Decimal quantity;
    Decimal output;
    double price = 0;
};

//! Carries out single operations on given books and lending account.
class ChainOperations
{
  public:
    ChainOperations(const SimulationContext& context, Books& books, SimulatedState& state)
        : m_context(context), m_books(books), m_state(state), m_prices(pricesNow(context)),
          m_account(books, state.lending, state.flash, context.rules.chain, m_prices)
    {
    }

    Result<Outcome> carryOut(const Instruction& instruction)
    {
        const auto outcome =
            std::visit([&](const auto& body) { return perform(body, instruction.id); }, instruction.body);
        if (outcome)
            m_state.lastOutput = outcome->output;
        return outcome;
    }

  private:
    static ChainPrices pricesNow(const SimulationContext& c)
    {
        ChainPrices prices;
        if (c.legs.chain.ratio)
            prices.lstRatio = c.market.frame(c.legs.chain.ratio->accrual);
        prices.lstMarket = c.legs.chain.marketRate ? c.market.frame(*c.legs.chain.marketRate) : prices.lstRatio;
        prices.ethUsd = c.legs.ethReference ? c.market.price(*c.legs.ethReference) : 0;
        prices.gasGwei = c.market.gasGwei();
        return prices;
    }

    Decimal amount(Decimal planned, Sizing sizing, Asset asset) const
    {
        if (sizing == Sizing::Previous)
            return m_state.lastOutput;
        return sizing == Sizing::Everything ? m_books.balance(m_books.chart().wallet(asset)) : planned;
    }
    static Result<Outcome> same(Result<Decimal> done)
    {
        if (!done)
            return fail(done.error());
        return Outcome{*done, *done, 0};
    }
    static Result<Outcome> turned(Decimal in, Result<Decimal> out)
    {
        if (!out)
            return fail(out.error());
        return Outcome{in, *out, in.isZero() ? 0.0 : out->toDouble() / in.toDouble()};
    }

    Result<Outcome> perform(const Stake& s, InstructionId id)
    {
        const Decimal eth = amount(s.amount, s.sizing, Asset::ETH);
        return turned(eth, m_account.stake(s.token, eth, id));
    }
    Result<Outcome> perform(const Unstake& u, InstructionId id)
    {
        const Decimal tokens = amount(u.amount, u.sizing, u.token);
        const auto eth = m_account.redeem(u.token, tokens, id);
        if (eth)
            m_state.inFlight.push_back({id, issuerOf(u.token), Venue::Wallet, Asset::ETH, *eth, m_context.now,
                                        m_context.now + m_context.rules.chain.queueDelay});
        return turned(tokens, eth);
    }
    Result<Outcome> perform(const Swap& s, InstructionId id)
    {
        if (s.sellExact) {
            const Decimal tokens = amount(s.buyAmount, s.sizing, s.sell);
            return turned(tokens, m_account.sell(s.sell, tokens, id));
        }
        return buy(s, id);
    }
    Result<Outcome> perform(const Supply& s, InstructionId id)
    {
        return same(m_account.supply(s.asset, amount(s.amount, s.sizing, s.asset), id));
    }
    Result<Outcome> perform(const Withdraw& w, InstructionId id)
    {
        return same(m_account.withdraw(w.asset, w.amount, w.sizing == Sizing::Everything, id));
    }
    Result<Outcome> perform(const Borrow& b, InstructionId id)
    {
        const Decimal sized = b.sizing == Sizing::ToLtv ? m_state.lending.borrowable(b.ltv) : b.amount;
        return same(m_account.borrow(b.asset, sized, id));
    }
    Result<Outcome> perform(const Repay& r, InstructionId id)
    {
        const bool everything = r.sizing == Sizing::Everything;
        return same(
            m_account.repay(r.asset, everything ? r.amount : amount(r.amount, r.sizing, r.asset), everything, id));
    }
    Result<Outcome> perform(const FlashBorrow& f, InstructionId id)
    {
        return same(m_account.flashBorrow(f.asset, f.amount, id));
    }
    Result<Outcome> perform(const FlashRepay& f, InstructionId id) { return same(m_account.flashRepay(f.asset, id)); }
    Result<Outcome> perform(const SetEMode& e, InstructionId)
    {
        if (auto set = m_state.lending.setEMode(e.category); !set)
            return fail(set.error());
        return Outcome{};
    }
    template <class Other> Result<Outcome> perform(const Other&, InstructionId)
    {
        throw std::logic_error("order or transfer sent to the chain");
    }

    //! USDT for an exact amount of ETH.
    Result<Outcome> buy(const Swap& swap, InstructionId id)
    {
        const ChartOfAccounts& chart = m_books.chart();
        const ChainRules& chain = m_context.rules.chain;
        const double value = swap.buyAmount.toDouble() * m_prices.ethUsd;
        const auto amountOf = [](double x) { return Decimal::fromDouble(x, 6, Rounding::Up); };
        const Decimal mid = amountOf(value);
        const Decimal fee = amountOf(value * chain.swapFee);
        const Decimal slippage = amountOf(value * chain.swapSlippage);
        const Decimal available = m_books.balance(chart.wallet(swap.sell));
        if (available < mid + fee + slippage)
            return fail(Error(ErrorCode::ChainInsufficientBalance)
                            .with("asset", std::string(toText(swap.sell)))
                            .with("available", available.toString())
                            .with("required", (mid + fee + slippage).toString()));
        const AccountId wallet = chart.wallet(swap.sell);
        const AccountId outside = chart.outside(swap.sell);
        m_books.post(wallet, outside, mid, Cause::Trade, id);
        m_books.post(chart.outside(swap.buy), chart.wallet(swap.buy), swap.buyAmount, Cause::Trade, id);
        m_books.post(wallet, outside, fee, Cause::DexFee, id);
        m_books.post(wallet, outside, slippage, Cause::Slippage, id);
        return Outcome{swap.buyAmount, swap.buyAmount, value / swap.buyAmount.toDouble()};
    }

    const SimulationContext& m_context;
    Books& m_books;
    SimulatedState& m_state;
    ChainPrices m_prices;
    ChainAccount m_account;
};

//! Keeps what was posted on a copy, to post it again on the books themselves.
class Buffer final : public PostingSink
{
  public:
    void onPosting(const Posting& posting) override { postings.push_back(posting); }
    std::vector<Posting> postings;
};

//! What the outside world did, without the ledger's sink: copied, tried, taken over or forgotten.
struct Attempt {
    Attempt(const SimulationContext& c) : books(c.books), state(c.state) { books.setSink(&buffer); }
    Buffer buffer;
    Books books;
    SimulatedState state;
    void takeOver(SimulationContext& c)
    {
        for (const Posting& posting : buffer.postings)
            c.books.post(posting);
        c.state = std::move(state);
    }
};

} // namespace

double gasUnits(const ChainRules& rules, const InstructionBody& body)
{
    return std::visit(Overloaded{
                          [&](const Transfer&) { return rules.transferUnits; },
                          [&](const Swap&) { return rules.swapUnits + rules.approvalUnits; },
                          [&](const Stake&) { return rules.stakeUnits; },
                          [&](const Unstake&) { return rules.unstakeUnits; },
                          [&](const Supply&) { return rules.supplyUnits; },
                          [&](const Withdraw&) { return rules.withdrawUnits; },
                          [&](const Borrow&) { return rules.borrowUnits; },
                          [&](const Repay&) { return rules.repayUnits; },
                          [&](const SetEMode&) { return rules.eModeUnits; },
                          [](const auto&) { return 0.0; },
                      },
                      body);
}

double gasUnits(const ChainRules& rules, const Group& group)
{
    int swaps = 0;
    for (const Instruction& i : group.instructions) {
        if (std::holds_alternative<Stake>(i.body))
            return rules.atomicEntryUnits;
        swaps += std::holds_alternative<Swap>(i.body) ? 1 : 0;
    }
    return swaps > 1 ? rules.atomicTwoSwapUnits : rules.atomicExitUnits;
}

void SimulatedChain::submit(const Instruction& instruction, EventQueue& events)
{
    const Decimal gas = gasOf(m_context, gasUnits(m_context.rules.chain, instruction.body));
    // Tried on copies first: what the transaction brings may pay its own gas, and what it refuses must leave nothing.
    Attempt attempt(m_context);
    const auto outcome = ChainOperations(m_context, attempt.books, attempt.state).carryOut(instruction);
    const auto payable = outcome ? checkGas(attempt.books, gas, {}) : Result<void>{};
    if (!outcome || !payable) {
        refuse(events, instruction, InstructionState::Rejected, m_context.now,
               outcome ? payable.error() : outcome.error());
        return;
    }
    answer(events, instruction, InstructionState::Acknowledged, m_context.now);
    attempt.takeOver(m_context);
    ++m_context.state.nonce;
    payGas(m_context.books, gas, instruction.id);
    answer(events, instruction, InstructionState::Confirmed, m_context.now, outcome->price, outcome->quantity);
}

void SimulatedChain::submitAtomic(const Group& group, EventQueue& events)
{
    const Decimal gas = gasOf(m_context, gasUnits(m_context.rules.chain, group));
    if (auto enough = checkGas(m_context.books, gas, {}); !enough) {
        for (const Instruction& i : group.instructions) // never sent
            refuse(events, i, InstructionState::Rejected, m_context.now, enough.error());
        return;
    }
    ++m_context.state.nonce;
    payGas(m_context.books, gas, group.instructions.front().id);
    Attempt attempt(m_context);
    ChainOperations operations(m_context, attempt.books, attempt.state);
    std::vector<ExecutionEvent> done;
    std::optional<Error> failure;
    for (const Instruction& i : group.instructions) {
        const auto outcome = operations.carryOut(i);
        if (!outcome) {
            failure = outcome.error();
            break;
        }
        answer(done, i, InstructionState::Confirmed, m_context.now, outcome->price, outcome->quantity);
        const LendingFigures figures = attempt.state.lending.figures();
        done.back().measured = true;
        done.back().ltv = figures.ltv;
        done.back().healthFactor = figures.healthFactor;
    }
    if (const FlashLoan& open = attempt.state.flash; !failure && !open.loan.isZero()) { // the lender takes it back
        failure = Error(ErrorCode::ChainFlashNotRepaid).with("available", "0").with("required", open.owed().toString());
        done.pop_back();
    }
    for (const Instruction& i : group.instructions)
        answer(events, i, InstructionState::Acknowledged, m_context.now);
    if (!failure) {
        attempt.takeOver(m_context);
        events.insert(events.end(), done.begin(), done.end());
        return;
    }
    for (std::size_t i = 0; i < group.instructions.size(); ++i) {
        if (i < done.size()) {
            done[i].state = InstructionState::RolledBack;
            events.push_back(done[i]);
        } else if (i == done.size()) {
            refuse(events, group.instructions[i], InstructionState::Failed, m_context.now, *failure);
        } else {
            answer(events, group.instructions[i], InstructionState::RolledBack, m_context.now);
        }
    }
}

} // namespace carry
