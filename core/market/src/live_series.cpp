// SPDX-License-Identifier: GPL-3.0-or-later
#include "live_series.h"

#include "tape_sources.h"
#include "tape_times.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace carry
{
namespace
{

std::string shortest(double value)
{
    char text[32];
    return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

//! Equal, or both missing.
bool same(double a, double b)
{
    return a == b || (std::isnan(a) && std::isnan(b));
}

//! Where a row of this time belongs: behind the last one, on it, or where rows are already.
enum class Order { Behind, Equal, Before };

Order orderOf(const std::vector<Time>& times, Time t)
{
    if (times.empty() || t > times.back())
        return Order::Behind;
    return t == times.back() ? Order::Equal : Order::Before;
}

//! The number of a message is its line.
std::uint32_t lineOf(const FeedMessage& message)
{
    return static_cast<std::uint32_t>(message.seq);
}

} // namespace

LiveSeries::LiveSeries(const FeedHeader& header) : m_header(header), m_lastReadings(header.series.size())
{
    m_data.name = header.name;
    m_data.synthetic = header.synthetic;
    for (const FeedSeries& series : header.series) {
        Place place;
        switch (series.kind) {
        case FeedSeriesKind::Bars:
            place.bars = &m_data.candles[series.key];
            place.bars->cadence = series.cadence;
            break;
        case FeedSeriesKind::Funding:
            place.funding = &m_data.funding[series.key];
            break;
        case FeedSeriesKind::Frame:
        case FeedSeriesKind::Gas:
            place.frame = &m_data.frames[series.kind == FeedSeriesKind::Gas ? "gas" : series.id];
            place.frame->columns = series.columns;
            if (series.kind == FeedSeriesKind::Gas)
                place.frame->columns = {std::string(kGasColumn)};
            place.frame->values.resize(place.frame->columns.size());
            place.positive.resize(place.frame->columns.size());
            break;
        }
        m_places.push_back(std::move(place));
    }
}

void LiveSeries::mustBePositive(const FrameSeries& series, std::string_view column)
{
    for (Place& place : m_places)
        if (place.frame == &series)
            for (std::size_t i = 0; i < series.columns.size(); ++i)
                if (series.columns[i] == column)
                    place.positive[i] = true;
}

const void* LiveSeries::at(std::size_t series) const
{
    const Place& place = m_places[series];
    if (place.bars != nullptr)
        return place.bars;
    if (place.funding != nullptr)
        return place.funding;
    return place.frame;
}

FeedFate LiveSeries::take(const FeedMessage& message, const std::optional<Time>& closed)
{
    m_ended = nullptr;
    if (closed && message.time <= *closed)
        return FeedFate::Late;
    const Place& place = m_places[message.series];
    const FeedFate fate = [&] {
        switch (message.kind) {
        case FeedKind::BarOpen:
            return takeOpen(*place.bars, message);
        case FeedKind::BarEnd:
            return takeEnd(*place.bars, message, closed);
        case FeedKind::Funding:
            return takeFunding(*place.funding, message);
        case FeedKind::Frame:
            return takeFrame(place, message);
        case FeedKind::Gas:
            return takeGas(*place.frame, message);
        case FeedKind::Clock:
            break;
        }
        return FeedFate::Accepted;
    }();
    if (fate == FeedFate::Accepted) {
        auto& last = m_lastReadings[message.series];
        last = std::max(last.value_or(message.time), message.time);
        m_newest = std::max(m_newest.value_or(message.time), message.time);
    }
    return fate;
}

FeedFate LiveSeries::conflict(const FeedMessage& message, double first, double found)
{
    m_fault = Error(ErrorCode::FeedConflict)
                  .with("series", nameOf(m_header.series[message.series]))
                  .with("time", formatIso(message.time))
                  .with("first", shortest(first))
                  .with("found", shortest(found));
    return FeedFate::Broken;
}

FeedFate LiveSeries::takeOpen(CandleSeries& bars, const FeedMessage& message)
{
    switch (orderOf(bars.time, message.label)) {
    case Order::Before:
        return FeedFate::Late;
    case Order::Equal:
        return bars.open.back() == message.open ? FeedFate::Repeated
                                                : conflict(message, bars.open.back(), message.open);
    case Order::Behind:
        break;
    }
    bars.time.push_back(message.label);
    bars.open.push_back(message.open);
    for (auto* column : {&bars.high, &bars.low, &bars.close})
        column->push_back(FeedMessage::kNone); // known when the bar has ended
    bars.line.push_back(lineOf(message));
    return FeedFate::Accepted;
}

FeedFate LiveSeries::takeEnd(CandleSeries& bars, const FeedMessage& message, const std::optional<Time>& closed)
{
    auto row = exactly(bars.time, message.label);
    if (row < 0) { // it began unseen
        const bool closedBefore = closed && message.label <= *closed;
        if (closedBefore || std::isnan(message.open) || takeOpen(bars, message) != FeedFate::Accepted)
            return FeedFate::Late;
        row = std::ssize(bars.time) - 1;
    }
    const auto at = static_cast<std::size_t>(row);
    if (!std::isnan(message.open) && message.open != bars.open[at])
        return conflict(message, bars.open[at], message.open);
    if (!std::isnan(bars.close[at])) {
        if (bars.close[at] != message.close)
            return conflict(message, bars.close[at], message.close);
        if (bars.high[at] != message.high)
            return conflict(message, bars.high[at], message.high);
        return bars.low[at] == message.low ? FeedFate::Repeated : conflict(message, bars.low[at], message.low);
    }
    bars.high[at] = message.high;
    bars.low[at] = message.low;
    bars.close[at] = message.close;
    m_ended = &bars;
    return FeedFate::Accepted;
}

FeedFate LiveSeries::takeFunding(FundingSeries& funding, const FeedMessage& message)
{
    switch (orderOf(funding.time, message.time)) {
    case Order::Before:
        return FeedFate::Late;
    case Order::Equal:
        return funding.rate.back() == message.rate ? FeedFate::Repeated
                                                   : conflict(message, funding.rate.back(), message.rate);
    case Order::Behind:
        break;
    }
    funding.time.push_back(message.time);
    funding.rate.push_back(message.rate);
    funding.intervalHours.push_back(message.intervalHours != 0 ? message.intervalHours
                                                               : m_header.series[message.series].intervalHours);
    funding.line.push_back(lineOf(message));
    return FeedFate::Accepted;
}

FeedFate LiveSeries::compareRow(const FrameSeries& frame, const FeedMessage& message, const std::vector<double>& values)
{
    for (std::size_t i = 0; i < values.size(); ++i)
        if (!same(frame.values[i].back(), values[i]))
            return conflict(message, frame.values[i].back(), values[i]);
    return FeedFate::Repeated;
}

FeedFate LiveSeries::takeFrame(const Place& place, const FeedMessage& message)
{
    FrameSeries& frame = *place.frame;
    for (std::size_t i = 0; i < message.values.size(); ++i)
        if (place.positive[i] && message.values[i] <= 0) {
            m_fault = Error(ErrorCode::DataIndex)
                          .with("file", m_header.name)
                          .with("line", static_cast<std::int64_t>(message.seq))
                          .with("series", frame.columns[i])
                          .with("found", shortest(message.values[i]));
            return FeedFate::Broken;
        }
    const Order order = orderOf(frame.time, message.time);
    if (order != Order::Behind)
        return order == Order::Before ? FeedFate::Late : compareRow(frame, message, message.values);
    frame.time.push_back(message.time);
    for (std::size_t i = 0; i < message.values.size(); ++i)
        frame.values[i].push_back(message.values[i]);
    frame.line.push_back(lineOf(message));
    return FeedFate::Accepted;
}

FeedFate LiveSeries::takeGas(FrameSeries& gas, const FeedMessage& message)
{
    const Order order = orderOf(gas.time, message.time);
    if (order != Order::Behind)
        return order == Order::Before ? FeedFate::Late : compareRow(gas, message, {message.gwei});
    gas.time.push_back(message.time);
    gas.values[0].push_back(message.gwei);
    gas.line.push_back(lineOf(message));
    return FeedFate::Accepted;
}

} // namespace carry
