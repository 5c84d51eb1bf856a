// SPDX-License-Identifier: GPL-3.0-or-later
#include "world.h"

#include <stdexcept>

namespace carry::aave::vectors
{
namespace
{

std::uint16_t bps(const Json& json, const char* key)
{
    return static_cast<std::uint16_t>(number64(json.at(key)));
}

ReserveConfig configOf(const std::string& symbol, const Json& json)
{
    ReserveConfig config;
    config.setSymbol(symbol);
    config.decimals = static_cast<std::uint8_t>(number64(json.at("decimals")));
    config.risk = {bps(json, "ltvBps"), bps(json, "liquidationThresholdBps"), bps(json, "liquidationBonusBps")};
    config.reserveFactorBps = bps(json, "reserveFactorBps");
    config.protocolFeeBps = bps(json, "liquidationProtocolFeeBps");
    config.supplyCap = number64(json.at("supplyCap"));
    config.borrowCap = number64(json.at("borrowCap"));
    const auto part = [&](const char* key) { return static_cast<std::uint32_t>(number64(json.at(key))); };
    config.curve = RateCurve::fromBps(part("optimalBps"), part("baseBps"), part("slope1Bps"), part("slope2Bps"));
    return config;
}

const exact::U256& wad()
{
    static const exact::U256 value = exact::toU256(kWad);
    return value;
}

} // namespace

exact::U256 number(const Json& json)
{
    if (const auto value = exact::parse(json.is_string() ? json.get<std::string>() : json.dump()))
        return *value;
    throw std::runtime_error("not a number: " + json.dump());
}

U128 number128(const Json& json)
{
    if (const auto value = exact::toU128(number(json)))
        return *value;
    throw std::runtime_error("beyond 128 bits: " + json.dump());
}

std::uint64_t number64(const Json& json)
{
    return static_cast<std::uint64_t>(number128(json));
}

U128 amountOf(const Json& json)
{
    const exact::U256 value = number(json);
    if (value == std::numeric_limits<exact::U256>::max())
        return kAll;
    const auto narrow = exact::toU128(value);
    return narrow && *narrow != kAll ? *narrow : kAll - 1;
}

bool Market::load(const Json& json, Checks& checks)
{
    source = json;
    checks.onlyKeys("", json,
                    {"about", "aave", "baseCurrencyUnit", "reserves", "prices", "eMode", "flashPremiumTotalBps",
                     "flashPremiumToProtocolBps", "flashPremiumToProtocolNote", "addresses", "deployGas", "initial"});
    for (const auto& [symbol, parameters] : json.at("reserves").items()) {
        checks.onlyKeys("reserves." + symbol, parameters,
                        {"rate", "ltvBps", "liquidationThresholdBps", "liquidationBonusBps", "reserveFactorBps",
                         "optimalBps", "baseBps", "slope1Bps", "slope2Bps", "liquidationProtocolFeeBps", "supplyCap",
                         "borrowCap", "decimals"});
        if (parameters.contains("rate"))
            stakingRate[symbol] = number(parameters.at("rate"));
    }
    checks.equal("baseCurrencyUnit", json.at("baseCurrencyUnit"), std::string("100000000"));
    checks.equal("flashPremiumToProtocolBps", json.at("flashPremiumToProtocolBps"), U128(10'000));
    return true;
}

Pool Market::makePool() const
{
    Pool pool;
    for (const auto& [symbol, parameters] : source.at("reserves").items()) {
        const Json* initial = nullptr;
        if (source.contains("initial") && source.at("initial").at("reserves").contains(symbol))
            initial = &source.at("initial").at("reserves").at(symbol);
        const auto id = pool.addReserve(configOf(symbol, parameters), number128(source.at("prices").at(symbol)));
        if (!id)
            throw std::runtime_error("more reserves than the pool holds");
        if (initial != nullptr) {
            ReserveState state = pool.reserve(*id).state;
            state.lastUpdate = static_cast<std::int64_t>(number64(initial->at("lastUpdateTimestamp")));
            pool.restore(*id, state);
        }
    }
    const Json& eMode = source.at("eMode");
    EModeCategory category;
    category.risk = {bps(eMode, "ltvBps"), bps(eMode, "liquidationThresholdBps"), bps(eMode, "liquidationBonusBps")};
    for (const Json& symbol : eMode.at("assets")) {
        category.collateral.set(*pool.find(symbol.get<std::string>()), true);
        category.borrowable.set(*pool.find(symbol.get<std::string>()), true);
    }
    pool.setEMode(static_cast<std::uint8_t>(number64(eMode.at("id"))), category);
    pool.setFlashPremium(bps(source, "flashPremiumTotalBps"));
    return pool;
}

Failure failure(const Refusal& refusal)
{
    switch (refusal.code) {
    case RefusalCode::PanicArithmetic:
        return {"panic", "0x11", refusal};
    case RefusalCode::PanicEnum:
        return {"panic", "0x21", refusal};
    case RefusalCode::RevertWithoutReason:
        return {"empty", "", refusal};
    default:
        return {"custom", std::string(refusal.signature()), refusal};
    }
}

UserId World::user(const std::string& name)
{
    const auto found = m_users.find(name);
    if (found != m_users.end())
        return found->second;
    const auto id = m_pool.addUser();
    if (!id)
        throw std::runtime_error("more users than the pool holds: " + name);
    return m_users[name] = *id;
}

std::string World::nameOf(UserId user) const
{
    for (const auto& [name, id] : m_users)
        if (id == user)
            return name;
    return "?";
}

ReserveId World::reserve(const std::string& symbol) const
{
    if (const auto id = m_pool.find(symbol))
        return *id;
    throw std::runtime_error("no reserve " + symbol);
}

std::string World::symbolOf(ReserveId reserve) const
{
    return std::string(m_pool.reserve(reserve).config.symbol());
}

exact::U256 World::walletOf(UserId user, ReserveId reserve) const
{
    const auto found = m_wallets.find({index(user), index(reserve)});
    return found == m_wallets.end() ? exact::U256(0) : found->second;
}

exact::U256 World::underlyingOf(ReserveId reserve) const
{
    const auto found = m_underlying.find(index(reserve));
    return found == m_underlying.end() ? exact::U256(0) : found->second;
}

bool World::book(const TokenMove& move)
{
    exact::U256& outside = wallet(move.user, move.reserve);
    exact::U256& inside = underlying(move.reserve);
    exact::U256& source = move.toPool ? outside : inside;
    const exact::U256 amount = exact::toU256(move.amount);
    if (source < amount)
        return false;
    source -= amount;
    (move.toPool ? inside : outside) += amount;
    return true;
}

bool World::transfer(UserId from, UserId to, ReserveId reserve, const exact::U256& amount)
{
    if (wallet(from, reserve) < amount)
        return false;
    wallet(from, reserve) -= amount;
    wallet(to, reserve) += amount;
    return true;
}

std::optional<exact::U256> World::stake(UserId user, ReserveId staked, const exact::U256& amount)
{
    exact::U256& base = wallet(user, reserve(kBaseAsset));
    if (base < amount)
        return std::nullopt;
    const exact::U256 minted = amount * wad() / m_market->stakingRate.at(symbolOf(staked));
    base -= amount;
    wallet(user, staked) += minted;
    return minted;
}

std::optional<exact::U256> World::unstake(UserId user, ReserveId staked, const exact::U256& amount)
{
    exact::U256& source = wallet(user, staked);
    if (source < amount)
        return std::nullopt;
    const exact::U256 paid = amount * m_market->stakingRate.at(symbolOf(staked)) / wad();
    source -= amount;
    wallet(user, reserve(kBaseAsset)) += paid;
    return paid;
}

void World::loadReserve(const Json& json, ReserveId id)
{
    ReserveState state;
    state.liquidityIndex = number128(json.at("liquidityIndex"));
    state.variableBorrowIndex = number128(json.at("variableBorrowIndex"));
    state.rates = {number128(json.at("currentLiquidityRate")), number128(json.at("currentVariableBorrowRate"))};
    state.lastUpdate = static_cast<std::int64_t>(number64(json.at("lastUpdateTimestamp")));
    state.accruedToTreasury = number128(json.at("accruedToTreasuryScaled"));
    state.scaledSupply = number128(json.at("aTokenScaledTotalSupply"));
    state.scaledDebt = number128(json.at("variableDebtScaledTotalSupply"));
    state.available = number128(json.at("virtualUnderlyingBalance"));
    state.deficit = number128(json.at("deficit"));
    m_pool.restore(id, state);
    underlying(id) = number(json.at("underlyingBalance"));
}

void World::loadUser(const Json& json, const std::string& name)
{
    const UserId id = user(name);
    Account account;
    account.eMode = static_cast<std::uint8_t>(number64(json.at("eMode")));
    for (std::size_t i = 0; i < m_pool.state().reserves.size(); ++i)
        wallet(id, static_cast<ReserveId>(i)) = 0;
    for (const auto& [symbol, asset] : json.at("assets").items()) {
        const ReserveId r = reserve(symbol);
        account.positions[index(r)] = {number128(asset.at("aTokenScaled")), number128(asset.at("debtScaled"))};
        account.collateral.set(r, asset.at("usedAsCollateral").get<bool>());
        account.borrowing.set(r, asset.at("isBorrowing").get<bool>());
        wallet(id, r) = number(asset.at("wallet"));
    }
    m_pool.restore(id, account);
}

void World::load(const Json& initial, Checks& checks)
{
    checks.onlyKeys("initial", initial, {"timestamp", "prices", "reserves", "users"});
    m_pool.setTime(static_cast<std::int64_t>(number64(initial.at("timestamp"))));
    for (const auto& [symbol, price] : initial.at("prices").items())
        m_pool.setPrice(reserve(symbol), number128(price));
    for (const auto& [symbol, json] : initial.at("reserves").items())
        loadReserve(json, reserve(symbol));
    for (const auto& [name, json] : initial.at("users").items())
        loadUser(json, name);
}

} // namespace carry::aave::vectors
