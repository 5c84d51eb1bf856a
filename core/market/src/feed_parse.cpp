// SPDX-License-Identifier: GPL-3.0-or-later
#include "feed_parse.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace carry
{
namespace
{

using Json = nlohmann::json;

//! What is wrong with a line; caught at the end of this file's functions.
struct Fault : std::runtime_error {
    using std::runtime_error::runtime_error;
};

constexpr std::int64_t kFirstMs = 1'104'537'600'000;           // 2005-01-01, as the readers of files
constexpr std::int64_t kEndMs = 4'102'444'800'000;             // 2100-01-01
constexpr std::uint64_t kLargestSeq = std::uint64_t{1} << 53U; // exact as a double, which other writers may use
constexpr std::size_t kMostSeries = 1000, kMostColumns = 200, kLongestId = 64, kLongestName = 200;

[[noreturn]] void refuse(std::string what)
{
    throw Fault(std::move(what));
}

//! What a sender wrote, cut and in ASCII.
std::string inQuotes(std::string_view text)
{
    std::string shown{text.substr(0, kLongestId)};
    std::replace_if(
        shown.begin(), shown.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    return "'" + shown + "'";
}

const Json& need(const Json& object, const char* key)
{
    const auto found = object.find(key);
    if (found == object.end())
        refuse(inQuotes(key) + " is missing");
    return *found;
}

const std::string& text(const Json& object, const char* key)
{
    const Json& value = need(object, key);
    if (!value.is_string())
        refuse(inQuotes(key) + " is no text");
    return value.get_ref<const std::string&>();
}

std::int64_t whole(const Json& value, const char* key, std::int64_t smallest, std::int64_t largest)
{
    const bool fits =
        value.is_number_integer() && (!value.is_number_unsigned() || value.get<std::uint64_t>() <= kLargestSeq);
    if (!fits || value.get<std::int64_t>() < smallest || value.get<std::int64_t>() > largest)
        refuse(inQuotes(key) + " is no whole number from " + std::to_string(smallest) + " to " +
               std::to_string(largest));
    return value.get<std::int64_t>();
}

Time instant(const Json& object, const char* key)
{
    return fromMs(whole(need(object, key), key, kFirstMs, kEndMs - 1));
}

double number(const Json& value, std::string_view key)
{
    if (!value.is_number())
        refuse(inQuotes(key) + " is no number");
    const auto found = value.get<double>();
    if (!std::isfinite(found))
        refuse(inQuotes(key) + " is not finite");
    return found;
}

double price(const Json& object, const char* key)
{
    const double found = number(need(object, key), key);
    if (!(found > 0))
        refuse(inQuotes(key) + " must be above zero");
    return found;
}

double notNegative(const Json& object, const char* key)
{
    const double found = number(need(object, key), key);
    if (found < 0)
        refuse(inQuotes(key) + " must not be negative");
    return found;
}

//! Short, and without anything that JSON escapes.
const std::string& identifier(const std::string& id)
{
    const bool plain =
        std::all_of(id.begin(), id.end(), [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
    if (id.empty() || id.size() > kLongestId || !plain)
        refuse("an id or column needs 1 to 64 printable ASCII characters without quotes and backslashes");
    return id;
}

FeedSeries parseSeries(const Json& json)
{
    if (!json.is_object())
        refuse("a series is no object");
    FeedSeries series;
    series.id = identifier(text(json, "id"));
    const std::string& kind = text(json, "kind");
    if (kind == "frame") {
        series.kind = FeedSeriesKind::Frame;
        const Json& columns = need(json, "columns");
        if (!columns.is_array() || columns.empty() || columns.size() > kMostColumns)
            refuse("'columns' is no list of 1 to 200 names");
        for (const Json& column : columns) {
            if (!column.is_string())
                refuse("a column's name is no text");
            series.columns.push_back(identifier(column.get_ref<const std::string&>()));
        }
        auto sorted = series.columns;
        std::sort(sorted.begin(), sorted.end());
        if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end() || series.id == "gas")
            refuse("columns of " + inQuotes(series.id) + " have equal names, or its id is that of gas");
        return series;
    }
    if (kind == "gas") {
        series.kind = FeedSeriesKind::Gas;
        return series;
    }
    const auto venue = parseVenue(text(json, "venue"));
    const auto asset = parseAsset(text(json, "asset"));
    if (!venue || std::find(kExchanges.begin(), kExchanges.end(), *venue) == kExchanges.end())
        refuse("no exchange " + inQuotes(text(json, "venue")));
    if (!asset)
        refuse("no asset " + inQuotes(text(json, "asset")));
    series.key = {*venue, *asset, SeriesKind::Funding};
    if (kind == "funding") {
        series.kind = FeedSeriesKind::Funding;
        if (const auto hours = json.find("interval_h"); hours != json.end())
            series.intervalHours = static_cast<std::uint8_t>(whole(*hours, "interval_h", 1, 24));
        return series;
    }
    if (kind != "spot" && kind != "perp")
        refuse("no kind of series " + inQuotes(kind));
    series.key.kind = kind == "spot" ? SeriesKind::SpotCandles : SeriesKind::PerpCandles;
    series.cadence = std::chrono::minutes{whole(need(json, "cadence_min"), "cadence_min", 1, 1440)};
    return series;
}

void checkUnique(const std::vector<FeedSeries>& series)
{
    for (std::size_t i = 0; i < series.size(); ++i)
        for (std::size_t k = 0; k < i; ++k)
            if (series[i].id == series[k].id || nameOf(series[i]) == nameOf(series[k]) ||
                (series[i].kind == FeedSeriesKind::Gas && series[k].kind == FeedSeriesKind::Gas))
                refuse("series " + inQuotes(series[i].id) + " stands twice");
}

FeedHeader headerOf(const Json& json)
{
    FeedHeader header;
    header.name = text(json, "name");
    if (header.name.empty() || header.name.size() > kLongestName)
        refuse("'name' needs 1 to 200 bytes");
    const Json& synthetic = need(json, "synthetic");
    if (!synthetic.is_boolean())
        refuse("'synthetic' is neither true nor false");
    header.synthetic = synthetic.get<bool>();
    const std::string& closing = text(json, "closing");
    if (closing != "clock" && closing != "labels")
        refuse("'closing' is neither clock nor labels");
    header.closing = closing == "clock" ? FeedClosing::Clock : FeedClosing::Labels;
    header.seq = static_cast<std::uint64_t>(whole(need(json, "seq"), "seq", 0, kLargestSeq));
    const Json& series = need(json, "series");
    if (!series.is_array() || series.size() > kMostSeries)
        refuse("'series' is no list of at most 1000");
    for (const Json& one : series)
        header.series.push_back(parseSeries(one));
    checkUnique(header.series);
    return header;
}

std::uint32_t position(const FeedHeader& header, FeedSeriesKind kind, std::string_view id)
{
    for (std::size_t i = 0; i < header.series.size(); ++i)
        if (header.series[i].kind == kind && (kind == FeedSeriesKind::Gas || header.series[i].id == id))
            return static_cast<std::uint32_t>(i);
    refuse("the header has no such series " + inQuotes(id));
}

void fillBar(FeedMessage& message, const Json& json, const FeedHeader& header)
{
    message.series = position(header, FeedSeriesKind::Bars, text(json, "series"));
    message.label = instant(json, "label");
    message.kind = json.contains("close") ? FeedKind::BarEnd : FeedKind::BarOpen;
    if (message.kind == FeedKind::BarOpen || json.contains("open"))
        message.open = price(json, "open");
    if (message.kind == FeedKind::BarOpen) {
        if (message.time != message.label)
            refuse("'time' of a bar that begins is not its label");
        return;
    }
    if (message.time != message.label + header.series[message.series].cadence)
        refuse("'time' of a bar that ended is not the end of its bar");
    message.high = price(json, "high");
    message.low = price(json, "low");
    message.close = price(json, "close");
    if (json.contains("volume"))
        message.volume = notNegative(json, "volume");
    if (message.high < message.low)
        refuse("'high' is below 'low'");
}

void fillFrame(FeedMessage& message, const Json& json, const FeedHeader& header)
{
    message.kind = FeedKind::Frame;
    message.series = position(header, FeedSeriesKind::Frame, text(json, "series"));
    const auto& columns = header.series[message.series].columns;
    message.values.assign(columns.size(), FeedMessage::kNone);
    const Json& values = need(json, "values");
    if (!values.is_object())
        refuse("'values' is no object");
    for (const auto& [name, value] : values.items()) {
        const auto column = std::find(columns.begin(), columns.end(), name);
        if (column == columns.end())
            refuse("the series has no column " + inQuotes(name));
        if (!value.is_null())
            message.values[static_cast<std::size_t>(column - columns.begin())] = number(value, name);
    }
}

FeedMessage messageOf(const Json& json, const FeedHeader& header)
{
    const std::string& type = text(json, "type");
    FeedMessage message;
    message.seq = static_cast<std::uint64_t>(whole(need(json, "seq"), "seq", 1, kLargestSeq));
    message.time = instant(json, "time");
    if (type == "bar") {
        fillBar(message, json, header);
    } else if (type == "funding") {
        message.kind = FeedKind::Funding;
        message.series = position(header, FeedSeriesKind::Funding, text(json, "series"));
        message.rate = number(need(json, "rate"), "rate");
        if (const auto hours = json.find("interval_h"); hours != json.end())
            message.intervalHours = static_cast<std::uint8_t>(whole(*hours, "interval_h", 1, 24));
    } else if (type == "frame") {
        fillFrame(message, json, header);
    } else if (type == "gas") {
        message.kind = FeedKind::Gas;
        message.series = position(header, FeedSeriesKind::Gas, "gas");
        message.gwei = notNegative(json, "gwei");
    } else if (type != "clock") {
        refuse("no type of message " + inQuotes(type));
    }
    return message;
}

Json objectOf(std::string_view line)
{
    Json json = Json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object())
        refuse("no JSON object");
    return json;
}

} // namespace

bool isFeedHeader(std::string_view line)
{
    const Json json = Json::parse(line, nullptr, /*allow_exceptions=*/false);
    return json.is_object() && json.contains("type") && json["type"] == "header";
}

Result<FeedHeader> parseFeedHeader(std::string_view line, std::int64_t number)
{
    try {
        const Json json = objectOf(line);
        if (const auto version = whole(need(json, "version"), "version", 0, kEndMs); version != kFeedVersion)
            return fail(Error(ErrorCode::FeedVersion).with("found", version).with("expected", kFeedVersion));
        return headerOf(json);
    } catch (const Fault& fault) {
        return fail(Error(ErrorCode::FeedHeader).with("line", number).with("found", fault.what()));
    }
}

Result<FeedMessage> parseFeedMessage(std::string_view line, const FeedHeader& header, std::int64_t number)
{
    try {
        return messageOf(objectOf(line), header);
    } catch (const Fault& fault) {
        return fail(Error(ErrorCode::FeedFormat).with("line", number).with("found", fault.what()));
    }
}

} // namespace carry
