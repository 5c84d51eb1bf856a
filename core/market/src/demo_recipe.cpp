// SPDX-License-Identifier: GPL-3.0-or-later
#include "demo_recipe.h"

#include <optional>
#include <stdexcept>

#define TOML_ASSERT(expression) static_cast<void>(0) // a defect is thrown, not aborted on
#include <toml++/toml.h>

namespace carry
{

namespace
{

using Node = toml::node_view<const toml::node>;

[[noreturn]] void refuse(std::string_view key)
{
    throw std::logic_error("demo recipe: missing or unusable: " + std::string(key));
}

template <class T> T need(Node parent, std::string_view key)
{
    const std::optional<T> value = parent[key].template value<T>();
    if (!value)
        refuse(key);
    return *value;
}

double number(Node parent, std::string_view key)
{
    return need<double>(parent, key);
}

std::size_t count(Node parent, std::string_view key)
{
    const auto value = need<std::int64_t>(parent, key);
    if (value <= 0)
        refuse(key);
    return static_cast<std::size_t>(value);
}

Time time(Node parent, std::string_view key)
{
    const auto value = need<toml::date_time>(parent, key);
    const std::chrono::year_month_day date{std::chrono::year{value.date.year}, std::chrono::month{value.date.month},
                                           std::chrono::day{value.date.day}};
    if (!date.ok())
        refuse(key);
    return std::chrono::sys_days{date} + std::chrono::hours{value.time.hour};
}

PerDemoCoin<double> perCoin(Node parent)
{
    PerDemoCoin<double> values{};
    for (std::size_t c = 0; c < kDemoCoins.size(); ++c)
        values[c] = number(parent, toText(kDemoCoins[c]));
    return values;
}

void readSpan(DemoRecipe& recipe, Node root)
{
    recipe.seed = need<std::uint64_t>(root, "seed");
    recipe.correlation = number(root, "correlation");
    recipe.first = time(root, "first_bar");
    const Duration span = time(root, "last_bar") + kHour - recipe.first;
    if (span <= Duration::zero() || span % kDay != Duration::zero())
        refuse("last_bar");
    recipe.days = static_cast<std::size_t>(span / kDay);
}

void readMarkets(DemoRecipe& recipe, Node root)
{
    for (std::size_t c = 0; c < kDemoCoins.size(); ++c) {
        const Node coin = root["coin"][toText(kDemoCoins[c])];
        recipe.coins[c] = {number(coin, "start"), number(coin, "spot_ticks"), number(coin, "perp_ticks")};
    }
    for (const Venue exchange : kExchanges) {
        const Node venue = root["venue"][toText(exchange)];
        recipe.venues[exchangeIndex(exchange)] = {number(venue, "noise_bp"), number(venue, "funding_offset_bp"),
                                                  number(venue, "open_jump_bp")};
    }
}

void readProtocols(DemoRecipe& recipe, Node root)
{
    for (std::size_t i = 0; i < kDemoLsts.size(); ++i) {
        const Node lst = root["lst"][kDemoLsts[i]];
        recipe.lsts[i] = {number(lst, "start"), number(lst, "apr")};
    }
    for (std::size_t i = 0; i < kDemoReserves.size(); ++i) {
        const Node reserve = root["reserve"][kDemoReserves[i]];
        recipe.reserves[i] = {number(reserve, "liquidity_index"), number(reserve, "borrow_index"),
                              number(reserve, "supplied"), number(reserve, "utilisation"),
                              number(reserve, "reserve_factor")};
    }
}

DemoRegime readRegime(Node node, Node root)
{
    DemoRegime regime;
    regime.name = need<std::string>(node, "name");
    regime.days = count(node, "days");
    regime.drift = perCoin(node["drift"]);
    regime.volatility = perCoin(node["volatility"]);
    regime.fundingBp = number(node, "funding_bp");
    regime.fundingSdBp = number(node, "funding_sd_bp");
    regime.basisBp = number(node, "basis_bp");
    regime.gasGwei = number(node, "gas_gwei");
    for (std::size_t i = 0; i < kDemoReserves.size(); ++i) {
        const std::string_view name = kDemoReserves[i];
        const auto own = node["borrow_apr"][name].value<double>();
        regime.borrowApr[i] = own ? *own : number(root["reserve"][name], "borrow_apr");
    }
    regime.pegBp = number(node, "peg_bp");
    regime.pegMoveBp = number(node, "peg_move_bp");
    return regime;
}

template <class Read> void eachOf(Node root, std::string_view key, Read read)
{
    const toml::array* items = root[key].as_array();
    if (items == nullptr || items->empty())
        refuse(key);
    for (const toml::node& item : *items)
        read(Node{item});
}

void readRegimes(DemoRecipe& recipe, Node root)
{
    std::size_t days = 0;
    eachOf(root, "regime", [&](Node node) {
        recipe.regimes.push_back(readRegime(node, root));
        days += recipe.regimes.back().days;
    });
    if (days != recipe.days)
        refuse("regime days");
}

//! A hole leaves bars on both sides, so that it lies inside its series.
void readHoles(DemoRecipe& recipe, Node root)
{
    eachOf(root, "hole", [&](Node node) {
        const auto venue = parseVenue(need<std::string>(node, "venue"));
        const Time from = time(node, "from");
        if (!venue || from <= recipe.first)
            refuse("hole");
        const DemoHole hole{*venue, static_cast<std::size_t>((from - recipe.first) / kHour), count(node, "hours")};
        if (hole.firstBar + hole.bars >= recipe.bars())
            refuse("hole");
        recipe.holes.push_back(hole);
    });
}

void readCosts(DemoRecipe& recipe, Node root)
{
    const toml::table* costs = root["cost"].as_table();
    if (costs == nullptr)
        refuse("cost");
    for (const auto& [pair, row] : *costs) {
        const Node cell{row};
        const auto low = cell[0].value<double>(), middle = cell[1].value<double>(), high = cell[2].value<double>();
        if (!low || !middle || !high)
            refuse("cost");
        recipe.costs[std::string(pair.str())] = {*low, *middle, *high};
    }
}

} // namespace

DemoRecipe readDemoRecipe(std::string_view text)
{
    const toml::table table = toml::parse(text, std::string_view("demo recipe"));
    const toml::node& top = table;
    const Node root{top};
    DemoRecipe recipe;
    readSpan(recipe, root);
    readMarkets(recipe, root);
    readProtocols(recipe, root);
    readRegimes(recipe, root);
    readHoles(recipe, root);
    readCosts(recipe, root);
    return recipe;
}

} // namespace carry
