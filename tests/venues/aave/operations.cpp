// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations.h"

#include <functional>

namespace carry::aave::vectors
{
namespace
{

const std::set<std::string> kWords = {
    "user",       "asset",        "amount", "onBehalfOf",  "rateMode",      "to",      "category", "enabled",
    "liquidator", "collateral",   "debt",   "debtToCover", "receiveAToken", "assets",  "amounts",  "rateModes",
    "receiver",   "receiverMode", "equity", "vault",       "flash",         "borrows", "spender",  "spenderToken",
    "price",      "fn",           "args"};

Json eventJson(const World& world, const Event& e)
{
    const std::string reserve = world.symbolOf(e.reserve);
    const std::string user = world.nameOf(e.user);
    const std::string other = world.nameOf(e.other);
    const std::string amount = text(e.amount);
    const std::string mode = std::to_string(e.mode);
    switch (e.kind) {
    case EventKind::Supply:
        return {{"event", "Supply"},   {"reserve", reserve}, {"user", user},
                {"onBehalfOf", other}, {"amount", amount},   {"referralCode", "0"}};
    case EventKind::Withdraw:
        return {{"event", "Withdraw"}, {"reserve", reserve}, {"user", user}, {"to", other}, {"amount", amount}};
    case EventKind::Borrow:
        return {{"event", "Borrow"},
                {"reserve", reserve},
                {"user", user},
                {"onBehalfOf", other},
                {"amount", amount},
                {"interestRateMode", mode},
                {"borrowRate", text(e.second)},
                {"referralCode", "0"}};
    case EventKind::Repay:
        return {{"event", "Repay"}, {"reserve", reserve}, {"user", user},
                {"repayer", other}, {"amount", amount},   {"useATokens", e.flag}};
    case EventKind::CollateralEnabled:
        return {{"event", "ReserveUsedAsCollateralEnabled"}, {"reserve", reserve}, {"user", user}};
    case EventKind::CollateralDisabled:
        return {{"event", "ReserveUsedAsCollateralDisabled"}, {"reserve", reserve}, {"user", user}};
    case EventKind::UserEModeSet:
        return {{"event", "UserEModeSet"}, {"user", user}, {"categoryId", mode}};
    case EventKind::FlashLoan:
        return {{"event", "FlashLoan"}, {"target", other},          {"initiator", user},         {"asset", reserve},
                {"amount", amount},     {"interestRateMode", mode}, {"premium", text(e.second)}, {"referralCode", "0"}};
    case EventKind::MintedToTreasury:
        return {{"event", "MintedToTreasury"}, {"reserve", reserve}, {"amountMinted", amount}};
    case EventKind::DeficitCreated:
        return {{"event", "DeficitCreated"}, {"user", user}, {"debtAsset", reserve}, {"amountCreated", amount}};
    case EventKind::LiquidationCall:
        return {{"event", "LiquidationCall"},
                {"collateralAsset", reserve},
                {"debtAsset", world.symbolOf(e.debtReserve)},
                {"user", user},
                {"debtToCover", amount},
                {"liquidatedCollateralAmount", text(e.second)},
                {"liquidator", other},
                {"receiveAToken", e.flag}};
    }
    return {};
}

RateMode rateMode(const Json& arguments)
{
    return static_cast<RateMode>(arguments.contains("rateMode") ? number64(arguments.at("rateMode")) : 2);
}

UserId userOf(Transaction& t, const Json& arguments, const char* key)
{
    return t.world().user(arguments.at(key).get<std::string>());
}

UserId onBehalfOf(Transaction& t, const Json& arguments)
{
    return userOf(t, arguments, arguments.contains("onBehalfOf") ? "onBehalfOf" : "user");
}

ReserveId assetOf(Transaction& t, const Json& arguments, const char* key = "asset")
{
    return t.world().reserve(arguments.at(key).get<std::string>());
}

void runSupply(Transaction& t, const Json& a)
{
    t.take(t.pool().supply(userOf(t, a, "user"), assetOf(t, a), amountOf(a.at("amount")), onBehalfOf(t, a)));
}

void runWithdraw(Transaction& t, const Json& a)
{
    const Outcome& done = t.take(t.pool().withdraw(userOf(t, a, "user"), assetOf(t, a), amountOf(a.at("amount"))));
    t.result().returned = exact::toU256(done.amount);
}

void runBorrow(Transaction& t, const Json& a)
{
    t.take(
        t.pool().borrow(userOf(t, a, "user"), assetOf(t, a), amountOf(a.at("amount")), rateMode(a), onBehalfOf(t, a)));
}

void runRepay(Transaction& t, const Json& a)
{
    const Outcome& done = t.take(
        t.pool().repay(userOf(t, a, "user"), assetOf(t, a), amountOf(a.at("amount")), rateMode(a), onBehalfOf(t, a)));
    t.result().returned = exact::toU256(done.amount);
}

void runRepayWithATokens(Transaction& t, const Json& a)
{
    const Outcome& done =
        t.take(t.pool().repayWithATokens(userOf(t, a, "user"), assetOf(t, a), amountOf(a.at("amount"))));
    t.result().returned = exact::toU256(done.amount);
}

void runTransfer(Transaction& t, const Json& a)
{
    t.take(t.pool().transferAToken(userOf(t, a, "user"), userOf(t, a, "to"), assetOf(t, a), amountOf(a.at("amount"))));
}

void runDelegation(Transaction& t, const Json& a)
{
    t.take(
        t.pool().approveDelegation(userOf(t, a, "user"), userOf(t, a, "to"), assetOf(t, a), amountOf(a.at("amount"))));
}

void runSetCollateral(Transaction& t, const Json& a)
{
    t.take(t.pool().setCollateral(userOf(t, a, "user"), assetOf(t, a), a.at("enabled").get<bool>()));
}

void runSetEMode(Transaction& t, const Json& a)
{
    t.take(t.pool().setUserEMode(userOf(t, a, "user"), static_cast<std::uint8_t>(number64(a.at("category")))));
}

void runLiquidate(Transaction& t, const Json& a)
{
    Pool::Liquidation call;
    call.liquidator = userOf(t, a, "liquidator");
    call.user = userOf(t, a, "user");
    call.collateral = assetOf(t, a, "collateral");
    call.debt = assetOf(t, a, "debt");
    call.debtToCover = amountOf(a.at("debtToCover"));
    call.receiveATokens = a.value("receiveAToken", false);
    t.take(t.pool().liquidate(call));
}

void runMintToTreasury(Transaction& t, const Json& a)
{
    std::vector<ReserveId> reserves;
    for (const Json& symbol : a.at("assets"))
        reserves.push_back(t.world().reserve(symbol.get<std::string>()));
    t.take(t.pool().mintToTreasury(reserves));
}

void runStake(Transaction& t, const Json& a)
{
    t.result().returned = t.world().stake(userOf(t, a, "user"), assetOf(t, a), number(a.at("amount")));
    t.require(t.result().returned.has_value(), {"empty", "", {}});
}

void runSetPrice(Transaction& t, const Json& a)
{
    t.pool().setPrice(assetOf(t, a), number128(a.at("price")));
}

using Run = void (*)(Transaction&, const Json&);

const std::map<std::string, Run>& operations()
{
    static const std::map<std::string, Run> table = {
        {"supply", runSupply},
        {"withdraw", runWithdraw},
        {"borrow", runBorrow},
        {"repay", runRepay},
        {"repayWithATokens", runRepayWithATokens},
        {"transferAToken", runTransfer},
        {"approveDelegation", runDelegation},
        {"setCollateral", runSetCollateral},
        {"setUserEMode", runSetEMode},
        {"liquidate", runLiquidate},
        {"mintToTreasury", runMintToTreasury},
        {"stake", runStake},
        {"setPrice", runSetPrice},
        {"flashLoan", runFlashLoan},
        {"flashLoanSimple", runFlashLoanSimple},
        {"leverMode2", runLeverMode2},
        {"leverSimple", runLeverSimple},
        {"leverLoop", runLeverLoop},
        {"delever", runDelever},
        {"approve", [](Transaction&, const Json&) {}}, // token allowances are not modelled
        {"mine", [](Transaction&, const Json&) {}},
    };
    return table;
}

} // namespace

const Outcome& Transaction::take(const Done& done)
{
    if (!done)
        throw failure(done.error());
    m_last = *done;
    for (const TokenMove& move : done->moves)
        require(m_world.book(move), {"empty", "", {}});
    for (const Event& event : done->events)
        m_result.events.push_back(eventJson(m_world, event));
    return m_last;
}

void Transaction::require(bool condition, Failure failure) const
{
    if (!condition)
        throw failure;
}

StepResult runStep(World& world, const std::string& operation, const Json& arguments)
{
    for (const auto& [key, value] : arguments.items())
        if (!kWords.contains(key))
            return {{}, {}, {}, "argument " + key};
    Transaction t(world);
    try {
        if (operation == "config") {
            if (!runConfig(t, arguments))
                t.result().unknown = "config " + arguments.value("fn", "?");
        } else if (const auto found = operations().find(operation); found != operations().end()) {
            found->second(t, arguments);
        } else {
            t.result().unknown = "operation " + operation;
        }
        return t.result();
    } catch (const Failure& failed) {
        t.rollBack();
        return {failed, Json::array(), {}, {}};
    }
}

} // namespace carry::aave::vectors
