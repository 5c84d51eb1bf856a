// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstddef>
#include <optional>
#include <string_view>

namespace carry
{

//! Whether V is a declared enumerator: the compiler spells any other value as a cast, "(Cause)14".
template <auto V> constexpr bool isEnumerator()
{
    return std::string_view(__PRETTY_FUNCTION__).find("= (") == std::string_view::npos;
}

//! Number of enumerators of an enum that counts from 0, as the compiler knows it: a value that is appended to an enum
//! reaches the database without a list to keep here.
template <class E, std::size_t N = 0> constexpr std::size_t enumCount()
{
    if constexpr (isEnumerator<static_cast<E>(N)>())
        return enumCount<E, N + 1>();
    else
        return N;
}

//! The enumerator of that word.
template <class E> std::optional<E> parseEnum(std::string_view word)
{
    for (std::size_t i = 0; i < enumCount<E>(); ++i)
        if (toText(static_cast<E>(i)) == word)
            return static_cast<E>(i);
    return std::nullopt;
}

} // namespace carry
