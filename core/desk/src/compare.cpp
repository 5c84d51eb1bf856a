// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/inspection.h"
#include "desk/stored_runs.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <set>

namespace carry
{
namespace
{

std::string textOf(double value)
{
    char buffer[40];
    std::snprintf(buffer, sizeof buffer, "%.17g", value);
    return std::isnan(value) ? std::string("-") : std::string(buffer);
}

std::string textOf(const RunRecord& record, const LedgerEntry& entry)
{
    const Posting& p = entry.posting;
    return std::string(toText(p.cause)) + " " + p.amount.toString() + " " + record.chart().at(p.from).key() + " -> " +
           record.chart().at(p.to).key();
}

std::string textOf(const RunRecord& record, const TransitionRecord& t)
{
    return describeInstruction(record.instruction(t.instruction - 1).instruction.body) + ": " +
           std::string(toText(t.to)) + " " + t.quantity.toString() + " at " + textOf(t.price);
}

//! Numbers of accounts mean the same in both only where the same is held on chain.
bool same(const RunRecord& recordA, const LedgerEntry& a, const RunRecord& recordB, const LedgerEntry& b)
{
    return recordA.chart().at(a.posting.from) == recordB.chart().at(b.posting.from) &&
           recordA.chart().at(a.posting.to) == recordB.chart().at(b.posting.to) && a.posting.cause == b.posting.cause &&
           a.posting.amount == b.posting.amount;
}

bool same(const DecisionRecord& a, const DecisionRecord& b)
{
    return a.action == b.action && a.reason == b.reason &&
           std::bit_cast<std::array<std::uint64_t, 4>>(a.numbers) ==
               std::bit_cast<std::array<std::uint64_t, 4>>(b.numbers);
}

//! Both at a step; tells the first thing in which they differ.
class StepComparison
{
  public:
    StepComparison(const RunView& a, const RunView& b) : m_a(a), m_b(b) {}

    bool differ(std::size_t stepA, std::size_t stepB, Divergence& into) const
    {
        const RunRecord& a = *m_a.record();
        const RunRecord& b = *m_b.record();
        const auto tell = [&](std::string what, std::string valueA, std::string valueB) {
            into.what = std::move(what);
            into.valueA = std::move(valueA);
            into.valueB = std::move(valueB);
            return true;
        };
        if (a.time(stepA) != b.time(stepB))
            return tell("time", formatIso(a.time(stepA)), formatIso(b.time(stepB)));
        const std::string decisionA = decisionAt(m_a, stepA);
        if (const std::string decisionB = decisionAt(m_b, stepB); decisionA != decisionB)
            return tell("decision", decisionA, decisionB);
        const LogRange ledgerA = m_a.ledgerOf(stepA);
        const LogRange ledgerB = m_b.ledgerOf(stepB);
        for (std::size_t i = 0; i < std::min(ledgerA.size(), ledgerB.size()); ++i)
            if (const auto &x = a.ledger(ledgerA.first + i), &y = b.ledger(ledgerB.first + i); !same(a, x, b, y))
                return tell("ledger", textOf(a, x), textOf(b, y));
        if (ledgerA.size() != ledgerB.size())
            return tell("ledger entries", std::to_string(ledgerA.size()), std::to_string(ledgerB.size()));
        const LogRange changesA = m_a.transitionsOf(stepA);
        const LogRange changesB = m_b.transitionsOf(stepB);
        for (std::size_t i = 0; i < std::min(changesA.size(), changesB.size()); ++i) {
            const std::string x = textOf(a, a.transition(changesA.first + i));
            if (const std::string y = textOf(b, b.transition(changesB.first + i)); x != y)
                return tell("instruction", x, y);
        }
        // What stands after the exchanges depends on the strategy's conditions.
        for (std::size_t c = 0; c < ColumnLayout::asset(0, AssetColumn::NetDelta); ++c)
            if (std::bit_cast<std::uint64_t>(a.at(stepA, c)) != std::bit_cast<std::uint64_t>(b.at(stepB, c)))
                return tell(a.layout().name(c), textOf(a.at(stepA, c)), textOf(b.at(stepB, c)));
        if (!a.layout().chain || !b.layout().chain)
            return false;
        for (std::size_t i = 0; i < kChainColumnCount; ++i) {
            const auto column = static_cast<ChainColumn>(i);
            const double x = a.at(stepA, a.layout().onChain(column));
            const double y = b.at(stepB, b.layout().onChain(column));
            if (std::bit_cast<std::uint64_t>(x) != std::bit_cast<std::uint64_t>(y))
                return tell(a.layout().name(a.layout().onChain(column)), textOf(x), textOf(y));
        }
        return false;
    }

    //! Conditions and texts aside: empty where none was made.
    static std::string decisionAt(const RunView& view, std::size_t step)
    {
        const LogRange decisions = view.decisionsOf(step);
        return decisions.empty() ? std::string() : describeDecision(view.record()->decision(decisions.first));
    }

