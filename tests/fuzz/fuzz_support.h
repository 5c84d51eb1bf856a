// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/error.h"
#include "market/market_data.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace carry::fuzz
{

//! Input of which libFuzzer should learn nothing.
inline constexpr int kUninteresting = -1;

inline std::string_view textOf(const std::uint8_t* data, std::size_t size)
{
    return {reinterpret_cast<const char*>(data), size};
}

//! Takes what stands before the next line feed off the text.
std::string_view takeLine(std::string_view& text);

//! A condition that does not hold is a finding, like a crash.
void require(bool condition, std::string_view what);

//! An expected failure has a code of the family (any, if it is empty) and can be told.
void checkError(const Error& error, std::string_view family = {});

//! What holds of all market data that were read, whatever stood in the files.
void checkMarketData(const MarketData& data);

//! A folder of this process, removed at its end. TMPDIR says where; in memory is best.
class ScratchFolder
{
  public:
    explicit ScratchFolder(std::string_view name = "scratch");
    ~ScratchFolder();
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;

    const std::filesystem::path& path() const { return m_path; }
    //! Writes a file, and the folders that it needs; false if the name cannot be that of a file below the folder.
    bool write(std::string_view name, std::string_view bytes) const;
    void clear() const;

  private:
    std::filesystem::path m_path;
};

} // namespace carry::fuzz
