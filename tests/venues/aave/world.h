// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "checks.h"
#include "venues/aave/pool.h"

#include <map>

//! What surrounds a Pool in the vectors: names, wallets, the staking contracts.
namespace carry::aave::vectors
{

//! The listing parameters of the market file.
struct Market {
    Json source;
    std::map<std::string, exact::U256> stakingRate; //!< wad of the base asset for one token
    bool load(const Json& json, Checks& checks);
    //! A pool with every reserve listed, in the order of the file's symbols, and its eMode category.
    Pool makePool() const;
};

//! A refusal that does not come from the pool: of a token, of a flash loan's receiver.
struct Failure {
    std::string kind; //!< custom, empty, panic or string, as in the vectors
    std::string word; //!< the error's signature, panic code or text
    std::optional<Refusal> refusal;
};

Failure failure(const Refusal& refusal);

class World
{
  public:
    explicit World(const Market& market) : m_market(&market), m_pool(market.makePool()) {}

    Pool& pool() { return m_pool; }
    const Pool& pool() const { return m_pool; }
    const Market& market() const { return *m_market; }

    //! The user of that name; a new one if there is room. Throws std::runtime_error otherwise.
    UserId user(const std::string& name);
    std::string nameOf(UserId user) const;
    //! Throws std::runtime_error for an asset the market does not list.
    ReserveId reserve(const std::string& symbol) const;
    std::string symbolOf(ReserveId reserve) const;

    exact::U256& wallet(UserId user, ReserveId reserve) { return m_wallets[{index(user), index(reserve)}]; }
    exact::U256 walletOf(UserId user, ReserveId reserve) const;
    exact::U256& underlying(ReserveId reserve) { return m_underlying[index(reserve)]; }
    exact::U256 underlyingOf(ReserveId reserve) const;

    //! Books what an operation moved; false if a wallet does not have it.
    bool book(const TokenMove& move);
    bool transfer(UserId from, UserId to, ReserveId reserve, const exact::U256& amount);
    //! Base asset to staked token at the protocol rate and back, rounded down; nothing if the wallet does not have it.
    std::optional<exact::U256> stake(UserId user, ReserveId staked, const exact::U256& amount);
    std::optional<exact::U256> unstake(UserId user, ReserveId staked, const exact::U256& amount);

    //! The state of `initial`, or of a market file; users' balances and wallets included.
    void load(const Json& initial, Checks& checks);
    //! Compares with a state as the vectors write it. `assets`: what is listed for the scenario.
    void compare(const Json& state, const Json& assets, Checks& checks) const;
    void compareAccount(const std::string& field, const Json& expected, const std::string& name, const Json& assets,
                        Checks& checks) const;

  private:
    void loadReserve(const Json& json, ReserveId id);
    void loadUser(const Json& json, const std::string& name);
    void compareReserve(const std::string& field, const Json& expected, ReserveId id, Checks& checks) const;
    void compareAsset(const std::string& field, const Json& expected, UserId user, ReserveId id, Checks& checks) const;

    const Market* m_market;
    Pool m_pool;
    std::map<std::string, UserId> m_users{{"treasury", UserId{}}};
    std::map<std::pair<std::size_t, std::size_t>, exact::U256> m_wallets;
    std::map<std::size_t, exact::U256> m_underlying;
};

inline const std::string kBaseAsset = "WETH";
inline const std::string kStakedAsset = "weETH";

//! A token amount of the vectors: "max" is kAll, what is beyond 128 bits is the largest amount that is not.
U128 amountOf(const Json& json);
//! A number or decimal string; throws std::runtime_error otherwise.
exact::U256 number(const Json& json);
U128 number128(const Json& json);
std::uint64_t number64(const Json& json);

} // namespace carry::aave::vectors
