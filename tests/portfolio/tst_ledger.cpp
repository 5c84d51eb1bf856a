// SPDX-License-Identifier: GPL-3.0-or-later
// What holds for the books after any sequence of postings and price changes.
#include "made_books.h"

#include <rapidcheck.h>

#include <QtTest>

#include <cmath>

using namespace carry;
using namespace made;

namespace
{

// Of the largest value that moved: what may stay unexplained.
constexpr double kUnexplained = 1e-9;

//! The same for what is kept in one place: an asset, or the contracts.
struct Kind {
    Asset asset;
    Unit unit;
};

bool isOf(const Account& account, const Kind& kind)
{
    return account.asset == kind.asset && account.unit == kind.unit;
}

//! Accounts that count the same as the one drawn.
std::vector<AccountId> alike(const ChartOfAccounts& chart, AccountId id)
{
    const Kind kind{chart.at(id).asset, chart.at(id).unit};
    std::vector<AccountId> ids;
    for (std::size_t i = 0; i < chart.size(); ++i)
        if (isOf(chart.accounts()[i], kind))
            ids.push_back(static_cast<AccountId>(i));
    return ids;
}

AccountId anyAccount(const ChartOfAccounts& chart)
{
    return *rc::gen::inRange<AccountId>(0, static_cast<AccountId>(chart.size()));
}

//! A posting such as the engine makes: transfers stay inside, everything else goes anywhere.
Posting anyPosting(const ChartOfAccounts& chart)
{
    Posting posting;
    posting.from = anyAccount(chart);
    posting.to = *rc::gen::elementOf(alike(chart, posting.from));
    const Cause last = chart.chain().lst ? Cause::Staking : Cause::External; // protocols only where they are
    posting.cause = static_cast<Cause>(*rc::gen::inRange(0, static_cast<int>(last) + 1));
    const bool inside = chart.at(posting.from).own() && chart.at(posting.to).own();
    if (!inside && posting.cause == Cause::Transfer)
        posting.cause = Cause::Trade;
    posting.amount = Decimal::fromUnits(Int128{*rc::gen::arbitrary<std::int64_t>()} * 1000);
    return posting;
}

//! At exchanges alone, or with staked tokens and a lending protocol beside them.
Books anyBooks()
{
    const Asset base = *rc::gen::element(Asset::BTC, Asset::ETH);
    if (*rc::gen::arbitrary<bool>())
        return books(base);
    const ChainHoldings chain{*rc::gen::arbitrary<bool>(), *rc::gen::element(Asset::weETH, Asset::wstETH)};
    return Books(std::make_shared<const ChartOfAccounts>(base, chain));
}

//! On chain what a unit is worth also grows by an index and a ratio.
void repriceAtRandom(Books& b, AccountId id)
{
    const double price = *rc::gen::inRange(1, 100000) / 8.0;
    if (b.chart().chain().any())
        b.reprice(id, UnitValue{*rc::gen::inRange(64, 128) / 64.0, *rc::gen::inRange(64, 128) / 64.0, price});
    else
        b.reprice(id, price);
}

void setRandomPrices(Books& b)
{
    for (std::size_t i = 0; i < b.chart().size(); ++i)
        repriceAtRandom(b, static_cast<AccountId>(i));
}

Decimal sumOf(const Books& b, const Kind& kind, bool own)
{
    Decimal sum;
    for (std::size_t i = 0; i < b.chart().size(); ++i) {
        const Account& account = b.chart().accounts()[i];
        if (isOf(account, kind) && account.own() == own)
            sum += b.balance(static_cast<AccountId>(i));
    }
    return sum;
}

double sumOverPlaces(const Attribution& attribution)
{
    double sum = 0;
    for (const Venue venue : kPlaces)
        for (std::size_t item = 0; item < kPnlItemCount; ++item)
            sum += attribution.at(venue, static_cast<PnlItem>(item));
    return sum;
}

} // namespace

class TestLedger : public QObject
{
    Q_OBJECT

  private slots:
    void everyAssetIsConserved();
    void attributionCloses();
    void transfersAndFlowsEarnNothing();
    void quantityIsTheBalance();
};

void TestLedger::everyAssetIsConserved()
{
    QVERIFY(rc::check("own balances of each asset are what left the outside", [] {
        Books b = anyBooks();
        const int postings = *rc::gen::inRange(0, 60);
        for (int i = 0; i < postings; ++i)
            b.post(anyPosting(b.chart()));
        for (std::size_t asset = 0; asset < kAssetCount; ++asset)
            for (const Unit unit : {Unit::Token, Unit::Contract, Unit::ScaledSupply, Unit::ScaledDebt}) {
                const Kind kind{static_cast<Asset>(asset), unit};
                RC_ASSERT(sumOf(b, kind, true) == -sumOf(b, kind, false));
            }
    }));
}

void TestLedger::attributionCloses()
{
    QVERIFY(rc::check("NAV less flows is the sum of the attribution", [] {
        Books b = anyBooks();
        setRandomPrices(b);
        double moved = 1;
        const int steps = *rc::gen::inRange(0, 80);
        for (int i = 0; i < steps; ++i) {
            if (*rc::gen::inRange(0, 3) == 0) {
                const auto id =
                    *rc::gen::suchThat(rc::gen::inRange<AccountId>(0, static_cast<AccountId>(b.chart().size())),
                                       [&](AccountId drawn) { return b.chart().at(drawn).own(); });
                repriceAtRandom(b, id);
                moved = std::max(moved, std::abs(b.value(id)));
            } else {
                const Posting posting = anyPosting(b.chart());
                b.post(posting);
                moved = std::max({moved, std::abs(b.value(posting.from)), std::abs(b.value(posting.to))});
            }
            const double explained = b.attribution().sum() + b.externalFlows();
            RC_ASSERT(std::abs(b.nav() - explained) <= kUnexplained * moved);
            RC_ASSERT(std::abs(sumOverPlaces(b.attribution()) - b.attribution().sum()) <= kUnexplained * moved);
        }
    }));
}

void TestLedger::transfersAndFlowsEarnNothing()
{
    QVERIFY(rc::check("at one price per asset, flows and transfers are no P&L", [] {
        Books b = books();
        setPrices(b, 50000, 50000);
        b.setPrice(b.chart().wallet(Asset::ETH), 3000);
        b.setPrice(b.chart().inFlight(Asset::ETH), 3000);
        const int postings = *rc::gen::inRange(0, 60);
        for (int i = 0; i < postings; ++i) {
            Posting posting = anyPosting(b.chart());
            const bool inside = b.chart().at(posting.from).own() && b.chart().at(posting.to).own();
            posting.cause = inside ? Cause::Transfer : Cause::External;
            b.post(posting);
        }
        for (const double total : b.attribution().totals())
            RC_ASSERT(total == 0.0);
    }));
}

void TestLedger::quantityIsTheBalance()
{
    QVERIFY(rc::check("quantity() is the balance as double", [] {
        Books b = books();
        for (int i = 0; i < 20; ++i)
            b.post(anyPosting(b.chart()));
        for (std::size_t i = 0; i < b.chart().size(); ++i) {
            const auto id = static_cast<AccountId>(i);
            RC_ASSERT(b.quantity(id) == b.balance(id).toDouble());
        }
    }));
}

QTEST_APPLESS_MAIN(TestLedger)
#include "tst_ledger.moc"
