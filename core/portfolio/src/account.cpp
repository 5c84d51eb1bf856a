// SPDX-License-Identifier: GPL-3.0-or-later
#include "portfolio/account.h"

#include <cctype>

namespace carry
{

std::string_view toText(AccountType type)
{
    constexpr std::array<std::string_view, kAccountTypeCount> kText{"BaseToken", "Perp", "PerpQuote", "InFlight",
                                                                    "Outside",   "LST",  "aToken",    "debtToken"};
    return kText[static_cast<std::size_t>(type)];
}

std::string_view toText(Unit unit)
{
    constexpr std::array<std::string_view, 4> kText{"token", "contract", "scaled_supply", "scaled_debt"};
    return kText[static_cast<std::size_t>(unit)];
}

namespace
{

//! As Aave writes it in its tokens' names: aWETH, aWeETH, debtWETH.
std::string aaveSymbol(Asset asset)
{
    if (asset == Asset::ETH)
        return "WETH";
    std::string symbol{toText(asset)};
    symbol.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(symbol.front())));
    return symbol;
}

} // namespace

std::string Account::unitText() const
{
    switch (unit) {
    case Unit::Contract:
        return std::string(toText(asset)) + "USDT-PERP";
    case Unit::ScaledSupply:
        return "a" + aaveSymbol(asset);
    case Unit::ScaledDebt:
        return "debt" + aaveSymbol(asset);
    case Unit::Token:
        break;
    }
    return std::string(toText(asset));
}

std::string Account::key() const
{
    const std::string symbol = type == AccountType::Perp ? std::string(toText(asset)) + "USDT" : unitText();
    return std::string(toText(venue)) + ":" + std::string(toText(type)) + ":" + symbol;
}

std::vector<Venue> placesOf(const ChainHoldings& chain)
{
    std::vector<Venue> places;
    for (const Venue place : kPlaces) {
        const bool issuer = place == Venue::EtherFi || place == Venue::Lido;
        if (issuer ? chain.lst && issuerOf(*chain.lst) == place : place != Venue::AaveV3 || chain.aave)
            places.push_back(place);
    }
    return places;
}

ChartOfAccounts::ChartOfAccounts(Asset base, ChainHoldings chain) : m_base(base), m_chain(chain)
{
    constexpr std::array kAll{Asset::USDT, Asset::BTC, Asset::ETH};
    for (const Asset asset : kAll)
        m_wallet[static_cast<std::size_t>(asset)] = add(Venue::Wallet, AccountType::BaseToken, asset);
    for (const Venue venue : kExchanges) {
        auto& e = m_exchanges[exchangeIndex(venue)];
        e.usdt = add(venue, AccountType::BaseToken, Asset::USDT);
        e.coin = add(venue, AccountType::BaseToken, base);
        e.perp = add(venue, AccountType::Perp, base, Unit::Contract);
        e.perpQuote = add(venue, AccountType::PerpQuote, Asset::USDT);
    }
    for (const Asset asset : kAll)
        m_inFlight[static_cast<std::size_t>(asset)] = add(Venue::Chain, AccountType::InFlight, asset);
    for (const Asset asset : kAll)
        m_outside[static_cast<std::size_t>(asset)] = add(Venue::Outside, AccountType::Outside, asset);
    m_outsideContracts = add(Venue::Outside, AccountType::Outside, base, Unit::Contract);
    if (m_chain.any())
        addChain();
}

void ChartOfAccounts::addChain()
{
    const auto addReserve = [this](Asset asset, bool borrowable) {
        AaveAccounts& a = m_aave[static_cast<std::size_t>(asset)];
        a.supply = add(Venue::AaveV3, AccountType::AToken, asset, Unit::ScaledSupply);
        a.outsideSupply = add(Venue::Outside, AccountType::Outside, asset, Unit::ScaledSupply);
        if (!borrowable)
            return;
        a.debt = add(Venue::AaveV3, AccountType::DebtToken, asset, Unit::ScaledDebt);
        a.outsideDebt = add(Venue::Outside, AccountType::Outside, asset, Unit::ScaledDebt);
    };
    if (m_chain.lst) {
        m_lst = add(issuerOf(*m_chain.lst), AccountType::Lst, *m_chain.lst);
        m_wallet[static_cast<std::size_t>(*m_chain.lst)] = m_lst;
        m_outside[static_cast<std::size_t>(*m_chain.lst)] = add(Venue::Outside, AccountType::Outside, *m_chain.lst);
    }
    if (!m_chain.aave)
        return;
    addReserve(Asset::USDT, false);
    addReserve(Asset::ETH, true);
    if (m_chain.lst)
        addReserve(*m_chain.lst, false);
}

AccountId ChartOfAccounts::add(Venue venue, AccountType type, Asset asset, Unit unit)
{
    Account account;
    account.venue = venue;
    account.type = type;
    account.asset = asset;
    account.unit = unit;
    m_accounts.push_back(account);
    return static_cast<AccountId>(m_accounts.size() - 1);
}

std::optional<AccountId> ChartOfAccounts::tokenAt(Venue venue, Asset asset) const
{
    if (venue == Venue::Wallet)
        return isLst(asset) && m_chain.lst != asset ? std::nullopt : std::optional(wallet(asset));
    if (venue != Venue::Binance && venue != Venue::Bybit && venue != Venue::Okx)
        return std::nullopt;
    if (asset == Asset::USDT)
        return exchange(venue).usdt;
    if (asset == m_base)
        return exchange(venue).coin;
    return std::nullopt;
}

} // namespace carry
