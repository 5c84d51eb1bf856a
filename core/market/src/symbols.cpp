// SPDX-License-Identifier: GPL-3.0-or-later
#include "symbols.h"

#include <algorithm>

namespace carry
{

std::optional<Asset> assetOfSymbol(std::string_view symbol)
{
    std::string plain;
    for (const char c : symbol)
        if (c != '/' && c != '-' && c != '_')
            plain += c;
    if (plain.ends_with("SWAP"))
        plain.resize(plain.size() - 4);
    if (plain == "BTCUSDT")
        return Asset::BTC;
    if (plain == "ETHUSDT")
        return Asset::ETH;
    return std::nullopt;
}

std::string lowerCase(std::string_view text)
{
    std::string lower{text};
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return lower;
}

bool nameContains(const Document& document, std::string_view part)
{
    return lowerCase(document.path.filename().string()).find(part) != std::string::npos;
}

std::string symbolOfName(const Document& document)
{
    const std::string name = document.path.filename().string();
    return name.substr(0, name.find_first_of("-."));
}

std::string nearestPathWord(const Document& document, const std::vector<std::string_view>& words)
{
    std::string nearest;
    for (const auto& component : document.path.parent_path()) {
        const std::string word = lowerCase(component.string());
        if (std::find(words.begin(), words.end(), word) != words.end())
            nearest = word;
    }
    return nearest;
}

ConstantColumns::ConstantColumns(const CsvTable& table, const std::vector<std::string_view>& columns)
{
    for (const auto name : columns)
        if (const auto column = table.find(name))
            m_values.emplace_back(*column, std::string(table.text(*column)));
}

Result<void> ConstantColumns::check(const CsvTable& table) const
{
    for (const auto& [column, value] : m_values)
        if (table.text(column) != value)
            return fail(table.errorAt(ErrorCode::DataUnrecognised, column).with("expected", value));
    return {};
}

} // namespace carry
