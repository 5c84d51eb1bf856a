// SPDX-License-Identifier: GPL-3.0-or-later
#include "portfolio/account.h"

namespace carry
{

std::string_view toText(AccountType type)
{
    constexpr std::array<std::string_view, 5> kText{"BaseToken", "Perp", "PerpQuote", "InFlight", "Outside"};
    return kText[static_cast<std::size_t>(type)];
}

std::string Account::key() const
{
    std::string symbol{toText(asset)};
    if (type == AccountType::Perp)
        symbol += "USDT";
    if (type == AccountType::Outside && contract)
        symbol += "USDT-PERP";
    return std::string(toText(venue)) + ":" + std::string(toText(type)) + ":" + symbol;
}

ChartOfAccounts::ChartOfAccounts(Asset base) : m_base(base)
{
    constexpr std::array kAll{Asset::USDT, Asset::BTC, Asset::ETH};
    for (const Asset asset : kAll)
        m_wallet[static_cast<std::size_t>(asset)] = add(Venue::Wallet, AccountType::BaseToken, asset);
    for (const Venue venue : kExchanges) {
        auto& e = m_exchanges[exchangeIndex(venue)];
        e.usdt = add(venue, AccountType::BaseToken, Asset::USDT);
        e.coin = add(venue, AccountType::BaseToken, base);
        e.perp = add(venue, AccountType::Perp, base, /*contract=*/true);
        e.perpQuote = add(venue, AccountType::PerpQuote, Asset::USDT);
    }
    for (const Asset asset : kAll)
        m_inFlight[static_cast<std::size_t>(asset)] = add(Venue::Chain, AccountType::InFlight, asset);
    for (const Asset asset : kAll)
        m_outside[static_cast<std::size_t>(asset)] = add(Venue::Outside, AccountType::Outside, asset);
    m_outsideContracts = add(Venue::Outside, AccountType::Outside, base, /*contract=*/true);
}

AccountId ChartOfAccounts::add(Venue venue, AccountType type, Asset asset, bool contract)
{
    Account account;
    account.venue = venue;
    account.type = type;
    account.asset = asset;
    account.contract = contract;
    m_accounts.push_back(account);
    return static_cast<AccountId>(m_accounts.size() - 1);
}

std::optional<AccountId> ChartOfAccounts::tokenAt(Venue venue, Asset asset) const
{
    if (venue == Venue::Wallet)
        return wallet(asset);
    if (venue != Venue::Binance && venue != Venue::Bybit && venue != Venue::Okx)
        return std::nullopt;
    if (asset == Asset::USDT)
        return exchange(venue).usdt;
    if (asset == m_base)
        return exchange(venue).coin;
    return std::nullopt;
}

} // namespace carry
