// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/decimal.h"
#include "base/error.h"
#include "base/ids.h"
#include "market/series.h"

#include <string>
#include <string_view>
#include <vector>

namespace carry
{

//! Fractions of the notional.
struct TradingFees {
    double spotTaker = 0, spotMaker = 0, perpTaker = 0, perpMaker = 0;
};

//! Granularity of an exchange's instruments in one coin.
struct InstrumentRules {
    Decimal spotLot;       //!< coin
    Decimal perpLot;       //!< coin
    Decimal contractValue; //!< coin per contract (OKX swaps), zero where the perp trades in coin
    double spotTick = 0;   //!< USDT, 0: unrounded
    double perpTick = 0;
    double minNotional = 0; //!< USDT
};

//! Maintenance margin by notional, continuous at the tier bounds.
class MarginTiers
{
  public:
    //! Reads "0:0.004,300000:0.005": notional from which a rate holds. ConfMargin on anything not rising from 0 or
    //! with a rate above `maxRate` (the initial margin).
    static Result<MarginTiers> parse(std::string_view key, std::string_view text, double maxRate);

    //! Maintenance margin in USDT of a position of this notional (>= 0).
    double maintenance(double notional) const
    {
        const Tier& tier = at(notional);
        return notional * tier.rate - tier.deduction;
    }
    struct Tier {
        double from = 0, rate = 0, deduction = 0;
    };
    const Tier& at(double notional) const
    {
        std::size_t i = m_tiers.size() - 1;
        while (i > 0 && notional < m_tiers[i].from)
            --i;
        return m_tiers[i];
    }

  private:
    std::vector<Tier> m_tiers{Tier{}};
};

enum class MarginMode : std::uint8_t { Cross, Isolated };

//! What holds at every exchange.
struct MarginRules {
    MarginMode mode = MarginMode::Cross;
    std::array<double, kAssetCount> haircut{}; //!< fraction taken off positive balances, by asset
    double debitApr = 0.08;                    //!< on max(0, -(USDT + unrealised)), year of 365 days
    double maxLeverage = 20;
    double liquidationFee = 0.005; //!< fraction of the closed notional
};

struct ExchangeRules {
    TradingFees fees;
    InstrumentRules instrument;
    MarginTiers tiers;
};

//! Slippage in basis points by size; `none` means fills at the mid.
struct SlippageModel {
    bool enabled = true;
    CostRow spot, perp;
    bool spotIsProxy = false; //!< the cost table has no row for this coin's spot
    double bps(Product product, double notional) const;
};

//! Whether orders respect tick, lot, contract and minimum, or are only cut at 1e-12 (reference calculations).
enum class RoundingMode : std::uint8_t { Venue, None };

struct CexRules {
    PerExchange<ExchangeRules> exchanges;
    MarginRules margin;
    SlippageModel slippage;
    RoundingMode rounding = RoundingMode::Venue;

    const ExchangeRules& at(Venue venue) const { return exchanges[exchangeIndex(venue)]; }
    //! The step to which a quantity that is to be hedged exactly is cut: the coarsest of the venue's lots and the
    //! OKX contract value.
    Decimal hedgeLot(Venue venue) const;
    Decimal lot(Venue venue, Product product) const;
    //! Expected price of a market order: mid * (1 +- bps), away from us, rounded to the tick away from us.
    double fillPrice(Venue venue, Product product, Side side, double mid, double quantity) const;
};

} // namespace carry
