// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/predicate.h"

#include "store/record_loader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>

namespace carry
{
namespace
{

struct Source {
    std::size_t column = 0;
    std::optional<std::size_t> over;
};
using Sources = std::map<std::string, Source, std::less<>>;

Sources sourcesOf(const RunRecord& record)
{
    const ColumnLayout& layout = record.layout();
    Sources sources;
    for (std::size_t c = 0; c < layout.count(); ++c)
        if (c < layout.condition(0) || c >= layout.condition(layout.conditions))
            sources[layout.name(c)] = {c, {}};
    for (std::size_t i = 0; i < layout.conditions; ++i)
        sources["condition." + record.info().conditions[i].id] = {layout.condition(i), {}};
    for (std::size_t v = 0; v < kExchangeCount; ++v) {
        const std::string venue(toText(kExchanges[v]));
        sources[venue + ".basis"] = {ColumnLayout::venue(v, VenueColumn::Mark),
                                     ColumnLayout::venue(v, VenueColumn::Spot)};
        sources[venue + ".funding"] = {ColumnLayout::venue(v, VenueColumn::FundingApr), {}};
    }
    for (const AssetColumn c : {AssetColumn::NetDelta, AssetColumn::GrossDelta, AssetColumn::Price})
        sources[std::string(columnName(c))] = {ColumnLayout::asset(0, c), {}};
    for (std::size_t c = 0; layout.chain && c < kChainColumnCount; ++c)
        sources.try_emplace(std::string(columnName(static_cast<ChainColumn>(c))),
                            Source{layout.onChain(static_cast<ChainColumn>(c)), {}});
    return sources;
}

bool isNameCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

} // namespace

//! Reads a condition from left to right.
class PredicateParser
{
  public:
    PredicateParser(std::string_view text, const RunRecord& record) : m_text(text), m_sources(sourcesOf(record)) {}

    Result<Predicate> parse()
    {
        Predicate predicate;
        predicate.m_text = std::string(m_text);
        predicate.m_any.emplace_back();
        for (;;) {
            auto comparison = readComparison();
            if (!comparison)
                return fail(comparison.error());
            predicate.m_any.back().push_back(*comparison);
            skipBlanks();
            const std::size_t at = m_at;
            if (atEnd())
                return predicate;
            const std::string_view joint = readName();
            if (joint == "or")
                predicate.m_any.emplace_back();
            else if (joint != "and")
                return fail(wrong(at, "'and' or 'or' is expected"));
        }
    }

  private:
    using Comparison = Predicate::Comparison;
    using Test = Predicate::Test;

    Error wrong(std::size_t at, std::string found) const
    {
        return Error(ErrorCode::ConfPredicate)
            .with("text", std::string(m_text))
            .with("position", static_cast<std::int64_t>(at + 1))
            .with("found", std::move(found));
    }
    bool atEnd() const { return m_at >= m_text.size(); }
    void skipBlanks()
    {
        while (!atEnd() && (m_text[m_at] == ' ' || m_text[m_at] == '\t'))
            ++m_at;
    }
    std::string_view readName()
    {
        const std::size_t begin = m_at;
        while (!atEnd() && isNameCharacter(m_text[m_at]))
            ++m_at;
        return m_text.substr(begin, m_at - begin);
    }

    Result<Comparison> readComparison()
    {
        skipBlanks();
        const std::size_t at = m_at;
        const std::string_view name = readName();
        if (name.empty())
            return fail(wrong(at, "a name is expected"));
        const auto source = m_sources.find(name);
        if (source == m_sources.end())
            return fail(wrong(at, "this run has no figure '" + std::string(name) + "'"));
        Comparison comparison;
        comparison.column = source->second.column;
        comparison.over = source->second.over;
        const auto test = readTest();
        if (!test)
            return fail(test.error());
        comparison.test = *test;
        const auto number = readNumber();
        if (!number)
            return fail(number.error());
        comparison.number = *number;
        return comparison;
    }

