// SPDX-License-Identifier: GPL-3.0-or-later
// Bytes of a feed, in pieces, to a tape that reads all series of the header. A first line of digits says how the bytes
// are cut: its number, and where the sender connects anew.
#include "fuzz_support.h"
#include "market/feed_journal.h"
#include "market/feed_reader.h"
#include "market/feed_sequencer.h"
#include "market/live_tape.h"

#include <algorithm>
#include <charconv>
#include <cmath>

using namespace carry;
using fuzz::require;

namespace
{

TapeRequest requestOf(const FeedHeader& header)
{
    TapeRequest request;
    for (const FeedSeries& series : header.series)
        switch (series.kind) {
        case FeedSeriesKind::Bars:
            request.legs.push_back({series.key.venue, series.key.asset,
                                    series.key.kind == SeriesKind::SpotCandles ? Product::Spot : Product::Perp,
                                    std::nullopt});
            break;
        case FeedSeriesKind::Funding:
            request.funding.push_back({series.key.venue, series.key.asset, 8, std::nullopt});
            break;
        case FeedSeriesKind::Frame:
            request.frames.push_back({series.id, series.columns[0], FrameUse::Geometric, {}, {}});
            request.frames.push_back({series.id, series.columns.back(), FrameUse::TrailingApr, {}, {}});
            break;
        case FeedSeriesKind::Gas:
            request.gas = true;
            break;
        }
    return request;
}

void checkTape(const Tape& tape, const TapeRequest& request)
{
    for (std::size_t step = 0; step < tape.size(); ++step) {
        const MarketView view(tape, step);
        require(step == 0 || tape.timeAt(step - 1) < view.time(), "steps rise");
        for (LegIndex i = 0; i < request.legs.size(); ++i) {
            require(std::isfinite(view.price(i)) && view.price(i) > 0, "prices are above zero");
            require(view.observed(i) <= view.time(), "nothing is read before it is known");
            const auto bar = view.endedBar(i);
            require(!bar || (bar->high >= bar->low && bar->low > 0), "a bar that ended has extremes");
        }
        for (std::size_t i = 0; i < request.funding.size(); ++i) {
            const FundingEvent* last = view.lastSettlement(i);
            require(last == nullptr || (last->time <= view.time() && std::isfinite(last->rate)),
                    "settlements are past");
        }
        for (std::size_t i = 0; i < request.frames.size(); ++i)
            require(view.frameObserved(i) <= view.time() &&
                        (request.frames[i].use != FrameUse::Geometric || view.frame(i) > 0),
                    "an index is above zero");
        require(view.gasGwei() >= 0, "gas is not negative");
    }
}

//! What a session does with bytes, without its source.
class Session
{
  public:
    void connect() { m_reader.connected(); }
    void take(std::string_view bytes)
    {
        m_reader.take(bytes, m_arrived);
        if (!m_tape && m_reader.header()) {
            m_request = requestOf(*m_reader.header());
            auto tape = LiveTape::create(*m_reader.header(), m_request);
            if (!tape)
                return fuzz::checkError(tape.error(), "DATA");
            m_tape = std::move(*tape);
            m_sequencer.begin(m_reader.header()->seq);
        }
        for (FeedMessage& message : m_arrived)
            m_sequencer.take(std::move(message), Time{}, m_released);
        m_arrived.clear();
        pass();
    }
    void finish()
    {
        m_sequencer.flush(m_released);
        pass();
        for (const Error& fault : m_log.faults)
            fuzz::checkError(fault);
        const FeedCounters& c = m_log.counters;
        require(!m_tape || m_failed || c.received == c.accepted + c.repeated + c.late + c.broken, "counters add up");
        if (m_tape)
            checkTape(*m_tape->tape(), m_request);
        checkJournal();
    }

  private:
    void pass()
    {
        for (const FeedMessage& message : m_released) {
            if (!m_tape || m_failed)
                break;
            const auto taken = m_tape->take(message, m_log);
            if (!taken) {
                fuzz::checkError(taken.error(), "DATA");
                m_failed = true;
            } else if (*taken) {
                addFeedLine(m_journal, m_tape->header(), message);
            }
        }
        m_released.clear();
    }
    //! The journal makes the same tape.
    void checkJournal() const
    {
        if (!m_tape || m_failed)
            return;
        FeedLog log;
        FeedReader reader(log);
        std::vector<FeedMessage> messages;
        reader.take(feedLine(m_tape->header()) + m_journal, messages);
        require(log.counters.broken == 0 && reader.header() == m_tape->header(), "a journal can be read");
        auto tape = LiveTape::create(m_tape->header(), m_request);
        for (const FeedMessage& message : messages)
            require((*tape)->take(message, log).value_or(false), "a journal has accepted messages only");
        require((*tape)->tape()->digest() == m_tape->tape()->digest(), "a journal makes the same tape");
    }

    FeedLog m_log;
    FeedReader m_reader{m_log};
    FeedSequencer m_sequencer{{.messages = 16, .hold = Duration{1000}, .farthest = 1000}, m_log};
    TapeRequest m_request;
    std::unique_ptr<LiveTape> m_tape;
    std::vector<FeedMessage> m_arrived, m_released;
    std::string m_journal;
    bool m_failed = false;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
    std::string_view text = fuzz::textOf(bytes, size);
    const std::string_view cut = fuzz::takeLine(text);
    std::size_t piece = 64;
    std::from_chars(cut.data(), cut.data() + cut.size(), piece);
    piece = std::clamp<std::size_t>(piece, 1, 4096);
    const bool anew = cut.find('!') != std::string_view::npos;
    Session session;
    for (std::size_t at = 0; at < text.size(); at += piece) {
        if (anew && at / piece == 20)
            session.connect();
        session.take(text.substr(at, piece));
    }
    session.finish();
    return 0;
}
