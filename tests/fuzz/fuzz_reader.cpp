// SPDX-License-Identifier: GPL-3.0-or-later
// The readers of one family of formats, CARRYDESK_FUZZ_FORMATS. The input is the file's path in one line, since paths
// say which pair or market some files are of, and behind it the file.
#include "formats.h"
#include "fuzz_support.h"
#include "publish.h"

#include <algorithm>

using namespace carry;
using fuzz::checkError;
using fuzz::require;

namespace
{

bool isOfFamily(std::string_view format)
{
    const std::string all = "," CARRYDESK_FUZZ_FORMATS ",";
    return all.find("," + std::string(format) + ",") != std::string::npos;
}

void publishHarvest(const Document& document, Harvest& harvest)
{
    MarketData data;
    data.files.push_back({document.name, "fuzzed", document.bytes.size(), false});
    for (auto& [id, pool] : harvest.pools) {
        require(pool.size() > 0, "a series that was read has rows");
        require(pool.figures.size() == pool.size() * pool.width && pool.origin.size() == pool.size(),
                "the columns of a pool are equally long");
        const auto* frame = std::get_if<std::string>(&id);
        publish(id, std::move(pool), frame != nullptr ? harvest.columns.at(*frame) : std::vector<std::string>{}, data);
    }
    data.costs = std::move(harvest.costs);
    for (Finding& finding : harvest.findings)
        addFinding(data, std::move(finding));
    fuzz::checkMarketData(data);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
    std::string_view text = fuzz::textOf(bytes, size);
    Document document;
    document.path = "/" + std::string(fuzz::takeLine(text));
    document.name = document.path.generic_string();
    document.bytes = text;
    // What load() lets nobody read.
    if (text.find('\0') != std::string_view::npos ||
        document.text().find_first_not_of(" \t\r\n") == std::string_view::npos)
        return fuzz::kUninteresting;
    const auto format = recognise(document);
    if (!format) {
        checkError(format.error(), "DATA");
        return 0;
    }
    if (*format == nullptr || (*format)->read == nullptr || !isOfFamily((*format)->id))
        return fuzz::kUninteresting;
    const auto claims = (*format)->claim(document, **format);
    if (!claims) {
        checkError(claims.error(), "DATA");
        return 0;
    }
    if (claims->empty())
        return 0;
    Harvest harvest;
    if (const auto read = (*format)->read(document, **format, harvest); !read)
        checkError(read.error(), "DATA");
    else
        publishHarvest(document, harvest);
    return 0;
}
