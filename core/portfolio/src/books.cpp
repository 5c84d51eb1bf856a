// SPDX-License-Identifier: GPL-3.0-or-later
#include "portfolio/books.h"

#include <stdexcept>

namespace carry
{

Books::Books(std::shared_ptr<const ChartOfAccounts> chart)
    : m_chart(std::move(chart)), m_balance(m_chart->size()), m_quantity(m_chart->size(), 0.0),
      m_price(m_chart->size(), 0.0)
{
    for (std::size_t i = 0; i < m_chart->size(); ++i) {
        const Account& account = m_chart->accounts()[i];
        if (account.asset == Asset::USDT && account.unit == Unit::Token)
            m_price[i] = 1.0;
    }
    if (m_chart->chain().any())
        m_units.resize(m_chart->size());
}

Books::Books(const Books& other)
    : m_chart(other.m_chart), m_balance(other.m_balance), m_quantity(other.m_quantity), m_price(other.m_price),
      m_units(other.m_units), m_attribution(other.m_attribution), m_externalFlows(other.m_externalFlows),
      m_sink(nullptr)
{
}

Books& Books::operator=(const Books& other)
{
    Books copy(other);
    *this = std::move(copy);
    return *this;
}

void Books::post(const Posting& posting)
{
    const Account& from = m_chart->at(posting.from);
    const Account& to = m_chart->at(posting.to);
    if (from.asset != to.asset || from.unit != to.unit)
        throw std::logic_error("posting between accounts of different assets");
    if (posting.cause == Cause::Transfer && !(from.own() && to.own()))
        throw std::logic_error("transfer from or to the outside");
    m_balance[posting.from] -= posting.amount;
    m_balance[posting.to] += posting.amount;
    m_quantity[posting.from] = m_balance[posting.from].toDouble();
    m_quantity[posting.to] = m_balance[posting.to].toDouble();
    const double amount = posting.amount.toDouble();
    if (posting.cause == Cause::Transfer) {
        // Moving is no result of either place; only a difference between their prices is.
        m_attribution.add(to.venue, PnlItem::Other, amount * (m_price[posting.to] - m_price[posting.from]));
        if (m_sink != nullptr)
            m_sink->onPosting(posting);
        return;
    }
    const auto count = [&](const Account& account, AccountId id, double signedAmount) {
        if (!account.own())
            return;
        const double value = signedAmount * m_price[id];
        if (posting.cause == Cause::External)
            m_externalFlows += value;
        else if (posting.cause == Cause::Lending || posting.cause == Cause::Staking)
            // One thing becomes another of the same value: only what rounding leaves is a result, of the protocol.
            m_attribution.add(posting.cause == Cause::Lending ? Venue::AaveV3 : issuerOf(*m_chart->chain().lst),
                              PnlItem::Other, value);
        else
            m_attribution.add(account.venue, itemOf(posting.cause), value);
    };
    count(from, posting.from, -amount);
    count(to, posting.to, amount);
    if (m_sink != nullptr)
        m_sink->onPosting(posting);
}

void Books::reprice(AccountId id, double price)
{
    const double change = price - m_price[id];
    m_price[id] = price;
    const Account& account = m_chart->at(id);
    if (change == 0.0 || m_quantity[id] == 0.0 || !account.own())
        return;
    const PnlItem item = account.isContract()           ? PnlItem::PerpPrice
                         : account.asset == Asset::USDT ? PnlItem::FxRevaluation
                                                        : PnlItem::SpotPrice;
    m_attribution.add(account.venue, item, m_quantity[id] * change);
}

void Books::reprice(AccountId id, const UnitValue& unit)
{
    const UnitValue before = m_units[id];
    m_units[id] = unit;
    m_price[id] = unit.value();
    const Account& account = m_chart->at(id);
    const double quantity = m_quantity[id];
    if (quantity == 0.0 || !account.own())
        return;
    const PnlItem priceItem = account.asset == Asset::USDT ? PnlItem::FxRevaluation : PnlItem::SpotPrice;
    const PnlItem interest = account.unit == Unit::ScaledDebt ? PnlItem::BorrowInterest : PnlItem::SupplyInterest;
    m_attribution.add(account.venue, priceItem, quantity * before.index * before.ratio * (unit.price - before.price));
    m_attribution.add(account.venue, PnlItem::Staking,
                      quantity * before.index * (unit.ratio - before.ratio) * unit.price);
    m_attribution.add(account.venue, interest, quantity * (unit.index - before.index) * unit.ratio * unit.price);
}

double Books::nav() const
{
    double nav = 0;
    const auto& accounts = m_chart->accounts();
    for (std::size_t i = 0; i < accounts.size(); ++i)
        if (accounts[i].own())
            nav += m_quantity[i] * m_price[i];
    return nav;
}

double Books::venueEquity(Venue venue) const
{
    double equity = 0;
    const auto& accounts = m_chart->accounts();
    for (std::size_t i = 0; i < accounts.size(); ++i)
        if (accounts[i].venue == venue && accounts[i].own())
            equity += m_quantity[i] * m_price[i];
    return equity;
}

} // namespace carry
