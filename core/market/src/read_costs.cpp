// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats.h"
#include "symbols.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace carry
{
namespace
{

using Json = nlohmann::json;

constexpr std::array<std::pair<const char*, double CostRow::*>, 3> kSizes{
    {{"10k", &CostRow::upTo10k}, {"100k", &CostRow::upTo100k}, {"1m", &CostRow::above}}};

//! "ETH_USDT" and "ETH/USDT" are "ETH/USDT"; "BTCUSDT-PERP" is "BTC perp".
std::string costKey(std::string_view pair)
{
    if (pair.ends_with("-PERP")) {
        const auto symbol = pair.substr(0, pair.size() - 5);
        const auto asset = assetOfSymbol(symbol);
        return std::string(asset ? toText(*asset) : symbol) + " perp";
    }
    std::string key{pair};
    std::replace(key.begin(), key.end(), '_', '/');
    return key;
}

Error costError(const Document& document, const std::string& column, const std::string& found)
{
    return Error(ErrorCode::DataNumber)
        .with("file", document.name)
        .with("line", 1)
        .with("column", column)
        .with("found", found);
}

//! A wrong value for an error. What is nested may be so deep that writing it would exhaust the stack.
std::string told(const Json& value)
{
    return value.is_structured() ? std::string(value.type_name()) : value.dump();
}

//! The basis points of one size: a number, or one per date, of which the latest counts.
Result<double> costOf(const Document& document, const std::string& column, const Json& node, Harvest& harvest)
{
    const Json* latest = &node;
    if (node.is_object() && !node.empty())
        latest = &node.rbegin().value(); // keys are sorted, so the last one is the latest date
    if (!latest->is_number() || latest->get<double>() < 0)
        return fail(costError(document, column, told(*latest)));
    if (node.is_object()) {
        const auto others =
            std::count_if(node.begin(), node.end(), [&](const Json& value) { return value != *latest; });
        if (others > 0) {
            Finding finding;
            finding.kind = FindingKind::Ignored;
            finding.severity = FindingSeverity::Warning;
            finding.rule = QualityRule::SkipFile;
            finding.file = document.index;
            finding.series = kCostSeries;
            finding.count = static_cast<std::uint64_t>(others);
            finding.detail = column + ": the value of " + node.rbegin().key() + " is used, other dates differ";
            harvest.findings.push_back(std::move(finding));
        }
    }
    return latest->get<double>();
}

Json parsed(const Document& document)
{
    return Json::parse(document.text(), nullptr, /*allow_exceptions=*/false);
}

} // namespace

bool isCostLookup(const Json& root)
{
    return root.is_object() && !root.empty() && std::all_of(root.begin(), root.end(), [](const Json& pair) {
               return pair.is_object() && std::all_of(kSizes.begin(), kSizes.end(),
                                                      [&](const auto& size) { return pair.contains(size.first); });
           });
}

Result<std::vector<Claim>> claimCosts(const Document&, const Format&)
{
    return oneClaim(std::string(kCostSeries));
}

Result<void> readCosts(const Document& document, const Format&, Harvest& harvest)
{
    const Json root = parsed(document);
    for (const auto& [pair, sizes] : root.items()) {
        CostRow row;
        for (const auto& [size, field] : kSizes) {
            auto cost = costOf(document, pair + " " + size, sizes.at(size), harvest);
            if (!cost)
                return fail(std::move(cost.error()));
            row.*field = *cost;
        }
        harvest.costs[costKey(pair)] = row;
    }
    return {};
}

} // namespace carry
