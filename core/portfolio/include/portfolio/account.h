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
    Lst = 5,       //!< staked tokens held in the wallet
    AToken = 6,    //!< supplied to Aave, in scaled units: underlying = balance * liquidity index
    DebtToken = 7, //!< borrowed from Aave, in scaled units, negative: debt = -balance * variable borrow index
};
inline constexpr std::size_t kAccountTypeCount = 8;

//! What a balance counts. Units of different kinds never mix in a posting. Stored in databases: append only.
enum class Unit : std::uint8_t { Token = 0, Contract = 1, ScaledSupply = 2, ScaledDebt = 3 };
std::string_view toText(AccountType type);
std::string_view toText(Unit unit); //!< "scaled_supply"

using AccountId = std::uint16_t;

struct Account {
    Venue venue = Venue::Outside;
    AccountType type = AccountType::Outside;
    Asset asset = Asset::USDT; //!< what its balance counts
    //! Perp and scaled units are no coins: they balance against outside accounts of their own.
    Unit unit = Unit::Token;
    bool isContract() const { return unit == Unit::Contract; }
    bool own() const { return type != AccountType::Outside; }
    //! "binance:Perp:BTCUSDT", "wallet:BaseToken:USDT", "aave_v3:aToken:aWeETH", "etherfi:LST:weETH"
    std::string key() const;
    //! What its balance counts, in short: "USDT", "BTCUSDT-PERP", "aWETH", "debtWETH"
    std::string unitText() const;
    bool operator==(const Account&) const = default;
};

//! The accounts of one exchange in a run with one base asset.
struct ExchangeAccounts {
    AccountId usdt = 0, coin = 0, perp = 0, perpQuote = 0;
};

//! What a run holds on chain beside plain tokens.
struct ChainHoldings {
    bool aave = false;
    std::optional<Asset> lst; //!< weETH or wstETH
    bool any() const { return aave || lst.has_value(); }
    bool operator==(const ChainHoldings&) const = default;
};
//! Where equity of a run can be, in the order in which it is shown.
std::vector<Venue> placesOf(const ChainHoldings& chain);

//! Accounts of one asset at Aave.
struct AaveAccounts {
    AccountId supply = 0, debt = 0;               //!< own; debt only for ETH
    AccountId outsideSupply = 0, outsideDebt = 0; //!< what scaled units balance against
};

//! The fixed, ordered list of accounts of a run.
class ChartOfAccounts
{
  public:
    //! Wallet, three exchanges, in-flight and outside accounts for a book in `base`.
    explicit ChartOfAccounts(Asset base, ChainHoldings chain = {});

    const std::vector<Account>& accounts() const { return m_accounts; }
    std::size_t size() const { return m_accounts.size(); }
    const Account& at(AccountId id) const { return m_accounts[id]; }
    Asset base() const { return m_base; }
    const ChainHoldings& chain() const { return m_chain; }

    AccountId wallet(Asset asset) const { return m_wallet[static_cast<std::size_t>(asset)]; }
    AccountId inFlight(Asset asset) const { return m_inFlight[static_cast<std::size_t>(asset)]; }
    AccountId outside(Asset asset) const { return m_outside[static_cast<std::size_t>(asset)]; }
    AccountId outsideContracts() const { return m_outsideContracts; }
    const ExchangeAccounts& exchange(Venue venue) const { return m_exchanges[exchangeIndex(venue)]; }
    //! The staked token in the wallet; only with chain().lst.
    AccountId lst() const { return m_lst; }
    //! Only with chain().aave; assets USDT, ETH and the LST.
    const AaveAccounts& aave(Asset asset) const { return m_aave[static_cast<std::size_t>(asset)]; }
    //! The account that holds a token at a place where tokens can be sent; nothing where it cannot be held.
    std::optional<AccountId> tokenAt(Venue venue, Asset asset) const;

  private:
    AccountId add(Venue venue, AccountType type, Asset asset, Unit unit = Unit::Token);
    void addChain();
    Asset m_base;
    ChainHoldings m_chain;
    std::vector<Account> m_accounts;
    std::array<AccountId, kAssetCount> m_wallet{}, m_inFlight{}, m_outside{};
    AccountId m_outsideContracts = 0;
    PerExchange<ExchangeAccounts> m_exchanges{};
    AccountId m_lst = 0;
    std::array<AaveAccounts, kAssetCount> m_aave{};
};

} // namespace carry
