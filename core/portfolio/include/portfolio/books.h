// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/decimal.h"
#include "base/time.h"
#include "portfolio/account.h"
#include "portfolio/attribution.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace carry
{

using InstructionId = std::uint32_t; //!< 1-based within a run; 0: no instruction (funding, interest, flows)

//! One double entry: `amount` of the accounts' asset leaves `from` and enters `to`. Both sides in one record, so that
//! what is posted always conserves the asset.
struct Posting {
    AccountId from = 0;
    AccountId to = 0;
    Cause cause = Cause::Trade;
    InstructionId instruction = 0;
    Decimal amount; //!< may be negative: the flow is then reversed
};

//! Keeps postings (the run record). Not called in what-if.
class PostingSink
{
  public:
    virtual ~PostingSink() = default;
    virtual void onPosting(const Posting& posting) = 0;
};

//! What one unit of an account is worth: index * ratio * price, in share-class currency.
struct UnitValue {
    double index = 1; //!< Aave index: underlying per scaled unit
    double ratio = 1; //!< ETH per staked token
    double price = 0; //!< of the coin behind it
    double value() const { return index * ratio * price; }
};

//! Balances of every account, their prices in share-class currency, and the attribution of what changed. Nothing
//! changes a balance but post(). A value: copies are independent (a copy posts to no sink).
class Books
{
  public:
    explicit Books(std::shared_ptr<const ChartOfAccounts> chart);
    Books(const Books& other);
    Books& operator=(const Books& other);
    Books(Books&&) noexcept = default;
    Books& operator=(Books&&) noexcept = default;

    const ChartOfAccounts& chart() const { return *m_chart; }
    void setSink(PostingSink* sink) { m_sink = sink; }

    Decimal balance(AccountId id) const { return m_balance[id]; }
    double quantity(AccountId id) const { return m_quantity[id]; } //!< balance as double
    double price(AccountId id) const { return m_price[id]; }
    double value(AccountId id) const { return m_quantity[id] * m_price[id]; }

    //! Posts an entry; accounts must count the same asset. Value changes are attributed at the prices now set.
    void post(const Posting& posting);
    void post(AccountId from, AccountId to, Decimal amount, Cause cause, InstructionId instruction)
    {
        post(Posting{from, to, cause, instruction, amount});
    }

    //! Sets prices before anything is held: no revaluation.
    void setPrice(AccountId id, double price) { m_price[id] = price; }
    //! Moves a price; the held quantity times the change is attributed to spot or perp price.
    void reprice(AccountId id, double price);
    //! The same for what grows: price change on the quantity before, growth of ratio (staking) and index (supply or
    //! borrow interest) at the price after. Only accounts of the chain.
    void reprice(AccountId id, const UnitValue& unit);
    const UnitValue& unitValue(AccountId id) const { return m_units[id]; }

    double nav() const; //!< value of all own accounts
    double venueEquity(Venue venue) const;
    double externalFlows() const { return m_externalFlows; } //!< deposits minus withdrawals so far
    const Attribution& attribution() const { return m_attribution; }

  private:
    std::shared_ptr<const ChartOfAccounts> m_chart;
    std::vector<Decimal> m_balance;
    std::vector<double> m_quantity;
    std::vector<double> m_price;
    std::vector<UnitValue> m_units; //!< empty without holdings on chain
    Attribution m_attribution;
    double m_externalFlows = 0;
    PostingSink* m_sink = nullptr;
};

} // namespace carry
