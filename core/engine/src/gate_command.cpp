// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/gate_command.h"

#include <algorithm>

namespace carry
{

std::string_view toText(GateCommand::Kind kind)
{
    constexpr std::array<std::string_view, 10> kText{
        "approve", "approve_groups", "reject",    "postpone",       "reevaluate",
        "kill",    "flatten",        "set_state", "adopt_balances", "feed"};
    return kText[static_cast<std::size_t>(kind)];
}

std::string_view toText(FeedNews news)
{
    constexpr std::array<std::string_view, 3> kText{"fresh", "stale", "ended"};
    return kText[static_cast<std::size_t>(news)];
}

namespace
{

bool isSudden(const GateCommand& command)
{
    return command.kind == GateCommand::Kind::Kill && (command.atOnce || command.before != 0);
}

} // namespace

std::uint64_t CommandQueue::add(GateCommand command)
{
    const std::lock_guard lock(m_mutex);
    command.sequence = ++m_last;
    const auto place =
        std::ranges::upper_bound(m_waiting, command.at, {}, [](const GateCommand& waiting) { return waiting.at; });
    if (isSudden(command))
        m_kills.fetch_add(1, std::memory_order_release);
    m_waiting.insert(place, std::move(command));
    return m_last;
}

std::vector<GateCommand> CommandQueue::take(Time now)
{
    const std::lock_guard lock(m_mutex);
    std::vector<GateCommand> due;
    std::erase_if(m_waiting, [&](GateCommand& waiting) {
        if (waiting.at > now || waiting.before != 0)
            return false;
        if (isSudden(waiting))
            m_kills.fetch_sub(1, std::memory_order_release);
        due.push_back(std::move(waiting));
        return true;
    });
    return due;
}

std::optional<GateCommand> CommandQueue::takeKill(InstructionId before)
{
    const std::lock_guard lock(m_mutex);
    const auto found = std::ranges::find_if(m_waiting, [&](const GateCommand& waiting) {
        return isSudden(waiting) && (waiting.atOnce || waiting.before == before);
    });
    if (found == m_waiting.end())
        return std::nullopt;
    GateCommand command = std::move(*found);
    m_waiting.erase(found);
    m_kills.fetch_sub(1, std::memory_order_release);
    return command;
}

bool CommandQueue::haltWaits() const
{
    const std::lock_guard lock(m_mutex);
    return std::ranges::any_of(m_waiting, [](const GateCommand& waiting) {
        return waiting.kind == GateCommand::Kind::Kill && waiting.atOnce;
    });
}

std::optional<Time> CommandQueue::next(Time now) const
{
    const std::lock_guard lock(m_mutex);
    for (const GateCommand& waiting : m_waiting)
        if (waiting.at > now && waiting.before == 0)
            return waiting.at;
    return std::nullopt;
}

} // namespace carry
