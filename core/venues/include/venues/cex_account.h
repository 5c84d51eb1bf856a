// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "portfolio/books.h"
#include "portfolio/metrics.h"
#include "venues/cex_rules.h"

namespace carry
{

//! Cash at an exchange is kept to this many decimals.
inline constexpr int kCashDecimals = 8;

//! Figures of one unified account in USDT, at given prices. NaN where empty (no notional, no solution).
struct MarginFigures {
    double equity = 0;     //!< balances at market plus unrealised P&L
    double collateral = 0; //!< the same with haircuts on positive balances: what margin is compared with
    double unrealised = 0;
    double notional = 0; //!< |perp| * mark
    double maintenance = 0;
    double debit = 0;               //!< max(0, -(USDT + unrealised))
    double marginRatio = 0;         //!< collateral / notional; NaN without notional
    double liquidationPrice = 0;    //!< of the perp, spot and perp moving by one factor; NaN if none is positive
    double liquidationDistance = 0; //!< (price - mark) / mark, its absolute value; NaN if none
};

//! What one account holds: USDT, coins, signed contracts in coin, and minus their entry value in USDT.
struct AccountAmounts {
    double usdt = 0, coin = 0, perp = 0, perpQuote = 0;
};

//! The model of one exchange's unified account, working on the books. Sources: the exchanges' unified-account margin
//! rules (Binance Portfolio Margin, Bybit UTA, OKX multi-currency margin) reduced to one coin, one perp and USDT.
class CexAccount
{
  public:
    CexAccount(Books& books, const CexRules& rules, Venue venue)
        : m_books(books), m_rules(rules), m_venue(venue), m_ids(books.chart().exchange(venue))
    {
    }

    static MarginFigures figures(const Books& books, const CexRules& rules, Venue venue, double spot, double mark);
    //! Of amounts that are in no books.
    static MarginFigures figures(const AccountAmounts& held, Asset base, const CexRules& rules, Venue venue,
                                 double spot, double mark);
    //! collateral - maintenance alone: what decides about a liquidation, for every bar's extremes.
    static double marginSurplus(const Books& books, const CexRules& rules, Venue venue, double spot, double mark);

    //! Whether the exchange would take the order. CexBelowMinimum, CexInsufficientBalance, CexInsufficientMargin.
    Result<void> checkSpot(Side side, Decimal quantity, double mid, double mark) const;
    Result<void> checkPerp(Side side, Decimal quantity, double spot, double mark) const;

    //! Executes at `fill`; `mid` is the mark against which slippage counts. Fees are charged in USDT.
    void fillSpot(Side side, Decimal quantity, double mid, double fill, InstructionId instruction);
    void fillPerp(Side side, Decimal quantity, double mark, double fill, InstructionId instruction);

    //! cash = -q * mark * rate for the signed position; the amount received (negative: paid).
    Decimal settleFunding(double mark, double rate);
    //! `debit` of the previous step times apr times elapsed / 365 d; the amount paid.
    Decimal chargeDebit(double debit, Duration elapsed);

  private:
    void payFee(double fee, Cause cause, InstructionId instruction);
    void realise(Decimal quantityBefore, Decimal quoteBefore, Decimal quantityChange, Cause cause,
                 InstructionId instruction);
    friend class Liquidator;

    Books& m_books;
    const CexRules& m_rules;
    Venue m_venue;
    const ExchangeAccounts& m_ids;
};

} // namespace carry