    Result<Test> readTest()
    {
        skipBlanks();
        // Longer signs first: "<" begins "<=".
        static constexpr std::array<std::pair<std::string_view, Test>, 7> kTests{{{"<=", Test::LessOrEqual},
                                                                                  {">=", Test::GreaterOrEqual},
                                                                                  {"!=", Test::NotEqual},
                                                                                  {"==", Test::Equal},
                                                                                  {"<", Test::Less},
                                                                                  {">", Test::Greater},
                                                                                  {"=", Test::Equal}}};
        for (const auto& [sign, test] : kTests) {
            if (m_text.substr(m_at).starts_with(sign)) {
                m_at += sign.size();
                return test;
            }
        }
        return fail(wrong(m_at, "a comparison (<, <=, >, >=, = or !=) is expected"));
    }

    Result<double> readNumber()
    {
        skipBlanks();
        const std::size_t at = m_at;
        if (!atEnd() && m_text[m_at] == '+')
            ++m_at;
        double number = 0;
        const char* const begin = m_text.data() + m_at;
        const auto [end, status] = std::from_chars(begin, m_text.data() + m_text.size(), number);
        if (status != std::errc{} || !std::isfinite(number))
            return fail(wrong(at, "a number is expected"));
        m_at += static_cast<std::size_t>(end - begin);
        if (!atEnd() && m_text[m_at] == '%') {
            ++m_at;
            number /= 100;
        }
        if (!atEnd() && isNameCharacter(m_text[m_at]))
            return fail(wrong(at, "a number is expected"));
        return number;
    }

