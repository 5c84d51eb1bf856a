// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/error.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

// The library asserts on some broken input; a reader must report instead.
#define TOML_ASSERT(condition) (void)0
#include <toml++/toml.h>

namespace carry
{

//! The text of a file; nothing where there is no regular file that can be read.
std::optional<std::string> readTextFile(const std::filesystem::path& path);

Error tomlError(const std::string& file, std::uint32_t line, std::string found);
//! Text that people wrote, as a table. ConfSyntax.
Result<toml::table> parseToml(std::string_view text, const std::string& file);

} // namespace carry
