// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "record/run_record.h"

#include <QString>
#include <bit>
#include <cmath>

namespace carry::test
{

//! To the last bit, an absent value with its reason.
inline bool sameBits(double a, double b)
{
    return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

//! Values that are NaN stand for "none", whatever their bits.
inline bool sameNumbers(const std::array<double, 4>& a, const std::array<double, 4>& b)
{
    for (std::size_t i = 0; i < a.size(); ++i)
        if (!sameBits(a[i], b[i]) && !(std::isnan(a[i]) && std::isnan(b[i])))
            return false;
    return true;
}

inline bool same(const CostEstimate& a, const CostEstimate& b)
{
    return sameBits(a.fees, b.fees) && sameBits(a.slippage, b.slippage) && sameBits(a.gas, b.gas);
}

inline bool same(const LedgerEntry& a, const LedgerEntry& b)
{
    const Posting &p = a.posting, &q = b.posting;
    return a.step == b.step && p.from == q.from && p.to == q.to && p.cause == q.cause &&
           p.instruction == q.instruction && p.amount == q.amount;
}

inline bool same(const DecisionRecord& a, const DecisionRecord& b)
{
    return a.step == b.step && a.action == b.action && a.reason == b.reason && a.plan == b.plan &&
           sameNumbers(a.numbers, b.numbers);
}

inline bool same(const PlanRecord& a, const PlanRecord& b)
{
    return a.id == b.id && a.decisionStep == b.decisionStep && a.action == b.action && same(a.cost, b.cost) &&
           a.instructions == b.instructions;
}

//! What a description of an instruction leaves out: sizing, target LTV, whether what is sold is exact.
inline std::array<double, 3> details(const InstructionBody& body)
{
    return std::visit(
        [](const auto& b) {
            std::array<double, 3> found{};
            if constexpr (requires { b.sizing; })
                found[0] = static_cast<double>(b.sizing);
            if constexpr (requires { b.sweep; })
                found[0] = b.sweep ? 1 : 0;
            if constexpr (requires { b.ltv; })
                found[1] = b.ltv;
            if constexpr (requires { b.sellExact; })
                found[2] = b.sellExact ? 1 : 0;
            return found;
        },
        body);
}

inline bool same(const InstructionRecord& a, const InstructionRecord& b)
{
    const Instruction &x = a.instruction, &y = b.instruction;
    const auto sameDelta = [](const ExpectedDelta& d, const ExpectedDelta& e) {
        return d.account == e.account && sameBits(d.amount, e.amount);
    };
    return a.plan == b.plan && a.phase == b.phase && a.group == b.group && a.position == b.position &&
           a.phaseKind == b.phaseKind && a.groupKind == b.groupKind && x.id == y.id && x.purpose == y.purpose &&
           x.body.index() == y.body.index() && describeInstruction(x.body) == describeInstruction(y.body) &&
           details(x.body) == details(y.body) && x.iteration == y.iteration &&
           sameBits(x.referencePrice, y.referencePrice) && same(x.cost, y.cost) &&
           std::equal(x.expected.begin(), x.expected.end(), y.expected.begin(), y.expected.end(), sameDelta);
}

inline bool same(const TransitionRecord& a, const TransitionRecord& b)
{
    return a.step == b.step && a.instruction == b.instruction && a.from == b.from && a.to == b.to &&
           a.timeMs == b.timeMs && sameBits(a.price, b.price) && a.quantity == b.quantity &&
           sameBits(a.netDelta, b.netDelta) && sameBits(a.minMarginRatio, b.minMarginRatio) && sameBits(a.ltv, b.ltv) &&
           sameBits(a.healthFactor, b.healthFactor) && a.error == b.error;
}

inline bool same(const FundingRecord& a, const FundingRecord& b)
{
    return a.step == b.step && a.venue == b.venue && a.intervalHours == b.intervalHours && a.flags == b.flags &&
           a.readingFlags == b.readingFlags && a.paid == b.paid && sameBits(a.rate, b.rate) &&
           sameBits(a.mark, b.mark) && sameBits(a.ageHours, b.ageHours) && sameBits(a.position, b.position) &&
           a.cash == b.cash && a.file == b.file && a.line == b.line;
}

inline bool same(const JournalEvent& a, const JournalEvent& b)
{
    return a.step == b.step && a.kind == b.kind && a.a == b.a && a.b == b.b && a.scope == b.scope &&
           a.reference == b.reference && a.error == b.error && sameNumbers(a.numbers, b.numbers);
}

inline bool same(const Finding& a, const Finding& b)
{
    return a.kind == b.kind && a.severity == b.severity && a.rule == b.rule && a.file == b.file && a.line == b.line &&
           a.series == b.series && a.from == b.from && a.to == b.to && a.count == b.count && a.detail == b.detail;
}

inline bool same(const ConditionDefinition& a, const ConditionDefinition& b)
{
    return a.id == b.id && a.unit == b.unit && a.test == b.test &&
           (sameBits(a.threshold, b.threshold) || (std::isnan(a.threshold) && std::isnan(b.threshold)));
}

template <class T> bool sameAll(const std::vector<T>& a, const std::vector<T>& b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const T& x, const T& y) { return same(x, y); });
}

