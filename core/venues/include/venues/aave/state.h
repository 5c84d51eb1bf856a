// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "venues/aave/fixed_list.h"
#include "venues/aave/rates.h"

#include <array>
#include <cstdint>
#include <string_view>

//! What a Pool consists of: plain values, comparable and cheap to copy. Balances are in token units (10^-decimals),
//! indices and rates in ray, prices and values in USD with 8 decimals, times in seconds since 1970. Facts: DataTypes of
//! aave-v3-origin 3.6.0.
namespace carry::aave
{

inline constexpr std::size_t kMaxReserves = 8;
inline constexpr std::size_t kMaxUsers = 16;
inline constexpr std::size_t kMaxEModes = 4;

enum class ReserveId : std::uint8_t {};
enum class UserId : std::uint8_t {};

constexpr std::size_t index(ReserveId id)
{
    return static_cast<std::size_t>(id);
}

constexpr std::size_t index(UserId id)
{
    return static_cast<std::size_t>(id);
}

//! A set of reserves.
class ReserveMask
{
  public:
    constexpr ReserveMask() = default;
    constexpr bool has(ReserveId id) const { return (m_bits >> index(id) & 1U) != 0; }
    constexpr void set(ReserveId id, bool on)
    {
        const auto bit = static_cast<std::uint8_t>(1U << index(id));
        m_bits = static_cast<std::uint8_t>(on ? m_bits | bit : m_bits & ~bit);
    }
    constexpr bool any() const { return m_bits != 0; }
    constexpr std::uint8_t bits() const { return m_bits; }
    friend constexpr bool operator==(ReserveMask, ReserveMask) = default;

  private:
    std::uint8_t m_bits = 0;
};

//! Risk parameters of a reserve, or of a category where they count instead; basis points. bonusBps holds the whole
//! factor: 10500 for a bonus of 5 %.
struct RiskParameters {
    std::uint16_t ltvBps = 0, thresholdBps = 0, bonusBps = 0;
    friend bool operator==(const RiskParameters&, const RiskParameters&) = default;
};

struct ReserveConfig {
    std::array<char, 12> symbolText{};
    std::uint8_t decimals = 18; //!< 0..18
    RiskParameters risk;
    std::uint16_t pendingLtvBps = 0; //!< the LTV that freezing took away
    std::uint16_t reserveFactorBps = 0;
    std::uint16_t protocolFeeBps = 0; //!< share of the liquidation bonus that goes to the treasury
    std::uint64_t supplyCap = 0;      //!< whole tokens, 0: none
    std::uint64_t borrowCap = 0;      //!< whole tokens, 0: none
    RateCurve curve;
    bool active = true, frozen = false, paused = false, borrowing = true, flashLoans = true;

    std::string_view symbol() const { return std::string_view(symbolText.data()); }
    //! At most 11 characters are kept.
    void setSymbol(std::string_view text);
    //! 10^decimals.
    U128 unit() const;
    friend bool operator==(const ReserveConfig&, const ReserveConfig&) = default;
};

struct ReserveState {
    U128 liquidityIndex = kRay, variableBorrowIndex = kRay;
    Rates rates;
    std::int64_t lastUpdate = 0;
    U128 accruedToTreasury = 0; //!< scaled
    U128 scaledSupply = 0;      //!< all aTokens, scaled
    U128 scaledDebt = 0;        //!< all variable debt, scaled
    U128 available = 0;         //!< virtual underlying balance
    U128 deficit = 0;
    bool historic = false; //!< indices and rates come from outside; nothing accrues
    friend bool operator==(const ReserveState&, const ReserveState&) = default;
};

struct Reserve {
    ReserveConfig config;
    ReserveState state;
    U128 price = 0; //!< USD per whole token, 8 decimals
    friend bool operator==(const Reserve&, const Reserve&) = default;
};

struct EModeCategory {
    RiskParameters risk; //!< threshold 0: there is no such category
    ReserveMask collateral, borrowable, ltvZero;
    friend bool operator==(const EModeCategory&, const EModeCategory&) = default;
};

//! Scaled balances of a user in one reserve.
struct Position {
    U128 supply = 0, debt = 0;
    friend bool operator==(const Position&, const Position&) = default;
};

struct Account {
    std::array<Position, kMaxReserves> positions{};
    ReserveMask collateral, borrowing;
    std::uint8_t eMode = 0; //!< 0: none
    friend bool operator==(const Account&, const Account&) = default;
};

//! Credit delegation: `to` may borrow on the account of `from`.
struct Delegation {
    UserId from{}, to{};
    ReserveId reserve{};
    U128 amount = 0;
    friend bool operator==(const Delegation&, const Delegation&) = default;
};

struct PoolState {
    FixedList<Reserve, kMaxReserves> reserves;
    FixedList<Account, kMaxUsers> accounts;
    std::array<EModeCategory, kMaxEModes> eModes{}; //!< category id - 1
    FixedList<Delegation, 16> delegations;
    std::int64_t now = 0;
    UserId treasury{};
    std::uint16_t flashPremiumBps = 5;
    friend bool operator==(const PoolState&, const PoolState&) = default;
};

//! What getUserAccountData answers, and whether LTV-zero rules apply.
struct AccountData {
    U128 collateral = 0, debt = 0, availableBorrows = 0; //!< USD, 8 decimals
    std::uint32_t thresholdBps = 0, ltvBps = 0;          //!< averages weighted by value
    bool hasZeroLtvCollateral = false;
    Wide healthFactor = kWideMax; //!< wad; kWideMax without debt
    friend bool operator==(const AccountData&, const AccountData&) = default;
};

inline constexpr Wide kHealthy{0, kWad};

} // namespace carry::aave
