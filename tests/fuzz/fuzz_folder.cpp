// SPDX-License-Identifier: GPL-3.0-or-later
// A folder of market files. In the input a line "==> PATH" begins each file.
#include "fuzz_support.h"

using namespace carry;

namespace
{

constexpr std::string_view kMark = "==> ";
constexpr std::size_t kMostFiles = 12;

//! The next file of the input: its name, and what stands before the next mark.
std::pair<std::string_view, std::string_view> takeFile(std::string_view& text)
{
    const std::string_view name = fuzz::takeLine(text);
    const auto end = text.find("\n==> ");
    const std::string_view content = text.substr(0, end == std::string_view::npos ? end : end + 1);
    text.remove_prefix(content.size());
    return {name, content};
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
    static const fuzz::ScratchFolder scratch;
    std::string_view text = fuzz::textOf(bytes, size);
    std::size_t files = 0;
    for (; text.starts_with(kMark) && files < kMostFiles; ++files) {
        auto [name, content] = takeFile(text);
        name.remove_prefix(kMark.size());
        scratch.write("data/" + std::string(name), content);
    }
    if (files == 0)
        return fuzz::kUninteresting;
    const auto data = readMarketFolder(scratch.path() / "data", [](std::size_t done, std::size_t found) {
        fuzz::require(done <= found, "no more files are done than were found");
        return true;
    });
    if (data)
        fuzz::checkMarketData(*data);
    else
        fuzz::checkError(data.error(), "DATA");
    scratch.clear();
    return 0;
}
