// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "market/tape.h"
#include "venues/cex_account.h"

#include <optional>

namespace carry
{

//! What a liquidation did. Amounts in USDT unless named.
struct LiquidationOutcome {
    double spotPrice = 0, perpPrice = 0; //!< at which the legs were closed
    Decimal perpClosed;                  //!< signed contracts that were open
    Decimal coinSold;
    double fee = 0;        //!< liquidation fee
    double writtenOff = 0; //!< shortfall borne by the venue
};

//! Tests the bar that ended and, if the account did not survive it, closes it.
//!
//! Both legs move together from their open to their extreme, once up and once down; where haircut equity falls below
//! maintenance the perp is closed at the point where they are equal (at the open if already beyond it), with a fee on
//! the closed notional. Coin is then sold at the same point with taker fee until USDT is not negative; what is still
//! missing is written off by the venue.
class Liquidator
{
  public:
    Liquidator(Books& books, const CexRules& rules, Venue venue) : m_account(books, rules, venue) {}

    //! Empty when the account survives (or has no perp).
    std::optional<LiquidationOutcome> test(const BarExtremes& spot, const BarExtremes& perp);

  private:
    struct Point {
        double spot, perp;
    };
    //! Haircut equity minus maintenance at a point.
    double surplus(Point at) const;
    LiquidationOutcome closeAt(Point at);

    CexAccount m_account;
};

} // namespace carry
