// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace carry
{

__extension__ typedef __int128 Int128;
__extension__ typedef unsigned __int128 UInt128;

enum class Rounding {
    HalfEven,   //!< to nearest, ties to the even digit
    TowardZero, //!< truncate
    Down,       //!< toward minus infinity
    Up,         //!< toward plus infinity
};

//! Raised when a result does not fit; a programming error, never an answer to input.
class DecimalOverflow : public std::overflow_error
{
  public:
    DecimalOverflow() : std::overflow_error("Decimal: result outside +-1.7e20") {}
};

//! An amount: 128-bit fixed point with 18 decimals. Addition is exact and checked; whatever rounds
//! takes its rounding explicitly. Range about +-1.7e20 whole tokens.
class Decimal
{
  public:
    static constexpr int kDecimals = 18;

    constexpr Decimal() = default;
    static constexpr Decimal fromUnits(Int128 units)
    {
        Decimal d;
        d.m_units = units;
        return d;
    }
    static Decimal fromInteger(std::int64_t whole);
    //! Exact binary value of x, rounded to `places` decimals (0..18). Throws DecimalOverflow for NaN,
    //! infinities and values out of range: the caller validates figures before they become amounts.
    static Decimal fromDouble(double x, int places = kDecimals, Rounding rounding = Rounding::HalfEven);
    //! Reads "-12.5"; nothing on malformed text, more than 18 decimals or overflow.
    static std::optional<Decimal> parse(std::string_view text);

    constexpr Int128 units() const { return m_units; }
    double toDouble() const;
    //! Shortest plain text, without trailing zeros: "0.59", "-3", "0".
    std::string toString() const;
    //! Writes the text of toString() into buffer (at least 48 bytes) and returns its length.
    std::size_t write(char* buffer) const;

    constexpr bool isZero() const { return m_units == 0; }
    constexpr bool isNegative() const { return m_units < 0; }
    constexpr bool isPositive() const { return m_units > 0; }
    Decimal abs() const { return m_units < 0 ? -*this : *this; }

    Decimal operator-() const;
    Decimal& operator+=(Decimal other);
    Decimal& operator-=(Decimal other);
    friend Decimal operator+(Decimal a, Decimal b) { return a += b; }
    friend Decimal operator-(Decimal a, Decimal b) { return a -= b; }
    friend constexpr bool operator==(Decimal a, Decimal b) = default;
    friend constexpr std::strong_ordering operator<=>(Decimal a, Decimal b)
    {
        return a.m_units < b.m_units   ? std::strong_ordering::less
               : a.m_units > b.m_units ? std::strong_ordering::greater
                                       : std::strong_ordering::equal;
    }

    //! a*b with 256-bit intermediate.
    static Decimal multiply(Decimal a, Decimal b, Rounding rounding);
    //! a/b with 256-bit intermediate; b must not be zero (std::domain_error).
    static Decimal divide(Decimal a, Decimal b, Rounding rounding);
    //! The largest multiple of `step` (> 0) not farther from zero than this.
    Decimal truncatedTo(Decimal step) const;
    Decimal roundedTo(int places, Rounding rounding) const;

  private:
    Int128 m_units = 0; // value * 1e18
};

} // namespace carry
