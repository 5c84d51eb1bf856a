// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/ids.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace carry
{

//! Stored in databases: append only.
enum class AccountType : std::uint8_t {
    BaseToken = 0, //!< a coin balance
    Perp = 1,      //!< contracts in coin units, short < 0
    PerpQuote = 2, //!< minus the entry value of the perp in USDT: unrealised P&L = perp * mark + this
    InFlight = 3,  //!< left one venue, not yet arrived at the next
    Outside = 4,   //!< the rest of the world: markets, fee takers, the investor
};
std::string_view toText(AccountType type);

using AccountId = std::uint16_t;

struct Account {
    Venue venue = Venue::Outside;
    AccountType type = AccountType::Outside;
    Asset asset = Asset::USDT; //!< what its balance counts
    //! Perp units are no coins: they balance against an outside account of their own.
    bool isContract() const { return contract; }
    bool contract = false;
    bool own() const { return type != AccountType::Outside; }
    //! "binance:Perp:BTCUSDT", "wallet:BaseToken:USDT"
    std::string key() const;
};

//! The accounts of one exchange in a run with one base asset.
struct ExchangeAccounts {
    AccountId usdt = 0, coin = 0, perp = 0, perpQuote = 0;
};

//! The fixed, ordered list of accounts of a run.
class ChartOfAccounts
{
  public:
    //! Wallet, three exchanges, in-flight and outside accounts for a book in `base`.
    explicit ChartOfAccounts(Asset base);

    const std::vector<Account>& accounts() const { return m_accounts; }
    std::size_t size() const { return m_accounts.size(); }
    const Account& at(AccountId id) const { return m_accounts[id]; }
    Asset base() const { return m_base; }

    AccountId wallet(Asset asset) const { return m_wallet[static_cast<std::size_t>(asset)]; }
    AccountId inFlight(Asset asset) const { return m_inFlight[static_cast<std::size_t>(asset)]; }
    AccountId outside(Asset asset) const { return m_outside[static_cast<std::size_t>(asset)]; }
    AccountId outsideContracts() const { return m_outsideContracts; }
    const ExchangeAccounts& exchange(Venue venue) const { return m_exchanges[exchangeIndex(venue)]; }
    //! The account that holds a token at a place where tokens can be sent; nothing where it cannot be held.
    std::optional<AccountId> tokenAt(Venue venue, Asset asset) const;

  private:
    AccountId add(Venue venue, AccountType type, Asset asset, bool contract = false);
    Asset m_base;
    std::vector<Account> m_accounts;
    std::array<AccountId, kAssetCount> m_wallet{}, m_inFlight{}, m_outside{};
    AccountId m_outsideContracts = 0;
    PerExchange<ExchangeAccounts> m_exchanges{};
};

} // namespace carry
