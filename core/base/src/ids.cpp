// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/ids.h"

namespace carry
{
namespace
{
constexpr std::array<std::string_view, kVenueCount> kVenueText{"wallet",  "binance", "bybit",   "okx", "chain",
                                                               "outside", "aave_v3", "etherfi", "lido"};
constexpr std::array<std::string_view, kVenueCount> kVenueNames{"Wallet",  "Binance", "Bybit",   "OKX", "Chain",
                                                                "Outside", "Aave V3", "EtherFi", "Lido"};
constexpr std::array<std::string_view, kAssetCount> kAssetText{"USDT", "BTC", "ETH", "weETH", "wstETH"};
} // namespace

std::string_view toText(Venue venue)
{
    return kVenueText[static_cast<std::size_t>(venue)];
}
std::string_view displayName(Venue venue)
{
    return kVenueNames[static_cast<std::size_t>(venue)];
}
std::string_view toText(Asset asset)
{
    return kAssetText[static_cast<std::size_t>(asset)];
}
std::string_view toText(Product product)
{
    return product == Product::Spot ? "spot" : "perp";
}
std::string_view toText(Side side)
{
    return side == Side::Buy ? "BUY" : "SELL";
}

std::optional<Venue> parseVenue(std::string_view text)
{
    for (std::size_t i = 0; i < kVenueText.size(); ++i)
        if (kVenueText[i] == text)
            return static_cast<Venue>(i);
    return std::nullopt;
}

std::optional<Asset> parseAsset(std::string_view text)
{
    for (std::size_t i = 0; i < kAssetText.size(); ++i)
        if (kAssetText[i] == text)
            return static_cast<Asset>(i);
    return std::nullopt;
}

} // namespace carry
