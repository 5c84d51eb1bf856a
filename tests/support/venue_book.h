// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/parameter.h"
#include "venues/cex_account.h"
#include "venues/venue_parameters.h"

#include <QtTest>

#include <memory>
#include <utility>
#include <vector>

namespace carry::test
{

//! Configuration keys with their values.
using Settings = std::vector<std::pair<const char*, const char*>>;

inline void applySettings(ParameterValues& values, const Settings& settings)
{
    for (const auto& [key, value] : settings)
        if (const auto set = values.setText(key, value); !set)
            qFatal("%s", describe(set.error()).c_str());
}

//! The default rules of a book in `base` with changes, which must be right.
inline VenueRules venueRules(const Settings& settings = {}, Asset base = Asset::BTC, const CostTable& costs = {})
{
    ParameterSchema schema;
    declareVenueParameters(schema, base);
    ParameterValues values(schema);
    applySettings(values, settings);
    const auto rules = readVenueRules(values, base, costs);
    if (!rules)
        qFatal("%s", describe(rules.error()).c_str());
    return *rules;
}

inline Decimal dec(std::string_view text)
{
    return Decimal::parse(text).value();
}

inline QString shown(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

inline QString shown(Decimal amount)
{
    return QString::fromStdString(amount.toString());
}

//! Books in which a test puts what it wants to find, at one price everywhere; ETH costs 2,000 USDT.
struct VenueBook {
    std::shared_ptr<const ChartOfAccounts> chart;
    Books books;

    explicit VenueBook(double price, Asset base = Asset::BTC)
        : chart(std::make_shared<const ChartOfAccounts>(base)), books(chart)
    {
        books.setPrice(chart->wallet(Asset::ETH), 2'000);
        books.setPrice(chart->inFlight(Asset::ETH), 2'000);
        for (const AccountId id : {chart->wallet(base), chart->inFlight(base)})
            books.setPrice(id, price);
        for (const Venue venue : kExchanges) {
            books.setPrice(at(venue).coin, price);
            books.setPrice(at(venue).perp, price);
        }
    }

    const ExchangeAccounts& at(Venue venue) const { return chart->exchange(venue); }
    //! Moves the prices of one exchange.
    void reprice(Venue venue, double spot, double mark)
    {
        books.reprice(at(venue).coin, spot);
        books.reprice(at(venue).perp, mark);
    }
    //! The investor gives tokens (or takes them: amount < 0).
    void give(AccountId account, double amount)
    {
        const Asset asset = chart->at(account).asset;
        books.post(chart->outside(asset), account, Decimal::fromDouble(amount, 8), Cause::External, 0);
    }
    //! An exchange's whole account: cash, coin and a perp entered at `entry`.
    void hold(Venue venue, double usdt, double coin, double perp, double entry)
    {
        give(at(venue).usdt, usdt);
        give(at(venue).coin, coin);
        const Decimal contracts = Decimal::fromDouble(perp, 8);
        books.post(chart->outsideContracts(), at(venue).perp, contracts, Cause::External, 0);
        give(at(venue).perpQuote, -contracts.toDouble() * entry);
    }
    MarginFigures figures(const CexRules& rules, Venue venue) const
    {
        return CexAccount::figures(books, rules, venue, books.price(at(venue).coin), books.price(at(venue).perp));
    }
    //! What every asset sums to over all accounts; empty if that is zero for each.
    QString notConserved() const
    {
        for (const Asset asset : {Asset::USDT, Asset::BTC, Asset::ETH})
            for (const Unit unit : {Unit::Token, Unit::Contract}) {
                Decimal sum;
                for (std::size_t i = 0; i < chart->size(); ++i)
                    if (chart->accounts()[i].asset == asset && chart->accounts()[i].unit == unit)
                        sum += books.balance(static_cast<AccountId>(i));
                if (!sum.isZero())
                    return shown(toText(asset)) + " " + shown(sum);
            }
        return {};
    }
};

//! Keeps what is posted.
struct PostingList final : PostingSink {
    std::vector<Posting> postings;
    void onPosting(const Posting& posting) override { postings.push_back(posting); }
    //! What entered (or left: < 0) the account by a cause.
    Decimal sum(AccountId account, Cause cause) const
    {
        Decimal total;
        for (const Posting& p : postings) {
            if (p.cause != cause)
                continue;
            if (p.to == account)
                total += p.amount;
            if (p.from == account)
                total -= p.amount;
        }
        return total;
    }
};

} // namespace carry::test

//! Compares two numbers with an absolute tolerance and shows both when they differ.
#define COMPARE_NEAR(actual, expected, tolerance)                                                                      \
    do {                                                                                                               \
        const double actual_ = (actual);                                                                               \
        const double expected_ = (expected);                                                                           \
        QVERIFY2(std::abs(actual_ - expected_) <= (tolerance),                                                         \
                 qPrintable(QString("%1 is not %2").arg(actual_, 0, 'g', 17).arg(expected_, 0, 'g', 17)));             \
    } while (false)
