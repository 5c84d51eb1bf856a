// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/digest.h"
#include "record/run_record.h"

#include <cstring>

namespace carry
{
namespace
{

//! Collects fields into a buffer and hashes it in large pieces: one call into the hash per field would dominate.
class Feed
{
  public:
    explicit Feed(Sha256& sha) : m_sha(sha) {}
    ~Feed() { flush(); }
    Feed(const Feed&) = delete;
    Feed& operator=(const Feed&) = delete;

    template <class T> void value(const T& v)
    {
        static_assert(std::is_trivially_copyable_v<T>);
        if (m_used + sizeof(T) > sizeof m_buffer)
            flush();
        std::memcpy(m_buffer + m_used, &v, sizeof(T));
        m_used += sizeof(T);
    }
    void decimal(Decimal d) { value(d.units()); }
    void text(std::string_view text)
    {
        value(static_cast<std::uint8_t>(text.size()));
        for (const char c : text)
            value(c);
    }
    void flush()
    {
        m_sha.bytes(m_buffer, m_used);
        m_used = 0;
    }

  private:
    Sha256& m_sha;
    unsigned char m_buffer[1 << 14];
    std::size_t m_used = 0;
};

void feedLedger(Feed& feed, const LedgerEntry& e)
{
    feed.value(e.step);
    feed.value(e.posting.from);
    feed.value(e.posting.to);
    feed.value(e.posting.cause);
    feed.value(e.posting.instruction);
    feed.decimal(e.posting.amount);
}

void feedDecision(Feed& feed, const DecisionRecord& d)
{
    feed.value(d.step);
    feed.value(d.action);
    feed.value(d.reason);
    feed.value(d.plan);
    feed.value(d.numbers);
}

void feedTransition(Feed& feed, const TransitionRecord& t, bool chain)
{
    feed.value(t.step);
    feed.value(t.instruction);
    feed.value(t.from);
    feed.value(t.to);
    feed.value(t.timeMs);
    feed.value(t.price);
    feed.decimal(t.quantity);
    feed.value(t.netDelta);
    feed.value(t.minMarginRatio);
    if (chain) {
        feed.value(t.ltv);
        feed.value(t.healthFactor);
    }
    // By its text: the numbers of codes move when one is added.
    feed.text(t.error ? t.error->codeText() : std::string_view{});
    if (chain && t.error)
        for (const auto& [key, value] : t.error->context()) {
            feed.text(key);
            feed.text(value);
        }
}

} // namespace

std::string resultDigest(const RunRecord& record, const std::function<bool()>& goOn)
{
    Sha256 sha;
    const std::size_t steps = record.committed();
    StepEnds done;
    std::vector<double> room;
    for (std::size_t first = 0; first < steps; first += ColumnTable::kChunk) {
        const std::size_t last = std::min(steps, first + ColumnTable::kChunk);
        const auto columns = record.chunk(first / ColumnTable::kChunk, room);
        if (!columns || (goOn && !goOn()))
            return {};
        for (const double* column : *columns)
            sha.doubles({column, last - first});
        const StepEnds& ends = record.ends(last - 1);
        Feed feed(sha);
        for (std::size_t s = first; s < last; ++s)
            feed.value(toMs(record.time(s)));
        for (auto i = done.ledger; i < ends.ledger; ++i)
            feedLedger(feed, record.ledger(i));
        for (auto i = done.decisions; i < ends.decisions; ++i)
            feedDecision(feed, record.decision(i));
        for (auto i = done.transitions; i < ends.transitions; ++i)
            feedTransition(feed, record.transition(i), record.layout().chain);
        done = ends;
    }
    return sha.hex();
}

std::string instructionDigest(const RunRecord& record)
{
    Sha256 sha;
    const std::size_t steps = record.committed();
    const std::size_t count = steps == 0 ? 0 : record.ends(steps - 1).instructions;
    for (std::size_t i = 0; i < count; ++i) {
        const InstructionRecord& r = record.instruction(i);
        sha.u64(r.plan);
        sha.u64(std::uint64_t{r.phase} << 32 | std::uint64_t{r.group} << 16 | r.position);
        sha.text(describeInstruction(r.instruction.body));
    }
    return sha.hex();
}

} // namespace carry
