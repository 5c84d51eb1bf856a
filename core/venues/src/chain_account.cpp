// SPDX-License-Identifier: GPL-3.0-or-later
#include "venues/chain_account.h"

namespace carry
{
namespace
{

Decimal ratioOf(double ratio)
{
    return Decimal::fromDouble(ratio, Decimal::kDecimals);
}

} // namespace

SaleTerms::SaleTerms(const ChainRules& rules, double lstRatio, double lstMarket)
    : ratio(ratioOf(lstRatio)), fee(Decimal::fromDouble(lstMarket * rules.swapFee)),
      slippage(Decimal::fromDouble(lstRatio - lstMarket * (1 - rules.swapSlippage)))
{
}

Decimal SaleTerms::tokensFor(Decimal eth) const
{
    return Decimal::divide(eth + Decimal::fromUnits(Int128{3}), proceeds(), Rounding::Up);
}

Result<void> ChainAccount::needs(Asset asset, Decimal amount) const
{
    const Decimal available = m_books.balance(wallet(asset));
    if (amount.isPositive() && amount <= available)
        return {};
    return fail(Error(ErrorCode::ChainInsufficientBalance)
                    .with("asset", std::string(toText(asset)))
                    .with("available", available.toString())
                    .with("required", amount.toString()));
}

void ChainAccount::postScaled(Asset asset, Cause cause, InstructionId instruction)
{
    const AaveAccounts& ids = m_books.chart().aave(asset);
    const Decimal supplied = m_lending.scaledSupply(asset) - m_books.balance(ids.supply);
    if (!supplied.isZero())
        m_books.post(ids.outsideSupply, ids.supply, supplied, cause, instruction);
    if (asset != Asset::ETH)
        return;                                                                   // nothing else is borrowed
    const Decimal owed = m_lending.scaledDebt(asset) + m_books.balance(ids.debt); // the account is negative
    if (!owed.isZero())
        m_books.post(ids.debt, ids.outsideDebt, owed, cause, instruction);
}

Result<Decimal> ChainAccount::stake(Asset token, Decimal eth, InstructionId instruction)
{
    if (auto enough = needs(Asset::ETH, eth); !enough)
        return fail(enough.error());
    const Decimal tokens = Decimal::divide(eth, ratioOf(m_prices.lstRatio), Rounding::Down);
    m_books.post(wallet(Asset::ETH), outside(Asset::ETH), eth, Cause::Staking, instruction);
    m_books.post(outside(token), wallet(token), tokens, Cause::Staking, instruction);
    return tokens;
}

Result<Decimal> ChainAccount::redeem(Asset token, Decimal tokens, InstructionId instruction)
{
    if (auto enough = needs(token, tokens); !enough)
        return fail(enough.error());
    const Decimal eth = Decimal::multiply(tokens, ratioOf(m_prices.lstRatio), Rounding::Down);
    m_books.post(wallet(token), outside(token), tokens, Cause::Staking, instruction);
    m_books.post(outside(Asset::ETH), m_books.chart().inFlight(Asset::ETH), eth, Cause::Staking, instruction);
    return eth;
}

Result<Decimal> ChainAccount::sell(Asset token, Decimal tokens, InstructionId instruction)
{
    if (auto enough = needs(token, tokens); !enough)
        return fail(enough.error());
    const SaleTerms terms(m_rules, m_prices.lstRatio, m_prices.lstMarket);
    const Decimal atRatio = Decimal::multiply(tokens, terms.ratio, Rounding::Down);
    const Decimal fee = Decimal::multiply(tokens, terms.fee, Rounding::Up);
    const Decimal slippage = Decimal::multiply(tokens, terms.slippage, Rounding::Up);
    m_books.post(wallet(token), outside(token), tokens, Cause::Staking, instruction);
    m_books.post(outside(Asset::ETH), wallet(Asset::ETH), atRatio, Cause::Staking, instruction);
    m_books.post(wallet(Asset::ETH), outside(Asset::ETH), fee, Cause::DexFee, instruction);
    m_books.post(wallet(Asset::ETH), outside(Asset::ETH), slippage, Cause::Slippage, instruction);
    return atRatio - fee - slippage;
}

Result<Decimal> ChainAccount::supply(Asset asset, Decimal amount, InstructionId instruction)
{
    if (auto enough = needs(asset, amount); !enough)
        return fail(enough.error());
    if (auto supplied = m_lending.supply(asset, amount); !supplied)
        return fail(supplied.error());
    m_books.post(wallet(asset), outside(asset), amount, Cause::Lending, instruction);
    postScaled(asset, Cause::Lending, instruction);
    return amount;
}

Result<Decimal> ChainAccount::withdraw(Asset asset, Decimal amount, bool everything, InstructionId instruction)
{
    const auto withdrawn = m_lending.withdraw(asset, amount, everything);
    if (!withdrawn)
        return fail(withdrawn.error());
    m_books.post(outside(asset), wallet(asset), *withdrawn, Cause::Lending, instruction);
    postScaled(asset, Cause::Lending, instruction);
    return *withdrawn;
}

Result<Decimal> ChainAccount::borrow(Asset asset, Decimal amount, InstructionId instruction)
{
    if (auto borrowed = m_lending.borrow(asset, amount); !borrowed)
        return fail(borrowed.error());
    m_books.post(outside(asset), wallet(asset), amount, Cause::Lending, instruction);
    postScaled(asset, Cause::Lending, instruction);
    return amount;
}

Result<Decimal> ChainAccount::repay(Asset asset, Decimal amount, bool everything, InstructionId instruction)
{
    const Decimal owed = m_lending.debt(asset);
    if (auto enough = needs(asset, everything ? owed : amount); !enough)
        return fail(enough.error());
    const auto repaid = m_lending.repay(asset, amount, everything);
    if (!repaid)
        return fail(repaid.error());
    m_books.post(wallet(asset), outside(asset), *repaid, Cause::Lending, instruction);
    postScaled(asset, Cause::Lending, instruction);
    return *repaid;
}

Result<Decimal> ChainAccount::flashBorrow(Asset asset, Decimal amount, InstructionId instruction)
{
    const Decimal fee =
        Decimal::multiply(amount, Decimal::fromDouble(m_rules.flashFee, Decimal::kDecimals), Rounding::Up);
    m_flash = {amount, fee};
    m_books.post(outside(asset), wallet(asset), amount, Cause::Flash, instruction);
    return amount;
}

Result<Decimal> ChainAccount::flashRepay(Asset asset, InstructionId instruction)
{
    const Decimal available = m_books.balance(wallet(asset));
    if (available < m_flash.owed())
        return fail(Error(ErrorCode::ChainFlashNotRepaid)
                        .with("available", available.toString())
                        .with("required", m_flash.owed().toString()));
    const FlashLoan paid = m_flash;
    m_books.post(wallet(asset), outside(asset), paid.loan, Cause::Flash, instruction);
    if (!paid.fee.isZero())
        m_books.post(wallet(asset), outside(asset), paid.fee, Cause::FlashFee, instruction);
    m_flash = {};
    return paid.owed();
}

void ChainAccount::settleLiquidation(const LendingLiquidation&)
{
    // Debt goes down by what the liquidator repaid, collateral by what was seized; the difference is the loss.
    for (const Asset asset : {Asset::ETH, Asset::USDT})
        postScaled(asset, Cause::Liquidation, 0);
    if (m_books.chart().chain().lst)
        postScaled(*m_books.chart().chain().lst, Cause::Liquidation, 0);
}

} // namespace carry
