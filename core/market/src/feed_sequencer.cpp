// SPDX-License-Identifier: GPL-3.0-or-later
#include "market/feed_sequencer.h"

#include <algorithm>

namespace carry
{
namespace
{

constexpr std::size_t kMostGaps = 10'000; //!< remembered, to tell a late message from a repeated one

} // namespace

void FeedSequencer::begin(std::uint64_t seq)
{
    if (m_begun)
        return;
    m_begun = true;
    m_next = seq + 1;
    m_highest = seq;
}

void FeedSequencer::skipTo(std::uint64_t seq)
{
    m_next = std::max(m_next, seq + 1);
    m_highest = std::max(m_highest, seq);
}

void FeedSequencer::take(FeedMessage message, Time now, std::vector<FeedMessage>& released)
{
    const std::uint64_t seq = message.seq;
    FeedCounters& counters = m_log->counters;
    if (seq < m_next) {
        const bool late = wasGivenUp(seq);
        ++(late ? counters.late : counters.repeated);
        counters.reordered += late ? 1 : 0;
        return;
    }
    if (seq - m_next > m_window.farthest)
        return m_log->refuse(Error(ErrorCode::FeedAhead)
                                 .with("seq", static_cast<std::int64_t>(seq))
                                 .with("found", static_cast<std::int64_t>(seq))
                                 .with("expected", static_cast<std::int64_t>(m_next - 1)));
    if (m_held.contains(seq)) {
        ++counters.repeated;
        return;
    }
    counters.reordered += seq < m_highest ? 1 : 0;
    m_highest = std::max(m_highest, seq);
    if (seq == m_next) {
        ++m_next;
        released.push_back(std::move(message));
        if (!m_held.empty())
            release(released);
    } else {
        m_held.emplace(seq, Held{std::move(message), now});
    }
    while (m_held.size() > m_window.messages)
        giveUp(released);
}

void FeedSequencer::wait(Time now, std::vector<FeedMessage>& released)
{
    while (!m_held.empty() && now - m_held.begin()->second.since >= m_window.hold)
        giveUp(released);
}

void FeedSequencer::flush(std::vector<FeedMessage>& released)
{
    while (!m_held.empty())
        giveUp(released);
}

std::optional<Time> FeedSequencer::gapSince() const
{
    return m_held.empty() ? std::nullopt : std::optional(m_held.begin()->second.since);
}

//! Each number at most once, so that it is a repetition from then on.
bool FeedSequencer::wasGivenUp(std::uint64_t seq)
{
    auto gap = m_givenUp.upper_bound(seq);
    if (gap == m_givenUp.begin() || (--gap)->second <= seq)
        return false;
    const auto [first, end] = *gap;
    m_givenUp.erase(gap);
    if (first < seq)
        m_givenUp.emplace(first, seq);
    if (seq + 1 < end)
        m_givenUp.emplace(seq + 1, end);
    return true;
}

//! The gap before the first message that is held back.
void FeedSequencer::giveUp(std::vector<FeedMessage>& released)
{
    const std::uint64_t first = m_held.begin()->first;
    m_log->counters.missing += first - m_next;
    m_givenUp.emplace(m_next, first);
    if (m_givenUp.size() > kMostGaps)
        m_givenUp.erase(m_givenUp.begin());
    m_next = first;
    release(released);
}

void FeedSequencer::release(std::vector<FeedMessage>& released)
{
    auto held = m_held.begin();
    for (; held != m_held.end() && held->first == m_next; ++held, ++m_next)
        released.push_back(std::move(held->second.message));
    m_held.erase(m_held.begin(), held);
}

} // namespace carry
