// SPDX-License-Identifier: GPL-3.0-or-later
// Whole states of the vectors against the model.
#include "world.h"

namespace carry::aave::vectors
{

void World::compareReserve(const std::string& field, const Json& expected, ReserveId id, Checks& checks) const
{
    const ReserveState& r = m_pool.reserve(id).state;
    const std::map<std::string, std::string> found = {
        {"liquidityIndex", text(r.liquidityIndex)},
        {"variableBorrowIndex", text(r.variableBorrowIndex)},
        {"currentLiquidityRate", text(r.rates.liquidity)},
        {"currentVariableBorrowRate", text(r.rates.variableBorrow)},
        {"lastUpdateTimestamp", std::to_string(r.lastUpdate)},
        {"accruedToTreasuryScaled", text(r.accruedToTreasury)},
        {"normalizedIncome", text(m_pool.normalizedIncome(id))},
        {"normalizedVariableDebt", text(m_pool.normalizedVariableDebt(id))},
        {"underlyingBalance", text(underlyingOf(id))},
        {"aTokenScaledTotalSupply", text(r.scaledSupply)},
        {"aTokenTotalSupply", text(m_pool.totalSupply(id))},
        {"variableDebtScaledTotalSupply", text(r.scaledDebt)},
        {"variableDebtTotalSupply", text(m_pool.totalDebt(id))},
        {"virtualUnderlyingBalance", text(r.available)},
        {"deficit", text(r.deficit)},
    };
    for (const auto& [key, value] : expected.items()) {
        const auto ours = found.find(key);
        if (ours == found.end())
            checks.mismatch(field + key, "a known field", "an unknown one");
        else
            checks.equal(field + key, text(value), ours->second);
    }
}

void World::compareAsset(const std::string& field, const Json& expected, UserId user, ReserveId id,
                         Checks& checks) const
{
    const Account& account = m_pool.account(user);
    const Position& position = account.positions[index(id)];
    checks.onlyKeys(field, expected,
                    {"wallet", "aTokenScaled", "aToken", "debtScaled", "debt", "usedAsCollateral", "isBorrowing"});
    // An asset that is not listed is one of which the user has nothing.
    const auto value = [&](const char* key, const char* none) {
        return expected.contains(key) ? text(expected.at(key)) : std::string(none);
    };
    checks.equal(field + "wallet", value("wallet", "0"), text(walletOf(user, id)));
    checks.equal(field + "aTokenScaled", value("aTokenScaled", "0"), text(position.supply));
    checks.equal(field + "aToken", value("aToken", "0"), text(m_pool.supplyBalance(user, id)));
    checks.equal(field + "debtScaled", value("debtScaled", "0"), text(position.debt));
    checks.equal(field + "debt", value("debt", "0"), text(m_pool.debtBalance(user, id)));
    checks.equal(field + "usedAsCollateral", value("usedAsCollateral", "false"), text(account.collateral.has(id)));
    checks.equal(field + "isBorrowing", value("isBorrowing", "false"), text(account.borrowing.has(id)));
}

void World::compareAccount(const std::string& field, const Json& expected, const std::string& name, const Json& assets,
                           Checks& checks) const
{
    const auto known = m_users.find(name);
    if (known == m_users.end())
        return checks.mismatch(field, "a user", "nobody of that name");
    const UserId user = known->second;
    checks.onlyKeys(field, expected,
                    {"eMode", "totalCollateralBase", "totalDebtBase", "availableBorrowsBase",
                     "currentLiquidationThreshold", "ltv", "healthFactor", "assets"});
    const AccountData data = m_pool.accountData(user);
    checks.equal(field + "eMode", expected.at("eMode"), U128(m_pool.account(user).eMode));
    checks.equal(field + "totalCollateralBase", expected.at("totalCollateralBase"), data.collateral);
    checks.equal(field + "totalDebtBase", expected.at("totalDebtBase"), data.debt);
    checks.equal(field + "availableBorrowsBase", expected.at("availableBorrowsBase"), data.availableBorrows);
    checks.equal(field + "currentLiquidationThreshold", expected.at("currentLiquidationThreshold"),
                 U128(data.thresholdBps));
    checks.equal(field + "ltv", expected.at("ltv"), U128(data.ltvBps));
    checks.equal(field + "healthFactor", expected.at("healthFactor"), data.healthFactor);
    const Json& held = expected.at("assets");
    for (const auto& [symbol, asset] : held.items())
        compareAsset(field + symbol + ".", asset, user, reserve(symbol), checks);
    for (const Json& symbol : assets)
        if (!held.contains(symbol.get<std::string>()))
            compareAsset(field + symbol.get<std::string>() + ".", Json::object(), user,
                         reserve(symbol.get<std::string>()), checks);
}

void World::compare(const Json& state, const Json& assets, Checks& checks) const
{
    checks.onlyKeys("state", state, {"timestamp", "prices", "reserves", "users"});
    checks.equal("timestamp", state.at("timestamp"), std::to_string(m_pool.now()));
    for (const auto& [symbol, price] : state.at("prices").items())
        checks.equal("prices." + symbol, price, m_pool.reserve(reserve(symbol)).price);
    for (const auto& [symbol, expected] : state.at("reserves").items())
        compareReserve("reserves." + symbol + ".", expected, reserve(symbol), checks);
    for (const auto& [name, expected] : state.at("users").items())
        compareAccount("users." + name + ".", expected, name, assets, checks);
}

} // namespace carry::aave::vectors
