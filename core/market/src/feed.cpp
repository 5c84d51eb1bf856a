// SPDX-License-Identifier: GPL-3.0-or-later
#include "market/feed.h"

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

namespace carry
{
namespace
{

using Json = nlohmann::ordered_json;

Json describe(const FeedSeries& series)
{
    Json json{{"id", series.id}};
    switch (series.kind) {
    case FeedSeriesKind::Bars:
        json["kind"] = series.key.kind == SeriesKind::SpotCandles ? "spot" : "perp";
        break;
    case FeedSeriesKind::Funding:
        json["kind"] = "funding";
        break;
    case FeedSeriesKind::Frame:
        json["kind"] = "frame";
        json["columns"] = series.columns;
        return json;
    case FeedSeriesKind::Gas:
        json["kind"] = "gas";
        return json;
    }
    json["venue"] = toText(series.key.venue);
    json["asset"] = toText(series.key.asset);
    if (series.kind == FeedSeriesKind::Bars)
        json["cadence_min"] = std::chrono::duration_cast<std::chrono::minutes>(series.cadence).count();
    else if (series.intervalHours != 0)
        json["interval_h"] = series.intervalHours;
    return json;
}

//! Writes one object; ids and names of columns have nothing that JSON escapes.
class Line
{
  public:
    Line(std::string& out, std::string_view type, const FeedMessage& message) : m_out(out)
    {
        m_out += R"({"type":")";
        m_out += type;
        m_out += R"(","seq":)";
        add(message.seq);
        integer("time", toMs(message.time));
    }
    ~Line() { m_out += "}\n"; }
    Line(const Line&) = delete;
    Line& operator=(const Line&) = delete;

    void text(std::string_view key, std::string_view value)
    {
        name(key);
        m_out += '"';
        m_out += value;
        m_out += '"';
    }
    void integer(std::string_view key, std::int64_t value)
    {
        name(key);
        add(value);
    }
    //! Left out if it is NaN.
    void number(std::string_view key, double value)
    {
        if (std::isnan(value))
            return;
        name(key);
        add(value);
    }
    void cells(const std::vector<std::string>& columns, const std::vector<double>& values)
    {
        name("values");
        char separator = '{';
        for (std::size_t i = 0; i < columns.size(); ++i) {
            if (std::isnan(values[i]))
                continue;
            m_out += separator;
            m_out += '"';
            m_out += columns[i];
            m_out += "\":";
            add(values[i]);
            separator = ',';
        }
        m_out += separator == '{' ? "{}" : "}";
    }

  private:
    void name(std::string_view key)
    {
        m_out += ",\"";
        m_out += key;
        m_out += "\":";
    }
    template <class T> void add(T value)
    {
        char text[32];
        m_out.append(text, std::to_chars(text, text + sizeof text, value).ptr);
    }

    std::string& m_out;
};

} // namespace

std::string nameOf(const FeedSeries& series)
{
    const bool keyed = series.kind == FeedSeriesKind::Bars || series.kind == FeedSeriesKind::Funding;
    return keyed ? describeSeries(series.key) : series.id;
}

std::string feedLine(const FeedHeader& header)
{
    Json json{{"type", "header"},
              {"version", kFeedVersion},
              {"seq", header.seq},
              {"name", header.name},
              {"synthetic", header.synthetic},
              {"closing", header.closing == FeedClosing::Clock ? "clock" : "labels"}};
    Json& series = json["series"] = Json::array();
    for (const FeedSeries& one : header.series)
        series.push_back(describe(one));
    return json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

void addFeedLine(std::string& out, const FeedHeader& header, const FeedMessage& message)
{
    if (message.kind == FeedKind::Clock) {
        Line(out, "clock", message);
        return;
    }
    const FeedSeries& series = header.series[message.series];
    switch (message.kind) {
    case FeedKind::BarOpen:
    case FeedKind::BarEnd: {
        Line line(out, "bar", message);
        line.text("series", series.id);
        line.integer("label", toMs(message.label));
        line.number("open", message.open);
        line.number("high", message.high);
        line.number("low", message.low);
        line.number("close", message.close);
        line.number("volume", message.volume);
        return;
    }
    case FeedKind::Funding: {
        Line line(out, "funding", message);
        line.text("series", series.id);
        line.number("rate", message.rate);
        if (message.intervalHours != 0)
            line.integer("interval_h", message.intervalHours);
        return;
    }
    case FeedKind::Frame: {
        Line line(out, "frame", message);
        line.text("series", series.id);
        line.cells(series.columns, message.values);
        return;
    }
    case FeedKind::Gas: {
        Line line(out, "gas", message);
        line.number("gwei", message.gwei);
        return;
    }
    case FeedKind::Clock:
        return;
    }
}

void FeedLog::refuse(Error fault)
{
    ++counters.broken;
    if (faults.size() == kKept)
        faults.pop_front();
    faults.push_back(std::move(fault));
}

} // namespace carry
