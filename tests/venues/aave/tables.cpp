// SPDX-License-Identifier: GPL-3.0-or-later
// The tables of arithmetic and of rates, and the state after listing.
#include "scenario.h"

namespace carry::aave::vectors
{
namespace
{

using exact::Answer;
using exact::U256;
using Wide256 = Answer (*)(const U256&, const U256&);
using Narrow = U128 (*)(U128, U128);

//! A function of two operands: on 256 bits, and on 128 where it is used there.
struct Binary {
    const char* name;
    const char* first;
    const char* second;
    Wide256 wide;
    Narrow narrow;
};

constexpr Binary kBinary[] = {
    {"rayMul", "a", "b", exact::rayMul, rayMul},
    {"rayDiv", "a", "b", exact::rayDiv, rayDiv},
    {"wadMul", "a", "b", exact::wadMul, wadMul},
    {"wadDiv", "a", "b", exact::wadDiv, wadDiv},
    {"rayMulFloor", "a", "b", exact::rayMulFloor, rayMulFloor},
    {"rayMulCeil", "a", "b", exact::rayMulCeil, rayMulCeil},
    {"rayDivFloor", "a", "b", exact::rayDivFloor, rayDivFloor},
    {"rayDivCeil", "a", "b", exact::rayDivCeil, rayDivCeil},
    {"percentMul", "value", "bps", exact::percentMul, percentMul},
    {"percentDiv", "value", "bps", exact::percentDiv, percentDiv},
    {"percentMulFloor", "value", "bps", exact::percentMulFloor, percentMulFloor},
    {"percentMulCeil", "value", "bps", exact::percentMulCeil, percentMulCeil},
    {"percentDivCeil", "value", "bps", exact::percentDivCeil, percentDivCeil},
    {"linear", "ratePerYearRay", "dt",
     [](const U256& rate, const U256& dt) { return exact::linearInterest(rate, static_cast<std::uint64_t>(dt)); },
     [](U128 rate, U128 dt) { return linearInterest(rate, static_cast<std::uint64_t>(dt)); }},
    {"compounded", "ratePerYearRay", "dt",
     [](const U256& rate, const U256& dt) { return exact::compoundedInterest(rate, static_cast<std::uint64_t>(dt)); },
     [](U128 rate, U128 dt) { return compoundedInterest(rate, static_cast<std::uint64_t>(dt)); }},
};

//! The 128-bit path must answer the same, or refuse where the answer or an operand is wider.
void checkNarrow(const Binary& function, const Json& row, Checks& checks)
{
    const auto a = exact::toU128(number(row.at(function.first)));
    const auto b = exact::toU128(number(row.at(function.second)));
    if (!a || !b)
        return;
    const Json& out = row.at("out");
    const bool fits = !out.is_null() && exact::toU128(number(out)).has_value();
    Answer found;
    try {
        found = exact::toU256(function.narrow(*a, *b));
    } catch (const MathOverflow&) {
    }
    checks.equal("128-bit out", fits ? text(out) : std::string("null"), text(found));
}

void checkBinary(const Binary& function, const Json& rows, Checks& checks)
{
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const Json& row = rows[i];
        checks.enter(function.name + (" row " + std::to_string(i)));
        checks.onlyKeys("", row, {function.first, function.second, "out"});
        checks.equal("out", row.at("out"),
                     function.wide(number(row.at(function.first)), number(row.at(function.second))));
        checkNarrow(function, row, checks);
    }
}

void checkUnary(const std::string& name, const Json& rows, Answer (*function)(const U256&), Checks& checks)
{
    for (std::size_t i = 0; i < rows.size(); ++i) {
        checks.enter(name + " row " + std::to_string(i));
        checks.onlyKeys("", rows[i], {"a", "out"});
        checks.equal("out", rows[i].at("out"), function(number(rows[i].at("a"))));
    }
}

} // namespace

void checkMath(const Json& file, Checks& checks)
{
    std::size_t rows = 0;
    for (const auto& [name, table] : file.items()) {
        if (!table.is_array())
            continue;
        rows += table.size();
        const auto* found = std::find_if(std::begin(kBinary), std::end(kBinary),
                                         [&, key = name](const Binary& f) { return key == f.name; });
        if (found != std::end(kBinary))
            checkBinary(*found, table, checks);
        else if (name == "rayToWad")
            checkUnary(name, table, exact::rayToWad, checks);
        else if (name == "wadToRay")
            checkUnary(name, table, exact::wadToRay, checks);
        else
            checks.mismatch(name, "a known table", "an unknown one");
    }
    checks.enter("file");
    if (file.contains("count"))
        checks.equal("count", file.at("count"), std::to_string(rows));
}

void checkRates(const Json& file, Checks& checks)
{
    const Json& rows = file.at("rows");
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const Json& row = rows[i];
        checks.enter("row " + std::to_string(i));
        checks.onlyKeys("", row,
                        {"asset", "totalVariableDebt", "availableLiquidity", "liquidityAdded", "liquidityTaken",
                         "unbackedOrDeficit", "optimalUsageRatio", "baseVariableBorrowRate", "variableRateSlope1",
                         "variableRateSlope2", "reserveFactorBps", "variableBorrowRate", "liquidityRate"});
        const auto at = [&](const char* key) { return number128(row.at(key)); };
        const RateCurve curve{at("optimalUsageRatio"), at("baseVariableBorrowRate"), at("variableRateSlope1"),
                              at("variableRateSlope2")};
        const U128 available = at("availableLiquidity") + at("liquidityAdded") - at("liquidityTaken");
        const Rates rates = calculateRates(curve, {at("totalVariableDebt"), available, at("unbackedOrDeficit"),
                                                   static_cast<std::uint16_t>(at("reserveFactorBps"))});
        checks.equal("variableBorrowRate", row.at("variableBorrowRate"), rates.variableBorrow);
        checks.equal("liquidityRate", row.at("liquidityRate"), rates.liquidity);
    }
    checks.enter("file");
    if (file.contains("count"))
        checks.equal("count", file.at("count"), std::to_string(rows.size()));
}

void checkMarket(const Market& market, Checks& checks)
{
    checks.enter("initial");
    if (!market.source.contains("initial"))
        return;
    World world(market);
    const Json& initial = market.source.at("initial");
    world.pool().setTime(static_cast<std::int64_t>(number64(initial.at("timestamp"))));
    world.compare(initial, Json::array(), checks);
}

} // namespace carry::aave::vectors
