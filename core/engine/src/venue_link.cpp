// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/venue_link.h"

namespace carry
{

std::string_view toText(Stream stream)
{
    constexpr std::array<std::string_view, kStreamCount> kText{"binance", "bybit", "okx", "chain"};
    return kText[index(stream)];
}

Stream streamOf(Venue venue)
{
    switch (venue) {
    case Venue::Binance:
        return Stream::Binance;
    case Venue::Bybit:
        return Stream::Bybit;
    case Venue::Okx:
        return Stream::Okx;
    default:
        return Stream::Chain;
    }
}

Stream streamOf(const InstructionBody& body)
{
    if (const auto* transfer = std::get_if<Transfer>(&body))
        return streamOf(transfer->from);
    if (const auto* spot = std::get_if<SpotTrade>(&body))
        return streamOf(spot->venue);
    if (const auto* perp = std::get_if<PerpTrade>(&body))
        return streamOf(perp->venue);
    return Stream::Chain;
}

Stream streamOf(const ChartOfAccounts& chart, const Posting& posting)
{
    const Stream from = streamOf(chart.at(posting.from).venue);
    return from == Stream::Chain ? streamOf(chart.at(posting.to).venue) : from;
}

Stream streamOf(const VenueMessage& message)
{
    return std::visit([](const auto& m) { return m.stream; }, message);
}

} // namespace carry
