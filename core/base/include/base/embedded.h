// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <span>
#include <string_view>

namespace carry
{

//! A text file of resources/ compiled into the program (see cmake/EmbedText.cmake).
struct EmbeddedText {
    std::string_view name; //!< file name without folder
    std::string_view text;
};

} // namespace carry
