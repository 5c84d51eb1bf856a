// SPDX-License-Identifier: GPL-3.0-or-later
#include "toml_file.h"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace carry
{
namespace
{

//! Each dot of a key is a table inside a table, and the library goes into them by recursion without a limit.
constexpr std::ptrdiff_t kMostDots = 4000;

} // namespace

std::optional<std::string> readTextFile(const std::filesystem::path& path)
{
    std::error_code ignored;
    std::ifstream in;
    if (std::filesystem::is_regular_file(path, ignored)) // a pipe would wait for its writer
        in.open(path, std::ios::binary);
    if (!in.is_open())
        return std::nullopt;
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

Error tomlError(const std::string& file, std::uint32_t line, std::string found)
{
    return Error(ErrorCode::ConfSyntax).with("file", file).with("line", line).with("found", std::move(found));
}

Result<toml::table> parseToml(std::string_view text, const std::string& file)
{
    if (std::count(text.begin(), text.end(), '.') > kMostDots)
        return fail(tomlError(file, 1, "the file has more than " + std::to_string(kMostDots) + " dots"));
    try {
        return toml::parse(text, file);
    } catch (const toml::parse_error& e) {
        return fail(tomlError(file, e.source().begin.line, std::string(e.description())));
    }
}

} // namespace carry
