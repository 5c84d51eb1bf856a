// SPDX-License-Identifier: GPL-3.0-or-later
#include "market/live_feed.h"

namespace carry
{

Result<std::unique_ptr<LiveFeed>> LiveFeed::open(std::unique_ptr<FeedSource> source, const TapeRequest& request,
                                                 const LiveFeedSettings& settings)
{
    std::unique_ptr<LiveFeed> feed(new LiveFeed(std::move(source), request, settings));
    if (auto restored = feed->restore(); !restored)
        return fail(restored.error());
    return feed;
}

LiveFeed::LiveFeed(std::unique_ptr<FeedSource> source, const TapeRequest& request, const LiveFeedSettings& settings)
    : m_source(std::move(source)), m_request(request), m_settings(settings), m_reader(m_log),
      m_sequencer(settings.window, m_log)
{
}

Result<void> LiveFeed::restore()
{
    std::error_code ignored;
    if (!m_settings.journal || std::filesystem::file_size(*m_settings.journal, ignored) == 0 || ignored)
        return {};
    auto kept = readFeed(*m_settings.journal);
    if (!kept)
        return fail(kept.error());
    if (auto begun = begin(kept->header); !begun)
        return begun;
    m_reader.expect(kept->header);
    m_log.counters.received += kept->messages.size();
    if (auto taken = take(kept->messages, std::nullopt); !taken)
        return fail(taken.error());
    return {};
}

Result<void> LiveFeed::begin(const FeedHeader& header)
{
    auto tape = LiveTape::create(header, m_request);
    if (!tape)
        return fail(tape.error());
    m_tape = std::move(*tape);
    m_sequencer.begin(header.seq);
    std::vector<bool> reads(header.series.size());
    for (std::size_t i = 0; i < reads.size(); ++i)
        reads[i] = m_tape->reads(i);
    m_health.emplace(header, m_settings.bounds, std::move(reads));
    m_health->onChange(m_listener);
    if (!m_settings.journal)
        return {};
    auto journal = FeedJournal::open(*m_settings.journal, header);
    if (!journal)
        return fail(journal.error());
    m_journal = std::move(*journal);
    return {};
}

//! Without a wall clock the messages come from the journal, which has them.
Result<bool> LiveFeed::take(std::vector<FeedMessage>& released, std::optional<Time> wall)
{
    bool any = false;
    for (const FeedMessage& message : released) {
        if (!wall)
            m_sequencer.skipTo(message.seq);
        const auto accepted = m_tape->take(message, m_log);
        if (!accepted)
            return fail(accepted.error());
        if (*accepted && wall && m_journal)
            m_journal->add(message);
        any |= *accepted;
    }
    released.clear();
    if (any && wall)
        m_health->heard(*wall);
    if (m_journal)
        if (auto flushed = m_journal->flush(); !flushed)
            return fail(flushed.error());
    return any;
}

Result<bool> LiveFeed::poll(Time wall, Duration timeout)
{
    m_source->resumeAfter(m_sequencer.last());
    const auto came = m_source->poll(timeout);
    if (!came)
        return fail(came.error());
    if (came->connected)
        m_reader.connected();
    m_reader.take(came->bytes, m_arrived);
    if (!m_tape && m_reader.header())
        if (auto begun = begin(*m_reader.header()); !begun)
            return fail(begun.error());
    if (!m_tape)
        return false;
    for (FeedMessage& message : m_arrived)
        m_sequencer.take(std::move(message), wall, m_released);
    m_arrived.clear();
    m_sequencer.wait(wall, m_released);
    const auto taken = take(m_released, wall);
    if (taken)
        judge(wall);
    return taken;
}

Result<void> LiveFeed::finish()
{
    if (!m_tape)
        return {};
    m_sequencer.flush(m_released);
    if (auto taken = take(m_released, Time{}); !taken)
        return fail(taken.error());
    return {};
}

void LiveFeed::judge(Time wall)
{
    m_health->check({wall, m_tape->closed(), &m_tape->lastReadings(), m_sequencer.gapSince()});
}

const FeedStatus& LiveFeed::status() const
{
    static const FeedStatus kWaiting;
    return m_health ? m_health->status() : kWaiting;
}

void LiveFeed::onChange(FeedListener listener)
{
    m_listener = std::move(listener);
    if (m_health)
        m_health->onChange(m_listener);
}

} // namespace carry
