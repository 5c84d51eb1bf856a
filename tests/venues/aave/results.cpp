// SPDX-License-Identifier: GPL-3.0-or-later
// Figures that the vectors state about a scenario as a whole.
#include "scenario.h"

#include <algorithm>
#include <stdexcept>

namespace carry::aave::vectors
{
namespace
{

const Json& argumentsOf(const TraceStep& step)
{
    return step.step->at("args");
}

std::string operationOf(const TraceStep& step)
{
    return step.step->at("op").get<std::string>();
}

bool isBranch(const TraceStep& step)
{
    return step.step->value("branch", false);
}

//! Whose position the scenario is about: the vault, or the only user.
std::string positionOwner(const Trace& trace)
{
    return trace.scenario->at("users").back().get<std::string>();
}

bool isOpening(const TraceStep& step)
{
    const std::string operation = operationOf(step);
    return step.ok && (operation == "leverMode2" || operation == "leverSimple" || operation == "leverLoop" ||
                       (operation == "flashLoan" && argumentsOf(step).contains("equity")));
}

//! The step after which the position stands: the atomic opening, or the last step of a sequence.
std::size_t openingOf(const Trace& trace)
{
    const auto found = std::find_if(trace.steps.begin(), trace.steps.end(), isOpening);
    return found == trace.steps.end() ? trace.steps.size() - 1 : static_cast<std::size_t>(found - trace.steps.begin());
}

const TraceStep* findStep(const Trace& trace, const std::string& operation)
{
    for (const TraceStep& step : trace.steps)
        if (operationOf(step) == operation)
            return &step;
    return nullptr;
}

//! The refused branch of `operation` and the accepted step behind it.
struct LimitPair {
    const TraceStep* refused = nullptr;
    const TraceStep* accepted = nullptr;
};

LimitPair findLimit(const Trace& trace, const std::string& operation)
{
    for (std::size_t i = 0; i + 1 < trace.steps.size(); ++i)
        if (isBranch(trace.steps[i]) && operationOf(trace.steps[i]) == operation)
            return {&trace.steps[i], &trace.steps[i + 1]};
    return {};
}

//! One round of stake, supply and borrow.
struct Iteration {
    const TraceStep* stake = nullptr;
    const TraceStep* supply = nullptr;
    const TraceStep* borrow = nullptr;
};

std::vector<Iteration> iterationsOf(const Trace& trace)
{
    std::vector<Iteration> iterations;
    for (std::size_t i = 0; i + 2 < trace.steps.size(); ++i)
        if (operationOf(trace.steps[i]) == "stake" && operationOf(trace.steps[i + 2]) == "borrow")
            iterations.push_back({&trace.steps[i], &trace.steps[i + 1], &trace.steps[i + 2]});
    return iterations;
}

//! What may be borrowed at `ltvBps` of the value of `supplied`, as the sequence was planned: rounded down three times.
exact::U256 plannedBorrow(const World& world, const exact::U256& supplied, std::uint64_t ltvBps)
{
    const auto price = [&](const std::string& symbol) {
        return exact::toU256(world.pool().reserve(world.reserve(symbol)).price);
    };
    const exact::U256 wad = exact::toU256(kWad);
    const exact::U256 value = supplied * price(kStakedAsset) / wad;
    return value * ltvBps / 10'000 * wad / price(kBaseAsset);
}

void checkIteration(const Json& expected, const Iteration& it, const std::string& owner, std::uint64_t ltvBps,
                    Checks& checks)
{
    checks.onlyKeys("perIteration", expected,
                    {"iteration", "staked", "weETH", "supplied", "borrowed", "collateralBase", "debtBase",
                     "healthFactor", "aWeETH", "debtWETH", "gas"});
    World world = it.borrow->after;
    const UserId user = world.user(owner);
    const AccountData data = world.pool().accountData(user);
    checks.equal("staked", expected.at("staked"), argumentsOf(*it.stake).at("amount"));
    checks.equal("weETH", expected.at("weETH"), exact::Answer(it.stake->returned));
    checks.equal("supplied", expected.at("supplied"), argumentsOf(*it.supply).at("amount"));
    checks.equal("borrowed", expected.at("borrowed"), plannedBorrow(world, number(expected.at("supplied")), ltvBps));
    checks.equal("collateralBase", expected.at("collateralBase"), data.collateral);
    checks.equal("debtBase", expected.at("debtBase"), data.debt);
    checks.equal("healthFactor", expected.at("healthFactor"), data.healthFactor);
    checks.equal("aWeETH", expected.at("aWeETH"), world.pool().supplyBalance(user, world.reserve(kStakedAsset)));
    checks.equal("debtWETH", expected.at("debtWETH"), world.pool().debtBalance(user, world.reserve(kBaseAsset)));
}

void checkSequence(const Trace& trace, const Json& result, Checks& checks)
{
    const auto iterations = iterationsOf(trace);
    const Json& expected = result.at("perIteration");
    checks.equal("iterations", result.at("iterations"), std::to_string(iterations.size()));
    checks.equal("perIteration", std::to_string(expected.size()), std::to_string(iterations.size()));
    exact::U256 borrowed = 0;
    for (std::size_t i = 0; i < std::min(iterations.size(), expected.size()); ++i) {
        checks.enter("result iteration " + std::to_string(i + 1));
        checkIteration(expected[i], iterations[i], positionOwner(trace), number64(result.at("ltvBps")), checks);
        borrowed += number(argumentsOf(*iterations[i].borrow).at("amount"));
    }
    checks.enter("result");
    checks.equal("totalBorrowed", result.at("totalBorrowed"), borrowed);
    if (!iterations.empty())
        checks.equal("equity", result.at("equity"), argumentsOf(*iterations[0].stake).at("amount"));
}

//! Transactions of the owner up to the opening.
std::string countTransactions(const Trace& trace)
{
    const std::string owner = trace.scenario->at("users").front().get<std::string>();
    const auto end = trace.steps.begin() + static_cast<std::ptrdiff_t>(openingOf(trace)) + 1;
    return std::to_string(std::count_if(trace.steps.begin(), end, [&](const TraceStep& step) {
        return step.ok && !isBranch(step) && argumentsOf(step).value("user", "") == owner;
    }));
}

void checkFinal(const Trace& trace, const Json& expected, Checks& checks)
{
    trace.steps[openingOf(trace)].after.compareAccount("final.", expected, positionOwner(trace),
                                                       trace.scenario->at("assets"), checks);
}

void checkLimit(const Trace& trace, const std::string& operation, const std::string& field, const Json& expected,
                Checks& checks)
{
    const LimitPair pair = findLimit(trace, operation);
    if (pair.accepted == nullptr || !pair.refused->limit)
        return checks.mismatch(field, text(expected), "no refused and accepted " + operation);
    checks.equal(field, expected, *pair.refused->limit);
    const Json& a = argumentsOf(*pair.accepted);
    checks.equal(field + " accepted", expected, a.contains("amount") ? a.at("amount") : a.at("amounts").at(0));
}

void checkLimits(const Trace& trace, const Json& result, Checks& checks)
{
    if (result.contains("maxBorrow"))
        checkLimit(trace, "borrow", "maxBorrow", result.at("maxBorrow"), checks);
    if (result.contains("maxWithdraw"))
        checkLimit(trace, "withdraw", "maxWithdraw", result.at("maxWithdraw"), checks);
    if (result.contains("maxFlash"))
        checkLimit(trace, "flashLoan", "maxFlash", result.at("maxFlash"), checks);
    const LimitPair borrow = findLimit(trace, "borrow");
    if (result.contains("accountAfterMaxBorrow") && borrow.accepted)
        borrow.accepted->after.compareAccount("accountAfterMaxBorrow.", result.at("accountAfterMaxBorrow"),
                                              positionOwner(trace), trace.scenario->at("assets"), checks);
    const LimitPair withdraw = findLimit(trace, "withdraw");
    if (result.contains("healthFactorAfterMaxWithdraw") && withdraw.accepted) {
        World world = withdraw.accepted->after;
        const AccountData data = world.pool().accountData(world.user(positionOwner(trace)));
        checks.equal("healthFactorAfterMaxWithdraw", result.at("healthFactorAfterMaxWithdraw"), data.healthFactor);
    }
}

const Trace* withOperation(const std::vector<Trace>& traces, const std::string& operation)
{
    for (const Trace& trace : traces)
        if (findStep(trace, operation) != nullptr)
            return &trace;
    return nullptr;
}

const Trace* withResult(const std::vector<Trace>& traces, const std::string& key)
{
    for (const Trace& trace : traces)
        if (trace.scenario->contains("result") && trace.scenario->at("result").contains(key))
            return &trace;
    return nullptr;
}

//! The position of an account without a contract of its own: one flash loan with equity, and no search for the limit.
const Trace* ownedDirectly(const std::vector<Trace>& traces)
{
    for (const Trace& trace : traces) {
        const TraceStep& opening = trace.steps[openingOf(trace)];
        if (operationOf(opening) == "flashLoan" && isOpening(opening) &&
            !trace.scenario->at("result").contains("maxFlash"))
            return &trace;
    }
    return nullptr;
}

void checkSection(const std::string& name, const Json& section, const Trace* trace, Checks& checks)
{
    checks.enter(name);
    checks.onlyKeys("", section,
                    {"transactions", "gas", "final", "vaultDeployGas", "totalGas", "openGas", "positionOf",
                     "ownerWETHAfter", "returned", "maxFlash"});
    if (trace == nullptr)
        return checks.mismatch(name, "its scenario", "no scenario of that kind");
    if (section.contains("transactions"))
        checks.equal("transactions", section.at("transactions"), countTransactions(*trace));
    if (section.contains("positionOf"))
        checks.equal("positionOf", section.at("positionOf"), positionOwner(*trace));
    if (section.contains("final"))
        checkFinal(*trace, section.at("final"), checks);
    if (section.contains("maxFlash"))
        checkLimit(*trace, "flashLoan", "maxFlash", section.at("maxFlash"), checks);
    const TraceStep* closing = findStep(*trace, "delever");
    if (section.contains("returned") && closing)
        checks.equal("returned", section.at("returned"), exact::Answer(closing->returned));
    if (section.contains("ownerWETHAfter") && closing) {
        World world = closing->after;
        const UserId owner = world.user(argumentsOf(*closing).at("user").get<std::string>());
        checks.equal("ownerWETHAfter", section.at("ownerWETHAfter"), world.walletOf(owner, world.reserve(kBaseAsset)));
    }
}

} // namespace

void checkResult(const Trace& trace, Checks& checks)
{
    if (!trace.scenario->contains("result"))
        return;
    const Json& result = trace.scenario->at("result");
    checks.enter(trace.scenario->at("scenario").get<std::string>() + " result");
    checks.onlyKeys("", result,
                    {"ok", "reverted", "vaultDeployGas", "transactions", "totalGas", "openGas", "final", "maxFlash",
                     "maxBorrow", "accountAfterMaxBorrow", "maxWithdraw", "healthFactorAfterMaxWithdraw", "equity",
                     "iterations", "ltvBps", "totalBorrowed", "perIteration"});
    const auto accepted =
        std::count_if(trace.steps.begin(), trace.steps.end(), [](const TraceStep& s) { return s.ok; });
    if (result.contains("ok"))
        checks.equal("ok", result.at("ok"), std::to_string(accepted));
    if (result.contains("reverted"))
        checks.equal("reverted", result.at("reverted"),
                     std::to_string(trace.steps.size() - static_cast<std::size_t>(accepted)));
    if (result.contains("transactions"))
        checks.equal("transactions", result.at("transactions"), countTransactions(trace));
    if (result.contains("final"))
        checkFinal(trace, result.at("final"), checks);
    checkLimits(trace, result, checks);
    if (result.contains("perIteration"))
        checkSequence(trace, result, checks);
}

void checkLeverageSummary(const Json& summary, const std::vector<Trace>& traces, Checks& checks)
{
    const Trace* sequence = withResult(traces, "perIteration");
    const std::map<std::string, const Trace*> sections = {
        {"sequential", sequence},
        {"atomicFlashLoanSimple", withOperation(traces, "leverSimple")},
        {"atomicDelever", withOperation(traces, "delever")},
        {"atomicFlashLoanMode2", withOperation(traces, "leverMode2")},
        {"loopInOneTransaction", withOperation(traces, "leverLoop")},
        {"atomicEoaOwnedMode2", ownedDirectly(traces)},
        {"maxLeverage", withResult(traces, "maxFlash")},
    };
    for (const auto& [key, value] : summary.items()) {
        checks.enter("summary");
        if (const auto found = sections.find(key); found != sections.end())
            checkSection(key, value, found->second, checks);
        else if (sequence == nullptr)
            checks.mismatch(key, text(value), "no sequential scenario");
        else if (key == "equity" || key == "iterations" || key == "ltvBps")
            checks.equal(key, value, sequence->scenario->at("result").at(key));
        else if (key == "flashAmount")
            checks.equal(key, value, sequence->scenario->at("result").at("totalBorrowed"));
        else
            checks.mismatch(key, "a known field", "an unknown one");
    }
}

} // namespace carry::aave::vectors
