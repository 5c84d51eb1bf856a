// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace carry
{

//! Where something is held or traded. Values are stored in databases: append only.
enum class Venue : std::uint8_t {
    Wallet = 0,
    Binance = 1,
    Bybit = 2,
    Okx = 3,
    Chain = 4, //!< in flight
    Outside = 5,
    AaveV3 = 6,
    EtherFi = 7,
    Lido = 8,
};
inline constexpr std::size_t kVenueCount = 9;
inline constexpr std::array kExchanges{Venue::Binance, Venue::Bybit, Venue::Okx};
inline constexpr std::size_t kExchangeCount = kExchanges.size();

//! Tokens. Values are stored in databases: append only.
//! WETH is ETH here: wrapping is one to one and part of the operation that needs it.
enum class Asset : std::uint8_t { USDT = 0, BTC = 1, ETH = 2, weETH = 3, wstETH = 4 };
inline constexpr std::size_t kAssetCount = 5;
//! A staked token that grows against ETH.
constexpr bool isLst(Asset asset)
{
    return asset == Asset::weETH || asset == Asset::wstETH;
}
//! The protocol that mints and redeems it.
constexpr Venue issuerOf(Asset lst)
{
    return lst == Asset::wstETH ? Venue::Lido : Venue::EtherFi;
}

enum class Product : std::uint8_t { Spot = 0, Perp = 1 };
enum class Side : std::uint8_t { Buy = 0, Sell = 1 };

std::string_view toText(Venue venue); //!< "binance"
std::string_view toText(Asset asset); //!< "BTC"
std::string_view toText(Product product);
std::string_view toText(Side side);
std::string_view displayName(Venue venue); //!< "Binance"

std::optional<Venue> parseVenue(std::string_view text);
std::optional<Asset> parseAsset(std::string_view text);

//! Where equity can be, in the order in which it is shown.
inline constexpr std::array kPlaces{Venue::Wallet, Venue::Binance, Venue::Bybit, Venue::Okx,
                                    Venue::AaveV3, Venue::EtherFi, Venue::Lido,  Venue::Chain};

//! Index of an exchange in kExchanges.
constexpr std::size_t exchangeIndex(Venue venue)
{
    return static_cast<std::size_t>(venue) - 1;
}

//! A per-exchange value, indexed by exchangeIndex().
template <class T> using PerExchange = std::array<T, kExchangeCount>;

} // namespace carry
