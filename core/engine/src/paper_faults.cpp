// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/paper_faults.h"

namespace carry
{
namespace
{

constexpr std::uint64_t kHourMs = 3'600'000;

//! SplitMix64 (Steele, Lea and Flood, 2014).
std::uint64_t mix(std::uint64_t x)
{
    x += 0x9e37'79b9'7f4a'7c15ULL;
    x = (x ^ (x >> 30U)) * 0xbf58'476d'1ce4'e5b9ULL;
    x = (x ^ (x >> 27U)) * 0x94d0'49bb'1331'11ebULL;
    return x ^ (x >> 31U);
}

//! FNV-1a.
std::uint64_t fold(std::uint64_t hash, std::string_view text)
{
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x0000'0100'0000'01b3ULL;
    return hash;
}

} // namespace

bool PaperFaults::any() const
{
    return latency.count() != 0 || lostRequest + lostAnswer + lostQuery + refused + rateLimited > 0 ||
           duplicated + partial + disconnected + foreign > 0;
}

double FaultDraw::uniform(std::string_view kind, std::string_view key, std::uint64_t number) const
{
    const std::uint64_t named = fold(fold(0xcbf2'9ce4'8422'2325ULL, kind), key);
    const std::uint64_t drawn = mix(mix(named ^ mix(m_faults.seed)) ^ number);
    return static_cast<double>(drawn >> 11U) * 0x1p-53;
}

bool FaultDraw::happens(double probability, std::string_view kind, std::string_view key, std::uint64_t number) const
{
    return probability > 0 && uniform(kind, key, number) < probability;
}

Duration FaultDraw::latency(std::string_view kind, std::string_view key, std::uint64_t number) const
{
    if (m_faults.latency.count() == 0)
        return {};
    const double part = uniform(kind, key, number);
    return Duration{static_cast<std::int64_t>(part * static_cast<double>(m_faults.latency.count()))};
}

std::optional<FaultDraw::Window> FaultDraw::windowOf(Stream stream, std::int64_t hour) const
{
    const auto number = static_cast<std::uint64_t>(hour);
    if (!happens(m_faults.disconnected, "disconnect", toText(stream), number))
        return std::nullopt;
    const double part = uniform("disconnect at", toText(stream), number);
    const auto start = fromMs(hour * static_cast<std::int64_t>(kHourMs) +
                              static_cast<std::int64_t>(part * static_cast<double>(kHourMs)));
    return Window{start, start + m_faults.disconnectedFor};
}

bool FaultDraw::connected(Stream stream, Time at) const
{
    if (m_faults.disconnected == 0)
        return true;
    const std::int64_t hour = toMs(at) / static_cast<std::int64_t>(kHourMs);
    const std::int64_t reach = m_faults.disconnectedFor.count() / static_cast<std::int64_t>(kHourMs) + 1;
    for (std::int64_t h = hour - reach; h <= hour; ++h)
        if (const auto window = windowOf(stream, h); window && window->from <= at && at < window->to)
            return false;
    return true;
}

std::optional<Time> FaultDraw::nextChange(Stream stream, Time now) const
{
    if (m_faults.disconnected == 0)
        return std::nullopt;
    std::optional<Time> next;
    const auto consider = [&](Time edge) {
        if (edge > now && (!next || edge < *next))
            next = edge;
    };
    const std::int64_t hour = toMs(now) / static_cast<std::int64_t>(kHourMs);
    const std::int64_t reach = m_faults.disconnectedFor.count() / static_cast<std::int64_t>(kHourMs) + 1;
    for (std::int64_t h = hour - reach; h <= hour + 1; ++h)
        if (const auto window = windowOf(stream, h)) {
            consider(window->from);
            consider(window->to);
        }
    return next;
}

} // namespace carry
