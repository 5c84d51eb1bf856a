// SPDX-License-Identifier: GPL-3.0-or-later
// A foreign CSV file, "own.csv", and the mapping that explains it. The input is the mapping, a line "---" and the CSV.
#include "desk/backtest.h"
#include "fuzz_support.h"

using namespace carry;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
    static const fuzz::ScratchFolder scratch;
    constexpr std::string_view kBorder = "\n---\n";
    const std::string_view text = fuzz::textOf(bytes, size);
    const auto border = text.find(kBorder);
    if (border == std::string_view::npos)
        return fuzz::kUninteresting;
    scratch.write("carrydesk-mapping.toml", text.substr(0, border + 1));
    scratch.write("own.csv", text.substr(border + kBorder.size()));
    const auto data = openData(scratch.path().string());
    if (data)
        fuzz::checkMarketData(**data);
    else
        fuzz::checkError(data.error());
    return 0;
}