    std::string_view m_text;
    Sources m_sources;
    std::size_t m_at = 0;
};

Result<Predicate> Predicate::parse(std::string_view text, const RunRecord& record)
{
    return PredicateParser(text, record).parse();
}

bool Predicate::holds(const Comparison& c, const RunRecord& record, std::size_t step)
{
    double value = record.at(step, c.column);
    if (c.over)
        value = value / record.at(step, *c.over) - 1;
    if (std::isnan(value))
        return false;
    switch (c.test) {
    case Test::Less:
        return value < c.number;
    case Test::LessOrEqual:
        return value <= c.number;
    case Test::Greater:
        return value > c.number;
    case Test::GreaterOrEqual:
        return value >= c.number;
    case Test::Equal:
        return value == c.number;
    case Test::NotEqual:
        return value != c.number;
    }
    return false;
}

bool Predicate::holds(const RunRecord& record, std::size_t step) const
{
    return std::ranges::any_of(m_any, [&](const std::vector<Comparison>& all) {
        return std::ranges::all_of(all, [&](const Comparison& c) { return holds(c, record, step); });
    });
}

std::vector<std::string> predicateNames(const RunRecord& record)
{
    std::vector<std::string> names;
    for (const auto& [name, source] : sourcesOf(record))
        names.push_back(name);
    return names;
}

//! Of a stored run, into memory: one by one they would take many times longer. What cannot be read is a fault of the
//! record.
std::vector<std::size_t> Predicate::columns() const
{
    std::vector<std::size_t> columns;
    for (const auto& all : m_any)
        for (const Comparison& c : all) {
            columns.push_back(c.column);
            if (c.over)
                columns.push_back(*c.over);
        }
    return columns;
}

bool isAtHand(const RunRecord& record, const Predicate& predicate)
{
    const LazyColumns* lazy = record.lazyColumns();
    return lazy == nullptr || std::ranges::all_of(predicate.columns(), [&](std::size_t c) { return lazy->holds(c); });
}

Result<void> bringToHand(const RunRecord& record, const Predicate& predicate)
{
    return fetchColumns(record, predicate.columns());
}

std::optional<std::size_t> nextHit(const RunRecord& record, const Predicate& predicate, std::optional<std::size_t> step,
                                   std::size_t end)
{
    (void)bringToHand(record, predicate); // what cannot be read is absent, and the record tells
    std::size_t at = step ? *step + 1 : 0;
    end = std::min(end, record.committed());
    bool before = at > 0 && at <= end && predicate.holds(record, at - 1);
    for (; at < end; ++at) {
        const bool now = predicate.holds(record, at);
        if (now && !before)
            return at;
        before = now;
    }
    return std::nullopt;
}

std::optional<std::size_t> previousHit(const RunRecord& record, const Predicate& predicate, std::size_t step)
{
    (void)bringToHand(record, predicate); // what cannot be read is absent, and the record tells
    for (std::size_t at = std::min(step, record.committed()); at-- > 0;)
        if (predicate.becomesTrue(record, at))
            return at;
    return std::nullopt;
}

std::size_t countHits(const RunRecord& record, const Predicate& predicate, std::size_t end)
{
    (void)bringToHand(record, predicate); // what cannot be read is absent, and the record tells
    end = std::min(end, record.committed());
    std::size_t count = 0;
    bool before = false;
    for (std::size_t at = 0; at < end; ++at) {
        const bool now = predicate.holds(record, at);
        count += now && !before ? 1 : 0;
        before = now;
    }
    return count;
}

namespace
{

bool isEvent(RunEvent event, const DecisionRecord& d)
{
    return event == RunEvent::ByHand ? d.reason == Reason::ByHand : d.action != Action::Hold;
}

bool isEvent(RunEvent event, const JournalEvent& e)
{
    if (event == RunEvent::PlanFailed)
        return e.kind == EventKind::PlanFailed;
    if (event == RunEvent::Liquidation)
        return e.kind == EventKind::Liquidation || e.kind == EventKind::LendingLiquidation;
    const int from = e.b / 16;
    const int to = e.b % 16;
    return e.kind == EventKind::RiskLevel && to > from && to >= static_cast<int>(RiskLevel::Critical);
}

//! Calls `visit` with the log that holds such events and what tells the step of an entry that is one.
template <class Visit> void visitLog(const RunRecord& record, RunEvent event, Visit&& visit)
{
    switch (event) {
    case RunEvent::Decision:
    case RunEvent::ByHand:
        return visit(&StepEnds::decisions, [&record, event](std::size_t i) -> std::optional<std::size_t> {
            const DecisionRecord& d = record.decision(i);
            return isEvent(event, d) ? std::optional<std::size_t>(d.step) : std::nullopt;
        });
    case RunEvent::Funding:
        return visit(&StepEnds::funding, [&record](std::size_t i) -> std::optional<std::size_t> {
            const FundingRecord& f = record.funding(i);
            return f.paid ? std::optional<std::size_t>(f.step) : std::nullopt;
        });
    case RunEvent::RiskBreach:
    case RunEvent::Liquidation:
    case RunEvent::PlanFailed:
        return visit(&StepEnds::events, [&record, event](std::size_t i) -> std::optional<std::size_t> {
            const JournalEvent& e = record.event(i);
            return isEvent(event, e) ? std::optional<std::size_t>(e.step) : std::nullopt;
        });
    }
}

//! Length of a log before a step.
std::size_t lengthBefore(const RunRecord& record, std::uint32_t StepEnds::*log, std::size_t step)
{
    return step == 0 ? 0 : record.ends(step - 1).*log;
}

} // namespace

std::string_view toText(RunEvent event)
{
    constexpr std::array<std::string_view, kRunEventCount> kText{"decision", "by_hand",     "risk_breach",
                                                                 "funding",  "liquidation", "plan_failed"};
    return kText[static_cast<std::size_t>(event)];
}

std::optional<std::size_t> nextEvent(const RunRecord& record, RunEvent event, std::optional<std::size_t> step,
                                     std::size_t end)
{
    end = std::min(end, record.committed());
    const std::size_t from = std::min(step ? *step + 1 : 0, end);
    std::optional<std::size_t> found;
    visitLog(record, event, [&](std::uint32_t StepEnds::*log, auto&& stepOf) {
        const std::size_t last = lengthBefore(record, log, end);
        for (std::size_t i = lengthBefore(record, log, from); i < last && !found; ++i)
            found = stepOf(i);
    });
    return found;
}

std::optional<std::size_t> previousEvent(const RunRecord& record, RunEvent event, std::size_t step)
{
    std::optional<std::size_t> found;
    visitLog(record, event, [&](std::uint32_t StepEnds::*log, auto&& stepOf) {
        for (std::size_t i = lengthBefore(record, log, std::min(step, record.committed())); i-- > 0 && !found;)
            found = stepOf(i);
    });
    return found;
}

std::size_t countEvents(const RunRecord& record, RunEvent event, std::size_t end)
{
    std::size_t count = 0;
    std::optional<std::size_t> last;
    visitLog(record, event, [&](std::uint32_t StepEnds::*log, auto&& stepOf) {
        const std::size_t length = lengthBefore(record, log, std::min(end, record.committed()));
        for (std::size_t i = 0; i < length; ++i) {
            const auto step = stepOf(i);
            if (!step || step == last)
                continue;
            last = step;
            ++count;
        }
    });
    return count;
}

} // namespace carry
