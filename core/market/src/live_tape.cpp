// SPDX-License-Identifier: GPL-3.0-or-later
#include "market/live_tape.h"

#include "live_alignment.h"
#include "live_series.h"

#include <algorithm>

namespace carry
{
namespace
{

//! A time further ahead than that of what is known is a fault of the sender; steps are made up to a clock.
constexpr Duration kFarthest = 366 * kDay;

} // namespace

Result<std::unique_ptr<LiveTape>> LiveTape::create(const FeedHeader& header, const TapeRequest& request)
{
    if (request.from && request.to && *request.to < *request.from)
        return fail(
            Error(ErrorCode::ConfPeriod).with("from", formatIso(*request.from)).with("to", formatIso(*request.to)));
    auto tape = std::unique_ptr<LiveTape>(new LiveTape(header, request));
    if (auto found = tape->findSources(); !found)
        return fail(found.error());
    return tape;
}

LiveTape::LiveTape(const FeedHeader& header, const TapeRequest& request)
    : m_header(header), m_tape(std::shared_ptr<Tape>(new Tape)), m_series(std::make_unique<LiveSeries>(m_header))
{
    m_tape->m_request = request;
    m_tape->m_dataName = header.name;
    m_tape->m_synthetic = header.synthetic;
    if (request.to) // the last step on the grid ends the tape
        m_last = request.grid > Duration{} ? Time{request.to->time_since_epoch() / request.grid * request.grid}
                                           : *request.to;
}

LiveTape::~LiveTape() = default;

Result<void> LiveTape::findSources()
{
    const TapeRequest& request = m_tape->m_request;
    auto sources = TapeSources::find(m_series->data(), request, TapeSources::Rows::ToCome);
    if (!sources)
        return fail(sources.error());
    const bool nothing = sources->legs.empty() && sources->funding.empty() && sources->gas == nullptr &&
                         sources->frames.empty() && !request.from;
    if (nothing || (sources->legs.empty() && m_header.closing == FeedClosing::Labels))
        return fail(Error(ErrorCode::DataNoOverlap).with("series", "none with bars"));
    for (std::size_t i = 0; i < request.frames.size(); ++i)
        if (request.frames[i].use == FrameUse::Geometric)
            m_series->mustBePositive(*sources->frames[i].series, sources->frames[i].column);
    m_alignment = std::make_unique<LiveAlignment>(*m_tape, std::move(*sources));
    return {};
}

bool LiveTape::ended() const
{
    return m_closed && *m_closed >= m_last;
}

const std::vector<std::optional<Time>>& LiveTape::lastReadings() const
{
    return m_series->lastReadings();
}

bool LiveTape::reads(std::size_t series) const
{
    const void* const one = m_series->at(series);
    const TapeSources& sources = m_alignment->sources();
    const auto isOne = [one](const auto* other) { return static_cast<const void*>(other) == one; };
    return isOne(sources.gas) || std::any_of(sources.funding.begin(), sources.funding.end(), isOne) ||
           std::any_of(sources.legs.begin(), sources.legs.end(),
                       [&](const LegSource& leg) {
                           return isOne(leg.main) || std::any_of(leg.peers.begin(), leg.peers.end(), isOne);
                       }) ||
           std::any_of(sources.frames.begin(), sources.frames.end(),
                       [&](const FrameSource& frame) { return isOne(frame.series); });
}

//! From where on a message is too far ahead: rows from the last clock, a clock from what is newest.
std::optional<Time> LiveTape::horizon(const FeedMessage& message) const
{
    std::optional<Time> known = m_closed;
    if (const auto newest = m_series->newest(); newest && message.kind == FeedKind::Clock)
        known = std::max(*newest, m_closed.value_or(*newest));
    return known ? std::optional(*known + kFarthest) : std::nullopt;
}

Result<bool> LiveTape::take(const FeedMessage& message, FeedLog& log)
{
    if (const auto end = horizon(message); end && message.time > *end) {
        log.refuse(Error(ErrorCode::FeedAhead)
                       .with("seq", static_cast<std::int64_t>(message.seq))
                       .with("found", formatIso(message.time))
                       .with("expected", formatIso(*end - kFarthest)));
        return false;
    }
    if (message.kind == FeedKind::Clock)
        return takeClock(message, log);
    switch (m_series->take(message, m_closed)) {
    case FeedFate::Repeated:
        ++log.counters.repeated;
        return false;
    case FeedFate::Late:
        ++log.counters.late;
        return false;
    case FeedFate::Broken:
        log.refuse(m_series->fault());
        return false;
    case FeedFate::Accepted:
        break;
    }
    ++log.counters.accepted;
    if (const CandleSeries* bars = m_series->ended())
        m_alignment->barEnded(*bars, message.label);
    if (m_header.closing == FeedClosing::Labels && message.kind == FeedKind::BarOpen)
        if (auto closed = closeByLabels(); !closed)
            return fail(closed.error());
    return true;
}

Result<bool> LiveTape::takeClock(const FeedMessage& message, FeedLog& log)
{
    if (m_closed && message.time < *m_closed) {
        ++log.counters.late;
        return false;
    }
    ++log.counters.accepted;
    if (m_header.closing == FeedClosing::Clock)
        if (auto closed = close(message.time); !closed)
            return fail(closed.error());
    return true;
}

//! Everything before the newest label that all legs have.
Result<void> LiveTape::closeByLabels()
{
    Time label = Time::max();
    for (const LegSource& leg : m_alignment->sources().legs) {
        if (leg.main->time.empty())
            return {};
        label = std::min(label, leg.main->time.back());
    }
    const Time last = label - Duration{1};
    return m_closed && last <= *m_closed ? Result<void>() : close(last);
}

Result<void> LiveTape::close(Time t)
{
    if (!m_alignment->started()) {
        m_alignment->learn();
        const auto first = findStart(t);
        if (!first)
            return fail(first.error());
        if (*first) {
            m_alignment->start(**first);
            reportProxies(**first);
        }
    }
    m_alignment->advance(std::min(t, m_last));
    m_closed = t;
    return {};
}

//! The request's start, once it is closed, or the first time at which all series are known; nothing before that.
Result<std::optional<Time>> LiveTape::findStart(Time t) const
{
    const TapeSources& sources = m_alignment->sources();
    const auto from = m_tape->m_request.from;
    if (from && t < *from)
        return std::nullopt;
    std::string unknown;
    Time first = from.value_or(Time::min());
    const auto need = [&](bool known, Time since, const std::string& name) {
        if (known)
            first = std::max(first, since);
        else
            unknown += (unknown.empty() ? "" : ", ") + name;
    };
    const auto rows = [&](const std::vector<Time>& times, const std::string& name) {
        need(!times.empty(), times.empty() ? Time{} : times.front(), name);
    };
    for (std::size_t i = 0; i < sources.legs.size(); ++i)
        rows(sources.legs[i].main->time, nameOf(m_tape->m_request.legs[i]));
    for (std::size_t i = 0; i < sources.funding.size() && !from; ++i) // at a stated date a settlement may be missing
        rows(sources.funding[i]->time, nameOf(m_tape->m_request.funding[i]));
    if (sources.gas != nullptr)
        rows(sources.gas->time, "gas");
    for (const FrameSource& frame : sources.frames)
        need(!frame.known.empty(), frame.known.empty() ? Time{} : frame.timeOf(0), frame.name());
    if (!from)
        return unknown.empty() ? std::optional(first) : std::nullopt;
    if (!unknown.empty())
        return fail(Error(ErrorCode::DataSeriesMissing).with("series", unknown));
    if (first > *from)
        return fail(Error(ErrorCode::DataPeriodEmpty)
                        .with("from", formatIso(*from))
                        .with("to", formatIso(m_tape->m_request.to.value_or(t)))
                        .with("first", formatIso(first))
                        .with("last", formatIso(t)));
    return std::optional(*from);
}

void LiveTape::reportProxies(Time start)
{
    const auto report = [&](std::string name) {
        Finding finding;
        finding.kind = FindingKind::Proxy;
        finding.rule = QualityRule::UseNamedProxy;
        finding.series = std::move(name);
        finding.from = start;
        m_tape->m_findings.push_back(std::move(finding));
    };
    const TapeRequest& request = m_tape->m_request;
    for (const LegSpec& spec : request.legs)
        if (spec.proxy)
            report(nameOf(spec));
    for (std::size_t i = 0; i < request.frames.size(); ++i)
        if (request.frames[i].proxyId || request.frames[i].proxyColumn)
            report(request.frames[i].id + " (" + request.frames[i].column + ") <- " +
                   m_alignment->sources().frames[i].name());
}

} // namespace carry
