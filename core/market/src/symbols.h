// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/ids.h"
#include "csv_table.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carry
{

//! The coin of a USDT pair: "BTCUSDT", "BTC/USDT", "BTC-USDT-SWAP". Nothing for coins and quotes the desk does not
//! trade.
std::optional<Asset> assetOfSymbol(std::string_view symbol);

std::string lowerCase(std::string_view text);
//! Whether the file's name (without folders) contains `part`, whatever its case.
bool nameContains(const Document& document, std::string_view part);
//! The first word of a file name: "BTCUSDT" of "BTCUSDT-1h-2024-06.csv".
std::string symbolOfName(const Document& document);
//! The component of the path, nearest to the file, that is one of `words`; empty if there is none.
std::string nearestPathWord(const Document& document, const std::vector<std::string_view>& words);

//! Columns that name a file's series (symbol, source, ...): what holds in the first row must hold in all.
class ConstantColumns
{
  public:
    //! Remembers the values of the table's current row. Columns the table does not have are left out.
    ConstantColumns(const CsvTable& table, const std::vector<std::string_view>& columns);
    //! DataUnrecognised where a row belongs to another series.
    Result<void> check(const CsvTable& table) const;

  private:
    std::vector<std::pair<std::size_t, std::string>> m_values;
};

} // namespace carry
