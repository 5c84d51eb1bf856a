// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/backtest.h"

#include "toml_file.h"

#include <charconv>

namespace carry
{
namespace
{

constexpr const char* kMappingFile = "carrydesk-mapping.toml";

struct MappedFile {
    std::string file;
    ColumnMapping mapping;
};

std::optional<SeriesKind> parseKind(const std::string& text)
{
    if (text == "spot")
        return SeriesKind::SpotCandles;
    if (text == "perp")
        return SeriesKind::PerpCandles;
    return text == "funding" ? std::optional(SeriesKind::Funding) : std::nullopt;
}

std::optional<ColumnMapping::TimeUnit> parseTimeUnit(const std::string& text)
{
    using Unit = ColumnMapping::TimeUnit;
    constexpr std::array<std::pair<std::string_view, Unit>, 4> kUnits{
        {{"iso", Unit::Iso}, {"s", Unit::Seconds}, {"ms", Unit::Milliseconds}, {"us", Unit::Microseconds}}};
    for (const auto& [name, unit] : kUnits)
        if (name == text)
            return unit;
    return std::nullopt;
}

//! One [[csv]] table of a mapping file.
Result<MappedFile> readMapping(const std::string& path, const toml::table& table)
{
    const auto line = table.source().begin.line;
    const auto text = [&table](const char* key, const char* otherwise = "") {
        return table[key].value_or(std::string(otherwise));
    };
    MappedFile mapped;
    mapped.file = text("file");
    const auto venue = parseVenue(text("venue"));
    const auto asset = parseAsset(text("asset"));
    const auto kind = parseKind(text("series"));
    const auto unit = parseTimeUnit(text("time_unit", "iso"));
    const std::string separator = text("separator", ",");
    const bool exchange = venue && *venue != Venue::Wallet && *venue != Venue::Chain && *venue != Venue::Outside;
    if (mapped.file.empty() || !exchange || !asset || !kind || !unit || separator.size() != 1)
        return fail(
            tomlError(path, line,
                      "a [[csv]] table takes file, venue (binance | bybit | okx), asset (BTC | ETH), series (spot "
                      "| perp | funding), time, time_unit (iso | s | ms | us), open, high, low, close or rate"));
    ColumnMapping& m = mapped.mapping;
    m.key = {*venue, *asset, *kind};
    m.time = text("time");
    m.open = text("open");
    m.high = text("high");
    m.low = text("low");
    m.close = text("close");
    m.rate = text("rate");
    m.timeUnit = *unit;
    m.separator = separator.front();
    return mapped;
}

//! The foreign files that a folder's mapping file names; none without such a file.
Result<std::vector<MappedFile>> readMappings(const std::filesystem::path& folder)
{
    std::vector<MappedFile> mapped;
    const std::string path = (folder / kMappingFile).string();
    const auto text = readTextFile(path);
    if (!text)
        return mapped;
    const auto document = parseToml(*text, path);
    if (!document)
        return fail(document.error());
    const auto* list = (*document)["csv"].as_array();
    if (list == nullptr)
        return fail(tomlError(path, 1, "no [[csv]] table"));
    for (const toml::node& node : *list) {
        const auto* table = node.as_table();
        if (table == nullptr)
            return fail(tomlError(path, node.source().begin.line, "csv holds something that is no table"));
        auto one = readMapping(path, *table);
        if (!one)
            return fail(one.error());
        mapped.push_back(std::move(*one));
    }
    return mapped;
}

constexpr std::string_view kDemoOfLength = "demo:";

//! "demo" or "demo:HOURS".
Result<std::shared_ptr<const MarketData>> openDemo(const std::string& name)
{
    std::shared_ptr<MarketData> demo;
    if (name == "demo") {
        demo = std::make_shared<MarketData>(makeDemoMarket());
    } else {
        std::size_t hours = 0;
        const char* const end = name.data() + name.size();
        const auto read = std::from_chars(name.data() + kDemoOfLength.size(), end, hours);
        if (read.ec != std::errc{} || read.ptr != end || hours < kShortestDemo || hours > kLongestDemo)
            return fail(Error(ErrorCode::ConfUsage)
                            .with("found", "demo:HOURS takes " + std::to_string(kShortestDemo) + " to " +
                                               std::to_string(kLongestDemo) + " hours, not '" +
                                               name.substr(kDemoOfLength.size()) + "'"));
        demo = std::make_shared<MarketData>(makeDemoMarket(hours));
    }
    demo->source = name;
    return std::shared_ptr<const MarketData>(std::move(demo));
}

//! The scan did not know what the mapping explains.
void forgetUnrecognised(MarketData& data, const std::string& path)
{
    std::erase_if(data.report.findings, [&](const Finding& f) {
        return f.kind == FindingKind::Unrecognised && f.file < data.files.size() && data.files[f.file].path == path;
    });
}

} // namespace

Result<std::shared_ptr<const MarketData>> openData(const std::string& nameOrFolder, const ReadProgress& progress)
{
    if (nameOrFolder == "demo" || nameOrFolder.starts_with(kDemoOfLength))
        return openDemo(nameOrFolder);
    const std::filesystem::path folder(nameOrFolder);
    const auto mapped = readMappings(folder);
    if (!mapped)
        return fail(mapped.error());
    auto data = readMarketFolder(folder, progress);
    if (!data && !(data.error().code() == ErrorCode::DataUnrecognised && !mapped->empty()))
        return fail(data.error());
    auto market = std::make_shared<MarketData>();
    if (data)
        *market = std::move(*data);
    else
        market->name = folder.filename().string();
    std::error_code ignored;
    market->source = std::filesystem::weakly_canonical(folder, ignored).string();
    forgetUnrecognised(*market, kMappingFile);
    for (const MappedFile& file : *mapped) {
        forgetUnrecognised(*market, file.file);
        if (auto read = readMappedCsv(*market, folder / file.file, file.mapping); !read)
            return fail(read.error());
    }
    return std::shared_ptr<const MarketData>(std::move(market));
}

} // namespace carry