//! What differs between two heads; empty: nothing.
inline QString difference(const RunInfo& a, const RunInfo& b)
{
    if (a.runId != b.runId || a.strategy != b.strategy || a.preset != b.preset || a.dataName != b.dataName)
        return "names";
    if (a.chain != b.chain)
        return "holdings on chain";
    if (a.shareClass != b.shareClass || a.base != b.base || a.assets != b.assets || !sameBits(a.capital, b.capital))
        return "assets or capital";
    if (a.configuration != b.configuration)
        return "configuration";
    if (a.dataSource != b.dataSource || a.synthetic != b.synthetic || a.dataDigest != b.dataDigest ||
        a.files != b.files || a.from != b.from || a.to != b.to)
        return "data";
    if (!sameAll(a.conditions, b.conditions))
        return "conditions";
    return sameAll(a.findings, b.findings) ? QString() : QString("findings");
}

//! What differs first between two records; empty: nothing that they hold.
inline QString difference(const RunRecord& a, const RunRecord& b)
{
    if (const QString head = difference(a.info(), b.info()); !head.isEmpty())
        return head;
    if (a.committed() != b.committed())
        return QString("%1 and %2 steps").arg(a.committed()).arg(b.committed());
    for (std::size_t s = 0; s < a.committed(); ++s) {
        if (a.time(s) != b.time(s) || a.isBar(s) != b.isBar(s))
            return QString("time of step %1").arg(s);
        const StepEnds &x = a.ends(s), &y = b.ends(s);
        if (x.ledger != y.ledger || x.decisions != y.decisions || x.plans != y.plans ||
            x.instructions != y.instructions || x.transitions != y.transitions || x.funding != y.funding ||
            x.events != y.events)
            return QString("how much happened by step %1").arg(s);
        for (std::size_t c = 0; c < a.layout().count(); ++c)
            if (!sameBits(a.at(s, c), b.at(s, c)))
                return QString("step %1: %2 is %3 and %4")
                    .arg(s)
                    .arg(QString::fromStdString(a.layout().name(c)))
                    .arg(a.at(s, c))
                    .arg(b.at(s, c));
    }
    const StepEnds ends = a.committed() == 0 ? StepEnds{} : a.ends(a.committed() - 1);
    QString found;
    const auto logs = [&](const char* name, std::size_t count, auto&& entryOf) {
        for (std::size_t i = 0; i < count && found.isEmpty(); ++i)
            if (!same(entryOf(a, i), entryOf(b, i)))
                found = QString("%1 %2").arg(name).arg(i);
    };
    using R = const RunRecord&;
    logs("ledger", ends.ledger, [](R r, std::size_t i) { return r.ledger(i); });
    logs("decision", ends.decisions, [](R r, std::size_t i) { return r.decision(i); });
    logs("plan", ends.plans, [](R r, std::size_t i) { return r.plan(i); });
    logs("instruction", ends.instructions, [](R r, std::size_t i) { return r.instruction(i); });
    logs("transition", ends.transitions, [](R r, std::size_t i) { return r.transition(i); });
    logs("settlement", ends.funding, [](R r, std::size_t i) { return r.funding(i); });
    logs("event", ends.events, [](R r, std::size_t i) { return r.event(i); });
    return found;
}

} // namespace carry::test
