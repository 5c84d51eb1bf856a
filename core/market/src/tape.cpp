// SPDX-License-Identifier: GPL-3.0-or-later
#include "market/tape.h"

#include "base/digest.h"

#include <cmath>

namespace carry
{

void Tape::LegColumns::add(double open, double barHigh, double barLow, Time observed, std::uint8_t flag)
{
    price.push_back(open);
    high.push_back(barHigh);
    low.push_back(barLow);
    observedMs.push_back(toMs(observed));
    flags.push_back(flag);
}

std::string Tape::digest() const
{
    Sha256 sha;
    sha.u64(m_time.size());
    sha.bytes(m_time.data(), m_time.size() * sizeof(Time));
    sha.bytes(m_isBar.data(), m_isBar.size());
    for (std::size_t i = 0; i < m_legs.size(); ++i) {
        const LegSpec& spec = m_request.legs[i];
        sha.text(toText(spec.venue));
        sha.text(toText(spec.asset));
        sha.text(toText(spec.product));
        const LegColumns& leg = m_legs[i];
        sha.doubles(leg.price);
        sha.doubles(leg.high);
        sha.doubles(leg.low);
        sha.bytes(leg.observedMs.data(), leg.observedMs.size() * sizeof(std::int64_t));
        sha.bytes(leg.flags.data(), leg.flags.size());
    }
    for (std::size_t i = 0; i < m_funding.size(); ++i) {
        const FundingColumns& funding = m_funding[i];
        sha.text(toText(m_request.funding[i].venue));
        sha.text(toText(m_request.funding[i].asset));
        sha.u64(funding.events.size());
        for (const FundingEvent& e : funding.events) {
            sha.u64(static_cast<std::uint64_t>(toMs(e.time)));
            sha.doubles({&e.rate, 1});
            sha.u64(std::uint64_t{e.intervalHours} << 8 | e.flags);
        }
    }
    sha.doubles(m_gasGwei);
    for (std::size_t i = 0; i < m_frames.size(); ++i) { // a tape without frames keeps the digest it had before
        const FrameSpec& spec = m_request.frames[i];
        sha.text(spec.id);
        sha.text(spec.column);
        sha.u64(static_cast<std::uint64_t>(spec.use));
        sha.doubles(m_frames[i].value);
        sha.bytes(m_frames[i].observedMs.data(), m_frames[i].observedMs.size() * sizeof(std::int64_t));
    }
    return sha.hex();
}

std::optional<BarExtremes> MarketView::endedBar(LegIndex leg) const
{
    const std::int32_t bar = m_tape->m_endedBar[m_step];
    if (bar < 0)
        return std::nullopt;
    const auto& columns = m_tape->m_legs[leg];
    const auto at = static_cast<std::size_t>(bar);
    // In a tape that grows, the end of a bar may have been missed.
    if ((columns.flags[at] & kReadingCarried) != 0 || std::isnan(columns.high[at]))
        return std::nullopt;
    return BarExtremes{columns.price[at], columns.high[at], columns.low[at]};
}

const FundingEvent* MarketView::settlement(std::size_t funding) const
{
    const FundingEvent* event = lastSettlement(funding);
    return event != nullptr && event->step == static_cast<std::int64_t>(m_step) ? event : nullptr;
}

const FundingEvent* MarketView::lastSettlement(std::size_t funding) const
{
    const auto& columns = m_tape->m_funding[funding];
    const std::int32_t last = columns.last[m_step];
    return last < 0 ? nullptr : &columns.events[static_cast<std::size_t>(last)];
}

double MarketView::trailingFunding(std::size_t funding, Duration window) const
{
    const auto& columns = m_tape->m_funding[funding];
    const Time since = time() - window;
    double sum = 0;
    for (std::int32_t i = columns.last[m_step]; i >= 0; --i) {
        const FundingEvent& event = columns.events[static_cast<std::size_t>(i)];
        if (event.time <= since)
            break;
        sum += event.rate;
    }
    return sum;
}

} // namespace carry
