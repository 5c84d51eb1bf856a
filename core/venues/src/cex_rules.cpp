// SPDX-License-Identifier: GPL-3.0-or-later
#include "venues/cex_rules.h"

#include <charconv>
#include <cmath>

namespace carry
{
namespace
{

std::optional<double> readNumber(std::string_view text)
{
    double value = 0;
    const auto r = std::from_chars(text.data(), text.data() + text.size(), value);
    if (r.ec != std::errc() || r.ptr != text.data() + text.size() || !std::isfinite(value))
        return std::nullopt;
    return value;
}

} // namespace

Result<MarginTiers> MarginTiers::parse(std::string_view key, std::string_view text, double maxRate)
{
    const auto refuse = [&](std::string why) {
        return fail(Error(ErrorCode::ConfMargin).with("key", std::string(key)).with("found", std::move(why)));
    };
    MarginTiers tiers;
    tiers.m_tiers.clear();
    while (!text.empty()) {
        const auto comma = text.find(',');
        const auto entry = text.substr(0, comma);
        text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
        const auto colon = entry.find(':');
        if (colon == std::string_view::npos)
            return refuse("'" + std::string(entry) + "' lacks a colon");
        const auto from = readNumber(entry.substr(0, colon));
        const auto rate = readNumber(entry.substr(colon + 1));
        if (!from || !rate)
            return refuse("'" + std::string(entry) + "' is not notional:rate");
        if (*rate <= 0 || *rate > maxRate)
            return refuse("maintenance rate " + std::string(entry.substr(colon + 1)) +
                          " is not above 0 and at most the initial margin");
        Tier tier{*from, *rate, 0};
        if (tiers.m_tiers.empty()) {
            if (*from != 0)
                return refuse("the first tier must start at 0");
        } else {
            const Tier& below = tiers.m_tiers.back();
            if (tier.from <= below.from || tier.rate < below.rate)
                return refuse("tiers do not rise");
            tier.deduction = below.deduction + tier.from * (tier.rate - below.rate);
        }
        tiers.m_tiers.push_back(tier);
    }
    if (tiers.m_tiers.empty())
        return refuse("no tiers");
    return tiers;
}

double SlippageModel::bps(Product product, double notional) const
{
    if (!enabled)
        return 0;
    const CostRow& row = product == Product::Spot ? spot : perp;
    return notional <= 10'000 ? row.upTo10k : notional <= 100'000 ? row.upTo100k : row.above;
}

Decimal CexRules::hedgeLot(Venue venue) const
{
    const auto okxContract = at(Venue::Okx).instrument.contractValue;
    return std::max({lot(venue, Product::Spot), lot(venue, Product::Perp), okxContract});
}

Decimal CexRules::lot(Venue venue, Product product) const
{
    const InstrumentRules& rules = at(venue).instrument;
    if (product == Product::Spot)
        return rules.spotLot;
    return std::max(rules.perpLot, rules.contractValue);
}

double CexRules::fillPrice(Venue venue, Product product, Side side, double mid, double quantity) const
{
    const double share = slippage.bps(product, mid * quantity) * 1e-4;
    const double price = side == Side::Buy ? mid * (1 + share) : mid * (1 - share);
    const InstrumentRules& rules = at(venue).instrument;
    const double tick = product == Product::Spot ? rules.spotTick : rules.perpTick;
    if (rounding == RoundingMode::None || tick <= 0 || share == 0)
        return price;
    // A hair of tolerance keeps a price that already lies on the tick from moving a whole one.
    constexpr double kHair = 1e-9;
    return side == Side::Buy ? std::ceil(price / tick - kHair) * tick : std::floor(price / tick + kHair) * tick;
}

} // namespace carry