  private:
    const RunView& m_a;
    const RunView& m_b;
};

//! The first step at or after a time.
std::size_t firstFrom(const RunView& view, Time time)
{
    const std::size_t step = view.stepAt(time);
    return view.record()->time(step) < time ? step + 1 : step;
}

void findDecision(const RunView& a, const RunView& b, std::size_t stepA, std::size_t stepB, Divergence& into)
{
    for (; stepA < a.length() && stepB < b.length(); ++stepA, ++stepB) {
        const LogRange x = a.decisionsOf(stepA);
        const LogRange y = b.decisionsOf(stepB);
        const bool equal =
            x.empty() ? y.empty() : !y.empty() && same(a.record()->decision(x.first), b.record()->decision(y.first));
        if (equal)
            continue;
        into.decisionTime = a.record()->time(stepA);
        into.decisionA = StepComparison::decisionAt(a, stepA);
        into.decisionB = StepComparison::decisionAt(b, stepB);
        return;
    }
}

//! A view that only looks, and not after the record is gone.
RunView borrowed(const RunRecord& record)
{
    return RunView(std::shared_ptr<const RunRecord>(std::shared_ptr<const RunRecord>(), &record));
}

//! Steps that both have on the time that both cover, where they have the same.
std::size_t commonSteps(const RunRecord& a, const RunRecord& b)
{
    const RunView x = borrowed(a);
    const RunView y = borrowed(b);
    if (x.empty() || y.empty())
        return 0;
    const Time start = std::max(a.time(0), b.time(0));
    return std::min(x.length() - firstFrom(x, start), y.length() - firstFrom(y, start));
}

//! The unit of money in all of the runs; where they differ, each has its own.
std::string currencyOf(const Comparison& c)
{
    const Asset first = c.runs.front().info.shareClass;
    const bool same = std::all_of(c.runs.begin(), c.runs.end(),
                                  [first](const StoredRun& run) { return run.info.shareClass == first; });
    return same ? std::string(toText(first)) : "share class";
}

void addMetrics(Comparison& c)
{
    const std::string currency = currencyOf(c);
    const auto add = [&](const char* name, const std::string& unit, auto&& figure) {
        MetricDifference m{name, unit, {}};
        for (const StoredRun& run : c.runs)
            m.values.push_back(figure(run.summary));
        c.metrics.push_back(std::move(m));
    };
    using S = RunSummary;
    add("nav_final", currency, [](const S& s) { return Figure::of(s.navFinal); });
    add("pnl", currency, [](const S& s) { return Figure::of(s.pnlBalance); });
    add("apr", "fraction", [](const S& s) { return s.performance.apr; });
    add("cagr", "fraction", [](const S& s) { return s.performance.cagr; });
    add("twr", "fraction", [](const S& s) { return s.performance.twr; });
    add("volatility", "fraction", [](const S& s) { return s.performance.volatility; });
    add("sharpe", "", [](const S& s) { return s.performance.sharpe; });
    add("sortino", "", [](const S& s) { return s.performance.sortino; });
    add("max_drawdown", "fraction", [](const S& s) { return s.performance.maxDrawdown; });
    add("min_margin_ratio", "fraction", [](const S& s) { return s.minMarginRatio; });
    if (std::any_of(c.runs.begin(), c.runs.end(), [](const StoredRun& run) { return run.info.chain.any(); }))
        add("min_health_factor", "", [](const S& s) { return s.minHealthFactor; });
    add("turnover", "", [](const S& s) { return s.turnover; });
    add("costs", currency, [](const S& s) { return Figure::of(s.costs); });
    add("liquidations", "count", [](const S& s) { return Figure::of(static_cast<double>(s.liquidations)); });
    for (std::size_t i = 0; i < kPnlItemCount; ++i) {
        const auto item = static_cast<PnlItem>(i);
        bool any = false;
        for (const StoredRun& run : c.runs)
            any = any || run.summary.attribution.total(item) != 0;
        if (any)
            add(("pnl." + std::string(toText(item))).c_str(), currency,
                [item](const S& s) { return Figure::of(s.attribution.total(item)); });
    }
}

const std::string kByHand = "decision by hand"; // no key: what forks were ordered to do

std::vector<Fork> forksByTime(const RunInfo& info)
{
    std::vector<Fork> forks = info.forks;
    std::ranges::stable_sort(forks, {}, &Fork::at);
    return forks;
}

//! "0.02, 0.04 from 2024-08-24T12:00:00Z" where a fork changed it.
std::optional<std::string> valueOverTime(const RunInfo& info, const std::string& key)
{
    const auto start = info.configuration.find(key);
    if (start == info.configuration.end())
        return std::nullopt;
    std::string text = start->second;
    std::string value = text;
    for (const Fork& fork : forksByTime(info)) {
        const auto changed = fork.changes.find(key);
        if (changed == fork.changes.end() || changed->second == value)
            continue;
        value = changed->second;
        text += ", " + value + " from " + formatIso(fork.at);
    }
    return text;
}

//! "HOLD at 2024-08-24T12:00:00Z"; nothing where none was ordered.
std::optional<std::string> decisionsByHand(const RunInfo& info)
{
    std::string text;
    for (const Fork& fork : forksByTime(info))
        if (fork.decision)
            text += (text.empty() ? "" : ", ") + std::string(toText(*fork.decision)) + " at " + formatIso(fork.at);
    return text.empty() ? std::nullopt : std::optional(text);
}

void addConfiguration(Comparison& c)
{
    std::set<std::string> keys;
    for (const StoredRun& run : c.runs)
        for (const auto& [key, value] : run.info.configuration)
            keys.insert(key);
    if (std::ranges::any_of(c.runs, [](const StoredRun& run) { return decisionsByHand(run.info).has_value(); }))
        keys.insert(kByHand);
    for (const std::string& key : keys) {
        ConfigurationDifference d{key, {}};
        for (const StoredRun& run : c.runs)
            d.values.push_back(key == kByHand ? decisionsByHand(run.info) : valueOverTime(run.info, key));
        if (std::any_of(d.values.begin(), d.values.end(), [&](const auto& v) { return v != d.values.front(); }))
            c.configuration.push_back(std::move(d));
    }
}

ValueCurves curvesOf(const RunRecord& record)
{
    constexpr std::size_t kBuckets = 2000; // more than a screen has pixels for one of two panes
    return {curveOf(record, ColumnLayout::step(StepColumn::UnitValue), kBuckets),
            curveOf(record, ColumnLayout::step(StepColumn::Drawdown), kBuckets)};
}

} // namespace

PnlBridge pnlBridge(const StoredRun& a, const StoredRun& b)
{
    PnlBridge bridge;
    bridge.currency = a.info.shareClass;
    bridge.ofCapital = a.info.shareClass != b.info.shareClass || a.info.capital != b.info.capital;
    const double unitA = bridge.ofCapital ? a.info.capital : 1.0;
    const double unitB = bridge.ofCapital ? b.info.capital : 1.0;
    const double start = a.summary.pnlBalance / unitA;
    const double end = b.summary.pnlBalance / unitB;
    bridge.bars.push_back({"pnl", 0, start});
    double at = start;
    const double dust = 1e-9 * (bridge.ofCapital ? 1.0 : a.info.capital); // no bar of its own
    const auto add = [&](std::string_view name, std::initializer_list<PnlItem> items) {
        double change = 0;
        for (const PnlItem item : items)
            change += b.summary.attribution.total(item) / unitB - a.summary.attribution.total(item) / unitA;
        if (std::abs(change) <= dust)
            return;
        bridge.bars.push_back({std::string(name), at, at + change});
        at += change;
    };
    add("basis", {PnlItem::SpotPrice, PnlItem::PerpPrice});
    for (std::size_t i = static_cast<std::size_t>(PnlItem::Funding); i < kPnlItemCount; ++i)
        add(toText(static_cast<PnlItem>(i)), {static_cast<PnlItem>(i)});
    bridge.bars.push_back({"unexplained", at, end});
    bridge.bars.push_back({"pnl", 0, end});
    return bridge;
}

std::optional<Divergence> firstDivergence(const RunRecord& a, const RunRecord& b)
{
    const RunView x = borrowed(a);
    const RunView y = borrowed(b);
    if (x.empty() || y.empty())
        return std::nullopt;
    const Time start = std::max(a.time(0), b.time(0));
    const StepComparison comparison(x, y);
    std::size_t i = firstFrom(x, start);
    std::size_t j = firstFrom(y, start);
    const std::size_t firstI = i;
    const std::size_t firstJ = j;
    for (; i < x.length() && j < y.length(); ++i, ++j) {
        Divergence d;
        if (!comparison.differ(i, j, d))
            continue;
        d.stepA = i;
        d.stepB = j;
        d.time = a.time(i);
        findDecision(x, y, firstI, firstJ, d);
        return d;
    }
    return std::nullopt;
}

Result<Comparison> compareStoredRuns(const std::string& file, const std::vector<std::string>& idsOrPrefixes)
{
    constexpr std::size_t kMost = 8;
    if (idsOrPrefixes.size() < 2 || idsOrPrefixes.size() > kMost)
        return fail(Error(ErrorCode::ConfUsage).with("found", "two to eight runs can be compared"));
    Comparison comparison;
    std::shared_ptr<const RunRecord> first;
    for (const std::string& id : idsOrPrefixes) {
        auto run = loadStoredRun(file, id);
        if (!run)
            return fail(run.error());
        comparison.runs.push_back(std::move(run->stored));
        comparison.curves.push_back(curvesOf(*run->record));
        if (!first)
            first = run->record;
        comparison.divergence.push_back(run->record == first ? std::nullopt : firstDivergence(*first, *run->record));
        comparison.commonSteps.push_back(commonSteps(*first, *run->record));
    }
    addMetrics(comparison);
    addConfiguration(comparison);
    return comparison;
}

} // namespace carry
