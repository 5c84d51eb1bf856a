// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "portfolio/books.h"
#include "venues/lending.h"

namespace carry
{

//! Prices on chain at one instant.
struct ChainPrices {
    double lstRatio = 0;  //!< ETH per staked token at the protocol
    double lstMarket = 0; //!< ETH per staked token on the DEX
    double ethUsd = 0;    //!< USDT per ETH
    double gasGwei = 0;
};

//! What one staked token brings on the DEX, in ETH: at the protocol's ratio, less fee, less slippage (with the distance
//! of the market from the ratio).
struct SaleTerms {
    Decimal ratio, fee, slippage;
    SaleTerms(const ChainRules& rules, double lstRatio, double lstMarket);
    Decimal proceeds() const { return ratio - fee - slippage; }
    //! Tokens whose sale brings at least this much ETH: the sale rounds three times against the seller.
    Decimal tokensFor(Decimal eth) const;
};

//! A flash loan open inside a transaction.
struct FlashLoan {
    Decimal loan; //!< zero: none open
    Decimal fee;
    Decimal owed() const { return loan + fee; }
};

//! The model of the wallet's on-chain operations, working on the books and on the account at Aave: staking protocols
//! (EtherFi, Lido: mint and redeem at the ratio), Aave, flash loans and the DEX. Each operation posts its entries; a
//! refused one posts nothing. Amounts in whole tokens; what is returned is what the operation brought or took.
//! ChainInsufficientBalance, ChainAaveRefused, ChainFlashNotRepaid.
class ChainAccount
{
  public:
    ChainAccount(Books& books, Lending& lending, FlashLoan& flash, const ChainRules& rules, const ChainPrices& prices)
        : m_books(books), m_lending(lending), m_flash(flash), m_rules(rules), m_prices(prices)
    {
    }

    //! ETH -> tokens = ETH / ratio, rounded down.
    Result<Decimal> stake(Asset token, Decimal eth, InstructionId instruction);
    //! Tokens leave for the exit queue; the ETH that will arrive, at the ratio of now.
    Result<Decimal> redeem(Asset token, Decimal tokens, InstructionId instruction);
    //! Tokens -> ETH on the DEX at market * (1 - fee - slippage), rounded down. The distance of the market from the
    //! ratio, at which the tokens are marked, counts as slippage.
    Result<Decimal> sell(Asset token, Decimal tokens, InstructionId instruction);

    Result<Decimal> supply(Asset asset, Decimal amount, InstructionId instruction);
    Result<Decimal> withdraw(Asset asset, Decimal amount, bool everything, InstructionId instruction);
    Result<Decimal> borrow(Asset asset, Decimal amount, InstructionId instruction);
    Result<Decimal> repay(Asset asset, Decimal amount, bool everything, InstructionId instruction);

    Result<Decimal> flashBorrow(Asset asset, Decimal amount, InstructionId instruction);
    Result<Decimal> flashRepay(Asset asset, InstructionId instruction);

    //! Books what a liquidation at Aave took.
    void settleLiquidation(const LendingLiquidation& liquidation);

  private:
    Result<void> needs(Asset asset, Decimal amount) const;
    //! Posts the change of the scaled balances of an asset since the last call.
    void postScaled(Asset asset, Cause cause, InstructionId instruction);
    AccountId wallet(Asset asset) const { return m_books.chart().wallet(asset); }
    AccountId outside(Asset asset) const { return m_books.chart().outside(asset); }

    Books& m_books;
    Lending& m_lending;
    FlashLoan& m_flash;
    const ChainRules& m_rules;
    const ChainPrices& m_prices;
};

} // namespace carry
